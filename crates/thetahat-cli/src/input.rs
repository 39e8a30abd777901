//! From a file to data.

use std::fs::File;
use std::path::Path;

use thetahat::data::{CensoredResponse, Column, Response, Term, Weighted};
use thetahat::error::{Error, Result};
use thetahat::{AnyModel, Data, Table};

use crate::arguments;

/// Reads the table; `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Table> {
    if file == Path::new("-") {
        return Table::from_csv(std::io::stdin().lock());
    }
    let opened = File::open(file);
    let opened = opened.map_err(|error| Error::Table { message: format!("{}: {error}", file.display()) })?;
    Table::from_csv(std::io::BufReader::new(opened))
}

/// The table, with a column for the number of trials if that is the same in all rows. The column is called what it holds.
pub(crate) fn with_trials(table: Table, arguments: &arguments::Data) -> Result<Table> {
    let Some(trials) = &arguments.trials else { return Ok(table) };
    match (table.column(trials), trials.parse::<f64>()) {
        (Err(_), Ok(number)) => {
            let column = Column::Numbers(vec![number; table.rows()]);
            table.with_column(trials, column)
        }
        _ => Ok(table),
    }
}

/// The observations in the table, as the arguments say.
pub(crate) enum Observations<'t> {
    Exact(Response<'t>),
    Censored(CensoredResponse<'t>),
    Weighted(Box<Observations<'t>>, &'t [f64]),
}

impl Data<AnyModel> for Observations<'_> {
    fn terms(self, model: &AnyModel) -> Result<Vec<Term>> {
        match self {
            Observations::Exact(rows) => rows.terms(model),
            Observations::Censored(rows) => rows.terms(model),
            Observations::Weighted(rows, weights) => Weighted::frequency(*rows, weights).terms(model),
        }
    }
}

/// The columns that hold the observations.
pub(crate) fn columns(table: &Table, arguments: &arguments::Data) -> Result<Vec<String>> {
    if let Some((left, _)) = interval(arguments)? {
        return Ok(vec![left]);
    }
    let trials = arguments.trials.iter().cloned();
    if !arguments.columns.is_empty() {
        return Ok(arguments.columns.iter().cloned().chain(trials).collect());
    }
    let special = [&arguments.weights, &arguments.event, &arguments.trials];
    let candidates: Vec<&str> =
        table.names().filter(|name| !special.iter().any(|s| s.as_deref() == Some(*name))).collect();
    let numeric: Vec<&str> = candidates.iter().copied().filter(|name| table.numbers(name).is_ok()).collect();
    match (&numeric[..], &candidates[..]) {
        ([only], _) | ([], [only]) => Ok(std::iter::once(only.to_string()).chain(trials).collect()),
        _ => {
            let names = candidates.join(", ");
            Err(Error::Table { message: format!("say which column holds the observations with --column: {names}") })
        }
    }
}

pub(crate) fn observations<'t>(
    table: &'t Table,
    columns: &[String],
    arguments: &arguments::Data,
) -> Result<Observations<'t>> {
    let rows = match (interval(arguments)?, &arguments.event) {
        (Some((left, right)), _) => Observations::Censored(table.intervals(&left, &right)?),
        (None, Some(event)) => {
            let [time] = columns else {
                return Err(Error::Table { message: "--event goes with one --column of times".to_string() });
            };
            Observations::Censored(table.events(time, event)?)
        }
        (None, None) => Observations::Exact(table.responses(columns.iter().map(String::as_str))?),
    };
    match &arguments.weights {
        None => Ok(rows),
        Some(weights) => Ok(Observations::Weighted(Box::new(rows), table.numbers(weights)?)),
    }
}

fn interval(arguments: &arguments::Data) -> Result<Option<(String, String)>> {
    let Some(both) = &arguments.interval else { return Ok(None) };
    let ends: Vec<&str> = both.split(',').map(str::trim).collect();
    match ends[..] {
        [left, right] => Ok(Some((left.to_string(), right.to_string()))),
        _ => {
            Err(Error::Table { message: format!("--interval takes two columns, LEFT,RIGHT, and `{both}` is not two") })
        }
    }
}
