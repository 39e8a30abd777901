//! Every family's log-density, at random parameters and data.

use rand::RngExt;
use rand::rngs::SmallRng;
use thetahat::graph::Graph;
use thetahat::observation::Observation;
use thetahat::prelude::*;

use crate::compare::Formula;
use crate::support::points::{between, generator, typical};

/// How many parameter points are tried for each model, and how many rows at each.
const POINTS: usize = 20;
const ROWS: usize = 25;

/// Compares a model's log-density at random points, the rows drawn by `row`.
pub(crate) fn check<M: Model>(model: &M, seed: u64, row: impl Fn(&mut SmallRng) -> Vec<f64>) {
    let width = row(&mut generator(seed)).len();
    let traced =
        Graph::trace(model.space().len(), width, |theta, x| model.ln_density(Theta::new(theta), M::Of::read(x)));
    let formula = Formula {
        name: &model.name(),
        traced: traced.expect("a density that is complete"),
        dual: &|theta, x| model.ln_density(Theta::new(theta), M::Of::read(x)),
    };
    let mut rng = generator(seed);
    for _ in 0..POINTS {
        let theta = typical(&model.space(), &mut rng);
        let rows: Vec<Vec<f64>> = (0..ROWS).map(|_| row(&mut rng)).collect();
        formula.agrees(&theta, &rows);
    }
}

#[test]
fn normal() {
    check(&Normal, 1, |rng| vec![between(rng, -6.0, 6.0)]);
}

#[test]
fn weibull() {
    check(&Weibull, 2, |rng| vec![between(rng, 0.01, 8.0)]);
}

#[test]
fn poisson() {
    check(&Poisson, 3, |rng| vec![f64::from(rng.random_range(0..20_u32))]);
}

#[test]
fn bernoulli() {
    check(&Bernoulli, 4, |rng| vec![f64::from(rng.random_range(0..2_u32))]);
}

#[test]
fn categorical() {
    let model = Categorical::with_levels(["red", "green", "blue", "black"]);
    check(&model, 5, |rng| vec![f64::from(rng.random_range(0..4_u32))]);
}

#[test]
fn multivariate_normal_of_one_to_three_dimensions() {
    for d in 1..=3 {
        let model = MultivariateNormal::columns((0..d).map(|k| format!("x{k}")));
        check(&model, 6 + d, |rng| (0..d).map(|_| between(rng, -3.0, 3.0)).collect());
    }
}

#[test]
fn lognormal() {
    check(&LogNormal, 10, |rng| vec![between(rng, 0.01, 8.0)]);
}

#[test]
fn exponential() {
    check(&Exponential, 11, |rng| vec![between(rng, 0.01, 8.0)]);
}

#[test]
fn gamma() {
    check(&Gamma, 12, |rng| vec![between(rng, 0.01, 8.0)]);
}

#[test]
fn beta() {
    check(&Beta, 13, |rng| vec![between(rng, 0.01, 0.99)]);
}

#[test]
fn uniform() {
    // Beyond both ends too: the typical range of an end is (−3, 3).
    check(&Uniform, 14, |rng| vec![between(rng, -4.0, 4.0)]);
}

#[test]
fn laplace() {
    check(&Laplace, 15, |rng| vec![between(rng, -6.0, 6.0)]);
}

#[test]
fn student_t() {
    check(&StudentT, 16, |rng| vec![between(rng, -6.0, 6.0)]);
}

#[test]
fn logistic() {
    check(&Logistic, 17, |rng| vec![between(rng, -6.0, 6.0)]);
}

#[test]
fn binomial() {
    check(&Binomial, 18, |rng| {
        let trials = rng.random_range(0..30_u32);
        vec![f64::from(rng.random_range(0..=trials)), f64::from(trials)]
    });
}

#[test]
fn geometric() {
    check(&Geometric, 19, |rng| vec![f64::from(rng.random_range(0..20_u32))]);
}

#[test]
fn negative_binomial() {
    check(&NegativeBinomial, 20, |rng| vec![f64::from(rng.random_range(0..40_u32))]);
}

#[test]
fn every_registered_family_is_compared() {
    // A family added to the registry fails here until it has a test above.
    let compared = [
        "bernoulli",
        "beta",
        "binomial",
        "categorical",
        "exponential",
        "gamma",
        "geometric",
        "laplace",
        "logistic",
        "lognormal",
        "multivariate-normal",
        "negative-binomial",
        "normal",
        "poisson",
        "student-t",
        "uniform",
        "weibull",
    ];
    let registered: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
    assert_eq!(registered, compared);
}
