//! Distribution functions: their slope is the density, both sides add to one, and tails keep their digits.

use thetahat::prelude::*;

fn at<M: Cdf<Of = f64>>(model: &M, theta: &[f64], x: f64) -> (f64, f64, f64) {
    let theta = Theta::new(theta);
    (model.ln_density(theta, x), model.ln_cdf(theta, x), model.ln_sf(theta, x))
}

/// Checks the slope by a difference of fourth order, and that both sides add to one.
fn is_consistent<M: Cdf<Of = f64>>(model: &M, theta: &[f64], points: &[f64]) {
    for &x in points {
        let (ln_density, ln_cdf, ln_sf) = at(model, theta, x);
        let name = format!("{} at {theta:?}, x = {x}", model.name());
        assert!((ln_cdf.exp() + ln_sf.exp() - 1.0).abs() < 1e-14, "{name}: {} and {}", ln_cdf.exp(), ln_sf.exp());
        let h = 1e-3 * theta[theta.len() - 1].min(x.abs().max(0.1));
        let cdf = |k: f64| at(model, theta, x + k * h).1.exp();
        let slope = (8.0 * (cdf(1.0) - cdf(-1.0)) - (cdf(2.0) - cdf(-2.0))) / (12.0 * h);
        assert!((slope / ln_density.exp() - 1.0).abs() < 1e-8, "{name}: slope {slope}, density {}", ln_density.exp());
    }
}

#[test]
fn the_slope_is_the_density() {
    is_consistent(&LogNormal, &[0.5, 0.8], &[0.2, 1.0, 3.0, 9.0]);
    is_consistent(&Exponential, &[2.0], &[0.01, 0.3, 2.0]);
    is_consistent(&Gamma, &[2.5, 0.8], &[0.1, 1.0, 3.0, 6.0]);
    is_consistent(&Gamma, &[0.3, 2.0], &[0.1, 0.5, 2.0, 9.0]);
    is_consistent(&Weibull, &[1.7, 2.0], &[0.3, 1.0, 4.0]);
    is_consistent(&Uniform, &[-1.0, 4.0], &[-0.9, 1.0, 3.5]);
    is_consistent(&Laplace, &[1.0, 0.7], &[-2.0, 0.5, 1.5, 4.0]);
    is_consistent(&Logistic, &[1.0, 0.7], &[-2.0, 0.5, 1.0, 4.0]);
    is_consistent(&Normal, &[1.0, 0.7], &[-1.0, 0.5, 1.0, 3.0]);
}

fn steps_are_probabilities<M: Cdf<Of = u64>>(model: &M, theta: &[f64], rounding: f64) {
    let theta = Theta::new(theta);
    let mut below = 0.0;
    for x in 0..60_u32 {
        let x = f64::from(x);
        let cdf = model.ln_cdf(theta, x).exp();
        assert!((cdf - below - model.ln_density(theta, x).exp()).abs() < rounding, "{model:?} at {x}");
        assert!((cdf + model.ln_sf(theta, x).exp() - 1.0).abs() < rounding, "{model:?} at {x}");
        below = cdf;
    }
}

#[test]
fn the_steps_of_a_count_are_its_probabilities() {
    steps_are_probabilities(&Geometric, &[0.23], 1e-15);
    steps_are_probabilities(&Poisson, &[7.3], 1e-14);
    steps_are_probabilities(&Poisson, &[1e-9], 1e-15);
}

#[test]
fn no_events_at_a_rate_of_zero() {
    let theta = Theta::new(&[0.0]);
    for x in [0.0, 3.0] {
        assert_eq!((Poisson.ln_cdf(theta, x), Poisson.ln_sf(theta, x)), (0.0, f64::NEG_INFINITY), "at {x}");
    }
}

#[test]
fn tails_keep_their_digits() {
    // mpmath 1.3, 50 digits.
    let close = |found: f64, expected: f64, what: &str| {
        assert!((found / expected - 1.0).abs() < 1e-13, "{what}: {found} is not {expected}");
    };
    close(at(&LogNormal, &[0.0, 1.0], 1e-20).1, -1_065.128_796_322_367_9, "the lower tail of the lognormal");
    close(at(&LogNormal, &[0.0, 1.0], 1e20).2, -1_065.128_796_322_367_9, "the upper tail of the lognormal");
    close(at(&Exponential, &[2.0], 1e-30).1, -68.384_405_609_261_42, "the lower tail of the exponential");
    close(at(&Exponential, &[2.0], 1e30).2, -2e30, "the upper tail of the exponential");
    close(at(&Laplace, &[1.0, 0.5], -500.0).1, -1_002.693_147_180_559_9, "the lower tail of the Laplace");
    close(at(&Laplace, &[1.0, 0.5], 51.0).1, -1.860_037_988_010_418e-44, "1 less the upper tail of the Laplace");
    close(at(&Logistic, &[1.0, 0.5], -500.0).1, -1_002.0, "the lower tail of the logistic");
    close(at(&Logistic, &[1.0, 0.5], 51.0).1, -3.720_075_976_020_836e-44, "1 less the upper tail of the logistic");
    let p = [1.0 / 1_099_511_627_776.0];
    close(Geometric.ln_cdf(Theta::new(&p), 9.0), -25.423_302_129_407_86, "the lower tail of the geometric");
}

#[test]
fn outside_their_range_they_are_certain() {
    assert_eq!(at(&Uniform, &[0.0, 1.0], -1.0), (f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0));
    assert_eq!(at(&Uniform, &[0.0, 1.0], 2.0), (f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY));
    let (_, below, above) = at(&LogNormal, &[0.0, 1.0], 0.0);
    assert_eq!((below, above), (f64::NEG_INFINITY, 0.0));
    let (_, below, above) = at(&Gamma, &[0.5, 1.0], 0.0);
    assert_eq!((below, above), (f64::NEG_INFINITY, 0.0));
    let (_, below, above) = at(&Gamma, &[0.5, 1.0], f64::INFINITY);
    assert_eq!((below, above), (0.0, f64::NEG_INFINITY));
}

#[test]
fn censored_counts_are_known_to_the_next_integer() {
    let plain = Geometric.fit(&[At(0.0), At(3.0), After(2.0), Between(1.0, 4.0)]).expect("a fit");
    let shifted = Geometric.fit(&[At(0.0), At(3.0), After(2.7), Between(1.9, 4.3)]).expect("a fit");
    assert_eq!(plain["p"], shifted["p"]);
    let empty = Geometric.fit(&[At(1.0), Between(1.2, 1.8)]).expect_err("no integer lies between 1.2 and 1.8");
    assert_eq!((empty.kind(), empty.row()), ("out-of-support", Some(2)));
}
