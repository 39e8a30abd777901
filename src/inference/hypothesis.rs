//! Tests of nested hypotheses: the null is a constraint on a fitted model.

use nalgebra::{DMatrix, DVector};

use super::constrained::{Constraint, maximise_on};
use super::embedding;
use super::quantity::{Chart, Quantity};
use crate::certificate::check_interior;
use crate::error::{Error, Result};
use crate::fit::{Fit, Outcome};
use crate::limit::Limit;
use crate::solver::{self, Quadratic};
use crate::space::Binding;
use crate::special::{ln_gamma_q, ln_normal_cdf};

/// A null hypothesis: what holds of the parameters of a fitted model if it is true. Made by [`fix`], [`tie`],
/// [`drop_column`] and [`special_case`].
#[derive(Debug, Clone, PartialEq)]
pub struct Null {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Fix(String, f64),
    Tie(String, String),
    Law(String),
}

/// The parameter or coefficient `name` has this value. The value may be an end of its range that belongs to the model, or
/// at which the model has a declared [limit](crate::limit::Limit): `fix("size", f64::INFINITY)`.
pub fn fix(name: &str, value: f64) -> Null {
    Null { parts: vec![Part::Fix(name.to_string(), value)] }
}

/// Two parameters or coefficients are equal.
pub fn tie(name: &str, other: &str) -> Null {
    Null { parts: vec![Part::Tie(name.to_string(), other.to_string())] }
}

/// The coefficient `name` of a covariate is 0: the covariate is left out.
pub fn drop_column(name: &str) -> Null {
    fix(name, 0.0)
}

/// The law is the one of this name, which the fitted model is known to hold or to approach: the exponential in Weibull and
/// gamma, Gumbel's in the generalised extreme value law, Poisson's in the negative binomial, the binomial in the beta-binomial.
///
/// # Example
///
/// ```
/// use thetahat::inference::{fix, special_case};
/// use thetahat::prelude::*;
///
/// let fit = Weibull.fit(&[1.2, 0.7, 2.1, 1.6, 0.3, 1.1, 1.9, 0.8])?;
/// assert_eq!(fit.test(special_case("exponential"))?, fit.test(fix("shape", 1.0))?);
/// assert!(fit.test(special_case("gamma")).unwrap_err().to_string().contains("Exponential"));
/// # Ok::<(), thetahat::Error>(())
/// ```
pub fn special_case(law: &str) -> Null {
    Null { parts: vec![Part::Law(law.to_string())] }
}

impl Null {
    /// Both hold.
    pub fn and(mut self, other: Null) -> Null {
        self.parts.extend(other.parts);
        self
    }
}

/// A statistic and what it says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The statistic, χ² if the null is true and the sample large.
    pub statistic: f64,
    /// The probability of a greater statistic if the null is true.
    pub p_value: f64,
}

/// A test of a null hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// How many parameters the null takes away.
    pub degrees_of_freedom: usize,
    /// Whether the null is at an end of a parameter's range: then half of the likelihood ratios are 0, and the law of the
    /// others is χ² (Self and Liang, "Asymptotic properties of maximum likelihood estimators and likelihood ratio tests
    /// under nonstandard conditions", 1987, case 5).
    pub on_boundary: bool,
    /// The likelihood-ratio test, 2 (ln L − ln L₀).
    pub likelihood_ratio: Verdict,
    /// Wald's test, on the free scale of the parameters; none on a boundary.
    pub wald: Option<Verdict>,
    /// Rao's score test with the observed information at the null; none on a boundary.
    pub score: Option<Verdict>,
    /// The log-likelihood under the null, in nats; with the penalty, if the fit has one.
    pub log_likelihood: f64,
    /// Names and values of the estimates under the null.
    pub estimates: Vec<(String, f64)>,
}

/// P(χ² > x) for this many degrees of freedom, with its digits where it is small.
pub(crate) fn chi_squared_tail(degrees: usize, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if degrees == 1 {
        return 2.0 * ln_normal_cdf(-x.sqrt()).exp();
    }
    ln_gamma_q(0, 0.5 * degrees as f64, 0.5 * x).exp()
}

impl Verdict {
    fn chi_squared(statistic: f64, degrees: usize) -> Verdict {
        Verdict { statistic, p_value: chi_squared_tail(degrees, statistic) }
    }

