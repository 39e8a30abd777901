//! [`Components`]: the models that a mixture is made of, in an array, a vector or a pair.

use std::fmt;

use crate::data::Sample;
use crate::model::{Cdf, Draw, In, Model, Moments, Regularity, Start, Theta, Value};
use crate::observation::Observation;
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::Support;

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

/// Components that all have a mean and a variance in closed form.
pub trait MomentsComponents: Components {
    /// The mean and the variance of each.
    fn moments<S: Scalar>(&self, theta: Theta<'_, S>) -> Vec<(S, S)>;
}

/// Components that can all be drawn from.
pub trait DrawComponents: Components {
    /// One observation of the component at this place, in place of `like` if there is one.
    fn draw_one<R: rand::Rng + ?Sized>(
        &self,
        place: usize,
        theta: &[f64],
        like: Option<<Self::Of as Observation>::In<f64>>,
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
        impl<M: Moments, $($generics)*> MomentsComponents for $type {
            fn moments<S: Scalar>(&self, theta: Theta<'_, S>) -> Vec<(S, S)> {
                each(theta, self.iter().map(|m| m.space().len())).zip(self)
                    .map(|(own, model)| (model.mean(own), model.variance(own))).collect()
            }
        }
        impl<M: Draw, $($generics)*> DrawComponents for $type {
            fn draw_one<R: rand::Rng + ?Sized>(
                &self,
                place: usize,
                theta: &[f64],
                like: Option<In<M, f64>>,
                rng: &mut R,
            ) -> Value<M> {
                draw_of(&self[place], theta, like, rng)
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

impl<A: Moments, B: Moments<Of = A::Of>> MomentsComponents for (A, B) {
    fn moments<S: Scalar>(&self, theta: Theta<'_, S>) -> Vec<(S, S)> {
        let (a, b) = theta.split(self.0.space().len());
        vec![(self.0.mean(a), self.0.variance(a)), (self.1.mean(b), self.1.variance(b))]
    }
}

impl<A: Draw, B: Draw<Of = A::Of>> DrawComponents for (A, B) {
    fn draw_one<R: rand::Rng + ?Sized>(
        &self,
        place: usize,
        theta: &[f64],
        like: Option<In<A, f64>>,
        rng: &mut R,
    ) -> Value<A> {
        if place == 0 { draw_of(&self.0, theta, like, rng) } else { draw_of(&self.1, theta, like, rng) }
    }
}

/// One observation of a model, in place of `like` if there is one.
fn draw_of<M: Draw, R: rand::Rng + ?Sized>(
    model: &M,
    theta: &[f64],
    like: Option<In<M, f64>>,
    rng: &mut R,
) -> Value<M> {
    match like {
        Some(like) => model.draw_like(theta, like, rng),
        None => model.draw(theta, rng),
    }
}
