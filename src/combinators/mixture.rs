//! [`Mixture`]: an observation comes from one of several models, and it is not known from which.

use std::fmt;

use crate::data::Sample;
use crate::model::{Cdf, Draw, In, Maxima, Model, Regularity, Start, Theta, Value};
use crate::observation::Observation;
use crate::scalar::Scalar;
use crate::space::{Binding, Space};
use crate::support::Support;

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

/// The components of a mixture.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not components of a mixture",
    label = "not models of one sample space",
    note = "give an array, a vector or a pair of models that describe the same kind of observation: `Mixture([Normal, Normal])`, `Mixture((Normal, Weibull))`"
)]
pub trait Components: fmt::Debug {
    /// Their sample space.
    type Of: Observation;

    /// The name of each, in the model language.
    fn names(&self) -> Vec<String>;

    /// The parameters of each.
    fn spaces(&self) -> Vec<Space>;

    /// What each can have produced.
    fn supports(&self) -> Vec<Support>;

    /// Whether one has a scale of its own, so that it can collapse on an observation.
    fn has_scale(&self) -> bool;

    /// The log-density of each; `theta` holds the parameters of one after the other.
    fn ln_densities<S: Scalar>(&self, theta: Theta<'_, S>, x: <Self::Of as Observation>::In<S>) -> Vec<S>;

    /// The start of each on its own sample.
    fn starts(&self, samples: &[Sample]) -> Vec<Start>;

    /// Whether the usual theory holds of each; `theta` holds the parameters of one after the other.
    fn regular_at(&self, theta: &[f64]) -> Vec<Regularity>;
}

/// Components that all have a distribution function.
pub trait CdfComponents: Components {
    /// ln cdf of each, or ln sf if `upper`.
    fn ln_tails<S: Scalar>(&self, upper: bool, theta: Theta<'_, S>, x: <Self::Of as Observation>::In<S>) -> Vec<S>;
}

/// Components that can all be drawn from.
pub trait DrawComponents: Components {
    /// One observation of the component at this place.
    fn draw_one<R: rand::Rng + ?Sized>(
        &self,
        place: usize,
        theta: &[f64],
        rng: &mut R,
    ) -> <Self::Of as Observation>::Value;
}

macro_rules! components_of_one_type {
    ($({$($generics:tt)*} $type:ty;)*) => { $(
        impl<M: Model, $($generics)*> Components for $type {
            type Of = M::Of;
            fn names(&self) -> Vec<String> {
                self.iter().map(Model::name).collect()
            }
            fn spaces(&self) -> Vec<Space> {
                self.iter().map(Model::space).collect()
            }
            fn supports(&self) -> Vec<Support> {
                self.iter().map(Model::support).collect()
            }
            fn has_scale(&self) -> bool {
                self.iter().any(|model| model.scale().is_some())
            }
            fn ln_densities<S: Scalar>(&self, theta: Theta<'_, S>, x: In<M, S>) -> Vec<S> {
                each(theta, self.iter().map(|m| m.space().len())).zip(self)
                    .map(|(own, model)| model.ln_density(own, x.clone())).collect()
            }
            fn starts(&self, samples: &[Sample]) -> Vec<Start> {
                self.iter().zip(samples).map(|(model, sample)| model.start(sample)).collect()
            }
            fn regular_at(&self, theta: &[f64]) -> Vec<Regularity> {
                each(Theta::new(theta), self.iter().map(|m| m.space().len())).zip(self)
                    .map(|(own, model)| model.regular_at(own.as_slice())).collect()
            }
        }
        impl<M: Cdf, $($generics)*> CdfComponents for $type {
            fn ln_tails<S: Scalar>(&self, upper: bool, theta: Theta<'_, S>, x: In<M, S>) -> Vec<S> {
                each(theta, self.iter().map(|m| m.space().len())).zip(self)
                    .map(|(own, model)| if upper { model.ln_sf(own, x.clone()) } else { model.ln_cdf(own, x.clone()) })
                    .collect()
            }
        }
        impl<M: Draw, $($generics)*> DrawComponents for $type {
            fn draw_one<R: rand::Rng + ?Sized>(&self, place: usize, theta: &[f64], rng: &mut R) -> Value<M> {
                self[place].draw(theta, rng)
            }
        }
    )* };
}
components_of_one_type! { {} Vec<M>; {const N: usize} [M; N]; }

/// The parameters of each component.
fn each<'a, S: Scalar>(
    theta: Theta<'a, S>,
    lengths: impl Iterator<Item = usize>,
) -> impl Iterator<Item = Theta<'a, S>> {
    lengths.scan(theta, |rest, length| {
        let (own, after) = rest.split(length);
        *rest = after;
        Some(own)
    })
}

