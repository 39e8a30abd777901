//! Where the log-likelihood goes along its flattest direction: back down, up for ever, up to a bound, or nowhere.

use crate::certificate::Check;
use crate::error::Error;
use crate::objective::{Objective, Sums};
use crate::solver::Quadratic;

/// What a probe found.
pub(super) enum Finding {
    /// Along the ray there is a better point, beyond which the log-likelihood falls: a search goes on there.
    Turn(Vec<f64>),
    /// There is no estimate.
    NoEstimate(Error),
    /// The log-likelihood falls both ways.
    Peak,
}

/// Distances along the ray, in free coordinates: e⁶⁴ is far for a parameter that is positive.
const DISTANCES: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// Probes both ways along the Newton step and along the flattest direction at `free`, which does not pass this check.
pub(super) fn probe(objective: &Objective, free: &[f64], failed: &Check, model: &str) -> Finding {
    let sums = objective.evaluate(free);
    if free.is_empty() || !sums.is_finite() {
        return Finding::Peak;
    }
    let quadratic = Quadratic::of(&sums, 1.0);
    if matches!(failed, Check::Distance { .. } | Check::Step(_) | Check::Fall(_)) {
        // On the way to a supremum at infinity, c·e^(−u), each Newton step is a unit of u in whatever units u has. Scaled
        // by its own diagonal the Hessian does not show that direction as flat. The step may also be rounding, along
        // which everything is flat: then it says nothing.
        match along(objective, free, &sums, (quadratic.newton_step(), true), model) {
            Finding::Peak | Finding::NoEstimate(Error::NotIdentified { .. }) => {}
            finding => return finding,
        }
    }
    along(objective, free, &sums, quadratic.weakest(), model)
}

/// Probes both ways along a direction, uphill first if it is.
fn along(
    objective: &Objective,
    free: &[f64],
    sums: &Sums,
    (direction, uphill): (Vec<f64>, bool),
    model: &str,
) -> Finding {
    let rounding = 1e-11 * (1.0 + sums.value.abs());
    let at = |t: f64| -> Vec<f64> { free.iter().zip(&direction).map(|(u, d)| u + t * d).collect() };
    let mut flat = 0;
    for way in if uphill { [1.0, -1.0] } else { [-1.0, 1.0] } {
        let values: Vec<(f64, f64)> = DISTANCES
            .iter()
            .map(|t| (way * t, objective.evaluate(&at(way * t)).value))
            .take_while(|(_, value)| value.is_finite())
            .collect();
        let Some(&(far, last)) = values.last() else { continue };
        let (best_at, best) = values.iter().copied().fold((0.0, sums.value), |a, b| if b.1 > a.1 { b } else { a });
        let is_clear = |gain: f64, t: f64| gain > rounding && gain > noise(objective, &at(t));
        if best > last + rounding && is_clear(best - sums.value, best_at) {
            return Finding::Turn(at(best_at));
        }
        if is_clear(last - sums.value, far) {
            return Finding::NoEstimate(rising(objective, free, &at(far), &values, sums.value, model));
        }
        // Where rounding is greater than that, nothing is known of a plateau.
        if (last - sums.value).abs() <= rounding && noise(objective, &at(far)) <= rounding {
            flat += 1;
        }
    }
    if flat == 2 {
        let names = objective.coordinates().free_names().into_iter().map(|free| free.name);
        let direction = names.zip(direction).filter(|(_, part)| part.abs() > 1e-6).collect();
        return Finding::NoEstimate(Error::NotIdentified { model: model.to_string(), direction });
    }
    if flat == 1 {
        // One way it falls, the other way it has all but reached its supremum.
        let back = objective.evaluate(&at(1.0)).value < sums.value - rounding;
        let way = if back { -1.0 } else { 1.0 };
        let direction = described(objective, &direction.iter().map(|d| way * d).collect::<Vec<_>>());
        let (model, supremum) = (model.to_string(), sums.value + 0.0);
        return Finding::NoEstimate(Error::NoFiniteEstimate { model, direction, supremum });
    }
    Finding::Peak
}

/// What rounding may have made of a log-likelihood, in nats.
fn noise(objective: &Objective, free: &[f64]) -> f64 {
    4.0 * objective.rounding(free, &objective.evaluate(free)).value
}

/// The error about a log-likelihood that rises along the whole ray from `from` to `to`.
fn rising(objective: &Objective, from: &[f64], to: &[f64], values: &[(f64, f64)], start: f64, model: &str) -> Error {
    let model = model.to_string();
    let moved: Vec<f64> = to.iter().zip(from).map(|(a, b)| a - b).collect();
    let direction = described(objective, &moved);
    let points: Vec<(f64, f64)> = std::iter::once((0.0, start)).chain(values.iter().copied()).collect();
    let slopes: Vec<f64> =
        points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0).abs()).collect();
    let (first, last) = (slopes[0], slopes[slopes.len() - 1]);
    if last < 0.25 * first || slopes.len() < 2 || objective.is_of_probabilities() {
        let supremum = points[points.len() - 1].1 + 0.0;
        return Error::NoFiniteEstimate { model, direction, supremum };
    }
    // Which rows gain: all, or those that the density is piled on.
    let before = objective.by_row(from);
    let mut gains: Vec<(usize, f64)> =
        before.iter().zip(objective.by_row(to)).map(|((row, a), (_, b))| (*row, b - a)).collect();
    let gaining = gains.iter().filter(|(_, gain)| *gain > 0.0).count();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rows =
        if gaining == gains.len() { vec![] } else { gains.iter().take(gaining.min(5)).map(|(row, _)| *row).collect() };
    Error::Unbounded { model, why: format!("it has no bound as {direction}"), rows }
}

/// The ends to which a direction takes the parameters: `sigma → 0`.
fn described(objective: &Objective, direction: &[f64]) -> String {
    let greatest = direction.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    let names = objective.coordinates().free_names();
    let parts = names.into_iter().zip(direction).filter(|(_, part)| part.abs() > 0.05 * greatest);
    parts.map(|(free, part)| free.ends[usize::from(*part > 0.0)].clone()).collect::<Vec<_>>().join(", ")
}
