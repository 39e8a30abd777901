//! `thetahat fit`: reads a table, fits a model, reports.

use std::io::IsTerminal;
use std::process::ExitCode;

use thetahat::error::{Error, Result};
use thetahat::families::Schema;
use thetahat::{Estimator, Fit, language};

use crate::{arguments, input, progress, report};

pub(crate) fn run(arguments: &arguments::Fit) -> ExitCode {
    let result = fit(arguments).and_then(|fit| report::fit(&fit, arguments.level, arguments.format));
    match result {
        Ok(text) => {
            report::print(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            report::failure(&error, arguments.format);
            ExitCode::from(if error.is_estimation() { 1 } else { 2 })
        }
    }
}

fn fit(arguments: &arguments::Fit) -> Result<Fit> {
    if !(arguments.level > 0.0 && arguments.level < 1.0) {
        let message = format!("--level is a probability between 0 and 1, and {} is not; 95 % is 0.95", arguments.level);
        return Err(Error::Model { message });
    }
    let table = input::with_trials(input::read(&arguments.data.file)?, &arguments.data)?;
    let columns = input::columns(&table, &arguments.data)?;
    let model = language::parse(&arguments.model, &Schema::of(&table, columns.clone()))?;
    let observations = input::observations(&table, &columns, &arguments.data)?;
    let estimator = Estimator::new(model).starts(arguments.starts).seed(arguments.seed);
    if std::io::stderr().is_terminal() {
        estimator.watch(progress::show).fit(observations)
    } else {
        estimator.fit(observations)
    }
}
