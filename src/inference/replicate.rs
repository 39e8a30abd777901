//! Many data sets like the one that was fitted: drawn from the fit, or from its rows.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::censoring::Mechanism;
use crate::data::{Beside, Kind, Term, Values, Weights};
use crate::error::{Error, Result};
use crate::fit::{Fit, Outcome};
use crate::model::{Draw, Model, Value};
use crate::observation::{Accepts, Observation};
use crate::threads::processors;

/// How often to repeat, with which seed, on how many threads, and who is told.
#[derive(Clone)]
pub(super) struct Repetition {
    pub(super) count: usize,
    pub(super) seed: u64,
    pub(super) threads: usize,
    /// Told how many of how many are done.
    pub(super) watcher: Option<Arc<dyn Fn(usize, usize) + Send + Sync>>,
}

impl fmt::Debug for Repetition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repetition { count, seed, threads, .. } = self;
        write!(f, "Repetition {{ count: {count}, seed: {seed}, threads: {threads} }}")
    }
}

/// The options of what repeats a fit, which has a field `repetition`.
macro_rules! options_of_repetition {
    () => {
        /// Repeats it so often.
        pub fn replicates(mut self, replicates: usize) -> Self {
            self.repetition.count = replicates;
            self
        }

        /// The seed of all draws.
        pub fn seed(mut self, seed: u64) -> Self {
            self.repetition.seed = seed;
            self
        }

        /// On so many threads.
        pub fn threads(mut self, threads: usize) -> Self {
            self.repetition.threads = threads;
            self
        }

        /// Tells `watcher` how many repetitions of how many are done, after each, once they have taken a second.
        pub fn watch(mut self, watcher: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
            self.repetition.watcher = Some(std::sync::Arc::new(watcher));
            self
        }
    };
}
pub(super) use options_of_repetition;

/// How many repetitions failed, which count as greater, and the p-value: (1 + those that are greater) / (1 + all).
pub(super) fn p_value<T>(values: &[Result<T>], is_greater: impl Fn(&T) -> bool) -> (usize, f64) {
    let failures = values.iter().filter(|value| value.is_err()).count();
    let greater = values.iter().flatten().filter(|value| is_greater(value)).count();
    (failures, (1 + greater + failures) as f64 / (1 + values.len()) as f64)
}

impl Repetition {
    /// 999 times, with seed 0, on all processors.
    pub(super) fn new() -> Repetition {
        Repetition { count: 999, seed: 0, threads: processors(), watcher: None }
    }

    /// What `one` makes of each place in turn, with a generator that depends on the seed and the place alone, so that the
    /// number of threads changes nothing.
    pub(super) fn run<T: Send>(&self, one: impl Fn(usize, &mut SmallRng) -> T + Sync) -> Vec<T> {
        self.run_over(self.count, one)
    }

    /// The same for another number of places.
    pub(super) fn run_over<T: Send>(&self, count: usize, one: impl Fn(usize, &mut SmallRng) -> T + Sync) -> Vec<T> {
        let (next, finished, began) = (AtomicUsize::new(0), AtomicUsize::new(0), Instant::now());
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    return done;
                }
                // One generator a place: the seed and the place, mixed (Steele, Lea and Flood, "Fast splittable
                // pseudorandom number generators", 2014), seed the state.
                let mut z = self.seed.wrapping_add((at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                done.push((at, one(at, &mut SmallRng::seed_from_u64(z ^ (z >> 31)))));
                let finished = finished.fetch_add(1, Ordering::Relaxed) + 1;
                if let Some(watcher) = &self.watcher
                    && began.elapsed() >= Duration::from_secs(1)
                {
                    watcher(finished, count);
                }
            }
        };
        let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..self.threads.clamp(1, count.max(1))).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            all.extend(others.into_iter().flat_map(|other| other.join().expect("a replicate does not panic")));
            all
        });
        all.sort_unstable_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, value)| value).collect()
    }

    /// What `one` makes of data sets that are drawn like those that were fitted. Fails if none can be drawn.
    pub(super) fn run_on_drawn<M: Draw + Sync, T: Send>(
        &self,
        simulator: &Simulator<'_, M>,
        one: impl Fn(Vec<Term>) -> Result<T> + Sync,
    ) -> Result<Vec<Result<T>>>
    where
        M::Of: Accepts<Value<M>>,
    {
        simulator.draw(&mut SmallRng::seed_from_u64(self.seed))?;
        Ok(self.run(|_, rng| one(simulator.draw(rng)?)))
    }
}

