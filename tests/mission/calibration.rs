//! Standard errors are the errors: over samples of each family, ((θ̂ − θ)/s.e.)² has mean 1. tests/families/recovery.rs
//! holds the rates of the other families; those that it lacks are here.

use rand::RngExt;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, StandardNormal};
use thetahat::data::Evidence;
use thetahat::prelude::*;

use crate::generator;

/// The mean square of errors in standard errors, and of errors, of each parameter, over `samples` fits to `n` rows.
fn mean_squares<M: Model, T: Evidence<M>>(
    model: &M,
    theta: &[f64],
    (samples, n): (usize, usize),
    mut draw: impl FnMut(&mut SmallRng) -> T,
) -> Vec<[f64; 2]> {
    let mut rng = generator(n as u64);
    let mut means = vec![[0.0; 2]; theta.len()];
    for _ in 0..samples {
        let rows: Vec<T> = (0..n).map(|_| draw(&mut rng)).collect();
        let fit = model.fit(&rows).unwrap_or_else(|error| panic!("{}: {error}", model.name()));
        for (mean, (found, truth)) in means.iter_mut().zip(fit.estimates().iter().zip(theta)) {
            let error = found.value - truth;
            mean[0] += (error / found.std_error).powi(2) / samples as f64;
            mean[1] += error.powi(2) / samples as f64;
        }
    }
    means
}

/// 100 squares of normal variables have a mean of 1 ± 0.14.
fn is_calibrated<M: Model, T: Evidence<M>>(model: &M, theta: &[f64], draw: impl FnMut(&mut SmallRng) -> T) {
    for (k, [z, _]) in mean_squares(model, theta, (100, 1000), draw).into_iter().enumerate() {
        assert!((0.55..1.6).contains(&z), "{}: {z} squared standard errors of parameter {k}", model.name());
    }
}

/// The error falls by four as the sample grows sixteenfold; and the standard errors are right.
fn converges<M: Model, T: Evidence<M>>(model: &M, theta: &[f64], draw: impl Fn(&mut SmallRng) -> T) {
    is_calibrated(model, theta, &draw);
    let [few, many] = [200, 3200].map(|n| mean_squares(model, theta, (50, n), &draw));
    for (k, (few, many)) in few.iter().zip(&many).enumerate() {
        let ratio = (few[1] / many[1]).sqrt();
        assert!((2.4..6.6).contains(&ratio), "{}: the error of parameter {k} falls by {ratio}", model.name());
    }
}

// Drawn by rand_distr, or by hand: not by the family itself.

#[test]
fn bernoulli() {
    converges(&Bernoulli, &[0.3], |rng| rng.random::<f64>() < 0.3);
}

#[test]
fn categorical() {
    converges(&Categorical::with_levels(["a", "b", "c"]), &[0.5, 0.3, 0.2], |rng| match rng.random::<f64>() {
        u if u < 0.5 => "a",
        u if u < 0.8 => "b",
        _ => "c",
    });
}

#[test]
fn normal() {
    let law = rand_distr::Normal::new(-3.0, 0.5).expect("a law");
    converges(&Normal, &[-3.0, 0.5], |rng| law.sample(rng));
}

#[test]
fn multivariate_normal() {
    let model = MultivariateNormal::columns(["x", "y"]);
    // Variances 4 and 1, correlation −0.6.
    converges(&model, &[1.0, -2.0, 4.0, -1.2, 1.0], |rng| {
        let [a, b]: [f64; 2] = [rng.sample(StandardNormal), rng.sample(StandardNormal)];
        [1.0 + 2.0 * a, -2.0 - 0.6 * a + 0.8 * b]
    });
}

#[test]
fn poisson() {
    let law = rand_distr::Poisson::new(2.5).expect("a law");
    converges(&Poisson, &[2.5], |rng| -> f64 { law.sample(rng) });
}

#[test]
fn weibull() {
    let law = rand_distr::Weibull::new(3.0, 1.4).expect("a law");
    converges(&Weibull, &[1.4, 3.0], |rng| law.sample(rng));
}

#[test]
fn standard_errors_of_the_other_families() {
    fn own<M: Draw>(model: &M, theta: &[f64])
    where
        thetahat::model::Value<M>: Evidence<M>,
    {
        is_calibrated(model, theta, |rng| model.draw(theta, rng));
    }
    own(&Beta, &[0.7, 3.0]);
    is_calibrated(&Binomial, &[0.35], |rng| (Binomial.draw_of(12, 0.35, rng), 12));
    own(&Exponential, &[2.5]);
    own(&Gamma, &[0.6, 3.0]);
    own(&Geometric, &[0.15]);
    own(&Laplace, &[-3.0, 1.5]);
    own(&Logistic, &[5.0, 0.3]);
    own(&LogNormal, &[1.5, 0.7]);
    own(&NegativeBinomial, &[6.0, 1.2]);
    own(&StudentT, &[10.0, 2.0, 2.5]);
}
