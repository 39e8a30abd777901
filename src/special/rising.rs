//! ln Γ and polygamma over a step, without the cancellation of a difference: the rising factorial.

use super::gamma::BERNOULLI_OVER_FACTORIAL;

/// Steps are taken by recurrence below this, by asymptotic series from here on.
const LARGE: f64 = 16.0;

/// ln Γ(r + x) − ln Γ(r), the logarithm of the rising factorial r (r + 1) … (r + x − 1) where x is an integer, for r ≥ 0
/// and r + x ≥ 0; NaN elsewhere.
///
/// Relative error below 1e-14 for any r and x, however large r or small x is; near its zeros, where r and r + x have the
/// same Γ, absolute error below 1e-14 min(|x|, 1). The logarithm of a product for small integer x; else recurrence up to
/// r ≥ 16, then the difference of two Stirling series (Abramowitz and Stegun, 6.1.41), term by term.
pub fn ln_rising(r: f64, x: f64) -> f64 {
    if x < 0.0 {
        return -ln_rising(r + x, -x);
    }
    if r < 0.0 || r.is_nan() || x.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        return 0.0;
    }
    if r == 0.0 {
        return f64::NEG_INFINITY;
    }
    if r == f64::INFINITY || x == f64::INFINITY {
        return f64::INFINITY;
    }
    if r < LARGE && x <= 16.0 && x == x.trunc() {
        return (0..x as u32).map(|j| r + f64::from(j)).product::<f64>().ln();
    }
    let (mut large, mut below) = (r, 0.0);
    while large < LARGE {
        // ln((a + x) / a)
        let ratio = x / large;
        below += if ratio.is_finite() { ratio.ln_1p() } else { x.ln() - large.ln() };
        large += 1.0;
    }
    stirling_difference(large, x) - below
}

/// ln Γ(a + x) − ln Γ(a) for a ≥ 16 and x > 0.
fn stirling_difference(a: f64, x: f64) -> f64 {
    let ratio = x / a;
    let ln_ratio = ratio.ln_1p();
    // (a + x − ½) ln(1 + x/a) + x ln a − x, where a ln(1 + x/a) is all but x if x is small.
    let near_x = if ratio > 0.0 { x * (ln_ratio / ratio - 1.0) } else { 0.0 };
    let leading = x * a.ln() + near_x + (x - 0.5) * ln_ratio;
    // Σ B₂ⱼ / (2j)! · (2j − 2)! (1/a^(2j−1) − 1/(a + x)^(2j−1))
    let mut falls = Falls::of(a, x);
    let (mut factor, mut tail) = (1.0 / a, 0.0);
    for (bernoulli, two_j) in BERNOULLI_OVER_FACTORIAL.iter().zip((2..).step_by(2)) {
        tail += bernoulli * factor * falls.next();
        falls.next();
        factor *= f64::from(two_j * (two_j - 1)) / (a * a);
    }
    leading - tail
}

