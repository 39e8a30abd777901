//! The cone of directions along which no row's likelihood falls: {d : xᵢ·d ≥ 0, ≤ 0 or = 0, as row i allows}.
//!
//! With the allowed signs in the rows, aᵢ = ± xᵢ, the cone is {d : aᵢ·d ≥ 0}. By the theorem of alternatives (Stiemke)
//! either some d in it has an aᵢ·d > 0, and the rows are separated, or Σ yᵢ aᵢ = 0 with every yᵢ > 0. Both are in one
//! problem: r = Σ (1 + wᵢ) aᵢ of least length over w ≥ 0. Its conditions are aᵢ·r ≥ 0, so that r is in the cone: the
//! projection of Σ aᵢ onto it, and 0 only if the rows are not separated. That is non-negative least squares in as many
//! dimensions as there are coefficients, however many rows there are (Lawson and Hanson, *Solving Least Squares Problems*,
//! 1974, chapter 23). What it decides is that of the linear programs of Konis (*Linear programming algorithms for
//! detecting separated data in binary logistic regression models*, 2007) and of Correia, Guimarães and Zylkin
//! ("Verifying the existence of maximum likelihood estimates for generalized linear models", 2019).

use nalgebra::{DMatrix, DVector};

/// Which way a row's linear predictor may go without its likelihood falling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
    /// The likelihood falls both ways.
    Neither,
    /// The likelihood does not depend on the predictor.
    Either,
}

/// A direction of the cone, and which rows it moves.
#[derive(Debug)]
pub(super) struct Separating {
    pub(super) direction: Vec<f64>,
    pub(super) rows: Vec<bool>,
}

/// Of unit vectors: an angle that is taken for none.
const RIGHT_ANGLE: f64 = 1e-9;

/// Of unit vectors: a distance from a span that is rounding.
const IN_SPAN: f64 = 1e-12;

/// A direction of the cone that moves every row that any direction of it moves; none if there is no such row. `rows` has
/// `width` numbers a row.
pub(super) fn separating(rows: &[f64], width: usize, ways: &[Way]) -> Option<Separating> {
    let row = |i: usize| &rows[i * width..(i + 1) * width];
    // Rows that may not move leave the directions at right angles to them.
    let mut still = Span::default();
    for i in (0..ways.len()).filter(|&i| ways[i] == Way::Neither) {
        if still.add(row(i)) && still.dimension() == width {
            return None;
        }
    }
    let basis = still.complement(width);
    let q = basis.len();
    let (mut places, mut signed) = (Vec::new(), Vec::new());
    for i in (0..ways.len()).filter(|&i| matches!(ways[i], Way::Up | Way::Down)) {
        let sign = if ways[i] == Way::Up { 1.0 } else { -1.0 };
        let inside: Vec<f64> = basis.iter().map(|b| sign * dot(b, row(i))).collect();
        let size = length(&inside);
        if size > IN_SPAN * length(row(i)) {
            places.push(i);
            signed.extend(inside.into_iter().map(|part| part / size));
        }
    }
    let cone = Cone { rows: &signed, width: q };
    let mut direction = vec![0.0; q];
    let mut moved = Vec::new();
    let mut open: Vec<usize> = (0..places.len()).collect();
    // A direction may leave rows alone that another of the cone moves: the next is looked for among the rest.
    while let Some((next, zero, positive)) = cone.moving(&open) {
        let back = |&k: &usize| -cone.margin(k, &next) / cone.margin(k, &direction);
        let weight = moved.iter().map(back).fold(0.5, f64::max);
        direction.iter_mut().zip(&next).for_each(|(d, n)| *d = 2.0 * weight * *d + n);
        moved.extend(positive);
        open = zero;
    }
    if moved.is_empty() {
        return None;
    }
    let mut rows = vec![false; ways.len()];
    moved.iter().for_each(|&k| rows[places[k]] = true);
    let direction = (0..width).map(|j| basis.iter().zip(&direction).map(|(b, d)| b[j] * d).sum()).collect();
    Some(Separating { direction, rows })
}

/// {c : aₖ·c ≥ 0} for unit vectors aₖ.
struct Cone<'a> {
    rows: &'a [f64],
    width: usize,
}

