//! The distribution function of the log-gamma law.

use thetahat::graph::Graph;
use thetahat::prelude::*;
use thetahat::special::ln_log_gamma_cdf;

use crate::table::{check, rows};

#[test]
fn it_and_its_derivatives_keep_their_digits() {
    let table = rows::<6>("log_gamma_law.csv");
    assert!(table.len() >= 10_000);
    for [w, q, expected @ ..] in table {
        // Of a value near 0 the exponent of the other tail carries its own rounding.
        let far = if expected[0] > -0.1 { 1.0 + expected[0].abs().ln().abs() } else { 1.0 };
        for (order, value) in expected.into_iter().enumerate() {
            // Derivatives have zeros.
            let before = if order > 0 { expected[order - 1].abs() / q.abs().max(1.0) } else { 0.0 };
            let scale = ((value.abs() + before) * far).max(f64::MIN_POSITIVE);
            let bound = if order < 3 { 40.0 } else { 400.0 } * f64::EPSILON;
            let what = || format!("ln_log_gamma_cdf({order}, {w}, {q})");
            check(ln_log_gamma_cdf(order as u8, w, q), value, bound, scale, what);
        }
    }
}

#[test]
fn a_graph_differentiates_it_near_the_normal_law() -> thetahat::Result<()> {
    let by_q = Graph::trace(2, 0, |theta, _| theta[0].ln_log_gamma_cdf(theta[1]))?.gradient().remove(1);
    let by_qq = by_q.gradient().remove(1);
    for [w, q, _, first, second, _] in rows::<6>("log_gamma_law.csv") {
        if q.abs() < 0.1 && w.abs() < 3.0 {
            check(by_q.replay(&[w, q], &[]), first, 1e-14, first.abs(), || format!("by q at {w}, {q}"));
            let scale = first.abs() + second.abs();
            check(by_qq.replay(&[w, q], &[]), second, 1e-14, scale, || format!("twice by q at {w}, {q}"));
        }
    }
    Ok(())
}

#[test]
fn a_graph_differentiates_derivatives_by_the_bound() -> thetahat::Result<()> {
    let mut by_q = Graph::trace(2, 0, |theta, _| theta[0].ln_log_gamma_cdf(theta[1]))?;
    for order in 0..=3 {
        let by_w = by_q.gradient().remove(0);
        for (w, q) in [(-1.2, 0.4), (0.5, -0.8), (1.7, 0.05), (-0.6, -1.9)] {
            let (slope, _) = thetahat::testing::slope(|w| ln_log_gamma_cdf(order, w, q), w, 0.05);
            check(by_w.replay(&[w, q], &[]), slope, 1e-9, slope.abs().max(0.1), || {
                format!("order {order} at {w}, {q}")
            });
        }
        by_q = by_q.gradient().remove(1);
    }
    Ok(())
}
