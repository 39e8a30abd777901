//! Running instructions over a chunk of rows: one loop each, without branches, so that it is vectorised.

use super::Operand;
use super::dispatch::{Vectorised, dispatch, prefetch};
use super::kernels as k;
use super::logarithms::Rows;
use super::products::{ONES, sums_of_products};
use super::routine::{Action, Instruction, Routine};
use super::tiles::Tile;
use crate::data::Values;
use crate::operation::{Binary, Unary};

/// How many rows are run at a time.
pub(crate) const CHUNK: usize = 256;

/// How many at most where only sums are wanted: to begin a loop takes as long as some thirty rows.
pub(super) const LONGEST: usize = 2 * CHUNK;

/// The next chunk is asked of memory in so many parts.
const PARTS: usize = 8;

/// Partial sums of an accumulator: independent, so that none waits for another, and the same on every processor.
pub(super) const LANES: usize = 16;

/// The registers and accumulators of a routine. Kept between calls, so that a pass over data allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    registers: Vec<Register>,
    pub(super) accumulators: Vec<[f64; LANES]>,
    from: usize,
    rows: usize,
}

/// The values of an instruction over a chunk, which begin at a line of the cache: a vector of eight numbers that begins
/// elsewhere lies in two.
#[derive(Debug, Default)]
struct Register {
    values: Vec<f64>,
    first: usize,
}

/// So many bytes are a line of the cache.
const LINE: usize = 64;

impl Register {
    fn of(rows: usize) -> Register {
        let values = vec![0.0; rows + LINE / size_of::<f64>() - 1];
        let first = values.as_ptr().align_offset(LINE);
        // Where it cannot be known, anywhere.
        Register { first: first.min(values.len() - rows), values }
    }

    fn rows(&self, rows: usize) -> &[f64] {
        &self.values[self.first..self.first + rows]
    }

    fn rows_mut(&mut self, rows: usize) -> &mut [f64] {
        &mut self.values[self.first..self.first + rows]
    }
}

/// How many rows of a routine are run at a time: for sums as many as keep its registers near the processor.
fn rows_at_a_time(routine: &Routine) -> usize {
    match (routine.accumulators, routine.registers) {
        (1.., 0..=12) => LONGEST,
        (0, _) | (_, 13..=20) => CHUNK,
        (_, 21..=40) => CHUNK / 2,
        _ => CHUNK / 4,
    }
}

/// The values of an operand over a chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output<'a> {
    /// One for each row.
    Each(&'a [f64]),
    /// One for all rows.
    Same(f64),
}

impl Output<'_> {
    pub(crate) fn at(self, row: usize) -> f64 {
        match self {
            Output::Each(values) => values[row],
            Output::Same(value) => value,
        }
    }
}

/// What a routine reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The values that are the same for all rows, by node.
    pub(crate) scalars: &'a [f64],
    pub(crate) columns: &'a [Values],
    /// Parameters that vary by row, for the rows of one chunk alone.
    pub(crate) predictors: &'a [Vec<f64>],
    /// What each row counts in sums, if not 1.
    pub(crate) weights: Option<&'a [f64]>,
}

impl Workspace {
    pub(crate) fn new(routine: &Routine) -> Workspace {
        Workspace {
            registers: (0..routine.registers).map(|_| Register::of(rows_at_a_time(routine))).collect(),
            accumulators: vec![[0.0; LANES]; routine.accumulators],
            from: 0,
            rows: 0,
        }
    }

    /// Runs the routine over the rows `from..to` of the columns, chunk by chunk; predictors allow for one chunk.
    pub(crate) fn run(&mut self, routine: &Routine, inputs: Inputs<'_>, from: usize, to: usize) {
        dispatch(Run { workspace: self, routine, inputs, from, to });
    }

