//! eˣ and eˣ − 1: x = k ln 2 + r with |r| ≤ ½ ln 2 (Cody and Waite, *Software Manual for the Elementary Functions*, 1980).

use super::{LN_2_HIGH, LN_2_LOW, multiply_add, polynomial};

/// (eʳ − 1 − r) / r² for |r| ≤ 0.347, by interpolation at Chebyshev points: error below 2e-21 before rounding.
const REMAINDER: [f64; 11] = [
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333326084,
    0.0013888888888883711,
    0.0001984126987500228,
    2.480158732567746e-5,
    2.755725517000089e-6,
    2.755727347871858e-7,
    2.5105312729622103e-8,
    2.09147553258932e-9,
];

/// 1.5 · 2⁵²: what is added to it is rounded to an integer, which is in the last bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// k + [`ROUNDER`], r and eʳ − 1 − r of x = k ln 2 + r, with what r has lost to rounding in the last; for x so large that eˣ
/// is no number, or so small that it is 0, as well.
#[inline(always)]
fn reduced<const FMA: bool>(x: f64) -> (f64, f64, f64) {
    // NaN passes.
    let x = if x < -746.0 { -746.0 } else { x };
    let x = if x > 710.0 { 710.0 } else { x };
    reduced_inside::<FMA>(x)
}

/// The same for x whose exponential is a number, or next to one.
#[inline(always)]
fn reduced_inside<const FMA: bool>(x: f64) -> (f64, f64, f64) {
    let rounded = multiply_add::<FMA>(x, std::f64::consts::LOG2_E, ROUNDER);
    let k = rounded - ROUNDER;
    let high = multiply_add::<FMA>(k, -LN_2_HIGH, x);
    let r = multiply_add::<FMA>(k, -LN_2_LOW, high);
    let lost = multiply_add::<FMA>(k, -LN_2_LOW, high - r);
    let square = r * r;
    // Even and odd powers apart: half as long to wait.
    let [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10] = REMAINDER;
    let even = polynomial::<FMA, 6>([c0, c2, c4, c6, c8, c10], square);
    let odd = polynomial::<FMA, 5>([c1, c3, c5, c7, c9], square);
    (rounded, r, multiply_add::<FMA>(square, multiply_add::<FMA>(odd, r, even), lost))
}

/// 2ᵏ from k + [`ROUNDER`], for an integer −1022 ≤ k ≤ 1023.
#[inline(always)]
fn power_of_two(rounded: f64) -> f64 {
    f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
}

/// p · 2ᵏ, in two steps, so that subnormal results are rounded once only and the largest numbers do not overflow on the
/// way.
#[inline(always)]
fn scaled(p: f64, k: f64) -> f64 {
    let rounded = 0.5 * k + ROUNDER;
    p * power_of_two(rounded) * power_of_two(k - (rounded - ROUNDER) + ROUNDER)
}

/// eˣ
#[inline(always)]
pub(in crate::program) fn exp<const FMA: bool>(x: f64) -> f64 {
    let (rounded, r, rest) = reduced::<FMA>(x);
    scaled(1.0 + (r + rest), rounded - ROUNDER)
}

/// eˣ, and whether that is right: where it is a normal number.
#[inline(always)]
pub(in crate::program) fn exp_usual<const FMA: bool>(x: f64) -> (f64, bool) {
    let (rounded, r, rest) = reduced_inside::<FMA>(x);
    ((1.0 + (r + rest)) * power_of_two(rounded), x.abs() <= 708.0)
}

/// eˣ for x ≤ 0, where what is no normal number is 0.
#[inline(always)]
pub(in crate::program) fn exp_of_negative<const FMA: bool>(x: f64) -> f64 {
    let (value, _) = exp_usual::<FMA>(x);
    // NaN stays.
    if x < -708.0 { 0.0 } else { value }
}

/// eˣ − 1
#[inline(always)]
pub(in crate::program) fn exp_m1<const FMA: bool>(x: f64) -> f64 {
    let (rounded, r, rest) = reduced::<FMA>(x);
    let k = rounded - ROUNDER;
    // (2ᵏ − 1) + 2ᵏ r, with the rounding error of the sum, and what is left. For k > 60 that is eˣ.
    let small = if k > 60.0 { 60.0 } else { k };
    let small = if small < -60.0 { -60.0 } else { small };
    let power = power_of_two(small + ROUNDER);
    let (a, b) = (power - 1.0, power * r);
    let sum = a + b;
    let other = sum - a;
    let error = (a - (sum - other)) + (b - other);
    let value = sum + (error + power * rest);
    let value = if k > 60.0 { scaled(1.0 + (r + rest), k) } else { value };
    // Also −0.
    if x.abs() < 1e-300 { x } else { value }
}
