//! ln x and ln(1 + x): x = 2ᵏ (1 + f), and ln(1 + f) = 2 artanh(s), s = f / (2 + f) (Tang, "Table-driven implementation of
//! the logarithm function", 1990, section 2; here without a table).

use super::{LN_2_HIGH, LN_2_LOW, multiply_add};

/// (2 artanh(s) − 2s) / s³ in powers of s², for |s| ≤ 0.1716, by interpolation at Chebyshev points: error below 4e-16,
/// where it counts for less than 3 % of the logarithm.
const REMAINDER: [f64; 7] = [
    0.666666666666667,
    0.3999999999989889,
    0.28571428626253836,
    0.22222211089379496,
    0.1818289243253687,
    0.15331611722055008,
    0.14617807153417325,
];

/// The bits of √½: from here on a mantissa belongs to the next power of 2.
const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;

/// −k and m of x = 2ᵏ m, √½ ≤ m < √2, for a positive normal x. 0 is +0, so that −k ln 2 leaves the sign of what it is
/// subtracted from.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    let bits = x.to_bits().wrapping_add(ONE - ROOT_HALF);
    let mantissa = f64::from_bits((bits & MANTISSA).wrapping_add(ROOT_HALF));
    // The exponent as a number: put into the last bits of 2⁵².
    let exponent = (4_503_599_627_370_496.0 + 1023.0) - f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000);
    (exponent, mantissa)
}

/// ln(1 + f) − k ln 2 + correction, for a correction below the last place of f, from 2 + f.
#[inline(always)]
fn combine<const FMA: bool>(k: f64, f: f64, two_plus: f64, correction: f64) -> f64 {
    let s = f / two_plus;
    let square = s * s;
    let fourth = square * square;
    // In pairs: half as long to wait.
    let [c0, c1, c2, c3, c4, c5, c6] = REMAINDER;
    let pair = |a: f64, b: f64| multiply_add::<FMA>(b, square, a);
    let last = multiply_add::<FMA>(c6, fourth, pair(c4, c5));
    let rest = multiply_add::<FMA>(multiply_add::<FMA>(last, fourth, pair(c2, c3)), fourth, pair(c0, c1));
    // ln(1 + f) = f − s (f − s² rest): what is subtracted is small, and so are its errors.
    let slope = multiply_add::<FMA>(-square, rest, f);
    let small = multiply_add::<FMA>(-s, slope, multiply_add::<FMA>(k, -LN_2_LOW, correction));
    multiply_add::<FMA>(-k, LN_2_HIGH, f + small)
}

/// ln x
#[inline(always)]
pub(in crate::program) fn ln<const FMA: bool>(x: f64) -> f64 {
    let is_subnormal = x < f64::MIN_POSITIVE;
    let scaled = if is_subnormal { x * 18_014_398_509_481_984.0 } else { x };
    let shift = if is_subnormal { 54.0 } else { 0.0 };
    let (k, m) = split(scaled);
    let value = combine::<FMA>(k + shift, m - 1.0, m + 1.0, 0.0);
    let value = if x < f64::INFINITY { value } else { x };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x < 0.0 { f64::NAN } else { value }
}

/// a + ln x; a where that is not finite.
#[inline(always)]
pub(in crate::program) fn add_ln<const FMA: bool>(a: f64, x: f64) -> f64 {
    let sum = a + ln::<FMA>(x);
    if a.abs() < f64::INFINITY { sum } else { a }
}

/// ln x, and whether that is right: by the exponent, which tells of 0, negative, subnormal, infinite numbers and NaN (and of
/// some next to them) in one comparison.
#[inline(always)]
pub(in crate::program) fn ln_usual<const FMA: bool>(x: f64) -> (f64, bool) {
    let (k, m) = split(x);
    (combine::<FMA>(k, m - 1.0, m + 1.0, 0.0), k.abs() <= 1021.0)
}

/// ln(1 + x), and whether that is right: by the exponent of 1 + x, which has lost x − ((1 + x) − 1), without rounding below
/// 2⁵³. Of sums that are no larger than 2⁻⁵² √½ it says no, though they are right.
#[inline(always)]
pub(in crate::program) fn ln_1p_usual<const FMA: bool>(x: f64) -> (f64, bool) {
    let sum = 1.0 + x;
    let (k, m) = split(sum);
    let scale = f64::from_bits(2046_u64.wrapping_sub(sum.to_bits().wrapping_add(ONE - ROOT_HALF) >> 52) << 52);
    let lost = (x - (sum - 1.0)) * scale;
    let f = lost - (1.0 - m);
    (combine::<FMA>(k, f, 2.0 + f, lost - (f + (1.0 - m))), k.abs() <= 52.0)
}

/// ln(1 + x)
#[inline(always)]
pub(in crate::program) fn ln_1p<const FMA: bool>(x: f64) -> f64 {
    let sum = 1.0 + x;
    // What the sum has lost.
    let other = sum - 1.0;
    let lost = (1.0 - (sum - other)) + (x - other);
    let (k, m) = split(sum);
    // 2⁻ᵏ
    let scale = f64::from_bits(2046_u64.wrapping_sub(sum.to_bits().wrapping_add(ONE - ROOT_HALF) >> 52) << 52);
    let lost = if x < 1e18 { lost * scale } else { 0.0 };
    let f = (m - 1.0) + lost;
    let value = combine::<FMA>(k, f, 2.0 + f, lost - (f - (m - 1.0)));
    let value = if x < f64::INFINITY { value } else { x };
    let value = if x == -1.0 { f64::NEG_INFINITY } else { value };
    // Also −0.
    let value = if x.abs() < 1e-300 { x } else { value };
    if x < -1.0 { f64::NAN } else { value }
}
