//! The distribution function of the log-gamma law, in logarithms, with its derivatives by the shape.
//!
//! As a probability of a gamma variable, P(1/q², e^(qw) / q²), it loses digits near q = 0, where the law is normal, and its
//! derivatives by q lose more, in proportion to 1/q², 1/q⁴ and 1/q⁶. The density is an analytic function of w and q, also at
//! q = 0. So one quadrature of it and of its derivatives by q is taken, of the tail that is the smaller one,
//!
//! F(w; q) = f(w; q) ∫ e^(g(w − v) − g(w)) dv over v > 0, g(w) = −w² h(qw), h(u) = (eᵘ − 1 − u)/u²
//!
//! The exponent g(w − v) − g(w) = v (e^(qw) − 1)/q − e^(qw) v² h(−qv) is concave.

use std::array::from_fn;
use std::f64::consts::PI;

use super::jet::{Jet, Number};
use super::quadrature::{FALL, fallen, nodes};
use super::removable::{exp_m1_times, exp_remainder_taylor, stirling_remainder_of};

/// The highest order of a derivative that is computed.
pub const MOST_LOG_GAMMA_ORDERS: u8 = 3;

/// ∂ᵏ ln F(w; q) / ∂qᵏ, of order k ≤ 3: F is the distribution function of Prentice's log-gamma law, whose density is
/// |q| Γ(1/q²)⁻¹ exp((qw − e^(qw) − ln q²) / q²), and at q = 0 the standard normal one. NaN for higher orders, and where
/// |q| > 1e8.
///
/// The upper tail is 1 − F(w; q) = F(−w; −q). Both tails are accurate: where F is near 1, ln F has the digits of 1 − F. The
/// error of the k-th derivative is below 40ε (400ε for k = 3) times its size and that of the derivative before it over
/// max(1, |q|), where F is near 1 times 1 + |ln(1 − F)|; ε = 2.2e-16 (10,000 points of Arb in `tests/special/`, |q| ≤ 100).
///
/// # Example
///
/// ```
/// use thetahat::special::{ln_log_gamma_cdf, ln_normal_cdf};
///
/// // Of shape 1 it is the law of the logarithm of an exponential variable.
/// assert!((ln_log_gamma_cdf(0, 0.3, 1.0) - (1.0 - (-(0.3_f64.exp())).exp()).ln()).abs() < 1e-15);
/// assert!((ln_log_gamma_cdf(0, -2.0, 0.0) - ln_normal_cdf(-2.0)).abs() < 1e-14);
/// ```
///
/// # References
///
/// Prentice, "A log gamma model and its maximum likelihood estimation", *Biometrika* 61, 1974.
pub fn ln_log_gamma_cdf(order: u8, w: f64, q: f64) -> f64 {
    match order {
        0 => ln_cdf::<1>(w, q).derivative(),
        1 => ln_cdf::<2>(w, q).derivative(),
        2 => ln_cdf::<3>(w, q).derivative(),
        3 => ln_cdf::<4>(w, q).derivative(),
        _ => f64::NAN,
    }
}

/// A function of q.
type Series<const N: usize> = Jet<N, 1>;

/// Below this, ln F leaves enough of 1 − F.
const NOT_ALL: f64 = -0.5;
/// Greater shapes, beside which the law is a reflected or plain exponential one, are not computed.
const MOST_SHAPE: f64 = 1e8;
/// An upper tail with a logarithm below this is 0.
const LEAST_LN: f64 = -800.0;
/// Where qw is greater, ln F is below −1e287.
const MOST_EXPONENT: f64 = 700.0;

fn ln_cdf<const N: usize>(w: f64, q: f64) -> Series<N> {
    if w.is_nan() || q.is_nan() || q.abs() > MOST_SHAPE {
        return Jet::new(|_, _| f64::NAN);
    }
    if w <= 0.0 {
        let ln_lower = ln_lower::<N>(w, q);
        if ln_lower.value() <= NOT_ALL {
            return ln_lower;
        }
    }
    let of_minus_q = ln_lower::<N>(-w, -q);
    if of_minus_q.value() < LEAST_LN {
        return Jet::new(|_, _| 0.0);
    }
    if w > 0.0 && of_minus_q.value() > NOT_ALL {
        return ln_lower(w, q);
    }
    let ln_upper = Series::<N>::new(|j, k| if j % 2 == 1 { -of_minus_q.at(j, k) } else { of_minus_q.at(j, k) });
    (-ln_upper.exp()).ln_1p()
}

