//! The distribution function of the skew normal law.

use thetahat::special::ln_skew_normal_cdf;

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
