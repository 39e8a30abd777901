//! Slopes from values alone, a witness of derivatives that shares nothing with them.

/// f′(x) by central differences, extrapolated (Ridders, "Accurate computation of F′(x) and F″(x)", 1982), with the
/// distance between the best two: how far it may be off. The first step is `h`, in the unit of x.
///
/// # Example
///
/// ```
/// let (slope, error) = thetahat::testing::slope(f64::sin, 1.0, 0.1);
/// assert!((slope - 1.0_f64.cos()).abs() < 1e-12 && error < 1e-10);
/// ```
pub fn slope(f: impl Fn(f64) -> f64, x: f64, h: f64) -> (f64, f64) {
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
    (best, error)
}
