//! [`Sample`]: the observations as a start sees them, with the statistics that starts are made of.

use std::sync::OnceLock;

use super::{Kind, Term, Values, Weights};
use crate::program::Extremes;
use crate::special::compensated_sum;

/// Observations with weights, in columns: what [`Model::start`](crate::model::Model::start) is given.
///
/// A value of which only a bound is known stands at its bound, or at the middle of its bounds.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    columns: Vec<Column>,
    weights: Option<Values>,
    /// The sum of the weights, once it is known.
    n: OnceLock<f64>,
}

/// A column, shared with the data that it is of, and what has been found out about it.
#[derive(Debug, Clone, Default)]
struct Column {
    /// Those of each term, one after the other; joined when they are asked for as one.
    parts: Vec<Values>,
    joined: OnceLock<Values>,
    /// The parts of the column that this is some of, if it is.
    whole: Vec<Values>,
    unit: OnceLock<f64>,
    mean: OnceLock<f64>,
    deviation: OnceLock<f64>,
}

impl Column {
    fn of(parts: Vec<Values>) -> Column {
        Column { parts, ..Column::default() }
    }

    fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    fn values(&self) -> &Values {
        self.joined.get_or_init(|| match &self.parts[..] {
            [only] => only.clone(),
            parts => parts.iter().flat_map(|part| part.iter().copied()).collect(),
        })
    }

    /// The values in these rows, which are few.
    fn some(&self, rows: &[usize]) -> Values {
        let value = |&row: &usize| {
            let mut row = row;
            let part = self.parts.iter().find(|part| {
                let is_here = row < part.len();
                row -= if is_here { 0 } else { part.len() };
                is_here
            });
            part.expect("a row that is there")[row]
        };
        rows.iter().map(value).collect()
    }
}

impl Sample {
    /// The observations in these terms.
    pub(crate) fn of(terms: &[Term]) -> Sample {
        // Columns there are even where nothing is known of any row.
        let width = |term: &Term| if term.kind == Kind::Between { 1 } else { term.width() };
        let width = terms.iter().map(width).max().unwrap_or(0);
        let terms: Vec<&Term> = terms.iter().filter(|term| term.kind != Kind::Anywhere).collect();
        let mut columns = vec![Vec::new(); width];
        for term in &terms {
            columns.iter_mut().zip(term.points()).for_each(|(column, points)| column.push(points));
        }
        let weights = match terms[..] {
            [term] => term.weights.shared(),
            _ => {
                let weighted = terms.iter().any(|term| term.weights != Weights::None);
                let all = |term: &&Term| (0..term.rows()).map(|row| term.weights.at(row)).collect::<Vec<f64>>();
                weighted.then(|| terms.iter().flat_map(all).collect())
            }
        };
        Sample::new(columns, weights)
    }

    fn new(columns: Vec<Vec<Values>>, weights: Option<Values>) -> Sample {
        Sample { columns: columns.into_iter().map(Column::of).collect(), weights, n: OnceLock::new() }
    }

    /// These rows, each of as many columns as the first.
    pub(crate) fn from_rows(rows: &[Vec<f64>]) -> Sample {
        let width = rows.first().map_or(0, Vec::len);
        let column = |column: usize| rows.iter().map(|row| row[column]).collect();
        Sample::new((0..width).map(|at| vec![column(at)]).collect(), None)
    }

    /// The rows at these places, each from 0.
    pub fn subset(&self, rows: &[usize]) -> Sample {
        let columns = self.columns.iter().map(|column| vec![column.some(rows)]).collect();
        let weights = self.weights.as_ref().map(|all| rows.iter().map(|&row| all[row]).collect());
        Sample::new(columns, weights)
    }

    /// At most `rows` of its rows, evenly spread.
    pub(crate) fn thinned(&self, rows: usize) -> Sample {
        let stride = self.rows().div_ceil(rows).max(1);
        self.subset(&(0..self.rows()).step_by(stride).collect::<Vec<_>>())
    }

    /// The same of at most `rows` rows, but for the least and the greatest value in each column, which are those of all.
    pub(crate) fn abridged(&self, rows: usize) -> Sample {
        let mut some = self.thinned(rows);
        for (some, all) in some.columns.iter_mut().zip(&self.columns) {
            some.whole = all.parts.clone();
        }
        some
    }

    /// The rows whose share is not negligible, each counted for its share.
    pub(crate) fn shared(&self, shares: &[f64]) -> Sample {
        let rows: Vec<usize> = (0..self.rows()).filter(|&row| shares[row] > 1e-6).collect();
        let weights: Values = rows.iter().map(|&row| shares[row] * self.weight(row)).collect();
        Sample { weights: Some(weights), ..self.subset(&rows) }
    }

    /// The same rows with f of the values in the first column.
    pub fn mapped(&self, f: impl Fn(f64) -> f64) -> Sample {
        let mut columns: Vec<Vec<Values>> = self.columns.iter().map(|column| column.parts.clone()).collect();
        for part in columns.first_mut().into_iter().flatten() {
            *part = part.iter().map(|&x| f(x)).collect();
        }
        Sample::new(columns, self.weights.clone())
    }

