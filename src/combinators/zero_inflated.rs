//! [`ZeroInflated`]: counts with more zeros than a model has.

use crate::any_model::AnyModel;
use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, In, Model, Moments, Regularity, Start, Theta, Value};
use crate::observation::Numeric;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::Support;

/// A model of counts of which a share are zero for a reason of their own.
///
/// # Density
///
/// P(0) = π + (1 − π) f(0), P(x) = (1 − π) f(x) for x > 0
///
/// # Parameters
///
/// - `pi` (π): in [0, 1), the share of structural zeros; 0 is a closed end, and the answer for data with no zeros too many
/// - the model's own
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = ZeroInflated(Poisson).fit(&[0, 0, 0, 0, 0, 0, 3, 2, 4, 1, 0, 5])?;
/// assert!(fit["pi"].value > 0.5);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Lambert, "Zero-inflated Poisson regression, with an application to defects in manufacturing", 1992.
#[derive(Debug, Clone, Copy)]
pub struct ZeroInflated<M>(pub M);

impl<M: Model<Of: Numeric>> Model for ZeroInflated<M> {
    type Of = M::Of;

    fn space(&self) -> Space {
        let counts = self.0.support();
        let has_zero = counts.ranges().first().is_some_and(|range| range.is_integer() && range.contains(0.0));
        let own = self.0.space();
        let no_zero = || format!("{:?} has no zero to inflate", self.0);
        let twice = || {
            format!(
                "{:?} has a parameter `pi` already, as the one to be added is called; of two shares of zeros only what they make together is in the likelihood, so that no data tell them apart: inflate once",
                self.0
            )
        };
        let has_share = own.names().any(|name| name == "pi");
        let fault = (!has_zero).then(no_zero).or_else(|| has_share.then(twice));
        Space::new().unit("pi").closed([0.0]).then(own).faulty(fault)
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (pi, own) = theta.split(1);
        let pi = pi.as_slice()[0];
        let count = M::Of::number(&x);
        let inner = self.0.ln_density(own, x);
        let zero = (inner.exp() - pi * inner.exp_m1()).ln();
        count.equals(0.0).select(zero, (-pi).ln_1p() + inner)
    }
    fn support(&self) -> Support {
        self.0.support()
    }
    fn canonical(&self, mut theta: Vec<f64>) -> Vec<f64> {
        let own = self.0.canonical(theta.split_off(1));
        theta.extend(own);
        theta
    }
    /// The model's own start on the rows that are not 0 with most zeros structural, and on all rows with few.
    fn start(&self, sample: &Sample) -> Start {
        let positive: Vec<usize> = (0..sample.rows()).filter(|&row| sample.column(0)[row] != 0.0).collect();
        let zeros = 1.0 - positive.iter().map(|&row| sample.weight(row)).sum::<f64>() / sample.n();
        let begin = |share: f64, rows: &Sample| -> Vec<Vec<f64>> {
            let own = self.0.start(rows).points();
            own.into_iter().map(|point| std::iter::once(share).chain(point).collect()).collect()
        };
        let mut points = begin((0.1 * zeros).max(1e-3), sample);
        if !positive.is_empty() && zeros > 0.0 {
            points.extend(begin(0.8 * zeros, &sample.subset(&positive)));
        }
        Start::from_points(points)
    }
    fn limits(&self) -> Vec<Limit> {
        let inflated = |limit: Limit| {
            let model = ZeroInflated(limit.model.clone());
            let erased = AnyModel::of(model.clone()).ok()?.with_cdf(&model);
            Some(Limit { model: erased, ..limit }.same("pi", "pi"))
        };
        self.0.limits().into_iter().filter_map(inflated).collect()
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        self.0.regular_at(&theta[1..])
    }
}

impl<M: Cdf<Of: Numeric>> Cdf for ZeroInflated<M> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (pi, own) = theta.split(1);
        let pi = pi.as_slice()[0];
        let inner = self.0.ln_cdf(own, x.clone());
        // Far up, by the complement.
        let complement = ((-pi).ln_1p() + self.0.ln_sf(own, x.clone())).ln_1m_exp();
        let near = (inner.exp() - pi * inner.exp_m1()).ln();
        let inside = inner.less_than(-0.5).select(near, complement);
        M::Of::number(&x).less_than(0.0).select(f64::NEG_INFINITY, inside)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (pi, own) = theta.split(1);
        let inside = (-pi.as_slice()[0]).ln_1p() + self.0.ln_sf(own, x.clone());
        M::Of::number(&x).less_than(0.0).select(0.0, inside)
    }
}

impl<M: Moments<Of: Numeric>> Moments for ZeroInflated<M> {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let (pi, own) = theta.split(1);
        (1.0 - pi.as_slice()[0]) * self.0.mean(own)
    }
    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let (pi, own) = theta.split(1);
        let pi = pi.as_slice()[0];
        (1.0 - pi) * (self.0.variance(own) + pi * self.0.mean(own).square())
    }
}

impl<M: Draw<Of: Numeric>> Draw for ZeroInflated<M> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        let uniform: f64 = rand::RngExt::random(rng);
        if uniform < theta[0] { M::Of::point(0.0) } else { self.0.draw(&theta[1..], rng) }
    }
}
