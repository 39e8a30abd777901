use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::operation::Binary;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The beta distribution, of a proportion.
///
/// # Density
///
/// f(x) = x^(a−1) (1 − x)^(b−1) / B(a, b)
///
/// # Parameters
///
/// - `a`: > 0
/// - `b`: > 0; the mean is a / (a + b)
///
/// # Support
///
/// 0 < x < 1.
///
/// # Start
///
/// From the mean and the variance. Constant data have no maximum: a, b → ∞.
///
/// # Numerics
///
/// ln B(a, b) is the logarithm of a rising factorial of the larger of a and b, so that it keeps its digits where they are of
/// different magnitude. P(X ≤ x) is the regularised incomplete beta function, with its digits in both tails.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Beta.fit(&[0.2, 0.4, 0.6, 0.8])?;
/// assert!((fit["a"].value - fit["b"].value).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 25.
#[derive(Debug, Clone, Copy)]
pub struct Beta;

impl Model for Beta {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("a").typical(0.5, 5.0).positive("b").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        let minus_ln_beta = a.less_than(b).select(b.ln_rising(a) - a.ln_gamma(), a.ln_rising(b) - b.ln_gamma());
        (a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() + minus_ln_beta
    }

    fn support(&self) -> Support {
        Support::one(Range::UNIT)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as a, b → ∞"));
        }
        let mean = sample.mean(0);
        // The variance is mean (1 − mean) / (a + b + 1).
        let sum = mean * (1.0 - mean) / sample.variance(0) - 1.0;
        Start::At(vec![mean * sum, (1.0 - mean) * sum])
    }
}

impl Cdf for Beta {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        a.ln_beta_p(b, logit(x))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        b.ln_beta_p(a, -logit(x))
    }
}

fn logit<S: Scalar>(x: S) -> S {
    x.ln() - (-x).ln_1p()
}

impl Moments for Beta {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a, b] = theta.unpack();
        a / (a + b)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a, b] = theta.unpack();
        a * b / ((a + b).square() * (a + b + 1.0))
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [a, b] = theta.unpack();
        let rising = |x: S, y: S| x.binary(Binary::PolygammaRising(0), y);
        let ln_beta = a.less_than(b).select(a.ln_gamma() - b.ln_rising(a), b.ln_gamma() - a.ln_rising(b));
        Some(ln_beta + (a - 1.0) * rising(a, b) + (b - 1.0) * rising(b, a))
    }
}

impl Draw for Beta {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let beta = rand_distr::Beta::new(theta[0], theta[1]).expect("parameters inside the domain");
        rand::RngExt::sample(rng, beta)
    }
}
