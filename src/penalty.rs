//! [`Penalty`]: what is added to a log-likelihood on purpose, and only where it is asked for.

use std::cell::RefCell;
use std::fmt::Debug;

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::scalar::Scalar;
use crate::space::Coordinates;

/// A function of what is estimated that is added to the log-likelihood: the logarithm of a prior density, whose mode is
/// then estimated, or a penalty such as [`Firth`] or [`Ridge`]. See [`Estimator::penalty`](crate::Estimator::penalty).
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// /// A beta prior with as much weight as four tosses, two of each kind.
/// #[derive(Debug)]
/// struct FourTosses;
///
/// impl Penalty for FourTosses {
///     fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S {
///         let p = at.value("p");
///         2.0 * p.ln() + 2.0 * (-p).ln_1p()
///     }
/// }
///
/// let fit = Estimator::new(Bernoulli).penalty(FourTosses).fit(&[true, true, true])?;
/// assert!((fit["p"].value - 5.0 / 7.0).abs() < 1e-12);
/// assert_eq!(fit.aic(), None);
/// # Ok::<(), thetahat::Error>(())
/// ```
pub trait Penalty: Debug {
    /// What is added to the log-likelihood, in nats; constants do not matter.
    fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S;

    /// What it is called where a fit is told: by default as `Debug` shows it.
    fn name(&self) -> String {
        format!("{self:?}")
    }
}

/// What is estimated, by name: parameters, and coefficients of linear predictors.
#[derive(Debug)]
pub struct Estimated<'e, S> {
    names: &'e [String],
    values: &'e [S],
    slopes: &'e [bool],
    ln_information: S,
    missing: RefCell<Option<Missing>>,
}

/// What a penalty asked for that is not estimated.
#[derive(Debug)]
enum Missing {
    Named(String),
    Slopes,
}

impl<S: Scalar> Estimated<'_, S> {
    /// The value of this name, as the fit reports it. A name that is not estimated is an error of the fit.
    pub fn value(&self, name: &str) -> S {
        match self.names.iter().position(|other| other == name) {
            Some(at) => self.values[at],
            None => {
                self.missing.borrow_mut().get_or_insert_with(|| Missing::Named(name.to_string()));
                f64::NAN.into()
            }
        }
    }

    /// The coefficients of covariates, without intercepts. If there are none, that is an error of the fit.
    pub fn slopes(&self) -> Vec<S> {
        let all = self.values.iter().zip(self.slopes).filter(|(_, is_slope)| **is_slope);
        let slopes: Vec<S> = all.map(|(value, _)| *value).collect();
        if slopes.is_empty() {
            self.missing.borrow_mut().get_or_insert(Missing::Slopes);
        }
        slopes
    }

    /// ln |I|, the logarithm of the determinant of the expected information about all that is estimated: in coefficients of
    /// linear predictors, real parameters, logarithms of positive ones, logits of probabilities, and logarithms of the
    /// ratios of shares.
    ///
    /// What reads it is refused ([`Error::NoPenalty`]) unless these are canonical parameters of an exponential family:
    /// then the observed information does not depend on the observations, and is the expected one.
    pub fn ln_information(&self) -> S {
        self.ln_information
    }
}

/// Firth's penalty ½ ln |I|, the logarithm of Jeffreys' prior density in canonical parameters: estimates without the bias of
/// order 1/n, and finite ones where covariates separate the observations.
///
/// It is for logistic regression (`Bernoulli`, `Binomial`), categorical and multinomial logits, Poisson log-linear models and
/// what else has [canonical parameters](Estimated::ln_information); there the maximum of the penalised likelihood is the
/// solution of Firth's modified score equations. It differs with the parameters in which I is taken. Other models are
/// refused.
///
/// Standard errors are from I at the estimate; better are intervals of [`profile`](crate::Fit::profile) and tests by
/// [`test`](crate::Fit::test), both of the penalised likelihood (Heinze and Schemper 2002).
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// // Dose separates the dead from the living: the likelihood has no maximum.
/// let table = Table::from_csv("died,dose\n0,1\n0,2\n1,3\n1,4\n".as_bytes())?;
/// let model = Regress(Bernoulli).on("p", ["dose"]);
/// assert!(model.fit(table.response("died")?).is_err());
/// let fit = Estimator::new(model).penalty(Firth).fit(table.response("died")?)?;
/// assert!(fit["dose"].value > 0.5 && fit["dose"].value < 2.0);
/// let (lower, upper) = fit.profile("dose")?.interval(0.95)?;
/// assert!(lower < fit["dose"].value && upper > 3.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Firth, "Bias reduction of maximum likelihood estimates", 1993, section 3. Heinze and Schemper, "A solution to the
/// problem of separation in logistic regression", 2002.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firth;

