//! What weights mean, by formulas written out by hand.

use rand::RngExt;
use rand_distr::StandardNormal;
use thetahat::prelude::*;

use crate::{generator, is_exactly, sum};

/// The negative binomial law of real numbers that happen to be counts: nothing is counted.
#[derive(Debug, Clone)]
struct Uncounted;

impl Model for Uncounted {
    type Of = f64;
    fn space(&self) -> Space {
        NegativeBinomial.space()
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        NegativeBinomial.ln_density(theta, x)
    }
    fn start(&self, sample: &Sample) -> Start {
        NegativeBinomial.start(sample)
    }
}

#[test]
fn counted_rows_are_frequencies_to_the_bit() {
    let rows = NegativeBinomial.sample(&[6.0, 1.2], 5000, &mut generator(2));
    let mut values: Vec<u64> = Vec::new();
    rows.iter().for_each(|x| {
        if !values.contains(x) {
            values.push(*x)
        }
    });
    let frequencies: Vec<f64> = values.iter().map(|x| rows.iter().filter(|y| *y == x).count() as f64).collect();
    assert!(values.len() < 100);
    let fit = NegativeBinomial.fit(&rows).expect("a fit");
    let weighted = NegativeBinomial.fit(Weighted::frequency(&values, &frequencies)).expect("a fit");
    assert_eq!((fit.n(), fit.estimates()), (weighted.n(), weighted.estimates()));
    assert_eq!((fit.log_likelihood(), fit.covariance()), (weighted.log_likelihood(), weighted.covariance()));

    // In another order, sums round otherwise.
    let order: Vec<usize> = (0..values.len()).rev().collect();
    let (values, frequencies): (Vec<u64>, Vec<f64>) = order.iter().map(|&k| (values[k], frequencies[k])).unzip();
    let turned = NegativeBinomial.fit(Weighted::frequency(&values, &frequencies)).expect("a fit");
    let exact: Vec<f64> = fit.estimates().iter().map(|estimate| estimate.value).collect();
    is_exactly(&turned, &exact);

    // Row by row.
    let numbers: Vec<f64> = rows.iter().map(|&x| x as f64).collect();
    let uncounted = Uncounted.fit(&numbers).expect("a fit");
    is_exactly(&uncounted, &exact);
    assert!((fit.log_likelihood() / uncounted.log_likelihood() - 1.0).abs() < 1e-14);
    for (a, b) in fit.estimates().iter().zip(uncounted.estimates()) {
        assert!((a.std_error / b.std_error - 1.0).abs() < 1e-11, "{a:?} is not {b:?}");
    }
}

/// Values, and weights that are not independent of them.
fn sample() -> (Vec<f64>, Vec<f64>) {
    let mut rng = generator(3);
    let row = |_| {
        let x: f64 = 10.0 + 2.0 * rng.sample::<f64, _>(StandardNormal);
        (x, 1.0 + (x - 8.0).powi(2) + rng.random::<f64>())
    };
    (0..200).map(row).unzip()
}

/// The mean and the standard deviation under the weights.
fn moments(x: &[f64], w: &[f64]) -> (f64, f64) {
    let total = sum(w.iter().copied());
    let mu = sum(x.iter().zip(w).map(|(x, w)| w * x)) / total;
    (mu, (sum(x.iter().zip(w).map(|(x, w)| w * (x - mu).powi(2))) / total).sqrt())
}

#[track_caller]
fn near(found: f64, expected: f64, size: f64) {
    assert!((found - expected).abs() <= 1e-11 * size, "{found} is not {expected}");
}

