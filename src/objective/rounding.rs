//! What rounding makes of a log-likelihood and its derivatives, measured.

use super::{Objective, Sums};

/// How far a log-likelihood and its gradient stray from their own second-order picture a few units in the last place of the
/// coordinates away. There the picture is exact, so that all of it is rounding.
#[derive(Debug, Clone)]
pub(crate) struct Rounding {
    /// Of the log-likelihood, in nats.
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
}

/// Units in the last place by which the coordinates are moved; every second coordinate the other way.
const MOVES: [f64; 4] = [-61.0, -17.0, 29.0, 83.0];

/// So many at least.
const LEAST_MOVE: f64 = 17.0;

/// The points to which these moves lead.
fn points_near(free: &[f64]) -> impl Iterator<Item = Vec<f64>> {
    MOVES.into_iter().enumerate().map(move |(at, units)| {
        let sign = |j: usize| if (at + j).is_multiple_of(2) { 1.0 } else { -1.0 };
        free.iter().enumerate().map(|(j, u)| u * (1.0 + sign(j) * units * f64::EPSILON)).collect()
    })
}

impl Rounding {
    /// The same as [`between`](Rounding::between), with that of the Hessian, row by row.
    fn of_all(free: &[f64], sums: &Sums, there: &[f64], seen: &Sums) -> (Rounding, Vec<f64>) {
        let hessian = seen.hessian.iter().zip(&sums.hessian).map(|(there, here)| there - here).collect();
        (Rounding::between(free, sums, there, seen), hessian)
    }

    /// From the sums at a point, and those `seen` at another one next to it.
    fn between(free: &[f64], sums: &Sums, there: &[f64], seen: &Sums) -> Rounding {
        let p = free.len();
        let moved: Vec<f64> = there.iter().zip(free).map(|(a, b)| a - b).collect();
        let turn = |j: usize| (0..p).map(|k| sums.hessian[j * p + k] * moved[k]).sum::<f64>();
        let turns: Vec<f64> = (0..p).map(turn).collect();
        let change: f64 = (0..p).map(|j| (sums.gradient[j] + 0.5 * turns[j]) * moved[j]).sum();
        let gradient = (0..p).map(|j| seen.gradient[j] - sums.gradient[j] - turns[j]).collect();
        Rounding { value: size(seen.value - sums.value - change), gradient }
    }
}

fn size(stray: f64) -> f64 {
    if stray.is_nan() { f64::INFINITY } else { stray.abs() }
}

impl Objective {
    /// The rounding near `free`, whose sums are `sums`, at one point after the other: a pass each. It sees what the sizes of
    /// terms do not tell: large numbers that cancel inside a density, as ln Γ(k) and k ln k do for large k.
    pub(crate) fn rounding<'r>(&'r self, free: &'r [f64], sums: &'r Sums) -> impl Iterator<Item = Rounding> + 'r {
        points_near(free).map(move |there| Rounding::between(free, sums, &there, &self.slope(&there)))
    }

    /// The same, each with that of the Hessian, row by row.
    pub(crate) fn rounding_of_all<'r>(
        &'r self,
        free: &'r [f64],
        sums: &'r Sums,
    ) -> impl Iterator<Item = (Rounding, Vec<f64>)> + 'r {
        points_near(free).map(move |there| Rounding::of_all(free, sums, &there, &self.evaluate_anew(&there)))
    }

    /// The same at the nearest point that was evaluated lately and from which every coordinate has moved. What strays there is
    /// more than rounding if it is not so near that the picture is exact.
    pub(crate) fn rounding_seen(&self, free: &[f64], sums: &Sums) -> Option<(Rounding, Vec<f64>)> {
        let moves = |point: &[f64]| {
            let moves = || point.iter().zip(free).map(|(there, u)| ((there - u).abs(), f64::EPSILON * u.abs()));
            moves()
                .all(|(moved, unit)| moved >= LEAST_MOVE * unit)
                .then(|| moves().map(|(moved, _)| moved).sum::<f64>())
        };
        let (there, seen) = self.seen.nearest(|point| moves(point).filter(|moved| *moved > 0.0))?;
        Some(Rounding::of_all(free, sums, &there, &seen))
    }

    /// The greatest rounding of the log-likelihood at these points, in nats.
    pub(crate) fn rounding_of_value(&self, free: &[f64], sums: &Sums) -> f64 {
        self.rounding(free, sums).map(|rounding| rounding.value).fold(0.0, f64::max)
    }

    /// The same along a ray: of the coordinates that it does not move every digit is as given.
    pub(crate) fn rounding_along(&self, free: &[f64], direction: &[f64]) -> f64 {
        let sums = self.evaluate(free);
        let on_ray = |there: Vec<f64>| -> Vec<f64> {
            there.iter().zip(free).zip(direction).map(|((a, b), d)| if *d == 0.0 { *b } else { *a }).collect()
        };
        let strays = points_near(free).map(on_ray).map(|there| {
            let seen = self.slope(&there);
            Rounding::between(free, &sums, &there, &seen).value
        });
        strays.fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use crate::objective::Objective;
    use crate::prelude::*;

    #[test]
    fn what_was_seen_near_tells_of_rounding_if_every_coordinate_moved() {
        let rows: Vec<f64> = (1..50).map(|k| f64::from(k).sqrt()).collect();
        let terms = rows.terms(&Weibull).expect("rows");
        let objective = Objective::on(Weibull.space(), terms, Some(1)).expect("a likelihood");
        let at = |point: &[f64]| objective.evaluate(point);
        let here = [0.9, 1.5];
        let sums = at(&here);
        assert!(objective.rounding_seen(&here, &sums).is_none());
        at(&[0.9 + 1e-9, 1.5]);
        assert!(objective.rounding_seen(&here, &sums).is_none());

        at(&[0.95, 1.55]);
        let (far, bend) = objective.rounding_seen(&here, &sums).expect("all have moved");
        assert!(far.value > 1e-5 && bend.iter().any(|entry| entry.abs() > 1e-2));
        at(&[0.9 + 1e-9, 1.5 - 1e-9]);
        let (near, bend) = objective.rounding_seen(&here, &sums).expect("all have moved");
        assert!(near.value < 1e-12 && near.gradient.iter().all(|stray| stray.abs() < 1e-12), "{near:?}");
        assert!(bend.iter().all(|entry| entry.abs() < 1e-5), "{bend:?}");
    }
}
