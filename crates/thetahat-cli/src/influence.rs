//! `thetahat influence`: how much each row matters to a fit.

use std::process::ExitCode;

use serde_json::json;
use thetahat::error::Result;

use crate::arguments::{self, Format};
use crate::fit::fitted;
use crate::report::{Answer, about, answer};

/// As many rows as a person reads, if not told otherwise.
const ROWS_FOR_PEOPLE: usize = 10;

pub(crate) fn run(arguments: &arguments::Influence) -> ExitCode {
    let format = arguments.question.format;
    answer(report(arguments, format), format)
}

fn report(arguments: &arguments::Influence, format: Format) -> Result<String> {
    let (_, fit) = fitted(&arguments.question)?;
    let mut influence = fit.influence()?;
    influence.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    let all = influence.len();
    let default = if format == Format::Text { ROWS_FOR_PEOPLE } else { all };
    influence.truncate(arguments.rows.unwrap_or(default));
    // A parameter may be called `row`: programs are given names of columns that are apart.
    let column = |name: &String| if format == Format::Text { name.clone() } else { format!("shift_{name}") };
    let estimates = fit.estimates();
    let header = ["row", "distance"].map(str::to_string).into_iter();
    let rows = influence.iter().map(|one| {
        let shifts = one.shifts.iter().zip(estimates).map(|(shift, estimate)| (shift / estimate.std_error).into());
        [one.row.into(), one.distance.into()].into_iter().chain(shifts).collect()
    });
    let (shown, k) = (influence.len(), fit.free_parameters());
    let mut note = vec![
        "Columns of estimates: the change if one observation like this were left out, in standard errors, to first order."
            .to_string(),
        format!(
            "Distance: twice how far the log-likelihood would fall there, to be held against χ² of {k} {}.",
            if k == 1 { "degree of freedom" } else { "degrees of freedom" }
        ),
    ];
    if (all as f64) < fit.n() {
        note.push(format!("{} observations are {all} rows, the first of those that are equal.", fit.n()));
    }
    if shown < all {
        note.push(format!("{shown} of {all} rows; --rows {all} shows all."));
    }
    let answer = Answer {
        title: format!("{}: influence of rows, the greatest first", fit.heading()),
        about: about(&fit, json!({"unit": "std_error"})),
        list: "rows",
        header: header.chain(estimates.iter().map(|estimate| column(&estimate.name))).collect(),
        rows: rows.collect(),
        note: note.join("\n  "),
    };
    Ok(answer.print(format))
}
