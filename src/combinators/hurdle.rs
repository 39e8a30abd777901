//! [`Hurdle`]: whether a count is positive, and if so how large, are two questions.

use crate::any_model::AnyModel;
use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, In, Model, Regularity, Start, Theta, Value};
use crate::observation::{Numeric, Observation};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::Support;

/// A model of counts that have a hurdle to pass before they are positive.
///
/// # Density
///
/// P(0) = 1 − p, P(x) = p f(x) / (1 − f(0)) for x > 0
///
/// # Parameters
///
/// - `p`: in [0, 1], the probability of a positive count; both ends are closed
/// - the model's own
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Hurdle(Poisson).fit(&[0, 0, 0, 0, 0, 0, 3, 2, 4, 1, 0, 5])?;
/// assert!((fit["p"].value - 5.0 / 12.0).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mullahy, "Specification and testing of some modified count data models", 1986.
#[derive(Debug, Clone, Copy)]
pub struct Hurdle<M>(pub M);

impl<M: Model<Of: Numeric>> Hurdle<M> {
    /// ln(1 − f(0))
    fn ln_positive<S: Scalar>(&self, own: Theta<'_, S>) -> S {
        self.0.ln_density(own, M::Of::read(&[0.0.into()])).ln_1m_exp()
    }
}

impl<M: Model<Of: Numeric>> Model for Hurdle<M> {
    type Of = M::Of;

    fn space(&self) -> Space {
        let counts = self.0.support();
        let from_zero = counts.ranges().first().is_some_and(|range| range.is_integer() && range.lower() == 0.0);
        let fault = || format!("{:?} is no model of counts from 0", self.0);
        Space::new().unit("p").closed([0.0, 1.0]).then(self.0.space()).faulty((!from_zero).then(fault))
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (p, own) = theta.split(1);
        let p = p.as_slice()[0];
        let count = M::Of::number(&x);
        let positive = p.ln() + self.0.ln_density(own, x) - self.ln_positive(own);
        count.equals(0.0).select((-p).ln_1p(), positive)
    }
    fn support(&self) -> Support {
        self.0.support()
    }
    fn canonical(&self, mut theta: Vec<f64>) -> Vec<f64> {
        let own = self.0.canonical(theta.split_off(1));
        theta.extend(own);
        theta
    }
    /// The share of positive counts, and the model's own start on them.
    fn start(&self, sample: &Sample) -> Start {
        let positive: Vec<usize> = (0..sample.rows()).filter(|&row| sample.column(0)[row] != 0.0).collect();
        let share = positive.iter().map(|&row| sample.weight(row)).sum::<f64>() / sample.n();
        let own = self.0.start(&sample.subset(&positive)).points();
        Start::from_points(own.into_iter().map(|point| std::iter::once(share).chain(point).collect()).collect())
    }
    fn limits(&self) -> Vec<Limit> {
        let hurdled = |limit: Limit| {
            let model = Hurdle(limit.model.clone());
            let erased = AnyModel::of(model.clone()).ok()?.with_cdf(&model);
            Some(Limit { model: erased, ..limit }.same("p", "p"))
        };
        self.0.limits().into_iter().filter_map(hurdled).collect()
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        self.0.regular_at(&theta[1..])
    }
}

impl<M: Cdf<Of: Numeric>> Cdf for Hurdle<M> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let above = self.ln_sf(theta, x.clone()).ln_1m_exp();
        M::Of::number(&x).less_than(0.0).select(f64::NEG_INFINITY, above)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (p, own) = theta.split(1);
        let inside = p.as_slice()[0].ln() + self.0.ln_sf(own, x.clone()) - self.ln_positive(own);
        M::Of::number(&x).less_than(0.0).select(0.0, inside)
    }
}

impl<M: Draw<Of: Numeric> + Cdf> Draw for Hurdle<M> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        M::Of::point(self.quantile(theta, rand::RngExt::random(rng)))
    }
}
