use std::f64::consts::PI;
use std::fmt;

use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The multivariate normal distribution with a diagonal covariance matrix: independent normal columns.
///
/// # Density
///
/// f(x) = Πⱼ exp(−(xⱼ − μⱼ)² / (2σⱼ²)) / (σⱼ √(2π))
///
/// # Parameters
///
/// - `mu_<column>` (μⱼ), one for each column: real, the means
/// - `sigma_<column>` (σⱼ), one for each column: > 0, the standard deviations
///
/// # Support
///
/// Vectors of real numbers.
///
/// # Start
///
/// Exact: the means, and the standard deviations with divisor n. With a constant column there is no maximum.
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
/// let fit = DiagonalNormal::columns(["x", "y"]).fit(&points)?;
/// assert!((fit["sigma_x"].value - 1.25_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mardia, Kent and Bibby, *Multivariate Analysis*, section 4.2.
#[derive(Clone)]
pub struct DiagonalNormal {
    columns: Vec<String>,
}

impl DiagonalNormal {
    /// The model of vectors whose entries have these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> DiagonalNormal {
        DiagonalNormal { columns: names.into_iter().map(Into::into).collect() }
    }
}

impl fmt::Debug for DiagonalNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DiagonalNormal")
    }
}

impl Model for DiagonalNormal {
    type Of = Row;

    fn space(&self) -> Space {
        let means = self.columns.iter().fold(Space::new(), |space, name| space.real(format!("mu_{name}")));
        self.columns.iter().fold(means, |space, name| space.positive(format!("sigma_{name}")))
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let (mu, sigma) = theta.split(self.columns.len());
        let columns = mu.as_slice().iter().zip(sigma.as_slice()).zip(x);
        columns.fold(S::from(-0.5 * self.columns.len() as f64 * (2.0 * PI).ln()), |total, ((mu, sigma), x)| {
            let z = (x - *mu) / *sigma;
            total - 0.5 * z * z - sigma.ln()
        })
    }

    fn support(&self) -> Support {
        Support::new(vec![Range::REAL; self.columns.len()])
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let columns = 0..self.columns.len();
        if let Some(column) = columns.clone().find(|column| sample.constant(*column).is_some()) {
            let name = &self.columns[column];
            return Start::Unbounded(format!("`{name}` is constant, so that it has no bound as sigma_{name} → 0"));
        }
        let means = columns.clone().map(|column| sample.mean(column));
        Start::Exact(means.chain(columns.map(|column| sample.standard_deviation(column))).collect())
    }
}

impl Draw for DiagonalNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        let (mu, sigma) = theta.split_at(self.columns.len());
        let mut normal = || rand::RngExt::sample::<f64, _>(rng, rand_distr::StandardNormal);
        mu.iter().zip(sigma).map(|(mu, sigma)| mu + sigma * normal()).collect()
    }
}
