//! Sums of logarithms: one logarithm of a product in place of one for each factor.
//!
//! x = 2ᵏ m with 1 ≤ m < 2, so Σ ln x = ln 2 · Σ k + ln Π m. Thirty-two mantissas multiply to less than 2³², with an error of
//! as many roundings, as the sum of their logarithms has.

use super::adding::{dot, sum, total};
use super::kernels::{LN_2_HIGH, LN_2_LOW, add_ln, ln, ln_1p, ln_logistic_from, multiply_add};
use super::workspace::{LANES, LONGEST, Output};

const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const BIAS: f64 = 1023.0;

/// A sum of logarithms this near to 0 may have lost what its terms still say: those of numbers near 1.
const NEAR_NOTHING: f64 = 4.0;

type Lanes = [f64; LANES];

/// What is added up over the rows of a chunk, each row times its weight.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// One or two arguments.
    pub(super) arguments: [Output<'a>; 2],
    pub(super) rows: usize,
    pub(super) weights: Option<&'a [f64]>,
}

// Loops stand in functions that are always inlined, and not in closures that others call: these would not be compiled for the
// instructions of the processor.
impl Rows<'_> {
    /// Adds ln a to the lanes.
    #[inline(always)]
    pub(super) fn sum_ln<const FMA: bool>(self, lanes: &mut Lanes) {
        let mut sums = [0.0; LANES];
        let is_quick = match self {
            Rows { arguments: [Output::Each(a), _], weights: None, .. } => {
                by_products::<FMA, false>(a, &mut sums) && !is_near_nothing(&sums)
            }
            _ => false,
        };
        self.add::<FMA>(is_quick, &sums, |a, _| ln::<FMA>(a), lanes);
    }

    /// Adds ln(1 + a) to the lanes.
    #[inline(always)]
    pub(super) fn sum_ln_1p<const FMA: bool>(self, lanes: &mut Lanes) {
        let mut sums = [0.0; LANES];
        let is_quick = match self {
            Rows { arguments: [Output::Each(a), _], weights: None, .. } => {
                by_products::<FMA, true>(a, &mut sums) && !is_near_nothing(&sums)
            }
            _ => false,
        };
        self.add::<FMA>(is_quick, &sums, |a, _| ln_1p::<FMA>(a), lanes);
    }

    /// Adds a + ln b to the lanes. A value near 1 has lost those digits already that its logarithm would show.
    #[inline(always)]
    pub(super) fn sum_add_ln<const FMA: bool>(self, lanes: &mut Lanes) {
        let mut sums = [0.0; LANES];
        let is_quick = match self {
            Rows { arguments: [Output::Each(a), Output::Each(b)], weights: None, .. } => {
                let is_quick = by_products::<FMA, false>(b, &mut sums);
                sum(&a[..a.len() / LANES * LANES], &mut sums);
                is_quick
            }
            _ => false,
        };
        self.add::<FMA>(is_quick, &sums, add_ln::<FMA>, lanes);
    }

    /// Adds −ln(1 + e⁻ᵃ), or of −a for a, to the lanes, from b = e⁻|ᵃ|.
    #[inline(always)]
    pub(super) fn sum_ln_logistic<const FMA: bool, const MINUS: bool>(self, lanes: &mut Lanes) {
        let of_row = |a: f64, l: f64| ln_logistic_from(if MINUS { -a } else { a }, l);
        let mut sums = [0.0; LANES];
        let is_quick = match self {
            Rows { arguments: [Output::Each(a), Output::Each(b)], weights: None, .. } => {
                let is_quick = by_products::<FMA, true>(b, &mut sums) && !is_near_nothing(&sums);
                let mut least = [0.0; LANES];
                for group in a.as_chunks::<LANES>().0 {
                    for lane in 0..LANES {
                        least[lane] += of_row(group[lane], 0.0);
                    }
                }
                for lane in 0..LANES {
                    sums[lane] = least[lane] - sums[lane];
                }
                is_quick
            }
            _ => false,
        };
        self.add::<FMA>(is_quick, &sums, |a, b| of_row(a, ln_1p::<FMA>(b)), lanes);
    }

    /// Adds what has been summed of all whole groups of rows, if that is quick, and the rest row by row; else all of them.
    #[inline(always)]
    fn add<const FMA: bool>(self, is_quick: bool, sums: &Lanes, of_row: impl Fn(f64, f64) -> f64, lanes: &mut Lanes) {
        let Rows { arguments: [a, b], rows, weights } = self;
        if is_quick {
            for lane in 0..LANES {
                lanes[lane] += sums[lane];
            }
            for row in rows / LANES * LANES..rows {
                lanes[row % LANES] += of_row(a.at(row), b.at(row));
            }
            return;
        }
        let mut terms = [0.0; LONGEST];
        let terms = &mut terms[..rows];
        match (a, b) {
            (Output::Each(a), Output::Same(b)) => {
                for (term, &a) in terms.iter_mut().zip(a) {
                    *term = of_row(a, b);
                }
            }
            (Output::Each(a), Output::Each(b)) => {
                for ((term, &a), &b) in terms.iter_mut().zip(a).zip(b) {
                    *term = of_row(a, b);
                }
            }
            (a, b) => {
                for (row, term) in terms.iter_mut().enumerate() {
                    *term = of_row(a.at(row), b.at(row));
                }
            }
        }
        match weights {
            None => sum(terms, lanes),
            Some(weights) => dot::<FMA>(terms, weights, lanes),
        }
    }
}

