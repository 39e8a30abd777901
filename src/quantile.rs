//! Quantiles, by inverting a distribution function.

use crate::model::{Cdf, Theta};
use crate::observation::Observation;
use crate::support::Range;

/// A probability by its logarithm, of what is not more than x or of what is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tail {
    Lower(f64),
    Upper(f64),
}

/// The least x with P(X ≤ x) ≥ `p`, as far as ln p resolves p.
pub(crate) fn invert<M: Cdf + ?Sized>(model: &M, theta: &[f64], p: f64) -> f64 {
    let support = model.support();
    let [range] = support.ranges() else { return f64::NAN };
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    // In the upper half by the complement, which has the digits there.
    let tail = if p <= 0.5 { Tail::Lower(p.ln()) } else { Tail::Upper((-p).ln_1p()) };
    invert_in(range, model, theta, tail)
}

/// The least x of the range which leaves no more than the tail.
///
/// Doubles are in the order of integers, among which the step is looked for: x is found whatever its magnitude.
pub(crate) fn invert_in<M: Cdf + ?Sized>(range: &Range, model: &M, theta: &[f64], tail: Tail) -> f64 {
    // A step of a count that ends at p reaches it, however the two are rounded.
    let slack = if range.is_integer() { 64.0 * f64::EPSILON } else { 0.0 };
    let value = |place: i64| if range.is_integer() { number(place).floor() } else { number(place) };
    let beyond = |place: i64| {
        let (theta, x) = (Theta::new(theta), M::Of::read(&[value(place)]));
        match tail {
            Tail::Lower(ln_p) => model.ln_cdf(theta, x) - (ln_p - slack),
            Tail::Upper(ln_q) => ln_q + slack - model.ln_sf(theta, x),
        }
    };
    // Between two counts there is nothing.
    let is_settled = |low: i64, high: i64| range.is_integer() && value(high) - value(low) <= 1.0;
    value(first_not_negative(beyond, is_settled, place(range.lower()), place(range.upper())))
}

/// The first integer from `low` to `high` at which a function that increases is not negative; `high`, if there is none. It
/// may be one beyond the first, if the search is settled when it is between two.
///
/// Where it is smooth by interpolation, and never in more steps than bisection takes but for a few: each step is as near to
/// where the chord crosses zero as leaves so many (Oliveira and Takahashi, "An enhancement of the bisection method average
/// performance preserving minmax optimality", 2020).
fn first_not_negative(f: impl Fn(i64) -> f64, is_settled: impl Fn(i64, i64) -> bool, low: i64, high: i64) -> i64 {
    const EXTRA_STEPS: u32 = 8;
    let (mut low, mut high) = (low, high);
    let (mut below, mut above) = (f(low), f(high));
    if below >= 0.0 {
        return low;
    }
    let steps_of = |width: u64| u64::BITS - width.saturating_sub(1).leading_zeros();
    let mut left = steps_of(high.wrapping_sub(low) as u64) + EXTRA_STEPS;
    // How far beyond the chord's zero a step goes, so that the next end to move is the other one.
    let mut push: u64 = 1;
    let mut reached = None;
    loop {
        let width = high.wrapping_sub(low) as u64;
        if width <= 1 || is_settled(low, high) {
            return high;
        }
        left -= 1;
        // What may remain after this step: bisection finishes it in the steps that are left.
        let most = if left >= u64::BITS { u64::MAX } else { 1_u64 << left };
        let (nearest, farthest) = (width.saturating_sub(most).max(1), most.min(width - 1));
        let share = below / (below - above);
        let step = if share.is_finite() {
            let crossing = (share * width as f64) as u64;
            let middle = width / 2;
            let pushed = if crossing < middle {
                crossing.saturating_add(push).min(middle)
            } else {
                crossing.saturating_sub(push).max(middle)
            };
            pushed.clamp(nearest, farthest)
        } else {
            width / 2
        };
        let place = low.wrapping_add(step as i64);
        let there = f(place);
        let reaches = there >= 0.0;
        if reaches {
            (high, above) = (place, there);
        } else {
            (low, below) = (place, there);
        }
        push = if reached == Some(reaches) { push.saturating_mul(8) } else { 1 };
        reached = Some(reaches);
    }
}

/// The place of a double in the order of doubles.
fn place(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

/// The double at a place.
fn number(place: i64) -> f64 {
    f64::from_bits(if place < 0 { i64::MIN.wrapping_sub(place) } else { place } as u64)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{first_not_negative, invert, number, place};
    use crate::prelude::*;

    #[test]
    fn doubles_are_in_the_order_of_their_places() {
        let sorted = [f64::NEG_INFINITY, -1.5, -5e-324, 0.0, 5e-324, 1.5, 1e300, f64::INFINITY];
        assert!(sorted.windows(2).all(|pair| place(pair[0]) < place(pair[1])));
        assert!(sorted.iter().all(|&x| number(place(x)) == x));
    }

    #[test]
    fn of_both_tails_keep_their_digits() {
        // −ln(1 − p) of the exponential, and of counts the first that reaches p.
        // A logarithm of −691 is known to 1e-13, and so is its exponential.
        assert!((invert(&Exponential, &[1.0], 1e-300) / 1e-300 - 1.0).abs() < 2e-13);
        assert!((invert(&Normal, &[0.0, 1.0], 1e-300) / -37.047_096_299_361_2 - 1.0).abs() < 1e-14);
        assert_eq!(Geometric.quantile(&[0.25], 0.25), 0.0);
        assert_eq!(Geometric.quantile(&[0.25], 0.26), 1.0);
    }

    #[test]
    fn take_no_more_steps_than_bisection_and_fewer_where_it_is_smooth() {
        let steps = Cell::new(0);
        let taken = |f: &dyn Fn(f64) -> f64, least: i64, greatest: i64| {
            steps.set(0);
            let counted = |k: i64| {
                steps.set(steps.get() + 1);
                f(number(k))
            };
            let found = first_not_negative(counted, |_, _| false, least, greatest);
            assert!(f(number(found)) >= 0.0 && f(number(found - 1)) < 0.0);
            steps.get()
        };
        let all = (place(f64::NEG_INFINITY), place(f64::INFINITY));
        // A step, a law, and a line through 0.
        assert!(taken(&|x| if x < 1e-77 { -1.0 } else { 1e300 }, all.0, all.1) <= 64 + 8 + 2);
        assert!(taken(&|x| Gamma.ln_cdf(Theta::new(&[2.3, 1.4]), x) + 2.0, place(0.0), all.1) <= 32);
        assert!(taken(&|x| x - 3.3, place(2.0), place(5.0)) <= 16);
    }

    #[test]
    fn of_certain_events_are_the_ends() {
        assert_eq!(Normal.quantile(&[0.0, 1.0], 0.0), f64::NEG_INFINITY);
        assert_eq!(Exponential.quantile(&[1.0], 0.0), 0.0);
        assert_eq!(Exponential.quantile(&[1.0], 1.0), f64::INFINITY);
        assert!(Normal.quantile(&[0.0, 1.0], 1.5).is_nan() && Normal.quantile(&[0.0, 1.0], f64::NAN).is_nan());
    }
}