    /// One parameter at an end: ½χ²₀ + ½χ²₁.
    fn half(statistic: f64) -> Verdict {
        let p_value = if statistic > 0.0 { 0.5 * chi_squared_tail(1, statistic) } else { 1.0 };
        Verdict { statistic, p_value }
    }
}

impl Fit {
    /// Tests a null hypothesis within the fitted model. The null's likelihood is maximised over all else from the estimate.
    ///
    /// Two fits of different models have no test: the likelihood ratio has a known distribution only where the null is
    /// some values of parameters of the other model. Compare others by AIC, by held-out cross-entropy or by
    /// [`Bootstrap::likelihood_ratio`](super::Bootstrap::likelihood_ratio).
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] for a name that was not estimated; [`Error::Model`] for a value that the parameter cannot have;
    /// [`Error::NoTest`] where ratios of likelihoods have no known distribution, or no maximum under the null is found;
    /// [`Error::HigherMaximum`] if the null has the higher likelihood.
    ///
    /// # Example
    ///
    /// Is a Weibull distribution exponential?
    ///
    /// ```
    /// use thetahat::inference::fix;
    /// use thetahat::prelude::*;
    ///
    /// let waits = [1.2, 0.7, 2.1, 1.6, 0.3, 1.1, 1.9, 0.8];
    /// let test = Weibull.fit(&waits)?.test(fix("shape", 1.0))?;
    /// let exponential = Exponential.fit(&waits)?;
    /// assert!((test.log_likelihood - exponential.log_likelihood()).abs() < 1e-9);
    /// assert!(test.likelihood_ratio.p_value < 0.05);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn test(&self, null: Null) -> Result<Test> {
        let null = self.in_parameters(null)?;
        if !self.objective().prefers_nothing() {
            let why = "after a penalty that prefers some values to others, such as a ridge, ratios of likelihoods have no known \
                       law; fit without it, or with Firth's";
            return Err(self.no_test(why.to_string()));
        }
        let at_end =
            "the penalty is of the information, and at the end of its range a parameter has none; fit without it";
        if let Some(limit) = self.limit_at(&null) {
            return if self.penalty().is_some() { Err(self.no_test(at_end.into())) } else { self.test_limit(limit) };
        }
        let mut closed = Vec::new();
        for part in &null.parts {
            if let Part::Fix(name, value) = part
                && let Some((block, _, _)) = self.objective().coordinates().reported_parameter(name)
                && block.closed_ends().contains(value)
            {
                closed.push((name.as_str(), *value));
            }
        }
        match closed[..] {
            [] => self.test_inside(&null),
            _ if self.penalty().is_some() => Err(self.no_test(at_end.to_string())),
            [(name, end)] if null.parts.len() == 1 => self.test_end(name, end),
            _ => {
                let why = "more than one condition, one of them at an end of a range: the law of the ratio is not known; \
                           test one at a time, or by a parametric bootstrap";
                Err(self.no_test(why.to_string()))
            }
        }
    }

    /// The same null, with the laws that it names as conditions on parameters.
    fn in_parameters(&self, null: Null) -> Result<Null> {
        let part = |part: Part| {
            match part {
            Part::Law(law) => embedding::null_of(self, &law).ok_or_else(|| {
                let known = match &embedding::known(self)[..] {
                    [] => String::new(),
                    known => format!(" (it holds {})", known.join(", ")),
                };
                self.no_test(format!(
                    "{law} is not known to be one of its laws{known}, so that the ratio of likelihoods has no known law; say \
                     the null as conditions on parameters, compare by AIC, by held-out cross-entropy or by Vuong's test \
                     (`Fit::vuong`, --against), or draw the ratio by a parametric bootstrap"
                ))
            }),
            other => Ok(Null { parts: vec![other] }),
        }
        };
        let parts = null.parts.into_iter().map(part).collect::<Result<Vec<Null>>>()?;
        Ok(Null { parts: parts.into_iter().flat_map(|null| null.parts).collect() })
    }

    fn no_test(&self, why: String) -> Error {
        Error::NoTest { model: self.model().to_string(), why }
    }

    /// A null of smooth constraints inside the space.
    fn test_inside(&self, null: &Null) -> Result<Test> {
        self.check_likelihood_inference().map_err(|why| self.no_test(why))?;
        let constraints: Vec<(Quantity, f64)> =
            null.parts.iter().map(|part| self.constraint(part)).collect::<Result<_>>()?;
        let m = constraints.len();
        let held: Vec<Constraint<'_>> =
            constraints.iter().map(|(quantity, target)| Constraint { quantity, target: *target }).collect();
        let metric = Quadratic::of(&self.objective().for_errors(self.free()), 1.0).inverse_root();
        // Wald's statistic, and where to begin: the null as it looks from the estimate.
        let (p, root) = (self.free().len(), &metric);
        let mut slopes = DMatrix::zeros(m, p);
        let mut off = DVector::zeros(m);
        for (k, (quantity, target)) in constraints.iter().enumerate() {
            let local = quantity.at(self.free());
            slopes.set_row(k, &(root.transpose() * &local.gradient).transpose());
            off[k] = local.value - target;
        }
        let rank = slopes.clone().svd(false, false).singular_values;
        if m > p || rank.min() <= 1e-10 * rank.max() {
            return Err(self.no_test("the conditions are not independent".to_string()));
        }
        let inverse = slopes.pseudo_inverse(0.0).map_err(|why| self.no_test(why.to_string()))?;
        let shift = -(&inverse * &off);
        let wald = shift.norm_squared();
        let found = self.null_maximum(&held, &metric, &(root * &shift));
        let Some((held, at)) = found else {
            return Err(self.no_test("no maximum under the null was found from the estimate".to_string()));
        };
        let ratio = 2.0 * (self.maximum() - held);
        if ratio < -2e-6 {
            let point = self.objective().coordinates().reported_point(&at);
            return Err(Error::HigherMaximum { model: self.model().to_string(), gain: -0.5 * ratio, point });
        }
        let mut estimates = self.objective().coordinates().reported_point(&at);
        for part in &null.parts {
            // What is fixed is so exactly.
            if let Part::Fix(name, value) = part
                && let Some((_, own)) = estimates.iter_mut().find(|(own, _)| own == name)
            {
                *own = *value;
            }
        }
        let score = Quadratic::of(&self.objective().for_errors(&at), 1.0).distance_to_minimum();
        Ok(Test {
            degrees_of_freedom: m,
            on_boundary: false,
            likelihood_ratio: Verdict::chi_squared(ratio.max(0.0), m),
            wald: Some(Verdict::chi_squared(wald, m)),
            score: score.is_finite().then(|| Verdict::chi_squared(2.0 * score, m)),
            log_likelihood: held,
            estimates,
        })
    }

    /// The maximum under the null, in as many steps from the estimate as it takes.
    fn null_maximum(
        &self,
        held: &[Constraint<'_>],
        metric: &DMatrix<f64>,
        shift: &DVector<f64>,
    ) -> Option<(f64, Vec<f64>)> {
        let from: Vec<f64> = held.iter().map(|constraint| constraint.quantity.at(self.free()).value).collect();
        let moved: Vec<f64> = self.free().iter().zip(shift.iter()).map(|(u, d)| u + d).collect();
        if let Some(found) = maximise_on(self.objective(), held, moved, metric) {
            return Some((found.log_likelihood, found.free));
        }
        let (mut at, mut done, mut step) = (self.free().to_vec(), 0.0_f64, 0.5_f64);
        while step > 1e-4 {
            let next = (done + step).min(1.0);
            let there: Vec<Constraint<'_>> = held
                .iter()
                .zip(&from)
                .map(|(c, from)| Constraint { quantity: c.quantity, target: from + next * (c.target - from) })
                .collect();
            match maximise_on(self.objective(), &there, at.clone(), metric) {
                Some(found) if next == 1.0 => return Some((found.log_likelihood, found.free)),
                Some(found) => (at, done) = (found.free, next),
                None => step *= 0.5,
            }
        }
        None
    }

    fn constraint(&self, part: &Part) -> Result<(Quantity, f64)> {
        let coordinates = self.objective().coordinates();
        let unknown = |name: &str| Error::Unknown { kind: "estimate", name: name.to_string(), known: self.names() };
        match part {
            Part::Fix(name, value) => {
                let quantity = Quantity::named(coordinates, name).ok_or_else(|| unknown(name))??;
                let target = quantity.chart.coordinate(*value).ok_or_else(|| Error::Model {
                    message: format!(
                        "{name} cannot be {value}: that is outside its range, and no limit is declared there"
                    ),
                })?;
                Ok((quantity, target))
            }
            Part::Tie(a, b) => {
                let names = coordinates.reported_names();
                let place = |name: &str| names.iter().position(|own| own == name).ok_or_else(|| unknown(name));
                let (first, second) = (place(a)?, place(b)?);
                let name = format!("{a} − {b}");
                let difference =
                    Quantity::trace(coordinates, &name, Chart::Itself, |_, theta| theta[first] - theta[second])?;
                Ok((difference, 0.0))
            }
            Part::Law(law) => Err(self.no_test(format!("{law} is not said in parameters"))),
        }
    }

    /// A null at a closed end of one parameter: the others are refitted with it held there.
    fn test_end(&self, name: &str, end: f64) -> Result<Test> {
        let at_end = matches!(self.outcome(), Outcome::Boundary { parameters } if parameters == &[name.to_string()]);
        if !at_end {
            self.check_likelihood_inference().map_err(|why| self.no_test(why))?;
        } else if self.objective().has_sampling_weights() {
            return Err(self.no_test("sampling weights have no likelihood".to_string()));
        }
        let space = self.objective().coordinates().space();
        let block = space.blocks().iter().position(|block| block.names().iter().any(|own| own == name));
        let block = block.expect("an estimated parameter belongs to a block");
        let ends = space.blocks()[block].names().iter().map(|own| (own == name).then_some(end)).collect();
        let held = self.objective().over(space.clone().rebind(block, Binding::Held(ends)))?;
        let natural = self.objective().coordinates().natural(&self.objective().coordinates().local(self.free()));
        let found = held.coordinates().global(&natural).map(|start| solver::maximise(&held, start, 300, None));
        let lost = || self.no_test(format!("no certified maximum with {name} = {end} was found"));
        let best = found.ok_or_else(lost)??;
        let sums = held.evaluate(&best.free);
        check_interior(&held, &best.free, &sums).map_err(|_| lost())?;
        let ratio = (2.0 * (self.maximum() - sums.value)).max(0.0);
        let estimates = held.coordinates().reported_point(&best.free);
        Ok(Test {
            degrees_of_freedom: 1,
            on_boundary: true,
            // At the end itself the ratio is rounding.
            likelihood_ratio: Verdict::half(if at_end { 0.0 } else { ratio }),
            wald: None,
            score: None,
            log_likelihood: sums.value,
            estimates,
        })
    }

    /// The declared limit at which the model is under this null.
    fn limit_at(&self, null: &Null) -> Option<&Limit> {
        self.limits().iter().find(|limit| {
            limit.ends.len() == null.parts.len()
                && null.parts.iter().all(|part| match part {
                    Part::Fix(name, value) => limit.ends.iter().any(|(own, end)| own == name && end == value),
                    Part::Tie(..) | Part::Law(_) => false,
                })
        })
    }

    /// A null that is a limit of the model.
    fn test_limit(&self, limit: &Limit) -> Result<Test> {
        let at_limit = matches!(self.outcome(), Outcome::Limit { ends, .. } if *ends == limit.ends);
        if !at_limit {
            self.check_likelihood_inference().map_err(|why| self.no_test(why))?;
        } else if self.objective().has_sampling_weights() {
            return Err(self.no_test("sampling weights have no likelihood".to_string()));
        }
        let fit = if at_limit { self.clone() } else { limit.fit(self.objective())? };
        let degrees = self.free_parameters().saturating_sub(fit.objective().coordinates().len());
        let ratio = (2.0 * (self.log_likelihood() - fit.log_likelihood())).max(0.0);
        if degrees != 1 {
            let why = format!("the limit has {degrees} parameters fewer; the law of the ratio is not known");
            return Err(self.no_test(why));
        }
        Ok(Test {
            degrees_of_freedom: degrees,
            on_boundary: true,
            likelihood_ratio: Verdict::half(if at_limit { 0.0 } else { ratio }),
            wald: None,
            score: None,
            log_likelihood: fit.log_likelihood(),
            estimates: fit.objective().coordinates().reported_point(fit.free()),
        })
    }
}
