//! Profile-likelihood intervals against those of 50-digit arithmetic, and against closed forms.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::Deserialize;
use thetahat::Error;
use thetahat::families::Schema;
use thetahat::fit::Outcome;
use thetahat::inference::fix;
use thetahat::language;
use thetahat::prelude::*;

#[derive(Debug, Deserialize)]
struct Case {
    case: String,
    model: String,
    data: Roles,
    intervals: BTreeMap<String, [f64; 2]>,
}

#[derive(Debug, Deserialize)]
struct Roles {
    #[serde(default)]
    columns: Vec<String>,
    interval: Option<[String; 2]>,
    weights: Option<String>,
}

pub(crate) fn table(name: &str) -> Table {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(format!("{name}.csv"));
    Table::from_csv(std::fs::File::open(path).unwrap()).unwrap()
}

fn fitted(case: &Case) -> Fit {
    let table = table(&case.case);
    let roles = &case.data;
    let model = language::parse(&case.model, &Schema::of(&table, roles.columns.clone())).unwrap();
    match (&roles.interval, &roles.weights) {
        (Some([left, right]), None) => model.fit(table.intervals(left, right).unwrap()).unwrap(),
        (None, None) => model.fit(table.responses(roles.columns.iter().map(String::as_str)).unwrap()).unwrap(),
        (None, Some(weights)) => {
            let response = table.responses(roles.columns.iter().map(String::as_str)).unwrap();
            model.fit(Weighted::frequency(response, table.numbers(weights).unwrap())).unwrap()
        }
        (Some([left, right]), Some(weights)) => {
            let intervals = table.intervals(left, right).unwrap();
            model.fit(Weighted::frequency(intervals, table.numbers(weights).unwrap())).unwrap()
        }
    }
}

fn agrees(found: (f64, f64), expected: [f64; 2]) -> bool {
    let width = expected[1] - expected[0];
    (found.0 - expected[0]).abs() <= 1e-8 * width && (found.1 - expected[1]).abs() <= 1e-8 * width
}

#[test]
fn intervals_are_those_of_the_reference_cases() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("profile.json")).unwrap();
    assert!(cases.len() >= 20);
    let mut failed = Vec::new();
    for case in &cases {
        let fit = fitted(case);
        for (name, expected) in &case.intervals {
            match fit.profile(name).and_then(|profile| profile.interval(0.95)) {
                Ok(found) if agrees(found, *expected) => {}
                found => failed.push(format!("{} {name}: {found:?}, not {expected:?}", case.case)),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_return_level() {
    // The 100-year level at Port Pirie: tests/reference/README.md says where its interval is from.
    let fit = GeneralizedExtremeValue.fit(table("gev-portpirie").response("x").unwrap()).unwrap();
    let profile = fit
        .profile_derived("z", |theta| {
            let [loc, scale, shape] = theta.unpack();
            let y = -(-(0.99_f64.ln())).ln();
            // (e^{ξy} − 1)/ξ
            loc + scale * (shape * y).exp_m1() / shape
        })
        .unwrap();
    assert!((profile.estimate() - 4.6884037559088).abs() < 1e-9);
    let found = profile.interval(0.95).unwrap();
    assert!(agrees(found, [4.490436810835339, 5.2607045714831795]), "{found:?}");
}

#[test]
fn a_quantile_of_censored_data() {
    let fit = Weibull.fit(table("cens-weibull-automotive").intervals("left", "right").unwrap()).unwrap();
    let profile = fit
        .profile_derived("t10", |theta| {
            let [shape, scale] = theta.unpack();
            scale * ((-(0.9_f64.ln())).ln() / shape).exp()
        })
        .unwrap();
    let found = profile.interval(0.95).unwrap();
    assert!(agrees(found, [5947.564653432001, 38441.53538437594]), "{found:?}");
    let found = fit.profile("shape").unwrap().interval(0.95).unwrap();
    assert!(agrees(found, [0.655259609139673, 1.8185702798144088]), "{found:?}");
}

#[test]
fn an_end_that_the_likelihood_does_not_fall_to_is_the_end_of_the_range() {
    // Overdispersed by little: the size may be infinite, which is the Poisson law.
    let counts = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3];
    let fit = NegativeBinomial.fit(&counts).unwrap();
    let (lower, upper) = fit.profile("size").unwrap().interval(0.95).unwrap();
    assert!(lower > 0.0 && lower < fit["size"].value && upper == f64::INFINITY, "{lower} {upper}");
    let poisson = Poisson.fit(&counts).unwrap();
    assert!(2.0 * (fit.log_likelihood() - poisson.log_likelihood()) < 3.84);
    let far = fit.profile("size").unwrap().at(1e6).unwrap();
    assert!((far.log_likelihood - poisson.log_likelihood()).abs() < 1e-4);
}

#[test]
fn what_has_no_likelihood_has_no_profile() {
    let sampled = Normal.fit(Weighted::sampling(&[4.9, 5.1, 4.7, 5.6], &[10.0, 12.5, 40.0, 8.0])).unwrap();
    assert!(matches!(sampled.profile("mu"), Err(Error::NoProfile { .. })));
    let edge = Uniform.fit(&[0.3, 0.9, 0.5]).unwrap();
    assert!(matches!(edge.profile(&edge.estimates()[0].name), Err(Error::NoProfile { .. })));
    let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6]).unwrap();
    assert!(matches!(fit.profile("tau"), Err(Error::Unknown { .. })));
    assert!(fit.profile("mu").unwrap().interval(95.0).is_err());
}

