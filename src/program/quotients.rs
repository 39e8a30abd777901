//! [`Quotients`]: ln(1 + u)/u and its derivatives as sums of quotients, where what they are multiplied by cancels their
//! denominators.
//!
//! A formula writes ln(1 + ξz)/ξ as z · g(ξz), g(u) = ln(1 + u)/u, so that it holds at ξ = 0 as well. Far from there it is the
//! logarithm of the one divided by the other again, and u g′ = 1/(1 + u) − g, u g″ = −1/(1 + u)² − 2 g′. A denominator that is
//! left in the end may vanish in a row: then no quotient is taken apart.

use std::collections::{BTreeMap, BTreeSet};

use super::polynomial::{Coefficient, Monomial, Polynomial};
use crate::graph::{Builder, Id, Node};
use crate::operation::Binary;

#[derive(Debug, Default)]
pub(super) struct Quotients {
    /// Factors of u that are the same for all rows, and far from 0.
    far: BTreeSet<Id>,
    /// What stands for 1/x, by itself: a formula's own 1/x is another node, and is not cancelled.
    inverses: BTreeMap<Id, Id>,
    /// Logarithms and slopes that quotients are made of.
    parts: BTreeSet<Id>,
}

impl Quotients {
    pub(super) fn of_scales(far: impl Iterator<Item = Id>) -> Quotients {
        Quotients { far: far.collect(), ..Quotients::default() }
    }

    pub(super) fn is_far(&self, scale: Id) -> bool {
        self.far.contains(&scale)
    }

    /// The derivative of this order, at most 2, of ln(1 + u)/u, where 1/u = `inverse` / `atom`, from ln(1 + u) and 1/(1 + u).
    pub(super) fn ratio(
        &mut self,
        builder: &mut Builder,
        order: u8,
        atom: Id,
        inverse: Coefficient,
        [logarithm, slope]: [Id; 2],
    ) -> Option<Polynomial> {
        let minus_one = builder.constant(-1.0);
        let one_over_atom = builder.intern(Node::Binary(Binary::Power, atom, minus_one));
        self.inverses.insert(one_over_atom, atom);
        self.parts.extend([logarithm, slope]);
        let over_u = Polynomial::of(vec![one_over_atom], inverse);
        let (logarithm, slope) = (Polynomial::row(logarithm), Polynomial::row(slope));
        let value = logarithm.times(&over_u);
        let first = slope.clone().plus(&value, -1.0).times(&over_u);
        match order {
            0 => Some(value),
            1 => Some(first),
            2 => Some(slope.times(&slope).negated().plus(&first, -2.0).times(&over_u)),
            _ => None,
        }
    }

    /// The same polynomial where what multiplies its inverse is 1.
    pub(super) fn cancelled(&self, polynomial: Polynomial) -> Polynomial {
        if !polynomial.0.keys().flatten().any(|factor| self.inverses.contains_key(factor)) {
            return polynomial;
        }
        let mut cancelled = Polynomial::default();
        polynomial.0.iter().for_each(|(monomial, coefficient)| {
            cancelled.add_term(&self.without_inverses(monomial), coefficient, 1.0);
        });
        cancelled
    }

    fn without_inverses(&self, monomial: &Monomial) -> Monomial {
        let mut left = monomial.clone();
        for (inverse, atom) in &self.inverses {
            while let (Some(at), Some(other)) =
                (left.iter().position(|id| id == inverse), left.iter().position(|id| id == atom))
            {
                left.remove(at.max(other));
                left.remove(at.min(other));
            }
        }
        left
    }

    /// Whether the polynomial has parts of a quotient that was taken apart.
    pub(super) fn are_in(&self, polynomial: &Polynomial) -> bool {
        polynomial.0.keys().flatten().any(|factor| self.parts.contains(factor))
    }

    /// Whether nothing that is summed needs an inverse.
    pub(super) fn are_gone(&self, nodes: &[Node], summed: &[Id]) -> bool {
        let mut needed = vec![false; nodes.len()];
        summed.iter().for_each(|&id| needed[id as usize] = true);
        for (at, node) in nodes.iter().enumerate().rev().filter(|_| !self.inverses.is_empty()) {
            if needed[at] {
                node.arguments().for_each(|id| needed[id as usize] = true);
            }
        }
        self.inverses.keys().all(|&inverse| !needed[inverse as usize])
    }
}
