//! [`Information`]: ln |I|, the logarithm of the determinant of the information, with its derivatives by free coordinates.
//!
//! With H the Hessian of the log-likelihood, I = −H and C = I⁻¹ (Magnus and Neudecker, *Matrix Differential Calculus*,
//! 3rd ed., chapter 8):
//!
//! ```text
//! ∂ₖ ln |I| = −tr(C ∂ₖH)        ∂ₖ∂ₗ ln |I| = −tr(C ∂ₖ∂ₗH) − tr(C ∂ₖH C ∂ₗH)
//! ```
//!
//! All of it is sums over rows as they are made for a log-likelihood: ∂ₖH is the Hessian of the score ∂ₖ ln L, and
//! tr(C ∂ₖH) and tr(C ∂ₖ∂ₗH) are the gradient and the Hessian of tr(C H), C held.

use std::sync::Arc;

use nalgebra::{Cholesky, DMatrix};

use super::part::{Contraction, Part};
use super::{Detail, Sums, threads_for};

/// For each part of the log-likelihood, what the derivatives of its Hessian are sums of.
#[derive(Debug)]
pub(super) struct Information {
    parts: Vec<Derived>,
}

#[derive(Debug)]
struct Derived {
    part: Arc<Part>,
    /// Its score by each coordinate that it depends on.
    scores: Vec<Option<Part>>,
    contraction: Contraction,
}

impl Information {
    pub(super) fn new(parts: &[Arc<Part>], coordinates: usize) -> Information {
        let derived = |part: &Arc<Part>| Derived {
            part: part.clone(),
            scores: (0..coordinates).map(|place| part.score(place)).collect(),
            contraction: part.contraction(),
        };
        Information { parts: parts.iter().map(derived).collect() }
    }

    /// ln |−H|; NaN unless −H is positive definite.
    pub(super) fn ln_determinant(hessian: &[f64], p: usize) -> f64 {
        Root::of(hessian, p).map_or(f64::NAN, |root| root.ln_determinant)
    }

    /// ln |I| with its gradient and, if asked for, Hessian, where the log-likelihood has this Hessian.
    pub(super) fn sums(&self, free: &[f64], hessian: &[f64], has_hessian: bool, threads: Option<usize>) -> Sums {
        let p = free.len();
        let mut sums = Sums::zero(p, Detail::Hessian);
        let Some(root) = Root::of(hessian, p) else {
            sums.value = f64::NAN;
            return sums;
        };
        sums.value = root.ln_determinant;
        let detail = if has_hessian { Detail::Hessian } else { Detail::Slope };
        let trace = self.contracted(free, &root.inverse, detail, threads);
        sums.gradient = trace.gradient.iter().map(|slope| -slope).collect();
        if !has_hessian {
            return sums;
        }
        // C ∂ₖH, so that the trace of a product of two of them is what is missing.
        let moved: Vec<DMatrix<f64>> = (0..p).map(|place| &root.inverse * self.slope(place, free, threads)).collect();
        for j in 0..p {
            for k in 0..=j {
                let both = moved[j].component_mul(&moved[k].transpose()).sum();
                let value = -trace.hessian[j * p + k] - both;
                (sums.hessian[j * p + k], sums.hessian[k * p + j]) = (value, value);
            }
        }
        sums
    }

    /// Σ |term| over rows of the gradient.
    pub(super) fn magnitudes(&self, free: &[f64], hessian: &[f64], threads: Option<usize>) -> Sums {
        match Root::of(hessian, free.len()) {
            Some(root) => self.contracted(free, &root.inverse, Detail::Magnitudes, threads),
            None => Sums::zero(free.len(), Detail::Magnitudes),
        }
    }

    /// tr(C H) with its derivatives.
    fn contracted(&self, free: &[f64], by: &DMatrix<f64>, detail: Detail, threads: Option<usize>) -> Sums {
        let mut sums = Sums::zero(free.len(), detail);
        for own in &self.parts {
            let contracted = own.part.contracted(&own.contraction, by);
            contracted.add(free, detail, threads_for(own.part.rows(), threads), &mut sums);
        }
        sums
    }

    /// ∂ₖH, for the coordinate at this place.
    fn slope(&self, place: usize, free: &[f64], threads: Option<usize>) -> DMatrix<f64> {
        let p = free.len();
        let scores = self.parts.iter().filter_map(|own| own.scores[place].as_ref());
        scores.fold(DMatrix::zeros(p, p), |sum, score| {
            let own = score.evaluate(free, Detail::Hessian, threads_for(score.rows(), threads));
            sum + DMatrix::from_row_slice(p, p, &own.hessian)
        })
    }
}

/// An information that is positive definite.
struct Root {
    ln_determinant: f64,
    inverse: DMatrix<f64>,
}

