//! Whether the observed information is the expected one, whatever was observed.
//!
//! Second derivatives of a log-density that do not depend on the observation are their own expectation; so it is in the
//! canonical parameters of an exponential family and in what is linear in them (Barndorff-Nielsen, *Information and
//! Exponential Families*, 1978, section 8.1). It is asked of the formula: at a few points of the space, a few rows, and
//! observations that could have been made in their place.

use super::Part;
use crate::data::Kind;
use crate::graph::{Graph, Id};

/// So many rows are looked at, and those with the least and the greatest value of each column.
const ROWS: usize = 5;

/// Second derivatives that differ by less, relative to their diagonal, are the same but for rounding.
const ROUNDING: f64 = 1e-9;

/// Why what is observed is not what is expected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotCanonical {
    /// Rows are censored.
    Censored,
    /// Rows have sampling weights.
    Sampling,
    /// The second derivative by these local coordinates depends on the observation.
    Depends(usize, usize),
    /// No second derivatives are finite where they were looked at.
    Unknown,
}

impl Part {
    /// Why its observed information is not, or may not be, the expected one.
    pub(crate) fn not_canonical(&self) -> Option<NotCanonical> {
        if self.has_sampling_weights() {
            return Some(NotCanonical::Sampling);
        }
        match self.term.kind {
            Kind::Exact => {}
            Kind::Anywhere => return None,
            Kind::After | Kind::Before | Kind::Between => return Some(NotCanonical::Censored),
        }
        let (p, entries) = self.entries();
        let mut is_seen = p == 0;
        for (local, row, other) in self.comparisons(p) {
            let at = |row: &[f64]| entries.iter().map(|entry| entry.replay(&local, row)).collect::<Vec<f64>>();
            let (one, two) = (at(&row), at(&other));
            if !one.iter().chain(&two).all(|entry| entry.is_finite()) {
                continue;
            }
            is_seen = true;
            let diagonal = |j: usize| one[place(j, j)].abs().max(two[place(j, j)].abs());
            for (j, k) in (0..p).flat_map(|j| (0..=j).map(move |k| (j, k))) {
                let size = (diagonal(j) * diagonal(k)).sqrt();
                if (one[place(j, k)] - two[place(j, k)]).abs() > ROUNDING * size {
                    return Some(NotCanonical::Depends(j, k));
                }
            }
        }
        (!is_seen).then_some(NotCanonical::Unknown)
    }

    /// The second derivatives by local coordinates, the lower triangle row by row.
    fn entries(&self) -> (usize, Vec<Graph>) {
        let (mut builder, parameters, outputs) = self.by_rows().slopes();
        let p = parameters.len();
        let entries: Vec<Id> = (0..p).flat_map(|j| builder.gradient(outputs[1 + j], &parameters[..=j])).collect();
        let columns = self.term.columns.len();
        (p, entries.into_iter().map(|entry| builder.clone().into_graph(p, columns, entry)).collect())
    }

    /// Points in local coordinates, each with a row and another that could have been observed in its place.
    fn comparisons(&self, p: usize) -> impl Iterator<Item = (Vec<f64>, Vec<f64>, Vec<f64>)> {
        // Nothing is special about these points.
        let points: Vec<Vec<f64>> = (0..3)
            .map(|at| (0..p).map(|j| (0.9 + 2.3 * f64::from(at) + 1.7 * j as f64).sin() * 0.8).collect())
            .collect();
        let stride = self.term.rows().div_ceil(ROWS).max(1);
        let ends = self.term.columns.iter().flat_map(|column| {
            let order = |a: &usize, b: &usize| column[*a].total_cmp(&column[*b]);
            [(0..column.len()).min_by(order), (0..column.len()).max_by(order)]
        });
        let mut rows: Vec<usize> = (0..self.term.rows()).step_by(stride).chain(ends.flatten()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows.into_iter().flat_map(move |row| {
            let all: Vec<f64> = self.term.columns.iter().map(|column| column[row]).collect();
            let (own, beside) = all.split_at(self.term.width());
            let others: Vec<Vec<f64>> =
                self.term.support.alternatives(own).into_iter().map(|other| [&other, beside].concat()).collect();
            let pairs: Vec<_> = points
                .iter()
                .flat_map(|point| others.iter().map(|other| (point.clone(), all.clone(), other.clone())))
                .collect();
            pairs
        })
    }
}

/// Where an entry of the lower triangle stands.
fn place(j: usize, k: usize) -> usize {
    j * (j + 1) / 2 + k
}
