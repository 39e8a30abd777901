//! Whole fits, everything included: data copied in, formulas traced and compiled, search, certificate, standard errors.
//!
//!     cargo bench --bench fits [-- NAME]
//!     cargo bench --bench fits -- --ignored      up to 100,000,000 rows; takes 8 GB and some minutes

use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::data::Column;
use thetahat::prelude::*;

fn main() {
    divan::main();
}

const ROWS: [usize; 3] = [100, 10_000, 1_000_000];

fn draws<M: Draw>(model: &M, theta: &[f64], rows: usize) -> Vec<Value<M>> {
    let mut rng = SmallRng::seed_from_u64(1);
    (0..rows).map(|_| model.draw(theta, &mut rng)).collect()
}

fn time<M: Model, D: Data<M> + Clone>(bencher: Bencher, model: M, data: D, rows: usize) {
    let fit = || model.fit(black_box(data.clone())).expect("a certified fit");
    bencher.counter(ItemsCount::new(rows)).bench_local(fit);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn normal(bencher: Bencher, rows: usize) {
    time(bencher, Normal, &draws(&Normal, &[0.4, 1.3], rows), rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn gamma(bencher: Bencher, rows: usize) {
    time(bencher, Gamma, &draws(&Gamma, &[2.5, 1.3], rows), rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn weibull(bencher: Bencher, rows: usize) {
    time(bencher, Weibull, &draws(&Weibull, &[1.7, 2.3], rows), rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn weibull_censored(bencher: Bencher, rows: usize) {
    let x = draws(&Weibull, &[1.7, 2.3], rows).into_iter();
    let censored: Vec<_> = x.map(|x| if x < 2.5 { At(x) } else { After(2.5) }).collect();
    time(bencher, Weibull, &censored, rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn student_t(bencher: Bencher, rows: usize) {
    time(bencher, StudentT, &draws(&StudentT, &[0.4, 1.3, 4.5], rows), rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn negative_binomial(bencher: Bencher, rows: usize) {
    time(bencher, NegativeBinomial, &draws(&NegativeBinomial, &[3.0, 1.5], rows), rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn mixture_of_two_normals(bencher: Bencher, rows: usize) {
    let two = Mixture([Normal, Normal]);
    time(bencher, two, &draws(&two, &[0.35, 0.65, 2.0, 0.3, 4.3, 0.4], rows), rows);
}

#[divan::bench(args = ROWS, max_time = 1)]
fn logistic_regression_of_20_coefficients(bencher: Bencher, rows: usize) {
    logistic_regression(bencher, rows, 20);
}

#[divan::bench(args = [2, 5, 10, 20, 50], max_time = 1)]
fn logistic_regression_of_10_000_rows(bencher: Bencher, coefficients: usize) {
    logistic_regression(bencher, 10_000, coefficients);
}

/// Independent normal covariates with coefficients of ±0.3.
fn logistic_regression(bencher: Bencher, rows: usize, coefficients: usize) {
    let mut rng = SmallRng::seed_from_u64(2);
    let columns: Vec<Vec<f64>> =
        (0..coefficients).map(|_| (0..rows).map(|_| Normal.draw(&[0.0, 1.0], &mut rng)).collect()).collect();
    let slope = |k: usize| if k.is_multiple_of(2) { 0.3 } else { -0.3 };
    let y: Vec<f64> = (0..rows)
        .map(|row| {
            let score: f64 = columns.iter().enumerate().map(|(k, column)| slope(k) * column[row]).sum();
            f64::from(u8::from(Bernoulli.draw(&[1.0 / (1.0 + (-score).exp())], &mut rng)))
        })
        .collect();
    let names: Vec<String> = (1..=coefficients).map(|k| format!("x{k}")).collect();
    let covariates = names.iter().cloned().zip(columns.into_iter().map(Column::from));
    let table = Table::new(covariates.chain([("y".to_string(), y.into())])).expect("columns of one length");
    let model = Regress(Bernoulli).on("p", names.iter().map(String::as_str));
    time(bencher, model, table.response("y").expect("a column"), rows);
}

const MANY_ROWS: [usize; 6] = [1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

#[divan::bench(args = MANY_ROWS, max_time = 1, ignore)]
fn growth_normal(bencher: Bencher, rows: usize) {
    time(bencher, Normal, Arc::new(draws(&Normal, &[0.4, 1.3], rows)), rows);
}

#[divan::bench(args = MANY_ROWS, max_time = 1, ignore)]
fn growth_gamma(bencher: Bencher, rows: usize) {
    time(bencher, Gamma, Arc::new(draws(&Gamma, &[2.5, 1.3], rows)), rows);
}

#[divan::bench(args = MANY_ROWS, max_time = 1, ignore)]
fn growth_weibull(bencher: Bencher, rows: usize) {
    time(bencher, Weibull, Arc::new(draws(&Weibull, &[1.7, 2.3], rows)), rows);
}

#[divan::bench(args = MANY_ROWS[..5].iter().copied(), max_time = 1, ignore)]
fn growth_student_t(bencher: Bencher, rows: usize) {
    time(bencher, StudentT, Arc::new(draws(&StudentT, &[0.4, 1.3, 4.5], rows)), rows);
}

#[divan::bench(args = MANY_ROWS, max_time = 1, ignore)]
fn growth_negative_binomial(bencher: Bencher, rows: usize) {
    time(bencher, NegativeBinomial, &draws(&NegativeBinomial, &[3.0, 1.5], rows), rows);
}
