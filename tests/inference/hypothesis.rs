//! Tests against the reference cases `lrt-*` (50-digit arithmetic), and against what theory says of them.

use super::profile::table;
use thetahat::inference::{Bootstrap, Test, drop_column, fix, special_case, tie};
use thetahat::prelude::*;
use thetahat::{Error, language};

/// Statistic within 1e-7 and p-value within 1e-6 of itself.
fn is(test: &Test, statistic: f64, p_value: f64, degrees: usize) -> bool {
    let found = test.likelihood_ratio;
    (found.statistic - statistic).abs() < 1e-7
        && (found.p_value / p_value - 1.0).abs() < 1e-6
        && test.degrees_of_freedom == degrees
}

#[test]
fn exponential_in_weibull() {
    let fit = Weibull.fit(table("weibull-groundbeef").response("x").unwrap()).unwrap();
    let test = fit.test(fix("shape", 1.0)).unwrap();
    assert!(is(&test, 181.57735298049113, 2.1929477491536415e-41, 1), "{test:?}");
    assert!((test.log_likelihood - -1346.0133963538938).abs() < 1e-9);
}

#[test]
fn gumbel_in_gev() {
    let fit = GeneralizedExtremeValue.fit(table("gev-portpirie").response("x").unwrap()).unwrap();
    let test = fit.test(fix("shape", 0.0)).unwrap();
    assert!(is(&test, 0.24275315483528037, 0.6222246745834988, 1), "{test:?}");
    let wald = (-0.0501095315197329_f64 / 0.09825553243497422).powi(2);
    assert!((test.wald.unwrap().statistic - wald).abs() < 1e-9);
    assert!((test.score.unwrap().statistic - 0.24).abs() < 0.05);
}

#[test]
fn factor_in_logistic_regression() {
    let table = table("glm-logit-birthwt");
    let text = "Regress(Bernoulli, p ~ age + lwt + race2 + race3 + smoke + ptl + ht + ui)";
    let schema = thetahat::families::Schema::of(&table, vec!["y".to_string()]);
    let fit = language::parse(text, &schema).unwrap().fit(table.responses(["y"]).unwrap()).unwrap();
    let test = fit.test(drop_column("race2").and(drop_column("race3"))).unwrap();
    assert!(is(&test, 6.406585813592616, 0.04062819859456052, 2), "{test:?}");
    let without = "Regress(Bernoulli, p ~ age + lwt + smoke + ptl + ht + ui)";
    let null = language::parse(without, &schema).unwrap().fit(table.responses(["y"]).unwrap()).unwrap();
    for estimate in null.estimates() {
        let found = test.estimates.iter().find(|(name, _)| *name == estimate.name).unwrap().1;
        assert!((found - estimate.value).abs() < 1e-6 * estimate.std_error, "{}", estimate.name);
    }
    // The same by equal coefficients: race2 = race3 and race3 = 0.
    let tied = fit.test(tie("race2", "race3").and(drop_column("race3"))).unwrap();
    assert!((tied.likelihood_ratio.statistic - test.likelihood_ratio.statistic).abs() < 1e-8);
    assert!((tied.wald.unwrap().statistic - test.wald.unwrap().statistic).abs() < 1e-8);
}

#[test]
fn covariate_of_survival() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/inference/lung.csv");
    let table = Table::from_csv(std::fs::File::open(path).unwrap()).unwrap();
    let model = Regress(Weibull).on("scale", ["age", "female", "ph.ecog"]);
    let fit = model.fit(table.events("time", "event").unwrap()).unwrap();
    let test = fit.test(drop_column("ph.ecog")).unwrap();
    assert!(is(&test, 16.636555297248915, 4.52700514848919e-05, 1), "{test:?}");
}

#[test]
fn binomial_at_the_limit_of_beta_binomial() {
    let table = table("beta-binomial-saxony");
    let data = || Weighted::frequency(table.responses(["x", "m"]).unwrap(), table.numbers("w").unwrap());
    let fit = AnyModel::of(BetaBinomial).unwrap().fit(data()).unwrap();
    let test = fit.test(fix("a", f64::INFINITY).and(fix("b", f64::INFINITY))).unwrap();
    assert!(test.on_boundary);
    assert!(is(&test, 82.60157804993355, 5.0188450352204104e-20, 1), "{test:?}");
}

#[test]
fn a_fit_at_the_null_does_not_reject_it() {
    // Less dispersed than Poisson: the negative binomial fit is the Poisson limit.
    let fit = NegativeBinomial.fit(&[3, 3, 2, 3, 4, 3, 3, 2, 4, 3]).unwrap();
    let test = fit.test(fix("size", f64::INFINITY)).unwrap();
    assert_eq!((test.likelihood_ratio.statistic, test.likelihood_ratio.p_value), (0.0, 1.0));
    assert!((test.estimates[0].1 - 3.0).abs() < 1e-9);
    // Fewer zeros than Poisson: the inflation is 0.
    let fit = ZeroInflated(Poisson).fit(&[3, 1, 4, 1, 5, 2, 6, 5]).unwrap();
    let test = fit.test(fix("pi", 0.0)).unwrap();
    assert!(test.on_boundary && test.likelihood_ratio.p_value == 1.0);
}

