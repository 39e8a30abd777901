use std::f64::consts::PI;
use std::fmt;

use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::{Domain, Space};
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

    /// The first column that is, to rounding, a linear function of those before it: a vanishing pivot of the correlation
    /// matrix.
    fn first_dependent(&self, sample: &Sample) -> Option<usize> {
        let deviations: Vec<f64> = (0..self.columns.len()).map(|column| sample.standard_deviation(column)).collect();
        let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
        let mut factor: Vec<f64> = Vec::new();
        for (i, j) in self.entries() {
            let inner: f64 = (0..j).map(|k| factor[at(i, k)] * factor[at(j, k)]).sum();
            let rest = sample.covariance(i, j) / deviations[i] / deviations[j] - inner;
            if i == j && (rest.is_nan() || rest <= 1e-13) {
                return Some(i);
            }
            factor.push(if i == j { rest.sqrt() } else { rest / factor[at(j, j)] });
        }
        None
    }

    fn entries(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.columns.len()).flat_map(|i| (0..=i).map(move |j| (i, j)))
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
        // Two-digit indices are kept apart.
        let separator = if self.columns.len() > 9 { "_" } else { "" };
        let means = self.columns.iter().fold(Space::new(), |space, name| space.real(format!("mu_{name}")));
        means.covariance(self.entries().map(|(i, j)| format!("s_{}{separator}{}", i + 1, j + 1)))
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let (mu, s) = theta.split(self.columns.len());
        let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
        // S = L Lᵀ, and z solves L z = x − μ.
        let mut factor: Vec<S> = Vec::new();
        for (i, j) in self.entries() {
            let inner = (0..j).fold(S::from(0.0), |sum, k| sum + factor[at(i, k)] * factor[at(j, k)]);
            let rest = s.as_slice()[at(i, j)] - inner;
            factor.push(if i == j { rest.sqrt() } else { rest / factor[at(j, j)] });
        }
        let mut z: Vec<S> = Vec::new();
        let mut total = S::from(-0.5 * self.columns.len() as f64 * (2.0 * PI).ln());
        for i in 0..self.columns.len() {
            let inner = (0..i).fold(S::from(0.0), |sum, k| sum + factor[at(i, k)] * z[k]);
            let own = (x[i] - mu.as_slice()[i] - inner) / factor[at(i, i)];
            total = total - factor[at(i, i)].ln() - 0.5 * own * own;
            z.push(own);
        }
        total
    }

    fn support(&self) -> Support {
        Support::new(vec![Range::REAL; self.columns.len()])
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let d = self.columns.len();
        if sample.rows() <= d {
            return Start::Unbounded(format!("{} rows lie in a plane of the {d} dimensions", sample.rows()));
        }
        if let Some(column) = self.first_dependent(sample) {
            let name = &self.columns[column];
            return Start::Unbounded(format!("`{name}` is a linear function of the columns before it, or constant"));
        }
        let means = (0..d).map(|column| sample.mean(column));
        Start::Exact(means.chain(self.entries().map(|(i, j)| sample.covariance(i, j))).collect())
    }
}

impl Draw for MultivariateNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        let (mu, s) = theta.split_at(self.columns.len());
        // The free coordinates of a covariance are its Cholesky factor, the diagonal in logarithms.
        let factor = Domain::Covariance.free(s).expect("a covariance matrix inside its domain");
        let entry = |i: usize, j: usize| {
            let value = factor[i * (i + 1) / 2 + j];
            if i == j { value.exp() } else { value }
        };
        let z: Vec<f64> = mu.iter().map(|_| rand::RngExt::sample(rng, rand_distr::StandardNormal)).collect();
        mu.iter().enumerate().map(|(i, mean)| mean + (0..=i).map(|j| entry(i, j) * z[j]).sum::<f64>()).collect()
    }
}
