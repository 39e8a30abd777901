//! [`Part`]: one term of the log-likelihood, compiled and bound to its columns.

mod canonical;
mod derived;
mod local;
mod pass;

use std::sync::{Arc, OnceLock};

use super::bound::{Bound, Compiled};
use super::formula::{Hessian, LocalFormula};
use super::summary::Summary;
use super::sums::{Detail, Places, Sums};
use crate::data::{Beside, Kind, Term, Weights};
use crate::error::Result;
use crate::graph::{Dependence, Graph, Node};
use crate::operation::Binary;
use crate::program::CHUNK;
use crate::space::Coordinates;
pub(crate) use canonical::NotCanonical;
pub(crate) use derived::Contraction;
use local::Local;
use pass::Pass;
pub(super) use pass::{Room, Total};

/// Σ weight · ln density over rows of one kind.
#[derive(Debug)]
pub(crate) struct Part {
    locals: Vec<Local>,
    term: Term,
    formula: Arc<LocalFormula>,
    /// The sufficient statistics in place of the rows, where there are any.
    summary: Option<Summary>,
    /// The rows, compiled when they are first needed.
    rows: OnceLock<Bound>,
}

impl Part {
    pub(crate) fn new(mut term: Term, coordinates: &Coordinates, threads: usize) -> Result<Part> {
        let read = coordinates.read_by(&term.formula);
        let locals: Vec<Local> = coordinates
            .chains()
            .iter()
            .zip(read)
            .map(|(chain, read)| if read { Local::new(chain, &term) } else { Ok(Local::unread(chain)) })
            .collect::<Result<_>>()?;
        let varying = locals.iter().map(Local::varies).collect();
        let formula = LocalFormula::of(&term, varying, coordinates)?;
        let summary = Summary::of(&formula, &term, threads);
        if let Some(unchecked) = term.unchecked.take()
            && !summary.as_ref().is_some_and(|summary| summary.implies(&unchecked))
        {
            unchecked.check(&term.columns[0])?;
        }
        Ok(Part { locals, term, formula, summary, rows: OnceLock::new() })
    }

    /// The program over rows.
    fn by_rows(&self) -> &Bound {
        self.rows
            .get_or_init(|| Bound::new(self.formula.clone(), self.term.columns.clone(), self.term.weights.shared()))
    }

    /// What is run to evaluate: the sufficient statistics if there are any, else the rows.
    fn bound(&self) -> &Bound {
        self.summary.as_ref().map_or_else(|| self.by_rows(), |summary| &summary.bound)
    }

    /// The sufficient statistics as formulas of the columns, if there are any.
    pub(crate) fn sufficient_statistics(&self) -> Option<Vec<Graph>> {
        self.summary.as_ref().map(Summary::statistics)
    }

    /// Whether an evaluation reads every row.
    pub(crate) fn reads_rows(&self) -> bool {
        self.summary.is_none()
    }

    /// Whether its formula compares parameters with data.
    pub(crate) fn has_cases(&self) -> bool {
        let nodes = self.formula.builder().nodes();
        let depends = Graph::dependence(nodes);
        let is_case = |(node, depends): (&Node, &Dependence)| {
            matches!(node, Node::Binary(Binary::Less | Binary::Equal, ..)) && depends.parameters && depends.data
        };
        nodes.iter().zip(&depends).any(is_case)
    }

    /// What rounding may have made of the part of its statistics that no parameter enters, in nats.
    pub(crate) fn lost_by_statistics(&self) -> f64 {
        self.summary.as_ref().map_or(0.0, |summary| summary.lost)
    }

    pub(crate) fn term(&self) -> Term {
        self.term.clone()
    }

    /// The number of observations: the sum of frequencies, or the number of rows.
    pub(crate) fn n(&self) -> f64 {
        match &self.term.weights {
            Weights::Frequency(values) => values.iter().sum(),
            Weights::None | Weights::Sampling(_) => self.term.rows() as f64,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.term.rows()
    }

    /// Whether its rows have the linear predictor whose coefficients begin at this place.
    pub(crate) fn reads_predictor(&self, place: usize) -> bool {
        self.locals.iter().any(|local| matches!(local, Local::Predictor { first, .. } if *first == place))
    }

    /// The values of a covariate.
    pub(crate) fn covariate(&self, name: &str) -> Option<Vec<f64>> {
        self.term.covariates.iter().find(|(other, _)| other == name).map(|(_, values)| values.to_vec())
    }

    pub(crate) fn kind(&self) -> Kind {
        self.term.kind
    }

    pub(crate) fn is_discrete(&self) -> bool {
        self.term.is_discrete()
    }

    /// Whether a local coordinate differs from row to row.
    pub(crate) fn has_covariates(&self) -> bool {
        let differs = |local: &Local| match local {
            Local::Global(_) => false,
            Local::Predictor { designs, offset, .. } => offset.is_some() || designs.iter().any(Option::is_some),
        };
        self.locals.iter().any(differs)
    }

    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.term.weights.at(row)
    }

