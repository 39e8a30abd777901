//! Columns of a [`Table`] as the observations of a model, the others at hand as covariates.

use std::collections::HashMap;

use super::censored::Bounds;
use super::table::{is_missing, missing};
use super::{Column, Data, Table, Term, Values, check_column};
use crate::error::{Error, Result};
use crate::model::{Cdf, Model};
use crate::space::Binding;
use crate::support::Range;

impl Table {
    /// One column as the observations of a model, the others at hand as covariates.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is no such column.
    pub fn response(&self, name: &str) -> Result<Response<'_>> {
        self.responses([name])
    }

    /// Several columns as the observations of a model of vectors, the others at hand as covariates.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is no such column.
    pub fn responses<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Response<'_>> {
        let names: Vec<String> = names.into_iter().map(str::to_string).collect();
        names.iter().try_for_each(|name| self.column(name).map(|_| ()))?;
        Ok(Response { table: self, names })
    }

    /// Two columns as the ends of intervals that hold the observations: equal ends are an exact value, and an infinite
    /// or missing end is none.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is no such column, [`Error::NotNumeric`] if it holds text, [`Error::NotFinite`] if both
    /// ends of a row are missing.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let table = Table::from_csv("from,to\n1.2,1.2\n0.5,1.0\n2.0,\n,0.7\n".as_bytes())?;
    /// let fit = Weibull.fit(table.intervals("from", "to")?)?;
    /// assert_eq!(fit.n(), 4.0);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn intervals(&self, left: &str, right: &str) -> Result<CensoredResponse<'_>> {
        let (lefts, rights) = (self.numbers(left)?, self.numbers(right)?);
        if let Some(at) = lefts.iter().zip(rights).position(|(left, right)| left.is_nan() && right.is_nan()) {
            return Err(Error::NotFinite { row: at + 1, column: Some(left.to_string()), value: "nothing".to_string() });
        }
        let rows = Known::Ends(lefts, rights);
        Ok(CensoredResponse { table: self, rows, names: [left.to_string(), right.to_string()] })
    }

    /// A column of times, each observed where `event` is 1 and right-censored where it is 0.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is no such column, [`Error::NotNumeric`] if it holds text, [`Error::OutOfSupport`] if
    /// an event is neither 0 nor 1.
    pub fn events(&self, time: &str, event: &str) -> Result<CensoredResponse<'_>> {
        let (times, events) = (self.shared_numbers(time)?, self.shared_numbers(event)?);
        if let Some(at) = Range::COUNTS.within(0.0, 1.0).first_outside(events) {
            return Err(Error::OutOfSupport {
                row: at + 1,
                column: Some(event.to_string()),
                value: events[at].to_string(),
                model: "an event".to_string(),
                support: "1 (observed) or 0 (right-censored)".to_string(),
                others: Box::default(),
            });
        }
        if let Some(at) = Range::REAL.first_outside_of(times) {
            return Err(Error::NotFinite { row: at + 1, column: Some(time.to_string()), value: times[at].to_string() });
        }
        let rows = Known::Events(times, events);
        Ok(CensoredResponse { table: self, rows, names: [time.to_string(), time.to_string()] })
    }

    /// The columns that the predictors of `model` name, checked to be finite.
    pub(crate) fn covariates<M: Model>(&self, model: &M) -> Result<Vec<(String, Values)>> {
        let mut wanted: Vec<String> = Vec::new();
        for block in model.space().blocks() {
            if let Binding::Linear(predictor) = block.binding() {
                wanted.extend(predictor.columns.iter().chain(&predictor.offset).cloned());
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let covariate = |name: String| {
            let values = self.shared_numbers(&name)?;
            match Range::REAL.first_outside_of(values) {
                Some(at) => Err(Error::NotFinite { row: at + 1, column: Some(name), value: values[at].to_string() }),
                None => Ok((name, values.clone())),
            }
        };
        wanted.into_iter().map(covariate).collect()
    }

    /// The values of a column as a model reads them: numbers, or the places of its categories.
    fn coded<M: Model>(&self, name: &str, model: &M, at: usize) -> Result<Values> {
        let support = model.support();
        let range = support.ranges().get(at);
        let Some(levels) = range.and_then(|range| range.level_names()) else {
            return self.shared_numbers(name).cloned();
        };
        let texts: Vec<String> = match self.column(name)? {
            Column::Numbers(values) => values.iter().map(f64::to_string).collect(),
            Column::Text(values) => values.clone(),
        };
        // Of equal levels the first.
        let places: HashMap<&str, usize> =
            levels.iter().enumerate().rev().map(|(place, level)| (level.as_str(), place)).collect();
        let place = |(row, value): (usize, &String)| {
            places.get(value.as_str()).map(|&place| place as f64).ok_or_else(|| {
                if is_missing(value) {
                    return missing(row + 1, name);
                }
                let support = range.map(ToString::to_string).unwrap_or_default();
                let (column, value) = (Some(name.to_string()), value.clone());
                Error::OutOfSupport {
                    row: row + 1,
                    column,
                    value,
                    model: model.name(),
                    support,
                    others: Box::default(),
                }
            })
        };
        texts.iter().enumerate().map(place).collect()
    }
}

/// Columns of a table as the observations of a model, the others at hand as covariates.
#[derive(Debug, Clone)]
pub struct Response<'t> {
    table: &'t Table,
    names: Vec<String>,
}

