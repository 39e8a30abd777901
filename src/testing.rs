//! The laws that every model obeys, as a function: run them on your own.
//!
//! A density that forgets a constant, a distribution function of another scale, a sampler with a wrong bracket, a
//! derivative that rounding has eaten: each breaks a law, and the law names the model, the parameters and the point.

mod differences;
mod distribution;
mod draws;
mod engine;
mod law;
mod likelihood;
mod panels;
mod points;
mod shape;
mod vectors;

pub use differences::slope;
pub use law::{Broken, Law};
pub use likelihood::Likelihood;
pub use points::{typical_observation, typical_parameters};

pub use crate::program::Instructions;

use crate::any_model::AnyModel;
use crate::model::{Model, Regularity, Start};
use law::At;
use panels::Panels;
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// How many points of the space each law is tried at.
const POINTS: usize = 4;

/// Checks the laws that a model must obey, at several parameters in their typical ranges
/// ([`Space::typical`](crate::Space::typical)): those of its density, and those of whatever else it can do.
///
/// - The density integrates (or sums) to one, and its logarithm does not underflow in the tails.
/// - The mean score is zero, and the variance of the score is minus the mean Hessian, where the likelihood is smooth.
/// - No other parameters have a smaller cross-entropy from the law at θ than θ has.
/// - The distribution function is the integral of the density, from both sides, down to 1e-300; quantiles invert it.
/// - Mean, variance and entropy are those of the density; draws follow it.
/// - Traced derivatives are the slopes of the formula; parameters survive the way to free coordinates and back; the
///   log-likelihood of parts sums to that of the whole; what is out of support or domain is an error; declared limits are
///   approached.
///
/// # Errors
///
/// The first law that is [`Broken`], with the model, the parameters and the point.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
/// use thetahat::testing::check_model;
///
/// #[derive(Debug, Clone)]
/// struct Gompertz;
///
/// impl Model for Gompertz {
///     type Of = f64;
///     fn space(&self) -> Space {
///         Space::new().positive("rate").typical(0.1, 2.0).positive("growth").typical(0.1, 2.0)
///     }
///     fn ln_density<S: Scalar>(&self, theta: Theta<S>, x: S) -> S {
///         let [rate, growth] = theta.unpack();
///         rate.ln() + growth * x - rate / growth * (growth * x).exp_m1()
///     }
///     fn support(&self) -> Support {
///         Support::one(Range::NON_NEGATIVE)
///     }
/// }
///
/// check_model(&AnyModel::of(Gompertz)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_model(model: &AnyModel) -> Result<(), Broken> {
    let mut rng = SmallRng::seed_from_u64(20);
    engine::domains(model)?;
    for _ in 0..POINTS {
        let theta = typical_parameters(&model.space(), &mut rng);
        let density = model.density().at(&theta).expect("a traced formula lacks nothing");
        let at = At { model, theta: &theta, density: &density };
        engine::there_and_back(at)?;
        engine::limits(at)?;
        let rows = match Panels::of(at)? {
            Some(panels) => {
                let rows = panels.heaviest(40);
                one_dimension(at, &panels, &rows)?;
                rows
            }
            None => vectors::check(at, &mut rng)?,
        };
        engine::derivatives(at, &rows)?;
        engine::parts(at, &rows)?;
        engine::supports(at, &rows)?;
    }
    Ok(())
}

/// The laws of a model whose observations can be enumerated or integrated over.
fn one_dimension(at: At<'_>, panels: &Panels, rows: &[Vec<f64>]) -> Result<(), Broken> {
    shape::integrates_to_one(at, panels)?;
    shape::does_not_underflow(at)?;
    shape::minimises_cross_entropy(at, panels)?;
    // Where the model answers in closed form with an edge or a kink, or the usual theory fails, the score has no Hessian to
    // agree with.
    let sample = crate::data::Sample::from_rows(rows);
    let is_smooth = !matches!(at.model.start(&sample), Start::Edge(_));
    if is_smooth && matches!(at.model.regular_at(at.theta), Regularity::Always | Regularity::Holds) {
        shape::scores(at, panels)?;
    }
    if at.model.has_cdf() {
        distribution::integrates_the_density(at, panels)?;
        distribution::quantiles(at)?;
    }
    if at.model.has_moments() {
        distribution::moments(at, panels)?;
    }
    if at.model.has_sampler() {
        draws::follow(at, panels)?;
    }
    Ok(())
}
