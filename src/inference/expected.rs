//! The expected information: closed, summed, integrated, or drawn.

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::replicate::{Repetition, Simulator};
use crate::data::{Kind, Term, Weights};
use crate::error::{Error, Result};
use crate::fit::{Covariance, CovarianceKind, Expectation, Fit};
use crate::model::{Draw, Model, Value};
use crate::objective::{Detail, Objective, Sums};
use crate::observation::Accepts;
use crate::solver::Quadratic;
use crate::support::Range;

/// More rows than this are not summed or integrated over.
const MOST_NODES: usize = 2_000_000;

/// What the probabilities of all values may lack to be 1, and entries of the information differ from one rule to the next,
/// relative to their diagonal.
const TOLERANCE: f64 = 1e-10;

impl Fit {
    /// The covariance of the estimates by the expected information, E[−∂² ln f] at the estimate, given covariates, windows
    /// and numbers of trials: in closed form for a full exponential family, else by a sum over a discrete law or an
    /// integral over a continuous one, refined until it no longer changes.
    ///
    /// # Errors
    ///
    /// [`Error::Withheld`] where the estimate is no interior maximum, the usual theory does not hold, rows are censored (how is
    /// no part of the model, so what is expected is not known), weighted by sampling or penalised; and where neither sum
    /// nor integral settles: then it can be [drawn](Fit::expected_by_simulation).
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// // The expected information of Cauchy's location is n/(2 scale²).
    /// let fit = Cauchy.fit(&[-1.2, 0.3, 0.1, 4.0, -0.4, 0.9, 1.1])?;
    /// let expected = fit.expected(&Cauchy)?;
    /// let exact = fit["scale"].value * (2.0_f64 / 7.0).sqrt();
    /// assert!((expected.std_error("loc").unwrap() / exact - 1.0).abs() < 1e-8);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn expected<M: Model>(&self, model: &M) -> Result<Covariance> {
        super::replicate::check_model(self, model)?;
        self.check_expectation()?;
        let observed = self.smooth("expected information")?;
        if self.objective().is_full_exponential_family() || self.objective().reads_information() {
            let kind = CovarianceKind::Expected(Expectation::Closed);
            return Ok(self.covariance_of_estimates(&observed.inverse_root(), kind));
        }
        let support = model.support();
        let range = &support.ranges()[0];
        let is_sum = range.is_integer();
        let unsettled = |why: &str| {
            let message =
                format!("no expected information of {}: {why}; draw it instead: expected_by_simulation", self.model());
            Error::Withheld { message }
        };
        if support.width() != 1 && !range.is_integer() {
            return Err(unsettled("it is an integral over vectors"));
        }
        let mut before: Option<Sums> = None;
        for level in 0..12 {
            let (sums, is_whole) = match self.information(range, level)? {
                Found::Sums(sums, is_whole) => (sums, is_whole),
                Found::TooMany => return Err(unsettled("it has too many terms")),
            };
            let p = self.free().len();
            let is_settled = before.as_ref().is_some_and(|before| {
                let scale = |i: usize| sums.hessian[i * p + i].abs().sqrt();
                let near = |at: usize| {
                    let difference = (sums.hessian[at] - before.hessian[at]).abs();
                    difference <= TOLERANCE * scale(at / p) * scale(at % p)
                };
                (0..p * p).all(near)
            });
            if is_whole && is_settled {
                let root = Quadratic::of(&sums, 1.0).inverse_root();
                let kind = if is_sum { Expectation::Sum } else { Expectation::Integral };
                return Ok(self.covariance_of_estimates(&root, CovarianceKind::Expected(kind)));
            }
            before = Some(sums);
        }
        Err(unsettled("neither a sum nor an integral settles"))
    }

    /// The same from products of the scores of data sets that are drawn from the fit; the covariance carries the
    /// Monte-Carlo errors of its standard errors.
    ///
    /// # Errors
    ///
    /// As [`expected`](Fit::expected) but for what does not settle, and as [`Fit::simulate`].
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::fit::{CovarianceKind, Expectation};
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[0.7, 2.1, 0.4, 1.3, 0.9])?;
    /// let drawn = fit.expected_by_simulation(&Exponential, 2000, 7)?;
    /// let CovarianceKind::Expected(Expectation::MonteCarlo { errors, .. }) = drawn.kind() else { panic!() };
    /// assert!((drawn.std_error("rate").unwrap() - fit["rate"].std_error).abs() < 4.0 * errors[0]);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn expected_by_simulation<M: Draw + Sync>(&self, model: &M, datasets: usize, seed: u64) -> Result<Covariance>
    where
        M::Of: Accepts<Value<M>>,
    {
        self.check_expectation()?;
        self.smooth("expected information")?;
        if datasets < 2 {
            let message = "the expected information is the mean over two data sets or more".to_string();
            return Err(Error::Model { message });
        }
        let simulator = Simulator::of(self, model, None)?;
        simulator.draw(&mut SmallRng::seed_from_u64(seed))?;
        let own = self.objective();
        let repetition = Repetition { count: datasets, seed, ..Repetition::new() };
        let products = repetition.run(|_, rng| -> Result<Vec<f64>> {
            let drawn = own.anew(own.coordinates().space().clone(), simulator.draw(rng)?)?;
            Ok(drawn.score_products(self.free()))
        });
        let products = products.into_iter().collect::<Result<Vec<_>>>()?;
        let (p, count) = (self.free().len(), datasets as f64);
        let mean: Vec<f64> = (0..p * p).map(|at| products.iter().map(|own| own[at]).sum::<f64>() / count).collect();
        let hessian = mean.iter().map(|x| -x).collect();
        let root = Quadratic::of(&Sums { value: 0.0, gradient: vec![0.0; p], hessian }, 1.0).inverse_root();
        let (values, jacobian) = own.coordinates().reported(self.free());
        let jacobian = DMatrix::from_fn(values.len(), p, |i, j| jacobian[i][j]);
        let covariance = self.covariance_of_estimates(&root, CovarianceKind::Expected(Expectation::Closed));
        let inverse = &root * root.transpose();
        let mean = DMatrix::from_row_slice(p, p, &mean);
        // dΣ = −V dI V, and the standard error is the root of its diagonal.
        let error = |(at, name): (usize, &String)| {
            let towards: DVector<f64> = &inverse * jacobian.row(at).transpose();
            let changes = products.iter().map(|own| {
                let away = DMatrix::from_row_slice(p, p, own) - &mean;
                (towards.transpose() * away * &towards)[(0, 0)].powi(2)
            });
            let spread = (changes.sum::<f64>() / (count - 1.0) / count).sqrt();
            0.5 * spread / covariance.std_error(name).unwrap_or(f64::NAN)
        };
        let errors = covariance.names().iter().enumerate().map(error).collect();
        let kind = CovarianceKind::Expected(Expectation::MonteCarlo { datasets, errors });
        Ok(self.covariance_of_estimates(&root, kind))
    }

    fn check_expectation(&self) -> Result<()> {
        let terms = self.terms();
        let why = if terms.iter().any(|term| term.kind != Kind::Exact) {
            "how rows came to be censored is not part of the model, so that what is expected of them is not known"
        } else if self.objective().has_sampling_weights() {
            "sampling weights have no likelihood"
        } else if !self.objective().prefers_nothing() {
            "what is expected of a penalty that prefers some values to others is not known"
        } else {
            return Ok(());
        };
        Err(Error::Withheld { message: format!("no expected information of {}: {why}", self.model()) })
    }

    /// The sums of the expected log-likelihood, by a rule that is finer at a higher level, and whether the probabilities of
    /// all rows are 1.
    fn information(&self, range: &Range, level: i32) -> Result<Found> {
        let space = self.objective().coordinates().space();
        let mut total = Sums::zero(self.free().len(), Detail::Hessian);
        let mut is_whole = true;
        for term in &self.terms() {
            let is_same = term.covariates.is_empty() && term.columns.len() == 1;
            let contexts = if is_same { 1 } else { term.rows() };
            // Where the law may be: near the data.
            let mut sorted = term.columns[0].to_vec();
            sorted.sort_by(f64::total_cmp);
            let quantile = |p: f64| sorted[(p * (sorted.len() - 1) as f64) as usize];
            let place = Near { centre: quantile(0.5), spread: quantile(0.75) - quantile(0.25) };
            for from in (0..contexts).step_by(1000) {
                let (mut origin, mut x, mut weights) = (Vec::new(), Vec::new(), Vec::new());
                for row in from..contexts.min(from + 1000) {
                    let (lower, upper) = if is_same { (f64::NEG_INFINITY, f64::INFINITY) } else { term.window(row) };
                    for (node, weight) in
                        nodes(range, (lower, upper), (sorted[0], sorted[sorted.len() - 1]), &place, level)
                    {
                        origin.push(row);
                        x.push(node);
                        weights.push(weight);
                    }
                    if x.len() * contexts > MOST_NODES * (1 + row - from) {
                        return Ok(Found::TooMany);
                    }
                }
                let selected = Term { weights: Weights::None, ..term.select(&origin) };
                let mut columns = selected.columns.clone();
                columns[0] = x.into();
                let trial = Term { columns, places: None, ..selected };
                let ln_density = Objective::new(space.clone(), vec![trial.clone()])?.by_row(self.free());
                let mut masses = vec![0.0; contexts.min(from + 1000) - from];
                let mut kept = Vec::new();
                let mut frequencies = Vec::new();
                for (at, (_, ln_density)) in ln_density.iter().enumerate() {
                    let probability = weights[at] * ln_density.exp();
                    if probability > 0.0 && probability.is_finite() {
                        let row = origin[at];
                        masses[row - from] += probability;
                        let count = if is_same {
                            (0..term.rows()).map(|row| term.weights.at(row)).sum()
                        } else {
                            term.weights.at(row)
                        };
                        kept.push(at);
                        frequencies.push(count * probability);
                    }
                }
                is_whole &= masses.iter().all(|mass| (mass - 1.0).abs() <= TOLERANCE);
                let rows = Term { weights: Weights::Frequency(frequencies.into()), ..trial.select(&kept) };
                total = total.plus(&Objective::new(space.clone(), vec![rows])?.evaluate(self.free()));
            }
        }
        Ok(Found::Sums(total, is_whole))
    }
}

