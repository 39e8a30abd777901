use crate::data::Sample;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The uniform distribution on an interval with unknown ends.
///
/// # Density
///
/// f(x) = 1 / (max − min) for min ≤ x ≤ max
///
/// # Parameters
///
/// - `min`: real, the lower end
/// - `max`: > min, the upper end
///
/// # Support
///
/// All real numbers: the interval is what is estimated.
///
/// # Start
///
/// At the edge of the support: the least and the greatest observation. The likelihood is not smooth there, so that standard
/// errors are withheld. Constant data have no maximum: max − min → 0.
///
/// # Numerics
///
/// The tails of the distribution function keep their digits towards both ends.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Uniform.fit(&[3.1, 4.5, 2.2, 3.9])?;
/// assert_eq!((fit["min"].value, fit["max"].value), (2.2, 4.5));
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 26.
#[derive(Debug, Clone, Copy)]
pub struct Uniform;

impl Model for Uniform {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().ordered(["min", "max"])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [min, max] = theta.unpack();
        let outside = f64::NEG_INFINITY;
        x.less_than(min).select(outside, max.less_than(x).select(outside, -((max - min).ln())))
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as the interval shrinks onto the observations")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as max − min → 0"));
        }
        let ends = vec![sample.min(0), sample.max(0)];
        let at = ["min", "max"].map(|name| (name.to_string(), EdgeKind::Support)).to_vec();
        Start::Edge(Edge { theta: ends, std_errors: vec![f64::NAN; 2], at })
    }
}

impl Cdf for Uniform {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [min, max] = theta.unpack();
        let inside = ((x - min) / (max - min)).ln();
        x.less_than(min).select(f64::NEG_INFINITY, max.less_than(x).select(0.0, inside))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [min, max] = theta.unpack();
        let inside = ((max - x) / (max - min)).ln();
        x.less_than(min).select(0.0, max.less_than(x).select(f64::NEG_INFINITY, inside))
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        if (0.0..=1.0).contains(&p) { (1.0 - p) * theta[0] + p * theta[1] } else { f64::NAN }
    }
}

impl Moments for Uniform {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [min, max] = theta.unpack();
        0.5 * min + 0.5 * max
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [min, max] = theta.unpack();
        (max - min).square() / 12.0
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [min, max] = theta.unpack();
        Some((max - min).ln())
    }
}

impl Draw for Uniform {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let u: f64 = rand::RngExt::random(rng);
        theta[0] + (theta[1] - theta[0]) * u
    }
}
