//! Owen's function.

use thetahat::graph::Graph;
use thetahat::prelude::*;
use thetahat::special::owens_t;

use crate::table::{check, rows};

#[test]
fn owens_function_keeps_its_digits() {
    let table = rows::<3>("owens_t.csv");
    assert!(table.len() >= 10_000);
    for [h, a, expected] in table {
        check(owens_t(h, a), expected, 1e-14, expected.max(f64::MIN_POSITIVE), || format!("T({h:e}, {a:e})"));
        assert_eq!(owens_t(-h, -a), -owens_t(h, a));
    }
}

#[test]
fn ends_of_owens_function() {
    assert_eq!((owens_t(3.0, 0.0), owens_t(f64::INFINITY, 2.0), owens_t(1e200, 0.5)), (0.0, 0.0, 0.0));
    assert!((owens_t(1.0, f64::INFINITY) - 0.5 * 0.158_655_253_931_457_05).abs() < 1e-16);
    assert!(owens_t(f64::NAN, 1.0).is_nan() && owens_t(1.0, f64::NAN).is_nan());
}

#[test]
fn a_graph_has_its_derivatives() -> thetahat::Result<()> {
    let slopes = Graph::trace(2, 0, |theta, _| theta[0].owens_t(theta[1]))?.gradient();
    let table = rows::<4>("owens_t_derivatives.csv");
    assert!(table.len() >= 10_000);
    for [h, a, by_h, by_a] in table {
        // What the exponents do: a unit of the last place of them.
        let exponents = (1.0 + h * h, 1.0 + h * h * (1.0 + a * a));
        for ((slope, expected), exponent) in slopes.iter().zip([by_h, by_a]).zip([exponents.0, exponents.1]) {
            let scale = expected.abs().max(f64::MIN_POSITIVE) * exponent;
            check(slope.replay(&[h, a], &[]), expected, 1e-15, scale, || format!("slope at {h:e}, {a:e}"));
        }
    }
    Ok(())
}
