//! A density integrates to one, at several parameters.

use std::f64::consts::FRAC_PI_2;

use thetahat::prelude::*;

/// The integral of f over the line of t by the trapezoidal rule, after a change of variable that makes it fall double
/// exponentially: x(t) with its derivative.
///
/// Takahasi and Mori, "Double exponential formulas for numerical integration", 1974.
fn double_exponential(f: impl Fn(f64) -> f64, change: impl Fn(f64) -> (f64, f64)) -> f64 {
    let h = 1.0 / 128.0;
    let terms = (-128 * 6..=128 * 6).map(|k| {
        let (x, slope) = change(f64::from(k) * h);
        let value = f(x) * slope;
        // Where x has reached an end of its range, to rounding, there is nothing left.
        if value.is_finite() { value } else { 0.0 }
    });
    h * terms.sum::<f64>()
}

/// Over x > 0, about `scale`.
fn half_line(f: impl Fn(f64) -> f64, scale: f64) -> f64 {
    double_exponential(f, |t| {
        let x = scale * (FRAC_PI_2 * t.sinh()).exp();
        (x, x * FRAC_PI_2 * t.cosh())
    })
}

/// Over `low` < x < `high`.
fn between(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    double_exponential(f, |t| {
        let u = (FRAC_PI_2 * t.sinh()).tanh();
        let slope = FRAC_PI_2 * t.cosh() / (FRAC_PI_2 * t.sinh()).cosh().powi(2);
        (low + (high - low) * 0.5 * (1.0 + u), 0.5 * (high - low) * slope)
    })
}

fn density<M: Model>(model: &M, theta: &[f64], x: In<M, f64>) -> f64 {
    model.ln_density(Theta::new(theta), x).exp()
}

fn is_one(model: &impl Model, theta: &[f64], integral: f64, tolerance: f64) {
    assert!((integral - 1.0).abs() < tolerance, "{} at {theta:?} integrates to {integral}", model.name());
}

fn on_the_positive<M: Model<Of = f64>>(model: &M, points: &[&[f64]], scale: impl Fn(&[f64]) -> f64) {
    for theta in points {
        is_one(model, theta, half_line(|x| density(model, theta, x), scale(theta)), 1e-10);
    }
}

/// Over both sides of the first parameter, in units of the second.
fn on_the_line<M: Model<Of = f64>>(model: &M, points: &[&[f64]]) {
    for theta in points {
        let side = |sign: f64| half_line(|d| density(model, theta, theta[0] + sign * d), theta[1]);
        is_one(model, theta, side(1.0) + side(-1.0), 1e-10);
    }
}

#[test]
fn on_positive_numbers() {
    on_the_positive(&LogNormal, &[&[0.0, 1.0], &[3.0, 0.1], &[-2.0, 2.5]], |theta| theta[0].exp());
    on_the_positive(&Exponential, &[&[1.0], &[1e-3], &[250.0]], |theta| 1.0 / theta[0]);
    on_the_positive(&Gamma, &[&[1.0, 1.0], &[0.3, 2.0], &[40.0, 0.1], &[2.5, 1e6]], |theta| theta[0] * theta[1]);
    on_the_positive(&Weibull, &[&[1.0, 1.0], &[0.5, 2.0], &[8.0, 0.1]], |theta| theta[1]);
}

#[test]
fn on_all_numbers() {
    on_the_line(&Laplace, &[&[0.0, 1.0], &[-3.0, 0.2], &[10.0, 5.0]]);
    on_the_line(&Logistic, &[&[0.0, 1.0], &[-3.0, 0.2], &[10.0, 5.0]]);
    on_the_line(&StudentT, &[&[0.0, 1.0, 1.0], &[-3.0, 0.2, 2.5], &[10.0, 5.0, 30.0], &[0.0, 1.0, 1e9]]);
    on_the_line(&Normal, &[&[0.0, 1.0], &[-3.0, 0.2]]);
}

#[test]
fn on_the_unit_interval() {
    for theta in [[1.0, 1.0], [0.5, 2.0], [3.0, 0.8], [20.0, 50.0], [1e3, 2e3]] {
        // Next to 1 numbers are 1e-16 apart, which leaves 1 − x few digits where the density is infinite.
        is_one(&Beta, &theta, between(|x| density(&Beta, &theta, x), 0.0, 1.0), 1e-8);
    }
}

#[test]
fn of_the_uniform_on_its_interval_only() {
    for theta in [[0.0, 1.0], [-4.0, 9.5], [1e9, 1e9 + 0.5]] {
        is_one(&Uniform, &theta, between(|x| density(&Uniform, &theta, x), theta[0], theta[1]), 1e-10);
        let width = theta[1] - theta[0];
        assert_eq!(density(&Uniform, &theta, theta[0] - 0.01 * width), 0.0);
        assert_eq!(density(&Uniform, &theta, theta[1] + 0.01 * width), 0.0);
    }
}

#[test]
fn of_counts_sums_to_one() {
    fn sums_to_one<M: Model<Of = u64>>(model: &M, theta: &[f64], upto: u32) {
        let sum: f64 = (0..upto).rev().map(|x| density(model, theta, f64::from(x))).sum();
        is_one(model, theta, sum, 1e-11);
    }
    for p in [0.9, 0.3, 0.01] {
        sums_to_one(&Geometric, &[p], 4000);
    }
    for theta in [[1.0, 1.0], [6.0, 0.5], [0.2, 30.0], [40.0, 1e7], [3.0, 0.02]] {
        sums_to_one(&NegativeBinomial, &theta, 20_000);
    }
    for p in [0.0, 0.1, 0.5, 0.97, 1.0] {
        for trials in [0_u32, 1, 7, 60] {
            let sum: f64 = (0..=trials).map(|x| density(&Binomial, &[p], (f64::from(x), f64::from(trials)))).sum();
            is_one(&Binomial, &[p], sum, 1e-12);
        }
    }
}
