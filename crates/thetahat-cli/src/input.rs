//! From a file to data.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use thetahat::data::{CensoredResponse, Column, Response, Term, Weighted, Windowed};
use thetahat::error::{Error, Result};
use thetahat::inference::Censoring;
use thetahat::{AnyModel, Data, Table};

use crate::arguments;

/// Reads the table; `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Table> {
    let name = if file == Path::new("-") { "standard input".to_string() } else { file.display().to_string() };
    let fail = |message: String| Error::Table { message: format!("{name}: {message}") };
    let table = if file == Path::new("-") {
        Table::from_csv(std::io::stdin().lock())
    } else {
        if file.is_dir() {
            return Err(fail("this is a directory, not a CSV file".to_string()));
        }
        let opened = File::open(file).map_err(|error| match error.kind() {
            ErrorKind::NotFound => fail("there is no such file".to_string()),
            _ => fail(error.to_string()),
        })?;
        Table::from_csv(BufReader::new(opened))
    };
    let table = table.map_err(|error| match error {
        Error::Table { message } => fail(message),
        other => other,
    })?;
    if table.names().all(|name| name.parse::<f64>().is_ok()) {
        let names: Vec<&str> = table.names().collect();
        eprintln!("note: {name}: the first row, `{}`, is read as names of columns, not as data", names.join(","));
    }
    Ok(table)
}

/// The table, with a column for the number of trials if that is the same in all rows. The column is called what it holds.
pub(crate) fn with_trials(table: Table, arguments: &arguments::Data) -> Result<Table> {
    let Some(trials) = &arguments.trials else { return Ok(table) };
    match (table.column(trials), trials.parse::<f64>()) {
        (Err(_), Ok(number)) => {
            let column = Column::from(vec![number; table.rows()]);
            table.with_column(trials, column)
        }
        _ => Ok(table),
    }
}

