//! [`GoodnessOfFit`]: whether data could come from a fitted law, with p-values that know that it was fitted.

mod known;
mod statistic;

use std::sync::Arc;

use statistic::Distance;

use super::censoring::{Censoring, Mechanism};
use super::replicate::{Repetition, Simulator, check_model, frequencies, options_of_repetition, p_value, parameters};
use super::residuals::{Law, Place, Tails};
use crate::data::{Kind, Term};
use crate::error::{Error, Result};
use crate::estimator::Settings;
use crate::fit::{Fit, Outcome};
use crate::model::{Cdf, Draw, Value};
use crate::observation::{Accepts, Numeric};

/// Statistics of the distance between data and a fitted law.
///
/// Their published tables are of laws that are fully specified; a law that was fitted to the data is closer to them. The
/// p-value here is by parametric bootstrap: data are drawn from the fitted law, the model is fitted to each, and the
/// statistic compared (Stute, Gonzáles Manteiga and Presedo Quindimil, "Bootstrap based goodness-of-fit-tests", 1993).
/// Where nothing was fitted, because every parameter was known, the statistics of continuous laws have known laws, and no
/// data are drawn.
///
/// Truncated rows are compared given their windows. Censored ones need to be drawn and censored alike: say
/// [how](GoodnessOfFit::censored). Of a discrete law, and of a schedule of inspections, the statistics are those of
/// counts.
///
/// # Example
///
/// ```
/// use thetahat::inference::GoodnessOfFit;
/// use thetahat::prelude::*;
///
/// let fit = Exponential.fit(&[3.0, 5.0, 7.0, 18.0, 43.0, 85.0, 91.0, 98.0, 100.0, 130.0, 230.0, 487.0])?;
/// let goodness = GoodnessOfFit::of(&fit, &Exponential).replicates(199).seed(7);
/// let test = goodness.anderson_darling()?;
/// assert!(test.p_value > 0.05);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GoodnessOfFit<'f, M> {
    fit: &'f Fit,
    law: Arc<Law<'f, M>>,
    repetition: Repetition,
    censoring: Option<Censoring>,
}

/// A statistic of goodness of fit, and how often a greater one comes of data drawn from the fitted law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goodness {
    /// The statistic.
    pub statistic: f64,
    /// (1 + the repetitions with at least this statistic) / (1 + repetitions); without repetitions, the probability of at
    /// least this statistic.
    pub p_value: f64,
    /// The repetitions; none where nothing was fitted, and the law of the statistic is known.
    pub replicates: usize,
    /// The repetitions whose fit failed, which count as greater.
    pub failures: usize,
}

/// Counts of observations in cells, and what the fitted law expects.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// The upper ends of all cells but the last, which has none.
    pub cuts: Vec<f64>,
    /// How many observations are in each.
    pub observed: Vec<f64>,
    /// How many the fitted law expects.
    pub expected: Vec<f64>,
}

impl Cells {
    /// Pearson's χ², Σ (observed − expected)² / expected.
    pub fn pearson(&self) -> f64 {
        self.pairs().map(|(o, e)| if o == e { 0.0 } else { (o - e).powi(2) / e }).sum()
    }

    /// The likelihood-ratio statistic G, 2 Σ observed · ln(observed / expected).
    pub fn likelihood_ratio(&self) -> f64 {
        2.0 * self.pairs().map(|(o, e)| crate::special::x_ln_y(o, o / e)).sum::<f64>()
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.observed.iter().copied().zip(self.expected.iter().copied())
    }
}

