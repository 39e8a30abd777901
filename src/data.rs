//! [`Data`]: what can be summed over. Slices, censored and weighted values, columns of a table.

mod binned;
mod censored;
mod counted;
mod evidence;
mod places;
mod probability;
mod response;
mod sample;
mod table;
mod values;
mod weighted;
mod windowed;

pub use binned::Binned;
pub use censored::Censored;
pub(crate) use censored::kind_of;
pub use evidence::Evidence;
pub(crate) use places::Places;
pub(crate) use probability::{ln_between, with_digits};
pub use response::{CensoredResponse, Response};
pub use sample::Sample;
pub(crate) use sample::power_of_two_near;
pub(crate) use table::missing;
pub use table::{Column, Table};
pub use values::Values;
pub use weighted::Weighted;
pub(crate) use weighted::Weights;
pub use windowed::Windowed;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::model::{Cdf, Model, Theta};
use crate::observation::{Accepts, Observation};
use crate::support::{Range, Support};
use crate::threads::each_on;

/// Rows that are evidence about a model.
#[diagnostic::on_unimplemented(
    message = "`{M}` cannot be fitted to `{Self}`",
    label = "not data for `{M}`",
    note = "give a slice (`&values`), a weighted sample, or columns of a table, whose rows are observations of `{M}`"
)]
pub trait Data<M> {
    /// The rows as terms of the log-likelihood of `model`.
    ///
    /// # Errors
    ///
    /// If a row is not finite or outside the model's support, or if the model lacks a capability that the rows need.
    fn terms(self, model: &M) -> Result<Vec<Term>>;

    /// The same where nothing else tells rows apart: equal rows of counts may be one, with their number as its weight.
    ///
    /// # Errors
    ///
    /// As for [`Data::terms`].
    #[doc(hidden)]
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>>
    where
        Self: Sized,
    {
        let _ = threads;
        self.terms(model)
    }
}

impl<M: Model, T: Evidence<M>> Data<M> for &[T] {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        T::terms(self, model)
    }
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        T::distinct_terms(self, model, threads)
    }
}

impl<M: Model, T: Evidence<M>> Data<M> for &Vec<T> {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        T::terms(self, model)
    }
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        T::distinct_terms(self, model, threads)
    }
}

impl<M: Model, T: Evidence<M>, const N: usize> Data<M> for &[T; N] {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        T::terms(self, model)
    }
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        T::distinct_terms(self, model, threads)
    }
}

/// Values that are given away: numbers are not copied.
impl<M: Model, T: Evidence<M>> Data<M> for Vec<T> {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        T::terms_of_owned(self, model)
    }
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        T::distinct_terms_of_owned(self, model, threads)
    }
}

/// Numbers that are shared: a fit holds on to them, and nothing is copied.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use thetahat::prelude::*;
///
/// let values = Arc::new(vec![1.2, 0.7, 2.1, 1.6]);
/// let (weibull, gamma) = (Weibull.fit(values.clone())?, Gamma.fit(values)?);
/// assert!((weibull.log_likelihood() - gamma.log_likelihood()).abs() < 0.1);
/// # Ok::<(), thetahat::Error>(())
/// ```
impl<M: Model<Of: Accepts<f64>>> Data<M> for Arc<Vec<f64>> {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        Values::from(self).terms(model)
    }
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        Values::from(self).distinct_terms(model, threads)
    }
}

/// Numbers that are shared, whoever holds them.
impl<M: Model<Of: Accepts<f64>>> Data<M> for Values {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        if model.support().width() != 1 {
            return (*self).terms(model);
        }
        check_column(model, 0, &self, |row| row + 1)?;
        let term = Term::unchecked(model, self)?;
        Ok(vec![Term { unchecked: None, ..term }])
    }
    fn distinct_terms(self, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        if model.support().width() != 1 || model.support().is_discrete() {
            return (*self).distinct_terms(model, threads);
        }
        Ok(vec![Term::unchecked(model, self)?])
    }
}

/// Of so many rows runs are evenly spread, too, of so many rows each.
const MANY_ROWS: usize = 10_000;
const RUN: usize = 64;

/// A part of a log-likelihood: Σ weight · formula(θ, row), over rows of one kind.
#[derive(Debug, Clone)]
pub struct Term {
    pub(crate) kind: Kind,
    /// What the observations could have been.
    pub(crate) support: Support,
    pub(crate) formula: Graph,
    pub(crate) columns: Vec<Values>,
    /// Which row of the data each row of this term is, from 0; none if all are, in order.
    pub(crate) places: Option<Places>,
    pub(crate) weights: Weights,
    pub(crate) covariates: Vec<(String, Values)>,
    /// What a row's further columns say of it, behind the observation.
    pub(crate) beside: Beside,
    /// What is still to be checked, while the rows are read for the first time.
    pub(crate) unchecked: Option<Unchecked>,
}

/// Observations of one column that have not been held against their range.
#[derive(Debug, Clone)]
pub(crate) struct Unchecked {
    pub(crate) range: Range,
    model: String,
}

