//! [`Quadratic`]: the second-order picture of an objective at a point, in scaled eigen-coordinates.

use std::sync::OnceLock;

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::objective::Sums;

/// f(u + s) ≈ f(u) + gᵀs + ½ sᵀHs for f the negative log-likelihood (times some factor), with
/// H = D V Λ Vᵀ D and D² the absolute diagonal of H, so that parameters of any scale are alike (Jacobi scaling).
#[derive(Debug, Clone)]
pub(crate) struct Quadratic {
    scale: DVector<f64>,
    /// D⁻¹HD⁻¹
    scaled: DMatrix<f64>,
    /// D⁻¹g
    gradient: DVector<f64>,
    /// The minimum from here, in scaled coordinates, where the scaled Hessian is far from singular.
    minimum: DVector<f64>,
    has_minimum: bool,
    /// What the scaled Hessian is factored in.
    root: DMatrix<f64>,
    eigen: OnceLock<Eigen>,
}

/// The scaled Hessian is V Λ Vᵀ.
#[derive(Debug, Clone)]
struct Eigen {
    vectors: DMatrix<f64>,
    /// Λ, in increasing order.
    curvature: Vec<f64>,
    /// VᵀD⁻¹g
    slope: Vec<f64>,
}

/// Where a pivot of the scaled Hessian, whose diagonal is 1, is less, eigenvalues say what it is like.
const LEAST_PIVOT: f64 = 1e-6;

impl Quadratic {
    /// Of −`factor` times a log-likelihood with these sums, which must be finite.
    pub(crate) fn of(sums: &Sums, factor: f64) -> Quadratic {
        let mut quadratic = Quadratic::new(sums.gradient.len());
        quadratic.follow(sums, factor);
        quadratic
    }

    /// Of so many parameters, and of nothing yet.
    pub(crate) fn new(p: usize) -> Quadratic {
        let (vector, matrix) = (DVector::zeros(p), DMatrix::zeros(p, p));
        Quadratic {
            scale: vector.clone(),
            gradient: vector.clone(),
            minimum: vector,
            has_minimum: false,
            scaled: matrix.clone(),
            root: matrix,
            eigen: OnceLock::new(),
        }
    }

    /// Becomes that of other sums of as many parameters, in the memory that it has.
    pub(crate) fn follow(&mut self, sums: &Sums, factor: f64) {
        let p = self.gradient.len();
        let hessian = |i: usize, j: usize| sums.hessian[i * p + j] * -factor;
        for j in 0..p {
            // A coordinate without curvature of its own is scaled by its slope; without either, not at all.
            let (own, slope) = (hessian(j, j).abs(), (factor * sums.gradient[j]).abs());
            self.scale[j] = if own > 0.0 {
                own.sqrt()
            } else if slope > 0.0 {
                slope
            } else {
                1.0
            };
        }
        for j in 0..p {
            self.gradient[j] = -factor * sums.gradient[j] / self.scale[j];
            for i in 0..p {
                self.scaled[(i, j)] = hessian(i, j) / self.scale[i] / self.scale[j];
            }
        }
        self.factor();
    }

    /// Makes the scale of each coordinate this at least, so that a radius is so much shorter in it; whether one was less.
    pub(crate) fn stiffen(&mut self, least: &[f64]) -> bool {
        let mut is_changed = false;
        for (j, &least) in least.iter().enumerate().filter(|(_, least)| **least > 0.0) {
            let factor = least / self.scale[j];
            if factor > 1.0 {
                is_changed = true;
                self.scale[j] = least;
                self.gradient[j] /= factor;
                self.scaled.column_mut(j).iter_mut().for_each(|part| *part /= factor);
                self.scaled.row_mut(j).iter_mut().for_each(|part| *part /= factor);
            }
        }
        if is_changed {
            self.factor();
        }
        is_changed
    }

