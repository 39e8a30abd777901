use crate::data::{Sample, Weighted};
use crate::families::{GeneralizedGammaPrentice, LogNormal};
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

use super::generalized_gamma_prentice::{ln_density, ln_tail};

/// The generalized gamma distribution in Stacy's parameters.
///
/// # Density
///
/// f(x) = p x^(d−1) exp(−(x/a)ᵖ) / (aᵈ Γ(d/p))
///
/// # Parameters
///
/// - `a`: > 0, the scale
/// - `d`: > 0, the exponent at 0: f(x) ~ x^(d−1)
/// - `p`: > 0, the exponent of the tail; gamma for p = 1, Weibull for p = d
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// The estimate in Prentice's parameters, where the way is straight; where that has no counterpart here (q ≤ 0), near the
/// lognormal limit a, p → 0, d → ∞, which is then the answer. As p → ∞ the law is
/// a power of x that ends at a. Constant data have no maximum.
///
/// # Numerics
///
/// As in Prentice's parameters, μ = ln a + ln(d/p)/p, σ = 1/√(dp), q = √(p/d), so that digits remain near the lognormal
/// limit.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = GeneralizedGamma.fit(&[0.9, 1.1, 1.6, 2.3, 2.4, 3.1, 3.2, 3.3, 3.6, 3.9, 4.1])?;
/// assert!(fit["p"].value > 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Stacy, "A generalization of the gamma distribution", 1962. Johnson, Kotz and Balakrishnan, *Continuous Univariate
/// Distributions*, vol. 1, 2nd ed., section 17.8.7.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedGamma;

/// (ln x − μ)/σ, σ and q.
fn of_prentice<S: Scalar>(theta: Theta<'_, S>, x: S) -> (S, S, S) {
    let [a, d, p] = theta.unpack();
    let (sigma, q) = (1.0 / (d * p).sqrt(), (p / d).sqrt());
    ((x.ln() - a.ln() - (d.ln() - p.ln()) / p) / sigma, sigma, q)
}

impl Model for GeneralizedGamma {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().positive("a").typical(0.5, 5.0).positive("d").typical(0.5, 5.0);
        space.positive("p").typical(0.5, 3.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let (w, sigma, q) = of_prentice(theta, x);
        ln_density(w, sigma, q, x.ln())
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn scale(&self) -> Option<&str> {
        Some("a")
    }

    fn limits(&self) -> Vec<Limit> {
        vec![
            Limit::to_with_cdf(LogNormal).at("a", 0.0).at("d", f64::INFINITY).at("p", 0.0),
            Limit::to_with_cdf(PowerFunction).same("a", "a").same("d", "d").at("p", f64::INFINITY),
        ]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as d → ∞"));
        }
        let weights: Vec<f64> = (0..sample.rows()).map(|row| sample.weight(row)).collect();
        let fit = GeneralizedGammaPrentice.fit(Weighted::frequency(sample.column(0), &weights));
        let found = fit.ok().map(|fit| ["mu", "sigma", "q"].map(|name| fit[name].value)).filter(|theta| theta[2] > 0.0);
        let mean = sample.mean_of(0, f64::ln);
        let deviation = sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt();
        let [mu, sigma, q] = found.unwrap_or([mean, deviation, 0.1]);
        let (d, p) = (1.0 / (sigma * q), q / sigma);
        Start::At(vec![(mu + 2.0 * q.ln() / p).exp(), d, p])
    }
}

impl Cdf for GeneralizedGamma {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let (w, _, q) = of_prentice(theta, x);
        S::from(0.0).less_than(x).select(ln_tail(w, q, false), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let (w, _, q) = of_prentice(theta, x);
        S::from(0.0).less_than(x).select(ln_tail(w, q, true), 0.0)
    }
}

impl Moments for GeneralizedGamma {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a, d, p] = theta.unpack();
        a * (d / p).ln_rising(1.0 / p).exp()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, d, p] = theta.unpack();
        let (k, u) = (d / p, 1.0 / p);
        // Γ(k + 2u) Γ(k) − Γ(k + u)², as a part of Γ(k + u)².
        self.mean(theta).square() * ((k + u).ln_rising(u) - k.ln_rising(u)).exp_m1()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [a, d, p] = theta.unpack();
        let k = d / p;
        Some(a.ln() - p.ln() + k.ln_gamma() + k + (1.0 / p - k) * k.digamma())
    }
}

impl Draw for GeneralizedGamma {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let gamma = rand_distr::Gamma::new(theta[1] / theta[2], 1.0).expect("a shape above 0");
        let g: f64 = rand::RngExt::sample(rng, gamma);
        theta[0] * g.powf(1.0 / theta[2])
    }
}

/// What the law approaches as p → ∞: d x^(d−1) / aᵈ for x ≤ a.
#[derive(Debug, Clone, Copy)]
struct PowerFunction;

impl Model for PowerFunction {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("a").positive("d")
    }

    fn name(&self) -> String {
        "the power-function law up to a".to_string()
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, d] = theta.unpack();
        let inside = d.ln() - x.ln() + d * (x.ln() - a.ln());
        a.less_than(x).select(f64::NEG_INFINITY, inside)
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as a approaches the greatest observation")
    }

    fn start(&self, sample: &Sample) -> Start {
        let a = sample.max(0);
        let d = -1.0 / sample.mean_of(0, |x| x.ln() - a.ln());
        let at = vec![("a".to_string(), EdgeKind::Support)];
        Start::Edge(Edge { theta: vec![a, d], std_errors: vec![f64::NAN, d / sample.n().sqrt()], at })
    }
}

impl Cdf for PowerFunction {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, d] = theta.unpack();
        let inside = a.less_than(x).select(0.0, d * (x.ln() - a.ln()));
        S::from(0.0).less_than(x).select(inside, f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_cdf(theta, x).ln_1m_exp()
    }
}