impl Cone<'_> {
    fn row(&self, k: usize) -> &[f64] {
        &self.rows[k * self.width..(k + 1) * self.width]
    }

    fn margin(&self, k: usize, c: &[f64]) -> f64 {
        dot(self.row(k), c)
    }

    /// A unit vector of the cone of these rows, those it leaves alone, and those it moves; none if it moves none, or if
    /// rounding leaves that in doubt.
    fn moving(&self, open: &[usize]) -> Option<(Vec<f64>, Vec<usize>, Vec<usize>)> {
        let near = self.projection(open)?;
        let (positive, zero): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|&&k| self.margin(k, &near) > RIGHT_ANGLE);
        // Rows that overlap by less than the angle would be taken for separated: their span tells.
        let mut still = Span::default();
        for &k in &zero {
            still.add(self.row(k));
        }
        let exact = still.rest(&near);
        let is_near = length(&exact) > 1.0 - 1e-6;
        let keeps = |&k: &usize| self.margin(k, &exact) > 0.5 * RIGHT_ANGLE;
        (is_near && !positive.is_empty() && positive.iter().all(keeps)).then_some((exact, zero, positive))
    }

    /// The projection of the mean of these rows onto their cone, to length 1; none if it is 0.
    fn projection(&self, open: &[usize]) -> Option<Vec<f64>> {
        let mut mean = vec![0.0; self.width];
        for &k in open {
            mean.iter_mut().zip(self.row(k)).for_each(|(m, a)| *m += a / open.len() as f64);
        }
        let mut residual = mean.clone();
        let (mut active, mut weights) = (Vec::<usize>::new(), Vec::<f64>::new());
        let mut refused = Vec::new();
        for _ in 0..200 + 20 * self.width {
            let size = length(&residual);
            if size <= IN_SPAN {
                return None;
            }
            let candidates = open.iter().copied().filter(|k| !active.contains(k) && !refused.contains(k));
            let steepest = candidates.map(|k| (k, self.margin(k, &residual))).min_by(|a, b| a.1.total_cmp(&b.1));
            let Some((entering, _)) = steepest.filter(|(_, slope)| *slope < -0.01 * RIGHT_ANGLE * size) else {
                return Some(residual.into_iter().map(|part| part / size).collect());
            };
            active.push(entering);
            weights.push(0.0);
            loop {
                let best = self.least_squares(&active, &mean);
                // As far towards the best weights as none of them gets negative.
                let reach = |(w, b): (&f64, &f64)| if *b > 0.0 { 1.0 } else { w / (w - b).max(f64::MIN_POSITIVE) };
                let step = weights.iter().zip(&best).map(reach).fold(1.0, f64::min);
                weights.iter_mut().zip(&best).for_each(|(w, b)| *w += step * (b - *w));
                if step == 1.0 {
                    break;
                }
                let stays: Vec<bool> = weights.iter().zip(&best).map(|(w, b)| *b > 0.0 || *w > 1e-14).collect();
                let mut kept = stays.iter();
                active.retain(|_| *kept.next().expect("one for each"));
                let mut kept = stays.iter();
                weights.retain(|_| *kept.next().expect("one for each"));
                if active.is_empty() {
                    break;
                }
            }
            // A row that rounding lets in and least squares throws out is not tried again until something has changed.
            if active.contains(&entering) {
                refused.clear()
            } else {
                refused.push(entering)
            }
            residual.copy_from_slice(&mean);
            for (&k, w) in active.iter().zip(&weights) {
                residual.iter_mut().zip(self.row(k)).for_each(|(r, a)| *r += w * a);
            }
        }
        None
    }

    /// The weights w for which Σ w a over the active rows is nearest to −mean.
    fn least_squares(&self, active: &[usize], mean: &[f64]) -> Vec<f64> {
        let columns = DMatrix::from_fn(self.width, active.len(), |i, k| self.row(active[k])[i]);
        let target = DVector::from_iterator(self.width, mean.iter().map(|m| -m));
        let solution = columns.svd(true, true).solve(&target, 1e-14);
        solution.map_or_else(|_| vec![0.0; active.len()], |weights| weights.iter().copied().collect())
    }
}

/// The span of some vectors, by an orthonormal basis.
#[derive(Debug, Default)]
pub(super) struct Span(Vec<Vec<f64>>);

impl Span {
    pub(super) fn dimension(&self) -> usize {
        self.0.len()
    }

