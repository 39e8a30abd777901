//! The command `thetahat`: certified maximum-likelihood fits of CSV files.

mod arguments;
mod families;
mod fit;
mod input;
mod report;

use std::process::ExitCode;

use arguments::{Arguments, Verb};

fn main() -> ExitCode {
    let arguments: Arguments = clap::Parser::parse();
    match arguments.verb {
        Verb::Fit(fit) => fit::run(&fit),
        Verb::Families(families) => families::run(&families),
    }
}
