//! Over many rows: searches over some of the rows say where to begin, and which starts are worth all of them.

use super::search::scatter;
use super::{Found, Hunt, SAME_MAXIMUM, Settings, canonical};
use crate::data::Term;
use crate::error::Result;
use crate::model::Model;
use crate::objective::Objective;
use crate::solver::Candidate;

/// Of so many rows, a part is searched first: one in so many, and so many of them at least and at most. From one start they need
/// only lead near, which pays where rows times parameters are many; from several they tell the maxima apart.
const MANY_ROWS: usize = 4000;
const MANY_PARTIAL_DERIVATIVES: usize = 40_000;
const PART_FROM_ONE: usize = 16;
const ROWS_FROM_ONE: (usize, usize) = (500, 5000);
const PART_FROM_SEVERAL: usize = 5;
const ROWS_FROM_SEVERAL: (usize, usize) = (1000, 5000);
/// Fewer rows than this for each parameter lead nowhere; more than one row in so many are no saving.
const ROWS_OF_A_PARAMETER: usize = 30;
const WORTHWHILE: usize = 4;
/// Of more than so many times the rows that were searched, a part is looked at once more: from a step nearer, rounding is seen on
/// the way.
const MANY_MORE: usize = 8;
/// From so many ends of searches over some rows, all rows are searched.
const KEPT: usize = 3;

impl<M: Model> Hunt<'_, M> {
    /// Where searches over all rows ended, best first: from each of these points, to each of which so many starts led; others
    /// are not finished.
    pub(super) fn searched(&self, from: Vec<(Vec<f64>, usize)>, unfinished: usize) -> Result<Found> {
        let runs = from.into_iter().map(|(free, starts)| {
            let end = self.settings.maximise(&self.objective, free)?;
            Ok(Candidate { starts, ..end })
        });
        let mut candidates: Vec<Candidate> = runs.collect::<Result<_>>()?;
        candidates.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
        let passes = candidates.iter().map(|candidate| candidate.passes).sum();
        Ok(Found { candidates, passes, unfinished })
    }

    /// Where searches over all rows ended that began at the best interior maxima over some of the rows, found from these
    /// starts. None if there are few rows or no start, or no such maximum.
    pub(super) fn piloted(&self, starts: &[Vec<f64>]) -> Result<Option<Found>> {
        if starts.is_empty() || !self.objective.reads_rows(MANY_ROWS) {
            return Ok(None);
        }
        let rows = self.objective.rows();
        let p = self.objective.coordinates().len();
        let (part, (least, most)) = match starts.len().max(self.settings.starts) {
            1 if rows * p < MANY_PARTIAL_DERIVATIVES => return Ok(None),
            1 => (PART_FROM_ONE, ROWS_FROM_ONE),
            _ => (PART_FROM_SEVERAL, ROWS_FROM_SEVERAL),
        };
        let some = (rows / part).clamp(least, most).max(ROWS_OF_A_PARAMETER * p);
        if WORTHWHILE * some > rows {
            return Ok(None);
        }
        let mut pilot = self.pilot(some)?;
        let settings = Settings { watcher: None, ..self.settings.clone() };
        let mut starts: Vec<Vec<f64>> =
            starts.iter().filter(|start| pilot.evaluate(start).is_finite()).cloned().collect();
        if starts.is_empty() {
            return Ok(None);
        }
        let more = self.settings.starts.saturating_sub(starts.len());
        starts.extend(scatter(&pilot, &starts, more, self.settings.seed));
        let ends = starts.iter().map(|start| settings.maximise(&pilot, start.clone()));
        let (mut maxima, apart) = (Vec::<Candidate>::new(), SAME_MAXIMUM * pilot.nat());
        for end in ends.collect::<Result<Vec<_>>>()? {
            let same = |other: &&mut Candidate| (other.log_likelihood - end.log_likelihood).abs() < apart;
            match maxima.iter_mut().find(same) {
                Some(known) => known.starts += 1,
                None if self.check(&pilot, &end.free, &pilot.evaluate(&end.free)).is_ok() => maxima.push(end),
                None => {}
            }
        }
        maxima.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
        maxima.truncate(KEPT);
        for end in &mut maxima {
            // As it will be reported: then what is seen on the way is near the end.
            end.free = canonical(self.model, self.objective.coordinates(), &end.free);
        }
        if rows / PART_FROM_ONE >= MANY_MORE * some {
            pilot = self.pilot(rows / PART_FROM_ONE)?;
            let settings = Settings { max_iterations: 1, ..settings };
            for end in &mut maxima {
                end.free = settings.maximise(&pilot, std::mem::take(&mut end.free))?.free;
            }
        }
        // Where a row that was not looked at is impossible, all rows are searched from the starts.
        maxima.retain(|end| self.objective.evaluate(&end.free).is_finite());
        if maxima.is_empty() {
            return Ok(None);
        }
        let unfinished = starts.len() - maxima.iter().map(|end| end.starts).sum::<usize>();
        let from = maxima.into_iter().map(|end| (end.free, end.starts)).collect();
        self.objective.be_led_by(pilot);
        self.searched(from, unfinished).map(Some)
    }

    /// The log-likelihood of about so many rows, as large a part of each term.
    fn pilot(&self, some: usize) -> Result<Objective> {
        let rows = self.objective.rows();
        let threads = self.objective.threads();
        let thin = |term: Term| term.thinned((some * term.rows()).div_ceil(rows), threads);
        let thinned = self.objective.terms().into_iter().map(thin);
        self.objective.anew(self.space().clone(), thinned.collect())
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{RngExt, SeedableRng};

    use crate::data::Table;
    use crate::prelude::*;

    fn exponential(rows: usize) -> Vec<f64> {
        let mut rng = SmallRng::seed_from_u64(1);
        (0..rows).map(|_| -(1.0 - rng.random::<f64>()).ln()).collect()
    }

    #[test]
    fn a_step_over_all_rows_is_corrected_by_some() {
        // Newton's own take a fourth pass.
        let x = exponential(600_000);
        assert_eq!(Weibull.fit(&x).expect("a fit").certificate().passes, 3);
    }

    #[test]
    fn a_coarse_start_is_tried_on_some_rows() {
        let x = exponential(40_000);
        let mut rng = SmallRng::seed_from_u64(2);
        let y: Vec<f64> = x.iter().map(|x| f64::from(rng.random::<f64>() < 1.0 / (1.0 + (1.0 - x).exp()))).collect();
        let table = Table::new([("y", y.into()), ("x", x.into())]).expect("a table");
        let fit = Regress(Bernoulli).on("p", ["x"]).fit(table.response("y").expect("a column")).expect("a fit");
        assert_eq!(fit.certificate().passes, 3);
    }
}
