//! Quantiles, by inverting a distribution function.

use crate::model::{Cdf, Theta};
use crate::observation::Observation;

/// The least x with P(X ≤ x) ≥ `p`, as far as ln p resolves p.
///
/// Doubles are in the order of integers, so that 64 halvings of all of them find x, whatever its magnitude.
pub(crate) fn invert<M: Cdf + ?Sized>(model: &M, theta: &[f64], p: f64) -> f64 {
    let support = model.support();
    let [range] = support.ranges() else { return f64::NAN };
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    // A step of a count that ends at p reaches it, however the two are rounded.
    let slack = if range.is_integer() { 64.0 * f64::EPSILON } else { 0.0 };
    let reaches = |x: f64| {
        let x = M::Of::read(&[if range.is_integer() { x.floor() } else { x }]);
        // In the upper half by the complement, which has the digits there.
        if p <= 0.5 {
            model.ln_cdf(Theta::new(theta), x) >= p.ln() - slack
        } else {
            model.ln_sf(Theta::new(theta), x) <= (-p).ln_1p() + slack
        }
    };
    let (mut low, mut high) = (place(range.lower()), place(range.upper()));
    if reaches(number(low)) {
        return number(low);
    }
    while high.wrapping_sub(low) as u64 > 1 {
        let middle = low.midpoint(high);
        if reaches(number(middle)) { high = middle } else { low = middle }
    }
    number(high)
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
    use super::{invert, number, place};
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
    fn of_certain_events_are_the_ends() {
        assert_eq!(Normal.quantile(&[0.0, 1.0], 0.0), f64::NEG_INFINITY);
        assert_eq!(Exponential.quantile(&[1.0], 0.0), 0.0);
        assert_eq!(Exponential.quantile(&[1.0], 1.0), f64::INFINITY);
        assert!(Normal.quantile(&[0.0, 1.0], 1.5).is_nan() && Normal.quantile(&[0.0, 1.0], f64::NAN).is_nan());
    }
}
