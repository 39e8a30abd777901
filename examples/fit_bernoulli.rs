//! A Bernoulli probability has an estimate in closed form: the share of successes. The engine does not need it, and
//! agrees.
//!
//! `cargo run --example fit_bernoulli`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/birthwt.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let low: Vec<bool> = table.numbers("low")?.iter().map(|&low| low == 1.0).collect();

    let n = low.len() as f64;
    let successes = low.iter().filter(|&&low| low).count();
    let p = successes as f64 / n;

    // The family knows its closed form and starts there. From elsewhere, the solver has to find it.
    let fit = Bernoulli.fit(&low)?;
    let searched = Estimator::new(Bernoulli).start_at([0.9]).fit(&low)?;
    println!("{fit}\n");
    println!("  {:>12}  {:>18}  {:>18}", "successes/n", "fit", "fit from 0.9");
    println!("  {:>12}  {:>18.16}  {:>18.16}", format!("{successes}/{n}"), fit["p"].value, searched["p"].value);
    println!("\nThe search took {} iterations.", searched.certificate().iterations);

    for fit in [&fit, &searched] {
        let found = &fit["p"];
        assert!((found.value - p).abs() <= 1e-12 * p.max(found.std_error), "{} is not {p}", found.value);
        // In closed form too: √(p (1 − p) / n).
        assert!((found.std_error / (p * (1.0 - p) / n).sqrt() - 1.0).abs() < 1e-12);
    }
    assert!(searched.certificate().iterations > 0);
    Ok(())
}
