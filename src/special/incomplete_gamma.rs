//! The regularised incomplete gamma functions in logarithms, with their derivatives by the shape.
//!
//! The derivatives of ln P by a are cumulants of ln t under the gamma law truncated at x, less those of the whole law. So
//! one quadrature of a positive integrand, times powers of ln(t/x), gives value and derivatives, and nothing cancels that
//! the conditioning of the functions does not ask for. With t = x eᵘ,
//!
//! Γ(a) P(a, x) = xᵃ e^(−x) ∫ exp(a u − x (eᵘ − 1)) du over u < 0, and Q is the same over u > 0
//!
//! (DLMF 8.2.1 and 8.2.2); the first is integrated by parts (DLMF 8.8.5), so that it falls as e^((a+1)u) however small a is.
//! The integrand is the exponential of a concave function: entire, of one scale but for a bend near t = 1 where a is
//! small, at which the interval is divided. A rule of 32 points leaves less than rounding on each part.

use super::gamma::{BERNOULLI_OVER_FACTORIAL, polygamma};
use super::jet::{Jet, Number, factorial};
use super::quadrature::{FALL, fallen, nodes};
use super::x_minus_ln_1p;

/// The highest order of a derivative that is computed.
pub const MOST_INCOMPLETE_ORDERS: u8 = 3;

/// ∂ᵏ ln P(a, x) / ∂aᵏ, of order k ≤ 3: P is the lower regularised incomplete gamma function, the probability that a gamma
/// variable of shape a ≥ 0 and scale 1 is at most x ≥ 0. NaN elsewhere and for higher orders.
///
/// Accurate in both tails: where P is near 1, ln P has the digits of 1 − P. For a from 1e-10 to 1e10 the error of ln P is
/// below 8ε (|x ∂/∂x| + |a ∂/∂a| + |ln P|), ε = 2.2e-16: a few times what rounding of the arguments does (10,000 points of
/// mpmath in `tests/special/`). That of the derivatives is below 30ε of theirs and of what cancels, which is said there.
///
/// # Example
///
/// ```
/// use thetahat::special::ln_gamma_p;
///
/// // Of shape 1: 1 − e⁻ˣ.
/// assert!((ln_gamma_p(0, 1.0, 1e-20) / 1e-20_f64.ln() - 1.0).abs() < 1e-15);
/// assert!((ln_gamma_p(0, 1.0, 50.0) / -(-50.0_f64).exp() - 1.0).abs() < 1e-14);
/// ```
pub fn ln_gamma_p(order: u8, a: f64, x: f64) -> f64 {
    dispatch(order, a, x, false)
}

/// ∂ᵏ ln Q(a, x) / ∂aᵏ, of order k ≤ 3: Q = 1 − P is the upper regularised incomplete gamma function; see [`ln_gamma_p`].
pub fn ln_gamma_q(order: u8, a: f64, x: f64) -> f64 {
    dispatch(order, a, x, true)
}

fn dispatch(order: u8, a: f64, x: f64, upper: bool) -> f64 {
    match order {
        0 => ln_tail::<1>(a, x, upper).derivative(),
        1 => ln_tail::<2>(a, x, upper).derivative(),
        2 => ln_tail::<3>(a, x, upper).derivative(),
        3 => ln_tail::<4>(a, x, upper).derivative(),
        _ => f64::NAN,
    }
}

/// A function of a.
type Series<const N: usize> = Jet<N, 1>;

/// Below this, ln P leaves enough of 1 − P.
const NOT_ALL: f64 = -0.1;

