//! How often intervals hold the truth, enumerated: the likelihood of Poisson counts depends on their sum alone.

use thetahat::inference::Bootstrap;
use thetahat::prelude::*;

/// Eight counts of mean ½, so that their sum has mean 4, and one sum is the truth.
const N: usize = 8;
const LAMBDA: f64 = 0.5;
const MEAN: f64 = 4.0;

/// No sum beyond is looked at: by Chernoff's bound they have a probability of e⁻⁴ (4e/40)⁴⁰.
const MOST: usize = 40;

const REPLICATES: usize = 199;

/// The probabilities of 0 … `MOST` of a Poisson law.
fn poisson(mean: f64) -> Vec<f64> {
    (0..=MOST)
        .scan((-mean).exp(), |probability, k| {
            let own = *probability;
            *probability *= mean / (k as f64 + 1.0);
            Some(own)
        })
        .collect()
}

/// The probability of at most so many successes of so many.
fn at_most(most: usize, n: usize, p: f64) -> f64 {
    let ln_choose = |k: usize| (0..k).map(|j| ((n - j) as f64 / (j + 1) as f64).ln()).sum::<f64>();
    let term = |k: usize| (ln_choose(k) + k as f64 * p.ln() + (n - k) as f64 * (-p).ln_1p()).exp();
    if p <= 0.0 { 1.0 } else { (0..=most).map(term).sum() }
}

/// Counts with this sum, and their fit.
fn fit_of(sum: usize) -> Fit {
    let counts: Vec<u64> = std::iter::once(sum as u64).chain([0; N - 1]).collect();
    Poisson.fit(&counts).unwrap()
}

#[test]
fn of_profile_intervals() {
    assert!((-MEAN).exp() * (MEAN * std::f64::consts::E / MOST as f64).powi(MOST as i32) < 1e-23);
    // 2 (s ln(s/4) − s + 4) is at most 3.84 from 1 to 8.
    let expected: f64 = poisson(MEAN)[1..=8].iter().sum();
    let mut coverage = 0.0;
    for (sum, probability) in poisson(MEAN).into_iter().enumerate() {
        let (lower, upper) = fit_of(sum).profile("lambda").unwrap().interval(0.95).unwrap();
        coverage += if lower <= LAMBDA && LAMBDA <= upper { probability } else { 0.0 };
    }
    assert!((coverage - expected).abs() < 1e-12, "{coverage}, not {expected}");
}

#[test]
fn of_bootstrap_intervals() {
    const SEEDS: u64 = 20;
    let (mut exact, mut found, mut variance) = (0.0, 0.0, 0.0);
    for (sum, probability) in poisson(MEAN).into_iter().enumerate().skip(1).filter(|(_, p)| *p > 1e-4) {
        // The fifth of 199 from below is not above the truth, and the fifth from above is not below it.
        let below: f64 = poisson(sum as f64)[..4].iter().sum();
        let not_above: f64 = below + poisson(sum as f64)[4];
        let holds = 1.0 - at_most(4, REPLICATES, 1.0 - below) - at_most(4, REPLICATES, not_above);
        let fit = fit_of(sum);
        let held = (0..SEEDS).filter(|seed| {
            let bootstrap = Bootstrap::of(&fit, &Poisson).replicates(REPLICATES).seed(*seed);
            let (lower, upper) = bootstrap.parametric().unwrap().percentile("lambda", 0.95).unwrap();
            lower <= LAMBDA && LAMBDA <= upper
        });
        exact += probability * holds;
        found += probability * held.count() as f64 / SEEDS as f64;
        variance += probability * probability * holds * (1.0 - holds) / SEEDS as f64;
    }
    // The errors are those of the seeds alone. Were ties with the truth outside it would be 0.888.
    assert!((found - exact).abs() < 4.0 * variance.sqrt(), "{found}, not {exact} ± {}", variance.sqrt());
    assert!((exact - EXACT).abs() < 1e-6, "{exact}");
}

/// What scipy 1.17.1 says, by `binom.cdf` and `poisson.cdf` over the same sums.
const EXACT: f64 = 0.9281477941136251;
