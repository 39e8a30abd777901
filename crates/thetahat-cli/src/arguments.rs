//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Maximum-likelihood estimation with a certificate.
///
/// Exit codes: 0 a certified fit; 1 no estimate exists or was found; 2 bad usage or bad data.
#[derive(Debug, Parser)]
#[command(name = "thetahat", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Fit a model to columns of a CSV file
    Fit(Box<Fit>),
    /// List the families that can be fitted
    Families(Families),
}

#[derive(Debug, Args)]
pub(crate) struct Fit {
    #[command(flatten)]
    pub(crate) data: Data,

    /// The model: a family such as `weibull`, or for example `Mixture([Normal, Normal])`, `Fixed(Weibull, shape = 1)`,
    /// `Regress(Bernoulli, p ~ age + dose)`
    #[arg(long)]
    pub(crate) model: String,

    /// How many starting points to search from, at least
    #[arg(long, default_value_t = 1)]
    pub(crate) starts: usize,

    /// Seed of the starting points that are drawn
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,

    /// Confidence level of the intervals, a probability
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub(crate) level: f64,

    /// What to print: a table for people, or a form for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Where the observations are.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// A CSV file with a header row; `-` is standard input
    pub(crate) file: PathBuf,

    /// The column that holds the observations; several make a vector observation
    #[arg(long = "column", value_name = "NAME")]
    pub(crate) columns: Vec<String>,

    /// A column of frequencies: how many observations a row stands for
    #[arg(long, value_name = "NAME")]
    pub(crate) weights: Option<String>,

    /// A column of sampling weights: how many of the population a row stands for
    #[arg(long, value_name = "NAME", conflicts_with = "weights")]
    pub(crate) sampling_weights: Option<String>,

    /// The number of trials of which --column counts the successes: a number, or a column
    #[arg(long, value_name = "N|NAME", conflicts_with_all = ["interval", "event"])]
    pub(crate) trials: Option<String>,

    /// Two columns that hold the ends of intervals: equal ends are exact, an infinite or empty end is none
    #[arg(long, value_name = "LEFT,RIGHT", conflicts_with = "columns")]
    pub(crate) interval: Option<String>,

    /// A column that is 1 where the time in --column was observed, and 0 where it is right-censored
    #[arg(long, value_name = "NAME", conflicts_with = "interval")]
    pub(crate) event: Option<String>,

    /// A column that says since when a row was observed: delayed entry, left truncation
    #[arg(long, value_name = "NAME")]
    pub(crate) entry: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Families {
    /// What to print: a table for people, or a form for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
    Markdown,
}
