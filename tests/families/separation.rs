//! Data whose likelihood increases towards an end that it does not reach, in whatever units they are measured.

use thetahat::Error;
use thetahat::error::{Recession, Separation};
use thetahat::families::Schema;
use thetahat::language;
use thetahat::prelude::*;

fn fit(model: &str, rows: &[(f64, f64)], unit: f64) -> thetahat::Result<Fit> {
    let lines = rows.iter().map(|(y, x)| format!("{y},{}\n", x * unit));
    let table = Table::from_csv(format!("y,x\n{}", lines.collect::<String>()).as_bytes())?;
    match model {
        "bernoulli" => Regress(Bernoulli).on("p", ["x"]).fit(table.response("y")?),
        _ => Regress(Poisson).on("lambda", ["x"]).fit(table.response("y")?),
    }
}

fn has_no_finite_estimate(model: &str, rows: &[(f64, f64)]) {
    for unit in [1e-6, 1.0, 1e5] {
        let error = fit(model, rows, unit).expect_err("no finite estimate");
        assert_eq!(error.kind(), "no-finite-estimate", "in units of {unit}: {error}");
    }
}

#[test]
fn separated_rows() {
    has_no_finite_estimate("bernoulli", &[(0.0, 1.0), (0.0, 2.0), (1.0, 3.0), (1.0, 4.0)]);
}

#[test]
fn a_group_without_failures() {
    has_no_finite_estimate("bernoulli", &[(1.0, 0.0), (0.0, 0.0), (0.0, 0.0), (1.0, 1.0), (1.0, 1.0)]);
}

#[test]
fn a_group_without_events() {
    has_no_finite_estimate("poisson", &[(1.0, 0.0), (2.0, 0.0), (0.0, 0.0), (0.0, 1.0), (0.0, 1.0)]);
}

#[test]
fn probabilities_have_a_bound() {
    // No row has a density, so that the log-likelihood is at most 0, and rises towards −2 ln 2 as the scale grows.
    let error = Weibull.fit(&[Before(1.0), After(5.0)]).expect_err("no finite estimate");
    assert_eq!(error.kind(), "no-finite-estimate", "{error}");
}

/// The evidence about a model, in the model language, whose rows `y` are separated.
fn separated(csv: &str, model: &str) -> (Recession, Separation) {
    let table = Table::from_csv(csv.as_bytes()).expect("a table");
    let model = language::parse(model, &Schema::of(&table, ["y"])).expect("a model");
    match model.fit(table.response("y").expect("a column")) {
        Err(Error::NoFiniteEstimate(recession)) => {
            let separation = recession.separation.clone().unwrap_or_else(|| panic!("no rows: {recession}"));
            (*recession, separation)
        }
        other => panic!("not separated: {other:?}"),
    }
}

fn part(recession: &Recession, name: &str) -> f64 {
    recession.direction.iter().find(|(own, _)| own == name).map_or(0.0, |(_, part)| *part)
}

#[test]
fn complete_separation_names_all_rows_and_a_plane_between_them() {
    for unit in [1e-6, 1.0, 1e5] {
        let rows = [(0, 1.0), (0, 2.0), (1, 3.0), (1, 4.0)].map(|(y, x)| format!("{y},{}\n", x * unit));
        let (recession, separation) = separated(&format!("y,x\n{}", rows.concat()), "Regress(Bernoulli, p ~ x)");
        assert!(separation.is_complete && separation.finite.is_empty(), "{recession}");
        assert_eq!(separation.rows, [1, 2, 3, 4]);
        assert!(recession.supremum.abs() < 1e-100, "{recession:?}");
        let at = |x: f64| part(&recession, "(Intercept)") + part(&recession, "x") * x * unit;
        assert!(at(2.0) < 0.0 && at(3.0) > 0.0, "{recession}");
        assert!(recession.log_likelihood < 0.0 && recession.point.len() == 2);
    }
}

