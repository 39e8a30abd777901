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
