//! Links as models of one's own, and by name in `named`: each of one's own is a density of the linear predictor itself, and
//! the optimum is that of 50-digit arithmetic (the cases and their bar are those of `tests/reference/README.md`).

use serde::Deserialize;
use thetahat::data::Sample;
use thetahat::model::Start;
use thetahat::prelude::*;
use thetahat::space::Linear;

mod named;

/// The optimum of a case.
#[derive(Debug, Deserialize)]
struct Optimum {
    parameters: Vec<String>,
    estimate: Vec<f64>,
    standard_error: Vec<f64>,
    log_likelihood: f64,
}

fn case(name: &str) -> (Table, Optimum) {
    let path = format!("{}/tests/links/{name}", env!("CARGO_MANIFEST_DIR"));
    let table = Table::from_csv(std::fs::File::open(format!("{path}.csv")).expect("the data")).expect("a table");
    let optimum = std::fs::read_to_string(format!("{path}.json")).expect("the optimum");
    (table, serde_json::from_str(&optimum).expect("JSON"))
}

fn check(fit: &Fit, optimum: &Optimum) {
    assert_eq!(fit.free_parameters(), optimum.parameters.len());
    for (k, name) in optimum.parameters.iter().enumerate() {
        let (own, error) = (&fit[name.as_str()], optimum.standard_error[k]);
        assert!(
            (own.value - optimum.estimate[k]).abs() <= 1e-6 * error,
            "{name}: {own:?}, not {}",
            optimum.estimate[k]
        );
        assert!((own.std_error / error - 1.0).abs() <= 1e-6, "{name}: {own:?}, not ± {error}");
    }
    let bar = 1e-11 * optimum.log_likelihood.abs().max(100.0);
    assert!((fit.log_likelihood() - optimum.log_likelihood).abs() <= bar, "{fit}");
}

/// Φ(η) is the probability of success.
#[derive(Debug, Clone)]
struct Probit;

impl Model for Probit {
    type Of = bool;
    fn space(&self) -> Space {
        Space::new().real("eta")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [eta] = theta.unpack();
        ((2.0 * x - 1.0) * eta).ln_normal_cdf()
    }
}

#[test]
fn probit() {
    let (table, optimum) = case("glm-probit-spector");
    let model = Regress(Probit).on("eta", ["GPA", "TUCE", "PSI"]);
    check(&model.fit(table.response("y").expect("a column")).expect("a fit"), &optimum);
}

/// Beta by mean and precision; the logit of the mean is linear.
#[derive(Debug, Clone)]
struct BetaOfMean;

impl Model for BetaOfMean {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().unit("mu").positive("phi")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        let [mu, phi] = theta.unpack();
        let (a, b) = (mu * phi, (1.0 - mu) * phi);
        (a - 1.0) * y.ln() + (b - 1.0) * (-y).ln_1p() - a.ln_beta(b)
    }
    fn support(&self) -> Support {
        Support::one(Range::UNIT)
    }
}

#[test]
fn beta_by_its_mean() {
    let (table, optimum) = case("reg-beta-petrol");
    let columns = table.names().filter(|name| *name != "y").collect::<Vec<_>>();
    let model = Regress(BetaOfMean).on("mu", columns);
    check(&model.fit(table.response("y").expect("a column")).expect("a fit"), &optimum);
}

/// Gamma by shape and the reciprocal of its mean, the canonical link.
#[derive(Debug, Clone)]
struct GammaOfReciprocal;

impl Model for GammaOfReciprocal {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("eta").positive("shape")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        let [eta, shape] = theta.unpack();
        shape * ((shape * eta).ln() - eta * y) + (shape - 1.0) * y.ln() - shape.ln_gamma()
    }
    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }
    fn start(&self, sample: &Sample) -> Start {
        Start::At(vec![1.0 / sample.mean(0), 1.0])
    }
}

#[test]
fn gamma_by_the_reciprocal_of_its_mean() {
    let (table, optimum) = case("glm-gamma-clotting");
    let model = Regress(GammaOfReciprocal).on("eta", ["log_u"]);
    check(&model.fit(table.response("y").expect("a column")).expect("a fit"), &optimum);
}

/// The inverse Gaussian law by λ and 1/μ², the canonical link.
#[derive(Debug, Clone)]
struct InverseGaussianOfSquare;

impl Model for InverseGaussianOfSquare {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("eta").positive("lambda")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        let [eta, lambda] = theta.unpack();
        let deviation = (y * eta.sqrt() - 1.0).square() / y;
        0.5 * (lambda / std::f64::consts::TAU).ln() - 1.5 * y.ln() - 0.5 * lambda * deviation
    }
    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }
    fn start(&self, sample: &Sample) -> Start {
        Start::At(vec![sample.mean(0).powi(-2), 1.0])
    }
}

#[test]
fn inverse_gaussian_by_the_square_of_the_reciprocal_of_its_mean() {
    let (table, optimum) = case("glm-invgauss-clotting");
    let model = Regress(InverseGaussianOfSquare).on("eta", ["log_u"]);
    check(&model.fit(table.response("y").expect("a column")).expect("a fit"), &optimum);
}

/// Three ordered levels with proportional odds: P(Y ≤ j) = logistic(θⱼ − η).
#[derive(Debug, Clone)]
struct ProportionalOdds;

impl Model for ProportionalOdds {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().ordered(["theta1", "theta2"]).real("eta")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        let [first, second, eta] = theta.unpack();
        let (low, high) = (first - eta, second - eta);
        // logistic(b) − logistic(a) = logistic(b) logistic(−a) (1 − e^(a − b))
        let middle = high.ln_logistic() + (-low).ln_logistic() + (low - high).ln_1m_exp();
        y.less_than(0.5).select(low.ln_logistic(), y.less_than(1.5).select(middle, (-high).ln_logistic()))
    }
    fn support(&self) -> Support {
        Support::one(Range::integers(0.0, 2.0))
    }
}

#[test]
fn proportional_odds() {
    let (table, optimum) = case("ordinal-housing");
    let columns: Vec<String> = table.names().filter(|name| !["y", "w"].contains(name)).map(String::from).collect();
    let model = Regress(ProportionalOdds).linear("eta", Linear { columns, intercept: false, offset: None, link: None });
    let rows = Weighted::frequency(table.response("y").expect("a column"), table.numbers("w").expect("weights"));
    check(&model.fit(rows).expect("a fit"), &optimum);
}
