use std::f64::consts::{PI, TAU};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::operation::Binary;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The inverse Gaussian distribution: the time in which a Brownian motion with drift reaches a level.
///
/// # Density
///
/// f(x) = √(λ/(2πx³)) exp(−λ (x − μ)² / (2μ²x))
///
/// # Parameters
///
/// - `mu` (μ): > 0, the mean
/// - `lambda` (λ): > 0, the shape; the variance is μ³/λ
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Exact: the mean, and λ from the mean of 1/x − 1/μ. Constant data have no maximum: λ → ∞.
///
/// # Numerics
///
/// The distribution function is a sum, and its complement a difference, of two terms that are taken through logarithms
/// of Φ, so that e^(2λ/μ) does not overflow; each is used on the side of the mean where it is small.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = InverseGaussian.fit(&[1.0, 2.0, 3.0])?;
/// assert!((fit["mu"].value - 2.0).abs() < 1e-12 && (fit["lambda"].value - 9.0).abs() < 1e-11);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 15. Giner and Smyth,
/// "statmod: probability calculations for the inverse Gaussian distribution", 2016.
#[derive(Debug, Clone, Copy)]
pub struct InverseGaussian;

impl Model for InverseGaussian {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("mu").typical(0.5, 5.0).positive("lambda").typical(0.5, 10.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, lambda] = theta.unpack();
        0.5 * lambda.ln() - 0.5 * (2.0 * PI).ln() - 1.5 * x.ln() - 0.5 * lambda * ((x - mu) / mu).square() / x
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as lambda → ∞"));
        }
        let mean = sample.mean(0);
        // The mean of 1/x − 1/μ, without the cancellation.
        let gap = sample.mean_of(0, |x| (x / mean - 1.0).powi(2) / x);
        Start::Exact(vec![mean, 1.0 / gap])
    }
}

/// The deviates a and b: F = Φ(a) + e^(2λ/μ) Φ(−b).
fn deviates<S: Scalar>(theta: Theta<'_, S>, x: S) -> (S, S) {
    let [mu, lambda] = theta.unpack();
    let root = (lambda / x).sqrt();
    ((x - mu) / mu * root, (x + mu) / mu * root)
}

/// ln F below the mean, as a sum.
fn ln_lower<S: Scalar>(theta: Theta<'_, S>, x: S) -> S {
    let [mu, lambda] = theta.unpack();
    let (a, b) = deviates(theta, x);
    S::log_sum_exp(&[a.ln_normal_cdf(), 2.0 * lambda / mu + (-b).ln_normal_cdf()])
}

/// ln(1 − F) above the mean, as a difference: φ(a) times that of the Mills ratios of a and b, since e^(2λ/μ) φ(b) = φ(a).
fn ln_upper<S: Scalar>(theta: Theta<'_, S>, x: S) -> S {
    let [mu, lambda] = theta.unpack();
    let (a, b) = deviates(theta, x);
    let direct = (-a).ln_normal_cdf();
    let near = direct + (2.0 * lambda / mu + (-b).ln_normal_cdf() - direct).ln_1m_exp();
    // Far out by the series 1/t − 1/t³ + 3/t⁵ − 15/t⁷ of the ratio, from which 1/a − 1/b is taken out.
    let (u, v) = (1.0 / a, 1.0 / b);
    let (p, q) = (u.square() + v.square(), u * v);
    let sums = [p + q, p.square() + q * (p - q), (p + q) * (p.square() - 2.0 * q.square()) + q.square() * q];
    let series = -sums[0] + 3.0 * sums[1] - 15.0 * sums[2];
    let ln_step = 0.5 * (4.0 * lambda / x).ln() - a.ln() - b.ln();
    let far = -0.5 * a.square() - 0.5 * (2.0 * PI).ln() + ln_step + series.ln_1p();
    S::from(50.0).less_than(a).select(far, near)
}

impl Cdf for InverseGaussian {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, _] = theta.unpack();
        let inside = x.less_than(mu).select(ln_lower(theta, x), ln_upper(theta, x).ln_1m_exp());
        S::from(0.0).less_than(x).select(inside, f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, _] = theta.unpack();
        let inside = x.less_than(mu).select(ln_lower(theta, x).ln_1m_exp(), ln_upper(theta, x));
        S::from(0.0).less_than(x).select(inside, 0.0)
    }
}

impl Moments for InverseGaussian {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, _] = theta.unpack();
        mu
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, lambda] = theta.unpack();
        mu.square() * (mu / lambda)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [mu, lambda] = theta.unpack();
        // E ln X = ln μ − ∂ ln K_ν(λ/μ) / ∂ν at ν = ½ (Jørgensen, *Statistical Properties of the Generalized Inverse Gaussian
        // Distribution*, section 2.1).
        let mean_ln = mu.ln() - S::from(0.5).binary(Binary::LnBesselK(1, 0), lambda / mu);
        Some(0.5 + 0.5 * TAU.ln() - 0.5 * lambda.ln() + 1.5 * mean_ln)
    }
}

impl Draw for InverseGaussian {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let law = rand_distr::InverseGaussian::new(theta[0], theta[1]).expect("parameters inside the domain");
        rand::RngExt::sample(rng, law)
    }
}
