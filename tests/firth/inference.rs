//! What is asked of a penalised fit: profiles, tests, errors, repetitions.

use thetahat::fit::{CovarianceKind, Expectation};
use thetahat::inference::{Bootstrap, drop_column, fix};
use thetahat::prelude::*;

use crate::witnesses::{fit_of_sex2, sex2, witness};

#[test]
fn a_profile_is_of_the_penalised_likelihood() {
    let fit = fit_of_sex2();
    let (lower, upper) = fit.profile("dia").expect("a profile").interval(0.95).expect("an interval");
    let found = &witness("sex2")["profile"];
    assert!((lower - found[0].as_f64().unwrap()).abs() < 1e-8 && (upper - found[1].as_f64().unwrap()).abs() < 1e-8);
    // R's logistf 1.24.
    assert!((lower - 0.7745682).abs() < 2e-6 && (upper - 8.03029352).abs() < 2e-6);
    let at = fit.profile("dia").expect("a profile").at(0.0).expect("a point");
    assert!((at.deviance - witness("sex2")["ratio_of_no_effect"].as_f64().unwrap()).abs() < 1e-9);
}

#[test]
fn a_test_is_of_the_penalised_likelihood() {
    let fit = fit_of_sex2();
    let test = fit.test(drop_column("dia")).expect("a test");
    let ratio = witness("sex2")["ratio_of_no_effect"].as_f64().unwrap();
    assert!((test.likelihood_ratio.statistic - ratio).abs() < 1e-9);
    let wald = (fit["dia"].value / fit["dia"].std_error).powi(2);
    assert!((test.wald.expect("Wald's").statistic / wald - 1.0).abs() < 1e-10);
    // The information about the other coefficients is that of all: the column stays in the design (logistftest).
    let top = fit.log_likelihood() + fit.penalty().expect("a penalty");
    assert!((2.0 * (top - test.log_likelihood) - ratio).abs() < 1e-9);
}

#[test]
fn the_modified_score_of_one_share_is_in_closed_form() {
    // Under p = ½ the penalised score is k + ½ − (n + 1)/2, and the information n/4.
    let rows: Vec<bool> = (0..20).map(|k| k < 14).collect();
    let fit = Estimator::new(Bernoulli).penalty(Firth).fit(&rows).expect("a fit");
    let test = fit.test(fix("p", 0.5)).expect("a test");
    let score = 14.5_f64 - 10.5;
    assert!((test.score.expect("a score").statistic - score * score / 5.0).abs() < 1e-9);
    let value = |p: f64| 14.5 * p.ln() + 6.5 * (1.0 - p).ln();
    assert!((test.likelihood_ratio.statistic - 2.0 * (value(14.5 / 21.0) - value(0.5))).abs() < 1e-9);
}

#[test]
fn what_is_observed_is_what_is_expected() {
    let rows: Vec<bool> = (0..20).map(|k| k < 14).collect();
    let fit = Estimator::new(Bernoulli).penalty(Firth).fit(&rows).expect("a fit");
    let expected = fit.expected(&Bernoulli).expect("errors");
    assert_eq!(expected.kind(), &CovarianceKind::Expected(Expectation::Closed));
    assert!((expected.std_error("p").unwrap() / fit["p"].std_error - 1.0).abs() < 1e-12);
}

#[test]
fn repetitions_are_penalised_too() {
    // Of rows without a success some have no finite estimate but for the penalty.
    let rows = [true, false, false, false, false, false];
    let fit = Estimator::new(Bernoulli).penalty(Firth).fit(&rows).expect("a fit");
    let bootstrap = Bootstrap::of(&fit, &Bernoulli).replicates(60).seed(1);
    for replicates in [bootstrap.rows().expect("repetitions"), bootstrap.parametric().expect("repetitions")] {
        assert_eq!(replicates.failures().count(), 0);
        let values = replicates.of("p").expect("values");
        let of_count = |p: f64| (p * 7.0 - 0.5 - (p * 7.0 - 0.5).round()).abs() < 1e-8;
        assert!(values.iter().all(|p| of_count(*p)), "{values:?}");
    }
    let alternative = Bernoulli.fit(&rows).expect("a fit");
    assert!(bootstrap.likelihood_ratio(&alternative, &Bernoulli).is_err());
}

#[test]
fn a_fit_says_its_penalty() {
    let fit = fit_of_sex2();
    assert_eq!(fit.penalty_name().as_deref(), Some("firth"));
    assert_eq!((fit.aic(), fit.bic()), (None, None));
    let text = fit.to_string();
    assert!(text.lines().next().expect("a line").ends_with("239 observations, penalty firth"), "{text}");
    assert!(text.contains("with penalty"), "{text}");
}

#[test]
fn powers_of_jeffreys_prior_and_sums_of_penalties_can_be_written() {
    #[derive(Debug)]
    struct Both;
    impl Penalty for Both {
        fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S {
            0.25 * at.ln_information() - 0.5 * at.value("dia").square()
        }
    }
    let table = sex2();
    let model = Regress(Bernoulli).on("p", ["dia"]);
    let rows = Weighted::frequency(table.response("case").expect("a column"), table.numbers("count").expect("numbers"));
    let fit = Estimator::new(model).penalty(Both).fit(rows).expect("a fit");
    let [a, b] = [fit["(Intercept)"].value, fit["dia"].value];
    // 130 cases, 7 of the 7 with a diaphragm; by coordinates the determinant is a product.
    let value = |a: f64, b: f64| {
        let (n, m, x, y) = (232.0, 7.0, 123.0, 7.0);
        let p = |eta: f64| 1.0 / (1.0 + (-eta).exp());
        let (p, q) = (p(a), p(a + b));
        x * p.ln()
            + (n - x) * (1.0 - p).ln()
            + y * q.ln()
            + (m - y) * (1.0_f64 - q).ln()
            + 0.25 * (n * p * (1.0 - p) * m * q * (1.0 - q)).ln()
            - 0.5 * b * b
    };
    let step = 1e-4;
    for (da, db) in [(step, 0.0), (0.0, step)] {
        let slope = (value(a + da, b + db) - value(a - da, b - db)) / (2.0 * step);
        assert!(slope.abs() < 1e-5, "{slope}");
    }
}