/// ψ⁽ᵏ⁾(r + x) − ψ⁽ᵏ⁾(r): the derivatives of [`ln_rising`] by r are those of order 0, 1, …
///
/// For r > 0 and r + x > 0; NaN elsewhere. Relative error below 1e-14 (k ≤ 4) for any r and x, however large r or small x
/// is. Recurrence up to r ≥ 16 + k, then the difference of two asymptotic series (Abramowitz and Stegun, 6.3.18 and
/// 6.4.11), term by term.
pub fn polygamma_rising(order: u8, r: f64, x: f64) -> f64 {
    if x < 0.0 {
        return -polygamma_rising(order, r + x, -x);
    }
    if r <= 0.0 || r.is_nan() || x.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        return 0.0;
    }
    if r == f64::INFINITY {
        return 0.0;
    }
    let k = i32::from(order);
    let factorial = |m: i32| (1..=m).map(f64::from).product::<f64>();
    // 1/a^(k+1) − 1/(a + x)^(k+1), each positive: nothing cancels.
    let step = |a: f64| a.powi(-(k + 1)) * Falls::of(a, x).nth(k as u32);
    let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
    if x <= 16.0 && x == x.trunc() {
        let terms = (0..x as u32).rev().map(|j| (r + f64::from(j)).powi(-(k + 1)));
        return sign * factorial(k) * terms.sum::<f64>();
    }
    let (mut large, mut below) = (r, 0.0);
    while large < LARGE + f64::from(k) {
        below += step(large);
        large += 1.0;
    }
    // The series of the smaller argument less that of the larger, but for the sign.
    let mut falls = Falls::of(large, x);
    let leading =
        if k == 0 { (x / large).ln_1p() } else { factorial(k - 1) * large.powi(-k) * falls.nth(k as u32 - 1) };
    let second = 0.5 * factorial(k) * large.powi(-(k + 1)) * falls.next();
    // Σ B₂ⱼ / (2j)! · (2j + k − 1)! (1/a^(2j+k) − 1/(a + x)^(2j+k))
    let mut factor = factorial(k + 1) * large.powi(-(k + 2));
    let mut tail = 0.0;
    for (bernoulli, m) in BERNOULLI_OVER_FACTORIAL.iter().zip((k + 2..).step_by(2)) {
        tail += bernoulli * factor * falls.next();
        falls.next();
        factor *= f64::from(m * (m + 1)) / (large * large);
    }
    sign * (leading + second + tail + factorial(k) * below)
}

/// 1 − tᵐ for m = 1, 2, … with t = a / (a + x): how much 1/aᵐ falls over the step.
struct Falls {
    t: f64,
    /// tᵐ⁻¹ for the next m.
    power: f64,
    /// 1 − t
    first: f64,
    fall: f64,
}

impl Falls {
    fn of(a: f64, x: f64) -> Falls {
        Falls { t: 1.0 / (1.0 + x / a), power: 1.0, first: 1.0 / (1.0 + a / x), fall: 0.0 }
    }

    /// 1 − tᵐ for the next m: sums of positive terms.
    fn next(&mut self) -> f64 {
        self.fall += self.power * self.first;
        self.power *= self.t;
        self.fall
    }

