use std::f64::consts::{LN_2, PI};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

use super::incomplete::{ln_gamma_p_at_exp, ln_gamma_q_at_exp};

/// The Maxwell distribution: the length of a vector of three independent normal coordinates, as the speed of a molecule.
///
/// # Density
///
/// f(x) = √(2/π) x² exp(−x²/(2a²)) / a³
///
/// # Parameters
///
/// - `a`: > 0, the standard deviation of each coordinate
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Exact: the root of a third of the mean square.
///
/// # Numerics
///
/// The data enter through x/a and ln x, so that they may be of any magnitude. (x/a)²/2 is a gamma variable of shape 3/2; both tails of its distribution function have their digits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Maxwell.fit(&[1.0, 2.0, 4.0])?;
/// assert!((fit["a"].value - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 17.
#[derive(Debug, Clone, Copy)]
pub struct Maxwell;

impl Model for Maxwell {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("a").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a] = theta.unpack();
        2.0 * x.ln() - 3.0 * a.ln() - 0.5 * (x / a).square() + 0.5 * (2.0 / PI).ln()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let unit = sample.unit(0);
        Start::Exact(vec![unit * (sample.mean_of(0, |x| (x / unit).powi(2)) / 3.0).sqrt()])
    }
}

impl Cdf for Maxwell {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, ln_gamma_p_at_exp(S::from(1.5), 2.0 * (x / a).ln() - LN_2))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a] = theta.unpack();
        x.less_than(0.0).select(0.0, ln_gamma_q_at_exp(S::from(1.5), 2.0 * (x / a).ln() - LN_2))
    }
}

impl Moments for Maxwell {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a] = theta.unpack();
        a * (8.0 / PI).sqrt()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a] = theta.unpack();
        a.square() * (3.0 - 8.0 / PI)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [a] = theta.unpack();
        // Euler's constant, −ψ(1).
        let gamma = -crate::special::polygamma(0, 1.0);
        Some(a.ln() + 0.5 * (2.0 * PI).ln() + gamma - 0.5)
    }
}

impl Draw for Maxwell {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let squares = (0..3).map(|_| rand::RngExt::sample::<f64, _>(rng, rand_distr::StandardNormal).powi(2));
        theta[0] * squares.sum::<f64>().sqrt()
    }
}
