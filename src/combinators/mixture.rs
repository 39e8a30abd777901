//! [`Mixture`]: an observation comes from one of several models, and it is not known from which.

mod components;
mod em;

use std::fmt;

use crate::data::{Sample, with_digits};
use crate::model::{Cdf, Draw, In, Maxima, Model, Moments, Regularity, Start, Theta, Value};
use crate::observation::Observation;
use crate::scalar::{Condition, Scalar};
use crate::space::{Binding, Space};
use crate::support::{Range, Support};
pub use components::Components;
use components::{CdfComponents, DrawComponents, MomentsComponents};

/// A mixture of models of the same sample space, in an array, a vector or a pair.
///
/// # Density
///
/// f(x) = Σₖ wₖ fₖ(x)
///
/// # Parameters
///
/// - `w1`, `w2`, …: the weights, in (0, 1), together 1
/// - the parameters of each component under their own names, followed by its number
///
/// Components of the same kind are reported in increasing order of their first parameter.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let waits = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
/// let fit = Mixture([Normal, Normal]).fit(&waits)?;
/// assert!((fit["w1"].value - 0.5).abs() < 1e-6);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// McLachlan and Peel, *Finite Mixture Models*, 2000.
#[derive(Clone, Copy)]
pub struct Mixture<C: Components>(pub C);

impl<C: Components> fmt::Debug for Mixture<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mixture([{}])", self.0.names().join(", "))
    }
}

impl<C: Components> Mixture<C> {
    /// ln fₖ(x), which is −∞ where the component cannot have produced what another can.
    fn parts<S: Scalar>(&self, theta: Theta<'_, S>, x: &In<Self, S>) -> Vec<S> {
        let columns = C::Of::columns(x);
        let whole = self.support();
        let masked = |(part, own): (S, Support)| {
            let pairs = own.ranges().iter().zip(whole.ranges()).zip(&columns);
            pairs.fold(part, |part, ((own, whole), &x)| inside(own, whole, x, part))
        };
        self.0.ln_densities(theta, x.clone()).into_iter().zip(self.0.supports()).map(masked).collect()
    }

    /// Σₖ wₖ exp(partₖ), in logarithms.
    fn mix<S: Scalar>(weights: Theta<'_, S>, parts: Vec<S>) -> S {
        let weighted: Vec<S> = weights.as_slice().iter().zip(parts).map(|(w, part)| w.ln() + part).collect();
        S::log_sum_exp(&weighted)
    }
}

/// A component's `part` of the log-density at `x`: −∞ outside its own range, as far as that is not the whole.
fn inside<S: Scalar>(own: &Range, whole: &Range, x: S, part: S) -> S {
    let (lower, upper) = (own.lower(), own.upper());
    let mut part = part;
    // At an end that belongs to the range the density may be 0, with slopes that are infinite.
    if own.has_end() {
        part = S::from(f64::NEG_INFINITY).less_than(part).select(part, f64::NEG_INFINITY);
    }
    if own.narrower_below(whole) {
        part = if own.contains(lower) {
            x.less_than(lower).select(f64::NEG_INFINITY, part)
        } else {
            S::from(lower).less_than(x).select(part, f64::NEG_INFINITY)
        };
    }
    if own.narrower_above(whole) {
        part = if own.contains(upper) {
            S::from(upper).less_than(x).select(f64::NEG_INFINITY, part)
        } else {
            x.less_than(upper).select(part, f64::NEG_INFINITY)
        };
    }
    part
}

impl<C: Components> Model for Mixture<C> {
    type Of = C::Of;

    fn space(&self) -> Space {
        let spaces = self.0.spaces();
        let weights = Space::new().simplex((1..=spaces.len()).map(|k| format!("w{k}")));
        let space = spaces.into_iter().zip(1..).fold(weights, |space, (inner, k)| space.nest(inner, k));
        // Types see to it, but for models whose type is erased.
        let alike = self.0.supports().windows(2).all(|pair| pair[0].is_like(&pair[1]));
        let fault = || format!("the components of {} describe different kinds of observation", self.name());
        space.faulty((!alike).then(fault))
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (weights, rest) = theta.split(self.0.spaces().len());
        Self::mix(weights, self.parts(rest, &x))
    }

    /// Whatever a component can have produced.
    fn support(&self) -> Support {
        self.0.supports().into_iter().reduce(|all, own| all.or(&own)).unwrap_or_else(C::Of::support)
    }

    /// Where EM ends on some of the rows, begun from several partitions of them.
    fn start(&self, sample: &Sample) -> Start {
        Start::from_points(em::ends(self, sample))
    }

    fn maxima(&self) -> Maxima {
        if self.0.has_scale() {
            Maxima::LocalOfUnbounded("as a component collapses on one observation")
        } else {
            Maxima::Unknown
        }
    }