impl<'f, M: Cdf> GoodnessOfFit<'f, M>
where
    M::Of: Numeric,
{
    /// Of this fit of `model`, with 999 repetitions unless told otherwise, seed 0, on all processors.
    pub fn of(fit: &'f Fit, model: &'f M) -> GoodnessOfFit<'f, M> {
        GoodnessOfFit { fit, law: Arc::new(Law::of(model)), repetition: Repetition::new(), censoring: None }
    }

    options_of_repetition!();

    /// Rows were censored like this.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::inference::{Censoring, GoodnessOfFit};
    /// use thetahat::prelude::*;
    ///
    /// let weeks = [At(6.0), At(7.0), After(9.0), At(10.0), After(11.0), At(13.0), At(16.0), After(17.0), At(22.0)];
    /// let fit = Weibull.fit(&weeks)?;
    /// let goodness = GoodnessOfFit::of(&fit, &Weibull).censored(Censoring::Independent).replicates(99);
    /// assert!(goodness.cramer_von_mises()?.p_value > 0.05);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn censored(mut self, censoring: Censoring) -> Self {
        self.censoring = Some(censoring);
        self
    }

    /// The observations and the fitted law in cells up to each of `cuts`, in increasing order, and one beyond.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the cuts do not increase, or a row is censored so that it may lie in two cells.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::inference::GoodnessOfFit;
    /// use thetahat::prelude::*;
    ///
    /// let fit = Poisson.fit(&[0, 1, 1, 2, 0, 3, 1])?;
    /// let cells = GoodnessOfFit::of(&fit, &Poisson).cells(&[0.0, 1.0])?;
    /// assert_eq!(cells.observed, [2.0, 3.0, 2.0]);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn cells(&self, cuts: &[f64]) -> Result<Cells> {
        check_model(self.fit, self.law.model)?;
        self.cells_of(self.fit, &self.fit.terms(), cuts)
    }

    fn cells_of(&self, fit: &Fit, terms: &[Term], cuts: &[f64]) -> Result<Cells> {
        if !cuts.is_sorted_by(|a, b| a < b) {
            return Err(Error::Model { message: "the cuts between cells are in increasing order".to_string() });
        }
        let (observed, expected) = self.counts(fit, terms, cuts)?;
        Ok(Cells { cuts: cuts.to_vec(), observed, expected })
    }

    /// How many observations are up to each cut and beyond the last, and how many are expected there, each given its window.
    fn counts(&self, fit: &Fit, terms: &[Term], cuts: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        let theta = parameters(fit)?;
        // Says what is missing.
        self.law.places(terms, &theta)?;
        let (mut observed, mut expected) = (vec![0.0; cuts.len() + 1], vec![0.0; cuts.len() + 1]);
        let mut place = 0;
        // Where all rows are of one law without windows, its probabilities are computed once.
        let mut shared: Option<Vec<f64>> = None;
        for term in terms {
            for row in 0..term.rows() {
                let own = theta.get(place).unwrap_or(&theta[0]);
                place += 1;
                let (window, count) = (term.window(row), term.weights.at(row));
                let value = |column: usize| term.columns[column][row];
                let cell = |x: f64| cuts.partition_point(|cut| *cut < x);
                let (first, last) = match term.kind {
                    Kind::Exact => (cell(value(0)), cell(value(0))),
                    Kind::After => (cuts.partition_point(|cut| *cut <= value(0)), cell(window.1)),
                    Kind::Before => (cuts.partition_point(|cut| *cut <= window.0), cell(value(0))),
                    Kind::Between => (cuts.partition_point(|cut| *cut <= value(0)), cell(value(1))),
                    Kind::Anywhere => (0, cuts.len()),
                };
                if first != last {
                    let row = term.row_number(row);
                    let message = format!("row {row} is censored, and may lie in more than one cell");
                    return Err(Error::Model { message });
                }
                observed[first] += count;
                let probabilities = || -> Vec<f64> {
                    let ends = cuts.iter().copied().chain([f64::INFINITY]);
                    let places = ends.map(|end| self.law.tails(own, end, window));
                    let mut below = self.law.tails(own, f64::NEG_INFINITY, window);
                    places.map(|to| std::mem::replace(&mut below, to).up_to(to)).collect()
                };
                let is_shared = theta.len() == 1 && window == (f64::NEG_INFINITY, f64::INFINITY);
                let one;
                let probabilities = if is_shared {
                    &*shared.get_or_insert_with(probabilities)
                } else {
                    one = probabilities();
                    &one
                };
                expected.iter_mut().zip(probabilities).for_each(|(sum, p)| *sum += count * p);
            }
        }
        Ok((observed, expected))
    }

    /// The distances between these observations and the law that was fitted to them.
    fn distances_of<const K: usize>(&self, distances: [Distance; K], fit: &Fit, terms: &[Term]) -> Result<[f64; K]> {
        let inspected = match &self.censoring {
            Some(Censoring::Schedule(times)) => Some(times.clone()),
            _ if terms.iter().any(|term| term.is_discrete()) => Some(self.points(fit, terms)?),
            _ => None,
        };
        if let Some(points) = inspected {
            let (observed, expected) = self.counts(fit, terms, &points)?;
            let n = observed.iter().sum();
            return Ok(distances.map(|distance| distance.of_counts(&observed, &expected, n)));
        }
        let found = self.law.places(terms, &parameters(fit)?)?;
        // ln F has no digits left where F is nearly 1, ln S none where it is small.
        let order = |a: &Tails, b: &Tails| a.ln_cdf.total_cmp(&b.ln_cdf).then(b.ln_sf.total_cmp(&a.ln_sf));
        if found.iter().all(|place| place.kind == Kind::Exact) {
            let repeated = |place: &Place| std::iter::repeat_n(place.to, place.count as usize);
            let mut all: Vec<Tails> = found.iter().flat_map(repeated).collect();
            all.sort_unstable_by(order);
            return Ok(distances.map(|distance| distance.of_numbers(&all)));
        }
        let repeated = |place: Place| std::iter::repeat_n(Place { count: 1.0, ..place }, place.count as usize);
        let mut all: Vec<Place> = found.into_iter().flat_map(repeated).collect();
        // What is observed comes before what is censored at the same place.
        let is_censored = |place: &Place| place.kind != Kind::Exact;
        all.sort_by(|a, b| order(&a.below, &b.below).then(is_censored(a).cmp(&is_censored(b))));
        Ok(distances.map(|distance| distance.of_right_censored(&all)))
    }

    /// The integers from one below the least observation to the greatest, and on both sides as far as the law expects
    /// anything.
    fn points(&self, fit: &Fit, terms: &[Term]) -> Result<Vec<f64>> {
        if terms.iter().any(|term| term.kind != Kind::Exact) {
            let message = "of censored counts only a schedule of inspections has these statistics";
            return Err(Error::Model { message: message.to_string() });
        }
        let values = || terms.iter().flat_map(|term| term.columns[0].iter().copied());
        let (mut first, mut last) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        if last - first > MOST_POINTS {
            let message = format!(
                "counts from {first} to {last} are too far apart for statistics of each; use cells: chi_squared, or --cuts"
            );
            return Err(Error::Model { message });
        }
        let theta = parameters(fit)?;
        let window = (f64::NEG_INFINITY, f64::INFINITY);
        let most = |of: &dyn Fn(&[f64]) -> f64| theta.iter().map(|theta| of(theta)).fold(f64::NEG_INFINITY, f64::max);
        let stop = first - MOST_POINTS;
        while first > stop && most(&|theta| self.law.tails(theta, first - 1.0, window).ln_cdf) > NOTHING {
            first -= 1.0;
        }
        let stop = last + MOST_POINTS;
        while last < stop && most(&|theta| self.law.tails(theta, last, window).ln_sf) > NOTHING {
            last += 1.0;
        }
        Ok((0..=(last - first) as usize).map(|k| first + k as f64).collect())
    }
}