impl Penalty for Firth {
    fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S {
        0.5 * at.ln_information()
    }

    fn name(&self) -> String {
        "firth".to_string()
    }
}

/// The penalty −½ λ Σ β², of the values called `of`: a normal prior with mean 0 and variance 1/λ for each.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// // Dose separates the dead from the living: without a penalty there is no finite estimate.
/// let table = Table::from_csv("died,dose\n0,1\n0,2\n1,3\n1,4\n".as_bytes())?;
/// let model = Regress(Bernoulli).on("p", ["dose"]);
/// assert!(model.fit(table.response("died")?).is_err());
/// let fit = Estimator::new(model).penalty(Ridge::new(0.5, ["dose"])).fit(table.response("died")?)?;
/// assert!(fit["dose"].value > 1.0 && fit.penalty().is_some());
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Le Cessie and van Houwelingen, "Ridge estimators in logistic regression", 1992.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// λ, in 1 / (units of the values)².
    pub lambda: f64,
    /// The names of what is penalised; if none, the coefficients of all covariates, without intercepts.
    pub of: Option<Vec<String>>,
}

impl Ridge {
    /// A penalty of strength `lambda` on the values called `of`.
    pub fn new<N: Into<String>>(lambda: f64, of: impl IntoIterator<Item = N>) -> Ridge {
        Ridge { lambda, of: Some(of.into_iter().map(Into::into).collect()) }
    }

    /// A penalty of strength `lambda` on the coefficients of all covariates, without intercepts. Each counts in the unit of
    /// its covariate: a ridge of covariates that were not brought to one scale favours those of large numbers.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let table = Table::from_csv("died,dose\n0,1\n0,2\n1,3\n1,4\n".as_bytes())?;
    /// let model = Regress(Bernoulli).on("p", ["dose"]);
    /// let fit = Estimator::new(model.clone()).penalty(Ridge::slopes(0.5)).fit(table.response("died")?)?;
    /// let named = Estimator::new(model).penalty(Ridge::new(0.5, ["dose"])).fit(table.response("died")?)?;
    /// assert_eq!(fit["dose"], named["dose"]);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn slopes(lambda: f64) -> Ridge {
        Ridge { lambda, of: None }
    }
}

impl Penalty for Ridge {
    fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S {
        let values = self.of.as_ref().map_or_else(|| at.slopes(), |of| of.iter().map(|name| at.value(name)).collect());
        values.into_iter().fold(S::from(0.0), |sum, value| sum + value.square()) * (-0.5 * self.lambda)
    }

    fn name(&self) -> String {
        let of = self.of.as_ref().map_or_else(String::new, |of| format!(" of {}", of.join(", ")));
        format!("ridge={}{of}", self.lambda)
    }
}

/// A penalty whose type has been erased.
pub(crate) trait Formula: Debug + Send + Sync {
    /// Its formula of free coordinates, and of the logarithm of the determinant of the information, which comes after them.
    fn formula(&self, coordinates: &Coordinates) -> Result<Graph>;

    fn called(&self) -> String;
}

impl<P: Penalty + Send + Sync> Formula for P {
    fn formula(&self, coordinates: &Coordinates) -> Result<Graph> {
        let (names, slopes) = (coordinates.reported_names(), coordinates.reported_slopes());
        let mut lacks = None;
        let p = coordinates.len();
        let graph = Graph::trace(p + 1, 0, |free, _| {
            let values = coordinates.reported_values(&free[..p]);
            let (values, ln_information) = (&values[..], free[p]);
            let at = Estimated { names: &names, values, slopes: &slopes, ln_information, missing: RefCell::default() };
            let value = self.ln_value(&at);
            lacks = at.missing.into_inner();
            value
        })?;
        match lacks {
            Some(Missing::Named(name)) => Err(Error::Unknown { kind: "estimate", name, known: names }),
            Some(Missing::Slopes) => {
                let message = format!(
                    "the penalty {} is of coefficients of covariates, and the model has none; name what it is of",
                    self.name()
                );
                Err(Error::Model { message })
            }
            None => Ok(graph),
        }
    }

    fn called(&self) -> String {
        self.name()
    }
}
