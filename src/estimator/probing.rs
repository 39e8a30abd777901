//! After a search whose end is no maximum: where the likelihood goes from there, or why there is no estimate.

use super::ridge::Ridge;
use super::{Found, Hunt, ray};
use crate::certificate::{Check, Evidence};
use crate::error::{Error, Recession, Result};
use crate::fit::Fit;
use crate::model::{Maxima, Model};
use crate::solver::Candidate;
use crate::space::Binding;

/// A fall of the log-likelihood by less, in nats, tells nothing of where its maximum is.
const LEAST_TOLD: f64 = 1e-2;

impl<M: Model> Hunt<'_, M> {
    /// Follows the flattest direction: back to a maximum, if it turns, or to the reason why there is none.
    pub(super) fn after_probing(&self, best: Candidate, check: Check, passes: u64) -> Result<Fit> {
        if let Some(direction) = self.objective.dependent_covariates() {
            return Err(Error::NotIdentified { model: self.model.name(), direction });
        }
        if let Some(direction) = self.objective.only_bounds() {
            let recession = ray::recession(&self.objective, &self.model.name(), &best, &[], best.log_likelihood);
            return Err(Error::NoFiniteEstimate(Box::new(Recession { ends: direction.to_string(), ..recession })));
        }
        if let Some(error) = self.separated(&best).or_else(|| self.collapsed(&best)) {
            return Err(error);
        }
        if let Some(error) = ray::look_back(&self.objective, &best, &self.model.name()) {
            return Err(self.known_to_be_unbounded().unwrap_or(error));
        }
        let last_digit = f64::EPSILON * best.log_likelihood.abs();
        if last_digit > LEAST_TOLD * self.objective.nat() {
            // No difference of log-likelihoods tells anything.
            return Err(self.not_converged(&best, Check::Rounding(last_digit)));
        }
        let mut from = best.clone();
        let mut failed = check;
        let is_bounded = !matches!(self.model.maxima(), Maxima::LocalOfUnbounded(_));
        for _ in 0..3 {
            match ray::probe(&self.objective, &from, &failed, &self.model.name()) {
                ray::Finding::Turn(free) => {
                    let again = self.settings.maximise(&self.objective, free)?;
                    let found = Found { passes: passes + again.passes, candidates: vec![again], unfinished: 0 };
                    match self.first_interior(&found) {
                        Ok(fit) => return Ok(fit),
                        Err((candidate, check)) => (from, failed) = (candidate, check),
                    }
                }
                ray::Finding::Supremum(mut recession, way) => {
                    recession.supremum = self.supremum_beside(recession.supremum, way);
                    // A ridge that curves falls off along any straight line but one way.
                    let names = self.objective.coordinates().reported_names();
                    let ridge = self.on_a_ridge(Ridge::FromEnd, &names, &from, recession.supremum)?;
                    return Err(ridge.unwrap_or(Error::NoFiniteEstimate(recession)));
                }
                ray::Finding::NoEstimate(error) => return Err(error),
                ray::Finding::Peak => break,
            }
        }
        if matches!(failed, Check::Curvature(_)) {
            let names = self.objective.coordinates().reported_names();
            for ridge in [Ridge::Anywhere, Ridge::Nearby] {
                if let Some(ridge) = self.on_a_ridge(ridge, &names, &from, from.log_likelihood)? {
                    return Err(ridge);
                }
            }
        }
        // Where the likelihood has no bound, rounding is what the way there ends in.
        let failed = if is_bounded { failed.or_rounding(&self.objective, &from.free) } else { failed };
        let out_of_range = self.out_of_range(&from.free).map(Check::Range);
        let unresolved = self.spread_in_units().map(Check::Spread);
        let at_an_end = self.link_at_an_end(&from.free);
        let failed = unresolved.or(out_of_range).or(at_an_end).unwrap_or(failed).or_kink(&self.objective, &from.free);
        Err(self.not_converged(&from, failed))
    }

    /// The supremum where the parameter that runs away is as far as at the first point of the way, and the others find a better
    /// place than on it, if there is one. Where a likelihood is flat in one parameter a search may leave others behind.
    fn supremum_beside(&self, supremum: f64, way: [Vec<f64>; 2]) -> f64 {
        let coordinates = self.objective.coordinates();
        let [natural, farther] = way.map(|free| coordinates.natural(&coordinates.local(&free)));
        let (mut from, mut moving) = (0, None);
        for (at, block) in self.space().blocks().iter().enumerate() {
            let own = from..from + block.names().len();
            from = own.end;
            if !own.clone().any(|k| (farther[k] - natural[k]).abs() > 1e-3 * natural[k].abs()) {
                continue;
            }
            if moving.is_some() || own.len() != 1 || *block.binding() != Binding::Free {
                return supremum;
            }
            moving = Some((at, natural[own.start]));
        }
        let Some((at, value)) = moving else { return supremum };
        let space = self.space().clone().rebind(at, Binding::Known(vec![value]));
        // What hinders this search is no reason for there being no estimate.
        let beside = self.as_high(space, &natural, supremum).ok().flatten();
        beside.map_or(supremum, |(value, _)| value.max(supremum))
    }

    pub(super) fn not_converged(&self, best: &Candidate, failed: Check) -> Error {
        // What rounding has added, or where it has led, is no evidence.
        let sound = best.before_leap.as_ref().filter(|_| matches!(failed, Check::Rounding(_)));
        let (free, log_likelihood) = sound.map_or((&best.free, best.log_likelihood), |before| (&before.0, before.1));
        let point = self.objective.coordinates().reported_point(free);
        Error::NotConverged(Box::new(Evidence { point, log_likelihood, failed }))
    }
}
