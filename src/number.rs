//! Numbers as text for people.

/// A log-likelihood, in nats: four digits after the point, of what a double holds.
pub(crate) fn nats(value: f64) -> String {
    if value.abs() < 1e13 || !value.is_finite() { format!("{value:.4}") } else { significant(value, 6) }
}

/// `value` to `digits` significant digits, in plain notation where that is readable.
pub(crate) fn significant(value: f64, digits: i32) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_string();
    }
    if value == 0.0 || value.is_nan() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if (-5..digits.max(7) + 2).contains(&magnitude) {
        format!("{value:.*}", usize::try_from(digits - 1 - magnitude).unwrap_or(0))
    } else {
        format!("{value:.*e}", usize::try_from(digits - 1).unwrap_or(0))
    }
}