impl<A: Model, B: Model<Of = A::Of>> Components for (A, B) {
    type Of = A::Of;
    fn names(&self) -> Vec<String> {
        vec![self.0.name(), self.1.name()]
    }
    fn spaces(&self) -> Vec<Space> {
        vec![self.0.space(), self.1.space()]
    }
    fn supports(&self) -> Vec<Support> {
        vec![self.0.support(), self.1.support()]
    }
    fn has_scale(&self) -> bool {
        self.0.scale().is_some() || self.1.scale().is_some()
    }
    fn ln_densities<S: Scalar>(&self, theta: Theta<'_, S>, x: In<A, S>) -> Vec<S> {
        let (a, b) = theta.split(self.0.space().len());
        vec![self.0.ln_density(a, x.clone()), self.1.ln_density(b, x)]
    }
    fn starts(&self, samples: &[Sample]) -> Vec<Start> {
        vec![self.0.start(&samples[0]), self.1.start(&samples[1])]
    }
    fn regular_at(&self, theta: &[f64]) -> Vec<Regularity> {
        let (a, b) = theta.split_at(self.0.space().len());
        vec![self.0.regular_at(a), self.1.regular_at(b)]
    }
}

impl<A: Cdf, B: Cdf<Of = A::Of>> CdfComponents for (A, B) {
    fn ln_tails<S: Scalar>(&self, upper: bool, theta: Theta<'_, S>, x: In<A, S>) -> Vec<S> {
        let (a, b) = theta.split(self.0.space().len());
        if upper {
            vec![self.0.ln_sf(a, x.clone()), self.1.ln_sf(b, x)]
        } else {
            vec![self.0.ln_cdf(a, x.clone()), self.1.ln_cdf(b, x)]
        }
    }
}

impl<A: Draw, B: Draw<Of = A::Of>> DrawComponents for (A, B) {
    fn draw_one<R: rand::Rng + ?Sized>(&self, place: usize, theta: &[f64], rng: &mut R) -> Value<A> {
        if place == 0 { self.0.draw(theta, rng) } else { self.1.draw(theta, rng) }
    }
}

impl<C: Components> fmt::Debug for Mixture<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mixture([{}])", self.0.names().join(", "))
    }
}

impl<C: Components> Mixture<C> {
    /// Σₖ wₖ exp(partₖ), in logarithms.
    fn mix<S: Scalar>(weights: Theta<'_, S>, parts: Vec<S>) -> S {
        let weighted: Vec<S> = weights.as_slice().iter().zip(parts).map(|(w, part)| w.ln() + part).collect();
        S::log_sum_exp(&weighted)
    }
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
        Self::mix(weights, self.0.ln_densities(rest, x))
    }

    fn support(&self) -> Support {
        self.0.supports().into_iter().next().unwrap_or_else(C::Of::support)
    }

    /// Each component starts on its share of the rows, cut by order in the first column into parts of several sizes.
    fn start(&self, sample: &Sample) -> Start {
        let spaces = self.0.spaces();
        let k = spaces.len();
        if sample.rows() < 2 * k {
            return Start::Search;
        }
        let order = sample.order(0);
        // Shares proportional to (j + 1)^power: equal parts, and parts that grow one way or the other.
        let starts = [0.0, 1.0, -1.0, 2.5, -2.5].into_iter().filter_map(|power: f64| {
            let sizes: Vec<f64> = (1..=k).map(|j| (j as f64).powf(power)).collect();
            let total: f64 = sizes.iter().sum();
            // Cut where the weight of the rows so far passes the share.
            let (mut share, mut weight, mut row) = (0.0, 0.0, 0);
            let ends: Vec<usize> = sizes
                .iter()
                .map(|size| {
                    share += size / total;
                    while row < order.len() && weight < share * sample.n() {
                        weight += sample.weight(order[row]);
                        row += 1;
                    }
                    row
                })
                .collect();
            let begins = std::iter::once(0).chain(ends.iter().copied());
            let parts: Vec<Sample> = begins.zip(&ends).map(|(from, &to)| sample.subset(&order[from..to])).collect();
            let mut theta: Vec<f64> = sizes.iter().map(|size| size / total).collect();
            for start in self.0.starts(&parts) {
                match start {
                    Start::Exact(point) | Start::At(point) => theta.extend(point),
                    Start::Several(points) => theta.extend(points.into_iter().next()?),
                    Start::Edge(edge) => theta.extend(edge.theta),
                    Start::Search | Start::Unbounded(_) => return None,
                }
            }
            Some(theta)
        });
        let starts: Vec<Vec<f64>> = starts.collect();
        if starts.is_empty() { Start::Search } else { Start::Several(starts) }
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
        let components = self.0.regular_at(&theta[spaces.len()..]).into_iter().zip(&spaces);
        let failures = components.enumerate().filter_map(|(k, (component, space))| {
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

impl<C: CdfComponents> Cdf for Mixture<C> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (weights, rest) = theta.split(self.0.spaces().len());
        Self::mix(weights, self.0.ln_tails(false, rest, x))
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (weights, rest) = theta.split(self.0.spaces().len());
        Self::mix(weights, self.0.ln_tails(true, rest, x))
    }
}

impl<C: DrawComponents> Draw for Mixture<C> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        let spaces = self.0.spaces();
        let mut rest: f64 = rand::RngExt::random(rng);
        let chosen = theta[..spaces.len()].iter().position(|w| {
            rest -= w;
            rest < 0.0
        });
        let place = chosen.unwrap_or(spaces.len() - 1);
        let from = spaces.len() + spaces[..place].iter().map(Space::len).sum::<usize>();
        self.0.draw_one(place, &theta[from..from + spaces[place].len()], rng)
    }
}
