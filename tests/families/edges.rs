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
    assert_eq!(error.kind(), "not-identified", "{error}");
    // Without a success every size is as good, with single trials every a + b: neither limit is the estimate.
    let error = NegativeBinomial.fit(&[0, 0, 0, 0]).expect_err("a ridge");
    assert!(error.kind() == "not-identified" && error.to_string().contains("ln size"), "{error}");
    let error = BetaBinomial.fit(&[(0, 1), (1, 1), (1, 1), (0, 1), (1, 1)]).expect_err("a ridge");
    assert_eq!(error.kind(), "not-identified", "{error}");
}

#[test]
fn known_parameters_leave_the_others_at_the_edge() {
    let x = [5.0, 9.0, 0.5, 2.0];
    let fit = Fixed(Laplace, "scale", 1.0).fit(&x).expect("an estimate at the kink");
    assert_eq!((fit["loc"].value, names(fit.outcome())), (3.5, vec!["loc"]));
    let fit = Fixed(PowerFunction, "alpha", 2.0).fit(&x).expect("an estimate at the edge");
    assert_eq!((fit["upper"].value, names(fit.outcome())), (9.0, vec!["upper"]));
    let fit = Fixed(Pareto, "alpha", 2.0).fit(&x).expect("an estimate at the edge");
    assert_eq!((fit["xm"].value, names(fit.outcome())), (0.5, vec!["xm"]));
    assert!(fit["xm"].std_error.is_nan());
    let fit = Fixed(DiscreteUniform, "min", 0.0).fit(&[1, 2, 5, 3]).expect("an estimate at the edge");
    assert_eq!((fit["max"].value, names(fit.outcome())), (5.0, vec!["max"]));
    // The other parameter of each is smooth.
    let fit = Fixed(Pareto, "xm", 0.25).fit(&x).expect("an interior maximum");
    let expected = 4.0 / x.iter().map(|x| (x / 0.25_f64).ln()).sum::<f64>();
    assert!(fit.outcome() == &Outcome::Interior && (fit["alpha"].value / expected - 1.0).abs() < 1e-12);
    // What bounds each other is known together.
    let fit = Fixed(Uniform, "min", 0.0).fixed("max", 10.0).fit(&x).expect("nothing to estimate");
    assert!((fit.log_likelihood() + 4.0 * 10.0_f64.ln()).abs() < 1e-14 && fit.free_parameters() == 0);
    assert_eq!(Fixed(Uniform, "min", 0.0).fit(&x).expect_err("one of two").kind(), "model");
}

#[test]
fn no_maximum_is_certified_where_a_kink_depends_on_covariates() {
    let table = Table::from_csv("x,a\n5,1\n9,2\n0.5,0\n2,3\n".as_bytes()).expect("a table");
    let rough = |error: thetahat::Error| {
        assert!(error.kind() == "model" && error.to_string().contains("not smooth"), "{error}")
    };
    rough(Regress(Laplace).on("loc", ["a"]).fit(table.response("x").unwrap()).expect_err("a kink"));
    rough(Regress(Laplace).on("scale", ["a"]).fit(table.response("x").unwrap()).expect_err("a kink"));
    rough(Regress(Uniform).on("min", ["a"]).fit(table.response("x").unwrap()).expect_err("an edge"));
    let known = Regress(Laplace).on("scale", ["a"]).fixed("loc", 3.0).fit(table.response("x").unwrap());
    assert_eq!(known.expect("a smooth likelihood").outcome(), &Outcome::Interior);
}
