//! [`GoodnessOfFit`]: whether data could come from a fitted law, with p-values that know that it was fitted.

use super::replicate::{Simulator, check_model, parameters, replicate};
use super::residuals::{Place, places};
use crate::data::Term;
use crate::error::{Error, Result};
use crate::estimator::Settings;
use crate::fit::Fit;
use crate::model::{Cdf, Draw, Value};
use crate::observation::{Accepts, Numeric};

/// Statistics of the distance between data and a fitted law.
///
/// Their published tables are of laws that are fully specified; a law that was fitted to the data is closer to them. The
/// p-value here is by parametric bootstrap: data are drawn from the fitted law, the model is fitted to each, and the
/// statistic compared (Stute, Gonzáles Manteiga and Presedo Quindimil, "Bootstrap based goodness-of-fit-tests", 1993).
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
    model: &'f M,
    replicates: usize,
    seed: u64,
    threads: usize,
}

/// A statistic of goodness of fit, and how often a greater one comes of data drawn from the fitted law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goodness {
    /// The statistic.
    pub statistic: f64,
    /// (1 + the repetitions with at least this statistic) / (1 + repetitions).
    pub p_value: f64,
    /// The repetitions.
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
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        GoodnessOfFit { fit, model, replicates: 999, seed: 0, threads }
    }

    /// With so many repetitions.
    pub fn replicates(self, replicates: usize) -> Self {
        GoodnessOfFit { replicates, ..self }
    }

    /// The seed of all draws.
    pub fn seed(self, seed: u64) -> Self {
        GoodnessOfFit { seed, ..self }
    }

    /// On so many threads.
    pub fn threads(self, threads: usize) -> Self {
        GoodnessOfFit { threads, ..self }
    }

    /// The observations and the fitted law in cells up to each of `cuts`, in increasing order, and one beyond.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the cuts do not increase, or rows are not numbers observed exactly.
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
        check_model(self.fit, self.model)?;
        self.cells_of(self.fit, &self.fit.terms(), cuts)
    }

    fn cells_of(&self, fit: &Fit, terms: &[Term], cuts: &[f64]) -> Result<Cells> {
        if !cuts.is_sorted_by(|a, b| a < b) {
            return Err(Error::Model { message: "the cuts between cells are in increasing order".to_string() });
        }
        let theta = parameters(fit)?;
        let (mut observed, mut expected) = (vec![0.0; cuts.len() + 1], vec![0.0; cuts.len() + 1]);
        let mut place = 0;
        for term in terms {
            places(self.model, std::slice::from_ref(term), &theta)?;
            for row in 0..term.rows() {
                let own = crate::model::Theta::new(theta.get(place).unwrap_or(&theta[0]));
                place += 1;
                let (x, count) = (term.columns[0][row], term.weights.at(row));
                observed[cuts.partition_point(|cut| *cut < x)] += count;
                let at = |x: f64| <M::Of as crate::observation::Observation>::read::<f64>(&[x]);
                for (k, cell) in expected.iter_mut().enumerate() {
                    let ln_probability = match (k.checked_sub(1).map(|k| cuts[k]), cuts.get(k)) {
                        (None, None) => 0.0,
                        (None, Some(to)) => self.model.ln_cdf::<f64>(own, at(*to)),
                        (Some(from), None) => self.model.ln_sf::<f64>(own, at(from)),
                        (Some(from), Some(to)) => crate::data::ln_between::<M, f64>(self.model, own, at(from), at(*to)),
                    };
                    *cell += count * ln_probability.exp();
                }
            }
        }
        Ok(Cells { cuts: cuts.to_vec(), observed, expected })
    }

    /// Of a continuous law, the places of all observations in increasing order, each as often as it was observed.
    fn sorted(&self, fit: &Fit, terms: &[Term]) -> Result<Vec<Place>> {
        if terms.iter().any(|term| term.is_discrete) {
            let message = "this statistic is of continuous laws; use cells for a discrete one";
            return Err(Error::Model { message: message.to_string() });
        }
        let found = places(self.model, terms, &parameters(fit)?)?;
        let repeat = |place: Place| std::iter::repeat_n(place, place.count as usize);
        let mut all: Vec<Place> = found.into_iter().flat_map(repeat).collect();
        // ln F has no digits left where F is nearly 1, ln S none where it is small.
        all.sort_by(|a, b| a.ln_cdf.total_cmp(&b.ln_cdf).then(b.ln_sf.total_cmp(&a.ln_sf)));
        Ok(all)
    }
}

