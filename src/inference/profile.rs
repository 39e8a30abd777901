//! [`Profile`]: the likelihood of one quantity, maximised over all else, and the intervals that it gives.

mod closure;
mod smooth;

use closure::Closure;
use smooth::Smooth;

use super::quantity::{Chart, Quantity};
use crate::error::{Error, Result};
use crate::fit::{Fit, Outcome, check_level};
use crate::graph::Expr;
use crate::model::{EdgeKind, Theta};
use crate::special::normal_quantile;

/// The profile likelihood of a parameter or of a function of parameters: for each of its values, the greatest likelihood
/// that the others leave. After a penalty it is that of the penalised likelihood, whose intervals have their level as far as
/// the penalty is small beside the data, or is [Firth's](crate::penalty::Firth).
///
/// # Example
///
/// The profile of the rate of an exponential distribution is its likelihood, n ln rate − rate Σx:
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Exponential.fit(&[0.7, 2.1, 0.4, 1.3, 0.9])?;
/// let profile = fit.profile("rate")?;
/// let (lower, upper) = profile.interval(0.95)?;
/// let fall = |rate: f64| fit.log_likelihood() - (5.0 * rate.ln() - 5.4 * rate);
/// assert!((fall(lower) - 1.920729410347062).abs() < 1e-9);
/// assert!((fall(upper) - 1.920729410347062).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug)]
pub struct Profile<'f>(Way<'f>);

/// How it is found.
#[derive(Debug)]
enum Way<'f> {
    /// Around an estimate inside.
    Inside(Box<Smooth<'f>>),
    /// Around an estimate at an end or a limit.
    Closed(Box<Closure<'f>>),
}

/// A point of a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfilePoint {
    /// The value of the quantity.
    pub value: f64,
    /// The greatest log-likelihood with the quantity at that value, in nats; with the penalty, if the fit has one.
    pub log_likelihood: f64,
    /// Twice the fall of the log-likelihood from its maximum: χ² of one degree of freedom if this is the true value.
    pub deviance: f64,
    /// Names and values of what is estimated, there.
    pub estimates: Vec<(String, f64)>,
}

/// A profile that rises above the maximum by more than this, in nats, has found a better one.
const HIGHER: f64 = 1e-6;

