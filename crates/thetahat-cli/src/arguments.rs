//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Maximum-likelihood estimation with a certificate: fits models to columns of CSV files.
#[derive(Debug, Parser)]
#[command(name = "thetahat", version, after_help = AFTER)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Where to begin, from the root of the repository.
const AFTER: &str = "\
Examples:
  thetahat fit examples/data/faithful.csv --column waiting --model normal
  thetahat profile examples/data/faithful.csv --column waiting --model weibull
  thetahat fit examples/data/birthwt.csv --column low --model 'Regress(Bernoulli, p ~ lwt + smoke)'
  thetahat compare examples/data/discoveries.csv

`thetahat families` lists what --model takes; `thetahat VERB --help` says what a verb takes.

Exit codes:
  0  an answer
  1  usage and data are sound, but no estimate exists or was found, or theory vouches for no answer
  2  bad usage or bad data: the message says what to change";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Fit a model to columns of a CSV file
    Fit(Box<Fit>),
    /// Estimate functions of a model's parameters: quantiles, ratios, means
    Derive(Box<Derive>),
    /// Give each parameter of a model a profile-likelihood interval
    Profile(Box<Profile>),
    /// Repeat a fit on data like those observed, for standard errors, biases and intervals
    Bootstrap(Box<Bootstrap>),
    /// Find the rows that matter most: how far the estimates would move without each
    Influence(Box<Influence>),
    /// Test a hypothesis about the parameters of a model, or two models against each other
    Test(Box<Test>),
    /// Test whether the data could come from the fitted model (goodness of fit)
    Gof(Box<Gof>),
    /// Fit several models, or all families whose support holds the data, and rank them
    Compare(Box<Compare>),
    /// Fit a model and draw as many rows from it, as CSV unless another format is asked for
    Simulate(Box<Simulate>),
    /// List the families that can be fitted
    Families(Families),
}

/// A model to fit, and to what.
#[derive(Debug, Args)]
pub(crate) struct Question {
    #[command(flatten)]
    pub(crate) data: Data,

    /// The model: a family (`thetahat families` lists them) such as `weibull`, or one made of them, for example
    /// `Mixture([Normal, Normal])`, `Fixed(Weibull, shape = 1)`, `Regress(Bernoulli, p ~ age + dose)`
    #[arg(long, help_heading = "Model")]
    pub(crate) model: String,

    /// What is added to the log-likelihood: `firth`, ½ ln |I| of the expected information I, where the parameters are
    /// canonical, as in logistic and Poisson log-linear regression; or `ridge=LAMBDA`, −½ LAMBDA Σ β² over the coefficients
    /// of covariates, each in the unit of its covariate, intercepts aside
    #[arg(long, value_name = "firth|ridge=LAMBDA", value_parser = penalty, help_heading = "Model")]
    pub(crate) penalty: Option<Penalty>,

    /// How many starting points to search from, at least; more find a higher maximum where there are several
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Model")]
    pub(crate) starts: usize,

    /// Seed of what is drawn, such as starting points and repetitions; the same seed gives the same answer
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Model")]
    pub(crate) seed: u64,

