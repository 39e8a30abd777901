//! Functions of the estimates by the delta method, and correlations.

use crate::error::{Error, Result};
use crate::fit::{Covariance, Estimate, Fit};
use crate::graph::{Expr, Graph};
use crate::model::Theta;

/// A variance of which less than this part is left after its terms cancel is made of rounding.
const CANCELLED: f64 = 1e-9;

impl Fit {
    /// The estimate of a function of the estimates, in their order, with its standard error by the delta method:
    /// √(∇ψᵀ Σ ∇ψ), with the exact gradient of `formula`. NaN where a standard error that it needs is withheld.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the formula is not finite at the estimate.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[0.7, 2.1, 0.4, 1.3, 0.9])?;
    /// let median = fit.derive("median", |theta| 2.0_f64.ln() / theta.as_slice()[0])?;
    /// assert!((median.value - 1.08 * 2.0_f64.ln()).abs() < 1e-12);
    /// assert!((median.std_error - median.value / 5.0_f64.sqrt()).abs() < 1e-9);
    /// let (lower, upper) = median.interval(0.95)?;
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn derive(
        &self,
        name: &str,
        formula: impl for<'g> FnOnce(Theta<'_, Expr<'g>>) -> Expr<'g>,
    ) -> Result<Estimate> {
        let point: Vec<f64> = self.estimates().iter().map(|estimate| estimate.value).collect();
        let graph = Graph::trace(point.len(), 0, |theta, _| formula(Theta::new(theta)))?;
        let value = graph.replay(&point, &[]);
        if !value.is_finite() {
            return Err(Error::Model { message: format!("{name} is {value} at the estimate") });
        }
        let gradient: Vec<f64> = graph.gradient().iter().map(|slope| slope.replay(&point, &[])).collect();
        // What it does not depend on may have no standard error.
        let used: Vec<usize> = (0..point.len()).filter(|&j| gradient[j] != 0.0).collect();
        let rows: Vec<&[f64]> = self.covariance().rows().collect();
        let terms = used.iter().flat_map(|&i| used.iter().map(move |&j| (i, j)));
        let terms: Vec<f64> = terms.map(|(i, j)| gradient[i] * rows[i][j] * gradient[j]).collect();
        let (variance, size) = (terms.iter().sum::<f64>(), terms.iter().map(|term| term.abs()).sum::<f64>());
        let std_error = if variance >= CANCELLED * size { variance.sqrt() } else { f64::NAN };
        Ok(Estimate { name: name.to_string(), value, std_error })
    }
}

impl Covariance {
    /// The correlation of two estimates. None if there is no such estimate.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Gamma.fit(&[1.2, 0.7, 2.1, 1.6])?;
    /// assert!(fit.covariance().correlation("shape", "scale").unwrap() < -0.9);
    /// assert_eq!(fit.covariance().correlation("shape", "shape"), Some(1.0));
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn correlation(&self, a: &str, b: &str) -> Option<f64> {
        let covariance = self.between(a, b)?;
        let (first, second) = (self.between(a, a)?.sqrt(), self.between(b, b)?.sqrt());
        Some(if a == b { first / second } else { (covariance / first / second).clamp(-1.0, 1.0) })
    }
}
