//! Mixtures: components with different supports, where the search begins, what has no estimate.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::Error;
use thetahat::prelude::*;

fn drawn<M: Draw>(model: &M, theta: &[f64], n: usize) -> Vec<Value<M>> {
    model.sample(theta, n, &mut SmallRng::seed_from_u64(11))
}

fn kind(fit: Result<Fit, Error>) -> &'static str {
    fit.expect_err("no estimate").kind()
}

#[test]
fn the_support_is_all_that_a_component_can_produce() {
    let mut values = drawn(&Normal, &[-3.0, 1.0], 100);
    values.extend(drawn(&Exponential, &[0.5], 100));
    let fit = Mixture((Normal, Exponential)).fit(&values).expect("a fit");
    let turned = Mixture((Exponential, Normal)).fit(&values).expect("a fit");
    assert!((fit.log_likelihood() - turned.log_likelihood()).abs() < 1e-8);
    assert!((fit["rate2"].value - turned["rate1"].value).abs() < 1e-7);
    assert!((fit["mu1"].value + 3.0).abs() < 0.5 && fit["w1"].value > 0.4);
    // Below every exponential wait only the other component is left.
    let theta = [0.5, 0.5, -3.0, 1.0, 0.5];
    let mixture = Mixture((Normal, Exponential));
    let alone = 0.5_f64.ln() + Normal.ln_density(Theta::new(&[-3.0, 1.0]), -4.0);
    assert_eq!(mixture.ln_density(Theta::new(&theta), -4.0), alone);
    assert_eq!(mixture.ln_sf(Theta::new(&theta), -1e3), 0.0);
    let counts = Mixture((Truncated(Poisson, 1..), Poisson)).support();
    assert_eq!((counts.ranges()[0].lower(), counts.is_discrete()), (0.0, true));
}

#[test]
fn a_component_without_density_at_the_end_is_no_harm_there() {
    let mut values: Vec<f64> = (0..40).map(|i| Exponential.quantile(&[1.0], f64::from(i) / 40.0)).collect();
    values.extend((0..40).map(|i| Weibull.quantile(&[6.0, 8.0], (f64::from(i) + 0.5) / 40.0)));
    assert_eq!(values[0], 0.0);
    let fit = Mixture((Exponential, Weibull)).fit(&values).expect("a fit");
    values[0] = 1e-9;
    let near = Estimator::new(Mixture((Exponential, Weibull))).start_at([0.5, 0.5, 1.0, 6.0, 8.0]);
    let near = near.fit(&values).expect("a fit");
    for (a, b) in fit.estimates().iter().zip(near.estimates()) {
        assert!((a.value - b.value).abs() < 1e-7 * b.std_error, "{a:?} {b:?}");
        assert!((a.std_error / b.std_error - 1.0).abs() < 1e-7, "{a:?} {b:?}");
    }
    assert!(fit["shape2"].value > 3.0);
}

#[test]
fn components_in_one_place_that_differ_in_spread() {
    let values = drawn(&Mixture([Normal, Normal]), &[0.7, 0.3, 0.0, 1.0, 0.0, 8.0], 2000);
    let fit = Mixture([Normal, Normal]).fit(&values).expect("a fit");
    let spreads = [fit["sigma1"].value, fit["sigma2"].value];
    assert!(spreads[0].max(spreads[1]) > 3.0 * spreads[0].min(spreads[1]), "{fit}");
    assert!(fit.log_likelihood() > Normal.fit(&values).expect("a fit").log_likelihood() + 100.0);
}

fn plane() -> MultivariateNormal {
    MultivariateNormal::columns(["x", "y"])
}

#[test]
fn vectors_mix_too() {
    let model = plane();
    let mut rows = drawn(&model, &[0.0, 0.0, 1.0, 0.0, 1.0], 150);
    rows.extend(drawn(&model, &[5.0, -4.0, 1.0, 0.5, 2.0], 150));
    let fit = Mixture([plane(), plane()]).fit(&rows).expect("a fit");
    assert!((fit["w1"].value - 0.5).abs() < 0.02, "{fit}");
}

#[test]
fn equal_variances() {
    let mut values = drawn(&Normal, &[0.0, 1.0], 100);
    values.extend(drawn(&Normal, &[6.0, 1.0], 100));
    let fit = Tied(Mixture([Normal, Normal]), "sigma2", "sigma1").fit(&values).expect("a fit");
    assert_eq!(fit.free_parameters(), 4);
    assert!((fit["sigma1"].value - 1.0).abs() < 0.15 && (fit["mu2"].value - 6.0).abs() < 0.5);
}

#[test]
fn what_has_no_estimate_says_why() {
    let two = Mixture([Normal, Normal]);
    assert_eq!(kind(two.fit(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0])), "unbounded");
    assert_eq!(kind(two.fit(&[1.0, 2.0, 4.0])), "unbounded");
    let tosses = [true, false, true, true, false, true, true, false];
    let error = Mixture([Bernoulli, Bernoulli]).fit(&tosses).expect_err("one probability, and three parameters");
    assert_eq!(error.kind(), "not-identified", "{error}");
}

#[test]
fn the_search_over_many_rows_ends_where_one_from_the_truth_does() {
    let truth = [0.3, 0.7, -1.0, 0.8, 2.0, 1.5];
    let values = drawn(&Mixture([Normal, Normal]), &truth, 30_000);
    let fit = Mixture([Normal, Normal]).fit(&values).expect("a fit");
    let from_truth = Estimator::new(Mixture([Normal, Normal])).start_at(truth).fit(&values).expect("a fit");
    assert!((fit.log_likelihood() - from_truth.log_likelihood()).abs() < 1e-7);
    assert!((fit["mu1"].value - from_truth["mu1"].value).abs() < 1e-6 * fit["mu1"].std_error);
    assert!(fit.certificate().starts > 1 && fit.certificate().starts_agree > 1);
}

#[test]
fn moments_are_those_of_the_parts() {
    let theta = [0.25, 0.75, 0.0, 1.0, 4.0, 2.0];
    let mixture = Mixture([Normal, Normal]);
    assert_eq!(mixture.mean(Theta::new(&theta)), 3.0);
    // Within: 0.25 · 1 + 0.75 · 4; between: 0.25 · 9 + 0.75 · 1.
    assert_eq!(mixture.variance(Theta::new(&theta)), 6.25);
}
