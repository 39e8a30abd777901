use std::fmt;

use super::harmonic::{beyond_one, ln_harmonic, ln_tail, ln_weighted};
use crate::data::Sample;
use crate::error::{Error, Result};
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// Zipf's distribution, of the ranks 1 to n, n known.
///
/// # Density
///
/// P(X = x) = x^(−s) / Σₖ k^(−s), k = 1, …, n
///
/// # Parameters
///
/// - `s`: ≥ 0; at 0 all ranks are equally probable
///
/// # Support
///
/// The integers 1, …, n.
///
/// # Start
///
/// At s = 1, which the law is named for. If large ranks prevail, the estimate is at the closed end s = 0. If every rank is
/// 1, there is none: s → ∞.
///
/// # Numerics
///
/// The sum goes through the formula of Euler and Maclaurin, so that n may be large.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Zipf { n: 50 }.fit(&[1, 1, 3, 2, 1, 12, 5, 1, 2, 30])?;
/// assert!((fit["s"].value - 1.478449331575).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 11.2.20.
#[derive(Clone, Copy)]
pub struct Zipf {
    /// The greatest rank.
    pub n: u64,
}

impl Zipf {
    /// The model whose greatest rank is this number.
    pub(super) fn known(n: f64) -> Result<Zipf> {
        // Greater ones are not told from their neighbours.
        let is_rank = n >= 1.0 && n == n.trunc() && n <= 2.0_f64.powi(53);
        let message = || format!("`n` is the greatest rank, an integer from 1 to 2^53, not {n}");
        if is_rank { Ok(Zipf { n: n as u64 }) } else { Err(Error::Model { message: message() }) }
    }

    /// ln P(X ≤ x) and ln P(X > x), each a sum of its own: the smaller has the digits.
    fn ln_parts<S: Scalar>(self, theta: Theta<'_, S>, x: S) -> [S; 2] {
        let [s] = theta.unpack();
        let total = ln_harmonic(s, self.end());
        [ln_harmonic(s, x) - total, ln_tail(s, x, self.end()) - total]
    }

    fn end<S: Scalar>(self) -> S {
        S::from(self.n as f64)
    }
}

impl fmt::Debug for Zipf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zipf(n = {})", self.n)
    }
}

impl Model for Zipf {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().positive("s").typical(0.3, 3.0).closed([0.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [s] = theta.unpack();
        -(s * x.ln()) - ln_harmonic(s, self.end())
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(1.0, self.n as f64))
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, _: &Sample) -> Start {
        Start::At(vec![1.0])
    }
}

impl Cdf for Zipf {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [below, above] = self.ln_parts(theta, x);
        let inside = above.less_than(below).select(above.ln_1m_exp(), below);
        x.less_than(1.0).select(f64::NEG_INFINITY, x.less_than(self.n as f64).select(inside, 0.0))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [below, above] = self.ln_parts(theta, x);
        let inside = above.less_than(below).select(above, below.ln_1m_exp());
        x.less_than(1.0).select(0.0, x.less_than(self.n as f64).select(inside, f64::NEG_INFINITY))
    }
}

impl Moments for Zipf {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [s] = theta.unpack();
        let [none, one] = [s, s - 1.0].map(|s| beyond_one(s, self.end()));
        1.0 + (one - none) / (1.0 + none)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [s] = theta.unpack();
        // Of X − 1, whose moments are small where the variance is.
        let [none, one, two] = [s, s - 1.0, s - 2.0].map(|s| beyond_one(s, self.end()));
        let mean = (one - none) / (1.0 + none);
        (two - 2.0 * one + none) / (1.0 + none) - mean * mean
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [s] = theta.unpack();
        let none = beyond_one(s, self.end());
        Some(s * ln_weighted(s, self.end()) / (1.0 + none) + none.ln_1p())
    }
}

impl Draw for Zipf {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        let zipf = rand_distr::Zipf::new(self.n as f64, theta[0]).expect("an exponent inside the domain");
        rand::RngExt::sample::<f64, _>(rng, zipf) as u64
    }
}
