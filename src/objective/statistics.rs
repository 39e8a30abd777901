//! [`Statistics`]: the sufficient statistics of a formula, found without its data.
//!
//! The log-density of an exponential family is expanded into Σₖ fₖ(θ) · tₖ(x). Atoms that enter in products are taken about
//! centres, so that 1e9 ± 1e-3 loses no digits. Centres are numbers that the data give: further parameters where the statistics
//! are computed, further columns where an evaluation reads them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::formula::LocalFormula;
use crate::data::Unchecked;
use crate::graph::{Builder, Graph, Id, Node};
use crate::operation::{Binary, Unary};
use crate::program::Means;

/// The sufficient statistics of a formula.
#[derive(Debug)]
pub(super) struct Statistics {
    /// The atoms that are centred.
    pub(super) atoms: Means,
    /// Their first two moments about the centres, one after the other, then the statistics.
    pub(super) moments: Means,
    /// Where the first of the centres is, as a parameter of the statistics.
    first_centre: usize,
    /// How many atoms are centred.
    pub(super) centres: usize,
    /// The statistics with which the log-density is infinite wherever they are not 0.
    pub(super) impossible: Vec<usize>,
    /// The statistics that no parameter enters, with their coefficients.
    pub(super) constants: Vec<(usize, f64)>,
    /// Σₖ fₖ(θ) · meanₖ, whose columns are the means of the statistics, then the centres.
    pub(super) formula: Arc<LocalFormula>,
    /// Holds the statistics as formulas of data and centres.
    data: Builder,
    monomials: Vec<Id>,
    width: usize,
}

impl Statistics {
    /// Of this formula; none if it is not of an exponential family.
    pub(super) fn of(formula: &LocalFormula) -> Option<Statistics> {
        if formula.varying().contains(&true) {
            return None;
        }
        let mut plain = formula.builder().clone();
        let terms = plain.expand(formula.root())?.terms;
        let mut centred: Vec<Id> = terms.keys().filter(|monomial| monomial.len() > 1).flatten().copied().collect();
        centred.sort_unstable();
        centred.dedup();
        let atoms = terms.into_keys().flatten();
        let split = Split::new(formula, &plain, atoms.collect(), &centred);
        split.statistics(formula, &plain, &centred)
    }

    /// The centres as known numbers of [`moments`](Statistics::moments).
    pub(super) fn known(&self, centres: &[f64]) -> Vec<f64> {
        let mut known = vec![f64::NAN; self.first_centre];
        known.extend_from_slice(centres);
        known
    }

    /// tₖ as formulas of the columns, about these centres.
    pub(super) fn graphs(&self, centres: &[f64]) -> Vec<Graph> {
        let graph = |&monomial: &Id| {
            let mut builder = Builder::new();
            let places = self.data.nodes().iter().enumerate().filter_map(|(at, node)| match node {
                Node::Parameter(i) if *i as usize >= self.first_centre => {
                    Some((at as Id, builder.constant(centres[*i as usize - self.first_centre])))
                }
                _ => None,
            });
            let replaced: BTreeMap<Id, Id> = places.collect();
            let root = builder.substitute(self.data.nodes(), monomial, &replaced);
            builder.into_graph(0, self.width, root)
        };
        self.monomials.iter().map(graph).collect()
    }

    /// Whether values of the first column would not have finite statistics if one were out of its range.
    pub(super) fn implies(&self, unchecked: &Unchecked) -> bool {
        let node = |id: Id| self.data.node(id);
        let sums = |is_sum: &dyn Fn(&Node) -> bool| self.monomials.iter().any(|&monomial| is_sum(node(monomial)));
        let is_first = |id: Id| *node(id) == Node::Column(0);
        let of_values = sums(&|statistic| match *statistic {
            Node::Column(0) => true,
            Node::Binary(Binary::Subtract, x, centre) => {
                is_first(x) && matches!(node(centre), Node::Parameter(_) | Node::Constant(_))
            }
            _ => false,
        });
        let of_logarithms = sums(&|statistic| matches!(*statistic, Node::Unary(Unary::Ln, x) if is_first(x)));
        unchecked.follows_from_sums(of_values, of_logarithms)
    }
}

