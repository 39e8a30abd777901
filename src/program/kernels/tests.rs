use super::super::dispatch::{Instructions, Vectorised, dispatch_with};
use super::{exp, exp_m1, exp_usual, is_usual, is_usual_power, is_usual_sum, ln, ln_1p, ln_1p_usual, ln_usual};

/// The four functions at some points, in this order.
struct All<'x>(&'x [f64]);

/// The same, with the shorter ones where they hold.
struct Usual<'x>(&'x [f64]);

impl Vectorised for Usual<'_> {
    type Output = [Vec<f64>; 4];

    #[inline(always)]
    fn run<const FMA: bool>(self) -> [Vec<f64>; 4] {
        let either = |is_usual: bool, quick: f64, any: f64| if is_usual { quick } else { any };
        let each = |f: &dyn Fn(f64) -> f64| self.0.iter().map(|x| f(*x)).collect::<Vec<f64>>();
        [
            each(&|x| either(is_usual_power(x), exp_usual::<FMA>(x), exp::<FMA>(x))),
            each(&|x| exp_m1::<FMA>(x)),
            each(&|x| either(is_usual(x), ln_usual::<FMA>(x), ln::<FMA>(x))),
            each(&|x| either(is_usual_sum(x), ln_1p_usual::<FMA>(x), ln_1p::<FMA>(x))),
        ]
    }
}

impl Vectorised for All<'_> {
    type Output = [Vec<f64>; 4];

    #[inline(always)]
    fn run<const FMA: bool>(self) -> [Vec<f64>; 4] {
        let mut all: [Vec<f64>; 4] = std::array::from_fn(|_| self.0.to_vec());
        let [a, b, c, d] = &mut all;
        for x in a {
            *x = exp::<FMA>(*x);
        }
        for x in b {
            *x = exp_m1::<FMA>(*x);
        }
        for x in c {
            *x = ln::<FMA>(*x);
        }
        for x in d {
            *x = ln_1p::<FMA>(*x);
        }
        all
    }
}

/// With all the instructions that this processor has; then with the shorter functions.
fn every_way(x: &[f64]) -> Vec<[Vec<f64>; 4]> {
    let ways = Instructions::available().into_iter().map(|instructions| instructions as u8);
    ways.flat_map(|way| [dispatch_with(way, All(x)), dispatch_with(way, Usual(x))]).collect()
}

fn ulp(x: f64) -> f64 {
    let x = x.abs();
    f64::from_bits(x.to_bits() + 1) - x
}

#[test]
fn errors_are_below_a_unit_in_the_last_place() {
    // tests/special/kernels.py; ±1.2 for eˣ − 1.
    let table: Vec<Vec<f64>> = include_str!("../../../tests/special/kernels.csv")
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().expect("a number")).collect())
        .collect();
    let x: Vec<f64> = table.iter().map(|row| row[0]).collect();
    for found in every_way(&x) {
        for (at, (name, bound)) in [("exp", 1.0), ("exp_m1", 1.2), ("ln", 1.0), ("ln_1p", 1.0)].into_iter().enumerate()
        {
            for (row, value) in table.iter().zip(&found[at]) {
                let (expected, rest) = (row[1 + 2 * at], row[2 + 2 * at]);
                let error = (value - expected) / ulp(expected) - rest;
                let is_right = value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan();
                assert!(is_right || error.abs() < bound, "{name}({:e}) = {value:e}: {error} units", row[0]);
            }
        }
    }
}

#[test]
fn everywhere_next_to_the_standard_library() {
    // A congruential generator; bits spread over all doubles, then over where most arguments are.
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state
    };
    let mut x: Vec<f64> = (0..100_000).map(|_| f64::from_bits(next())).collect();
    let mut uniform = |low: f64, high: f64| low + (high - low) * (next() >> 11) as f64 / 2.0_f64.powi(53);
    for (low, high) in [(-1.0, 1.0), (-746.0, 711.0), (0.0, 4.0), (-1e-9, 1e-9)] {
        x.extend((0..100_000).map(|_| uniform(low, high)));
    }
    for found in every_way(&x) {
        let standard: [fn(f64) -> f64; 4] = [f64::exp, f64::exp_m1, f64::ln, f64::ln_1p];
        for (at, standard) in standard.into_iter().enumerate() {
            for (&x, &value) in x.iter().zip(&found[at]) {
                let expected = standard(x);
                let is_near = value == expected || value.is_nan() && expected.is_nan();
                assert!(
                    is_near || (value - expected).abs() <= 2.0 * ulp(expected),
                    "{at}: {x:e} {value:e} {expected:e}"
                );
            }
        }
    }
}

#[test]
fn ends_are_those_of_the_standard_library() {
    let ends = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -1.0, -1.5, 5e-324, -5e-324, f64::MAX, f64::MIN];
    let more = [709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, f64::MIN_POSITIVE, -1e300];
    let x: Vec<f64> = ends.into_iter().chain(more).collect();
    for found in every_way(&x) {
        let standard: [fn(f64) -> f64; 4] = [f64::exp, f64::exp_m1, f64::ln, f64::ln_1p];
        for (at, standard) in standard.into_iter().enumerate() {
            for (&x, &value) in x.iter().zip(&found[at]) {
                let expected = standard(x);
                let is_same = value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan();
                assert!(is_same || (value - expected).abs() <= ulp(expected), "{at}: {x:e} {value:e} {expected:e}");
            }
        }
    }
}
