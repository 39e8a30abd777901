//! `--penalty`: what it adds, where it is said, and what it refuses.

use serde_json::{Value, json};

use crate::run::thetahat;

const SEX2: [&str; 7] =
    ["tests/firth/sex2.csv", "--column", "case", "--weights", "count", "--model", "Regress(Bernoulli, p ~ age + dia)"];

fn asked(verb: &str, more: &[&str]) -> Value {
    let said = thetahat(&[&[verb], &SEX2[..], more, &["--format", "json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    said.json()
}

#[test]
fn firth() {
    thetahat(&[&["fit"], &SEX2[..]].concat()).fails(1, &["dia → ∞", "add a penalty (Firth's"]);
    let fit = asked("fit", &["--penalty", "firth"]);
    assert_eq!((&fit["penalty"], &fit["aic"], &fit["n"]), (&json!("firth"), &Value::Null, &json!(239)));
    let number = |value: &Value| value.as_f64().expect("a number");
    assert!(number(&fit["penalised_log_likelihood"]) > number(&fit["log_likelihood"]));
    let dia = &fit["estimates"][2]["value"];
    assert!((1.0..5.0).contains(&number(dia)), "{dia}");
    let text = thetahat(&[&["fit"], &SEX2[..], &["--penalty", "firth"]].concat());
    assert!(text.out.lines().next().expect("a line").ends_with("239 observations, penalty firth"), "{text:?}");
    let profile = asked("profile", &["--penalty", "firth", "--parameter", "dia"]);
    assert_eq!(profile["penalty"], "firth");
    let [lower, upper] = ["lower", "upper"].map(|end| number(&profile["estimates"][0][end]));
    assert!(lower < number(dia) && upper > number(dia) && upper.is_finite());
    let test = asked("test", &["--penalty", "firth", "--null", "dia = 0"]);
    // The end of the interval at the level of the test is the null.
    let p = number(&test["tests"][0]["p_value"]);
    let level = (1.0 - p).to_string();
    let profile = asked("profile", &["--penalty", "firth", "--parameter", "dia", "--level", &level]);
    assert!(number(&profile["estimates"][0]["lower"]).abs() < 1e-6, "{profile}");
    let bootstrap = asked("bootstrap", &["--penalty", "firth", "--replicates", "40"]);
    assert_eq!((&bootstrap["penalty"], &bootstrap["failures"]), (&json!("firth"), &json!(0)));
}

#[test]
fn a_ridge_is_of_coefficients_of_covariates() {
    let fit = asked("fit", &["--penalty", "ridge=0.5"]);
    assert_eq!(fit["penalty"], "ridge=0.5");
    let [sum, alone] = ["penalised_log_likelihood", "log_likelihood"].map(|key| fit[key].as_f64().expect("a number"));
    let slope = |at: usize| fit["estimates"][at]["value"].as_f64().expect("a number");
    assert!((sum - alone + 0.25 * (slope(1).powi(2) + slope(2).powi(2))).abs() < 1e-12);
    thetahat(&[&["test"], &SEX2[..], &["--penalty", "ridge=0.5", "--null", "dia = 0"]].concat()).fails(1, &["ridge"]);
}

#[test]
fn none_without_asking_and_no_other() {
    let waiting = ["fit", "examples/data/faithful.csv", "--column", "waiting", "--model", "normal"];
    let fit = thetahat(&[&waiting[..], &["--format", "json"]].concat()).json();
    assert_eq!((&fit["penalty"], &fit["penalised_log_likelihood"]), (&Value::Null, &Value::Null));
    for wrong in ["ridge", "ridge=-1", "ridge=nan", "lasso=1", "firth=2"] {
        thetahat(&[&["fit"], &SEX2[..], &["--penalty", wrong]].concat()).fails(2, &["firth", "ridge=LAMBDA"]);
    }
    thetahat(&[&waiting[..], &["--penalty", "firth"]].concat()).fails(2, &["by mu and ln sigma it depends"]);
    thetahat(&[&waiting[..], &["--penalty", "ridge=1"]].concat()).fails(2, &["coefficients of covariates"]);
}
