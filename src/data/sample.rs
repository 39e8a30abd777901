//! [`Sample`]: the observations as a start sees them, with the statistics that starts are made of.

use super::{Kind, Term};

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
        let weighted = terms.iter().any(|term| term.weights.is_some());
        let all = |term: &&Term| term.weights.clone().unwrap_or_else(|| vec![1.0; term.rows()]);
        Sample { columns, weights: weighted.then(|| terms.iter().flat_map(all).collect()) }
    }

    /// The rows at these places, each from 0.
    pub fn subset(&self, rows: &[usize]) -> Sample {
        let take = |values: &Vec<f64>| rows.iter().map(|&row| values[row]).collect();
        Sample { columns: self.columns.iter().map(take).collect(), weights: self.weights.as_ref().map(take) }
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
        // Neumaier's compensated sum: exact starts should be exact.
        let (mut sum, mut lost) = (0.0_f64, 0.0);
        for (row, &x) in self.columns[column].iter().enumerate() {
            let term = self.weight(row) * f(x);
            let next = sum + term;
            lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
            sum = next;
        }
        (sum + lost) / self.n()
    }

    /// The mean of a column.
    pub fn mean(&self, column: usize) -> f64 {
        // About the first value: a large common offset, or scale, costs no digits.
        let origin = self.columns[column].first().copied().unwrap_or(0.0);
        let rough = origin + self.mean_of(column, |x| x - origin);
        rough + self.mean_of(column, |x| x - rough)
    }

    /// The variance of a column, with divisor n.
    pub fn variance(&self, column: usize) -> f64 {
        self.covariance(column, column)
    }

    /// The covariance of two columns, with divisor n.
    pub fn covariance(&self, a: usize, b: usize) -> f64 {
        let (mean_a, mean_b) = (self.mean(a), self.mean(b));
        let products = self.columns[a].iter().zip(&self.columns[b]).map(|(x, y)| (x - mean_a) * (y - mean_b));
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

    /// The rows, from 0, in increasing order of the values in a column.
    pub fn order(&self, column: usize) -> Vec<usize> {
        let values = &self.columns[column];
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        order
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
                vec![self.columns[0].iter().zip(&self.columns[1]).map(middle).collect()]
            }
            _ => self.columns.clone(),
        }
    }
}
