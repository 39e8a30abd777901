//! From several starts over many rows: searches over some of the rows say which starts are worth all of them.

use super::{Found, Hunt, SAME_MAXIMUM, Settings};
use crate::certificate::check_interior;
use crate::error::Result;
use crate::model::Model;
use crate::solver::Candidate;

/// So many rows tell the maxima apart.
const ROWS: usize = 5000;
/// With fewer rows than this, all are searched from every start.
const MANY_ROWS: usize = 4 * ROWS;
/// From so many ends of searches over some rows, all rows are searched.
const KEPT: usize = 3;

impl<M: Model> Hunt<'_, M> {
    /// Where searches over all rows from these starts ended, best first.
    pub(super) fn searched(&self, starts: Vec<Vec<f64>>) -> Result<Found> {
        let tried = starts.len();
        let mut from = self.piloted(&starts)?;
        if from.is_empty() {
            from = starts.into_iter().map(|free| (free, 1)).collect();
        }
        let unfinished = tried - from.iter().map(|(_, starts)| starts).sum::<usize>();
        let runs = from.into_iter().map(|(free, starts)| {
            let end = self.settings.maximise(&self.objective, free)?;
            Ok(Candidate { starts, ..end })
        });
        let mut candidates: Vec<Candidate> = runs.collect::<Result<_>>()?;
        candidates.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
        let passes = candidates.iter().map(|candidate| candidate.passes).sum();
        Ok(Found { candidates, passes, unfinished })
    }

    /// The best interior maxima over some of the rows, each with how many starts led there. None if there are few rows or
    /// one start, or no maximum.
    fn piloted(&self, starts: &[Vec<f64>]) -> Result<Vec<(Vec<f64>, usize)>> {
        let rows = self.objective.rows();
        if starts.len() < 2 || rows < MANY_ROWS {
            return Ok(vec![]);
        }
        // As large a part of each term.
        let thinned = self.objective.terms().into_iter().map(|term| term.thinned((ROWS * term.rows()).div_ceil(rows)));
        let pilot = self.objective.anew(self.space().clone(), thinned.collect())?;
        let settings = Settings { watcher: None, ..self.settings.clone() };
        let ends = starts.iter().map(|start| settings.maximise(&pilot, start.clone()));
        let mut maxima: Vec<Candidate> = Vec::new();
        for end in ends.collect::<Result<Vec<_>>>()? {
            let same = |other: &&mut Candidate| (other.log_likelihood - end.log_likelihood).abs() < SAME_MAXIMUM;
            match maxima.iter_mut().find(same) {
                Some(known) => known.starts += 1,
                None if check_interior(&pilot, &end.free, &pilot.evaluate(&end.free)).is_ok() => maxima.push(end),
                None => {}
            }
        }
        maxima.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
        maxima.truncate(KEPT);
        Ok(maxima.into_iter().map(|end| (end.free, end.starts)).collect())
    }
}
