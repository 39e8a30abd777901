//! What laws with a location vector μ and a scale matrix S share: μ first, then the entries s_ij, i ≥ j, row by row.

use crate::data::Sample;
use crate::scalar::Scalar;
use crate::space::{Domain, Space};

/// The places (i, j), i ≥ j, of a lower triangle, row by row.
pub(super) fn entries(dimension: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..dimension).flat_map(|i| (0..=i).map(move |j| (i, j)))
}

fn at(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// `mu_<column>`, and `s_ij`.
pub(super) fn space(columns: &[String]) -> Space {
    // Two-digit indices are kept apart.
    let separator = if columns.len() > 9 { "_" } else { "" };
    let means = columns.iter().fold(Space::new(), |space, name| space.real(format!("mu_{name}")));
    means.covariance(entries(columns.len()).map(|(i, j)| format!("s_{}{separator}{}", i + 1, j + 1)))
}

/// (x − μ)ᵀ S⁻¹ (x − μ), and ½ ln |S|, through the Cholesky factor of S.
pub(super) fn distance_and_volume<S: Scalar>(mu: &[S], s: &[S], x: &[S]) -> (S, S) {
    // S = L Lᵀ, and z solves L z = x − μ.
    let mut factor: Vec<S> = Vec::new();
    for (i, j) in entries(mu.len()) {
        let inner = (0..j).fold(S::from(0.0), |sum, k| sum + factor[at(i, k)] * factor[at(j, k)]);
        let rest = s[at(i, j)] - inner;
        factor.push(if i == j { rest.sqrt() } else { rest / factor[at(j, j)] });
    }
    let mut z: Vec<S> = Vec::new();
    let (mut distance, mut volume) = (S::from(0.0), S::from(0.0));
    for i in 0..mu.len() {
        let inner = (0..i).fold(S::from(0.0), |sum, k| sum + factor[at(i, k)] * z[k]);
        let own = (x[i] - mu[i] - inner) / factor[at(i, i)];
        distance = distance + own * own;
        volume = volume + factor[at(i, i)].ln();
        z.push(own);
    }
    (distance, volume)
}

/// μ + L z, where S = L Lᵀ and z has a spherical law.
pub(super) fn placed(mu: &[f64], s: &[f64], z: &[f64]) -> Vec<f64> {
    // The free coordinates of a covariance are its Cholesky factor, the diagonal in logarithms.
    let factor = Domain::Covariance.free(s).expect("a scale matrix inside its domain");
    let entry = |i: usize, j: usize| if i == j { factor[at(i, j)].exp() } else { factor[at(i, j)] };
    mu.iter().enumerate().map(|(i, mean)| mean + (0..=i).map(|j| entry(i, j) * z[j]).sum::<f64>()).collect()
}

/// Why the likelihood has no bound as S → a singular matrix, if the data lie in a plane.
pub(super) fn in_a_plane(columns: &[String], sample: &Sample) -> Option<String> {
    let d = columns.len();
    if sample.rows() <= d {
        return Some(format!("{} rows lie in a plane of the {d} dimensions", sample.rows()));
    }
    let column = first_dependent(d, sample)?;
    Some(format!("`{}` is a linear function of the columns before it, or constant", columns[column]))
}

/// The first column that is, to rounding, a linear function of those before it: a vanishing pivot of the correlation
/// matrix.
fn first_dependent(dimension: usize, sample: &Sample) -> Option<usize> {
    let mut factor: Vec<f64> = Vec::new();
    for (i, j) in entries(dimension) {
        let inner: f64 = (0..j).map(|k| factor[at(i, k)] * factor[at(j, k)]).sum();
        let rest = sample.correlation(i, j) - inner;
        if i == j && (rest.is_nan() || rest <= 1e-13) {
            return Some(i);
        }
        factor.push(if i == j { rest.sqrt() } else { rest / factor[at(j, j)] });
    }
    None
}
