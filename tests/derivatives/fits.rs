//! Whole fits: the log-likelihood, the stationary point and the covariance, against dual numbers in free coordinates.

use thetahat::prelude::*;

use crate::support::dual::{Dual, derivatives};

/// From free to natural coordinates, written out again for each kind of parameter that is used here.
#[derive(Debug, Clone, Copy)]
enum Free {
    Real,
    Logarithm,
    /// The weights 1 / (1 + eᵘ) and eᵘ / (1 + eᵘ).
    TwoWeights,
}

fn natural(kinds: &[Free], free: &[Dual]) -> Vec<Dual> {
    let one = |(kind, &u): (&Free, &Dual)| match kind {
        Free::Real => vec![u],
        Free::Logarithm => vec![u.exp()],
        Free::TwoWeights => vec![1.0 / (1.0 + u.exp()), u.exp() / (1.0 + u.exp())],
    };
    kinds.iter().zip(free).flat_map(one).collect()
}

/// The inverse of a matrix, by Gauss and Jordan with row exchanges.
fn inverse(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let p = matrix.len();
    let unit = |i: usize| (0..p).map(move |j| f64::from(i == j));
    let mut rows: Vec<Vec<f64>> =
        matrix.iter().enumerate().map(|(i, row)| row.iter().copied().chain(unit(i)).collect()).collect();
    for k in 0..p {
        let pivot = (k..p).max_by(|&a, &b| rows[a][k].abs().total_cmp(&rows[b][k].abs())).expect("a row");
        rows.swap(k, pivot);
        let scale = rows[k][k];
        rows[k].iter_mut().for_each(|x| *x /= scale);
        for i in (0..p).filter(|&i| i != k) {
            let (factor, pivot) = (rows[i][k], rows[k].clone());
            rows[i].iter_mut().zip(pivot).for_each(|(x, y)| *x -= factor * y);
        }
    }
    rows.into_iter().map(|row| row[p..].to_vec()).collect()
}

/// Checks a fit whose free coordinates at the estimate are `free`, given the log-likelihood of all rows.
fn check(fit: &Fit, kinds: &[Free], free: &[f64], ln_likelihood: impl Fn(&[Dual]) -> Dual) {
    let (value, gradient, hessian) = derivatives(free, |free| ln_likelihood(&natural(kinds, free)));
    let close = |found: f64, expected: f64, size: f64, what: &str| {
        assert!((found - expected).abs() <= 1e-10 * size, "{}: {what} {found} is not {expected}", fit.model());
    };
    close(fit.log_likelihood(), value, value.abs().max(1.0), "log-likelihood");
    // The natural parameters' Jacobian, row by row, from the same dual numbers.
    let count = natural(kinds, &free.iter().map(|&u| Dual::from(u)).collect::<Vec<_>>()).len();
    let jacobian: Vec<Vec<f64>> = (0..count).map(|i| derivatives(free, |free| natural(kinds, free)[i]).1).collect();
    let p = free.len();
    let covariance = inverse(&hessian.iter().map(|row| row.iter().map(|h| -h).collect()).collect::<Vec<_>>());
    // What remains of the slope moves no coordinate by 1e-7 standard errors.
    for (j, row) in covariance.iter().enumerate() {
        let step: f64 = row.iter().zip(&gradient).map(|(c, g)| c * g).sum();
        let error = row[j].sqrt();
        assert!(step.abs() <= 1e-7 * error, "{}: the Newton step is {:e} standard errors", fit.model(), step / error);
    }
    let names = fit.covariance().names();
    assert_eq!(names.len(), count);
    let entry = |i: usize, j: usize| -> f64 {
        (0..p)
            .flat_map(|k| (0..p).map(move |l| (k, l)))
            .map(|(k, l)| jacobian[i][k] * covariance[k][l] * jacobian[j][l])
            .sum()
    };
    for i in 0..count {
        for j in 0..count {
            let found = fit.covariance().between(&names[i], &names[j]).expect("both are estimates");
            let size = (entry(i, i) * entry(j, j)).sqrt();
            assert!(
                (found - entry(i, j)).abs() <= 1e-9 * size,
                "{}: the covariance of {} and {} is {found}, not {}",
                fit.model(),
                names[i],
                names[j],
                entry(i, j)
            );
        }
    }
}

fn total(terms: impl Iterator<Item = Dual>) -> Dual {
    terms.fold(Dual::from(0.0), |sum, term| sum + term)
}

#[test]
fn normal() {
    let data = [4.9, 5.1, 4.7, 5.6, 5.0, 6.2, 3.9];
    let fit = Normal.fit(&data).expect("a fit");
    let free = [fit["mu"].value, fit["sigma"].value.ln()];
    check(&fit, &[Free::Real, Free::Logarithm], &free, |theta| {
        total(data.iter().map(|&x| Normal.ln_density(Theta::new(theta), Dual::from(x))))
    });
}

#[test]
fn weibull_of_every_kind_of_censoring() {
    let data = [At(0.41), At(0.62), Between(0.3, 0.4), After(1.0), Before(0.2), At(0.9), Between(0.5, 2.0), After(0.7)];
    let fit = Weibull.fit(&data).expect("a fit");
    let free = [fit["shape"].value.ln(), fit["scale"].value.ln()];
    check(&fit, &[Free::Logarithm; 2], &free, |theta| {
        let below = |x: f64| Weibull.ln_cdf(Theta::new(theta), Dual::from(x));
        total(data.iter().map(|row| match *row {
            At(x) => Weibull.ln_density(Theta::new(theta), Dual::from(x)),
            After(x) => Weibull.ln_sf(Theta::new(theta), Dual::from(x)),
            Before(x) => below(x),
            Between(a, b) => (below(b).exp() - below(a).exp()).ln(),
        }))
    });
}

#[test]
fn weighted_poisson() {
    let (counts, frequencies) = ([0_u32, 1, 2, 5], [3.0, 5.0, 2.0, 1.0]);
    let fit = Poisson.fit(Weighted::frequency(&counts, &frequencies)).expect("a fit");
    check(&fit, &[Free::Logarithm], &[fit["lambda"].value.ln()], |theta| {
        let term = |(&x, w): (&u32, f64)| w * Poisson.ln_density(Theta::new(theta), Dual::from(f64::from(x)));
        total(counts.iter().zip(frequencies).map(term))
    });
}

#[test]
fn mixture_of_two_normals() {
    let data = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0, 2.9, 3.1];
    let model = Mixture([Normal, Normal]);
    let fit = model.fit(&data).expect("a fit");
    let free = [
        (fit["w2"].value / fit["w1"].value).ln(),
        fit["mu1"].value,
        fit["sigma1"].value.ln(),
        fit["mu2"].value,
        fit["sigma2"].value.ln(),
    ];
    let kinds = [Free::TwoWeights, Free::Real, Free::Logarithm, Free::Real, Free::Logarithm];
    check(&fit, &kinds, &free, |theta| total(data.iter().map(|&x| model.ln_density(Theta::new(theta), Dual::from(x)))));
}
