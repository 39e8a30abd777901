//! ln Γ, its derivatives, and their rises over a step.

use thetahat::special::{ln_gamma, ln_rising, polygamma, polygamma_rising};

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
