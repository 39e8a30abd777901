//! [`Sample`]: the observations as a start sees them, with the statistics that starts are made of.

use super::{Kind, Term, Weights};
use crate::special::compensated_sum;

/// Observations with weights, in columns: what [`Model::start`](crate::model::Model::start) is given.
///
/// A value of which only a bound is known stands at its bound, or at the middle of its bounds.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    columns: Vec<Vec<f64>>,
    weights: Option<Vec<f64>>,
}

impl Sample {
    /// The observations in these terms.
    pub(crate) fn of(terms: &[Term]) -> Sample {
        // Columns there are even where nothing is known of any row.
        let width = terms.iter().map(|term| term.points().len()).max().unwrap_or(0);
        let terms: Vec<&Term> = terms.iter().filter(|term| term.kind != Kind::Anywhere).collect();
        let mut columns = vec![Vec::new(); width];
        for term in &terms {
            columns.iter_mut().zip(term.points()).for_each(|(column, points)| column.extend(points));
        }
        let weighted = terms.iter().any(|term| term.weights != Weights::None);
        let all = |term: &&Term| (0..term.rows()).map(|row| term.weights.at(row)).collect::<Vec<f64>>();
        Sample { columns, weights: weighted.then(|| terms.iter().flat_map(all).collect()) }
    }

    /// These rows, each of as many columns as the first.
    pub(crate) fn from_rows(rows: &[Vec<f64>]) -> Sample {
        let width = rows.first().map_or(0, Vec::len);
        let columns = (0..width).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
        Sample { columns, weights: None }
    }

    /// The rows at these places, each from 0.
    pub fn subset(&self, rows: &[usize]) -> Sample {
        let take = |values: &Vec<f64>| rows.iter().map(|&row| values[row]).collect();
        Sample { columns: self.columns.iter().map(take).collect(), weights: self.weights.as_ref().map(take) }
    }

    /// At most `rows` of its rows, evenly spread.
    pub(crate) fn thinned(&self, rows: usize) -> Sample {
        let stride = self.rows().div_ceil(rows).max(1);
        self.subset(&(0..self.rows()).step_by(stride).collect::<Vec<_>>())
    }

    /// The rows whose share is not negligible, each counted for its share.
    pub(crate) fn shared(&self, shares: &[f64]) -> Sample {
        let rows: Vec<usize> = (0..self.rows()).filter(|&row| shares[row] > 1e-6).collect();
        let weights = rows.iter().map(|&row| shares[row] * self.weight(row)).collect();
        Sample { weights: Some(weights), ..self.subset(&rows) }
    }

    /// The same rows with f of the values in the first column.
    pub fn mapped(&self, f: impl Fn(f64) -> f64) -> Sample {
        let mut mapped = self.clone();
        if let Some(column) = mapped.columns.first_mut() {
            column.iter_mut().for_each(|x| *x = f(*x));
        }
        mapped
    }

    /// How many rows there are, whatever their weights.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// How many columns an observation has.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The sum of the weights.
    pub fn n(&self) -> f64 {
        self.weights.as_ref().map_or(self.rows() as f64, |weights| weights.iter().sum())
    }

    /// The values in one column.
    ///
    /// # Panics
    ///
    /// If there is no such column; likewise for all statistics of a column.
    pub fn column(&self, column: usize) -> &[f64] {
        &self.columns[column]
    }

    /// The weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// The mean of f(x) over the values x of a column.
    pub fn mean_of(&self, column: usize, f: impl Fn(f64) -> f64) -> f64 {
        // Compensated: exact starts should be exact.
        let terms = self.columns[column].iter().enumerate().map(|(row, &x)| self.weight(row) * f(x));
        compensated_sum(terms) / self.n()
    }

