//! Every family's log-density, and its distribution function, at random parameters and observations.

use rand::rngs::SmallRng;
use thetahat::families::{FAMILIES, Schema};
use thetahat::graph::{Expr, Graph};
use thetahat::observation::Observation;
use thetahat::prelude::*;
use thetahat::testing::{typical_observation, typical_parameters};

use crate::compare::Formula;
use crate::support::dual::Dual;
use crate::support::points::generator;

/// How many parameter points are tried for each model, and how many rows at each.
const POINTS: usize = 12;
const ROWS: usize = 20;

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
        let theta = typical_parameters(&model.space(), &mut rng);
        let rows: Vec<Vec<f64>> = (0..ROWS).map(|_| row(&mut rng)).collect();
        formula.agrees(&theta, &rows);
    }
}

/// Compares what is traced of a model of rows with dual numbers.
fn check_registered(model: &AnyModel, seed: u64) {
    let mut rng = generator(seed);
    let trace = |formula: &dyn for<'g> Fn(Theta<'_, Expr<'g>>, Vec<Expr<'g>>) -> Expr<'g>| {
        let (parameters, width) = (model.space().len(), model.support().width());
        Graph::trace(parameters, width, |theta, x| formula(Theta::new(theta), x.to_vec())).expect("a formula")
    };
    let name = model.name();
    let (cdf_name, sf_name) = (format!("ln cdf of {name}"), format!("ln sf of {name}"));
    let density = |theta: &[Dual], x: &[Dual]| model.ln_density(Theta::new(theta), x.to_vec());
    let cdf = |theta: &[Dual], x: &[Dual]| model.ln_cdf(Theta::new(theta), x.to_vec());
    let sf = |theta: &[Dual], x: &[Dual]| model.ln_sf(Theta::new(theta), x.to_vec());
    let mut formulas = vec![Formula { name: &name, traced: model.density().clone(), dual: &density }];
    if model.has_cdf() {
        formulas.push(Formula { name: &cdf_name, traced: trace(&|theta, x| model.ln_cdf(theta, x)), dual: &cdf });
        formulas.push(Formula { name: &sf_name, traced: trace(&|theta, x| model.ln_sf(theta, x)), dual: &sf });
    }
    for _ in 0..POINTS {
        let theta = typical_parameters(&model.space(), &mut rng);
        let rows: Vec<Vec<f64>> = (0..ROWS).map(|_| typical_observation(model, &theta, &mut rng)).collect();
        for formula in &formulas {
            formula.agrees(&theta, &rows);
        }
    }
}

#[test]
fn every_registered_family() {
    let schema = Schema::example();
    for (family, seed) in FAMILIES.iter().zip(1..) {
        let model = family.model(&schema).unwrap_or_else(|error| panic!("{}: {error}", family.name));
        check_registered(&model, seed);
    }
}

#[test]
fn multivariate_normals_of_one_to_three_dimensions() {
    for d in 1..=3 {
        let model = MultivariateNormal::columns((0..d).map(|k| format!("x{k}")));
        check_registered(&AnyModel::of(model).expect("a model"), 100 + d);
    }
}
