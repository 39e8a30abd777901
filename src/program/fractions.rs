//! [`Fractions`]: sums of products with r = 1/(1 + u), u = s x, as partial fractions, so that fewer of them are needed.
//!
//! What is multiplied by x r is multiplied by d = u/(1 + u), divided by s; r is 1 − d, r/x is 1/x − s r, and d/x is s r. So
//! Student's t needs the sums of d and d² and no others of r, and what cancels does. Beside a part of x that is left, which d does
//! not keep from being large, it is r that stays: z r² is z r − z r d. All of them are as exact as before but 1 − d where d is
//! near 1 in all rows: [`is_told`] is asked of the sums.

use std::collections::{BTreeMap, BTreeSet};

use super::polynomial::{Coefficient, Monomial, Polynomial, without};
use super::quotients::Quotients;
use crate::graph::Id;

/// What is known of r = 1/(1 + s x): the product x, s, 1/s, and where d = s x r is.
#[derive(Debug)]
struct Slope {
    product: Monomial,
    scale: Coefficient,
    inverse: Coefficient,
    share: Id,
}

#[derive(Debug, Default)]
pub(super) struct Fractions {
    slopes: BTreeMap<Id, Slope>,
}

/// The least mean of r², for which sums of (1 − d)² are exact to 1e-10.
const LEAST_SQUARE: f64 = 1e-6;

/// Whether 1 − d is far enough from 0, from the sums of the weights, of d and of d².
pub(super) fn is_told(weight: f64, share: f64, square: f64) -> bool {
    weight - 2.0 * share + square >= LEAST_SQUARE * weight
}

impl Fractions {
    /// Tells that this node is 1/(1 + scale · product), and where scale · product / (1 + scale · product) is.
    pub(super) fn add(&mut self, slope: Id, share: Id, product: &Monomial, scale: &Coefficient) {
        if let Some(inverse) = scale.reciprocal() {
            let known = Slope { product: product.clone(), scale: scale.clone(), inverse, share };
            self.slopes.insert(slope, known);
        }
    }

    /// The same sums, and the shares d of which squares are among them.
    pub(super) fn reduced(mut self, outputs: &mut [Polynomial], quotients: &Quotients) -> Vec<Id> {
        let monomials: BTreeSet<&Monomial> = outputs.iter().flat_map(|output| output.0.keys()).collect();
        // Where r meets neither x nor 1/x, nothing is gained.
        self.slopes.retain(|&slope, known| {
            monomials.iter().any(|monomial| {
                without(monomial, &vec![slope]).is_some_and(|rest| {
                    without(&rest, &known.product).is_some() || known.divisor(&rest, quotients).is_some()
                })
            })
        });
        for output in outputs.iter_mut().filter(|_| !self.slopes.is_empty()) {
            let mut open: Vec<(Monomial, Coefficient)> = std::mem::take(&mut output.0).into_iter().collect();
            while let Some((monomial, coefficient)) = open.pop() {
                let monomial = quotients.without_inverses(&monomial);
                let next = self.slopes.iter().find_map(|(&slope, known)| known.step(slope, &monomial, quotients));
                match next {
                    Some(terms) => {
                        open.extend(terms.into_iter().map(|(monomial, factor)| (monomial, coefficient.times(&factor))))
                    }
                    None => output.add_term(&monomial, &coefficient, 1.0),
                }
            }
        }
        let is_squared =
            |share: &Id| outputs.iter().flat_map(|output| output.0.keys()).any(|monomial| count(monomial, *share) > 1);
        self.slopes.values().map(|known| known.share).filter(is_squared).collect()
    }
}

impl Slope {
    /// One step towards partial fractions, if there is one.
    fn step(&self, slope: Id, monomial: &Monomial, quotients: &Quotients) -> Option<Vec<(Monomial, Coefficient)>> {
        let (one, minus_one) = (Coefficient::one(), Coefficient::number(-1.0));
        let of_share = without(monomial, &vec![self.share]);
        if let Some(rest) = without(monomial, &vec![slope]) {
            if let Some(rest) = without(&rest, &self.product) {
                return Some(vec![(with(rest, self.share), self.inverse.clone())]);
            }
            if let Some(divisor) = self.divisor(&rest, quotients) {
                let without_it = without(monomial, &vec![divisor])?;
                return Some(vec![(rest, one), (without_it, self.scale.times(&minus_one))]);
            }
            if !self.has_part(&rest) {
                return Some(vec![(rest.clone(), one), (with(rest, self.share), minus_one)]);
            }
            // r² = r − r d
            return without(&rest, &vec![slope])
                .map(|_| vec![(rest.clone(), one), (with(rest, self.share), minus_one)]);
        }
        let rest = of_share?;
        if let Some(divisor) = self.divisor(&rest, quotients) {
            return Some(vec![(with(without(&rest, &vec![divisor])?, slope), self.scale.clone())]);
        }
        if let Some(with_share) = without(monomial, &self.product) {
            return Some(vec![(rest, one), (with_share, self.inverse.times(&minus_one))]);
        }
        self.has_part(&rest).then(|| vec![(rest.clone(), one), (with(rest, slope), minus_one)])
    }

    /// What stands for 1/x, if it is a factor.
    fn divisor(&self, monomial: &Monomial, quotients: &Quotients) -> Option<Id> {
        let [atom] = self.product[..] else { return None };
        monomial.iter().copied().find(|&factor| quotients.is_inverse(factor, atom))
    }

    fn has_part(&self, monomial: &Monomial) -> bool {
        monomial.iter().any(|factor| self.product.contains(factor))
    }
}

fn with(mut monomial: Monomial, factor: Id) -> Monomial {
    monomial.push(factor);
    monomial.sort_unstable();
    monomial
}

fn count(monomial: &Monomial, factor: Id) -> usize {
    monomial.iter().filter(|other| **other == factor).count()
}
