use crate::data::Sample;
use crate::families::Exponential;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Model, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Gompertz distribution: lifetimes whose hazard grows exponentially with age.
///
/// # Density
///
/// f(x) = r e^(bx) exp(−(r/b)(e^(bx) − 1)); the hazard is r e^(bx)
///
/// # Parameters
///
/// - `shape` (b): > 0, the rate at which the hazard grows
/// - `rate` (r): > 0, the hazard at 0
///
/// # Support
///
/// x ≥ 0.
///
/// # Start
///
/// For shapes of the order of one over the deviation and of one over the mean, the best rate, which is a closed form. As
/// b → 0 the law is exponential, which is the answer for data whose hazard does not grow. Constant data have no maximum:
/// b → ∞.
///
/// # Numerics
///
/// (e^(bx) − 1)/b keeps its digits where bx is small.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Gompertz.fit(&[54.1, 71.3, 66.0, 80.2, 49.8, 75.5, 69.4, 84.9, 61.7, 77.0])?;
/// assert!((fit["shape"].value - 0.1113).abs() < 1e-4);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Marshall and Olkin, *Life Distributions*, chapter 10.
#[derive(Debug, Clone, Copy)]
pub struct Gompertz;

impl Model for Gompertz {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("shape").typical(0.2, 2.0).positive("rate").typical(0.1, 2.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, rate] = theta.unpack();
        rate.ln() + shape * x - rate * (shape * x).exp_m1() / shape
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Exponential).same("rate", "rate").at("shape", 0.0)]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            let end = if x == 0.0 { "rate" } else { "shape" };
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as {end} → ∞"));
        }
        let at = |shape: f64| vec![shape, shape / sample.mean_of(0, |x| (shape * x).exp_m1())];
        Start::Several([1.0 / sample.standard_deviation(0), 0.2 / sample.mean(0)].map(at).to_vec())
    }
}

impl Cdf for Gompertz {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, rate] = theta.unpack();
        x.less_than(0.0).select(0.0, -(rate * (shape * x).exp_m1() / shape))
    }
}

impl Draw for Gompertz {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        (theta[0] / theta[1] * e).ln_1p() / theta[0]
    }
}