    fn factor(&mut self) {
        let p = self.gradient.len();
        self.eigen.take();
        let mut root = std::mem::replace(&mut self.root, DMatrix::zeros(0, 0));
        if root.nrows() < p {
            root = DMatrix::zeros(p, p);
        }
        root.copy_from(&self.scaled);
        self.has_minimum = false;
        // It takes the matrix with it where it fails.
        if let Some(root) = Cholesky::new(root) {
            self.has_minimum = is_far_from_singular(&root);
            self.minimum.copy_from(&self.gradient);
            root.solve_mut(&mut self.minimum);
            self.minimum.neg_mut();
            self.root = root.unpack_dirty();
        }
    }

    fn minimum(&self) -> Option<&DVector<f64>> {
        self.has_minimum.then_some(&self.minimum)
    }

    fn eigen(&self) -> &Eigen {
        self.eigen.get_or_init(|| {
            let p = self.gradient.len();
            if p == 0 {
                return Eigen { vectors: DMatrix::zeros(0, 0), curvature: vec![], slope: vec![] };
            }
            let eigen = self.scaled.clone().symmetric_eigen();
            let mut order: Vec<usize> = (0..p).collect();
            order.sort_by(|&a, &b| eigen.eigenvalues[a].total_cmp(&eigen.eigenvalues[b]));
            let vectors = DMatrix::from_fn(p, p, |i, j| eigen.eigenvectors[(i, order[j])]);
            let curvature = order.iter().map(|&k| eigen.eigenvalues[k]).collect();
            let slope = vectors.tr_mul(&self.gradient).iter().copied().collect();
            Eigen { vectors, curvature, slope }
        })
    }

    /// The least curvature; ∞ without parameters.
    pub(crate) fn least_curvature(&self) -> f64 {
        self.eigen().curvature.first().copied().unwrap_or(f64::INFINITY)
    }

    /// λ_max / λ_min of the scaled Hessian: ∞ unless it is positive definite.
    pub(crate) fn condition(&self) -> f64 {
        let greatest = self.eigen().curvature.last().copied().unwrap_or(1.0);
        if self.least_curvature() > 0.0 { greatest / self.least_curvature().min(greatest) } else { f64::INFINITY }
    }

    /// ½ gᵀH⁻¹g, the estimated distance of f from its minimum: ∞ unless H is positive definite.
    pub(crate) fn distance_to_minimum(&self) -> f64 {
        match self.minimum() {
            Some(minimum) => -0.5 * self.gradient.dot(minimum),
            None => self.distance_of(&self.eigen().slope),
        }
    }

    fn distance_of(&self, slope: &[f64]) -> f64 {
        if self.least_curvature() <= 0.0 {
            return f64::INFINITY;
        }
        0.5 * slope.iter().zip(&self.eigen().curvature).map(|(g, l)| g * g / l).sum::<f64>()
    }

    /// What the distance to the minimum would be with this gradient of f, of either sign.
    pub(crate) fn distance_of_gradient(&self, gradient: &[f64]) -> f64 {
        let p = gradient.len();
        let slope: Vec<f64> =
            (0..p).map(|i| (0..p).map(|j| self.eigen().vectors[(j, i)] * gradient[j] / self.scale[j]).sum()).collect();
        self.distance_of(&slope)
    }

    /// What the distance to the minimum would be if all the gradient were an error of at most these sizes.
    pub(crate) fn distance_of_errors(&self, errors: &[f64]) -> f64 {
        let p = errors.len();
        let slope: Vec<f64> = (0..p)
            .map(|i| (0..p).map(|j| self.eigen().vectors[(j, i)].abs() * errors[j] / self.scale[j]).sum())
            .collect();
        self.distance_of(&slope)
    }

