//! Regression: a parameter of a family depends on covariates. With a Bernoulli probability, it is logistic regression.
//!
//! `cargo run --example regression`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/birthwt.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let risks = ["age", "lwt", "race2", "race3", "smoke", "ptl", "ht", "ui"];
    let fit = Regress(Bernoulli).on("p", risks).fit(table.response("low")?)?;
    println!("{fit}\n");

    let (lower, upper) = fit["smoke"].interval(0.95)?;
    let [odds, lower, upper] = [fit["smoke"].value, lower, upper].map(f64::exp);
    println!("smoking multiplies the odds of a low birth weight by {odds:.2} (95 % interval {lower:.2} to {upper:.2})");

    assert!((fit["(Intercept)"].value - 0.636909664068337).abs() < 1e-8);
    assert!((fit["smoke"].value - 0.8464022828244396).abs() < 1e-9);
    assert!((fit["smoke"].std_error - 0.40807455861676545).abs() < 1e-9);
    assert!((fit.log_likelihood() - -98.41685176466419).abs() < 1e-10);
    Ok(())
}
