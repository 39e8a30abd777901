//! Values that are missing, infinite, or outside what a model describes.

use thetahat::Error;
use thetahat::prelude::*;

use crate::refused;

#[test]
fn no_rows() {
    assert_eq!(refused(&Normal, &[] as &[f64]), ("empty", None));
    assert_eq!(refused(&Weibull, &Vec::<f64>::new()), ("empty", None));
    assert_eq!(refused(&Poisson, &[] as &[u64]), ("empty", None));
    assert_eq!(refused(&Bernoulli, &[] as &[bool]), ("empty", None));
    assert_eq!(refused(&Weibull, &[] as &[Censored]), ("empty", None));
    assert_eq!(refused(&Mixture([Normal, Normal]), &[] as &[f64]), ("empty", None));
    assert_eq!(refused(&MultivariateNormal::columns(["x", "y"]), &[] as &[[f64; 2]]), ("empty", None));
    assert_eq!(refused(&Categorical::with_levels(["a", "b"]), &[] as &[&str]), ("empty", None));
}

#[test]
fn values_that_are_not_finite() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(refused(&Normal, &[1.0, 2.0, bad, 3.0]), ("not-finite", Some(3)));
        assert_eq!(refused(&Weibull, &[bad, 2.0]), ("not-finite", Some(1)));
        assert_eq!(refused(&Poisson, &[1.0, bad]), ("not-finite", Some(2)));
        assert_eq!(refused(&Mixture([Normal, Normal]), &[1.0, 2.0, 3.0, 4.0, bad]), ("not-finite", Some(5)));
        let points = [[1.0, 2.0], [2.0, 1.0], [0.0, bad], [bad, 1.0]];
        let (kind, row) = refused(&MultivariateNormal::columns(["x", "y"]), &points);
        assert!(kind == "not-finite" && row.is_some_and(|row| row == 3 || row == 4));
    }
}

#[test]
fn a_bad_value_is_shown_with_what_is_allowed() {
    let error = Weibull.fit(&[1.0, -2.5]).expect_err("outside the support");
    let Error::OutOfSupport { row: 2, value, model, support, column: None, others } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((value.as_str(), model.as_str(), support.as_str()), ("-2.5", "Weibull", "numbers ≥ 0"));
    assert!(others.is_empty());
    assert!(error.is_data() && !error.is_model() && !error.is_estimation());
}

#[test]
fn the_first_bad_row_is_named() {
    assert_eq!(refused(&Weibull, &[1.0, -1.0, f64::NAN, -2.0]).1, Some(2));
    let many: Vec<f64> = (0..10_000).map(|k| if k == 8_765 { f64::NAN } else { f64::from(k) }).collect();
    assert_eq!(refused(&Normal, &many), ("not-finite", Some(8_766)));
}

#[test]
fn counts_are_whole_and_not_negative() {
    assert_eq!(refused(&Poisson, &[3, 1, -4]), ("out-of-support", Some(3)));
    assert_eq!(refused(&Poisson, &[3.0, 1.5]), ("out-of-support", Some(2)));
    assert_eq!(refused(&Poisson, &[-0.5]), ("out-of-support", Some(1)));
    // Beyond 2⁵³ a count is no longer exact.
    assert_eq!(refused(&Poisson, &[3, u64::MAX]), ("out-of-support", Some(2)));
    assert_eq!(refused(&Poisson, &[(1_i64 << 53) + 1]), ("out-of-support", Some(1)));
}

#[test]
fn trials_are_yes_or_no() {
    assert_eq!(refused(&Bernoulli, &[0, 1, 2]), ("out-of-support", Some(3)));
    assert_eq!(refused(&Bernoulli, &[0, -1]), ("out-of-support", Some(2)));
}

#[test]
fn levels_are_known() {
    let model = Categorical::with_levels(["red", "green"]);
    let error = model.fit(&["red", "green", "purple"]).expect_err("an unknown level");
    assert_eq!((error.kind(), error.row()), ("out-of-support", Some(3)));
    let message = error.to_string();
    assert!(message.contains("purple") && message.contains("red, green"), "{message}");
    assert_eq!(refused(&model, &["red".to_string(), String::new()]), ("out-of-support", Some(2)));
}

#[test]
fn vectors_have_the_width_of_the_model() {
    let model = MultivariateNormal::columns(["x", "y"]);
    assert_eq!(refused(&model, &[vec![1.0, 2.0], vec![2.0, 3.0], vec![1.0]]), ("width", Some(3)));
    assert_eq!(refused(&model, &[vec![1.0, 2.0, 3.0]]), ("width", Some(1)));
    assert_eq!(refused(&model, &[Vec::new()]), ("width", Some(1)));
    assert_eq!(refused(&model, &[[1.0], [2.0]]), ("width", Some(1)));
    let erased = AnyModel::of(Normal).expect("a sound model");
    assert_eq!(refused(&erased, &[[1.0, 2.0]]), ("width", Some(1)));
}

#[test]
fn data_without_a_maximum_are_an_error_not_a_number() {
    assert_eq!(refused(&Normal, &[2.0, 2.0, 2.0]).0, "unbounded");
    assert_eq!(refused(&Normal, &[2.0]).0, "unbounded");
    assert_eq!(refused(&Weibull, &[1.0, 1.0]).0, "unbounded");
    let line = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]];
    assert_eq!(refused(&MultivariateNormal::columns(["x", "y"]), &line).0, "unbounded");
}

#[test]
fn an_estimate_at_a_closed_end_is_one() {
    let fit = Categorical::with_levels(["a", "b"]).fit(&["a", "a"]).expect("a boundary");
    assert_eq!((fit["p_a"].value, fit["p_b"].value, fit.outcome().word()), (1.0, 0.0, "boundary"));
    assert_eq!(Poisson.fit(&[0, 0, 0]).expect("a boundary")["lambda"].value, 0.0);
    let fit = Bernoulli.fit(&[true, true]).expect("a boundary");
    assert!(fit["p"].value == 1.0 && fit["p"].std_error.is_nan() && fit.log_likelihood() == 0.0);
}

#[test]
fn a_row_of_infinite_density_has_no_estimate() {
    // At 0 a Weibull density is 0 or infinite for every shape but 1.
    assert_eq!(refused(&Weibull, &[1.0, 2.0, 0.0, 3.0]).0, "unbounded");
    assert_eq!(refused(&Weibull, &[0.0, 0.0]).0, "unbounded");
}

#[test]
fn values_of_great_and_small_magnitude_are_fitted() {
    for scale in [1e-300, 1e-150, 1e-9, 1.0, 1e9, 1e150, 1e300] {
        let data = [1.2, 0.7, 2.1, 1.6, 0.9].map(|x| x * scale);
        let normal = Normal.fit(&data).expect("a fit");
        assert!((normal["mu"].value / scale - 1.3).abs() < 1e-12);
        let weibull = Weibull.fit(&data).expect("a fit");
        let unit = Weibull.fit(&data.map(|x| x / scale)).expect("a fit");
        assert!((weibull["scale"].value / scale / unit["scale"].value - 1.0).abs() < 1e-9);
        assert!((weibull["shape"].value / unit["shape"].value - 1.0).abs() < 1e-9);
    }
}
