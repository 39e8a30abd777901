//! `thetahat test`: hypotheses about the parameters of a model.

use std::process::ExitCode;

use serde_json::{Value, json};
use thetahat::error::{Error, Result};
use thetahat::families::{Family, Schema};
use thetahat::inference::{Bootstrap, Null, Ratio, Test, Verdict, fix, special_case, tie};
use thetahat::language;

use crate::arguments;
use crate::fit::{estimator, fitted, fitted_with_table};
use crate::report::{Answer, Cell, about, answer, cell, names, number};
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
        let verdicts = [("likelihood_ratio", Some(test.likelihood_ratio)), ("wald", test.wald), ("score", test.score)];
        let df = test.degrees_of_freedom;
        let row = |(name, verdict): (&'static str, Option<Verdict>)| {
            let Verdict { statistic, p_value } = verdict?;
            Some(vec![Cell::Word(name), statistic.into(), df.into(), p_value.into()])
        };
        let under: Vec<String> =
            test.estimates.iter().map(|(name, value)| format!("{name} = {}", cell(*value, format))).collect();
        let law = if test.on_boundary {
            "; the null is at an end of a range: half of the ratios are 0, others χ²"
        } else {
            ""
        };
        let likelihood = fit.penalty().map_or("log-likelihood", |_| "penalised log-likelihood");
        let answer = Answer {
            title: format!("{}: the null hypothesis {}", fit.heading(), arguments.nulls.join(", ")),
            about: about(
                &fit,
                json!({"null": under_null(&arguments.nulls, &test, fit.penalty().is_some()),
                       "boundary": test.on_boundary}),
            ),
            list: "tests",
            header: names(["name", "statistic", "df", "p_value"]),
            rows: verdicts.into_iter().filter_map(row).collect(),
            note: format!("under the null: {likelihood} {:.4}, {}{law}", test.log_likelihood, under.join(", ")),
        };
        Ok(answer.print(format))
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
    let row = |(name, v): (&'static str, Verdict)| vec![Cell::Word(name), v.statistic.into(), v.p_value.into()];
    let (nearer, farther) = if vuong.difference > 0.0 { (&fit, &other_fit) } else { (&other_fit, &fit) };
    let answer = Answer {
        title: format!("{}: Vuong's tests against {}", fit.heading(), other_fit.model()),
        about: about(&fit, json!({"against": about(&other_fit, json!({})), "p_value": number(vuong.p_value())})),
        list: "tests",
        header: names(["name", "statistic", "p_value"]),
        rows: [("distinguishable", vuong.distinguishable), ("nearer", vuong.nearer)].map(row).to_vec(),
        note: format!(
            "the log-likelihood of {} is higher by {:.4} than that of {}; that it is nearer to the truth has p = {} (the \
             greater of both: models that cannot be told apart cannot be ranked)",
            nearer.model(),
            vuong.difference.abs(),
            farther.model(),
            cell(vuong.p_value(), format)
        ),
    };
    Ok(answer.print(format))
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
    let estimates: Vec<(String, f64)> = null_fit.estimates().iter().map(|own| (own.name.clone(), own.value)).collect();
    let row = vec![Cell::Word("likelihood_ratio"), statistic.into(), p_value.into(), failures.into()];
    let seed = question.seed;
    let answer = Answer {
        title: format!("{}: the null hypothesis {}", fit.heading(), null_fit.model()),
        about: about(
            &fit,
            json!({"null": about(&null_fit, json!({"hypothesis": [null_fit.model()], "estimates": named(&estimates)})),
                   "replicates": replicates, "seed": seed}),
        ),
        list: "tests",
        header: names(["name", "statistic", "p_value", "failures"]),
        rows: vec![row],
        note: format!("{replicates} data sets drawn from the null, both models fitted to each; seed {seed}"),
    };
    Ok(answer.print(format))
}

/// The fit under the null, in JSON.
fn under_null(hypothesis: &[String], test: &Test, is_penalised: bool) -> Value {
    let known = |this: bool| this.then(|| number(test.log_likelihood));
    json!({"hypothesis": hypothesis, "log_likelihood": known(!is_penalised),
           "penalised_log_likelihood": known(is_penalised), "estimates": named(&test.estimates)})
}

fn named(estimates: &[(String, f64)]) -> Vec<Value> {
    estimates.iter().map(|(name, value)| json!({"name": name, "value": number(*value)})).collect()
}

/// `name = value`, `name = other`, or the name of a law. The name of a column may have a sign of equality in it.
fn null(text: &str) -> Result<Null> {
    if let Some((name, value)) = text.rsplit_once('=')
        && let (false, Ok(value)) = (unquoted(name).is_empty(), value.trim().parse())
    {
        return Ok(fix(unquoted(name), value));
    }
    let parts: Vec<&str> = text.split('=').map(unquoted).collect();
    match parts[..] {
        [name, other] if !name.is_empty() && !other.is_empty() => Ok(tie(name, other)),
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

/// A name that stands between backquotes, as in a model, or alone.
pub(crate) fn unquoted(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix('`').and_then(|name| name.strip_suffix('`')).unwrap_or(name)
}
