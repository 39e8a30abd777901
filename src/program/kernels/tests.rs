use super::super::dispatch::{Instructions, Vectorised, dispatch_with};
use super::witness::{self, Pair};
use super::{exp, exp_m1, exp_usual, ln, ln_1p, ln_1p_usual, ln_usual};

/// The four functions at some points, in this order.
struct All<'x>(&'x [f64]);

/// The same, with the shorter ones where they hold.
struct Usual<'x>(&'x [f64]);

impl Vectorised for Usual<'_> {
    type Output = [Vec<f64>; 4];

    #[inline(always)]
    fn run<const FMA: bool>(self) -> [Vec<f64>; 4] {
        let either = |(quick, is_usual): (f64, bool), any: f64| if is_usual { quick } else { any };
        let each = |f: &dyn Fn(f64) -> f64| self.0.iter().map(|x| f(*x)).collect::<Vec<f64>>();
        [
            each(&|x| either(exp_usual::<FMA>(x), exp::<FMA>(x))),
            each(&|x| exp_m1::<FMA>(x)),
            each(&|x| either(ln_usual::<FMA>(x), ln::<FMA>(x))),
            each(&|x| either(ln_1p_usual::<FMA>(x), ln_1p::<FMA>(x))),
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

/// For eˣ, eˣ − 1, ln x and ln(1 + x), in units in the last place.
const BOUNDS: [f64; 4] = [1.0, 1.2, 1.0, 1.0];

/// tests/special/kernels.py
fn table() -> Vec<Vec<f64>> {
    let lines = include_str!("../../../tests/special/kernels.csv").lines().skip(1);
    lines.map(|line| line.split(',').map(|cell| cell.parse().expect("a number")).collect()).collect()
}

#[test]
fn errors_are_below_a_unit_in_the_last_place() {
    let table = table();
    let x: Vec<f64> = table.iter().map(|row| row[0]).collect();
    for found in every_way(&x) {
        for (at, (name, bound)) in ["exp", "exp_m1", "ln", "ln_1p"].into_iter().zip(BOUNDS).enumerate() {
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
fn the_witness_agrees_with_arb() {
    for row in table() {
        let x = row[0];
        let of = |at: usize, found: (Pair, i32)| {
            // The table has the double next to the value, and what is left to four places.
            let (value, rest) = (row[1 + 2 * at], row[2 + 2 * at]);
            let error = found.0.error_of(value, found.1);
            assert!((error + rest).abs() < 1e-4 || error.abs() > 1e300, "{at}: {x:e}: {error} and {rest}");
        };
        if (-745.0..709.7).contains(&x) {
            of(0, witness::exp(x));
            of(1, witness::exp_m1(x));
        }
        if x > 0.0 {
            of(2, (witness::ln(x), 0));
        }
        if x > -1.0 {
            of(3, (witness::ln_1p(x), 0));
        }
    }
}

/// A congruential generator.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ self.0 >> 31
    }

    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / 2.0_f64.powi(53)
    }

    /// Of both signs, with all exponents from `low` to `high` as likely.
    fn of_any_size(&mut self, low: f64, high: f64) -> f64 {
        let size = self.uniform(1.0, 2.0) * self.uniform(low, high).floor().exp2();
        if self.next().is_multiple_of(2) { size } else { -size }
    }
}

/// How many points of each kind there are: of each function 100,000.
const POINTS: usize = 25_000;

/// Points for eˣ and eˣ − 1: of every size, where the reduction changes to the next power of 2, and over the whole range.
fn points_of_powers(random: &mut Random) -> Vec<f64> {
    let mut x: Vec<f64> = (0..POINTS).map(|_| random.of_any_size(-60.0, 9.0)).collect();
    x.extend((0..POINTS).map(|_| random.uniform(-745.1, 709.78)));
    x.extend((0..POINTS).map(|_| random.uniform(-3.0, 3.0)));
    x.extend((0..POINTS).map(|_| {
        let halves = random.uniform(-1070.0, 1020.0).floor() + 0.5;
        halves * std::f64::consts::LN_2 + random.of_any_size(-50.0, -2.0)
    }));
    x.retain(|x| (-745.1..709.78).contains(x));
    x
}

/// Points for ln x: of every size, next to 1, and where the mantissa changes to the next power of 2.
fn points_of_logarithms(random: &mut Random) -> Vec<f64> {
    let mut x: Vec<f64> = (0..POINTS).map(|_| f64::from_bits(random.next() >> 1)).collect();
    x.extend((0..POINTS).map(|_| 1.0 + random.of_any_size(-52.0, -1.0)));
    x.extend((0..POINTS).map(|_| random.uniform(0.0, 4.0)));
    x.extend((0..POINTS).map(|_| {
        let end = std::f64::consts::SQRT_2 * (1.0 + random.of_any_size(-52.0, -2.0));
        end * random.uniform(-1000.0, 1000.0).floor().exp2()
    }));
    // Subnormal numbers.
    x.extend((0..POINTS / 5).map(|_| f64::from_bits(random.next() >> 12)));
    x.retain(|x| *x > 0.0 && x.is_finite());
    x
}

/// Points for ln(1 + x): of every size, next to −1, and where 1 + x changes to the next power of 2.
fn points_of_logarithms_of_sums(random: &mut Random) -> Vec<f64> {
    let mut x: Vec<f64> = (0..2 * POINTS).map(|_| random.of_any_size(-70.0, 70.0)).collect();
    x.extend((0..POINTS).map(|_| random.uniform(-1.0, 3.0)));
    x.extend((0..POINTS / 2).map(|_| random.of_any_size(-52.0, 0.0).abs() - 1.0));
    x.extend((0..POINTS).map(|_| {
        let end = std::f64::consts::SQRT_2 * random.uniform(-30.0, 30.0).floor().exp2();
        end - 1.0 + random.of_any_size(-50.0, -1.0)
    }));
    x.extend((0..POINTS / 5).map(|_| f64::from_bits(random.next() >> 1)));
    x.retain(|x| *x > -1.0 && x.is_finite());
    x
}

#[test]
fn errors_are_below_a_unit_in_the_last_place_everywhere() {
    let mut random = Random(7);
    let powers = points_of_powers(&mut random);
    let points = [powers.clone(), powers, points_of_logarithms(&mut random), points_of_logarithms_of_sums(&mut random)];
    let functions: [fn(f64) -> (Pair, i32); 4] =
        [witness::exp, witness::exp_m1, |x| (witness::ln(x), 0), |x| (witness::ln_1p(x), 0)];
    let mut worst = [[0.0_f64; 4]; 2];
    for (at, (x, function)) in points.iter().zip(functions).enumerate() {
        let expected: Vec<(Pair, i32)> = x.iter().map(|&x| function(x)).collect();
        for (way, found) in every_way(x).iter().enumerate() {
            // Without fused operations first, in two ways.
            let worst = &mut worst[usize::from(way >= 2)][at];
            for ((found, (expected, k)), x) in found[at].iter().zip(&expected).zip(x) {
                let error = expected.error_of(*found, *k).abs();
                assert!(error < BOUNDS[at], "{way}, {at}: {x:e}: {error} units");
                *worst = worst.max(error);
            }
        }
    }
    println!("{worst:.3?}");
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
