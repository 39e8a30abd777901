//! [`TrustRegionNewton`]: Newton's method on exact Hessians, kept to where its quadratic picture holds.
//!
//! Conn, Gould and Toint, *Trust-Region Methods*, 2000, algorithm 6.1.1, with two changes: a trial point that is not
//! finite is a rejected step, and close to the optimum, where differences of likelihoods are rounding errors, a step is
//! judged by the estimated distance to the minimum, which needs gradients only.
//!
//! Where a pass over all rows is dear, some of the rows say how the gradient bends on the way of a step, and the step is
//! corrected for it: Chebyshev's method (Traub, *Iterative Methods for the Solution of Equations*, 1964, section 5.2) with the
//! third derivative of some rows, as Jordan, Lee and Yang ("Communication-efficient distributed statistical inference", 2019,
//! section 2) take all higher derivatives from one machine.

use argmin::core::{Error, KV, Problem, Solver, TerminationReason, TerminationStatus};
use nalgebra::DVector;

use super::{Iteration, Quadratic, Search};
use crate::objective::{Objective, Sums};

/// The solver and what it knows of the current point. A step that the radius does not cut short allocates nothing.
#[derive(Debug)]
pub(crate) struct TrustRegionNewton {
    /// Whether steps are corrected, if there is a pilot.
    is_corrected: bool,
    missing: DVector<f64>,
    /// So many nats a row from the maximum, all of them have nothing more to say. Asked once: it may take all weights.
    near_enough: f64,
    /// In scaled coordinates; the quadratic picture is of the mean, so 1 is a change of about half a nat a row.
    radius: f64,
    point: Vec<f64>,
    here: Quadratic,
    trial: Vec<f64>,
    there: Quadratic,
    sums: Sums,
    before_leap: Option<(Vec<f64>, f64)>,
    done: bool,
}

/// Below this part of the objective, a change of it is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// So many nats a row from the maximum a step changes nothing: it is 1e-14 of what one row tells of a parameter, its last
/// digits. Where more of them would cost a pass over many rows, so many nats of all rows are near enough: 5e-8 standard errors.
const NO_DISTANCE: f64 = 5e-29;
const NO_DISTANCE_OF_MANY: f64 = 1e-15;
const MANY_ROWS: usize = 5000;

/// What gains so many times what was predicted, in coordinates in which curvatures are 1, may gain by rounding, or next to a
/// saddle, where little is predicted.
const LEAP: f64 = 100.0;

/// What is farther in the logarithm of a parameter, or in a logit, is its end: what hardly curves says nothing of how far to go.
const LONG_LOGARITHM: f64 = 64.0;

/// A step that predicts no change does not raise the objective by this part of it, whatever rounding there is.
const NO_CHANGE: f64 = 1e-6;

/// A smaller radius means that no step at all improves.
const LEAST_RADIUS: f64 = 1e-14;

fn near_enough(objective: &Objective) -> f64 {
    let of_many = || NO_DISTANCE_OF_MANY * objective.nat() / objective.n();
    if objective.reads_rows(MANY_ROWS) { NO_DISTANCE.max(of_many()) } else { NO_DISTANCE }
}

impl TrustRegionNewton {
    pub(crate) fn new(start: Vec<f64>) -> TrustRegionNewton {
        let picture = Quadratic::new(start.len());
        TrustRegionNewton {
            is_corrected: true,
            missing: DVector::zeros(start.len()),
            near_enough: NO_DISTANCE,
            radius: 1.0,
            here: picture.clone(),
            trial: start.clone(),
            point: start,
            there: picture,
            sums: Sums::default(),
            before_leap: None,
            done: false,
        }
    }

    /// The cost at the trial point, and whether there is a picture of it: all is finite.
    fn look(&mut self, problem: &mut Problem<&Objective>) -> Result<(f64, bool), Error> {
        let n = problem.problem(super::PASSES, |objective| {
            objective.evaluate_into(&self.trial, &mut self.sums);
            Ok(objective.n())
        })?;
        let is_finite = self.sums.is_finite();
        if is_finite {
            self.there.follow(&self.sums, 1.0 / n);
        }
        Ok((-self.sums.value / n, is_finite))
    }

    /// Moves the trial point, to which a Newton step leads, by what the pilot's gradient there differs from the quadratic
    /// picture; if all rows would notice.
    fn correct(&mut self, objective: &Objective) {
        let is_corrected = self.is_corrected && self.here.is_newton(self.radius);
        let Some(pilot) = objective.pilot().filter(|_| is_corrected) else { return };
        // By so much a Newton step misses, if the third derivative is as the second.
        let distance = self.here.distance_to_minimum();
        if 2.0 * distance * distance <= self.near_enough {
            return;
        }
        pilot.evaluate_into(&self.point, &mut self.sums);
        let n = pilot.n();
        for (j, row) in self.sums.hessian.chunks(self.point.len()).enumerate() {
            let along = self.trial.iter().zip(&self.point).map(|(there, here)| there - here);
            self.missing[j] = (self.sums.gradient[j] + row.iter().zip(along).map(|(h, s)| h * s).sum::<f64>()) / n;
        }
        pilot.slope_into(&self.trial, &mut self.sums);
        self.missing.iter_mut().zip(&self.sums.gradient).for_each(|(missing, slope)| *missing -= slope / n);
        self.here.correct(&mut self.missing, &mut self.trial);
    }

