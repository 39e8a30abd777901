use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;

/// The Poisson distribution.
///
/// # Density
///
/// P(X = x) = λˣ e^(−λ) / x!
///
/// # Parameters
///
/// - `lambda` (λ): ≥ 0, the mean and the variance
///
/// # Support
///
/// The counts 0, 1, 2, …
///
/// # Start
///
/// Exact: the mean. If every count is 0 the estimate is at the closed end λ = 0.
///
/// # Numerics
///
/// ln x! is ln Γ(x + 1), computed once for the data.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Poisson.fit(&[3, 1, 4, 1, 5])?;
/// assert!((fit["lambda"].value - 2.8).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., chapter 4.
#[derive(Debug, Clone, Copy)]
pub struct Poisson;

impl Model for Poisson {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().positive("lambda").typical(0.5, 10.0).closed([0.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [lambda] = theta.unpack();
        x.x_ln_y(lambda) - lambda - (x + 1.0).ln_gamma()
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        Start::Exact(vec![sample.mean(0)])
    }
}

impl Moments for Poisson {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [lambda] = theta.unpack();
        lambda
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [lambda] = theta.unpack();
        lambda
    }
}

impl Draw for Poisson {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        let poisson = rand_distr::Poisson::new(theta[0]).expect("a mean inside the domain");
        rand::RngExt::sample::<f64, _>(rng, poisson) as u64
    }
}
