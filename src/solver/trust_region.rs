//! [`TrustRegionNewton`]: Newton's method on exact Hessians, kept to where its quadratic picture holds.
//!
//! Conn, Gould and Toint, *Trust-Region Methods*, 2000, algorithm 6.1.1, with two changes: a trial point that is not
//! finite is a rejected step, and close to the optimum, where differences of likelihoods are rounding errors, a step is
//! judged by the estimated distance to the minimum, which needs gradients only.

use argmin::core::{Error, IterState, KV, Problem, Solver, State, TerminationReason, TerminationStatus};

use super::Quadratic;
use crate::objective::{Objective, Sums};

type Iteration = IterState<Vec<f64>, (), (), (), (), f64>;

/// The solver and what it knows of the current point.
#[derive(Debug, Default)]
pub(crate) struct TrustRegionNewton {
    /// In scaled coordinates; the quadratic picture is of the mean, so 1 is a change of about half a nat a row.
    radius: f64,
    here: Option<Quadratic>,
    done: bool,
}

/// Below this part of the objective, a change of it is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// So many nats a row from the maximum a step changes nothing: it is 1e-14 of what one row tells of a parameter, its last
/// digits. Where more of them would cost a pass over many rows, so many nats of all rows are near enough: 5e-8 standard errors.
const NO_DISTANCE: f64 = 5e-29;
const NO_DISTANCE_OF_MANY: f64 = 1e-15;
const MANY_ROWS: usize = 5000;

/// A smaller radius means that no step at all improves.
const LEAST_RADIUS: f64 = 1e-14;

fn pass(problem: &mut Problem<&Objective>, free: &[f64]) -> Result<Sums, Error> {
    problem.problem("passes", |objective| Ok(objective.evaluate(free)))
}

impl TrustRegionNewton {
    fn see(&mut self, problem: &Problem<&Objective>, sums: &Sums) -> f64 {
        let n = problem.problem.as_ref().map_or(1.0, |objective| objective.n());
        self.here = sums.is_finite().then(|| Quadratic::of(sums, 1.0 / n));
        -sums.value / n
    }
}

impl Solver<&Objective, Iteration> for TrustRegionNewton {
    fn name(&self) -> &str {
        "trust-region Newton"
    }

    fn init(&mut self, problem: &mut Problem<&Objective>, state: Iteration) -> Result<(Iteration, Option<KV>), Error> {
        let start = state.get_param().cloned().unwrap_or_default();
        let sums = pass(problem, &start)?;
        self.radius = 1.0;
        let cost = self.see(problem, &sums);
        self.done = self.here.is_none();
        Ok((state.param(start).cost(cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<&Objective>,
        mut state: Iteration,
    ) -> Result<(Iteration, Option<KV>), Error> {
        let here = self.here.take().expect("the executor stops when the picture is gone");
        let point = state.take_param().expect("a point is set at every iteration");
        let cost = state.get_cost();
        let (step, predicted) = here.step(self.radius);
        let trial: Vec<f64> = point.iter().zip(&step).map(|(u, s)| u + s).collect();
        let sums = pass(problem, &trial)?;
        let trial_cost = self.see(problem, &sums);
        let distance = here.distance_to_minimum();
        // A step that the radius cuts short predicts little far from the minimum, too.
        let to_come = if distance.is_finite() { distance } else { predicted };
        let accepted = match &self.here {
            None => false,
            Some(there) if to_come <= ROUNDING * (1.0 + cost.abs()) => {
                let better = there.distance_to_minimum() < distance;
                // Newton converges quadratically until rounding stops it.
                let dear = problem.problem.as_ref().filter(|objective| objective.reads_rows(MANY_ROWS));
                let near_enough =
                    dear.map_or(NO_DISTANCE, |objective| NO_DISTANCE_OF_MANY * objective.nat() / objective.n());
                self.done = there.distance_to_minimum() < near_enough.max(NO_DISTANCE)
                    || there.distance_to_minimum() >= 0.25 * distance
                    || !better;
                better
            }
            Some(_) => {
                let ratio = (cost - trial_cost) / predicted;
                if ratio > 0.75 {
                    self.radius *= 2.5;
                } else if ratio < 0.25 {
                    self.radius *= 0.4;
                }
                ratio > 1e-4
            }
        };
        if accepted {
            return Ok((state.param(trial).cost(trial_cost), None));
        }
        if self.here.is_none() {
            self.radius *= 0.2;
        }
        self.done |= self.radius < LEAST_RADIUS || trial == point;
        self.here = Some(here);
        Ok((state.param(point).cost(cost), None))
    }

    fn terminate(&mut self, _: &Iteration) -> TerminationStatus {
        if self.done {
            TerminationStatus::Terminated(TerminationReason::SolverConverged)
        } else {
            TerminationStatus::NotTerminated
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::objective::Objective;
    use crate::prelude::*;
    use crate::solver::maximise;

    #[test]
    fn a_short_step_far_from_the_minimum_is_not_the_end() {
        // Of ln σ, from where the squares over σ² are 1e28: the first steps predict less than the cost has digits.
        let model = Fixed(Normal, "mu", 0.0);
        let terms = [1.0, 1.0, 1.0].terms(&model).expect("rows");
        let objective = Objective::on(model.space(), terms, Some(1)).expect("a likelihood");
        let end = maximise(&objective, vec![1e-14_f64.ln()], 300, None).expect("a search");
        assert!(end.free[0].abs() < 1e-9, "{end:?}");
    }
}
