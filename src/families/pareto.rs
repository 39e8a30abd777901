use crate::data::Sample;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Pareto distribution, whose tail is a power.
///
/// # Density
///
/// f(x) = α xmᵅ / x^(α+1) for x ≥ xm
///
/// # Parameters
///
/// - `xm`: > 0, the least possible value
/// - `alpha` (α): > 0, the exponent of the tail
///
/// # Support
///
/// x > 0: from where on is what is estimated.
///
/// # Start
///
/// At the edge of the support: the least observation, and one over the mean of ln(x/xm). The likelihood is not smooth in
/// xm, whose standard error is withheld; that of α is α/√n. Constant data have no maximum: α → ∞.
///
/// # Numerics
///
/// ln(x/xm) keeps its digits near xm.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Pareto.fit(&[2.0, 3.0, 2.5, 9.0])?;
/// assert_eq!(fit["xm"].value, 2.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 20.
#[derive(Debug, Clone, Copy)]
pub struct Pareto;

impl Model for Pareto {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("xm").typical(0.5, 5.0).positive("alpha").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [xm, alpha] = theta.unpack();
        let inside = alpha.ln() - x.ln() - alpha * ((x - xm) / xm).ln_1p();
        x.less_than(xm).select(f64::NEG_INFINITY, inside)
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases in xm up to the least observation, and is then log-concave in alpha")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as alpha → ∞"));
        }
        let xm = sample.min(0);
        let alpha = 1.0 / sample.mean_of(0, |x| ((x - xm) / xm).ln_1p());
        let at = vec![("xm".to_string(), EdgeKind::Support)];
        Start::Edge(Edge { theta: vec![xm, alpha], std_errors: vec![f64::NAN, alpha / sample.n().sqrt()], at })
    }
}

impl Cdf for Pareto {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [xm, alpha] = theta.unpack();
        x.less_than(xm).select(0.0, -(alpha * ((x - xm) / xm).ln_1p()))
    }
}

impl Moments for Pareto {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [xm, alpha] = theta.unpack();
        S::from(1.0).less_than(alpha).select(xm * alpha / (alpha - 1.0), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [xm, alpha] = theta.unpack();
        let finite = (xm / (alpha - 1.0)).square() * alpha / (alpha - 2.0);
        S::from(2.0).less_than(alpha).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [xm, alpha] = theta.unpack();
        Some(xm.ln() - alpha.ln() + 1.0 + 1.0 / alpha)
    }
}

impl Draw for Pareto {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[0] * (e / theta[1]).exp()
    }
}
