use std::fmt;

use super::counts::{concentrations, ln_choose_rising};
use super::{Dirichlet, Multinomial};
use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Draw, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::Support;

/// The Dirichlet-multinomial distribution: multinomial counts whose probabilities vary from row to row.
///
/// # Density
///
/// P(X = x) = m! Γ(A) / Γ(A + m) Πⱼ Γ(αⱼ + xⱼ) / (Γ(αⱼ) xⱼ!), for m = Σⱼ xⱼ trials and A = Σⱼ αⱼ
///
/// # Parameters
///
/// - `alpha1`, `alpha2`, … (αⱼ), one for each column: ≥ 0; αⱼ/A is the mean of the probability pⱼ, and 1/(A + 1) the
///   correlation between the trials of a row
///
/// # Support
///
/// Vectors of counts. The numbers of trials are their sums, which are known and may differ.
///
/// # Start
///
/// From the shares of the outcomes and Pearson's statistic. As A → ∞ the law is multinomial, which is the answer for counts
/// that do not vary more. An outcome that never occurs has its estimate at the closed end αⱼ = 0.
///
/// # Numerics
///
/// Ratios of gamma functions and factorials are taken together, as beta functions, whose terms are as great as the smaller of
/// their arguments: of 1e15 trials the probability has its digits, and A may be as large.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let votes = [[9.0, 1.0, 0.0], [2.0, 7.0, 1.0], [8.0, 1.0, 1.0], [1.0, 3.0, 6.0], [4.0, 0.0, 6.0]];
/// let fit = DirichletMultinomial::columns(["left", "right", "none"]).fit(&votes)?;
/// assert!(fit["alpha1"].value > fit["alpha2"].value);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Discrete Multivariate Distributions*, section 35.13. Mosimann, "On the compound
/// multinomial distribution", 1962.
#[derive(Clone)]
pub struct DirichletMultinomial {
    columns: Vec<String>,
}

impl DirichletMultinomial {
    /// The model of counts of outcomes with these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> DirichletMultinomial {
        DirichletMultinomial { columns: names.into_iter().map(Into::into).collect() }
    }

    /// The counts among `trials` trials, at the parameters `alpha`. The law is of counts given trials, so that these must
    /// be said.
    ///
    /// # Panics
    ///
    /// If there is not one parameter for each column.
    pub fn draw_of<R: rand::Rng + ?Sized>(&self, trials: u64, alpha: &[f64], rng: &mut R) -> Vec<u64> {
        let p = Dirichlet::parts(alpha.len()).draw(alpha, rng);
        Multinomial::columns(self.columns.clone()).draw_of(trials, &p, rng)
    }
}

impl fmt::Debug for DirichletMultinomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirichletMultinomial")
    }
}

impl Model for DirichletMultinomial {
    type Of = Row;

    fn space(&self) -> Space {
        (1..=self.columns.len()).fold(Space::new(), |space, j| {
            space.positive(format!("alpha{j}")).typical(0.5, 5.0).closed([0.0])
        })
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let alpha = theta.as_slice();
        let zero = S::from(0.0);
        let (sum, trials) = alpha.iter().zip(&x).fold((zero, zero), |(sum, trials), (a, x)| (sum + *a, trials + *x));
        // What does not occur has no term, at the end α = 0 too.
        let term = |a: &S, x: &S| x.equals(0.0).select(0.0, ln_choose_rising(*x, *a));
        alpha.iter().zip(&x).fold(zero, |sum, (a, x)| sum + term(a, x)) - ln_choose_rising(trials, sum)
    }

    fn support(&self) -> Support {
        Support::outcomes(self.columns.len())
    }

    fn limits(&self) -> Vec<Limit> {
        let limit = Limit::to(Multinomial::columns(self.columns.clone()));
        vec![(1..=self.columns.len()).fold(limit, |limit, j| limit.at(&format!("alpha{j}"), f64::INFINITY))]
    }

    fn start(&self, sample: &Sample) -> Start {
        let row = |row: usize| (0..self.columns.len()).map(|column| sample.column(column)[row]).collect();
        let rows: Vec<_> = (0..sample.rows()).map(|at| (sample.weight(at), row(at))).collect();
        Start::At(concentrations(&rows))
    }
}

/// Of one trial, if it is not said of how many.
impl Draw for DirichletMultinomial {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        self.draw_like(theta, vec![1.0], rng)
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: Vec<f64>, rng: &mut R) -> Vec<f64> {
        let trials = like.iter().sum::<f64>() as u64;
        self.draw_of(trials, theta, rng).into_iter().map(|x| x as f64).collect()
    }
}
