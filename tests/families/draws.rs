//! Draws follow the law they are drawn from.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::prelude::*;

const DRAWS: usize = 20_000;

fn drawn<M: Draw>(model: &M, theta: &[f64]) -> Vec<Value<M>> {
    model.sample(theta, DRAWS, &mut SmallRng::seed_from_u64(11))
}

/// Checks the greatest distance between the distribution function and that of the draws (Kolmogorov and Smirnov).
fn follows_its_distribution<M: Cdf<Of = f64> + Draw>(model: &M, theta: &[f64]) {
    let mut sample = drawn(model, theta);
    sample.sort_by(f64::total_cmp);
    let n = DRAWS as f64;
    let gap = |(k, &x): (usize, &f64)| {
        let cdf = model.ln_cdf(Theta::new(theta), x).exp();
        (cdf - k as f64 / n).abs().max((cdf - (k as f64 + 1.0) / n).abs())
    };
    let greatest = sample.iter().enumerate().map(gap).fold(0.0, f64::max);
    // The probability of more is 2 exp(−2 · 2.2²) = 1e-4.
    assert!(greatest * n.sqrt() < 2.2, "{} at {theta:?}: a gap of {greatest}", model.name());
}

/// Checks mean and variance, whose own variances are taken from the draws.
fn has_moments(name: &str, sample: &[f64], mean: f64, variance: f64) {
    let n = sample.len() as f64;
    let centred: Vec<f64> = sample.iter().map(|x| x - mean).collect();
    let moment = |power: i32| centred.iter().map(|d| d.powi(power)).sum::<f64>() / n;
    let off_mean = moment(1) / (variance / n).sqrt();
    let off_variance = (moment(2) - variance) / ((moment(4) - variance * variance) / n).sqrt();
    assert!(off_mean.abs() < 4.0, "{name}: the mean is {off_mean:.1} standard errors off");
    assert!(off_variance.abs() < 4.0, "{name}: the variance is {off_variance:.1} standard errors off");
}

#[test]
fn of_families_with_a_distribution_function() {
    follows_its_distribution(&LogNormal, &[1.0, 0.6]);
    follows_its_distribution(&Exponential, &[0.2]);
    follows_its_distribution(&Gamma, &[0.6, 5.0]);
    follows_its_distribution(&Weibull, &[0.7, 3.0]);
    follows_its_distribution(&Uniform, &[-5.0, 2.0]);
    follows_its_distribution(&Laplace, &[2.0, 3.0]);
    follows_its_distribution(&Logistic, &[-1.0, 0.4]);
    follows_its_distribution(&Normal, &[-1.0, 0.4]);
}

#[test]
fn of_families_without_one() {
    has_moments("Beta", &drawn(&Beta, &[2.0, 6.0]), 0.25, 0.25 * 0.75 / 9.0);
    has_moments("StudentT", &drawn(&StudentT, &[1.0, 2.0, 12.0]), 1.0, 4.0 * 12.0 / 10.0);
}

#[test]
fn of_counts() {
    let numbers = |counts: Vec<u64>| counts.into_iter().map(|x| x as f64).collect::<Vec<f64>>();
    has_moments("Geometric", &numbers(drawn(&Geometric, &[0.2])), 4.0, 20.0);
    let theta = [5.0, 0.8];
    has_moments("NegativeBinomial", &numbers(drawn(&NegativeBinomial, &theta)), 5.0, 5.0 + 25.0 / 0.8);
    // Nearly all of these have a mean that underflows to 0.
    assert!(drawn(&NegativeBinomial, &[1.0, 1e-4]).iter().filter(|&&x| x > 0).count() < 100);
    let mut rng = SmallRng::seed_from_u64(5);
    let successes: Vec<u64> = (0..DRAWS).map(|_| Binomial.draw_of(30, 0.1, &mut rng)).collect();
    has_moments("Binomial", &numbers(successes), 3.0, 2.7);
}