impl Unchecked {
    /// Whether sums over all rows that are finite say that every value is in the range, if the values were summed, and if
    /// their logarithms were: a sum is not finite if a term is not.
    pub(crate) fn follows_from_sums(&self, of_values: bool, of_logarithms: bool) -> bool {
        of_values && (self.range == Range::REAL || (of_logarithms && self.range == Range::POSITIVE))
    }

    /// # Errors
    ///
    /// [`Error::NotFinite`] or [`Error::OutOfSupport`] with the first value that is not in the range.
    pub(crate) fn check(&self, values: &Values) -> Result<()> {
        let Some(at) = self.range.first_outside_of(values) else { return Ok(()) };
        let error = outside_of(Some(&self.range), self.model.clone(), &values[at].to_string(), at + 1, values[at]);
        Err(with_others(error, &self.range, values, at, |place| place + 1))
    }
}

/// What belongs to a row besides its observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    Nothing,
    /// A precision, by which its scale is divided.
    Precision,
    /// Where it had to lie to be observed at all, as a kind of knowledge.
    Window(Kind),
}

/// What is known about the rows of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Their values.
    Exact,
    /// That they are greater than a value.
    After,
    /// That they are not greater than a value.
    Before,
    /// That they are greater than one value and not greater than another.
    Between,
    /// Nothing but that they exist.
    Anywhere,
}

impl Term {
    /// Exactly observed rows: `columns` as the model's support lists them, each in its range.
    pub(crate) fn exact<M: Model>(model: &M, columns: Vec<impl Into<Values>>) -> Result<Term> {
        let columns: Vec<Values> = columns.into_iter().map(Into::into).collect();
        let support = model.support();
        if let Some((row, value)) = support.first_contradiction(&columns) {
            let (model, support) = (model.name(), support.to_string());
            return Err(Error::OutOfSupport {
                row: row + 1,
                column: None,
                value,
                model,
                support,
                others: Box::default(),
            });
        }
        let formula = Graph::trace(model.space().len(), columns.len(), |theta, x| {
            model.ln_density(Theta::new(theta), M::Of::read(x))
        })?;
        Ok(Term::new(Kind::Exact, support, formula, columns, None))
    }

    pub(crate) fn new(
        kind: Kind,
        support: Support,
        formula: Graph,
        columns: Vec<impl Into<Values>>,
        places: Option<Places>,
    ) -> Term {
        Term {
            kind,
            support,
            formula,
            columns: columns.into_iter().map(Into::into).collect(),
            places,
            weights: Weights::None,
            covariates: vec![],
            beside: Beside::Nothing,
            unchecked: None,
        }
    }

    /// Exactly observed numbers, to be checked when they are first read.
    pub(crate) fn unchecked<M: Model>(model: &M, values: Values) -> Result<Term> {
        let range = model.support().ranges()[0].clone();
        let term = Term::exact(model, vec![Vec::new()])?;
        Ok(Term { columns: vec![values], unchecked: Some(Unchecked { range, model: model.name() }), ..term })
    }

    /// The same rows as evidence about another model.
    pub(crate) fn about<M: Cdf>(&self, model: &M) -> Result<Term> {
        let window = match self.beside {
            Beside::Nothing => Kind::Anywhere,
            Beside::Precision => return Err(Error::Missing { capability: "scale parameter".to_string() }),
            Beside::Window(window) => window,
        };
        let width = self.width();
        let formula = Graph::trace(model.space().len(), self.columns.len(), |theta, x| {
            let theta = Theta::new(theta);
            let ln_probability = self.kind.ln_probability(model, theta, &x[..width]);
            if window == Kind::Anywhere {
                return ln_probability;
            }
            ln_probability - window.ln_probability(model, theta, &x[width..])
        })?;
        Ok(Term { formula, ..self.clone() })
    }

    /// The same exactly observed rows as evidence about another model, which need not have a distribution function.
    pub(crate) fn exact_about<M: Model>(&self, model: &M) -> Result<Term> {
        if self.kind != Kind::Exact || self.beside != Beside::Nothing {
            let message = "rows that are censored, or in windows, need a distribution function".to_string();
            return Err(Error::Model { message });
        }
        let term = Term::exact(model, self.columns.iter().map(|column| column.to_vec()).collect())?;
        Ok(Term {
            covariates: self.covariates.clone(),
            weights: self.weights.clone(),
            places: self.places.clone(),
            ..term
        })
    }

    /// Whether the observations have probabilities, not densities.
    pub(crate) fn is_discrete(&self) -> bool {
        self.support.is_discrete()
    }

    /// How many columns the observation has.
    pub(crate) fn width(&self) -> usize {
        let beside = match self.beside {
            Beside::Nothing | Beside::Window(Kind::Anywhere) => 0,
            Beside::Window(Kind::Between) => 2,
            Beside::Precision | Beside::Window(_) => 1,
        };
        self.columns.len() - beside
    }

