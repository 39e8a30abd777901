//! Frequencies: a row of weight 3 is three rows, one of weight 0 is none.

use thetahat::prelude::*;

use crate::refused;

const WEIGHTS: [f64; 5] = [3.0, 0.0, 2.0, 1.0, 4.0];

/// Each value as often as its weight says.
fn written_out<T: Clone>(values: &[T], weights: &[f64]) -> Vec<T> {
    values.iter().zip(weights).flat_map(|(value, &w)| std::iter::repeat_n(value.clone(), w as usize)).collect()
}

fn same(weighted: thetahat::Result<Fit>, repeated: thetahat::Result<Fit>) {
    let (weighted, repeated) = (weighted.expect("a fit"), repeated.expect("a fit"));
    assert_eq!(weighted.n(), repeated.n());
    assert!((weighted.log_likelihood() / repeated.log_likelihood() - 1.0).abs() < 1e-13, "{weighted}\n{repeated}");
    assert!((weighted.bic().unwrap() / repeated.bic().unwrap() - 1.0).abs() < 1e-13);
    for (one, other) in weighted.estimates().iter().zip(repeated.estimates()) {
        assert!((one.value - other.value).abs() < 1e-7 * other.std_error, "{one:?} is not {other:?}");
        assert!((one.std_error / other.std_error - 1.0).abs() < 1e-9, "{one:?} is not {other:?}");
    }
}

#[test]
fn frequencies_equal_rows_written_out() {
    macro_rules! check {
        ($model:expr, $values:expr) => {
            let values = $values;
            let weighted = $model.fit(Weighted::frequency(&values, &WEIGHTS));
            same(weighted, $model.fit(&written_out(&values, &WEIGHTS)));
        };
    }
    check!(Normal, [1.0, 9.0, 2.5, 4.0, 3.0]);
    check!(Weibull, [1.0, 9.0, 2.5, 4.0, 3.0]);
    check!(Poisson, [1, 9, 2, 4, 3]);
    check!(Bernoulli, [true, true, false, true, false]);
    check!(Weibull, [At(1.0), After(9.0), Between(2.0, 2.5), After(4.0), Before(3.0)]);
    check!(Weibull, [After(1.0), At(9.0), At(2.5), Before(4.0), Between(3.0, 5.0)]);
    check!(MultivariateNormal::columns(["x", "y"]), [[1.0, 2.0], [9.0, 9.0], [2.0, 3.5], [3.0, 3.0], [4.0, 5.0]]);
    let model = Categorical::with_levels(["a", "b", "c"]);
    check!(model, ["a", "b", "c", "b", "a"]);
}

#[test]
fn frequencies_of_a_mixture() {
    let values = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0, 2.9];
    let weights = [1.0, 2.0, 3.0, 1.0, 0.0, 2.0, 1.0, 2.0, 1.0, 3.0, 1.0];
    let model = Mixture([Normal, Normal]);
    same(model.fit(Weighted::frequency(&values, &weights)), model.fit(&written_out(&values, &weights)));
}

#[test]
fn a_row_of_weight_zero_does_not_count() {
    let fit = Normal.fit(Weighted::frequency(&[1.0, 2.0, 4.0, 1e6, 3.0], &[1.0, 1.0, 1.0, 0.0, 2.0])).expect("a fit");
    assert_eq!(fit.n(), 5.0);
    assert!((fit["mu"].value - 2.6).abs() < 1e-14 && (fit["sigma"].value - 1.04_f64.sqrt()).abs() < 1e-14);
}

#[test]
fn a_row_of_weight_zero_is_checked_like_any_other() {
    // A mistake in the data is reported, not hidden by the weight.
    assert_eq!(
        refused(&Weibull, Weighted::frequency(&[1.0, -1.0, 2.0], &[1.0, 0.0, 1.0])),
        ("out-of-support", Some(2))
    );
    assert_eq!(refused(&Normal, Weighted::frequency(&[1.0, f64::NAN], &[1.0, 0.0])), ("not-finite", Some(2)));
}

#[test]
fn fractional_weights_are_allowed() {
    let fit = Poisson.fit(Weighted::frequency(&[0, 1, 2], &[0.5, 1.0, 0.5])).expect("a fit");
    assert_eq!((fit.n(), fit["lambda"].value), (2.0, 1.0));
    assert!((fit["lambda"].std_error - 0.5_f64.sqrt()).abs() < 1e-14);
}

#[test]
fn weights_that_are_not_allowed() {
    let values = [1.0, 2.0, 3.0];
    for (weights, row) in [
        ([1.0, -1.0, 1.0], 2),
        ([1.0, 1.0, f64::NAN], 3),
        ([f64::INFINITY, 1.0, 1.0], 1),
        ([1.0, f64::NEG_INFINITY, -1.0], 2),
    ] {
        assert_eq!(refused(&Normal, Weighted::frequency(&values, &weights)), ("weight", Some(row)));
    }
    assert_eq!(refused(&Normal, Weighted::frequency(&values, &[0.0; 3])), ("empty", None));
    assert_eq!(refused(&Weibull, Weighted::frequency(&[After(1.0), At(2.0)], &[0.0; 2])), ("empty", None));
}

#[test]
fn weights_of_another_length() {
    for weights in [&[1.0, 1.0][..], &[1.0; 4], &[]] {
        assert_eq!(refused(&Normal, Weighted::frequency(&[1.0, 2.0, 3.0], weights)), ("length", None));
    }
    assert_eq!(refused(&Weibull, Weighted::frequency(&[At(1.0), After(2.0)], &[1.0])), ("length", None));
    assert_eq!(refused(&Normal, Weighted::frequency(&[] as &[f64], &[])), ("empty", None));
}

#[test]
fn the_weight_belongs_to_its_row_whatever_the_kind() {
    // The rows are split by kind of censoring, and each keeps its own weight.
    let rows = [After(1.0), At(2.0), Before(3.0), At(0.5), Between(1.0, 2.0), After(0.7)];
    let weights = [5.0, 1.0, 2.0, 7.0, 3.0, 1.0];
    let mut pairs: Vec<(Censored, f64)> = rows.into_iter().zip(weights).collect();
    let fit = |pairs: &[(Censored, f64)]| {
        let (rows, weights): (Vec<Censored>, Vec<f64>) = pairs.iter().copied().unzip();
        Weibull.fit(Weighted::frequency(&rows, &weights))
    };
    let before = fit(&pairs);
    pairs.reverse();
    same(fit(&pairs), before);
}
