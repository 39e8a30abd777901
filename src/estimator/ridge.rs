//! Ridges: points as good as each other, among which the data do not choose.

use super::Hunt;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::solver::Candidate;
use crate::space::{Binding, Block, Domain, Space};

/// Where a parameter is put to see whether the data mind, in free coordinates: two places, because at one the estimate may
/// be by chance.
const PLACES: [f64; 2] = [0.37, -0.61];

/// How far around a point a ridge is looked for, in units of the data or of a free coordinate.
const REACHES: [f64; 4] = [1.0, 0.3, 0.1, 0.03];

/// Rounding of a log-likelihood, in nats, from which on what is close by is not looked at.
const NOISE: f64 = 1e-5;

/// How far a ridge reaches.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ridge {
    /// Over the whole domain of a parameter.
    Anywhere,
    /// From an end to which a search has run, at which alone it is level all around.
    FromEnd,
    /// Around the point at which a search ended.
    Nearby,
}

impl<M: Model> Hunt<'_, M> {
    /// That the data do not identify the parameters, if one of these can be put elsewhere and the log-likelihood is as high as
    /// `top` once the others have followed.
    pub(super) fn on_a_ridge(
        &self,
        ridge: Ridge,
        names: &[String],
        best: &Candidate,
        top: f64,
    ) -> Result<Option<Error>> {
        // Where rounding is greater than what tells heights apart, nothing is known of what is close by.
        let noise = || self.objective.rounding_of_value(&best.free, &self.objective.evaluate(&best.free));
        if self.settings.penalty.is_some()
            || matches!(ridge, Ridge::Nearby) && noise() > self.rounding(top).min(NOISE * self.objective.nat())
        {
            return Ok(None);
        }
        let coordinates = self.objective.coordinates();
        let natural = coordinates.natural(&coordinates.local(&best.free));
        let mut from = 0;
        for (at, block) in self.space().blocks().iter().enumerate() {
            let value = natural[from];
            from += block.names().len();
            let is_asked = block.names().len() == 1 && names.contains(&block.names()[0]);
            if !is_asked || *block.binding() != Binding::Free {
                continue;
            }
            for places in self.places(ridge, block, value) {
                let mut points = Vec::new();
                for &place in &places {
                    let space = self.space().clone().rebind(at, Binding::Known(vec![place]));
                    let found = self.as_high(space, &natural, top)?;
                    // Higher than the top of a ridge is elsewhere.
                    let level = found.filter(|(value, _)| *value <= top + self.rounding(top));
                    let Some(point) = level.and_then(|(_, point)| coordinates.global(&point)) else { break };
                    points.push(point);
                }
                if points.len() < places.len() {
                    continue;
                }
                let (one, other) = match &points[..] {
                    [one, other, ..] => (one, other),
                    [one] => (one, &best.free),
                    [] => continue,
                };
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

    /// Values of a parameter, which is `value` where the search ended: at all of one of these lists the log-likelihood is as
    /// high if there is such a ridge.
    fn places(&self, ridge: Ridge, block: &Block, value: f64) -> Vec<Vec<f64>> {
        let spread = if self.sample.width() == 1 { self.sample.standard_deviation(0) } else { 0.0 };
        let is_spread = spread > 0.0 && spread.is_finite();
        match ridge {
            Ridge::Anywhere | Ridge::FromEnd => {
                // A scale next to 0 is one in units of the data.
                let units = (is_spread && *block.domain() == Domain::Positive).then_some(spread.ln());
                let shifts = std::iter::once(0.0).chain(units);
                let places: Vec<f64> =
                    shifts.flat_map(|shift| PLACES.map(|place| block.natural(&[place + shift])[0])).collect();
                // The end is another point of the ridge.
                let is_from_end = matches!(ridge, Ridge::FromEnd);
                if is_from_end { places.into_iter().map(|place| vec![place]).collect() } else { vec![places] }
            }
            Ridge::Nearby => {
                let Some(free) = block.free(&[value]) else { return vec![] };
                let at = |step: f64| match block.domain() {
                    Domain::Real if is_spread => value + step * spread,
                    _ => block.natural(&[free[0] + step])[0],
                };
                REACHES.map(|reach| PLACES.map(|place| at(reach * place)).to_vec()).to_vec()
            }
        }
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
        let is_as_high = best.log_likelihood >= top - self.rounding(top);
        Ok(is_as_high.then(|| (best.log_likelihood, coordinates.natural(&coordinates.local(&best.free)))))
    }

    /// Log-likelihoods near `top` that differ by less are as high as each other.
    pub(super) fn rounding(&self, top: f64) -> f64 {
        1e-9 * (self.objective.nat() + top.abs())
    }
}
