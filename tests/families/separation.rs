//! Data whose likelihood increases towards an end that it does not reach, in whatever units they are measured.

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
