//! [`Rewriter`]: the outputs of a program as Σ coefficient · Σ monomial, so that what is the same for all rows is
//! multiplied once, after the sums.
//!
//! A difference from data stays as it is, for it is exact where its parts are not; inside a product no sum is taken apart
//! that has a part of data and parameters alone. A branch that a row does not take is left out where one of the two is a
//! constant: the rows are asked whether all of them take the other, and if one does not, the program is run as it was written.

mod terms;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Program;
use super::factoring::shared_products;
use super::fractions::{Fractions, Share};
use super::polynomial::{Coefficient, Monomial, Polynomial, without};
use super::quotients::Quotients;
use crate::graph::{Builder, Id, Node};
use crate::operation::{Binary, Unary};

/// A product of sums with more terms than this is left as it is.
const MOST_TERMS: usize = 32;

/// Formulas nested more deeply are left as they are.
const MOST_DEPTH: usize = 400;

/// More formulas are left as they are.
const MOST_NODES: usize = 20_000;

/// Rows as a graph of their own, and what follows from the sums of its monomials.
pub(super) struct Rewritten {
    /// A parameter is the value of that node of the program, a column one of the data or of those computed from them.
    pub(super) nodes: Vec<Node>,
    /// What is summed over rows, ascending.
    pub(super) summed: Vec<Id>,
    /// Of each output, the coefficients of some of the sums; of none, the sum of the weights.
    pub(super) outputs: Vec<Vec<(Coefficient, Option<usize>)>>,
    /// Those of the sums that are 0 if every row takes the branches that are left.
    pub(super) guards: Vec<usize>,
    /// Of the sums those which say whether what was made of them has digits.
    pub(super) shares: Vec<Share>,
}

pub(super) struct Rewriter<'p> {
    program: &'p Program,
    /// Conditions whose outcome is known or supposed.
    outcomes: BTreeMap<Id, bool>,
    /// Nodes that are made of data and parameters by addition and multiplication alone.
    plain: Vec<bool>,
    builder: Builder,
    places: Vec<Option<Id>>,
    factors: Vec<Option<Rc<Polynomial>>>,
    /// Values of rows that are made of data and parameters by addition and multiplication alone.
    bare: BTreeSet<Id>,
    /// What is added up in places that are sums of values that vary by row, and of one that does not.
    shifts: BTreeMap<Id, Polynomial>,
    /// Quotients ln(1 + u)/u that are taken apart.
    quotients: Quotients,
    /// What is known of 1/(1 + u).
    fractions: Fractions,
    /// Products there are, and which of them are factors of others.
    products: BTreeMap<Monomial, Id>,
    used: BTreeSet<Monomial>,
}