    /// The mean of a column.
    pub fn mean(&self, column: usize) -> f64 {
        // In units of the column's magnitude and about its first value: neither scale nor offset costs digits.
        let unit = self.unit(column);
        let origin = self.columns[column].first().map_or(0.0, |x| x / unit);
        let rough = origin + self.mean_of(column, |x| x / unit - origin);
        (rough + self.mean_of(column, |x| x / unit - rough)) * unit
    }

    /// The standard deviation of a column, with divisor n.
    pub fn standard_deviation(&self, column: usize) -> f64 {
        let (unit, mean) = (self.unit(column), self.mean(column));
        self.mean_of(column, |x| (x / unit - mean / unit).powi(2)).sqrt() * unit
    }

    /// The variance of a column, with divisor n.
    pub fn variance(&self, column: usize) -> f64 {
        self.standard_deviation(column).powi(2)
    }

    /// A power of two near the greatest absolute value in a column, or 1.
    pub(crate) fn unit(&self, column: usize) -> f64 {
        power_of_two_near(self.min(column).abs().max(self.max(column).abs()))
    }

    /// The covariance of two columns, with divisor n.
    pub fn covariance(&self, a: usize, b: usize) -> f64 {
        let (mean_a, mean_b) = (self.mean(a), self.mean(b));
        let products = self.columns[a].iter().zip(&self.columns[b]).map(|(x, y)| (x - mean_a) * (y - mean_b));
        products.enumerate().map(|(row, product)| self.weight(row) * product).sum::<f64>() / self.n()
    }

    /// The correlation of two columns: NaN if one is constant.
    pub fn correlation(&self, a: usize, b: usize) -> f64 {
        let standardised = |column: usize| {
            let (mean, deviation) = (self.mean(column), self.standard_deviation(column));
            self.columns[column].iter().map(move |x| (x - mean) / deviation)
        };
        let products = standardised(a).zip(standardised(b)).map(|(x, y)| x * y);
        products.enumerate().map(|(row, product)| self.weight(row) * product).sum::<f64>() / self.n()
    }

    /// The least value in a column; ∞ if there is none.
    pub fn min(&self, column: usize) -> f64 {
        self.columns[column].iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The greatest value in a column; −∞ if there is none.
    pub fn max(&self, column: usize) -> f64 {
        self.columns[column].iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// The value that all observations in a column have, if they are equal.
    pub fn constant(&self, column: usize) -> Option<f64> {
        let least = self.min(column);
        (least == self.max(column)).then_some(least)
    }

    /// The rows, from 0, in increasing order of the values in a column.
    pub fn order(&self, column: usize) -> Vec<usize> {
        let values = &self.columns[column];
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        order
    }

    /// The least and the greatest median of a column: at most half of the weight lies below, and at most half above.
    pub fn medians(&self, column: usize) -> (f64, f64) {
        let half = 0.5 * self.n();
        let mut below = 0.0;
        let mut least = None;
        for row in self.order(column) {
            below += self.weight(row);
            if below >= half {
                let value = self.columns[column][row];
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
        let order = self.order(column);
        let target = level * self.n();
        let mut below = 0.0;
        for &row in &order {
            below += self.weight(row);
            if below >= target {
                return self.columns[column][row];
            }
        }
        self.max(column)
    }
}

impl Term {
    /// A value for each row, for starts.
    fn points(&self) -> Vec<Vec<f64>> {
        match self.kind {
            Kind::Between => {
                let middle = |(a, b): (&f64, &f64)| 0.5 * a + 0.5 * b;
                vec![self.columns[0].iter().zip(self.columns[1].iter()).map(middle).collect()]
            }
            _ => self.columns[..self.width()].iter().map(|column| column.to_vec()).collect(),
        }
    }
}

/// The power of two next to `x` in size, or 1 where there is none.
pub(crate) fn power_of_two_near(x: f64) -> f64 {
    let exponent = x.abs().log2().round();
    if exponent.is_finite() { exponent.clamp(-1000.0, 1000.0).exp2() } else { 1.0 }
}
