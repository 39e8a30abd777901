//! [`Summary`]: the sufficient statistics of a term, in place of its rows.
//!
//! One pass over the rows gives the means of the [`Statistics`] of its formula; from then on an evaluation costs the same at any
//! number of rows.

use std::sync::Arc;

use super::bound::Bound;
use super::formula::LocalFormula;
use super::statistics::Statistics;
use crate::data::{Term, Unchecked};
use crate::graph::Graph;

/// The sufficient statistics of a term.
#[derive(Debug)]
pub(super) struct Summary {
    /// Σₖ fₖ(θ) · meanₖ, one row whose weight is that of all.
    pub(super) bound: Bound,
    /// What rounding may have made of the part that no parameter enters, in nats: it is large, and cancels, for counts that
    /// are large.
    pub(super) lost: f64,
    /// The formula of a row.
    formula: Arc<LocalFormula>,
    centres: Vec<f64>,
}

/// A centre is good if the mean about it is less than this many standard deviations.
const OFF_CENTRE: f64 = 0.25;

/// Mean squares below this have fewer digits than numbers have.
const LEAST_SQUARE: f64 = f64::MIN_POSITIVE / f64::EPSILON;

impl Summary {
    /// The summary of a term; none if its log-density is not of an exponential family.
    pub(super) fn of(formula: &Arc<LocalFormula>, term: &Term, threads: usize) -> Option<Summary> {
        let statistics = formula.statistics()?;
        let weights = term.weights.values();
        let mut centres = vec![];
        if statistics.centres > 0 {
            let blocks = term.rows().div_ceil(crate::program::BLOCK);
            centres = statistics.atoms.over(&[], &term.columns, weights, blocks.max(1), threads);
        }
        for _ in 0..4 {
            let known = statistics.known(&centres);
            let mut means = statistics.moments.over(&known, &term.columns, weights, 1, threads);
            // The first two moments about each centre say whether it is one.
            let moments: Vec<f64> = means.drain(..2 * statistics.centres).collect();
            let off = |pair: &[f64]| pair[0] * pair[0] > OFF_CENTRE * OFF_CENTRE * pair[1];
            if moments.chunks(2).any(off) {
                centres.iter_mut().zip(moments.chunks(2)).for_each(|(centre, pair)| *centre += pair[0]);
                continue;
            }
            // Squares that underflow have lost what the rows still say.
            if moments.chunks(2).any(|pair| pair[1] < LEAST_SQUARE) {
                return None;
            }
            return Summary::with(formula, statistics, term, means, centres);
        }
        None
    }

    fn with(
        formula: &Arc<LocalFormula>,
        statistics: &Statistics,
        term: &Term,
        means: Vec<f64>,
        centres: Vec<f64>,
    ) -> Option<Summary> {
        if means.iter().any(|mean| !mean.is_finite()) || statistics.impossible.iter().any(|&at| means[at] != 0.0) {
            return None;
        }
        let constants: f64 = statistics.constants.iter().map(|&(at, c)| (c * means[at]).abs()).sum();
        let mut numbers: Vec<f64> = means.into_iter().chain(centres.iter().copied()).collect();
        if numbers.is_empty() {
            // A density without data would have no columns, and then no row.
            numbers.push(1.0);
        }
        let columns = numbers.into_iter().map(|number| vec![number].into()).collect();
        let weight = term.weights.values().map_or(term.rows() as f64, |weights| weights.iter().sum());
        let bound = Bound::new(statistics.formula.clone(), columns, Some(vec![weight].into()));
        Some(Summary { bound, lost: 0.5 * f64::EPSILON * weight * constants, formula: formula.clone(), centres })
    }

    /// tₖ as formulas of the term's columns.
    pub(super) fn statistics(&self) -> Vec<Graph> {
        self.formula.statistics().map(|statistics| statistics.graphs(&self.centres)).unwrap_or_default()
    }

    /// Whether values of the first column would not have finite statistics if one were out of its range.
    pub(super) fn implies(&self, unchecked: &Unchecked) -> bool {
        self.formula.statistics().is_some_and(|statistics| statistics.implies(unchecked))
    }
}
