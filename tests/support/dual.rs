//! [`Dual`]: hyper-dual numbers as a [`Scalar`], the independent witness of every derivative.
//!
//! The very log-density that the engine traces runs on them. They carry value, two first derivatives and one second
//! derivative, and share no rule with the graph's symbolic differentiation.

use std::f64::consts::PI;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_dual::{DualNum, HyperDual64};
use thetahat::operation::{Binary, Quaternary, Ternary, Unary};
use thetahat::scalar::{CannotBranchUseSelect, Condition, Scalar};
use thetahat::special;

/// A value with its derivatives by two chosen variables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dual(pub(crate) HyperDual64);

impl Dual {
    /// The variables of a function at `point`, as the derivatives by the `first` and the `second` of them need them.
    pub(crate) fn variables(point: &[f64], first: usize, second: usize) -> Vec<Dual> {
        let unit = |k: usize, chosen: usize| f64::from(k == chosen);
        let variable = |(k, &x): (usize, &f64)| Dual(HyperDual64::new(x, unit(k, first), unit(k, second), 0.0));
        point.iter().enumerate().map(variable).collect()
    }

    fn is_constant(self) -> bool {
        [self.0.eps1, self.0.eps2, self.0.eps1eps2] == [0.0; 3]
    }

    /// f(x) from the values of f, f′ and f″ at the real part: exact, because what remains of x is nilpotent.
    fn extend(self, value: f64, first: f64, second: f64) -> Dual {
        let rest = self.0 - self.0.re;
        Dual(rest * rest * (0.5 * second) + rest * first + value)
    }

    /// f(x, y) from its derivatives, `by_x` and `by_y` times, in the same way.
    fn extend_two(self, other: Dual, f: impl Fn(u8, u8, f64, f64) -> f64) -> Dual {
        let f = |by_x, by_y| f(by_x, by_y, self.0.re, other.0.re);
        let (x, y) = (self.0 - self.0.re, other.0 - other.0.re);
        let second = x * x * (0.5 * f(2, 0)) + x * y * f(1, 1) + y * y * (0.5 * f(0, 2));
        Dual(second + x * f(1, 0) + y * f(0, 1) + f(0, 0))
    }
}

/// ln P(a, x) or ln Q(a, x), from the density and the derivatives by a.
///
/// The second derivatives are those of F = P or 1 − Q, whose slope by x is the density f: ∂²F/∂x² = f ((a − 1)/x − 1) and
/// ∂²F/∂a∂x = f (ln x − ψ(a)).
fn incomplete_gamma(operation: Binary, shape: Dual, bound: Dual) -> Dual {
    let (a, x) = (shape.0.re, bound.0.re);
    let upper = operation == Binary::LnGammaQ(0);
    let by_a = |order| if upper { special::ln_gamma_q(order, a, x) } else { special::ln_gamma_p(order, a, x) };
    let sign = if upper { -1.0 } else { 1.0 };
    let hazard = sign * ((a - 1.0) * x.ln() - x - special::ln_gamma(a) - by_a(0)).exp();
    let by_xx = hazard * ((a - 1.0) / x - 1.0) - hazard * hazard;
    let by_ax = hazard * (x.ln() - special::polygamma(0, a)) - hazard * by_a(1);
    let (h, g) = (shape.0 - a, bound.0 - x);
    let quadratic = h * h * (0.5 * by_a(2)) + h * g * by_ax + g * g * (0.5 * by_xx);
    Dual(quadratic + h * by_a(1) + g * hazard + by_a(0))
}

/// ln I_x(a, b) of the logit λ of x, from the density and the derivatives by a and b.
///
/// With h = ∂ ln I/∂λ = e^(K − ln I), K the logarithm of the density of the logit: ∂h/∂u = h (∂K/∂u − ∂ ln I/∂u).
fn incomplete_beta(first: Dual, second: Dual, logit: Dual) -> Dual {
    let (a, b, l) = (first.0.re, second.0.re, logit.0.re);
    let f = |by_a, by_b| special::ln_beta_p(by_a, by_b, a, b, l);
    let (ln_x, ln_rest) = (special::ln_logistic(l), special::ln_logistic(-l));
    let ln_beta = special::ln_gamma(a) + special::ln_gamma(b) - special::ln_gamma(a + b);
    let psi = |x| special::polygamma(0, x);
    let hazard = (a * ln_x + b * ln_rest - ln_beta - f(0, 0)).exp();
    let by_al = hazard * (ln_x + psi(a + b) - psi(a) - f(1, 0));
    let by_bl = hazard * (ln_rest + psi(a + b) - psi(b) - f(0, 1));
    let by_ll = hazard * (a * ln_rest.exp() - b * ln_x.exp() - hazard);
    let (h, g, d) = (first.0 - a, second.0 - b, logit.0 - l);
    let pure = h * h * (0.5 * f(2, 0)) + g * g * (0.5 * f(0, 2)) + d * d * (0.5 * by_ll);
    let mixed = h * g * f(1, 1) + h * d * by_al + g * d * by_bl;
    Dual(pure + mixed + h * f(1, 0) + g * f(0, 1) + d * hazard + f(0, 0))
}

