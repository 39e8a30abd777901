//! A mixture: short and long eruptions of a geyser. Its likelihood has several maxima, so the search starts at several
//! points.
//!
//! `cargo run --example mixture`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/faithful.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let eruptions = table.numbers("eruptions")?;

    let one = Normal.fit(eruptions)?;
    let two = Estimator::new(Mixture([Normal, Normal])).starts(20).seed(7).fit(eruptions)?;
    println!("{two}\n");
    let (aic_of_one, aic_of_two) = (one.aic().unwrap_or(f64::NAN), two.aic().unwrap_or(f64::NAN));
    println!("AIC {aic_of_one:.1} with one component, {aic_of_two:.1} with two");

    // Components are reported in increasing order of their means.
    assert!((two["w1"].value - 0.3484046340147524).abs() < 1e-8);
    assert!((two["mu1"].value - 2.0186078170628847).abs() < 1e-8);
    assert!((two["mu2"].value - 4.273343421191893).abs() < 1e-8);
    assert!((two.log_likelihood() - -276.3600404957341).abs() < 1e-9);
    assert!(aic_of_two < aic_of_one);
    Ok(())
}
