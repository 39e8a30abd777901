use super::counts::{concentrations, ln_choose_rising};
use crate::data::Sample;
use crate::families::Binomial;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Model, Start, Theta};
use crate::observation::Trials;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The beta-binomial distribution: binomial counts whose probability of success varies from row to row.
///
/// # Density
///
/// P(X = x) = m! / (x! (m − x)!) B(x + a, m − x + b) / B(a, b), for x successes among m trials
///
/// # Parameters
///
/// - `a`, `b`: > 0; a/(a + b) is the mean of the probability of success, and 1/(a + b + 1) the correlation between the
///   trials of a row
///
/// # Support
///
/// Pairs (successes, trials) of integers, 0 ≤ successes ≤ trials. The numbers of trials are known, and may differ.
///
/// # Start
///
/// From the share of successes and Pearson's statistic. As a and b → ∞ together the law is binomial, which is the answer
/// for counts that do not vary more. Rows of one trial say nothing of a + b.
///
/// # Numerics
///
/// The ratios of gamma functions are beta functions, of which one argument may be as large as 1e15: the trials, or both shapes.
/// The distribution function is a sum of the probabilities from the count outwards, in units of that of the count, as far as
/// they matter; a million at most.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = BetaBinomial.fit(&[(7, 10), (3, 10), (0, 8), (4, 4), (9, 10)])?;
/// assert!(fit["a"].value > fit["b"].value);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 6.2.
#[derive(Debug, Clone, Copy)]
pub struct BetaBinomial;

impl BetaBinomial {
    /// The number of successes among `trials` trials. The law is of successes given trials, so that these must be said.
    ///
    /// # Panics
    ///
    /// If `a` or `b` is not greater than 0.
    ///
    /// # Example
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use thetahat::prelude::*;
    ///
    /// let mut rng = rand::rngs::SmallRng::seed_from_u64(7);
    /// assert!(BetaBinomial.draw_of(20, 2.0, 3.0, &mut rng) <= 20);
    /// ```
    pub fn draw_of<R: rand::Rng + ?Sized>(&self, trials: u64, a: f64, b: f64, rng: &mut R) -> u64 {
        let beta = rand_distr::Beta::new(a, b).expect("parameters inside the domain");
        let p = rand::RngExt::sample(rng, beta);
        Binomial.draw_of(trials, p, rng)
    }
}

impl Model for BetaBinomial {
    type Of = Trials;

    fn space(&self) -> Space {
        Space::new().positive("a").typical(0.5, 5.0).positive("b").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, (x, m): (S, S)) -> S {
        let [a, b] = theta.unpack();
        ln_choose_rising(x, a) + ln_choose_rising(m - x, b) - ln_choose_rising(m, a + b)
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Binomial).at("a", f64::INFINITY).at("b", f64::INFINITY)]
    }

    fn start(&self, sample: &Sample) -> Start {
        let (x, m) = (sample.column(0), sample.column(1));
        let rows: Vec<_> = (0..sample.rows()).map(|row| (sample.weight(row), vec![x[row], m[row] - x[row]])).collect();
        // Where all trials agree, the other parameter is small, not 0.
        Start::At(concentrations(&rows).into_iter().map(|a| a.max(1e-3)).collect())
    }
}

impl Cdf for BetaBinomial {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, (x, m): (S, S)) -> S {
        let [a, b] = theta.unpack();
        let inside = a.ln_beta_binomial_cdf(b, x, m - x);
        x.less_than(m).select(x.less_than(0.0).select(f64::NEG_INFINITY, inside), 0.0)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, (x, m): (S, S)) -> S {
        let [a, b] = theta.unpack();
        let inside = b.ln_beta_binomial_cdf(a, m - x - 1.0, x + 1.0);
        x.less_than(m).select(x.less_than(0.0).select(0.0, inside), f64::NEG_INFINITY)
    }
}

/// Of one trial, if it is not said of how many.
impl Draw for BetaBinomial {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> (u64, u64) {
        self.draw_like(theta, (0.0, 1.0), rng)
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], (_, m): (f64, f64), rng: &mut R) -> (u64, u64) {
        let trials = m as u64;
        (self.draw_of(trials, theta[0], theta[1], rng), trials)
    }
}