    /// How many rows there are, whatever their weights.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::rows)
    }

    /// How many columns an observation has.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The sum of the weights.
    pub fn n(&self) -> f64 {
        let sum = || self.weights.as_ref().map_or(self.rows() as f64, |weights| weights.iter().sum());
        *self.n.get_or_init(sum)
    }

    /// The values in one column.
    ///
    /// # Panics
    ///
    /// If there is no such column; likewise for all statistics of a column.
    pub fn column(&self, column: usize) -> &[f64] {
        self.columns[column].values()
    }

    /// All columns, shared.
    pub(crate) fn shared_columns(&self) -> Vec<Values> {
        self.columns.iter().map(|column| column.values().clone()).collect()
    }

    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// The mean of f(x) over the values x of a column.
    pub fn mean_of(&self, column: usize, f: impl Fn(f64) -> f64) -> f64 {
        // Compensated: exact starts should be exact.
        let values = self.column(column);
        let sum = match &self.weights {
            None => compensated_sum_in_lanes(values, |_, x| f(x)),
            Some(weights) => compensated_sum_in_lanes(values, |row, x| weights[row] * f(x)),
        };
        sum / self.n()
    }

    /// The mean of a column.
    pub fn mean(&self, column: usize) -> f64 {
        *self.columns[column].mean.get_or_init(|| {
            // In units of the column's magnitude and about its first value: neither scale nor offset costs digits.
            let unit = self.unit(column);
            let part = unit.recip();
            let origin = self.column(column).first().map_or(0.0, |x| x * part);
            let rough = origin + self.mean_of(column, |x| x * part - origin);
            (rough + self.mean_of(column, |x| x * part - rough)) * unit
        })
    }

    /// The standard deviation of a column, with divisor n.
    pub fn standard_deviation(&self, column: usize) -> f64 {
        *self.columns[column].deviation.get_or_init(|| {
            let (unit, mean) = (self.unit(column), self.mean(column));
            let (part, centre) = (unit.recip(), mean / unit);
            let square = |x: f64| {
                let deviation = x * part - centre;
                deviation * deviation
            };
            self.mean_of(column, square).sqrt() * unit
        })
    }

    /// The variance of a column, with divisor n.
    pub fn variance(&self, column: usize) -> f64 {
        self.standard_deviation(column).powi(2)
    }

    /// A power of two near the greatest absolute value in a column, or 1.
    pub(crate) fn unit(&self, column: usize) -> f64 {
        *self.columns[column].unit.get_or_init(|| {
            let Extremes { least, greatest, .. } = self.columns[column].values().extremes();
            power_of_two_near(least.abs().max(greatest.abs()))
        })
    }

    /// The covariance of two columns, with divisor n.
    pub fn covariance(&self, a: usize, b: usize) -> f64 {
        let (mean_a, mean_b) = (self.mean(a), self.mean(b));
        let products = self.column(a).iter().zip(self.column(b)).map(|(x, y)| (x - mean_a) * (y - mean_b));
        products.enumerate().map(|(row, product)| self.weight(row) * product).sum::<f64>() / self.n()
    }

    /// The correlation of two columns: NaN if one is constant.
    pub fn correlation(&self, a: usize, b: usize) -> f64 {
        let standardised = |column: usize| {
            let (mean, deviation) = (self.mean(column), self.standard_deviation(column));
            self.column(column).iter().map(move |x| (x - mean) / deviation)
        };
        let products = standardised(a).zip(standardised(b)).map(|(x, y)| x * y);
        products.enumerate().map(|(row, product)| self.weight(row) * product).sum::<f64>() / self.n()
    }

    /// The least value in a column; ∞ if there is none.
    pub fn min(&self, column: usize) -> f64 {
        self.extremes(column).least
    }

    /// The greatest value in a column; −∞ if there is none.
    pub fn max(&self, column: usize) -> f64 {
        self.extremes(column).greatest
    }

    /// The least and the greatest value in a column, or in the whole of which it is some.
    fn extremes(&self, column: usize) -> Extremes {
        let Column { parts, whole, .. } = &self.columns[column];
        let all = if whole.is_empty() { parts } else { whole };
        all.iter().map(Values::extremes).reduce(Extremes::or).unwrap_or_else(|| Extremes::of(&[]))
    }

    /// The value that all observations in a column have, if they are equal.
    pub fn constant(&self, column: usize) -> Option<f64> {
        // Most that are not constant are so from the beginning.
        let (first, rest) = self.column(column).split_first()?;
        if rest.iter().take(64).any(|x| x != first) {
            return None;
        }
        let least = self.min(column);
        (least == self.max(column)).then_some(least)
    }

    /// The value that carries the greatest part of the weight of a column, and that part; the least of several.
    pub fn mode(&self, column: usize) -> Option<(f64, f64)> {
        let values = self.column(column);
        let mut parts: Vec<(f64, f64)> = Vec::new();
        for row in self.order(column) {
            match parts.last_mut() {
                Some((value, part)) if *value == values[row] => *part += self.weight(row),
                _ => parts.push((values[row], self.weight(row))),
            }
        }
        let most = parts.into_iter().reduce(|most, other| if other.1 > most.1 { other } else { most })?;
        Some((most.0, most.1 / self.n()))
    }

    /// The rows, from 0, in increasing order of the values in a column.
    pub fn order(&self, column: usize) -> Vec<usize> {
        let values = self.column(column);
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        order
    }

    /// The least and the greatest median of a column: at most half of the weight lies below, and at most half above.
    pub fn medians(&self, column: usize) -> (f64, f64) {
        if self.weights.is_none() {
            let rows = self.rows();
            let least = self.ranked(column, rows.div_ceil(2));
            return (least, if rows.is_multiple_of(2) { self.ranked(column, rows / 2 + 1) } else { least });
        }
        let half = 0.5 * self.n();
        let mut below = 0.0;
        let mut least = None;
        for row in self.order(column) {
            below += self.weight(row);
            if below >= half {
                let value = self.column(column)[row];
                if below > half {
                    return (least.unwrap_or(value), value);
                }
                least.get_or_insert(value);
            }
        }
        (least.unwrap_or(f64::NAN), self.max(column))
    }

    /// The least value at or below which a part `level` of the weight of a column lies.
    pub fn quantile(&self, column: usize, level: f64) -> f64 {
        let target = level * self.n();
        if self.weights.is_none() {
            return self.ranked(column, (target.ceil() as usize).max(1));
        }
        let mut below = 0.0;
        for row in self.order(column) {
            below += self.weight(row);
            if below >= target {
                return self.column(column)[row];
            }
        }
        self.max(column)
    }

    /// The value with so many not above it, itself among them; the greatest if there are fewer.
    fn ranked(&self, column: usize, rank: usize) -> f64 {
        let mut values = self.column(column).to_vec();
        if values.is_empty() {
            return f64::NAN;
        }
        let place = rank.clamp(1, values.len()) - 1;
        *values.select_nth_unstable_by(place, f64::total_cmp).1
    }
}

