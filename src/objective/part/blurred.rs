//! A log-likelihood whose data have lost their last digits.

use super::Part;
use crate::data::Values;
use crate::objective::bound::Compiled;
use crate::objective::sums::Sums;

impl Part {
    /// Value and gradient if what is computed from data alone were a unit in its last place larger or smaller, each row by
    /// chance this way or that, `turned` about or not. None if it varies so much that this is nothing.
    pub(crate) fn blurred(&self, free: &[f64], turned: bool, threads: usize) -> Option<Sums> {
        // What statistics lose is looked at apart.
        if self.summary.is_some() {
            return None;
        }
        let bound = self.by_rows();
        let Compiled { program, columns } = bound.slope(threads);
        let (data, computed) = columns.split_at(bound.columns.len());
        if !computed.iter().any(|column| is_nearly_constant(column)) {
            return None;
        }
        let blur = |column: &Values| -> Values {
            let units = |row: usize| if is_up(row) == turned { f64::EPSILON } else { -f64::EPSILON };
            column.iter().enumerate().map(|(row, value)| value * (1.0 + units(row))).collect::<Vec<f64>>().into()
        };
        let columns = data.iter().cloned().chain(computed.iter().map(blur)).collect();
        let blurred = Compiled { program: program.clone(), columns };
        Some(self.slope_by(bound, &blurred, free, threads))
    }
}

/// A column that varies by less than this part of itself has few digits left for how.
const LEAST_PART: f64 = 1e-6;

/// A coin for each row: of rounding errors that only alternated, the sum would be nothing.
fn is_up(row: usize) -> bool {
    let mixed = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 29)).count_ones().is_multiple_of(2)
}

/// Whether a column varies by little, as seen in some of its rows.
fn is_nearly_constant(column: &[f64]) -> bool {
    let some = || column.iter().step_by(column.len().div_ceil(1000).max(1));
    let (least, greatest) = some().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    greatest - least < LEAST_PART * greatest.abs().max(least.abs())
}
