//! [`Smooth`]: the profile around an interior maximum, by constrained refits, each warm from the nearest.

use std::cell::RefCell;

use nalgebra::DMatrix;

use super::{HIGHER, ProfilePoint};
use crate::certificate::check_interior;
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::inference::constrained::{Constraint, Held, maximise_on};
use crate::inference::quantity::Quantity;
use crate::solver::{self, Quadratic};

/// The profile around an interior maximum.
#[derive(Debug)]
pub(super) struct Smooth<'f> {
    pub(super) fit: &'f Fit,
    pub(super) quantity: Quantity,
    metric: DMatrix<f64>,
    /// The estimate on the quantity's chart.
    centre: f64,
    /// Points found, in order of the chart.
    known: RefCell<Vec<Spot>>,
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

/// A profile that rises by more than this away from its estimate, in nats for a standard error, has another maximum.
const RISING: f64 = 1e-6;

impl Fit {
    pub(super) fn profile_inside(&self, quantity: Quantity) -> Result<Smooth<'_>> {
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
        Ok(Smooth { fit: self, quantity, metric, centre: local.value, known })
    }
}

impl Spot {
    fn of(s: f64, held: Held) -> Spot {
        let Held { free, log_likelihood, slopes, tangents } = held;
        Spot { s, free, log_likelihood, slope: slopes[0], tangent: tangents.into_iter().next().unwrap_or_default() }
    }
}

impl Smooth<'_> {
    /// Its estimate.
    pub(super) fn estimate(&self) -> f64 {
        self.quantity.chart.value(self.centre)
    }

    /// Where the root of the deviance is this.
    pub(super) fn interval(&self, distance: f64) -> Result<(f64, f64)> {
        let (a, b) = (self.end(-1.0, distance)?, self.end(1.0, distance)?);
        Ok((self.quantity.chart.value(a), self.quantity.chart.value(b)))
    }

    pub(super) fn at(&self, value: f64) -> Result<ProfilePoint> {
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
        self.check_no_higher(held.log_likelihood, &held.free)?;
        let spot = Spot::of(s, held);
        self.known.borrow_mut().push(spot.clone());
        Ok(Some(spot))
    }

    fn check_no_higher(&self, log_likelihood: f64, free: &[f64]) -> Result<()> {
        let gain = log_likelihood - self.fit.maximum();
        if gain <= HIGHER {
            return Ok(());
        }
        let point = self.fit.objective().coordinates().reported_point(free);
        Err(Error::HigherMaximum { model: self.fit.model().to_string(), gain, point })
    }

    /// Fails if a better maximum is uphill from here, which a wide step would pass over.
    fn check_uphill(&self, spot: &Spot) -> Result<()> {
        let objective = self.fit.objective();
        let Ok(found) = solver::maximise(objective, spot.free.clone(), 300, None) else { return Ok(()) };
        let sums = objective.evaluate(&found.free);
        if !sums.is_finite() || check_interior(objective, &found.free, &sums).is_err() {
            return Ok(());
        }
        self.check_no_higher(sums.value, &found.free)
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
            if slope * unit < -RISING {
                self.check_uphill(&spot)?;
            }
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
