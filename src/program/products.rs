//! Columns of a chunk multiplied and added up: linear predictors, and the sums of products that a Hessian by their
//! coefficients is made of.

use super::CHUNK;
use super::dispatch::{Vectorised, dispatch, is_wide};
use super::kernels as k;
use super::workspace::{Aligned, LONGEST, Output};
use crate::data::Values;

/// 1 in every row.
pub(super) static ONES: [f64; LONGEST] = [1.0; LONGEST];

/// What coefficients multiply in a chunk of rows: covariates, by their places among all, or 1 where there is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Design<'a> {
    pub(crate) covariates: &'a [(String, Values)],
    pub(crate) places: &'a [Option<usize>],
    pub(crate) from: usize,
    pub(crate) rows: usize,
}

impl<'a> Design<'a> {
    pub(crate) fn len(self) -> usize {
        self.places.len()
    }

    /// The values that the k-th coefficient multiplies.
    #[inline(always)]
    pub(crate) fn column(self, k: usize) -> &'a [f64] {
        match self.places[k] {
            Some(place) => &self.covariates[place].1[self.from..self.from + self.rows],
            None => &ONES[..self.rows],
        }
    }
}

/// Independent partial sums of each product: a vector of the processor, or two.
const LANES: usize = 8;
const HALF: usize = LANES / 2;

/// Adds Σₖ coefficientₖ · columnₖ to the values of the rows.
pub(crate) fn add_combination(values: &mut [f64], coefficients: &[f64], columns: Design<'_>) {
    dispatch(Combination { values, coefficients, columns });
}

struct Combination<'a> {
    values: &'a mut [f64],
    coefficients: &'a [f64],
    columns: Design<'a>,
}

impl Vectorised for Combination<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let Combination { values, coefficients, columns } = self;
        // Several at a time, so that the values are read and written fewer times.
        let (by_4, others) = coefficients.as_chunks::<4>();
        for (&[a, b, c, d], k) in by_4.iter().zip((0..).step_by(4)) {
            let x: [&[f64]; 4] = std::array::from_fn(|at| columns.column(k + at));
            let rows = values.iter_mut().zip(x[0]).zip(x[1]).zip(x[2]).zip(x[3]);
            for ((((value, x0), x1), x2), x3) in rows {
                let sum = k::multiply_add::<FMA>(a, *x0, *value);
                let sum = k::multiply_add::<FMA>(b, *x1, sum);
                *value = k::multiply_add::<FMA>(d, *x3, k::multiply_add::<FMA>(c, *x2, sum));
            }
        }
        for (&coefficient, k) in others.iter().zip(4 * by_4.len()..) {
            for (value, x) in values.iter_mut().zip(columns.column(k)) {
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
    left: Design<'_>,
    right: Option<Design<'_>>,
    into: &mut [f64],
) {
    dispatch(Products { values, weights, left, right, into });
}

struct Products<'a> {
    values: Output<'a>,
    weights: Option<&'a [f64]>,
    left: Design<'a>,
    right: Option<Design<'a>>,
    into: &'a mut [f64],
}

impl Vectorised for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let Products { values, weights, left, right, into } = self;
        let (rows, is_wide) = (left.rows, is_wide());
        let mut factors = Aligned([0.0; CHUNK]);
        let factors = &mut factors.0[..rows];
        match values {
            Output::Each(values) => factors.copy_from_slice(&values[..rows]),
            Output::Same(value) => factors.fill(value),
        }
        if let Some(weights) = weights {
            factors.iter_mut().zip(weights).for_each(|(factor, weight)| *factor *= weight);
        }
        let width = right.unwrap_or(left).len();
        let mut scaled = [const { Aligned([0.0; CHUNK]) }; 3];
        for j in (0..left.len()).step_by(3) {
            let group = 3.min(left.len() - j);
            for (scaled, at) in scaled.iter_mut().zip(j..j + group) {
                let terms = left.column(at).iter().zip(&*factors);
                scaled.0.iter_mut().zip(terms).for_each(|(out, (x, factor))| *out = x * factor);
            }
            let (others, count) = right.map_or((left, j + group), |right| (right, right.len()));
            let (a, b, c) = (&scaled[0].0[..rows], &scaled[1].0[..rows], &scaled[2].0[..rows]);
            let into = &mut into[j * width..];
            match group {
                3 => add_row_of_tiles::<FMA, 3>(is_wide, [a, b, c], others, count, into),
                2 => add_row_of_tiles::<FMA, 2>(is_wide, [a, b], others, count, into),
                _ => add_row_of_tiles::<FMA, 1>(is_wide, [a], others, count, into),
            }
        }
    }
}

