//! [`Scalar`]: the number a log-density is written against.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::operation::{Binary, Quaternary, Ternary, Unary};
use crate::special;

/// Type equality as a trait, so that a bound on an associated type is implied by a supertrait.
#[doc(hidden)]
pub trait Is<T: ?Sized> {
    type It: ?Sized;
}
impl<S: ?Sized, T: ?Sized> Is<T> for S {
    type It = T;
}

/// Carries bounds on `T` through a supertrait: it is why `1.0 - x` compiles for a generic scalar `x`.
#[doc(hidden)]
pub trait Left<T>: Is<T, It = T> {}
impl<S, T> Left<T> for S {}

/// The number a log-density is written against: an `f64`, or an expression that is being traced.
///
/// A formula generic over `Scalar` is written once and read in several ways: with `f64` it is evaluated at a point;
/// with [`Expr`](crate::graph::Expr) it becomes a graph, which the engine differentiates exactly and runs over columns
/// of data. Constants mix in from either side: `1.0 - x`, `x * 2.0`.
///
/// A formula cannot branch on a scalar, because a traced one has no value yet. Instead of `if x < 0.0 { a } else { b }`
/// write `x.less_than(0.0).select(a, b)`.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// fn softplus<S: Scalar>(x: S) -> S {
///     -((-x).ln_logistic())
/// }
/// assert!((softplus(0.0) - 2.0_f64.ln()).abs() < 1e-15);
/// ```
pub trait Scalar:
    Copy
    + Debug
    + From<f64>
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + PartialEq<CannotBranchUseSelect>
    + PartialOrd<CannotBranchUseSelect>
    + Left<
        f64,
        It: Add<Self, Output = Self>
                + Sub<Self, Output = Self>
                + Mul<Self, Output = Self>
                + Div<Self, Output = Self>
                + Add<f64, Output = f64>
                + Sub<f64, Output = f64>
                + Mul<f64, Output = f64>
                + Div<f64, Output = f64>,
    >
{
    /// The outcome of a comparison, from which a value can be selected.
    type Condition: Condition<Self>;

    /// Applies an operation of one argument.
    fn unary(self, operation: Unary) -> Self;

    /// Applies an operation of two arguments.
    fn binary(self, operation: Binary, other: Self) -> Self;

    /// Applies an operation of three arguments.
    fn ternary(self, operation: Ternary, second: Self, third: Self) -> Self;

    /// Applies an operation of four arguments.
    fn quaternary(self, operation: Quaternary, second: Self, third: Self, fourth: Self) -> Self;

    /// Whether `self < other`.
    fn less_than(self, other: impl Into<Self>) -> Self::Condition;

    /// Whether `self = other`.
    fn equals(self, other: impl Into<Self>) -> Self::Condition;

    /// ln Σ exp(termᵢ), without overflow; −∞ for no terms.
    fn log_sum_exp(terms: &[Self]) -> Self;

    /// A value that poisons a formula, because the model lacks `capability`.
    #[doc(hidden)]
    fn missing(capability: &'static str) -> Self;

    /// ln x
    fn ln(self) -> Self {
        self.unary(Unary::Ln)
    }
    /// eˣ
    fn exp(self) -> Self {
        self.unary(Unary::Exp)
    }
    /// ln(1 + x), accurate near 0
    fn ln_1p(self) -> Self {
        self.unary(Unary::Ln1p)
    }
    /// eˣ − 1, accurate near 0
    fn exp_m1(self) -> Self {
        self.unary(Unary::ExpM1)
    }
    /// ln(1 − eˣ), x ≤ 0: the logarithm of a complement, accurate near 0 and far below it
    fn ln_1m_exp(self) -> Self {
        self.unary(Unary::Ln1mExp)
    }
    /// √x
    fn sqrt(self) -> Self {
        self.unary(Unary::Sqrt)
    }
    /// sin x, x in radians
    fn sin(self) -> Self {
        self.unary(Unary::Sin)
    }
    /// cos x, x in radians
    fn cos(self) -> Self {
        self.unary(Unary::Cos)
    }
    /// arctan x, in radians
    fn arctan(self) -> Self {
        self.unary(Unary::ArcTan)
    }
    /// 1 / (1 + e⁻ˣ)
    fn logistic(self) -> Self {
        self.unary(Unary::Logistic)
    }
    /// ln(1 / (1 + e⁻ˣ)), accurate in both tails
    fn ln_logistic(self) -> Self {
        self.unary(Unary::LnLogistic)
    }
    /// ln Γ(x), x > 0
    fn ln_gamma(self) -> Self {
        self.unary(Unary::LnGamma)
    }
    /// ln B(a, b), where a is `self`: the logarithm of the beta function, a > 0, b > 0. It keeps the digits that a difference of
    /// ln Γ would lose where a or b is large.
    fn ln_beta(self, b: impl Into<Self>) -> Self {
        self.binary(Binary::LnBeta, b.into())
    }
    /// ln Γ(r + x) − ln Γ(r), where r is `self`: the logarithm of the rising factorial r (r + 1) … (r + x − 1). It keeps
    /// the digits that the difference would lose where r is large.
    fn ln_rising(self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnRising, x.into())
    }
    /// ln(x^(a−1) e^(−x) / Γ(a)), where a is `self`: the logarithm of the gamma density of scale 1. It keeps the digits that
    /// the sum would lose where a is large.
    fn ln_gamma_density(self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnGammaDensity, x.into())
    }
    /// ln P(a, x), where a is `self`: the lower regularised incomplete gamma function, accurate in both tails
    fn ln_gamma_p(self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnGammaP(0), x.into())
    }
    /// ln Q(a, x), where a is `self`: the upper regularised incomplete gamma function, accurate in both tails
    fn ln_gamma_q(self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnGammaQ(0), x.into())
    }
    /// ln F(w; q), where w is `self`: the distribution function of Prentice's log-gamma law of shape q, which is the normal one
    /// at q = 0; accurate in both tails, of which the upper one is F(−w; −q)
    fn ln_log_gamma_cdf(self, q: impl Into<Self>) -> Self {
        self.binary(Binary::LnLogGammaCdf(0), q.into())
    }
    /// ln(xᵃ (1 − x)ᵇ / B(a, b)), where a is `self` and `logit` is ln x − ln(1 − x): the logarithm of the density of the logit
    /// of a beta variable
    fn ln_beta_density(self, b: impl Into<Self>, logit: impl Into<Self>) -> Self {
        self.ternary(Ternary::LnBetaDensity, b.into(), logit.into())
    }
    /// ln I_x(a, b), where a is `self` and `logit` is ln x − ln(1 − x): the regularised incomplete beta function, accurate in
    /// both tails; its complement is `b.ln_beta_p(a, -logit)`
    fn ln_beta_p(self, b: impl Into<Self>, logit: impl Into<Self>) -> Self {
        self.ternary(Ternary::LnBetaP(0, 0), b.into(), logit.into())
    }
    /// ln P(X ≤ x), where X is beta-binomial of the shapes a, which is `self`, and b, and `rest` is the number of trials less x;
    /// its complement is `b.ln_beta_binomial_cdf(a, rest - 1.0, x + 1.0)`
    fn ln_beta_binomial_cdf(self, b: impl Into<Self>, x: impl Into<Self>, rest: impl Into<Self>) -> Self {
        self.quaternary(Quaternary::LnBetaBinomialCdf(0, 0), b.into(), x.into(), rest.into())
    }
    /// ψ(x), the derivative of ln Γ, x > 0
    fn digamma(self) -> Self {
        self.unary(Unary::Polygamma(0))
    }
    /// ln(1 + x) / x, which is 1 at 0
    fn ln_1p_ratio(self) -> Self {
        self.unary(Unary::Ln1pRatio(0))
    }
    /// (eˣ − 1 − x) / x², which is ½ at 0
    fn exp_remainder(self) -> Self {
        self.unary(Unary::ExpRemainder(0))
    }
    /// What Stirling's formula leaves of ln Γ(1/x): x/12 − x³/360 + …, x ≥ 0
    fn stirling_remainder(self) -> Self {
        self.unary(Unary::StirlingRemainder(0))
    }
    /// ln Φ(x), accurate in both tails
    fn ln_normal_cdf(self) -> Self {
        self.unary(Unary::LnNormalCdf)
    }
    /// φ(x) / Φ(x), the inverse Mills ratio, which is the slope of ln Φ; accurate in both tails
    fn inverse_mills_ratio(self) -> Self {
        self.unary(Unary::InverseMillsRatio(0))
    }
    /// erf x, the probability that a normal variable of mean 0 and variance ½ is between −x and x
    fn erf(self) -> Self {
        self.unary(Unary::Erf)
    }
    /// erfc x = 1 − erf x, accurate where it is small
    fn erfc(self) -> Self {
        self.unary(Unary::Erfc)
    }
    /// ln erfc x, accurate also where erfc x underflows
    fn ln_erfc(self) -> Self {
        self.unary(Unary::LnErfc)
    }
    /// ln ζ(s), s > 1: the logarithm of Riemann's zeta function, accurate near 1 and for large s
    fn ln_zeta(self) -> Self {
        self.unary(Unary::LnZeta(0))
    }
    /// x²
    fn square(self) -> Self {
        self * self
    }
    /// xᵏ
    fn powf(self, exponent: impl Into<Self>) -> Self {
        self.binary(Binary::Power, exponent.into())
    }
    /// x · ln y, which is 0 where x = 0, whatever y
    fn x_ln_y(self, y: impl Into<Self>) -> Self {
        self.binary(Binary::XLnY, y.into())
    }
    /// x · ln(1 + y), accurate for small y, and 0 where x = 0, whatever y
    fn x_ln_1p(self, y: impl Into<Self>) -> Self {
        self.binary(Binary::XLn1pY, y.into())
    }
    /// ln(e⁻ˣ I_ν(x)) where ν ≥ 0 is `self`, and x ≥ 0: the modified Bessel function of the first kind, scaled so that no
    /// digits are lost for large x, where I_ν(x) ~ eˣ / √(2πx)
    fn ln_bessel_i_scaled(self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnBesselI(0, 0), x.into())
    }
    /// ln(eˣ K_ν(x)) where ν is `self`, and x > 0: the modified Bessel function of the second kind, scaled so that no digits
    /// are lost for large x, where K_ν(x) ~ e⁻ˣ √(π / 2x)
    fn ln_bessel_k_scaled(self, x: impl Into<Self>) -> Self {
        self.binary(Binary::LnBesselK(0, 0), x.into())
    }
    /// ln F(z; α) where z is `self`: the logarithm of the distribution function of the density 2 φ(z) Φ(αz), accurate in
    /// both tails; the upper tail is 1 − F(z; α) = F(−z; −α)
    fn ln_skew_normal_cdf(self, alpha: impl Into<Self>) -> Self {
        self.binary(Binary::LnSkewNormalCdf, alpha.into())
    }
    /// T(h, a) where h is `self`: Owen's function, the probability of X > h and 0 < Y < aX for independent standard normal X
    /// and Y
    fn owens_t(self, a: impl Into<Self>) -> Self {
        self.binary(Binary::OwensT, a.into())
    }
    /// |x|
    fn abs(self) -> Self {
        self.less_than(0.0).select(-self, self)
    }
}

