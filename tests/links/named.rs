//! The links that the model language names: maxima by arithmetic of 50 digits, and refusals where there is none.

use std::collections::BTreeMap;

use thetahat::Error;
use thetahat::certificate::Check;
use thetahat::families::Schema;
use thetahat::language::{Formula, parse};
use thetahat::prelude::*;

use super::{Optimum, case, check};

fn model(text: &str) -> AnyModel {
    let model = parse(text, &Schema::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(model.to_string(), text);
    model
}

fn witnesses() -> BTreeMap<String, Optimum> {
    serde_json::from_str(include_str!("witness.json")).expect("JSON")
}

fn beetles() -> Table {
    let rows = "y,n,x\n6,59,1.6907\n13,60,1.7242\n18,62,1.7552\n28,56,1.7842\n52,63,1.8113\n53,59,1.8369\n61,62,1.8610\n60,60,1.8839\n";
    Table::from_csv(rows.as_bytes()).expect("a table")
}

fn counts() -> Table {
    Table::from_csv("x,y\n-1,2\n-1,3\n0,6\n0,7\n0,8\n0,9\n1,10\n1,12\n1,15\n".as_bytes()).expect("a table")
}

#[test]
fn probabilities_of_deaths() {
    let (table, witnesses) = (beetles(), witnesses());
    for link in ["logit", "probit", "cauchit", "cloglog", "loglog"] {
        let model = model(&format!("Regress(Binomial, {link}(p) ~ x)"));
        check(&model.fit(table.responses(["y", "n"]).expect("columns")).expect("a fit"), &witnesses[link]);
    }
}

#[test]
fn means_of_counts() {
    let (table, witnesses) = (counts(), witnesses());
    for link in ["identity", "log", "sqrt", "inverse", "inverse_squared"] {
        let model = model(&format!("Regress(Poisson, {link}(lambda) ~ x)"));
        check(&model.fit(table.response("y").expect("a column")).expect("a fit"), &witnesses[link]);
    }
}

#[test]
fn the_reference_cases() {
    let (table, optimum) = case("glm-probit-spector");
    let fit = model("Regress(Bernoulli, probit(p) ~ GPA + TUCE + PSI)").fit(table.response("y").expect("a column"));
    check(&fit.expect("a fit"), &optimum);

    let (table, optimum) = case("glm-invgauss-clotting");
    let fit =
        model("Regress(InverseGaussian, inverse_squared(mu) ~ log_u)").fit(table.response("y").expect("a column"));
    check(&fit.expect("a fit"), &optimum);

    // The mean of ours is shape · scale, so that its reciprocal is that of the scale divided by the shape.
    let (table, optimum) = case("glm-gamma-clotting");
    let fit = model("Regress(Gamma, inverse(scale) ~ log_u)").fit(table.response("y").expect("a column"));
    let fit = fit.expect("a fit");
    assert!((fit.log_likelihood() - optimum.log_likelihood).abs() <= 1e-9, "{fit}");
    let names: Vec<String> = fit.estimates().iter().map(|estimate| estimate.name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (k, text) in ["`(Intercept)` / shape", "log_u / shape", "shape"].into_iter().enumerate() {
        let formula = Formula::parse(text, &names).expect("a formula");
        let (found, error) =
            (fit.derive(text, |theta| formula.at(theta.as_slice())).expect("a quantity"), optimum.standard_error[k]);
        assert!((found.value - optimum.estimate[k]).abs() <= 1e-6 * error, "{text}: {found:?}");
        assert!((found.std_error / error - 1.0).abs() <= 1e-6, "{text}: {found:?}");
    }
}

#[test]
fn a_link_of_the_domain_is_the_model_without_it() {
    for (named, plain, table) in [
        ("Regress(Poisson, log(lambda) ~ x)", "Regress(Poisson, lambda ~ x)", counts()),
        ("Regress(Normal, identity(mu) ~ x)", "Regress(Normal, mu ~ x)", counts()),
    ] {
        let (named, plain) = (model(named), model(plain));
        assert_eq!(named.space(), plain.space());
        let fits = [named, plain].map(|model| model.fit(table.response("y").expect("a column")).expect("a fit"));
        assert_eq!(fits[0].estimates(), fits[1].estimates());
    }
}

#[test]
fn links_inside_of_other_models() {
    let table = counts();
    let response = || table.response("y").expect("a column");
    // The law of a truncated Poisson is asked for its distribution function, that of a zero-inflated one for its mass at 0.
    for text in [
        "Truncated(Regress(Poisson, sqrt(lambda) ~ x), 1..)",
        "Regress(ZeroInflated(Poisson), sqrt(lambda) ~ x, probit(pi) ~ 1)",
        "Fixed(Regress(Normal, log(mu) ~ x), sigma = 1)",
        "Regress(Regress(Normal, inverse(mu) ~ x), identity(sigma) ~ 1)",
        "Regress(Normal, log(mu) ~ x + offset(x), inverse(sigma) ~ 0 + `a b`)",
    ] {
        let model = model(text);
        assert!(model.has_cdf(), "{text}");
        match model.fit(response()) {
            Ok(fit) => assert_eq!(fit.model(), text),
            Err(error) => assert!(error.is_estimation() || matches!(error, Error::Unknown { .. }), "{text}: {error}"),
        }
    }
    // A parameter that is tied to another has its link.
    let tied = model("Regress(Mixture([Poisson, Poisson]), sqrt(lambda1) ~ x, lambda2 = lambda1, w1 = 0.5, w2 = 0.5)");
    let fit = tied.fit(response()).expect("a fit");
    check(&fit, &witnesses()["sqrt"]);
}

#[test]
fn what_is_no_link() {
    let error = parse("Regress(Bernoulli, probbit(p) ~ x)", &Schema::default()).expect_err("no such link");
    assert!(matches!(&error, Error::Unknown { kind: "link", known, .. } if known.iter().any(|k| k == "cloglog")));
    for (text, place) in [
        ("Regress(Bernoulli, probit(p) = 0.5)", 30),
        ("Regress(Bernoulli, probit(p ~ x)", 29),
        ("Regress(Bernoulli, probit() ~ x)", 27),
        ("Fixed(Bernoulli, probit(p) = 0.5)", 24),
    ] {
        let error = parse(text, &Schema::default()).expect_err("no model");
        assert!(matches!(error, Error::Language { position, .. } if position == place), "{text}: {error}");
    }
    let error = parse("Regress(Mixture([Normal, Normal]), probit(w1) ~ x)", &Schema::default()).expect_err("a share");
    assert!(error.is_model() && error.to_string().contains("a link is of one parameter"), "{error}");
}

#[test]
fn a_mean_that_would_leave_its_domain_is_no_estimate() {
    let refusal = |text: &str, rows: &str| {
        let table = Table::from_csv(rows.as_bytes()).expect("a table");
        model(text).fit(table.response("y").expect("a column")).expect_err(text)
    };
    let at_the_end = |text: &str, rows: &str, expected: (&str, usize, f64)| match refusal(text, rows) {
        Error::NotConverged(evidence) => match &evidence.failed {
            Check::Link { parameter, row, end, .. } => assert_eq!((parameter.as_str(), *row, *end), expected, "{text}"),
            other => panic!("{text}: {other}"),
        },
        other => panic!("{text}: {other}"),
    };
    // The line through the other means is below 0 at the first, or above 1 at the last.
    let (means, root) = ("x,y\n0,0\n1,1\n2,5\n3,12\n4,15\n5,20\n", "x,y\n0,0\n1,0\n2,0\n3,0\n4,9\n5,30\n");
    at_the_end("Regress(Poisson, identity(lambda) ~ x)", means, ("lambda", 1, 0.0));
    at_the_end("Regress(Poisson, sqrt(lambda) ~ x)", root, ("lambda", 1, 0.0));
    let deaths = "x,y\n0,0\n1,0\n2,1\n3,0\n4,1\n5,1\n6,1\n";
    at_the_end("Regress(Bernoulli, identity(p) ~ x)", deaths, ("p", 7, 1.0));
    at_the_end("Regress(Bernoulli, log(p) ~ x)", deaths, ("p", 7, 1.0));
    // Separated rows.
    for link in ["probit", "cauchit", "cloglog", "loglog"] {
        let error = refusal(&format!("Regress(Bernoulli, {link}(p) ~ x)"), "x,y\n0,0\n1,0\n2,1\n3,1\n");
        assert!(matches!(error, Error::NoFiniteEstimate(_)), "{link}: {error}");
    }
}