#[test]
fn sampling_weights_give_the_sandwich() {
    let (x, w) = sample();
    let (mu, sigma) = moments(&x, &w);
    let total = sum(w.iter().copied());
    // V = H⁻¹ G H⁻¹ with H = diag(Σw/σ², 2Σw/σ²) and G = Σ w² s sᵀ, s = (d/σ², (d² − σ²)/σ³), d = x − μ.
    let squares = |f: &dyn Fn(f64) -> f64| sum(x.iter().zip(&w).map(|(x, w)| w * w * f(x - mu))) / total.powi(2);
    let of_mu = squares(&|d| d * d);
    let of_both = squares(&|d| d * (d * d - sigma * sigma)) / (2.0 * sigma);
    let of_sigma = squares(&|d| (d * d - sigma * sigma).powi(2)) / (4.0 * sigma * sigma);

    for factor in [1.0, 1e-6, 1e6] {
        // That all rows stand for more is nothing new.
        let weights: Vec<f64> = w.iter().map(|w| factor * w).collect();
        let fit = Normal.fit(Weighted::sampling(&x, &weights)).expect("a fit");
        is_exactly(&fit, &[mu, sigma]);
        let found = |a, b| fit.covariance().between(a, b).expect("both are estimates");
        near(found("mu", "mu"), of_mu, of_mu);
        near(found("sigma", "sigma"), of_sigma, of_sigma);
        near(found("mu", "sigma"), of_both, (of_mu * of_sigma).sqrt());
        near(fit["mu"].std_error, of_mu.sqrt(), of_mu.sqrt());
        assert_eq!((fit.n(), fit.aic(), fit.bic()), (200.0, None, None));
    }
    // Frequencies of the same size claim more than these 200 rows say.
    let frequencies = Normal.fit(Weighted::frequency(&x, &w)).expect("a fit");
    near(frequencies["mu"].std_error, sigma / total.sqrt(), sigma / total.sqrt());
    assert!(frequencies["mu"].std_error < 0.5 * of_mu.sqrt());
}

#[test]
fn sampling_weights_undo_the_selection() {
    // A row of the population is taken with a probability that depends on it.
    let mut rng = generator(5);
    let probability = |x: f64| 1.0 / (1.0 + (-0.7 * x).exp());
    let population: Vec<f64> = (0..20_000).map(|_| rng.sample(StandardNormal)).collect();
    let taken: Vec<f64> = population.into_iter().filter(|&x| rng.random::<f64>() < probability(x)).collect();
    let weights: Vec<f64> = taken.iter().map(|&x| 1.0 / probability(x)).collect();
    let error = |fit: &Fit, name: &str, truth: f64| (fit[name].value - truth) / fit[name].std_error;
    let fit = Normal.fit(Weighted::sampling(&taken, &weights)).expect("a fit");
    assert!(error(&fit, "mu", 0.0).abs() < 4.0 && error(&fit, "sigma", 1.0).abs() < 4.0, "{fit}");
    let biased = Normal.fit(&taken).expect("a fit");
    assert!(error(&biased, "mu", 0.0) > 20.0, "{biased}");
}

#[test]
fn precisions_divide_the_variance() {
    let (x, w) = sample();
    let n = x.len() as f64;
    let total = sum(w.iter().copied());
    let mu = sum(x.iter().zip(&w).map(|(x, w)| w * x)) / total;
    // The divisor is the number of rows: a precision says how well a row was measured, not how often.
    let sigma = (sum(x.iter().zip(&w).map(|(x, w)| w * (x - mu).powi(2))) / n).sqrt();
    let fit = Normal.fit(Weighted::precision(&x, &w)).expect("a fit");
    is_exactly(&fit, &[mu, sigma]);
    near(fit["mu"].std_error, sigma / total.sqrt(), sigma / total.sqrt());
    near(fit["sigma"].std_error, sigma / (2.0 * n).sqrt(), sigma / (2.0 * n).sqrt());
    let ln_density = |(x, w): (&f64, &f64)| {
        let variance = sigma * sigma / w;
        -0.5 * ((x - mu).powi(2) / variance + (2.0 * std::f64::consts::PI * variance).ln())
    };
    let ln_likelihood = sum(x.iter().zip(&w).map(ln_density));
    near(fit.log_likelihood(), ln_likelihood, ln_likelihood.abs());
    near(fit.aic().expect("there is a likelihood"), 4.0 - 2.0 * ln_likelihood, ln_likelihood.abs());
    assert_eq!(fit.n(), n);
    // Equal precisions say nothing of the mean, and are in the scale.
    let (plain, fourfold) = (Normal.fit(&x), Normal.fit(Weighted::precision(&x, &vec![4.0; x.len()])));
    let (plain, fourfold) = (plain.expect("a fit"), fourfold.expect("a fit"));
    is_exactly(&fourfold, &[plain["mu"].value, 2.0 * plain["sigma"].value]);
}
