//! What is asked of a fit: derive, profile, bootstrap, gof, simulate.

use std::process::ExitCode;

use serde_json::{Value, json};
use thetahat::Model;
use thetahat::error::Result;
use thetahat::inference::{Bootstrap, Goodness, GoodnessOfFit};
use thetahat::language::Formula;

use crate::arguments::{self, Format};
use crate::fit::{check_level, fitted, fitted_with_table};
use crate::report::{answer, cell, number, table};
use crate::{input, progress};

pub(crate) fn derive(arguments: &arguments::Derive) -> ExitCode {
    let (format, level) = (arguments.question.format, arguments.level);
    let run = || -> Result<String> {
        check_level(level)?;
        let (_, fit) = fitted(&arguments.question)?;
        let names: Vec<&str> = fit.estimates().iter().map(|estimate| estimate.name.as_str()).collect();
        let mut rows = Vec::new();
        for text in &arguments.quantities {
            let formula = Formula::parse(text, &names)?;
            let derived = fit.derive(formula.name(), |theta| formula.at(theta.as_slice()))?;
            let (lower, upper) = if arguments.profile {
                fit.profile_derived(formula.name(), |theta| formula.at(theta.as_slice()))?.interval(level)?
            } else {
                derived.interval(level)?
            };
            rows.push((derived.name, [derived.value, derived.std_error, lower, upper]));
        }
        let interval = if arguments.profile { "profile" } else { "wald" };
        if format == Format::Json {
            let line = |(name, [value, error, lower, upper]): &(String, [f64; 4])| {
                json!({"name": name, "value": number(*value), "std_error": number(*error), "lower": number(*lower),
                       "upper": number(*upper)})
            };
            let quantities: Vec<Value> = rows.iter().map(line).collect();
            let n = number(fit.n());
            return Ok(format!(
                "{:#}",
                json!({"model": fit.model(), "n": n, "penalty": fit.penalty_name(), "interval": interval, "level": level,
                       "quantities": quantities})
            ));
        }
        let mut cells = vec![["name", "value", "std_error", "lower", "upper"].map(str::to_string).to_vec()];
        let line = |(name, numbers): (String, [f64; 4])| {
            std::iter::once(name).chain(numbers.map(|x| cell(x, format))).collect()
        };
        cells.extend(rows.into_iter().map(line));
        let kind = if arguments.profile { "profile-likelihood" } else { "Wald" };
        let title = format!("{}: {}% {kind} intervals", fit.heading(), 100.0 * level);
        Ok(table(&title, &cells, "", format))
    };
    answer(run(), format)
}

pub(crate) fn profile(arguments: &arguments::Profile) -> ExitCode {
    let (format, level) = (arguments.question.format, arguments.level);
    let run = || -> Result<String> {
        check_level(level)?;
        let (_, fit) = fitted(&arguments.question)?;
        let all = fit.estimates().iter().map(|estimate| estimate.name.clone()).collect();
        let names = if arguments.parameters.is_empty() { all } else { arguments.parameters.clone() };
        let mut rows = Vec::new();
        for name in names {
            let profile = fit.profile(&name)?;
            let (lower, upper) = profile.interval(level)?;
            rows.push((name, profile.estimate(), lower, upper));
        }
        if format == Format::Json {
            let interval = |(name, value, lower, upper): &(String, f64, f64, f64)| json!({"name": name, "value": number(*value), "lower": number(*lower), "upper": number(*upper)});
            let intervals: Vec<Value> = rows.iter().map(interval).collect();
            let n = number(fit.n());
            return Ok(format!(
                "{:#}",
                json!({"model": fit.model(), "n": n, "penalty": fit.penalty_name(), "level": level, "intervals": intervals})
            ));
        }
        let mut cells = vec![["name", "value", "lower", "upper"].map(str::to_string).to_vec()];
        cells.extend(rows.into_iter().map(|(name, value, lower, upper)| {
            vec![name, cell(value, format), cell(lower, format), cell(upper, format)]
        }));
        let title = format!("{}: {}% profile-likelihood intervals", fit.heading(), 100.0 * level);
        Ok(table(&title, &cells, "", format))
    };
    answer(run(), format)
}

