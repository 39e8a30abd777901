//! [`Fractions`]: sums of products with r = 1/(1 + u), u = s x, of which fewer are needed with d = u/(1 + u).
//!
//! What is multiplied by x r is multiplied by d, divided by s; where nothing else is a factor, r is 1 − d. So Student's t needs the
//! sums of d, d², z r and z r d for its Hessian. They are as exact as before but where d is near 1 in all rows, which
//! [`Share::is_told`] asks of the sums: beside other factors, which may be large where 1 − d is small, r stays.

use std::collections::BTreeMap;

use super::polynomial::{Coefficient, Monomial, Polynomial, without};
use super::quotients::Quotients;
use crate::graph::Id;

/// What is known of r = 1/(1 + s x): the product x, 1/s, and where d = s x r is.
#[derive(Debug)]
struct Slope {
    product: Monomial,
    inverse: Coefficient,
    share: Id,
}

#[derive(Debug, Default)]
pub(super) struct Fractions {
    slopes: BTreeMap<Id, Slope>,
}

/// Of a d in place of whose r stands 1 − d, which sums are of d, and of d² if r² is among them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) first: usize,
    pub(super) second: Option<usize>,
}

/// The least mean of r and of r²: sums of 1 − d and of its square lose three digits at most then.
const LEAST_MEANS: (f64, f64) = (1e-2, 1e-3);

impl Share {
    /// Whether the sums of 1 − d, and of its square, have digits enough.
    pub(super) fn is_told(self, sums: &[f64], weight: f64) -> bool {
        let first = sums[self.first];
        let is_told = |second: usize| weight - 2.0 * first + sums[second] >= LEAST_MEANS.1 * weight;
        weight - first >= LEAST_MEANS.0 * weight && self.second.is_none_or(is_told)
    }
}

impl Fractions {
    /// Tells that this node is 1/(1 + scale · product), and where scale · product / (1 + scale · product) is.
    pub(super) fn add(&mut self, slope: Id, share: Id, product: &Monomial, scale: &Coefficient) {
        if let Some(inverse) = scale.reciprocal() {
            self.slopes.insert(slope, Slope { product: product.clone(), inverse, share });
        }
    }

    /// The same sums, and of which d they have powers of 1 − d, up to the first or the second.
    pub(super) fn reduced(
        &self,
        outputs: Vec<Polynomial>,
        quotients: &Quotients,
    ) -> (Vec<Polynomial>, BTreeMap<Id, usize>) {
        let outputs: Vec<Polynomial> = outputs.into_iter().map(|output| quotients.cancelled(output)).collect();
        // Where r is nowhere beside x, nothing is gained.
        let gains = |slope: Id, known: &Slope| {
            let mut monomials = outputs.iter().flat_map(|output| output.0.keys());
            monomials.any(|monomial| known.of_product(slope, monomial).is_some())
        };
        let slopes: Vec<(Id, &Slope)> = self.slopes.iter().map(|(&slope, known)| (slope, known)).collect();
        let slopes: Vec<(Id, &Slope)> = slopes.into_iter().filter(|(slope, known)| gains(*slope, known)).collect();
        let mut told = BTreeMap::new();
        let mut reduce = |output: Polynomial| {
            let mut reduced = Polynomial::default();
            let mut open: Vec<(Monomial, Coefficient)> = output.0.into_iter().collect();
            while let Some((monomial, coefficient)) = open.pop() {
                let of_product = slopes.iter().find_map(|(slope, known)| known.of_product(*slope, &monomial));
                let alone =
                    || slopes.iter().find_map(|(slope, known)| Some((known.alone(*slope, &monomial)?, known.share)));
                if let Some((monomial, inverse)) = of_product {
                    open.push((monomial, coefficient.times(inverse)));
                } else if let Some((rest, share)) = alone() {
                    let power = told.entry(share).or_insert(1);
                    *power = monomial.len().max(*power);
                    open.push((with(rest.clone(), share), coefficient.times(&Coefficient::number(-1.0))));
                    open.push((rest, coefficient));
                } else {
                    reduced.add_term(&monomial, &coefficient, 1.0);
                }
            }
            reduced
        };
        let reduced = outputs.into_iter().map(&mut reduce).collect();
        (reduced, told)
    }
}

impl Slope {
    /// x r as d, and what it is divided by.
    fn of_product(&self, slope: Id, monomial: &Monomial) -> Option<(Monomial, &Coefficient)> {
        let rest = without(&without(monomial, &vec![slope])?, &self.product)?;
        Some((with(rest, self.share), &self.inverse))
    }