fn ln_tail<const N: usize>(a: f64, x: f64, upper: bool) -> Series<N> {
    if !(a >= 0.0 && x >= 0.0) || (a.is_infinite() && x.is_infinite()) {
        return Jet::new(|_, _| f64::NAN);
    }
    // All of the law lies on one side.
    let (nothing_below, nothing_above) = (x == 0.0 || a == f64::INFINITY, x == f64::INFINITY || a == 0.0);
    if nothing_below && nothing_above {
        return Jet::new(|_, _| f64::NAN);
    }
    if if upper { nothing_below } else { nothing_above } {
        return Jet::new(|_, _| 0.0);
    }
    if a == 0.0 || a == f64::INFINITY {
        return Jet::new(|j, _| if j == 0 { f64::NEG_INFINITY } else { f64::NAN });
    }
    if x == f64::INFINITY {
        let psi = |j: usize| -polygamma(j as u8 - 1, a) / factorial(j);
        return Jet::new(|j, _| match j {
            0 => f64::NEG_INFINITY,
            1 => f64::INFINITY,
            _ => psi(j),
        });
    }
    // From x ≤ a + 1 down the integrand of P falls from its start, and ln P is not a small difference.
    if x < if upper { a.max(1.0) } else { a + 1.0 } {
        let ln_p = lower::<N>(a, x);
        if ln_p.value() <= NOT_ALL {
            return if upper { (-ln_p.exp()).ln_1p() } else { ln_p };
        }
    }
    let ln_q_over_a = upper_over_a::<N>(a, x);
    let (of_a, _) = Jet::variables(a, 0.0);
    let ln_q = of_a.ln() + ln_q_over_a;
    if upper {
        ln_q
    } else if a < 1.0 {
        // Q is all but proportional to a: derivatives of Q/a keep what those of ln Q, −1/a and so on, would cancel.
        (-(ln_q_over_a.exp() * of_a)).ln_1p()
    } else {
        (-ln_q.exp()).ln_1p()
    }
}

/// ln P
fn lower<const N: usize>(a: f64, x: f64) -> Series<N> {
    // a ∫ t^(a−1) e^(−t) = xᵃ e^(−x) (1 + ∫ t/x exp(−a v − x (e^−v − 1)) x dv), v = ln(x/t)
    let exponent = |v: f64| (x - a) * v - x * exp_m1_minus_x(-v) - v;
    let excess = a + 1.0 - x;
    let guess = 2.0 * FALL / (excess + (excess * excess + 2.0 * FALL * x).sqrt());
    let end = fallen(guess, FALL, |v| (exponent(v), x * (-v).exp() - (a + 1.0)));
    let bend = x.ln();
    let mut sums = [0.0; N];
    nodes(&[bend, bend + 6.0], end, |v, weight| add(&mut sums, -v, weight * x * exponent(v).exp()));
    sums[0] += 1.0;
    with_prefix(a, x, sums)
}

/// ln(Q / a)
fn upper_over_a<const N: usize>(a: f64, x: f64) -> Series<N> {
    let exponent = |v: f64| (a - x) * v - x * exp_m1_minus_x(v);
    let excess = x - a;
    let steep = (2.0 * FALL / x).ln_1p();
    let even = if excess < 0.0 { steep } else { 2.0 * FALL / (excess + (excess * excess + 2.0 * FALL * x).sqrt()) };
    let end = fallen(even.min(steep), FALL, |v| (exponent(v), a - x * v.exp()));
    let bend = -x.ln();
    let mut sums = [0.0; N];
    nodes(&[bend - 40.0, bend - 6.0, bend], end, |v, weight| add(&mut sums, v, weight * exponent(v).exp()));
    with_prefix(a, x, sums)
}

/// Adds `weight` · uʲ / j! to each sum.
fn add<const N: usize>(sums: &mut [f64; N], u: f64, weight: f64) {
    let mut term = weight;
    for (j, sum) in sums.iter_mut().enumerate() {
        *sum += term;
        term *= u / (j + 1) as f64;
    }
}

