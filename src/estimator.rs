//! [`Estimator`]: how to look for an estimate.

mod collapse;
mod cone;
mod ends;
mod extreme;
mod kink;
mod pilot;
mod probing;
mod ray;
mod ridge;
mod search;
mod separation;
mod starts;

use std::fmt;
use std::sync::Arc;

use ridge::Ridge;

use crate::certificate::{Certificate, Check, Interior, check_interior, check_stationary};
use crate::data::{Data, Sample, Term};
use crate::error::{Error, Result};
use crate::fit::{Fit, Outcome, Scope};
use crate::limit::Limit;
use crate::model::{Maxima, Model, Regularity, Start};
use crate::objective::{Objective, Sums};
use crate::penalty::{Formula, Penalty};
pub use crate::solver::Progress;
use crate::solver::{self, Candidate, Watcher};
use crate::space::{Binding, Coordinates, Space};

/// A model and how to look for its estimate.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let waits = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
/// let fit = Estimator::new(Mixture([Normal, Normal])).starts(20).seed(7).fit(&waits)?;
/// assert!((fit["mu2"].value - 4.14).abs() < 1e-6);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Estimator<M> {
    model: M,
    settings: Settings,
}

impl<M: Model> Estimator<M> {
    /// Looks for the estimate of `model` from the model's own starts.
    pub fn new(model: M) -> Estimator<M> {
        Estimator { model, settings: Settings::default() }
    }

    /// Looks from at least this many points: the model's own, then others drawn around them.
    pub fn starts(mut self, starts: usize) -> Self {
        self.settings.starts = starts;
        self
    }

    /// The seed of what is drawn: the same seed gives the same fit.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Looks from this point first: a value for each parameter of the model's space, in its order.
    pub fn start_at(mut self, theta: impl Into<Vec<f64>>) -> Self {
        self.settings.at = Some(theta.into());
        self
    }

    /// Stops each search after this many iterations.
    pub fn max_iterations(mut self, iterations: u64) -> Self {
        self.settings.max_iterations = iterations;
        self
    }

    /// Adds a penalty to the log-likelihood, such as [`Firth`](crate::penalty::Firth) or [`Ridge`](crate::penalty::Ridge):
    /// the estimate maximises their sum, standard errors are from its curvature (of Firth's, from the information), and AIC
    /// and BIC are withheld. There is one penalty at most: the last that is given.
    pub fn penalty(mut self, penalty: impl Penalty + Send + Sync + 'static) -> Self {
        self.settings.penalty = Some(Arc::new(penalty));
        self
    }

    /// Uses this many threads. By default all processors if there are many rows, else one. The estimate has the same bits for
    /// any number.
    pub fn threads(mut self, threads: usize) -> Self {
        self.settings.threads = Some(threads);
        self
    }

    /// Tells `watcher` how far the search is, after each iteration once it has taken a second.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let watched = Estimator::new(Weibull).watch(|progress| eprintln!("{} rows read", progress.rows));
    /// let fit = watched.fit(&[1.2, 0.7, 2.1, 1.6])?;
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn watch(mut self, watcher: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.settings.watcher = Some(Arc::new(watcher));
        self
    }

    /// Fits the model to data.
    ///
    /// # Errors
    ///
    /// [`Error`] says what is wrong with the data or the model, or why there is no certified estimate.
    pub fn fit<D: Data<M>>(&self, data: D) -> Result<Fit> {
        self.settings.fit(&self.model, data)
    }
}

/// How to look, whatever the model.
#[derive(Clone)]
pub(crate) struct Settings {
    starts: usize,
    seed: u64,
    at: Option<Vec<f64>>,
    max_iterations: u64,
    threads: Option<usize>,
    watcher: Option<Watcher>,
    penalty: Option<Arc<dyn Formula>>,
    /// The estimate of the same model from other rows.
    near: Option<Near>,
}

/// A space, and a point of it in free coordinates.
type Near = (Arc<Objective>, Arc<Vec<f64>>);

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("starts", &self.starts)
            .field("seed", &self.seed)
            .field("at", &self.at)
            .field("max_iterations", &self.max_iterations)
            .field("penalty", &self.penalty)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

impl Default for Settings {
    fn default() -> Settings {
        let (at, threads, watcher, penalty, near) = (None, None, None, None, None);
        Settings { starts: 1, seed: 0, at, max_iterations: 300, threads, watcher, penalty, near }
    }
}

/// Log-likelihoods that differ by less than this, in nats, are of the same maximum.
const SAME_MAXIMUM: f64 = 1e-6;

/// One search for an estimate: a model, its data, and how to look.
struct Hunt<'h, M> {
    settings: &'h Settings,
    model: &'h M,
    objective: Objective,
    sample: Sample,
    limits: Arc<Vec<Limit>>,
}

/// Where the searches ended, best first, and what they cost.
struct Found {
    candidates: Vec<Candidate>,
    passes: u64,
    /// Starts from which only some of the rows were searched, and ended lower.
    unfinished: usize,
}

