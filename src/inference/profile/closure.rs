//! [`Closure`]: the profile of a parameter where it leads to a closed end or a declared limit, or the estimate is at one.
//!
//! The likelihood is that of the model together with the laws at its ends. For a value of the quantity it is maximised with
//! the quantity known, inside and at the ends. As the supremum of the likelihood is over both, the ratio is χ² where the truth is
//! inside (Self and Liang 1987), and less at the end.

use super::{HIGHER, ProfilePoint};
use crate::certificate::check_interior;
use crate::error::{Error, Result};
use crate::fit::{Fit, Outcome};
use crate::limit::Limit;
use crate::objective::Objective;
use crate::solver;
use crate::space::{Binding, Block};

/// The profile over the model and the laws at its ends.
#[derive(Debug)]
pub(super) struct Closure<'f> {
    fit: &'f Fit,
    pub(super) name: String,
    pub(super) estimate: f64,
    inside: Face,
    /// The end at which the quantity is.
    end: Option<f64>,
    /// Where other parameters are at their ends.
    faces: Vec<Face>,
}

/// A log-likelihood, the place of the quantity among its parameters, and where to begin.
#[derive(Debug)]
struct Face {
    objective: Objective,
    block: usize,
    start: Vec<f64>,
}

/// A maximum with the quantity known.
struct Spot {
    log_likelihood: f64,
    estimates: Vec<(String, f64)>,
}

/// No coordinate beyond is looked at: e³⁰⁰ is no number that data tell.
const FARTHEST: f64 = 300.0;

impl Fit {
    pub(super) fn profile_of_closure(&self, name: &str) -> Result<Closure<'_>> {
        self.check_likelihood().map_err(|why| self.no_profile(why))?;
        let estimate = self.get(name).ok_or_else(|| Error::Unknown {
            kind: "estimate",
            name: name.to_string(),
            known: self.names(),
        })?;
        let (name, estimate) = (name.to_string(), estimate.value);
        let lost = || self.no_profile(format!("{name} is not a parameter of its own, and {}", self.outcome()));
        let whole = self.whole()?;
        let at_end: Vec<&String> = match self.outcome() {
            Outcome::Limit { ends, .. } => ends.iter().map(|(name, _)| name).collect(),
            Outcome::Boundary { parameters } => parameters.iter().collect(),
            _ => vec![],
        };
        if at_end.len() > 1 {
            let why = format!("the estimate is {}, of several parameters", self.outcome());
            return Err(self.no_profile(why));
        }
        // A parameter at its end begins in the middle of its range.
        let start = whole.coordinates().space().blocks().iter().flat_map(|block| match block.binding() {
            Binding::Known(values) => values.clone(),
            _ if at_end.iter().any(|end| block.names().contains(end)) => block.natural(&vec![0.0; block.free_len()]),
            _ => block.names().iter().map(|own| self.get(own).map_or(f64::NAN, |found| found.value)).collect(),
        });
        let start: Vec<f64> = start.collect();
        let end = at_end.contains(&&name).then_some(estimate);
        let faces = if end.is_some() { vec![] } else { self.faces(&whole, &name, &start) };
        let inside = Face::of(whole, &name, start).ok_or_else(lost)?;
        Ok(Closure { fit: self, name, estimate, inside, end, faces })
    }

    /// The log-likelihood with nothing held at an end.
    fn whole(&self) -> Result<Objective> {
        let Outcome::Boundary { .. } = self.outcome() else { return Ok((**self.of_data()).clone()) };
        let space = self.objective().coordinates().space();
        let is_held = |block: &Block| matches!(block.binding(), Binding::Held(_));
        let held = (0..space.blocks().len()).filter(|&at| is_held(&space.blocks()[at]));
        self.objective().over(held.fold(space.clone(), |free, at| free.rebind(at, Binding::Free)))
    }

    /// The laws at the ends of parameters other than this one.
    fn faces(&self, whole: &Objective, name: &str, start: &[f64]) -> Vec<Face> {
        let blocks = whole.coordinates().space().blocks();
        let of_limit = |limit: &Limit| {
            let is_other = limit.ends.len() == 1 && limit.ends[0].0 != name && whole.penalty_formula().is_none();
            let fit = is_other.then(|| limit.fit(whole).ok()).flatten()?;
            Face::of(fit.objective().clone(), limit.name_in_limit(name), fit.natural()?)
        };
        let is_other = |block: &Block| block.names().len() == 1 && block.names()[0] != name;
        let closed =
            blocks.iter().enumerate().filter(|(_, block)| is_other(block) && *block.binding() == Binding::Free);
        let ends = closed.flat_map(|(at, block)| block.closed_ends().iter().map(move |&end| (at, end)));
        let at_end = ends.filter_map(|(at, end)| {
            let space = whole.coordinates().space().clone().rebind(at, Binding::Held(vec![Some(end)]));
            Face::of(whole.over(space).ok()?, name, start.to_vec())
        });
        self.limits().iter().filter_map(of_limit).chain(at_end).collect()
    }
}

