//! Data that a family describes best in a limit outside it.

use thetahat::fit::{Outcome, Scope};
use thetahat::prelude::*;

#[test]
fn light_tails_make_a_student_t_normal() {
    let data: Vec<f64> = (1..40).map(f64::from).collect();
    let (fit, normal) = (StudentT.fit(&data).expect("the limit"), Normal.fit(&data).expect("a fit"));
    assert!(matches!(fit.outcome(), Outcome::Limit { model, .. } if model == "Normal"), "{fit}");
    assert_eq!((fit["loc"].value, fit["scale"].value), (normal["mu"].value, normal["sigma"].value));
    assert_eq!((fit["loc"].std_error, fit["scale"].std_error), (normal["mu"].std_error, normal["sigma"].std_error));
    assert_eq!(fit["df"].value, f64::INFINITY);
    assert!(fit["df"].std_error.is_nan());
    assert_eq!(fit.log_likelihood(), normal.log_likelihood());
    // More is known of the normal than of the family around it.
    assert!(matches!(fit.scope(), Scope::LocalOfUnbounded { .. }));
}

#[test]
fn heavy_tails_do_not() {
    let data = [-0.4, 0.1, 0.3, -0.2, 0.6, 9.0, 0.2, -0.1, -5.0, 0.0];
    let fit = StudentT.fit(&data).expect("an interior maximum");
    assert_eq!(fit.outcome(), &Outcome::Interior);
    assert!(fit.log_likelihood() > Normal.fit(&data).expect("a fit").log_likelihood());
}

#[test]
fn underdispersed_counts_make_a_negative_binomial_poisson() {
    let (counts, weights) = ([2, 3, 4, 5, 6], [5.0, 20.0, 40.0, 20.0, 5.0]);
    let fit = NegativeBinomial.fit(Weighted::frequency(&counts, &weights)).expect("the limit");
    assert!(matches!(fit.outcome(), Outcome::Limit { model, .. } if model == "Poisson"), "{fit}");
    let poisson = Poisson.fit(Weighted::frequency(&counts, &weights)).expect("a fit");
    assert_eq!((fit["mu"].value, fit["size"].value), (poisson["lambda"].value, f64::INFINITY));
    assert_eq!(fit.log_likelihood(), poisson.log_likelihood());
}

#[test]
fn slightly_overdispersed_counts_do_not() {
    // Variance 4.05, mean 4: the size is large but finite.
    let (counts, weights) =
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2.0, 8.0, 14.0, 19.0, 20.0, 15.0, 11.0, 6.0, 3.0, 1.0, 1.0]);
    let fit = NegativeBinomial.fit(Weighted::frequency(&counts, &weights)).expect("a fit");
    let mean = fit["mu"].value;
    let variance = counts.iter().zip(weights).map(|(&x, w)| w * (f64::from(x) - mean).powi(2)).sum::<f64>() / fit.n();
    let is_limit = matches!(fit.outcome(), Outcome::Limit { .. });
    assert_eq!(is_limit, variance <= mean, "variance {variance}, mean {mean}: {fit}");
}

#[test]
fn known_degrees_of_freedom_have_no_limit() {
    let data: Vec<f64> = (1..40).map(f64::from).collect();
    let fit = Fixed(StudentT, "df", 4.0).fit(&data).expect("a fit");
    assert_eq!(fit.outcome(), &Outcome::Interior);
}

#[test]
fn one_sided_data_make_a_normal_inverse_gaussian_one_sided() {
    let skewed = [0.05, 0.2, 0.4, 0.9, 2.6];
    let expected = Shifted(InverseGaussian).fit(&skewed).expect("three parameters");
    for side in [1.0, -1.0] {
        let data = skewed.map(|x| side * x);
        let fit = NormalInverseGaussian.fit(&data).expect("the limit");
        assert_eq!(fit.outcome().word(), "limit", "{fit}");
        assert_eq!((fit["beta"].value, fit["delta"].value), (side * f64::INFINITY, 0.0));
        assert!((fit.log_likelihood() - expected.log_likelihood()).abs() < 1e-10);
        assert!((fit["mu"].value - side * expected["loc"].value).abs() < 1e-8);
    }
}

#[test]
fn two_values_make_a_generalized_gamma_a_power_function_or_pareto() {
    for (data, q, mu) in
        [([1.0, 2.0, 2.0, 2.0], f64::INFINITY, 2.0_f64.ln()), ([1.0, 1.0, 1.0, 2.0], f64::NEG_INFINITY, 0.0)]
    {
        let fit = GeneralizedGammaPrentice.fit(&data).expect("the limit");
        assert_eq!((fit.outcome().word(), fit["q"].value, fit["mu"].value), ("limit", q, mu), "{fit}");
        let witness = if q > 0.0 { PowerFunction.fit(&data) } else { Pareto.fit(&data) }.expect("an edge");
        assert!((fit.log_likelihood() - witness.log_likelihood()).abs() < 1e-12);
    }
}