/// ln P(X ≤ x) of the beta-binomial law: the sum of its probabilities.
fn beta_binomial(a: Dual, b: Dual, x: f64, rest: f64) -> Dual {
    let trials = x + rest;
    let ln_choose =
        |j: f64| special::ln_gamma(trials + 1.0) - special::ln_gamma(j + 1.0) - special::ln_gamma(trials - j + 1.0);
    let sum = |from: f64, to: f64| {
        (from as u64..=to as u64).map(|j| j as f64).fold(Dual::from(0.0), |sum, j| {
            let rise = a.ln_rising(Dual::from(j)) + b.ln_rising(Dual::from(trials - j));
            sum + (rise - (a + b).ln_rising(Dual::from(trials)) + ln_choose(j)).exp()
        })
    };
    let below = sum(0.0, x);
    if below.0.re < 0.5 { below.ln() } else { (-sum(x + 1.0, trials)).ln_1p() }
}

/// Value, gradient and Hessian (row by row) of a function at `point`.
pub(crate) fn derivatives(point: &[f64], f: impl Fn(&[Dual]) -> Dual) -> (f64, Vec<f64>, Vec<Vec<f64>>) {
    let p = point.len();
    let value = f(&point.iter().map(|&x| Dual::from(x)).collect::<Vec<_>>()).0.re;
    let pair = |i, j| f(&Dual::variables(point, i, j)).0;
    let gradient = (0..p).map(|i| pair(i, i).eps1).collect();
    let hessian = (0..p).map(|i| (0..p).map(|j| pair(i, j).eps1eps2).collect()).collect();
    (value, gradient, hessian)
}

/// φ(x)
fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

impl From<f64> for Dual {
    fn from(value: f64) -> Dual {
        Dual(value.into())
    }
}

impl Neg for Dual {
    type Output = Dual;
    fn neg(self) -> Dual {
        Dual(-self.0)
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident;)*) => { $(
        impl $trait for Dual {
            type Output = Dual;
            fn $method(self, other: Dual) -> Dual {
                Dual(self.0.$method(other.0))
            }
        }
        impl $trait<f64> for Dual {
            type Output = Dual;
            fn $method(self, other: f64) -> Dual {
                Dual(self.0.$method(other))
            }
        }
        impl $trait<Dual> for f64 {
            type Output = Dual;
            fn $method(self, other: Dual) -> Dual {
                Dual::from(self).$method(other)
            }
        }
    )* };
}
arithmetic! { Add add; Sub sub; Mul mul; Div div; }

impl PartialEq<CannotBranchUseSelect> for Dual {
    fn eq(&self, other: &CannotBranchUseSelect) -> bool {
        match *other {}
    }
}

impl PartialOrd<CannotBranchUseSelect> for Dual {
    fn partial_cmp(&self, other: &CannotBranchUseSelect) -> Option<std::cmp::Ordering> {
        match *other {}
    }
}

/// A comparison of real parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holds(bool);

impl Condition<Dual> for Holds {
    fn select(self, then: impl Into<Dual>, otherwise: impl Into<Dual>) -> Dual {
        if self.0 { then.into() } else { otherwise.into() }
    }
}

impl Scalar for Dual {
    type Condition = Holds;

