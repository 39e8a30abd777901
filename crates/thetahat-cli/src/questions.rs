//! What is asked of a fit: derive, profile, bootstrap, gof, simulate.

use std::process::ExitCode;

use serde_json::{Value, json};
use thetahat::Model;
use thetahat::error::Result;
use thetahat::inference::{Bootstrap, Goodness, GoodnessOfFit};
use thetahat::language::Formula;

use crate::arguments::{self, Format};
use crate::fit::{check_level, fitted, fitted_with_table};
use crate::hypothesis::unquoted;
use crate::report::{Answer, Cell, ESTIMATE, about, answer, estimate_row, names, number, table};
use crate::{input, progress};

pub(crate) fn derive(arguments: &arguments::Derive) -> ExitCode {
    let (format, level) = (arguments.question.format, arguments.level);
    let run = || -> Result<String> {
        check_level(level)?;
        let (_, fit) = fitted(&arguments.question)?;
        let known: Vec<&str> = fit.estimates().iter().map(|estimate| estimate.name.as_str()).collect();
        let mut rows = Vec::new();
        for text in &arguments.quantities {
            let formula = Formula::parse(text, &known)?;
            let derived = fit.derive(formula.name(), |theta| formula.at(theta.as_slice()))?;
            let (lower, upper) = if arguments.profile {
                fit.profile_derived(formula.name(), |theta| formula.at(theta.as_slice()))?.interval(level)?
            } else {
                derived.interval(level)?
            };
            rows.push(estimate_row(&derived.name, [derived.value, derived.std_error, lower, upper]));
        }
        let (interval, kind) = if arguments.profile { ("profile", "profile-likelihood") } else { ("wald", "Wald") };
        let answer = Answer {
            title: format!("{}: {}% {kind} intervals", fit.heading(), 100.0 * level),
            about: about(&fit, json!({"interval": interval, "level": level})),
            list: "estimates",
            header: names(ESTIMATE),
            rows,
            note: String::new(),
        };
        Ok(answer.print(format))
    };
    answer(run(), format)
}

pub(crate) fn profile(arguments: &arguments::Profile) -> ExitCode {
    let (format, level) = (arguments.question.format, arguments.level);
    let run = || -> Result<String> {
        check_level(level)?;
        let (_, fit) = fitted(&arguments.question)?;
        let all = fit.estimates().iter().map(|estimate| estimate.name.clone()).collect();
        let named = arguments.parameters.iter().map(|name| unquoted(name).to_string()).collect();
        let asked: Vec<String> = if arguments.parameters.is_empty() { all } else { named };
        let mut rows = Vec::new();
        for name in asked {
            let profile = fit.profile(&name)?;
            let (lower, upper) = profile.interval(level)?;
            let error = fit.get(&name).map_or(f64::NAN, |estimate| estimate.std_error);
            rows.push(estimate_row(&name, [profile.estimate(), error, lower, upper]));
        }
        let answer = Answer {
            title: format!("{}: {}% profile-likelihood intervals", fit.heading(), 100.0 * level),
            about: about(&fit, json!({"interval": "profile", "level": level})),
            list: "estimates",
            header: names(ESTIMATE),
            rows,
            note: String::new(),
        };
        Ok(answer.print(format))
    };
    answer(run(), format)
}

