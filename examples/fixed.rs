//! A parameter that is known: the exponential distribution as a Weibull distribution of shape 1, and a likelihood-ratio
//! test of it.
//!
//! `cargo run --example fixed`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/groundbeef.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let servings = table.numbers("serving")?;

    let free = Weibull.fit(servings)?;
    let exponential = Fixed(Weibull, "shape", 1.0).fit(servings)?;
    println!("{exponential}\n");

    let ratio = 2.0 * (free.log_likelihood() - exponential.log_likelihood());
    let freedom = free.free_parameters() - exponential.free_parameters();
    println!("likelihood ratio {ratio:.1} on {freedom} degree of freedom; 3.84 rejects a shape of 1 at 5 %");

    // The estimate of an exponential scale is the mean.
    let mean = servings.iter().sum::<f64>() / servings.len() as f64;
    assert!((exponential["scale"].value - mean).abs() < 1e-9);
    assert_eq!(freedom, 1);
    assert!(ratio > 3.84);
    Ok(())
}
