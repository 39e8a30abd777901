//! Likelihoods without bound that no probe can follow to the end: rounding stops it first.

use std::cell::Cell;

use super::Hunt;
use crate::error::Error;
use crate::model::{Maxima, Model};
use crate::solver::Candidate;
use crate::space::{Binding, Domain};

/// A scale of at most so many units in the last place of a linear predictor is made of rounding errors.
const UNITS: f64 = 256.0;

impl<M: Model> Hunt<'_, M> {
    /// Why there is no maximum, if a linear predictor goes through the observations and the scale has shrunk to rounding.
    pub(super) fn collapsed(&self, best: &Candidate) -> Option<Error> {
        let scale = self.model.scale()?;
        let blocks = self.space().blocks();
        let is_estimated = |at: usize| matches!(blocks[at].binding(), Binding::Free | Binding::Linear(_));
        let at = blocks.iter().position(|block| block.names() == [scale]).filter(|&at| is_estimated(at))?;
        let predicted: Vec<usize> = (0..blocks.len())
            .filter(|&at| matches!(blocks[at].binding(), Binding::Linear(_)) && *blocks[at].domain() == Domain::Real)
            .collect();
        if predicted.is_empty() || !self.objective.terms_are_exact() {
            return None;
        }
        let place = |at: usize| blocks[..at].iter().map(|block| block.names().len()).sum::<usize>();
        let (widest, farthest) = (Cell::new(0.0_f64), Cell::new(0.0_f64));
        let _: Option<()> = self.objective.find_natural(&best.free, |theta| {
            widest.set(widest.get().max(theta[place(at)]));
            predicted.iter().for_each(|&at| farthest.set(farthest.get().max(theta[place(at)].abs())));
            None
        });
        let is_rounding = widest.get() <= UNITS * f64::EPSILON * farthest.get();
        let why = format!(
            "the observations lie on the linear predictor, to rounding, so that it has no bound as {scale} → 0"
        );
        is_rounding.then(|| Error::Unbounded { model: self.model.name(), why, rows: vec![] })
    }

    /// The error, unless the likelihood is known to be unbounded on any data: then it is that no local maximum was found.
    pub(super) fn unless_unbounded(&self, error: Error) -> Error {
        let is_no_maximum = match &error {
            Error::NotIdentified { .. } => !self.objective.has_covariates(),
            Error::NotConverged(evidence) => !evidence.failed.is_of_numbers(),
            _ => false,
        };
        if is_no_maximum { self.known_to_be_unbounded().unwrap_or(error) } else { error }
    }

    /// That no local maximum was found, if the likelihood is known to be unbounded on any data.
    pub(super) fn known_to_be_unbounded(&self) -> Option<Error> {
        let Maxima::LocalOfUnbounded(why) = self.model.maxima() else { return None };
        let why = format!("it has no bound {why}, and no local maximum was found inside");
        Some(Error::Unbounded { model: self.model.name(), why, rows: vec![] })
    }
}
