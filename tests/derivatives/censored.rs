//! Distribution functions, survival functions and the probability of an interval.

use thetahat::graph::Graph;
use thetahat::prelude::*;
use thetahat::testing::typical_parameters;

use crate::compare::Formula;
use crate::support::points::{between, generator};

/// Which part of a distribution a row has: two bounds, of which a tail uses the first.
#[derive(Debug, Clone, Copy)]
enum Part {
    Below,
    Above,
    Inside,
}

/// ln P of the part, as the data's author would write it.
fn ln_probability<M: Cdf<Of = f64>, S: Scalar>(model: &M, part: Part, theta: &[S], x: &[S]) -> S {
    let theta = Theta::new(theta);
    match part {
        Part::Below => model.ln_cdf(theta, x[0]),
        Part::Above => model.ln_sf(theta, x[0]),
        Part::Inside => (model.ln_cdf(theta, x[1]).exp() - model.ln_cdf(theta, x[0]).exp()).ln(),
    }
}

fn check<M: Cdf<Of = f64>>(model: &M, part: Part, low: f64, high: f64) {
    let width = if matches!(part, Part::Inside) { 2 } else { 1 };
    let traced = Graph::trace(model.space().len(), width, |theta, x| ln_probability(model, part, theta, x));
    let formula = Formula {
        name: &format!("{part:?} {}", model.name()),
        traced: traced.expect("a complete formula"),
        dual: &|theta, x| ln_probability(model, part, theta, x),
    };
    let mut rng = generator(30);
    for _ in 0..20 {
        let theta = typical_parameters(&model.space(), &mut rng);
        let mut row = || {
            let left = between(&mut rng, low, high);
            vec![left, left + between(&mut rng, 0.5, 1.5)]
        };
        let rows: Vec<Vec<f64>> = (0..20).map(|_| row()[..width].to_vec()).collect();
        formula.agrees(&theta, &rows);
    }
}

#[test]
fn normal() {
    check(&Normal, Part::Below, -8.0, 8.0);
    check(&Normal, Part::Above, -8.0, 8.0);
    check(&Normal, Part::Inside, -2.0, 2.0);
}

#[test]
fn weibull() {
    check(&Weibull, Part::Below, 0.05, 6.0);
    check(&Weibull, Part::Above, 0.05, 6.0);
    check(&Weibull, Part::Inside, 0.05, 2.0);
}

#[test]
fn gamma() {
    check(&Gamma, Part::Below, 0.05, 20.0);
    check(&Gamma, Part::Above, 0.05, 20.0);
    check(&Gamma, Part::Inside, 0.05, 6.0);
}

#[test]
fn mixture() {
    check(&Mixture([Normal, Normal]), Part::Below, -4.0, 4.0);
    check(&Mixture([Normal, Normal]), Part::Above, -4.0, 4.0);
}

/// d ln F / dx · F = f: the distribution function belongs to the density.
#[test]
fn the_slope_of_the_distribution_function_is_the_density() {
    fn law<M: Cdf<Of = f64>>(model: &M, low: f64, high: f64) {
        let p = model.space().len();
        let mut rng = generator(31);
        for _ in 0..200 {
            let theta = typical_parameters(&model.space(), &mut rng);
            let x = between(&mut rng, low, high);
            // The observation as a last parameter, so that the graph differentiates by it.
            let slope = |upper: bool| {
                let traced = Graph::trace(p + 1, 0, |all, _| {
                    let (theta, x) = (Theta::new(&all[..p]), all[p]);
                    if upper { model.ln_sf(theta, x) } else { model.ln_cdf(theta, x) }
                });
                let traced = traced.expect("a complete formula");
                let point: Vec<f64> = theta.iter().copied().chain([x]).collect();
                traced.gradient()[p].replay(&point, &[]) * traced.replay(&point, &[]).exp()
            };
            let density = model.ln_density(Theta::new(&theta), x).exp();
            for found in [slope(false), -slope(true)] {
                let error = (found - density).abs();
                assert!(error <= 1e-12 * density + 1e-15, "{model:?} at {theta:?}, x = {x}: {found} is not {density}");
            }
        }
    }
    law(&Normal, -5.0, 5.0);
    law(&Weibull, 0.1, 5.0);
    law(&Gamma, 0.1, 5.0);
    law(&Mixture([Normal, Normal]), -4.0, 4.0);
}
