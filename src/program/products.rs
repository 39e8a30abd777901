//! Columns of a chunk multiplied and added up: linear predictors, and the sums of products that a Hessian by their
//! coefficients is made of.

use super::CHUNK;
use super::chunk::Output;
use super::dispatch::{Vectorised, dispatch};
use super::kernels as k;

/// The values of a covariate that is 1 in every row.
pub(crate) static ONES: [f64; CHUNK] = [1.0; CHUNK];

/// Independent partial sums of each product, a vector of the processor.
const LANES: usize = 4;

/// Adds Σₖ coefficientₖ · columnₖ to the values of the rows.
pub(crate) fn add_combination(values: &mut [f64], coefficients: &[f64], columns: &[&[f64]]) {
    dispatch(Combination { values, coefficients, columns });
}

struct Combination<'a> {
    values: &'a mut [f64],
    coefficients: &'a [f64],
    columns: &'a [&'a [f64]],
}

impl Vectorised for Combination<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let Combination { values, coefficients, columns } = self;
        // Several at a time, so that the values are read and written fewer times.
        let (columns_by_4, columns) = columns.as_chunks::<4>();
        let (coefficients_by_4, coefficients) = coefficients.as_chunks::<4>();
        for (&[a, b, c, d], x) in coefficients_by_4.iter().zip(columns_by_4) {
            let rows = values.iter_mut().zip(x[0]).zip(x[1]).zip(x[2]).zip(x[3]);
            for ((((value, x0), x1), x2), x3) in rows {
                let sum = k::multiply_add::<FMA>(a, *x0, *value);
                let sum = k::multiply_add::<FMA>(b, *x1, sum);
                *value = k::multiply_add::<FMA>(d, *x3, k::multiply_add::<FMA>(c, *x2, sum));
            }
        }
        for (&coefficient, x) in coefficients.iter().zip(columns) {
            for (value, x) in values.iter_mut().zip(*x) {
                *value = k::multiply_add::<FMA>(coefficient, *x, *value);
            }
        }
    }
}

/// Adds Σ value · weight · leftⱼ · rightₖ over rows to `into`, row j of the matrix after the other; of columns with
/// themselves, where `right` is none, below the diagonal and on it.
pub(crate) fn add_products(
    values: Output<'_>,
    weights: Option<&[f64]>,
    left: &[&[f64]],
    right: Option<&[&[f64]]>,
    into: &mut [f64],
) {
    dispatch(Products { values, weights, left, right, into });
}

struct Products<'a> {
    values: Output<'a>,
    weights: Option<&'a [f64]>,
    left: &'a [&'a [f64]],
    right: Option<&'a [&'a [f64]]>,
    into: &'a mut [f64],
}

impl Vectorised for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let Products { values, weights, left, right, into } = self;
        let rows = left.first().map_or(0, |column| column.len());
        let mut factors = [0.0; CHUNK];
        let factors = &mut factors[..rows];
        match values {
            Output::Each(values) => factors.copy_from_slice(&values[..rows]),
            Output::Same(value) => factors.fill(value),
        }
        if let Some(weights) = weights {
            factors.iter_mut().zip(weights).for_each(|(factor, weight)| *factor *= weight);
        }
        let width = right.unwrap_or(left).len();
        let mut scaled = [[0.0; CHUNK]; 3];
        for (j, group) in (0..).step_by(3).zip(left.chunks(3)) {
            for (scaled, column) in scaled.iter_mut().zip(group) {
                scaled[..rows].iter_mut().zip(*column).zip(&*factors).for_each(|((out, x), factor)| *out = x * factor);
            }
            let right = right.unwrap_or(&left[..j + group.len()]);
            for (k, four) in (0..).step_by(4).zip(right.chunks(4)) {
                // What stands in for columns that are not there is not read.
                let four = std::array::from_fn(|at| *four.get(at).unwrap_or(&four[0]));
                let sums = sums_of_products::<FMA>(scaled.each_ref().map(|column| &column[..rows]), four);
                for (row, sums) in into[j * width..].chunks_mut(width).zip(sums.as_chunks::<4>().0).take(group.len()) {
                    row[k..].iter_mut().take(right.len() - k).zip(sums).for_each(|(into, sum)| *into += sum);
                }
            }
        }
    }
}