    /// It fails with the first component for which it does.
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        let spaces = self.0.spaces();
        let components = self.0.regular_at(&theta[spaces.len()..]);
        if components.iter().all(|component| *component == Regularity::Always) {
            return Regularity::Always;
        }
        let failures = components.into_iter().zip(&spaces).enumerate().filter_map(|(k, (component, space))| {
            let (of, why) = component.failure(space)?;
            let of = of.into_iter().map(|name| format!("{name}{}", k + 1));
            Some(Regularity::fails(of, format!("of component {}: {why}", k + 1)))
        });
        failures.into_iter().next().unwrap_or(Regularity::Holds)
    }

    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        let spaces = self.0.spaces();
        let k = spaces.len();
        let alike = spaces.windows(2).all(|pair| pair[0] == pair[1]);
        let free = spaces.iter().flat_map(Space::blocks).all(|block| *block.binding() == Binding::Free);
        let length = spaces.first().map_or(0, Space::len);
        if !alike || !free || length == 0 {
            return theta;
        }
        let (weights, rest) = theta.split_at(k);
        let mut parts: Vec<(f64, &[f64])> = weights.iter().copied().zip(rest.chunks(length)).collect();
        parts.sort_by(|(_, a), (_, b)| a[0].total_cmp(&b[0]));
        let weights = parts.iter().map(|(weight, _)| *weight);
        weights.chain(parts.iter().flat_map(|(_, own)| own.iter().copied())).collect()
    }
}

impl<C: CdfComponents> Mixture<C> {
    /// ln cdf or ln sf of each component, which below or above all that it can produce are those of 0 and 1.
    fn tails<S: Scalar>(&self, upper: bool, theta: Theta<'_, S>, x: In<Self, S>) -> Vec<S> {
        let columns = C::Of::columns(&x);
        let whole = self.support();
        let (below, above) = if upper { (0.0, f64::NEG_INFINITY) } else { (f64::NEG_INFINITY, 0.0) };
        let masked = |(mut tail, own): (S, Support)| {
            if let (Some(own), Some(whole), Some(&x)) = (own.ranges().first(), whole.ranges().first(), columns.first())
            {
                if own.narrower_below(whole) {
                    tail = x.less_than(own.lower()).select(below, tail);
                }
                if own.narrower_above(whole) {
                    tail = S::from(own.upper()).less_than(x).select(above, tail);
                }
            }
            tail
        };
        self.0.ln_tails(upper, theta, x).into_iter().zip(self.0.supports()).map(masked).collect()
    }
}

impl<C: CdfComponents> Mixture<C> {
    fn ln_both<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> (S, S) {
        let (weights, rest) = theta.split(self.0.spaces().len());
        let below = Self::mix(weights, self.tails(false, rest, x.clone()));
        // Weights sum to 1 but for rounding, which a sum of all of them must not show.
        with_digits(below, Self::mix(weights, self.tails(true, rest, x)))
    }
}

impl<C: CdfComponents> Cdf for Mixture<C> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.ln_both(theta, x).0
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.ln_both(theta, x).1
    }
}

impl<C: MomentsComponents> Moments for Mixture<C> {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let (weights, rest) = theta.split(self.0.spaces().len());
        let means = self.0.moments(rest).into_iter().zip(weights.as_slice()).map(|((mean, _), &w)| w * mean);
        means.reduce(|sum, part| sum + part).unwrap_or(f64::NAN.into())
    }
    /// Of the variances within the components and the variance between their means.
    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let whole = self.mean(theta);
        let (weights, rest) = theta.split(self.0.spaces().len());
        let parts = self.0.moments(rest).into_iter().zip(weights.as_slice());
        let parts = parts.map(|((mean, variance), &w)| w * (variance + (mean - whole).square()));
        parts.reduce(|sum, part| sum + part).unwrap_or(f64::NAN.into())
    }
}

impl<C: DrawComponents> Draw for Mixture<C> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        self.draw_any(theta, None, rng)
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: In<Self, f64>, rng: &mut R) -> Value<Self> {
        self.draw_any(theta, Some(like), rng)
    }
}

impl<C: DrawComponents> Mixture<C> {
    /// One observation of a component that is drawn by the weights, in place of `like` if there is one.
    fn draw_any<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: Option<In<Self, f64>>, rng: &mut R) -> Value<Self> {
        let spaces = self.0.spaces();
        let mut rest: f64 = rand::RngExt::random(rng);
        let chosen = theta[..spaces.len()].iter().position(|w| {
            rest -= w;
            rest < 0.0
        });
        let place = chosen.unwrap_or(spaces.len() - 1);
        let from = spaces.len() + spaces[..place].iter().map(Space::len).sum::<usize>();
        self.0.draw_one(place, &theta[from..from + spaces[place].len()], like, rng)
    }
}
