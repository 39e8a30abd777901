use crate::data::Sample;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The uniform distribution on the integers between two unknown ones.
///
/// # Density
///
/// P(X = x) = 1 / (max − min + 1) for min ≤ x ≤ max
///
/// # Parameters
///
/// - `min`: an integer, the least value
/// - `max`: an integer ≥ min, the greatest value
///
/// # Support
///
/// All integers: the interval is what is estimated.
///
/// # Start
///
/// At the edge of the support: the least and the greatest observation. The parameters are integers, so that there are no
/// standard errors.
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
/// let fit = DiscreteUniform.fit(&[3, 17, -4, 11])?;
/// assert_eq!((fit["min"].value, fit["max"].value), (-4.0, 17.0));
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 6.10.1.
#[derive(Debug, Clone, Copy)]
pub struct DiscreteUniform;

impl Model for DiscreteUniform {
    type Of = f64;

    fn space(&self) -> Space {
        // Typical values are integers, as all are.
        Space::new().real("min").typical(-3.0, -3.0).real("max").typical(8.0, 8.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [min, max] = theta.unpack();
        let outside = f64::NEG_INFINITY;
        x.less_than(min).select(outside, max.less_than(x).select(outside, -((max - min + 1.0).ln())))
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(f64::NEG_INFINITY, f64::INFINITY))
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as the interval shrinks onto the observations")
    }

    fn start(&self, sample: &Sample) -> Start {
        let ends = vec![sample.min(0), sample.max(0)];
        let at = ["min", "max"].map(|name| (name.to_string(), EdgeKind::Support)).to_vec();
        Start::Edge(Edge { theta: ends, std_errors: vec![f64::NAN; 2], at })
    }
}

impl Cdf for DiscreteUniform {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [min, max] = theta.unpack();
        let inside = ((x - min + 1.0) / (max - min + 1.0)).ln();
        x.less_than(min).select(f64::NEG_INFINITY, max.less_than(x).select(0.0, inside))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [min, max] = theta.unpack();
        let inside = ((max - x) / (max - min + 1.0)).ln();
        x.less_than(min).select(0.0, max.less_than(x).select(f64::NEG_INFINITY, inside))
    }
}

impl Moments for DiscreteUniform {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [min, max] = theta.unpack();
        0.5 * (min + max)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [min, max] = theta.unpack();
        (max - min) * (max - min + 2.0) / 12.0
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [min, max] = theta.unpack();
        Some((max - min + 1.0).ln())
    }
}

impl Draw for DiscreteUniform {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let u: f64 = rand::RngExt::random(rng);
        // Rounded up, a product may reach its end.
        (theta[0] + (u * (theta[1] - theta[0] + 1.0)).floor()).min(theta[1])
    }
}
