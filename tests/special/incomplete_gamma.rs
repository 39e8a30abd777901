//! ln P(a, x), ln Q(a, x) and their derivatives by a, for a from 1e-10 to 1e10.

use thetahat::special::{ln_gamma_density, ln_gamma_p, ln_gamma_q};

use crate::table::{check, rows};

/// What an error of one unit in the last place of the arguments does: |x ∂/∂x| + |a ∂/∂a| + |value|.
fn conditioning(a: f64, x: f64, value: f64, by_shape: f64) -> f64 {
    let by_bound = (ln_gamma_density(a, x) - value).exp();
    // A subnormal value is rounded to a multiple of the least.
    x * by_bound + (a * by_shape).abs() + value.abs() + f64::MIN_POSITIVE
}

#[test]
fn values_agree_with_mpmath() {
    let mut worst = [(0.0, 0.0, 0.0, 0.0); 2];
    let mut count = 0;
    for [a, x, p, q] in rows("incomplete_gamma.csv") {
        for (side, expected) in [p, q].into_iter().enumerate() {
            let tail = if side == 0 { ln_gamma_p } else { ln_gamma_q };
            let found = tail(0, a, x);
            let error = (found - expected).abs() / (f64::EPSILON * conditioning(a, x, expected, tail(1, a, x)));
            if found != expected && (error.is_nan() || error > worst[side].0) {
                worst[side] = (error, a, x, expected);
            }
        }
        count += 1;
    }
    assert!(count >= 10_000, "{count} rows");
    for (error, a, x, expected) in worst {
        assert!(error <= 8.0, "at a = {a:e}, x = {x:e}, {expected:e}: {error} times the conditioning");
    }
}

/// The error, in units of the last place of what the arguments' own last place changes, and of what cancels.
#[test]
fn derivatives_agree_with_mpmath() {
    let mut worst = [(0.0, 0.0, 0.0, 0.0); 6];
    for [a, x, derivatives @ ..] in rows::<8>("incomplete_gamma_derivatives.csv") {
        for (at, expected) in derivatives.into_iter().enumerate() {
            let (tail, order) = (if at < 3 { ln_gamma_p } else { ln_gamma_q }, (at % 3) as u8 + 1);
            let found = tail(order, a, x);
            let at_order = |k: usize| derivatives[at - at % 3 + k - 1].abs();
            let next =
                if order < 3 { at_order(order as usize + 1) } else { expected.abs() * at_order(2) / at_order(1) };
            let before = if order > 1 { at_order(order as usize - 1) / a.max(1.0) } else { 0.0 };
            // Where nearly all of the law is below x, next to 0, powers of ln x cancel in what is left of it.
            let powers = if a < 1.0 && x < 1.0 { x.ln().abs().powi(i32::from(order)) } else { 0.0 };
            // Of the tail near 1 they are in proportion to the other one, which x changes by this much.
            let far = if (at < 3) == (x > a) { (x - a).abs() } else { 0.0 };
            let size = expected.abs() * (1.0 + far) + a * next + before + powers;
            let error = (found - expected).abs() / (f64::EPSILON * size);
            if found != expected && (error.is_nan() || error > worst[at].0) {
                worst[at] = (error, a, x, expected);
            }
        }
    }
    for (error, a, x, expected) in worst {
        assert!(error <= 30.0, "at a = {a:e}, x = {x:e}, {expected:e}: {error} units");
    }
}

#[test]
fn the_density_keeps_its_digits() {
    let table = rows::<3>("ln_gamma_density.csv");
    assert!(table.len() >= 10_000);
    for [a, x, expected] in table {
        let scale = 1.0 + expected.abs() + (x - a).abs() + a.min(8.0) * x.ln().abs();
        check(ln_gamma_density(a, x), expected, 3e-15, scale, || format!("ln_gamma_density({a:e}, {x:e})"));
    }
}
