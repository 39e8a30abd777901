use std::f64::consts::{LN_2, PI};

use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Regularity, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The skew-normal distribution.
///
/// # Density
///
/// f(x) = 2 φ(z) Φ(αz) / ω, z = (x − ξ)/ω
///
/// # Parameters
///
/// - `xi` (ξ): real, the location; not the mean
/// - `omega` (ω): > 0, the scale; not the standard deviation
/// - `alpha` (α): real, the slant: 0 is the normal law
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// From mean, standard deviation and skewness, and on both sides of α = 0, where the likelihood always has a stationary
/// point. As α → ∞ the law is half-normal above ξ, and as α → −∞ below it: often the answer for small samples. Constant data
/// have no maximum: ω → 0.
///
/// # Numerics
///
/// ln Φ keeps its digits in both tails. At α = 0 the information is singular, and standard errors are not to be trusted
/// near it.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = SkewNormal.fit(&[0.1, 0.5, 0.6, 0.9, 1.0, 1.3, 1.4, 2.0, 2.2, 3.9, -0.6, 0.2])?;
/// assert!(fit["alpha"].value > 0.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Azzalini, "A class of distributions which includes the normal ones", 1985. Azzalini and Capitanio, "Statistical
/// applications of the multivariate skew normal distribution", 1999.
#[derive(Debug, Clone, Copy)]
pub struct SkewNormal;

/// The mean of |Z| for a standard normal Z.
fn mean_of_half() -> f64 {
    (2.0 / PI).sqrt()
}

impl Model for SkewNormal {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("xi").typical(-2.0, 2.0).positive("omega").typical(0.5, 2.0);
        space.real("alpha").typical(-5.0, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [xi, omega, alpha] = theta.unpack();
        let z = (x - xi) / omega;
        -0.5 * z * z + (alpha * z).ln_normal_cdf() - omega.ln() - 0.5 * (0.5 * PI).ln()
    }

    fn scale(&self) -> Option<&str> {
        Some("omega")
    }

    fn regular_at(&self, theta: &[f64]) -> Regularity {
        if theta[2] != 0.0 {
            return Regularity::Holds;
        }
        Regularity::fails(["xi", "omega", "alpha"], "at alpha = 0 the information is singular")
    }

    fn limits(&self) -> Vec<Limit> {
        let half = |above| Limit::to_with_cdf(HalfNormal { above }).same("xi", "xi").same("omega", "omega");
        vec![half(true).at("alpha", f64::INFINITY), half(false).at("alpha", f64::NEG_INFINITY)]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as omega → 0"));
        }
        let (mean, deviation) = (sample.mean(0), sample.standard_deviation(0));
        let skewness = sample.mean_of(0, |x| ((x - mean) / deviation).powi(3));
        let at = |alpha: f64| {
            let shift = alpha / alpha.hypot(1.0) * mean_of_half();
            let omega = deviation / (1.0 - shift * shift).sqrt();
            vec![mean - omega * shift, omega, alpha]
        };
        // The skewness is (4 − π)/2 · c³ / (1 − c²)^1.5, c the mean of z.
        let odds = (2.0 * skewness.abs() / (4.0 - PI)).cbrt();
        let delta = (odds / odds.hypot(1.0) / mean_of_half()).min(0.98);
        let slant = (delta / (1.0 - delta * delta).sqrt()).max(1.0).copysign(skewness);
        Start::Several(vec![at(slant), at(4.0 * slant), at(-1.0_f64.copysign(slant))])
    }
}

impl Cdf for SkewNormal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [xi, omega, alpha] = theta.unpack();
        ((x - xi) / omega).ln_skew_normal_cdf(alpha)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [xi, omega, alpha] = theta.unpack();
        ((xi - x) / omega).ln_skew_normal_cdf(-alpha)
    }
}

impl Moments for SkewNormal {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [xi, omega, alpha] = theta.unpack();
        xi + omega * alpha / (1.0 + alpha.square()).sqrt() * mean_of_half()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, omega, alpha] = theta.unpack();
        let square = alpha.square();
        omega.square() * (1.0 - 2.0 / PI * square / (1.0 + square))
    }
}

impl Draw for SkewNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let mut normal = || rand::RngExt::sample::<f64, _>(&mut *rng, rand_distr::StandardNormal);
        let (half, other) = (normal().abs(), normal());
        theta[0] + theta[1] * (theta[2] * half + other) / theta[2].hypot(1.0)
    }
}

/// What the law approaches as α → ±∞: |Z| above ξ, or below it.
#[derive(Debug, Clone, Copy)]
struct HalfNormal {
    above: bool,
}

impl Model for HalfNormal {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("xi").positive("omega")
    }

    fn name(&self) -> String {
        format!("the half-normal law {} xi", if self.above { "above" } else { "below" })
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [xi, omega] = theta.unpack();
        let z = if self.above { (x - xi) / omega } else { (xi - x) / omega };
        let inside = LN_2 - 0.5 * (2.0 * PI).ln() - omega.ln() - 0.5 * z * z;
        z.less_than(0.0).select(f64::NEG_INFINITY, inside)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as xi approaches the extreme observation")
    }

    fn start(&self, sample: &Sample) -> Start {
        let xi = if self.above { sample.min(0) } else { sample.max(0) };
        let range = sample.max(0) - sample.min(0);
        let omega = range * sample.mean_of(0, |x| ((x - xi) / range).powi(2)).sqrt();
        let at = vec![("xi".to_string(), EdgeKind::Support)];
        // That xi is known but for O(1/n) leaves the error of a scale of normal deviations.
        let std_errors = vec![f64::NAN, omega / (2.0 * sample.n()).sqrt()];
        Start::Edge(Edge { theta: vec![xi, omega], std_errors, at })
    }
}

impl HalfNormal {
    /// ln P(|Z| > z) at the distance z of x from ξ, or where not `is_farther` ln P(|Z| ≤ z).
    fn ln_part<S: Scalar>(self, theta: Theta<'_, S>, x: S, is_farther: bool) -> S {
        let [xi, omega] = theta.unpack();
        let z = if self.above { (x - xi) / omega } else { (xi - x) / omega };
        let ln_farther = z.less_than(0.0).select(0.0, LN_2 + (-z).ln_normal_cdf());
        if is_farther {
            return ln_farther;
        }
        let inside = z.less_than(1.0).select((z / 2.0_f64.sqrt()).erf().ln(), ln_farther.ln_1m_exp());
        S::from(0.0).less_than(z).select(inside, f64::NEG_INFINITY)
    }
}

impl Cdf for HalfNormal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_part(theta, x, !self.above)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_part(theta, x, self.above)
    }
}