    /// The row of the data, counted from 1, that a row is.
    pub(crate) fn row_number(&self, row: usize) -> usize {
        self.term.row_number(row)
    }

    pub(crate) fn is_exact(&self) -> bool {
        self.term.kind == Kind::Exact && self.term.beside == Beside::Nothing
    }

    pub(crate) fn has_sampling_weights(&self) -> bool {
        matches!(self.term.weights, Weights::Sampling(_))
    }

    /// The sums over all rows, on so many threads.
    pub(crate) fn evaluate(&self, free: &[f64], detail: Detail, threads: usize) -> Sums {
        let mut sums = Sums::zero(free.len(), detail);
        self.add(free, detail, threads, &mut sums);
        sums
    }

    /// Adds them to others.
    pub(crate) fn add(&self, free: &[f64], detail: Detail, threads: usize, sums: &mut Sums) {
        // Statistics have cancelled already: what rounding scales with is in the rows.
        let bound = if detail == Detail::Magnitudes { self.by_rows() } else { self.bound() };
        let varies = self.formula.varying().contains(&true);
        if detail == Detail::Value {
            if !varies {
                return self.add_outputs(bound, bound.value(threads), free, threads, sums);
            }
            return self.add_rows(bound, bound.value(threads), free, threads, sums, |pass, block| {
                *block.value += pass.weighted_sum(pass.output(0), [None, None], false);
            });
        }
        if detail != Detail::Hessian {
            if detail == Detail::Slope && !varies {
                return self.add_outputs(bound, bound.slope(threads), free, threads, sums);
            }
            let sizes = detail == Detail::Magnitudes;
            let add = |pass: &mut Pass<'_>, block: &mut Places<'_>| pass.add_slope(block, sizes);
            return self.add_rows(bound, bound.slope(threads), free, threads, sums, add);
        }
        match bound.hessian(threads) {
            Hessian::Entries(compiled) if !varies => self.add_outputs(bound, compiled, free, threads, sums),
            Hessian::Entries(compiled) => self.add_rows(bound, compiled, free, threads, sums, |pass, block| {
                pass.add_slope(block, false);
                pass.keep_hessian();
            }),
            Hessian::Products(compiled) => {
                self.add(free, Detail::Slope, threads, sums);
                self.add_products(bound, compiled, free, threads, sums);
            }
        }
    }

    /// The value at two points: where there are covariates, whose reading takes the time, by one reading.
    pub(crate) fn values(&self, points: [&[f64]; 2], threads: usize) -> [f64; 2] {
        let bound = self.bound();
        if !self.formula.varying().contains(&true) {
            return points.map(|free| self.evaluate(free, Detail::Value, threads).value);
        }
        let compiled = bound.value(threads);
        compiled.program.rows();
        let passes = || points.map(|free| Pass::new(self, bound, compiled, None, free));
        let mut total = compiled.totals.take(Total::default);
        let sums = total.over(bound.rows(), threads, 2, passes, |passes, from, to, sums| {
            for from in (from..to).step_by(CHUNK) {
                for (pass, sum) in passes.iter_mut().zip(&mut *sums) {
                    pass.run(from, to.min(from + CHUNK));
                    *sum += pass.weighted_sum(pass.output(0), [None, None], false);
                }
            }
        });
        [sums[0], sums[1]]
    }

    /// Adds the sums where every local coordinate is one of the estimate: nothing is multiplied by covariates, and what is
    /// linear in the values of rows is computed once.
    fn add_outputs(&self, bound: &Bound, compiled: &Compiled, free: &[f64], threads: usize, sums: &mut Sums) {
        let place = |j: usize| self.locals[j].first();
        let local = self.locals.iter().map(|local| free[local.first()]);
        let weights = bound.weights.as_deref();
        let outputs = compiled.program.sums(local, &compiled.columns, weights, bound.rows(), threads);
        let (value, entries) = outputs.sums().split_first().expect("the first output is the value");
        let (slopes, entries) = entries.split_at(self.locals.len().min(entries.len()));
        sums.value += value;
        slopes.iter().enumerate().for_each(|(j, slope)| sums.gradient[place(j)] += slope);
        let pairs = (0..self.locals.len()).flat_map(|j| (0..=j).map(move |k| (j, k)));
        for ((j, k), entry) in pairs.zip(entries) {
            sums.hessian[place(j) * free.len() + place(k)] += entry;
            if j != k {
                sums.hessian[place(k) * free.len() + place(j)] += entry;
            }
        }
    }