    /// What to print: a table for people (text, markdown), for programs its rows alone (csv) or all there is (json)
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Penalty {
    Firth,
    Ridge(f64),
}

fn penalty(text: &str) -> Result<Penalty, String> {
    if text.trim() == "firth" {
        return Ok(Penalty::Firth);
    }
    let strength = text.split_once('=').filter(|(name, _)| name.trim() == "ridge").map(|(_, number)| number.trim());
    match strength.and_then(|number| number.parse::<f64>().ok()) {
        Some(lambda) if lambda > 0.0 && lambda.is_finite() => Ok(Penalty::Ridge(lambda)),
        _ => Err("it is `firth`, or `ridge=LAMBDA` with a number greater than 0".to_string()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Fit {
    #[command(flatten)]
    pub(crate) question: Question,

    /// What standard errors are from: the observed information (the default, but for sampling weights), the expected one, or
    /// the sandwich of the observed one and the scores of rows, which holds also where the model is wrong
    #[arg(long, value_enum)]
    pub(crate) errors: Option<Errors>,

    /// A column of labels: rows with the same one may depend on each other, and standard errors are the sandwich's of
    /// clusters
    #[arg(long, value_name = "NAME", conflicts_with = "errors")]
    pub(crate) clusters: Option<String>,

    /// Confidence level of the intervals, a probability
    #[arg(long, value_name = "P", default_value_t = 0.95, allow_negative_numbers = true)]
    pub(crate) level: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Errors {
    Observed,
    Expected,
    Sandwich,
}

#[derive(Debug, Args)]
pub(crate) struct Derive {
    #[command(flatten)]
    pub(crate) question: Question,

    /// A formula of what is estimated, and its name; may be given several times: `b10 = scale * (-ln(0.9))^(1/shape)`; names with other characters than letters,
    /// digits, `_` and `.` stand between backquotes
    #[arg(long = "quantity", value_name = "NAME = FORMULA", required = true)]
    pub(crate) quantities: Vec<String>,

    /// Intervals of the profile likelihood, not Wald intervals by the delta method
    #[arg(long)]
    pub(crate) profile: bool,

    /// Confidence level of the intervals, a probability
    #[arg(long, value_name = "P", default_value_t = 0.95, allow_negative_numbers = true)]
    pub(crate) level: f64,
}

#[derive(Debug, Args)]
pub(crate) struct Profile {
    #[command(flatten)]
    pub(crate) question: Question,

    /// A parameter or coefficient; may be given several times; all of them, if none is named
    #[arg(long = "parameter", value_name = "NAME")]
    pub(crate) parameters: Vec<String>,

    /// Confidence level of the intervals, a probability
    #[arg(long, value_name = "P", default_value_t = 0.95, allow_negative_numbers = true)]
    pub(crate) level: f64,
}

#[derive(Debug, Args)]
pub(crate) struct Bootstrap {
    #[command(flatten)]
    pub(crate) question: Question,

    /// Draw data from the fitted law, not rows of the data
    #[arg(long)]
    pub(crate) parametric: bool,

    /// How rows came to be censored, as in `gof`; data that are drawn are censored alike
    #[arg(long, value_name = "independent|schedule|X|NAME", requires = "parametric")]
    pub(crate) censoring: Option<String>,

    /// Bias-corrected and accelerated intervals, not percentile intervals
    #[arg(long, conflicts_with = "parametric")]
    pub(crate) bca: bool,

    /// How often the fit is repeated
    #[arg(long, value_name = "N", default_value_t = 999)]
    pub(crate) replicates: usize,

    /// Confidence level of the intervals, a probability
    #[arg(long, value_name = "P", default_value_t = 0.95, allow_negative_numbers = true)]
    pub(crate) level: f64,
}

#[derive(Debug, Args)]
pub(crate) struct Influence {
    #[command(flatten)]
    pub(crate) question: Question,

    /// How many rows, the most influential first; if not said, 10 as text and all in other formats
    #[arg(long, value_name = "N")]
    pub(crate) rows: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) question: Question,

    /// What holds if the hypothesis is true: `shape = 1`, `mu1 = mu2`, `size = inf`, or the name of a law that the model
    /// holds, `exponential`; may be given several times, and then all hold
    #[arg(long = "null", value_name = "NAME = VALUE|NAME or LAW", required_unless_present = "against")]
    pub(crate) nulls: Vec<String>,

    /// Another model of the same rows, of which neither holds the other: whether the two can be told apart, and which is
    /// nearer to what produced the data (Vuong's tests)
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["nulls", "bootstrap"])]
    pub(crate) against: Option<String>,

    /// The null is a model of its own, such as a mixture of fewer components; the law of the likelihood ratio is found by
    /// drawing data from it and fitting both
    #[arg(long)]
    pub(crate) bootstrap: bool,

    /// How many data sets are drawn with --bootstrap
    #[arg(long, value_name = "N", default_value_t = 999)]
    pub(crate) replicates: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Gof {
    #[command(flatten)]
    pub(crate) question: Question,

    /// The upper ends of cells whose counts are compared by Pearson's χ², the last cell beyond them; without them the
    /// Kolmogorov–Smirnov, Cramér–von Mises and Anderson–Darling statistics
    #[arg(long, value_name = "X,X,…", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) cuts: Vec<f64>,

    /// How rows came to be censored: `independent` of what is observed; by a `schedule` of inspections, the ends of the
    /// intervals; or at times that are known also for rows that were observed: a number for all, or a column
    #[arg(long, value_name = "independent|schedule|X|NAME")]
    pub(crate) censoring: Option<String>,

    /// How many data sets are drawn from the fit and fitted
    #[arg(long, value_name = "N", default_value_t = 999)]
    pub(crate) replicates: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) data: Data,

    /// A model to compare, as in `fit --model`; may be given several times; without any, all families whose support holds the
    /// data
    #[arg(long = "model", value_name = "MODEL")]
    pub(crate) models: Vec<String>,

    /// What to rank by: an information criterion, or the cross-entropy of rows that were held out
    #[arg(long, value_enum, default_value_t = By::Aic)]
    pub(crate) by: By,

    /// With --by held-out: into how many folds the rows are dealt, each of which is held out in turn
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) folds: usize,

    /// With --by held-out: the seed that deals the rows into folds
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,

    /// What to print: a table for people (text, markdown), for programs its rows alone (csv) or all there is (json)
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Aic,
    Aicc,
    Bic,
    HeldOut,
}

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub(crate) question: Question,
}