/// Fails unless `fit` is of `model`.
pub(super) fn check_model<M: Model>(fit: &Fit, model: &M) -> Result<()> {
    if fit.model() == model.name() {
        return Ok(());
    }
    Err(Error::Model { message: format!("the fit is of {}, and the model given is {}", fit.model(), model.name()) })
}

/// The rows of a fit, each with how often it was observed: a whole number.
pub(super) fn frequencies(fit: &Fit) -> Result<Vec<f64>> {
    if fit.objective().has_sampling_weights() {
        let message = "rows of sampling weights are not independent draws of one law; there is nothing to repeat";
        return Err(Error::Withheld { message: message.to_string() });
    }
    let weights: Vec<f64> = fit
        .terms()
        .iter()
        .flat_map(|term| (0..term.rows()).map(|row| term.weights.at(row)).collect::<Vec<_>>())
        .collect();
    match weights.iter().find(|weight| weight.fract() != 0.0) {
        Some(weight) => {
            let message =
                format!("a row was observed {weight} times, which is not a whole number; it cannot be repeated");
            Err(Error::Model { message })
        }
        None => Ok(weights),
    }
}

/// The same rows, each as often as `counts` says, over all terms in order.
pub(super) fn reweighted(terms: &[Term], counts: &[f64]) -> Vec<Term> {
    let mut from = 0;
    let own = |term: &Term| {
        let own = &counts[from..from + term.rows()];
        from += term.rows();
        let kept: Vec<usize> = (0..own.len()).filter(|&row| own[row] > 0.0).collect();
        let term = Term { weights: Weights::Frequency(own.to_vec().into()), ..term.clone() };
        term.select(&kept)
    };
    terms.iter().map(own).collect()
}

/// How often each row is drawn in as many draws with replacement as there are observations.
pub(super) fn resampled(frequencies: &[f64], rng: &mut SmallRng) -> Vec<f64> {
    let ends: Vec<f64> = frequencies
        .iter()
        .scan(0.0, |total, count| {
            *total += count;
            Some(*total)
        })
        .collect();
    let total = ends.last().copied().unwrap_or(0.0) as u64;
    let mut counts = vec![0.0; frequencies.len()];
    for _ in 0..total {
        let at = rng.random_range(0..total) as f64;
        counts[ends.partition_point(|end| *end <= at)] += 1.0;
    }
    counts
}

/// Draws data sets from a fitted law.
pub(super) struct Simulator<'m, M> {
    model: &'m M,
    /// How what is drawn is censored, if it is.
    mechanism: Option<Arc<Mechanism>>,
    terms: Vec<Term>,
    /// The parameters of each row: one vector if all rows share it.
    theta: Vec<Vec<f64>>,
}

/// A window is drawn into by drawing until a value lies in it; so often at most.
const MOST_DRAWS: usize = 100_000;

