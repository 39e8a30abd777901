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
