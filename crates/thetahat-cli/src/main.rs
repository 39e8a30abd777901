//! The command `thetahat`: certified maximum-likelihood fits of CSV files.

mod arguments;
mod compare;
mod families;
mod fit;
mod hypothesis;
mod influence;
mod input;
mod progress;
mod questions;
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
        Verb::Derive(derive) => questions::derive(&derive),
        Verb::Profile(profile) => questions::profile(&profile),
        Verb::Bootstrap(bootstrap) => questions::bootstrap(&bootstrap),
        Verb::Influence(influence) => influence::run(&influence),
        Verb::Test(test) => hypothesis::run(&test),
        Verb::Gof(gof) => questions::gof(&gof),
        Verb::Compare(compare) => compare::run(&compare),
        Verb::Simulate(simulate) => questions::simulate(&simulate),
        Verb::Families(families) => families::run(&families),
    }
}
