//! What a person or a program reads.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};
use thetahat::error::{Error, Result};
use thetahat::{Estimate, Fit};

use crate::arguments::Format;

/// Prints a result on standard output. A reader that has gone away, as in `thetahat families | head -1`, is no error.
pub(crate) fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints an answer or what is in its way, and says so by the exit code.
pub(crate) fn answer(text: Result<String>, format: Format) -> ExitCode {
    match text {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            failure(&error, format);
            ExitCode::from(if error.is_estimation() { 1 } else { 2 })
        }
    }
}

/// An answer: what is said once, and one list, which is the table for people and CSV, and a list of objects in JSON.
pub(crate) struct Answer {
    /// For people, before the table.
    pub(crate) title: String,
    /// In JSON, beside the list.
    pub(crate) about: Value,
    /// What is listed.
    pub(crate) list: &'static str,
    /// The names of the columns, which are the keys in JSON.
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// For people, after the table.
    pub(crate) note: String,
}

/// What stands in a table.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(String),
    /// A word of ours, in which people see blanks for underscores.
    Word(&'static str),
    Number(f64),
    Count(usize),
    Nothing,
}

impl From<f64> for Cell {
    fn from(value: f64) -> Cell {
        Cell::Number(value)
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Cell {
        Cell::Count(value)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Cell {
        value.map_or(Cell::Nothing, Cell::Number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_string())
    }
}

impl Cell {
    fn json(&self) -> Value {
        match self {
            Cell::Text(text) => json!(text),
            Cell::Word(word) => json!(word),
            Cell::Number(value) => number(*value),
            Cell::Count(count) => json!(count),
            Cell::Nothing => Value::Null,
        }
    }

    fn text(&self, format: Format) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Word(word) if format == Format::Text => word.replace('_', " "),
            Cell::Word(word) => word.to_string(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(value) => cell(*value, format),
            Cell::Nothing => String::new(),
        }
    }
}

impl Answer {
    /// The answer in a format.
    pub(crate) fn print(self, format: Format) -> String {
        if format != Format::Json {
            let line = |row: &Vec<Cell>| row.iter().map(|cell| cell.text(format)).collect();
            let rows: Vec<Vec<String>> = std::iter::once(self.header).chain(self.rows.iter().map(line)).collect();
            return table(&self.title, &rows, &self.note, format);
        }
        let entry = |row: &Vec<Cell>| {
            self.header.iter().cloned().zip(row.iter().map(Cell::json)).collect::<serde_json::Map<_, _>>()
        };
        let list: Vec<Value> = self.rows.iter().map(|row| Value::Object(entry(row))).collect();
        format!("{:#}", merged(self.about, json!({ self.list: list })))
    }
}

/// Names of columns.
pub(crate) fn names<const K: usize>(names: [&str; K]) -> Vec<String> {
    names.map(str::to_string).to_vec()
}

/// What every answer of a fit says in JSON, with `more`.
pub(crate) fn about(fit: &Fit, more: Value) -> Value {
    let about = json!({
        "model": fit.model(),
        "n": number(fit.n()),
        "log_likelihood": number(fit.log_likelihood()),
        "penalty": fit.penalty_name(),
        "penalised_log_likelihood": fit.penalty().map(|penalty| number(fit.log_likelihood() + penalty)),
    });
    merged(about, more)
}

fn merged(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

/// A table, its first row the header: for people after a `title` and before a `note`, or as CSV or Markdown.
pub(crate) fn table(title: &str, rows: &[Vec<String>], note: &str, format: Format) -> String {
    match format {
        Format::Csv => rows.iter().map(|row| csv_line(row)).collect::<Vec<_>>().join("\n"),
        Format::Markdown => markdown_table(rows),
        Format::Text | Format::Json => {
            let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
            let line = |row: &Vec<String>| {
                let cells = row.iter().zip(&widths).enumerate();
                let cells =
                    cells.map(|(at, (cell, w))| if at == 0 { format!("{cell:<w$}") } else { format!("{cell:>w$}") });
                format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_string()
            };
            let lines = rows.iter().map(line).collect::<Vec<_>>().join("\n");
            let note = if note.is_empty() { String::new() } else { format!("\n\n  {note}") };
            format!("{title}\n\n{lines}{note}")
        }
    }
}

/// A number for a table: to six digits for people, as it is for programs.
pub(crate) fn cell(value: f64, format: Format) -> String {
    if format != Format::Text || !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor();
    if value == 0.0 || (-4.0..12.0).contains(&magnitude) {
        let places = if value == 0.0 { 0 } else { (5.0 - magnitude).max(0.0) as usize };
        format!("{value:.places$}")
    } else {
        format!("{value:.5e}")
    }
}

/// A fit in the format asked for, with intervals at this level.
pub(crate) fn fit(fit: &Fit, level: f64, format: Format) -> Result<String> {
    if format == Format::Text {
        return fit.table(level);
    }
    let row = |estimate: &Estimate| {
        let (lower, upper) = estimate.interval(level)?;
        Ok(estimate_row(&estimate.name, [estimate.value, estimate.std_error, lower, upper]))
    };
    let rows = fit.estimates().iter().map(row).collect::<Result<_>>()?;
    let (title, note) = (String::new(), String::new());
    let answer = Answer { title, about: about_fit(fit, level), list: "estimates", header: names(ESTIMATE), rows, note };
    Ok(answer.print(format))
}

/// What is listed of an estimate, whichever verb lists it.
pub(crate) const ESTIMATE: [&str; 5] = ["name", "value", "std_error", "lower", "upper"];

/// The cells of [`ESTIMATE`].
pub(crate) fn estimate_row(name: &str, numbers: [f64; 4]) -> Vec<Cell> {
    std::iter::once(Cell::from(name)).chain(numbers.map(Cell::from)).collect()
}

fn about_fit(fit: &Fit, level: f64) -> Value {
    let nats = fit.cross_entropy();
    let certificate = fit.certificate();
    let own = json!({
        "level": level,
        "interval": "wald",
        "errors": fit.covariance().kind().word(),
        "aic": fit.aic().map(number),
        "bic": fit.bic().map(number),
        "cross_entropy": {"nats": number(nats), "bits": number(nats / std::f64::consts::LN_2)},
        "outcome": fit.outcome().word(),
        "scope": fit.scope().word(),
        "detail": fit.detail(),
        "certificate": {
            "edm": number(certificate.edm),
            "condition": number(certificate.condition),
            "iterations": certificate.iterations,
            "passes": certificate.passes,
            "starts_agree": certificate.starts_agree,
        },
    });
    about(fit, own)
}

/// A number, an integer if it is one; null if it is not finite.
pub(crate) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

/// An error: one JSON object on standard output in that format, a sentence on standard error otherwise.
pub(crate) fn failure(error: &Error, format: Format) {
    if format == Format::Json {
        print_error(error.kind(), &error.to_string(), error.row(), &error.rows(), error.column());
    } else {
        eprintln!("error: {error}");
    }
}

/// Arguments that clap refused, or its answer to `--help` and `--version`.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().to_lowercase()).collect();
    let asked = arguments.windows(2).any(|pair| pair == ["--format", "json"]);
    if error.use_stderr() && (asked || arguments.iter().any(|argument| argument == "--format=json")) {
        let text = error.to_string();
        print_error("usage", text.trim_start_matches("error: ").trim_end(), None, &[], None);
    } else {
        let _ = error.print();
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn print_error(kind: &str, message: &str, row: Option<usize>, rows: &[usize], column: Option<&str>) {
    let error = json!({"kind": kind, "message": message, "row": row, "rows": rows, "column": column});
    print(&format!("{:#}", json!({"error": error})));
}

/// A row of comma-separated values, quoted where needed.
pub(crate) fn csv_line(cells: &[String]) -> String {
    let quoted = cells.iter().map(|cell| {
        if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    });
    quoted.collect::<Vec<_>>().join(",")
}

/// A Markdown table; the first row is its header.
pub(crate) fn markdown_table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{:<width$}", cell.replace('|', "\\|")));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    let (header, body) = rows.split_first().expect("a table has a header");
    let mut lines = vec![line(header), line(&rule)];
    lines.extend(body.iter().map(line));
    lines.join("\n")
}