impl Settings {
    /// Those with which a fit is repeated: its penalty is part of what was asked, and its estimate is where to begin.
    pub(crate) fn of_fit(fit: &Fit) -> Settings {
        let is_inside = matches!(fit.outcome(), Outcome::Interior);
        let near = is_inside.then(|| (fit.of_data().clone(), Arc::new(fit.free().to_vec())));
        Settings { penalty: fit.objective().penalty_formula(), near, ..Settings::default() }
    }

    /// The same from one start, the model's own.
    pub(crate) fn with_one_start(&self) -> Settings {
        Settings { starts: 1, at: None, ..self.clone() }
    }

    /// The same on one thread.
    pub(crate) fn with_one_thread(self) -> Settings {
        Settings { threads: Some(1), ..self }
    }

    /// Searches from one point.
    fn maximise(&self, objective: &Objective, start: Vec<f64>) -> Result<Candidate> {
        solver::maximise(objective, start, self.max_iterations, self.watcher.as_ref())
    }

    pub(crate) fn fit<M: Model, D: Data<M>>(&self, model: &M, data: D) -> Result<Fit> {
        self.fit_terms(model, data.distinct_terms(model, self.threads)?)
    }

    pub(crate) fn fit_terms<M: Model>(&self, model: &M, terms: Vec<Term>) -> Result<Fit> {
        let count = |term: Term| if term.is_countable() { term.counted() } else { term };
        let terms: Vec<Term> = terms.into_iter().filter(|term| term.rows() > 0).map(count).collect();
        if terms.is_empty() {
            // Nor need the space be one: without data categories are none.
            return Err(Error::Empty);
        }
        let sample = Sample::of(&terms);
        let objective = Objective::on(model.space(), terms, self.threads)?.penalised(self.penalty.clone())?;
        if let Some(why) = objective.not_canonical() {
            return Err(Error::NoPenalty { model: model.name(), why });
        }
        let limits = Arc::new(model.limits());
        let fit = Hunt { settings: self, model, objective, sample, limits: limits.clone() }.run()?;
        Ok(fit.approaching(limits))
    }
}

impl<M: Model> Hunt<'_, M> {
    /// Interior, then the closed ends, then the declared limits, then why there is no estimate.
    fn run(mut self) -> Result<Fit> {
        if self.objective.reads_information()
            && let Some(direction) = self.objective.dependent_covariates()
        {
            // Where there is no information, its logarithm is made of rounding.
            return Err(Error::NotIdentified { model: self.model.name(), direction });
        }
        let start = self.start()?;
        self.measure_in_units_of(&start)?;
        match start {
            Start::Unbounded(why) if self.is_unbound() => {
                Err(Error::Unbounded { model: self.model.name(), why, rows: vec![] })
            }
            start => self.searched_from(start).map_err(|error| self.unless_extreme(error)),
        }
    }

    fn searched_from(&self, start: Start) -> Result<Fit> {
        if let (Start::Edge(edge), true) = (&start, self.is_unbound()) {
            return self.at_edge(edge);
        }
        if let Start::Edge(edge) = &start
            && let Some(fit) = self.at_edge_of_rest(edge)?
        {
            return Ok(fit);
        }
        if let Some(fit) = self.at_ends_of_start(&start)? {
            return Ok(fit);
        }
        if let Some(fit) = self.near_another(&start)? {
            return Ok(self.beaten_by_limit(&fit)?.unwrap_or(fit));
        }
        let found = self.candidates(start)?;
        match self.first_interior(&found) {
            Ok(fit) => Ok(self.beaten_by_limit(&fit)?.unwrap_or(fit)),
            Err((best, check)) => {
                if let Some(fit) = self.at_closed_ends(&best, &found)? {
                    return Ok(fit);
                }
                // What little rounding may have added to it is no reason to refuse a limit.
                let sums = self.objective.evaluate(&best.free);
                let noise = if sums.is_finite() { self.objective.rounding_of_value(&best.free, &sums) } else { 0.0 };
                let noise = noise.min(1e-7 * (self.objective.nat() + best.log_likelihood.abs()));
                if let Some(fit) = self.at_limit(best.log_likelihood - noise)? {
                    let ends = fit.outcome().limit_parameters();
                    // Where one of several ends need not be reached, there is a limit all the same.
                    let mut ridge = None;
                    for end in &ends {
                        ridge =
                            self.on_a_ridge(Ridge::Anywhere, std::slice::from_ref(end), &best, fit.log_likelihood())?;
                        if ridge.is_none() {
                            break;
                        }
                    }
                    return ridge.map_or(Ok(fit), Err);
                }
                self.after_probing(best, check, found.passes).map_err(|error| self.unless_unbounded(error))
            }
        }
    }

    /// Whether every parameter is free, so that what the model knows of its estimate holds.
    fn is_unbound(&self) -> bool {
        self.is_free() && self.objective.terms_are_exact()
    }

    fn is_free(&self) -> bool {
        self.space().blocks().iter().all(|block| *block.binding() == Binding::Free)
    }

    fn space(&self) -> &Space {
        self.objective.coordinates().space()
    }

    /// The best candidate that is an interior maximum; else the best one and the check that it fails. A better point
    /// that cannot be certified is at an end of the space, not the estimate.
    fn first_interior(&self, found: &Found) -> Result<Fit, (Candidate, Check)> {
        let mut failed = None;
        for best in &found.candidates {
            let free = canonical(self.model, self.objective.coordinates(), &best.free);
            let sums = self.objective.evaluate(&free);
            match self.check(&self.objective, &free, &sums) {
                Ok(interior) => {
                    let certificate = certificate(&self.objective, &interior, best, found);
                    let scope = self.scope(&certificate);
                    let objective = self.objective.clone();
                    let irregular = self.irregularity(&objective, &free);
                    return Ok(Fit::new(self.model.name(), objective, free, &sums, &interior.quadratic, certificate)
                        .with(Outcome::Interior, scope, self.objective.coordinates().len())
                        .without_theory(irregular));
                }
                Err(check) => failed = failed.or_else(|| Some((best.clone(), check))),
            }
        }
        Err(failed.expect("there is at least one candidate"))
    }

    /// Checks that this is the maximum, with what is known of how many there are.
    fn check(&self, objective: &Objective, free: &[f64], sums: &Sums) -> Result<Interior, Check> {
        let is_only = matches!(self.model.maxima(), Maxima::Unique(_)) && self.is_unbound();
        if is_only { check_stationary(objective, free, sums) } else { check_interior(objective, free, sums) }
    }

    /// Why the usual theory of large samples does not hold at this point: the model says so, or there is a kink.
    fn irregularity(&self, objective: &Objective, free: &[f64]) -> Option<String> {
        let space = objective.coordinates().space();
        let told = objective.find_natural(free, |theta| match self.model.regular_at(theta) {
            Regularity::Always => Some(None),
            here => here.failure(space).map(Some),
        });
        told.flatten().map(|(_, why)| why).or_else(|| self.kinked(objective, free))
    }

    fn scope(&self, certificate: &Certificate) -> Scope {
        match self.model.maxima() {
            // What is known of a likelihood is known of exact observations.
            Maxima::Unique(why) if self.is_unbound() => Scope::Global { why },
            Maxima::LocalOfUnbounded(why) => Scope::LocalOfUnbounded { why },
            Maxima::Unique(_) | Maxima::Unknown => {
                Scope::BestOf { agree: certificate.starts_agree, starts: certificate.starts }
            }
        }
    }
}

