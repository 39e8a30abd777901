//! [`Decomposition`]: the cross-entropy of a fit as entropy and relative entropy; and what fits of densities can say.

use std::fmt;

use super::relative_entropy::term;
use super::{Information, Probabilities, entropy};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::objective::Counted;
use crate::special::compensated_sum;

/// The cross-entropy from the empirical distribution p̂ of discrete data to a fitted model q, with its two parts:
/// H(p̂, q) = H(p̂) + D(p̂‖q).
///
/// It prints as a table of the three, in nats and bits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let parts = Bernoulli.fit(&[true, true, true, false])?.decomposition()?;
/// assert_eq!(
///     parts.to_string(),
///     "cross-entropy     H(p̂, q)  0.5623 nats = 0.8113 bits\n\
///      entropy           H(p̂)     0.5623 nats = 0.8113 bits\n\
///      relative entropy  D(p̂‖q)   0.0000 nats = 0.0000 bits"
/// );
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decomposition {
    /// The cross-entropy H(p̂, q) = −(1/n) ln L, which the estimate makes least.
    pub cross_entropy: Information,
    /// The entropy H(p̂): what no model of the same observations can go below.
    pub entropy: Information,
    /// The relative entropy D(p̂‖q): what is left between the model and the data.
    pub relative_entropy: Information,
}

impl fmt::Display for Decomposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cross-entropy     H(p̂, q)  {}", self.cross_entropy)?;
        writeln!(f, "entropy           H(p̂)     {}", self.entropy)?;
        write!(f, "relative entropy  D(p̂‖q)   {}", self.relative_entropy)
    }
}

/// Why the cross-entropy of a fit has no decomposition.
///
/// # Example
///
/// ```
/// use thetahat::Error;
/// use thetahat::information::Obstacle;
/// use thetahat::prelude::*;
///
/// let error = Normal.fit(&[0.0, 1.0, 3.0])?.decomposition().unwrap_err();
/// assert!(matches!(error, Error::NoDecomposition { obstacle: Obstacle::Densities, .. }));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The observations have densities, not probabilities: relative to a density, H(p̂) has no finite value.
    Densities,
    /// Some observations are known by bounds only: p̂ is not known.
    Bounds,
    /// Rows differ in their parameters: there is not one q.
    Covariates,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Obstacle::Densities => "the observations have densities, relative to which H(p̂) has no finite value",
            Obstacle::Bounds => "some observations are known by bounds only, so that p̂ is not known",
            Obstacle::Covariates => "rows with covariates have a distribution q each",
        })
    }
}

impl Fit {
    /// The cross-entropy from the data to the fitted model as the entropy of the data and the relative entropy of the
    /// model: H(p̂, q) = H(p̂) + D(p̂‖q), for discrete data.
    ///
    /// # Errors
    ///
    /// [`Error::NoDecomposition`] if the observations have densities, are known by bounds, or have covariates; compare
    /// models by [`cross_entropy_difference`](Fit::cross_entropy_difference) then. [`Error::Model`] if the probabilities
    /// of the observed values sum to more than 1: the model is no distribution.
    ///
    /// # Numerics
    ///
    /// With s for the sum of q over the distinct observed values x, D(p̂‖q) = Σₓ p̂ (t − ln(1 + t)) + (1 − s), t = (q − p̂)/p̂:
    /// a model that gives every value its share has D = 0, not a difference of rounding errors. A 1 − s that is negative or
    /// within the rounding error of s counts as 0.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let parts = Poisson.fit(&[0, 0, 1, 1, 1, 2])?.decomposition()?;
    /// let sum = parts.entropy + parts.relative_entropy;
    /// assert!((parts.cross_entropy - sum).nats().abs() < 1e-15);
    /// println!("{parts}");
    ///
    /// let density = Normal.fit(&[0.0, 1.0, 3.0])?.decomposition();
    /// assert!(matches!(density, Err(thetahat::Error::NoDecomposition { .. })));
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Cover and Thomas, *Elements of Information Theory*, 2nd ed., theorem 5.4.3.
    pub fn decomposition(&self) -> Result<Decomposition> {
        let objective = self.objective();
        let obstacle = if objective.has_covariates() {
            Some(Obstacle::Covariates)
        } else if !objective.is_discrete() {
            Some(Obstacle::Densities)
        } else if !objective.is_exact() {
            Some(Obstacle::Bounds)
        } else {
            None
        };
        if let Some(obstacle) = obstacle {
            return Err(Error::NoDecomposition { model: self.model().to_string(), obstacle });
        }
        let counted = objective.counted(self.free())?;
        let empirical = Probabilities::from_counts(counted.iter().map(|value| value.count))?;
        Ok(Decomposition {
            cross_entropy: Information::from_nats(self.cross_entropy()),
            entropy: entropy(&empirical),
            relative_entropy: relative_entropy(&empirical, &counted, self.model())?,
        })
    }

