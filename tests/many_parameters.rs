//! More parameters than a Hessian at every iteration is worth: gradients first, Newton at the end, the same certificate.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use thetahat::data::Column;
use thetahat::prelude::*;

#[test]
fn a_covariance_of_eight_dimensions_from_a_poor_start() {
    let d = 8;
    let mut rng = SmallRng::seed_from_u64(3);
    let rows: Vec<Vec<f64>> = (0..200)
        .map(|_| {
            let common: f64 = rng.sample(StandardNormal);
            (0..d).map(|k| f64::from(k) + common + rng.sample::<f64, _>(StandardNormal)).collect()
        })
        .collect();
    let model = MultivariateNormal::columns((0..d).map(|k| format!("x{k}")));
    let exact = model.fit(&rows).expect("the closed form");
    assert_eq!(exact.free_parameters(), 44);
    let mut start = vec![0.0; 8];
    start.extend((0..8).flat_map(|i| (0..=i).map(move |j| if i == j { 4.0 } else { 0.0 })));
    let found = Estimator::new(model).start_at(start).fit(&rows).expect("the same");
    assert!(found.certificate().iterations > 5 && found.certificate().edm < 1e-12);
    for (a, b) in found.estimates().iter().zip(exact.estimates()) {
        assert!((a.value - b.value).abs() < 1e-9 * b.std_error, "{}: {} is not {}", a.name, a.value, b.value);
        assert!((a.std_error / b.std_error - 1.0).abs() < 1e-7, "{}", a.name);
    }
    // The variance of a mean is s/n, of a variance 2s²/n.
    for k in 1..=d {
        let (mean, variance) = (&exact[&format!("mu_x{}", k - 1)], &exact[&format!("s_{k}{k}")]);
        assert!((mean.std_error / (variance.value / 200.0).sqrt() - 1.0).abs() < 1e-9);
        assert!((variance.std_error / (variance.value * (2.0_f64 / 200.0).sqrt()) - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_logistic_regression_on_forty_covariates() {
    let (n, p) = (3000, 40);
    let mut rng = SmallRng::seed_from_u64(9);
    let columns: Vec<Vec<f64>> = (0..p).map(|_| (0..n).map(|_| rng.sample(StandardNormal)).collect()).collect();
    let response: Vec<f64> = (0..n)
        .map(|row| {
            let eta: f64 = columns.iter().enumerate().map(|(k, x)| x[row] * 0.3 * ((k % 5) as f64 - 2.0)).sum();
            f64::from(rng.random::<f64>() < 1.0 / (1.0 + (-eta).exp()))
        })
        .collect();
    let names: Vec<String> = (0..p).map(|k| format!("x{k}")).collect();
    let mut table: Vec<(String, Column)> = vec![("y".into(), Column::from(response.clone()))];
    table.extend(names.iter().cloned().zip(columns.iter().cloned().map(Column::from)));
    let table = Table::new(table).expect("a table");
    let fit = Regress(Bernoulli).on("p", names.clone()).fit(table.response("y").unwrap()).expect("a fit");
    assert_eq!(fit.free_parameters(), 41);
    // The score is zero, written out by hand: Σ (y − p) x.
    let beta: Vec<f64> = fit.estimates().iter().map(|estimate| estimate.value).collect();
    let probability = |row: usize| {
        let eta = beta[0] + columns.iter().zip(&beta[1..]).map(|(x, b)| x[row] * b).sum::<f64>();
        1.0 / (1.0 + (-eta).exp())
    };
    let residuals: Vec<f64> = (0..n).map(|row| response[row] - probability(row)).collect();
    assert!(residuals.iter().sum::<f64>().abs() < 1e-8);
    for x in &columns {
        assert!(residuals.iter().zip(x).map(|(r, x)| r * x).sum::<f64>().abs() < 1e-8);
    }
}

#[test]
fn many_categories() {
    // More statistics than an expansion may have otherwise, and most levels rare.
    let count = |level: usize| 1 + level % 7;
    let rows: Vec<String> = (0..420).flat_map(|level| vec![format!("{level}"); count(level)]).collect();
    let fit = Categorical::of(&rows).fit(&rows).expect("the closed form");
    let n = rows.len() as f64;
    assert!((fit.n() - n).abs() < 0.5 && fit.certificate().iterations == 0);
    for (level, estimate) in fit.estimates().iter().enumerate() {
        let p = count(level) as f64 / n;
        assert!((estimate.value / p - 1.0).abs() < 1e-12);
        assert!((estimate.std_error / (p * (1.0 - p) / n).sqrt() - 1.0).abs() < 1e-7, "{}", estimate.name);
    }
}
