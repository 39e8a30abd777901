//! `thetahat families`: what can be fitted, with parameters and supports.

use std::process::ExitCode;

use serde_json::json;
use thetahat::Model;
use thetahat::families::{FAMILIES, Schema};

use crate::arguments::{self, Format};
use crate::report::{csv_line, markdown_table, names, print};

struct Line {
    name: &'static str,
    parameters: Vec<(String, String)>,
    support: String,
    has_cdf: bool,
}

pub(crate) fn run(arguments: &arguments::Families) -> ExitCode {
    let lines = lines();
    let cells = |line: &Line| -> Vec<String> {
        // A program gets all names.
        let parameters = match arguments.format {
            Format::Csv => line.parameters.iter().map(|(name, domain)| format!("{name} ({domain})")).collect(),
            _ => in_short(&line.parameters),
        };
        let censored = if line.has_cdf { "yes" } else { "no" };
        vec![line.name.to_string(), parameters.join(", "), censored.to_string(), line.support.clone()]
    };
    let header = match arguments.format {
        Format::Text => names(["family", "parameters", "censored data", "support"]),
        // The keys in JSON.
        _ => names(["name", "parameters", "censored", "support"]),
    };
    let table: Vec<Vec<String>> = std::iter::once(header).chain(lines.iter().map(cells)).collect();
    let lines_of = |line: &dyn Fn(&Vec<String>) -> String| table.iter().map(line).collect::<Vec<_>>().join("\n");
    print(&match arguments.format {
        Format::Json => {
            let entry = |line: &Line| {
                let parameters = line.parameters.iter().map(|(name, domain)| json!({"name": name, "domain": domain}));
                json!({
                    "name": line.name,
                    "parameters": parameters.collect::<Vec<_>>(),
                    "support": line.support,
                    "censored": line.has_cdf,
                })
            };
            format!("{:#}", json!({"families": lines.iter().map(entry).collect::<Vec<_>>()}))
        }
        Format::Csv => lines_of(&|row| csv_line(row)),
        Format::Markdown => markdown_table(&table),
        Format::Text => {
            let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let (first, second, third) = (width(0), width(1), width(2));
            lines_of(&|row| format!("{:<first$}  {:<second$}  {:<third$}  {}", row[0], row[1], row[2], row[3]))
        }
    });
    ExitCode::SUCCESS
}

/// Parameters that follow one another with one domain, as one: `mu_x1 … mu_x3 (real)`.
fn in_short(parameters: &[(String, String)]) -> Vec<String> {
    let name = |run: &[(String, String)]| match run {
        [] => String::new(),
        [(name, domain)] => format!("{name} ({domain})"),
        [(first, domain), (second, _)] => format!("{first}, {second} ({domain})"),
        [(first, domain), .., (last, _)] => format!("{first} … {last} ({domain})"),
    };
    let is_one_run = |a: &(String, String), b: &(String, String)| a.1 == b.1 && stem(&a.0) == stem(&b.0);
    parameters.chunk_by(is_one_run).map(name).collect()
}

/// What stands before the `_` or the digits at the end of a name.
fn stem(name: &str) -> &str {
    name.split_once('_').map_or(name, |(stem, _)| stem).trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Each family on example columns, which stand for whatever the data will be.
fn lines() -> Vec<Line> {
    let schema = Schema::example();
    let line = |family: &thetahat::families::Family| {
        let model = family.model(&schema).ok()?;
        let space = model.space();
        let parameters = space.blocks().iter().flat_map(|block| {
            let domain = block.domain().to_string();
            block.names().iter().map(move |name| (name.clone(), domain.clone())).collect::<Vec<_>>()
        });
        let parameters = parameters.collect();
        let support = model.support().to_string();
        Some(Line { name: family.name, parameters, support, has_cdf: model.has_cdf() })
    };
    FAMILIES.iter().filter_map(line).collect()
}
