//! Derivatives from values alone: central differences, extrapolated.

/// f′(x) by Richardson extrapolation of central differences from the step `h` down (Ridders' table of seven rows).
pub(crate) fn derivative(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    let central = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let mut row = vec![central(h)];
    let (mut best, mut error) = (row[0], f64::INFINITY);
    for k in 1..7 {
        let mut next = vec![central(h / f64::powi(2.0, k))];
        for (j, before) in row.iter().enumerate() {
            let factor = f64::powi(4.0, j as i32 + 1);
            let better = (factor * next[j] - before) / (factor - 1.0);
            let distance = (better - next[j]).abs().max((better - before).abs());
            if distance < error {
                (best, error) = (better, distance);
            }
            next.push(better);
        }
        row = next;
    }
    best
}
