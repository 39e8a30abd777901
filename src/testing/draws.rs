//! Draws follow the density.

use std::f64::consts::TAU;

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::law::{At, Broken, Law};
use super::panels::Panels;
use crate::model::{Draw, Model};

const DRAWS: usize = 10_000;

/// The greatest distance between the distribution functions of the density and of the draws, at the ends of panels
/// (Kolmogorov and Smirnov: more than this has the probability 2 exp(−2 · 2.5²) = 7e-6).
pub(super) fn follow(at: At<'_>, panels: &Panels) -> Result<(), Broken> {
    let mut rng = SmallRng::seed_from_u64(11);
    let mut drawn: Vec<f64> =
        (0..DRAWS).map(|_| at.model.draw_like(at.theta, panels.point(0.0), &mut rng)[0]).collect();
    if at.model.support().ranges()[0].is_angle() {
        // To the turn from −π to π.
        drawn.iter_mut().for_each(|x| *x -= TAU * (*x / TAU).round());
    }
    drawn.sort_by(f64::total_cmp);
    if let Some(x) = drawn.iter().find(|x| !x.is_finite() || at.ln_density(&panels.point(**x)) == f64::NEG_INFINITY) {
        return Err(at.broken(Law::Draws, Some(&[*x]), "was drawn, and has no density".to_string()));
    }
    let n = DRAWS as f64;
    let (mut below, mut greatest, mut place) = (0.0, 0.0, 0.0);
    for panel in &panels.panels {
        below += panel.mass();
        let share = drawn.partition_point(|x| *x <= panel.end) as f64 / n;
        if (share - below).abs() > greatest {
            (greatest, place) = ((share - below).abs(), panel.end);
        }
    }
    if greatest * n.sqrt() < 2.5 {
        return Ok(());
    }
    let message = format!("of the draws a share lies below that is {greatest:?} from the probability");
    Err(at.broken(Law::Draws, Some(&[place]), message))
}
