//! eˣ, eˣ − 1, ln x and ln(1 + x) to 100 bits, for tests: their series in pairs of doubles, which share neither coefficients nor
//! reductions with the kernels.

/// A number as the sum of two, the second less than half a unit in the last place of the first (Dekker, "A floating-point
/// technique for extending the available precision", 1971).
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair(pub(super) f64, pub(super) f64);

/// ln 2
const LN_2: Pair = Pair(std::f64::consts::LN_2, 2.319_046_813_846_299_6e-17);

/// Of smaller numbers the cube is beyond what a pair holds.
const TINY: f64 = 1e-18;

/// x + y and what it loses.
fn sum(x: f64, y: f64) -> Pair {
    let sum = x + y;
    let other = sum - x;
    Pair(sum, (x - (sum - other)) + (y - other))
}

impl Pair {
    fn of(x: f64) -> Pair {
        Pair(x, 0.0)
    }

    fn plus(self, other: Pair) -> Pair {
        let (high, low) = (sum(self.0, other.0), sum(self.1, other.1));
        let Pair(high, rest) = sum(high.0, high.1 + low.0);
        sum(high, rest + low.1)
    }

    fn times(self, other: Pair) -> Pair {
        let product = self.0 * other.0;
        let lost = self.0.mul_add(other.0, -product);
        sum(product, lost + (self.0 * other.1 + self.1 * other.0))
    }

    fn over(self, other: Pair) -> Pair {
        let first = self.0 / other.0;
        let rest = self.plus(other.times(Pair::of(-first)));
        let second = rest.0 / other.0;
        let rest = rest.plus(other.times(Pair::of(-second)));
        sum(first, second).plus(Pair::of(rest.0 / other.0))
    }

    /// The product with a power of two, exact.
    fn scaled(self, power: f64) -> Pair {
        Pair(self.0 * power, self.1 * power)
    }

    /// How far `found` is from 2ᵏ times this, in units in the last place of the nearest double.
    pub(super) fn error_of(self, found: f64, k: i32) -> f64 {
        // Both are scaled to where they, and their last places, are normal numbers; in two steps, for a power may be none.
        let shift = if self.0.abs() < 1e-200 { 600 } else { 0 };
        let power = shift - k;
        let found = found * 2.0_f64.powi(power / 2) * 2.0_f64.powi(power - power / 2);
        let Pair(high, low) = self.scaled(2.0_f64.powi(shift));
        let exponent = ((high.abs().to_bits() >> 52) as i32 - 1023).max(-1022 + power);
        (found - high - low) / 2.0_f64.powi(exponent - 52)
    }
}

/// eʳ − 1 for |r| ≤ 1.
fn exp_m1_near_0(r: Pair) -> Pair {
    let terms = (2..32).rev();
    let after_first =
        terms.fold(Pair::of(0.0), |rest, n| rest.plus(Pair::of(1.0)).times(r).over(Pair::of(f64::from(n))));
    after_first.plus(Pair::of(1.0)).times(r)
}

/// p and k of eˣ = 2ᵏ p, and eʳ − 1 of x = k ln 2 + r.
fn exp_parts(x: f64) -> (Pair, i32, Pair) {
    let k = (x / std::f64::consts::LN_2).round();
    let rest = exp_m1_near_0(Pair::of(x).plus(LN_2.times(Pair::of(-k))));
    (rest.plus(Pair::of(1.0)), k as i32, rest)
}

/// p and k of eˣ = 2ᵏ p.
pub(super) fn exp(x: f64) -> (Pair, i32) {
    let (p, k, _) = exp_parts(x);
    (p, k)
}

/// p and k of eˣ − 1 = 2ᵏ p.
pub(super) fn exp_m1(x: f64) -> (Pair, i32) {
    if x.abs() < TINY {
        return (sum(x, 0.5 * x * x), 0);
    }
    if x.abs() < 0.5 {
        return (exp_m1_near_0(Pair::of(x)), 0);
    }
    let (p, k, _) = exp_parts(x);
    if k > 200 { (p, k) } else { (p.scaled(2.0_f64.powi(k)).plus(Pair::of(-1.0)), 0) }
}

/// k ln 2 + ln m, where f = m − 1 and |f| < 1.
fn ln_of(k: f64, f: Pair) -> Pair {
    // 2 artanh s, s = f / (2 + f).
    let s = f.over(f.plus(Pair::of(2.0)));
    let square = s.times(s);
    let series = (0..40)
        .rev()
        .fold(Pair::of(0.0), |rest, n| rest.times(square).plus(Pair::of(1.0).over(Pair::of(f64::from(2 * n + 1)))));
    LN_2.times(Pair::of(k)).plus(s.times(series).scaled(2.0))
}

/// The exponent of a positive number such that what is left is from 0.75 to 1.5.
fn exponent(x: f64) -> i32 {
    let exponent = (x.to_bits() >> 52) as i32 - 1023;
    exponent + i32::from(x / 2.0_f64.powi(exponent) > 1.5)
}

/// ln x for a positive number.
pub(super) fn ln(x: f64) -> Pair {
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * 2.0_f64.powi(60), 60) } else { (x, 0) };
    let k = exponent(x);
    // In two steps, for the power may be none.
    let m = x * 2.0_f64.powi(-k / 2) * 2.0_f64.powi(-k - -k / 2);
    ln_of(f64::from(k - shift), sum(m, -1.0))
}

/// ln(1 + x) for x > −1.
pub(super) fn ln_1p(x: f64) -> Pair {
    if x.abs() < TINY {
        return sum(x, -0.5 * x * x);
    }
    let whole = sum(1.0, x);
    let k = exponent(whole.0);
    if k == 0 {
        return ln_of(0.0, Pair::of(x));
    }
    if k > 200 {
        return ln(x);
    }
    ln_of(f64::from(k), whole.scaled(2.0_f64.powi(-k)).plus(Pair::of(-1.0)))
}
