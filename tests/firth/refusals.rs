//! Where the observed information is not the expected one, or there is none.

use thetahat::Error;
use thetahat::data::Censored;
use thetahat::prelude::*;
use thetahat::space::Linear;

fn refusal<M: Model, D: Data<M>>(model: M, data: D) -> String {
    let error = Estimator::new(model).penalty(Firth).fit(data).expect_err("a refusal");
    assert!(matches!(error, Error::NoPenalty { .. }), "{error}");
    assert!(error.is_model() && error.kind() == "no-penalty");
    error.to_string()
}

const VALUES: [f64; 6] = [0.7, 2.1, 0.4, 1.3, 0.9, 1.1];

#[test]
fn parameters_that_are_not_canonical() {
    assert!(refusal(Exponential, &VALUES).contains("by ln rate it depends on the observations"));
    assert!(refusal(Normal, &VALUES).contains("it depends on the observations"));
    assert!(refusal(Gamma, &VALUES).contains("it depends on the observations"));
    assert!(refusal(StudentT, &VALUES).contains("it depends on the observations"));
    refusal(Geometric, &[0_u64, 2, 1]);
    refusal(NegativeBinomial, &[0_u64, 2, 1, 5]);
    refusal(Fixed(NegativeBinomial, "size", 2.0), &[0_u64, 2, 1, 5]);
    refusal(Mixture([Poisson, Poisson]), &[0_u64, 2, 1, 5]);
    refusal(ZeroInflated(Poisson), &[0_u64, 2, 1, 5]);
    refusal(BetaBinomial, &[(0_u64, 4_u64), (2, 4), (1, 4), (4, 4)]);
    refusal(DirichletMultinomial::columns(["a", "b", "c"]), &[[3.0, 1.0, 0.0], [2.0, 2.0, 1.0]]);
    refusal(Dirichlet::parts(2), &[[0.3, 0.7], [0.5, 0.5]]);
}

/// Nearly a normal law, but for what is far out.
#[derive(Debug, Clone)]
struct HeavyFarOut;

impl Model for HeavyFarOut {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("mu")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu] = theta.unpack();
        let away = x - mu;
        away.square().less_than(400.0).select(away.square() * -0.5, away.abs() * -20.0 + 200.0)
    }
}

#[test]
fn the_rows_furthest_out_are_asked() {
    let mut values: Vec<f64> = (0..50).map(|k| (k as f64).sin()).collect();
    assert!(Estimator::new(HeavyFarOut).penalty(Firth).fit(&values).is_ok());
    values[37] = 100.0;
    refusal(HeavyFarOut, &values);
}

#[test]
fn a_density_without_curvature_has_no_information() {
    assert!(refusal(Fixed(Laplace, "scale", 1.0), &VALUES).contains("not positive definite"));
}

#[test]
fn one_value_again_and_again_does_not_hide_it() {
    refusal(Exponential, &[1.0, 1.0, 1.0]);
    refusal(Geometric, &[0_u64, 0]);
    refusal(Fixed(Normal, "mu", 0.0), &[0.0, 0.0]);
}

/// A link that is not canonical, and one that is, of the same law.
#[derive(Debug, Clone)]
struct Tosses {
    is_probit: bool,
}

impl Model for Tosses {
    type Of = bool;
    fn space(&self) -> Space {
        Space::new().real("eta")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [eta] = theta.unpack();
        let way = (2.0 * x - 1.0) * eta;
        if self.is_probit { way.ln_normal_cdf() } else { way.ln_logistic() }
    }
}

#[test]
fn links_of_ones_own_are_asked_too() {
    let rows = [true, false, true, true, true];
    refusal(Tosses { is_probit: true }, &rows);
    let fit = Estimator::new(Tosses { is_probit: false }).penalty(Firth).fit(&rows).expect("a fit");
    assert!((fit["eta"].value - (4.5_f64 / 1.5).ln()).abs() < 1e-9);
}

#[test]
fn rows_that_are_censored_or_have_sampling_weights() {
    let rows = [Censored::At(1.0), Censored::After(2.0)];
    assert!(refusal(Fixed(Normal, "sigma", 1.0), &rows).contains("censored"));
    let weights = [1.5, 2.0];
    assert!(refusal(Poisson, Weighted::sampling(&[1_u64, 3], &weights)).contains("sampling"));
}

#[test]
fn covariates_that_depend_on_each_other() {
    let table = Table::from_csv("y,a,b\n0,1,2\n1,2,4\n0,3,6\n1,4,8\n".as_bytes()).expect("a table");
    let model = Regress(Bernoulli).on("p", ["a", "b"]);
    let rows = table.response("y").expect("a column");
    let error = Estimator::new(model).penalty(Firth).fit(rows).expect_err("no information");
    assert!(error.is_not_identified(), "{error}");
}

#[test]
fn joint_models_are_asked_part_by_part() {
    let joint = Joint::sharing(["lambda"]).with("a", Poisson, &[3_u64, 1, 4]).expect("a part");
    let fit = Estimator::new(joint.clone().with("b", Poisson, &[2_u64, 0]).expect("a part"));
    let joined = joint.clone().with("b", Poisson, &[2_u64, 0]).expect("a part");
    let fit = fit.penalty(Firth).fit(&joined).expect("a fit");
    assert!((fit["lambda"].value - 10.5 / 5.0).abs() < 1e-9);
    let mixed = joint.with("c", Exponential, &[1.0, 2.0]).expect("a part");
    let error = Estimator::new(mixed.clone()).penalty(Firth).fit(&mixed).expect_err("a refusal");
    assert!(matches!(error, Error::NoPenalty { .. }), "{error}");
}

#[test]
fn windows_of_rows_are_known_beforehand() {
    // Of a Poisson law seen only where it exceeds a bound: as one that is truncated there.
    let (rows, entries) = ([2_u64, 1, 3, 1], [0.0, 0.0, 0.0, 0.0]);
    let windowed = Windowed::after(&rows, &entries);
    let fit = Estimator::new(Poisson).penalty(Firth).fit(windowed).expect("a fit");
    let truncated = Estimator::new(Truncated(Poisson, 1..)).penalty(Firth).fit(&rows).expect("a fit");
    assert!((fit["lambda"].value / truncated["lambda"].value - 1.0).abs() < 1e-9, "{fit}");
}

#[test]
fn an_intercept_alone_is_a_share() {
    let table = Table::from_csv("y\n0\n1\n1\n".as_bytes()).expect("a table");
    let only = Linear { columns: vec![], intercept: true, offset: None, link: None };
    let model = Regress(Bernoulli).linear("p", only);
    let fit = Estimator::new(model).penalty(Firth).fit(table.response("y").expect("a column")).expect("a fit");
    assert!((fit["(Intercept)"].value - (2.5_f64 / 1.5).ln()).abs() < 1e-9);
}

#[test]
fn an_end_has_no_information_to_compare() {
    let fit = Estimator::new(Bernoulli).penalty(Firth).fit(&[true, false, false]).expect("a fit");
    let error = fit.test(thetahat::inference::fix("p", 0.0)).expect_err("no test");
    assert!(matches!(&error, Error::NoTest { why, .. } if why.contains("end of its range")), "{error}");
}

#[test]
fn nothing_to_estimate_has_no_information() {
    let fit = Estimator::new(Fixed(Bernoulli, "p", 0.3)).penalty(Firth).fit(&[true, false]).expect("a fit");
    assert_eq!((fit.free_parameters(), fit.penalty()), (0, Some(0.0)));
}
