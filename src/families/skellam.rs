use super::bessel::ln_bessel_i_near_zero;
use crate::data::Sample;
use crate::model::{Cdf, Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::quadrature_rule;
use crate::support::{Range, Support};

/// The Skellam distribution: the difference of two Poisson counts, such as goals for and against.
///
/// # Density
///
/// P(X = x) = exp(−μ₁ − μ₂) (μ₁/μ₂)^(x/2) I_|x|(2√(μ₁μ₂)), where I is the modified Bessel function
///
/// # Parameters
///
/// - `mu1` (μ₁): ≥ 0, the mean of the count that is added
/// - `mu2` (μ₂): ≥ 0, the mean of the count that is taken away; the mean is μ₁ − μ₂ and the variance μ₁ + μ₂
///
/// # Support
///
/// All integers.
///
/// # Start
///
/// From the mean and the variance. Data without negative values that vary no more than Poisson ones have their estimate at
/// the closed end μ₂ = 0, where the law is Poisson; likewise data without positive ones at μ₁ = 0.
///
/// # Numerics
///
/// For small μ₁μ₂ by the series of I, which holds at 0; else the exponential is taken into the scaled function, so that
/// large means lose no digits where they are alike. Of a count k of 1e8, as where one mean is 1e8 and the other 1, the terms are
/// of k ln k: 3e-8 nats are rounding. A tail is the integral of the probability over the mean of the count that is added, from or to
/// μ₁, by a rule of Gauss and Legendre.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Skellam.fit(&[1, 0, -1, 2, 3, 0, -2, 1])?;
/// assert!((fit["mu1"].value - fit["mu2"].value - 0.5).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Skellam, "The frequency distribution of the difference between two Poisson variates belonging to different populations",
/// 1946. Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 4.12.3.
#[derive(Debug, Clone, Copy)]
pub struct Skellam;

impl Model for Skellam {
    type Of = f64;

    fn space(&self) -> Space {
        let mean = |space: Space, name: &str| space.positive(name).typical(0.5, 10.0).closed([0.0]);
        mean(mean(Space::new(), "mu1"), "mu2")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu1, mu2] = theta.unpack();
        let size = x.abs();
        let is_negative = x.less_than(0.0);
        let [near, far] = ln_probability(size, is_negative.select(mu2, mu1), is_negative.select(mu1, mu2));
        (mu1 * mu2).less_than(size + 1.0).select(near, far)
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(f64::NEG_INFINITY, f64::INFINITY))
    }

    fn start(&self, sample: &Sample) -> Start {
        let mean = sample.mean(0);
        if sample.constant(0) == Some(0.0) {
            return Start::At(vec![0.0, 0.0]);
        }
        // The variance of the law is greater than its mean, in absolute value.
        let variance = sample.variance(0).max(1.1 * mean.abs());
        Start::At(vec![0.5 * (variance + mean), 0.5 * (variance - mean)])
    }
}

/// ln P(X = x) for x ≥ 0, where μ₁μ₂ is less than x + 1, and where it is greater than 0.
fn ln_probability<S: Scalar>(x: S, mu1: S, mu2: S) -> [S; 2] {
    let product = mu1 * mu2;
    // The Poisson law of the greater count, and what the other one adds.
    let poisson = x.x_ln_y(mu1) - (x + 1.0).ln_gamma() - mu1 - mu2;
    let near = poisson + ln_bessel_i_near_zero(x, product);
    // (√μ₁ − √μ₂)²
    let gap = ((mu1 - mu2) / (mu1.sqrt() + mu2.sqrt())).square();
    let far = 0.5 * x * (mu1.ln() - mu2.ln()) - gap + x.ln_bessel_i_scaled(2.0 * product.sqrt());
    [near, far]
}

impl Cdf for Skellam {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_tails(theta, x)[0]
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_tails(theta, x)[1]
    }
}

/// ln P(X ≤ x) and ln P(X > x).
///
/// Since ∂ P(X > x) / ∂μ₁ = P(X = x), the upper tail of x ≥ 0 is the integral of that probability over means t from 0 to μ₁, and
/// the lower one that over t > μ₁. What is negative is exchanged with its opposite.
fn ln_tails<S: Scalar>(theta: Theta<'_, S>, x: S) -> [S; 2] {
    let [mu1, mu2] = theta.unpack();
    let is_negative = x.less_than(0.0);
    let (size, own) = (is_negative.select(-x - 1.0, x), is_negative.select(mu2, mu1));
    let other = is_negative.select(mu1, mu2);
    // The tail that is taken: the one that is farther from the mean; of a small mean, where 0 has its weight, the upper one.
    let is_lower = own.less_than(1.0).select(0.0, size.less_than(own - other).select(1.0, 0.0)).equals(1.0);
    let reach = reach(size, own, other);
    let width = is_lower.select(reach, reach.less_than(own).select(reach, own));
    let is_near = (other * is_lower.select(own + width, own)).less_than(size + 1.0);
    let ln_probability = |t: S| {
        let [near, far] = ln_probability(size, t, other);
        is_near.select(near, far)
    };
    let ln_first = ln_probability(own);
    let step = is_lower.select(width, -width);
    let sum = quadrature_rule().iter().fold(S::from(0.0), |sum, &(node, weight)| {
        sum + weight * (ln_probability(own + step * node) - ln_first).exp()
    });
    let ln_tail = S::from(0.0).less_than(own).select(ln_first + (width * sum).ln(), f64::NEG_INFINITY);
    let ln_rest = ln_tail.ln_1m_exp();
    // Both exchanges turn the tails about.
    let is_cdf = is_negative.select(is_lower.select(0.0, 1.0), is_lower.select(1.0, 0.0)).equals(1.0);
    let within = |inside: S, low: f64, high: f64| {
        let upper = x.less_than(f64::INFINITY).select(inside, high);
        S::from(f64::NEG_INFINITY).less_than(x).select(upper, low)
    };
    let (cdf, sf) = (is_cdf.select(ln_tail, ln_rest), is_cdf.select(ln_rest, ln_tail));
    [within(cdf, f64::NEG_INFINITY, 0.0), within(sf, 0.0, f64::NEG_INFINITY)]
}

/// How far from μ₁ the probability of x has fallen to less than rounding, as a function of μ₁: on a tangent at most, or by so
/// many standard deviations.
fn reach<S: Scalar>(x: S, mu1: S, mu2: S) -> S {
    let product = mu1 * mu2;
    // The saddle point of the generating function over zˣ; its distance from 1 is the slope.
    let root = S::from(0.0).less_than(product).select((x * x + 4.0 * product).sqrt(), x);
    let slope = ((x + root) / (2.0 * mu1) - 1.0).abs();
    let (steep, even) = (40.0 / slope, 45.0 + 9.5 * (mu1 + mu2).sqrt());
    steep.less_than(even).select(steep, even)
}

impl Moments for Skellam {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu1, mu2] = theta.unpack();
        mu1 - mu2
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu1, mu2] = theta.unpack();
        mu1 + mu2
    }
}

impl Draw for Skellam {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        // A mean of 0 gives no count.
        let mut count = |mean: f64| {
            rand_distr::Poisson::new(mean).map_or(0.0, |poisson| rand::RngExt::sample::<f64, _>(rng, poisson))
        };
        count(theta[0]) - count(theta[1])
    }
}