impl<M: Model> Data<M> for Response<'_> {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        let width = model.support().width();
        if self.names.len() != width {
            let found = self.names.len();
            return Err(Error::Width { model: model.name(), row: 1, expected: width, found });
        }
        let mut columns = Vec::with_capacity(width);
        for (at, name) in self.names.iter().enumerate() {
            let column = self.table.coded(name, model, at)?;
            check_column(model, at, &column, |row| row + 1).map_err(|error| error.in_column(name))?;
            columns.push(column);
        }
        let covariates = self.table.covariates(model)?;
        Ok(vec![Term { covariates, ..Term::exact(model, columns)? }])
    }
}

/// Columns of a table as what is known of the observations of a model, the others at hand as covariates.
#[derive(Debug, Clone)]
pub struct CensoredResponse<'t> {
    table: &'t Table,
    rows: Known<'t>,
    names: [String; 2],
}

/// What two columns say of each row.
#[derive(Debug, Clone, Copy)]
enum Known<'t> {
    /// The ends of an interval; equal ones are an exact value, and a missing one is none.
    Ends(&'t [f64], &'t [f64]),
    /// A time, and 1 if it was observed.
    Events(&'t Values, &'t Values),
}

impl<M: Cdf> Data<M> for CensoredResponse<'_> {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        let width = model.support().width();
        if width != 1 {
            return Err(Error::Width { model: model.name(), row: 1, expected: width, found: 1 });
        }
        let mut bounds = Bounds::of(model);
        match self.rows {
            Known::Ends(lefts, rights) => {
                let open = |end: f64, none: f64| if end.is_nan() { none } else { end };
                for (place, (&left, &right)) in lefts.iter().zip(rights).enumerate() {
                    if left == right {
                        bounds.exact(place, left);
                    } else {
                        let ends = (open(left, f64::NEG_INFINITY), open(right, f64::INFINITY));
                        let added = bounds.interval(place, ends.0, ends.1);
                        added.map_err(|error| error.in_column(&self.names[0]))?;
                    }
                }
            }
            Known::Events(times, events) => bounds.events(times, events)?,
        }
        let covariates = self.table.covariates(model)?;
        let mut terms = bounds.terms(model).map_err(|error| error.in_column(&self.names[0]))?;
        for term in &mut terms {
            let place = |row: usize| term.row_number(row) - 1;
            let own = |column: &Values| (0..term.rows()).map(|row| column[place(row)]).collect();
            term.covariates = covariates.iter().map(|(name, column)| (name.clone(), own(column))).collect();
        }
        Ok(terms)
    }
}