/// A formula in which each atom is a column, or the sum of a column and a centre.
struct Split {
    builder: Builder,
    root: Id,
    /// The atoms and differences that these columns are, by node of the builder, in the data.
    columns: BTreeMap<Id, Id>,
    data: Builder,
    /// Pairs of a difference and its square.
    moments: Vec<Id>,
    /// The centres as nodes of the builder.
    centres: Vec<Id>,
}

impl Split {
    fn new(formula: &LocalFormula, plain: &Builder, mut atoms: Vec<Id>, centred: &[Id]) -> Split {
        atoms.sort_unstable();
        atoms.dedup();
        let (mut builder, mut data) = (Builder::new(), plain.clone());
        let (mut replaced, mut columns) = (BTreeMap::new(), BTreeMap::new());
        let (mut moments, mut centres) = (Vec::new(), Vec::new());
        for (atom, column) in atoms.into_iter().zip(formula.columns() as u32..) {
            let own = builder.intern(Node::Column(column));
            let (mut whole, mut of_data) = (own, atom);
            if let Ok(place) = centred.binary_search(&atom) {
                let centre = Node::Parameter((formula.varying().len() + place) as u32);
                let (here, there) = (builder.intern(centre.clone()), data.intern(centre));
                centres.push(here);
                whole = builder.binary(Binary::Add, own, here);
                of_data = data.binary(Binary::Subtract, atom, there);
                moments.extend([of_data, data.binary(Binary::Multiply, of_data, of_data)]);
            }
            replaced.insert(atom, whole);
            columns.insert(own, of_data);
        }
        let root = builder.substitute(formula.builder().nodes(), formula.root(), &replaced);
        Split { builder, root, columns, data, moments, centres }
    }

    fn statistics(mut self, formula: &LocalFormula, plain: &Builder, centred: &[Id]) -> Option<Statistics> {
        let terms = self.builder.expand(self.root)?.terms;
        let mut monomials = Vec::new();
        for monomial in terms.keys().filter(|monomial| !monomial.is_empty()) {
            let mut product = self.data.constant(1.0);
            for &atom in monomial {
                let factor = self.data.substitute(self.builder.nodes(), atom, &self.columns);
                product = self.data.binary(Binary::Multiply, product, factor);
            }
            monomials.push(product);
        }
        let mut whole = Builder::new();
        let first = monomials.len() as u32;
        let centres: BTreeMap<Id, Id> = (first..)
            .zip(&self.centres)
            .map(|(column, &centre)| (centre, whole.intern(Node::Column(column))))
            .collect();
        let (mut root, mut impossible, mut constants) = (whole.constant(0.0), Vec::new(), Vec::new());
        let mut column = 0;
        for (monomial, coefficient) in &terms {
            let coefficient = whole.substitute(self.builder.nodes(), *coefficient, &centres);
            let is_infinite = whole.constant_value(coefficient).is_some_and(|c| !c.is_finite());
            let mut part = coefficient;
            if !monomial.is_empty() {
                column += 1;
                // What never occurs counts for nothing, even where it is impossible: 0 · ln 0 = 0.
                if is_infinite {
                    impossible.push(column - 1);
                    continue;
                }
                constants.extend(whole.constant_value(coefficient).map(|c| (column - 1, c)));
                let mean = whole.intern(Node::Column(column as u32 - 1));
                part = whole.binary(Binary::Multiply, coefficient, mean);
            }
            if is_infinite {
                // (1 − x) · ln 0 is 0 for a row with x = 1, but not as ln 0 − x ln 0.
                return None;
            }
            root = whole.binary(Binary::Add, root, part);
        }
        let columns = monomials.len() + centred.len();
        Some(Statistics {
            atoms: Means::new(plain.nodes(), centred),
            moments: Means::new(self.data.nodes(), &[&self.moments[..], &monomials].concat()),
            first_centre: formula.varying().len(),
            centres: centred.len(),
            impossible,
            constants,
            formula: Arc::new(LocalFormula::new(whole, root, formula.varying().to_vec(), columns.max(1))),
            data: self.data,
            monomials,
            width: formula.columns(),
        })
    }
}
