use std::f64::consts::PI;
use std::fmt;

use super::elliptical;
use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The multivariate normal distribution, of a dimension d known at run time.
///
/// # Density
///
/// f(x) = (2π)^(−d/2) |S|^(−1/2) exp(−(x − μ)ᵀ S⁻¹ (x − μ) / 2)
///
/// # Parameters
///
/// - `mu_<column>` (μ), d of them: real, the means
/// - `s_ij` (S), i ≥ j: the entries of the covariance matrix, which is positive definite
///
/// # Support
///
/// Vectors of d real numbers.
///
/// # Start
///
/// Exact: the means, and the covariances with divisor n. With n ≤ d rows, or collinear columns, there is no maximum.
///
/// # Numerics
///
/// The density goes through the Cholesky factor of S, never its inverse.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let points = [[1.0, 2.0], [2.0, 3.5], [3.0, 3.0], [4.0, 5.0]];
/// let fit = MultivariateNormal::columns(["x", "y"]).fit(&points)?;
/// assert!((fit["mu_x"].value - 2.5).abs() < 1e-12);
/// assert!((fit["s_21"].value - 1.0625).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mardia, Kent and Bibby, *Multivariate Analysis*, section 4.2.
#[derive(Clone)]
pub struct MultivariateNormal {
    columns: Vec<String>,
}

impl MultivariateNormal {
    /// The model of vectors whose entries have these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> MultivariateNormal {
        MultivariateNormal { columns: names.into_iter().map(Into::into).collect() }
    }
}

impl fmt::Debug for MultivariateNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MultivariateNormal")
    }
}

impl Model for MultivariateNormal {
    type Of = Row;

    fn space(&self) -> Space {
        elliptical::space(&self.columns)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let (mu, s) = theta.split(self.columns.len());
        let (distance, volume) = elliptical::distance_and_volume(mu.as_slice(), s.as_slice(), &x);
        -0.5 * distance - volume - 0.5 * self.columns.len() as f64 * (2.0 * PI).ln()
    }

    fn support(&self) -> Support {
        Support::new(vec![Range::REAL; self.columns.len()])
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(why) = elliptical::in_a_plane(&self.columns, sample) {
            return Start::Unbounded(why);
        }
        let d = self.columns.len();
        let means = (0..d).map(|column| sample.mean(column));
        Start::Exact(means.chain(elliptical::entries(d).map(|(i, j)| sample.covariance(i, j))).collect())
    }
}

impl Draw for MultivariateNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        let (mu, s) = theta.split_at(self.columns.len());
        let z: Vec<f64> = mu.iter().map(|_| rand::RngExt::sample(rng, rand_distr::StandardNormal)).collect();
        elliptical::placed(mu, s, &z)
    }
}
