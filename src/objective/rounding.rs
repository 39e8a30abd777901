//! What rounding makes of a log-likelihood and its derivatives, measured.

use super::{Objective, Sums};

/// How far a log-likelihood and its derivatives stray from their own second-order picture a few units in the last place of the
/// coordinates away. There the picture is exact, so that all of it is rounding.
#[derive(Debug, Clone)]
pub(crate) struct Rounding {
    /// Of the log-likelihood, in nats.
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    /// Row by row.
    pub(crate) hessian: Vec<f64>,
}

/// Units in the last place by which the coordinates are moved; every second coordinate the other way.
const MOVES: [f64; 4] = [-61.0, -17.0, 29.0, 83.0];

impl Objective {
    /// The rounding near `free`, whose sums are `sums`, at one point after the other: a pass each. It sees what the sizes of
    /// terms do not tell: large numbers that cancel inside a density, as ln Γ(k) and k ln k do for large k.
    pub(crate) fn rounding<'r>(&'r self, free: &'r [f64], sums: &'r Sums) -> impl Iterator<Item = Rounding> + 'r {
        let p = free.len();
        MOVES.into_iter().enumerate().map(move |(at, units)| {
            let sign = |j: usize| if (at + j).is_multiple_of(2) { 1.0 } else { -1.0 };
            let there: Vec<f64> =
                free.iter().enumerate().map(|(j, u)| u * (1.0 + sign(j) * units * f64::EPSILON)).collect();
            let moved: Vec<f64> = there.iter().zip(free).map(|(a, b)| a - b).collect();
            let seen = self.evaluate_anew(&there);
            let turn = |j: usize| (0..p).map(|k| sums.hessian[j * p + k] * moved[k]).sum::<f64>();
            let turns: Vec<f64> = (0..p).map(turn).collect();
            let change: f64 = (0..p).map(|j| (sums.gradient[j] + 0.5 * turns[j]) * moved[j]).sum();
            let strayed = (seen.value - sums.value - change).abs();
            let value = if strayed.is_nan() { f64::INFINITY } else { strayed };
            let gradient = (0..p).map(|j| seen.gradient[j] - sums.gradient[j] - turns[j]).collect();
            let hessian = seen.hessian.iter().zip(&sums.hessian).map(|(there, here)| there - here).collect();
            Rounding { value, gradient, hessian }
        })
    }

    /// The rounding that is the same at every point, in what is computed from data alone, as the logarithms of data that are
    /// nearly constant.
    pub(crate) fn rounding_of_data<'r>(
        &'r self,
        free: &'r [f64],
        sums: &'r Sums,
    ) -> impl Iterator<Item = Rounding> + 'r {
        [false, true].into_iter().filter_map(move |turned| {
            let seen = self.blurred(free, turned)?;
            let strayed = (seen.value - sums.value).abs();
            let value = if strayed.is_nan() { f64::INFINITY } else { strayed };
            let gradient = seen.gradient.iter().zip(&sums.gradient).map(|(there, here)| there - here).collect();
            Some(Rounding { value, gradient, hessian: vec![0.0; sums.hessian.len()] })
        })
    }

    /// The greatest rounding of the log-likelihood at these points, in nats.
    pub(crate) fn rounding_of_value(&self, free: &[f64], sums: &Sums) -> f64 {
        self.rounding(free, sums).map(|rounding| rounding.value).fold(0.0, f64::max)
    }
}
