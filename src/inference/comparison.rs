//! [`Comparison`]: several models of the same data.

use std::sync::Arc;

use super::ranking::{Line, Ranking};
use super::replicate::{Repetition, frequencies, reweighted};
use crate::data::{Data, Term};
use crate::error::{Error, Result};
use crate::estimator::Settings;
use crate::fit::{Fit, Outcome};
use crate::model::{EdgeKind, Model};
use crate::objective::Objective;

/// What models are compared by; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Criterion {
    /// Akaike's, 2k − 2 ln L.
    Aic,
    /// Akaike's, corrected for small samples: + 2k(k + 1)/(n − k − 1) (Hurvich and Tsai, 1989).
    Aicc,
    /// Schwarz's, k ln n − 2 ln L, n the number of observations.
    Bic,
    /// Cross-entropy of rows held out in turn, in nats per observation: each of so many folds is predicted by a fit of the
    /// others, rows dealt at random by a seed.
    HeldOut {
        /// How many folds; at least 2.
        folds: usize,
        /// The seed that deals the rows.
        seed: u64,
    },
}

/// Models to be compared on the same data.
///
/// # Example
///
/// ```
/// use thetahat::inference::{Comparison, Criterion};
/// use thetahat::prelude::*;
///
/// let ages = [54.1, 71.3, 66.0, 80.2, 49.8, 75.5, 69.4, 84.9, 61.7, 77.0];
/// let ranking = Comparison::on(&ages).with(Weibull).with(LogNormal).with(Exponential).by(Criterion::Aic);
/// assert_eq!(ranking.lines()[0].model, "Weibull");
/// println!("{ranking}");
/// # Ok::<(), thetahat::Error>(())
/// ```
pub struct Comparison<'m, D> {
    data: D,
    repetition: Repetition,
    entries: Vec<Entry<'m>>,
}

struct Entry<'m> {
    model: String,
    measure: String,
    fit: Box<FirstFit<'m>>,
    refit: Box<Refit<'m>>,
}

/// The model fitted to all rows.
type FirstFit<'m> = dyn Fn(&Settings) -> Result<Fit> + Send + Sync + 'm;

/// The same model fitted to other rows.
type Refit<'m> = dyn Fn(Vec<Term>) -> Result<Fit> + Send + Sync + 'm;

impl<'m, D: Clone + Send + Sync + 'm> Comparison<'m, D> {
    /// Of models of these data.
    pub fn on(data: D) -> Comparison<'m, D> {
        Comparison { data, repetition: Repetition::new(), entries: vec![] }
    }

    /// With this model. If it cannot be fitted it stays in the ranking with the reason.
    pub fn with<M: Model + Send + Sync + 'm>(mut self, model: M) -> Self
    where
        D: Data<M>,
    {
        let (model, data) = (Arc::new(model), self.data.clone());
        let (name, measure, same) = (model.name(), model.support().measure(), model.clone());
        self.entries.push(Entry {
            model: name,
            measure,
            fit: Box::new(move |settings| settings.fit(&*model, data.clone())),
            refit: Box::new(move |terms| Settings::default().fit_terms(&*same, terms)),
        });
        self
    }

    /// So many models are fitted at once. By default as many as there are processors; the ranking is the same for any
    /// number.
    pub fn threads(mut self, threads: usize) -> Self {
        self.repetition.threads = threads.max(1);
        self
    }

    /// Tells `watcher` how many models of how many are fitted, once it has taken a second.
    pub fn watch(mut self, watcher: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.repetition.watcher = Some(Arc::new(watcher));
        self
    }

    /// The models in order of a criterion.
    pub fn by(self, criterion: Criterion) -> Ranking {
        let Comparison { repetition, entries, .. } = self;
        // One thread a model, unless there are more threads than models.
        let are_many = entries.len() >= repetition.threads;
        let settings = if are_many { Settings::default().with_one_thread() } else { Settings::default() };
        let fits = repetition.run_over(entries.len(), |at, _| (entries[at].fit)(&settings));
        let value = |at: usize| {
            let fit = fits[at].as_ref().map_err(ToString::to_string)?;
            let before = entries[..at].iter().zip(&fits);
            let mut fitted = before.filter_map(|(entry, fit)| Some((entry, fit.as_ref().ok()?)));
            if let Some((other, _)) = fitted.find(|(_, other)| is_same(fit, other)) {
                return Err(format!("the same fit as that of {}", other.model));
            }
            criterion.of(fit, &entries[at].refit)
        };
        let values = repetition.run_over(entries.len(), |at, _| value(at));
        let line = |((Entry { model, measure, .. }, fit), value)| Line {
            model,
            measure,
            fit,
            value,
            difference: None,
            weight: None,
        };
        Ranking::new(criterion, entries.into_iter().zip(fits).zip(values).map(line).collect())
    }
}

