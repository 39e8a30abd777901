//! Fitting a family: a Weibull distribution of serving sizes, read from a CSV file.
//!
//! `cargo run --example fit_family`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/groundbeef.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let fit = Weibull.fit(table.numbers("serving")?)?;
    println!("{fit}\n");

    let shape = &fit["shape"];
    let (lower, upper) = shape.interval(0.99)?;
    println!("shape {:.3} ± {:.3}, 99 % interval from {lower:.3} to {upper:.3}", shape.value, shape.std_error);

    assert!((shape.value - 2.1856123322593843).abs() < 1e-9);
    assert!((fit["scale"].value - 83.34666883163219).abs() < 1e-7);
    assert!((fit.log_likelihood() - -1255.2247198636483).abs() < 1e-9);
    Ok(())
}