enum Found {
    Sums(Sums, bool),
    TooMany,
}

/// Where most of a law is.
struct Near {
    centre: f64,
    spread: f64,
}

/// Values with weights: of a discrete law all of a stretch about the data that doubles with each level; of a continuous one
/// those of a double-exponential rule whose step halves (Takahasi and Mori, "Double exponential formulas for numerical
/// integration", 1974).
fn nodes(range: &Range, window: (f64, f64), data: (f64, f64), near: &Near, level: i32) -> Vec<(f64, f64)> {
    let (mut lower, mut upper) = (range.lower().max(window.0), range.upper().min(window.1));
    if range.is_integer() {
        if window.0 >= range.lower() {
            lower = window.0.floor() + 1.0;
        }
        let reach = (data.1 - data.0 + 16.0) * 2.0_f64.powi(level);
        let (first, last) = ((data.0 - reach).max(lower).ceil(), (data.1 + reach).min(upper).floor());
        let count = ((last - first + 1.0).max(0.0)).min(MOST_NODES as f64) as usize;
        return (0..count).map(|k| (first + k as f64, 1.0)).collect();
    }
    if range.is_angle() {
        (lower, upper) = (0.0, std::f64::consts::TAU);
    }
    let half_pi = std::f64::consts::FRAC_PI_2;
    let step = 0.5_f64.powi(level + 1);
    let spread = if near.spread > 0.0 { near.spread } else { near.centre.abs().max(1.0) };
    let count = (6.0 / step) as i64;
    let node = |k: i64| {
        let t = k as f64 * step;
        let (s, slope) = (half_pi * t.sinh(), half_pi * t.cosh() * step);
        match (lower.is_finite(), upper.is_finite()) {
            (false, false) => (near.centre + spread * s.sinh(), spread * s.cosh() * slope),
            (true, false) => {
                let scale = (near.centre - lower).abs().max(spread);
                (lower + scale * s.exp(), scale * s.exp() * slope)
            }
            (false, true) => {
                let scale = (upper - near.centre).abs().max(spread);
                (upper - scale * s.exp(), scale * s.exp() * slope)
            }
            (true, true) => {
                let width = upper - lower;
                let (left, right) = (crate::special::logistic(2.0 * s), crate::special::logistic(-2.0 * s));
                (lower + width * left, width * 2.0 * left * right * slope)
            }
        }
    };
    let inside =
        |(x, weight): &(f64, f64)| *x > lower && *x < upper && x.is_finite() && weight.is_finite() && *weight > 0.0;
    (-count..=count).map(node).filter(inside).collect()
}
