//! [`Truncated`]: a model of which only observations in a known range are seen.

use std::fmt;
use std::ops::{Bound, RangeBounds};

use crate::data::{Kind, Sample, kind_of, ln_between, with_digits};
use crate::model::{Cdf, Draw, In, Model, Regularity, Start, Theta, Value};
use crate::observation::{Numeric, Observation};
use crate::quantile::{Tail, invert_in};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// A model of which only observations in a known range are seen: others leave no trace, not even their number.
#[derive(Clone)]
pub struct Truncated<M> {
    model: M,
    /// The least and the greatest value that can be seen.
    lower: f64,
    upper: f64,
}

/// The model, seen in `range` only, in data units: `Truncated(Normal, 0.0..)`; `Truncated(Poisson, 1..)` is zero-truncated.
/// A row with a range of its own is data: [`Windowed`](crate::data::Windowed).
///
/// # Density
///
/// f(x) / P(X ∈ range) for x in the range
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Truncated(Poisson, 1..).fit(&[1, 1, 2, 1, 3, 1, 2, 1])?;
/// let lambda = fit["lambda"].value;
/// assert!((lambda / (1.0 - (-lambda).exp()) - 1.5).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[allow(non_snake_case)]
pub fn Truncated<M: Model, T: Copy + Into<f64>>(model: M, range: impl RangeBounds<T>) -> Truncated<M> {
    let is_discrete = model.support().is_discrete();
    let lower = match range.start_bound() {
        Bound::Included(&x) => x.into(),
        Bound::Excluded(&x) if is_discrete => x.into().floor() + 1.0,
        Bound::Excluded(&x) => x.into(),
        Bound::Unbounded => f64::NEG_INFINITY,
    };
    let upper = match range.end_bound() {
        Bound::Included(&x) => x.into(),
        Bound::Excluded(&x) if is_discrete => x.into().ceil() - 1.0,
        Bound::Excluded(&x) => x.into(),
        Bound::Unbounded => f64::INFINITY,
    };
    Truncated { model, lower, upper }
}

impl<M: Model> fmt::Debug for Truncated<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |x: f64| if x.is_finite() { x.to_string() } else { String::new() };
        // Of counts the upper end belongs.
        let equals = if self.model.support().is_discrete() && self.upper.is_finite() { "=" } else { "" };
        write!(f, "Truncated({:?}, {}..{equals}{})", self.model, end(self.lower), end(self.upper))
    }
}

impl<M: Cdf<Of: Numeric>> Truncated<M> {
    fn range(&self) -> Range {
        self.model.support().ranges().first().cloned().unwrap_or(Range::REAL)
    }

    /// What the range says of X, as (left, right]; none if nothing can be seen.
    fn seen(&self) -> Option<(Kind, f64, f64)> {
        let range = self.range();
        let left = if range.is_integer() { self.lower.ceil() - 1.0 } else { self.lower };
        Some((kind_of(&range, left, self.upper)?, left, self.upper))
    }

    /// ln P(X ∈ range)
    fn ln_mass<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let Some((kind, left, right)) = self.seen() else { return f64::NAN.into() };
        let columns: Vec<S> = match kind {
            Kind::Anywhere => return 0.0.into(),
            Kind::Before => vec![right.into()],
            _ => vec![left.into(), right.into()],
        };
        kind.ln_probability(&self.model, theta, &columns)
    }
}

impl<M: Cdf<Of: Numeric>> Model for Truncated<M> {
    type Of = M::Of;

    fn space(&self) -> Space {
        let fault = || format!("{:?} can show nothing: no value of {:?} lies in its range", self, self.model);
        self.model.space().faulty(self.seen().is_none().then(fault))
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.model.ln_density(theta, x) - self.ln_mass(theta)
    }
    fn support(&self) -> Support {
        Support::one(self.range().within(self.lower, self.upper))
    }
    fn scale(&self) -> Option<&str> {
        None
    }
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        self.model.canonical(theta)
    }
    /// Where the model itself would begin, as if nothing were hidden.
    fn start(&self, sample: &Sample) -> Start {
        Start::from_points(self.model.start(sample).points())
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        self.model.regular_at(theta)
    }
}

impl<M: Cdf<Of: Numeric>> Truncated<M> {
    /// ln P(X ≤ x) and ln P(X > x) for x inside the range.
    fn ln_tails<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> (S, S) {
        let Some((kind, left, right)) = self.seen() else { return (f64::NAN.into(), f64::NAN.into()) };
        let mass = self.ln_mass(theta);
        let below = match kind {
            Kind::After | Kind::Between => ln_between(&self.model, theta, M::Of::read(&[left.into()]), x.clone()),
            _ => self.model.ln_cdf(theta, x.clone()),
        };
        let above = match kind {
            Kind::Before | Kind::Between => ln_between(&self.model, theta, x, M::Of::read(&[right.into()])),
            _ => self.model.ln_sf(theta, x),
        };
        with_digits(below - mass, above - mass)
    }
}

impl<M: Cdf<Of: Numeric>> Cdf for Truncated<M> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let number = M::Of::number(&x);
        let (left, right) = self.seen().map_or((f64::NAN, f64::NAN), |(_, left, right)| (left, right));
        let inside = number.less_than(right).select(self.ln_tails(theta, x).0, 0.0);
        S::from(left).less_than(number).select(inside, f64::NEG_INFINITY)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let number = M::Of::number(&x);
        let (left, right) = self.seen().map_or((f64::NAN, f64::NAN), |(_, left, right)| (left, right));
        let inside = number.less_than(right).select(self.ln_tails(theta, x).1, f64::NEG_INFINITY);
        S::from(left).less_than(number).select(inside, 0.0)
    }
}

impl<M: Cdf<Of: Numeric>> Draw for Truncated<M> {
    /// By inversion, so that a range of any probability takes the same time.
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        let Some((kind, left, right)) = self.seen() else { return M::Of::point(f64::NAN) };
        let u: f64 = rand::RngExt::random(rng);
        let between = |left: f64, right: f64| f64::log_sum_exp(&[(-u).ln_1p() + left, u.ln() + right]);
        let tails = |end: f64| {
            let end = M::Of::read(&[end]);
            (self.model.ln_cdf(Theta::new(theta), end.clone()), self.model.ln_sf(Theta::new(theta), end))
        };
        let left = if matches!(kind, Kind::After | Kind::Between) { tails(left) } else { (f64::NEG_INFINITY, 0.0) };
        let right = if matches!(kind, Kind::Before | Kind::Between) { tails(right) } else { (0.0, f64::NEG_INFINITY) };
        // On the side of the median where the probabilities are small.
        let tail = if right.0 < -std::f64::consts::LN_2 {
            Tail::Lower(between(left.0, right.0))
        } else {
            Tail::Upper(between(left.1, right.1))
        };
        let range = self.range().within(self.lower, self.upper);
        M::Of::point(invert_in(&range, &self.model, theta, tail))
    }
}
