//! [`Bootstrap`]: the distribution of an estimate, by repeating the fit on data like those observed.

use std::sync::Arc;

use super::censoring::{Censoring, Mechanism};
use super::replicate::{Repetition, Simulator, check_model, frequencies, resampled, reweighted};
use crate::error::{Error, Result};
use crate::estimator::Settings;
use crate::fit::{Fit, check_level};
use crate::model::{Cdf, Draw, Model, Value};
use crate::observation::Accepts;
use crate::special::{ln_normal_cdf, normal_quantile};

/// A fit to be repeated on data drawn from its law or from its rows.
///
/// Every repetition is a fit of its own, with its own starts and certificate. The seed decides all draws; the number of
/// threads changes nothing but the time.
///
/// # Example
///
/// ```
/// use thetahat::inference::Bootstrap;
/// use thetahat::prelude::*;
///
/// let fit = Exponential.fit(&[3.0, 5.0, 7.0, 18.0, 43.0, 85.0, 91.0, 98.0])?;
/// let replicates = Bootstrap::of(&fit, &Exponential).replicates(199).seed(7).rows()?;
/// let (lower, upper) = replicates.percentile("rate", 0.9)?;
/// assert!(lower < fit["rate"].value && fit["rate"].value < upper);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Davison and Hinkley, *Bootstrap Methods and their Application*, 1997.
#[derive(Debug, Clone)]
pub struct Bootstrap<'f, M> {
    fit: &'f Fit,
    model: &'f M,
    repetition: Repetition,
    mechanism: Option<Arc<Mechanism>>,
}

/// The estimates of repeated fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    names: Vec<String>,
    /// Of the data that were observed.
    estimates: Vec<f64>,
    /// A repetition each, or why it has no estimate.
    values: Vec<Result<Vec<f64>, Error>>,
}

/// The estimates without one observation each: what BCa intervals take their acceleration from.
#[derive(Debug, Clone, PartialEq)]
pub struct Jackknife {
    names: Vec<String>,
    /// How many observations each is left out for, and the estimates without one of them.
    values: Vec<(f64, Vec<f64>)>,
}

/// A ratio of likelihoods, and how often a greater one comes of data drawn from the null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// 2 (ln L − ln L₀); negative if the alternative has the lower likelihood, as it may if it does not hold the null.
    pub statistic: f64,
    /// (1 + the repetitions with at least this statistic) / (1 + repetitions).
    pub p_value: f64,
    /// The repetitions.
    pub replicates: usize,
    /// The repetitions in which either fit failed, which count as greater.
    pub failures: usize,
}

