//! ln P(X ≤ x) of the beta-binomial law, its complement and the derivatives by both shapes, for shapes from 1e-8 to 1e15.

use thetahat::special::ln_beta_binomial_cdf;

use crate::table::{check, rows};

/// The sums are of as many terms as there are trials, each a product of as many ratios.
fn rounding(trials: f64) -> f64 {
    8.0 * f64::EPSILON * (1.0 + trials).sqrt()
}

#[test]
fn values_agree_with_arb() {
    let table = rows::<6>("ln_beta_binomial_cdf.csv");
    assert!(table.len() >= 10_000, "{} rows", table.len());
    for [a, b, x, rest, below, above] in table {
        let trials = x + rest;
        let sides = [(a, b, x, rest, below, above), (b, a, rest - 1.0, x + 1.0, above, below)];
        for (a, b, x, rest, expected, other) in sides {
            let found = ln_beta_binomial_cdf(0, 0, a, b, x, rest);
            // The odds are exponentials of their logarithm.
            let scale = expected.abs() * (1.0 + other.abs()) + f64::MIN_POSITIVE;
            check(found, expected, rounding(trials), scale.min(1.0 + expected.abs()), || {
                format!("ln P(X ≤ {x}) of {trials} trials, a = {a:e}, b = {b:e}")
            });
        }
    }
}

#[test]
fn derivatives_agree_with_arb() {
    const ORDERS: [(u8, u8); 6] = [(1, 0), (2, 0), (3, 0), (0, 1), (0, 2), (0, 3)];
    for [a, b, x, rest, derivatives @ ..] in rows::<10>("ln_beta_binomial_cdf_derivatives.csv") {
        let far = ln_beta_binomial_cdf(0, 0, a, b, x, rest).abs()
            + ln_beta_binomial_cdf(0, 0, b, a, rest - 1.0, x + 1.0).abs();
        for ((by_a, by_b), expected) in ORDERS.into_iter().zip(derivatives) {
            let found = ln_beta_binomial_cdf(by_a, by_b, a, b, x, rest);
            let (shape, first) = if by_a > 0 { (a, derivatives[0]) } else { (b, derivatives[3]) };
            let order = i32::from(by_a + by_b);
            // Powers of the first derivative cancel in the others, and those of the logarithm of a small shape, of which the
            // ratios are made.
            let of_shape = ln_beta_binomial_cdf(0, 0, b, a, rest - 1.0, x + 1.0).exp() * 2.0 * shape.powi(-order);
            let scale = (1.0 + far) * (expected.abs() + first.abs().powi(order) + of_shape);
            check(found, expected, rounding(x + rest), scale, || {
                format!("order {by_a}, {by_b} of ln P(X ≤ {x}) of {} trials, a = {a:e}, b = {b:e}", x + rest)
            });
        }
    }
}

#[test]
fn ends_of_the_domain() {
    let value = |a, b, x, rest| ln_beta_binomial_cdf(0, 0, a, b, x, rest);
    assert_eq!((value(2.0, 3.0, -1.0, 6.0), value(2.0, 3.0, 5.0, 0.0)), (f64::NEG_INFINITY, 0.0));
    assert_eq!(ln_beta_binomial_cdf(1, 0, 2.0, 3.0, 5.0, 0.0), 0.0);
    assert!(value(0.0, 3.0, 1.0, 1.0).is_nan() && value(2.0, f64::INFINITY, 1.0, 1.0).is_nan());
    assert!(value(2.0, 3.0, 1.0, f64::INFINITY).is_nan() && ln_beta_binomial_cdf(2, 2, 1.0, 1.0, 1.0, 1.0).is_nan());
    // Half of what the middle one leaves, whose probability is nearly the density of a half.
    let half = 0.5_f64.ln() + (-1.5e-6_f64).ln_1p();
    assert!((value(2.0, 2.0, 499_999.0, 500_001.0) - half).abs() < 1e-10);
    // Linear in a shape that is next to none: ln P(X ≤ 0) = −ln(1 + a/b) of one trial.
    for a in [1e-150, 1e-300, 1e-310] {
        assert_eq!(value(a, 2.0, 0.0, 1.0), -0.5 * a);
        assert_eq!(ln_beta_binomial_cdf(1, 0, a, 2.0, 0.0, 1.0), -0.5);
        assert!((ln_beta_binomial_cdf(2, 0, a, 2.0, 0.0, 1.0) - 0.25).abs() < 1e-15);
    }
    // More terms matter than are added up.
    assert!(value(1.0, 1.0, 1e7, 1e7).is_nan());
    // Of a billion trials only those near the mean.
    assert!((value(1e12, 1e12, 499_999_999.0, 500_000_001.0) - 0.5_f64.ln()).abs() < 1e-4);
}
