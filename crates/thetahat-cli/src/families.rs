//! `thetahat families`: what can be fitted, with parameters and supports.

use std::process::ExitCode;

use serde_json::json;
use thetahat::families::{FAMILIES, Schema};
use thetahat::{Model, Table};

use crate::arguments::{self, Format};
use crate::report::{csv_line, markdown_table};

struct Line {
    name: &'static str,
    parameters: Vec<(String, String)>,
    support: String,
    has_cdf: bool,
}

pub(crate) fn run(arguments: &arguments::Families) -> ExitCode {
    let lines = lines();
    let text = |line: &Line| -> Vec<String> {
        let parameters: Vec<String> =
            line.parameters.iter().map(|(name, domain)| format!("{name} ({domain})")).collect();
        let censored = if line.has_cdf { "yes" } else { "no" };
        vec![line.name.to_string(), parameters.join(", "), line.support.clone(), censored.to_string()]
    };
    let header = ["family", "parameters", "support", "censored data"].map(str::to_string).to_vec();
    let table: Vec<Vec<String>> = std::iter::once(header).chain(lines.iter().map(text)).collect();
    match arguments.format {
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
            println!("{:#}", json!(lines.iter().map(entry).collect::<Vec<_>>()));
        }
        Format::Csv => table.iter().for_each(|row| println!("{}", csv_line(row))),
        Format::Markdown => println!("{}", markdown_table(&table)),
        Format::Text => {
            let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let (first, second) = (width(0), width(1));
            for row in &table {
                println!("{:<first$}  {:<second$}  {}", row[0], row[1], row[2]);
            }
        }
    }
    ExitCode::SUCCESS
}

/// Each family on a table of two columns, which stand for whatever the data will be.
fn lines() -> Vec<Line> {
    let example = Table::from_csv("x1,x2\na,b\nc,d\n".as_bytes()).expect("the example is a table");
    let schema = Schema::of(&example, ["x1", "x2"]);
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
