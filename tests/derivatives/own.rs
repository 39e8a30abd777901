//! A user's own model, and formulas that use every operation a density may need.

use thetahat::graph::Graph;
use thetahat::prelude::*;

use crate::compare::Formula;
use crate::families::check;
use crate::support::points::{between, generator};

#[derive(Debug, Clone)]
struct Gompertz;

impl Model for Gompertz {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().positive("rate").typical(0.01, 0.5).positive("growth").typical(0.05, 1.0)
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate, growth] = theta.unpack();
        rate.ln() + growth * x - rate / growth * (growth * x).exp_m1()
    }
}

#[test]
fn gompertz() {
    check(&Gompertz, 20, |rng| vec![between(rng, 0.0, 6.0)]);
}

/// Uses every operation, so that a rule with a wrong sign or factor has nowhere to hide.
fn everything<S: Scalar>(theta: &[S], x: &[S]) -> S {
    let (a, b, x) = (theta[0], theta[1], x[0]);
    let smooth = (a * x).sin() * (b * x).cos() + (a * b).sqrt() / (1.0 + x * x) - (a - b).logistic();
    let tails = (x - a).ln_logistic() + (b - x).ln_normal_cdf() + (a * 0.1).ln_1p() + (x * b * 0.1).exp_m1();
    let gammas = (a + x).ln_gamma() - (b + x).digamma() + a.x_ln_y(b + x) + a.powf(b) + x.powf(a);
    let piecewise = a.less_than(b).select(a * a * x, b.exp() / x) + a.equals(b).select(x, a.ln() * x);
    smooth + tails + gammas + piecewise + S::log_sum_exp(&[a, b * x, x, S::from(0.5)])
}

#[test]
fn a_formula_of_every_operation() {
    let traced = Graph::trace(2, 1, |theta, x| everything(theta, x)).expect("a complete formula");
    let formula = Formula { name: "everything", traced, dual: &|theta, x| everything(theta, x) };
    let mut rng = generator(21);
    for _ in 0..40 {
        let theta = [between(&mut rng, 0.2, 3.0), between(&mut rng, 0.2, 3.0)];
        let rows: Vec<Vec<f64>> = (0..20).map(|_| vec![between(&mut rng, 0.1, 4.0)]).collect();
        formula.agrees(&theta, &rows);
    }
}