/// Where the observations are.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// A CSV file with a header row; `-` is standard input
    pub(crate) file: PathBuf,

    /// The column that holds the observations, if the file has more than one of numbers; given several times, their rows are
    /// vectors
    #[arg(long = "column", value_name = "NAME", help_heading = "Data")]
    pub(crate) columns: Vec<String>,

    /// A column of frequencies: how many observations a row stands for
    #[arg(long, value_name = "NAME", help_heading = "Data")]
    pub(crate) weights: Option<String>,

    /// A column of sampling weights: how many of the population a row stands for
    #[arg(long, value_name = "NAME", conflicts_with = "weights", help_heading = "Data")]
    pub(crate) sampling_weights: Option<String>,

    /// The number of trials of which --column counts the successes: a number, or a column
    #[arg(long, value_name = "N|NAME", conflicts_with_all = ["interval", "event"], help_heading = "Data")]
    pub(crate) trials: Option<String>,

    /// Two columns between which each value is known to lie, in place of --column: equal ends are an exact value, an infinite or
    /// empty end is none (interval censoring)
    #[arg(long, value_name = "LEFT,RIGHT", conflicts_with = "columns", help_heading = "Data")]
    pub(crate) interval: Option<String>,

    /// A column that is 1 where the time in --column was observed, and 0 where it is right-censored
    #[arg(long, value_name = "NAME", conflicts_with = "interval", help_heading = "Data")]
    pub(crate) event: Option<String>,

    /// A column that says since when a row was observed, and could not have been seen before: delayed entry, left truncation
    #[arg(long, value_name = "NAME", help_heading = "Data")]
    pub(crate) entry: Option<String>,

    /// The window in which a row could be observed at all: more than LOWER and not more than UPPER, each a column, a number
    /// for all rows, or nothing; in a column an infinite or empty cell is no bound
    #[arg(
        long,
        value_name = "LOWER,UPPER",
        conflicts_with = "entry",
        allow_hyphen_values = true,
        help_heading = "Data"
    )]
    pub(crate) window: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Families {
    /// What to print: a table for people (text, markdown), for programs its rows alone (csv) or all there is (json)
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
    Markdown,
}
