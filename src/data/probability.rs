//! Probabilities of what is known of a row, in logarithms.

use super::Kind;
use crate::model::{Cdf, In, Theta};
use crate::observation::Observation;
use crate::scalar::{Condition, Scalar};
use crate::support::Range;

/// ln 5/18 and ln 8/18: the weights of Gauss and Legendre's rule with three points.
const LN_OUTER: f64 = -1.280_933_845_462_064_4;
const LN_INNER: f64 = -0.810_930_216_216_328_8;

impl Kind {
    /// ln of the probability (or density) that a model gives to what is known of a row.
    pub(crate) fn ln_probability<M: Cdf, S: Scalar>(self, model: &M, theta: Theta<'_, S>, x: &[S]) -> S {
        let at = |column: usize| M::Of::read(&x[column..=column]);
        match self {
            Kind::Exact => model.ln_density(theta, M::Of::read(x)),
            Kind::Anywhere => 0.0.into(),
            Kind::After => model.ln_sf(theta, at(0)),
            Kind::Before => model.ln_cdf(theta, at(0)),
            Kind::Between => {
                let between = ln_between(model, theta, at(0), at(1));
                if !model.support().ranges().first().is_some_and(Range::is_angle) {
                    return between;
                }
                // An arc through ±π: above its left end and below its right one.
                let around = S::log_sum_exp(&[model.ln_sf(theta, at(0)), model.ln_cdf(theta, at(1))]);
                x[1].less_than(x[0]).select(around, between)
            }
        }
    }
}

/// ln P(left < X ≤ right).
///
/// The difference of two tails P(X ≤ right) and P(X ≤ left), or of those above, has the rounding errors of the tails. Where
/// the interval has little of them and the density is smooth in it, the integral of the density has more digits.
pub(crate) fn ln_between<M: Cdf, S: Scalar>(model: &M, theta: Theta<'_, S>, left: In<M, S>, right: In<M, S>) -> S {
    // On the side of the median where the probabilities are small.
    let below = model.ln_cdf(theta, right.clone());
    let is_below = below.less_than(-std::f64::consts::LN_2);
    let greater = is_below.select(below, model.ln_sf(theta, left.clone()));
    let smaller = is_below.select(model.ln_cdf(theta, left.clone()), model.ln_sf(theta, right.clone()));
    // e⁻⁸⁰⁰ is 0. There the smaller may be that of an end so far away that its derivatives are none.
    let lower = smaller - greater;
    let difference = lower.less_than(-800.0).select(greater, greater + lower.ln_1m_exp());
    let (left, right) = (M::Of::columns(&left), M::Of::columns(&right));
    let ([left], [right], false) = (&left[..], &right[..], model.support().is_discrete()) else { return difference };

    let (integral, error) = ln_integral(|x| model.ln_density(theta, M::Of::read(&[x])), *left, *right);
    // A logarithm is rounded to a part of itself, which the difference then has as a part of the tails.
    let rounding = 1.0 - greater;
    let is_smooth = error.less_than(f64::EPSILON * rounding * (greater - integral).exp());
    // What the rule for the integral does not see, the tails do.
    let gap = (integral - greater).exp() + (smaller - greater).exp_m1();
    let agree = gap.abs().less_than(1e-12 * rounding);
    is_smooth.select(agree.select(integral, difference), difference)
}

/// ln ∫ f by the rule of Gauss and Legendre with three points, and as its error, relative to the integral, the distance from
/// Simpson's rule.
fn ln_integral<S: Scalar>(ln_density: impl Fn(S) -> S, left: S, right: S) -> (S, S) {
    let width = right - left;
    let middle = left + 0.5 * width;
    let step = (0.6_f64.sqrt() / 2.0) * width;
    let [first, before, at, after, last] = [left, middle - step, middle, middle + step, right].map(ln_density);
    let mean = S::log_sum_exp(&[before + LN_OUTER, at + LN_INNER, after + LN_OUTER]);
    let simpson = ((first - mean).exp() + 4.0 * (at - mean).exp() + (last - mean).exp()) / 6.0;
    (mean + width.ln(), (simpson - 1.0).abs())
}

/// ln P(X ≤ x) and ln P(X > x), the greater of which is the complement of the smaller, whose digits it has.
pub(crate) fn with_digits<S: Scalar>(below: S, above: S) -> (S, S) {
    let small = -std::f64::consts::LN_2;
    let from_below = below.less_than(small);
    let from_above = above.less_than(small);
    (from_above.select(above.ln_1m_exp(), below), from_below.select(below.ln_1m_exp(), above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::VonMises;

    #[test]
    fn an_arc_through_the_end_of_a_turn_is_what_the_rest_of_the_turn_leaves() {
        let theta = [2.8, 1.7];
        let around = Kind::Between.ln_probability(&VonMises, Theta::new(&theta), &[3.0, -2.5]);
        let rest = Kind::Between.ln_probability(&VonMises, Theta::new(&theta), &[-2.5, 3.0]);
        assert!((f64::exp(around) + f64::exp(rest) - 1.0).abs() < 1e-13);
    }
}
