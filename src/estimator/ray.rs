//! Where the log-likelihood goes along its flattest direction: back down, up for ever, up to a bound, or nowhere.

use crate::certificate::Check;
use crate::error::{Error, Recession};
use crate::objective::{Objective, Sums};
use crate::solver::{Candidate, Quadratic};

/// What a probe found.
pub(super) enum Finding {
    /// Along the ray there is a better point, beyond which the log-likelihood falls: a search goes on there.
    Turn(Vec<f64>),
    /// There is no estimate.
    NoEstimate(Error),
    /// There is none, for this reason, though the log-likelihood is bounded: far along a straight ray it is at this point, a step
    /// on at the other.
    Supremum(Box<Recession>, [Vec<f64>; 2]),
    /// The log-likelihood falls both ways.
    Peak,
}

/// Distances along the ray, in free coordinates: e⁶⁴ is far for a parameter that is positive.
const DISTANCES: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// Probes both ways along the Newton step and along the flattest direction at a point that does not pass this check.
pub(super) fn probe(objective: &Objective, from: &Candidate, failed: &Check, model: &str) -> Finding {
    let free = &from.free[..];
    let sums = objective.evaluate(free);
    if free.is_empty() || !sums.is_finite() {
        return Finding::Peak;
    }
    let quadratic = Quadratic::of(&sums, 1.0);
    if matches!(failed, Check::Distance { .. } | Check::Step(_) | Check::Fall(_)) {
        // On the way to a supremum at infinity, c·e^(−u), each Newton step is a unit of u in whatever units u has. Scaled
        // by its own diagonal the Hessian does not show that direction as flat. The step may also be rounding, along
        // which everything is flat: then it says nothing.
        match along(objective, from, &sums, (quadratic.newton_step(), true), model) {
            Finding::Peak | Finding::NoEstimate(Error::NotIdentified { .. }) => {}
            finding => return finding,
        }
    }
    along(objective, from, &sums, quadratic.weakest(), model)
}

/// A coordinate that a search has taken this far has run away.
const FAR: f64 = 128.0;

/// Looks back from a point to which a search has run until numbers ended, along each coordinate that has run away: what rose
/// all the way rises without bound.
pub(super) fn look_back(objective: &Objective, from: &Candidate, model: &str) -> Option<Error> {
    let reach = DISTANCES[DISTANCES.len() - 1];
    (0..from.free.len()).filter(|&j| from.free[j].abs() >= FAR).find_map(|j| {
        let way = from.free[j].signum();
        let mut before = from.clone();
        before.free[j] -= way * reach;
        let sums = objective.slope(&before.free);
        before.log_likelihood = sums.value;
        let mut direction = vec![0.0; from.free.len()];
        direction[j] = way;
        if !sums.value.is_finite() {
            return None;
        }
        match along(objective, &before, &sums, (direction, true), model) {
            // A supremum may be of this coordinate alone.
            Finding::NoEstimate(error @ Error::Unbounded { .. }) => Some(error),
            _ => None,
        }
    })
}

/// Probes both ways along a direction, uphill first if it is.
fn along(
    objective: &Objective,
    from: &Candidate,
    sums: &Sums,
    (direction, uphill): (Vec<f64>, bool),
    model: &str,
) -> Finding {
    let free = &from.free[..];
    let rounding = 1e-11 * (objective.nat() + sums.value.abs());
    // Whether it is mostly a coordinate in units of its own; of a logarithm or a logit the distances are far.
    let greatest = (0..free.len()).max_by(|&a, &b| direction[a].abs().total_cmp(&direction[b].abs()));
    let names = objective.coordinates().free_names();
    let is_real = greatest.is_some_and(|j| !names[j].is_logarithm);
    let at = |t: f64| -> Vec<f64> { free.iter().zip(&direction).map(|(u, d)| u + t * d).collect() };
    let mut flat = Vec::new();
    for way in if uphill { [1.0, -1.0] } else { [-1.0, 1.0] } {
        let look = |distance: f64| {
            let there = objective.slope(&at(way * distance));
            let slope = there.gradient.iter().zip(&direction).map(|(g, d)| way * g * d).sum();
            Point { distance, value: there.value, slope }
        };
        let distances = std::iter::once(0.0).chain(DISTANCES);
        let points: Vec<Point> = distances.map(look).take_while(|point| point.value.is_finite()).collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else { continue };
        let best = points.iter().fold(first, |best, point| if point.value > best.value { point } else { best });
        let noise = |point: &Point| 4.0 * objective.rounding_along(&at(way * point.distance), &direction);
        let is_clear = |point: &Point| {
            let gain = point.value - sums.value;
            gain > rounding && gain > noise(point)
        };
        if best.value > last.value + rounding && is_clear(best) {
            return Finding::Turn(at(way * best.distance));
        }
        if is_clear(last) {
            if is_real && let Some(distance) = turns_farther(last, rounding, &look) {
                return Finding::Turn(at(way * distance));
            }
            return rising(objective, from, at(way * last.distance), &points, rounding, model);
        }
        // Where rounding is greater than that, nothing is known of a plateau.
        let is_level = points.len() > 1 && (last.value - sums.value).abs() <= rounding;
        if is_level && [first, last].into_iter().all(|point| noise(point) <= rounding) {
            // For a coordinate that is large these distances are small; and one that has run away is level all around.
            let size = free.iter().zip(&direction).map(|(u, d)| (u * d).abs()).fold(0.0, f64::max);
            let farther = look(size);
            if size <= last.distance || !farther.value.is_finite() || (farther.value - sums.value).abs() <= rounding {
                flat.push(way);
            }
        }
    }
    match flat[..] {
        [_, _] => {
            let names = objective.coordinates().free_names().into_iter().map(|free| free.name);
            let direction = names.zip(direction).filter(|(_, part)| part.abs() > 1e-6).collect();
            Finding::NoEstimate(Error::NotIdentified { model: model.to_string(), direction })
        }
        [way] => {
            // The other way it falls, this way it has all but reached its supremum.
            let direction: Vec<f64> = direction.iter().map(|d| way * d).collect();
            let recession = recession(objective, model, from, &direction, sums.value);
            Finding::Supremum(Box::new(recession), [free.to_vec(), at(way)])
        }
        _ => Finding::Peak,
    }
}

