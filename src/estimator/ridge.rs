//! Ridges: points as good as each other, among which the data do not choose.

use super::Hunt;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::solver::Candidate;
use crate::space::{Binding, Space};

/// Where a parameter is put to see whether the data mind, in free coordinates: two places, because at one the estimate may
/// be by chance.
const PLACES: [f64; 2] = [0.37, -0.61];

impl<M: Model> Hunt<'_, M> {
    /// That the data do not identify the parameters, if one of these can be put anywhere inside its domain and the
    /// log-likelihood is as high as `top` once the others have followed.
    pub(super) fn on_a_ridge(&self, names: &[String], best: &Candidate, top: f64) -> Result<Option<Error>> {
        if self.settings.penalty.is_some() {
            return Ok(None);
        }
        let coordinates = self.objective.coordinates();
        let natural = coordinates.natural(&coordinates.local(&best.free));
        for (at, block) in self.space().blocks().iter().enumerate() {
            let is_asked = block.names().len() == 1 && names.contains(&block.names()[0]);
            if !is_asked || *block.binding() != Binding::Free {
                continue;
            }
            let mut points = Vec::new();
            for place in PLACES {
                let space = self.space().clone().rebind(at, Binding::Known(block.natural(&[place])));
                let found = self.as_high(space, &natural, top)?;
                // Higher than the top of a ridge is elsewhere.
                let level = found.filter(|(value, _)| *value <= top + rounding(top));
                points.extend(level.and_then(|(_, point)| coordinates.global(&point)));
            }
            if let [one, other] = &points[..] {
                let chord: Vec<f64> = one.iter().zip(other).map(|(a, b)| a - b).collect();
                let greatest = chord.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
                let free_names = coordinates.free_names().into_iter().map(|free| free.name);
                let parts = free_names.zip(chord).map(|(name, part)| (name, part / greatest));
                let direction = parts.filter(|(_, part)| part.abs() > 1e-3).collect();
                return Ok(Some(Error::NotIdentified { model: self.model.name(), direction }));
            }
        }
        Ok(None)
    }

    /// A point of this space, in natural coordinates, at which the log-likelihood is as high as `top`, if a search from
    /// `natural` ends at one; with the log-likelihood there.
    pub(super) fn as_high(&self, space: Space, natural: &[f64], top: f64) -> Result<Option<(f64, Vec<f64>)>> {
        let objective = self.objective.over(space)?;
        let coordinates = objective.coordinates();
        let Some(start) = coordinates.global(natural) else { return Ok(None) };
        if !objective.evaluate(&start).is_finite() {
            return Ok(None);
        }
        let best = self.settings.maximise(&objective, start)?;
        let is_as_high = best.log_likelihood >= top - rounding(top);
        Ok(is_as_high.then(|| (best.log_likelihood, coordinates.natural(&coordinates.local(&best.free)))))
    }
}

/// Log-likelihoods near `top` that differ by less are as high as each other.
fn rounding(top: f64) -> f64 {
    1e-9 * (1.0 + top.abs())
}
