//! Estimates that are not interior: at a closed end of the space, at a declared limit, at an edge of the support.

use super::{Found, Hunt, certificate};
use crate::certificate::{Certificate, Check, Evidence, check_interior};
use crate::error::{Error, Result};
use crate::fit::{Estimate, Fit, Outcome};
use crate::limit::Limit;
use crate::model::{Edge, Model, Start};
use crate::solver::Candidate;
use crate::space::{Binding, Domain, Space};

/// A parameter held at a closed end: block, place in the block, end.
type Hold = (usize, usize, f64);

impl<M: Model> Hunt<'_, M> {
    /// The fit at the ends at which the model's own start stands, if that is where the estimate is.
    pub(super) fn at_ends_of_start(&self, start: &Start) -> Result<Option<Fit>> {
        let (Start::Exact(point) | Start::At(point)) = start else { return Ok(None) };
        if self.objective.reads_information() {
            // At an end there is no information.
            return Ok(None);
        }
        let mut holds: Vec<Hold> = Vec::new();
        let mut from = 0;
        for (at, block) in self.space().blocks().iter().enumerate() {
            let values = &point[from..from + block.names().len()];
            from += values.len();
            if *block.binding() == Binding::Free {
                let held = values.iter().enumerate().filter(|(_, value)| block.closed_ends().contains(value));
                holds.extend(held.map(|(k, value)| (at, k, *value)));
            }
        }
        if holds.is_empty() {
            return Ok(None);
        }
        let found = Found { candidates: vec![], passes: 0, unfinished: 0 };
        self.held_at(&holds, point, &found)
    }

    /// The fit with closed parameters held at their ends, nearest first, one or several.
    pub(super) fn at_closed_ends(&self, best: &Candidate, found: &Found) -> Result<Option<Fit>> {
        if self.objective.coordinates().has_predictors() || self.objective.reads_information() {
            // The parameter varies by row; its own ends are not a point of the space. At an end there is no information.
            return Ok(None);
        }
        let local = self.objective.coordinates().local(&best.free);
        let natural = self.objective.coordinates().natural(&local);
        let mut holds: Vec<(Hold, f64)> = Vec::new();
        let mut from = 0;
        for (at, block) in self.space().blocks().iter().enumerate() {
            let values = &natural[from..from + block.names().len()];
            from += values.len();
            if *block.binding() == Binding::Free {
                for (k, value) in values.iter().enumerate() {
                    holds.extend(block.closed_ends().iter().map(|end| ((at, k, *end), (value - end).abs())));
                }
            }
        }
        holds.sort_by(|a, b| a.1.total_cmp(&b.1));
        let single = holds.iter().map(|(hold, _)| vec![*hold]);
        let several = (2..=holds.len()).map(|count| holds[..count].iter().map(|(hold, _)| *hold).collect::<Vec<_>>());
        for chosen in single.chain(several) {
            if let Some(fit) = self.held_at(&chosen, &natural, found)? {
                return Ok(Some(fit));
            }
        }
        Ok(None)
    }

    /// The fit with these held, from `natural`; none unless it is a maximum among the others and the log-likelihood
    /// does not rise into the space (Karush, Kuhn and Tucker).
    fn held_at(&self, holds: &[Hold], natural: &[f64], found: &Found) -> Result<Option<Fit>> {
        let Some(space) = held_space(self.space(), holds) else { return Ok(None) };
        let objective = self.objective.over(space)?;
        let Some(start) = objective.coordinates().global(natural) else { return Ok(None) };
        let start_sums = objective.evaluate(&start);
        if !start_sums.is_finite() {
            return Ok(None);
        }
        let best = self.settings.maximise(&objective, start)?;
        let sums = objective.evaluate(&best.free);
        let Ok(interior) = check_interior(&objective, &best.free, &sums) else { return Ok(None) };
        let local = objective.coordinates().local(&best.free);
        let natural = objective.coordinates().natural(&local);
        if !self.falls_inwards(holds, &natural)? || self.is_flat_inwards(holds, &natural, sums.value)? {
            return Ok(None);
        }
        let passes = found.passes + best.passes;
        let certificate =
            certificate(&objective, &interior, &best, &Found { candidates: vec![best.clone()], passes, unfinished: 0 });
        let scope = self.scope(&certificate);
        let parameters = objective.coordinates().held();
        let dimension = self.objective.coordinates().len();
        let irregular = self.irregularity(&objective, &best.free);
        let fit = Fit::new(self.model.name(), objective, best.free, &sums, &interior.quadratic, certificate);
        Ok(Some(fit.with(Outcome::Boundary { parameters }, scope, dimension).without_theory(irregular)))
    }

    /// Whether the log-likelihood is as high with a parameter in the middle of its domain that is held at an end, once the
    /// others have followed: then the data say nothing of it.
    fn is_flat_inwards(&self, holds: &[Hold], natural: &[f64], at_end: f64) -> Result<bool> {
        let blocks = self.space().blocks();
        let single = holds.iter().filter(|(block, _, _)| blocks[*block].names().len() == 1);
        for hold in single {
            let others: Vec<Hold> = holds.iter().filter(|other| *other != hold).copied().collect();
            let Some(held) = held_space(self.space(), &others) else { continue };
            let block = &blocks[hold.0];
            // The middle of a rate or of a scale is one in units of the data.
            let spread = if self.sample.width() == 1 { self.sample.standard_deviation(0) } else { 1.0 };
            let is_spread = *block.domain() == Domain::Positive && spread > 0.0 && spread.is_finite();
            let middles = if is_spread { vec![0.0, spread.ln(), -spread.ln()] } else { vec![0.0] };
            let mut is_flat = true;
            for middle in middles {
                let space = held.clone().rebind(hold.0, Binding::Known(block.natural(&[middle])));
                // What is higher is elsewhere.
                let found = self.as_high(space, natural, at_end)?;
                is_flat &= found.is_some_and(|(value, _)| value <= at_end + self.rounding(at_end));
            }
            if is_flat {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the log-likelihood does not rise from a point at these ends into the space, by its natural gradient.
    fn falls_inwards(&self, holds: &[Hold], natural: &[f64]) -> Result<bool> {
        let blocks = self.space().blocks();
        let is_held = |at: usize| holds.iter().any(|(block, _, _)| *block == at);
        let mut space = Space::new();
        let (mut from, mut point) = (0, Vec::new());
        for (at, block) in blocks.iter().enumerate() {
            let values = &natural[from..from + block.names().len()];
            from += values.len();
            // Held blocks in natural coordinates, everything else known.
            for (name, &value) in block.names().iter().zip(values) {
                space = space.real(name.as_str());
                if is_held(at) {
                    // Just inside, where a density that is only defined in the limit at the end is too.
                    point.push(if value == 0.0 { 1e-12 } else { value * (1.0 - 1e-12) });
                } else {
                    space = space.bind(name, Binding::Known(vec![value]));
                }
            }
        }
        let gradient = self.objective.over(space)?.slope(&point).gradient;
        let tolerance = 1e-6 * self.objective.total_weight();
        let mut first = 0;
        for (at, block) in blocks.iter().enumerate().filter(|(at, _)| is_held(*at)) {
            let own = &gradient[first..first + block.names().len()];
            let values = &point[first..first + block.names().len()];
            first += own.len();
            // On a simplex what one gains the others lose.
            let shared: f64 = if own.len() > 1 { own.iter().zip(values).map(|(g, p)| g * p).sum() } else { 0.0 };
            for (_, k, end) in holds.iter().filter(|(block, _, _)| *block == at) {
                let inwards = if *end > 0.0 { -1.0 } else { 1.0 };
                let rise = inwards * (own[*k] - shared);
                if rise.is_nan() || rise > tolerance {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// A declared limit that is better than this certified fit, if there is one.
    pub(super) fn beaten_by_limit(&self, fit: &Fit) -> Result<Option<Fit>> {
        let better = |limit: &Fit| limit.log_likelihood() > fit.log_likelihood() + 1e-6 * self.objective.nat();
        Ok(self.at_limit(fit.log_likelihood())?.filter(better))
    }

    /// The best fit of a declared limit, if it is at least as good as the best point found inside.
    pub(super) fn at_limit(&self, best: f64) -> Result<Option<Fit>> {
        if self.settings.penalty.is_some() {
            // A penalty is of this model's parameters, which a limit does not have.
            return Ok(None);
        }
        let mut highest: Option<Fit> = None;
        for limit in self.limits.iter() {
            let Ok(fit) = limit.fit_with(self.settings, &self.objective) else { continue };
            let rounding = 1e-9 * (self.objective.nat() + best.abs());
            let is_higher = highest.as_ref().is_none_or(|other| fit.log_likelihood() > other.log_likelihood());
            if is_higher && fit.log_likelihood() >= best - rounding {
                highest = Some(self.as_limit(fit, limit));
            }
        }
        Ok(highest)
    }

    /// A fit of the limit law, told in the parameters of the family.
    fn as_limit(&self, fit: Fit, limit: &Limit) -> Fit {
        let names = self.objective.coordinates().reported_names();
        let told = |name: String| {
            let end = limit.ends.iter().find(|(own, _)| *own == name).map(|(_, end)| *end);
            let same = fit.get(limit.name_in_limit(&name));
            let value = end.or(same.map(|estimate| estimate.value)).unwrap_or(f64::NAN);
            let std_error = same.filter(|_| end.is_none()).map_or(f64::NAN, |estimate| estimate.std_error);
            Estimate { name, value, std_error }
        };
        let estimates = names.into_iter().map(told).collect();
        let outcome = Outcome::Limit { model: fit.model().to_string(), ends: limit.ends.clone() };
        // Of the limit law alone more may be known than of the family around it.
        let scope = self.scope(fit.certificate());
        let dimension = self.objective.coordinates().len();
        fit.told_as(self.model.name(), estimates, self.objective.clone()).with(outcome, scope, dimension)
    }

    /// The estimate that the model gives in closed form where its likelihood is not smooth, after looking around.
    pub(super) fn at_edge(&self, edge: &Edge) -> Result<Fit> {
        let coordinates = self.objective.coordinates();
        let failed = |check: Check, log_likelihood: f64| {
            let point = coordinates.reported_names().into_iter().zip(edge.theta.clone()).collect();
            Err(Error::NotConverged(Box::new(Evidence { point, log_likelihood, failed: check })))
        };
        // With every parameter known: on the way through free coordinates an end of the support may move by a rounding.
        let known = known_space(self.space(), &edge.theta);
        let value = self.objective.over(known)?.slope(&[]).value;
        let Some(free) = coordinates.global(&edge.theta) else { return failed(Check::Finite, value) };
        if !value.is_finite() {
            return failed(Check::Finite, value);
        }
        // Nowhere around is it higher: along each coordinate, both ways, near and far.
        let mut least_fall = f64::INFINITY;
        for j in 0..free.len() {
            for step in [1e-6, 1e-3, 0.1] {
                for way in [-step, step] {
                    let mut there = free.clone();
                    there[j] += way * free[j].abs().max(1e-3);
                    let there = self.objective.slope(&there).value;
                    let fall = if there.is_finite() { value - there } else { f64::INFINITY };
                    least_fall = least_fall.min(fall);
                }
            }
        }
        if least_fall < -1e-9 * (self.objective.nat() + value.abs()) {
            return failed(Check::Fall(least_fall), value);
        }
        let passes = 1 + 6 * free.len() as u64;
        let certificate = Certificate {
            edm: 0.0,
            condition: f64::NAN,
            least_fall: least_fall.max(0.0),
            iterations: 0,
            passes,
            starts: 1,
            starts_agree: 1,
        };
        let scope = self.scope(&certificate);
        let outcome = Outcome::Edge { at: edge.at.clone() };
        let dimension = coordinates.len();
        let mut edge = edge.clone();
        if self.objective.has_sampling_weights() {
            // The model's theory is of independent observations.
            edge.std_errors.fill(f64::NAN);
        }
        let fit = Fit::at_edge(self.model.name(), self.objective.clone(), value, free, &edge, certificate);
        Ok(fit.with(outcome, scope, dimension))
    }

    /// The estimate in closed form where its likelihood is not smooth, if some parameters are known and those that are not
    /// are where it is not: these are at the edge whatever the others are.
    pub(super) fn at_edge_of_rest(&self, edge: &Edge) -> Result<Option<Fit>> {
        if !self.objective.terms_are_exact() {
            return Ok(None);
        }
        let is_at = |names: &[String]| edge.at.iter().any(|(name, _)| names.contains(name));
        let is_known = |binding: &Binding| matches!(binding, Binding::Known(_));
        let estimated = || self.space().blocks().iter().filter(|block| !is_known(block.binding()));
        if self.objective.coordinates().has_predictors() {
            // Its greatest value is where several observations lie on the predictor: no closed form, and no derivative.
            let rough = estimated().find(|block| is_at(block.names()));
            return rough.map_or(Ok(None), |block| {
                let (model, name) = (self.model.name(), block.names().join("` and `"));
                let message = format!(
                    "the likelihood of {model} is not smooth in `{name}`, so that with covariates no maximum can be certified; fix `{name}`"
                );
                Err(Error::Model { message })
            });
        }
        if estimated().next().is_none()
            || !estimated().all(|block| *block.binding() == Binding::Free && is_at(block.names()))
        {
            return Ok(None);
        }
        let mut theta = Vec::with_capacity(edge.theta.len());
        for block in self.space().blocks() {
            match block.binding() {
                Binding::Known(values) => theta.extend(values),
                _ => theta.extend(&edge.theta[theta.len()..theta.len() + block.names().len()]),
            }
        }
        let is_estimated = |name: &String| estimated().any(|block| block.names().contains(name));
        let at = edge.at.iter().filter(|(name, _)| is_estimated(name)).cloned().collect();
        // What theory says of their errors is of all parameters estimated together.
        let edge = Edge { std_errors: vec![f64::NAN; theta.len()], theta, at };
        Ok(self.at_edge(&edge).ok())
    }
}

/// The space with every parameter known to be this.
fn known_space(space: &Space, theta: &[f64]) -> Space {
    let mut from = 0;
    (0..space.blocks().len()).fold(space.clone(), |known, at| {
        let values = theta[from..from + space.blocks()[at].names().len()].to_vec();
        from += values.len();
        known.rebind(at, Binding::Known(values))
    })
}

/// The space with these held; none if a block would be held altogether wrongly.
fn held_space(space: &Space, holds: &[Hold]) -> Option<Space> {
    let mut held = space.clone();
    for (at, block) in space.blocks().iter().enumerate() {
        let own: Vec<&Hold> = holds.iter().filter(|(block, _, _)| *block == at).collect();
        if own.is_empty() {
            continue;
        }
        let mut ends = vec![None; block.names().len()];
        own.iter().for_each(|(_, k, end)| ends[*k] = Some(*end));
        // Both ends of one parameter, or all of a simplex at 0, is nothing.
        let distinct = ends.iter().flatten().count();
        if distinct != own.len() || (ends.len() > 1 && distinct == ends.len()) {
            return None;
        }
        held = held.rebind(at, Binding::Held(ends));
    }
    Some(held)
}