#[test]
fn a_row_on_both_sides_is_quasi_complete_separation() {
    // x = 2 has a success and a failure, which leaves 2 ln ½.
    let (recession, separation) = separated("y,x\n0,1\n1,3\n0,2\n1,2\n0,1\n1,4\n", "Regress(Bernoulli, p ~ x)");
    assert!(!separation.is_complete && separation.finite.is_empty());
    assert_eq!(separation.rows, [1, 2, 5, 6]);
    assert!((recession.supremum + 2.0 * 2.0_f64.ln()).abs() < 1e-9, "{}", recession.supremum);
    assert!((part(&recession, "(Intercept)") + 2.0 * part(&recession, "x")).abs() < 1e-12);
    assert!(recession.to_string().contains("rows 1, 2, 5, 6 from the others"), "{recession}");
}

#[test]
fn what_the_other_rows_determine_stays_finite() {
    // In the group g = 1 all succeed; dose is estimated from g = 0, where it is the logistic regression of 6 rows.
    let rest = "y,dose,g\n0,1,0\n1,2,0\n0,3,0\n1,4,0\n0,2,0\n1,3,0\n";
    let (recession, separation) =
        separated(&format!("{rest}1,1,1\n1,2,1\n1,5,1\n"), "Regress(Bernoulli, p ~ dose + g)");
    assert_eq!(separation.rows, [7, 8, 9]);
    assert_eq!(separation.finite, ["(Intercept)", "dose"]);
    assert_eq!(recession.direction, [("g".to_string(), 1.0)]);
    let table = Table::from_csv(rest.as_bytes()).unwrap();
    let alone = Regress(Bernoulli).on("p", ["dose"]).fit(table.response("y").unwrap()).expect("a fit");
    assert!((recession.supremum - alone.log_likelihood()).abs() < 1e-9);
}

#[test]
fn counts_of_zero_separate() {
    // Correia, Guimarães and Zylkin, "Verifying the existence of maximum likelihood estimates for generalized linear
    // models", 2019: positive counts bind the predictor, zeros may only pull it down.
    let csv = "y,x1,x2\n0,1,0\n0,2,1\n1,0,4\n2,0,2\n3,0,3\n";
    for model in ["Poisson, lambda", "NegativeBinomial, mu"] {
        let csv = if model.starts_with('P') { csv.to_string() } else { format!("{csv}0,0,2\n19,0,3\n0,0,4\n9,0,1\n") };
        let (recession, separation) = separated(&csv, &format!("Regress({model} ~ x1 + x2)"));
        assert_eq!(separation.rows, [1, 2], "{recession}");
        assert_eq!(separation.finite, ["(Intercept)", "x2"], "{recession}");
        assert_eq!(recession.direction, [("x1".to_string(), -1.0)]);
    }
}

#[test]
fn one_direction_does_not_hide_another() {
    // Two groups without failures, apart from each other: a direction that moves only one of them is not all.
    let (recession, separation) =
        separated("y,a,b\n1,1,0\n1,0,1\n1,0,1\n0,0,0\n1,0,0\n0,0,0\n", "Regress(Bernoulli, p ~ a + b)");
    assert_eq!(separation.rows, [1, 2, 3]);
    assert!(part(&recession, "a") > 0.0 && part(&recession, "b") > 0.0);
    assert!((recession.supremum - (1.0_f64 / 3.0).ln() - 2.0 * (2.0_f64 / 3.0).ln()).abs() < 1e-9);
}

#[test]
fn a_binomial_row_with_successes_and_failures_binds() {
    let table = Table::from_csv("y,n,x\n0,5,0\n2,5,1\n5,5,2\n".as_bytes()).unwrap();
    let model = language::parse("Regress(Binomial, p ~ x)", &Schema::of(&table, ["y", "n"])).unwrap();
    let error = model.fit(table.responses(["y", "n"]).unwrap()).expect_err("separated");
    let Error::NoFiniteEstimate(recession) = &error else { panic!("{error}") };
    assert_eq!(error.rows(), [1, 3]);
    assert!((part(recession, "(Intercept)") + part(recession, "x")).abs() < 1e-12);
    assert!(error.is_separation() && error.is_no_finite_estimate() && error.best_point().is_some());
}

#[test]
fn all_of_a_group_censored_is_separation_too() {
    // Nobody of the group g = 1 has died: their lives may be as long as one likes.
    let csv = "time,event,g\n1,1,0\n2,1,0\n3.5,1,0\n2.5,0,0\n4,0,1\n1.5,0,1\n";
    let table = Table::from_csv(csv.as_bytes()).unwrap();
    let error = Regress(Weibull).on("scale", ["g"]).fit(table.events("time", "event").unwrap()).expect_err("separated");
    let Error::NoFiniteEstimate(recession) = &error else { panic!("{error}") };
    assert_eq!((error.rows(), &recession.direction), (vec![5, 6], &vec![("g".to_string(), 1.0)]), "{error}");
}