fn certificate(objective: &Objective, interior: &Interior, best: &Candidate, found: &Found) -> Certificate {
    let apart = SAME_MAXIMUM * objective.nat();
    let same = |other: &&Candidate| (best.log_likelihood - other.log_likelihood).abs() < apart;
    Certificate {
        edm: interior.edm,
        condition: interior.quadratic.condition(),
        least_fall: interior.least_fall,
        iterations: best.iterations,
        passes: found.passes,
        starts: found.candidates.iter().map(|end| end.starts).sum::<usize>() + found.unfinished,
        starts_agree: found.candidates.iter().filter(same).map(|end| end.starts).sum(),
    }
}

/// The equivalent point that the model reports, in free coordinates.
fn canonical<M: Model>(model: &M, coordinates: &Coordinates, free: &[f64]) -> Vec<f64> {
    if coordinates.chains().len() != coordinates.len() || coordinates.has_predictors() {
        return free.to_vec();
    }
    let natural = coordinates.natural(&coordinates.local(free));
    let ordered = model.canonical(natural.clone());
    if ordered == natural { free.to_vec() } else { coordinates.global(&ordered).unwrap_or_else(|| free.to_vec()) }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::Settings;
    use crate::prelude::*;

    #[test]
    fn a_fit_that_begins_at_another_is_the_fit_that_it_would_be() {
        fn is_same<M: Draw<Of = f64>>(model: &M, laws: &[&[f64]]) {
            let draws = |theta: &[f64], seed: u64| -> Vec<f64> {
                let mut rng = SmallRng::seed_from_u64(seed);
                (0..80).map(|_| model.draw(theta, &mut rng)).collect()
            };
            let first = model.fit(&draws(laws[0], 0)).unwrap();
            for (seed, theta) in (1..).zip(laws) {
                let rows = draws(theta, seed);
                let again = Settings::of_fit(&first).fit(model, &rows).unwrap();
                let anew = model.fit(&rows).unwrap();
                assert!((again.log_likelihood() - anew.log_likelihood()).abs() < 1e-9 * anew.log_likelihood().abs());
                assert_eq!(again.outcome(), anew.outcome());
                for (a, b) in again.estimates().iter().zip(anew.estimates()) {
                    assert!(a.value == b.value || (a.value - b.value).abs() < 2e-6 * b.std_error, "{a:?} and {b:?}");
                }
            }
        }
        is_same(&Weibull, &[&[1.4, 3.0], &[1.4, 3.0], &[0.2, 1e3], &[40.0, 1e-3]]);
        // The last are at the limit.
        is_same(
            &StudentT,
            &[&[2.0, 1.0, 4.0], &[2.0, 1.0, 4.0], &[-9.0, 3.0, 1.0], &[2.0, 1.0, 1e4], &[2.0, 1.0, 1e5]],
        );
    }
}
