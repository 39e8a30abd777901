//! Vectors of observations: the means and the covariance matrix of four measurements of a flower.
//!
//! `cargo run --example multivariate`

use std::fs::File;

use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/setosa.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let names: Vec<&str> = table.names().collect();
    let fit = MultivariateNormal::columns(names.clone()).fit(table.responses(names)?)?;
    println!("{fit}\n");

    // What was estimated has a covariance matrix of its own: the uncertainty of two estimates together.
    let uncertainty = fit.covariance();
    let both = uncertainty.between("mu_sepal_length", "mu_sepal_width").expect("both were estimated");
    let correlation = both / (fit["mu_sepal_length"].std_error * fit["mu_sepal_width"].std_error);
    println!("the estimates of the first two means have correlation {correlation:.3}");

    // Maximum likelihood divides by n.
    assert!((fit["mu_sepal_length"].value - 5.006).abs() < 1e-12);
    assert!((fit["s_11"].value - 0.121764).abs() < 1e-12);
    assert!((fit["s_21"].value - 0.097232).abs() < 1e-12);
    assert!((fit.log_likelihood() - 44.91657225551244).abs() < 1e-9);
    Ok(())
}