#[test]
fn a_local_maximum_is_found_out() {
    // Cauchy data in two groups: from the smaller one the search ends at a local maximum.
    let data = [-10.2, -10.0, -9.9, -10.1, -9.8, 10.0, 10.1, 9.9];
    let fit = Estimator::new(Fixed(Cauchy, "scale", 0.1)).start_at([10.0, 0.1]).fit(&data).unwrap();
    assert!((fit["loc"].value - 10.0).abs() < 0.1);
    let found = fit.profile("loc").unwrap().at(-10.0);
    assert!(matches!(found, Err(Error::HigherMaximum { .. })), "{found:?}");
}

/// Two maxima in m, near −1 and near 1, the second higher; s follows m, and w wants to be 0.
#[derive(Debug, Clone)]
struct TwoMaxima;

impl Model for TwoMaxima {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("m").real("s").unit("w").closed([0.0, 1.0])
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [m, s, w] = theta.unpack();
        0.1 * m - 0.6 * (m.square() - 1.0).square() - 0.5 * (s - m - x).square() - w.square()
    }
}

/// The log-likelihood of m is 2 `peaks`, and a constant.
const SPREAD: [f64; 2] = [-1.0, 1.0];

fn peaks(m: f64) -> f64 {
    0.1 * m - 0.6 * (m * m - 1.0).powi(2)
}

/// Where a function changes its sign.
fn bisect(mut a: f64, mut b: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (a + b);
        if (f(middle) > 0.0) == (f(a) > 0.0) { a = middle } else { b = middle }
    }
    a
}

fn fitted_near<M: Model<Of = f64> + Clone>(model: &M, m: f64) -> Fit {
    Estimator::new(model.clone()).start_at([m, m, 0.5]).fit(&SPREAD).unwrap()
}

/// Checks what is said of a better optimum: by how much, and where, so that a fit from there is better by that.
#[track_caller]
fn leads_to_the_higher<T: std::fmt::Debug, M: Model<Of = f64> + Clone>(model: &M, low: &Fit, found: Result<T, Error>) {
    let error = found.expect_err("the fit is not the maximum");
    let Error::HigherMaximum { gain, point, .. } = &error else { panic!("{error}") };
    let at = |name: &str| point.iter().find(|(own, _)| own == name).map(|(_, value)| *value);
    let (m, s) = (at("m").unwrap(), at("s").unwrap());
    assert!(m > 0.0, "{error}");
    let there = |x: &f64| TwoMaxima.ln_density(Theta::new(&[m, s, at("w").unwrap_or(0.5)]), *x);
    let gained = SPREAD.iter().map(there).sum::<f64>() - low.log_likelihood();
    assert!((gain - gained).abs() < 1e-9 && *gain > 0.0, "{error}");
    assert_eq!(error.best_point().map(<[_]>::len), Some(point.len()));
    assert!(error.is_estimation() && error.to_string().contains("start_at"), "{error}");
    let high = fitted_near(model, m);
    assert!(high.log_likelihood() >= low.log_likelihood() + gain - 1e-9, "{error}");
}

#[test]
fn a_profile_that_finds_a_better_optimum_says_so() {
    let model = Fixed(TwoMaxima, "w", 0.5);
    let low = fitted_near(&model, -1.0);
    assert!((-1.0..-0.9).contains(&low["m"].value), "{low}");
    // What lies between falls by one nat only: the interval would hold the higher maximum.
    leads_to_the_higher(&model, &low, low.profile("m").unwrap().interval(0.95));
    leads_to_the_higher(&model, &low, low.profile("s").unwrap().interval(0.95));
    leads_to_the_higher(&model, &low, low.profile("m").unwrap().at(0.9));
    let exponential = low.profile_derived("e^m", |theta| theta.as_slice()[0].exp()).unwrap();
    leads_to_the_higher(&model, &low, exponential.interval(0.95));
    leads_to_the_higher(&model, &low, low.test(fix("m", 0.9)));
    // A narrow interval ends before.
    let (lower, upper) = low.profile("m").unwrap().interval(0.5).unwrap();
    assert!(lower < low["m"].value && low["m"].value < upper && upper < -0.5, "{lower} {upper}");
}