/// ln F by the integral.
fn ln_lower<const N: usize>(w: f64, q: f64) -> Series<N> {
    if w == f64::NEG_INFINITY || q * w > MOST_EXPONENT {
        return Jet::new(|j, _| if j == 0 { f64::NEG_INFINITY } else { f64::NAN });
    }
    if w == f64::INFINITY {
        return Jet::new(|_, _| 0.0);
    }
    let (of_q, _) = Series::<N>::variables(q, 0.0);
    let h = {
        let h = exp_remainder_taylor::<N>(q * w, 0.0, 1.0);
        Series::<N>::new(|j, _| h[j] * w.powi(j as i32))
    };
    let exponent_at_w = -(h * w * w);
    if exponent_at_w.value() == f64::NEG_INFINITY {
        return Jet::new(|j, _| if j == 0 { f64::NEG_INFINITY } else { f64::NAN });
    }
    // (e^(qw) − 1)/q, where nothing cancels.
    let slope = if (q * w).abs() < 1.0 { (of_q * h * w + 1.0) * w } else { ((of_q * w).exp() + -1.0) / of_q };
    let path = Path { w, q, power: (q * w).exp(), slope: from_fn(|j| slope.at(j, 0)) };
    exponent_at_w - stirling_remainder_of(of_q * of_q) + path.integral().ln() + -0.5 * (2.0 * PI).ln()
}

/// The exponent over v.
struct Path<const N: usize> {
    w: f64,
    q: f64,
    /// e^(qw)
    power: f64,
    /// The Taylor coefficients by q of (e^(qw) − 1)/q.
    slope: [f64; N],
}

impl<const N: usize> Path<N> {
    /// The exponent and its slope.
    fn value_and_slope(&self, v: f64) -> (f64, f64) {
        let u = -self.q * v;
        let grown = exp_m1_times(u, self.q * self.w, self.power);
        let value = if u.abs() > 0.5 {
            (u - grown) / (self.q * self.q)
        } else {
            let [h] = exp_remainder_taylor::<1>(u, self.q * self.w, self.power);
            self.slope[0] * v - v * v * h
        };
        (value, self.slope[0] + if u == 0.0 { -self.power * v } else { grown / self.q })
    }

    /// Its Taylor coefficients by q.
    fn at(&self, v: f64) -> [f64; N] {
        let (w, q, u) = (self.w, self.q, -self.q * v);
        let mut exponent = [0.0; N];
        if u.abs() <= 2.0 {
            let mut curved = exp_remainder_taylor::<N>(u, q * w, self.power);
            let mut factor = v * v;
            for c in &mut curved {
                *c *= factor;
                factor *= -v;
            }
            for j in 0..N {
                // Of e^(qw) the coefficients are those of its value times wⁱ / i!.
                let mut power = 1.0;
                exponent[j] = self.slope[j] * v;
                for i in 0..=j {
                    exponent[j] -= power * curved[j - i];
                    power *= w / (i + 1) as f64;
                }
            }
            return exponent;
        }
        // −(e^(qt) − e^(qw) + qv) / q², t = w − v: no powers of w and v that cancel in those of t.
        let (t, inverse) = (w - v, 1.0 / q);
        let (mut at_t, mut at_w) = ((q * t).exp(), self.power);
        let mut rest = [exp_m1_times(u, q * w, self.power) - u; N];
        for (j, rest) in rest.iter_mut().enumerate().skip(1) {
            at_t *= t / j as f64;
            at_w *= w / j as f64;
            *rest = at_t - at_w + if j == 1 { v } else { 0.0 };
        }
        for j in 0..N {
            let mut factor = -inverse * inverse;
            for i in 0..=j {
                exponent[j] += (i + 1) as f64 * factor * rest[j - i];
                factor *= -inverse;
            }
        }
        exponent
    }

