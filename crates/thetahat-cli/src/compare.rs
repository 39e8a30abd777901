//! `thetahat compare`: several models of the same data, best first.

use std::process::ExitCode;

use serde_json::json;
use thetahat::error::{Error, Result};
use thetahat::families::{FAMILIES, Schema};
use thetahat::inference::{Comparison, Criterion, Line, Ranking};
use thetahat::space::{Block, Domain};
use thetahat::{AnyModel, Model, language};

use crate::arguments::{self, By, Format};
use crate::report::{Answer, Cell, answer, names, number};
use crate::{input, progress};

pub(crate) fn run(arguments: &arguments::Compare) -> ExitCode {
    let text = ranking(arguments).and_then(|ranking| report(&ranking, arguments.format));
    answer(text, arguments.format)
}

fn ranking(arguments: &arguments::Compare) -> Result<Ranking> {
    let criterion = match arguments.by {
        By::Aic => Criterion::Aic,
        By::Aicc => Criterion::Aicc,
        By::Bic => Criterion::Bic,
        By::HeldOut => Criterion::HeldOut { folds: arguments.folds, seed: arguments.seed },
    };
    let table = input::with_trials(input::read(&arguments.data.file)?, &arguments.data)?;
    let columns = input::columns(&table, &arguments.data)?;
    let schema = Schema::of(&table, columns.clone());
    let mut models: Vec<AnyModel> = if arguments.models.is_empty() {
        FAMILIES.iter().filter_map(|family| family.model(&schema).ok()).collect()
    } else {
        arguments.models.iter().map(|text| language::parse(text, &schema)).collect::<Result<_>>()?
    };
    if arguments.models.is_empty() {
        // One share of a whole is 1: a law without parameters, which says nothing of the data.
        let is_known = |block: &Block| *block.domain() == Domain::Simplex && block.names().len() == 1;
        models.retain(|model| !model.space().blocks().iter().all(is_known));
        // Laws of counts first. Of one law in several parametrisations the first counts: the one with the simplest name.
        models.sort_by_key(|model| {
            let support = model.support();
            let is_of_counts = support.is_discrete() && support.ranges().iter().all(|r| r.level_names().is_none());
            (!is_of_counts, model.name().len())
        });
    }
    let observations = input::observations(&table, &columns, &arguments.data)?;
    let mut comparison = Comparison::on(observations.clone()).watch(progress::count("models fitted"));
    let mut refused = None;
    for model in models {
        // Of all families, those that could have produced the data.
        if arguments.models.is_empty()
            && let Err(error) = thetahat::Data::terms(observations.clone(), &model)
        {
            refused = Some(error);
            continue;
        }
        comparison = comparison.with(model);
    }
    let ranking = comparison.by(criterion);
    match (ranking.lines(), refused) {
        ([], refused) => Err(refused.unwrap_or(Error::Empty)),
        (lines, _) if lines.iter().all(|line| line.fit.is_err()) => Err(first_error(ranking)),
        _ => Ok(ranking),
    }
}

fn first_error(ranking: Ranking) -> Error {
    let first = ranking.lines().iter().find_map(|line| line.fit.as_ref().err().cloned());
    first.unwrap_or(Error::Empty)
}

fn report(ranking: &Ranking, format: Format) -> Result<String> {
    let reason = |line: &Line| match (&line.fit, &line.value) {
        (Err(error), _) => Some(error.to_string()),
        (_, Err(why)) => Some(why.clone()),
        _ => None,
    };
    if format == Format::Text {
        return Ok(ranking.to_string());
    }
    let row = |line: &Line| {
        let fit = line.fit.as_ref().ok();
        vec![
            line.model.as_str().into(),
            line.measure.as_str().into(),
            fit.map(|fit| fit.log_likelihood()).into(),
            fit.map_or(Cell::Nothing, |fit| fit.free_parameters().into()),
            line.value.as_ref().ok().copied().into(),
            line.difference.into(),
            line.weight.into(),
            reason(line).map_or(Cell::Nothing, Cell::Text),
        ]
    };
    let header = ["model", "measure", "log_likelihood", "free_parameters", "value", "difference", "weight", "reason"];
    let answer = Answer {
        title: String::new(),
        about: json!({"criterion": ranking.criterion().name(), "n": ranking.n().map(number)}),
        list: "models",
        header: names(header),
        rows: ranking.lines().iter().map(row).collect(),
        note: String::new(),
    };
    Ok(answer.print(format))
}
