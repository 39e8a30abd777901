//! ln I_x(a, b), its complement and the derivatives by a and b, for shapes from 1e-8 to 1e5.

use thetahat::special::{ln_beta_density, ln_beta_p, ln_logistic, logistic};

use crate::table::{check, rows};

/// What an error of one unit in the last place of the arguments does; of λ near 0, of one in the last place of 1.
fn conditioning(a: f64, b: f64, logit: f64, value: f64) -> f64 {
    let by_logit = (ln_beta_density(a, b, logit) - value).exp();
    let by_shapes = (a * ln_beta_p(1, 0, a, b, logit)).abs() + (b * ln_beta_p(0, 1, a, b, logit)).abs();
    (1.0 + logit.abs()) * by_logit + by_shapes + value.abs() + f64::MIN_POSITIVE
}

#[test]
fn values_agree_with_arb() {
    let mut worst = [(0.0, 0.0, 0.0, 0.0, 0.0); 2];
    let table = rows::<5>("incomplete_beta.csv");
    assert!(table.len() >= 10_000, "{} rows", table.len());
    for [a, b, logit, lower, upper] in table {
        for (side, (a, b, logit, expected)) in [(a, b, logit, lower), (b, a, -logit, upper)].into_iter().enumerate() {
            let found = ln_beta_p(0, 0, a, b, logit);
            let error = (found - expected).abs() / (f64::EPSILON * conditioning(a, b, logit, expected));
            if found != expected && (error.is_nan() || error > worst[side].0) {
                worst[side] = (error, a, b, logit, expected);
            }
        }
    }
    for (error, a, b, logit, expected) in worst {
        assert!(error <= 16.0, "at a = {a:e}, b = {b:e}, λ = {logit:e}, {expected:e}: {error} times the conditioning");
    }
}

/// The orders by a and b of the columns of derivatives.
const ORDERS: [(u8, u8); 9] = [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)];

/// The error, in units of the last place of what the arguments' own last place changes, and of what cancels.
#[test]
fn derivatives_agree_with_arb() {
    let mut worst = [(0.0, 0.0, 0.0, 0.0, 0.0); 9];
    for [a, b, logit, derivatives @ ..] in rows::<12>("incomplete_beta_derivatives.csv") {
        let of = |j: u8, k: u8| match ORDERS.iter().position(|&order| order == (j, k)) {
            Some(at) => derivatives[at].abs(),
            None => 0.0,
        };
        for (at, (&(j, k), expected)) in ORDERS.iter().zip(derivatives).enumerate() {
            let found = ln_beta_p(j, k, a, b, logit);
            // Of small shapes powers of ln x and ln(1 − x) cancel.
            let unit = |shape: f64, ln: f64| 1.0 / shape.max(1.0) + if shape < 1.0 { ln.abs() } else { 0.0 };
            let by_a = if j > 0 { of(j - 1, k) * unit(a, ln_logistic(logit)) } else { 0.0 };
            let by_b = if k > 0 { of(j, k - 1) * unit(b, ln_logistic(-logit)) } else { 0.0 };
            let next = a * of(j + 1, k) + b * of(j, k + 1);
            // Of a tail near 1 they are in proportion to the other one, which is the exponential of this.
            let far = if ln_beta_p(0, 0, a, b, logit) > -0.1 { ln_beta_p(0, 0, b, a, -logit).abs() } else { 0.0 };
            // Products of first derivatives cancel in the third.
            let third = if j + k < 3 { 0.0 } else { of(1, 0).powi(i32::from(j)) * of(0, 1).powi(i32::from(k)) };
            let size = expected.abs() * (1.0 + far) + next + by_a + by_b + third;
            let error = (found - expected).abs() / (f64::EPSILON * size);
            if found != expected && (error.is_nan() || error > worst[at].0) {
                worst[at] = (error, a, b, logit, expected);
            }
        }
    }
    for ((j, k), (error, a, b, logit, expected)) in ORDERS.into_iter().zip(worst) {
        let most = [32.0, 64.0, 160.0][usize::from(j + k) - 1];
        assert!(error <= most, "order {j}, {k} at a = {a:e}, b = {b:e}, λ = {logit:e}, {expected:e}: {error} units");
    }
}

#[test]
fn ends_of_the_domain() {
    let value = |a, b, logit| ln_beta_p(0, 0, a, b, logit);
    let (none, all) = (f64::NEG_INFINITY, f64::INFINITY);
    assert_eq!((value(2.0, 3.0, none), value(2.0, 3.0, all)), (none, 0.0));
    assert_eq!((value(0.0, 3.0, 1.0), value(2.0, 0.0, 1.0)), (0.0, none));
    assert_eq!((value(all, 3.0, 1.0), value(2.0, all, 1.0)), (none, 0.0));
    assert!(value(0.0, 0.0, 1.0).is_nan() && value(-1.0, 1.0, 0.0).is_nan() && value(1.0, 1.0, f64::NAN).is_nan());
    assert!(ln_beta_p(2, 2, 1.0, 1.0, 0.0).is_nan() && ln_beta_p(1, 0, 0.0, 1.0, 0.0).is_nan());
    // Beyond what x itself can be.
    assert!((value(2.0, 1.0, -2000.0) + 4000.0).abs() < 1e-9);
    assert_eq!((ln_beta_density(2.0, 3.0, none), ln_beta_density(2.0, 3.0, all)), (none, none));
}

#[test]
fn the_density_keeps_its_digits() {
    let table = rows::<4>("ln_beta_density.csv");
    assert!(table.len() >= 10_000);
    for [a, b, logit, expected] in table {
        let slope = (a * logistic(-logit) - b * logistic(logit)).abs();
        let of_small = a.min(8.0) * ln_logistic(logit).abs() + b.min(8.0) * ln_logistic(-logit).abs();
        let scale = 1.0 + expected.abs() + (1.0 + logit.abs()) * slope + of_small;
        let what = || format!("ln_beta_density({a:e}, {b:e}, {logit:e})");
        check(ln_beta_density(a, b, logit), expected, 1e-15, scale, what);
    }
}