type Statistic = fn(&[Place]) -> f64;

/// sup |F_n − F|.
fn kolmogorov_smirnov(places: &[Place]) -> f64 {
    let n = places.len() as f64;
    let gap = |(i, place): (usize, &Place)| {
        let f = place.ln_cdf.exp();
        (f - i as f64 / n).max((i as f64 + 1.0) / n - f)
    };
    places.iter().enumerate().map(gap).fold(0.0, f64::max)
}

/// n ∫ (F_n − F)² dF.
fn cramer_von_mises(places: &[Place]) -> f64 {
    let n = places.len() as f64;
    let square = |(i, place): (usize, &Place)| (place.ln_cdf.exp() - (2.0 * i as f64 + 1.0) / (2.0 * n)).powi(2);
    1.0 / (12.0 * n) + places.iter().enumerate().map(square).sum::<f64>()
}

/// n ∫ (F_n − F)² / F(1 − F) dF.
fn anderson_darling(places: &[Place]) -> f64 {
    let n = places.len();
    let term = |i: usize| (2.0 * i as f64 + 1.0) * (places[i].ln_cdf + places[n - 1 - i].ln_sf);
    -(n as f64) - (0..n).map(term).sum::<f64>() / n as f64
}

impl<M: Cdf + Draw + Sync> GoodnessOfFit<'_, M>
where
    M::Of: Numeric + Accepts<Value<M>>,
{
    /// The Kolmogorov–Smirnov statistic, the greatest distance between the empirical and the fitted distribution function.
    ///
    /// # Errors
    ///
    /// As [`Fit::simulate`], and [`Error::Model`] for a discrete law.
    pub fn kolmogorov_smirnov(&self) -> Result<Goodness> {
        self.of_places(kolmogorov_smirnov)
    }

    /// The Cramér–von Mises statistic, n ∫ (Fₙ − F)² dF.
    ///
    /// # Errors
    ///
    /// As [`kolmogorov_smirnov`](GoodnessOfFit::kolmogorov_smirnov).
    pub fn cramer_von_mises(&self) -> Result<Goodness> {
        self.of_places(cramer_von_mises)
    }

    /// The Anderson–Darling statistic, n ∫ (Fₙ − F)² / F(1 − F) dF, which weighs the tails.
    ///
    /// # Errors
    ///
    /// As [`kolmogorov_smirnov`](GoodnessOfFit::kolmogorov_smirnov).
    pub fn anderson_darling(&self) -> Result<Goodness> {
        self.of_places(anderson_darling)
    }

    /// Pearson's χ² of the counts in [`cells`](GoodnessOfFit::cells).
    ///
    /// # Errors
    ///
    /// As [`Fit::simulate`] and [`cells`](GoodnessOfFit::cells).
    pub fn chi_squared(&self, cuts: &[f64]) -> Result<Goodness> {
        self.repeated(|fit, terms| Ok(self.cells_of(fit, terms, cuts)?.pearson()))
    }

    fn of_places(&self, statistic: Statistic) -> Result<Goodness> {
        self.repeated(|fit, terms| Ok(statistic(&self.sorted(fit, terms)?)))
    }

    fn repeated(&self, statistic: impl Fn(&Fit, &[Term]) -> Result<f64> + Sync) -> Result<Goodness> {
        let simulator = Simulator::of(self.fit, self.model)?;
        let own = statistic(self.fit, &self.fit.terms())?;
        simulator.draw(&mut rand::SeedableRng::seed_from_u64(self.seed))?;
        let values = replicate(self.replicates, self.seed, self.threads, |_, rng| -> Result<f64> {
            let fit = Settings::default().fit_terms(self.model, simulator.draw(rng)?)?;
            // The rows that were drawn, as the fit holds them: equal discrete ones counted.
            statistic(&fit, &fit.terms())
        });
        let failures = values.iter().filter(|value| value.is_err()).count();
        let greater = values.iter().flatten().filter(|value| **value >= own * (1.0 - 1e-12)).count();
        let p_value = (1 + greater + failures) as f64 / (1 + values.len()) as f64;
        Ok(Goodness { statistic: own, p_value, replicates: values.len(), failures })
    }
}
