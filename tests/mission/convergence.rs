//! Estimates from m observations of a known law q*: errors fall as m^(−1/2), and 2m·D(q_θ̂‖q*) tends to the number of
//! parameters. Not so where the likelihood jumps, or where q* is not in the model.

use thetahat::data::Evidence;
use thetahat::model::Value;
use thetahat::prelude::*;
use thetahat::special::{ln_gamma, polygamma};

use crate::{estimates, generator};

const SIZES: [usize; 5] = [50, 200, 800, 3_200, 12_800];
const SAMPLES: usize = 150;

/// Estimates from samples of `m` observations each.
fn fitted<M: Draw>(model: &M, theta: &[f64], m: usize, samples: usize) -> Vec<Vec<f64>>
where
    Value<M>: Evidence<M>,
{
    let mut rng = generator(m as u64);
    let one = |_| model.fit(&model.sample(theta, m, &mut rng)).unwrap_or_else(|error| panic!("{error}"));
    (0..samples).map(one).map(|fit| estimates(&fit)).collect()
}

/// The slope of ln RMSE on ln m for each parameter, by least squares.
fn slopes<M: Draw>(model: &M, theta: &[f64]) -> Vec<f64>
where
    Value<M>: Evidence<M>,
{
    let rmse = |fits: &[Vec<f64>], k: usize| {
        (fits.iter().map(|fit| (fit[k] - theta[k]).powi(2)).sum::<f64>() / fits.len() as f64).sqrt()
    };
    let fits: Vec<Vec<Vec<f64>>> = SIZES.iter().map(|&m| fitted(model, theta, m, SAMPLES)).collect();
    let x: Vec<f64> = SIZES.iter().map(|&m| (m as f64).ln()).collect();
    let centre = x.iter().sum::<f64>() / x.len() as f64;
    let slope = |k: usize| {
        let products: f64 = x.iter().zip(&fits).map(|(x, fits)| (x - centre) * rmse(fits, k).ln()).sum();
        products / x.iter().map(|x| (x - centre).powi(2)).sum::<f64>()
    };
    (0..theta.len()).map(slope).collect()
}

#[test]
fn errors_fall_as_the_square_root() {
    for slope in [slopes(&Normal, &[3.0, 2.0]), slopes(&Poisson, &[4.0]), slopes(&Exponential, &[0.5])].concat() {
        assert!((slope + 0.5).abs() < 0.05, "a slope of {slope}");
    }
}

#[test]
fn errors_of_the_uniform_fall_faster() {
    for slope in slopes(&Uniform, &[-1.0, 1.0]) {
        assert!((slope + 1.0).abs() < 0.05, "a slope of {slope}");
    }
}

/// Checks that the mean of 2m·D is `limit`, to four Monte-Carlo errors.
#[track_caller]
fn tends_to(limit: f64, m: usize, fits: &[Vec<f64>], relative_entropy: impl Fn(&[f64]) -> f64) {
    let values: Vec<f64> = fits.iter().map(|fit| 2.0 * m as f64 * relative_entropy(fit)).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let error = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
    assert!(error < 0.05 * limit, "{error} is too rough");
    assert!((mean - limit).abs() < 4.0 * error, "2m·D is {mean} ± {error}, not {limit}");
}

/// Samples of this size, and so many of them.
const M: usize = 400;
const MANY: usize = 1500;

/// D between normal laws of these means and standard deviations.
fn of_normals(from: [f64; 2], to: [f64; 2]) -> f64 {
    let (ratio, z) = (from[1] / to[1], (from[0] - to[0]) / to[1]);
    0.5 * (ratio * ratio + z * z - 1.0) - ratio.ln()
}

#[test]
fn divergence_counts_the_parameters() {
    let fits = fitted(&Normal, &[3.0, 2.0], M, MANY);
    tends_to(2.0, M, &fits, |q| of_normals([q[0], q[1]], [3.0, 2.0]));

    let fits = fitted(&Poisson, &[4.0], M, MANY);
    tends_to(1.0, M, &fits, |q| q[0] * (q[0] / 4.0).ln() - q[0] + 4.0);

    let fits = fitted(&Exponential, &[0.5], M, MANY);
    tends_to(1.0, M, &fits, |q| (q[0] / 0.5).ln() + 0.5 / q[0] - 1.0);

    let fits = fitted(&Bernoulli, &[0.3], M, MANY);
    tends_to(1.0, M, &fits, |q| q[0] * (q[0] / 0.3).ln() + (1.0 - q[0]) * ((1.0 - q[0]) / 0.7).ln());

    // Four probabilities are three parameters.
    let truth = [0.1, 0.2, 0.3, 0.4];
    let fits = fitted(&Categorical::with_levels(["a", "b", "c", "d"]), &truth, M, MANY);
    tends_to(3.0, M, &fits, |q| q.iter().zip(truth).map(|(q, p)| q * (q / p).ln()).sum());
}

#[test]
fn divergence_counts_the_parameters_of_a_search() {
    let [k, s] = [2.0, 3.0];
    let fits = fitted(&Gamma, &[k, s], M, MANY);
    tends_to(2.0, M, &fits, |q| {
        let shapes = (q[0] - k) * polygamma(0, q[0]) - ln_gamma(q[0]) + ln_gamma(k);
        shapes + k * (s / q[1]).ln() + q[0] * (q[1] - s) / s
    });
}

#[test]
fn divergence_of_the_uniform_is_twice_that() {
    // 2m·D is twice a sum of two exponential variables of mean 1: the mean is 4, with two parameters.
    let fits = fitted(&Uniform, &[-1.0, 1.0], M, MANY);
    tends_to(4.0, M, &fits, |q| (2.0 / (q[1] - q[0])).ln());
}

#[test]
fn divergence_of_a_wrong_model_is_another() {
    // Laplace observations of scale 1 have variance 2 and kurtosis 6. The normal law that is nearest has σ² = 2, and
    // 2m·D tends to tr(H⁻¹G) = 1 + (6 − 1)/2.
    let mut rng = generator(8);
    let one = |_| Normal.fit(&Laplace.sample(&[0.0, 1.0], M, &mut rng)).unwrap();
    let fits: Vec<Vec<f64>> = (0..MANY).map(one).map(|fit| estimates(&fit)).collect();
    tends_to(3.5, M, &fits, |q| of_normals([q[0], q[1]], [0.0, 2.0_f64.sqrt()]));
}
