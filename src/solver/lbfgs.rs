//! [`LimitedMemory`]: L-BFGS, for more parameters than a Hessian at every iteration is worth.
//!
//! Nocedal and Wright, *Numerical Optimization*, 2nd ed., algorithm 7.4, with a line search that bisects for the weak
//! Wolfe conditions (Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", 2013, algorithm 2.6): it needs
//! no interpolation, ends after a bounded number of trials, and takes a value that is not finite for a step too long.

use std::collections::VecDeque;

use argmin::core::{Error, KV, Problem, Solver, TerminationReason, TerminationStatus};

use super::{Iteration, Search};
use crate::objective::{Objective, Sums};

/// How many steps are remembered.
const MEMORY: usize = 12;

/// The solver, what it knows of the current point, and the steps it remembers: each with the change of the gradient. Once it
/// remembers as many as it may, it allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct LimitedMemory {
    here: Point,
    trial: Point,
    /// The best that a line search has found.
    found: Point,
    direction: Vec<f64>,
    steps: VecDeque<(Vec<f64>, Vec<f64>)>,
    /// Room for the next step.
    last: (Vec<f64>, Vec<f64>),
    /// What of each step is in a direction.
    parts: Vec<f64>,
    sums: Sums,
    done: bool,
}

#[derive(Debug, Default)]
struct Point {
    at: Vec<f64>,
    /// The mean negative log-likelihood, and its gradient.
    cost: f64,
    gradient: Vec<f64>,
}

/// The search is over when the gradient, per row, is this small a part of the objective: Newton's method ends it.
const SMALL_GRADIENT: f64 = 1e-8;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The difference of two vectors, in the memory of a third.
fn set_difference(target: &mut Vec<f64>, a: &[f64], b: &[f64]) {
    target.clear();
    target.extend(a.iter().zip(b).map(|(a, b)| a - b));
}

impl LimitedMemory {
    pub(crate) fn new(start: Vec<f64>) -> LimitedMemory {
        LimitedMemory { trial: Point { at: start, ..Point::default() }, ..LimitedMemory::default() }
    }

    /// Evaluates the trial point.
    fn look(&mut self, problem: &mut Problem<&Objective>) -> Result<(), Error> {
        problem.problem(super::PASSES, |objective| {
            objective.slope_into(&self.trial.at, &mut self.sums);
            let n = objective.n();
            self.trial.cost = -self.sums.value / n;
            self.trial.gradient.clear();
            self.trial.gradient.extend(self.sums.gradient.iter().map(|g| -g / n));
            Ok(())
        })
    }

    /// Turns the direction to −H⁻¹g for the H that the remembered steps make of a multiple of the identity (algorithm 7.4), and
    /// returns the slope along it.
    fn turn(&mut self) -> f64 {
        let LimitedMemory { direction: q, steps, parts, here, .. } = self;
        q.clone_from(&here.gradient);
        parts.clear();
        for (step, change) in steps.iter().rev() {
            let part = dot(step, q) / dot(step, change);
            q.iter_mut().zip(change).for_each(|(q, y)| *q -= part * y);
            parts.push(part);
        }
        let scale = steps
            .back()
            .map_or_else(|| 1.0 / dot(q, q).sqrt().max(1.0), |(step, change)| dot(step, change) / dot(change, change));
        q.iter_mut().for_each(|q| *q *= scale);
        for ((step, change), part) in steps.iter().zip(parts.iter().rev()) {
            let correction = part - dot(change, q) / dot(step, change);
            q.iter_mut().zip(step).for_each(|(q, s)| *q += correction * s);
        }
        q.iter_mut().for_each(|q| *q = -*q);
        dot(q, &here.gradient)
    }

    /// Remembers the step from here to what was found, if the gradient has grown along it, in the place of the one that was
    /// longest ago.
    fn remember(&mut self) {
        let (mut step, mut change) = std::mem::take(&mut self.last);
        set_difference(&mut step, &self.found.at, &self.here.at);
        set_difference(&mut change, &self.found.gradient, &self.here.gradient);
        if dot(&step, &change) > 0.0 {
            self.steps.push_back((step, change));
            self.last = if self.steps.len() > MEMORY { self.steps.pop_front() } else { None }.unwrap_or_default();
        } else {
            self.last = (step, change);
        }
    }
}

impl Search for LimitedMemory {
    fn into_points(self) -> (Vec<f64>, Option<(Vec<f64>, f64)>) {
        (self.here.at, None)
    }
}

impl Solver<&Objective, Iteration> for LimitedMemory {
    fn name(&self) -> &str {
        "L-BFGS"
    }

    fn init(&mut self, problem: &mut Problem<&Objective>, state: Iteration) -> Result<(Iteration, Option<KV>), Error> {
        self.look(problem)?;
        std::mem::swap(&mut self.here, &mut self.trial);
        self.done = !self.here.cost.is_finite();
        Ok((state.cost(self.here.cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<&Objective>,
        state: Iteration,
    ) -> Result<(Iteration, Option<KV>), Error> {
        let mut slope = self.turn();
        if slope >= 0.0 || slope.is_nan() {
            // What is remembered no longer fits: begin again along the gradient.
            self.steps.clear();
            slope = self.turn();
        }
        let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
        let mut is_found = false;
        for _ in 0..60 {
            self.trial.at.clear();
            self.trial.at.extend(self.here.at.iter().zip(&self.direction).map(|(u, d)| u + length * d));
            self.look(problem)?;
            let Point { cost, gradient, .. } = &self.trial;
            let is_finite = cost.is_finite() && gradient.iter().all(|g| g.is_finite());
            if !is_finite || *cost > self.here.cost + 1e-4 * length * slope {
                high = length;
            } else {
                let is_steep = dot(gradient, &self.direction) < 0.9 * slope;
                std::mem::swap(&mut self.trial, &mut self.found);
                is_found = true;
                if !is_steep {
                    break;
                }
                low = length;
            }
            length = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * low };
        }
        if !is_found {
            self.done = true;
            return Ok((state.cost(self.here.cost), None));
        }
        self.remember();
        let Point { at, cost, gradient } = &self.found;
        let size = dot(gradient, gradient).sqrt();
        self.done = size <= SMALL_GRADIENT * (1.0 + cost.abs()) || *at == self.here.at;
        std::mem::swap(&mut self.here, &mut self.found);
        Ok((state.cost(self.here.cost), None))
    }

    fn terminate(&mut self, _: &Iteration) -> TerminationStatus {
        if self.done {
            TerminationStatus::Terminated(TerminationReason::SolverConverged)
        } else {
            TerminationStatus::NotTerminated
        }
    }
}
