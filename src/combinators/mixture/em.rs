//! Where the search for a mixture begins: where EM ends on some of the rows.
//!
//! The E step shares each row out among the components; the M step is each component's own start on its shares, which
//! is its estimate where that has a closed form. Only starts are needed: what the steps leave to gain, the search gains.

use std::cell::RefCell;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::{Components, Mixture};
use crate::data::{Sample, Values};
use crate::graph::{Arena, Node};
use crate::model::{Start, Theta};
use crate::observation::Observation;
use crate::program::{CHUNK, Inputs, Output, Program, Workspace};
use crate::scalar::Scalar;
use crate::space::Space;

/// EM looks at this many rows at most: at fewer in every run, at more in the best.
const ROWS: (usize, usize) = (500, 2000);
/// Steps of every run; and of the best, together.
const STEPS: (usize, usize) = (12, 60);
/// How many runs are finished.
const KEPT: usize = 5;
/// Shares that differ by less are alike.
const LIKE: f64 = 0.05;
/// How many partitions are drawn.
const DRAWN: usize = 4;

/// Where the best runs of EM ended, best first. None if every component that a run tried fell on single rows.
pub(super) fn ends<C: Components>(mixture: &Mixture<C>, sample: &Sample) -> Vec<Vec<f64>> {
    let k = mixture.0.spaces().len();
    if sample.rows() < 2 * k || k == 0 {
        return vec![];
    }
    let Ok(shares) = traced(mixture, sample.width()) else { return vec![] };
    let some = |rows: usize| Em::new(mixture, &shares, sample.thinned(rows.max(50 * k)));
    let (em, all) = (some(ROWS.0), some(ROWS.1));
    let mut runs: Vec<Run> = Vec::new();
    for run in em.partitions(k).into_iter().filter_map(|labels| em.begun(&labels, k)) {
        runs.push(em.after(run, STEPS.0, &runs));
    }
    let best_first = |runs: &mut Vec<Run>| runs.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
    best_first(&mut runs);
    runs.truncate(KEPT);
    let mut finished: Vec<Run> = Vec::with_capacity(KEPT);
    for run in runs.into_iter().filter_map(|run| all.at(run.theta)) {
        finished.push(all.after(run, STEPS.1, &finished));
    }
    best_first(&mut finished);
    finished.into_iter().map(|run| run.theta).collect()
}

/// The log-density of a row, and the share of each component in it.
fn traced<C: Components>(mixture: &Mixture<C>, width: usize) -> crate::Result<Program> {
    let spaces = mixture.0.spaces();
    let (k, parameters) = (spaces.len(), spaces.len() + spaces.iter().map(Space::len).sum::<usize>());
    let arena = Arena::new();
    let theta: Vec<_> = (0..parameters as u32).map(|i| arena.node(Node::Parameter(i))).collect();
    let x: Vec<_> = (0..width as u32).map(|i| arena.node(Node::Column(i))).collect();
    let (weights, rest) = theta.split_at(k);
    let parts = mixture.parts(Theta::new(rest), &C::Of::read(&x));
    let parts: Vec<_> = parts.into_iter().zip(weights).map(|(part, weight)| part + weight.ln()).collect();
    let whole = Scalar::log_sum_exp(&parts);
    let shares = parts.into_iter().map(|part| (part - whole).exp());
    let outputs =
        std::iter::once(whole).chain(shares).map(|output| arena.id_of(output)).collect::<crate::Result<Vec<_>>>()?;
    Ok(Program::compile(arena.into_builder().nodes(), &outputs, &vec![false; parameters], width))
}

struct Em<'m, C: Components> {
    mixture: &'m Mixture<C>,
    spaces: Vec<Space>,
    sample: Sample,
    /// The log-density of a row and its shares, with the columns that it reads.
    shares: &'m Program,
    columns: Vec<Values>,
    workspace: RefCell<Workspace>,
}

/// A point, and how good it is.
struct Run {
    theta: Vec<f64>,
    log_likelihood: f64,
    /// The share of each component, one after the other, in each row.
    shares: Vec<Vec<f64>>,
}

