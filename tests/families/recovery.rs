//! Estimates from synthetic data: near the truth, and nearer at the rate that theory says.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::data::Evidence;
use thetahat::prelude::*;

/// Samples of which the mean square error is taken.
const SAMPLES: u64 = 30;

/// The estimate from `n` observations of `model` at `theta`.
fn estimate<M: Draw>(model: &M, theta: &[f64], n: usize, seed: u64) -> Fit
where
    Value<M>: Evidence<M>,
{
    fitted(model, n, seed, |rng| model.draw(theta, rng))
}

fn fitted<M: Model, T: Evidence<M>>(model: &M, n: usize, seed: u64, mut draw: impl FnMut(&mut SmallRng) -> T) -> Fit {
    let mut rng = SmallRng::seed_from_u64(seed);
    let sample: Vec<T> = (0..n).map(|_| draw(&mut rng)).collect();
    model.fit(&sample).unwrap_or_else(|error| panic!("{} from {n} observations, seed {seed}: {error}", model.name()))
}

/// Checks that all estimates from 2000 observations are within four standard errors of the truth.
fn is_near(fit: &Fit, theta: &[f64]) {
    for (estimate, truth) in fit.estimates().iter().zip(theta) {
        let error = (estimate.value - truth) / estimate.std_error;
        let (model, name) = (fit.model(), &estimate.name);
        assert!(error.abs() < 4.0, "{model}: {name} is {error:.2} standard errors from {truth}");
    }
}

/// Checks that the root-mean-square error falls from 200 to 3200 observations by a factor of about 16^`power`.
fn error_falls(name: &str, theta: &[f64], power: f64, fit: impl Fn(usize, u64) -> Fit) {
    let square_errors = |n: usize| -> Vec<f64> {
        let mut sums = vec![0.0; theta.len()];
        for seed in 0..SAMPLES {
            let fit = fit(n, 1000 + seed);
            let errors = fit.estimates().iter().zip(theta).map(|(estimate, truth)| estimate.value - truth);
            sums.iter_mut().zip(errors).for_each(|(sum, error)| *sum += error * error);
        }
        sums
    };
    let (few, many) = (square_errors(200), square_errors(3200));
    for (k, (few, many)) in few.iter().zip(&many).enumerate() {
        let found = (few / many).sqrt() / 16.0_f64.powf(power);
        assert!((0.5..2.0).contains(&found), "{name}: the error of parameter {k} falls by {found:.2} times the rate");
    }
}

fn recovers<M: Draw>(model: &M, theta: &[f64])
where
    Value<M>: Evidence<M>,
{
    is_near(&estimate(model, theta, 2000, 42), theta);
    error_falls(&model.name(), theta, 0.5, |n, seed| estimate(model, theta, n, seed));
}

#[test]
fn lognormal() {
    recovers(&LogNormal, &[1.5, 0.7]);
}

#[test]
fn exponential() {
    recovers(&Exponential, &[2.5]);
}

#[test]
fn gamma() {
    recovers(&Gamma, &[2.0, 3.0]);
    recovers(&Gamma, &[0.4, 1e-6]);
}

#[test]
fn beta() {
    recovers(&Beta, &[0.7, 3.0]);
}

#[test]
fn laplace() {
    recovers(&Laplace, &[-3.0, 1.5]);
}

#[test]
fn student_t() {
    recovers(&StudentT, &[10.0, 2.0, 2.5]);
}

#[test]
fn logistic() {
    recovers(&Logistic, &[5.0, 0.3]);
}

#[test]
fn geometric() {
    recovers(&Geometric, &[0.15]);
}

#[test]
fn negative_binomial() {
    recovers(&NegativeBinomial, &[6.0, 1.2]);
}

#[test]
fn binomial() {
    let draw = |rng: &mut SmallRng| (Binomial.draw_of(12, 0.35, rng), 12);
    is_near(&fitted(&Binomial, 2000, 42, draw), &[0.35]);
    error_falls("Binomial", &[0.35], 0.5, |n, seed| fitted(&Binomial, n, seed, draw));
}

#[test]
fn uniform_at_the_rate_of_one_over_n() {
    let theta = [-2.0, 7.0];
    let fit = estimate(&Uniform, &theta, 2000, 42);
    // Each end is off by an exponential variable of mean 9/2000.
    assert!(fit["min"].value - theta[0] < 10.0 * 9.0 / 2000.0 && theta[1] - fit["max"].value < 10.0 * 9.0 / 2000.0);
    error_falls("Uniform", &theta, 1.0, |n, seed| estimate(&Uniform, &theta, n, seed));
}

#[test]
fn weights_are_repetitions() {
    let (values, weights) = ([0.4, 1.0, 2.5, 4.0, 0.7], [3.0, 1.0, 2.0, 1.0, 4.0]);
    let written_out: Vec<f64> =
        values.iter().zip(weights).flat_map(|(&x, w)| std::iter::repeat_n(x, w as usize)).collect();
    fn same<M: Model>(model: &M, values: &[f64], weights: &[f64], written_out: &[f64])
    where
        f64: Evidence<M>,
    {
        let weighted = model.fit(Weighted::frequency(values, weights)).expect("a weighted fit");
        let plain = model.fit(written_out).expect("a plain fit");
        assert_eq!((weighted.n(), weighted.outcome()), (plain.n(), plain.outcome()));
        for (a, b) in weighted.estimates().iter().zip(plain.estimates()) {
            assert!((a.value - b.value).abs() <= 1e-9 * b.value.abs(), "{}: {a:?} is not {b:?}", model.name());
            let same_error = (a.std_error - b.std_error).abs() <= 1e-9 * b.std_error;
            assert!(same_error || (a.std_error.is_nan() && b.std_error.is_nan()), "{}: {a:?}, {b:?}", model.name());
        }
    }
    same(&LogNormal, &values, &weights, &written_out);
    same(&Exponential, &values, &weights, &written_out);
    same(&Gamma, &values, &weights, &written_out);
    same(&Laplace, &values, &weights, &written_out);
    same(&Logistic, &values, &weights, &written_out);
    same(&Uniform, &values, &weights, &written_out);
}
