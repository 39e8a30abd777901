//! [`Error`]: why there is no estimate, with the evidence.

mod recession;
mod suggestion;

use crate::certificate::Evidence;
use crate::information::{Obstacle, Probabilities};
pub use recession::{Recession, Separation};

/// The result of an operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why there is no estimate: what is wrong, where, and what to do now.
///
/// Rows are counted from 1, as a spreadsheet or a statistics package does.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no observation, or none with positive weight.
    #[error("there are no observations: an estimate needs at least one row with positive weight")]
    Empty,

    /// A value is missing, NaN or infinite.
    #[error("row {row}{}: {value} is not a finite number; remove the row, or say that the value is censored", in_column(.column))]
    NotFinite {
        /// The row, counted from 1.
        row: usize,
        /// The column, if it has a name.
        column: Option<String>,
        /// The value as it was given.
        value: String,
    },

    /// A value that the model gives no probability, whatever its parameters.
    #[error("row {row}{}: {value} is outside the support of {model}, which is {support}{}", in_column(.column), so_are(.others))]
    OutOfSupport {
        /// The row, counted from 1.
        row: usize,
        /// The column, if it has a name.
        column: Option<String>,
        /// The value as it was given.
        value: String,
        /// The model.
        model: String,
        /// What the model allows.
        support: String,
        /// Further rows of which this is so, counted from 1, as far as they were looked for: at most
        /// [`Error::MOST_ROWS`].
        others: Box<[usize]>,
    },

    /// An interval whose ends are in the wrong order, or empty.
    #[error("row {row}{}: the interval from {left} to {right} is empty; the left end must be below the right end", in_column(.column))]
    EmptyInterval {
        /// The row, counted from 1.
        row: usize,
        /// The column of the left end, if it has a name.
        column: Option<String>,
        /// The left end.
        left: f64,
        /// The right end.
        right: f64,
    },

    /// A weight that is not allowed.
    #[error("row {row}: the weight {value} is not allowed; a frequency is a finite number, not negative")]
    Weight {
        /// The row, counted from 1.
        row: usize,
        /// The weight.
        value: f64,
    },

    /// A probability that is negative or not finite.
    #[error("outcome {outcome}: {value} is not a probability; a probability is a finite number, not negative")]
    Probability {
        /// The outcome, counted from 1.
        outcome: usize,
        /// The value as it was given.
        value: f64,
    },

    /// Probabilities that do not sum to 1.
    #[error(
        "the probabilities sum to {sum}, which is not 1 within {}; if they are counts or shares, divide them by their sum",
        Probabilities::TOLERANCE
    )]
    NotNormalised {
        /// What they sum to.
        sum: f64,
    },

    /// Two columns, or the data and their weights, or two distributions, have different lengths.
    #[error("{what} has {found} rows where {expected} are expected")]
    Length {
        /// What is too long or too short.
        what: String,
        /// How many rows the rest has.
        expected: usize,
        /// How many rows it has.
        found: usize,
    },

    /// An observation has another number of values than the model describes.
    #[error("{model} describes observations of {} and row {row} has {found}", values(*.expected))]
    Width {
        /// The model.
        model: String,
        /// The row, counted from 1.
        row: usize,
        /// How many values the model describes.
        expected: usize,
        /// How many values there are.
        found: usize,
    },

    /// No column of this name, or not of this kind.
    #[error("there is no {kind} `{name}`; {}", suggestion::of(.name, .known))]
    Unknown {
        /// What was looked for: a column, a parameter, a model.
        kind: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },

    /// What is wrong with one of several data sets that are fitted together.
    #[error("in the data set `{label}`: {error}")]
    InDataSet {
        /// The data set.
        label: String,
        /// What is wrong with it.
        error: Box<Error>,
    },

    /// A column that should hold numbers holds text.
    #[error("row {row} in column `{column}`: `{value}` is not a number")]
    NotNumeric {
        /// The row, counted from 1.
        row: usize,
        /// The column.
        column: String,
        /// The text.
        value: String,
    },

    /// A file or text that is not a table.
    #[error("{message}")]
    Table {
        /// What is wrong, and where.
        message: String,
    },

    /// The model was not built as it is used: a fixed value outside its domain, a parameter bound twice.
    #[error("{message}")]
    Model {
        /// What is wrong and what to do.
        message: String,
    },

    /// The text of a model or of a formula that cannot be read.
    #[error("`{text}` cannot be read at character {position}: {message}")]
    Language {
        /// The text.
        text: String,
        /// The character at which reading stopped, counted from 1.
        position: usize,
        /// What was expected.
        message: String,
    },

    /// The data need something that the model cannot do.
    #[error("the model has no {capability}, which these data need")]
    Missing {
        /// What is missing, for example `distribution function`.
        capability: String,
    },

    /// The cross-entropy of a fit does not split into the entropy of the data and the relative entropy of the model.
    #[error(
        "the cross-entropy of {model} has no decomposition H(p̂) + D(p̂‖q): {obstacle}; compare models of the same data by \
         the differences of their cross-entropies, `cross_entropy_difference`"
    )]
    NoDecomposition {
        /// The model.
        model: String,
        /// What is in the way.
        obstacle: Obstacle,
    },

    /// Two fits that are not of the same data, and cannot be compared.
    #[error("{first} and {second} cannot be compared: {difference}; fit both to the same observations")]
    DifferentData {
        /// One model.
        first: String,
        /// The other.
        second: String,
        /// In what their data differ.
        difference: String,
    },

    /// A penalty of the information about a model of which what is observed may not be what is expected.
    #[error(
        "no penalty of the information about {model}: it is of the expected information, which is the observed one where \
         the second derivatives of the log-density do not depend on the observations (canonical parameters, as of logistic \
         and of Poisson log-linear regression); here {why}; use another penalty, such as a ridge, or none"
    )]
    NoPenalty {
        /// The model.
        model: String,
        /// Why.
        why: String,
    },

    /// A quantity has no profile likelihood, or none that intervals can be read off.
    #[error("no profile likelihood of {model}: {why}")]
    NoProfile {
        /// The model.
        model: String,
        /// Why.
        why: String,
    },

    /// A hypothesis that cannot be tested on this fit.
    #[error("no test within {model}: {why}")]
    NoTest {
        /// The model.
        model: String,
        /// Why, and what to do instead.
        why: String,
    },

    /// What is asked of a sound fit has no answer that theory vouches for.
    #[error("{message}")]
    Withheld {
        /// What is not there, why, and what to do instead.
        message: String,
    },

    /// With a parameter held at some value, the likelihood is higher than at the estimate, which thus is no maximum.
    #[error(
        "the fit of {model} is not the maximum: {} has a log-likelihood higher by {gain:.3e}; fit again from there with \
         `Estimator::start_at`, or from more starts", listed_point(.point)
    )]
    HigherMaximum {
        /// The model.
        model: String,
        /// By how much the log-likelihood is higher, in nats.
        gain: f64,
        /// Where: names and values of what is estimated.
        point: Vec<(String, f64)>,
    },

    /// A stored formula with an operation that this version does not know.
    #[error("the stored formula uses `{name}`, which this version does not know; use a newer version")]
    UnknownOperation {
        /// The operation.
        name: String,
    },

    /// A stored formula or model that cannot be read.
    #[error("the stored formula cannot be read: {message}")]
    Format {
        /// What is wrong.
        message: String,
    },

    /// There is no estimate because observations are so large, or all so small, that arithmetic on them overflows or
    /// underflows.
    #[error("no estimate of {model}: {}", of_extreme_size(*.size, *.row))]
    Extreme {
        /// The model.
        model: String,
        /// The row with the greatest size, counted from 1.
        row: usize,
        /// The greatest size of an observation.
        size: f64,
    },

    /// No parameters were found at which the likelihood of all rows is positive and finite.
    #[error(
        "no starting point: at every one tried, {}the log-density of {model} is not finite; give a start, or check the formula there",
        at_row(.row)
    )]
    NoStart {
        /// The model.
        model: String,
        /// The first row whose log-density is not finite at the best point tried, counted from 1.
        row: Option<usize>,
    },

    /// The likelihood has no maximum: it grows without bound.
    #[error("the likelihood of {model} grows without bound: {why}{}; there is no estimate, unless a parameter is fixed or the data are more varied", carried_by(.rows))]
    Unbounded {
        /// The model.
        model: String,
        /// Where it grows, or what in the data makes it grow.
        why: String,
        /// The rows, counted from 1, that carry the growth; at most five, none if all do.
        rows: Vec<usize>,
    },

    /// The likelihood increases towards a supremum that it does not reach.
    #[error("{0}")]
    NoFiniteEstimate(Box<Recession>),

    /// The likelihood does not change along a direction: the data cannot tell the parameters apart.
    #[error("the data do not identify the parameters of {model}: the likelihood stays the same along {}; remove or fix a parameter", along(.direction))]
    NotIdentified {
        /// The model.
        model: String,
        /// The direction: names of what is estimated, on their free scale, with their parts.
        direction: Vec<(String, f64)>,
    },

    /// The search ended at a point that is not certified as a maximum.
    #[error("no certified maximum: {0}")]
    NotConverged(Box<Evidence>),
}

