//! Adding up over the rows of a chunk: values, products, deviations.

use super::dispatch::{Vectorised, dispatch};
use super::kernels as k;
use super::logarithms::Rows;
use super::products::{ONES, sums_of_products};
use super::routine::{Action, Instruction};
use super::tiles::Tile;
use super::workspace::{Inputs, LANES, LONGEST, Output, Workspace};

#[inline(always)]
pub(super) fn add_up<const FMA: bool>(
    instruction: &Instruction,
    workspace: &Workspace,
    inputs: Inputs<'_>,
    weights: Option<&[f64]>,
    lanes: &mut [f64; LANES],
) {
    let rows = workspace.rows;
    let a = workspace.values(instruction.arguments[0], inputs);
    let b = workspace.values(instruction.arguments[1], inputs);
    let of_rows = Rows { arguments: [a, b], rows, weights };
    match instruction.action {
        Action::SumLn => return of_rows.sum_ln::<FMA>(lanes),
        Action::SumLn1p => return of_rows.sum_ln_1p::<FMA>(lanes),
        Action::SumAddLn => return of_rows.sum_add_ln::<FMA>(lanes),
        Action::SumLnLogistic => return of_rows.sum_ln_logistic::<FMA, false>(lanes),
        Action::SumLnLogisticOfMinus => return of_rows.sum_ln_logistic::<FMA, true>(lanes),
        _ => {}
    }
    let b = (instruction.action == Action::Dot).then_some(b);
    match (a, b, weights) {
        (Output::Each(a), None, None) => sum(a, lanes),
        (Output::Each(a), None, Some(b)) | (Output::Each(a), Some(Output::Each(b)), None) => dot::<FMA>(a, b, lanes),
        (Output::Each(a), Some(Output::Each(b)), Some(w)) => triple::<FMA>(a, b, w, lanes),
        // A value that is the same for all rows.
        (a, b, w) => {
            for row in 0..rows {
                let weight = w.map_or(1.0, |w| w[row]);
                lanes[row % LANES] += weight * a.at(row) * b.map_or(1.0, |b| b.at(row));
            }
        }
    }
}

/// Adds the products of a tile to the first lanes of their accumulators.
#[inline(always)]
pub(super) fn add_tile(tile: &Tile, workspace: &mut Workspace, inputs: Inputs<'_>, weights: Option<&[f64]>) {
    let rows = workspace.rows;
    let mut left: [&[f64]; 3] = [&[]; 3];
    let mut right: [&[f64]; 4] = [&[]; 4];
    for (values, operand) in left.iter_mut().chain(&mut right).zip(tile.left.iter().chain(&tile.right)) {
        *values = match workspace.values(*operand, inputs) {
            Output::Each(values) => values,
            Output::Same(_) => &ONES[..rows],
        };
    }
    let sums = match weights {
        None if tile.is_row => {
            let [sums] = sums_of_products::<1, 4>([left[0]], right);
            [sums, [0.0; 4], [0.0; 4]]
        }
        None => sums_of_products::<3, 4>(left, right),
        Some(weights) => {
            let mut weighted = [[0.0; LONGEST]; 3];
            for j in 0..3 {
                for ((weighted, x), weight) in weighted[j].iter_mut().zip(left[j]).zip(weights) {
                    *weighted = x * weight;
                }
            }
            sums_of_products::<3, 4>(weighted.each_ref().map(|weighted| &weighted[..rows]), right)
        }
    };
    for (target, sum) in tile.targets.iter().zip(sums.as_flattened()) {
        if let Some(target) = *target {
            workspace.accumulators[target][0] += sum;
        }
    }
}

