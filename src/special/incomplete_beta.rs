//! The regularised incomplete beta function, in logarithms, with derivatives by both shapes.
//!
//! Of λ = logit x, so that neither x nor 1 − x loses digits next to 1. The integral is one of a positive function, on which
//! no branch of the parameters and no continued fraction loses digits; the derivatives by the shapes are integrals of the
//! same kind, as coefficients of a [`Jet`]. With s the logit of t and v = λ − s,
//!
//! B(a, b) I = xᵃ (1 − x)ᵇ ∫ e^(aA + bB) dv over v > 0, A = ln(t/x), B = ln((1 − t)/(1 − x))
//!
//! (DLMF 8.17.1), and by parts a ∫ e^(aA + bB) dv = 1 + (a + b) ∫ t e^(aA + bB) dv, which falls as e^(−(a+1)v) however
//! small a is. The integrand is the exponential of a concave function with bends where tᵃ and (1 − t)ᵇ begin to fall, at
//! which the interval is divided.

use super::gamma::polygamma;
use super::incomplete_gamma::{LARGE, exp_m1_minus_x, stirling_rest};
use super::jet::{Jet, Number, factorial, of_orders};
use super::quadrature::{FALL, fallen, nodes};
use super::{ln_gamma, ln_logistic, ln_rising, logistic, polygamma_rising, x_minus_ln_1p};

/// The derivative of ln I, `by_a` times by a and `by_b` times by b, at most three times together: I is the regularised
/// incomplete beta function of the bound x = 1 / (1 + e^(−λ)), the probability that a beta variable of shapes a > 0 and b > 0
/// is at most x. NaN elsewhere.
///
/// The upper tail is I with a and b exchanged, and −λ. Both tails are accurate: where I is near 1, ln I has the digits of
/// 1 − I. Of shapes 0 and ∞, where all of the law lies at one end, the value alone is known.
///
/// For shapes from 1e-8 to 1e5 the error of ln I is below 16ε ((1 + |λ|) |∂/∂λ| + |a ∂/∂a| + |b ∂/∂b| + |ln I|), ε = 2.2e-16,
/// a few times what rounding of the arguments does (10,000 points of Arb in `tests/special/`). That of the derivatives is
/// bounded there likewise.
///
/// # Example
///
/// ```
/// use thetahat::special::ln_beta_p;
///
/// // Of shapes 1 and b: 1 − (1 − x)ᵇ.
/// let (x, b) = (0.2_f64, 3.0);
/// let logit = x.ln() - (-x).ln_1p();
/// assert!((ln_beta_p(0, 0, 1.0, b, logit) - (1.0 - 0.8_f64.powi(3)).ln()).abs() < 1e-15);
/// ```
pub fn ln_beta_p(by_a: u8, by_b: u8, a: f64, b: f64, logit: f64) -> f64 {
    if !(a >= 0.0 && b >= 0.0) || logit.is_nan() {
        return f64::NAN;
    }
    // All of the law lies at one end.
    let (at_0, at_1) = (a == 0.0 || b == f64::INFINITY, b == 0.0 || a == f64::INFINITY);
    if at_0 || at_1 {
        let is_inside = logit.is_finite() && at_0 != at_1 && (by_a, by_b) == (0, 0);
        return match (is_inside, at_0) {
            (true, true) => 0.0,
            (true, false) => f64::NEG_INFINITY,
            _ => f64::NAN,
        };
    }
    if by_a.saturating_add(by_b) > MOST_BETA_ORDERS {
        return f64::NAN;
    }
    of_orders!(by_a, by_b, derivative(a, b, logit))
}

/// The highest order of a derivative by both shapes together that is computed.
pub const MOST_BETA_ORDERS: u8 = 3;

fn derivative<const J: usize, const K: usize>(a: f64, b: f64, logit: f64) -> f64 {
    ln_lower::<J, K>(a, b, logit).derivative()
}

/// Below this, ln I leaves enough of 1 − I.
const NOT_ALL: f64 = -0.1;
/// Below this, 1 − I leaves too little of ln I.
const MOSTLY_NOT: f64 = -2.0;

