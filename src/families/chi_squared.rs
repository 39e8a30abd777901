use std::f64::consts::LN_2;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The chi-squared distribution: a sum of squares of standard normal variables.
///
/// # Density
///
/// f(x) = x^(k/2−1) e^(−x/2) / (2^(k/2) Γ(k/2))
///
/// # Parameters
///
/// - `df` (k): > 0, the degrees of freedom, and the mean
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// From the mean of ln(x/2), which is ψ(k/2), by an approximate inverse of ψ.
///
/// # Numerics
///
/// Powers are taken through logarithms, so that x may be small.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = ChiSquared.fit(&[0.8, 1.9, 2.4, 3.1, 5.2])?;
/// assert!((fit["df"].value - 3.0).abs() < 0.5);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 18. Minka, "Estimating a
/// Dirichlet distribution", 2000, appendix C.
#[derive(Debug, Clone, Copy)]
pub struct ChiSquared;

impl Model for ChiSquared {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("df").typical(0.5, 20.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [df] = theta.unpack();
        let half = 0.5 * df;
        (half - 1.0) * x.ln() - 0.5 * x - half * LN_2 - half.ln_gamma()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let mean = sample.mean_of(0, |x| (0.5 * x).ln());
        let half = if mean < -2.22 { -1.0 / (mean - crate::special::polygamma(0, 1.0)) } else { mean.exp() + 0.5 };
        Start::At(vec![2.0 * half])
    }
}

impl Cdf for ChiSquared {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [df] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, (0.5 * df).ln_gamma_p(0.5 * x))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [df] = theta.unpack();
        x.less_than(0.0).select(0.0, (0.5 * df).ln_gamma_q(0.5 * x))
    }
}

impl Moments for ChiSquared {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [df] = theta.unpack();
        df
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [df] = theta.unpack();
        2.0 * df
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [df] = theta.unpack();
        let half = 0.5 * df;
        Some(half + LN_2 + half.ln_gamma() + (1.0 - half) * half.digamma())
    }
}

impl Draw for ChiSquared {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let law = rand_distr::ChiSquared::new(theta[0]).expect("degrees of freedom inside the domain");
        rand::RngExt::sample(rng, law)
    }
}