/// Adds deviations and their squares.
#[inline(always)]
pub(super) fn add_moments<const FMA: bool>(
    instruction: &Instruction,
    workspace: &Workspace,
    inputs: Inputs<'_>,
    weights: Option<&[f64]>,
    [firsts, seconds]: &mut [[f64; LANES]; 2],
) {
    let value = |at: usize| workspace.values(instruction.arguments[at], inputs);
    let (Output::Each(values), Output::Same(centre)) = (value(0), value(1)) else {
        unreachable!("a column and a number");
    };
    let (mut first, mut second) = ([0.0; LANES], [0.0; LANES]);
    let (groups, rest) = values.as_chunks::<LANES>();
    let mut add = |lane: usize, x: f64, weight: f64| {
        let deviation = x - centre;
        let weighted = weight * deviation;
        first[lane] += weighted;
        second[lane] = k::multiply_add::<FMA>(weighted, deviation, second[lane]);
    };
    match weights {
        None => {
            for group in groups {
                group.iter().enumerate().for_each(|(lane, &x)| add(lane, x, 1.0));
            }
            rest.iter().enumerate().for_each(|(lane, &x)| add(lane, x, 1.0));
        }
        Some(weights) => {
            let (weights, rest_weights) = weights.as_chunks::<LANES>();
            for (group, weights) in groups.iter().zip(weights) {
                group.iter().zip(weights).enumerate().for_each(|(lane, (&x, &weight))| add(lane, x, weight));
            }
            rest.iter().zip(rest_weights).enumerate().for_each(|(lane, (&x, &weight))| add(lane, x, weight));
        }
    }
    firsts.iter_mut().zip(first).for_each(|(lane, sum)| *lane += sum);
    seconds.iter_mut().zip(second).for_each(|(lane, sum)| *lane += sum);
}

#[inline(always)]
pub(super) fn sum(a: &[f64], lanes: &mut [f64; LANES]) {
    let mut total = [0.0; LANES];
    let (chunks, rest) = a.as_chunks::<LANES>();
    for a in chunks {
        for lane in 0..LANES {
            total[lane] += a[lane];
        }
    }
    for (lane, a) in rest.iter().enumerate() {
        total[lane] += a;
    }
    for lane in 0..LANES {
        lanes[lane] += total[lane];
    }
}

#[inline(always)]
pub(super) fn dot<const FMA: bool>(a: &[f64], b: &[f64], lanes: &mut [f64; LANES]) {
    let mut total = [0.0; LANES];
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            total[lane] = k::multiply_add::<FMA>(a[lane], b[lane], total[lane]);
        }
    }
    for (lane, (a, b)) in rest_a.iter().zip(rest_b).enumerate() {
        total[lane] = k::multiply_add::<FMA>(*a, *b, total[lane]);
    }
    for lane in 0..LANES {
        lanes[lane] += total[lane];
    }
}

#[inline(always)]
fn triple<const FMA: bool>(a: &[f64], b: &[f64], c: &[f64], lanes: &mut [f64; LANES]) {
    let mut total = [0.0; LANES];
    let ((a, rest_a), (b, rest_b), (c, rest_c)) =
        (a.as_chunks::<LANES>(), b.as_chunks::<LANES>(), c.as_chunks::<LANES>());
    for ((a, b), c) in a.iter().zip(b).zip(c) {
        for lane in 0..LANES {
            total[lane] = k::multiply_add::<FMA>(a[lane] * b[lane], c[lane], total[lane]);
        }
    }
    for (lane, ((a, b), c)) in rest_a.iter().zip(rest_b).zip(rest_c).enumerate() {
        total[lane] = k::multiply_add::<FMA>(a * b, *c, total[lane]);
    }
    for lane in 0..LANES {
        lanes[lane] += total[lane];
    }
}

/// The sum of the lanes, in pairs.
#[inline(always)]
pub(super) fn total(lanes: &[f64; LANES]) -> f64 {
    let mut lanes = *lanes;
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// Σ value · factors over the rows of a chunk, or the sum of absolute values.
pub(crate) fn weighted_sum(values: Output<'_>, rows: usize, factors: [Option<&[f64]>; 3], absolute: bool) -> f64 {
    dispatch(WeightedSum { values, rows, factors, absolute })
}

struct WeightedSum<'a> {
    values: Output<'a>,
    rows: usize,
    factors: [Option<&'a [f64]>; 3],
    absolute: bool,
}

impl Vectorised for WeightedSum<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<const FMA: bool>(self) -> f64 {
        let mut factors = self.factors.into_iter().flatten();
        let factors = (factors.next(), factors.next(), factors.next());
        let mut lanes = [0.0; LANES];
        match (self.values, factors, self.absolute) {
            (Output::Each(values), (None, ..), false) => sum(values, &mut lanes),
            (Output::Each(values), (Some(a), None, _), false) => dot::<FMA>(values, a, &mut lanes),
            (Output::Each(values), (Some(a), Some(b), None), false) => triple::<FMA>(values, a, b, &mut lanes),
            (values, _, absolute) => {
                for row in 0..self.rows {
                    let value = self.factors.iter().flatten().fold(values.at(row), |value, factor| value * factor[row]);
                    lanes[row % LANES] += if absolute { value.abs() } else { value };
                }
            }
        }
        total(&lanes)
    }
}
