use std::f64::consts::{LN_2, PI};

use crate::data::Sample;
use crate::families::Normal;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::operation::Binary;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// Student's t distribution with location and scale.
///
/// # Density
///
/// f(x) = Γ((ν+1)/2) / (Γ(ν/2) √(νπ) s) · (1 + z²/ν)^(−(ν+1)/2), z = (x − m)/s
///
/// # Parameters
///
/// - `loc` (m): real, the median
/// - `scale` (s): > 0; not the standard deviation
/// - `df` (ν): > 0, the degrees of freedom: the fewer, the heavier the tails
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// From the median and the quartiles, with several degrees of freedom. As ν → ∞ the law is normal, which is the answer for
/// data whose tails are not heavier. For ν near 0 the likelihood is unbounded on any data; the estimate is a local
/// maximum.
///
/// # Numerics
///
/// The ratio of gamma functions is a rising factorial, so that ν may be as large as 1e15. P(X ≤ x) is the regularised
/// incomplete beta function, and next to the median a power series.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = StudentT.fit(&[-0.4, 0.1, 0.3, -0.2, 0.6, 9.0, 0.2, -0.1, -5.0, 0.0])?;
/// assert!(fit["df"].value < 2.0 && fit["loc"].value.abs() < 0.2);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 28. Fernández and Steel,
/// "Multivariate Student-t regression models: pitfalls and inference", 1999.
#[derive(Debug, Clone, Copy)]
pub struct StudentT;

impl Model for StudentT {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0);
        space.positive("df").typical(1.0, 20.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale, df] = theta.unpack();
        let z = (x - loc) / scale;
        let constant = (0.5 * df).ln_rising(0.5) - 0.5 * (PI * df).ln() - scale.ln();
        constant - 0.5 * (df + 1.0) * (z * z / df).ln_1p()
    }

    fn scale(&self) -> Option<&str> {
        Some("scale")
    }

    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("as scale → 0 at a value that r of the n observations have, for df below r/(n − r)")
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Normal).same("loc", "mu").same("scale", "sigma").at("df", f64::INFINITY)]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as scale → 0"));
        }
        let (low, high) = sample.medians(0);
        let loc = 0.5 * low + 0.5 * high;
        let half_range = 0.5 * sample.quantile(0, 0.75) - 0.5 * sample.quantile(0, 0.25);
        let spread = if half_range > 0.0 { half_range } else { sample.standard_deviation(0) };
        // Degrees of freedom with the upper quartile of their law.
        let laws = [(1.0, 1.0), (5.0, 0.7267), (50.0, 0.6794)];
        Start::Several(laws.map(|(df, quartile)| vec![loc, spread / quartile, df]).to_vec())
    }
}

impl Cdf for StudentT {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale, df] = theta.unpack();
        ln_tail((loc - x) / scale, df)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale, df] = theta.unpack();
        ln_tail((x - loc) / scale, df)
    }
}

/// ln P(Z > z) of the standard law: half the incomplete beta function of ν/(ν + z²), ν/2 and ½, for z > 0. Of z near 0,
/// where the logit of ν/(ν + z²) has no slope, the power series ½ − z f(0) F(½, (ν + 1)/2; 3/2; −z²/ν).
fn ln_tail<S: Scalar>(z: S, df: S) -> S {
    let size = z.abs();
    let far = (0.5 * df).ln_beta_p(0.5, df.ln() - 2.0 * size.ln()) - LN_2;
    let either_far = z.less_than(0.0).select(far.ln_1m_exp(), far);
    // Terms −(ν + 1)/2 · z²/ν and so on, the last below 1e-19.
    let square = size.square() / df;
    let series = (1..6).rev().map(f64::from).fold(S::from(0.0), |sum, n| {
        -square * (0.5 * df + (n - 0.5)) / n * (sum + 1.0 / (2.0 * n + 1.0))
    });
    let central_density = ((0.5 * df).ln_rising(0.5) - 0.5 * (PI * df).ln()).exp();
    let near = (-2.0 * z * central_density * (1.0 + series)).ln_1p() - LN_2;
    (square * (df + 1.0)).less_than(1e-3).select(near, either_far)
}

impl Moments for StudentT {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [loc, _, df] = theta.unpack();
        S::from(1.0).less_than(df).select(loc, f64::NAN)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, scale, df] = theta.unpack();
        let finite = S::from(2.0).less_than(df).select(scale.square() * df / (df - 2.0), f64::INFINITY);
        S::from(1.0).less_than(df).select(finite, f64::NAN)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale, df] = theta.unpack();
        let half = 0.5 * df;
        let rise = half.binary(Binary::PolygammaRising(0), S::from(0.5));
        Some((half + 0.5) * rise + 0.5 * (PI * df).ln() - half.ln_rising(0.5) + scale.ln())
    }
}

impl Draw for StudentT {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let t = rand_distr::StudentT::new(theta[2]).expect("degrees of freedom inside the domain");
        let z: f64 = rand::RngExt::sample(rng, t);
        theta[0] + theta[1] * z
    }
}
