//! Sums over a sample space of one dimension: the integral of a density, in pieces that are each right to 1e-10.

use std::f64::consts::PI;

use super::law::{At, Broken, Law};
use crate::model::Model;

/// A sample space cut into panels, in order.
#[derive(Debug)]
pub(super) struct Panels {
    pub(super) panels: Vec<Panel>,
    /// Whether the observations are counts.
    pub(super) is_discrete: bool,
}

/// A piece of a sample space: ∫ f over it is Σ weight · density.
#[derive(Debug)]
pub(super) struct Panel {
    /// Its upper end, which belongs to it.
    pub(super) end: f64,
    pub(super) nodes: Vec<Node>,
    /// How far its mass may be off.
    pub(super) error: f64,
}

/// A point with its weight in the integral, and the density there.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) x: Vec<f64>,
    pub(super) weight: f64,
    pub(super) ln_density: f64,
}

impl Node {
    pub(super) fn mass(&self) -> f64 {
        // In far tails of powers the density underflows, and its mass does not.
        (self.weight.ln() + self.ln_density).exp()
    }
}

impl Panel {
    pub(super) fn mass(&self) -> f64 {
        self.nodes.iter().map(Node::mass).sum()
    }
}

/// Counts up to here are summed one by one; beyond, the sum is an integral from half way between two counts.
const ONE_BY_ONE: i64 = 4000;

/// Trials of which the successes are summed over, where observations are both.
const TRIALS: f64 = 12.0;

impl Panels {
    /// The sample space of the model at θ; none if it has several dimensions.
    ///
    /// # Errors
    ///
    /// If the density is NaN inside the support.
    pub(super) fn of(at: At<'_>) -> Result<Option<Panels>, Broken> {
        let support = at.model.support();
        let is_discrete = support.is_discrete();
        let mut cut = Cut { at, panels: vec![], fault: None };
        if support.is_trials() {
            for x in 0..=TRIALS as i64 {
                cut.point(vec![x as f64, TRIALS]);
            }
        } else if let [range] = support.ranges() {
            match is_discrete {
                true => cut.counts(range.lower(), range.upper()),
                false if range.is_angle() => cut.line(-PI, PI),
                false => cut.line(range.lower(), range.upper()),
            }
        } else {
            return Ok(None);
        }
        match cut.fault {
            Some((x, value)) => {
                Err(at.broken(Law::Total, Some(&x), format!("the log-density is {value:?} inside the support")))
            }
            None => Ok(Some(Panels { panels: cut.panels, is_discrete })),
        }
    }

    /// The observation whose number is x, beside what is known of all of them: their trials.
    pub(super) fn point(&self, x: f64) -> Vec<f64> {
        let mut row = self.nodes().next().map_or(vec![x], |node| node.x.clone());
        row[0] = x;
        row
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.panels.iter().flat_map(|panel| &panel.nodes)
    }

    /// Σ f(x) · mass over the sample space, leaving out what has no mass.
    pub(super) fn expect(&self, f: impl Fn(&Node) -> f64) -> f64 {
        let parts = self.nodes().filter(|node| node.mass() > 0.0).map(|node| f(node) * node.mass());
        crate::special::compensated_sum(parts)
    }

    /// At most `count` points, at those places in the order of mass that spread evenly.
    pub(super) fn heaviest(&self, count: usize) -> Vec<Vec<f64>> {
        let heavy: Vec<&Node> = self.nodes().filter(|node| node.mass() > 1e-6).collect();
        let whole = |node: &&&Node| !self.is_discrete || node.x.iter().all(|x| x.fract() == 0.0);
        let heavy: Vec<&&Node> = heavy.iter().filter(whole).collect();
        let stride = heavy.len().div_ceil(count).max(1);
        heavy.into_iter().step_by(stride).map(|node| node.x.clone()).collect()
    }
}

/// A density that needs more is not integrated to its last digit.
const MOST_PANELS: usize = 20_000;

struct Cut<'a> {
    at: At<'a>,
    panels: Vec<Panel>,
    /// The first point where the density is NaN, or infinite.
    fault: Option<(Vec<f64>, f64)>,
}

