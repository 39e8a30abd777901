//! The error function and its complement; the inverse Mills ratio and its derivatives.

use thetahat::graph::Graph;
use thetahat::prelude::*;
use thetahat::special::{erf, erfc, inverse_mills_ratio, ln_erfc, ln_normal_cdf};

use crate::table::{check, rows};

#[test]
fn the_error_function_keeps_its_digits() {
    let table = rows::<4>("erf.csv");
    assert!(table.len() >= 10_000);
    for [x, of_erf, of_erfc, of_ln] in table {
        let size = |value: f64| value.abs().max(f64::MIN_POSITIVE);
        check(erf(x), of_erf, 3e-16, size(of_erf), || format!("erf({x:e})"));
        check(erfc(x), of_erfc, 4e-16, size(of_erfc), || format!("erfc({x:e})"));
        check(ln_erfc(x), of_ln, 1e-15, size(of_ln), || format!("ln_erfc({x:e})"));
        assert_eq!(erf(-x), -erf(x));
    }
}

#[test]
fn the_inverse_mills_ratio_keeps_its_digits() {
    let table = rows::<6>("inverse_mills_ratio.csv");
    assert!(table.len() >= 10_000);
    for [x, expected @ ..] in table {
        for (order, value) in expected.into_iter().enumerate() {
            let bound = [2e-15, 2e-15, 5e-15, 1e-14, 1e-14][order];
            // What parts of it underflow to is multiplied.
            let power = x.max(1.0).powi(order as i32);
            // From the third derivative on it has zeros.
            let part = if order > 2 && x > -1.0 { 0.5 * expected[0] } else { 0.0 };
            let what = || format!("inverse_mills_ratio({order}, {x:e})");
            check(
                inverse_mills_ratio(order as u8, x),
                value,
                bound,
                value.abs().max(part.max(f64::MIN_POSITIVE) * power),
                what,
            );
        }
    }
}

#[test]
fn ends_of_the_line() {
    let all = f64::INFINITY;
    assert_eq!((ln_erfc(all), ln_erfc(-all), ln_erfc(0.0)), (-all, std::f64::consts::LN_2, 0.0));
    assert_eq!((erf(all), erf(-all), erfc(all), erfc(-all)), (1.0, -1.0, 0.0, 2.0));
    assert!(erf(f64::NAN).is_nan() && erfc(f64::NAN).is_nan() && ln_erfc(f64::NAN).is_nan());
    assert_eq!(ln_erfc(1e200), -all);
}

#[test]
fn a_graph_differentiates_them_far_out() -> thetahat::Result<()> {
    let derivatives = |formula: Graph, x: f64| {
        let slope = formula.gradient().remove(0);
        let curvature = slope.gradient().remove(0);
        (slope.replay(&[x], &[]), curvature.replay(&[x], &[]), curvature.gradient().remove(0).replay(&[x], &[]))
    };
    let ln_cdf = || Graph::trace(1, 0, |theta, _| theta[0].ln_normal_cdf());
    for [x, slope, curvature, third, ..] in rows::<6>("inverse_mills_ratio.csv").into_iter().step_by(50) {
        let found = derivatives(ln_cdf()?, x);
        let size = |value: f64| value.abs().max(1e-290);
        check(found.0, slope, 1e-14, size(slope), || format!("slope of ln Φ at {x:e}"));
        check(found.1, curvature, 1e-14, size(curvature), || format!("curvature of ln Φ at {x:e}"));
        check(found.2, third, 1e-14, size(third), || format!("third derivative of ln Φ at {x:e}"));
    }
    // ln erfc(x) = ln 2 + ln Φ(−√2 x), and its derivatives far out.
    let found = derivatives(Graph::trace(1, 0, |theta, _| theta[0].ln_erfc())?, 1e6);
    check(found.0, -2e6 - 1e-6, 1e-15, 2e6, || "slope of ln erfc".to_string());
    check(found.1, -2.0 + 1e-12, 1e-15, 2.0, || "curvature of ln erfc".to_string());
    check(ln_erfc(3.0), 2.0_f64.ln() + ln_normal_cdf(-3.0 * 2.0_f64.sqrt()), 1e-15, 11.0, || "at 3".to_string());
    Ok(())
}