/// ln I
fn ln_lower<const J: usize, const K: usize>(a: f64, b: f64, logit: f64) -> Jet<J, K> {
    let (of_a, of_b) = Jet::<J, K>::variables(a, b);
    if logit == f64::INFINITY {
        return of_a.constant(0.0);
    }
    let prefix = ln_prefix::<J, K>(a, b, logit);
    if logit == f64::NEG_INFINITY {
        return prefix + of_b.ln();
    }
    let lower = || prefix + of_b.ln() + excess(a, b, logit, false).ln();
    let is_below_mean = a * logistic(-logit) >= b * logistic(logit);
    if is_below_mean {
        let ln_lower = lower();
        if ln_lower.value() <= NOT_ALL {
            return ln_lower;
        }
    }
    let above = excess(a, b, logit, true);
    // Divided by a, it keeps the digits that its derivatives by a small a would cancel.
    let upper = if a < 1.0 { (prefix + above.ln()).exp() * of_a } else { (prefix + of_a.ln() + above.ln()).exp() };
    let ln_lower = (-upper).ln_1p();
    if is_below_mean || ln_lower.value() > MOSTLY_NOT { ln_lower } else { lower() }
}

/// ln(xᵃ (1 − x)ᵇ Γ(a + b) / (Γ(a + 1) Γ(b + 1)))
fn ln_prefix<const J: usize, const K: usize>(a: f64, b: f64, logit: f64) -> Jet<J, K> {
    Jet::new(|j, k| match (j, k) {
        (0, 0) => ln_beta_density_over(a, b, logit),
        (1, 0) => ln_logistic(logit) + polygamma_rising(0, a + 1.0, b - 1.0),
        (0, 1) => ln_logistic(-logit) + polygamma_rising(0, b + 1.0, a - 1.0),
        (_, 0) => polygamma_rising(j as u8 - 1, a + 1.0, b - 1.0) / factorial(j),
        (0, _) => polygamma_rising(k as u8 - 1, b + 1.0, a - 1.0) / factorial(k),
        _ => polygamma((j + k) as u8 - 1, a + b) / (factorial(j) * factorial(k)),
    })
}

/// 1 + (a + b) ∫ t e^(aA + bB) dv over v > 0, or 1 + (a + b) ∫ (1 − t) e^(aA + bB) dv over v < 0.
fn excess<const J: usize, const K: usize>(a: f64, b: f64, logit: f64, upper: bool) -> Jet<J, K> {
    let sums = if upper {
        let sums = integral::<K, J>(b, a, -logit);
        Jet::new(|j, k| sums[k][j])
    } else {
        let sums = integral::<J, K>(a, b, logit);
        Jet::new(|j, k| sums[j][k])
    };
    let (of_a, of_b) = Jet::variables(a, b);
    (of_a + of_b) * sums + 1.0
}

/// ∫ t e^(aA + bB) Aʲ Bᵏ / (j! k!) dv over v > 0.
fn integral<const J: usize, const K: usize>(a: f64, b: f64, logit: f64) -> [[f64; K]; J] {
    let path = Path { a, b, logit, x: logistic(logit), rest: logistic(-logit) };
    let mut sums = [[0.0; K]; J];
    let (right, left) = (a.max(1.0).ln(), -b.max(1.0).ln());
    let edges = [right + 40.0, right + 6.0, right, left, left - 6.0].map(|bend| logit - bend);
    nodes(&edges, path.end(), |v, weight| {
        let (exponent, of_a, of_b) = path.at(v);
        let mut row = weight * path.x * exponent.exp();
        for (j, sums) in sums.iter_mut().enumerate() {
            let mut term = row;
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += term;
                term *= of_b / (k + 1) as f64;
            }
            row *= of_a / (j + 1) as f64;
        }
    });
    sums
}

/// The integrand over v.
struct Path {
    a: f64,
    b: f64,
    logit: f64,
    x: f64,
    /// 1 − x
    rest: f64,
}