    /// Has the radius be shorter in logarithms in which a step to where nothing is finite was long; whether there were any.
    fn shorten_logarithms(&mut self, objective: &Objective) -> bool {
        let is_long = |(there, here): (&f64, &f64)| (there - here).abs() > LONG_LOGARITHM;
        if !self.trial.iter().zip(&self.point).any(is_long) {
            return false;
        }
        let least = self.radius / LONG_LOGARITHM;
        let names = objective.coordinates().free_names();
        let least: Vec<f64> = names.iter().map(|name| if name.is_logarithm { least } else { 0.0 }).collect();
        self.here.stiffen(&least)
    }

    /// Moves to the trial point.
    fn accept(&mut self) {
        std::mem::swap(&mut self.here, &mut self.there);
        std::mem::swap(&mut self.point, &mut self.trial);
    }
}

impl Search for TrustRegionNewton {
    fn into_points(self) -> (Vec<f64>, Option<(Vec<f64>, f64)>) {
        (self.point, self.before_leap)
    }
}

impl Solver<&Objective, Iteration> for TrustRegionNewton {
    fn name(&self) -> &str {
        "trust-region Newton"
    }

    fn init(&mut self, problem: &mut Problem<&Objective>, state: Iteration) -> Result<(Iteration, Option<KV>), Error> {
        let (cost, is_finite) = self.look(problem)?;
        self.near_enough = problem.problem.as_ref().map_or(NO_DISTANCE, |objective| near_enough(objective));
        self.done = !is_finite;
        self.accept();
        Ok((state.cost(cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<&Objective>,
        state: Iteration,
    ) -> Result<(Iteration, Option<KV>), Error> {
        let cost = state.get_cost();
        let Some(objective) = problem.problem else {
            self.done = true;
            return Ok((state, None));
        };
        self.trial.copy_from_slice(&self.point);
        let predicted = self.here.step(self.radius, &mut self.trial);
        self.correct(objective);
        let (trial_cost, is_finite) = self.look(problem)?;
        let distance = self.here.distance_to_minimum();
        // A step that the radius cuts short predicts little far from the minimum, too.
        let to_come = if distance.is_finite() { distance } else { predicted };
        let accepted = match is_finite {
            false => false,
            true if to_come <= ROUNDING * (1.0 + cost.abs()) && trial_cost - cost <= NO_CHANGE * (1.0 + cost.abs()) => {
                let there = self.there.distance_to_minimum();
                // Where a coordinate has stopped to curve there is no distance.
                let better = there < distance || there == f64::INFINITY && trial_cost < cost;
                // Newton converges quadratically until rounding stops it.
                self.done = there < self.near_enough || there >= 0.25 * distance || !better;
                better
            }
            true => {
                let ratio = (cost - trial_cost) / predicted;
                if ratio > LEAP && self.before_leap.is_none() {
                    self.before_leap = Some((self.point.clone(), cost));
                }
                if ratio > 0.75 {
                    self.radius *= 2.5;
                } else if ratio < 0.25 {
                    self.radius *= 0.4;
                }
                // A step that did what it was to do.
                self.done = (0.9..1.1).contains(&ratio) && self.there.distance_to_minimum() < self.near_enough;
                ratio > 1e-4
            }
        };
        if accepted {
            self.accept();
            return Ok((state.cost(trial_cost), None));
        }
        if !is_finite && !self.shorten_logarithms(objective) {
            self.radius *= 0.2;
        }
        self.is_corrected = false;
        self.done |= self.radius < LEAST_RADIUS || self.trial == self.point;
        Ok((state.cost(cost), None))
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

    /// All but level up to 1, far below beyond.
    #[derive(Debug, Clone)]
    struct Cliff;

    impl Model for Cliff {
        type Of = f64;

        fn space(&self) -> Space {
            Space::new().real("m")
        }

        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [m] = theta.unpack();
            m.less_than(1.0).select(1e-13 * m * x, -1e6 * (m * m + 1.0) * x)
        }
    }

    #[test]
    fn a_step_that_promises_nothing_may_not_lose() {
        let objective =
            Objective::on(Cliff.space(), [1.0].terms(&Cliff).expect("a row"), Some(1)).expect("a likelihood");
        let end = maximise(&objective, vec![0.0], 300, None).expect("a search");
        assert!(end.log_likelihood >= 0.0, "{end:?}");
    }
}
