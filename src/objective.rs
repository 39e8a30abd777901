//! [`Objective`]: the log-likelihood of all rows, with its exact gradient and Hessian by free coordinates.
//!
//! It is a sum of terms over one space. Each term is differentiated with respect to the local coordinates that its
//! density sees, a handful, and chained to the coordinates of the estimate: constants, equalities, or Xᵀs and XᵀWX for
//! linear predictors.

mod bound;
mod dependence;
mod formula;
mod information;
mod part;
mod penalised;
mod rounding;
mod statistics;
mod summary;
mod sums;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::data::{Kind, Term};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::penalty::Formula;
use crate::space::{Coordinates, Space};
use crate::threads::processors;
use part::{NotCanonical, Part};
use penalised::Penalised;
pub(crate) use sums::{Detail, Sums};

/// An observation that occurs in the data, once or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counted {
    /// How often it occurs: the sum of the weights of its rows.
    pub(crate) count: f64,
    /// Its log-density, in nats.
    pub(crate) ln_density: f64,
}

/// The log-likelihood of some data under a model, ready to evaluate.
#[derive(Debug, Clone)]
pub(crate) struct Objective {
    coordinates: Coordinates,
    parts: Vec<Arc<Part>>,
    n: f64,
    /// What is added to the log-likelihood on purpose.
    penalty: Option<(Arc<dyn Formula>, Arc<Penalised>)>,
    threads: Option<usize>,
    seen: Seen,
}

/// What a search has learnt: a search and the checks of where it ends ask for the same.
#[derive(Debug, Default)]
struct Seen {
    /// The points last evaluated, with their sums.
    points: Mutex<VecDeque<(Vec<f64>, Sums)>>,
    /// The same of some of the rows, where all are many.
    pilot: OnceLock<Box<Objective>>,
}

/// How many evaluations are remembered.
const REMEMBERED: usize = 4;

/// A copy remembers by itself.
impl Clone for Seen {
    fn clone(&self) -> Seen {
        Seen::default()
    }
}

impl Seen {
    /// What is remembered of the point that is nearest in this measure, of those that have one.
    fn nearest(&self, measure: impl Fn(&[f64]) -> Option<f64>) -> Option<(Vec<f64>, Sums)> {
        let seen = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = seen.iter().filter_map(|known| Some((measure(&known.0)?, known)));
        measured.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, known)| known.clone())
    }

    /// The sums at this point, by `evaluate` if they are not remembered.
    fn or_evaluate(&self, free: &[f64], sums: &mut Sums, evaluate: impl FnOnce(&mut Sums)) {
        // By bits: −0 and 0 differ in what they give.
        let same = |point: &[f64]| point.iter().zip(free).all(|(a, b)| a.to_bits() == b.to_bits());
        let seen = || self.points.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = seen().iter().find(|(point, _)| same(point)) {
            return sums.copy_from(known);
        }
        evaluate(sums);
        let mut seen = seen();
        // In the memory of the one that was seen longest ago.
        let (mut point, mut own) = if seen.len() < REMEMBERED { None } else { seen.pop_back() }.unwrap_or_default();
        point.clear();
        point.extend_from_slice(free);
        own.copy_from(sums);
        seen.push_front((point, own));
    }
}

/// Fewer rows than this are not worth waking a thread for.
const ROWS_FOR_THREADS: usize = 50_000;

/// Fewer rows than this are not worth a program for values alone.
const ROWS_FOR_VALUES: usize = 10_000;

/// How many threads to use for so many rows: as many as asked for, or as there are processors.
fn threads_for(rows: usize, asked: Option<usize>) -> usize {
    match asked {
        Some(threads) => threads.max(1),
        None if rows < ROWS_FOR_THREADS => 1,
        None => processors(),
    }
}

impl Objective {
    /// # Errors
    ///
    /// [`Error::Empty`] if there are no rows, and whatever is wrong with the space.
    pub(crate) fn new(space: Space, terms: Vec<Term>) -> Result<Objective> {
        Objective::on(space, terms, None)
    }