#[test]
fn the_better_optimum_has_the_interval_that_its_likelihood_has() {
    let high = fitted_near(&Fixed(TwoMaxima, "w", 0.5), 1.0);
    let top = high["m"].value;
    assert!((top - 1.0).abs() < 0.1, "{high}");
    let beyond = |m: f64| 2.0 * (peaks(top) - peaks(m)) - 1.920729410347062;
    // Over the lower maximum, where it has fallen by less.
    let (lower, upper) = high.profile("m").unwrap().interval(0.95).unwrap();
    assert!((lower - bisect(-3.0, -1.0, beyond)).abs() < 1e-8, "{lower}");
    assert!((upper - bisect(top, 3.0, beyond)).abs() < 1e-8, "{upper}");
}

#[test]
fn a_better_optimum_is_found_out_at_an_end_of_a_range_too() {
    let low = fitted_near(&TwoMaxima, -1.0);
    assert!(matches!(low.outcome(), Outcome::Boundary { .. }), "{low}");
    leads_to_the_higher(&TwoMaxima, &low, low.profile("m").unwrap().interval(0.95));
    leads_to_the_higher(&TwoMaxima, &low, low.profile("m").unwrap().at(0.9));
}

#[test]
fn intervals_at_a_closed_end() {
    // (1 − p)²⁰ and e^(−5λ) in closed form.
    let half = 1.920729410347062;
    let fit = Bernoulli.fit(&[1; 20]).unwrap();
    let (lower, upper) = fit.profile("p").unwrap().interval(0.95).unwrap();
    assert!(upper == 1.0 && (20.0 * lower.ln() + half).abs() < 1e-9, "{lower}");
    let fit = Poisson.fit(&[0; 5]).unwrap();
    let profile = fit.profile("lambda").unwrap();
    let (lower, upper) = profile.interval(0.95).unwrap();
    assert!(lower == 0.0 && (5.0 * upper - half).abs() < 1e-9, "{upper}");
    assert!((profile.at(0.3).unwrap().deviance - 3.0).abs() < 1e-9 && profile.at(0.0).unwrap().deviance == 0.0);
    assert!(profile.at(-1.0).is_err() && profile.interval(95.0).is_err());
}

#[test]
fn intervals_at_a_limit() {
    // As many of each as a Poisson law has, and fewer far ones: the negative binomial is at its limit.
    let counts: Vec<u64> = [(0, 13), (1, 28), (2, 28), (3, 19), (4, 9), (5, 3)]
        .into_iter()
        .flat_map(|(x, times)| std::iter::repeat_n(x, times))
        .collect();
    let fit = NegativeBinomial.fit(&counts).unwrap();
    assert!(matches!(fit.outcome(), Outcome::Limit { .. }));
    let size = fit.profile("size").unwrap();
    let (lower, upper) = size.interval(0.95).unwrap();
    assert!(upper == f64::INFINITY && lower > 1.0 && size.estimate() == f64::INFINITY);
    // With mu at the mean, where the likelihood is greatest whatever the size is.
    let mean = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    let there: f64 = counts.iter().map(|x| NegativeBinomial.ln_density(Theta::new(&[mean, lower]), *x as f64)).sum();
    assert!((fit.log_likelihood() - there - 1.920729410347062).abs() < 1e-7);
    // Far from it a finite size is better than none.
    let mu = fit.profile("mu").unwrap();
    let (own, poisson) = (mu.interval(0.95).unwrap(), Poisson.fit(&counts).unwrap());
    let poisson = poisson.profile("lambda").unwrap().interval(0.95).unwrap();
    assert!(own.0 <= poisson.0 + 1e-9 && own.1 >= poisson.1 - 1e-9, "{own:?} and {poisson:?}");
    assert!(own.0 > 0.95 * poisson.0 && own.1 < 1.05 * poisson.1);
}

#[test]
fn an_interval_whose_ends_are_at_a_limit() {
    // A greater scale wants a greater df: the way to the end of the interval leads to the normal law.
    let mut led_there = 0;
    for seed in 0..10 {
        let mut rng = SmallRng::seed_from_u64(seed);
        let x: Vec<f64> = (0..50).map(|_| StudentT.draw(&[2.0, 1.5, 5.0], &mut rng)).collect();
        let fit = StudentT.fit(&x).unwrap();
        let (lower, upper) = fit.profile("scale").unwrap().interval(0.95).unwrap();
        for end in [lower, upper] {
            let held = Fixed(StudentT, "scale", end).fit(&x).unwrap();
            let fall = fit.log_likelihood() - held.log_likelihood();
            assert!((fall - 1.920729410347062).abs() < 1e-6, "{seed}: {fall} at {end}");
            led_there += usize::from(*fit.outcome() == Outcome::Interior && *held.outcome() != Outcome::Interior);
        }
    }
    assert!(led_there > 0);
}
