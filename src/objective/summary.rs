//! [`Summary`]: the sufficient statistics of a term, in place of its rows.
//!
//! The log-density of an exponential family is expanded into Σₖ fₖ(θ) · tₖ(x). One pass over the rows gives the means of
//! tₖ; from then on an evaluation costs the same at any number of rows. Atoms that enter in products are centred first,
//! so that 1e9 ± 1e-3 loses no digits.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bound::{Bound, LocalFormula};
use crate::data::{Term, Unchecked};
use crate::graph::{Builder, Graph, Id, Node};
use crate::operation::{Binary, Unary};
use crate::program::weighted_means;

/// The sufficient statistics of a term.
#[derive(Debug)]
pub(super) struct Summary {
    /// Σₖ fₖ(θ) · meanₖ, one row whose weight is that of all.
    pub(super) bound: Bound,
    /// tₖ as formulas of the term's columns.
    pub(super) statistics: Vec<Graph>,
}

/// A centre is good if the mean about it is less than this many standard deviations.
const OFF_CENTRE: f64 = 0.25;

/// Mean squares below this have fewer digits than numbers have.
const LEAST_SQUARE: f64 = f64::MIN_POSITIVE / f64::EPSILON;

impl Summary {
    /// Whether values of the first column would not have finite statistics if one were out of its range.
    pub(super) fn implies(&self, unchecked: &Unchecked) -> bool {
        let sums = |is_sum: fn(&[Node]) -> bool| self.statistics.iter().any(|statistic| is_sum(statistic.nodes()));
        let of_values = sums(|nodes| {
            matches!(
                nodes,
                [Node::Column(0)]
                    | [Node::Column(0), Node::Constant(_), Node::Binary(Binary::Subtract, 0, 1)]
                    | [Node::Constant(_), Node::Column(0), Node::Binary(Binary::Subtract, 1, 0)]
            )
        });
        let of_logarithms = sums(|nodes| matches!(nodes, [Node::Column(0), Node::Unary(Unary::Ln, 0)]));
        unchecked.follows_from_sums(of_values, of_logarithms)
    }

    /// The summary of a term; none if its log-density is not of an exponential family.
    pub(super) fn of(formula: &LocalFormula, term: &Term, threads: usize) -> Option<Summary> {
        if formula.varying.iter().any(|varies| *varies) {
            return None;
        }
        let mut plain = formula.builder.clone();
        let expansion = plain.expand(formula.root)?;
        let mut atoms: Vec<Id> = expansion.terms.keys().filter(|m| m.len() > 1).flatten().copied().collect();
        atoms.sort_unstable();
        atoms.dedup();
        let blocks = term.rows().div_ceil(crate::program::BLOCK);
        let weights = term.weights.values();
        let mut centres = weighted_means(plain.nodes(), &atoms, &term.columns, weights, blocks.max(1), threads);
        for _ in 0..4 {
            let centred = Centred::new(formula, term, &atoms, &centres)?;
            let means = centred.means(term, threads);
            // The first two moments about each centre say whether it is one.
            let (moments, means) = means.split_at(2 * atoms.len());
            let off = |pair: &[f64]| pair[0] * pair[0] > OFF_CENTRE * OFF_CENTRE * pair[1];
            if moments.chunks(2).any(off) {
                centres.iter_mut().zip(moments.chunks(2)).for_each(|(centre, pair)| *centre += pair[0]);
                continue;
            }
            // Squares that underflow have lost what the rows still say.
            if moments.chunks(2).any(|pair| pair[1] < LEAST_SQUARE) {
                return None;
            }
            return centred.summary(formula, term, means);
        }
        None
    }
}

/// The expansion with its atoms about their centres.
struct Centred {
    /// Holds the expansion; a centred atom is a column after those of the data.
    builder: Builder,
    terms: Vec<(Vec<Id>, Id)>,
    /// Holds the atoms and monomials as formulas of the data.
    data: Builder,
    moments: Vec<Id>,
    monomials: Vec<Id>,
}