/// Adds the sums of products of some columns with each of the first `count` others.
#[inline(always)]
fn add_row_of_tiles<const FMA: bool, const A: usize>(
    is_wide: bool,
    left: [&[f64]; A],
    others: Design<'_>,
    count: usize,
    into: &mut [f64],
) {
    let (width, x) = (others.len(), |k: usize| others.column(k));
    let whole = count - count % 4;
    for k in (0..whole).step_by(4) {
        let sums = tile::<FMA, A, 4>(is_wide, left, [x(k), x(k + 1), x(k + 2), x(k + 3)]);
        add_tile(sums, &mut into[k..], width);
    }
    let (k, into) = (whole, into.get_mut(whole..).unwrap_or_default());
    match count - whole {
        3 => add_tile(tile::<FMA, A, 3>(is_wide, left, [x(k), x(k + 1), x(k + 2)]), into, width),
        2 => add_tile(tile::<FMA, A, 2>(is_wide, left, [x(k), x(k + 1)]), into, width),
        1 => add_tile(tile::<FMA, A, 1>(is_wide, left, [x(k)]), into, width),
        _ => {}
    }
}

#[inline(always)]
fn tile<const FMA: bool, const A: usize, const B: usize>(
    is_wide: bool,
    left: [&[f64]; A],
    right: [&[f64]; B],
) -> [[f64; B]; A] {
    Tile { left, right, is_wide }.run::<FMA>()
}

/// Adds a tile to a matrix of so many columns, from its first entry.
#[inline(always)]
fn add_tile<const A: usize, const B: usize>(tile: [[f64; B]; A], into: &mut [f64], width: usize) {
    for (row, sums) in into.chunks_mut(width).zip(tile) {
        row.iter_mut().zip(sums).for_each(|(into, sum)| *into += sum);
    }
}

/// The sums of products of each of some columns with each of others, all of as many rows: of three and four at most, so that
/// their sums and what these are made of fit into registers.
pub(super) fn sums_of_products<const A: usize, const B: usize>(left: [&[f64]; A], right: [&[f64]; B]) -> [[f64; B]; A] {
    dispatch(Tile { left, right, is_wide: is_wide() })
}

struct Tile<'a, const A: usize, const B: usize> {
    left: [&'a [f64]; A],
    right: [&'a [f64]; B],
    is_wide: bool,
}

impl<const A: usize, const B: usize> Vectorised for Tile<'_, A, B> {
    type Output = [[f64; B]; A];

    /// Narrow vectors take half of the lanes after the other, if all of them would not fit: the bits are the same.
    #[inline(always)]
    fn run<const FMA: bool>(self) -> [[f64; B]; A] {
        let Tile { left, right, is_wide } = self;
        let whole = left[0].len() / LANES;
        let a = left.map(|column| &column.as_chunks::<LANES>().0[..whole]);
        let b = right.map(|column| &column.as_chunks::<LANES>().0[..whole]);
        let mut halves = [[[0.0; HALF]; B]; A];
        if is_wide || A * B <= 6 {
            let mut lanes = [[[0.0; LANES]; B]; A];
            add_lanes::<FMA, A, B>(a, b, &mut lanes);
            for j in 0..A {
                for k in 0..B {
                    for lane in 0..HALF {
                        halves[j][k][lane] = lanes[j][k][lane] + lanes[j][k][HALF + lane];
                    }
                }
            }
        } else {
            let low = half_of_lanes::<FMA, 0, A, B>(a, b);
            let high = half_of_lanes::<FMA, HALF, A, B>(a, b);
            for j in 0..A {
                for k in 0..B {
                    for lane in 0..HALF {
                        halves[j][k][lane] = low[j][k][lane] + high[j][k][lane];
                    }
                }
            }
        }
        let mut sums = halves.each_ref().map(totals);
        if left[0].len() > whole * LANES {
            for (sums, left) in sums.iter_mut().zip(left) {
                for (sum, right) in sums.iter_mut().zip(right) {
                    let rest = left[whole * LANES..].iter().zip(&right[whole * LANES..]);
                    *sum += rest.map(|(x, y)| x * y).sum::<f64>();
                }
            }
        }
        sums
    }
}

/// Adds the products in all lanes.
#[inline(always)]
fn add_lanes<const FMA: bool, const A: usize, const B: usize>(
    a: [&[[f64; LANES]]; A],
    b: [&[[f64; LANES]]; B],
    into: &mut [[[f64; LANES]; B]; A],
) {
    // A copy, so that they are in registers.
    let mut lanes = *into;
    for at in 0..a[0].len() {
        // In this order three and one are held beside the sums: as many as there are registers.
        for k in 0..B {
            for j in 0..A {
                for lane in 0..LANES {
                    let sum = &mut lanes[j][k][lane];
                    *sum = k::multiply_add::<FMA>(a[j][at][lane], b[k][at][lane], *sum);
                }
            }
        }
    }
    *into = lanes;
}

/// The sums of products in half of the lanes. Not by the function above: the compiler keeps these in registers only so.
#[inline(always)]
fn half_of_lanes<const FMA: bool, const FROM: usize, const A: usize, const B: usize>(
    a: [&[[f64; LANES]]; A],
    b: [&[[f64; LANES]]; B],
) -> [[[f64; HALF]; B]; A] {
    let mut lanes = [[[0.0; HALF]; B]; A];
    for at in 0..a[0].len() {
        // In this order three and one are held beside the sums: as many as there are registers.
        for k in 0..B {
            for j in 0..A {
                for lane in 0..HALF {
                    let sum = &mut lanes[j][k][lane];
                    *sum = k::multiply_add::<FMA>(a[j][at][FROM + lane], b[k][at][FROM + lane], *sum);
                }
            }
        }
    }
    lanes
}

