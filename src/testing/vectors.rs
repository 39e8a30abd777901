//! Laws of models of vectors, by draws: there is no integral over several dimensions to compare with.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use rand::rngs::SmallRng;

use super::law::{At, Broken, Law, exceeds};
use super::points::typical_observation;
use crate::model::{Draw, Model};

const DRAWS: usize = 20_000;

/// More standard errors than this have the probability 6e-7.
const MOST: f64 = 5.0;

/// Checks the total mass and the mean score by draws, if there is a sampler; gives some observations.
pub(super) fn check(at: At<'_>, rng: &mut SmallRng) -> Result<Vec<Vec<f64>>, Broken> {
    if !at.model.has_sampler() {
        return Ok((0..40).map(|_| typical_observation(at.model, at.theta, rng)).collect());
    }
    // Where the law is of counts given their sum, so many for each column.
    let like = vec![4.0; at.model.support().width()];
    let drawn: Vec<Vec<f64>> = (0..DRAWS).map(|_| at.model.draw_like(at.theta, like.clone(), rng)).collect();
    if let Some(x) = drawn.iter().find(|x| !at.ln_density(x).is_finite()) {
        return Err(at.broken(Law::Draws, Some(x), "was drawn, and has no density".to_string()));
    }
    total(at, &drawn)?;
    mean_score(at, &drawn)?;
    Ok(drawn.into_iter().take(40).collect())
}

/// Whether a point is in a part of the sample space.
type Part = Box<dyn Fn(&[f64]) -> bool>;

/// The mean of 1{x ∈ A} / f(x) is the measure of A, for any part A of the sample space (Gelfand and Dey, "Bayesian model
/// choice", 1994): a small neighbourhood of the mean, or the values drawn most often.
fn total(at: At<'_>, drawn: &[Vec<f64>]) -> Result<(), Broken> {
    let n = drawn.len() as f64;
    let (measure, is_inside): (f64, Part) = if at.model.support().is_discrete() {
        let mut counts: BTreeMap<Vec<i64>, usize> = BTreeMap::new();
        let key = |x: &[f64]| x.iter().map(|&x| x as i64).collect::<Vec<i64>>();
        drawn.iter().for_each(|x| *counts.entry(key(x)).or_default() += 1);
        counts.retain(|_, count| *count > 50);
        (counts.len() as f64, Box::new(move |x| counts.contains_key(&key(x))))
    } else {
        neighbourhood(at, drawn)
    };
    let parts: Vec<f64> =
        drawn.iter().map(|x| if is_inside(x) { (-at.ln_density(x)).exp() / measure } else { 0.0 }).collect();
    let mean = parts.iter().sum::<f64>() / n;
    let error = (parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>()).sqrt() / n;
    if (mean - 1.0).abs() <= MOST * error && error < 0.2 {
        return Ok(());
    }
    let message = format!("by draws the density has the mass {:?} ± {:?}, not 1", 1.0 / mean, error / (mean * mean));
    Err(at.broken(Law::Total, None, message))
}

/// Half a standard deviation about the mean, in the coordinates that are free, with its measure.
fn neighbourhood(at: At<'_>, drawn: &[Vec<f64>]) -> (f64, Part) {
    let support = at.model.support();
    let d = support.width();
    let n = drawn.len() as f64;
    let mean: Vec<f64> = (0..d).map(|k| drawn.iter().map(|x| x[k]).sum::<f64>() / n).collect();
    if support.is_directions() {
        // A cap of this angle about the mean direction: its area, by Simpson's rule.
        let length = mean.iter().map(|m| m * m).sum::<f64>().sqrt();
        let angle = 0.4;
        let sphere = 2.0 * PI.powf(0.5 * (d as f64 - 1.0)) / (crate::special::ln_gamma(0.5 * (d as f64 - 1.0))).exp();
        let at = |k: u32| (angle * f64::from(k) / 100.0).sin().powi(d as i32 - 2);
        let sum: f64 = (0..50).map(|k| at(2 * k) + 4.0 * at(2 * k + 1) + at(2 * k + 2)).sum();
        let area = sphere * sum * angle / 300.0;
        let inside = move |x: &[f64]| x.iter().zip(&mean).map(|(x, m)| x * m / length).sum::<f64>() >= f64::cos(angle);
        return (area, Box::new(inside));
    }
    let free = if support.is_shares() { d - 1 } else { d };
    let deviation = |k: usize| (drawn.iter().map(|x| (x[k] - mean[k]).powi(2)).sum::<f64>() / n).sqrt();
    let half: Vec<f64> = (0..free).map(|k| 0.5 * deviation(k)).collect();
    let measure = half.iter().map(|h| 2.0 * h).product();
    let inside = move |x: &[f64]| (0..free).all(|k| (x[k] - mean[k]).abs() <= half[k]);
    (measure, Box::new(inside))
}

fn mean_score(at: At<'_>, drawn: &[Vec<f64>]) -> Result<(), Broken> {
    let space = at.model.space();
    let gradient = at.model.density().gradient();
    let n = drawn.len().min(4000);
    let mut from = 0;
    for block in space.blocks() {
        let together = *block.domain() == crate::space::Domain::Simplex;
        for k in from + usize::from(together)..from + block.names().len() {
            let score = |x: &Vec<f64>| {
                let first = if together { gradient[from].replay(at.theta, x) } else { 0.0 };
                gradient[k].replay(at.theta, x) - first
            };
            let scores: Vec<f64> = drawn[..n].iter().map(score).collect();
            let mean = scores.iter().sum::<f64>() / n as f64;
            let error = scores.iter().map(|s| (s - mean).powi(2)).sum::<f64>().sqrt() / n as f64;
            if exceeds(mean.abs(), MOST * error) {
                let name = &block.names()[k - from];
                let message = format!("by draws the mean score by {name} is {mean:?} ± {error:?}");
                return Err(at.broken(Law::MeanScore, None, message));
            }
        }
        from += block.names().len();
    }
    Ok(())
}