    /// The values of an operand over the rows last run.
    #[inline(always)]
    pub(crate) fn values<'a>(&'a self, operand: Operand, inputs: Inputs<'a>) -> Output<'a> {
        match operand {
            Operand::Scalar(id) => Output::Same(inputs.scalars.get(id as usize).copied().unwrap_or(f64::NAN)),
            Operand::Column(at) => Output::Each(&inputs.columns[at][self.from..self.from + self.rows]),
            Operand::Predictor(at) => Output::Each(&inputs.predictors[at][..self.rows]),
            Operand::Register(at) => Output::Each(self.registers[at].rows(self.rows)),
        }
    }
}

struct Run<'r> {
    workspace: &'r mut Workspace,
    routine: &'r Routine,
    inputs: Inputs<'r>,
    from: usize,
    to: usize,
}

impl Vectorised for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let Run { workspace, routine, inputs, from, to } = self;
        let rows = rows_at_a_time(routine);
        for from in (from..to).step_by(rows) {
            (workspace.from, workspace.rows) = (from, rows.min(to - from));
            let weights = inputs.weights.map(|weights| &weights[from..from + workspace.rows]);
            // Of the rows after these a part beside each of the first instructions, so that memory and arithmetic do not wait for
            // each other; a single loop asks for itself.
            let asked = if routine.instructions.len() > 1 { routine.instructions.len().min(PARTS) } else { 0 };
            let mut soon = (from + rows).min(to);
            for (at, instruction) in routine.instructions.iter().enumerate() {
                if at < asked {
                    let part = soon..(soon + rows / PARTS).min(to);
                    routine.columns.iter().for_each(|&column| prefetch(&inputs.columns[column][part.clone()]));
                    soon = part.end;
                }
                let target = instruction.target;
                if instruction.action.is_sum() {
                    if instruction.action == Action::SumMoments {
                        let mut both = [workspace.accumulators[target], workspace.accumulators[target + 1]];
                        add_moments::<FMA>(instruction, workspace, inputs, weights, &mut both);
                        [workspace.accumulators[target], workspace.accumulators[target + 1]] = both;
                        continue;
                    }
                    if instruction.action == Action::Tile {
                        add_tile(&routine.tiles[target], workspace, inputs, weights);
                        continue;
                    }
                    let mut lanes = workspace.accumulators[target];
                    add_up::<FMA>(instruction, workspace, inputs, weights, &mut lanes);
                    workspace.accumulators[target] = lanes;
                    continue;
                }
                // Taken out while it is written: the arguments are in other registers.
                let mut out = std::mem::take(&mut workspace.registers[target]);
                execute::<FMA>(instruction, workspace, inputs, out.rows_mut(workspace.rows));
                workspace.registers[target] = out;
            }
        }
    }
}

/// A loop over rows for each mixture of operands that vary and that do not.
macro_rules! each {
    ($out:expr, $a:expr, |$x:ident| $body:expr) => {
        match $a {
            Output::Each(a) => {
                for (out, &$x) in $out.iter_mut().zip(a) {
                    *out = $body;
                }
            }
            Output::Same($x) => $out.fill($body),
        }
    };
    ($out:expr, $a:expr, $b:expr, |$x:ident, $y:ident| $body:expr) => {
        match ($a, $b) {
            (Output::Each(a), Output::Each(b)) => {
                for ((out, &$x), &$y) in $out.iter_mut().zip(a).zip(b) {
                    *out = $body;
                }
            }
            (Output::Each(a), Output::Same($y)) => {
                for (out, &$x) in $out.iter_mut().zip(a) {
                    *out = $body;
                }
            }
            (Output::Same($x), Output::Each(b)) => {
                for (out, &$y) in $out.iter_mut().zip(b) {
                    *out = $body;
                }
            }
            (Output::Same($x), Output::Same($y)) => $out.fill($body),
        }
    };
    ($out:expr, $a:expr, $b:expr, $c:expr, |$x:ident, $y:ident, $z:ident| $body:expr) => {
        match ($a, $b) {
            (Output::Each(a), Output::Each(b)) => match $c {
                Output::Each(c) => {
                    for (((out, &$x), &$y), &$z) in $out.iter_mut().zip(a).zip(b).zip(c) {
                        *out = $body;
                    }
                }
                Output::Same($z) => {
                    for ((out, &$x), &$y) in $out.iter_mut().zip(a).zip(b) {
                        *out = $body;
                    }
                }
            },
            (Output::Each(a), Output::Same($y)) => match $c {
                Output::Each(c) => {
                    for ((out, &$x), &$z) in $out.iter_mut().zip(a).zip(c) {
                        *out = $body;
                    }
                }
                Output::Same($z) => {
                    for (out, &$x) in $out.iter_mut().zip(a) {
                        *out = $body;
                    }
                }
            },
            (Output::Same($x), Output::Each(b)) => match $c {
                Output::Each(c) => {
                    for ((out, &$y), &$z) in $out.iter_mut().zip(b).zip(c) {
                        *out = $body;
                    }
                }
                Output::Same($z) => {
                    for (out, &$y) in $out.iter_mut().zip(b) {
                        *out = $body;
                    }
                }
            },
            (Output::Same($x), Output::Same($y)) => match $c {
                Output::Each(c) => {
                    for (out, &$z) in $out.iter_mut().zip(c) {
                        *out = $body;
                    }
                }
                Output::Same($z) => $out.fill($body),
            },
        }
    };
}