impl Criterion {
    fn of(self, fit: &Fit, refit: &Refit<'_>) -> Result<f64, String> {
        if let Criterion::HeldOut { folds, seed } = self {
            return held_out(fit, refit, folds, seed).map_err(|error| error.to_string());
        }
        let (k, n) = (fit.free_parameters() as f64, fit.n());
        if let Some(why) = without_criteria(fit) {
            return Err(why);
        }
        let aic = fit.aic().ok_or("withheld")?;
        match self {
            Criterion::Aicc if n <= k + 1.0 => Err(format!("{n} observations are too few to correct AIC by")),
            Criterion::Aicc => Ok(aic + 2.0 * k * (k + 1.0) / (n - k - 1.0)),
            Criterion::Bic => fit.bic().ok_or_else(|| "withheld".to_string()),
            Criterion::Aic | Criterion::HeldOut { .. } => Ok(aic),
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Criterion::Aic => "AIC",
            Criterion::Aicc => "AICc",
            Criterion::Bic => "BIC",
            Criterion::HeldOut { .. } => "held-out cross-entropy",
        }
    }
}

/// Whether two fits are of one law, in the same or in other parameters: it counts once.
fn is_same(a: &Fit, b: &Fit) -> bool {
    let (first, second) = (a.log_likelihood(), b.log_likelihood());
    a.free_parameters() == b.free_parameters() && (first - second).abs() <= 1e-9 * (1.0 + first.abs())
}

/// Why the theory of information criteria does not hold of a fit.
fn without_criteria(fit: &Fit) -> Option<String> {
    if fit.objective().has_sampling_weights() {
        return Some("sampling weights have no likelihood".to_string());
    }
    if let Some(why) = fit.irregularity() {
        return Some(why.to_string());
    }
    match fit.outcome() {
        Outcome::Interior => None,
        Outcome::Edge { at } if at.iter().all(|(_, kind)| matches!(kind, EdgeKind::Kink(..))) => None,
        outcome => Some(outcome.to_string()),
    }
}

/// The cross-entropy of rows held out in turn, in nats per observation.
fn held_out(fit: &Fit, refit: &Refit<'_>, folds: usize, seed: u64) -> Result<f64> {
    use rand::SeedableRng;
    use rand::seq::SliceRandom;
    let (frequencies, terms) = (frequencies(fit)?, fit.terms());
    let mut observations: Vec<usize> =
        frequencies.iter().enumerate().flat_map(|(row, count)| std::iter::repeat_n(row, *count as usize)).collect();
    if folds < 2 || folds > observations.len() {
        let message = format!("{folds} folds of {} observations: take 2 to {0}", observations.len());
        return Err(Error::Model { message });
    }
    observations.shuffle(&mut rand::rngs::SmallRng::seed_from_u64(seed));
    let n = observations.len() as f64;
    let mut total = 0.0;
    for fold in 0..folds {
        let mut test = vec![0.0; frequencies.len()];
        observations.iter().skip(fold).step_by(folds).for_each(|&row| test[row] += 1.0);
        let train: Vec<f64> = frequencies.iter().zip(&test).map(|(all, own)| all - own).collect();
        let trained = refit(reweighted(&terms, &train))?;
        let held: Vec<Term> = reweighted(&terms, &test).into_iter().filter(|term| term.rows() > 0).collect();
        total += trained.log_likelihood_of(held)?;
    }
    Ok(-total / n)
}

impl Fit {
    /// The log-likelihood of other rows at the estimate.
    fn log_likelihood_of(&self, terms: Vec<Term>) -> Result<f64> {
        let terms = match self.outcome() {
            Outcome::Limit { ends, .. } => {
                let limit = self.limits().iter().find(|limit| limit.ends == *ends);
                let limit = limit.ok_or(Error::Missing { capability: "limit law".to_string() })?;
                terms.iter().map(|term| term.about(limit.model())).collect::<Result<_>>()?
            }
            _ => terms,
        };
        let space = self.objective().coordinates().space().clone();
        let value = Objective::new(space, terms)?.slope(self.free()).value;
        // Rows that the fitted law cannot produce: an infinite surprise.
        Ok(if value.is_nan() { f64::NEG_INFINITY } else { value })
    }
}
