//! Minimising the mean negative log-likelihood. argmin runs the iterations; it appears nowhere else.

mod lbfgs;
mod quadratic;
mod trust_region;

use std::sync::Arc;
use std::time::{Duration, Instant};

use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{Executor, IterState, KV, OptimizationResult, Solver, State};

use lbfgs::LimitedMemory;
pub(crate) use quadratic::Quadratic;
use trust_region::TrustRegionNewton;

use crate::error::{Error, Result};
use crate::objective::Objective;

/// What argmin knows of an iteration: its number, and the cost. The points are the solver's, who keeps them in memory that it has.
type Iteration = IterState<(), (), (), (), (), f64>;

/// The name by which argmin counts evaluations.
const PASSES: &str = "passes";

/// A solver that keeps the points.
trait Search: for<'o> Solver<&'o Objective, Iteration> {
    /// Where it is, and where it was before a leap, with the cost there.
    fn into_points(self) -> (Vec<f64>, Option<(Vec<f64>, f64)>);
}

/// With more free parameters than this, the way to the maximum is made without Hessians.
const MOST_FOR_NEWTON: usize = 30;

/// Where a search ended. It is a candidate: whether it is a maximum is for the certificate to say.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) free: Vec<f64>,
    /// The log-likelihood there.
    pub(crate) log_likelihood: f64,
    pub(crate) iterations: u64,
    /// Passes over the data.
    pub(crate) passes: u64,
    /// How many starts led here.
    pub(crate) starts: usize,
    /// Where it was, with the log-likelihood there, before a step that gained what no picture could miss: what follows may be
    /// rounding.
    pub(crate) before_leap: Option<Box<(Vec<f64>, f64)>>,
}

/// How far a search is, told after each iteration once it has taken a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Iterations of the solver.
    pub iterations: u64,
    /// Passes over the data.
    pub passes: u64,
    /// Rows that the passes have read.
    pub rows: u64,
    /// Time since the search began.
    pub elapsed: Duration,
    /// The log-likelihood reached, in nats.
    pub log_likelihood: f64,
}

/// What is told of progress.
pub(crate) type Watcher = Arc<dyn Fn(&Progress) + Send + Sync>;

/// Searches from `start` for a maximum of the likelihood: by exact Hessians, or by gradients first where there are many
/// parameters.
pub(crate) fn maximise(
    objective: &Objective,
    start: Vec<f64>,
    max_iterations: u64,
    watcher: Option<&Watcher>,
) -> Result<Candidate> {
    if objective.coordinates().len() <= MOST_FOR_NEWTON {
        return run(objective, TrustRegionNewton::new(start), max_iterations, watcher);
    }
    let near = run(objective, LimitedMemory::new(start), 20 * max_iterations, watcher)?;
    let end = run(objective, TrustRegionNewton::new(near.free), max_iterations, watcher)?;
    let (iterations, passes) = (near.iterations + end.iterations, near.passes + end.passes);
    Ok(Candidate { iterations, passes, ..end })
}

fn run<S: Search>(
    objective: &Objective,
    solver: S,
    max_iterations: u64,
    watcher: Option<&Watcher>,
) -> Result<Candidate> {
    // Only observers read the counts that an iteration is told of, which costs an allocation.
    let mut executor = Executor::new(objective, solver)
        .configure(|state| state.max_iters(max_iterations).counting(watcher.is_some()))
        .timer(false);
    if let Some(watcher) = watcher {
        let (n, rows) = (objective.n(), objective.rows() as u64);
        executor = executor
            .add_observer(Watch { watcher: watcher.clone(), began: Instant::now(), n, rows }, ObserverMode::Always);
    }
    // argmin's verdict is not asked for: it calls a stalled step converged.
    let OptimizationResult { problem, solver, state } =
        executor.run().map_err(|error| Error::Model { message: error.to_string() })?;
    let n = objective.n();
    let (free, before_leap) = solver.into_points();
    Ok(Candidate {
        free,
        before_leap: before_leap.map(|(free, cost)| Box::new((free, -cost * n))),
        log_likelihood: -state.get_cost() * n,
        iterations: state.get_iter(),
        passes: problem.counts.values().sum(),
        starts: 1,
    })
}

/// Hands argmin's iterations on to a watcher.
struct Watch {
    watcher: Watcher,
    began: Instant,
    n: f64,
    rows: u64,
}

impl Observe<Iteration> for Watch {
    fn observe_iter(&mut self, state: &Iteration, _: &KV) -> Result<(), argmin::core::Error> {
        let elapsed = self.began.elapsed();
        if elapsed >= Duration::from_secs(1) {
            let passes = state.get_func_counts().values().sum();
            let (iterations, rows) = (state.get_iter() + 1, passes * self.rows);
            let log_likelihood = -state.get_cost() * self.n;
            (self.watcher)(&Progress { iterations, passes, rows, elapsed, log_likelihood });
        }
        Ok(())
    }
}