impl Error {
    /// An error lists so many further rows at most.
    pub const MOST_ROWS: usize = 100;

    /// A short name of the kind of error, for programs that read the command line's JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Error::Empty => "empty",
            Error::NotFinite { .. } => "not-finite",
            Error::OutOfSupport { .. } => "out-of-support",
            Error::EmptyInterval { .. } => "empty-interval",
            Error::Weight { .. } => "weight",
            Error::Probability { .. } => "probability",
            Error::NotNormalised { .. } => "not-normalised",
            Error::Length { .. } => "length",
            Error::Width { .. } => "width",
            Error::Unknown { .. } => "unknown",
            Error::InDataSet { error, .. } => error.kind(),
            Error::NotNumeric { .. } => "not-numeric",
            Error::Table { .. } => "table",
            Error::Model { .. } => "model",
            Error::Language { .. } => "language",
            Error::Missing { .. } => "missing",
            Error::NoDecomposition { .. } => "no-decomposition",
            Error::DifferentData { .. } => "different-data",
            Error::NoPenalty { .. } => "no-penalty",
            Error::NoProfile { .. } => "no-profile",
            Error::NoTest { .. } => "no-test",
            Error::Withheld { .. } => "withheld",
            Error::HigherMaximum { .. } => "higher-maximum",
            Error::UnknownOperation { .. } => "unknown-operation",
            Error::Format { .. } => "format",
            Error::Extreme { .. } => "extreme",
            Error::NoStart { .. } => "no-start",
            Error::Unbounded { .. } => "unbounded",
            Error::NoFiniteEstimate(_) => "no-finite-estimate",
            Error::NotIdentified { .. } => "not-identified",
            Error::NotConverged(_) => "not-converged",
        }
    }

    /// The row at fault, counted from 1, if there is one.
    pub fn row(&self) -> Option<usize> {
        match self {
            Error::NotFinite { row, .. }
            | Error::OutOfSupport { row, .. }
            | Error::EmptyInterval { row, .. }
            | Error::Weight { row, .. }
            | Error::Width { row, .. }
            | Error::Extreme { row, .. }
            | Error::NotNumeric { row, .. } => Some(*row),
            Error::NoStart { row, .. } => *row,
            Error::InDataSet { error, .. } => error.row(),
            _ => None,
        }
    }

    /// The rows that the error is about, counted from 1: the one at fault, those that carry a likelihood without bound, or
    /// those that are separated. None if it is not about some of them.
    pub fn rows(&self) -> Vec<usize> {
        match self {
            Error::Unbounded { rows, .. } => rows.clone(),
            Error::NoFiniteEstimate(recession) => {
                recession.separation.as_ref().map_or_else(Vec::new, |separation| separation.rows.clone())
            }
            Error::InDataSet { error, .. } => error.rows(),
            Error::OutOfSupport { row, others, .. } => std::iter::once(*row).chain(others.iter().copied()).collect(),
            other => other.row().into_iter().collect(),
        }
    }

    /// The column at fault, if it has a name.
    pub fn column(&self) -> Option<&str> {
        match self {
            Error::NotFinite { column, .. }
            | Error::OutOfSupport { column, .. }
            | Error::EmptyInterval { column, .. } => column.as_deref(),
            Error::NotNumeric { column, .. } => Some(column),
            Error::InDataSet { error, .. } => error.column(),
            _ => None,
        }
    }

    /// Whether the data themselves are at fault: empty, not finite, outside the support, of the wrong shape.
    pub fn is_data(&self) -> bool {
        !self.is_estimation() && !self.is_model()
    }

    /// Whether the data and the model are sound and yet there is no certified estimate, or no answer that theory vouches for.
    pub fn is_estimation(&self) -> bool {
        matches!(
            self,
            Error::Unbounded { .. }
                | Error::NoFiniteEstimate(_)
                | Error::NotIdentified { .. }
                | Error::NotConverged(_)
                | Error::NoStart { .. }
                | Error::Extreme { .. }
                | Error::NoProfile { .. }
                | Error::NoTest { .. }
                | Error::Withheld { .. }
                | Error::HigherMaximum { .. }
        )
    }

    /// Whether the likelihood has no maximum because it grows without bound.
    pub fn is_unbounded(&self) -> bool {
        matches!(self, Error::Unbounded { .. })
    }

    /// Whether the likelihood increases towards a supremum that it does not reach.
    pub fn is_no_finite_estimate(&self) -> bool {
        matches!(self, Error::NoFiniteEstimate(_))
    }

    /// Whether it does so because a linear predictor separates rows.
    pub fn is_separation(&self) -> bool {
        matches!(self, Error::NoFiniteEstimate(recession) if recession.separation.is_some())
    }

    /// Whether the data cannot tell the parameters apart.
    pub fn is_not_identified(&self) -> bool {
        matches!(self, Error::NotIdentified { .. })
    }

    /// The best point found, where the data and the model are sound and yet there is no certified estimate: names and
    /// values of what was to be estimated. It is no estimate.
    pub fn best_point(&self) -> Option<&[(String, f64)]> {
        match self {
            Error::NoFiniteEstimate(recession) => Some(&recession.point),
            Error::NotConverged(evidence) => Some(&evidence.point),
            Error::HigherMaximum { point, .. } => Some(point),
            _ => None,
        }
    }

    /// Whether the model is at fault: its text, its bindings, its stored form, a capability that it lacks.
    pub fn is_model(&self) -> bool {
        if let Error::InDataSet { error, .. } = self {
            return error.is_model();
        }
        matches!(
            self,
            Error::Model { .. }
                | Error::NoPenalty { .. }
                | Error::Language { .. }
                | Error::Missing { .. }
                | Error::UnknownOperation { .. }
                | Error::Format { .. }
        )
    }

    /// The same error about a column of this name, where it is about a row and names no column yet.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let error = Weibull.fit(&[1.2, -0.7]).expect_err("a negative time").in_column("time");
    /// assert!(error.to_string().starts_with("row 2 in column `time`: -0.7 is outside the support"));
    /// ```
    #[must_use]
    pub fn in_column(mut self, name: &str) -> Error {
        if let Error::NotFinite { column, .. }
        | Error::OutOfSupport { column, .. }
        | Error::EmptyInterval { column, .. } = &mut self
        {
            column.get_or_insert_with(|| name.to_string());
        }
        self
    }
}

