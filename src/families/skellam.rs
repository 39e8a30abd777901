use super::bessel::ln_bessel_i_near_zero;
use crate::data::Sample;
use crate::model::{Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Skellam distribution: the difference of two Poisson counts, such as goals for and against.
///
/// # Density
///
/// P(X = x) = exp(−μ₁ − μ₂) (μ₁/μ₂)^(x/2) I_|x|(2√(μ₁μ₂)), where I is the modified Bessel function
///
/// # Parameters
///
/// - `mu1` (μ₁): ≥ 0, the mean of the count that is added
/// - `mu2` (μ₂): ≥ 0, the mean of the count that is taken away; the mean is μ₁ − μ₂ and the variance μ₁ + μ₂
///
/// # Support
///
/// All integers.
///
/// # Start
///
/// From the mean and the variance. Data without negative values that vary no more than Poisson ones have their estimate at
/// the closed end μ₂ = 0, where the law is Poisson; likewise data without positive ones at μ₁ = 0.
///
/// # Numerics
///
/// For small μ₁μ₂ by the series of I, which holds at 0; else the exponential is taken into the scaled function, so that
/// large means lose no digits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Skellam.fit(&[1, 0, -1, 2, 3, 0, -2, 1])?;
/// assert!((fit["mu1"].value - fit["mu2"].value - 0.5).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Skellam, "The frequency distribution of the difference between two Poisson variates belonging to different populations",
/// 1946. Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 4.12.3.
#[derive(Debug, Clone, Copy)]
pub struct Skellam;

impl Model for Skellam {
    type Of = f64;

    fn space(&self) -> Space {
        let mean = |space: Space, name: &str| space.positive(name).typical(0.5, 10.0).closed([0.0]);
        mean(mean(Space::new(), "mu1"), "mu2")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu1, mu2] = theta.unpack();
        let product = mu1 * mu2;
        let size = x.abs();
        // The Poisson law of the greater count, and what the other one adds.
        let power = x.less_than(0.0).select(size.x_ln_y(mu2), size.x_ln_y(mu1));
        let poisson = power - (size + 1.0).ln_gamma() - mu1 - mu2;
        let near = poisson + ln_bessel_i_near_zero(size, product);
        // (√μ₁ − √μ₂)²
        let gap = ((mu1 - mu2) / (mu1.sqrt() + mu2.sqrt())).square();
        let far = 0.5 * x * (mu1.ln() - mu2.ln()) - gap + size.ln_bessel_i_scaled(2.0 * product.sqrt());
        product.less_than(size + 1.0).select(near, far)
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(f64::NEG_INFINITY, f64::INFINITY))
    }

    fn start(&self, sample: &Sample) -> Start {
        let mean = sample.mean(0);
        if sample.constant(0) == Some(0.0) {
            return Start::At(vec![0.0, 0.0]);
        }
        // The variance of the law is greater than its mean, in absolute value.
        let variance = sample.variance(0).max(1.1 * mean.abs());
        Start::At(vec![0.5 * (variance + mean), 0.5 * (variance - mean)])
    }
}

impl Moments for Skellam {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu1, mu2] = theta.unpack();
        mu1 - mu2
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu1, mu2] = theta.unpack();
        mu1 + mu2
    }
}

impl Draw for Skellam {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        // A mean of 0 gives no count.
        let mut count = |mean: f64| {
            rand_distr::Poisson::new(mean).map_or(0.0, |poisson| rand::RngExt::sample::<f64, _>(rng, poisson))
        };
        count(theta[0]) - count(theta[1])
    }
}