impl<'p> Rewriter<'p> {
    /// For a program in which the conditions that are the same for all rows have these outcomes, and these scales are far from
    /// 0. None if it is too large.
    pub(super) fn new(
        program: &'p Program,
        known: impl Iterator<Item = (Id, bool)>,
        far: impl Iterator<Item = Id>,
    ) -> Option<Rewriter<'p>> {
        let count = program.nodes.len();
        let (mut plain, mut depth) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (at, node) in program.nodes.iter().enumerate() {
            let every = |plain: &Vec<bool>| node.arguments().all(|id| plain[id as usize]);
            plain.push(match (program.prepared_leaf(at as Id), node) {
                (Some(_), _) => true,
                (_, Node::Unary(Unary::Negate, _)) => every(&plain),
                (_, Node::Binary(Binary::Add | Binary::Subtract | Binary::Multiply, ..)) => every(&plain),
                (_, Node::Binary(Binary::Divide, _, b)) => every(&plain) && !program.by_row[*b as usize],
                _ => false,
            });
            depth.push(1 + node.arguments().map(|id| depth[id as usize]).max().unwrap_or(0));
        }
        let is_small = count <= MOST_NODES && depth.iter().all(|depth| *depth <= MOST_DEPTH);
        is_small.then(|| Rewriter {
            program,
            outcomes: known.collect(),
            plain,
            builder: Builder::new(),
            places: vec![None; count],
            factors: vec![None; count],
            bare: BTreeSet::new(),
            shifts: BTreeMap::new(),
            fractions: Fractions::default(),
            quotients: Quotients::of_scales(far),
            products: BTreeMap::new(),
            used: BTreeSet::new(),
        })
    }

    /// None if a quotient is left whose denominator may vanish, or if a number is too large or too small.
    pub(super) fn rewrite(mut self) -> Option<Rewritten> {
        let supposed = self.suppositions();
        self.outcomes.extend(supposed.iter().copied());
        let outputs: Vec<Polynomial> = self.program.outputs.iter().map(|&id| self.linear(id)).collect();
        let as_they_are = [self.unshifted(&outputs), Some(outputs)].into_iter().flatten();
        let reduced = as_they_are.map(|outputs| self.fractions.reduced(outputs, &self.quotients));
        let (outputs, shares) = reduced.min_by_key(|(outputs, _)| monomials_of(outputs).len())?;
        if !outputs.iter().flat_map(|output| output.0.values()).all(Coefficient::is_finite) {
            return None;
        }
        let mut monomials = monomials_of(&outputs);
        monomials.extend(shares.iter().flat_map(|(&share, &power)| (1..=power).map(move |power| vec![share; power])));
        let mut monomials: Vec<&Monomial> = monomials.iter().collect();
        monomials.sort_by_key(|monomial| (monomial.len(), *monomial));
        let wanted: Vec<&Monomial> = monomials.iter().copied().filter(|monomial| monomial.len() > 1).collect();
        for product in shared_products(&wanted, self.products.keys().cloned()).unwrap_or_default() {
            self.product(&product);
            self.used.insert(product);
        }
        let places: BTreeMap<&Monomial, Id> = (monomials.into_iter().filter(|monomial| !monomial.is_empty()))
            .map(|monomial| (monomial, self.product(monomial)))
            .collect();
        let asked = supposed.into_iter().filter_map(|(condition, holds)| self.violation(condition, holds, &places));
        let violations: Vec<Id> = asked.collect();
        let mut summed: Vec<Id> = places.values().chain(&violations).copied().collect();
        summed.sort_unstable();
        summed.dedup();
        let sum = |id: &Id| summed.binary_search(id).expect("all of them are summed");
        let parts = |output: &Polynomial| {
            let part = |(monomial, coefficient): (&Monomial, &Coefficient)| {
                (coefficient.clone(), places.get(monomial).map(sum))
            };
            output.0.iter().map(part).collect()
        };
        let outputs = outputs.iter().map(parts).collect();
        let guards = violations.iter().map(sum).collect();
        let of_share = |(share, power): (Id, usize)| {
            let of_power = |power: usize| sum(&places[&vec![share; power]]);
            Share { first: of_power(1), second: (power > 1).then(|| of_power(2)) }
        };
        let shares = shares.into_iter().map(of_share).collect();
        let nodes = self.builder.nodes().to_vec();
        self.quotients.are_gone(&nodes, &summed).then_some(Rewritten { nodes, outputs, guards, shares, summed })
    }

    /// Which branch rows are supposed to take: that which is no constant, if the other is. What depends on data alone is
    /// not supposed: it would be wrong every time.
    fn suppositions(&self) -> Vec<(Id, bool)> {
        let mut wishes: BTreeMap<Id, Option<bool>> = BTreeMap::new();
        for (at, node) in self.program.nodes.iter().enumerate() {
            let Node::Select(condition, a, b) = *node else { continue };
            let condition_at = condition as usize;
            if !self.program.by_row[condition_at] || self.program.of_data[condition_at] || !self.program.by_row[at] {
                continue;
            }
            let is_constant = |id: Id| matches!(self.program.nodes[id as usize], Node::Constant(_));
            let wish = match (is_constant(a), is_constant(b)) {
                (true, false) => Some(false),
                (false, true) => Some(true),
                _ => None,
            };
            wishes
                .entry(condition)
                .and_modify(|other| *other = other.filter(|other| Some(*other) == wish))
                .or_insert(wish);
        }
        wishes.into_iter().filter_map(|(condition, wish)| Some((condition, wish?))).collect()
    }

    /// 1 in rows that do not take the branch; none if their sums tell of it.
    fn violation(&mut self, condition: Id, holds: bool, summed: &BTreeMap<&Monomial, Id>) -> Option<Id> {
        let condition = self.place(condition);
        if let Some(logarithm) = self.logarithm_that_tells(condition, holds)
            && summed.keys().any(|monomial| monomial.contains(&logarithm))
        {
            return None;
        }
        let (zero, one) = (self.builder.constant(0.0), self.builder.constant(1.0));
        let (then, otherwise) = if holds { (zero, one) } else { (one, zero) };
        Some(self.builder.intern(Node::Select(condition, then, otherwise)))
    }

    /// Of 0 < u the logarithm of u, of −1 < u that of 1 + u, if there is one: where the condition fails it is no finite number,
    /// and no sum of products with it is.
    fn logarithm_that_tells(&self, condition: Id, holds: bool) -> Option<Id> {
        let nodes = self.builder.nodes();
        let (bound, u) = match nodes[condition as usize] {
            Node::Binary(Binary::Less, bound, u) if holds => (bound, u),
            // Where u is the bound the condition does not fail; the sum is not finite all the same, and the pass is run again.
            Node::Binary(Binary::Less, u, bound) if !holds => (bound, u),
            _ => return None,
        };
        let Node::Constant(bound) = nodes[bound as usize] else { return None };
        nodes
            .iter()
            .position(|node| match *node {
                Node::Unary(Unary::Ln, of) => of == u && bound == 0.0,
                Node::Unary(Unary::Ln1p, of) => of == u && bound == -1.0,
                _ => false,
            })
            .map(|at| at as Id)
    }

    /// The same sums, where what is multiplied by values and a shift is multiplied by each of them, as a sum of values and a shift
    /// is taken apart where nothing multiplies it. If such a sum is small, its digits are lost in each row already; products of two
    /// of them would lose twice as many, and stay. None if there are too many terms.
    fn unshifted(&self, outputs: &[Polynomial]) -> Option<Vec<Polynomial>> {
        let mut steps = 0;
        let mut unshift = |output: &Polynomial| {
            let mut unshifted = Polynomial::default();
            let mut open: Vec<(Monomial, Coefficient)> = output.0.clone().into_iter().collect();
            while let Some((monomial, coefficient)) = open.pop() {
                let mut shifted = monomial.iter().filter(|factor| self.shifts.contains_key(factor));
                if let (Some(&factor), None) = (shifted.next(), shifted.next()) {
                    let rest = without(&monomial, &vec![factor]).expect("it is a factor");
                    open.extend(self.shifts[&factor].times(&Polynomial::of(rest, coefficient)).0);
                } else {
                    unshifted.add_term(&monomial, &coefficient, 1.0);
                }
                steps += 1;
                if steps > MOST_NODES {
                    return None;
                }
            }
            Some(unshifted)
        };
        outputs.iter().map(&mut unshift).collect()
    }

    /// A product, of two that are there already if they are.
    fn product(&mut self, monomial: &Monomial) -> Id {
        if let [only] = monomial[..] {
            return only;
        }
        if let Some(&known) = self.products.get(monomial) {
            return known;
        }
        let mut best: Option<((bool, usize, usize), Monomial, Monomial)> = None;
        let single = monomial.iter().map(|factor| vec![*factor]);
        let candidates: Vec<Monomial> =
            single.chain(self.products.keys().filter(|other| other.len() < monomial.len()).cloned()).collect();
        for candidate in candidates {
            let Some(rest) = without(monomial, &candidate) else { continue };
            let is_there = |monomial: &Monomial| monomial.len() == 1 || self.products.contains_key(monomial);
            let is_used = |monomial: &Monomial| usize::from(monomial.len() == 1 || self.used.contains(monomial));
            let score = (is_there(&rest), is_used(&candidate) + is_used(&rest), candidate.len());
            if best.as_ref().is_none_or(|(before, ..)| score > *before) {
                best = Some((score, candidate, rest));
            }
        }
        let (_, left, right) = best.expect("a factor is there");
        let (a, b) = (self.product(&left), self.product(&right));
        self.used.extend([left, right]);
        let place = self.builder.intern(Node::Binary(Binary::Multiply, a.min(b), a.max(b)));
        self.products.insert(monomial.clone(), place);
        place
    }
}

fn monomials_of(outputs: &[Polynomial]) -> BTreeSet<Monomial> {
    outputs.iter().flat_map(|output| output.0.keys().cloned()).collect()
}
