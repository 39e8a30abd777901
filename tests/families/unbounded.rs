//! Data on which a likelihood has no bound, and what is said of them.

use thetahat::data::Evidence;
use thetahat::prelude::*;

fn says<M: Model>(model: &M, data: &[f64], why: &str)
where
    f64: Evidence<M>,
{
    let error = model.fit(data).expect_err("a likelihood without bound");
    assert_eq!(error.kind(), "unbounded", "{error}");
    assert!(error.to_string().contains(why), "{error}");
}

#[test]
fn constant_data() {
    for data in [&[0.3][..], &[0.3; 5]] {
        says(&Normal, data, "all observations equal 0.3, so that it has no bound as sigma → 0");
        says(&LogNormal, data, "as sdlog → 0");
        says(&Laplace, data, "as scale → 0");
        says(&Logistic, data, "as scale → 0");
        says(&StudentT, data, "as scale → 0");
        says(&Uniform, data, "as max − min → 0");
        says(&Gamma, data, "as shape → ∞");
        says(&Weibull, data, "as shape → ∞");
        says(&Beta, data, "as a, b → ∞");
    }
}

#[test]
fn zeros() {
    says(&Exponential, &[0.0, 0.0], "as rate → ∞");
    says(&Weibull, &[0.0, 1.0, 2.0], "the density is infinite");
    let fit = Exponential.fit(&[0.0, 1.0]).expect("one zero does no harm");
    assert_eq!(fit["rate"].value, 2.0);
}

#[test]
fn rows_without_weight_do_not_vary_data() {
    let error = Normal.fit(Weighted::frequency(&[1.0, 1.0, 7.0], &[2.0, 1.0, 0.0])).expect_err("constant data");
    assert_eq!(error.kind(), "unbounded");
}

#[test]
fn a_known_scale_bounds_it() {
    let fit = Fixed(Normal, "sigma", 2.0).fit(&[3.7, 3.7]).expect("a fit");
    assert!((fit["mu"].value - 3.7).abs() < 1e-12);
    let fit = Fixed(Logistic, "scale", 2.0).fit(&[3.7]).expect("a fit");
    assert!((fit["loc"].value - 3.7).abs() < 1e-9);
}

#[test]
fn values_outside_the_support() {
    let row = |result: Result<Fit, thetahat::Error>| {
        let error = result.expect_err("a value outside the support");
        (error.kind(), error.row())
    };
    assert_eq!(row(LogNormal.fit(&[1.0, -0.5])), ("out-of-support", Some(2)));
    assert_eq!(row(Gamma.fit(&[1.0, 2.0, 0.0])), ("out-of-support", Some(3)));
    assert_eq!(row(Beta.fit(&[0.0, 0.5])), ("out-of-support", Some(1)));
    assert_eq!(row(Beta.fit(&[0.5, 1.0])), ("out-of-support", Some(2)));
    assert_eq!(row(Exponential.fit(&[0.0, -1.0])), ("out-of-support", Some(2)));
    assert_eq!(row(Geometric.fit(&[1, -1])), ("out-of-support", Some(2)));
    assert_eq!(row(NegativeBinomial.fit(&[1.0, 2.5])), ("out-of-support", Some(2)));
    assert_eq!(row(Laplace.fit(&[1.0, f64::NAN])), ("not-finite", Some(2)));
    assert_eq!(row(Uniform.fit(&[f64::INFINITY])), ("not-finite", Some(1)));
}

#[test]
fn a_regression_through_every_observation() {
    for rows in ["1,1\n2,2\n", "1.1,1\n2.2,2\n3.3,3\n", "1,1\n2,2\n3,3\n4,4\n"] {
        let table = Table::from_csv(format!("y,x\n{rows}").as_bytes()).unwrap();
        let error = Regress(Normal).on("mu", ["x"]).fit(table.response("y").unwrap()).expect_err("no bound");
        assert!(error.is_unbounded() && error.to_string().contains("sigma → 0"), "{error}");
    }
    // A residual of 1e-9 is none of rounding.
    let table = Table::from_csv("y,x\n1,1\n2.000000001,2\n3,3\n4.000000001,4\n".as_bytes()).unwrap();
    let fit = Regress(Normal).on("mu", ["x"]).fit(table.response("y").unwrap()).expect("a fit");
    assert!(fit["sigma"].value > 1e-10 && fit["sigma"].value < 1e-9);
}

#[test]
fn an_outlier_without_a_local_maximum() {
    for outlier in [1e8, 1e20, 1e200] {
        let error = StudentT.fit(&[1.0, 2.0, 3.0, 4.0, outlier]).expect_err("no local maximum");
        assert!(error.is_unbounded() && error.to_string().contains("no local maximum"), "{error}");
    }
}
