use std::f64::consts::PI;
use std::fmt;

use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The multivariate normal distribution with one variance: independent normal errors of equal size.
///
/// # Density
///
/// f(x) = Πⱼ exp(−(xⱼ − μⱼ)² / (2σ²)) / (σ √(2π))
///
/// # Parameters
///
/// - `mu_<column>` (μⱼ), one for each column: real, the means
/// - `sigma` (σ): > 0, the standard deviation of every column
///
/// # Support
///
/// Vectors of real numbers.
///
/// # Start
///
/// Exact: the means, and the root of the mean of the variances with divisor n. Constant data have no maximum: σ → 0.
///
/// # Numerics
///
/// Each column is standardised before it is squared.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let points = [[1.0, 2.0], [2.0, 3.5], [3.0, 3.0], [4.0, 5.0]];
/// let fit = SphericalNormal::columns(["x", "y"]).fit(&points)?;
/// assert!((fit["sigma"].value - 1.100426053854).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mardia, Kent and Bibby, *Multivariate Analysis*, section 4.2.
#[derive(Clone)]
pub struct SphericalNormal {
    columns: Vec<String>,
}

impl SphericalNormal {
    /// The model of vectors whose entries have these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> SphericalNormal {
        SphericalNormal { columns: names.into_iter().map(Into::into).collect() }
    }
}

impl fmt::Debug for SphericalNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SphericalNormal")
    }
}

impl Model for SphericalNormal {
    type Of = Row;

    fn space(&self) -> Space {
        let means = self.columns.iter().fold(Space::new(), |space, name| space.real(format!("mu_{name}")));
        means.positive("sigma")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let (mu, sigma) = theta.split(self.columns.len());
        let [sigma] = sigma.unpack();
        let constant = self.columns.len() as f64 * (sigma.ln() + 0.5 * (2.0 * PI).ln());
        mu.as_slice().iter().zip(x).fold(-constant, |total, (mu, x)| {
            let z = (x - *mu) / sigma;
            total - 0.5 * z * z
        })
    }

    fn support(&self) -> Support {
        Support::new(vec![Range::REAL; self.columns.len()])
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let d = self.columns.len();
        if (0..d).all(|column| sample.constant(column).is_some()) {
            return Start::Unbounded("all observations are equal, so that it has no bound as sigma → 0".to_string());
        }
        // Squares of large deviations overflow, and the hypotenuse does not.
        let length = (0..d).map(|column| sample.standard_deviation(column)).fold(0.0, f64::hypot);
        Start::Exact((0..d).map(|column| sample.mean(column)).chain([length / (d as f64).sqrt()]).collect())
    }
}

impl Draw for SphericalNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        let (mu, sigma) = theta.split_at(self.columns.len());
        let mut normal = || rand::RngExt::sample::<f64, _>(rng, rand_distr::StandardNormal);
        mu.iter().map(|mu| mu + sigma[0] * normal()).collect()
    }
}
