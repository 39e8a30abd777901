use std::f64::consts::{E, PI};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::special::normal_quantile;
use crate::support::{Range, Support};

/// The lognormal distribution: the logarithm is normal.
///
/// # Density
///
/// f(x) = exp(−(ln x − m)² / (2s²)) / (x s √(2π))
///
/// # Parameters
///
/// - `meanlog` (m): real, the mean of ln x
/// - `sdlog` (s): > 0, the standard deviation of ln x
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Exact: the mean and the standard deviation of ln x, with divisor n. Constant data have no maximum: s → 0.
///
/// # Numerics
///
/// The data enter through ln x alone, so that they may be of any magnitude.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = LogNormal.fit(&[1.0, 10.0, 100.0])?;
/// assert!((fit["meanlog"].value - 10.0_f64.ln()).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 14.
#[derive(Debug, Clone, Copy)]
pub struct LogNormal;

impl Model for LogNormal {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("meanlog").typical(-2.0, 2.0).positive("sdlog").typical(0.2, 1.5)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [meanlog, sdlog] = theta.unpack();
        let z = (x.ln() - meanlog) / sdlog;
        -0.5 * z * z - sdlog.ln() - x.ln() - 0.5 * (2.0 * PI).ln()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as sdlog → 0"));
        }
        let meanlog = sample.mean_of(0, f64::ln);
        Start::Exact(vec![meanlog, sample.mean_of(0, |x| (x.ln() - meanlog).powi(2)).sqrt()])
    }
}

impl Cdf for LogNormal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [meanlog, sdlog] = theta.unpack();
        ((x.ln() - meanlog) / sdlog).ln_normal_cdf()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [meanlog, sdlog] = theta.unpack();
        ((meanlog - x.ln()) / sdlog).ln_normal_cdf()
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        (theta[0] + theta[1] * normal_quantile(p)).exp()
    }
}

impl Moments for LogNormal {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [meanlog, sdlog] = theta.unpack();
        (meanlog + 0.5 * sdlog.square()).exp()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [meanlog, sdlog] = theta.unpack();
        (2.0 * meanlog + sdlog.square()).exp() * sdlog.square().exp_m1()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [meanlog, sdlog] = theta.unpack();
        Some(meanlog + sdlog.ln() + 0.5 * (2.0 * PI * E).ln())
    }
}

impl Draw for LogNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        (theta[0] + theta[1] * z).exp()
    }
}