#[test]
fn no_inflation() {
    let counts = [0, 0, 0, 0, 0, 3, 1, 4, 1, 5, 2, 6, 5, 3, 4];
    let fit = ZeroInflated(Poisson).fit(&counts).unwrap();
    let test = fit.test(fix("pi", 0.0)).unwrap();
    let statistic = 2.0 * (fit.log_likelihood() - Poisson.fit(&counts).unwrap().log_likelihood());
    assert!((test.likelihood_ratio.statistic - statistic).abs() < 1e-9 && test.on_boundary);
    let naive = 2.0 * thetahat::special::ln_normal_cdf(-statistic.sqrt()).exp();
    assert!((test.likelihood_ratio.p_value / (0.5 * naive) - 1.0).abs() < 1e-12);
}

#[test]
fn equal_parameters() {
    let fit = Beta.fit(&[0.2, 0.5, 0.7, 0.4, 0.9, 0.6]).unwrap();
    let test = fit.test(tie("a", "b")).unwrap();
    let symmetric = Tied(Beta, "b", "a").fit(&[0.2, 0.5, 0.7, 0.4, 0.9, 0.6]).unwrap();
    assert!((test.log_likelihood - symmetric.log_likelihood()).abs() < 1e-9);
}

#[test]
fn what_cannot_be_tested_says_so() {
    let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6]).unwrap();
    assert!(matches!(fit.test(fix("tau", 1.0)), Err(Error::Unknown { .. })));
    assert!(matches!(fit.test(fix("sigma", -1.0)), Err(Error::Model { .. })));
    assert!(matches!(fit.test(fix("mu", 5.0).and(fix("mu", 5.0))), Err(Error::NoTest { .. })));
    let sampled = Normal.fit(Weighted::sampling(&[4.9, 5.1, 4.7], &[10.0, 12.5, 40.0])).unwrap();
    assert!(matches!(sampled.test(fix("mu", 5.0)), Err(Error::NoTest { .. })));
}

#[test]
fn all_parameters_at_once() {
    let data = [4.9, 5.1, 4.7, 5.6, 5.3];
    let test = Normal.fit(&data).unwrap().test(fix("mu", 5.0).and(fix("sigma", 0.5))).unwrap();
    let direct: f64 = data.iter().map(|x| Normal.ln_density(Theta::new(&[5.0, 0.5]), *x)).sum();
    assert!((test.log_likelihood - direct).abs() < 1e-12);
    assert_eq!(test.degrees_of_freedom, 2);
}

#[test]
fn laws_that_are_special_cases() {
    fn same(model: &AnyModel, law: &AnyModel, data: &[f64]) {
        let (fit, null) = (model.fit(data).unwrap(), law.fit(data).unwrap());
        let test = fit.test(special_case(&law.to_string())).unwrap_or_else(|error| panic!("{model} {law}: {error}"));
        let difference = test.log_likelihood - null.log_likelihood();
        assert!(difference.abs() < 1e-7, "{model} {law}: {difference}");
    }
    let parse = |text: &str| language::parse(text, &Default::default()).unwrap();
    let waits = [1.2, 0.7, 2.1, 1.6, 0.3, 1.1, 1.9, 0.8, 3.4, 0.2, 2.8, 1.4, 5.1, 0.9, 1.3, 0.6];
    for (model, law) in [
        ("weibull", "exponential"),
        ("gamma", "exponential"),
        ("gengamma", "gamma"),
        ("gengamma", "weibull"),
        ("gengamma-prentice", "weibull"),
        ("gengamma-prentice", "gamma"),
        ("gengamma-prentice", "lognormal"),
        ("gpd", "exponential"),
        ("gev", "gumbel"),
        ("burr-xii", "log-logistic"),
        ("nakagami", "rayleigh"),
        ("nakagami", "half-normal"),
        ("student-t", "normal"),
    ] {
        same(&parse(model), &parse(law), &waits);
    }
    let counts = [0.0, 0.0, 0.0, 0.0, 3.0, 1.0, 9.0, 1.0, 5.0, 2.0, 6.0, 0.0, 3.0, 4.0];
    same(&parse("negative-binomial"), &parse("poisson"), &counts);
    same(&parse("negative-binomial"), &parse("geometric"), &counts);
    let temperatures = table("gennormal-nhtemp").numbers("x").unwrap().to_vec();
    same(&parse("generalized-normal"), &parse("normal"), &temperatures);
    same(&parse("ZeroInflated(Poisson)"), &parse("poisson"), &counts);
    let table = table("beta-binomial-saxony");
    let data = Weighted::frequency(table.responses(["x", "m"]).unwrap(), table.numbers("w").unwrap());
    let test = BetaBinomial.fit(data).unwrap().test(special_case("binomial")).unwrap();
    assert!(is(&test, 82.60157804993355, 5.0188450352204104e-20, 1), "{test:?}");
}

#[test]
fn the_number_of_components() {
    let table = table("mixnormal2-eruptions");
    let response = || table.response("x").unwrap();
    let (one, two) = (Normal, Mixture([Normal, Normal]));
    let (first, second) = (one.fit(response()).unwrap(), two.fit(response()).unwrap());
    let test = Bootstrap::of(&first, &one).replicates(19).likelihood_ratio(&second, &two).unwrap();
    assert!(test.statistic > 100.0 && test.p_value < 0.2, "{test:?}");
    assert!(Bootstrap::of(&first, &one).likelihood_ratio(&first, &two).is_err());
    assert!(Bootstrap::of(&first, &one).likelihood_ratio(&Normal.fit(&[1.0, 2.0]).unwrap(), &Normal).is_err());
}
