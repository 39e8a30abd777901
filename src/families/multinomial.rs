use std::fmt;

use super::counts::ln_coefficient_and_total;
use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::Support;

/// The multinomial distribution: how many of a known number of trials give each of several outcomes.
///
/// # Density
///
/// P(X = x) = m! Πⱼ pⱼ^xⱼ / xⱼ!, for m = Σⱼ xⱼ trials
///
/// # Parameters
///
/// - `p_<column>`, one for each column: in [0, 1), together 1
///
/// # Support
///
/// Vectors of counts. The numbers of trials are their sums, which are known and may differ.
///
/// # Start
///
/// Exact: the shares of the outcomes in all trials. An outcome that never occurs has its estimate at the closed end pⱼ = 0.
///
/// # Numerics
///
/// 0 · ln 0 = 0. The coefficient is a product of binomial ones, each a rising factorial, so that m may be large.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let litters = [[3.0, 1.0, 0.0], [2.0, 2.0, 1.0], [5.0, 1.0, 1.0]];
/// let fit = Multinomial::columns(["black", "white", "brown"]).fit(&litters)?;
/// assert!((fit["p_black"].value - 0.625).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Discrete Multivariate Distributions*, chapter 35.
#[derive(Clone)]
pub struct Multinomial {
    columns: Vec<String>,
}

impl Multinomial {
    /// The model of counts of outcomes with these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Multinomial {
        Multinomial { columns: names.into_iter().map(Into::into).collect() }
    }

    /// The counts among `trials` trials, with the probabilities `p`. The law is of counts given trials, so that these must
    /// be said.
    ///
    /// # Panics
    ///
    /// If there is not one probability for each column, or one is not in [0, 1].
    ///
    /// # Example
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use thetahat::prelude::*;
    ///
    /// let mut rng = rand::rngs::SmallRng::seed_from_u64(7);
    /// let counts = Multinomial::columns(["a", "b", "c"]).draw_of(20, &[0.2, 0.3, 0.5], &mut rng);
    /// assert_eq!(counts.iter().sum::<u64>(), 20);
    /// ```
    pub fn draw_of<R: rand::Rng + ?Sized>(&self, trials: u64, p: &[f64], rng: &mut R) -> Vec<u64> {
        assert_eq!(p.len(), self.columns.len(), "one probability for each column");
        let (mut left, mut rest) = (trials, 1.0);
        let mut draw = |(j, p): (usize, &f64)| {
            // Given those before it, each is binomial among the trials that are left.
            let is_last = j + 1 == self.columns.len();
            let share = if is_last { 1.0 } else { (p / rest).clamp(0.0, 1.0) };
            rest -= p;
            let share = if share.is_nan() { 0.0 } else { share };
            let drawn = super::Binomial.draw_of(left, share, rng);
            left -= drawn;
            drawn
        };
        p.iter().enumerate().map(&mut draw).collect()
    }
}

impl fmt::Debug for Multinomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Multinomial")
    }
}

impl Model for Multinomial {
    type Of = Row;

    fn space(&self) -> Space {
        Space::new().simplex(self.columns.iter().map(|column| format!("p_{column}"))).closed([0.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let (ln_coefficient, _) = ln_coefficient_and_total(&x);
        theta.as_slice().iter().zip(&x).fold(ln_coefficient, |sum, (p, x)| sum + x.x_ln_y(*p))
    }

    fn support(&self) -> Support {
        Support::outcomes(self.columns.len())
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let means: Vec<f64> = (0..self.columns.len()).map(|column| sample.mean(column)).collect();
        let trials: f64 = means.iter().sum();
        Start::Exact(means.iter().map(|mean| mean / trials).collect())
    }
}

/// Of one trial, if it is not said of how many.
impl Draw for Multinomial {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        self.draw_like(theta, vec![1.0], rng)
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: Vec<f64>, rng: &mut R) -> Vec<f64> {
        let trials = like.iter().sum::<f64>() as u64;
        self.draw_of(trials, theta, rng).into_iter().map(|x| x as f64).collect()
    }
}
