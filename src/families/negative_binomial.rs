use crate::data::Sample;
use crate::families::Poisson;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;

/// The negative binomial distribution: counts that vary more than Poisson ones.
///
/// # Density
///
/// P(X = x) = Γ(x + r) / (Γ(r) x!) (r/(r + μ))ʳ (μ/(r + μ))ˣ
///
/// # Parameters
///
/// - `mu` (μ): ≥ 0, the mean
/// - `size` (r): > 0; the variance is μ + μ²/r
///
/// # Support
///
/// The counts 0, 1, 2, …
///
/// # Start
///
/// From the mean, which is the estimate of μ, and the variance. As r → ∞ the law is Poisson, which is the answer for data
/// whose variance is not greater than their mean. Counts that are all 0 say nothing of r: the data do not identify it.
///
/// # Numerics
///
/// The ratio of gamma functions is a rising factorial, and r ln(r/(r + μ)) is −r ln(1 + μ/r), so that r may be as large as
/// 1e15. P(X ≤ x) is the regularised incomplete beta function of r/(r + μ), r and x + 1.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = NegativeBinomial.fit(&[0, 0, 1, 9, 2, 0, 14, 3])?;
/// assert!((fit["mu"].value - 3.625).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., chapter 5. Lawless, "Negative binomial and mixed
/// Poisson regression", 1987.
#[derive(Debug, Clone, Copy)]
pub struct NegativeBinomial;

impl Model for NegativeBinomial {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().positive("mu").typical(0.5, 10.0).closed([0.0]).positive("size").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, size] = theta.unpack();
        let ln_coefficient = size.ln_rising(x) - (x + 1.0).ln_gamma();
        ln_coefficient + x.x_ln_y(mu) - x * (size + mu).ln() - size * (mu / size).ln_1p()
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Poisson).same("mu", "lambda").at("size", f64::INFINITY)]
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unknown
    }

    fn start(&self, sample: &Sample) -> Start {
        let (mean, variance) = (sample.mean(0), sample.variance(0));
        let size = mean * mean / (variance - mean);
        Start::At(vec![mean, if size > 0.0 && size.is_finite() { size } else { 10.0 * (1.0 + mean) }])
    }
}

impl Cdf for NegativeBinomial {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, size] = theta.unpack();
        size.ln_beta_p(x + 1.0, size.ln() - mu.ln())
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, size] = theta.unpack();
        (x + 1.0).ln_beta_p(size, mu.ln() - size.ln())
    }
}

impl Moments for NegativeBinomial {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, _] = theta.unpack();
        mu
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, size] = theta.unpack();
        mu + mu * mu / size
    }
}

impl Draw for NegativeBinomial {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        let gamma = rand_distr::Gamma::new(theta[1], theta[0] / theta[1]).expect("parameters inside the domain");
        let mean: f64 = rand::RngExt::sample(rng, gamma);
        // A mean so small that it is 0 gives no count.
        rand_distr::Poisson::new(mean).map_or(0, |poisson| rand::RngExt::sample::<f64, _>(rng, poisson) as u64)
    }
}
