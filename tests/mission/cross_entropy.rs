//! argmax Π q = argmax Σ ln q = argmax (1/n) Σ ln q = argmin H(p̂, q) = θ̂, and what becomes of the product.

use thetahat::information::{Empirical, Probabilities, cross_entropy, entropy, relative_entropy};
use thetahat::prelude::*;

use crate::{estimates, generator};

/// The place at which the value is greatest; there must be only one.
fn argmax<T: PartialOrd>(values: &[T]) -> usize {
    let best = (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best });
    let lower = values.iter().filter(|value| **value < values[best]).count();
    assert_eq!(lower, values.len() - 1, "several points are best");
    best
}

/// Π q, Σ ln q, its mean, −H(p̂, q) and −D(p̂‖q) where q has these probabilities of the outcomes 0, 1, ….
fn criteria(data: &[usize], q: &[f64]) -> [f64; 5] {
    let sum: f64 = data.iter().map(|&x| q[x].ln()).sum();
    let counts = (0..q.len()).map(|outcome| data.iter().filter(|&&x| x == outcome).count() as f64);
    let (p, q) = (Probabilities::from_counts(counts).unwrap(), Probabilities::new(q).unwrap());
    let (across, left) = (cross_entropy(&p, &q).unwrap(), relative_entropy(&p, &q).unwrap());
    let parts = entropy(&p) + left;
    assert!((across.nats() - parts.nats()).abs() < 1e-14 && (across.bits() - parts.bits()).abs() < 1e-14);
    assert!((across.nats() + sum / data.len() as f64).abs() < 1e-14);
    let product = data.iter().map(|&x| q.as_slice()[x]).product();
    [product, sum, sum / data.len() as f64, -across.nats(), -left.nats()]
}

/// The place at which each criterion is greatest on the grid: one for all.
fn best_by_every_criterion(data: &[usize], grid: &[Vec<f64>]) -> usize {
    let rows: Vec<[f64; 5]> = grid.iter().map(|q| criteria(data, q)).collect();
    let best: Vec<usize> = (0..5).map(|k| argmax(&rows.iter().map(|row| row[k]).collect::<Vec<_>>())).collect();
    assert!(best.iter().all(|&at| at == best[0]), "{best:?}");
    best[0]
}

#[test]
fn one_probability() {
    // 6 of 16 succeed: the estimate is on the grid of sixteenths.
    let data: Vec<usize> = [1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0].to_vec();
    let grid: Vec<Vec<f64>> = (1..16).map(|k| f64::from(k) / 16.0).map(|p| vec![1.0 - p, p]).collect();
    // Whole numbers have no rounding errors: Π q · 16¹⁶, and it fits in 64 bits.
    let exact: Vec<u64> = (1..16_u64).map(|k| k.pow(6) * (16 - k).pow(10)).collect();
    let best = argmax(&exact);
    assert_eq!(best_by_every_criterion(&data, &grid), best);
    let fit = Bernoulli.fit(&data).unwrap();
    assert!((fit["p"].value - grid[best][1]).abs() < 1e-15);
    assert!((0.0..1e-30).contains(&fit.decomposition().unwrap().relative_entropy.nats()));
}

#[test]
fn several_probabilities() {
    let data: Vec<usize> = [0, 1, 1, 2, 1, 2, 0, 1, 2, 1, 1, 0, 2, 1, 2, 1].to_vec();
    let places = (1..16_u64).flat_map(|i| (1..16 - i).map(move |j| [i, j, 16 - i - j]));
    let exact: Vec<u64> = places.clone().map(|[i, j, k]| i.pow(3) * j.pow(8) * k.pow(5)).collect();
    let grid: Vec<Vec<f64>> = places.map(|q| q.map(|q| q as f64 / 16.0).to_vec()).collect();
    let best = argmax(&exact);
    assert_eq!(grid[best], [3.0 / 16.0, 0.5, 5.0 / 16.0]);
    assert_eq!(best_by_every_criterion(&data, &grid), best);
    let names: Vec<String> = data.iter().map(usize::to_string).collect();
    let fit = Categorical::with_levels(["0", "1", "2"]).fit(&names).unwrap();
    for (found, exact) in estimates(&fit).iter().zip(&grid[best]) {
        assert!((found - exact).abs() < 1e-15, "{found} is not {exact}");
    }
}

