//! The command `thetahat`: certified maximum-likelihood fits of CSV files.

mod arguments;
mod families;
mod fit;
mod input;
mod progress;
mod report;

use std::process::ExitCode;

use arguments::{Arguments, Verb};
use clap::Parser;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return report::usage(&error),
    };
    match arguments.verb {
        Verb::Fit(fit) => fit::run(&fit),
        Verb::Families(families) => families::run(&families),
    }
}
