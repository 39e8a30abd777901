use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Draw, Model, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The generalized gamma distribution in Prentice's parameters, in which the lognormal law is an ordinary point.
///
/// # Density
///
/// f(x) = |q| k^k exp(k (q w − e^(q w))) / (σ x Γ(k)), w = (ln x − μ)/σ, k = 1/q²; the limit at q = 0 is lognormal
///
/// # Parameters
///
/// - `mu` (μ): real, the location of ln x
/// - `sigma` (σ): > 0, the scale of ln x
/// - `q`: real: 0 lognormal, 1 Weibull, σ gamma, −1 Fréchet
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// From the mean and the standard deviation of ln x, for q near 0 and of both signs. Constant data have no maximum: σ → 0.
///
/// # Numerics
///
/// The log-density is −ln(σx√(2π)) − w² h(qw) − r(q²), where h(u) = (eᵘ − 1 − u)/u² and r is what Stirling's formula leaves
/// of ln Γ(1/q²): it has all digits, and derivatives, at q = 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = GeneralizedGammaPrentice.fit(&[0.9, 1.1, 1.6, 2.3, 2.4, 3.1, 3.8, 4.9, 6.0, 9.5])?;
/// assert!(fit["q"].value.abs() < 2.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Prentice, "A log gamma model and its maximum likelihood estimation", 1974. Farewell and Prentice, "A study of
/// distributional shape in life testing", 1977.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedGammaPrentice;

/// The log-density at w = (ln x − μ)/σ.
pub(super) fn ln_density<S: Scalar>(w: S, sigma: S, q: S, ln_x: S) -> S {
    let constant = -sigma.ln() - q.square().stirling_remainder() - 0.5 * (2.0 * PI).ln();
    constant - ln_x - w.square() * (q * w).exp_remainder()
}

/// Starts in μ, σ and q, from ln x of the mean `mean` and the standard deviation `deviation`.
pub(super) fn starts(mean: f64, deviation: f64) -> Vec<Vec<f64>> {
    [0.1, 1.0, -1.0].map(|q| vec![mean + 0.5 * q * deviation, deviation, q]).to_vec()
}

impl Model for GeneralizedGammaPrentice {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("mu").typical(-2.0, 2.0).positive("sigma").typical(0.3, 1.5);
        space.real("q").typical(-1.5, 1.5)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, q] = theta.unpack();
        ln_density((x.ln() - mu) / sigma, sigma, q, x.ln())
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as sigma → 0"));
        }
        let mean = sample.mean_of(0, f64::ln);
        Start::Several(starts(mean, sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt()))
    }
}

impl Draw for GeneralizedGammaPrentice {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let [mu, sigma, q] = [theta[0], theta[1], theta[2]];
        let k = 1.0 / (q * q);
        let w = match rand_distr::Gamma::new(k, 1.0) {
            Ok(gamma) if k < 1e12 => (rand::RngExt::sample::<f64, _>(rng, gamma) / k).ln() / q,
            // The law of w is normal to the digits that a draw has.
            _ => rand::RngExt::sample(rng, rand_distr::StandardNormal),
        };
        (mu + sigma * w).exp()
    }
}