    /// The one after leaving out `skipped`.
    fn nth(&mut self, skipped: u32) -> f64 {
        (0..skipped).for_each(|_| _ = self.next());
        self.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // mpmath 1.3, 80 digits: mp.loggamma(r + x) - mp.loggamma(r).
    const LN_RISING: [(f64, f64, f64); 15] = [
        (0.5, 0.5, -0.572_364_942_924_700_1),
        (1e-300, 3.0, -690.082_380_717_653_8),
        (1e-8, 0.5, -17.848_315_814_890_61),
        (2.5, 1e-12, 7.031_566_406_454_884e-13),
        (16.5, 1e-12, 2.772_751_371_622_655e-12),
        (7.25, 40.0, 126.860_928_296_250_73),
        (0.3, 1e6, 12_815_507.618_002_68),
        (1e7, 3.0, 48.354_287_252_874_93),
        (1e7, 0.5, 8.059_047_812_979_16),
        (5e14, 0.5, 16.922_814_607_175_37),
        (1e15, 200.0, 6_907.755_278_982_157),
        (12.75, -0.5, -1.242_561_714_513_465_5),
        (1e300, 2.5, 1_726.938_819_745_534_3),
        (123.4, 1e9, 19_723_267_915.418_63),
        (1.2, 1.0, 0.182_321_556_793_954_6),
    ];

    // mpmath 1.3, 80 digits: mp.psi(k, r + x) - mp.psi(k, r).
    const POLYGAMMA_RISING: [(u8, f64, f64, f64); 24] = [
        (0, 0.5, 0.5, 1.386_294_361_119_890_6),
        (0, 1e-8, 0.5, 99_999_998.613_705_67),
        (0, 2.5, 1e-12, 4.903_577_561_001_168e-13),
        (0, 16.5, 1e-12, 6.247_968_267_796_705e-14),
        (0, 7.25, 40.0, 1.934_379_791_829_567_4),
        (0, 0.3, 1e6, 17.318_034_580_164_43),
        (0, 1e7, 3.0, 2.999_999_700_000_05e-7),
        (0, 1e7, 0.5, 5.000_000_125e-8),
        (0, 5e14, 0.5, 1.000_000_000_000_000_5e-15),
        (0, 12.75, -0.5, -0.041_648_621_215_986_51),
        (0, 123.4, 1e9, 15.911_892_184_730_126),
        (1, 0.5, 0.5, -3.289_868_133_696_453),
        (1, 1e-8, 0.5, -9_999_999_999_999_996.0),
        (1, 2.5, 1e-12, -2.362_040_516_416_154_4e-13),
        (1, 7.25, 40.0, -0.126_489_674_290_604_1),
        (1, 5e14, 0.5, -2.000_000_000_000_002e-30),
        (1, 1e15, 200.0, -1.999_999_999_999_602e-28),
        (1, 12.75, -0.5, 0.003_467_717_332_260_476),
        (2, 0.5, 0.5, 14.424_682_837_915_131),
        (2, 16.5, 1e-12, 4.873_308_166_833_563e-16),
        (2, 0.3, 1e6, 75.272_536_588_725_04),
        (3, 7.25, 40.0, -0.006_413_467_823_361_143),
        (3, 1e7, 0.5, -3.000_000_3e-28),
        (4, 123.4, 1e9, 2.629_782_066_531_967_7e-8),
    ];

    #[test]
    fn ln_rising_agrees_with_mpmath() {
        for (r, x, expected) in LN_RISING {
            let error = (ln_rising(r, x) / expected - 1.0).abs();
            assert!(error < 1e-14, "ln_rising({r:e}, {x:e}): relative error {error:e}");
        }
    }

    #[test]
    fn polygamma_rising_agrees_with_mpmath() {
        for (order, r, x, expected) in POLYGAMMA_RISING {
            let error = (polygamma_rising(order, r, x) / expected - 1.0).abs();
            assert!(error < 1e-14, "polygamma_rising({order}, {r:e}, {x:e}): relative error {error:e}");
        }
    }

    #[test]
    fn recurrence_product_and_series_meet() {
        // Steps add up: r to r + x and on to r + x + y, on both sides of where the methods change.
        for r in [0.2, 3.0, 15.9, 16.1, 19.99, 50.0] {
            for x in [0.5, 1.0, 15.0, 16.0, 16.5, 17.0, 1e3] {
                let sum = ln_rising(r, x) + ln_rising(r + x, 2.25);
                let whole = ln_rising(r, x + 2.25);
                assert!((sum - whole).abs() < 3e-14 * whole.abs().max(1.0), "r = {r}, x = {x}: {sum} is not {whole}");
                for order in 0..3 {
                    let sum = polygamma_rising(order, r, x) + polygamma_rising(order, r + x, 2.25);
                    let whole = polygamma_rising(order, r, x + 2.25);
                    assert!((sum / whole - 1.0).abs() < 3e-14, "order {order}, r = {r}, x = {x}: {sum} is not {whole}");
                }
            }
        }
    }

    #[test]
    fn ends_of_the_domain() {
        assert_eq!((ln_rising(3.0, 0.0), polygamma_rising(1, 3.0, 0.0)), (0.0, 0.0));
        assert_eq!((ln_rising(0.0, 2.0), ln_rising(0.0, 0.0)), (f64::NEG_INFINITY, 0.0));
        assert_eq!((ln_rising(f64::INFINITY, 0.5), polygamma_rising(0, f64::INFINITY, 0.5)), (f64::INFINITY, 0.0));
        assert!(ln_rising(-1.0, 3.0).is_nan() && ln_rising(1.0, -2.0).is_nan() && ln_rising(f64::NAN, 1.0).is_nan());
        assert!(polygamma_rising(0, 0.0, 1.0).is_nan() && polygamma_rising(0, 1.0, f64::NAN).is_nan());
    }
}