    /// What is left of r, r² or r d.
    fn alone(&self, slope: Id, monomial: &Monomial) -> Option<Monomial> {
        let is_alone = monomial.iter().all(|factor| [slope, self.share].contains(factor));
        (is_alone && monomial.len() <= 2).then(|| without(monomial, &vec![slope])).flatten()
    }
}

fn with(mut monomial: Monomial, factor: Id) -> Monomial {
    monomial.push(factor);
    monomial.sort_unstable();
    monomial
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Id = 0;
    const Y: Id = 1;
    const R: Id = 2;
    const D: Id = 3;
    const T: Id = 4;

    /// What each of these products becomes, where r = 1/(1 + s x y) and d = s x y r.
    fn reduced(outputs: &[&[Id]]) -> (Vec<Polynomial>, BTreeMap<Id, usize>) {
        let mut fractions = Fractions::default();
        fractions.add(R, D, &vec![X, Y], &Coefficient::value_of(0));
        let outputs = outputs.iter().map(|factors| Polynomial::of(factors.to_vec(), Coefficient::one())).collect();
        fractions.reduced(outputs, &Quotients::default())
    }

    #[test]
    fn fractions_are_what_they_are_made_of() {
        let outputs: [&[Id]; 9] = [
            &[X, Y, R],
            &[X, X, Y, Y, R, R],
            &[X, Y, R, R],
            &[X, Y, Y, R, R, T],
            &[R],
            &[R, R],
            &[R, T],
            &[X, R, R],
            &[R, R, R],
        ];
        for u in [-0.6, 0.3, 7.0] {
            let (s, y) = (0.4, 1.3);
            let values = [u / (s * y), y, 1.0 / (1.0 + u), u / (1.0 + u), 0.7];
            let product = |factors: &[Id]| factors.iter().map(|&id| values[id as usize]).product::<f64>();
            for (before, after) in outputs.iter().zip(&reduced(&outputs).0) {
                let after: f64 = after.0.iter().map(|(factors, of)| of.value(&[s]) * product(factors)).sum();
                let before = product(before);
                assert!((before - after).abs() < 1e-13 * (1.0 + before.abs()), "{before} {after}");
            }
        }
        let of = |polynomial: &Polynomial| polynomial.0.keys().cloned().collect::<Vec<Monomial>>();
        let after: Vec<Vec<Monomial>> = reduced(&outputs).0.iter().map(of).collect();
        let squares = vec![vec![D], vec![D, D]];
        assert_eq!(after[..4], [vec![vec![D]], vec![vec![D, D]], squares, vec![vec![Y, R, D, T]]]);
        assert_eq!(after[5], [vec![], vec![D], vec![D, D]]);
        assert_eq!(after[6..], [vec![vec![R, T]], vec![vec![X, R, R]], vec![vec![R, R, R]]]);
    }

    #[test]
    fn what_was_made_of_differences_is_known() {
        assert_eq!(reduced(&[&[X, Y, R]]).1, BTreeMap::new());
        assert_eq!(reduced(&[&[X, Y, R], &[R]]).1, BTreeMap::from([(D, 1)]));
        assert_eq!(reduced(&[&[X, Y, R, R]]).1, BTreeMap::from([(D, 2)]));
        // Where nothing is gained, nothing is done.
        let (alone, shares) = reduced(&[&[R], &[R, R], &[X, R]]);
        assert!(shares.is_empty() && alone[0].0.contains_key(&vec![R]));
    }

    #[test]
    fn shares_near_1_are_in_doubt() {
        let share = Share { first: 0, second: Some(1) };
        let of = |slope: f64| [10.0 * (1.0 - slope), 10.0 * (1.0 - slope).powi(2)];
        for (slope, is_told) in [(1.0, true), (0.5, true), (0.04, true), (0.03, false), (0.0, false)] {
            assert_eq!(share.is_told(&of(slope), 10.0), is_told);
            let of_first = Share { second: None, ..share };
            assert_eq!(of_first.is_told(&of(slope), 10.0), slope > 0.01);
        }
        // A few rows in the middle of many that are far are enough; that all are half way is not.
        assert!(share.is_told(&[9.8, 9.8], 10.0));
        assert!(!share.is_told(&[9.7, 9.405], 10.0));
    }
}