impl Cut<'_> {
    fn node(&mut self, x: Vec<f64>, weight: f64) -> Node {
        let ln_density = self.at.ln_density(&x);
        if ln_density.is_nan() && self.fault.is_none() {
            self.fault = Some((x.clone(), ln_density));
        }
        // At the very end of a support a density may be infinite; it has no mass there.
        let ln_density = if ln_density == f64::INFINITY { f64::NEG_INFINITY } else { ln_density };
        Node { x, weight, ln_density }
    }

    fn point(&mut self, x: Vec<f64>) {
        let end = x[0];
        let node = self.node(x, 1.0);
        self.panels.push(Panel { end, nodes: vec![node], error: 0.0 });
    }

    /// Every count from `lower` to `upper`, far ones by an integral.
    fn counts(&mut self, lower: f64, upper: f64) {
        let first = if lower.is_finite() { lower as i64 } else { -ONE_BY_ONE };
        let last = if upper.is_finite() { upper as i64 } else { first.max(0) + ONE_BY_ONE };
        if !lower.is_finite() {
            self.half_line(first as f64 - 0.5, -1.0, f64::INFINITY);
        }
        for x in first..=last {
            self.point(vec![x as f64]);
        }
        if !upper.is_finite() {
            self.half_line(last as f64 + 0.5, 1.0, f64::INFINITY);
        }
    }

    fn line(&mut self, lower: f64, upper: f64) {
        match (lower.is_finite(), upper.is_finite()) {
            (true, true) => {
                let middle = lower + 0.5 * (upper - lower);
                self.half_line(lower, 1.0, middle - lower);
                self.half_line(upper, -1.0, upper - middle);
            }
            (true, false) => self.half_line(lower, 1.0, f64::INFINITY),
            (false, true) => self.half_line(upper, -1.0, f64::INFINITY),
            (false, false) => {
                self.half_line(0.0, -1.0, f64::INFINITY);
                self.half_line(0.0, 1.0, f64::INFINITY);
            }
        }
    }

    /// The points `from` + `side` · eᵘ, up to the distance `reach`, each panel halved until it is right. Beyond e³⁴⁰ squares
    /// are no numbers.
    fn half_line(&mut self, from: f64, side: f64, reach: f64) {
        let coarse = |from: i32, to: i32, step: f64| (from..to).map(move |k| f64::from(k) * step);
        let mut cuts: Vec<f64> = coarse(-140, -6, 5.0).chain(coarse(-60, 60, 0.5)).chain(coarse(6, 69, 5.0)).collect();
        // Next to an end that is not 0, doubles are too far apart to tell distances.
        if from != 0.0 {
            cuts.retain(|&u| u > (1e-15 * from.abs()).ln());
        }
        if reach.is_finite() {
            cuts.retain(|&u| u < reach.ln());
            cuts.push(reach.ln());
        }
        let cuts = self.with_ends(from, side, &cuts);
        let begin = self.panels.len();
        for pair in cuts.windows(2) {
            self.halve(from, side, pair[0], pair[1], 0);
        }
        // A density that falls as a power of the distance has as much mass before the first cut, and beyond the last.
        let unknown = |u: f64| (self.at.ln_density(&[from + side * u.exp()]) + u).exp();
        let before = cuts.first().map_or(0.0, |&u| unknown(u));
        let beyond = cuts.last().filter(|_| reach.is_infinite()).map_or(0.0, |&u| unknown(u));
        if let [first, .., last] = &mut self.panels[begin..] {
            first.error += before;
            last.error += beyond;
        }
        if side < 0.0 {
            self.panels[begin..].reverse();
        }
    }

    /// The cuts, and where between them the support at θ begins or ends: a panel may not hold a jump.
    fn with_ends(&self, from: f64, side: f64, cuts: &[f64]) -> Vec<f64> {
        let is_inside = |u: f64| self.at.ln_density(&[from + side * u.exp()]) != f64::NEG_INFINITY;
        let fine =
            |pair: &[f64]| (0..16).map(|k| pair[0] + (pair[1] - pair[0]) * f64::from(k) / 16.0).collect::<Vec<_>>();
        let mut places: Vec<f64> = cuts.windows(2).flat_map(fine).collect();
        places.extend(cuts.last());
        let mut all = cuts.to_vec();
        for pair in places.windows(2) {
            let (mut low, mut high) = (pair[0], pair[1]);
            let before = is_inside(low);
            if before == is_inside(high) {
                continue;
            }
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if is_inside(middle) == before { low = middle } else { high = middle }
            }
            all.push(0.5 * (low + high));
        }
        all.sort_by(f64::total_cmp);
        all
    }

    fn halve(&mut self, from: f64, side: f64, low: f64, high: f64, depth: usize) {
        let middle = 0.5 * (low + high);
        let whole = self.rule(from, side, low, high);
        let halves = [self.rule(from, side, low, middle), self.rule(from, side, middle, high)];
        let sum: f64 = halves.iter().map(Panel::mass).sum();
        let error = (sum - whole.mass()).abs();
        // Far tails are right to 1e-9 of themselves, if rounding lets them; what has mass, also where it jumps.
        let deepest = if sum > 1e-13 { 40 } else { 6 };
        let is_right = error <= 1e-10 * sum.abs() || error < 1e-290;
        if is_right || depth >= deepest || self.panels.len() > MOST_PANELS {
            self.panels.extend(halves.map(|half| Panel { error, ..half }));
        } else {
            self.halve(from, side, low, middle, depth + 1);
            self.halve(from, side, middle, high, depth + 1);
        }
    }

    /// Gauss and Legendre's rule in u.
    fn rule(&mut self, from: f64, side: f64, low: f64, high: f64) -> Panel {
        let half = 0.5 * (high - low);
        let nodes = legendre().iter().map(|(z, w)| {
            let distance = (low + half * (1.0 + z)).exp();
            self.node(vec![from + side * distance], w * half * distance)
        });
        let nodes: Vec<Node> = nodes.collect();
        let end = if side > 0.0 { high } else { low };
        Panel { end: from + side * end.exp(), nodes, error: 0.0 }
    }
}

/// The points and weights of Gauss and Legendre's rule of 12 points, on (−1, 1): the roots of the Legendre polynomial by
/// Newton's method (Press et al., *Numerical Recipes*, 3rd ed., section 4.6).
fn legendre() -> &'static [(f64, f64); 12] {
    static RULE: std::sync::OnceLock<[(f64, f64); 12]> = std::sync::OnceLock::new();
    RULE.get_or_init(|| {
        std::array::from_fn(|i| {
            let mut z = (PI * (i as f64 + 0.75) / 12.5).cos();
            let mut slope = 1.0;
            for _ in 0..50 {
                let (mut before, mut value) = (0.0, 1.0);
                for j in 0..12 {
                    let j = f64::from(j);
                    (before, value) = (value, ((2.0 * j + 1.0) * z * value - j * before) / (j + 1.0));
                }
                slope = 12.0 * (z * value - before) / (z * z - 1.0);
                z -= value / slope;
            }
            (z, 2.0 / ((1.0 - z * z) * slope * slope))
        })
    })
}
