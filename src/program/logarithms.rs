//! Sums of logarithms: one logarithm of a product in place of one for each factor.
//!
//! x = 2ᵏ m with 1 ≤ m < 2, so Σ ln x = ln 2 · Σ k + ln Π m. Sixteen mantissas multiply to less than 2¹⁶, with an error of
//! sixteen roundings, as the sum of as many logarithms has.

use super::chunk::LANES;
use super::kernels::{LN_2_HIGH, LN_2_LOW, ln, multiply_add};

const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const BIAS: f64 = 1023.0;

/// A sum of logarithms this near to 0 may have lost what its terms still say: those of numbers near 1.
const NEAR_NOTHING: f64 = 4.0;

/// Adds the logarithms of a chunk of values to the lanes.
#[inline(always)]
pub(super) fn sum<const FMA: bool>(values: &[f64], lanes: &mut [f64; LANES]) {
    let (groups, rest) = values.as_chunks::<LANES>();
    let (mut products, mut exponents, mut outside) = ([1.0; LANES], [0_u64; LANES], [0_u64; LANES]);
    for group in groups {
        for lane in 0..LANES {
            let (x, bits) = (group[lane], group[lane].to_bits());
            products[lane] *= f64::from_bits((bits & MANTISSA) | ONE);
            exponents[lane] += bits >> 52;
            // What is subnormal, negative, infinite or not a number.
            let (is_normal, is_finite) = (x >= f64::MIN_POSITIVE, x < f64::INFINITY);
            outside[lane] |= u64::from(!(is_normal & is_finite));
        }
    }
    let mut sums = [0.0; LANES];
    for lane in 0..LANES {
        let exponent = exponents[lane] as f64 - groups.len() as f64 * BIAS;
        let small = multiply_add::<FMA>(exponent, LN_2_LOW, ln::<FMA>(products[lane]));
        sums[lane] = multiply_add::<FMA>(exponent, LN_2_HIGH, small);
    }
    let total: f64 = sums.iter().sum();
    if groups.len() > LANES || outside.iter().any(|&any| any != 0) || total.abs() < NEAR_NOTHING {
        sums = [0.0; LANES];
        for group in groups {
            for lane in 0..LANES {
                sums[lane] += ln::<FMA>(group[lane]);
            }
        }
    }
    for (lane, &x) in rest.iter().enumerate() {
        sums[lane] += ln::<FMA>(x);
    }
    lanes.iter_mut().zip(sums).for_each(|(lane, sum)| *lane += sum);
}

/// Adds the logarithms of a chunk of values, each times its weight.
#[inline(always)]
pub(super) fn weighted_sum<const FMA: bool>(values: &[f64], weights: &[f64], lanes: &mut [f64; LANES]) {
    let ((groups, rest), (weights, rest_weights)) = (values.as_chunks::<LANES>(), weights.as_chunks::<LANES>());
    for (group, weights) in groups.iter().zip(weights) {
        for lane in 0..LANES {
            lanes[lane] = multiply_add::<FMA>(weights[lane], ln::<FMA>(group[lane]), lanes[lane]);
        }
    }
    for (lane, (x, weight)) in rest.iter().zip(rest_weights).enumerate() {
        lanes[lane] = multiply_add::<FMA>(*weight, ln::<FMA>(*x), lanes[lane]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(values: &[f64]) -> (f64, f64) {
        let mut lanes = [0.0; LANES];
        sum::<false>(values, &mut lanes);
        (lanes.iter().sum(), values.iter().map(|x| x.ln()).sum())
    }

    #[test]
    fn a_product_has_the_logarithms_of_its_factors() {
        let values = |f: fn(f64) -> f64| (0..256).map(|k| f(f64::from(k) + 0.5)).collect::<Vec<f64>>();
        for values in [
            values(|k| k),
            values(|k| 1e300 / k),
            values(|k| (k * 0.37).sin().exp2()),
            values(|k| 1.0 + k * 1e-12),
            values(|k| 1.0 - k * 1e-17),
            values(|k| k * 1e-320),
            values(|k| if k > 200.0 { k * 1e-315 } else { k }),
        ] {
            for rows in [256, 255, 130, 16, 3, 0] {
                let (sum, expected) = both(&values[..rows]);
                let scale: f64 = values[..rows].iter().map(|x| x.ln().abs()).sum();
                assert!((sum - expected).abs() <= 2e-15 * scale, "{rows} rows: {sum:e}, {expected:e}");
            }
        }
    }

    #[test]
    fn what_has_no_logarithm_is_not_passed_over() {
        for bad in [0.0, -0.0, f64::INFINITY, f64::NAN, -1.5, f64::NEG_INFINITY] {
            for place in [0, 77, 255] {
                let mut values = vec![3.0; 256];
                values[place] = bad;
                let (sum, expected) = both(&values);
                assert!(sum == expected || (sum.is_nan() && expected.is_nan()), "ln {bad}: {sum}");
            }
        }
    }

    #[test]
    fn weights_multiply() {
        let values: Vec<f64> = (1..200).map(f64::from).collect();
        let weights: Vec<f64> = values.iter().map(|x| x % 5.0).collect();
        let mut lanes = [0.0; LANES];
        weighted_sum::<false>(&values, &weights, &mut lanes);
        let expected: f64 = values.iter().zip(&weights).map(|(x, w)| w * x.ln()).sum();
        assert!((lanes.iter().sum::<f64>() / expected - 1.0).abs() < 1e-14);
    }
}
