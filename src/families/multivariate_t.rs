use std::f64::consts::PI;
use std::fmt;

use super::{MultivariateNormal, elliptical};
use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The multivariate Student's t distribution, of a dimension d known at run time.
///
/// # Density
///
/// f(x) = Γ((ν + d)/2) / (Γ(ν/2) (νπ)^(d/2) |S|^(1/2)) (1 + (x − μ)ᵀ S⁻¹ (x − μ) / ν)^(−(ν+d)/2)
///
/// # Parameters
///
/// - `mu_<column>` (μ), d of them: real, the location
/// - `s_ij` (S), i ≥ j: the entries of the scale matrix, which is positive definite; the covariance matrix is
///   S ν/(ν − 2) for ν > 2
/// - `df` (ν): > 0, the degrees of freedom
///
/// # Support
///
/// Vectors of d real numbers.
///
/// # Start
///
/// From the medians, the quartiles and the correlations, for light tails and for heavy ones. As ν → ∞ the law is normal,
/// which is the answer for data with no heavier tails. With n ≤ d rows, or collinear columns, there is no maximum. For ν near 0
/// the likelihood is unbounded on any data; the estimate is a local maximum.
///
/// # Numerics
///
/// The density goes through the Cholesky factor of S, never its inverse. The ratio of gamma functions is a rising factorial,
/// so that ν may be large.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let points = [
///     [0.1, 0.3], [-0.4, 0.2], [0.5, 0.9], [-0.8, -1.1], [0.3, 0.1], [9.0, 7.5], [0.2, -0.3], [-6.0, -8.0], [-0.2, 0.0],
/// ];
/// let fit = MultivariateT::columns(["x", "y"]).fit(&points)?;
/// assert!(fit["df"].value < 2.0 && fit["mu_x"].value.abs() < 0.3);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Kotz and Nadarajah, *Multivariate t Distributions and Their Applications*, chapter 1. Fernández and Steel,
/// "Multivariate Student-t regression models: pitfalls and inference", 1999.
#[derive(Clone)]
pub struct MultivariateT {
    columns: Vec<String>,
}

impl MultivariateT {
    /// The model of vectors whose entries have these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> MultivariateT {
        MultivariateT { columns: names.into_iter().map(Into::into).collect() }
    }
}

impl fmt::Debug for MultivariateT {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MultivariateT")
    }
}

impl Model for MultivariateT {
    type Of = Row;

    fn space(&self) -> Space {
        elliptical::space(&self.columns).positive("df").typical(1.0, 20.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let d = self.columns.len();
        let (mu, rest) = theta.split(d);
        let (s, df) = rest.split(d * (d + 1) / 2);
        let [df] = df.unpack();
        let (distance, volume) = elliptical::distance_and_volume(mu.as_slice(), s.as_slice(), &x);
        let half = 0.5 * d as f64;
        let constant = (0.5 * df).ln_rising(half) - half * (PI * df).ln() - volume;
        constant - 0.5 * (df + d as f64) * (distance / df).ln_1p()
    }

    fn support(&self) -> Support {
        Support::new(vec![Range::REAL; self.columns.len()])
    }

    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("as the scale matrix flattens onto a plane through r of the n observations, d or more, for df below r/(n − r)")
    }

    fn limits(&self) -> Vec<Limit> {
        let normal = MultivariateNormal::columns(self.columns.clone());
        let names: Vec<String> = normal.space().names().map(str::to_string).collect();
        let limit = Limit::to(normal).at("df", f64::INFINITY);
        vec![names.iter().fold(limit, |limit, name| limit.same(name, name))]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(why) = elliptical::in_a_plane(&self.columns, sample) {
            return Start::Unbounded(why);
        }
        let d = self.columns.len();
        let centre = |column: usize| {
            let (low, high) = sample.medians(column);
            0.5 * low + 0.5 * high
        };
        let spread = |column: usize| {
            let half_range = 0.5 * sample.quantile(column, 0.75) - 0.5 * sample.quantile(column, 0.25);
            if half_range > 0.0 { half_range } else { sample.standard_deviation(column) }
        };
        // Half of the correlations: that is positive definite, whatever outliers do to them.
        let correlation = |i: usize, j: usize| {
            if i == j { 1.0 } else { 0.5 * sample.correlation(i, j) }
        };
        // Degrees of freedom with the upper quartile of their law in one dimension.
        let laws = [(1.0, 1.0), (5.0, 0.7267), (50.0, 0.6794)];
        let point = |(df, quartile): (f64, f64)| {
            let scale = |column: usize| spread(column) / quartile;
            let entry = |(i, j): (usize, usize)| correlation(i, j) * scale(i) * scale(j);
            (0..d).map(centre).chain(elliptical::entries(d).map(entry)).chain([df]).collect()
        };
        Start::Several(laws.map(point).to_vec())
    }
}

impl Draw for MultivariateT {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        let d = self.columns.len();
        let (mu, s, df) = (&theta[..d], &theta[d..theta.len() - 1], theta[theta.len() - 1]);
        let chi_squared = rand_distr::ChiSquared::new(df).expect("degrees of freedom inside the domain");
        let length: f64 = (df / rand::RngExt::sample::<f64, _>(rng, chi_squared)).sqrt();
        let z: Vec<f64> = mu.iter().map(|_| length * rand::RngExt::sample::<f64, _>(rng, rand_distr::StandardNormal)).collect();
        elliptical::placed(mu, s, &z)
    }
}