    /// The same on so many threads; by default on all processors if there are many rows.
    pub(crate) fn on(space: Space, terms: Vec<Term>, threads: Option<usize>) -> Result<Objective> {
        let coordinates = Coordinates::new(space)?;
        let part = |term: Term| {
            let threads = threads_for(term.rows(), threads);
            Part::new(term, &coordinates, threads).map(Arc::new)
        };
        let parts: Vec<Arc<Part>> = terms.into_iter().map(part).collect::<Result<_>>()?;
        let n = parts.iter().map(|part: &Arc<Part>| part.n()).sum();
        if n > 0.0 {
            Ok(Objective { coordinates, parts, n, penalty: None, threads, seen: Seen::default() })
        } else {
            Err(Error::Empty)
        }
    }

    /// The same with a penalty.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if it is of something that is not estimated.
    pub(crate) fn penalised(self, penalty: Option<Arc<dyn Formula>>) -> Result<Objective> {
        let Some(penalty) = penalty else { return Ok(self) };
        let penalised = Arc::new(Penalised::new(penalty.formula(&self.coordinates)?, &self.parts));
        Ok(Objective { penalty: Some((penalty, penalised)), seen: Seen::default(), ..self })
    }

    /// The same sum, penalty and all, over other terms or in another space.
    pub(crate) fn anew(&self, space: Space, terms: Vec<Term>) -> Result<Objective> {
        let penalty = self.penalty.as_ref().map(|(penalty, _)| penalty.clone());
        Objective::on(space, terms, self.threads)?.penalised(penalty)
    }

    /// The same sum over another space of the same parameters.
    pub(crate) fn over(&self, space: Space) -> Result<Objective> {
        self.anew(space, self.terms())
    }

    /// Some of the rows, from which searches over all of them may learn how the gradient bends and checks what rounding is like.
    pub(crate) fn pilot(&self) -> Option<&Objective> {
        self.seen.pilot.get().map(Box::as_ref)
    }

    /// Has these rows be its pilot, if it has none; a copy has none.
    pub(crate) fn be_led_by(&self, pilot: Objective) {
        self.seen.pilot.get_or_init(|| Box::new(pilot));
    }

    /// The penalty at these free coordinates, if there is one.
    pub(crate) fn penalty(&self, free: &[f64]) -> Option<f64> {
        let (_, penalty) = self.penalty.as_ref()?;
        let hessian = if penalty.reads_information() { self.rows_alone(free, Detail::Hessian).hessian } else { vec![] };
        Some(penalty.value(free, &hessian))
    }

    /// What is added to the log-likelihood, if anything is.
    pub(crate) fn penalty_formula(&self) -> Option<Arc<dyn Formula>> {
        self.penalty.as_ref().map(|(formula, _)| formula.clone())
    }

    /// Whether what is added is of the information about what is estimated.
    pub(crate) fn reads_information(&self) -> bool {
        self.penalty.as_ref().is_some_and(|(_, penalty)| penalty.reads_information())
    }

    /// Whether no value of what is estimated is preferred for itself.
    pub(crate) fn prefers_nothing(&self) -> bool {
        self.penalty.as_ref().is_none_or(|(_, penalty)| penalty.is_of_information())
    }

    /// The same as [`evaluate`](Objective::evaluate), with the Hessian that standard errors are from: that of ln |I|, of the
    /// order of a single row, is left out (Heinze and Schemper, "A solution to the problem of separation in logistic
    /// regression", 2002, section 3).
    pub(crate) fn for_errors(&self, free: &[f64]) -> Sums {
        let sums = self.evaluate(free);
        match &self.penalty {
            Some((_, penalty)) if penalty.reads_information() => {
                let rows = self.rows_alone(free, Detail::Hessian);
                Sums { hessian: penalty.with_information_held(rows, free).hessian, ..sums }
            }
            _ => sums,
        }
    }

    /// Why the observed information is not, or may not be, the expected one, if the penalty reads it.
    pub(crate) fn not_canonical(&self) -> Option<String> {
        if !self.reads_information() {
            return None;
        }
        let names = self.coordinates.local_names();
        let why = self.parts.iter().find_map(|part| part.not_canonical())?;
        Some(match why {
            NotCanonical::Censored => "of censored rows it is not known what information is expected".to_string(),
            NotCanonical::Sampling => "sampling weights have no likelihood, and so no information".to_string(),
            NotCanonical::Unknown => "it is not finite where it was looked at".to_string(),
            NotCanonical::Depends(j, k) if j == k => {
                format!("by {} it depends on the observations", names[j])
            }
            NotCanonical::Depends(j, k) => {
                format!("by {} and {} it depends on the observations", names[k], names[j])
            }
        })
    }