/// ln(xᵃ e^(−x) / Γ(a + 1)) + ln of the jet of these coefficients.
fn with_prefix<const N: usize>(a: f64, x: f64, sums: [f64; N]) -> Series<N> {
    let prefix = Series::<N>::new(|j, _| match j {
        0 if a < LARGE => a * x.ln() - x - super::ln_gamma(a + 1.0),
        0 => ln_gamma_density(a, x) + x.ln() - a.ln(),
        1 if a < LARGE => x.ln() - polygamma(0, a + 1.0),
        1 => ln_over_digamma(a, x) - 1.0 / a,
        _ => -polygamma(j as u8 - 1, a + 1.0) / factorial(j),
    });
    prefix + Jet::new(|j, _| sums[j]).ln()
}

/// From here on by asymptotic series.
pub(super) const LARGE: f64 = 8.0;

/// ln(x^(a−1) e^(−x) / Γ(a)), the logarithm of the gamma density of scale 1, for a > 0 and x ≥ 0; NaN elsewhere.
///
/// Error below 3e-15 (1 + |value| + |x − a| + min(a, 8) |ln x|), however large a is (10,395 points of Arb in
/// `tests/special/`): for a ≥ 8 it is −a (μ − ln(1 + μ)), μ = (x − a)/a, less Stirling's series (Abramowitz and Stegun, 6.1.41;
/// Loader, "Fast and accurate computation of binomial probabilities", 2000).
pub fn ln_gamma_density(a: f64, x: f64) -> f64 {
    if !(a > 0.0 && x >= 0.0) {
        return f64::NAN;
    }
    if x == 0.0 {
        return if a < 1.0 {
            f64::INFINITY
        } else if a > 1.0 {
            f64::NEG_INFINITY
        } else {
            0.0
        };
    }
    if a == f64::INFINITY || x == f64::INFINITY {
        return if a == x { f64::NAN } else { f64::NEG_INFINITY };
    }
    if a < LARGE {
        return if a == 1.0 { -x } else { (a - 1.0) * x.ln() - x - super::ln_gamma(a) };
    }
    let mu = (x - a) / a;
    // Far below a, 1 + μ has lost the digits of x.
    let deviance = if mu > -0.5 { x_minus_ln_1p(mu) } else { mu - (x.ln() - a.ln()) };
    -a * deviance + 0.5 * (a / (2.0 * std::f64::consts::PI)).ln() - x.ln() - stirling_rest(a)
}

/// ln Γ(a) − ((a − ½) ln a − a + ½ ln 2π) for a ≥ 8.
pub(super) fn stirling_rest(a: f64) -> f64 {
    let (mut sum, mut factor) = (0.0, 1.0 / a);
    for (bernoulli, two_j) in BERNOULLI_OVER_FACTORIAL.iter().zip((2..).step_by(2)) {
        sum += bernoulli * factor;
        factor *= f64::from(two_j * (two_j - 1)) / (a * a);
    }
    sum
}

/// ln x − ψ(a) for a ≥ 8, which is small where x is near a.
fn ln_over_digamma(a: f64, x: f64) -> f64 {
    let mu = (x - a) / a;
    let ln_ratio = if mu > -0.5 { mu.ln_1p() } else { x.ln() - a.ln() };
    // ln a − ψ(a) = 1/(2a) + Σ B₂ⱼ / (2j a²ʲ) (Abramowitz and Stegun, 6.3.18)
    let (mut sum, mut factor) = (0.5 / a, 1.0 / (a * a));
    for (bernoulli, two_j) in BERNOULLI_OVER_FACTORIAL.iter().zip((2..).step_by(2)) {
        sum += bernoulli * factor;
        factor *= f64::from(two_j * (two_j + 1)) / (a * a);
    }
    ln_ratio + sum
}

/// eˣ − 1 − x, without the cancellation near 0.
pub(super) fn exp_m1_minus_x(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return x.exp_m1() - x;
    }
    let series = (3..17).rev().fold(1.0, |sum, k| 1.0 + x / f64::from(k) * sum);
    0.5 * x * x * series
}
