use std::f64::consts::{FRAC_PI_2, PI};

use crate::data::Sample;
use crate::families::{Cauchy, InverseGaussian, Levy, Normal};
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::exponential_rule;

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
/// β, γ → 0 Cauchy; as |β| → ∞ with βδ² fixed inverse Gaussian on one side of μ, or Lévy's. Data have no maximum if more than
/// half of them are equal, or half of them and the others lie on one side: δ → 0 with μ there.
///
/// # Numerics
///
/// K₁ is scaled by its exponential. Its exponent δγ + βy − αq is −(βδ − γy)² / (αq + δγ + βy), without cancellation, where
/// δγ + βy > 0. A tail is an integral along the path of steepest descent through the saddle point, by parts a mean of an angle
/// over the exponential law, whose parts are all positive.
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
/// Barndorff-Nielsen, "Normal inverse Gaussian distributions and stochastic volatility modelling", 1997. Lugannani and Rice,
/// "Saddle point approximation for the distribution of the sum of independent random variables", 1980.
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
            limits.push(one_sided(Limit::to_with_cdf(OneSided { side })).at("gamma", f64::INFINITY));
            limits.push(one_sided(Limit::to_with_cdf(OneSidedLevy { side })).at("gamma", 0.0));
        }
        limits
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as delta → 0"));
        }
        if let Some((x, share)) = sample.mode(0)
            && (share > 0.5 || (share == 0.5 && (x == sample.min(0) || x == sample.max(0))))
        {
            // Each of them gains −ln δ, each of the others loses as much; half of them also gain on one side by |β|.
            return Start::Unbounded(format!("so many observations equal {x} that it has no bound as delta → 0 with mu there"));
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

impl Cdf for NormalInverseGaussian {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_tails(theta, x)[0]
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_tails(theta, x)[1]
    }
}

/// ln P(X ≤ x) and ln P(X > x).
///
/// With y = q sin φ, δ = q cos φ, β = α sin ψ and γ = α cos ψ, the path of steepest descent of e^(K(t) − ty), K the cumulant
/// function, through its saddle point is β + t = α sin(φ + iu), on which K(t) − ty = −κ (cosh u − cos(φ − ψ)), κ = αq. By parts
///
/// P(X > x) = e^(−κ (1 − cos(φ − ψ))) E[arg(sin(φ + iu) − sin ψ)] / π for φ ≥ ψ, that is above the mean,
///
/// where κ (cosh u − 1) has the standard exponential law. Below the mean −X is above its own.
fn ln_tails<S: Scalar>(theta: Theta<'_, S>, x: S) -> [S; 2] {
    let [mu, delta, beta, gamma] = theta.unpack();
    let y = x - mu;
    let (alpha, q) = (hypotenuse(gamma, beta), hypotenuse(delta, y));
    let is_below = (gamma * y).less_than(beta * delta);
    let (cos_phi, cos_psi) = (delta / q, gamma / alpha);
    let (sin_phi, sin_psi) = (is_below.select(-y, y) / q, is_below.select(-beta, beta) / alpha);
    let kappa = alpha * q;
    let sin_difference = cos_psi * sin_phi - sin_psi * cos_phi;
    let difference = tan_half(sin_difference, cos_phi * cos_psi + sin_phi * sin_psi);
    let sum = tan_half(cos_psi * sin_phi + sin_psi * cos_phi, cos_phi * cos_psi - sin_phi * sin_psi);
    // The angle is arctan(τ/difference) − arctan(τ sum), τ = tanh(u/2); for a positive sum that is arctan(τ k / (difference
    // + τ² sum)).
    let k = cos_phi * ((1.0 + difference.square()) * (1.0 + sum.square())).sqrt();
    let tau = |v: f64| (v / (2.0 * kappa + v)).sqrt();
    let is_sum_negative = sum.less_than(0.0);
    let first = |tau: S| {
        let denominator = is_sum_negative.select(difference, difference + tau.square() * sum);
        (tau * is_sum_negative.select(1.0, k), denominator)
    };
    let second = |tau: S| (is_sum_negative.select(-(tau * sum), 0.0), S::from(1.0));
    let (first, second) = (mean_angle(tau, first), mean_angle(tau, second));
    let exponent = -(kappa * sin_difference * difference);
    let beyond = exponent + ((first[0] + second[0]) / PI).ln();
    // Where the other side is small, it is what is missing to 1; else a sum of positive parts.
    let before = (exponent.exp() * (first[1] + second[1]) / PI - exponent.exp_m1()).ln();
    let before = beyond.less_than(-1.0).select(beyond.ln_1m_exp(), before);
    let (cdf, sf) = (is_below.select(beyond, before), is_below.select(before, beyond));
    let within = |inside: S, low: f64, high: f64| {
        let upper = x.less_than(f64::INFINITY).select(inside, high);
        S::from(f64::NEG_INFINITY).less_than(x).select(upper, low)
    };
    [within(cdf, f64::NEG_INFINITY, 0.0), within(sf, 0.0, f64::NEG_INFINITY)]
}

/// tan(a/2) of an angle between −π and π.
fn tan_half<S: Scalar>(sin: S, cos: S) -> S {
    cos.less_than(0.0).select((1.0 - cos) / sin, sin / (1.0 + cos))
}

/// The means over the standard exponential law of V of arctan(opposite/adjacent), both positive, and of π/2 less that: the
/// smaller of them has the digits.
fn mean_angle<S: Scalar>(tau: impl Fn(f64) -> S, sides: impl Fn(S) -> (S, S)) -> [S; 2] {
    let (opposite, adjacent) = sides(tau(1.0));
    let is_small = opposite.less_than(adjacent);
    let mean = exponential_rule().iter().fold(S::from(0.0), |sum, &(v, weight)| {
        let (opposite, adjacent) = sides(tau(v));
        sum + weight * is_small.select(opposite / adjacent, adjacent / opposite).arctan()
    });
    let rest = FRAC_PI_2 - mean;
    [is_small.select(mean, rest), is_small.select(rest, mean)]
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

impl Cdf for OneSided {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_cdf_beyond(self.side, &InverseGaussian, theta, x)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_sf_beyond(self.side, &InverseGaussian, theta, x)
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

impl Cdf for OneSidedLevy {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_cdf_beyond(self.side, &Levy, theta, x)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_sf_beyond(self.side, &Levy, theta, x)
    }
}

/// ln P(X ≤ x) where X is μ + `side` · a variable of this law.
fn ln_cdf_beyond<S: Scalar>(side: f64, law: &impl Cdf<Of = f64>, theta: Theta<'_, S>, x: S) -> S {
    let (mu, rest) = theta.split(1);
    let y = side * (x - mu.unpack::<1>()[0]);
    if side > 0.0 { law.ln_cdf(rest, y) } else { law.ln_sf(rest, y) }
}

/// ln P(X > x) of it.
fn ln_sf_beyond<S: Scalar>(side: f64, law: &impl Cdf<Of = f64>, theta: Theta<'_, S>, x: S) -> S {
    let (mu, rest) = theta.split(1);
    let y = side * (x - mu.unpack::<1>()[0]);
    if side > 0.0 { law.ln_sf(rest, y) } else { law.ln_cdf(rest, y) }
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
