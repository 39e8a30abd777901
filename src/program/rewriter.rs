//! [`Rewriter`]: the outputs of a program as Σ coefficient · Σ monomial, so that what is the same for all rows is
//! multiplied once, after the sums.
//!
//! A difference from data stays as it is, for it is exact where its parts are not; inside a product no sum is taken apart
//! that has a part of data and parameters alone. A branch that a row does not take is left out where one of the two is a
//! constant: the rows are asked whether all of them take the other, and if one does not, the program is run as it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::factoring::shared_products;
use super::fractions::Fractions;
use super::polynomial::{Coefficient, Monomial, Polynomial, without};
use super::quotients::Quotients;
use super::{Operand, Program};
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
    /// The sums of shares and of their squares, which say whether what was made of them has digits.
    pub(super) shares: Vec<[usize; 2]>,
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

    /// None if a quotient is left whose denominator may vanish.
    pub(super) fn rewrite(mut self) -> Option<Rewritten> {
        let supposed = self.suppositions();
        self.outcomes.extend(supposed.iter().copied());
        let outputs: Vec<Polynomial> = self.program.outputs.iter().map(|&id| self.linear(id)).collect();
        let mut outputs: Vec<Polynomial> = outputs.into_iter().map(|output| self.unshifted(output)).collect();
        let shares = std::mem::take(&mut self.fractions).reduced(&mut outputs, &self.quotients);
        let mut monomials: BTreeSet<Monomial> = outputs.iter().flat_map(|output| output.0.keys().cloned()).collect();
        monomials.extend(shares.iter().flat_map(|&share| [vec![share], vec![share, share]]));
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
        let of_share = |&share: &Id| [vec![share], vec![share, share]].map(|monomial| sum(&places[&monomial]));
        let shares = shares.iter().map(of_share).collect();
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

    fn node(&self, id: Id) -> &'p Node {
        &self.program.nodes[id as usize]
    }

    fn varies(&self, id: Id) -> bool {
        self.program.by_row[id as usize]
    }

    fn is_of_data(&self, id: Id) -> bool {
        self.program.of_data[id as usize]
    }

    /// The branch that is taken, if that is known.
    fn branch(&self, condition: Id, a: Id, b: Id) -> Option<Id> {
        self.outcomes.get(&condition).map(|holds| if *holds { a } else { b })
    }

    /// What a value that is the same for all rows multiplies.
    fn coefficient(&self, id: Id) -> Coefficient {
        match *self.node(id) {
            Node::Constant(value) if value.is_finite() => Coefficient::number(value),
            Node::Unary(Unary::Negate, a) => self.coefficient(a).times(&Coefficient::number(-1.0)),
            Node::Binary(Binary::Multiply, a, b) => self.coefficient(a).times(&self.coefficient(b)),
            Node::Binary(Binary::Divide, a, b) => match self.coefficient(b).reciprocal() {
                Some(reciprocal) => self.coefficient(a).times(&reciprocal),
                None => Coefficient::value_of(id),
            },
            _ => Coefficient::value_of(id),
        }
    }

    /// The node as it is summed over rows: whatever is linear is taken apart, but no difference from data.
    fn linear(&mut self, id: Id) -> Polynomial {
        if !self.varies(id) || self.program.prepared_leaf(id).is_some() {
            return (*self.factor(id)).clone();
        }
        match *self.node(id) {
            Node::Unary(Unary::Negate, a) => self.linear(a).negated(),
            Node::Binary(operation @ (Binary::Add | Binary::Subtract), a, b)
                if !self.is_of_data(a) && !self.is_of_data(b) =>
            {
                let (left, right) = (self.linear(a), self.linear(b));
                left.plus(&right, if operation == Binary::Add { 1.0 } else { -1.0 })
            }
            Node::Binary(Binary::Multiply, a, b) if !self.varies(a) => {
                self.linear(b).times(&Polynomial::constant(self.coefficient(a)))
            }
            Node::Binary(Binary::Multiply, a, b) if !self.varies(b) => {
                self.linear(a).times(&Polynomial::constant(self.coefficient(b)))
            }
            Node::Binary(Binary::Divide, a, b) if !self.varies(b) && !self.is_difference(a) => {
                match self.coefficient(b).reciprocal() {
                    Some(reciprocal) => self.linear(a).times(&Polynomial::constant(reciprocal)),
                    None => (*self.factor(id)).clone(),
                }
            }
            Node::Select(condition, a, b) => match self.branch(condition, a, b) {
                Some(branch) => self.linear(branch),
                None => (*self.factor(id)).clone(),
            },
            _ => (*self.factor(id)).clone(),
        }
    }

    /// A difference from data: divided by a scale it is one factor, of a size that can be multiplied.
    fn is_difference(&self, id: Id) -> bool {
        match *self.node(id) {
            Node::Binary(Binary::Add | Binary::Subtract, a, b) => self.is_of_data(a) || self.is_of_data(b),
            _ => false,
        }
    }

    /// The node as a factor of products.
    fn factor(&mut self, id: Id) -> Rc<Polynomial> {
        if let Some(known) = &self.factors[id as usize] {
            return known.clone();
        }
        let polynomial = self.new_factor(id);
        let polynomial = Rc::new(self.quotients.cancelled(polynomial));
        self.factors[id as usize] = Some(polynomial.clone());
        polynomial
    }

    fn new_factor(&mut self, id: Id) -> Polynomial {
        if !self.varies(id) {
            return Polynomial::constant(self.coefficient(id));
        }
        if self.program.prepared_leaf(id).is_some() {
            return self.one(id);
        }
        match *self.node(id) {
            Node::Unary(Unary::Negate, a) => self.factor(a).negated(),
            Node::Unary(Unary::Ln1pRatio(order), u) => match self.ratio(order, u) {
                Some(ratio) => ratio,
                None => self.one(id),
            },
            Node::Binary(operation @ (Binary::Add | Binary::Subtract), a, b) => {
                if self.is_of_data(a) || self.is_of_data(b) {
                    return self.one(id);
                }
                let (left, right) = (self.factor(a), self.factor(b));
                let sum = (*left).clone().plus(&right, if operation == Binary::Add { 1.0 } else { -1.0 });
                if sum.0.len() > MOST_TERMS {
                    return self.one(id);
                }
                if !self.varies(a) || !self.varies(b) {
                    let shifted = self.one(id);
                    if let Some((monomial, _)) = shifted.term() {
                        self.shifts.insert(monomial[0], sum);
                    }
                    return shifted;
                }
                let is_bare = |monomial: &Monomial| monomial.iter().all(|factor| self.bare.contains(factor));
                let has_bare = sum.0.keys().any(|monomial| !monomial.is_empty() && is_bare(monomial));
                if has_bare { self.one(id) } else { sum }
            }
            Node::Binary(Binary::Multiply, a, b) => {
                let (left, right) = (self.factor(a), self.factor(b));
                if left.0.len() * right.0.len() <= MOST_TERMS { left.times(&right) } else { self.one(id) }
            }
            Node::Binary(Binary::Divide, a, b) if !self.varies(b) => match self.coefficient(b).reciprocal() {
                Some(reciprocal) if !self.is_difference(a) => self.factor(a).times(&Polynomial::constant(reciprocal)),
                _ => self.one(id),
            },
            Node::Binary(Binary::Divide, a, b) => {
                let numerator = self.factor(a);
                let reciprocal = self.reciprocal(b);
                numerator.times(&reciprocal)
            }
            Node::Select(condition, a, b) => match self.branch(condition, a, b) {
                Some(branch) => (*self.factor(branch)).clone(),
                None => self.one(id),
            },
            _ => self.one(id),
        }
    }

    /// The derivative of this order of ln(1 + u)/u, from ln(1 + u), 1/(1 + u) and 1/u, where u has a scale far from 0.
    fn ratio(&mut self, order: u8, u: Id) -> Option<Polynomial> {
        let scale = super::scale_of(&self.program.nodes, &self.program.by_row, u)?;
        if !self.quotients.is_far(scale) {
            return None;
        }
        let factor = self.factor(u);
        let (monomial, coefficient) = factor.term()?;
        let ([atom], inverse) = (&monomial[..], coefficient.reciprocal()?) else { return None };
        let place = self.place(u);
        let logarithm = self.builder.intern(Node::Unary(Unary::Ln1p, place));
        let slope = self.slope(u);
        self.quotients.ratio(&mut self.builder, order, *atom, inverse, [logarithm, slope])
    }

    /// 1/(1 + node)
    fn slope(&mut self, u: Id) -> Id {
        let (place, factor) = (self.place(u), self.factor(u));
        let one = self.builder.constant(1.0);
        let sum = self.builder.intern(Node::Binary(Binary::Add, one, place));
        let slope = self.builder.intern(Node::Binary(Binary::Divide, one, sum));
        if let Some((product, scale)) = factor.term().filter(|(product, _)| !product.is_empty()) {
            let share = self.builder.intern(Node::Binary(Binary::Multiply, place.min(slope), place.max(slope)));
            self.fractions.add(slope, share, product, scale);
        }
        slope
    }

    /// 1 / node, for one that varies by row.
    fn reciprocal(&mut self, id: Id) -> Polynomial {
        if let Some(u) = one_plus(&self.program.nodes, id).filter(|&u| !self.is_of_data(u)) {
            return Polynomial::row(self.slope(u));
        }
        let one = self.builder.constant(1.0);
        let inverse = |rewriter: &mut Self, of: Id| rewriter.builder.intern(Node::Binary(Binary::Divide, one, of));
        let factor = self.factor(id);
        if let Some((monomial, coefficient)) = factor.term()
            && let (Some(&first), Some(coefficient)) = (monomial.first(), coefficient.reciprocal())
        {
            let monomial = if monomial.iter().all(|other| *other == first) {
                vec![inverse(self, first); monomial.len()]
            } else {
                let product = self.product(monomial);
                vec![inverse(self, product)]
            };
            return Polynomial::of(monomial, coefficient);
        }
        let place = self.place(id);
        Polynomial::row(inverse(self, place))
    }

    /// The node as one factor.
    fn one(&mut self, id: Id) -> Polynomial {
        let place = match self.places[id as usize] {
            Some(known) => known,
            None => self.structure(id),
        };
        self.places[id as usize] = Some(place);
        if self.plain[id as usize] {
            self.bare.insert(place);
        }
        Polynomial::row(place)
    }

    /// Where the value of a node is.
    fn place(&mut self, id: Id) -> Id {
        if let Some(known) = self.places[id as usize] {
            return known;
        }
        let place = if !self.varies(id) {
            match *self.node(id) {
                Node::Constant(value) => self.builder.constant(value),
                _ => self.builder.intern(Node::Parameter(id)),
            }
        } else {
            let factor = self.factor(id);
            match factor.term() {
                Some((monomial, coefficient)) => self.scaled(monomial, coefficient),
                None if factor.0.is_empty() => self.builder.constant(0.0),
                None if self.quotients.are_in(&factor) => self.added_up(&factor),
                None => self.structure(id),
            }
        };
        *self.places[id as usize].get_or_insert(place)
    }

    /// The node, made of the places of its arguments.
    fn structure(&mut self, id: Id) -> Id {
        if let Some(Operand::Column(at)) = self.program.prepared_leaf(id) {
            return self.builder.intern(Node::Column(at as u32));
        }
        let node = match self.node(id) {
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => {
                unreachable!("what is no column is the same for all rows")
            }
            Node::Unary(operation, a) => Node::Unary(*operation, self.place(*a)),
            Node::Binary(operation, a, b) => {
                if matches!(operation, Binary::Add | Binary::Subtract)
                    && let Some(shifted) = self.shifted(id)
                {
                    return shifted;
                }
                Node::Binary(*operation, self.place(*a), self.place(*b))
            }
            Node::Ternary(operation, a, b, c) => {
                Node::Ternary(*operation, self.place(*a), self.place(*b), self.place(*c))
            }
            Node::Quaternary(operation, list) => {
                Node::Quaternary(*operation, list.each_ref().map(|&id| self.place(id)))
            }
            Node::Select(c, a, b) => match self.branch(*c, *a, *b) {
                Some(branch) => return self.place(branch),
                None => Node::Select(self.place(*c), self.place(*a), self.place(*b)),
            },
            Node::LogSumExp(list) => Node::LogSumExp(list.iter().map(|&id| self.place(id)).collect()),
        };
        self.builder.intern(node)
    }

    /// The sum of the terms.
    fn added_up(&mut self, polynomial: &Polynomial) -> Id {
        let mut terms: Vec<Id> =
            polynomial.0.iter().map(|(monomial, coefficient)| self.scaled(monomial, coefficient)).collect();
        let first = terms.pop().expect("a polynomial of no terms is 0");
        terms.into_iter().fold(first, |sum, term| self.builder.binary(Binary::Add, sum, term))
    }

    /// A sum of one value that varies by row, no difference from data, and others that do not: these are added up first.
    fn shifted(&mut self, id: Id) -> Option<Id> {
        if self.is_difference(id) {
            return None;
        }
        let mut sum = self.linear(id);
        let shift = sum.0.remove(&vec![])?;
        let (monomial, coefficient) = sum.term()?;
        let (scaled, shift) = (self.scaled(monomial, coefficient), self.scalar(&shift));
        Some(self.builder.intern(Node::Binary(Binary::Add, scaled, shift)))
    }

    /// The same sums, where what is multiplied by values and a shift is multiplied by each of them: as exact, unless such sums,
    /// which may be small, multiply each other.
    fn unshifted(&self, output: Polynomial) -> Polynomial {
        let mut unshifted = Polynomial::default();
        let mut open: Vec<(Monomial, Coefficient)> = output.0.into_iter().collect();
        while let Some((monomial, coefficient)) = open.pop() {
            let mut shifted = monomial.iter().filter(|factor| self.shifts.contains_key(factor));
            if let (Some(&factor), None) = (shifted.next(), shifted.next()) {
                let rest = without(&monomial, &vec![factor]).expect("it is a factor");
                open.extend(self.shifts[&factor].times(&Polynomial::of(rest, coefficient)).0);
            } else {
                unshifted.add_term(&monomial, &coefficient, 1.0);
            }
        }
        unshifted
    }

    fn scaled(&mut self, monomial: &Monomial, coefficient: &Coefficient) -> Id {
        if monomial.is_empty() {
            return self.scalar(coefficient);
        }
        let product = self.product(monomial);
        let scalar = self.scalar(coefficient);
        match self.builder.constant_value(scalar) {
            Some(1.0) => product,
            Some(-1.0) => self.builder.intern(Node::Unary(Unary::Negate, product)),
            _ => self.builder.intern(Node::Binary(Binary::Multiply, scalar, product)),
        }
    }

    /// A coefficient as a value that is the same for all rows.
    fn scalar(&mut self, coefficient: &Coefficient) -> Id {
        let mut sum = self.builder.constant(0.0);
        for (powers, number) in &coefficient.0 {
            let mut product = self.builder.constant(*number);
            for &(id, power) in powers {
                let value = self.builder.intern(Node::Parameter(id));
                let operation = if power > 0 { Binary::Multiply } else { Binary::Divide };
                for _ in 0..power.unsigned_abs() {
                    product = self.builder.binary(operation, product, value);
                }
            }
            sum = self.builder.binary(Binary::Add, sum, product);
        }
        sum
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

/// The u of 1 + u.
fn one_plus(nodes: &[Node], sum: Id) -> Option<Id> {
    let is_one = |id: Id| matches!(nodes[id as usize], Node::Constant(1.0));
    match nodes[sum as usize] {
        Node::Binary(Binary::Add, a, b) if is_one(a) => Some(b),
        Node::Binary(Binary::Add, a, b) if is_one(b) => Some(a),
        _ => None,
    }
}