    /// The greatest part that these errors of the Hessian of f are of its curvature, along each coordinate and along the two
    /// directions in which f is flattest.
    pub(crate) fn part_of_curvature(&self, errors: &[f64]) -> f64 {
        let p = self.scale.len();
        let along = |direction: &[f64]| -> f64 {
            let turned = |i: usize| (0..p).map(|j| errors[i * p + j] * direction[j]).sum::<f64>();
            (0..p).map(|i| direction[i] * turned(i)).sum::<f64>().abs()
        };
        let own = (0..p).map(|j| errors[j * (p + 1)].abs() / self.scale[j].powi(2));
        let flattest = (0..p.min(2)).map(|k| along(&self.unit_rise(k)));
        own.chain(flattest).fold(0.0, |most, part| if part.is_nan() { f64::INFINITY } else { most.max(part) })
    }

    /// Moves `point` by the step that minimises the quadratic within `radius` (of scaled coordinates); returns the decrease
    /// that it predicts.
    ///
    /// Moré and Sorensen, "Computing a trust region step", 1983; the eigenvalues make the secular equation explicit.
    pub(crate) fn step(&self, radius: f64, point: &mut [f64]) -> f64 {
        if let Some(minimum) = self.minimum().filter(|minimum| minimum.norm() <= radius) {
            self.move_by(minimum, point);
            return self.distance_to_minimum();
        }
        let least = self.least_curvature();
        let at = |shift: f64| -> Vec<f64> {
            let one = |(g, l): (&f64, &f64)| if *g == 0.0 { 0.0 } else { -g / (l + shift) };
            self.eigen().slope.iter().zip(&self.eigen().curvature).map(one).collect()
        };
        let length = |z: &[f64]| z.iter().map(|z| z * z).sum::<f64>().sqrt();
        let mut z = at(0.0);
        if least <= 0.0 || length(&z).is_nan() || length(&z) > radius {
            // Bisect for the shift at which the step is as long as allowed.
            let slope = length(&self.eigen().slope);
            let (mut low, mut high) = ((-least).max(0.0), (-least).max(0.0) + slope / radius);
            for _ in 0..200 {
                let middle = 0.5 * (low + high);
                if length(&at(middle)) > radius {
                    low = middle;
                } else {
                    high = middle;
                }
                if high - low <= f64::EPSILON * high {
                    break;
                }
            }
            z = at(high);
            let short = length(&z);
            if least <= 0.0 && short.is_finite() && short < 0.99 * radius {
                // Along the direction of least curvature the slope says nothing: go as far as allowed.
                let rest = (radius * radius - short * short).sqrt();
                z[0] += if self.eigen().slope[0] > 0.0 { -rest } else { rest };
            }
        }
        let terms = z.iter().zip(&self.eigen().slope).zip(&self.eigen().curvature);
        let predicted = -terms.map(|((z, g), l)| z * (g + 0.5 * l * z)).sum::<f64>();
        self.move_by(&(&self.eigen().vectors * DVector::from_vec(z)), point);
        predicted
    }

    /// Whether the step within this radius is Newton's.
    pub(crate) fn is_newton(&self, radius: f64) -> bool {
        self.minimum().is_some_and(|minimum| minimum.norm() <= radius)
    }

    /// Moves `point` by −H⁻¹r, where r is what is missing in the gradient at the end of a Newton step; not if the step is more
    /// than halved or lengthened by half, which is no correction. Returns whether it did.
    pub(crate) fn correct(&self, missing: &mut DVector<f64>, point: &mut [f64]) -> bool {
        missing.component_div_assign(&self.scale);
        // Of the factor only the lower triangle is read.
        let is_solved = self.has_minimum
            && self.root.solve_lower_triangular_mut(missing)
            && self.root.tr_solve_lower_triangular_mut(missing);
        let is_small = is_solved && missing.norm() <= 0.5 * self.minimum.norm();
        if is_small {
            missing.neg_mut();
            self.move_by(missing, point);
        }
        is_small
    }

    /// The Newton step −H⁻¹g.
    pub(crate) fn newton_step(&self) -> Vec<f64> {
        if let Some(minimum) = self.minimum() {
            return self.natural(minimum);
        }
        let z: Vec<f64> = self.eigen().slope.iter().zip(&self.eigen().curvature).map(|(g, l)| -g / l).collect();
        self.unscaled(&z)
    }

