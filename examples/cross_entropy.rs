//! Maximum likelihood is minimum cross-entropy: on a hundred years of discoveries, counted, the same λ makes the product
//! of probabilities greatest, their sum of logarithms, its mean, and makes H(p̂, q_λ) least. Then the same with 10,000
//! observations, where the product is 0 whatever λ.
//!
//! `cargo run --example cross_entropy`

use std::fs::File;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::information::{Empirical, Probabilities, cross_entropy, entropy, relative_entropy};
use thetahat::prelude::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/discoveries.csv");

/// Steps of the grid of λ.
const STEP: f64 = 0.1;

fn ln_probability(x: u64, lambda: f64) -> f64 {
    Poisson.ln_density(Theta::new(&[lambda]), x as f64)
}

/// The product of the probabilities and the sum of their logarithms.
fn product_and_sum(data: &[u64], lambda: f64) -> (f64, f64) {
    let logs = data.iter().map(|&x| ln_probability(x, lambda));
    (logs.clone().map(f64::exp).product(), logs.sum())
}

/// q_λ on the observed values, and what it gives to all others; and p̂ on the same.
fn distributions(data: &Empirical<u64>, lambda: f64) -> thetahat::Result<(Probabilities, Probabilities)> {
    let mut q: Vec<f64> = data.values().iter().map(|&x| ln_probability(x, lambda).exp()).collect();
    q.push(1.0 - q.iter().sum::<f64>());
    let mut p = data.probabilities().as_slice().to_vec();
    p.push(0.0);
    Ok((Probabilities::new(p)?, Probabilities::new(q)?))
}

/// The λ at which a column of the grid is greatest.
fn argmax(grid: &[f64], value: impl Fn(usize) -> f64) -> f64 {
    let best = (0..grid.len()).max_by(|&a, &b| value(a).total_cmp(&value(b)));
    grid[best.expect("the grid has points")]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(File::open(DATA)?)?;
    let data: Vec<u64> = table.numbers("discoveries")?.iter().map(|&x| x as u64).collect();
    let (n, empirical) = (data.len() as f64, Empirical::of(&data)?);
    let grid: Vec<f64> = (22..=40).map(|k| f64::from(k) * STEP).collect();

    println!("Poisson(λ) and {n} counts; information in nats\n");
    println!("  {:>4}  {:>11}  {:>9}  {:>9}  {:>9}  {:>9}", "λ", "Π q", "Σ ln q", "mean ln q", "H(p̂, q)", "D(p̂‖q)");
    let mut rows = Vec::new();
    for &lambda in &grid {
        let (product, sum) = product_and_sum(&data, lambda);
        let (p, q) = distributions(&empirical, lambda)?;
        let (across, left) = (cross_entropy(&p, &q)?, relative_entropy(&p, &q)?);
        let (h, d) = (across.nats(), left.nats());
        println!("  {lambda:>4.1}  {product:>11.3e}  {sum:>9.3}  {:>9.5}  {h:>9.5}  {d:>9.5}", sum / n);
        // H(p̂, q) is the mean of −ln q, and splits into H(p̂) and D(p̂‖q).
        assert!((h + sum / n).abs() < 1e-13);
        let parts = entropy(&p) + left;
        assert!((h - parts.nats()).abs() < 1e-13 && (across.bits() - parts.bits()).abs() < 1e-13);
        rows.push([product, sum, sum / n, -h, -d]);
    }

    // Each column is best at one λ: the grid point next to the estimate.
    let fit = Poisson.fit(&data)?;
    let best: Vec<f64> = (0..5).map(|column| argmax(&grid, |row| rows[row][column])).collect();
    println!("  best  {:>11.1}  {:>9.1}  {:>9.1}  {:>9.1}  {:>9.1}", best[0], best[1], best[2], best[3], best[4]);
    assert!(best.iter().all(|&lambda| lambda == best[0]));
    let estimate = fit["lambda"].value;
    println!("\nThe estimate is λ̂ = {estimate}, where\n\n{}", fit.decomposition()?);
    assert!((best[0] - estimate).abs() <= 0.5 * STEP + 1e-12);
    assert!((estimate - data.iter().sum::<u64>() as f64 / n).abs() < 1e-12);
    assert!(rows.iter().all(|row| row[1] <= fit.log_likelihood() + 1e-12));

    let many = Poisson.sample(&[estimate], 10_000, &mut SmallRng::seed_from_u64(7));
    let far: Vec<(f64, f64)> = grid.iter().map(|&lambda| product_and_sum(&many, lambda)).collect();
    let products = far.iter().map(|(product, _)| product).fold(0.0, |a: f64, b| a.max(*b));
    let (lowest, highest) = far.iter().fold((0.0_f64, f64::NEG_INFINITY), |(a, b), (_, s)| (a.min(*s), b.max(*s)));
    let best = argmax(&grid, |row| far[row].1);
    println!(
        "\nWith 10,000 draws from q_λ̂ the greatest Π q on the grid is {products}, and nothing can be told from it."
    );
    println!("Σ ln q lies between {lowest:.1} and {highest:.1}, and is greatest at {best:.1}.");
    assert_eq!(products, 0.0);
    assert!(far.iter().all(|(_, sum)| sum.is_finite()));
    assert!((best - Poisson.fit(&many)?["lambda"].value).abs() <= 0.5 * STEP + 1e-12);
    Ok(())
}
