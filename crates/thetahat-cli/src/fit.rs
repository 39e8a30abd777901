//! `thetahat fit`: reads a table, fits a model, reports.

use std::process::ExitCode;

use thetahat::data::Column;
use thetahat::error::{Error, Result};
use thetahat::families::Schema;
use thetahat::penalty::{Firth, Ridge};
use thetahat::{AnyModel, Estimator, Fit, Table, language};

use crate::arguments::{Errors, Penalty};
use crate::{arguments, input, progress, report};

pub(crate) fn run(arguments: &arguments::Fit) -> ExitCode {
    let text = check_level(arguments.level)
        .and_then(|()| with_errors(arguments))
        .and_then(|fit| report::fit(&fit, arguments.level, arguments.question.format));
    report::answer(text, arguments.question.format)
}

/// How many data sets say what is expected where neither a sum nor an integral does.
const DATA_SETS: usize = 2000;

/// The fit with the standard errors that are asked for.
fn with_errors(arguments: &arguments::Fit) -> Result<Fit> {
    let (model, fit, table) = fitted_with_table(&arguments.question)?;
    let covariance = match (&arguments.clusters, arguments.errors) {
        (Some(name), _) => {
            let labels: Vec<String> = match table.column(name)? {
                Column::Numbers(values) => values.iter().map(f64::to_string).collect(),
                Column::Text(values) => values.clone(),
            };
            let columns = input::columns(&table, &arguments.question.data)?;
            let observations = input::observations(&table, &columns, &arguments.question.data)?;
            fit.clustered(&model, observations, &labels)?
        }
        (None, Some(Errors::Sandwich)) => fit.sandwich()?,
        (None, Some(Errors::Expected)) => fit
            .expected(&model)
            .or_else(|why| fit.expected_by_simulation(&model, DATA_SETS, arguments.question.seed).map_err(|_| why))?,
        (None, Some(Errors::Observed) | None) => return Ok(fit),
    };
    fit.with_covariance(covariance)
}

pub(crate) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let message = format!("--level is a probability between 0 and 1, and {level} is not; 95 % is 0.95");
    Err(Error::Model { message })
}

/// The model, and its fit.
pub(crate) fn fitted(question: &arguments::Question) -> Result<(AnyModel, Fit)> {
    fitted_with_table(question).map(|(model, fit, _)| (model, fit))
}

/// The same, with the table.
pub(crate) fn fitted_with_table(question: &arguments::Question) -> Result<(AnyModel, Fit, Table)> {
    let table = input::with_trials(input::read(&question.data.file)?, &question.data)?;
    let columns = input::columns(&table, &question.data)?;
    let model = language::parse(&question.model, &Schema::of(&table, columns.clone()))?;
    let observations = input::observations(&table, &columns, &question.data)?;
    let fit = estimator(&model, question).fit(observations)?;
    Ok((model, fit, table))
}

/// How the arguments say to look for the estimate of a model.
pub(crate) fn estimator(model: &AnyModel, question: &arguments::Question) -> Estimator<AnyModel> {
    let estimator = Estimator::new(model.clone()).starts(question.starts).seed(question.seed);
    let estimator = match question.penalty {
        Some(Penalty::Firth) => estimator.penalty(Firth),
        Some(Penalty::Ridge(lambda)) => estimator.penalty(Ridge::slopes(lambda)),
        None => estimator,
    };
    if progress::is_shown() { estimator.watch(progress::show) } else { estimator }
}