    /// The number of observations: the sum of the frequencies.
    pub(crate) fn n(&self) -> f64 {
        self.n
    }

    pub(crate) fn coordinates(&self) -> &Coordinates {
        &self.coordinates
    }

    /// The log-likelihood with gradient and Hessian at these free coordinates.
    pub(crate) fn evaluate(&self, free: &[f64]) -> Sums {
        let mut sums = Sums::default();
        self.evaluate_into(free, &mut sums);
        sums
    }

    /// The same in place of other sums.
    pub(crate) fn evaluate_into(&self, free: &[f64], sums: &mut Sums) {
        self.seen.or_evaluate(free, sums, |sums| self.sums_into(free, Detail::Hessian, sums));
    }

    /// The same, whether or not it is remembered.
    pub(crate) fn evaluate_anew(&self, free: &[f64]) -> Sums {
        self.sums(free, Detail::Hessian)
    }

    /// The log-likelihood with its gradient.
    pub(crate) fn slope(&self, free: &[f64]) -> Sums {
        self.sums(free, Detail::Slope)
    }

    /// The same in place of other sums.
    pub(crate) fn slope_into(&self, free: &[f64], sums: &mut Sums) {
        self.sums_into(free, Detail::Slope, sums);
    }

    /// Σ |term| over rows, of the log-likelihood and each part of its gradient: what rounding errors scale with.
    pub(crate) fn magnitudes(&self, free: &[f64]) -> Sums {
        self.sums(free, Detail::Magnitudes)
    }

    /// What rounding may have made of the part of the log-likelihood that is made of statistics and no parameter enters, in
    /// nats. It is the same at every point, so that no comparison of points shows it.
    pub(crate) fn lost_by_statistics(&self) -> f64 {
        self.parts.iter().map(|part| part.lost_by_statistics()).sum()
    }

    /// Whether a formula distinguishes cases by comparing parameters with data, as where a density has a kink.
    pub(crate) fn has_cases(&self) -> bool {
        self.parts.iter().any(|part| part.has_cases())
    }

    fn sums(&self, free: &[f64], detail: Detail) -> Sums {
        let mut sums = Sums::default();
        self.sums_into(free, detail, &mut sums);
        sums
    }

    fn sums_into(&self, free: &[f64], detail: Detail, sums: &mut Sums) {
        match &self.penalty {
            None => self.rows_into(free, detail, sums),
            Some((_, penalty)) => *sums = self.penalised_sums(penalty, free, detail),
        }
    }

    fn penalised_sums(&self, penalty: &Penalised, free: &[f64], detail: Detail) -> Sums {
        let reads_information = penalty.reads_information();
        if detail == Detail::Magnitudes {
            let rows = self.rows_alone(free, detail);
            // Of a few operations, the rounding of a formula is that of a row.
            let hessian = if reads_information { self.rows_alone(free, Detail::Hessian).hessian } else { vec![] };
            return match penalty.magnitudes(free, &hessian, self.threads) {
                Some(own) => rows.plus(&own),
                None => rows,
            };
        }
        let rows = self.rows_alone(free, if reads_information { Detail::Hessian } else { detail });
        penalty.added_to(rows, free, detail == Detail::Hessian, self.threads)
    }

    /// The sums over rows, without a penalty.
    fn rows_alone(&self, free: &[f64], detail: Detail) -> Sums {
        let mut sums = Sums::default();
        self.rows_into(free, detail, &mut sums);
        sums
    }

    fn rows_into(&self, free: &[f64], detail: Detail, sums: &mut Sums) {
        sums.clear(free.len(), detail);
        self.parts.iter().for_each(|part| part.add(free, detail, threads_for(part.rows(), self.threads), sums));
    }