pub(crate) fn bootstrap(arguments: &arguments::Bootstrap) -> ExitCode {
    let (format, level) = (arguments.question.format, arguments.level);
    let run = || -> Result<String> {
        check_level(level)?;
        let (model, fit, data) = fitted_with_table(&arguments.question)?;
        let seed = arguments.question.seed;
        let mut bootstrap = Bootstrap::of(&fit, &model)
            .replicates(arguments.replicates)
            .seed(seed)
            .watch(progress::count("repetitions"));
        if let Some(text) = &arguments.censoring {
            bootstrap = bootstrap.censored(input::censoring(text, &data, &arguments.question.data)?)?;
        }
        let replicates = if arguments.parametric { bootstrap.parametric()? } else { bootstrap.rows()? };
        let jackknife = if arguments.bca { Some(bootstrap.jackknife()?) } else { None };
        let kind = if arguments.parametric { "parametric" } else { "rows" };
        let interval = if arguments.bca { "bca" } else { "percentile" };
        let (repetitions, failures) = (replicates.len(), replicates.failures().count());
        let mut rows = Vec::new();
        for estimate in fit.estimates() {
            let name = estimate.name.as_str();
            let (lower, upper) = match &jackknife {
                Some(jackknife) => replicates.bca(name, level, jackknife)?,
                None => replicates.percentile(name, level)?,
            };
            let mut row = estimate_row(name, [estimate.value, replicates.std_error(name)?, lower, upper]);
            row.push(replicates.bias(name)?.into());
            rows.push(row);
        }
        let reason = replicates.failures().next().map(|(_, error)| format!(", the first because: {error}"));
        let answer = Answer {
            title: format!("{}: bootstrap of {kind}, {}% {interval} intervals", fit.heading(), 100.0 * level),
            about: about(
                &fit,
                json!({"kind": kind, "interval": interval, "level": level, "replicates": repetitions,
                       "failures": failures, "seed": seed}),
            ),
            list: "estimates",
            header: [&names(ESTIMATE)[..], &names(["bias"])].concat(),
            rows,
            note: format!("{repetitions} repetitions, seed {seed}; {failures} failed{}", reason.unwrap_or_default()),
        };
        Ok(answer.print(format))
    };
    answer(run(), format)
}

pub(crate) fn gof(arguments: &arguments::Gof) -> ExitCode {
    let format = arguments.question.format;
    let run = || -> Result<String> {
        let (model, fit, data) = fitted_with_table(&arguments.question)?;
        let seed = arguments.question.seed;
        let mut goodness = GoodnessOfFit::of(&fit, &model)
            .replicates(arguments.replicates)
            .seed(seed)
            .watch(progress::count("data sets drawn and fitted"));
        if let Some(text) = &arguments.censoring {
            goodness = goodness.censored(input::censoring(text, &data, &arguments.question.data)?);
        }
        let mut found: Vec<(&'static str, Goodness)> = Vec::new();
        if !arguments.cuts.is_empty() {
            found.push(("chi_squared", goodness.chi_squared(&arguments.cuts)?));
        } else {
            let names = ["kolmogorov_smirnov", "cramer_von_mises", "anderson_darling"];
            found.extend(names.into_iter().zip(goodness.distances()?));
        }
        let replicates = found.iter().map(|(_, test)| test.replicates).max().unwrap_or(0);
        let row = |(name, test): &(&'static str, Goodness)| {
            vec![Cell::Word(name), test.statistic.into(), test.p_value.into(), test.failures.into()]
        };
        let answer = Answer {
            title: format!("{}: goodness of fit", fit.heading()),
            about: about(&fit, json!({"replicates": replicates, "seed": seed})),
            list: "tests",
            header: names(["name", "statistic", "p_value", "failures"]),
            rows: found.iter().map(row).collect(),
            note: match replicates {
                0 => "nothing was fitted: the laws of the statistics are known".to_string(),
                _ => format!("{replicates} data sets drawn from the fit, each fitted; seed {seed}"),
            },
        };
        Ok(answer.print(format))
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
            return Ok(about(&fit, json!({"seed": seed, "columns": header, "rows": rows})).to_string());
        }
        let plain = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
        let lines = rows.iter().map(|row| values(row).into_iter().map(plain).collect());
        let all: Vec<Vec<String>> = std::iter::once(header).chain(lines).collect();
        // Data, for the next program, unless asked for otherwise.
        Ok(table("", &all, "", if format == Format::Text { Format::Csv } else { format }))
    };
    answer(run(), format)
}
