//! Several data sets in one fit: what is shared, what is not, and what is refused.

use approx::assert_relative_eq;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::Error;
use thetahat::data::Column;
use thetahat::prelude::*;

const NORTH: [f64; 6] = [0.41, 0.62, 1.3, 0.9, 2.2, 0.75];
const SOUTH: [f64; 8] = [3.1, 1.9, 2.4, 4.4, 2.9, 1.2, 5.0, 3.3];

fn close(found: f64, expected: f64) {
    assert_relative_eq!(found, expected, max_relative = 1e-9);
}

#[test]
fn data_that_share_all_are_one_data_set() {
    let both: Vec<f64> = NORTH.iter().chain(&SOUTH).copied().collect();
    let one = Weibull.fit(&both).expect("an estimate");
    let joint = Joint::sharing(["shape", "scale"]).with("north", Weibull, &NORTH).expect("data");
    let joint = joint.with("south", Weibull, &SOUTH).expect("data").fit().expect("an estimate");
    for name in ["shape", "scale"] {
        close(joint[name].value, one[name].value);
        close(joint[name].std_error, one[name].std_error);
    }
    close(joint.log_likelihood(), one.log_likelihood());
    assert_eq!(joint.n(), 14.0);
}

#[test]
fn data_that_share_nothing_are_fitted_apart() {
    let (north, south) = (Gamma.fit(&NORTH).expect("one"), Weibull.fit(&SOUTH).expect("another"));
    let joint = Joint::sharing([""; 0]).with("north", Gamma, &NORTH).expect("data");
    let joint = joint.with("south", Weibull, &SOUTH).expect("data").fit().expect("an estimate");
    for (name, alone) in [("shape_north", &north["shape"]), ("scale_north", &north["scale"])] {
        close(joint[name].value, alone.value);
        close(joint[name].std_error, alone.std_error);
    }
    close(joint["scale_south"].std_error, south["scale"].std_error);
    close(joint.log_likelihood(), north.log_likelihood() + south.log_likelihood());
    let between = joint.covariance().between("shape_north", "scale_south").expect("both are estimated");
    assert!(between.abs() < 1e-12, "{between}");
    assert_eq!(joint.model(), "Joint(Gamma, Weibull)");
}

#[test]
fn a_shared_deviation_is_pooled() {
    let joint = Joint::sharing(["sigma"]).with("a", Normal, &NORTH).expect("data");
    let fit = joint.with("b", Normal, &SOUTH).expect("data").fit().expect("an estimate");
    let squares = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>()
    };
    let pooled = (squares(&NORTH) + squares(&SOUTH)) / 14.0;
    close(fit["sigma"].value, pooled.sqrt());
    close(fit["sigma"].std_error, (pooled / 28.0).sqrt());
    close(fit["mu_b"].std_error, (pooled / 8.0).sqrt());
}

#[test]
fn evidence_of_different_kinds_about_one_rate() {
    // Waiting times, exact and censored, and a count over a known time: events over exposure.
    #[derive(Debug, Clone)]
    struct Counts;
    impl Model for Counts {
        type Of = f64;
        fn space(&self) -> Space {
            Space::new().positive("rate")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [rate] = theta.unpack();
            Poisson.ln_density(Theta::new(&[rate * 10.0]), x)
        }
        fn support(&self) -> Support {
            Poisson.support()
        }
    }
    let waits = [At(0.5), At(1.5), After(2.0)];
    let counts = Weighted::frequency(&[7, 4], &[1.0, 2.0]);
    let joint = Joint::sharing(["rate"]).with("waits", Exponential, &waits).expect("data");
    let fit = joint.with("counts", Counts, counts).expect("data").fit().expect("an estimate");
    let (events, exposure) = (2.0 + 7.0 + 8.0, 4.0 + 30.0);
    close(fit["rate"].value, events / exposure);
    close(fit["rate"].std_error, f64::sqrt(events) / exposure);
}

#[test]
fn members_are_models_of_any_kind() {
    let mut rng = SmallRng::seed_from_u64(3);
    let two = Mixture([Normal, Normal]);
    let mixed = two.sample(&[0.4, 0.6, -2.0, 1.0, 3.0, 1.0], 400, &mut rng);
    let plain = Normal.sample(&[3.0, 1.0], 100, &mut rng);
    let joint = Joint::sharing(["mu2", "sigma"]).with("mixed", two, &mixed).expect("data");
    // mu2 is of the mixture alone: sharing it with nothing leaves its name.
    let joint = joint.with("plain", Fixed(Normal, "mu", 3.0), &plain).expect("data");
    let fit = joint.fit().expect("an estimate");
    assert!((fit["mu2"].value - 3.0).abs() < 0.3 && fit.get("mu1_mixed").is_some() && fit.get("sigma").is_some());
    let (lower, upper) = fit.profile("sigma").expect("a profile").interval(0.95).expect("an interval");
    assert!(lower < fit["sigma"].value && fit["sigma"].value < upper);
}

#[test]
fn a_covariate_of_one_data_set_is_no_matter_of_the_other() {
    let doses = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let columns = [("dose", Column::from(doses.to_vec())), ("y", Column::from(NORTH.to_vec()))];
    let table = Table::new(columns).expect("a table");
    let regression = Regress(Normal).on("mu", ["dose"]);
    let alone = regression.fit(table.response("y").expect("a column")).expect("an estimate");
    let joint = Joint::sharing(["sigma"]).with("line", regression, table.response("y").expect("a column"));
    let joint = joint.expect("data").with("level", Normal, &SOUTH).expect("data");
    let fit = joint.fit().expect("an estimate");
    let slope = fit.estimates().iter().find(|e| e.name.contains("dose")).expect("a slope");
    // The least squares of its own data set, whatever the common deviation.
    close(slope.value, alone["dose"].value);
}

#[test]
fn what_cannot_be_shared_is_refused() {
    let joint = || Joint::sharing(["shape"]).with("a", Weibull, &NORTH).expect("data");
    let refused = joint().with("b", GeneralizedExtremeValue, &SOUTH).expect_err("a real shape is not a positive one");
    assert!(matches!(&refused, Error::Model { message } if message.contains("`shape` cannot be shared")), "{refused}");
    let fixed = joint().with("b", Fixed(Weibull, "shape", 1.0), &SOUTH).expect_err("known there, free here");
    assert!(matches!(fixed, Error::Model { .. }));
    let twice = joint().with("a", Gamma, &SOUTH).expect_err("two scales of one label");
    assert!(twice.to_string().contains("label"), "{twice}");
    let some = Joint::sharing(["s_11"]).with("a", MultivariateNormal::columns(["x", "y"]), &[[1.0, 2.0], [2.0, 1.0]]);
    assert!(some.expect_err("a part of a block").to_string().contains("together"));
}

#[test]
fn errors_say_which_data_set() {
    let joint = Joint::sharing([""; 0]).with("good", Weibull, &NORTH).expect("data");
    let error = joint.clone().with("bad", Poisson, &[1.0, -2.0]).expect_err("a negative count");
    assert_eq!((error.kind(), error.row()), ("out-of-support", Some(2)));
    assert!(error.to_string().starts_with("in the data set `bad`: row 2"), "{error}");
    assert!(error.is_data());
    let empty: [f64; 0] = [];
    assert_eq!(joint.with("none", Weibull, &empty).expect_err("no rows").kind(), "empty");
    assert_eq!(Joint::sharing(["x"]).fit().expect_err("no data").kind(), "empty");
}
