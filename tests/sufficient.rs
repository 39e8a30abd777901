//! Sufficient statistics are found where there are any, and only there.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use thetahat::prelude::*;

#[derive(Debug, Clone)]
struct Rayleigh;

impl Model for Rayleigh {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().positive("sigma")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [sigma] = theta.unpack();
        x.ln() - 2.0 * sigma.ln() - (x / sigma).square() / 2.0
    }
}

#[derive(Debug, Clone)]
struct Cauchy;

impl Model for Cauchy {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("loc").positive("scale")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        -(std::f64::consts::PI.ln()) - scale.ln() - ((x - loc) / scale).square().ln_1p()
    }
}

const X: [f64; 9] = [1.3, 0.7, 2.2, 1.9, 0.4, 3.1, 1.1, 2.6, 0.9];

fn statistics(fit: &Fit) -> usize {
    fit.sufficient_statistics().map_or(0, |found| found.len())
}

#[test]
fn exponential_families_are_recognised() -> thetahat::Result<()> {
    assert_eq!(statistics(&Normal.fit(&X)?), 2);
    assert_eq!(statistics(&Poisson.fit(&[3, 0, 1, 1, 2])?), 2);
    assert_eq!(statistics(&Bernoulli.fit(&[true, false, true])?), 1);
    // ln x, and x² about a centre: d and d².
    assert_eq!(statistics(&Rayleigh.fit(&X)?), 3);
    let letters = ["a", "b", "a", "c", "b", "a"];
    assert_eq!(statistics(&Categorical::of(&letters).fit(&letters)?), 3);
    let points = [[1.0, 2.0], [2.0, 3.5], [3.0, 3.0], [4.0, 5.0]];
    assert_eq!(statistics(&MultivariateNormal::columns(["x", "y"]).fit(&points)?), 5);
    // With its shape known, the Weibull law is one too.
    assert_eq!(statistics(&Fixed(Weibull, "shape", 2.0).fit(&X)?), 2);
    Ok(())
}

#[test]
fn others_are_not_mistaken_for_one() -> thetahat::Result<()> {
    assert_eq!(Weibull.fit(&X)?.sufficient_statistics(), None);
    assert_eq!(Cauchy.fit(&X)?.sufficient_statistics(), None);
    let apart = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
    assert_eq!(Mixture([Normal, Normal]).fit(&apart)?.sufficient_statistics(), None);
    Ok(())
}

#[test]
fn a_large_offset_costs_no_digits() -> thetahat::Result<()> {
    // The spread of x and of x + 2³⁰ is the same to the bit, for these x.
    let small: Vec<f64> = (0..10_000).map(|k| f64::from((k * 7919) % 1024) / 1024.0).collect();
    let far: Vec<f64> = small.iter().map(|x| x + 1_073_741_824.0).collect();
    let (near, far) = (Normal.fit(&small)?, Normal.fit(&far)?);
    assert_relative_eq!(far["sigma"].value, near["sigma"].value, max_relative = 1e-14);
    assert_abs_diff_eq!(far.log_likelihood(), near.log_likelihood(), epsilon = 1e-9);
    assert!(far.sufficient_statistics().is_some());
    Ok(())
}

#[test]
fn a_misleading_pilot_is_redone() -> thetahat::Result<()> {
    // The rows that the pilot sees are far from all others.
    let mut x: Vec<f64> = (0..20_000).map(|k| f64::from(k % 100) * 0.01).collect();
    x[..4096].iter_mut().for_each(|x| *x += 1e8);
    let fit = Normal.fit(&x)?;
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64;
    assert_relative_eq!(fit["mu"].value, mean, max_relative = 1e-14);
    assert_relative_eq!(fit["sigma"].value, variance.sqrt(), max_relative = 1e-12);
    Ok(())
}

#[test]
fn logarithms_of_values_far_below_their_mean_keep_their_digits() -> thetahat::Result<()> {
    // x² is a statistic about a centre near 1; ln x must not be taken of what rounding leaves of x.
    let x = [3e-13, 7e-9, 1e-4, 0.5, 1.0, 2.5];
    for (fit, power) in [(Rayleigh.fit(&x)?, 1.0), (Maxwell.fit(&x)?, 2.0)] {
        let squares = x.iter().map(|x| x * x).sum::<f64>();
        let variance = squares / (6.0 * (power + 1.0));
        let constant = if power == 1.0 { 0.0 } else { 0.5 * (2.0 / std::f64::consts::PI).ln() };
        let terms =
            x.iter().map(|x| constant + power * x.ln() - 0.5 * (power + 1.0) * variance.ln() - 0.5 * x * x / variance);
        assert_relative_eq!(fit.log_likelihood(), terms.sum::<f64>(), max_relative = 1e-14);
    }
    Ok(())
}

#[test]
fn a_formula_that_was_met_before_is_of_the_data_at_hand() {
    let near: Vec<f64> = X.to_vec();
    let far: Vec<f64> = X.iter().map(|x| x + 1e9).collect();
    let first = Normal.fit(&near).unwrap();
    let other = Normal.fit(&far).unwrap();
    assert_relative_eq!(other["mu"].value, first["mu"].value + 1e9, max_relative = 1e-15);
    assert_relative_eq!(other["sigma"].value, first["sigma"].value, max_relative = 1e-7);
    assert_ne!(first.sufficient_statistics(), other.sufficient_statistics());
    let again = Normal.fit(&near).unwrap();
    assert_eq!(again.estimates(), first.estimates());
    assert_eq!(again.log_likelihood().to_bits(), first.log_likelihood().to_bits());
    assert_eq!(again.sufficient_statistics(), first.sufficient_statistics());
}
