use std::f64::consts::LN_2;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

use super::incomplete::{ln_gamma_p_at_exp, ln_gamma_q_at_exp};

/// The Nakagami distribution: the root of a gamma variable, as the amplitude of a fading signal.
///
/// # Density
///
/// f(x) = 2 mᵐ x^(2m−1) exp(−m x²/Ω) / (Γ(m) Ωᵐ)
///
/// # Parameters
///
/// - `m`: > 0, the shape; ½ is the half-normal and 1 the Rayleigh distribution
/// - `omega` (Ω): > 0, the mean square
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// The mean square, which is the estimate of Ω, and Thom's approximation for the gamma distribution of x². Constant data
/// have no maximum: m → ∞.
///
/// # Numerics
///
/// Powers are taken through logarithms, so that x/√Ω may be of any magnitude.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Nakagami.fit(&[1.0, 2.0, 3.0])?;
/// assert!((fit["omega"].value - 14.0 / 3.0).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Nakagami, "The m-distribution, a general formula of intensity distribution of rapid fading", 1960.
#[derive(Debug, Clone, Copy)]
pub struct Nakagami;

impl Model for Nakagami {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("m").typical(0.5, 5.0).positive("omega").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [m, omega] = theta.unpack();
        let ln_rate = m.ln() - omega.ln();
        LN_2 + m * ln_rate - m.ln_gamma() + (2.0 * m - 1.0) * x.ln() - m * x.square() / omega
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as m → ∞"));
        }
        let unit = sample.unit(0);
        let root = unit * sample.mean_of(0, |x| (x / unit).powi(2)).sqrt();
        // The logarithm of the mean square over the square of the geometric mean.
        let gap = -2.0 * sample.mean_of(0, |x| ((x - root) / root).ln_1p());
        let m = (3.0 - gap + ((gap - 3.0).powi(2) + 24.0 * gap).sqrt()) / (12.0 * gap);
        Start::At(vec![m, root * root])
    }
}

impl Cdf for Nakagami {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [m, omega] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, ln_gamma_p_at_exp(m, 2.0 * x.ln() + m.ln() - omega.ln()))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [m, omega] = theta.unpack();
        x.less_than(0.0).select(0.0, ln_gamma_q_at_exp(m, 2.0 * x.ln() + m.ln() - omega.ln()))
    }
}

impl Moments for Nakagami {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [m, omega] = theta.unpack();
        m.ln_rising(0.5).exp() * (omega / m).sqrt()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [m, omega] = theta.unpack();
        -(omega * (2.0 * m.ln_rising(0.5) - m.ln()).exp_m1())
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [m, omega] = theta.unpack();
        Some(m + 0.5 * (omega.ln() - m.ln()) + m.ln_gamma() + (0.5 - m) * m.digamma() - LN_2)
    }
}

impl Draw for Nakagami {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let gamma = rand_distr::Gamma::new(theta[0], 1.0 / theta[0]).expect("parameters inside the domain");
        (theta[1] * rand::RngExt::sample::<f64, _>(rng, gamma)).sqrt()
    }
}