/// By itself: where it is a part of the loop, the compiler takes the lanes apart.
#[inline(never)]
fn totals<const B: usize>(halves: &[[f64; HALF]; B]) -> [f64; B] {
    halves.map(|[a, b, c, d]| (a + c) + (b + d))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many, of which the first rows belong to another chunk.
    fn columns(count: usize, rows: usize) -> Vec<(String, Values)> {
        let value = |j: usize, row: usize| (1.3 * j as f64 + 0.7 * row as f64).sin();
        let column = |j: usize| (0..FROM + rows).map(|row| value(j, row)).collect::<Vec<f64>>();
        (0..count).map(|j| (format!("x{j}"), column(j).into())).collect()
    }

    const FROM: usize = 3;

    /// Every covariate, the last first, and 1 in the place of one.
    fn places(count: usize) -> Vec<Option<usize>> {
        (0..count).rev().map(|place| (place != 1).then_some(place)).collect()
    }

    fn design<'a>(covariates: &'a [(String, Values)], places: &'a [Option<usize>], rows: usize) -> Design<'a> {
        Design { covariates, places, from: FROM, rows }
    }

    #[test]
    fn products_are_those_of_each_pair() {
        for (wide, narrow, rows) in [(1, 1, 1), (2, 5, 7), (3, 4, 256), (7, 3, 255), (21, 1, 64), (5, 9, 18)] {
            let (left, right) = (columns(wide, rows), columns(narrow, rows));
            let (left_places, right_places) = (places(wide), places(narrow));
            let (left, right) = (design(&left, &left_places, rows), design(&right, &right_places, rows));
            let values: Vec<f64> = (0..rows).map(|row| (0.3 * row as f64).cos()).collect();
            let weights: Vec<f64> = (0..rows).map(|row| row as f64 + 0.5).collect();
            let direct = |a: &[f64], b: &[f64]| {
                let factors = values.iter().zip(&weights).map(|(value, weight)| value * weight);
                a.iter().zip(b).zip(factors).map(|((a, b), factor)| a * b * factor).sum::<f64>()
            };
            let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * (1.0 + rows as f64);
            let mut both = vec![1.0; wide * narrow];
            add_products(Output::Each(&values), Some(&weights), left, Some(right), &mut both);
            let mut own = vec![0.0; wide * wide];
            add_products(Output::Each(&values), Some(&weights), left, None, &mut own);
            for j in 0..wide {
                for k in 0..narrow {
                    let direct = direct(left.column(j), right.column(k));
                    assert!(close(both[j * narrow + k], 1.0 + direct), "{j} {k} of {rows} rows");
                }
                for k in 0..=j {
                    let direct = direct(left.column(j), left.column(k));
                    assert!(close(own[j * wide + k], direct), "{j} {k} of {rows} rows");
                }
            }
        }
    }

    #[test]
    fn halves_of_lanes_give_the_bits_of_all() {
        fn is_same<const A: usize, const B: usize>(rows: usize) {
            let columns = columns(A + B, rows);
            let column = |at: usize| &columns[at].1[FROM..];
            let (left, right) = (std::array::from_fn(column), std::array::from_fn(|at| column(A + at)));
            let [narrow, wide] = [false, true].map(|is_wide| dispatch(Tile::<A, B> { left, right, is_wide }));
            for j in 0..A {
                for k in 0..B {
                    let direct: f64 = left[j].iter().zip(right[k]).map(|(x, y)| x * y).sum();
                    assert!((narrow[j][k] - direct).abs() < 1e-12 * (1.0 + rows as f64), "{j} {k} of {rows} rows");
                    assert_eq!(narrow[j][k].to_bits(), wide[j][k].to_bits(), "{j} {k} of {rows} rows");
                }
            }
        }
        for rows in [0, 1, 7, 8, 61, 256] {
            is_same::<3, 4>(rows);
            is_same::<2, 4>(rows);
            is_same::<3, 1>(rows);
        }
    }

    #[test]
    fn combinations_are_those_of_each_column() {
        for (count, rows) in [(0, 3), (1, 5), (4, 256), (9, 17)] {
            let (columns, places) = (columns(count, rows), places(count));
            let columns = design(&columns, &places, rows);
            let coefficients: Vec<f64> = (0..count).map(|k| k as f64 - 1.5).collect();
            let mut values = vec![0.25; rows];
            add_combination(&mut values, &coefficients, columns);
            for (row, value) in values.iter().enumerate() {
                let direct: f64 = coefficients.iter().enumerate().map(|(k, c)| c * columns.column(k)[row]).sum();
                assert!((value - 0.25 - direct).abs() < 1e-12);
            }
        }
    }
}