impl<'m, M: Draw> Simulator<'m, M>
where
    M::Of: Accepts<Value<M>>,
{
    /// Of the rows of a fit, each in its window if it has one: observed exactly, or censored by this mechanism.
    pub(super) fn of(fit: &Fit, model: &'m M, mechanism: Option<Arc<Mechanism>>) -> Result<Simulator<'m, M>> {
        check_model(fit, model)?;
        frequencies(fit)?;
        let terms = fit.terms();
        if mechanism.is_none() && terms.iter().any(|term| term.kind != Kind::Exact) {
            let message = "how rows came to be censored is not part of the model, so they cannot be drawn from it; say how \
                           they were censored (`censored`, --censoring), or resample rows instead";
            return Err(Error::Model { message: message.to_string() });
        }
        if terms.iter().any(|term| term.beside == Beside::Precision) {
            let message = "data are not drawn from a fit with precisions; resample rows instead";
            return Err(Error::Model { message: message.to_string() });
        }
        let theta = parameters(fit)?;
        Ok(Simulator { model, mechanism, terms, theta })
    }

    /// Rows like those that were fitted, censored alike.
    pub(super) fn draw(&self, rng: &mut SmallRng) -> Result<Vec<Term>> {
        let drawn = self.latent(rng)?;
        Ok(match &self.mechanism {
            Some(mechanism) => mechanism.apply(&drawn, rng),
            None => drawn,
        })
    }

    /// Rows like those that were fitted, as columns: what is behind them, where they were censored. A row that stands for
    /// several observations is as many rows, with its number.
    fn latent(&self, rng: &mut SmallRng) -> Result<Vec<Term>> {
        let mut place = 0;
        let mut drawn = Vec::with_capacity(self.terms.len());
        let support = self.model.support();
        let width = support.width();
        let (mut row, mut like) = (Vec::new(), Vec::new());
        for term in &self.terms {
            let (mut columns, mut origin) = (vec![Vec::new(); width], Vec::new());
            for at in 0..term.rows() {
                let theta = self.theta.get(place).unwrap_or(&self.theta[0]);
                place += 1;
                let (lower, upper) = term.window(at);
                for _ in 0..term.weights.at(at) as u64 {
                    let is_inside = |row: &[f64]| width != 1 || (row[0] > lower && row[0] <= upper);
                    let mut left = MOST_DRAWS;
                    loop {
                        row.clear();
                        like.clear();
                        like.extend(term.columns.iter().map(|column| column[at]));
                        let drawn = self.model.draw_like(theta, M::Of::read(&like), rng);
                        M::Of::write(&drawn, &support, &mut row);
                        if row.len() != columns.len() || row.iter().any(|x| x.is_nan()) {
                            return Err(Error::Missing { capability: "sampler".to_string() });
                        }
                        if is_inside(&row) {
                            break;
                        }
                        left -= 1;
                        if left == 0 {
                            let message = format!(
                                "the fitted law hardly ever lies in the window of row {}, so that no data can be drawn in it",
                                term.row_number(at)
                            );
                            return Err(Error::Model { message });
                        }
                    }
                    columns.iter_mut().zip(&row).for_each(|(column, x)| column.push(*x));
                    origin.push(at);
                }
            }
            let take = |values: &[f64]| origin.iter().map(|&at| values[at]).collect::<Vec<f64>>();
            let covariate = |(name, values): &(String, Values)| (name.clone(), take(values).into());
            let covariates = term.covariates.iter().map(covariate).collect();
            columns.extend(term.columns[term.width()..].iter().map(|column| take(column)));
            let places = origin.iter().map(|&at| term.row_number(at) - 1).collect::<Vec<usize>>();
            let fresh =
                Term::new(Kind::Exact, term.support.clone(), term.formula.clone(), columns, Some(places.into()));
            drawn.push(Term { covariates, beside: term.beside, ..fresh });
        }
        Ok(drawn)
    }
}

/// The parameters of each row of a fit, in the order of the model's space: one vector if all rows share it.
pub(super) fn parameters(fit: &Fit) -> Result<Vec<Vec<f64>>> {
    if let Outcome::Limit { model, .. } = fit.outcome() {
        let message = format!("the fit is the limit {model}, which {} does not hold; fit that instead", fit.model());
        return Err(Error::Withheld { message });
    }
    let all = RefCell::new(Vec::new());
    fit.objective().find_natural(fit.free(), |theta| {
        all.borrow_mut().push(theta.to_vec());
        None::<()>
    });
    Ok(all.into_inner())
}

impl Fit {
    /// Data drawn from the fitted law: as many observations as were fitted, rows with the covariates that they had. Each
    /// is the columns of one observation. The same seed gives the same data.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if `model` is not the one fitted, or its data were censored or weighted otherwise than by whole
    /// frequencies; [`Error::Withheld`] for sampling weights, or a fit that is a limit; [`Error::Missing`] if it has no sampler.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6, 5.0])?;
    /// assert_eq!(fit.simulate(&Normal, 7)?.len(), 5);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn simulate<M: Draw>(&self, model: &M, seed: u64) -> Result<Vec<Vec<f64>>>
    where
        M::Of: Accepts<Value<M>>,
    {
        let terms = Simulator::of(self, model, None)?.draw(&mut SmallRng::seed_from_u64(seed))?;
        let rows = |term: &Term| -> Vec<Vec<f64>> {
            (0..term.rows())
                .map(|row| term.columns[..term.width()].iter().map(|column| column[row]).collect())
                .collect()
        };
        Ok(terms.iter().flat_map(rows).collect())
    }
}