#[test]
fn a_mean() {
    // Poisson: nothing is saturated, and D(p̂‖q) stays positive. The last outcome is all that was not observed.
    let data: Vec<usize> = [2, 0, 1, 5, 3, 1, 0, 2].to_vec();
    let q = |lambda: f64| -> Vec<f64> {
        let mut q: Vec<f64> = (0..6).map(|x| Poisson.ln_density(Theta::new(&[lambda]), f64::from(x)).exp()).collect();
        q.push(1.0 - q.iter().sum::<f64>());
        q
    };
    let grid: Vec<f64> = (1..40).map(|k| f64::from(k) / 8.0).collect();
    let best = best_by_every_criterion(&data, &grid.iter().map(|&lambda| q(lambda)).collect::<Vec<_>>());
    assert_eq!(grid[best], 1.75);
    let fit = Poisson.fit(&data).unwrap();
    assert_eq!(fit["lambda"].value, 1.75);
    // What the fit reports is what the grid has at its best point.
    let [product, sum, mean, across, left] = criteria(&data, &q(1.75));
    let parts = fit.decomposition().unwrap();
    assert!((fit.log_likelihood() - sum).abs() < 1e-13 && (product.ln() - sum).abs() < 1e-13);
    assert!((fit.cross_entropy() + mean).abs() < 1e-14 && (parts.cross_entropy.nats() + across).abs() < 1e-14);
    assert!((parts.relative_entropy.nats() + left).abs() < 1e-14 && parts.relative_entropy.nats() > 0.0);
    assert!((parts.cross_entropy.bits() - (parts.entropy.bits() + parts.relative_entropy.bits())).abs() < 1e-14);
}

#[test]
fn densities_too() {
    // There is no H(p̂), and the rest holds: of the standard deviation, on a grid that holds the estimate.
    let data = [1.0, 2.0, 4.0, 5.0, 3.0, 3.0, 0.0, 6.0];
    let ln_density = |sigma: f64| data.iter().map(move |&x| Normal.ln_density(Theta::new(&[3.0, sigma]), x));
    let grid: Vec<f64> = (1..60).map(|k| 3.5_f64.sqrt() * f64::from(k) / 16.0).collect();
    let products: Vec<f64> = grid.iter().map(|&sigma| ln_density(sigma).map(f64::exp).product()).collect();
    let sums: Vec<f64> = grid.iter().map(|&sigma| ln_density(sigma).sum()).collect();
    assert_eq!((argmax(&products), argmax(&sums)), (15, 15));
    let fit = Normal.fit(&data).unwrap();
    assert!((fit["sigma"].value - grid[15]).abs() < 1e-15 && (fit.log_likelihood() - sums[15]).abs() < 1e-13);
}

#[test]
fn products_of_many_probabilities_are_zero() {
    let data = Poisson.sample(&[3.0], 10_000, &mut generator(4));
    let ln_probability = |lambda: f64| data.iter().map(move |&x| Poisson.ln_density(Theta::new(&[lambda]), x as f64));
    let grid: Vec<f64> = (4..=40).map(|k| 0.125 * f64::from(k)).collect();
    let products = grid.iter().map(|&lambda| ln_probability(lambda).map(f64::exp).product::<f64>());
    assert!(products.clone().all(|product| product == 0.0), "{products:?}");
    let sums: Vec<f64> = grid.iter().map(|&lambda| ln_probability(lambda).sum()).collect();
    assert!(sums.iter().all(|sum| sum.is_finite()));
    let fit = Poisson.fit(&data).unwrap();
    assert!((grid[argmax(&sums)] - fit["lambda"].value).abs() <= 0.0625);
    assert!(sums.iter().all(|&sum| sum <= fit.log_likelihood()));
    // The empirical distribution says it all: H(p̂, q) of the counted values is the mean of −ln q.
    let empirical = Empirical::of(&data).unwrap();
    let counted = empirical.values().iter().zip(empirical.counts());
    let lambda = fit["lambda"].value;
    let sum: f64 = counted.map(|(&x, &c)| c as f64 * Poisson.ln_density(Theta::new(&[lambda]), x as f64)).sum();
    assert!((fit.cross_entropy() + sum / 10_000.0).abs() < 1e-13);
}
