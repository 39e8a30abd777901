//! Models chosen at run time: a list of texts, each fitted to the same data, compared by AIC; and a formula as data.
//!
//! `cargo run --example any_model`

use std::fs::File;

use thetahat::families::Schema;
use thetahat::graph::Graph;
use thetahat::language;
use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/faithful.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let schema = Schema::of(&table, ["waiting"]);

    let texts = ["normal", "weibull", "Mixture([Normal, Normal])", "Mixture([Weibull, Normal])"];
    let fit = |text: &&str| language::parse(text, &schema)?.fit(table.response("waiting")?);
    let mut fits: Vec<Fit> = texts.iter().map(fit).collect::<Result<_, _>>()?;
    // A criterion may be withheld, for example with sampling weights; not here.
    let aic = |fit: &Fit| fit.aic().expect("these are whole observations");
    fits.sort_by(|a, b| aic(a).total_cmp(&aic(b)));
    println!("{:<28}  {:>14}  {:>8}", "model", "log-likelihood", "AIC");
    for fit in &fits {
        println!("{:<28}  {:>14.3}  {:>8.2}", fit.model(), fit.log_likelihood(), aic(fit));
    }

    // The formula of a model can be read, stored and sent; what comes back is the same formula.
    let normal = language::parse("normal", &schema)?;
    let stored = normal.density().to_json();
    let returned = Graph::from_json(&stored)?;
    println!("\nthe log-density of {normal}:\n{}", returned.formula(&["mu", "sigma"], &["x"]));
    println!("\nas JSON, {} bytes: {}…", stored.len(), &stored[..72]);

    assert_eq!(&returned, normal.density());
    assert_eq!(fits[0].model(), "Mixture([Normal, Normal])");
    assert_eq!(fits[3].model(), "Normal");
    assert!((fits[3].log_likelihood() - -1095.2888005007117).abs() < 1e-9);
    Ok(())
}