impl Path {
    /// (a + 1) A + bB, and A and B.
    fn at(&self, v: f64) -> (f64, f64, f64) {
        let Path { a, b, logit, x, rest } = *self;
        if v > 1.0 {
            let of_a = ln_logistic(logit - v) - ln_logistic(logit);
            let of_b = ln_logistic(v - logit) - ln_logistic(-logit);
            return ((a + 1.0) * of_a + b * of_b, of_a, of_b);
        }
        let (up, down) = (rest * v.exp_m1(), x * (-v).exp_m1());
        let (of_a, of_b) = (-up.ln_1p(), -down.ln_1p());
        if a + b < MANY {
            return ((a + 1.0) * of_a + b * of_b, of_a, of_b);
        }
        // What is linear in v cancels in the sum: it is taken once.
        let curved =
            a * (x_minus_ln_1p(up) - rest * exp_m1_minus_x(v)) + b * (x_minus_ln_1p(down) - x * exp_m1_minus_x(-v));
        (curved - (a * rest - b * x) * v + of_a, of_a, of_b)
    }

    /// Where it has fallen to less than rounding.
    fn end(&self) -> f64 {
        let Path { a, b, logit, x, rest } = *self;
        let slope = (a + 1.0) * rest - b * x;
        let curvature = (a + b + 1.0) * x * rest;
        let root = (slope * slope + 2.0 * FALL * curvature).sqrt();
        let even = if slope > 0.0 { 2.0 * FALL / (slope + root) } else { (root - slope) / curvature };
        // Beyond the last bend it falls as e^(−(a+1)v).
        let guess = even.min((logit + b.max(1.0).ln()).max(0.0) + FALL);
        fallen(guess, FALL, |v| (self.at(v).0, b * logistic(logit - v) - (a + 1.0) * logistic(v - logit)))
    }
}

/// Shapes of this sum have exponents of which the linear part matters.
const MANY: f64 = 50.0;

/// ln(xᵃ (1 − x)ᵇ / B(a, b)) for λ = logit x, the logarithm of the density of λ where x has the beta law of shapes a > 0 and
/// b > 0; NaN elsewhere.
///
/// Error below 1e-15 (1 + |value| + (1 + |λ|) |a (1 − x) − bx| + min(a, 8) |ln x| + min(b, 8) |ln(1 − x)|), however large a and
/// b are (10,000 points of Arb in `tests/special/`): where both are at least 8 it is −a (α − ln(1 + α)) − b (β − ln(1 + β)),
/// α = x (a + b)/a − 1 and β = (1 − x)(a + b)/b − 1, and Stirling's series (Abramowitz and Stegun, 6.1.41; Loader, "Fast and
/// accurate computation of binomial probabilities", 2000).
pub fn ln_beta_density(a: f64, b: f64, logit: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && a.max(b) < f64::INFINITY) || logit.is_nan() {
        return f64::NAN;
    }
    ln_beta_density_over(a, b, logit) + a.ln() + b.ln()
}

/// The same, less ln a and ln b.
fn ln_beta_density_over(a: f64, b: f64, logit: f64) -> f64 {
    if logit.is_infinite() {
        return f64::NEG_INFINITY;
    }
    let (ln_x, ln_rest) = (ln_logistic(logit), ln_logistic(-logit));
    let (small, large) = (a.min(b), a.max(b));
    if small < LARGE {
        return a * ln_x + b * ln_rest + (ln_rising(large, small) - ln_gamma(small + 1.0) - large.ln());
    }
    let distance = a * logistic(-logit) - b * logistic(logit);
    // a ln(x (a + b) / a) + distance
    let part = |a: f64, b: f64, ln_x: f64, distance: f64| {
        let relative = -distance / a;
        if relative.abs() < 0.5 { -a * x_minus_ln_1p(relative) } else { a * (ln_x + (b / a).ln_1p()) + distance }
    };
    let deviance = part(a, b, ln_x, distance) + part(b, a, ln_rest, -distance);
    let scale = 0.5 * (small / (2.0 * std::f64::consts::PI * (1.0 + small / large))).ln();
    deviance + (scale - small.ln() - large.ln()) + (stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b))
}
