use std::f64::consts::LN_2;

use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The generalized normal (exponential power) distribution: Laplace, normal and uniform in one.
///
/// # Density
///
/// f(x) = β / (2s Γ(1/β)) · exp(−|z|^β), z = (x − m)/s
///
/// # Parameters
///
/// - `loc` (m): real, the median and the mean
/// - `scale` (s): > 0; not the standard deviation
/// - `shape` (β): > 0: 1 Laplace, 2 normal; the tails are the lighter, the greater
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// At the median with the scale that is best for it, for shapes 1.2, 2 and 6. As β → ∞ the law is uniform. For β → 0 with the
/// location at an observation the likelihood has no bound: the estimate is a local maximum. Constant data have no maximum: s → 0.
///
/// # Numerics
///
/// The constant is −ln 2s − ln Γ(1 + 1/β). For β ≤ 1 the likelihood has a cusp at every observation, where no maximum can
/// be certified; for 1 < β < 2 its slope is continuous, and its curvature infinite at the observations alone.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = GeneralizedNormal.fit(&[-2.1, -1.0, -0.4, -0.1, 0.3, 0.4, 0.8, 1.1, 1.5, 2.4, -1.7])?;
/// assert!(fit["shape"].value > 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Subbotin, "On the law of frequency of error", 1923. Nadarajah, "A generalized normal distribution", 2005.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedNormal;

impl Model for GeneralizedNormal {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0);
        space.positive("shape").typical(1.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale, shape] = theta.unpack();
        let z = ((x - loc) / scale).abs();
        -LN_2 - scale.ln() - (1.0 + 1.0 / shape).ln_gamma() - z.powf(shape)
    }

    fn scale(&self) -> Option<&str> {
        Some("scale")
    }

    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("as shape → 0 with loc at an observation")
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Centred).same("loc", "loc").same("scale", "scale").at("shape", f64::INFINITY)]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as scale → 0"));
        }
        let (low, high) = sample.medians(0);
        let (median, middle) = (0.5 * low + 0.5 * high, 0.5 * sample.min(0) + 0.5 * sample.max(0));
        let at = |loc: f64, shape: f64| {
            let unit = (sample.max(0) - loc).max(loc - sample.min(0));
            let power = sample.mean_of(0, |x| ((x - loc) / unit).abs().powf(shape));
            vec![loc, unit * (shape * power).powf(1.0 / shape), shape]
        };
        Start::Several(vec![at(sample.mean(0), 2.0), at(median, 1.2), at(middle, 6.0)])
    }
}

impl Cdf for GeneralizedNormal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_below(theta, |loc| x - loc)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_below(theta, |loc| loc - x)
    }
}

/// The logarithm of the probability of a deviation from the location of less than this.
fn ln_below<S: Scalar>(theta: Theta<'_, S>, deviation: impl Fn(S) -> S) -> S {
    let [loc, scale, shape] = theta.unpack();
    let d = deviation(loc);
    let power = (d / scale).abs().powf(shape);
    let ln_tail = (1.0 / shape).ln_gamma_q(power) - LN_2;
    let away = d.less_than(0.0).select(ln_tail, ln_tail.ln_1m_exp());
    // Next to the location the slopes of the power and of its tail are 0 · ∞ and their curvatures cancel: by the density there.
    let twice_density = (shape.ln() - scale.ln() - (1.0 / shape).ln_gamma()).exp();
    let near = (twice_density * d * mean_near(power, shape)).ln_1p() - LN_2;
    power.less_than(NEAR).select(near, away)
}

/// Powers below this are next to the location.
const NEAR: f64 = 1e-3;

/// The mean of exp(−|t|^shape) from 0 to z where the power z^shape is small: Σ (−power)^k / (k! (1 + k shape)).
fn mean_near<S: Scalar>(power: S, shape: S) -> S {
    let mut factorial = 1.0;
    let mut term = S::from(1.0);
    let mut sum = S::from(1.0);
    for k in 1..=5 {
        let k = f64::from(k);
        factorial *= -k;
        term = term * power;
        sum = sum + term / (factorial * (1.0 + k * shape));
    }
    // At 0 the power has no slope.
    power.less_than(f64::MIN_POSITIVE).select(1.0, sum)
}

impl Moments for GeneralizedNormal {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [loc, _, _] = theta.unpack();
        loc
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, scale, shape] = theta.unpack();
        scale.square() * (1.0 / shape).ln_rising(2.0 / shape).exp()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale, shape] = theta.unpack();
        Some(1.0 / shape + LN_2 + scale.ln() + (1.0 + 1.0 / shape).ln_gamma())
    }
}

impl Draw for GeneralizedNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let gamma = rand_distr::Gamma::new(1.0 / theta[2], 1.0).expect("a shape above 0");
        let g: f64 = rand::RngExt::sample(rng, gamma);
        let deviation = theta[1] * g.powf(1.0 / theta[2]);
        if rand::RngExt::random(rng) { theta[0] + deviation } else { theta[0] - deviation }
    }
}

/// What the law approaches as β → ∞: uniform between loc − scale and loc + scale.
#[derive(Debug, Clone, Copy)]
struct Centred;

impl Model for Centred {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("loc").positive("scale")
    }

    fn name(&self) -> String {
        "the uniform law from loc − scale to loc + scale".to_string()
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        scale.less_than((x - loc).abs()).select(f64::NEG_INFINITY, -LN_2 - scale.ln())
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the likelihood increases as the interval shrinks onto the observations")
    }

    fn start(&self, sample: &Sample) -> Start {
        let loc = 0.5 * sample.min(0) + 0.5 * sample.max(0);
        // Not the half range: after rounding both ends must be inside.
        let scale = (sample.max(0) - loc).max(loc - sample.min(0));
        let at = ["loc", "scale"].map(|name| (name.to_string(), EdgeKind::Support)).to_vec();
        Start::Edge(Edge { theta: vec![loc, scale], std_errors: vec![f64::NAN; 2], at })
    }
}

impl Cdf for Centred {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ln_share_below(x - loc, scale)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ln_share_below(loc - x, scale)
    }
}

/// The logarithm of the share of −`scale` to `scale` that is below `d`.
fn ln_share_below<S: Scalar>(d: S, scale: S) -> S {
    let share = |part: S| 0.5 * part / scale;
    // Near the upper end, by what is left.
    let inside = d.less_than(0.0).select(share(d + scale).ln(), (-share(scale - d)).ln_1p());
    let below_end = d.less_than(scale).select(inside, 0.0);
    (-scale).less_than(d).select(below_end, f64::NEG_INFINITY)
}
