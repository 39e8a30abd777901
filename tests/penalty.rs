//! Penalties: the mode of a posterior where that has a closed form, and what is told of it.

use thetahat::Error;
use thetahat::prelude::*;

const VALUES: [f64; 5] = [2.1, 3.4, 1.9, 4.0, 2.6];

#[test]
fn a_normal_prior_and_a_normal_law_of_known_deviation() {
    let model = Fixed(Normal, "sigma", 2.0);
    let fit = Estimator::new(model.clone()).penalty(Ridge::new(0.5, ["mu"])).fit(&VALUES).expect("a fit");
    // Precisions add up: 5/4 of the data, ½ of the prior.
    let (precision, sum) = (5.0 / 4.0 + 0.5, VALUES.iter().sum::<f64>());
    let mu = sum / 4.0 / precision;
    assert!((fit["mu"].value - mu).abs() < 1e-12);
    assert!((fit["mu"].std_error - precision.powf(-0.5)).abs() < 1e-12);
    let alone: f64 = VALUES.iter().map(|x| Normal.ln_density(Theta::new(&[mu, 2.0]), *x)).sum();
    assert!((fit.log_likelihood() - alone).abs() < 1e-12);
    assert!((fit.penalty().expect("a penalty") + 0.25 * mu * mu).abs() < 1e-12);
    assert_eq!((fit.aic(), fit.bic()), (None, None));
    assert!(fit.to_string().contains("with penalty"), "{fit}");
    assert_eq!(model.fit(&VALUES).expect("a fit").penalty(), None);
}

#[test]
fn a_penalty_of_nothing_changes_nothing() {
    let plain = Gamma.fit(&VALUES).expect("a fit");
    let fit = Estimator::new(Gamma).penalty(Ridge::new(0.0, ["shape"])).fit(&VALUES).expect("a fit");
    for (a, b) in fit.estimates().iter().zip(plain.estimates()) {
        assert!((a.value / b.value - 1.0).abs() < 1e-9 && (a.std_error / b.std_error - 1.0).abs() < 1e-7);
    }
}

#[test]
fn a_curved_parameter_is_penalised_on_its_own_scale() {
    // With a prior ln λ² ~ −λ²/2 the mode of a Poisson rate solves Σx/λ − n − λ = 0.
    let fit = Estimator::new(Poisson).penalty(Ridge::new(1.0, ["lambda"])).fit(&[3, 1, 4, 1, 5]).expect("a fit");
    let lambda = 0.5 * (-5.0 + (25.0_f64 + 4.0 * 14.0).sqrt());
    assert!((fit["lambda"].value - lambda).abs() < 1e-10);
    assert!((fit["lambda"].std_error - (14.0 / (lambda * lambda) + 1.0).powf(-0.5)).abs() < 1e-9);
}

#[test]
fn a_name_that_is_not_estimated_is_an_error() {
    let error = Estimator::new(Normal).penalty(Ridge::new(1.0, ["mean"])).fit(&VALUES).expect_err("no `mean`");
    assert!(matches!(&error, Error::Unknown { name, .. } if name == "mean"), "{error}");
}

#[test]
fn a_profile_is_of_the_penalised_likelihood_and_a_test_is_refused() {
    let model = Fixed(Normal, "sigma", 2.0);
    let fit = Estimator::new(model).penalty(Ridge::new(0.5, ["mu"])).fit(&VALUES).expect("a fit");
    // A parabola, so that the profile gives the interval of the standard error.
    let (lower, upper) = fit.profile("mu").expect("a profile").interval(0.95).expect("an interval");
    let wald = fit["mu"].interval(0.95).expect("an interval");
    assert!((lower - wald.0).abs() < 1e-9 && (upper - wald.1).abs() < 1e-9);
    let error = fit.test(thetahat::inference::fix("mu", 1.0)).expect_err("no known law");
    assert!(matches!(&error, Error::NoTest { why, .. } if why.contains("ridge")), "{error}");
}

#[test]
fn a_bootstrap_repeats_the_penalty() {
    use thetahat::inference::Bootstrap;
    let model = Fixed(Normal, "sigma", 2.0);
    let fit = Estimator::new(model.clone()).penalty(Ridge::new(1e6, ["mu"])).fit(&VALUES).expect("a fit");
    let replicates = Bootstrap::of(&fit, &model).replicates(20).rows().expect("repetitions");
    assert!(replicates.of("mu").expect("values").iter().all(|mu| mu.abs() < 1e-4));
}

#[test]
fn a_ridge_of_slopes_leaves_the_intercept_and_needs_a_covariate() {
    let table = Table::from_csv("y,x,z\n1,1,0\n2,2,1\n4,3,0\n3,4,1\n".as_bytes()).expect("a table");
    let model = Regress(Fixed(Normal, "sigma", 1.0)).on("mu", ["x", "z"]);
    let rows = || table.response("y").expect("a column");
    let all = Estimator::new(model.clone()).penalty(Ridge::slopes(2.0)).fit(rows()).expect("a fit");
    let named = Estimator::new(model.clone()).penalty(Ridge::new(2.0, ["x", "z"])).fit(rows()).expect("a fit");
    assert_eq!(all.estimates(), named.estimates());
    assert_eq!(all.penalty_name().as_deref(), Some("ridge=2"));
    let error = Estimator::new(Normal).penalty(Ridge::slopes(2.0)).fit(&VALUES).expect_err("no covariate");
    assert!(error.to_string().contains("the penalty ridge=2 is of coefficients of covariates"), "{error}");
}
