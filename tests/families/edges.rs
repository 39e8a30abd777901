//! Estimates where the likelihood is not smooth, and at closed ends.

use thetahat::fit::{Outcome, Scope};
use thetahat::model::EdgeKind;
use thetahat::prelude::*;

fn names(outcome: &Outcome) -> Vec<&str> {
    match outcome {
        Outcome::Boundary { parameters } => parameters.iter().map(String::as_str).collect(),
        Outcome::Edge { at } => at.iter().map(|(name, _)| name.as_str()).collect(),
        _ => vec![],
    }
}

#[test]
fn the_uniform_ends_at_its_extreme_observations() {
    // Numbers whose width does not survive a logarithm to the last digit.
    for (low, high) in [(2.2, 4.5), (-0.1, 0.3), (1e9 + 0.1, 1e9 + 0.7), (-1e300, 1.7e300), (1e-310, 3e-308)] {
        let middle = 0.5 * low + 0.5 * high;
        let fit = Uniform.fit(&[middle, high, low, middle]).expect("an estimate at the edge");
        assert_eq!((fit["min"].value, fit["max"].value), (low, high));
        assert!(fit.estimates().iter().all(|estimate| estimate.std_error.is_nan()));
        let expected = -4.0 * (0.5 * high - 0.5 * low).ln() - 4.0 * std::f64::consts::LN_2;
        assert!((fit.log_likelihood() - expected).abs() <= 1e-12 * expected.abs().max(1.0));
        assert_eq!((fit.outcome().word(), names(fit.outcome())), ("support-edge", vec!["min", "max"]));
        assert!(matches!(fit.scope(), Scope::Global { .. }));
    }
}

#[test]
fn the_laplace_has_an_interval_of_medians() {
    let fit = Laplace.fit(&[5.0, 9.0, 0.0, 2.0]).expect("an estimate at the kink");
    assert_eq!((fit["loc"].value, fit["scale"].value), (3.5, 3.0));
    assert_eq!(fit["loc"].std_error, 1.5);
    assert_eq!(fit["scale"].std_error, 1.5);
    assert!(matches!(fit.outcome(), Outcome::Edge { at } if at[..] == [("loc".to_string(), EdgeKind::Kink(2.0, 5.0))]));
    // What another maximiser gives.
    let theta = [2.25, 3.0];
    let sum: f64 = [5.0, 9.0, 0.0, 2.0].iter().map(|&x: &f64| Laplace.ln_density(Theta::new(&theta), x)).sum();
    assert!((fit.log_likelihood() - sum).abs() < 1e-14);
    // An odd number of observations has one median; so have weights that no half divides.
    let odd = Laplace.fit(&[5.0, 9.0, 0.0]).expect("an estimate at the kink");
    assert_eq!(odd["loc"].value, 5.0);
    let weighted = Laplace.fit(Weighted::frequency(&[0.0, 5.0, 9.0], &[3.0, 1.0, 2.0])).expect("an estimate");
    assert_eq!(weighted["loc"].value, 2.5);
    assert!(weighted.outcome().to_string().contains("every loc from 0 to 5 is a maximiser"));
}

#[test]
fn sampling_weights_withhold_the_errors_of_independent_observations() {
    let fit = Laplace.fit(Weighted::sampling(&[0.0, 5.0, 9.0], &[30.0, 10.0, 25.0])).expect("an estimate");
    assert_eq!(fit["loc"].value, 5.0);
    assert!(fit["loc"].std_error.is_nan() && fit["scale"].std_error.is_nan());
}

#[test]
fn probabilities_of_zero_and_one_are_estimates() {
    let at_end = |fit: Fit, name: &str, value: f64| {
        assert_eq!((fit[name].value, fit.log_likelihood()), (value, 0.0), "{fit}");
        assert!(fit[name].std_error.is_nan());
        assert_eq!((fit.outcome().word(), names(fit.outcome())), ("boundary", vec![name]));
    };
    at_end(Binomial.fit(&[(0, 4), (0, 9)]).expect("a boundary"), "p", 0.0);
    at_end(Binomial.fit(&[(4, 4), (9, 9)]).expect("a boundary"), "p", 1.0);
    at_end(Geometric.fit(&[0, 0, 0]).expect("a boundary"), "p", 1.0);
    at_end(Bernoulli.fit(&[true, true]).expect("a boundary"), "p", 1.0);
    at_end(Bernoulli.fit(&[false, false]).expect("a boundary"), "p", 0.0);
    // Almost there is inside.
    let fit = Binomial.fit(&[(1, 1_000_000), (0, 9)]).expect("an interior maximum");
    assert_eq!(fit.outcome(), &Outcome::Interior);
}

#[test]
fn no_trials_say_nothing() {
    let error = Binomial.fit(&[(0, 0), (0, 0)]).expect_err("no trial, no estimate");
    assert_eq!(error.kind(), "not-identified", "{error}");
}

#[test]
fn an_end_on_a_ridge_is_no_estimate() {
    // The data say what w1 p1 + w2 p2 is, and nothing else: p1 = 0, p2 = 1 is one of many points as good.
    let error = Mixture([Bernoulli, Bernoulli]).fit(&[false, true, true, false, true]).expect_err("a ridge");
    assert!(error.is_estimation(), "{error}");
}
