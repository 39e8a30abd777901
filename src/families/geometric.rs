use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;

/// The geometric distribution: how many trials fail before the first that succeeds.
///
/// # Density
///
/// P(X = x) = p (1 − p)ˣ
///
/// # Parameters
///
/// - `p`: in (0, 1], the probability of success; the mean is (1 − p)/p
///
/// # Support
///
/// The counts 0, 1, 2, …
///
/// # Start
///
/// Exact: 1 / (1 + mean). If every count is 0 the estimate is at the closed end p = 1.
///
/// # Numerics
///
/// 0 · ln 0 = 0. The upper tail is exact at any distance.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Geometric.fit(&[0, 2, 1, 5])?;
/// assert!((fit["p"].value - 1.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 5.2.
#[derive(Debug, Clone, Copy)]
pub struct Geometric;

impl Model for Geometric {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().unit("p").typical(0.1, 0.9).closed([1.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        p.ln() + x.x_ln_1p(-p)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        Start::Exact(vec![1.0 / (1.0 + sample.mean(0))])
    }
}

impl Cdf for Geometric {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        (x + 1.0).x_ln_1p(-p)
    }
}

impl Moments for Geometric {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [p] = theta.unpack();
        (1.0 - p) / p
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [p] = theta.unpack();
        (1.0 - p) / (p * p)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [p] = theta.unpack();
        Some(-(p.ln()) - (1.0 - p).x_ln_1p(-p) / p)
    }
}

impl Draw for Geometric {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        let geometric = rand_distr::Geometric::new(theta[0]).expect("a probability inside the domain");
        rand::RngExt::sample(rng, geometric)
    }
}
