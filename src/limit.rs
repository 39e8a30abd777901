//! [`Limit`]: a law that a family approaches as a parameter runs to an end of its range.

use crate::any_model::AnyModel;
use crate::error::Result;
use crate::estimator::Settings;
use crate::fit::Fit;
use crate::model::{Cdf, Model};
use crate::objective::Objective;

/// A law that a family approaches as one of its parameters runs to an end of its range, and which is not in the family:
/// Student's t → normal as df → ∞.
///
/// Where the likelihood increases all the way there, the limit is what the data say, and the fit answers with it.
///
/// # Example
///
/// ```
/// use thetahat::limit::Limit;
/// use thetahat::prelude::*;
///
/// let limit = Limit::to(Normal).same("loc", "mu").same("scale", "sigma").at("df", f64::INFINITY);
/// assert_eq!(limit.model().to_string(), "Normal");
/// ```
#[derive(Debug, Clone)]
pub struct Limit {
    pub(crate) model: AnyModel,
    pub(crate) same: Vec<(String, String)>,
    pub(crate) ends: Vec<(String, f64)>,
}

impl Limit {
    /// A limit whose law is this model.
    ///
    /// # Panics
    ///
    /// If the model's space or density is not sound.
    pub fn to<M: Model + Clone + Send + Sync + 'static>(model: M) -> Limit {
        let model = AnyModel::of(model).unwrap_or_else(|error| panic!("a limit law that is not sound: {error}"));
        Limit { model, same: vec![], ends: vec![] }
    }

    /// A limit whose law is this model, with its distribution function: it serves censored data too.
    ///
    /// # Panics
    ///
    /// If the model's space or density is not sound.
    pub fn to_with_cdf<M: Cdf + Clone + Send + Sync + 'static>(model: M) -> Limit {
        let limit = Limit::to(model.clone());
        Limit { model: limit.model.with_cdf(&model), ..limit }
    }

    /// Says that the family's `parameter` tends to the limit law's `limit_parameter`.
    pub fn same(mut self, parameter: &str, limit_parameter: &str) -> Limit {
        self.same.push((parameter.to_string(), limit_parameter.to_string()));
        self
    }

    /// Says that the family's `parameter` runs to this end.
    pub fn at(mut self, parameter: &str, end: f64) -> Limit {
        self.ends.push((parameter.to_string(), end));
        self
    }

    /// The limit law.
    pub fn model(&self) -> &AnyModel {
        &self.model
    }

    /// The name that the limit law gives to what the family calls `name`.
    pub(crate) fn name_in_limit<'a>(&'a self, name: &'a str) -> &'a str {
        self.same.iter().find(|(own, _)| own == name).map_or(name, |(_, limit)| limit)
    }

    /// The fit of the limit law to the same data, looking as for another model.
    pub(crate) fn fit_with(&self, settings: &Settings, objective: &Objective) -> Result<Fit> {
        let terms = objective.terms().iter().map(|term| term.about(&self.model)).collect::<Result<_>>()?;
        settings.with_one_start().fit_terms(&self.model, terms)
    }

    /// The fit of the limit law to the same data.
    pub(crate) fn fit(&self, objective: &Objective) -> Result<Fit> {
        self.fit_with(&Settings::default(), objective)
    }
}