#[test]
fn offsets_and_weights_change_nothing_of_it() {
    let table = Table::from_csv("y,x,t,w\n0,1,9,3\n0,1,8,2\n4,0,7,1\n2,0,9,5\n".as_bytes()).unwrap();
    let predictor = Linear { offset: Some("t".into()), ..Linear::on(["x"]) };
    let model = Regress(Poisson).linear("lambda", predictor);
    let data = Weighted::frequency(table.response("y").unwrap(), table.numbers("w").unwrap());
    let error = model.fit(data).expect_err("separated");
    assert!(error.is_separation() && error.rows() == [1, 2], "{error}");
    // The supremum is of the others alone, with their weights: the rate is 14 / (e⁷ + 5 e⁹).
    let rate: f64 = 14.0 / (7.0_f64.exp() + 5.0 * 9.0_f64.exp());
    let ln = |y: f64, t: f64, factorial: f64| y * (rate.ln() + t) - rate * t.exp() - factorial.ln();
    let expected = ln(4.0, 7.0, 24.0) + 5.0 * ln(2.0, 9.0, 2.0);
    let Error::NoFiniteEstimate(recession) = &error else { panic!("{error}") };
    assert!((recession.supremum - expected).abs() < 1e-9, "{} is not {expected}", recession.supremum);
}

#[test]
fn an_overlap_is_not_separation_however_small() {
    // The failure at 3 + gap lies above the success at 3: a slope that is steep, and finite.
    for gap in [1e-3, 1e-7, 1e-10] {
        let rows = [(0, 1.0), (0, 2.0), (1, 3.0), (0, 3.0 + gap), (1, 4.0), (1, 5.0)];
        match fit("bernoulli", &rows.map(|(y, x)| (f64::from(y), x)), 1.0) {
            Ok(fit) => assert!(fit["x"].value > 0.0),
            Err(error) => assert!(!error.is_separation(), "gap {gap}: {error}"),
        }
    }
}

#[test]
fn years_separate_as_small_numbers_do() {
    let (_, separation) = separated(
        "y,year\n0,1700000001\n0,1700000002\n1,1700000002\n1,1700000003\n1,1700000004\n",
        "Regress(Bernoulli, p ~ year)",
    );
    assert_eq!(separation.rows, [1, 4, 5]);
}

#[test]
fn the_predictor_of_a_group_is_found_among_several() {
    let csv = "y,g\n0,1\n0,1\n0,1\n3,0\n9,0\n0,0\n2,0\n25,0\n1,0\n";
    let (recession, separation) = separated(csv, "Regress(NegativeBinomial, mu ~ g, size ~ 1)");
    assert_eq!(separation.rows, [1, 2, 3]);
    assert_eq!(recession.direction, [("mu:g".to_string(), -1.0)]);
}

#[test]
fn a_few_rows_among_many_are_named() {
    use rand::{RngExt, SeedableRng};
    let mut rng = rand::rngs::SmallRng::seed_from_u64(3);
    let names: Vec<String> = (1..=10).map(|k| format!("x{k}")).collect();
    let mut csv = format!("y,{}\n", names.join(","));
    let mut expected = Vec::new();
    for row in 1..=100_000 {
        let mut x: Vec<f64> = (0..10).map(|_| rng.random_range(-1.0..1.0)).collect();
        x[9] = f64::from(rng.random_range(0..2000) == 0);
        let eta = x[0] - 0.5 * x[4] + 0.2;
        let mut y = rng.random_range(0.0..1.0) < 1.0 / (1.0 + f64::exp(-eta));
        if x[9] == 1.0 {
            expected.push(row);
            y = true;
        }
        let cells: Vec<String> = x.iter().map(f64::to_string).collect();
        csv.push_str(&format!("{},{}\n", u8::from(y), cells.join(",")));
    }
    let table = Table::from_csv(csv.as_bytes()).unwrap();
    let error = Regress(Bernoulli).on("p", names).fit(table.response("y").unwrap()).expect_err("separated");
    assert_eq!(error.rows(), expected);
}
