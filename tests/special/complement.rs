//! ln(1 − eˣ).

use thetahat::special::{ln_1m_exp, x_ln_1p};

use crate::table::{check, rows};

#[test]
fn ln_1m_exp_keeps_its_digits() {
    let table = rows::<2>("ln_1m_exp.csv");
    assert!(table.len() >= 10_000);
    for [x, expected] in table {
        // 4 units in the last place, and that of the smallest number where it underflows.
        let scale = expected.abs().max(f64::MIN_POSITIVE);
        check(ln_1m_exp(x), expected, 4.0 * f64::EPSILON, scale, || format!("ln_1m_exp({x:e})"));
    }
}

#[test]
fn ends_of_the_domains() {
    assert_eq!((ln_1m_exp(0.0), ln_1m_exp(-0.0), ln_1m_exp(f64::NEG_INFINITY)), (-f64::INFINITY, -f64::INFINITY, 0.0));
    assert!(ln_1m_exp(1e-9).is_nan() && ln_1m_exp(f64::NAN).is_nan());
    assert_eq!((x_ln_1p(0.0, -1.0), x_ln_1p(0.0, f64::INFINITY), x_ln_1p(2.0, 1e-20)), (0.0, 0.0, 2e-20));
    assert!(x_ln_1p(1.0, -2.0).is_nan());
}
