//! [`LimitedMemory`]: L-BFGS, for more parameters than a Hessian at every iteration is worth.
//!
//! Nocedal and Wright, *Numerical Optimization*, 2nd ed., algorithm 7.4, with a line search that bisects for the weak
//! Wolfe conditions (Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", 2013, algorithm 2.6): it needs
//! no interpolation, ends after a bounded number of trials, and takes a value that is not finite for a step too long.

use std::collections::VecDeque;

use argmin::core::{Error, IterState, KV, Problem, Solver, State, TerminationReason, TerminationStatus};

use crate::objective::Objective;

type Iteration = IterState<Vec<f64>, (), (), (), (), f64>;

/// How many steps are remembered.
const MEMORY: usize = 12;

/// The solver, what it knows of the current point, and the steps it remembers: each with the change of the gradient.
#[derive(Debug, Default)]
pub(crate) struct LimitedMemory {
    gradient: Vec<f64>,
    steps: VecDeque<(Vec<f64>, Vec<f64>)>,
    done: bool,
}

/// The search is over when the gradient, per row, is this small a part of the objective: Newton's method ends it.
const SMALL_GRADIENT: f64 = 1e-8;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The mean negative log-likelihood and its gradient.
fn pass(problem: &mut Problem<&Objective>, free: &[f64]) -> Result<(f64, Vec<f64>), Error> {
    problem.problem("passes", |objective| {
        let (sums, n) = (objective.slope(free), objective.n());
        Ok((-sums.value / n, sums.gradient.iter().map(|g| -g / n).collect()))
    })
}

impl LimitedMemory {
    /// −H⁻¹g for the H that the remembered steps make of a multiple of the identity (algorithm 7.4).
    fn direction(&self) -> Vec<f64> {
        let mut q = self.gradient.clone();
        let mut parts = Vec::with_capacity(self.steps.len());
        for (step, change) in self.steps.iter().rev() {
            let part = dot(step, &q) / dot(step, change);
            q.iter_mut().zip(change).for_each(|(q, y)| *q -= part * y);
            parts.push(part);
        }
        let scale = self.steps.back().map_or_else(
            || 1.0 / dot(&q, &q).sqrt().max(1.0),
            |(step, change)| dot(step, change) / dot(change, change),
        );
        q.iter_mut().for_each(|q| *q *= scale);
        for ((step, change), part) in self.steps.iter().zip(parts.into_iter().rev()) {
            let correction = part - dot(change, &q) / dot(step, change);
            q.iter_mut().zip(step).for_each(|(q, s)| *q += correction * s);
        }
        q.iter().map(|q| -q).collect()
    }
}

impl Solver<&Objective, Iteration> for LimitedMemory {
    fn name(&self) -> &str {
        "L-BFGS"
    }

    fn init(&mut self, problem: &mut Problem<&Objective>, state: Iteration) -> Result<(Iteration, Option<KV>), Error> {
        let start = state.get_param().cloned().unwrap_or_default();
        let (cost, gradient) = pass(problem, &start)?;
        self.gradient = gradient;
        self.done = !cost.is_finite();
        Ok((state.param(start).cost(cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<&Objective>,
        mut state: Iteration,
    ) -> Result<(Iteration, Option<KV>), Error> {
        let point = state.take_param().expect("a point is set at every iteration");
        let cost = state.get_cost();
        let mut direction = self.direction();
        let mut slope = dot(&direction, &self.gradient);
        if slope >= 0.0 || slope.is_nan() {
            // What is remembered no longer fits: begin again along the gradient.
            self.steps.clear();
            direction = self.direction();
            slope = dot(&direction, &self.gradient);
        }
        let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
        let mut found = None;
        for _ in 0..60 {
            let trial: Vec<f64> = point.iter().zip(&direction).map(|(u, d)| u + length * d).collect();
            let (trial_cost, gradient) = pass(problem, &trial)?;
            let is_finite = trial_cost.is_finite() && gradient.iter().all(|g| g.is_finite());
            if !is_finite || trial_cost > cost + 1e-4 * length * slope {
                high = length;
            } else if dot(&gradient, &direction) < 0.9 * slope {
                (low, found) = (length, Some((trial, trial_cost, gradient)));
            } else {
                found = Some((trial, trial_cost, gradient));
                break;
            }
            length = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * low };
        }
        let Some((next, next_cost, gradient)) = found else {
            self.done = true;
            return Ok((state.param(point).cost(cost), None));
        };
        let step: Vec<f64> = next.iter().zip(&point).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = gradient.iter().zip(&self.gradient).map(|(a, b)| a - b).collect();
        if dot(&step, &change) > 0.0 {
            self.steps.push_back((step, change));
            if self.steps.len() > MEMORY {
                self.steps.pop_front();
            }
        }
        let size = dot(&gradient, &gradient).sqrt();
        self.done = size <= SMALL_GRADIENT * (1.0 + next_cost.abs()) || next == point;
        self.gradient = gradient;
        Ok((state.param(next).cost(next_cost), None))
    }

    fn terminate(&mut self, _: &Iteration) -> TerminationStatus {
        if self.done {
            TerminationStatus::Terminated(TerminationReason::SolverConverged)
        } else {
            TerminationStatus::NotTerminated
        }
    }
}
