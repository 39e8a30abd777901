use std::f64::consts::PI;

use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::operation::Unary;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The generalized gamma distribution in Prentice's parameters, in which the lognormal law is an ordinary point.
///
/// # Density
///
/// f(x) = |q| k^k exp(k (q w − e^(q w))) / (σ x Γ(k)), w = (ln x − μ)/σ, k = 1/q²; the limit at q = 0 is lognormal
///
/// # Parameters
///
/// - `mu` (μ): real, the location of ln x
/// - `sigma` (σ): > 0, the scale of ln x
/// - `q`: real: 0 lognormal, 1 Weibull, σ gamma, −1 Fréchet
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// From the mean and the standard deviation of ln x, for q near 0 and of both signs. As q → ∞ with σq held the law is a power
/// function below e^μ, as q → −∞ Pareto above it. Constant data have no maximum: σ → 0.
///
/// # Numerics
///
/// The log-density is −ln(σx√(2π)) − w² h(qw) − r(q²), where h(u) = (eᵘ − 1 − u)/u² and r is what Stirling's formula leaves
/// of ln Γ(1/q²): it has all digits, and derivatives, at q = 0. The distribution function is that of w, which is analytic in q
/// too, by quadrature of this density: as an incomplete gamma function of shape 1/q² it would lose digits near q = 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = GeneralizedGammaPrentice.fit(&[0.9, 1.1, 1.6, 2.3, 2.4, 3.1, 3.8, 4.9, 6.0, 9.5])?;
/// assert!(fit["q"].value.abs() < 2.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Prentice, "A log gamma model and its maximum likelihood estimation", 1974. Farewell and Prentice, "A study of
/// distributional shape in life testing", 1977.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedGammaPrentice;

/// The log-density at w = (ln x − μ)/σ.
pub(super) fn ln_density<S: Scalar>(w: S, sigma: S, q: S, ln_x: S) -> S {
    let constant = -sigma.ln() - q.square().stirling_remainder() - 0.5 * (2.0 * PI).ln();
    constant - ln_x - w.square() * (q * w).exp_remainder()
}

/// ln P(W ≤ w), or where `is_upper` ln P(W > w), at w = (ln x − μ)/σ.
pub(super) fn ln_tail<S: Scalar>(w: S, q: S, is_upper: bool) -> S {
    if is_upper { (-w).ln_log_gamma_cdf(-q) } else { w.ln_log_gamma_cdf(q) }
}

/// Starts in μ, σ and q, from ln x of the mean `mean` and the standard deviation `deviation`.
pub(super) fn starts(mean: f64, deviation: f64) -> Vec<Vec<f64>> {
    [0.1, 1.0, -1.0].map(|q| vec![mean + 0.5 * q * deviation, deviation, q]).to_vec()
}

impl Model for GeneralizedGammaPrentice {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("mu").typical(-2.0, 2.0).positive("sigma").typical(0.3, 1.5);
        space.real("q").typical(-1.5, 1.5)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, q] = theta.unpack();
        ln_density((x.ln() - mu) / sigma, sigma, q, x.ln())
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn limits(&self) -> Vec<Limit> {
        let power = |side: f64| Limit::to_with_cdf(Power { side }).same("mu", "mu").at("sigma", 0.0).at("q", side * f64::INFINITY);
        vec![power(1.0), power(-1.0)]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as sigma → 0"));
        }
        let mean = sample.mean_of(0, f64::ln);
        Start::Several(starts(mean, sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt()))
    }
}

impl Cdf for GeneralizedGammaPrentice {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, q] = theta.unpack();
        S::from(0.0).less_than(x).select(ln_tail((x.ln() - mu) / sigma, q, false), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma, q] = theta.unpack();
        S::from(0.0).less_than(x).select(ln_tail((x.ln() - mu) / sigma, q, true), 0.0)
    }
}

/// ln E Xʳ − rμ where 1 + rσq > 0, which needs no q ≠ 0: with t = rσq, of Γ(k + rσ/q)/Γ(k), k = 1/q², by Stirling's formula
/// (rσ)² ((1 + t) ln(1 + t) − t)/t² − ½ ln(1 + t), and what the formula leaves.
fn ln_moment<S: Scalar>(r: f64, sigma: S, q: S) -> S {
    let t = r * sigma * q;
    let curved = t.ln_1p_ratio() - t.unary(Unary::Ln1pRatio(1)) - 1.0 / (1.0 + t);
    let rest = (q.square() / (1.0 + t)).stirling_remainder() - q.square().stirling_remainder();
    (r * sigma).square() * curved - 0.5 * t.ln_1p() + rest
}