impl<'f, M: Model + Sync> Bootstrap<'f, M> {
    /// Repeats this fit of `model`, 999 times unless told otherwise, with seed 0, on all processors.
    pub fn of(fit: &'f Fit, model: &'f M) -> Bootstrap<'f, M> {
        Bootstrap { fit, model, repetition: Repetition::new(), mechanism: None }
    }

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
        self.repetition.watcher = Some(Arc::new(watcher));
        self
    }

    /// Data drawn from the law are censored like this; rows that are resampled keep what they have.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the model is not the one fitted, or its rows cannot have been censored like this.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::inference::{Bootstrap, Censoring};
    /// use thetahat::prelude::*;
    ///
    /// let weeks = [At(6.0), At(7.0), At(10.0), At(13.0), At(16.0), After(20.0), After(20.0), After(20.0)];
    /// let fit = Exponential.fit(&weeks)?;
    /// let bootstrap = Bootstrap::of(&fit, &Exponential).replicates(199).seed(7);
    /// let replicates = bootstrap.censored(Censoring::FixedTimes(vec![20.0]))?.parametric()?;
    /// let (lower, upper) = replicates.percentile("rate", 0.9)?;
    /// assert!(lower < fit["rate"].value && fit["rate"].value < upper);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn censored(mut self, censoring: Censoring) -> Result<Self>
    where
        M: Cdf,
    {
        check_model(self.fit, self.model)?;
        self.mechanism = Some(Arc::new(Mechanism::new(censoring, &self.fit.terms(), self.model)?));
        Ok(self)
    }

    /// Rows drawn with replacement, with all that belongs to them: censoring, covariates. It takes the model only to fit.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the model is not the one fitted, or its rows do not stand for whole observations;
    /// [`Error::Withheld`] for sampling weights.
    pub fn rows(&self) -> Result<Replicates> {
        check_model(self.fit, self.model)?;
        let (frequencies, terms) = (frequencies(self.fit)?, self.fit.terms());
        Ok(self.collect(
            self.repetition.run(|_, rng| self.estimates_of(reweighted(&terms, &resampled(&frequencies, rng)))),
        ))
    }

    /// Data drawn from the fitted law.
    ///
    /// # Errors
    ///
    /// As [`Fit::simulate`], but that rows may be censored if it is said [how](Bootstrap::censored).
    pub fn parametric(&self) -> Result<Replicates>
    where
        M: Draw,
        M::Of: Accepts<Value<M>>,
    {
        let simulator = Simulator::of(self.fit, self.model, self.mechanism.clone())?;
        simulator.draw(&mut rand::SeedableRng::seed_from_u64(self.repetition.seed))?;
        Ok(self.collect(self.repetition.run(|_, rng| self.estimates_of(simulator.draw(rng)?))))
    }

    /// Tests this fit as the null against that of another model to the same data: the ratio of likelihoods, with its law by
    /// drawing data from the null and fitting both to each. This is the test of the number of components of a mixture
    /// (McLachlan, "On bootstrapping the likelihood ratio test statistic for the number of components in a normal mixture",
    /// 1987), where χ² does not hold, and of models of which neither holds the other (Cox 1962).
    ///
    /// # Errors
    ///
    /// As [`Fit::simulate`], [`Error::Model`] if the fits are not of the same observations, and [`Error::Withheld`] if they are
    /// censored or in windows.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::inference::Bootstrap;
    /// use thetahat::prelude::*;
    ///
    /// let waits = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0, 1.7, 4.6, 2.3, 4.2];
    /// // Of one deviation: no component can collapse on an observation.
    /// let two = Tied(Mixture([Normal, Normal]), "sigma2", "sigma1");
    /// let test = Bootstrap::of(&Normal.fit(&waits)?, &Normal).replicates(39).likelihood_ratio(&two.fit(&waits)?, &two)?;
    /// assert!(test.statistic > 27.0 && test.p_value == 1.0 / 40.0);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn likelihood_ratio<A: Model<Of = M::Of> + Sync>(&self, fit: &Fit, alternative: &A) -> Result<Ratio>
    where
        M: Draw,
        M::Of: Accepts<Value<M>>,
    {
        check_model(fit, alternative)?;
        if fit.penalty().is_some() || self.fit.penalty().is_some() {
            let message = "the ratio is one of likelihoods: fit both models without a penalty";
            return Err(Error::Model { message: message.to_string() });
        }
        let is_exact = self.fit.terms().iter().all(|term| term.exact_about(alternative).is_ok());
        if self.mechanism.is_some() || !is_exact {
            let message = "the law of the ratio is drawn for rows that are observed exactly, not censored and not in \
                           windows; compare such fits by AIC or held-out cross-entropy";
            return Err(Error::Withheld { message: message.to_string() });
        }
        let simulator = Simulator::of(self.fit, self.model, None)?;
        frequencies(fit)?;
        if fit.n() != self.fit.n() {
            let message = format!("the fits are of {} and of {} observations", self.fit.n(), fit.n());
            return Err(Error::Model { message });
        }
        if self.model.support().measure() != alternative.support().measure() {
            let message = format!("densities of {} and of {} have no common measure", self.fit.model(), fit.model());
            return Err(Error::Model { message });
        }
        simulator.draw(&mut rand::SeedableRng::seed_from_u64(self.repetition.seed))?;
        let values = self.repetition.run(|_, rng| -> Result<f64> {
            let drawn = simulator.draw(rng)?;
            let other = drawn.iter().map(|term| term.exact_about(alternative)).collect::<Result<_>>()?;
            let null = Settings::default().fit_terms(self.model, drawn)?.log_likelihood();
            Ok(2.0 * (Settings::default().fit_terms(alternative, other)?.log_likelihood() - null))
        });
        let statistic = 2.0 * (fit.log_likelihood() - self.fit.log_likelihood());
        let failures = values.iter().filter(|value| value.is_err()).count();
        let greater = values.iter().flatten().filter(|value| **value >= statistic - 1e-9).count();
        let p_value = (1 + greater + failures) as f64 / (1 + values.len()) as f64;
        Ok(Ratio { statistic, p_value, replicates: values.len(), failures })
    }

    /// The fits without each observation in turn.
    ///
    /// # Errors
    ///
    /// As [`rows`](Bootstrap::rows), and that of the first such fit that has no estimate.
    pub fn jackknife(&self) -> Result<Jackknife> {
        check_model(self.fit, self.model)?;
        let (frequencies, terms) = (frequencies(self.fit)?, self.fit.terms());
        let values = self.repetition.run_over(frequencies.len(), |row, _| {
            let mut counts = frequencies.clone();
            counts[row] -= 1.0;
            Ok((frequencies[row], self.estimates_of(reweighted(&terms, &counts))?))
        });
        let values = values.into_iter().collect::<Result<_>>()?;
        Ok(Jackknife { names: self.fit.names(), values })
    }

    fn estimates_of(&self, terms: Vec<crate::data::Term>) -> Result<Vec<f64>> {
        let fit = Settings::of_fit(self.fit).fit_terms(self.model, terms)?;
        Ok(fit.estimates().iter().map(|estimate| estimate.value).collect())
    }

    fn collect(&self, values: Vec<Result<Vec<f64>>>) -> Replicates {
        let estimates = self.fit.estimates().iter().map(|estimate| estimate.value).collect();
        Replicates { names: self.fit.names(), estimates, values }
    }
}

