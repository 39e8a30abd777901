//! The probabilities of several levels have an estimate in closed form: their shares. The engine does not need it, and
//! agrees. The data are a table of counts.
//!
//! `cargo run --example fit_categorical`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/hair.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let (levels, counts) = (table.levels("hair")?, table.numbers("count")?);
    let n: f64 = counts.iter().sum();

    // The family knows its closed form and starts there. From elsewhere, the solver has to find it.
    let model = Categorical::with_levels(&levels);
    let data = Weighted::frequency(table.response("hair")?, counts);
    let fit = model.fit(data.clone())?;
    let searched = Estimator::new(model).start_at([0.25; 4]).fit(data)?;
    println!("{fit}\n");
    println!("  {:<5}  {:>7}  {:>18}  {:>18}", "", "count/n", "fit", "fit from ¼ each");
    for (level, count) in levels.iter().zip(counts) {
        let name = format!("p_{level}");
        let share = format!("{count}/{n}");
        println!("  {level:<5}  {share:>7}  {:>18.16}  {:>18.16}", fit[&*name].value, searched[&*name].value);
    }
    println!("\nThe search took {} iterations.", searched.certificate().iterations);

    for fit in [&fit, &searched] {
        for (found, count) in fit.estimates().iter().zip(counts) {
            let p = count / n;
            assert!((found.value - p).abs() <= 1e-12 * p.max(found.std_error), "{} is not {p}", found.value);
            // In closed form too: √(p (1 − p) / n).
            assert!((found.std_error / (p * (1.0 - p) / n).sqrt() - 1.0).abs() < 1e-12);
        }
    }
    assert!(searched.certificate().iterations > 0);
    Ok(())
}