    /// The `k`-th weakest direction, of such length that f rises by ½ along it if it is quadratic.
    pub(crate) fn unit_rise(&self, k: usize) -> Vec<f64> {
        let z: Vec<f64> = (0..self.eigen().curvature.len())
            .map(|i| if i == k { 1.0 / self.eigen().curvature[k].sqrt() } else { 0.0 })
            .collect();
        self.unscaled(&z)
    }

    /// The square root of the `j`-th diagonal entry of H⁻¹.
    pub(crate) fn std_error(&self, j: usize) -> f64 {
        let parts = self.eigen().curvature.iter().enumerate().map(|(k, l)| self.eigen().vectors[(j, k)].powi(2) / l);
        parts.sum::<f64>().sqrt() / self.scale[j]
    }

    /// The weakest direction, its greatest part 1 in size, and whether f falls along it (else against it).
    pub(crate) fn weakest(&self) -> (Vec<f64>, bool) {
        let z: Vec<f64> = (0..self.eigen().curvature.len()).map(|k| f64::from(k == 0)).collect();
        let direction = self.unscaled(&z);
        let greatest = direction.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
        (
            direction.iter().map(|d| d / greatest).collect(),
            self.eigen().slope.first().is_some_and(|slope| *slope <= 0.0),
        )
    }

    /// R with H⁻¹ = R Rᵀ, where H is positive definite.
    pub(crate) fn inverse_root(&self) -> DMatrix<f64> {
        let p = self.eigen().curvature.len();
        DMatrix::from_fn(p, p, |i, k| self.eigen().vectors[(i, k)] / self.scale[i] / self.eigen().curvature[k].sqrt())
    }

    /// H⁻¹, where H is positive definite.
    pub(crate) fn inverse(&self) -> DMatrix<f64> {
        let root = self.inverse_root();
        &root * root.transpose()
    }

    fn unscaled(&self, z: &[f64]) -> Vec<f64> {
        self.natural(&(&self.eigen().vectors * DVector::from_column_slice(z)))
    }

    /// Adds a step in scaled coordinates to a point without the scale.
    fn move_by(&self, step: &DVector<f64>, point: &mut [f64]) {
        point.iter_mut().zip(step.iter().zip(self.scale.iter())).for_each(|(u, (s, d))| *u += s / d);
    }

    /// A step in scaled coordinates, without the scale.
    fn natural(&self, step: &DVector<f64>) -> Vec<f64> {
        step.iter().zip(self.scale.iter()).map(|(s, d)| s / d).collect()
    }
}