/// A loop over rows for arguments of the usual kind; if one is not, again for all kinds.
#[inline(always)]
fn usually(
    out: &mut [f64],
    a: Output<'_>,
    argument: impl Fn(f64) -> f64,
    quick: impl Fn(f64) -> (f64, bool),
    any: impl Fn(f64) -> f64,
) {
    let a = match a {
        Output::Same(x) => return out.fill(any(argument(x))),
        Output::Each(a) => a,
    };
    let mut unusual = 0_u64;
    for (out, &x) in out.iter_mut().zip(a) {
        let (value, is_usual) = quick(argument(x));
        unusual |= if is_usual { 0 } else { u64::MAX };
        *out = value;
    }
    if unusual != 0 {
        for (out, &x) in out.iter_mut().zip(a) {
            *out = any(argument(x));
        }
    }
}

#[inline(always)]
fn execute<const FMA: bool>(instruction: &Instruction, workspace: &Workspace, inputs: Inputs<'_>, out: &mut [f64]) {
    let value = |at: usize| workspace.values(instruction.arguments[at], inputs);
    let a = value(0);
    match instruction.action {
        Action::Unary(Unary::Negate) => each!(out, a, |x| -x),
        Action::Unary(Unary::Ln) => usually(out, a, |x| x, k::ln_usual::<FMA>, k::ln::<FMA>),
        Action::Unary(Unary::Exp) => usually(out, a, |x| x, k::exp_usual::<FMA>, k::exp::<FMA>),
        Action::Unary(Unary::Ln1p) => {
            usually(out, a, |x| x, k::ln_1p_usual::<FMA>, k::ln_1p::<FMA>);
        }
        Action::Unary(Unary::ExpM1) => each!(out, a, |x| k::exp_m1::<FMA>(x)),
        Action::Unary(Unary::Sqrt) => each!(out, a, |x| x.sqrt()),
        Action::Unary(Unary::Ln1pRatio(0)) => each!(out, a, |x| k::ln_1p_ratio::<FMA, 0>(x)),
        Action::Unary(Unary::Ln1pRatio(1)) => each!(out, a, |x| k::ln_1p_ratio::<FMA, 1>(x)),
        Action::Unary(Unary::Ln1pRatio(2)) => each!(out, a, |x| k::ln_1p_ratio::<FMA, 2>(x)),
        Action::Unary(operation) => each!(out, a, |x| operation.evaluate(x)),
        Action::Binary(Binary::Add) => each!(out, a, value(1), |x, y| x + y),
        Action::Binary(Binary::Subtract) => each!(out, a, value(1), |x, y| x - y),
        Action::Binary(Binary::Multiply) => each!(out, a, value(1), |x, y| x * y),
        Action::Binary(Binary::Divide) => match (a, value(1)) {
            // Where the reciprocal has all its digits.
            (Output::Each(_), Output::Same(y)) if y.is_normal() && y.recip().is_normal() => {
                let reciprocal = y.recip();
                each!(out, a, |x| x * reciprocal);
            }
            (a, b) => each!(out, a, b, |x, y| x / y),
        },
        Action::Binary(Binary::Less) => each!(out, a, value(1), |x, y| if x < y { 1.0 } else { 0.0 }),
        Action::Binary(Binary::Equal) => each!(out, a, value(1), |x, y| if x == y { 1.0 } else { 0.0 }),
        Action::Binary(operation) => each!(out, a, value(1), |x, y| operation.evaluate(x, y)),
        Action::Ternary(operation) => {
            each!(out, a, value(1), value(2), |x, y, z| operation.evaluate(x, y, z))
        }
        Action::Quaternary(operation) => {
            let [b, c, d] = [value(1), value(2), value(3)];
            for (row, out) in out.iter_mut().enumerate() {
                *out = operation.evaluate(a.at(row), b.at(row), c.at(row), d.at(row));
            }
        }
        Action::Select => each!(out, a, value(1), value(2), |c, x, y| if c != 0.0 { x } else { y }),
        Action::MultiplyAdd => each!(out, a, value(1), value(2), |x, y, z| k::multiply_add::<FMA>(x, y, z)),
        Action::MultiplySubtract => each!(out, a, value(1), value(2), |x, y, z| k::multiply_add::<FMA>(x, y, -z)),
        Action::SubtractMultiplied => each!(out, a, value(1), value(2), |x, y, z| k::multiply_add::<FMA>(-x, y, z)),
        // What is not less, as NaN, wins.
        Action::Larger => each!(out, a, value(1), |x, y| if x < y || y.is_nan() { y } else { x }),
        // Of a term and the largest.
        Action::ExpDifference => each!(out, a, value(1), |x, y| k::exp_of_negative::<FMA>(x - y)),
        Action::ScaledDifference => {
            // Where the reciprocal has all its digits.
            match (value(1), value(2)) {
                (Output::Same(y), Output::Same(z)) if z.is_normal() && z.recip().is_normal() => {
                    let reciprocal = z.recip();
                    each!(out, a, |x| (x - y) * reciprocal);
                }
                (b, c) => each!(out, a, b, c, |x, y, z| (x - y) / z),
            }
        }
        Action::ReciprocalOfSum => each!(out, a, value(1), |x, y| 1.0 / (x + y)),
        Action::NotLess => each!(out, a, value(1), |x, y| if x < y { 0.0 } else { 1.0 }),
        Action::AddLn => each!(out, a, value(1), |x, y| k::add_ln::<FMA>(x, y)),
        Action::Reciprocal => each!(out, a, |x| 1.0 / x),
        Action::ExpMinusAbs => {
            usually(out, a, |x| -x.abs(), k::exp_usual::<FMA>, k::exp::<FMA>);
        }
        Action::ReciprocalOfOnePlus => each!(out, a, |x| 1.0 / (1.0 + x)),
        Action::LogisticFrom => each!(out, a, value(1), value(2), |x, e, r| k::logistic_from(x, e, r)),
        Action::LogisticOfMinusFrom => each!(out, a, value(1), value(2), |x, e, r| k::logistic_from(-x, e, r)),
        Action::LnLogisticFrom => each!(out, a, value(1), |x, l| k::ln_logistic_from(x, l)),
        Action::LnLogisticOfMinusFrom => each!(out, a, value(1), |x, l| k::ln_logistic_from(-x, l)),
        Action::Sum | Action::Dot | Action::SumLn | Action::SumLn1p | Action::SumAddLn => unreachable!("added up"),
        Action::SumLnLogistic | Action::SumLnLogisticOfMinus => unreachable!("added up"),
        Action::SumMoments | Action::Tile | Action::Nothing => unreachable!("added up"),
    }
}

#[inline(always)]
fn add_up<const FMA: bool>(
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
fn add_tile(tile: &Tile, workspace: &mut Workspace, inputs: Inputs<'_>, weights: Option<&[f64]>) {
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
fn add_moments<const FMA: bool>(
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
