//! Special functions against tables of mpmath; beside each table is the script that wrote it.

mod incomplete_gamma;

/// The rows of a table: hexadecimal doubles as arguments, then decimal values.
fn rows(text: &str) -> impl Iterator<Item = Vec<f64>> + '_ {
    text.lines().map(|line| line.split(',').map(number).collect())
}

fn number(text: &str) -> f64 {
    let Some((mantissa, exponent)) = text.strip_prefix("0x").and_then(|rest| rest.split_once('p')) else {
        return text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"));
    };
    let digits = mantissa.replace('.', "");
    let whole = u64::from_str_radix(&digits, 16).expect("hexadecimal digits") as f64;
    let power: i32 = exponent.parse().expect("an exponent");
    // In two steps, so that a subnormal is rounded once.
    whole * 2.0_f64.powi(-4 * (digits.len() as i32 - 1)) * 2.0_f64.powi(power)
}
