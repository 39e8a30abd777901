//! Estimates against closed forms, and against maxima found to 16 digits by `witness.py`.

use serde_json::Value;
use thetahat::prelude::*;
use thetahat::space::Linear;

/// What `witness.py` found.
pub(crate) fn witness(case: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("witness.json")).expect("the witness is JSON");
    all[case].clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// Estimates, standard errors and both log-likelihoods of a fit are those of the witness.
fn check(fit: &Fit, witness: &Value) {
    let (values, errors) = (numbers(&witness["estimates"]), numbers(&witness["std_errors"]));
    assert_eq!(fit.estimates().len(), values.len());
    for (own, (value, error)) in fit.estimates().iter().zip(values.iter().zip(&errors)) {
        assert!((own.value - value).abs() < 1e-10 * (1.0 + value.abs()), "{own:?} is {value}");
        assert!((own.std_error / error - 1.0).abs() < 1e-9, "{own:?} has {error}");
    }
    let [log_likelihood, penalised] = ["log_likelihood", "penalised"].map(|key| witness[key].as_f64().unwrap());
    assert!((fit.log_likelihood() / log_likelihood - 1.0).abs() < 1e-10);
    let penalty = fit.penalty().expect("a penalty");
    assert!((fit.log_likelihood() + penalty - penalised).abs() < 1e-11 * (1.0 + penalised.abs()));
    assert!(fit.certificate().edm <= 5e-15);
}

/// Urinary tract infections of women and what contraceptives they used (Foxman and others, "Condom use and first-time
/// urinary tract infection", 1997; `sex2` of R's logistf): all who used a diaphragm were cases.
pub(crate) fn sex2() -> Table {
    Table::from_csv(include_str!("sex2.csv").as_bytes()).expect("a table")
}

pub(crate) fn fit_of_sex2() -> Fit {
    let table = sex2();
    let model = Regress(Bernoulli).on("p", ["age", "oc", "vic", "vicl", "vis", "dia"]);
    let rows = Weighted::frequency(table.response("case").expect("a column"), table.numbers("count").expect("numbers"));
    Estimator::new(model).penalty(Firth).fit(rows).expect("a fit")
}

#[test]
fn a_share_has_half_a_success_and_half_a_failure_more() {
    for (successes, trials) in [(0, 1), (0, 7), (3, 7), (7, 7), (1, 1000)] {
        let rows: Vec<bool> = (0..trials).map(|k| k < successes).collect();
        let fit = Estimator::new(Bernoulli).penalty(Firth).fit(&rows).expect("a fit");
        let p = (successes as f64 + 0.5) / (trials as f64 + 1.0);
        assert!((fit["p"].value / p - 1.0).abs() < 1e-9, "{successes} of {trials}: {fit}");
        // The information about the logit is n p (1 − p).
        assert!((fit["p"].std_error / (p * (1.0 - p) / trials as f64).sqrt() - 1.0).abs() < 1e-7);
        let of_trials = Estimator::new(Binomial).penalty(Firth).fit(&[(successes, trials)]).expect("a fit");
        assert!((of_trials["p"].value - fit["p"].value).abs() < 1e-12);
    }
}

#[test]
fn a_rate_has_half_an_event_more() {
    for counts in [vec![0_u64], vec![0, 0, 0], vec![3, 1, 4, 1, 5]] {
        let fit = Estimator::new(Poisson).penalty(Firth).fit(&counts).expect("a fit");
        let rate = (counts.iter().sum::<u64>() as f64 + 0.5) / counts.len() as f64;
        assert!((fit["lambda"].value / rate - 1.0).abs() < 1e-9, "{fit}");
    }
}

#[test]
fn each_level_has_half_an_observation_more() {
    let levels = ["a", "b", "a", "a", "c", "b", "a"];
    let model = Categorical::with_levels(["a", "b", "c", "never"]);
    let fit = Estimator::new(model).penalty(Firth).fit(&levels).expect("a fit");
    for (name, count) in [("p_a", 4.0), ("p_b", 2.0), ("p_c", 1.0), ("p_never", 0.0)] {
        assert!((fit[name].value - (count + 0.5) / 9.0).abs() < 1e-9, "{fit}");
    }
    let counts = Multinomial::columns(["a", "b", "c", "never"]);
    let fit = Estimator::new(counts).penalty(Firth).fit(&[[3.0, 2.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]]).expect("a fit");
    assert!((fit["p_never"].value - 0.5 / 9.0).abs() < 1e-9, "{fit}");
}