    /// Adds a vector; false if it is in the span already.
    pub(super) fn add(&mut self, vector: &[f64]) -> bool {
        if self.dimension() == vector.len() {
            return false;
        }
        let rest = self.rest(vector);
        let size = length(&rest);
        let is_new = size > IN_SPAN * length(vector);
        if is_new {
            self.0.push(rest.into_iter().map(|part| part / size).collect());
        }
        is_new
    }

    /// What of a vector is at right angles to the span.
    pub(super) fn rest(&self, vector: &[f64]) -> Vec<f64> {
        let mut rest = vector.to_vec();
        // Twice: the first time leaves rounding errors of the size of what was taken away.
        for basis in self.0.iter().chain(&self.0) {
            let part = dot(basis, &rest);
            rest.iter_mut().zip(basis).for_each(|(r, b)| *r -= part * b);
        }
        rest
    }

    /// An orthonormal basis of what is at right angles to the span, in a space of this dimension.
    fn complement(self, width: usize) -> Vec<Vec<f64>> {
        let given = self.dimension();
        let mut all = self;
        while all.dimension() < width {
            let axes = (0..width).map(|j| all.rest(&(0..width).map(|k| f64::from(j == k)).collect::<Vec<_>>()));
            let longest = axes.max_by(|a, b| length(a).total_cmp(&length(b))).expect("there is an axis");
            let size = length(&longest);
            all.0.push(longest.into_iter().map(|part| part / size).collect());
        }
        all.0.split_off(given)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn length(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// The rows that the cone of signed rows of whole numbers moves, from its extreme rays: each is at right angles to two
    /// rows. None if the rows span less than the space.
    fn moved_by_extreme_rays(rows: &[[i64; 3]], falls: &[bool]) -> Option<Vec<bool>> {
        let cross = |a: [i64; 3], b: [i64; 3]| -> [i64; 3] {
            [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
        };
        let dot = |a: [i64; 3], b: [i64; 3]| -> i64 { (0..3).map(|k| a[k] * b[k]).sum() };
        let pairs = || rows.iter().flat_map(|&a| rows.iter().map(move |&b| cross(a, b)));
        if !pairs().any(|ray| rows.iter().any(|&row| dot(row, ray) != 0)) {
            return None;
        }
        let mut moved = vec![false; rows.len()];
        for ray in pairs().flat_map(|ray| [ray, ray.map(|part| -part)]) {
            let margins: Vec<i64> = rows.iter().map(|&row| dot(row, ray)).collect();
            let inside = margins.iter().zip(falls).all(|(margin, falls)| *margin == 0 || (*margin > 0 && !falls));
            if inside {
                moved.iter_mut().zip(&margins).for_each(|(moved, margin)| *moved |= *margin > 0);
            }
        }
        Some(moved)
    }

    #[test]
    fn moves_what_the_extreme_rays_move() {
        let mut rng = rand::rngs::SmallRng::seed_from_u64(1);
        let (mut separated, mut not) = (0, 0);
        for case in 0..4000 {
            let n = 3 + case % 6;
            let rows: Vec<[i64; 3]> = (0..n).map(|_| std::array::from_fn(|_| rng.random_range(-3..=3))).collect();
            let falls: Vec<bool> = (0..n).map(|_| rng.random_range(0..8) == 0).collect();
            let Some(expected) = moved_by_extreme_rays(&rows, &falls) else { continue };
            let flat: Vec<f64> = rows.iter().flatten().map(|&part| part as f64).collect();
            let ways: Vec<Way> = falls.iter().map(|falls| if *falls { Way::Neither } else { Way::Up }).collect();
            let found = separating(&flat, 3, &ways);
            let moved = found.as_ref().map_or_else(|| vec![false; n], |found| found.rows.clone());
            assert_eq!(moved, expected, "case {case}: {rows:?} {falls:?}");
            if let Some(found) = found {
                separated += 1;
                for (row, moved) in flat.chunks(3).zip(&found.rows) {
                    let margin = dot(row, &found.direction);
                    assert!(if *moved { margin > 1e-9 } else { margin.abs() < 1e-12 }, "case {case}: {margin}");
                }
            } else {
                not += 1;
            }
        }
        assert!(separated > 500 && not > 500, "{separated} separated, {not} not");
    }
}