/// Checks the distribution function of the limit law of this name: its slope is the density inside the support, both sides add
/// to one, and at the points `outside` nothing, or all, lies below.
fn is_distribution(model: &impl Model, name: &str, theta: &[f64], inside: &[f64], outside: &[(f64, f64)]) {
    let limits = model.limits();
    let limit = limits.iter().find(|limit| limit.model().to_string().contains(name));
    let law = limit.unwrap_or_else(|| panic!("{model:?} has no limit {name}")).model();
    assert!(law.has_cdf(), "{law}");
    let at = Theta::new(theta);
    let (cdf, sf) = (|x: f64| law.ln_cdf(at, vec![x]).exp(), |x: f64| law.ln_sf(at, vec![x]).exp());
    for &x in inside {
        assert!((cdf(x) + sf(x) - 1.0).abs() < 1e-15, "{law} at {x}");
        let h = 1e-3;
        let slope = (8.0 * (cdf(x + h) - cdf(x - h)) - (cdf(x + 2.0 * h) - cdf(x - 2.0 * h))) / (12.0 * h);
        assert!((slope / law.ln_density(at, vec![x]).exp() - 1.0).abs() < 1e-8, "{law} at {x}: slope {slope}");
    }
    for &(x, below) in outside {
        assert_eq!((cdf(x), sf(x)), (below, 1.0 - below), "{law} at {x}");
    }
}

#[test]
fn laws_that_are_limits_have_distribution_functions() {
    is_distribution(&ExGaussian, "exponential", &[1.0, 0.7], &[1.1, 2.0, 5.0], &[(0.9, 0.0), (f64::INFINITY, 1.0)]);
    let uniform = [(-2.1, 0.0), (4.1, 1.0)];
    is_distribution(&GeneralizedNormal, "uniform", &[1.0, 3.0], &[-1.9, 0.5, 3.9], &uniform);
    is_distribution(&SkewNormal, "above", &[1.0, 0.7], &[1.1, 1.6, 1.8, 3.0], &[(0.9, 0.0), (f64::INFINITY, 1.0)]);
    is_distribution(&SkewNormal, "below", &[1.0, 0.7], &[0.9, 0.4, 0.2, -1.0], &[(1.1, 1.0), (f64::NEG_INFINITY, 0.0)]);
    let below = [(-1.0, 0.0), (0.0, 0.0), (3.0, 1.0)];
    is_distribution(&GeneralizedGamma, "power", &[2.0, 1.5], &[0.1, 1.0, 1.9], &below);
    is_distribution(&GeneralizedGammaPrentice, "power", &[2.0_f64.ln(), 1.5], &[0.1, 1.0, 1.9], &below);
    let above = [(-1.0, 0.0), (0.0, 0.0), (1.9, 0.0), (f64::INFINITY, 1.0)];
    is_distribution(&GeneralizedGammaPrentice, "Pareto", &[2.0_f64.ln(), 1.5], &[2.1, 3.0, 9.0], &above);
}

/// Rows of which each stands for as many as its weight, known to lie between neighbours of the edges.
fn binned(edges: &[f64]) -> Vec<Censored> {
    edges.windows(2).map(|bin| Between(bin[0], bin[1])).collect()
}

#[test]
fn bins_of_equal_counts_make_a_generalized_normal_uniform() {
    let counts = [8.0, 10.0, 10.0, 10.0, 7.0];
    let fit = GeneralizedNormal
        .fit(Weighted::frequency(binned(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), &counts))
        .expect("the limit");
    assert_eq!((fit.outcome().word(), fit["shape"].value), ("limit", f64::INFINITY), "{fit}");
    // Ten in every unit of length: 45 of them, from 1 − 0.8 on.
    assert!((fit["loc"].value - 2.45).abs() < 1e-7 && (fit["scale"].value - 2.25).abs() < 1e-7, "{fit}");
    let expected: f64 = counts.iter().map(|n| n * (n / 45.0).ln()).sum();
    assert!((fit.log_likelihood() - expected).abs() < 1e-10, "{fit}");
}

#[test]
fn bins_that_fall_as_half_a_bell_make_a_skew_normal_half_normal() {
    let (edges, counts) = ([0.5, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0], [38.0, 29.0, 14.0, 10.0, 8.0, 1.0]);
    for side in [1.0, -1.0] {
        let mut ends = edges.map(|x| side * x);
        let mut weights = counts;
        if side < 0.0 {
            ends.reverse();
            weights.reverse();
        }
        let fit = SkewNormal.fit(Weighted::frequency(binned(&ends), &weights)).expect("the limit");
        assert_eq!((fit.outcome().word(), fit["alpha"].value), ("limit", side * f64::INFINITY), "{fit}");
        let witness = Shifted(HalfNormal).fit(Weighted::frequency(binned(&edges), &counts)).expect("two parameters");
        assert!((fit.log_likelihood() - witness.log_likelihood()).abs() < 1e-10, "{fit}");
        assert!((fit["xi"].value - side * witness["loc"].value).abs() < 1e-6, "{fit}");
    }
}
