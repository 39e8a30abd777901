//! Fits against estimates of 50-digit arithmetic: every case in `tests/reference`, found by listing the folder.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use thetahat::families::Schema;
use thetahat::language;
use thetahat::prelude::*;

/// One case, as its file says; `tests/reference/README.md` explains the fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    model: String,
    data: Roles,
    #[serde(rename = "source")]
    _source: serde_json::Value,
    #[serde(rename = "density")]
    _density: String,
    n: f64,
    log_likelihood: f64,
    parameters: Vec<String>,
    estimate: Vec<f64>,
    /// None where theory gives none.
    standard_error: Vec<Option<f64>>,
    /// None where the case does not say.
    covariance: Option<Vec<Vec<f64>>>,
}

/// Which columns of the table are what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    #[serde(default)]
    columns: Vec<String>,
    interval: Option<[String; 2]>,
    weights: Option<String>,
    sampling_weights: Option<String>,
    /// Since when a row was observed.
    entry: Option<String>,
}

/// How close a fit came.
#[derive(Debug, Default)]
struct Reached {
    /// Largest error of an estimate, in standard errors.
    estimate: f64,
    /// Largest relative error of a standard error.
    standard_error: f64,
    /// Largest error of a covariance, in products of two standard errors.
    covariance: f64,
    /// Error of the log-likelihood, relative to it, or to 100 where it is smaller.
    log_likelihood: f64,
}

impl Reached {
    const BAR: Reached = Reached { estimate: 1e-6, standard_error: 1e-6, covariance: 2e-6, log_likelihood: 1e-11 };

    fn passes(&self) -> bool {
        // Written so that NaN does not pass.
        self.estimate <= Self::BAR.estimate
            && self.standard_error <= Self::BAR.standard_error
            && self.covariance <= Self::BAR.covariance
            && self.log_likelihood <= Self::BAR.log_likelihood
    }
}

/// The greater of the two; NaN if either is.
fn greater(a: f64, b: f64) -> f64 {
    if a >= b || a.is_nan() { a } else { b }
}

fn text<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

fn fitted(case: &Case, table: &Table) -> Result<Fit, String> {
    let roles = &case.data;
    let model = language::parse(&case.model, &Schema::of(table, roles.columns.clone())).map_err(text)?;
    let numbers = |name: &Option<String>| name.as_ref().map(|name| table.numbers(name)).transpose().map_err(text);
    let (frequencies, sampling) = (numbers(&roles.weights)?, numbers(&roles.sampling_weights)?);
    let entry = numbers(&roles.entry)?;
    let fit = match (&roles.interval, frequencies, sampling) {
        (Some([left, right]), None, None) => {
            let intervals = table.intervals(left, right).map_err(text)?;
            match entry {
                Some(entry) => model.fit(Windowed::after(intervals, entry)),
                None => model.fit(intervals),
            }
        }
        _ if entry.is_some() => return Err("entries beside other than intervals".to_string()),
        (Some([left, right]), Some(weights), None) => {
            model.fit(Weighted::frequency(table.intervals(left, right).map_err(text)?, weights))
        }
        (None, weights, sampling) => {
            let response = table.responses(roles.columns.iter().map(String::as_str)).map_err(text)?;
            match (weights, sampling) {
                (None, None) => model.fit(response),
                (Some(weights), None) => model.fit(Weighted::frequency(response, weights)),
                (None, Some(weights)) => model.fit(Weighted::sampling(response, weights)),
                (Some(_), Some(_)) => return Err("weights of two kinds".to_string()),
            }
        }
        _ => return Err("sampling weights of intervals".to_string()),
    };
    fit.map_err(text)
}

/// How close the fit of a case comes, or why there is none.
fn reached(path: &Path) -> Result<Reached, String> {
    let case: Case = serde_json::from_str(&std::fs::read_to_string(path).map_err(text)?).map_err(text)?;
    let table = Table::from_csv(std::fs::File::open(path.with_extension("csv")).map_err(text)?).map_err(text)?;
    let fit = fitted(&case, &table)?;
    let p = case.parameters.len();
    if (fit.n(), fit.free_parameters()) != (case.n, p) {
        let found = format!("n = {} and {} free parameters", fit.n(), fit.free_parameters());
        return Err(format!("{found}, not {} and {p}", case.n));
    }
    if p == 0 || [case.estimate.len(), case.standard_error.len()] != [p; 2] {
        return Err("the case has not one estimate and standard error a parameter".to_string());
    }
    let error = (fit.log_likelihood() - case.log_likelihood).abs();
    let mut reached = Reached { log_likelihood: error / case.log_likelihood.abs().max(100.0), ..Reached::default() };
    for (i, name) in case.parameters.iter().enumerate() {
        let found = fit.get(name).ok_or_else(|| format!("nothing called `{name}` was estimated"))?;
        let error = (found.value - case.estimate[i]).abs();
        let Some(own) = case.standard_error[i] else {
            // Without a standard error the estimate is in closed form.
            reached.estimate = greater(reached.estimate, error / (1e-6 * case.estimate[i].abs()));
            if !found.std_error.is_nan() {
                return Err(format!("`{name}` has the standard error {}, where theory gives none", found.std_error));
            }
            continue;
        };
        reached.estimate = greater(reached.estimate, error / own);
        reached.standard_error = greater(reached.standard_error, (found.std_error / own - 1.0).abs());
        for (j, other) in case.parameters.iter().enumerate() {
            if let (Some(covariance), Some(second)) = (&case.covariance, case.standard_error[j]) {
                let found = fit.covariance().between(name, other).ok_or("both were estimated")?;
                reached.covariance = greater(reached.covariance, (found - covariance[i][j]).abs() / (own * second));
            }
        }
    }
    Ok(reached)
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let entries = std::fs::read_dir(folder).expect("the folder of reference cases").flatten();
    let mut cases: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    cases.sort();
    cases
}

#[test]
fn every_case_meets_the_bar() {
    let cases = cases();
    assert!(cases.len() >= 29, "only {} cases were found", cases.len());
    println!("{:<28}{:>14}{:>14}{:>14}{:>14}", "largest error of", "estimate/SE", "SE", "covariance", "ln L");
    let mut failed = Vec::new();
    for path in cases {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match reached(&path) {
            Ok(reached) => {
                let Reached { estimate, standard_error, covariance, log_likelihood } = reached;
                println!(
                    "{name:<28}{estimate:>14.1e}{standard_error:>14.1e}{covariance:>14.1e}{log_likelihood:>14.1e}"
                );
                if !reached.passes() {
                    failed.push(format!("{name}: {reached:?}"));
                }
            }
            Err(why) => failed.push(format!("{name}: {why}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
