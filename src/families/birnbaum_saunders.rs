use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Birnbaum–Saunders distribution, of the time in which a crack grows until it breaks.
///
/// # Density
///
/// f(x) = (√(x/β) + √(β/x)) / (2αx) · φ(ξ/α), ξ = √(x/β) − √(β/x), where φ is the standard normal density
///
/// # Parameters
///
/// - `alpha` (α): > 0, the shape
/// - `beta` (β): > 0, the scale, and the median
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// The modified moments of Ng, Kundu and Balakrishnan, from the arithmetic and harmonic means. Constant data have no
/// maximum: α → 0.
///
/// # Numerics
///
/// ξ is (x − β)/√(xβ), which keeps its digits where x is near β.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = BirnbaumSaunders.fit(&[0.5, 1.0, 2.0])?;
/// assert!((fit["beta"].value - 1.0).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Birnbaum and Saunders, "Estimation for a family of life distributions with applications to fatigue", 1969. Ng, Kundu and
/// Balakrishnan, "Modified moment estimation for the two-parameter Birnbaum–Saunders distribution", 2003.
#[derive(Debug, Clone, Copy)]
pub struct BirnbaumSaunders;

impl Model for BirnbaumSaunders {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("alpha").typical(0.2, 2.0).positive("beta").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, beta] = theta.unpack();
        let root = (x / beta).sqrt();
        let constant = -alpha.ln() - 0.5 * (8.0 * PI).ln();
        constant + (root + 1.0 / root).ln() - x.ln() - 0.5 * deviate(alpha, beta, x).square()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("after alpha is profiled out, the score of beta has one root (Birnbaum and Saunders, 1969)")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as alpha → 0"));
        }
        let mean = sample.mean(0);
        // The arithmetic over the harmonic mean, less 1, without the cancellation.
        let gap = sample.mean_of(0, |x| (x / mean - 1.0).powi(2) * (mean / x));
        let root = (1.0 + gap).sqrt();
        Start::At(vec![(2.0 * gap / (root + 1.0)).sqrt(), mean / root])
    }
}

/// ξ/α, which is standard normal.
fn deviate<S: Scalar>(alpha: S, beta: S, x: S) -> S {
    (x - beta) / beta / (alpha * (x / beta).sqrt())
}

impl Cdf for BirnbaumSaunders {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, beta] = theta.unpack();
        S::from(0.0).less_than(x).select(deviate(alpha, beta, x).ln_normal_cdf(), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, beta] = theta.unpack();
        S::from(0.0).less_than(x).select((-deviate(alpha, beta, x)).ln_normal_cdf(), 0.0)
    }
}

impl Moments for BirnbaumSaunders {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [alpha, beta] = theta.unpack();
        beta * (1.0 + 0.5 * alpha.square())
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [alpha, beta] = theta.unpack();
        (alpha * beta).square() * (1.0 + 1.25 * alpha.square())
    }
}

impl Draw for BirnbaumSaunders {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        // √(x/β) − √(β/x) = 2 sinh r, where r = ½ ln(x/β).
        theta[1] * (2.0 * (0.5 * theta[0] * z).asinh()).exp()
    }
}