impl Fit {
    /// The profile likelihood of the estimate of this name. It may be at a closed end or at a declared limit: then the end
    /// belongs to its intervals, which hold wherever inside the truth is.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is none; [`Error::NoProfile`] for sampling weights, which have no likelihood, where the
    /// usual theory does not hold, and where the likelihood is not smooth at the estimate.
    ///
    /// # Example
    ///
    /// No success in twenty: the likelihood is (1 − p)²⁰.
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let (lower, upper) = Bernoulli.fit(&[false; 20])?.profile("p")?.interval(0.95)?;
    /// assert!(lower == 0.0 && (20.0 * (1.0 - upper).ln() + 1.920729410347062).abs() < 1e-9);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn profile(&self, name: &str) -> Result<Profile<'_>> {
        if matches!(self.outcome(), Outcome::Boundary { .. } | Outcome::Limit { .. }) {
            return Ok(Profile(Way::Closed(Box::new(self.profile_of_closure(name)?))));
        }
        let coordinates = self.objective().coordinates();
        let quantity = Quantity::named(coordinates, name).ok_or_else(|| Error::Unknown {
            kind: "estimate",
            name: name.to_string(),
            known: self.names(),
        })??;
        Ok(Profile(Way::Inside(Box::new(self.profile_inside(quantity)?))))
    }

    /// The profile likelihood of a function of the estimates, in their order.
    ///
    /// # Errors
    ///
    /// As [`profile`](Fit::profile), and [`Error::NoProfile`] where the estimate is not an interior maximum.
    ///
    /// # Example
    ///
    /// The time by which a tenth has failed:
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Weibull.fit(&[1.2, 0.7, 2.1, 1.6, 0.3, 1.1, 1.9, 0.8])?;
    /// let b10 = fit.profile_derived("b10", |theta| {
    ///     let [shape, scale] = theta.unpack();
    ///     scale * ((-(0.9_f64.ln())).ln() / shape).exp()
    /// })?;
    /// let (lower, upper) = b10.interval(0.95)?;
    /// assert!(lower > 0.0 && lower < b10.estimate() && b10.estimate() < upper);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn profile_derived(
        &self,
        name: &str,
        formula: impl for<'g> FnOnce(Theta<'_, Expr<'g>>) -> Expr<'g>,
    ) -> Result<Profile<'_>> {
        let quantity = Quantity::of(self.objective().coordinates(), name, formula)?;
        Ok(Profile(Way::Inside(Box::new(self.profile_inside(quantity)?))))
    }

    fn no_profile(&self, why: String) -> Error {
        Error::NoProfile { model: self.model().to_string(), why }
    }

    /// Why ratios of likelihoods have no known distribution, if they have none.
    pub(super) fn check_likelihood_inference(&self) -> Result<(), String> {
        self.check_likelihood()?;
        match self.outcome() {
            Outcome::Interior => Ok(()),
            Outcome::Edge { at } if at.iter().all(|(_, kind)| matches!(kind, EdgeKind::Kink(..))) => {
                Err("the likelihood has a kink at the estimate".to_string())
            }
            outcome => Err(format!("the estimate is {outcome}, where the ratio of likelihoods is not χ²")),
        }
    }

    /// Why there is no likelihood to infer by, wherever the estimate is.
    fn check_likelihood(&self) -> Result<(), String> {
        if self.objective().has_sampling_weights() {
            return Err("sampling weights have no likelihood; use the Wald interval of its sandwich error".to_string());
        }
        self.irregularity().map_or(Ok(()), |why| Err(format!("the usual theory does not hold: {why}")))
    }

    /// The names of the estimates, in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.estimates().iter().map(|estimate| estimate.name.clone()).collect()
    }
}

impl Profile<'_> {
    /// The name of the quantity.
    pub fn name(&self) -> &str {
        match &self.0 {
            Way::Inside(smooth) => &smooth.quantity.name,
            Way::Closed(closure) => &closure.name,
        }
    }

    /// Its estimate.
    pub fn estimate(&self) -> f64 {
        match &self.0 {
            Way::Inside(smooth) => smooth.estimate(),
            Way::Closed(closure) => closure.estimate,
        }
    }

    /// The interval of the values that a likelihood-ratio test at `1 − level` does not reject. An end at which the
    /// likelihood has not fallen as far is the end of the quantity's range: an infinity, or 0.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the level is not strictly between 0 and 1; [`Error::HigherMaximum`] if the profile rises above
    /// the maximum, which then is none; [`Error::NoProfile`] if a maximum with the quantity held is not found.
    pub fn interval(&self, level: f64) -> Result<(f64, f64)> {
        check_level(level)?;
        let distance = normal_quantile(0.5 + 0.5 * level);
        match &self.0 {
            // The way may lead to a law that the model approaches, which is no maximum inside.
            Way::Inside(smooth) => match smooth.interval(distance) {
                Err(error @ Error::NoProfile { .. }) if matches!(smooth.quantity.chart, Chart::Free(_)) => {
                    let closure = smooth.fit.profile_of_closure(&smooth.quantity.name);
                    closure.and_then(|closure| closure.interval(distance)).map_err(|_| error)
                }
                found => found,
            },
            Way::Closed(closure) => closure.interval(distance),
        }
    }

    /// The profile at a value of the quantity.
    ///
    /// # Errors
    ///
    /// As [`interval`](Profile::interval), and [`Error::Model`] for a value that it cannot have.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6, 5.0])?;
    /// let there = fit.profile("mu")?.at(5.5)?;
    /// assert!(there.deviance > 0.0 && there.estimates[1].1 > fit["sigma"].value);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn at(&self, value: f64) -> Result<ProfilePoint> {
        match &self.0 {
            Way::Inside(smooth) => smooth.at(value),
            Way::Closed(closure) => closure.at(value),
        }
    }
}