/// ln E X² − 2 ln E X, where 1 + 2σq > 0.
fn ln_second_over_first<S: Scalar>(sigma: S, q: S) -> S {
    let t = sigma * q;
    // Σ (2ʲ − 2) κⱼ / j! over the cumulants of ln X, (σ/q)ʲ ψ⁽ʲ⁻¹⁾(1/q²): where the spread is small, the difference cancels.
    let (k, step) = (1.0 / q.square(), sigma / q);
    let cumulant = |j: u8| k.unary(Unary::Polygamma(j - 1));
    // What is left out is below 1e-14 of the sum.
    let coefficient = [
        510.0 / 362_880.0,
        254.0 / 40_320.0,
        126.0 / 5_040.0,
        62.0 / 720.0,
        30.0 / 120.0,
        14.0 / 24.0,
        1.0,
        1.0,
    ];
    let terms = coefficient.iter().zip((2..=9_u8).rev());
    let series = terms.fold(S::from(0.0), |sum, (&c, j)| sum * step + c * cumulant(j)) * step.square();
    let difference = ln_moment(2.0, sigma, q) - 2.0 * ln_moment(1.0, sigma, q);
    let is_small = sigma.less_than(0.01 * q.abs()).select(t.abs(), 1.0).less_than(0.01);
    is_small.select(series, difference)
}

impl Moments for GeneralizedGammaPrentice {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, sigma, q] = theta.unpack();
        let mean = (mu + ln_moment(1.0, sigma, q)).exp();
        S::from(-1.0).less_than(sigma * q).select(mean, f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, sigma, q] = theta.unpack();
        let square_of_mean = (2.0 * (mu + ln_moment(1.0, sigma, q))).exp();
        let variance = square_of_mean * ln_second_over_first(sigma, q).exp_m1();
        let beyond_half = S::from(-1.0).less_than(sigma * q).select(f64::INFINITY, f64::NAN);
        S::from(-0.5).less_than(sigma * q).select(variance, beyond_half)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [mu, sigma, q] = theta.unpack();
        // With R for what Stirling's formula leaves of ln Γ(1/x), x = q²: ψ(1/x) + ln x = −x/2 − x² R′.
        let x = q.square();
        let slope = x * x.unary(Unary::StirlingRemainder(1));
        let of_ln_x = 0.5 * (2.0 * PI).ln() + 0.5 + x.stirling_remainder() + slope + sigma.ln();
        Some(of_ln_x + mu - sigma * q * (0.5 + slope))
    }
}

impl Draw for GeneralizedGammaPrentice {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let [mu, sigma, q] = [theta[0], theta[1], theta[2]];
        let k = 1.0 / (q * q);
        let w = match rand_distr::Gamma::new(k, 1.0) {
            Ok(gamma) if k < 1e12 => (rand::RngExt::sample::<f64, _>(rng, gamma) / k).ln() / q,
            // The law of w is normal to the digits that a draw has.
            _ => rand::RngExt::sample(rng, rand_distr::StandardNormal),
        };
        (mu + sigma * w).exp()
    }
}

/// What the law approaches as |q| → ∞ with σ|q| held: ln x is exponentially distributed below μ (`side` 1) or above it (−1).
#[derive(Debug, Clone, Copy)]
struct Power {
    side: f64,
}

impl Model for Power {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").positive("spread")
    }

    fn name(&self) -> String {
        let law = if self.side > 0.0 { "the power function below" } else { "Pareto above" };
        format!("{law} exp(mu)")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, spread] = theta.unpack();
        let distance = self.side * (mu - x.ln());
        distance.less_than(0.0).select(f64::NEG_INFINITY, -spread.ln() - x.ln() - distance / spread)
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as exp(mu) approaches the observations")
    }

    fn start(&self, sample: &Sample) -> Start {
        let mu = if self.side > 0.0 { sample.max(0) } else { sample.min(0) }.ln();
        let spread = sample.mean_of(0, |x| self.side * (mu - x.ln()));
        let at = vec![("mu".to_string(), EdgeKind::Support)];
        Start::Edge(Edge { theta: vec![mu, spread], std_errors: vec![f64::NAN, spread / sample.n().sqrt()], at })
    }
}

impl Power {
    /// ln P(|ln X − μ| > the distance of ln x), or where not `is_farther` ln P(≤ it).
    fn ln_part<S: Scalar>(self, theta: Theta<'_, S>, x: S, is_farther: bool) -> S {
        let [mu, spread] = theta.unpack();
        let distance = self.side * (mu - x.ln());
        let ln_farther = distance.less_than(0.0).select(0.0, -distance / spread);
        if is_farther { ln_farther } else { ln_farther.ln_1m_exp() }
    }
}

impl Cdf for Power {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        S::from(0.0).less_than(x).select(self.ln_part(theta, x, self.side > 0.0), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        S::from(0.0).less_than(x).select(self.ln_part(theta, x, self.side < 0.0), 0.0)
    }
}