impl Run {
    /// Whether it shares the same rows out as the other does, but for little of any.
    fn is_like(&self, other: &Run) -> bool {
        let mut pairs = self.shares.iter().flatten().zip(other.shares.iter().flatten());
        pairs.all(|(a, b)| (a - b).abs() < LIKE)
    }
}

impl<'m, C: Components> Em<'m, C> {
    fn new(mixture: &'m Mixture<C>, shares: &'m Program, sample: Sample) -> Em<'m, C> {
        let columns = sample.shared_columns();
        let prepared = shares.prepare(&columns, sample.rows(), 1, &mut Vec::new());
        let columns = columns.into_iter().chain(prepared).collect();
        let workspace = RefCell::new(Workspace::new(shares.rows()));
        Em { mixture, spaces: mixture.0.spaces(), sample, shares, columns, workspace }
    }

    /// Each row's component, in several ways.
    fn partitions(&self, k: usize) -> Vec<Vec<usize>> {
        let spaces = &self.spaces;
        let supports = self.mixture.0.supports();
        let alike = |k: usize| spaces[k] == spaces[0] && supports[k] == supports[0];
        let all_alike = (0..k).all(alike);
        let mut all = Vec::new();
        let first = self.sample.order(0);
        for power in [0.0, 1.0, -1.0, 2.5, -2.5] {
            all.push(self.cut(&first, power, k));
        }
        for column in 1..self.sample.width().min(4) {
            all.push(self.cut(&self.sample.order(column), 0.0, k));
        }
        // Components in the same place that differ in spread.
        let middle = self.sample.quantile(0, 0.5);
        all.push(self.cut(&self.sample.mapped(|x| (x - middle).abs()).order(0), -1.0, k));
        let mut rng = SmallRng::seed_from_u64(k as u64);
        all.extend((0..DRAWN).map(|_| self.around_drawn_rows(k, &mut rng)));
        if !all_alike {
            let reversed: Vec<Vec<usize>> =
                all.iter().map(|labels| labels.iter().map(|label| k - 1 - label).collect()).collect();
            all.extend(reversed);
        }
        all
    }

    /// The rows in this order, cut into parts whose sizes are proportional to (j + 1)^power.
    fn cut(&self, order: &[usize], power: f64, k: usize) -> Vec<usize> {
        let sizes: Vec<f64> = (1..=k).map(|j| (j as f64).powf(power)).collect();
        let (total, n) = (sizes.iter().sum::<f64>(), self.sample.n());
        let mut labels = vec![0; order.len()];
        let (mut part, mut end, mut weight) = (0, sizes[0] / total, 0.0);
        for &row in order {
            while weight >= end * n && part + 1 < k {
                part += 1;
                end += sizes[part] / total;
            }
            labels[row] = part;
            weight += self.sample.weight(row);
        }
        labels
    }

    /// Each row with the nearest of k rows, drawn far from each other (Arthur and Vassilvitskii, "k-means++", 2007), in
    /// order of the first column.
    fn around_drawn_rows(&self, k: usize, rng: &mut SmallRng) -> Vec<usize> {
        let spread: Vec<f64> = (0..self.sample.width()).map(|column| self.sample.standard_deviation(column)).collect();
        let distance = |a: usize, b: usize| -> f64 {
            let parts = spread.iter().enumerate().filter(|(_, spread)| **spread > 0.0);
            let values = |column: usize| (self.sample.column(column)[a], self.sample.column(column)[b]);
            parts
                .map(|(column, spread)| (values(column), spread))
                .map(|((x, y), spread)| ((x - y) / spread).powi(2))
                .sum()
        };
        let rows = self.sample.rows();
        let mut centres = vec![rng.random_range(0..rows)];
        let mut nearest: Vec<f64> = (0..rows).map(|row| distance(row, centres[0])).collect();
        while centres.len() < k {
            let mut rest = rng.random::<f64>() * nearest.iter().sum::<f64>();
            let drawn = nearest.iter().position(|d| {
                rest -= d;
                rest < 0.0
            });
            let centre = drawn.unwrap_or_else(|| rng.random_range(0..rows));
            nearest.iter_mut().enumerate().for_each(|(row, d)| *d = d.min(distance(row, centre)));
            centres.push(centre);
        }
        centres.sort_by(|&a, &b| self.sample.column(0)[a].total_cmp(&self.sample.column(0)[b]));
        let label = |row: usize| {
            let nearest = (0..k).min_by(|&a, &b| distance(row, centres[a]).total_cmp(&distance(row, centres[b])));
            nearest.unwrap_or(0)
        };
        (0..rows).map(label).collect()
    }

    /// The point of these labels; none if a component has no start on its rows.
    fn begun(&self, labels: &[usize], k: usize) -> Option<Run> {
        let share = |part: usize| labels.iter().map(|&label| f64::from(label == part)).collect();
        self.at(self.estimated(&(0..k).map(share).collect::<Vec<Vec<f64>>>())?)
    }

    /// The run after so many steps, or as many as gain something; or where it shares the rows out as another did at its end,
    /// for the search leads from there to the same place.
    fn after(&self, mut run: Run, steps: usize, others: &[Run]) -> Run {
        for _ in 0..steps {
            if others.iter().any(|other| run.is_like(other)) {
                break;
            }
            let Some(next) = self.estimated(&run.shares).and_then(|theta| self.at(theta)) else { break };
            let gain = next.log_likelihood - run.log_likelihood;
            if gain.is_nan() || gain <= 0.0 {
                break;
            }
            run = next;
            if gain < 1e-4 {
                break;
            }
        }
        run
    }

    /// The M step; none if a component is left with too little, or has nowhere to begin.
    fn estimated(&self, shares: &[Vec<f64>]) -> Option<Vec<f64>> {
        let samples: Vec<Sample> = shares.iter().map(|shares| self.sample.shared(shares)).collect();
        // On fewer rows than it has parameters a component fits them, and nothing else.
        let sizes: Vec<f64> = samples.iter().map(Sample::n).collect();
        let is_thin = |(size, space): (&f64, &Space)| *size < 1.0 + space.len() as f64;
        if sizes.iter().zip(&self.spaces).any(is_thin) {
            return None;
        }
        let total: f64 = sizes.iter().sum();
        let mut theta: Vec<f64> = sizes.iter().map(|size| size / total).collect();
        for (start, space) in self.mixture.0.starts(&samples).into_iter().zip(&self.spaces) {
            let point = match start {
                Start::Unbounded(_) => return None,
                start => start.points().into_iter().next()?,
            };
            if point.len() != space.len() || point.iter().any(|value| !value.is_finite()) {
                return None;
            }
            theta.extend(point);
        }
        Some(theta)
    }

    /// The E step; none where the density of a row is not finite.
    fn at(&self, theta: Vec<f64>) -> Option<Run> {
        let (k, rows) = (self.spaces.len(), self.sample.rows());
        let mut shares = vec![Vec::with_capacity(rows); k];
        let mut log_likelihood = 0.0;
        let (scalars, routine) = (self.shares.scalars(&theta), self.shares.rows());
        let inputs = Inputs { scalars: &scalars, columns: &self.columns, predictors: &[], weights: None };
        let mut workspace = self.workspace.borrow_mut();
        for from in (0..rows).step_by(CHUNK) {
            let to = rows.min(from + CHUNK);
            workspace.run(routine, inputs, from, to);
            let mut outputs = routine.outputs().iter().map(|&output| workspace.values(output, inputs));
            let whole = outputs.next()?;
            log_likelihood += (from..to).map(|row| self.sample.weight(row) * whole.at(row - from)).sum::<f64>();
            for (shares, output) in shares.iter_mut().zip(outputs) {
                match output {
                    Output::Each(values) => shares.extend_from_slice(values),
                    Output::Same(value) => shares.extend(std::iter::repeat_n(value, to - from)),
                }
            }
        }
        // A sum is finite only if its terms are.
        log_likelihood.is_finite().then_some(Run { theta, log_likelihood, shares })
    }
}
