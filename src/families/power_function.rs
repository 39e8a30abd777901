use crate::data::Sample;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The power-function distribution, on an interval from 0 to an unknown end: one over a Pareto variable.
///
/// # Density
///
/// f(x) = α x^(α−1) / upperᵅ for x ≤ upper
///
/// # Parameters
///
/// - `alpha` (α): > 0; 1 is the uniform distribution
/// - `upper`: > 0, the greatest possible value
///
/// # Support
///
/// x > 0: up to where is what is estimated.
///
/// # Start
///
/// At the edge of the support: the greatest observation, and one over the mean of ln(upper/x). The likelihood is not
/// smooth in `upper`, whose standard error is withheld; that of α is α/√n. Constant data have no maximum: α → ∞.
///
/// # Numerics
///
/// ln(x/upper) keeps its digits at both ends.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = PowerFunction.fit(&[0.5, 1.9, 2.0, 1.2])?;
/// assert_eq!(fit["upper"].value, 2.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 25, and vol. 1, chapter
/// 20.
#[derive(Debug, Clone, Copy)]
pub struct PowerFunction;

impl Model for PowerFunction {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("alpha").typical(0.5, 5.0).positive("upper").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, upper] = theta.unpack();
        let inside = alpha.ln() - x.ln() + alpha * ln_ratio(x, upper);
        upper.less_than(x).select(f64::NEG_INFINITY, inside)
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood falls in upper from the greatest observation on, where it is log-concave in alpha")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as alpha → ∞"));
        }
        let upper = sample.max(0);
        let alpha = -1.0 / sample.mean_of(0, |x| ln_ratio(x, upper));
        let at = vec![("upper".to_string(), EdgeKind::Support)];
        Start::Edge(Edge { theta: vec![alpha, upper], std_errors: vec![alpha / sample.n().sqrt(), f64::NAN], at })
    }
}

/// ln(x/upper), x ≤ upper.
fn ln_ratio<S: Scalar>(x: S, upper: S) -> S {
    x.less_than(0.5 * upper).select(x.ln() - upper.ln(), ((x - upper) / upper).ln_1p())
}

impl Cdf for PowerFunction {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, upper] = theta.unpack();
        let inside = upper.less_than(x).select(0.0, alpha * ln_ratio(x, upper));
        x.less_than(0.0).select(f64::NEG_INFINITY, inside)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_cdf(theta, x).ln_1m_exp()
    }
}

impl Moments for PowerFunction {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [alpha, upper] = theta.unpack();
        upper * alpha / (alpha + 1.0)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [alpha, upper] = theta.unpack();
        (upper / (alpha + 1.0)).square() * alpha / (alpha + 2.0)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [alpha, upper] = theta.unpack();
        Some(upper.ln() - alpha.ln() + 1.0 - 1.0 / alpha)
    }
}

impl Draw for PowerFunction {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[1] * (-e / theta[0]).exp()
    }
}