    /// Adds the Hessian of all rows, one direction after the other into the same block: a matrix for each would be the work.
    fn add_products(&self, bound: &Bound, compiled: &Compiled, free: &[f64], threads: usize, sums: &mut Sums) {
        let passes = || (0..self.locals.len()).map(|j| Pass::new(self, bound, compiled, Some(j), free)).collect();
        let add = |passes: &mut Vec<Pass<'_>>, from: usize, to: usize, sums: &mut [f64]| {
            let mut block = Places::of(sums, free.len());
            for pass in passes {
                for from in (from..to).step_by(CHUNK) {
                    pass.run(from, to.min(from + CHUNK));
                    pass.keep_hessian();
                }
                pass.add_kept(&mut block);
            }
        };
        let mut total = compiled.totals.take(Total::default);
        sums.add(total.over(bound.rows(), threads, sums.width(), passes, add));
    }

    /// Adds what `add` adds up over the rows of a compiled program, at one point.
    fn add_rows(
        &self,
        bound: &Bound,
        compiled: &Compiled,
        free: &[f64],
        threads: usize,
        sums: &mut Sums,
        add: impl Fn(&mut Pass<'_>, &mut Places<'_>) + Sync,
    ) {
        let pass = || Pass::new(self, bound, compiled, None, free);
        // Compiled before there are threads.
        compiled.program.rows();
        let mut total = compiled.totals.take(Total::default);
        let total = total.over(bound.rows(), threads, sums.width(), pass, |pass, from, to, sums| {
            let mut block = Places::of(sums, free.len());
            for from in (from..to).step_by(CHUNK) {
                pass.run(from, to.min(from + CHUNK));
                add(pass, &mut block);
            }
            pass.add_kept(&mut block);
        });
        sums.add(total);
    }

    /// A pass over the rows for their values and slopes.
    fn pass_by_row<'p>(&'p self, free: &'p [f64]) -> Pass<'p> {
        let bound = self.by_rows();
        Pass::new(self, bound, bound.slope(1), None, free)
    }

    /// The sum of the weights, whatever they mean.
    pub(crate) fn total_weight(&self) -> f64 {
        self.term.weights.values().map_or(self.term.rows() as f64, |values| values.iter().sum())
    }

    /// Shows each row, from 0, with the log-density and the score of one observation of it.
    pub(crate) fn scores(&self, free: &[f64], mut visit: impl FnMut(usize, f64, &[f64])) {
        let mut pass = self.pass_by_row(free);
        let mut score = vec![0.0; free.len()];
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            for row in 0..pass.rows {
                score.fill(0.0);
                for (j, local) in self.locals.iter().enumerate() {
                    let slope = pass.output(1 + j).at(row);
                    for (place, design) in local.coordinates() {
                        score[place] += slope * design.map_or(1.0, |column| pass.covariate(column)[row]);
                    }
                }
                visit(from + row, pass.output(0).at(row), &score);
            }
        }
    }

    /// The first answer to the local coordinates of a row.
    pub(crate) fn find_local<T>(&self, free: &[f64], ask: impl Fn(&[f64]) -> Option<T>) -> Option<T> {
        let mut pass = self.pass_by_row(free);
        let mut local: Vec<f64> =
            self.locals.iter().map(|local| local.same_for_all(free).unwrap_or(f64::NAN)).collect();
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.predict(from, self.term.rows().min(from + CHUNK));
            for row in 0..pass.rows {
                for (at, value) in local.iter_mut().enumerate().filter(|(at, _)| self.locals[*at].varies()) {
                    *value = pass.predictor(at)[row];
                }
                if let Some(answer) = ask(&local) {
                    return Some(answer);
                }
            }
        }
        None
    }

    /// Adds each row's log-density with its slope by the linear predictor whose coefficients begin at `first`, where that
    /// predictor has this value.
    pub(crate) fn along_predictor(&self, free: &[f64], first: usize, value: f64, rows: &mut Vec<(f64, f64)>) {
        let mut pass = self.pass_by_row(free);
        pass.forced = Some((first, value));
        let is_its = |local: &Local| matches!(local, Local::Predictor { first: own, .. } if *own == first);
        let its: Vec<usize> = (0..self.locals.len()).filter(|&j| is_its(&self.locals[j])).collect();
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            let slope = |row: usize| its.iter().map(|&j| pass.output(1 + j).at(row)).sum();
            rows.extend((0..pass.rows).map(|row| (pass.output(0).at(row), slope(row))));
        }
    }

    /// Adds each row of the data, counted from 1, with its part of the log-likelihood.
    pub(crate) fn by_row(&self, free: &[f64], rows: &mut Vec<(usize, f64)>) {
        let mut pass = self.pass_by_row(free);
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            let value = pass.output(0);
            let weighted =
                |row: usize| (self.term.row_number(from + row), self.term.weights.at(from + row) * value.at(row));
            rows.extend((0..pass.rows).map(weighted));
        }
    }
}
