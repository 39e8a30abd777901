use super::harmonic::{ln_endless_tail, ln_harmonic};
use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::operation::Unary;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The zeta distribution: Zipf's law without a greatest rank, for frequencies of words and sizes of cities.
///
/// # Density
///
/// P(X = x) = x^(−s) / ζ(s), where ζ is Riemann's zeta function
///
/// # Parameters
///
/// - `s`: > 1; the mean is ζ(s − 1)/ζ(s), finite for s > 2; the variance is finite for s > 3
///
/// # Support
///
/// The integers 1, 2, 3, …
///
/// # Start
///
/// From the mean of ln x, which is 1/(s − 1) if x is large. If every observation is 1 there is no estimate: s → ∞.
///
/// # Numerics
///
/// ln ζ keeps its digits near its pole, and where it is 2⁻ˢ. P(X > x) is a sum of its own, by the formula of Euler and
/// Maclaurin.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Zeta.fit(&[1, 1, 2, 1, 5, 1, 1, 3, 1, 24])?;
/// assert!((fit["s"].value - 1.910_307_721_624_463).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 11.2.20.
#[derive(Debug, Clone, Copy)]
pub struct Zeta;

impl Model for Zeta {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().above("s", 1.0).typical(1.8, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [s] = theta.unpack();
        -(s * x.ln()) - s.ln_zeta()
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(1.0, f64::INFINITY))
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        // That of x − ½, whose logarithm has a law near exponential.
        let mean = sample.mean_of(0, |x| (x - 0.5).ln() + 2.0_f64.ln());
        if mean > 0.0 { Start::At(vec![1.0 + 1.0 / mean]) } else { Start::Search }
    }
}

impl Zeta {
    /// ln P(X ≤ x) and ln P(X > x), each a sum of its own: the smaller has the digits.
    fn ln_parts<S: Scalar>(theta: Theta<'_, S>, x: S) -> [S; 2] {
        let [s] = theta.unpack();
        let total = s.ln_zeta();
        [ln_harmonic(s, x) - total, ln_endless_tail(s, x) - total]
    }
}

impl Cdf for Zeta {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [below, above] = Zeta::ln_parts(theta, x);
        let inside = above.less_than(below).select(above.ln_1m_exp(), below);
        x.less_than(1.0).select(f64::NEG_INFINITY, x.less_than(f64::INFINITY).select(inside, 0.0))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [below, above] = Zeta::ln_parts(theta, x);
        let inside = above.less_than(below).select(above, below.ln_1m_exp());
        x.less_than(1.0).select(0.0, x.less_than(f64::INFINITY).select(inside, f64::NEG_INFINITY))
    }
}

impl Moments for Zeta {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [s] = theta.unpack();
        let mean = ((s - 1.0).ln_zeta() - s.ln_zeta()).exp();
        S::from(2.0).less_than(s).select(mean, f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [s] = theta.unpack();
        // E X² − (E X)², as the square of the mean times eᵘ − 1.
        let u = (s - 2.0).ln_zeta() + s.ln_zeta() - 2.0 * (s - 1.0).ln_zeta();
        let variance = (2.0 * ((s - 1.0).ln_zeta() - s.ln_zeta())).exp() * u.exp_m1();
        let beyond_two = S::from(2.0).less_than(s).select(f64::INFINITY, f64::NAN);
        S::from(3.0).less_than(s).select(variance, beyond_two)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [s] = theta.unpack();
        // E ln X = −(ln ζ)′.
        Some(s.ln_zeta() - s * s.unary(Unary::LnZeta(1)))
    }
}

impl Draw for Zeta {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        let zeta = rand_distr::Zeta::new(theta[0]).expect("an exponent inside the domain");
        rand::RngExt::sample::<f64, _>(rng, zeta) as u64
    }
}