    /// How many rows an evaluation reads.
    pub(crate) fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows()).sum()
    }

    /// On how many threads all of them are read.
    pub(crate) fn threads(&self) -> usize {
        threads_for(self.rows(), self.threads)
    }

    /// Whether an evaluation reads all rows, and there are so many of them.
    pub(crate) fn reads_rows(&self, many: usize) -> bool {
        self.rows() >= many && self.parts.iter().any(|part| part.reads_rows())
    }

    /// The log-likelihood.
    pub(crate) fn value(&self, free: &[f64]) -> f64 {
        // A program more is not worth it where rows are few.
        let detail = if self.reads_rows(ROWS_FOR_VALUES) { Detail::Value } else { Detail::Slope };
        self.sums(free, detail).value
    }

    /// The log-likelihood at two points.
    pub(crate) fn values(&self, points: [&[f64]; 2]) -> [f64; 2] {
        if self.penalty.is_some() || !self.reads_rows(ROWS_FOR_VALUES) {
            return points.map(|free| self.value(free));
        }
        let mut sums = [0.0; 2];
        for part in &self.parts {
            let values = part.values(points, threads_for(part.rows(), self.threads));
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        sums
    }

    /// The terms that it sums.
    pub(crate) fn terms(&self) -> Vec<Term> {
        self.parts.iter().map(|part| part.term()).collect()
    }

    /// The sufficient statistics of each term as formulas of its columns; none if a term has none.
    pub(crate) fn sufficient_statistics(&self) -> Option<Vec<Vec<Graph>>> {
        self.parts.iter().map(|part| part.sufficient_statistics()).collect()
    }

    /// Whether every row is exactly observed and counts for whole observations, and nothing is added, so that closed forms hold.
    pub(crate) fn terms_are_exact(&self) -> bool {
        self.penalty.is_none() && self.parts.iter().all(|part| part.is_exact())
    }

    /// What the parameters do if nothing is known of any row but a bound on the same side.
    pub(crate) fn only_bounds(&self) -> Option<&'static str> {
        let all = |kind: Kind| self.parts.iter().all(|part| [kind, Kind::Anywhere].contains(&part.kind()));
        if all(Kind::After) {
            Some("the distribution moves above every row, all of which are right-censored")
        } else if all(Kind::Before) {
            Some("the distribution moves below every row, all of which are left-censored")
        } else {
            None
        }
    }

    pub(crate) fn has_sampling_weights(&self) -> bool {
        self.parts.iter().any(|part| part.has_sampling_weights())
    }

    /// The sum of the weights, whatever they mean.
    pub(crate) fn total_weight(&self) -> f64 {
        self.parts.iter().map(|part| part.total_weight()).sum()
    }

    /// One nat of rows that weigh 1: what weighs otherwise, as sampling weights in any unit may and as what weighs less than a
    /// row for each row does, says all of it in so many.
    pub(crate) fn nat(&self) -> f64 {
        self.total_weight() / self.n().max(self.rows() as f64)
    }

    /// Σ score · scoreᵀ over observations, row by row of the matrix; a row of sampling weight w is one, whose score is w
    /// times as large.
    pub(crate) fn score_products(&self, free: &[f64]) -> Vec<f64> {
        let p = free.len();
        let mut products = vec![0.0; p * p];
        let sampling = self.has_sampling_weights();
        self.scores(free, |_, weight, _, score| {
            let factor = if sampling { weight * weight } else { weight };
            for (i, a) in score.iter().enumerate() {
                for (j, b) in score.iter().enumerate() {
                    products[i * p + j] += factor * a * b;
                }
            }
        });
        products
    }

    /// Shows each row of the data, counted from 1, with its weight, and the log-density and score of one observation of it.
    pub(crate) fn scores(&self, free: &[f64], mut visit: impl FnMut(usize, f64, f64, &[f64])) {
        for part in &self.parts {
            part.scores(free, |row, value, score| visit(part.row_number(row), part.weight(row), value, score));
        }
    }

    /// The first answer to natural parameters: those of all rows, or of each where they differ.
    pub(crate) fn find_natural<T>(&self, free: &[f64], ask: impl Fn(&[f64]) -> Option<T>) -> Option<T> {
        if !self.coordinates.has_predictors() {
            return ask(&self.coordinates.natural(&self.coordinates.local(free)));
        }
        self.parts.iter().find_map(|part| part.find_local(free, |local| ask(&self.coordinates.natural(local))))
    }

    /// Each row with the linear predictor whose coefficients begin at `first` at this value, and all else as it is: its
    /// log-density, and the slope of that by the predictor.
    pub(crate) fn along_predictor(&self, free: &[f64], first: usize, value: f64) -> Vec<(f64, f64)> {
        let mut rows = Vec::with_capacity(self.rows());
        self.parts.iter().for_each(|part| part.along_predictor(free, first, value, &mut rows));
        rows
    }

    /// The values of a covariate in all rows: 0 where they have none, and nothing reads it.
    pub(crate) fn covariate(&self, name: &str) -> Vec<f64> {
        self.parts.iter().flat_map(|part| part.covariate(name).unwrap_or_else(|| vec![0.0; part.rows()])).collect()
    }

    /// Which row of the data, counted from 1, each row is.
    pub(crate) fn row_numbers(&self) -> Vec<usize> {
        self.parts.iter().flat_map(|part| (0..part.rows()).map(|row| part.row_number(row))).collect()
    }

    /// The weight of each row.
    pub(crate) fn weights(&self) -> Vec<f64> {
        self.parts.iter().flat_map(|part| (0..part.rows()).map(|row| part.weight(row))).collect()
    }

    /// The log-likelihood of the rows that are not marked; none if there are none.
    pub(crate) fn without(&self, marked: &[bool]) -> Option<Objective> {
        let mut from = 0;
        let rest = self.parts.iter().map(|part| {
            let own = &marked[from..from + part.rows()];
            from += own.len();
            part.term().select(&(0..own.len()).filter(|&row| !own[row]).collect::<Vec<_>>())
        });
        let rest = rest.filter(|term| term.rows() > 0).collect();
        Objective::on(self.coordinates.space().clone(), rest, self.threads).ok()
    }

    /// A combination of coefficients that does not change any row's linear predictor, if the covariates are linearly
    /// dependent: their names and parts.
    pub(crate) fn dependent_covariates(&self) -> Option<Vec<(String, f64)>> {
        let names = self.coordinates.free_names();
        for (first, predictor) in self.coordinates.predictors() {
            let own: Vec<&Part> =
                self.parts.iter().map(Arc::as_ref).filter(|part| part.reads_predictor(first)).collect();
            let column = |name: &String| own.iter().flat_map(|part| part.covariate(name).unwrap_or_default()).collect();
            let designs = predictor.columns.iter().map(column);
            let ones = predictor.intercept.then(|| vec![1.0; own.iter().map(|part| part.rows()).sum()]);
            let columns: Vec<Vec<f64>> = ones.into_iter().chain(designs).collect();
            if let Some(combination) = dependence::null_vector(&columns) {
                let parts = names[first..].iter().zip(combination).filter(|(_, part)| part.abs() > 1e-8);
                return Some(parts.map(|(free, part)| (free.name.clone(), part)).collect());
            }
        }
        None
    }

    /// Whether the observations have probabilities, not densities.
    pub(crate) fn is_discrete(&self) -> bool {
        self.parts.iter().all(|part| part.is_discrete())
    }

    /// Whether every row has a probability, so that the log-likelihood is at most 0.
    pub(crate) fn is_of_probabilities(&self) -> bool {
        self.parts.iter().all(|part| part.is_discrete() || part.kind() != Kind::Exact)
    }

    /// Whether all observations are of one kind, known exactly.
    pub(crate) fn is_exact(&self) -> bool {
        self.parts.len() == 1 && self.terms_are_exact()
    }

    /// Whether rows differ in their parameters.
    pub(crate) fn has_covariates(&self) -> bool {
        self.parts.iter().any(|part| part.has_covariates())
    }

    /// The distinct observations: how often each occurs, and its log-density at these free coordinates.
    pub(crate) fn counted(&self, free: &[f64]) -> Result<Vec<Counted>> {
        let terms = self.terms().iter().map(Term::counted).collect();
        let counted = Objective::on(self.coordinates.space().clone(), terms, self.threads)?;
        let mut all = Vec::new();
        for part in &counted.parts {
            let mut rows = Vec::new();
            part.by_row(free, &mut rows);
            all.extend(rows.into_iter().enumerate().map(|(row, (_, value))| {
                let count = part.weight(row);
                Counted { count, ln_density: value / count }
            }));
        }
        Ok(all)
    }

    /// Each row, counted from 1, with its part of the log-likelihood.
    pub(crate) fn by_row(&self, free: &[f64]) -> Vec<(usize, f64)> {
        let mut rows = Vec::new();
        self.parts.iter().for_each(|part| part.by_row(free, &mut rows));
        rows
    }

    /// The first row, counted from 1, whose log-density is not finite.
    pub(crate) fn first_not_finite(&self, free: &[f64]) -> Option<usize> {
        self.by_row(free).into_iter().filter(|(_, value)| !value.is_finite()).map(|(row, _)| row).min()
    }
}