impl Face {
    fn of(objective: Objective, name: &str, start: Vec<f64>) -> Option<Face> {
        let mut blocks = objective.coordinates().space().blocks().iter();
        let block = blocks.position(|block| block.names() == [name] && *block.binding() == Binding::Free)?;
        Some(Face { objective, block, start })
    }

    /// The maximum with the quantity known, and whether it is certified.
    fn maximum(&self, value: f64) -> Option<(Spot, bool)> {
        let Face { objective, block, start } = self;
        let space = objective.coordinates().space().clone().rebind(*block, Binding::Known(vec![value]));
        let known = objective.over(space).ok()?;
        let free = known.coordinates().global(start)?;
        let best = if free.is_empty() { free } else { solver::maximise(&known, free, 300, None).ok()?.free };
        let sums = known.evaluate(&best);
        let is_certified = sums.is_finite() && (best.is_empty() || check_interior(&known, &best, &sums).is_ok());
        Some((Spot { log_likelihood: sums.value, estimates: known.coordinates().reported_point(&best) }, is_certified))
    }
}

impl Closure<'_> {
    fn block(&self) -> &Block {
        &self.inside.objective.coordinates().space().blocks()[self.inside.block]
    }

    fn value(&self, s: f64) -> f64 {
        self.block().natural(&[s])[0]
    }

    /// The supremum with the quantity at this value, inside or at the end of another parameter.
    fn spot(&self, value: f64) -> Result<Spot> {
        let lost = || self.fit.no_profile(format!("no maximum with {} = {value} was found", self.name));
        let certified = self.faces.iter().filter_map(|face| face.maximum(value).filter(|(_, certified)| *certified));
        let face = certified.map(|(spot, _)| spot).max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood));
        let spot = match (self.inside.maximum(value), face) {
            // A way to an end leads no higher than the end, and is not certified.
            (Some((inside, certified)), Some(face)) if inside.log_likelihood > face.log_likelihood + HIGHER => {
                certified.then_some(inside).ok_or_else(lost)?
            }
            (_, Some(face)) => face,
            (Some((inside, true)), None) => inside,
            _ => return Err(lost()),
        };
        if spot.log_likelihood > self.fit.maximum() + HIGHER {
            let gain = spot.log_likelihood - self.fit.maximum();
            let point = self.estimates(value, &spot);
            return Err(Error::HigherMaximum { model: self.fit.model().to_string(), gain, point });
        }
        Ok(spot)
    }

    /// Names and values of all that is estimated where the quantity has this value: what is at an end is as in the fit.
    fn estimates(&self, value: f64, spot: &Spot) -> Vec<(String, f64)> {
        let own = |name: &String| self.fit.get(name).map_or(f64::NAN, |estimate| estimate.value);
        let told = |name: String| {
            let found = spot.estimates.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
            let found = if name == self.name { value } else { found.unwrap_or_else(|| own(&name)) };
            (name, found)
        };
        self.fit.names().into_iter().map(told).collect()
    }

    fn deviance(&self, spot: &Spot) -> f64 {
        2.0 * (self.fit.maximum() - spot.log_likelihood).max(0.0)
    }

    pub(super) fn at(&self, value: f64) -> Result<ProfilePoint> {
        if self.end != Some(value) && !self.block().free(&[value]).is_some_and(|s| s[0].is_finite()) {
            return Err(Error::Model { message: format!("{} cannot be {value}", self.name) });
        }
        if value == self.estimate {
            let estimates = self.fit.estimates().iter().map(|own| (own.name.clone(), own.value)).collect();
            let log_likelihood = self.fit.maximum();
            return Ok(ProfilePoint { value, log_likelihood, deviance: 0.0, estimates });
        }
        let spot = self.spot(value)?;
        let (estimates, deviance) = (self.estimates(value, &spot), self.deviance(&spot));
        Ok(ProfilePoint { value, log_likelihood: spot.log_likelihood, deviance, estimates })
    }

    pub(super) fn interval(&self, distance: f64) -> Result<(f64, f64)> {
        let beyond = |s: f64| Ok(self.deviance(&self.spot(self.value(s))?) - distance * distance);
        let Some(end) = self.end else {
            let centre = self.block().free(&[self.estimate]).map(|s| s[0]).filter(|s| s.is_finite());
            let centre =
                centre.ok_or_else(|| self.fit.no_profile(format!("{} is at the end of its range", self.name)))?;
            let lower = root(&beyond, centre, -1.0)?;
            let upper = root(&beyond, centre, 1.0)?;
            return Ok((self.value(lower), self.value(upper)));
        };
        let (near, far) = (self.block().natural(&[1.0])[0], self.block().natural(&[-1.0])[0]);
        let towards = if (end - near).abs() < (end - far).abs() || end == f64::INFINITY { 1.0 } else { -1.0 };
        // From a place near the end, where the likelihood has not fallen far.
        let mut from = 0.0;
        while beyond(from)? > 0.0 {
            from = if from == 0.0 { towards } else { 2.0 * from };
            if f64::abs(from) > FARTHEST {
                return Err(self.fit.no_profile(format!("the likelihood does not rise to {} = {end}", self.name)));
            }
        }
        let other = self.value(root(&beyond, from, -towards)?);
        Ok(if towards > 0.0 { (other, end) } else { (end, other) })
    }
}