    fn unary(self, operation: Unary) -> Dual {
        let x = self.0.re;
        Dual(match operation {
            Unary::Negate => -self.0,
            Unary::Ln => self.0.ln(),
            Unary::Exp => self.0.exp(),
            Unary::Ln1p => self.0.ln_1p(),
            Unary::ExpM1 => self.0.exp_m1(),
            Unary::Ln1mExp if x < -1.0 => (-self.0.exp()).ln_1p(),
            Unary::Ln1mExp => (-self.0.exp_m1()).ln(),
            Unary::Sqrt => self.0.sqrt(),
            Unary::Sin => self.0.sin(),
            Unary::Cos => self.0.cos(),
            Unary::ArcTan => self.0.atan(),
            Unary::Logistic if x < 0.0 => self.0.exp() / (self.0.exp() + 1.0),
            Unary::Logistic => ((-self.0).exp() + 1.0).recip(),
            Unary::LnLogistic if x < 0.0 => self.0 - self.0.exp().ln_1p(),
            Unary::LnLogistic => -(-self.0).exp().ln_1p(),
            Unary::LnGamma => {
                return self.extend(special::ln_gamma(x), special::polygamma(0, x), special::polygamma(1, x));
            }
            Unary::Polygamma(k) => {
                let psi = |more| special::polygamma(k + more, x);
                return self.extend(psi(0), psi(1), psi(2));
            }
            Unary::Ln1pRatio(k) => {
                let slope = |more| special::ln_1p_ratio(k + more, x);
                return self.extend(slope(0), slope(1), slope(2));
            }
            Unary::ExpRemainder(k) => {
                let slope = |more| special::exp_remainder(k + more, x);
                return self.extend(slope(0), slope(1), slope(2));
            }
            Unary::StirlingRemainder(k) => {
                let slope = |more| special::stirling_remainder(k + more, x);
                return self.extend(slope(0), slope(1), slope(2));
            }
            Unary::LnZeta(k) => {
                let slope = |more| special::ln_zeta_derivative(k + more, x);
                return self.extend(slope(0), slope(1), slope(2));
            }
            Unary::LnNormalCdf => {
                let value = special::ln_normal_cdf(x);
                let ratio = (-0.5 * x * x - 0.5 * (2.0 * PI).ln() - value).exp();
                return self.extend(value, ratio, -ratio * (x + ratio));
            }
            Unary::InverseMillsRatio(k) => {
                let slope = |more| special::inverse_mills_ratio(k + more, x);
                return self.extend(slope(0), slope(1), slope(2));
            }
            Unary::Erf | Unary::Erfc => {
                let value = operation.evaluate(x);
                let slope = (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI;
                let slope = if operation == Unary::Erf { slope } else { -slope };
                return self.extend(value, slope, -2.0 * x * slope);
            }
            Unary::LnErfc => {
                let value = special::ln_erfc(x);
                let slope = -(-x * x - value).exp() * std::f64::consts::FRAC_2_SQRT_PI;
                return self.extend(value, slope, -slope * (2.0 * x + slope));
            }
            _ => panic!("{operation:?} is new: give it a rule for dual numbers here"),
        })
    }

    fn ternary(self, operation: Ternary, second: Dual, third: Dual) -> Dual {
        match operation {
            Ternary::LnBetaDensity => {
                let ln_beta = self.ln_gamma() + second.ln_gamma() - (self + second).ln_gamma();
                self * third.ln_logistic() + second * (-third).ln_logistic() - ln_beta
            }
            Ternary::LnBetaP(0, 0) => incomplete_beta(self, second, third),
            _ => panic!("{operation:?} is new: give it a rule for dual numbers here"),
        }
    }

    fn quaternary(self, operation: Quaternary, second: Dual, third: Dual, fourth: Dual) -> Dual {
        match operation {
            Quaternary::LnBetaBinomialCdf(0, 0) => beta_binomial(self, second, third.0.re, fourth.0.re),
            _ => panic!("{operation:?} is new: give it a rule for dual numbers here"),
        }
    }
    fn binary(self, operation: Binary, other: Dual) -> Dual {
        match operation {
            Binary::Add => self + other,
            Binary::Subtract => self - other,
            Binary::Multiply => self * other,
            Binary::Divide => self / other,
            Binary::Power if other.is_constant() => Dual(self.0.powf(other.0.re)),
            Binary::Power => Dual((other.0 * self.0.ln()).exp()),
            Binary::XLnY | Binary::XLn1pY if self.is_constant() && self.0.re == 0.0 => Dual::from(0.0),
            Binary::XLnY => Dual(self.0 * other.0.ln()),
            Binary::XLn1pY => Dual(self.0 * other.0.ln_1p()),
            Binary::LnBeta => self.ln_gamma() + other.ln_gamma() - (self + other).ln_gamma(),
            Binary::LnRising => (self + other).unary(Unary::LnGamma) - self.unary(Unary::LnGamma),
            Binary::PolygammaRising(k) => (self + other).unary(Unary::Polygamma(k)) - self.unary(Unary::Polygamma(k)),
            Binary::LnGammaDensity => (self - 1.0) * other.ln() - other - self.ln_gamma(),
            Binary::LnGammaP(0) | Binary::LnGammaQ(0) => incomplete_gamma(operation, self, other),
            Binary::LnLogGammaCdf(0) => self.extend_two(other, |by_w, by_q, w, q| {
                let (u, v) = (q * w, q * q);
                let of_density = |order: u8| {
                    let remainder = special::stirling_remainder(order, v);
                    let rest = if order == 0 { remainder + 0.5 * (2.0 * PI).ln() } else { 2.0 * q * remainder };
                    -w.powi(2 + i32::from(order)) * special::exp_remainder(order, u) - rest
                };
                let tail = |order| special::ln_log_gamma_cdf(order, w, q);
                let hazard = (of_density(0) - tail(0)).exp();
                match (by_w, by_q) {
                    (0, order) => tail(order),
                    (1, 0) => hazard,
                    (1, _) => hazard * (of_density(1) - tail(1)),
                    _ => -hazard * (hazard + if q == 0.0 { w } else { u.exp_m1() / q }),
                }
            }),
            Binary::LnBesselI(j, k) => {
                self.extend_two(other, |m, n, nu, x| special::ln_bessel_i_scaled_derivative(j + m, k + n, nu, x))
            }
            Binary::LnBesselK(j, k) => {
                self.extend_two(other, |m, n, nu, x| special::ln_bessel_k_scaled_derivative(j + m, k + n, nu, x))
            }
            Binary::LnSkewNormalCdf => self.extend_two(other, |by_z, by_alpha, z, alpha| {
                let ln_cdf = special::ln_skew_normal_cdf(z, alpha);
                let width = 1.0 + alpha * alpha;
                let density = 2.0 * normal_density(z) * (special::ln_normal_cdf(alpha * z) - ln_cdf).exp();
                let fall = (-0.5 * z * z * width - ln_cdf).exp() / (PI * width);
                match (by_z, by_alpha) {
                    (0, 0) => ln_cdf,
                    (1, 0) => density,
                    (0, 1) => -fall,
                    (2, 0) => {
                        let of_phi = 2.0 * alpha * normal_density(z) * normal_density(alpha * z) * (-ln_cdf).exp();
                        of_phi - z * density - density * density
                    }
                    (1, 1) => fall * (z * width + density),
                    _ => fall * (alpha * z * z + 2.0 * alpha / width - fall),
                }
            }),
            Binary::OwensT => self.extend_two(other, |by_h, by_a, h, a| {
                let (width, fall) = (1.0 + a * a, (-0.5 * h * h * (1.0 + a * a)).exp() / (2.0 * PI));
                let inside = special::ln_normal_cdf(a * h).exp() - 0.5;
                match (by_h, by_a) {
                    (0, 0) => special::owens_t(h, a),
                    (1, 0) => -normal_density(h) * inside,
                    (0, 1) => fall / width,
                    (2, 0) => normal_density(h) * (h * inside - a * normal_density(a * h)),
                    (1, 1) => -h * fall,
                    _ => -a * fall * (h * h / width + 2.0 / (width * width)),
                }
            }),
            Binary::Less => Dual::from(f64::from(self.0.re < other.0.re)),
            Binary::Equal => Dual::from(f64::from(self.0.re == other.0.re)),
            _ => panic!("{operation:?} is new: give it a rule for dual numbers here"),
        }
    }

    fn less_than(self, other: impl Into<Dual>) -> Holds {
        Holds(self.0.re < other.into().0.re)
    }

    fn equals(self, other: impl Into<Dual>) -> Holds {
        Holds(self.0.re == other.into().0.re)
    }

    fn log_sum_exp(terms: &[Dual]) -> Dual {
        let largest = terms.iter().map(|term| term.0.re).fold(f64::NEG_INFINITY, f64::max);
        let sum = terms.iter().fold(HyperDual64::from(0.0), |sum, term| sum + (term.0 - largest).exp());
        Dual(sum.ln() + largest)
    }

    fn missing(_: &'static str) -> Dual {
        Dual::from(f64::NAN)
    }
}