/// The sums of products of each of three columns with each of four: twelve vectors, which leaves registers for what they are
/// made of.
#[inline(always)]
pub(super) fn sums_of_products<const FMA: bool>(left: [&[f64]; 3], right: [&[f64]; 4]) -> [f64; 12] {
    let [a, b, c] = left.map(|column| column.as_chunks::<LANES>().0);
    let [w, x, y, z] = right.map(|column| column.as_chunks::<LANES>().0);
    let mut lanes = [[0.0; LANES]; 12];
    for ((((((a, b), c), w), x), y), z) in a.iter().zip(b).zip(c).zip(w).zip(x).zip(y).zip(z) {
        let (left, right) = ([a, b, c], [w, x, y, z]);
        // In this order three and one are held beside the twelve sums: as many as there are registers.
        for j in 0..4 {
            for i in 0..3 {
                for lane in 0..LANES {
                    let sum = &mut lanes[4 * i + j][lane];
                    *sum = k::multiply_add::<FMA>(left[i][lane], right[j][lane], *sum);
                }
            }
        }
    }
    // A copy, so that the lanes themselves are in registers.
    let ends = lanes;
    let mut sums = totals(&ends);
    for (at, sum) in sums.iter_mut().enumerate() {
        let rest = left[at / 4].as_chunks::<LANES>().1.iter().zip(right[at % 4].as_chunks::<LANES>().1);
        *sum += rest.map(|(x, y)| x * y).sum::<f64>();
    }
    sums
}

/// The sums of products of one column with each of four: eight vectors of four, so that none waits for another.
#[inline(always)]
pub(super) fn sums_of_row<const FMA: bool>(left: &[f64], right: [&[f64]; 4]) -> [f64; 12] {
    let (groups, rest) = left.as_chunks::<{ 2 * LANES }>();
    let [w, x, y, z] = right.map(|column| column.as_chunks::<{ 2 * LANES }>().0);
    let mut lanes = [[0.0; 2 * LANES]; 4];
    for ((((a, w), x), y), z) in groups.iter().zip(w).zip(x).zip(y).zip(z) {
        let right = [w, x, y, z];
        for j in 0..4 {
            for lane in 0..2 * LANES {
                let sum = &mut lanes[j][lane];
                *sum = k::multiply_add::<FMA>(a[lane], right[j][lane], *sum);
            }
        }
    }
    let mut ends = [[0.0; LANES]; 12];
    for j in 0..4 {
        for lane in 0..LANES {
            ends[j][lane] = lanes[j][lane] + lanes[j][lane + LANES];
        }
    }
    let mut sums = totals(&ends);
    for j in 0..4 {
        for (x, y) in rest.iter().zip(&right[j][left.len() - rest.len()..]) {
            sums[j] += x * y;
        }
    }
    sums
}

/// By itself: where it is a part of the loop, the compiler takes the lanes apart.
#[inline(never)]
fn totals(lanes: &[[f64; LANES]; 12]) -> [f64; 12] {
    lanes.map(|[a, b, c, d]| (a + b) + (c + d))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(count: usize, rows: usize) -> Vec<Vec<f64>> {
        (0..count).map(|j| (0..rows).map(|row| (1.3 * j as f64 + 0.7 * row as f64).sin()).collect()).collect()
    }

    #[test]
    fn products_are_those_of_each_pair() {
        for (wide, narrow, rows) in [(1, 1, 1), (2, 5, 7), (3, 4, 256), (7, 3, 255), (21, 1, 64), (5, 9, 18)] {
            let (left, right) = (columns(wide, rows), columns(narrow, rows));
            let (left, right): (Vec<&[f64]>, Vec<&[f64]>) =
                (left.iter().map(Vec::as_slice).collect(), right.iter().map(Vec::as_slice).collect());
            let values: Vec<f64> = (0..rows).map(|row| (0.3 * row as f64).cos()).collect();
            let weights: Vec<f64> = (0..rows).map(|row| row as f64 + 0.5).collect();
            let direct = |a: &[f64], b: &[f64]| {
                let factors = values.iter().zip(&weights).map(|(value, weight)| value * weight);
                a.iter().zip(b).zip(factors).map(|((a, b), factor)| a * b * factor).sum::<f64>()
            };
            let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * (1.0 + rows as f64);
            let mut both = vec![1.0; wide * narrow];
            add_products(Output::Each(&values), Some(&weights), &left, Some(&right), &mut both);
            let mut own = vec![0.0; wide * wide];
            add_products(Output::Each(&values), Some(&weights), &left, None, &mut own);
            for j in 0..wide {
                for k in 0..narrow {
                    assert!(close(both[j * narrow + k], 1.0 + direct(left[j], right[k])), "{j} {k} of {rows} rows");
                }
                for k in 0..=j {
                    assert!(close(own[j * wide + k], direct(left[j], left[k])), "{j} {k} of {rows} rows");
                }
            }
        }
    }

    #[test]
    fn combinations_are_those_of_each_column() {
        for (count, rows) in [(0, 3), (1, 5), (4, 256), (9, 17)] {
            let columns = columns(count, rows);
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let coefficients: Vec<f64> = (0..count).map(|k| k as f64 - 1.5).collect();
            let mut values = vec![0.25; rows];
            add_combination(&mut values, &coefficients, &columns);
            for (row, value) in values.iter().enumerate() {
                let direct: f64 = coefficients.iter().zip(&columns).map(|(c, x)| c * x[row]).sum();
                assert!((value - 0.25 - direct).abs() < 1e-12);
            }
        }
    }
}
