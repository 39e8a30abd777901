//! A Gaussian has an estimate in closed form: the mean, and the standard deviation with divisor n. The engine does not
//! need it, and agrees.
//!
//! `cargo run --example fit_gaussian`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/faithful.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let waiting = table.numbers("waiting")?;

    let n = waiting.len() as f64;
    let mu = waiting.iter().sum::<f64>() / n;
    let sigma = (waiting.iter().map(|x| (x - mu).powi(2)).sum::<f64>() / n).sqrt();

    // The family knows its closed form and starts there. From elsewhere, the solver has to find it.
    let fit = Normal.fit(waiting)?;
    let searched = Estimator::new(Normal).start_at([50.0, 30.0]).fit(waiting)?;
    println!("{fit}\n");
    println!("  {:<5}  {:>18}  {:>18}  {:>18}", "", "closed form", "fit", "fit from (50, 30)");
    for (name, exact) in [("mu", mu), ("sigma", sigma)] {
        println!("  {name:<5}  {exact:>18.14}  {:>18.14}  {:>18.14}", fit[name].value, searched[name].value);
    }
    println!("\nThe search took {} iterations.", searched.certificate().iterations);

    for fit in [&fit, &searched] {
        for (estimate, exact) in fit.estimates().iter().zip([mu, sigma]) {
            let digits = 1e-12 * exact.abs().max(estimate.std_error);
            assert!((estimate.value - exact).abs() <= digits, "{}: {} is not {exact}", estimate.name, estimate.value);
        }
        // In closed form too: σ/√n and σ/√(2n).
        assert!((fit["mu"].std_error / (sigma / n.sqrt()) - 1.0).abs() < 1e-12);
        assert!((fit["sigma"].std_error / (sigma / (2.0 * n).sqrt()) - 1.0).abs() < 1e-9);
    }
    assert!(searched.certificate().iterations > 0);
    Ok(())
}
