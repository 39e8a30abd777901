//! `thetahat fit`: reads a table, fits a model, reports.

use std::process::ExitCode;

use thetahat::error::{Error, Result};
use thetahat::families::Schema;
use thetahat::{AnyModel, Estimator, Fit, Table, language};

use crate::{arguments, input, progress, report};

pub(crate) fn run(arguments: &arguments::Fit) -> ExitCode {
    let text = check_level(arguments.level)
        .and_then(|()| fitted(&arguments.question))
        .and_then(|(_, fit)| report::fit(&fit, arguments.level, arguments.question.format));
    report::answer(text, arguments.question.format)
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
    if progress::is_shown() { estimator.watch(progress::show) } else { estimator }
}