/// The outcome of a comparison of scalars.
pub trait Condition<S>: Copy {
    /// `then` where the comparison holds, else `otherwise`. The branch that is not taken does not poison the value or
    /// its derivatives, even where it is NaN.
    fn select(self, then: impl Into<S>, otherwise: impl Into<S>) -> S;
}

/// Has no values: it is what `x < 0.0` would have to compare a [`Scalar`] with.
///
/// A formula cannot branch on data or parameters. Write `x.less_than(0.0).select(a, b)`.
#[derive(Debug, Clone, Copy)]
pub enum CannotBranchUseSelect {}

impl PartialEq<CannotBranchUseSelect> for f64 {
    fn eq(&self, other: &CannotBranchUseSelect) -> bool {
        match *other {}
    }
}

impl PartialOrd<CannotBranchUseSelect> for f64 {
    fn partial_cmp(&self, other: &CannotBranchUseSelect) -> Option<std::cmp::Ordering> {
        match *other {}
    }
}

impl Condition<f64> for bool {
    fn select(self, then: impl Into<f64>, otherwise: impl Into<f64>) -> f64 {
        if self { then.into() } else { otherwise.into() }
    }
}

impl Scalar for f64 {
    type Condition = bool;

    fn unary(self, operation: Unary) -> f64 {
        operation.evaluate(self)
    }
    fn binary(self, operation: Binary, other: f64) -> f64 {
        operation.evaluate(self, other)
    }
    fn ternary(self, operation: Ternary, second: f64, third: f64) -> f64 {
        operation.evaluate(self, second, third)
    }
    fn quaternary(self, operation: Quaternary, second: f64, third: f64, fourth: f64) -> f64 {
        operation.evaluate(self, second, third, fourth)
    }
    fn less_than(self, other: impl Into<f64>) -> bool {
        self < other.into()
    }
    fn equals(self, other: impl Into<f64>) -> bool {
        self == other.into()
    }
    fn log_sum_exp(terms: &[f64]) -> f64 {
        special::log_sum_exp(terms.iter().copied())
    }
    fn missing(_: &'static str) -> f64 {
        f64::NAN
    }
}
