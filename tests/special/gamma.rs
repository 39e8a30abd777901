//! ln Γ, its derivatives, and their rises over a step.

use thetahat::special::{ln_beta, ln_gamma, ln_rising, polygamma, polygamma_rising};

use crate::table::{check, rows};

/// Below this the parts of a value underflow.
const LEAST: f64 = 1e-305;

#[test]
fn ln_gamma_and_its_derivatives_keep_their_digits() {
    let table = rows::<6>("gamma.csv");
    assert!(table.len() >= 10_000);
    for [x, ln, expected @ ..] in table {
        check(ln_gamma(x), ln, 1e-15, ln.abs(), || format!("ln_gamma({x:e})"));
        for (order, expected) in (0..).zip(expected) {
            // ψ has a zero at 1.46, next to which its error is absolute.
            let scale = expected.abs().max(if order == 0 { 1.0 } else { LEAST });
            check(polygamma(order, x), expected, 2e-15, scale, || format!("polygamma({order}, {x:e})"));
        }
    }
}

#[test]
fn rises_keep_their_digits() {
    let table = rows::<6>("gamma_rising.csv");
    assert!(table.len() >= 10_000);
    for [r, x, ln, expected @ ..] in table {
        // Where r and r + x have the same Γ it has a zero.
        check(ln_rising(r, x), ln, 1e-14, ln.abs().max(x.min(1.0)), || format!("ln_rising({r:e}, {x:e})"));
        for (order, expected) in (0..).zip(expected) {
            let scale = expected.abs().max(LEAST);
            let what = || format!("polygamma_rising({order}, {r:e}, {x:e})");
            check(polygamma_rising(order, r, x), expected, 2e-15, scale, what);
        }
    }
}

#[test]
fn the_beta_function_keeps_its_digits() {
    let table = rows::<3>("ln_beta.csv");
    assert!(table.len() >= 10_000);
    for [a, b, expected] in table {
        // What an error of one unit in the last place of the arguments does.
        let by_arguments = (a * polygamma_rising(0, a, b)).abs() + (b * polygamma_rising(0, b, a)).abs();
        let what = || format!("ln_beta({a:e}, {b:e})");
        check(ln_beta(a, b), expected, 6.0 * f64::EPSILON, by_arguments + expected.abs(), what);
        assert_eq!(ln_beta(a, b), ln_beta(b, a));
    }
}

#[test]
fn derivatives_of_high_order_keep_their_digits() {
    let table = rows::<3>("polygamma.csv");
    assert!(table.len() >= 10_000);
    for [order, x, expected] in table {
        let bound = if order <= 8.0 { 2e-15 } else { 6e-15 };
        check(polygamma(order as u8, x), expected, bound, expected.abs(), || format!("polygamma({order}, {x:e})"));
    }
}