impl Centred {
    fn new(formula: &LocalFormula, term: &Term, atoms: &[Id], centres: &[f64]) -> Option<Centred> {
        let width = term.columns.len() as u32;
        let (mut builder, mut data) = (Builder::new(), formula.builder.clone());
        let (mut about, mut back, mut moments) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for ((&atom, &centre), column) in atoms.iter().zip(centres).zip(width..) {
            let (deviation, constant) = (builder.intern(Node::Column(column)), builder.constant(centre));
            about.insert(atom, builder.binary(Binary::Add, deviation, constant));
            let constant = data.constant(centre);
            let difference = data.binary(Binary::Subtract, atom, constant);
            back.insert(column, difference);
            moments.extend([difference, data.binary(Binary::Multiply, difference, difference)]);
        }
        let root = builder.substitute(formula.builder.nodes(), formula.root, &about);
        let expansion = builder.expand(root)?;
        // Centred columns, as nodes of the expansion, back to differences of the data. Inside a function, such as a logarithm,
        // a difference plus its centre is the atom itself, not what rounding of the sum leaves of it.
        let columns = builder.nodes().iter().enumerate().filter_map(|(at, node)| match node {
            Node::Column(column) => back.get(column).map(|&difference| (at as Id, difference)),
            _ => None,
        });
        let mut replaced: BTreeMap<Id, Id> = about.iter().map(|(&atom, &sum)| (sum, atom)).collect();
        replaced.extend(columns);
        let mut monomials = Vec::new();
        let terms: Vec<(Vec<Id>, Id)> = expansion.terms.into_iter().collect();
        for (monomial, _) in terms.iter().filter(|(monomial, _)| !monomial.is_empty()) {
            let mut product = data.constant(1.0);
            for &atom in monomial {
                let factor = data.substitute(builder.nodes(), atom, &replaced);
                product = data.binary(Binary::Multiply, product, factor);
            }
            monomials.push(product);
        }
        Some(Centred { builder, terms, data, moments, monomials })
    }

    /// The means of the moments, then of the monomials.
    fn means(&self, term: &Term, threads: usize) -> Vec<f64> {
        let outputs = [&self.moments[..], &self.monomials].concat();
        weighted_means(self.data.nodes(), &outputs, &term.columns, term.weights.values(), 1, threads)
    }

    /// Σₖ fₖ(θ) · meanₖ as a formula of one row.
    fn summary(&self, formula: &LocalFormula, term: &Term, means: &[f64]) -> Option<Summary> {
        if means.iter().any(|mean| !mean.is_finite()) {
            return None;
        }
        let mut builder = Builder::new();
        let mut root = builder.constant(0.0);
        let mut place = 0;
        for (monomial, coefficient) in &self.terms {
            let coefficient = builder.substitute(self.builder.nodes(), *coefficient, &BTreeMap::new());
            let is_infinite = builder.constant_value(coefficient).is_some_and(|c| !c.is_finite());
            let mut part = coefficient;
            if !monomial.is_empty() {
                place += 1;
                // What never occurs counts for nothing, even where it is impossible: 0 · ln 0 = 0.
                if is_infinite && means[place - 1] == 0.0 {
                    continue;
                }
                let mean = builder.intern(Node::Column(place as u32 - 1));
                part = builder.binary(Binary::Multiply, coefficient, mean);
            }
            if is_infinite {
                // (1 − x) · ln 0 is 0 for a row with x = 1, but not as ln 0 − x ln 0.
                return None;
            }
            root = builder.binary(Binary::Add, root, part);
        }
        let statistic = |&monomial: &Id| self.data.clone().into_graph(0, term.columns.len(), monomial);
        let statistics = self.monomials.iter().map(statistic).collect();
        // A density without data would have no columns, and then no row.
        let columns: Vec<_> = if means.is_empty() { vec![1.0] } else { means.to_vec() };
        let columns: Vec<_> = columns.into_iter().map(|mean| Arc::new(vec![mean])).collect();
        let weight = term.weights.values().map_or(term.rows() as f64, |weights| weights.iter().sum());
        let formula = LocalFormula { builder, root, varying: formula.varying.clone() };
        Some(Summary { bound: Bound::new(Arc::new(formula), columns, Some(Arc::new(vec![weight]))), statistics })
    }
}