/// The best of the distances beyond the last point, a doubling each, if the log-likelihood falls again after it. In the units
/// of a real parameter the first distances may be short.
fn turns_farther(last: &Point, rounding: f64, look: &impl Fn(f64) -> Point) -> Option<f64> {
    let mut best = (last.distance, last.value);
    for doublings in 1..=20 {
        let point = look(last.distance * f64::from(doublings).exp2());
        if !point.value.is_finite() {
            return None;
        }
        if point.value <= best.1 + rounding {
            return (point.value < best.1 - rounding).then_some(best.0);
        }
        best = (point.distance, point.value);
    }
    None
}

/// The log-likelihood at a distance along the ray, and its slope that way.
struct Point {
    distance: f64,
    value: f64,
    slope: f64,
}

/// What there is to a log-likelihood that rises along the whole ray from `from` to `to`; nothing if it cannot be told
/// whether it goes on, or its rise is made of rounding errors.
fn rising(
    objective: &Objective,
    from: &Candidate,
    to: Vec<f64>,
    points: &[Point],
    rounding: f64,
    model: &str,
) -> Finding {
    // Values that rise where gradients do not are rounding errors.
    let agrees = |pair: &[Point]| {
        let length = pair[1].distance - pair[0].distance;
        let secant = (pair[1].value - pair[0].value) / length;
        let (low, high) = (pair[0].slope.min(pair[1].slope), pair[0].slope.max(pair[1].slope));
        let slack = 0.5 * high.abs().max(low.abs()) + rounding / length;
        (low - slack..=high + slack).contains(&secant)
    };
    if !points.windows(2).all(agrees) {
        return Finding::Peak;
    }
    let moved: Vec<f64> = to.iter().zip(&from.free).map(|(a, b)| a - b).collect();
    let (first, last) = (&points[0], &points[points.len() - 1]);
    let rise = last.value - first.value;
    let towards = || {
        let on = to.iter().zip(&moved).map(|(u, part)| u + part / last.distance).collect();
        Finding::Supremum(Box::new(recession(objective, model, from, &moved, last.value)), [to.clone(), on])
    };
    let is_whole = points.len() > DISTANCES.len();
    if is_whole && last.slope * last.distance <= 1e-3 * rise {
        // What is still to come is a small part of what has been: the sum of the slopes is finite.
        return towards();
    }
    let steepest = points.iter().map(|point| point.slope).fold(0.0, f64::max);
    if objective.is_of_probabilities() {
        // They are at most 1: what rises has a bound, and is next to it this far out.
        return towards();
    }
    if last.slope < 0.05 * steepest {
        return Finding::Peak;
    }
    // Which rows gain: all, or those that the density is piled on.
    let before = objective.by_row(&from.free);
    let mut gains: Vec<(usize, f64)> =
        before.iter().zip(objective.by_row(&to)).map(|((row, a), (_, b))| (*row, b - a)).collect();
    let gaining = gains.iter().filter(|(_, gain)| *gain > 0.0).count();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rows =
        if gaining == gains.len() { vec![] } else { gains.iter().take(gaining.min(5)).map(|(row, _)| *row).collect() };
    let why = format!("it has no bound as {}", described(objective, &moved));
    Finding::NoEstimate(Error::Unbounded { model: model.to_string(), why, rows })
}

/// What is known of a log-likelihood that rises along a direction in free coordinates, of which nothing may be known,
/// towards this supremum.
pub(super) fn recession(
    objective: &Objective,
    model: &str,
    best: &Candidate,
    direction: &[f64],
    supremum: f64,
) -> Recession {
    let greatest = direction.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
    let names = objective.coordinates().free_names().into_iter().map(|free| free.name);
    let parts = names.zip(direction).map(|(name, part)| (name, part / greatest));
    Recession {
        model: model.to_string(),
        ends: described(objective, direction),
        direction: parts.filter(|(_, part)| part.abs() > 1e-9).collect(),
        supremum: supremum + 0.0,
        point: objective.coordinates().reported_point(&best.free),
        log_likelihood: best.log_likelihood,
        separation: None,
    }
}

/// The ends to which a direction takes the parameters: `sigma → 0`.
fn described(objective: &Objective, direction: &[f64]) -> String {
    let greatest = direction.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    let names = objective.coordinates().free_names();
    let parts = names.into_iter().zip(direction).filter(|(_, part)| part.abs() > 0.05 * greatest);
    parts.map(|(free, part)| free.ends[usize::from(*part > 0.0)].clone()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;
    use crate::solver::maximise;

    #[test]
    fn a_real_parameter_turns_far_away() {
        // 64 units on it still rises, as it would without bound.
        let model = Fixed(Normal, "sigma", 1.0);
        let terms = [999.0, 1001.0].terms(&model).expect("rows");
        let objective = Objective::on(model.space(), terms, Some(1)).expect("a likelihood");
        let from = maximise(&objective, vec![0.0], 0, None).expect("a search");
        assert_eq!(from.free, [0.0]);
        let found = probe(&objective, &from, &Check::Finite, "Normal");
        assert!(matches!(found, Finding::Turn(free) if (500.0..2000.0).contains(&free[0])));
    }
}
