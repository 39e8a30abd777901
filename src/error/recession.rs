//! [`Recession`]: an estimate that lies at infinity, with what is known of it.

use std::fmt;

use crate::number::significant;

/// A log-likelihood that increases towards a supremum which it does not reach: what is known instead of an estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Recession {
    /// The model.
    pub model: String,
    /// Where the parameters run to, in words: `df → ∞`.
    pub ends: String,
    /// The direction: names of what is estimated, on their free scale, with their parts; the greatest part is ± 1. Empty
    /// where the words say all.
    pub direction: Vec<(String, f64)>,
    /// The supremum of the log-likelihood, in nats.
    pub supremum: f64,
    /// The best point found on the way there: the names and values of what was to be estimated.
    pub point: Vec<(String, f64)>,
    /// The log-likelihood at that point, in nats.
    pub log_likelihood: f64,
    /// The rows that a linear predictor separates, if that is the reason.
    pub separation: Option<Separation>,
}

/// Rows that a linear predictor sets apart from the others: along the direction their likelihoods rise, and no row's
/// falls.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    /// Whether every row is: the separation is complete. Else it is quasi-complete, and the likelihoods of the other rows
    /// stay as they are along the direction.
    pub is_complete: bool,
    /// The separated rows, counted from 1, in order.
    pub rows: Vec<usize>,
    /// The coefficients that the other rows determine: their estimates are finite.
    pub finite: Vec<String>,
}

/// This many rows are named in a sentence.
const MOST_ROWS: usize = 5;

impl fmt::Display for Recession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A log-likelihood to six decimals, without the sign of a zero.
        let supremum = (self.supremum * 1e6).round() / 1e6 + 0.0;
        write!(
            f,
            "no finite estimate of {}: the log-likelihood increases towards {supremum} as {}, and does not reach it",
            self.model, self.ends
        )?;
        if let Some(separation) = &self.separation {
            write!(f, ", because {} {separation}", combination(&self.direction))?;
        }
        f.write_str("; fix a parameter, or give data that contradict that end")?;
        if self.separation.is_some() {
            f.write_str(", or add a penalty (Firth's in logistic and in Poisson log-linear regression, else a ridge)")?;
        }
        Ok(())
    }
}

impl fmt::Display for Separation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_complete {
            f.write_str("separates all rows (complete separation)")?;
        } else {
            write!(f, "separates {} from the others (quasi-complete separation)", listed(&self.rows))?;
        }
        match &self.finite[..] {
            [] => Ok(()),
            [one] => write!(f, "; `{one}` stays finite"),
            several => {
                let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "; {} stay finite", names.join(", "))
            }
        }
    }
}

/// Some rows in words: `rows 1, 3, 7 and 20 more`.
pub(crate) fn listed(rows: &[usize]) -> String {
    let shown = if rows.len() <= MOST_ROWS + 1 { rows } else { &rows[..MOST_ROWS] };
    let numbers: Vec<String> = shown.iter().map(usize::to_string).collect();
    let more = rows.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("row{} {}{more}", if rows.len() == 1 { "" } else { "s" }, numbers.join(", "))
}

/// A direction as a sum: `x − 2.5 · (Intercept)`.
fn combination(direction: &[(String, f64)]) -> String {
    let mut text = String::new();
    for (at, (name, part)) in direction.iter().enumerate() {
        let sign = match (at, *part < 0.0) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        };
        let size = significant(part.abs(), 4);
        let size = if size.contains(['.']) && !size.contains('e') {
            size.trim_end_matches('0').trim_end_matches('.')
        } else {
            &size
        };
        text.push_str(sign);
        match (name == "(Intercept)", size == "1") {
            (true, _) => text.push_str(size),
            (false, true) => text.push_str(name),
            (false, false) => text.push_str(&format!("{size} · {name}")),
        }
    }
    text
}