impl Root {
    /// By Cholesky's root of I scaled to a diagonal of ones, so that coordinates of any scale are alike.
    fn of(hessian: &[f64], p: usize) -> Option<Root> {
        let scale: Vec<f64> = (0..p).map(|j| (-hessian[j * p + j]).sqrt()).collect();
        if !scale.iter().all(|scale| *scale > 0.0 && scale.is_finite()) {
            return None;
        }
        let scaled = DMatrix::from_fn(p, p, |i, j| -hessian[i * p + j] / scale[i] / scale[j]);
        let root = Cholesky::new(scaled)?;
        let diagonal = root.l_dirty().diagonal();
        let ln_determinant = diagonal.iter().zip(&scale).map(|(pivot, scale)| 2.0 * (pivot.ln() + scale.ln())).sum();
        let scaled = root.inverse();
        let inverse = DMatrix::from_fn(p, p, |i, j| scaled[(i, j)] / scale[i] / scale[j]);
        inverse.iter().all(|entry| entry.is_finite()).then_some(Root { ln_determinant, inverse })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Objective;
    use super::*;
    use crate::prelude::*;
    use crate::space::Linear;

    /// Gradient and Hessian of the penalised log-likelihood are the slopes of its value and of its gradient.
    fn check<M: Model, D: Data<M>>(model: &M, data: D, at: &[f64]) {
        let objective = Objective::new(model.space(), data.terms(model).expect("terms")).expect("an objective");
        let objective = objective.penalised(Some(Arc::new(Firth))).expect("a penalty");
        let p = at.len();
        assert_eq!(objective.coordinates().len(), p);
        let sums = objective.evaluate(at);
        let close = |own: f64, other: f64| (own - other).abs() < 1e-7 * (1.0 + own.abs());
        for j in 0..p {
            let moved = |by: f64| {
                let there: Vec<f64> = (0..p).map(|k| at[k] + if j == k { by } else { 0.0 }).collect();
                (objective.value(&there), objective.slope(&there).gradient)
            };
            let h = 1e-3;
            let ([above, below], [far, deep]) = ([moved(h), moved(-h)], [moved(2.0 * h), moved(-2.0 * h)]);
            let slope = |a: f64, b: f64, c: f64, d: f64| (8.0 * (a - b) - (c - d)) / (12.0 * h);
            let value = slope(above.0, below.0, far.0, deep.0);
            assert!(close(sums.gradient[j], value), "{j}: {} and {value}", sums.gradient[j]);
            for k in 0..p {
                let value = slope(above.1[k], below.1[k], far.1[k], deep.1[k]);
                let own = sums.hessian[j * p + k];
                assert!(close(own, value), "{j} {k}: {own} and {value}");
            }
        }
    }

    fn table() -> Table {
        let text = "y,a,b,o,l\n0,.3,1,-.2,u\n2,1.1,0,.4,v\n1,.7,1,1.3,u\n0,1.9,0,-.9,w\n1,1.4,1,.1,v\n3,2.6,0,.8,w\n";
        Table::from_csv(text.as_bytes()).expect("a table")
    }

    #[test]
    fn derivatives_of_a_count_with_an_offset() {
        let table = table();
        let predictor = Linear { offset: Some("o".to_string()), ..Linear::on(["a", "b"]) };
        let model = Regress(Poisson).linear("lambda", predictor);
        check(&model, table.response("y").expect("a column"), &[0.2, -0.3, 0.7]);
    }

    #[test]
    fn derivatives_of_successes_among_trials() {
        let table = table().with_column("m", vec![4.0, 3.0, 2.0, 7.0, 4.0, 5.0].into()).expect("a column");
        let model = Regress(Binomial).on("p", ["a", "o"]);
        check(&model, table.responses(["y", "m"]).expect("columns"), &[0.4, -0.8, 0.5]);
    }

    #[test]
    fn derivatives_of_levels() {
        let table = table();
        let model = Regress(Categorical::with_levels(["u", "v", "w"])).on("p_u", ["a", "b"]);
        check(&model, table.response("l").expect("a column"), &[0.2, -0.3, 0.7, -0.4, 0.1, 0.9]);
    }

    #[test]
    fn derivatives_from_sufficient_statistics() {
        check(&Poisson, &[3_u64, 1, 4, 1, 5], &[0.3]);
        check(&Categorical::with_levels(["a", "b", "c"]), &["a", "b", "a", "c"], &[0.3, -0.5]);
    }

    #[test]
    fn the_same_on_any_number_of_rows_and_threads() {
        let rows = 60_000;
        let columns = |seed: f64| (0..rows).map(|k| (seed * k as f64).sin()).collect::<Vec<f64>>();
        let y: Vec<f64> = columns(0.7).iter().zip(columns(1.3)).map(|(a, b)| f64::from(a + b > 0.3)).collect();
        let table =
            Table::new([("y", y.into()), ("a", columns(0.31).into()), ("b", columns(2.1).into())]).expect("one");
        let model = Regress(Bernoulli).on("p", ["a", "b"]);
        let terms = table.response("y").expect("a column").terms(&model).expect("terms");
        let sums = [1, 2, 3].map(|threads| {
            let objective = Objective::on(model.space(), terms.clone(), Some(threads)).expect("an objective");
            objective.penalised(Some(Arc::new(Firth))).expect("a penalty").evaluate(&[0.1, 0.4, -0.2])
        });
        assert!(sums[0] == sums[1] && sums[1] == sums[2]);
    }
}
