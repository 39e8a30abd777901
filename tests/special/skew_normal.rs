//! The distribution function of the skew normal law.

use thetahat::graph::Graph;
use thetahat::prelude::*;
use thetahat::special::{inverse_mills_ratio, ln_skew_normal_cdf};

use crate::table::{check, rows};

#[test]
fn both_tails_of_the_skew_normal_law_keep_their_digits() {
    let table = rows::<3>("ln_skew_normal_cdf.csv");
    assert!(table.len() >= 10_000);
    for [z, alpha, expected] in table {
        let what = || format!("ln F({z:e}; {alpha:e})");
        // The exponent of what is left to 1 carries its own rounding.
        let scale = expected.abs().max(f64::MIN_POSITIVE) * (1.0 + expected.abs().ln().abs());
        check(ln_skew_normal_cdf(z, alpha), expected, 2e-15, scale, what);
    }
}

#[test]
fn a_graph_has_its_first_and_second_derivatives() -> thetahat::Result<()> {
    let slopes = Graph::trace(2, 0, |theta, _| theta[0].ln_skew_normal_cdf(theta[1]))?.gradient();
    let curvatures = [slopes[0].gradient().remove(0), slopes[0].gradient().remove(1), slopes[1].gradient().remove(1)];
    let table = rows::<7>("ln_skew_normal_cdf_derivatives.csv");
    assert!(table.len() >= 10_000);
    for [z, alpha, by_z, by_alpha, second @ ..] in table {
        let at = |graph: &Graph| graph.replay(&[z, alpha], &[]);
        // They are exponentials of sums of terms of these sizes.
        let width = 1.0 + alpha * alpha;
        let bound = 2e-15 * (1.0 + z * z * width + width.ln() + ln_skew_normal_cdf(z, alpha).abs());
        let size = |value: f64| value.abs().max(f64::MIN_POSITIVE);
        check(at(&slopes[0]), by_z, bound, size(by_z), || format!("by z at {z:e}, {alpha:e}"));
        check(at(&slopes[1]), by_alpha, bound, size(by_alpha), || format!("by α at {z:e}, {alpha:e}"));
        // Of what the parts are multiplied by.
        let of_z = z.abs() + (alpha * inverse_mills_ratio(0, alpha * z)).abs() + by_z;
        let mixed = (z * width).abs() + by_z;
        let of_alpha = (alpha * z * z).abs() + 2.0 * alpha.abs() / width + by_alpha.abs();
        let sizes = [by_z * of_z, by_alpha * mixed, by_alpha * of_alpha];
        for ((curvature, expected), scale) in curvatures.iter().zip(second).zip(sizes) {
            check(at(curvature), expected, bound, size(scale), || format!("second, at {z:e}, {alpha:e}"));
        }
    }
    Ok(())
}