    /// How much greater the cross-entropy of this fit is than that of `other`, a fit to the same observations:
    /// H(p̂, q) − H(p̂, q′) = (ln L′ − ln L)/n. Positive if the other fit is nearer to the data.
    ///
    /// H(p̂) is the same for both and falls out, so that the difference exists where H(p̂) does not: for densities, bounds
    /// and covariates. For discrete data it is D(p̂‖q) − D(p̂‖q′). It does not count parameters: that is what
    /// [`aic`](Fit::aic) and [`bic`](Fit::bic) are for.
    ///
    /// # Errors
    ///
    /// [`Error::DifferentData`] if the numbers of observations differ, or one model gives probabilities and the other
    /// densities. That the values are the same is for the caller to see to.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let hours = [0.5, 1.5, 2.5, 2.9, 3.1];
    /// let (exponential, weibull) = (Fixed(Weibull, "shape", 1.0).fit(&hours)?, Weibull.fit(&hours)?);
    /// assert!(exponential.cross_entropy_difference(&weibull)?.nats() > 0.0);
    /// assert!(weibull.cross_entropy_difference(&Weibull.fit(&[1.0, 2.0])?).is_err());
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn cross_entropy_difference(&self, other: &Fit) -> Result<Information> {
        let kind = |fit: &Fit| if fit.objective().is_discrete() { "probabilities" } else { "densities" };
        let different = |difference: String| {
            let (first, second) = (self.model().to_string(), other.model().to_string());
            Err(Error::DifferentData { first, second, difference })
        };
        if (self.n() - other.n()).abs() > SAME_NUMBER * self.n() {
            return different(format!("{} observations and {}", self.n(), other.n()));
        }
        if kind(self) != kind(other) {
            return different(format!("{} and {}", kind(self), kind(other)));
        }
        Ok(Information::from_nats((other.log_likelihood() - self.log_likelihood()) / self.n()))
    }
}

/// Sums of the same frequencies in another order agree to this, relatively.
const SAME_NUMBER: f64 = 1e-9;

/// Probabilities that sum to more than 1 by more than this are not a distribution, whatever their rounding errors.
const EXCESS: f64 = 1e-6;

/// D(p̂‖q) from the probabilities of the distinct observed values under both.
fn relative_entropy(empirical: &Probabilities, counted: &[Counted], model: &str) -> Result<Information> {
    let sum = compensated_sum(counted.iter().map(|value| value.ln_density.exp()));
    let rounding = counted.iter().map(|value| value.ln_density.exp() * (1.0 + value.ln_density.abs())).sum::<f64>();
    let unseen = 1.0 - sum;
    if unseen < -EXCESS {
        let message = format!(
            "the probabilities that {model} gives the observed values sum to {sum}, more than 1: its log-density lacks a \
             constant, or its support is not the integers that it says"
        );
        return Err(Error::Model { message });
    }
    let unseen = if unseen < 4.0 * f64::EPSILON * rounding { 0.0 } else { unseen };
    let seen = empirical.as_slice().iter().zip(counted);
    let terms = seen.map(|(&p, value)| term(p, value.ln_density.exp(), p.ln() - value.ln_density));
    Ok(Information::from_nats(compensated_sum(terms.chain([unseen]))))
}