/// So many points of a discrete law have statistics of their own.
const MOST_POINTS: f64 = 10_000.0;

/// A statistic that is no greater is that of one law and the same, but for rounding.
const SAME_LAW: f64 = 1e-9;

/// The logarithm of a probability that is as good as none.
const NOTHING: f64 = -25.0;

impl<M: Cdf + Draw + Sync> GoodnessOfFit<'_, M>
where
    M::Of: Numeric + Accepts<Value<M>>,
{
    /// The Kolmogorov–Smirnov statistic, the greatest distance between the empirical and the fitted distribution function.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if `model` is not the one fitted, or if data cannot be drawn from the fit (rows that are censored, and
    /// it is not said how; precisions) or not counted; [`Error::Withheld`] for sampling weights, an estimate at the end of a
    /// range, or a fit that has the frequencies of any data (a probability of one's own for each value);
    /// [`Error::Missing`] if there is no sampler.
    pub fn kolmogorov_smirnov(&self) -> Result<Goodness> {
        self.of_distances([Distance::KolmogorovSmirnov]).map(|[found]| found)
    }

    /// The Cramér–von Mises statistic, n ∫ (Fₙ − F)² dF.
    ///
    /// # Errors
    ///
    /// As [`kolmogorov_smirnov`](GoodnessOfFit::kolmogorov_smirnov).
    pub fn cramer_von_mises(&self) -> Result<Goodness> {
        self.of_distances([Distance::CramerVonMises]).map(|[found]| found)
    }

    /// The Anderson–Darling statistic, n ∫ (Fₙ − F)² / F(1 − F) dF, which weighs the tails.
    ///
    /// # Errors
    ///
    /// As [`kolmogorov_smirnov`](GoodnessOfFit::kolmogorov_smirnov).
    pub fn anderson_darling(&self) -> Result<Goodness> {
        self.of_distances([Distance::AndersonDarling]).map(|[found]| found)
    }

    /// Pearson's χ² of the counts in [`cells`](GoodnessOfFit::cells).
    ///
    /// # Errors
    ///
    /// As [`kolmogorov_smirnov`](GoodnessOfFit::kolmogorov_smirnov) and [`cells`](GoodnessOfFit::cells).
    pub fn chi_squared(&self, cuts: &[f64]) -> Result<Goodness> {
        self.repeated(|fit, terms| Ok([self.cells_of(fit, terms, cuts)?.pearson()])).map(|[found]| found)
    }

    /// The Kolmogorov–Smirnov, Cramér–von Mises and Anderson–Darling statistics, of the same data sets that are drawn once.
    ///
    /// # Errors
    ///
    /// As [`kolmogorov_smirnov`](GoodnessOfFit::kolmogorov_smirnov).
    pub fn distances(&self) -> Result<[Goodness; 3]> {
        self.of_distances([Distance::KolmogorovSmirnov, Distance::CramerVonMises, Distance::AndersonDarling])
    }

    fn of_distances<const K: usize>(&self, distances: [Distance; K]) -> Result<[Goodness; K]> {
        let terms = self.fit.terms();
        let is_simple =
            self.fit.free_parameters() == 0 && terms.iter().all(|term| term.kind == Kind::Exact && !term.is_discrete());
        if is_simple {
            check_model(self.fit, self.law.model)?;
            frequencies(self.fit)?;
            let statistics = self.distances_of(distances, self.fit, &terms)?;
            let n = self.fit.n() as usize;
            return Ok(std::array::from_fn(|k| {
                let p_value = distances[k].p_value(n, statistics[k]);
                Goodness { statistic: statistics[k], p_value, replicates: 0, failures: 0 }
            }));
        }
        self.repeated(|fit, terms| self.distances_of(distances, fit, terms))
    }

    fn repeated<const K: usize>(
        &self,
        statistics: impl Fn(&Fit, &[Term]) -> Result<[f64; K]> + Sync,
    ) -> Result<[Goodness; K]> {
        if let Outcome::Boundary { .. } = self.fit.outcome() {
            let message = format!(
                "the estimate is {}, where the bootstrap does not know how far the truth is from it; fit the model at that end",
                self.fit.outcome()
            );
            return Err(Error::Withheld { message });
        }
        let terms = self.fit.terms();
        let mechanism = self.censoring.clone().map(|censoring| Mechanism::new(censoring, &terms, self.law.model));
        let simulator = Simulator::of(self.fit, self.law.model, mechanism.transpose()?.map(Arc::new))?;
        let own = statistics(self.fit, &terms)?;
        let values = self.repetition.run_on_drawn(&simulator, |drawn| {
            let fit = Settings::of_fit(self.fit).fit_terms(self.law.model, drawn)?;
            // The rows that were drawn, as the fit holds them: equal discrete ones counted.
            statistics(&fit, &fit.terms())
        })?;
        let is_nothing = |statistics: &[f64; K]| statistics.iter().all(|statistic| statistic.abs() <= SAME_LAW);
        if values.iter().any(Result::is_ok) && is_nothing(&own) && values.iter().flatten().all(is_nothing) {
            let message = format!(
                "the fit of {} has the frequencies of any data, up to rounding; no statistic of frequencies tests it",
                self.fit.model()
            );
            return Err(Error::Withheld { message });
        }
        Ok(std::array::from_fn(|k| {
            let (failures, p_value) = p_value(&values, |value| value[k] >= own[k] * (1.0 - 1e-12));
            Goodness { statistic: own[k], p_value, replicates: values.len(), failures }
        }))
    }
}
