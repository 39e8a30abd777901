use std::f64::consts::{LN_2, PI};

use crate::data::Sample;
use crate::families::Normal;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The exponentially modified normal distribution: the sum of a normal and an independent exponential variable.
///
/// # Density
///
/// f(x) = exp(r²/2 − rz) Φ(z − r) / τ, z = (x − μ)/σ, r = σ/τ
///
/// # Parameters
///
/// - `mu` (μ): real, the mean of the normal part
/// - `sigma` (σ): > 0, the standard deviation of the normal part
/// - `tau` (τ): > 0, the mean of the exponential part
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// From mean, standard deviation and skewness. As τ → 0 the law is normal, the answer for data without skewness to the
/// right; as σ → 0 it is exponential above μ. Constant data have no maximum.
///
/// # Numerics
///
/// ln τf = ln φ(z) + ln R(r − z), R Mills' ratio (1 − Φ)/φ: by its asymptotic series for r − z > 30, so that nothing cancels
/// as τ → 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = ExGaussian.fit(&[4.1, 3.8, 4.6, 5.2, 4.0, 6.9, 4.4, 3.9, 5.5, 9.3, 4.3, 4.9])?;
/// assert!(fit["tau"].value > fit["sigma"].value);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Grushka, "Characterization of exponentially modified Gaussian peaks in chromatography", 1972. Abramowitz and Stegun,
/// 26.2.12 (Mills' ratio).
#[derive(Debug, Clone, Copy)]
pub struct ExGaussian;

/// Above this, Mills' ratio is its asymptotic series to the last digit.
const FAR: f64 = 30.0;

/// ln(y R(y)) for y > [`FAR`]: 1 − 1/y² + 3/y⁴ − …
fn ln_mills_far<S: Scalar>(y: S) -> S {
    let u = 1.0 / y.square();
    let series = (0..8).rev().fold(S::from(0.0), |sum, k| -f64::from(2 * k + 1) * u * (1.0 + sum));
    series.ln_1p()
}

/// ln R(y), for y of any size, where −y² / 2 may cost digits below 0.
fn ln_mills<S: Scalar>(y: S) -> S {
    let near = 0.5 * y.square() + (-y).ln_normal_cdf() + 0.5 * (2.0 * PI).ln();
    S::from(FAR).less_than(y).select(ln_mills_far(y) - y.ln(), near)
}

/// ln of the density times τ, at z and r = σ/τ.
fn ln_part<S: Scalar>(z: S, r: S) -> S {
    let near = r * (0.5 * r - z) + (z - r).ln_normal_cdf();
    let y = r - z;
    let far = ln_mills_far(y) - y.ln() - 0.5 * z.square() - 0.5 * (2.0 * PI).ln();
    S::from(FAR).less_than(y).select(far, near)
}

impl Model for ExGaussian {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("mu").typical(-2.0, 2.0).positive("sigma").typical(0.5, 2.0);
        space.positive("tau").typical(0.5, 3.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, tau] = theta.unpack();
        ln_part((x - mu) / sigma, sigma / tau) - tau.ln()
    }

    fn limits(&self) -> Vec<Limit> {
        vec![
            Limit::to_with_cdf(Normal).same("mu", "mu").same("sigma", "sigma").at("tau", 0.0),
            Limit::to_with_cdf(ShiftedExponential).same("mu", "mu").at("sigma", 0.0).same("tau", "tau"),
        ]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as sigma, tau → 0"));
        }
        let (mean, deviation) = (sample.mean(0), sample.standard_deviation(0));
        let skewness = sample.mean_of(0, |x| ((x - mean) / deviation).powi(3));
        // The skewness is 2 (τ / deviation)³.
        let share = (0.5 * skewness).cbrt().clamp(0.3, 0.9);
        let at = |share: f64| vec![mean - share * deviation, deviation * (1.0 - share * share).sqrt(), share * deviation];
        Start::Several(vec![at(share), at(0.97)])
    }
}

impl Cdf for ExGaussian {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, tau] = theta.unpack();
        let (z, r) = ((x - mu) / sigma, sigma / tau);
        // F = Φ(z) − τf; the logarithm of τf / Φ(z).
        let below = ln_mills(r - z) - ln_mills(-z);
        let above = ln_part(z, r) - z.ln_normal_cdf();
        z.ln_normal_cdf() + z.less_than(0.0).select(below, above).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, tau] = theta.unpack();
        let (z, r) = ((x - mu) / sigma, sigma / tau);
        let ln_cdf = self.ln_cdf(theta, x);
        let sum = S::log_sum_exp(&[(-z).ln_normal_cdf(), ln_part(z, r)]);
        ln_cdf.less_than(-LN_2).select(ln_cdf.ln_1m_exp(), sum)
    }
}

impl Moments for ExGaussian {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, _, tau] = theta.unpack();
        mu + tau
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, sigma, tau] = theta.unpack();
        sigma.square() + tau.square()
    }
}

impl Draw for ExGaussian {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[0] + theta[1] * z + theta[2] * e
    }
}

/// What the law approaches as σ → 0: exponential of mean τ above μ.
#[derive(Debug, Clone, Copy)]
struct ShiftedExponential;

impl Model for ShiftedExponential {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").positive("tau")
    }

    fn name(&self) -> String {
        "the exponential law above mu".to_string()
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, tau] = theta.unpack();
        x.less_than(mu).select(f64::NEG_INFINITY, (mu - x) / tau - tau.ln())
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as mu approaches the least observation")
    }

    fn start(&self, sample: &Sample) -> Start {
        let mu = sample.min(0);
        let tau = sample.mean_of(0, |x| x - mu);
        let at = vec![("mu".to_string(), EdgeKind::Support)];
        Start::Edge(Edge { theta: vec![mu, tau], std_errors: vec![f64::NAN, tau / sample.n().sqrt()], at })
    }
}

impl Cdf for ShiftedExponential {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, tau] = theta.unpack();
        x.less_than(mu).select(0.0, (mu - x) / tau)
    }
}