    /// Where a row had to lie to be observed at all: more than the first, and not more than the second.
    pub(crate) fn window(&self, row: usize) -> (f64, f64) {
        let bound = |at: usize| self.columns[self.width() + at][row];
        match self.beside {
            Beside::Window(Kind::After) => (bound(0), f64::INFINITY),
            Beside::Window(Kind::Before) => (f64::NEG_INFINITY, bound(0)),
            Beside::Window(Kind::Between) => (bound(0), bound(1)),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    /// The row of the data, counted from 1, that a row of this term is.
    pub(crate) fn row_number(&self, row: usize) -> usize {
        self.places.as_ref().map_or(row, |places| places.at(row)) + 1
    }

    /// At most `rows` of its rows, evenly spread; many of them, and then up to 63 more, in runs, since memory gives what follows
    /// sooner. Covariates are read on so many threads.
    pub(crate) fn thinned(&self, rows: usize, threads: usize) -> Term {
        let run = if rows < MANY_ROWS { 1 } else { RUN };
        let all = self.rows();
        let period = run * all.div_ceil(rows).max(1);
        let some = all / period * run + run.min(all % period);
        let take = |values: &Values| {
            if run == 1 {
                return values.iter().step_by(period).copied().collect();
            }
            let mut taken = Vec::with_capacity(some);
            values.chunks(period).for_each(|rows| taken.extend_from_slice(&rows[..run.min(rows.len())]));
            Values::from(taken)
        };
        let of = self.places.clone();
        let places = Places::found_by(move || {
            let rows = (0..all).step_by(period).flat_map(|from| from..all.min(from + run));
            rows.map(|row| of.as_ref().map_or(row, |of| of.at(row))).collect()
        });
        self.taken(take, places, threads)
    }

    /// These of its rows, from 0.
    pub(crate) fn select(&self, rows: &[usize]) -> Term {
        let places = rows.iter().map(|&row| self.row_number(row) - 1).collect::<Vec<usize>>();
        self.taken(|values| rows.iter().map(|&row| values[row]).collect(), places.into(), 1)
    }

    /// Some of its rows: how they are taken from each column, and which of the data they are.
    fn taken(&self, take: impl Fn(&Values) -> Values + Sync, places: Places, threads: usize) -> Term {
        Term {
            kind: self.kind,
            support: self.support.clone(),
            formula: self.formula.clone(),
            columns: self.columns.iter().map(&take).collect(),
            places: Some(places),
            weights: self.weights.map(&take),
            covariates: each_on(threads, &self.covariates, |(name, column)| (name.clone(), take(column))),
            beside: self.beside,
            unchecked: self.unchecked.clone(),
        }
    }
}

/// Checks one column of observations against its range.
pub(crate) fn check_column<M: Model>(
    model: &M,
    column: usize,
    values: &[f64],
    number: impl Fn(usize) -> usize,
) -> Result<()> {
    let support = model.support();
    let Some(range) = support.ranges().get(column) else {
        return Ok(());
    };
    match range.first_outside(values) {
        None => Ok(()),
        Some(at) => {
            let error = outside(model, column, &values[at].to_string(), number(at), values[at]);
            Err(with_others(error, range, values, at, number))
        }
    }
}

/// The error about the value at this place, with the further rows whose values are numbers outside the range too.
fn with_others(error: Error, range: &Range, values: &[f64], at: usize, number: impl Fn(usize) -> usize) -> Error {
    let is_outside = |place: &usize| values[*place].is_finite() && !range.contains(values[*place]);
    let found = (at + 1..values.len()).filter(is_outside).take(Error::MOST_ROWS).map(number).collect();
    match error {
        Error::OutOfSupport { row, column, value, model, support, .. } => {
            Error::OutOfSupport { row, column, value, model, support, others: found }
        }
        error => error,
    }
}

/// The error about a value that no range holds.
fn outside<M: Model>(model: &M, column: usize, value: &str, row: usize, number: f64) -> Error {
    outside_of(model.support().ranges().get(column), model.name(), value, row, number)
}

fn outside_of(range: Option<&Range>, model: String, value: &str, row: usize, number: f64) -> Error {
    if !number.is_finite() {
        return Error::NotFinite { row, column: None, value: value.to_string() };
    }
    let support = range.map_or_else(String::new, ToString::to_string);
    Error::OutOfSupport { row, column: None, value: value.to_string(), model, support, others: Box::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::Normal;

    #[test]
    fn a_part_of_the_rows_is_spread_over_all_of_them() {
        let rows: usize = 1_000_003;
        let term = Term::exact(&Normal, vec![(0..rows).map(|row| row as f64).collect::<Vec<f64>>()]).expect("numbers");
        for (some, run) in [(1, 1), (1000, 1), (9999, 1), (10_000, RUN), (62_500, RUN)] {
            let part = term.thinned(some, 1);
            assert!(part.rows() > some * 9 / 10 && part.rows() < some + RUN, "{some}: {}", part.rows());
            let gap = part.columns[0].windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
            assert!(gap <= (run * rows.div_ceil(some)) as f64, "{some}: {gap}");
            let last = part.rows() - 1;
            assert_eq!((part.columns[0][last] as usize, part.columns[0][0]), (part.row_number(last) - 1, 0.0));
        }
    }
}