/// Σ f(row, value), compensated: in several sums that do not wait for each other.
fn compensated_sum_in_lanes(values: &[f64], f: impl Fn(usize, f64) -> f64) -> f64 {
    let (mut sums, mut lost) = ([0.0; 8], [0.0; 8]);
    let (groups, rest) = values.as_chunks::<8>();
    for (group, values) in groups.iter().enumerate() {
        for lane in 0..8 {
            // Knuth, *The Art of Computer Programming* 2, section 4.2.2, theorem B.
            let term = f(8 * group + lane, values[lane]);
            let sum: f64 = sums[lane] + term;
            let part = sum - sums[lane];
            lost[lane] += (sums[lane] - (sum - part)) + (term - part);
            sums[lane] = sum;
        }
    }
    let rest = rest.iter().enumerate().map(|(at, &x)| f(8 * groups.len() + at, x));
    let terms: Vec<f64> = sums.into_iter().chain(rest).collect();
    // What is lost is not a number once a sum is infinite.
    let lost = lost.into_iter().filter(|_| terms.iter().all(|term| term.is_finite()));
    compensated_sum(terms.iter().copied().chain(lost))
}

impl Term {
    /// A value for each row, for starts.
    fn points(&self) -> Vec<Values> {
        match self.kind {
            Kind::Between => {
                // An end far out of all proportion stands for no bound.
                let (left, right) = (&self.columns[0], &self.columns[1]);
                let far = FAR * typical_size(left.iter().chain(right.iter()).copied());
                let point = |(&a, &b): (&f64, &f64)| match (a.abs() > far, b.abs() > far) {
                    (true, false) => b,
                    (false, true) => a,
                    // Half a turn on if it is an arc through ±π.
                    _ => 0.5 * a + 0.5 * b + if b < a { std::f64::consts::PI } else { 0.0 },
                };
                vec![left.iter().zip(right.iter()).map(point).collect()]
            }
            _ => self.columns[..self.width()].to_vec(),
        }
    }
}

/// So many times the typical size of an end of an interval is out of all proportion.
const FAR: f64 = 1e50;

/// The size a third of the way up among those of these numbers, zeros aside; 0 if there is none.
fn typical_size(values: impl Iterator<Item = f64>) -> f64 {
    let mut sizes: Vec<f64> = values.map(f64::abs).filter(|size| *size > 0.0).collect();
    let place = sizes.len() / 3;
    if sizes.is_empty() { 0.0 } else { *sizes.select_nth_unstable_by(place, f64::total_cmp).1 }
}

/// The power of two next to `x` in size, or 1 where there is none.
pub(crate) fn power_of_two_near(x: f64) -> f64 {
    let exponent = x.abs().log2().round();
    if exponent.is_finite() { exponent.clamp(-1000.0, 1000.0).exp2() } else { 1.0 }
}
