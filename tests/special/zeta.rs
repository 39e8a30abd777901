//! ln ζ and its derivatives.

use thetahat::special::{ln_zeta, ln_zeta_derivative};

use crate::table::{check, rows};

#[test]
fn ln_zeta_keeps_its_digits() {
    let table = rows::<2>("ln_zeta.csv");
    assert!(table.len() >= 10_000);
    for [s, expected] in table {
        check(ln_zeta(s), expected, 2e-15, expected.max(f64::MIN_POSITIVE), || format!("ln_zeta({s})"));
    }
}

#[test]
fn derivatives_of_ln_zeta() {
    for [s, expected @ ..] in rows::<8>("ln_zeta_derivatives.csv") {
        for (order, expected) in (0..).zip(expected) {
            let found = ln_zeta_derivative(order, s);
            check(found, expected, 4e-15, expected.abs().max(f64::MIN_POSITIVE), || format!("order {order} at {s}"));
        }
    }
}

#[test]
fn ends_of_the_domain() {
    assert_eq!((ln_zeta(1.0), ln_zeta(2000.0), ln_zeta(f64::INFINITY)), (f64::INFINITY, 0.0, 0.0));
    assert_eq!((ln_zeta_derivative(1, 1.0), ln_zeta_derivative(2, 1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    assert!(ln_zeta(0.5).is_nan() && ln_zeta(f64::NAN).is_nan() && ln_zeta_derivative(7, 2.0).is_nan());
}