/// Where a function that is not positive at `from` becomes positive on this side; infinite if nowhere.
fn root(beyond: &dyn Fn(f64) -> Result<f64>, from: f64, side: f64) -> Result<f64> {
    let (mut inside, mut at_inside, mut step) = (from, beyond(from)?.min(0.0), 0.25);
    let (mut outside, mut at_outside) = loop {
        let next = inside + side * step;
        if f64::abs(next) > FARTHEST {
            return Ok(side * f64::INFINITY);
        }
        let there = beyond(next)?;
        if there > 0.0 {
            break (next, there);
        }
        (inside, at_inside, step) = (next, there, 2.0 * step);
    };
    // Regula falsi, with the weight of an end that stays halved (Dowell and Jarratt, "A modified regula falsi method", 1971).
    let mut last = 0.0;
    for _ in 0..100 {
        if (outside - inside).abs() <= 1e-12 * (1.0 + inside.abs()) {
            break;
        }
        let guess = (inside * at_outside - outside * at_inside) / (at_outside - at_inside);
        let middle = if guess.is_finite() { guess } else { 0.5 * (inside + outside) };
        let there = beyond(middle)?;
        if there.abs() <= 1e-11 {
            return Ok(middle);
        }
        if there > 0.0 {
            (outside, at_outside) = (middle, there);
            at_inside *= if last > 0.0 { 0.5 } else { 1.0 };
        } else {
            (inside, at_inside) = (middle, there);
            at_outside *= if last < 0.0 { 0.5 } else { 1.0 };
        }
        last = there;
    }
    Ok(0.5 * (inside + outside))
}