    /// Where it has fallen to less than rounding, times the powers of v that derivatives bring.
    fn end(&self) -> f64 {
        let (q, slope) = (self.q, self.slope[0]);
        let fall = FALL + 8.0 * (N - 1) as f64;
        // As if it were quadratic.
        let root = (slope * slope + 2.0 * fall * self.power).sqrt();
        let mut guess = if slope > 0.0 { (slope + root) / self.power } else { 2.0 * fall / (root - slope) };
        if q < 0.0 {
            // It falls faster: with u = −qv to where e^(qw) (eᵘ − 1) = u + q² · fall, of which this is an upper bound.
            let (fall, offset) = (fall * q * q, q * self.w);
            let mut u = (-q * guess).min(10.0 + 2.0 * offset.abs() + 2.0 * fall.ln_1p());
            for _ in 0..5 {
                if u > 1.0 {
                    u = (self.power + u + fall).ln() - offset;
                }
            }
            guess = u / -q;
        }
        fallen(guess, fall, |v| self.value_and_slope(v))
    }

    fn integral(&self) -> Series<N> {
        // In qv it has bends, where e^(qw − qv) / q² is 1 or nothing.
        let (q, bend, end) = (self.q, self.q * self.w - 2.0 * self.q.abs().ln(), self.end());
        let [first, second, third] = [bend, bend + 6.0, bend + 40.0].map(|edge| edge / q);
        // Powers of v up to v⁹ take more points.
        let more = if N > 3 { 0.4 * end } else { end };
        let mut edges = [first, second, third, more];
        edges.sort_by(f64::total_cmp);
        let mut sums = [0.0; N];
        nodes(&edges, end, |v, weight| {
            let exponent = self.at(v);
            let mut term = [0.0; N];
            term[0] = weight * exponent[0].exp();
            // From y′ = e′ y.
            for j in 1..N {
                term[j] = (1..=j).map(|i| i as f64 * exponent[i] * term[j - i]).sum::<f64>() / j as f64;
            }
            (0..N).for_each(|j| sums[j] += term[j]);
        });
        Jet::new(|j, _| sums[j])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::ln_normal_cdf;

    #[test]
    fn at_shape_0_it_is_the_normal_law() {
        for w in [-30.0_f64, -3.0, -0.2, 0.0, 0.7, 5.0] {
            let ln_cdf = ln_normal_cdf(w);
            for q in [0.0, 1e-300, -1e-18] {
                let found = ln_log_gamma_cdf(0, w, q);
                assert!((found / ln_cdf - 1.0).abs() < 1e-14, "w = {w}, q = {q}: {found}, not {ln_cdf}");
                // F(w; q) = Φ(w) + q φ(w) (w² + 2) / 6 + … (DLMF 8.12.3)
                let slope = (-0.5 * w * w - 0.5 * (2.0 * PI).ln() - ln_cdf).exp() * (w * w + 2.0) / 6.0;
                let found = ln_log_gamma_cdf(1, w, q);
                assert!((found / slope - 1.0).abs() < 1e-12, "w = {w}, q = {q}: {found}, not {slope}");
            }
        }
    }

    #[test]
    fn at_shapes_1_and_minus_1_it_is_of_an_exponential_variable() {
        for w in [-20.0_f64, -2.0, 0.0, 1.5, 4.0] {
            let upper = ln_log_gamma_cdf(0, -w, -1.0);
            assert!((upper / -w.exp() - 1.0).abs() < 1e-14, "w = {w}: {upper}");
        }
    }

    #[test]
    fn ends_of_the_domain() {
        let (all, value) = (f64::INFINITY, |w, q| ln_log_gamma_cdf(0, w, q));
        assert_eq!((value(-all, 0.5), value(all, 0.5), value(all, -0.5)), (-all, 0.0, 0.0));
        assert_eq!((value(1e300, 0.0), value(-1e300, 0.0), value(1e10, 3.0)), (0.0, -all, 0.0));
        assert_eq!([0, 1, 2, 3].map(|order| ln_log_gamma_cdf(order, 1e300, 0.0)), [0.0; 4]);
        // Where e^(qw) underflows: e^(w/q) all but for the normalisation.
        assert!((value(-1e10, 1e3) + 1e7).abs() < 1e-3);
        assert!(value(f64::NAN, 1.0).is_nan() && value(1.0, f64::NAN).is_nan() && value(1.0, all).is_nan());
        assert!(ln_log_gamma_cdf(4, 0.0, 1.0).is_nan());
    }
}
