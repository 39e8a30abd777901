//! `thetahat test`: hypotheses about the parameters of a model.

use std::process::ExitCode;

use serde_json::{Value, json};
use thetahat::error::{Error, Result};
use thetahat::families::{Family, Schema};
use thetahat::inference::{Bootstrap, Null, Ratio, Verdict, fix, special_case, tie};
use thetahat::language;

use crate::arguments::{self, Format};
use crate::fit::{estimator, fitted, fitted_with_table};
use crate::report::{answer, cell, number, table};
use crate::{input, progress};

pub(crate) fn run(arguments: &arguments::Test) -> ExitCode {
    let format = arguments.question.format;
    let run = || -> Result<String> {
        if arguments.bootstrap {
            return by_bootstrap(arguments);
        }
        if let Some(other) = &arguments.against {
            return against(arguments, other);
        }
        let nulls: Vec<Null> = arguments.nulls.iter().map(|text| null(text)).collect::<Result<_>>()?;
        let null = nulls.into_iter().reduce(Null::and).expect("at least one is required");
        let (_, fit) = fitted(&arguments.question)?;
        let test = fit.test(null)?;
        let verdicts = [("likelihood ratio", Some(test.likelihood_ratio)), ("Wald", test.wald), ("score", test.score)];
        if format == Format::Json {
            let verdict = |verdict: Option<Verdict>| {
                verdict.map(|v| json!({"statistic": number(v.statistic), "p_value": number(v.p_value)}))
            };
            let estimate = |(name, value): &(String, f64)| json!({"name": name, "value": number(*value)});
            let estimates: Vec<Value> = test.estimates.iter().map(estimate).collect();
            return Ok(format!(
                "{:#}",
                json!({"model": fit.model(), "n": number(fit.n()), "penalty": fit.penalty_name(), "null": arguments.nulls,
                       "df": test.degrees_of_freedom, "boundary": test.on_boundary,
                       "likelihood_ratio": verdict(Some(test.likelihood_ratio)), "wald": verdict(test.wald),
                       "score": verdict(test.score), "log_likelihood": number(test.log_likelihood),
                       "estimates": estimates})
            ));
        }
        let mut cells = vec![["test", "statistic", "df", "p_value"].map(str::to_string).to_vec()];
        let df = test.degrees_of_freedom.to_string();
        cells.extend(verdicts.into_iter().filter_map(|(name, verdict)| {
            let verdict = verdict?;
            Some(vec![name.to_string(), cell(verdict.statistic, format), df.clone(), cell(verdict.p_value, format)])
        }));
        let title = format!("{}: the null hypothesis {}", fit.heading(), arguments.nulls.join(", "));
        let under: Vec<String> =
            test.estimates.iter().map(|(name, value)| format!("{name} = {}", cell(*value, format))).collect();
        let law = if test.on_boundary {
            "; the null is at an end of a range: half of the ratios are 0, others χ²"
        } else {
            ""
        };
        let likelihood = fit.penalty().map_or("log-likelihood", |_| "penalised log-likelihood");
        let note = format!("under the null: {likelihood} {:.4}, {}{law}", test.log_likelihood, under.join(", "));
        Ok(table(&title, &cells, &note, format))
    };
    answer(run(), format)
}