fn is_far_from_singular(root: &Cholesky<f64, Dyn>) -> bool {
    let factor = root.l_dirty();
    (0..factor.nrows()).all(|j| factor[(j, j)] * factor[(j, j)] > LEAST_PIVOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quadratic(gradient: Vec<f64>, hessian: Vec<f64>) -> Quadratic {
        // Sums are of a log-likelihood: signs turned.
        let turned = |values: Vec<f64>| values.iter().map(|x| -x).collect();
        Quadratic::of(&Sums { value: 0.0, gradient: turned(gradient), hessian: turned(hessian) }, 1.0)
    }

    /// The step from 0 within this radius, and the decrease it predicts.
    fn step(quadratic: &Quadratic, radius: f64) -> ([f64; 2], f64) {
        let mut point = [0.0; 2];
        let predicted = quadratic.step(radius, &mut point);
        (point, predicted)
    }

    #[test]
    fn a_long_radius_gives_the_newton_step() {
        let (step, predicted) = step(&quadratic(vec![2.0, -3.0], vec![4.0, 1.0, 1.0, 3.0]), 1e9);
        let expected = [-9.0 / 11.0, 14.0 / 11.0];
        step.iter().zip(expected).for_each(|(s, e)| assert!((s - e).abs() < 1e-14));
        assert!((predicted - 0.5 * (2.0 * 9.0 / 11.0 + 3.0 * 14.0 / 11.0)).abs() < 1e-14);
    }

    #[test]
    fn scales_do_not_matter() {
        let plain = quadratic(vec![2.0, -3.0], vec![4.0, 1.0, 1.0, 3.0]);
        let scaled = quadratic(vec![2e150, -3e-120], vec![4e300, 1e30, 1e30, 3e-240]);
        let ((a, _), (b, _)) = (step(&plain, 0.3), step(&scaled, 0.3));
        assert!((a[0] - b[0] * 1e150).abs() < 1e-14 && (a[1] - b[1] * 1e-120).abs() < 1e-14, "{a:?} {b:?}");
        assert!((plain.distance_to_minimum() - scaled.distance_to_minimum()).abs() < 1e-14);
    }

    #[test]
    fn negative_curvature_is_followed_to_the_edge() {
        let saddle = quadratic(vec![0.0, 1.0], vec![-2.0, 0.0, 0.0, 1.0]);
        let (step, predicted) = step(&saddle, 1.0);
        let length = (2.0 * step[0] * step[0] + step[1] * step[1]).sqrt();
        assert!((length - 1.0).abs() < 1e-12, "length {length}");
        assert!(step[0] != 0.0 && predicted > 0.0);
    }

    #[test]
    fn what_follows_other_sums_remembers_none_of_them() {
        let bowl = quadratic(vec![2.0, -3.0], vec![4.0, 1.0, 1.0, 3.0]);
        let saddle = quadratic(vec![0.0, 1.0], vec![-2.0, 0.0, 0.0, 1.0]);
        let sums = |quadratic: &Quadratic| Sums {
            value: 0.0,
            gradient: (0..2).map(|j| -quadratic.gradient[j] * quadratic.scale[j]).collect(),
            hessian: (0..4)
                .map(|at| (at / 2, at % 2))
                .map(|(i, j)| -quadratic.scaled[(i, j)] * quadratic.scale[i] * quadratic.scale[j])
                .collect(),
        };
        let mut moving = bowl.clone();
        for wanted in [&saddle, &bowl, &saddle, &saddle, &bowl] {
            moving.follow(&sums(wanted), 1.0);
            let (own, expected) = (step(&moving, 0.5), step(wanted, 0.5));
            own.0.iter().zip(expected.0).for_each(|(a, b)| assert!((a - b).abs() < 1e-14));
            assert!((moving.least_curvature() - wanted.least_curvature()).abs() < 1e-14);
        }
    }

    #[test]
    fn a_correction_takes_away_what_is_missing() {
        // In other units for each: H⁻¹r for r = (0.2, −0.1) is (0.7, −0.6)/11, of a tenth and ten times.
        let bowl = quadratic(vec![20.0, -0.3], vec![400.0, 1.0, 1.0, 0.03]);
        let mut point = [1.0, 2.0];
        assert!(bowl.correct(&mut DVector::from_vec(vec![2.0, -0.01]), &mut point));
        let moved = [0.7 / 110.0, -6.0 / 11.0];
        assert!((point[0] - 1.0 + moved[0]).abs() < 1e-14 && (point[1] - 2.0 + moved[1]).abs() < 1e-14, "{point:?}");

        let before = point;
        for missing in [vec![20.0, -0.3], vec![f64::NAN, 0.0]] {
            assert!(!bowl.correct(&mut DVector::from_vec(missing), &mut point));
            assert_eq!(point, before);
        }
        let saddle = quadratic(vec![0.0, 1.0], vec![-2.0, 0.0, 0.0, 1.0]);
        assert!(!saddle.correct(&mut DVector::from_vec(vec![0.0, 0.1]), &mut point));
    }

    #[test]
    fn the_inverse_inverts() {
        let inverse = quadratic(vec![0.0, 0.0], vec![4.0, 1.0, 1.0, 3.0]).inverse();
        let expected = [3.0 / 11.0, -1.0 / 11.0, -1.0 / 11.0, 4.0 / 11.0];
        inverse.iter().zip(expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-15));
    }
}
