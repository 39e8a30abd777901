//! The distribution function of the beta-binomial law, in logarithms, with derivatives by both shapes.

use super::incomplete_beta::MOST_BETA_ORDERS;
use super::jet::{Jet, Number, of_orders};

/// The derivative of ln P(X ≤ x), `by_a` times by a and `by_b` times by b, at most three times together: X is the
/// beta-binomial number of successes, of shapes a > 0 and b > 0, among x + `rest` trials. NaN elsewhere.
///
/// The upper tail P(X > x) is P(X ≤ `rest` − 1) of the shapes exchanged, among as many trials. Both tails are accurate: where
/// the probability is near 1, its logarithm has the digits of the complement.
///
/// The probabilities on either side of x are added up in units of that of x, from which each follows by the ratio
/// P(X = j + 1) / P(X = j) = (m − j)(j + a) / ((j + 1)(m − j − 1 + b)) (Johnson, Kemp and Kotz, *Univariate Discrete
/// Distributions*, 3rd ed., section 6.2.2), as far as they matter. NaN where more than a million on one side do.
///
/// # Example
///
/// ```
/// use thetahat::special::ln_beta_binomial_cdf;
///
/// // Of shapes 1 and 1 all counts are equally probable.
/// assert!((ln_beta_binomial_cdf(0, 0, 1.0, 1.0, 2.0, 7.0) - 0.3_f64.ln()).abs() < 1e-15);
/// ```
pub fn ln_beta_binomial_cdf(by_a: u8, by_b: u8, a: f64, b: f64, x: f64, rest: f64) -> f64 {
    let is_inside = a > 0.0 && b > 0.0 && a < f64::INFINITY && b < f64::INFINITY;
    if !is_inside || by_a.saturating_add(by_b) > MOST_BETA_ORDERS || !(x + rest).is_finite() {
        return f64::NAN;
    }
    let is_value = (by_a, by_b) == (0, 0);
    let (x, trials) = (x.floor(), (x + rest).round());
    if x < 0.0 {
        return if is_value { f64::NEG_INFINITY } else { f64::NAN };
    }
    if x >= trials {
        return 0.0;
    }
    of_orders!(by_a, by_b, derivative(a, b, x, trials))
}

fn derivative<const J: usize, const K: usize>(a: f64, b: f64, x: f64, trials: f64) -> f64 {
    let (a, b) = Jet::<J, K>::variables(a, b);
    let (Some(below), Some(above)) = (Sum::beyond(b, a, trials - x, trials), Sum::beyond(a, b, x, trials)) else {
        return f64::NAN;
    };
    let below = Sum { of: below.of + below.unit, ..below };
    // −ln(1 + above/below), by the quotient that does not overflow.
    let ln_cdf = if above.ln_size() > below.ln_size() {
        below.ln() - above.ln() - below.over(&above).ln_1p()
    } else {
        -above.over(&below).ln_1p()
    };
    ln_cdf.derivative()
}

/// A sum of probabilities in units of one of them: e^(`ln_scale`) · `of`.
struct Sum<N> {
    of: N,
    ln_scale: f64,
    /// e^(−`ln_scale`)
    unit: f64,
}

/// Terms greater than this are scaled down by it.
const LARGE: f64 = 1e200;

/// What is left out of a sum, as a part of it: the third derivative has it a few thousand times over.
const NEGLIGIBLE: f64 = 1e-21;

/// So many terms of a sum at most.
const MOST_TERMS: f64 = 1e6;

impl<N: Number> Sum<N> {
    /// Its logarithm: of a number near 1, whose powers neither overflow nor underflow.
    fn ln(&self) -> N {
        (self.of * self.of.value().recip()).ln() + self.ln_size()
    }

    /// The logarithm of its value.
    fn ln_size(&self) -> f64 {
        self.of.value().ln() + self.ln_scale
    }

    /// The quotient by a greater sum.
    fn over(&self, greater: &Sum<N>) -> N {
        let size = greater.of.value().recip();
        (self.of * size) / (greater.of * size) * (self.ln_scale - greater.ln_scale).exp()
    }

    /// P(X > x) / P(X = x), of the shape `a` of successes and `b` of failures.
    fn beyond(a: N, b: N, x: f64, trials: f64) -> Option<Sum<N>> {
        let mut sum = Sum { of: a.constant(0.0), ln_scale: 0.0, unit: 1.0 };
        let (mut term, mut j) = (a.constant(1.0), x);
        while j < trials {
            if j - x >= MOST_TERMS {
                return None;
            }
            let left = trials - j;
            // Two factors near 1 each, where both shapes are great.
            let ratio = (a + j) / (b + (left - 1.0)) * (left / (j + 1.0));
            term = term * ratio;
            if term.value() > LARGE {
                term = term * LARGE.recip();
                sum = Sum { of: sum.of * LARGE.recip(), ln_scale: sum.ln_scale + LARGE.ln(), unit: sum.unit / LARGE };
            }
            sum.of = sum.of + term;
            // No later ratio is greater than this.
            let of_failures = if b.value() >= 1.0 { left / (left - 1.0 + b.value()) } else { b.value().recip() };
            let of_successes = if a.value() >= 1.0 { (j + a.value()) / (j + 1.0) } else { 1.0 };
            let bound = of_failures * of_successes;
            if bound < 1.0 && term.value() * bound < NEGLIGIBLE * (1.0 - bound) * sum.of.value() {
                break;
            }
            j += 1.0;
        }
        Some(sum)
    }
}
