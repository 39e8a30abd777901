//! ln(1 − eˣ), the logistic function, Φ⁻¹, and functions with a removable singularity.

use thetahat::special::{
    exp_remainder, ln_1m_exp, ln_1p_ratio, ln_logistic, logistic, normal_quantile, stirling_remainder, x_ln_1p,
};

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

#[test]
fn the_logistic_function_keeps_its_digits() {
    let table = rows::<3>("logistic.csv");
    assert!(table.len() >= 10_000);
    for [x, value, ln] in table {
        let bound = 2.0 * f64::EPSILON;
        check(logistic(x), value, bound, value.max(f64::MIN_POSITIVE), || format!("logistic({x:e})"));
        check(ln_logistic(x), ln, bound, ln.abs().max(f64::MIN_POSITIVE), || format!("ln_logistic({x:e})"));
    }
}

#[test]
fn the_normal_quantile_keeps_its_digits() {
    let table = rows::<2>("normal_quantile.csv");
    assert!(table.len() >= 10_000);
    for [p, expected] in table {
        check(normal_quantile(p), expected, 5e-16, expected.abs(), || format!("normal_quantile({p:e})"));
    }
}

#[test]
fn functions_with_a_removable_singularity_keep_their_digits() {
    let quotients = [2e-15, 2e-15, 6e-15, 3e-14];
    type Function = fn(u8, f64) -> f64;
    let functions: [(&str, Function, [f64; 4], f64); 3] = [
        ("ln_1p_ratio", ln_1p_ratio, quotients, 0.0),
        ("exp_remainder", exp_remainder, quotients, 0.0),
        // Its derivatives have zeros.
        ("stirling_remainder", stirling_remainder, [2e-15, 2e-15, 4e-15, 3e-14], 1.0 / 12.0),
    ];
    for (name, function, bounds, more) in functions {
        let table = rows::<5>(&format!("{name}.csv"));
        assert!(4 * table.len() >= 10_000);
        for [u, expected @ ..] in table {
            for (order, (value, bound)) in expected.into_iter().zip(bounds).enumerate() {
                let scale = value.abs().max(f64::MIN_POSITIVE) + more;
                check(function(order as u8, u), value, bound, scale, || format!("{name}({order}, {u:e})"));
            }
        }
    }
}
