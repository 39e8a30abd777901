use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Start, Theta};
use crate::observation::Trials;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The binomial distribution: how many of a known number of trials succeed.
///
/// # Density
///
/// P(X = x) = m! / (x! (m − x)!) pˣ (1 − p)^(m−x), for x successes among m trials
///
/// # Parameters
///
/// - `p`: in [0, 1], the probability of success
///
/// # Support
///
/// Pairs (successes, trials) of integers, 0 ≤ successes ≤ trials. The numbers of trials are known, and may differ.
///
/// # Start
///
/// Exact: the share of successes in all trials. If all agree the estimate is at a closed end, p = 0 or 1.
///
/// # Numerics
///
/// 0 · ln 0 = 0. The binomial coefficient is a rising factorial, so that m may be large. P(X ≤ x) is the regularised
/// incomplete beta function.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Binomial.fit(&[(7, 10), (3, 10), (2, 4)])?;
/// assert!((fit["p"].value - 0.5).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., chapter 3.
#[derive(Debug, Clone, Copy)]
pub struct Binomial;

impl Binomial {
    /// The number of successes among `trials` trials. The law is of successes given trials, so that these must be said.
    ///
    /// # Panics
    ///
    /// If `p` is not in [0, 1].
    ///
    /// # Example
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use thetahat::prelude::*;
    ///
    /// let mut rng = rand::rngs::SmallRng::seed_from_u64(7);
    /// let drawn: Vec<(u64, u64)> = (0..100).map(|_| (Binomial.draw_of(20, 0.3, &mut rng), 20)).collect();
    /// assert!((Binomial.fit(&drawn)?["p"].value - 0.3).abs() < 0.05);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn draw_of<R: rand::Rng + ?Sized>(&self, trials: u64, p: f64, rng: &mut R) -> u64 {
        let binomial = rand_distr::Binomial::new(trials, p).expect("a probability inside the domain");
        rand::RngExt::sample(rng, binomial)
    }
}

impl Model for Binomial {
    type Of = Trials;

    fn space(&self) -> Space {
        Space::new().unit("p").typical(0.1, 0.9).closed([0.0, 1.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, (x, m): (S, S)) -> S {
        let [p] = theta.unpack();
        let failures = m - x;
        let fewer = x.less_than(failures).select(x, failures);
        let ln_coefficient = (m - fewer + 1.0).ln_rising(fewer) - (fewer + 1.0).ln_gamma();
        ln_coefficient + x.x_ln_y(p) + failures.x_ln_1p(-p)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        Start::Exact(vec![sample.mean(0) / sample.mean(1)])
    }
}

impl Cdf for Binomial {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, (x, m): (S, S)) -> S {
        let [p] = theta.unpack();
        let inside = (m - x).ln_beta_p(x + 1.0, (-p).ln_1p() - p.ln());
        x.less_than(m).select(inside, 0.0)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, (x, m): (S, S)) -> S {
        let [p] = theta.unpack();
        let inside = (x + 1.0).ln_beta_p(m - x, p.ln() - (-p).ln_1p());
        x.less_than(m).select(inside, f64::NEG_INFINITY)
    }
}

/// Of one trial, if it is not said of how many.
impl Draw for Binomial {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> (u64, u64) {
        self.draw_like(theta, (0.0, 1.0), rng)
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], (_, m): (f64, f64), rng: &mut R) -> (u64, u64) {
        let trials = m as u64;
        (self.draw_of(trials, theta[0], rng), trials)
    }
}