/// The observations in the table, as the arguments say.
#[derive(Clone)]
pub(crate) enum Observations<'t> {
    Exact(Response<'t>),
    Censored(CensoredResponse<'t>),
    Windowed(Box<Observations<'t>>, Arc<Window>),
    Frequency(Box<Observations<'t>>, &'t [f64]),
    Sampling(Box<Observations<'t>>, &'t [f64]),
}

impl Data<AnyModel> for Observations<'_> {
    fn terms(self, model: &AnyModel) -> Result<Vec<Term>> {
        match self {
            Observations::Exact(rows) => rows.terms(model),
            Observations::Censored(rows) => rows.terms(model),
            Observations::Windowed(rows, window) => {
                let terms = Windowed::between(*rows, &window.lower, &window.upper).terms(model);
                terms.map_err(|error| error.in_column(&window.observed))
            }
            Observations::Frequency(rows, weights) => Weighted::frequency(*rows, weights).terms(model),
            Observations::Sampling(rows, weights) => Weighted::sampling(*rows, weights).terms(model),
        }
    }
}

/// Where each row had to lie to be observed at all.
pub(crate) struct Window {
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// The column of what was observed.
    observed: String,
}

impl Window {
    /// Bounds that are columns, numbers for all rows, or nothing.
    fn of(table: &Table, [lower, upper]: [&str; 2], observed: &str) -> Result<Window> {
        let bounds = |text: &str, none: f64| match (table.numbers(text), text.parse::<f64>()) {
            _ if text.is_empty() => Ok(vec![none; table.rows()]),
            (Err(Error::Unknown { .. }), Ok(number)) => Ok(vec![number; table.rows()]),
            (Ok(cells), _) => Ok(cells.iter().map(|&cell| if cell.is_nan() { none } else { cell }).collect()),
            (Err(error), _) => Err(error),
        };
        let observed = observed.to_string();
        let window =
            Window { lower: bounds(lower, f64::NEG_INFINITY)?, upper: bounds(upper, f64::INFINITY)?, observed };
        let empty = window.lower.iter().zip(&window.upper).position(|(lower, upper)| lower >= upper);
        match empty {
            None => Ok(window),
            Some(at) => {
                let (left, right) = (window.lower[at], window.upper[at]);
                Err(Error::EmptyInterval { row: at + 1, column: Some(lower.to_string()), left, right })
            }
        }
    }
}

/// The columns that hold the observations.
pub(crate) fn columns(table: &Table, arguments: &arguments::Data) -> Result<Vec<String>> {
    if let Some((left, _)) = interval(arguments)? {
        return Ok(vec![left]);
    }
    let twice = arguments.columns.iter().enumerate().find(|(at, name)| arguments.columns[..*at].contains(name));
    if let Some((_, name)) = twice {
        return Err(Error::Table { message: format!("--column {name} is given twice") });
    }
    let trials = arguments.trials.iter().cloned();
    if !arguments.columns.is_empty() {
        return Ok(arguments.columns.iter().cloned().chain(trials).collect());
    }
    let a = arguments;
    let special = [&a.weights, &a.sampling_weights, &a.event, &a.trials, &a.entry];
    let special: Vec<&str> =
        special.into_iter().flatten().map(String::as_str).chain(window(arguments)?.into_iter().flatten()).collect();
    let candidates: Vec<&str> = table.names().filter(|name| !special.contains(name)).collect();
    let numeric: Vec<&str> = candidates.iter().copied().filter(|name| table.numbers(name).is_ok()).collect();
    match (&numeric[..], &candidates[..]) {
        ([only], _) | ([], [only]) => Ok(std::iter::once(only.to_string()).chain(trials).collect()),
        _ => {
            let names = candidates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = format!("say which column holds the observations: --column NAME, of {names}");
            Err(Error::Table { message })
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
    if let Some(entry) = &arguments.entry
        && let Some(at) = table.numbers(entry)?.iter().position(|time| time.is_nan())
    {
        let (column, value) = (Some(entry.clone()), "a missing value".to_string());
        return Err(Error::NotFinite { row: at + 1, column, value });
    }
    let rows = match window(arguments)? {
        Some(ends) => {
            let observed = columns.first().map_or("", String::as_str);
            Observations::Windowed(Box::new(rows), Arc::new(Window::of(table, ends, observed)?))
        }
        None => rows,
    };
    match (&arguments.weights, &arguments.sampling_weights) {
        (Some(weights), _) => Ok(Observations::Frequency(Box::new(rows), table.numbers(weights)?)),
        (None, Some(weights)) => Ok(Observations::Sampling(Box::new(rows), table.numbers(weights)?)),
        (None, None) => Ok(rows),
    }
}

/// The lower and the upper bound of the windows of rows.
fn window(arguments: &arguments::Data) -> Result<Option<[&str; 2]>> {
    let both = match (&arguments.entry, &arguments.window) {
        (Some(entry), _) => return Ok(Some([entry, ""])),
        (None, None) => return Ok(None),
        (None, Some(both)) => both,
    };
    let ends: Vec<&str> = both.split(',').map(str::trim).collect();
    match ends[..] {
        [lower, upper] if !(lower.is_empty() && upper.is_empty()) => Ok(Some([lower, upper])),
        _ => {
            let message =
                format!("--window takes two bounds, LOWER,UPPER, of which one may be nothing, and not `{both}`");
            Err(Error::Table { message })
        }
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

/// How rows came to be censored, as an argument says.
pub(crate) fn censoring(text: &str, table: &Table, arguments: &arguments::Data) -> Result<Censoring> {
    match (text, text.parse::<f64>()) {
        ("independent", _) => Ok(Censoring::Independent),
        ("schedule", _) => {
            let Some((left, right)) = interval(arguments)? else {
                let message = "a schedule is that of rows given by --interval".to_string();
                return Err(Error::Table { message });
            };
            let ends = table.numbers(&left)?.iter().chain(table.numbers(&right)?);
            let mut times: Vec<f64> = ends.copied().filter(|time| time.is_finite()).collect();
            times.sort_by(f64::total_cmp);
            times.dedup();
            Ok(Censoring::Schedule(times))
        }
        (_, Ok(time)) => Ok(Censoring::FixedTimes(vec![time])),
        (name, Err(_)) => Ok(Censoring::FixedTimes(table.numbers(name)?.to_vec())),
    }
}