pub(crate) fn bootstrap(arguments: &arguments::Bootstrap) -> ExitCode {
    let (format, level) = (arguments.question.format, arguments.level);
    let run = || -> Result<String> {
        check_level(level)?;
        let (model, fit, data) = fitted_with_table(&arguments.question)?;
        let mut bootstrap = Bootstrap::of(&fit, &model)
            .replicates(arguments.replicates)
            .seed(arguments.question.seed)
            .watch(progress::count("repetitions"));
        if let Some(text) = &arguments.censoring {
            bootstrap = bootstrap.censored(input::censoring(text, &data, &arguments.question.data)?)?;
        }
        let replicates = if arguments.parametric { bootstrap.parametric()? } else { bootstrap.rows()? };
        let jackknife = if arguments.bca { Some(bootstrap.jackknife()?) } else { None };
        let kind = if arguments.parametric { "parametric" } else { "rows" };
        let interval = if arguments.bca { "bca" } else { "percentile" };
        let failures = replicates.failures().count();
        let mut rows = Vec::new();
        for estimate in fit.estimates() {
            let name = estimate.name.as_str();
            let (lower, upper) = match &jackknife {
                Some(jackknife) => replicates.bca(name, level, jackknife)?,
                None => replicates.percentile(name, level)?,
            };
            rows.push((name, [estimate.value, replicates.std_error(name)?, replicates.bias(name)?, lower, upper]));
        }
        if format == Format::Json {
            let line = |(name, [value, error, bias, lower, upper]): &(&str, [f64; 5])| {
                json!({"name": name, "value": number(*value), "std_error": number(*error), "bias": number(*bias),
                       "lower": number(*lower), "upper": number(*upper)})
            };
            let estimates: Vec<Value> = rows.iter().map(line).collect();
            return Ok(format!(
                "{:#}",
                json!({"model": fit.model(), "n": number(fit.n()), "penalty": fit.penalty_name(), "kind": kind,
                       "interval": interval,
                       "replicates": replicates.len(), "failures": failures, "seed": arguments.question.seed,
                       "level": level, "estimates": estimates})
            ));
        }
        let mut cells = vec![["name", "value", "std_error", "bias", "lower", "upper"].map(str::to_string).to_vec()];
        let line = |(name, numbers): (&str, [f64; 5])| {
            std::iter::once(name.to_string()).chain(numbers.map(|x| cell(x, format))).collect()
        };
        cells.extend(rows.into_iter().map(line));
        let title = format!("{}: bootstrap of {kind}, {}% {interval} intervals", fit.heading(), 100.0 * level);
        let reason = replicates.failures().next().map(|(_, error)| format!(", the first because: {error}"));
        let note = format!(
            "{} repetitions, seed {}; {failures} failed{}",
            replicates.len(),
            arguments.question.seed,
            reason.unwrap_or_default()
        );
        Ok(table(&title, &cells, &note, format))
    };
    answer(run(), format)
}

pub(crate) fn gof(arguments: &arguments::Gof) -> ExitCode {
    let format = arguments.question.format;
    let run = || -> Result<String> {
        let (model, fit, data) = fitted_with_table(&arguments.question)?;
        let mut goodness = GoodnessOfFit::of(&fit, &model)
            .replicates(arguments.replicates)
            .seed(arguments.question.seed)
            .watch(progress::count("data sets drawn and fitted"));
        if let Some(text) = &arguments.censoring {
            goodness = goodness.censored(input::censoring(text, &data, &arguments.question.data)?);
        }
        let mut found: Vec<(&str, Goodness)> = Vec::new();
        if !arguments.cuts.is_empty() {
            found.push(("chi_squared", goodness.chi_squared(&arguments.cuts)?));
        } else {
            let names = ["kolmogorov_smirnov", "cramer_von_mises", "anderson_darling"];
            found.extend(names.into_iter().zip(goodness.distances()?));
        }
        let replicates = found.iter().map(|(_, test)| test.replicates).max().unwrap_or(0);
        if format == Format::Json {
            let line = |(name, test): &(&str, Goodness)| {
                json!({"name": name, "statistic": number(test.statistic), "p_value": number(test.p_value),
                       "failures": test.failures})
            };
            let tests: Vec<Value> = found.iter().map(line).collect();
            return Ok(format!(
                "{:#}",
                json!({"model": fit.model(), "n": number(fit.n()), "penalty": fit.penalty_name(), "replicates": replicates,
                       "seed": arguments.question.seed, "tests": tests})
            ));
        }
        let mut cells = vec![["statistic", "value", "p_value", "failures"].map(str::to_string).to_vec()];
        cells.extend(found.iter().map(|(name, test)| {
            let numbers = [cell(test.statistic, format), cell(test.p_value, format), test.failures.to_string()];
            std::iter::once(name.to_string()).chain(numbers).collect()
        }));
        let title = format!("{}: goodness of fit", fit.heading());
        let note = match replicates {
            0 => "nothing was fitted: the laws of the statistics are known".to_string(),
            _ => format!("{replicates} data sets drawn from the fit, each fitted; seed {}", arguments.question.seed),
        };
        Ok(table(&title, &cells, &note, format))
    };
    answer(run(), format)
}

pub(crate) fn simulate(arguments: &arguments::Simulate) -> ExitCode {
    let format = arguments.question.format;
    let run = || -> Result<String> {
        let (model, fit) = fitted(&arguments.question)?;
        let rows = fit.simulate(&model, arguments.question.seed)?;
        let support = model.support();
        let text = |at: usize, value: f64| match support.ranges().get(at).and_then(|range| range.level_names()) {
            Some(levels) => json!(levels.get(value as usize)),
            None => number(value),
        };
        let given = &arguments.question.data.columns;
        let width = support.width();
        let name = |at: usize| if width == 1 { "x".to_string() } else { format!("x{}", at + 1) };
        let header: Vec<String> = if given.len() == width { given.clone() } else { (0..width).map(name).collect() };
        let values = |row: &Vec<f64>| row.iter().enumerate().map(|(at, x)| text(at, *x)).collect::<Vec<Value>>();
        if format == Format::Json {
            let rows: Vec<Vec<Value>> = rows.iter().map(values).collect();
            let seed = arguments.question.seed;
            return Ok(json!({"model": fit.model(), "seed": seed, "columns": header, "rows": rows}).to_string());
        }
        let plain = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
        let lines = rows.iter().map(|row| values(row).into_iter().map(plain).collect());
        let all: Vec<Vec<String>> = std::iter::once(header).chain(lines).collect();
        // Data, for the next program, unless asked for otherwise.
        Ok(table("", &all, "", if format == Format::Text { Format::Csv } else { format }))
    };
    answer(run(), format)
}
