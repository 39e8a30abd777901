//! Models made of models.

use thetahat::prelude::*;

use crate::families::check;
use crate::support::points::between;

#[test]
fn a_mixture_of_two_normals() {
    check(&Mixture([Normal, Normal]), 40, |rng| vec![between(rng, -4.0, 4.0)]);
}

#[test]
fn a_mixture_of_different_models() {
    check(&Mixture((Normal, Weibull)), 41, |rng| vec![between(rng, 0.1, 4.0)]);
}

#[test]
fn a_mixture_of_three() {
    check(&Mixture(vec![Weibull, Weibull, Weibull]), 42, |rng| vec![between(rng, 0.1, 6.0)]);
}

#[test]
fn a_model_with_a_known_parameter() {
    check(&Fixed(Weibull, "shape", 1.5), 43, |rng| vec![between(rng, 0.1, 6.0)]);
}

#[test]
fn a_model_whose_type_is_erased() {
    let model = AnyModel::of(Mixture([Normal, Normal])).expect("a sound model");
    check(&model, 44, |rng| vec![between(rng, -4.0, 4.0)]);
}
