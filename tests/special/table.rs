//! Tables of arguments and values, as CSV without a header, decimal or hexadecimal (`0x1.8p3`); lines with `#` are comments.

use std::path::Path;

/// The rows of a table in this folder.
pub(crate) fn rows<const N: usize>(name: &str) -> Vec<[f64; N]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/special").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let row = |line: &str| -> [f64; N] {
        let numbers: Vec<f64> = line.split(',').map(number).collect();
        numbers.try_into().unwrap_or_else(|_| panic!("{name}: `{line}` has not {N} cells"))
    };
    text.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

fn number(text: &str) -> f64 {
    if let Some(rest) = text.strip_prefix('-') {
        return -number(rest);
    }
    let Some((mantissa, exponent)) = text.strip_prefix("0x").and_then(|rest| rest.split_once('p')) else {
        return text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"));
    };
    let digits = mantissa.replace('.', "");
    let whole = u64::from_str_radix(&digits, 16).expect("hexadecimal digits") as f64;
    let power: i32 = exponent.parse().expect("an exponent");
    // In two steps, so that a subnormal is rounded once.
    whole * 2.0_f64.powi(-4 * (digits.len() as i32 - 1)) * 2.0_f64.powi(power)
}

/// Checks `found` against `expected` to `bound` times `scale`, where equal values, also infinite ones, are right.
pub(crate) fn check(found: f64, expected: f64, bound: f64, scale: f64, what: impl Fn() -> String) {
    let error = (found - expected).abs();
    assert!(
        found == expected || error <= bound * scale,
        "{}: {found:e}, not {expected:e}: {:e}",
        what(),
        error / scale
    );
}