#[inline(always)]
fn is_near_nothing(sums: &Lanes) -> bool {
    total(sums).abs() < NEAR_NOTHING
}

/// Σ ln value, or Σ ln(1 + value), over all whole groups of rows. Not where a logarithm is that of no positive number, or of one
/// beyond 2±⁵¹¹, or 2±⁶⁴.
#[inline(always)]
fn by_products<const FMA: bool, const ONE_PLUS: bool>(values: &[f64], sums: &mut Lanes) -> bool {
    let groups = values.as_chunks::<LANES>().0;
    if groups.len() > LONGEST / LANES {
        return false;
    }
    // Exponents that are taken: as many as a power of 2, so that it is enough to look at all of their bits together.
    let (first, count) = if ONE_PLUS { (1023 - 64, 128) } else { (1023 - 511, 1024) };
    let (mut products, mut exponents, mut beyond, mut lost) =
        ([1.0; LANES], [0_u64; LANES], [0_u64; LANES], [0.0; LANES]);
    for group in groups {
        for lane in 0..LANES {
            let x = group[lane];
            let value = if ONE_PLUS { 1.0 + x } else { x };
            let bits = value.to_bits();
            let mantissa = f64::from_bits((bits & MANTISSA) | ONE);
            products[lane] *= mantissa;
            // With the sign, so that a negative number has none of a positive one.
            let exponent = bits >> 52;
            exponents[lane] += exponent;
            beyond[lane] |= exponent.wrapping_sub(first);
            if ONE_PLUS {
                // What the sum has lost is divided by it: by 2ᵏ, and by m to 6 %, for it is less than a rounding.
                let scale = f64::from_bits((2 * ONE).wrapping_sub(bits & !MANTISSA));
                let reciprocal = multiply_add::<FMA>(mantissa, -0.5, 1.457);
                lost[lane] = multiply_add::<FMA>((x - (value - 1.0)) * scale, reciprocal, lost[lane]);
            }
        }
    }
    let mut all_beyond = 0;
    for lane in 0..LANES {
        all_beyond |= beyond[lane];
        let exponent = exponents[lane] as f64 - groups.len() as f64 * BIAS;
        let small = multiply_add::<FMA>(exponent, LN_2_LOW, ln::<FMA>(products[lane]) + lost[lane]);
        sums[lane] = multiply_add::<FMA>(exponent, LN_2_HIGH, small);
    }
    all_beyond < count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summed(arguments: [Output<'_>; 2], rows: usize, weights: Option<&[f64]>, kind: usize) -> f64 {
        let (rows, mut lanes) = (Rows { arguments, rows, weights }, [0.0; LANES]);
        match kind {
            0 => rows.sum_ln::<false>(&mut lanes),
            1 => rows.sum_ln_1p::<false>(&mut lanes),
            2 => rows.sum_add_ln::<false>(&mut lanes),
            3 => rows.sum_ln_logistic::<false, false>(&mut lanes),
            _ => rows.sum_ln_logistic::<false, true>(&mut lanes),
        }
        lanes.iter().sum()
    }

    /// The terms of each kind of sum, for x as their argument, by the standard library.
    fn terms(x: &[f64], kind: usize) -> Vec<f64> {
        let ln_logistic = |x: f64| x.min(0.0) - (-x.abs()).exp().ln_1p();
        let term = |x: f64| match kind {
            0 => x.ln(),
            1 => x.ln_1p(),
            2 => 3.0 * x + x.ln(),
            3 => ln_logistic(x),
            _ => ln_logistic(-x),
        };
        x.iter().map(|&x| term(x)).collect()
    }

    /// Their sum, with what each addition loses (Knuth, The Art of Computer Programming, vol. 2, section 4.2.2).
    fn sum_of(terms: &[f64]) -> f64 {
        let (sum, lost) = terms.iter().fold((0.0, 0.0), |(sum, lost): (f64, f64), term| {
            let next = sum + term;
            let other = next - sum;
            (next, lost + (sum - (next - other)) + (term - other))
        });
        sum + if lost.is_finite() { lost } else { 0.0 }
    }

    /// The same, found.
    fn found(x: &[f64], weights: Option<&[f64]>, kind: usize) -> f64 {
        let second: Vec<f64> = x.iter().map(|&x| if kind == 2 { x } else { (-x.abs()).exp() }).collect();
        let first: Vec<f64> = x.iter().map(|&x| if kind == 2 { 3.0 * x } else { x }).collect();
        summed([Output::Each(&first), Output::Each(&second)], x.len(), weights, kind)
    }

    #[test]
    fn a_product_has_the_logarithms_of_its_factors() {
        let values = |f: fn(f64) -> f64| (0..512).map(|k| f(f64::from(k) + 0.5)).collect::<Vec<f64>>();
        for values in [
            values(|k| k),
            values(|k| 1e300 / k),
            values(|k| (k * 0.37).sin().exp2()),
            values(|k| 1.0 + k * 1e-12),
            values(|k| 1.0 - k * 1e-17),
            values(|k| k * 1e-320),
            values(|k| k * 1e-9),
            values(|_| 0.1),
            values(|k| if k > 200.0 { k * 1e-315 } else { k }),
        ] {
            for (rows, kind) in
                [512, 511, 256, 130, 16, 3, 0].into_iter().flat_map(|rows| (0..5).map(move |k| (rows, k)))
            {
                let terms = terms(&values[..rows], kind);
                let (sum, expected) = (found(&values[..rows], None, kind), sum_of(&terms));
                let scale: f64 = terms.iter().map(|term| term.abs()).sum();
                assert!((sum - expected).abs() <= 2e-15 * scale, "{kind}: {rows} rows: {sum:e}, {expected:e}");
            }
        }
    }

    #[test]
    fn what_has_no_logarithm_is_not_passed_over() {
        for bad in [0.0, -0.0, f64::INFINITY, f64::NAN, -1.0, -1.5, f64::NEG_INFINITY] {
            for (place, kind) in
                [0, 77, 255].into_iter().flat_map(|place| [(place, 0), (place, 1), (place, 3), (place, 4)])
            {
                let mut values = vec![3.0; 256];
                values[place] = bad;
                let (sum, expected): (f64, f64) = (found(&values, None, kind), terms(&values, kind).iter().sum());
                let is_near = (sum - expected).abs() < 1e-12 * expected.abs();
                assert!(sum == expected || is_near || (sum.is_nan() && expected.is_nan()), "{kind}, ln {bad}: {sum}");
            }
        }
        // What is not finite stays what it is.
        for bad in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN] {
            let (mut a, mut b) = ([1.0; 32], [2.0; 32]);
            (a[17], b[17]) = (bad, f64::NAN);
            let sum = summed([Output::Each(&a), Output::Each(&b)], 32, None, 2);
            assert!(sum == bad || sum.is_nan() && bad.is_nan(), "{bad}: {sum}");
        }
    }

    #[test]
    fn weights_multiply() {
        let values: Vec<f64> = (1..200).map(f64::from).collect();
        let weights: Vec<f64> = values.iter().map(|x| x % 5.0).collect();
        for kind in 0..5 {
            let expected: f64 = terms(&values, kind).iter().zip(&weights).map(|(term, w)| w * term).sum();
            assert!((found(&values, Some(&weights), kind) / expected - 1.0).abs() < 1e-14);
            // One value for all rows.
            let same = [
                Output::Same(if kind == 2 { 6.0 } else { 2.0 }),
                Output::Same(if kind == 2 { 2.0 } else { (-2.0_f64).exp() }),
            ];
            let expected = terms(&[2.0], kind)[0] * weights.iter().sum::<f64>();
            assert!((summed(same, values.len(), Some(&weights), kind) / expected - 1.0).abs() < 1e-14);
        }
    }
}
