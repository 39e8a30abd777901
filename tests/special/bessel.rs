//! The modified Bessel functions, in logarithms and scaled.

use thetahat::prelude::*;
use thetahat::special::{
    ln_bessel_i_scaled, ln_bessel_i_scaled_derivative, ln_bessel_k_scaled, ln_bessel_k_scaled_derivative,
};

use crate::table::{check, rows};

/// The orders of the columns of the tables of derivatives.
const ORDERS: [(u8, u8); 9] = [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)];

#[test]
fn ln_bessel_i_keeps_its_digits() {
    let table = rows::<3>("ln_bessel_i.csv");
    assert!(table.len() >= 10_000);
    for [nu, x, expected] in table {
        check(ln_bessel_i_scaled(nu, x), expected, 4e-15, expected.abs(), || format!("ln I, nu = {nu}, x = {x}"));
    }
}

#[test]
fn ln_bessel_k_keeps_its_digits() {
    let table = rows::<3>("ln_bessel_k.csv");
    assert!(table.len() >= 10_000);
    for [nu, x, expected] in table {
        let what = || format!("ln K, nu = {nu}, x = {x}");
        check(ln_bessel_k_scaled(nu, x), expected, 4e-15, expected.abs().max(1.0), what);
        assert_eq!(ln_bessel_k_scaled(-nu, x), ln_bessel_k_scaled(nu, x));
    }
}

#[test]
fn derivatives_of_ln_bessel_i() {
    for [nu, x, expected @ ..] in rows::<11>("ln_bessel_i_derivatives.csv") {
        for ((by_nu, by_x), expected) in ORDERS.into_iter().zip(expected) {
            let (is_near, k) = (nu * nu + x * x < 900.0, i32::from(by_x));
            let scale = expected.abs() + if is_near { x.recip().max(1.0).powi(k) } else { x.powi(-k) };
            let found = ln_bessel_i_scaled_derivative(by_nu, by_x, nu, x);
            check(found, expected, 5e-14, scale, || format!("order ({by_nu}, {by_x}), nu = {nu}, x = {x}"));
        }
    }
}

#[test]
fn derivatives_of_ln_bessel_k() {
    for [nu, x, expected @ ..] in rows::<11>("ln_bessel_k_derivatives.csv") {
        for ((by_nu, by_x), expected) in ORDERS.into_iter().zip(expected) {
            let (is_near, j, k) = (nu * nu + x * x < 900.0, i32::from(by_nu), i32::from(by_x));
            let natural = if is_near { x.ln().abs().max(1.0).powi(j) * (nu.max(1.0) / x).powi(k) } else { x.powi(-k) };
            let scale = expected.abs() + natural;
            let found = ln_bessel_k_scaled_derivative(by_nu, by_x, nu, x);
            check(found, expected, 1e-14, scale, || format!("order ({by_nu}, {by_x}), nu = {nu}, x = {x}"));
        }
    }
}

#[test]
fn what_von_mises_needs_keeps_its_digits() {
    // 1 − I₁/I₀ = 1/(2κ) + 1/(8κ²) + 1/(8κ³) + … (DLMF 10.40.1), and its slope.
    for kappa in [1e6_f64, 1e10] {
        let complement = 0.5 / kappa + 0.125 / (kappa * kappa) + 0.125 / kappa.powi(3);
        let found = -ln_bessel_i_scaled_derivative(0, 1, 0.0, kappa);
        check(found, complement, 1e-15, complement, || format!("1 − I1/I0 at {kappa:e}"));
        let slope = -0.5 / (kappa * kappa) - 0.25 / kappa.powi(3) - 0.375 / kappa.powi(4);
        let found = -ln_bessel_i_scaled_derivative(0, 2, 0.0, kappa);
        check(found, slope, 1e-15, -slope, || format!("its slope at {kappa:e}"));
    }
    // At κ = 0 the law is uniform: ln I₀ = κ²/4 − …
    let at_zero = [0, 1, 2].map(|k| ln_bessel_i_scaled_derivative(0, k, 0.0, 0.0));
    assert_eq!(at_zero, [0.0, -1.0, 0.5]);
}

#[test]
fn ends_of_the_domains() {
    let infinity = f64::INFINITY;
    assert_eq!((ln_bessel_i_scaled(2.0, 0.0), ln_bessel_i_scaled(0.0, 1e-300)), (-infinity, -1e-300));
    assert_eq!((ln_bessel_i_scaled_derivative(0, 1, 2.0, 0.0), ln_bessel_k_scaled(2.0, 0.0)), (infinity, infinity));
    assert!(ln_bessel_i_scaled(-1.0, 2.0).is_nan() && ln_bessel_i_scaled(1.0, -2.0).is_nan());
    assert!(ln_bessel_i_scaled(f64::NAN, 1.0).is_nan() && ln_bessel_k_scaled(1.0, f64::NAN).is_nan());
    assert!(ln_bessel_k_scaled(1.0, -1.0).is_nan() && ln_bessel_k_scaled_derivative(3, 2, 1.0, 1.0).is_nan());
    assert!(ln_bessel_i_scaled_derivative(2, 3, 1.0, 1.0).is_nan());
    // Beyond the tables: no overflow, no panic.
    for nu in [0.0, 1e-300, 1.0, 1e200] {
        for x in [5e-324, 1e-300, 1.0, 1e200, f64::MAX] {
            for f in [ln_bessel_i_scaled, ln_bessel_k_scaled] {
                assert!(f(nu, x).is_finite(), "nu = {nu:e}, x = {x:e}: {}", f(nu, x));
            }
        }
    }
}

#[test]
fn a_graph_differentiates_them() -> thetahat::Result<()> {
    use thetahat::graph::Graph;
    let graph = Graph::trace(2, 0, |theta, _| theta[0].ln_bessel_i_scaled(theta[1]))?;
    let by_x = graph.gradient().remove(1);
    // I′ = I_ν₊₁ + ν/x I_ν (DLMF 10.29.2)
    for (nu, x) in [(0.0, 1.5), (2.0, 3.0), (30.0, 40.0)] {
        let ratio = (ln_bessel_i_scaled(nu + 1.0, x) - ln_bessel_i_scaled(nu, x)).exp();
        let expected = nu / x + ratio - 1.0;
        check(by_x.replay(&[nu, x], &[]), expected, 1e-14, 1.0, || format!("slope at {nu}, {x}"));
    }
    Ok(())
}
