use std::f64::consts::{PI, TAU};

use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The von Mises distribution, of directions in the plane.
///
/// # Density
///
/// f(x) = exp(κ cos(x − μ)) / (2π I₀(κ)), for x in any interval of length 2π
///
/// # Parameters
///
/// - `mu` (μ): real, the mean direction in radians; reported in (−π, π]
/// - `kappa` (κ): > 0, the concentration
///
/// # Support
///
/// All real numbers, in radians: angles that differ by a multiple of 2π are one direction.
///
/// # Start
///
/// The mean direction, and κ from the mean resultant length R. As κ → 0 the law is uniform on the circle, the answer where
/// R = 0. Constant data have no maximum: κ → ∞.
///
/// # Numerics
///
/// The exponent is −2κ sin²((x − μ)/2) next to the scaled Bessel function, so that nothing cancels for large κ.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = VonMises.fit(&[6.1, 0.2, 0.5, 5.9, 0.1, 1.2])?;
/// assert!(fit["mu"].value.abs() < 0.5);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mardia and Jupp, *Directional Statistics*, sections 3.5.4 and 5.3.1. Best and Fisher, "Efficient simulation of the von
/// Mises distribution", 1979.
#[derive(Debug, Clone, Copy)]
pub struct VonMises;

impl Model for VonMises {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").typical(-2.0, 2.0).positive("kappa").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, kappa] = theta.unpack();
        let bessel = S::from(0.0).ln_bessel_i_scaled(kappa);
        let ln_density = -2.0 * kappa * (0.5 * (x - mu)).sin().square() - bessel - TAU.ln();
        // Every direction lies within a turn; so many turns away, rounding makes all observations one direction.
        mu.abs().less_than(1e6).select(ln_density, f64::NAN)
    }

    fn support(&self) -> Support {
        Support::one(Range::ANGLES)
    }

    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        vec![in_one_turn(theta[0]), theta[1]]
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to(CircularUniform).at("kappa", 0.0)]
    }

    fn start(&self, sample: &Sample) -> Start {
        let (sine, cosine) = (sample.mean_of(0, f64::sin), sample.mean_of(0, f64::cos));
        let mu = sine.atan2(cosine);
        // 1 − R
        let gap = sample.mean_of(0, |x| 2.0 * (0.5 * (x - mu)).sin().powi(2));
        if gap == 0.0 {
            return Start::Unbounded("all observations are one direction, so that it has no bound as kappa → ∞".into());
        }
        let length = (1.0 - gap).max(1e-3);
        Start::At(vec![mu, length * (2.0 - length * length) / (gap * (1.0 + length))])
    }
}

/// The same direction in (−π, π].
fn in_one_turn(angle: f64) -> f64 {
    angle - TAU * ((angle - PI) / TAU).ceil()
}

impl Draw for VonMises {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let kappa = theta[1];
        let t = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
        let rho = (t - (2.0 * t).sqrt()) / (2.0 * kappa);
        let r = (1.0 + rho * rho) / (2.0 * rho);
        loop {
            let [u, v, w] = [(); 3].map(|()| rand::RngExt::sample::<f64, _>(&mut *rng, rand_distr::Open01));
            if kappa < 1e-6 {
                // Uniform to the digits that a draw has.
                return in_one_turn(theta[0] + TAU * (u - 0.5));
            }
            let z = (PI * u).cos();
            let f = (1.0 + r * z) / (r + z);
            let c = kappa * (r - f);
            if c * (2.0 - c) > v || (c / v).ln() + 1.0 >= c {
                let angle = f.clamp(-1.0, 1.0).acos();
                return in_one_turn(theta[0] + if w < 0.5 { -angle } else { angle });
            }
        }
    }
}

/// What the law approaches as κ → 0.
#[derive(Debug, Clone, Copy)]
struct CircularUniform;

impl Model for CircularUniform {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new()
    }

    fn support(&self) -> Support {
        Support::one(Range::ANGLES)
    }

    fn name(&self) -> String {
        "the uniform law on the circle".to_string()
    }

    fn ln_density<S: Scalar>(&self, _: Theta<'_, S>, _: S) -> S {
        S::from(-TAU.ln())
    }
}