#[test]
fn a_mean_of_a_normal_law_of_known_deviation_stays() {
    let model = Fixed(Normal, "sigma", 2.0);
    let fit = Estimator::new(model.clone()).penalty(Firth).fit(&[2.1, 3.4, 1.9, 4.0, 2.6]).expect("a fit");
    assert!((fit["mu"].value - 2.8).abs() < 1e-12);
    assert!((fit.penalty().expect("a penalty") - 0.5 * (5.0_f64 / 4.0).ln()).abs() < 1e-12);
}

#[test]
fn a_zero_truncated_count_is_an_exponential_family_too() {
    // The score of ln λ is Σx − n λ/(1 − e^−λ), and its variance the information; by bisection.
    let counts = [1_u64, 1, 2, 1, 3, 1, 1];
    let fit = Estimator::new(Truncated(Poisson, 1..)).penalty(Firth).fit(&counts).expect("a fit");
    let (n, sum) = (7.0, 10.0);
    let ln_information = |l: f64| {
        let (mean, zero) = (l / -(-l).exp_m1(), (-l).exp());
        (n * mean * (1.0 - zero / (1.0 - zero) * l)).ln()
    };
    let value = |u: f64| sum * u - n * (u.exp() + (-(-u.exp()).exp()).ln_1p()) + 0.5 * ln_information(u.exp());
    let u = fit["lambda"].value.ln();
    let slope = (value(u + 1e-4) - value(u - 1e-4)) / 2e-4;
    assert!(slope.abs() < 1e-6, "{slope} at {fit}");
}

#[test]
fn diaphragms_and_infections() {
    let fit = fit_of_sex2();
    check(&fit, &witness("sex2"));
    // R's logistf 1.24 and firthlogist 0.5.0, to the digits that they print.
    let logistf = [0.12025405, -1.10598131, -0.06881673, 2.26887464, -2.11140817, -0.78831694, 3.09601166];
    for (own, value) in fit.estimates().iter().zip(logistf) {
        assert!((own.value - value).abs() < 2e-7, "{own:?} is {value}");
    }
}

#[test]
fn rows_that_are_separated() {
    let table = Table::from_csv(
        "y,a,b,c\n0,.3,1,-.2\n0,1.1,0,.4\n0,.7,1,1.3\n0,1.9,0,-.9\n0,1.4,1,.1\n1,2.6,0,.8\n1,3.1,1,-.5\n1,2.2,1,1.7\n\
         1,3.8,0,.3\n1,2.9,1,-1.1\n"
            .as_bytes(),
    )
    .expect("a table");
    let model = Regress(Bernoulli).on("p", ["a", "b", "c"]);
    let rows = || table.response("y").expect("a column");
    assert!(model.fit(rows()).unwrap_err().is_separation());
    let fit = Estimator::new(model).penalty(Firth).fit(rows()).expect("a fit");
    check(&fit, &witness("separated"));
}

#[test]
fn counts_without_an_event_where_a_covariate_is_0() {
    let table = Table::from_csv(
        "y,a,b,o\n0,.5,0,0\n0,1,0,.1\n0,1.5,0,0\n0,2,0,.2\n2,.5,1,0\n1,1,1,-.1\n4,1.5,1,.3\n5,2,1,0\n3,2.5,1,0\n"
            .as_bytes(),
    )
    .expect("a table");
    let predictor = Linear { offset: Some("o".to_string()), ..Linear::on(["a", "b"]) };
    let model = Regress(Poisson).linear("lambda", predictor);
    let fit = Estimator::new(model).penalty(Firth).fit(table.response("y").expect("a column")).expect("a fit");
    check(&fit, &witness("counts"));
}

#[test]
fn levels_in_the_order_of_a_covariate() {
    let table =
        Table::from_csv("y,a\nu,.1\nu,.4\nv,.9\nu,1.2\nv,1.6\nv,2\nw,2.3\nw,2.8\nw,3.1\n".as_bytes()).expect("a table");
    let model = Regress(Categorical::with_levels(["u", "v", "w"])).on("p_u", ["a"]);
    let rows = || table.response("y").expect("a column");
    assert!(model.fit(rows()).is_err());
    let fit = Estimator::new(model).penalty(Firth).fit(rows()).expect("a fit");
    check(&fit, &witness("choices"));
}