fn in_column(column: &Option<String>) -> String {
    column.as_ref().map(|name| format!(" in column `{name}`")).unwrap_or_default()
}

fn values(count: usize) -> String {
    if count == 1 { "one value,".to_string() } else { format!("{count} values,") }
}

fn so_are(others: &[usize]) -> String {
    match others {
        [] => String::new(),
        [_] => format!("; so is the value in {}", recession::listed(others)),
        many if many.len() >= Error::MOST_ROWS => format!("; so are {} or more other values", Error::MOST_ROWS),
        _ => format!("; so are the values in {}", recession::listed(others)),
    }
}

fn of_extreme_size(size: f64, row: usize) -> String {
    if size > 1.0 {
        return format!(
            "row {row} is of the size of {size:.1e}, where arithmetic overflows; correct it, or give the data in other units"
        );
    }
    format!(
        "all observations are at most of the size of {size:.1e} (row {row}), where arithmetic underflows; give the data in other units"
    )
}

fn at_row(row: &Option<usize>) -> String {
    row.map(|row| format!("at row {row}, ")).unwrap_or_default()
}

fn listed_point(values: &[(String, f64)]) -> String {
    let parts = values.iter().map(|(name, value)| format!("{name} = {}", crate::number::significant(*value, 9)));
    parts.collect::<Vec<_>>().join(", ")
}

fn carried_by(rows: &[usize]) -> String {
    if rows.is_empty() { String::new() } else { format!(" ({})", recession::listed(rows)) }
}

fn along(direction: &[(String, f64)]) -> String {
    let parts: Vec<String> = direction.iter().map(|(name, part)| format!("{part:.3} · {name}")).collect();
    parts.join(" + ").replace("+ -", "− ")
}
