//! Laws of the density and its score.

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::law::{At, Broken, Law, exceeds};
use super::panels::Panels;
use super::points::typical_parameters;
use crate::graph::Graph;
use crate::model::{Model, Theta};

/// What the integrals here are right to.
const TOLERANCE: f64 = 1e-7;

pub(super) fn integrates_to_one(at: At<'_>, panels: &Panels) -> Result<(), Broken> {
    let total = panels.expect(|_| 1.0);
    let verb = if panels.is_discrete { "sums" } else { "integrates" };
    if (total - 1.0).abs() < TOLERANCE {
        return Ok(());
    }
    Err(at.broken(Law::Total, None, format!("the density {verb} to {total:?}, not 1")))
}

/// Far out, where the density is 0 in doubles, its logarithm is finite; unless the support ends there, which a density
/// reaches without passing through exp(−700), or by steps of doubles next to each other (an end that depends on θ).
pub(super) fn does_not_underflow(at: At<'_>) -> Result<(), Broken> {
    let support = at.model.support();
    let [range] = support.ranges() else { return Ok(()) };
    let whole = |x: f64| if range.is_integer() { x.round() } else { x };
    for side in [-1.0, 1.0] {
        let steps = (-100..=100).map(|k| whole(side * f64::from(k * 3 / 2).exp2()));
        let inside = steps.filter(|x| range.contains(*x) && x.abs() < 1e9);
        let values: Vec<(f64, f64)> = inside.map(|x| (x, at.ln_density(&[x]))).collect();
        for pair in values.windows(2) {
            let ((mut near, mut value), (mut far, beyond)) = (pair[0], pair[1]);
            if !value.is_finite() || beyond != f64::NEG_INFINITY || near == far {
                continue;
            }
            for _ in 0..80 {
                let middle = whole(0.5 * (near + far));
                let there = at.ln_density(&[middle]);
                if there.is_finite() { (near, value) = (middle, there) } else { far = middle }
            }
            // Where an exponential underflows, doubles are close enough to see it coming.
            let step = value - at.ln_density(&[if far > near { near.next_down() } else { near.next_up() }]);
            if (-760.0..-640.0).contains(&value) && step.abs() < 1.0 {
                let message = format!("the log-density falls from {value:?} to −∞: an exponential underflows");
                return Err(at.broken(Law::Tails, Some(&[far]), message));
            }
        }
    }
    Ok(())
}

/// Other typical parameters give no smaller cross-entropy: D(f‖g) ≥ 0.
pub(super) fn minimises_cross_entropy(at: At<'_>, panels: &Panels) -> Result<(), Broken> {
    let mut rng = SmallRng::seed_from_u64(3);
    for _ in 0..3 {
        let other = typical_parameters(&at.model.space(), &mut rng);
        let divergence = panels.expect(|node| {
            let other = at.model.ln_density(Theta::new(&other), node.x.clone());
            // Where the other law has no mass the divergence is infinite; what counts here is that it is not negative.
            if other == f64::NEG_INFINITY { 1e3 } else { node.ln_density - other }
        });
        if divergence < -TOLERANCE || divergence.is_nan() {
            let message = format!("{other:?} has a cross-entropy that is smaller by {:?}", -divergence);
            return Err(at.broken(Law::CrossEntropy, None, message));
        }
    }
    Ok(())
}

/// E s = 0 and E s sᵀ = −E H, for the score s and the Hessian H of ln f.
pub(super) fn scores(at: At<'_>, panels: &Panels) -> Result<(), Broken> {
    let names: Vec<String> = at.model.space().names().map(str::to_string).collect();
    let gradient = at.model.density().gradient();
    let there = |graph: &Graph| graph.at(at.theta).expect("a traced formula lacks nothing");
    let score: Vec<Graph> = gradient.iter().map(there).collect();
    let expect = |f: &dyn Fn(&[f64]) -> f64| panels.expect(|node| if node.mass() > 1e-18 { f(&node.x) } else { 0.0 });
    // The parameters of a simplex move together; what holds, holds of each free direction.
    let directions = directions(at);
    for (j, (name, direction)) in directions.iter().enumerate() {
        let along = |x: &[f64]| -> f64 {
            direction.iter().zip(&score).filter(|(d, _)| **d != 0.0).map(|(d, s)| d * s.replay(&[], x)).sum()
        };
        let (mean, variance) = (expect(&along), expect(&|x| along(x).powi(2)));
        if exceeds(mean.abs(), 1e-6 * variance.sqrt().max(1e-3)) {
            let message = format!("the mean score by {name} is {mean:?}, where its variance is {variance:?}");
            return Err(at.broken(Law::MeanScore, None, message));
        }
        if j >= names.len() || directions.len() != names.len() {
            continue;
        }
        let second = there(&gradient[j].gradient()[j]);
        let curvature = expect(&|x| second.replay(&[], x));
        if exceeds((variance + curvature).abs(), 1e-4 * variance) {
            let message =
                format!("the score by {name} has the variance {variance:?}, and the mean Hessian is {curvature:?}");
            return Err(at.broken(Law::Information, None, message));
        }
    }
    Ok(())
}

/// The directions in which θ can move, by name.
fn directions(at: At<'_>) -> Vec<(String, Vec<f64>)> {
    let space = at.model.space();
    let p = space.len();
    let mut directions = Vec::new();
    let mut from = 0;
    for block in space.blocks() {
        let names = block.names();
        let together = *block.domain() == crate::space::Domain::Simplex;
        for (k, name) in names.iter().enumerate().skip(usize::from(together)) {
            let mut direction = vec![0.0; p];
            direction[from + k] = 1.0;
            if together {
                direction[from] = -1.0;
            }
            directions.push((name.clone(), direction));
        }
        from += names.len();
    }
    directions
}
