use std::fmt;

use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::Support;

/// The Dirichlet distribution, of shares of a whole.
///
/// # Density
///
/// f(x) = Γ(Σⱼ αⱼ) Πⱼ xⱼ^(αⱼ−1) / Γ(αⱼ), with respect to all shares but one
///
/// # Parameters
///
/// - `alpha1`, `alpha2`, … (αⱼ), one for each share: > 0
///
/// # Support
///
/// Vectors of positive numbers that sum to 1, to six digits.
///
/// # Start
///
/// From the means and variances: the mean of xⱼ is αⱼ/A and its variance αⱼ (A − αⱼ) / (A² (A + 1)), for A = Σⱼ αⱼ. Constant
/// data have no maximum: A → ∞.
///
/// # Numerics
///
/// The ratio of gamma functions goes through a rising factorial.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let rocks = [[0.5, 0.4, 0.1], [0.4, 0.5, 0.1], [0.6, 0.3, 0.1], [0.3, 0.5, 0.2]];
/// let fit = Dirichlet::parts(3).fit(&rocks)?;
/// assert!(fit["alpha1"].value > fit["alpha3"].value);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Kotz, Balakrishnan and Johnson, *Continuous Multivariate Distributions*, vol. 1, 2nd ed., chapter 49.
#[derive(Clone)]
pub struct Dirichlet {
    parts: usize,
}

impl Dirichlet {
    /// The model of wholes of so many parts.
    pub fn parts(parts: usize) -> Dirichlet {
        Dirichlet { parts }
    }
}

impl fmt::Debug for Dirichlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dirichlet")
    }
}

impl Model for Dirichlet {
    type Of = Row;

    fn space(&self) -> Space {
        (1..=self.parts).fold(Space::new(), |space, j| space.positive(format!("alpha{j}")).typical(0.5, 5.0))
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let alpha = theta.as_slice();
        // Γ(α₁ + α₂ + …) / Γ(α₁) is built up a part at a time.
        let mut below = alpha[0];
        let mut total = (alpha[0] - 1.0) * x[0].ln();
        for (alpha, x) in alpha.iter().zip(&x).skip(1) {
            total = total + below.ln_rising(*alpha) - alpha.ln_gamma() + (*alpha - 1.0) * x.ln();
            below = below + *alpha;
        }
        total
    }

    fn support(&self) -> Support {
        Support::shares(self.parts)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if (0..self.parts).all(|part| sample.constant(part).is_some()) {
            return Start::Unbounded("all observations are equal, so that it has no bound as the sum of alpha → ∞".into());
        }
        let means: Vec<f64> = (0..self.parts).map(|part| sample.mean(part)).collect();
        let variance: f64 = (0..self.parts).map(|part| sample.variance(part)).sum();
        let sum = means.iter().map(|mean| mean * (1.0 - mean)).sum::<f64>() / variance - 1.0;
        Start::At(means.iter().map(|mean| mean * sum).collect())
    }
}

impl Draw for Dirichlet {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        // Gamma variables over their sum, in logarithms: that of a small shape is G(α + 1) U^(1/α).
        let mut ln_gamma_variable = |alpha: &f64| {
            let gamma = rand_distr::Gamma::new(alpha + 1.0, 1.0).expect("parameters inside the domain");
            let (g, u): (f64, f64) = (rand::RngExt::sample(rng, gamma), rand::RngExt::random(rng));
            g.ln() + (-u).ln_1p() / alpha
        };
        let logarithms: Vec<f64> = theta.iter().map(&mut ln_gamma_variable).collect();
        let total = f64::log_sum_exp(&logarithms);
        logarithms.iter().map(|ln| (ln - total).exp()).collect()
    }
}
