//! Where searches begin: at the model's start, one that is given, or the estimate from other rows.

use super::{Found, Hunt, search};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::model::{Model, Start};
use crate::solver::Candidate;
use crate::support::Range;

/// With twice as many rows, rough starts are made of so many; and of fewer where a step of the search reads no rows.
const ROWS_FOR_STARTS: usize = 2000;
const ROWS_FOR_STARTS_OF_STATISTICS: usize = 500;

impl<M: Model> Hunt<'_, M> {
    /// Measures real parameters in units of the data, if the data are of an extreme magnitude.
    pub(super) fn measure_in_units_of(&mut self, start: &Start) -> Result<()> {
        let point = match start {
            Start::At(point) | Start::Exact(point) => Some(&point[..]),
            Start::Several(points) => points.first().map(Vec::as_slice),
            Start::Edge(edge) => Some(&edge.theta[..]),
            Start::Search | Start::Unbounded(_) => None,
        };
        let is_scaled = self.sample.width() == 1 && !self.model.support().ranges().iter().any(Range::is_angle);
        let data = if is_scaled { self.sample.thinned(ROWS_FOR_STARTS).unit(0) } else { 1.0 };
        let space = self.space().clone().in_units_of(point, data);
        if space != *self.space() {
            self.objective = self.objective.over(space)?;
        }
        Ok(())
    }

    pub(super) fn start(&self) -> Result<Start> {
        let given = self.settings.at.clone().map(Start::At);
        let start = given.unwrap_or_else(|| self.own_start());
        let expected = self.space().len();
        let lengths: Vec<usize> = match &start {
            Start::At(point) | Start::Exact(point) => vec![point.len()],
            Start::Several(points) => points.iter().map(Vec::len).collect(),
            Start::Edge(edge) => vec![edge.theta.len(), edge.std_errors.len()],
            Start::Search | Start::Unbounded(_) => vec![],
        };
        match lengths.into_iter().find(|length| *length != expected) {
            None => Ok(start),
            Some(found) => {
                let name = self.model.name();
                let message = format!("a start of {name} has {found} values where its space has {expected} parameters");
                Err(Error::Model { message })
            }
        }
    }

    /// The model's start. Some of many rows tell a rough point well enough; what holds of all rows is asked of all.
    fn own_start(&self) -> Start {
        let has_statistics = !self.objective.reads_rows(0);
        let rows = if has_statistics { ROWS_FOR_STARTS_OF_STATISTICS } else { ROWS_FOR_STARTS };
        if self.sample.rows() >= 2 * rows {
            let start = self.model.start(&self.sample.abridged(rows));
            match start {
                Start::At(_) | Start::Several(_) => return start,
                // Near, and an evaluation costs nothing. At an end it may be for want of rows.
                Start::Exact(point) if has_statistics && self.objective.coordinates().global(&point).is_some() => {
                    return Start::At(point);
                }
                _ => {}
            }
        }
        self.model.start(&self.sample)
    }

    /// The interior maximum near the estimate of the same model from other rows, if that takes the place of a rough start.
    pub(super) fn near_another(&self, start: &Start) -> Result<Option<Fit>> {
        let Some((objective, free)) = &self.settings.near else { return Ok(None) };
        let is_rough = matches!(start, Start::At(_) | Start::Search);
        let is_only = self.settings.starts <= 1 && self.settings.at.is_none();
        if !is_rough || !is_only || objective.coordinates().space() != self.space() {
            return Ok(None);
        }
        if !self.objective.evaluate(free).is_finite() {
            return Ok(None);
        }
        let found = self.searched(vec![(free.to_vec(), 1)], 0)?;
        Ok(self.first_interior(&found).ok())
    }

    /// Where searches from all starts ended.
    pub(super) fn candidates(&self, start: Start) -> Result<Found> {
        let exact = matches!(start, Start::Exact(_)) && self.is_unbound();
        let mut unbounded = None;
        let points = match start {
            Start::Exact(point) | Start::At(point) => vec![point],
            Start::Edge(edge) => vec![edge.theta],
            Start::Several(points) => points,
            Start::Unbounded(why) if self.is_free() => {
                unbounded = Some(why);
                vec![]
            }
            Start::Search | Start::Unbounded(_) => vec![],
        };
        let inside: Vec<Vec<f64>> =
            points.iter().filter_map(|point| self.objective.coordinates().global(point)).collect();
        if !exact && let Some(found) = self.piloted(&inside)? {
            return Ok(found);
        }
        let evaluated = inside.into_iter().map(|free| (self.objective.evaluate(&free), free));
        let evaluated: Vec<_> = evaluated.filter(|(sums, _)| sums.is_finite()).collect();
        if let ([(sums, free)], true) = (&evaluated[..], exact) {
            // In closed form: nothing to search, if it is what it says.
            if self.check(&self.objective, free, sums).is_ok() {
                let (free, log_likelihood) = (free.clone(), sums.value);
                let candidate =
                    Candidate { free, log_likelihood, iterations: 0, passes: 2, starts: 1, before_leap: None };
                return Ok(Found { candidates: vec![candidate], passes: 2, unfinished: 0 });
            }
        }
        let mut starts: Vec<Vec<f64>> = evaluated.into_iter().map(|(_, free)| free).collect();
        if starts.is_empty() {
            let thinned = self.objective.terms().iter().map(|term| term.thinned(search::PILOT_ROWS, 1)).collect();
            let pilot = self.objective.anew(self.space().clone(), thinned)?;
            let found = search::search(&pilot, &self.sample);
            if let Some(found) = self.piloted(std::slice::from_ref(&found))? {
                return Ok(found);
            }
            let sums = self.objective.evaluate(&found);
            if !sums.is_finite() {
                let row = self.objective.first_not_finite(&found);
                if row.is_none() && self.objective.reads_information() {
                    let why = "it is not positive definite at any of the points tried".to_string();
                    return Err(Error::NoPenalty { model: self.model.name(), why });
                }
                let model = self.model.name();
                // Where other rows are censored there might have been one all the same.
                return Err(match unbounded {
                    Some(why) => Error::Unbounded { model, why, rows: row.into_iter().collect() },
                    None => Error::NoStart { model, row },
                });
            }
            starts.push(found);
        }
        let more = self.settings.starts.saturating_sub(starts.len());
        starts.extend(search::scatter(&self.objective, &starts, more, self.settings.seed));
        self.searched(starts.into_iter().map(|free| (free, 1)).collect(), 0)
    }
}