/// Vuong's tests against another model.
fn against(arguments: &arguments::Test, text: &str) -> Result<String> {
    let (question, format) = (&arguments.question, arguments.question.format);
    let (model, fit, data) = fitted_with_table(question)?;
    let columns = input::columns(&data, &question.data)?;
    let other = language::parse(text, &Schema::of(&data, columns.clone()))?;
    let observations = input::observations(&data, &columns, &question.data)?;
    let other_fit = estimator(&other, question).fit(observations.clone())?;
    let vuong = fit.vuong(&model, &other_fit, &other, observations)?;
    let tests = [("distinguishable", vuong.distinguishable), ("nearer", vuong.nearer)];
    if format == Format::Json {
        let verdict = |v: Verdict| json!({"statistic": number(v.statistic), "p_value": number(v.p_value)});
        return Ok(format!(
            "{:#}",
            json!({"model": fit.model(), "n": number(fit.n()), "against": other_fit.model(),
                   "distinguishable": verdict(vuong.distinguishable), "nearer": verdict(vuong.nearer),
                   "p_value": number(vuong.p_value()), "log_likelihood": number(fit.log_likelihood()),
                   "log_likelihood_against": number(other_fit.log_likelihood())})
        ));
    }
    let mut cells = vec![["test", "statistic", "p_value"].map(str::to_string).to_vec()];
    let line = |(name, v): (&str, Verdict)| vec![name.to_string(), cell(v.statistic, format), cell(v.p_value, format)];
    cells.extend(tests.map(line));
    let title = format!("{}: Vuong's tests against {}", fit.heading(), other_fit.model());
    let (nearer, farther) = if vuong.difference > 0.0 { (&fit, &other_fit) } else { (&other_fit, &fit) };
    let note = format!(
        "the log-likelihood of {} is higher by {:.4} than that of {}; that it is nearer to the truth has p = {} (the greater \
         of both: models that cannot be told apart cannot be ranked)",
        nearer.model(),
        vuong.difference.abs(),
        farther.model(),
        cell(vuong.p_value(), format)
    );
    Ok(table(&title, &cells, &note, format))
}

/// The null is a model of its own, and the law of the ratio is drawn.
fn by_bootstrap(arguments: &arguments::Test) -> Result<String> {
    let (question, format) = (&arguments.question, arguments.question.format);
    let [text] = &arguments.nulls[..] else {
        let message = "--bootstrap goes with one --null MODEL".to_string();
        return Err(Error::Model { message });
    };
    let (model, fit, data) = fitted_with_table(question)?;
    let columns = input::columns(&data, &question.data)?;
    let null = language::parse(text, &Schema::of(&data, columns.clone()))?;
    let null_fit = estimator(&null, question).fit(input::observations(&data, &columns, &question.data)?)?;
    let ratio = Bootstrap::of(&null_fit, &null)
        .replicates(arguments.replicates)
        .seed(question.seed)
        .watch(progress::count("data sets drawn and fitted twice"))
        .likelihood_ratio(&fit, &model)?;
    let Ratio { statistic, p_value, replicates, failures } = ratio;
    if format == Format::Json {
        return Ok(format!(
            "{:#}",
            json!({"model": fit.model(), "n": number(fit.n()), "null": null_fit.model(), "replicates": replicates,
                   "failures": failures, "seed": question.seed,
                   "likelihood_ratio": {"statistic": number(statistic), "p_value": number(p_value)},
                   "log_likelihood": number(null_fit.log_likelihood())})
        ));
    }
    let header = ["test", "statistic", "p_value", "failures"].map(str::to_string).to_vec();
    let line =
        vec!["likelihood ratio".to_string(), cell(statistic, format), cell(p_value, format), failures.to_string()];
    let title = format!("{}: the null hypothesis {}", fit.heading(), null_fit.model());
    let note =
        format!("{replicates} data sets drawn from the null, both models fitted to each; seed {}", question.seed);
    Ok(table(&title, &[header, line], &note, format))
}

/// `name = value`, `name = other`, or the name of a law.
fn null(text: &str) -> Result<Null> {
    let parts: Vec<&str> = text.split('=').map(str::trim).collect();
    match parts[..] {
        [name, value] if !name.is_empty() && !value.is_empty() => Ok(match value.parse::<f64>() {
            Ok(value) => fix(name, value),
            Err(_) => tie(name, value),
        }),
        [law] if Family::named(law).is_some() => Ok(special_case(law)),
        _ => {
            let message = format!(
                "--null is NAME = VALUE, NAME = NAME or the name of a law, and `{text}` is none of these; a model of its own \
                 goes with --bootstrap"
            );
            Err(Error::Model { message })
        }
    }
}
