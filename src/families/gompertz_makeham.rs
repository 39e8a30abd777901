use crate::data::Sample;
use crate::families::{Exponential, Gompertz};
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Maxima, Model, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Gompertz–Makeham distribution: a hazard that grows exponentially with age, and one that does not depend on it.
///
/// # Density
///
/// f(x) = h(x) exp(−λx − (r/b)(e^(bx) − 1)), where the hazard is h(x) = λ + r e^(bx)
///
/// # Parameters
///
/// - `shape` (b): > 0, the rate at which the hazard grows
/// - `rate` (r): > 0, the growing part of the hazard at 0
/// - `lambda` (λ): ≥ 0, the constant part of the hazard; at 0 it is the Gompertz distribution
///
/// # Support
///
/// x ≥ 0.
///
/// # Start
///
/// From those of the Gompertz distribution, with different constant parts. As b → 0 the law is exponential, and the two
/// parts of the hazard are one. If nothing speaks for a constant part, the estimate is at the closed end λ = 0. For large b the
/// likelihood is unbounded on any data; the estimate is a local maximum. Constant data have none.
///
/// # Numerics
///
/// The hazard is taken as e^(bx) (r + λ e^(−bx)), which does not overflow.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let ages = [2.1, 18.4, 33.0, 54.1, 71.3, 66.0, 80.2, 49.8, 75.5, 69.4, 84.9, 61.7, 77.0, 79.1];
/// let fit = GompertzMakeham.fit(&ages)?;
/// assert!(fit["lambda"].value > 0.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Marshall and Olkin, *Life Distributions*, chapter 10.
#[derive(Debug, Clone, Copy)]
pub struct GompertzMakeham;

impl Model for GompertzMakeham {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().positive("shape").typical(0.5, 2.0).positive("rate").typical(0.1, 1.0);
        space.positive("lambda").typical(0.1, 1.0).closed([0.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, rate, lambda] = theta.unpack();
        let age = shape * x;
        age + (rate + lambda * (-age).exp()).ln() - lambda * x - rate * age.exp_m1() / shape
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("as shape → ∞ and rate → 0, with the growing hazard at the greatest observation alone")
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Exponential).same("rate", "rate").at("shape", 0.0).at("lambda", 0.0)]
    }

    fn start(&self, sample: &Sample) -> Start {
        let Start::Several(points) = Gompertz.start(sample) else { return Gompertz.start(sample) };
        let mean = sample.mean(0);
        let with = |point: &Vec<f64>, share: f64| vec![point[0], point[1], share / mean];
        Start::Several([0.01, 0.2].iter().flat_map(|share| points.iter().map(|point| with(point, *share))).collect())
    }
}

impl Cdf for GompertzMakeham {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, rate, lambda] = theta.unpack();
        x.less_than(0.0).select(0.0, -(lambda * x) - rate * (shape * x).exp_m1() / shape)
    }
}

impl Draw for GompertzMakeham {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        // Two risks compete.
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        Gompertz.draw(&theta[..2], rng).min(e / theta[2])
    }
}
