use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::quadrature_rule;
use crate::support::{Range, Support};

/// The log-series (logarithmic) distribution: how many individuals of a species are caught.
///
/// # Density
///
/// P(X = x) = −pˣ / (x ln(1 − p))
///
/// # Parameters
///
/// - `p`: in [0, 1); the mean is −p/((1 − p) ln(1 − p))
///
/// # Support
///
/// The integers 1, 2, 3, …
///
/// # Start
///
/// The mean is (eʸ − 1)/y for y = −ln(1 − p), which Newton's method solves. If every count is 1 the estimate is at the
/// closed end p = 0.
///
/// # Numerics
///
/// The power pˣ and −ln(1 − p) are taken relative to p, so that p may be small or 0. With y = −ln(1 − p), P(X > x) is the
/// integral of (1 − e^(−yr))ˣ over r from 0 to 1, by a rule of Gauss and Legendre from where the integrand begins to count.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = LogSeries.fit(&[1, 3, 1, 1, 2, 8])?;
/// assert!((fit["p"].value - 0.821_064_931_437_141).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., chapter 7. Kemp, "Efficient generation of
/// logarithmically distributed pseudo-random variables", 1981.
#[derive(Debug, Clone, Copy)]
pub struct LogSeries;

impl Model for LogSeries {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().unit("p").typical(0.1, 0.9).closed([0.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        (x - 1.0).x_ln_y(p) - x.ln() - excess(p).ln_1p()
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(1.0, f64::INFINITY))
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let excess = sample.mean_of(0, |x| x - 1.0);
        let mean = 1.0 + excess;
        // ln(1 + mean y) − y is concave, and 2 (mean − 1) right of its root: the steps are monotone.
        let newton = |y: f64| y + ((mean * y).ln_1p() - y) / (1.0 - mean / (1.0 + mean * y));
        let y = if excess > 0.0 { (0..60).fold(2.0 * excess, |y, _| newton(y)) } else { 0.0 };
        Start::At(vec![-(-y).exp_m1()])
    }
}

impl Cdf for LogSeries {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        let inside = (-(p.powf(x) * beyond(p, x))).ln_1p();
        x.less_than(1.0).select(f64::NEG_INFINITY, x.less_than(f64::INFINITY).select(inside, 0.0))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        let inside = x.x_ln_y(p) + beyond(p, x).ln();
        x.less_than(1.0).select(0.0, x.less_than(f64::INFINITY).select(inside, f64::NEG_INFINITY))
    }
}

/// P(X > x) / pˣ, which is the integral of ((1 − e^(−yr))/p)ˣ over r from 0 to 1, y = −ln(1 − p): with t = 1 − e^(−w),
/// ∫ tˣ/(1 − t) dt from 0 to p is ∫ (1 − e^(−w))ˣ dw from 0 to y.
fn beyond<S: Scalar>(p: S, x: S) -> S {
    let of_y = excess(p);
    let y = p * (1.0 + of_y);
    // Where the integrand is e^−40, 1 − e^(−yr) is p times this.
    let share = (-40.0 / x).exp();
    let width = 1.0 - share * (1.0 + excess(p * share)) / (1.0 + of_y);
    let ratio_to_p = |r: S| {
        let z = y * r;
        // Near 0: r (1 − e^(−z))/z · y/p.
        let near = r.ln() + (-(z * (-z).exp_remainder())).ln_1p() + of_y.ln_1p();
        p.less_than(0.25).select(near, (-z).ln_1m_exp() - (-y).ln_1m_exp())
    };
    // Two panels: the integrand rises steeply in one of them, and is flat in the other.
    let panel = |from: f64| {
        quadrature_rule().iter().fold(S::from(0.0), |sum, (node, weight)| {
            let r = 1.0 - width * (from + 0.5 * node);
            sum + 0.5 * *weight * (x * ratio_to_p(r)).exp()
        })
    };
    width * (panel(0.0) + panel(0.5))
}

impl Moments for LogSeries {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [p] = theta.unpack();
        1.0 / ((1.0 - p) * (1.0 + excess(p)))
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [p] = theta.unpack();
        excess(p) * self.mean(theta).square()
    }
}

/// −ln(1 − p)/p − 1, which is p/2 + p²/3 + … and has its digits near 0.
fn excess<S: Scalar>(p: S) -> S {
    // The term after the last is below 4⁻²⁶/28 = 1e-17 of the first.
    let series = (2..=28_u32).rev().fold(S::from(0.0), |rest, k| p * (1.0 / f64::from(k) + rest));
    p.less_than(0.25).select(series, -((-p).ln_1p()) / p - 1.0)
}

impl Draw for LogSeries {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        // Geometric given q, where ln(1 − q) is uniform between ln(1 − p) and 0.
        let (u, v): (f64, f64) = (rand::RngExt::random(rng), rand::RngExt::random(rng));
        let q = -(u * (-theta[0]).ln_1p()).exp_m1();
        // 1 − v is not 0. Where q is, there is no failure.
        1 + ((-v).ln_1p() / q.ln()) as u64
    }
}