impl Replicates {
    /// How many repetitions there were.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names of the estimates, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The repetitions that have no estimate: their place, from 0, and why.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.values.iter().enumerate().filter_map(|(at, value)| Some((at, value.as_ref().err()?)))
    }

    /// The repeated estimates of this name, in order, without the failures.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if nothing of this name was estimated.
    pub fn of(&self, name: &str) -> Result<Vec<f64>> {
        let place = place_of(&self.names, name)?;
        Ok(self.values.iter().flatten().map(|values| values[place]).collect())
    }

    /// The standard deviation of the repeated estimates of this name; NaN unless all repetitions have one.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if nothing of this name was estimated.
    pub fn std_error(&self, name: &str) -> Result<f64> {
        let values = self.of(name)?;
        if values.len() < self.values.len() || values.len() < 2 {
            return Ok(f64::NAN);
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        Ok((squares / (values.len() - 1) as f64).sqrt())
    }

    /// The mean of the repeated estimates less the estimate; NaN unless all repetitions have one.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if nothing of this name was estimated.
    pub fn bias(&self, name: &str) -> Result<f64> {
        let values = self.of(name)?;
        if values.len() < self.values.len() || values.is_empty() {
            return Ok(f64::NAN);
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Ok(mean - self.estimates[place_of(&self.names, name)?])
    }

    /// The percentile interval at a confidence `level`: quantiles of the repeated estimates. A repetition without an
    /// estimate counts as below all others for the lower end, and as above all for the upper, so that failures can only
    /// widen the interval.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] for a name that was not estimated, [`Error::Model`] for a level that is none, or one for which
    /// there are too few repetitions.
    pub fn percentile(&self, name: &str, level: f64) -> Result<(f64, f64)> {
        check_level(level)?;
        self.between(name, 0.5 - 0.5 * level, 0.5 + 0.5 * level)
    }

    /// The bias-corrected and accelerated interval (Efron, "Better bootstrap confidence intervals", 1987), second-order
    /// accurate.
    ///
    /// # Errors
    ///
    /// As [`percentile`](Replicates::percentile), and [`Error::Withheld`] where the estimate is at an end of its repetitions.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::inference::Bootstrap;
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[3.0, 5.0, 7.0, 18.0, 43.0, 85.0, 91.0, 98.0])?;
    /// let bootstrap = Bootstrap::of(&fit, &Exponential).seed(7);
    /// let (lower, upper) = bootstrap.rows()?.bca("rate", 0.9, &bootstrap.jackknife()?)?;
    /// assert!(lower < fit["rate"].value && fit["rate"].value < upper);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn bca(&self, name: &str, level: f64, jackknife: &Jackknife) -> Result<(f64, f64)> {
        check_level(level)?;
        let (place, values) = (place_of(&self.names, name)?, self.of(name)?);
        let estimate = self.estimates[place];
        let below = values.iter().filter(|x| **x < estimate).count() as f64;
        let equal = values.iter().filter(|x| **x == estimate).count() as f64;
        let share = (below + 0.5 * equal) / values.len() as f64;
        let (correction, acceleration) = (normal_quantile(share), jackknife.acceleration(name)?);
        if !correction.is_finite() || !acceleration.is_finite() {
            let message =
                format!("no BCa interval of {name}: its repetitions are all on one side of the estimate, or constant");
            return Err(Error::Withheld { message });
        }
        let adjusted = |p: f64| {
            let z = correction + normal_quantile(p);
            ln_normal_cdf(correction + z / (1.0 - acceleration * z)).exp()
        };
        self.between(name, adjusted(0.5 - 0.5 * level), adjusted(0.5 + 0.5 * level))
    }

    /// Two quantiles of the repetitions, by interpolation between order statistics k of B at k/(B + 1).
    fn between(&self, name: &str, lower: f64, upper: f64) -> Result<(f64, f64)> {
        let mut values = self.of(name)?;
        values.sort_by(f64::total_cmp);
        let failed = (self.values.len() - values.len()) as f64;
        let last = self.values.len() as f64;
        let quantile = |p: f64, below: f64, failing: f64| -> Result<f64> {
            let rank = whole_if_nearly(p * (last + 1.0));
            if rank < 1.0 || rank > last {
                let message = format!(
                    "{} repetitions are too few for this level of confidence; take at least {}",
                    self.values.len(),
                    whole_if_nearly(1.0 / p.min(1.0 - p)).ceil() - 1.0
                );
                return Err(Error::Model { message });
            }
            let at = |rank: f64| {
                let place = rank - 1.0 - below;
                if place < 0.0 || place >= values.len() as f64 { failing } else { values[place as usize] }
            };
            let (whole, part) = (rank.floor(), rank.fract());
            let (a, b) = (at(whole), at((whole + 1.0).min(last)));
            Ok(if part == 0.0 || a == b { a } else { a + part * (b - a) })
        };
        Ok((quantile(lower, failed, f64::NEG_INFINITY)?, quantile(upper, 0.0, f64::INFINITY)?))
    }
}

/// A level such as 0.9 leaves 0.04999999999999999 on a side, and of 19 repetitions the first is asked for all the same.
fn whole_if_nearly(rank: f64) -> f64 {
    let whole = rank.round();
    if (rank - whole).abs() <= 1e-12 * whole { whole } else { rank }
}

impl Jackknife {
    /// Σ d³ / 6 (Σ d²)^{3/2}, d how far the mean of the estimates is above each.
    fn acceleration(&self, name: &str) -> Result<f64> {
        let place = place_of(&self.names, name)?;
        let n: f64 = self.values.iter().map(|(count, _)| count).sum();
        let mean = self.values.iter().map(|(count, values)| count * values[place]).sum::<f64>() / n;
        let moment =
            |k: i32| -> f64 { self.values.iter().map(|(count, values)| count * (mean - values[place]).powi(k)).sum() };
        Ok(moment(3) / (6.0 * moment(2).powf(1.5)))
    }
}

fn place_of(names: &[String], name: &str) -> Result<usize> {
    let unknown = || Error::Unknown { kind: "estimate", name: name.to_string(), known: names.to_vec() };
    names.iter().position(|own| own == name).ok_or_else(unknown)
}
