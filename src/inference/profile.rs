//! [`Profile`]: the likelihood of one quantity, maximised over all else, and the intervals that it gives.

use std::cell::RefCell;

use nalgebra::DMatrix;

use super::constrained::{Constraint, Held, maximise_on};
use super::quantity::Quantity;
use crate::error::{Error, Result};
use crate::fit::{Fit, Outcome, check_level};
use crate::graph::Expr;
use crate::model::{EdgeKind, Theta};
use crate::solver::Quadratic;
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
pub struct Profile<'f> {
    fit: &'f Fit,
    quantity: Quantity,
    metric: DMatrix<f64>,
    /// The estimate on the quantity's chart.
    centre: f64,
    /// Points found, in order of the chart.
    known: RefCell<Vec<Spot>>,
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

/// A maximum with the quantity held.
#[derive(Debug, Clone)]
struct Spot {
    /// On the chart.
    s: f64,
    free: Vec<f64>,
    tangent: Vec<f64>,
    log_likelihood: f64,
    slope: f64,
}

/// A profile that rises above the maximum by more than this, in nats, has found a better one.
const HIGHER: f64 = 1e-6;

impl Fit {
    /// The profile likelihood of the estimate of this name.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is none; [`Error::NoProfile`] for sampling weights, which have no likelihood, where the
    /// usual theory does not hold, and where the estimate is not an interior maximum.
    pub fn profile(&self, name: &str) -> Result<Profile<'_>> {
        let coordinates = self.objective().coordinates();
        if coordinates.held().iter().any(|held| held == name) {
            return Err(self.no_profile(format!("{name} is at the end of its range")));
        }
        let quantity = Quantity::named(coordinates, name).ok_or_else(|| Error::Unknown {
            kind: "estimate",
            name: name.to_string(),
            known: self.names(),
        })??;
        self.profile_of(quantity)
    }

    /// The profile likelihood of a function of the estimates, in their order.
    ///
    /// # Errors
    ///
    /// As [`profile`](Fit::profile).
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
        self.profile_of(Quantity::of(self.objective().coordinates(), name, formula)?)
    }

    fn profile_of(&self, quantity: Quantity) -> Result<Profile<'_>> {
        self.check_likelihood_inference().map_err(|why| self.no_profile(why))?;
        let local = quantity.at(self.free());
        let sums = self.objective().evaluate(self.free());
        let metric = Quadratic::of(&sums, 1.0).inverse_root();
        let flat = (metric.transpose() * &local.gradient).norm() == 0.0;
        if flat || !local.value.is_finite() || !local.gradient.iter().all(|x| x.is_finite()) {
            let why = format!("{} does not depend on what was estimated, or is not finite there", quantity.name);
            return Err(self.no_profile(why));
        }
        let held = maximise_on(
            self.objective(),
            &[Constraint { quantity: &quantity, target: local.value }],
            self.free().to_vec(),
            &metric,
        );
        let held =
            held.ok_or_else(|| self.no_profile("the likelihood is not smooth enough around the estimate".into()))?;
        let known = RefCell::new(vec![Spot::of(local.value, held)]);
        Ok(Profile { fit: self, quantity, metric, centre: local.value, known })
    }

    fn no_profile(&self, why: String) -> Error {
        Error::NoProfile { model: self.model().to_string(), why }
    }

    /// Why ratios of likelihoods have no known distribution, if they have none.
    pub(super) fn check_likelihood_inference(&self) -> Result<(), String> {
        if self.objective().has_sampling_weights() {
            return Err("sampling weights have no likelihood; use the Wald interval of its sandwich error".to_string());
        }
        if let Some(why) = self.irregularity() {
            return Err(format!("the usual theory does not hold: {why}"));
        }
        match self.outcome() {
            Outcome::Interior => Ok(()),
            Outcome::Edge { at } if at.iter().all(|(_, kind)| matches!(kind, EdgeKind::Kink(..))) => {
                Err("the likelihood has a kink at the estimate".to_string())
            }
            outcome => Err(format!("the estimate is {outcome}, where the ratio of likelihoods is not χ²")),
        }
    }

    /// The names of the estimates, in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.estimates().iter().map(|estimate| estimate.name.clone()).collect()
    }
}

impl Spot {
    fn of(s: f64, held: Held) -> Spot {
        let Held { free, log_likelihood, slopes, tangents } = held;
        Spot { s, free, log_likelihood, slope: slopes[0], tangent: tangents.into_iter().next().unwrap_or_default() }
    }
}

