use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::logistic;
use crate::support::{Range, Support};

/// The logit-normal distribution, of a proportion whose logit is normal.
///
/// # Density
///
/// f(x) = exp(−(logit x − m)² / (2s²)) / (x (1 − x) s √(2π)), logit x = ln(x/(1 − x))
///
/// # Parameters
///
/// - `mu` (m): real, the mean of logit x
/// - `sigma` (s): > 0, the standard deviation of logit x
///
/// # Support
///
/// 0 < x < 1.
///
/// # Start
///
/// Exact: the mean and the standard deviation of logit x, with divisor n. Constant data have no maximum: s → 0.
///
/// # Numerics
///
/// The logit is ln x − ln(1 − x), each with its own digits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = LogitNormal.fit(&[0.2, 0.5, 0.8])?;
/// assert!(fit["mu"].value.abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Atchison and Shen, "Logistic-normal distributions: some properties and uses", 1980.
#[derive(Debug, Clone, Copy)]
pub struct LogitNormal;

impl Model for LogitNormal {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").typical(-2.0, 2.0).positive("sigma").typical(0.2, 1.5)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma] = theta.unpack();
        let z = (logit(x) - mu) / sigma;
        -0.5 * z * z - sigma.ln() - x.ln() - (-x).ln_1p() - 0.5 * (2.0 * PI).ln()
    }

    fn support(&self) -> Support {
        Support::one(Range::UNIT)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as sigma → 0"));
        }
        let mean = sample.mean_of(0, logit);
        Start::Exact(vec![mean, sample.mean_of(0, |x| (logit(x) - mean).powi(2)).sqrt()])
    }
}

/// ln(x/(1 − x))
fn logit<S: Scalar>(x: S) -> S {
    x.ln() - (-x).ln_1p()
}

impl Cdf for LogitNormal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma] = theta.unpack();
        let inside = ((logit(x) - mu) / sigma).ln_normal_cdf();
        x.less_than(0.0).select(f64::NEG_INFINITY, S::from(1.0).less_than(x).select(0.0, inside))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma] = theta.unpack();
        let inside = ((mu - logit(x)) / sigma).ln_normal_cdf();
        x.less_than(0.0).select(0.0, S::from(1.0).less_than(x).select(f64::NEG_INFINITY, inside))
    }
}

impl Draw for LogitNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        logistic(theta[0] + theta[1] * z)
    }
}
