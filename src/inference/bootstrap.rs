//! [`Bootstrap`]: the distribution of an estimate, by repeating the fit on data like those observed.

mod replicates;

use std::sync::Arc;

pub use replicates::{Jackknife, Replicates};

use super::censoring::{Censoring, Mechanism};
use super::replicate::{
    Repetition, Simulator, check_model, frequencies, options_of_repetition, p_value, resampled, reweighted,
};
use crate::error::{Error, Result};
use crate::estimator::Settings;
use crate::fit::Fit;
use crate::model::{Cdf, Draw, Model, Value};
use crate::observation::Accepts;

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

    options_of_repetition!();

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
        Ok(self.collect(self.repetition.run_on_drawn(&simulator, |drawn| self.estimates_of(drawn))?))
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
        let values = self.repetition.run_on_drawn(&simulator, |drawn| {
            let other = drawn.iter().map(|term| term.exact_about(alternative)).collect::<Result<_>>()?;
            let null = Settings::default().fit_terms(self.model, drawn)?.log_likelihood();
            Ok(2.0 * (Settings::default().fit_terms(alternative, other)?.log_likelihood() - null))
        })?;
        let statistic = 2.0 * (fit.log_likelihood() - self.fit.log_likelihood());
        let (failures, p_value) = p_value(&values, |value| *value >= statistic - 1e-9);
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
