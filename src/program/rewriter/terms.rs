//! The nodes of a program as polynomials in values that vary by row, and these values as nodes of another graph.

use std::rc::Rc;

use super::super::polynomial::{Coefficient, Monomial, Polynomial};
use super::super::{Operand, scale_of};
use super::{MOST_TERMS, Rewriter};
use crate::graph::{Id, Node};
use crate::operation::{Binary, Unary};

impl<'p> Rewriter<'p> {
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
    pub(super) fn linear(&mut self, id: Id) -> Polynomial {
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
                let mut monomials = left.0.keys().chain(right.0.keys());
                let has_bare = monomials.any(|monomial| monomial.iter().all(|factor| self.bare.contains(factor)));
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
        let scale = scale_of(&self.program.nodes, &self.program.by_row, u)?;
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
    pub(super) fn place(&mut self, id: Id) -> Id {
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