impl Profile<'_> {
    /// The name of the quantity.
    pub fn name(&self) -> &str {
        &self.quantity.name
    }

    /// Its estimate.
    pub fn estimate(&self) -> f64 {
        self.quantity.chart.value(self.centre)
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
        let (a, b) = (self.end(-1.0, distance)?, self.end(1.0, distance)?);
        Ok((self.quantity.chart.value(a), self.quantity.chart.value(b)))
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
        let s = self
            .quantity
            .chart
            .coordinate(value)
            .ok_or_else(|| Error::Model { message: format!("{} cannot be {value}", self.quantity.name) })?;
        let mut spot = self.spot(s)?;
        // Too far for one step: on the way there.
        for _ in 0..60 {
            if let Some(found) = &spot {
                return Ok(self.point(value, found));
            }
            let near = self.nearest(s);
            let mut part = 0.5;
            while part > 1e-6 && self.spot(near.s + part * (s - near.s))?.is_none() {
                part *= 0.5;
            }
            if part <= 1e-6 {
                break;
            }
            spot = self.spot(s)?;
        }
        Err(self.lost(value))
    }

    fn point(&self, value: f64, spot: &Spot) -> ProfilePoint {
        let deviance = 2.0 * (self.fit.maximum() - spot.log_likelihood).max(0.0);
        let estimates = self.fit.objective().coordinates().reported_point(&spot.free);
        ProfilePoint { value, log_likelihood: spot.log_likelihood, deviance, estimates }
    }

    fn lost(&self, value: f64) -> Error {
        let name = &self.quantity.name;
        self.fit.no_profile(format!("no maximum with {name} = {value} was found from the estimate"))
    }

    /// The known point nearest to a place on the chart.
    fn nearest(&self, s: f64) -> Spot {
        let known = self.known.borrow();
        let nearest = known.iter().min_by(|a, b| (a.s - s).abs().total_cmp(&(b.s - s).abs()));
        nearest.expect("the estimate is known").clone()
    }

    /// The maximum with the quantity at a place on the chart, from the nearest known one, along its tangent.
    fn spot(&self, s: f64) -> Result<Option<Spot>> {
        let near = self.nearest(s);
        if near.s == s {
            return Ok(Some(near));
        }
        let start: Vec<f64> = near.free.iter().zip(&near.tangent).map(|(u, d)| u + d * (s - near.s)).collect();
        let constraint = || [Constraint { quantity: &self.quantity, target: s }];
        let found = maximise_on(self.fit.objective(), &constraint(), start, &self.metric)
            .or_else(|| maximise_on(self.fit.objective(), &constraint(), near.free.clone(), &self.metric));
        let Some(held) = found else { return Ok(None) };
        if held.log_likelihood > self.fit.maximum() + HIGHER {
            return Err(Error::HigherMaximum {
                model: self.fit.model().to_string(),
                gain: held.log_likelihood - self.fit.maximum(),
                point: self.fit.objective().coordinates().reported_point(&held.free),
            });
        }
        let spot = Spot::of(s, held);
        self.known.borrow_mut().push(spot.clone());
        Ok(Some(spot))
    }

    /// Where the signed root of the deviance is `distance` on this side, on the chart; infinite if nowhere.
    fn end(&self, side: f64, distance: f64) -> Result<f64> {
        let top = self.fit.maximum();
        // The root of the deviance as a distance from the estimate, and its slope: nearly linear.
        let root = |spot: &Spot| (2.0 * (top - spot.log_likelihood).max(0.0)).sqrt();
        let gradient = self.quantity.at(self.fit.free()).gradient;
        let unit = (self.metric.transpose() * gradient).norm();
        let (mut inside, mut outside) = (0.0_f64, f64::INFINITY);
        let mut beyond = f64::INFINITY;
        let mut next = distance * unit;
        for _ in 0..200 {
            let Some(spot) = self.spot(self.centre + side * next)? else {
                // Not reached in one step, or outside what is possible.
                beyond = beyond.min(next);
                if beyond - inside <= 1e-9 * beyond {
                    return Err(self.lost(self.quantity.chart.value(self.centre + side * next)));
                }
                next = inside + 0.4 * (next - inside);
                continue;
            };
            let (at, slope) = (root(&spot), -side * spot.slope);
            if at < distance {
                inside = inside.max(next)
            } else {
                outside = outside.min(next)
            }
            let fall = 0.5 * distance * distance - 0.5 * at * at;
            let newton = next + (distance - at) * at / slope;
            if (newton - next).abs() <= 1e-12 * (self.centre.abs() + next) + 1e-11 * unit {
                return Ok(self.centre + side * newton);
            }
            if outside.is_finite() {
                if outside - inside <= 4.0 * f64::EPSILON * (self.centre.abs() + outside) {
                    return Ok(self.centre + side * outside);
                }
                let middle = 0.5 * (inside + outside);
                next = if newton > inside && newton < outside { newton } else { middle };
                continue;
            }
            // What is still to come, if the slope is summable, is a small part of what is missing.
            if next > 8.0 * unit && slope * next <= 1e-3 * fall {
                return Ok(side * f64::INFINITY);
            }
            if next > 1e9 * unit.max(1.0) {
                break;
            }
            let farthest = 2.5 * next;
            next = if newton > next && newton < farthest { newton * 1.0 } else { farthest };
            if next >= beyond {
                next = 0.5 * (inside + beyond);
            }
        }
        Err(self.lost(self.quantity.chart.value(self.centre + side * next)))
    }
}
