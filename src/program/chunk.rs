//! Running instructions over a chunk of rows: one loop each, without branches, so that it is vectorised.

use super::adding::{add_moments, add_tile, add_up};
use super::dispatch::{Vectorised, dispatch, prefetch};
use super::kernels as k;
use super::routine::{Action, Instruction, Routine};
use super::workspace::{Inputs, Output, Workspace, rows_at_a_time};
use crate::operation::{Binary, Unary};

/// The next chunk is asked of memory in so many parts.
const PARTS: usize = 8;

impl Workspace {
    /// Runs the routine over the rows `from..to` of the columns, chunk by chunk; predictors allow for one chunk.
    pub(crate) fn run(&mut self, routine: &Routine, inputs: Inputs<'_>, from: usize, to: usize) {
        dispatch(Run { workspace: self, routine, inputs, from, to });
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
                let mut out = workspace.registers[target].take().expect("it was put back");
                execute::<FMA>(instruction, workspace, inputs, &mut out.0[..workspace.rows]);
                workspace.registers[target] = Some(out);
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
