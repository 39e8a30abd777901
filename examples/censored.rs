//! Censored data: the times at which nephropathy began, many of them known only to lie in an interval.
//!
//! `cargo run --example censored`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/diabetes.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // From a table: two columns that hold the ends.
    let table = Table::from_csv(File::open(DATA)?)?;
    let fit = Weibull.fit(table.intervals("left", "right")?)?;
    println!("{fit}\n");

    // From values: each row says what is known of it, and the family stays the same.
    let (left, right) = (table.numbers("left")?, table.numbers("right")?);
    let known = |(&left, &right): (&f64, &f64)| match (left == right, left.is_finite(), right.is_finite()) {
        (true, _, _) => At(left),
        (_, true, true) => Between(left, right),
        (_, true, false) => After(left),
        (_, false, _) => Before(right),
    };
    let times: Vec<Censored> = left.iter().zip(right).map(known).collect();
    let again = Weibull.fit(&times)?;
    let exact = times.iter().filter(|time| matches!(time, At(_))).count();
    println!("{exact} of {} times were observed exactly", times.len());

    assert_eq!(fit.estimates(), again.estimates());
    assert!((fit["shape"].value - 2.8234952488108718).abs() < 1e-9);
    assert!((fit["scale"].value - 18.856529252374965).abs() < 1e-8);
    assert_eq!(exact, 595);
    Ok(())
}
