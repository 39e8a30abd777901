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
    let rows: Vec<(&Estimate, f64, f64)> = fit
        .estimates()
        .iter()
        .map(|estimate| estimate.interval(level).map(|(lower, upper)| (estimate, lower, upper)))
        .collect::<Result<_>>()?;
    Ok(match format {
        Format::Text => fit.table(level)?,
        Format::Json => format!("{:#}", fit_json(fit, level, &rows)),
        Format::Csv | Format::Markdown => {
            let header = ["name", "value", "std_error", "lower", "upper"].map(str::to_string).to_vec();
            let line = |(estimate, lower, upper): &(&Estimate, f64, f64)| {
                let numbers = [estimate.value, estimate.std_error, *lower, *upper];
                std::iter::once(estimate.name.clone()).chain(numbers.map(|x| x.to_string())).collect()
            };
            let table: Vec<Vec<String>> = std::iter::once(header).chain(rows.iter().map(line)).collect();
            if format == Format::Csv {
                table.iter().map(|row| csv_line(row)).collect::<Vec<_>>().join("\n")
            } else {
                markdown_table(&table)
            }
        }
    })
}

fn fit_json(fit: &Fit, level: f64, rows: &[(&Estimate, f64, f64)]) -> Value {
    let estimates = rows.iter().map(|(estimate, lower, upper)| {
        json!({
            "name": estimate.name,
            "value": number(estimate.value),
            "std_error": number(estimate.std_error),
            "lower": number(*lower),
            "upper": number(*upper),
        })
    });
    let nats = fit.cross_entropy();
    let certificate = fit.certificate();
    json!({
        "model": fit.model(),
        "n": number(fit.n()),
        "estimates": estimates.collect::<Vec<_>>(),
        "level": level,
        "errors": fit.covariance().kind().word(),
        "log_likelihood": number(fit.log_likelihood()),
        "penalty": fit.penalty_name(),
        "penalised_log_likelihood": fit.penalty().map(|penalty| number(fit.log_likelihood() + penalty)),
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
    })
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
