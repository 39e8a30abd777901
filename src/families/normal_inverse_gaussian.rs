use std::f64::consts::PI;

use crate::data::Sample;
use crate::families::{Cauchy, Normal};
use crate::limit::Limit;
use crate::model::{Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The normal-inverse Gaussian distribution.
///
/// # Density
///
/// f(x) = αδ K₁(αq) / (πq) · exp(δγ + βy), y = x − μ, q = √(δ² + y²), α = √(β² + γ²)
///
/// # Parameters
///
/// - `mu` (μ): real, the location
/// - `delta` (δ): > 0, the scale
/// - `beta` (β): real, the asymmetry
/// - `gamma` (γ): > 0, √(α² − β²): in place of the steepness α > |β|, so that no parameter bounds another
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// From mean and standard deviation, for several heavinesses of the tails. As γ, δ → ∞ with δ/γ fixed the law is normal, as
/// β, γ → 0 Cauchy; as |β| → ∞ with βδ² fixed inverse Gaussian on one side of μ, or Lévy's. Constant data have no maximum.
///
/// # Numerics
///
/// K₁ is scaled by its exponential. Its exponent δγ + βy − αq is −(βδ − γy)² / (αq + δγ + βy), without cancellation, where
/// δγ + βy > 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let (theta, mut rng) = ([0.0, 1.0, 0.5, 1.0], <rand::rngs::SmallRng as rand::SeedableRng>::seed_from_u64(1));
/// let fit = NormalInverseGaussian.fit(&NormalInverseGaussian.sample(&theta, 400, &mut rng))?;
/// assert!(fit["delta"].value > 0.5);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Barndorff-Nielsen, "Normal inverse Gaussian distributions and stochastic volatility modelling", 1997.
#[derive(Debug, Clone, Copy)]
pub struct NormalInverseGaussian;

/// √(a² + b²) at any magnitude.
fn hypotenuse<S: Scalar>(a: S, b: S) -> S {
    let (a, b) = (a.abs(), b.abs());
    let (greater, less) = (a.less_than(b).select(b, a), a.less_than(b).select(a, b));
    greater * (1.0 + (less / greater).square()).sqrt()
}

impl Model for NormalInverseGaussian {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("mu").typical(-2.0, 2.0).positive("delta").typical(0.5, 2.0);
        space.real("beta").typical(-1.0, 1.0).positive("gamma").typical(0.5, 3.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, delta, beta, gamma] = theta.unpack();
        let y = x - mu;
        let (alpha, q) = (hypotenuse(gamma, beta), hypotenuse(delta, y));
        let tilt = delta * gamma + beta * y;
        let product = alpha * q;
        let whole = -((beta * delta - gamma * y).square()) / (product + tilt);
        let exponent = S::from(0.0).less_than(tilt).select(whole, tilt - product);
        let bessel = S::from(1.0).ln_bessel_k_scaled(product);
        alpha.ln() + delta.ln() - PI.ln() + bessel - q.ln() + exponent
    }

    fn limits(&self) -> Vec<Limit> {
        let normal = Limit::to_with_cdf(Normal).same("mu", "mu").at("delta", f64::INFINITY);
        let cauchy = Limit::to_with_cdf(Cauchy).same("mu", "loc").same("delta", "scale");
        let mut limits = vec![normal.at("beta", 0.0).at("gamma", f64::INFINITY), cauchy.at("beta", 0.0).at("gamma", 0.0)];
        for (side, beta) in [(1.0, f64::INFINITY), (-1.0, f64::NEG_INFINITY)] {
            let one_sided = |limit: Limit| limit.same("mu", "mu").at("delta", 0.0).at("beta", beta);
            limits.push(one_sided(Limit::to(OneSided { side })).at("gamma", f64::INFINITY));
            limits.push(one_sided(Limit::to(OneSidedLevy { side })).at("gamma", 0.0));
        }
        limits
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as delta → 0"));
        }
        let (low, high) = sample.medians(0);
        let (median, deviation) = (0.5 * low + 0.5 * high, sample.standard_deviation(0));
        // The variance is near δ/γ where β is near 0, and the excess kurtosis 3/(δγ).
        let at = |product: f64| {
            let root = product.sqrt();
            vec![median, root * deviation, 0.01 * root / deviation, root / deviation]
        };
        Start::Several(vec![at(1.0), at(0.1), at(8.0)])
    }
}

impl Moments for NormalInverseGaussian {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, delta, beta, gamma] = theta.unpack();
        mu + delta * beta / gamma
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, delta, beta, gamma] = theta.unpack();
        delta / gamma * (1.0 + (beta / gamma).square())
    }
}

impl Draw for NormalInverseGaussian {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let [mu, delta, beta, gamma] = [theta[0], theta[1], theta[2], theta[3]];
        // A normal variable whose variance is inverse Gaussian.
        let mixing = rand_distr::InverseGaussian::new(delta / gamma, delta * delta).expect("parameters above 0");
        let v: f64 = rand::RngExt::sample(&mut *rng, mixing);
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        mu + beta * v + v.sqrt() * z
    }
}

/// What the law approaches as |β| → ∞ with βδ² and βδ/γ held: inverse Gaussian above μ (`side` 1) or below it (−1).
#[derive(Debug, Clone, Copy)]
struct OneSided {
    side: f64,
}

impl Model for OneSided {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").positive("mean").positive("shape")
    }

    fn name(&self) -> String {
        format!("inverse Gaussian {} mu", if self.side > 0.0 { "above" } else { "below" })
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, mean, shape] = theta.unpack();
        let y = self.side * (x - mu);
        let inside = 0.5 * (shape.ln() - (2.0 * PI).ln() - 3.0 * y.ln()) - 0.5 * shape / y * (y / mean - 1.0).square();
        S::from(0.0).less_than(y).select(inside, f64::NEG_INFINITY)
    }

    fn start(&self, sample: &Sample) -> Start {
        Start::Several(beyond(sample, self.side, |mu, mean, shape| vec![mu, mean, shape]))
    }
}

/// What that limit approaches as its mean grows: Lévy's law above or below μ.
#[derive(Debug, Clone, Copy)]
struct OneSidedLevy {
    side: f64,
}

impl Model for OneSidedLevy {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").positive("scale")
    }

    fn name(&self) -> String {
        format!("Lévy {} mu", if self.side > 0.0 { "above" } else { "below" })
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, scale] = theta.unpack();
        let y = self.side * (x - mu);
        let inside = 0.5 * (scale.ln() - (2.0 * PI).ln() - 3.0 * y.ln()) - 0.5 * scale / y;
        S::from(0.0).less_than(y).select(inside, f64::NEG_INFINITY)
    }

    fn start(&self, sample: &Sample) -> Start {
        Start::Several(beyond(sample, self.side, |mu, _, shape| vec![mu, shape]))
    }
}

/// Starts for a law on one side of μ, from the greatest observation of the other side: with the mean and the shape that are
/// best for that μ.
fn beyond(sample: &Sample, side: f64, point: impl Fn(f64, f64, f64) -> Vec<f64>) -> Vec<Vec<f64>> {
    let nearest = if side > 0.0 { sample.min(0) } else { sample.max(0) };
    let deviation = sample.standard_deviation(0);
    let at = |distance: f64| {
        let mu = nearest - side * distance * deviation;
        let mean = sample.mean_of(0, |x| side * (x - mu));
        point(mu, mean, 1.0 / (sample.mean_of(0, |x| 1.0 / (side * (x - mu))) - 1.0 / mean))
    };
    [0.02, 0.3, 3.0].map(at).to_vec()
}
