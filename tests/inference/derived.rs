//! The delta method, against estimates and errors of the same law in other parameters.

use super::profile::table;
use thetahat::prelude::*;

#[test]
fn errors_are_those_of_the_law_in_other_parameters() {
    let fit = Weibull.fit(table("cens-weibull-automotive").intervals("left", "right").unwrap()).unwrap();
    let t10 = fit
        .derive("t10", |theta| {
            let [shape, scale] = theta.unpack();
            scale * ((-(0.9_f64.ln())).ln() / shape).exp()
        })
        .unwrap();
    assert!((t10.value / 19170.04519962937 - 1.0).abs() < 1e-10, "{t10:?}");
    assert!((t10.std_error / T10_ERROR - 1.0).abs() < 1e-8, "{t10:?}");

    let fit = GeneralizedExtremeValue.fit(table("gev-portpirie").response("x").unwrap()).unwrap();
    let z = fit
        .derive("z", |theta| {
            let [loc, scale, shape] = theta.unpack();
            loc + scale * (shape * -(-(0.99_f64.ln())).ln()).exp_m1() / shape
        })
        .unwrap();
    assert!((z.value - 4.6884037559088).abs() < 1e-9, "{z:?}");
    assert!((z.std_error / 0.15882055008286947 - 1.0).abs() < 1e-8, "{z:?}");
}

/// The standard error of the case `profile-weibull-b10-automotive`, from 50-digit arithmetic.
const T10_ERROR: f64 = 8359.490552292578;

#[test]
fn what_is_withheld_stays_withheld() {
    let counts = [0, 0, 1, 0, 2];
    let fit = ZeroInflated(Poisson).fit(&counts);
    let Ok(fit) = fit else { return assert!(fit.unwrap_err().is_estimation()) };
    let mean = fit.derive("mean", |theta| {
        let [pi, lambda] = theta.unpack();
        (1.0 - pi) * lambda
    });
    let mean = mean.unwrap();
    assert!((mean.value - 0.6).abs() < 1e-6);
    assert_eq!(mean.std_error.is_nan(), fit["pi"].std_error.is_nan());
}

#[test]
fn a_formula_that_is_not_finite_is_refused() {
    let fit = Normal.fit(&[-1.0, -2.0, -3.5]).unwrap();
    assert!(fit.derive("ln mu", |theta| theta.as_slice()[0].ln()).is_err());
}
