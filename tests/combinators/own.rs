//! Combinators around models of a user's own: censored and weighted rows have the likelihood that is written out by hand.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

use thetahat::prelude::*;
use thetahat::testing::Likelihood;

/// Times with the hazard a + b x.
#[derive(Debug, Clone, Copy)]
struct LinearHazard;

impl Model for LinearHazard {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().positive("a").positive("b")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        (a + b * x).ln() + self.ln_sf(theta, x)
    }
    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }
}

impl Cdf for LinearHazard {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        -(a * x + 0.5 * b * x.square())
    }
}

/// The hyperbolic secant law.
#[derive(Debug, Clone, Copy)]
struct Secant;

impl Model for Secant {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("place").positive("width")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [place, width] = theta.unpack();
        let z = FRAC_PI_2 * (x - place) / width;
        -width.ln() - S::log_sum_exp(&[z, -z])
    }
    fn scale(&self) -> Option<&str> {
        Some("width")
    }
    fn start(&self, sample: &Sample) -> Start {
        Start::At(vec![sample.mean(0), sample.standard_deviation(0)])
    }
}

impl Cdf for Secant {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [place, width] = theta.unpack();
        (FRAC_2_PI * (FRAC_PI_2 * (x - place) / width).exp().arctan()).ln()
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [place, width] = theta.unpack();
        (FRAC_2_PI * (FRAC_PI_2 * (place - x) / width).exp().arctan()).ln()
    }
}

/// The discrete Weibull law: P(X > k) = q^((k + 1)^power).
#[derive(Debug, Clone, Copy)]
struct Failures;

impl Model for Failures {
    type Of = u64;
    fn space(&self) -> Space {
        Space::new().unit("q").positive("power")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, k: S) -> S {
        let [q, power] = theta.unpack();
        let (before, after) = (k.powf(power) * q.ln(), (k + 1.0).powf(power) * q.ln());
        let first = k.equals(0.0).select(0.0, before);
        first + (after - first).ln_1m_exp()
    }
    fn start(&self, _: &Sample) -> Start {
        Start::At(vec![0.6, 1.0])
    }
}

impl Cdf for Failures {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, k: S) -> S {
        self.ln_sf(theta, k).ln_1m_exp()
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, k: S) -> S {
        let [q, power] = theta.unpack();
        (k + 1.0).powf(power) * q.ln()
    }
}

/// Distribution functions of the three by hand, and densities as slopes written out.
mod by_hand {
    use std::f64::consts::{FRAC_PI_2, PI};

    pub(super) fn hazard_cdf(t: &[f64], x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { 1.0 - (-t[0] * x - t[1] * x * x / 2.0).exp() }
    }
    pub(super) fn hazard_pdf(t: &[f64], x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { (t[0] + t[1] * x) * (-t[0] * x - t[1] * x * x / 2.0).exp() }
    }
    pub(super) fn secant_cdf(t: &[f64], x: f64) -> f64 {
        2.0 / PI * (FRAC_PI_2 * (x - t[0]) / t[1]).exp().atan()
    }
    pub(super) fn secant_pdf(t: &[f64], x: f64) -> f64 {
        0.5 / t[1] / (FRAC_PI_2 * (x - t[0]) / t[1]).cosh()
    }
    pub(super) fn failures_cdf(t: &[f64], k: f64) -> f64 {
        if k < 0.0 { 0.0 } else { 1.0 - t[0].powf((k.floor() + 1.0).powf(t[1])) }
    }
    pub(super) fn failures_pdf(t: &[f64], k: f64) -> f64 {
        failures_cdf(t, k) - failures_cdf(t, k - 1.0)
    }
}
use by_hand::*;

const REALS: [(Censored, f64); 8] = [
    (At(0.7), 1.0),
    (At(1.9), 2.0),
    (At(2.6), 0.5),
    (After(1.4), 3.0),
    (Before(1.1), 1.5),
    (Between(0.9, 2.2), 1.0),
    (Between(1.5, 1.6), 4.0),
    (After(0.4), 0.0),
];

const COUNTS: [(Censored<u64>, f64); 8] = [
    (At(1), 2.0),
    (At(3), 1.0),
    (At(2), 0.5),
    (After(2), 3.0),
    (Before(2), 1.5),
    (Between(1, 4), 1.0),
    (Between(2, 3), 4.0),
    (After(1), 0.0),
];

/// The log-likelihood of weighted rows is Σ w ln P, of a density and a distribution function.
fn check<M, T>(
    model: &M,
    theta: &[f64],
    rows: &[(Censored<T>, f64)],
    pdf: impl Fn(f64) -> f64,
    cdf: impl Fn(f64) -> f64,
) where
    M: Cdf,
    T: Copy + std::fmt::Debug + Into<Number>,
    for<'r> &'r [Censored<T>]: Data<M>,
{
    let number = |x: T| x.into().0;
    let part = |row: &Censored<T>| match *row {
        At(x) => pdf(number(x)),
        After(x) => 1.0 - cdf(number(x)),
        Before(x) => cdf(number(x)),
        Between(a, b) => cdf(number(b)) - cdf(number(a)),
    };
    let expected: f64 =
        rows.iter().filter(|(_, weight)| *weight > 0.0).map(|(row, weight)| weight * part(row).ln()).sum();
    let (rows, weights): (Vec<Censored<T>>, Vec<f64>) = rows.iter().copied().unzip();
    let likelihood = Likelihood::new(model, Weighted::frequency(&rows[..], &weights), 1).expect("sound rows");
    let found = likelihood.value(&likelihood.free(theta).expect("inside the space"));
    assert!((found - expected).abs() < 1e-12 * (1.0 + expected.abs()), "{model:?}: {found}, by hand {expected}");
}

/// A number of either kind.
struct Number(f64);
impl From<f64> for Number {
    fn from(x: f64) -> Number {
        Number(x)
    }
}
impl From<u64> for Number {
    fn from(x: u64) -> Number {
        Number(x as f64)
    }
}

#[test]
fn own_models_by_themselves() {
    let t = [0.3, 0.4];
    check(&LinearHazard, &t, &REALS, |x| hazard_pdf(&t, x), |x| hazard_cdf(&t, x));
    let t = [1.1, 0.8];
    check(&Secant, &t, &REALS, |x| secant_pdf(&t, x), |x| secant_cdf(&t, x));
    let t = [0.7, 1.3];
    check(&Failures, &t, &COUNTS, |k| failures_pdf(&t, k), |k| failures_cdf(&t, k));
}

#[test]
fn own_models_truncated() {
    let t = [0.3, 0.4];
    let (low, high) = (hazard_cdf(&t, 0.35), hazard_cdf(&t, 4.0));
    let inside = |x: f64| (hazard_cdf(&t, x) - low) / (high - low);
    check(&Truncated(LinearHazard, 0.35..4.0), &t, &REALS, |x| hazard_pdf(&t, x) / (high - low), inside);
    let t = [1.1, 0.8];
    let high = secant_cdf(&t, 3.0);
    let below = |x: f64| secant_cdf(&t, x) / high;
    check(&Truncated(Secant, ..3.0), &t, &REALS, |x| secant_pdf(&t, x) / high, below);
    let t = [0.7, 1.3];
    let zero = failures_cdf(&t, 0.0);
    let above = |k: f64| (failures_cdf(&t, k) - zero) / (1.0 - zero);
    check(&Truncated(Failures, 1..), &t, &COUNTS, |k| failures_pdf(&t, k) / (1.0 - zero), above);
}

#[test]
fn own_models_shifted_and_of_logarithms() {
    let t = [0.3, 0.4, -0.6];
    check(&Shifted(LinearHazard), &t, &REALS, |x| hazard_pdf(&t, x + 0.6), |x| hazard_cdf(&t, x + 0.6));
    let t = [0.2, 0.8];
    check(&Log(Secant), &t, &REALS, |x| secant_pdf(&t, x.ln()) / x, |x| secant_cdf(&t, x.ln()));
}

#[test]
fn own_models_bound() {
    let t = [0.3, 0.4];
    check(&Fixed(LinearHazard, "b", 0.4), &t, &REALS, |x| hazard_pdf(&t, x), |x| hazard_cdf(&t, x));
    let t = [0.3, 0.3];
    check(&Tied(LinearHazard, "b", "a"), &t, &REALS, |x| hazard_pdf(&t, x), |x| hazard_cdf(&t, x));
    // A predictor is on the free scale of its parameter: the logarithm of a.
    let table = Table::from_csv("time,seen,dose\n0.7,1,0\n1.9,1,1\n2.6,0,2\n1.4,0,0\n".as_bytes()).expect("a table");
    let model = Regress(LinearHazard).on("a", ["dose"]);
    let likelihood = Likelihood::new(&model, table.events("time", "seen").expect("columns"), 1).expect("sound rows");
    let (intercept, slope, b) = (-1.2_f64, 0.4, 0.4_f64);
    let at = |x: f64, dose: f64, seen: bool| {
        let t = [(intercept + slope * dose).exp(), b];
        if seen { hazard_pdf(&t, x).ln() } else { (1.0 - hazard_cdf(&t, x)).ln() }
    };
    let expected = at(0.7, 0.0, true) + at(1.9, 1.0, true) + at(2.6, 2.0, false) + at(1.4, 0.0, false);
    let found = likelihood.value(&[intercept, slope, b.ln()]);
    assert!((found - expected).abs() < 1e-13, "{found}, by hand {expected}");
}

#[test]
fn own_models_mixed() {
    let t = [0.3, 0.7, 0.3, 0.4, 1.1, 0.2];
    let mix = |f: fn(&[f64], f64) -> f64| move |x: f64| t[0] * f(&t[2..4], x) + t[1] * f(&t[4..6], x);
    check(&Mixture([LinearHazard; 2]), &t, &REALS, mix(hazard_pdf), mix(hazard_cdf));
    // With a model of ours.
    let t = [0.3, 0.7, 1.1, 0.8, 0.4, 0.9];
    let logistic = |x: f64| 1.0 / (1.0 + (-(x - 0.4) / 0.9).exp());
    let density = |x: f64| logistic(x) * (1.0 - logistic(x)) / 0.9;
    let both = (
        |x: f64| 0.3 * secant_pdf(&t[2..4], x) + 0.7 * density(x),
        |x: f64| 0.3 * secant_cdf(&t[2..4], x) + 0.7 * logistic(x),
    );
    check(&Mixture((Secant, Logistic)), &t, &REALS, both.0, both.1);
}

#[test]
fn own_counts_with_other_zeros() {
    let t = [0.2, 0.7, 1.3];
    let pdf = |k: f64| 0.2 * f64::from(k == 0.0) + 0.8 * failures_pdf(&t[1..], k);
    check(&ZeroInflated(Failures), &t, &COUNTS, pdf, |k| 0.2 + 0.8 * failures_cdf(&t[1..], k));
    let zero = failures_cdf(&t[1..], 0.0);
    let pdf = |k: f64| if k == 0.0 { 0.8 } else { 0.2 * failures_pdf(&t[1..], k) / (1.0 - zero) };
    let cdf = |k: f64| 0.8 + 0.2 * (failures_cdf(&t[1..], k) - zero) / (1.0 - zero);
    check(&Hurdle(Failures), &t, &COUNTS, pdf, cdf);
}

#[test]
fn own_models_nested() {
    // Three deep, of reals: what is seen above 0.2 of a mixture of a shifted law and one of logarithms.
    let t = [0.4, 0.6, 0.3, 0.4, -0.6, 0.2, 0.8];
    let pdf = |x: f64| 0.4 * hazard_pdf(&t[2..4], x + 0.6) + 0.6 * secant_pdf(&t[5..7], x.ln()) / x;
    let cdf = |x: f64| 0.4 * hazard_cdf(&t[2..4], x + 0.6) + 0.6 * secant_cdf(&t[5..7], x.ln());
    let (low, seen) = (cdf(0.2), 1.0 - cdf(0.2));
    let model = Truncated(Mixture((Shifted(LinearHazard), Log(Secant))), 0.2..);
    check(&model, &t, &REALS, |x| pdf(x) / seen, |x| (cdf(x) - low) / seen);
    // And of counts: a hurdle before a mixture of inflated and truncated ones.
    let t = [0.3, 0.4, 0.6, 0.2, 0.7, 1.3, 0.5, 0.9];
    let top = failures_cdf(&t[6..8], 9.0);
    let cdf = |k: f64| 0.4 * (0.2 + 0.8 * failures_cdf(&t[4..6], k)) + 0.6 * failures_cdf(&t[6..8], k.min(9.0)) / top;
    let pdf = |k: f64| if k == 0.0 { cdf(0.0) } else { cdf(k) - cdf(k - 1.0) };
    let positive = 1.0 - cdf(0.0);
    let model = Hurdle(Mixture((ZeroInflated(Failures), Truncated(Failures, ..=9))));
    let hurdled = |k: f64| 0.7 + 0.3 * (cdf(k) - cdf(0.0)) / positive;
    check(&model, &t, &COUNTS, |k| if k == 0.0 { 0.7 } else { 0.3 * pdf(k) / positive }, hurdled);
}

/// A fit is where the likelihood that is written out has its maximum.
#[test]
fn own_models_are_fitted() {
    let rows: Vec<Censored> = (1..200)
        .map(|i| {
            // Quantiles where a = 0.5 and b = 0.35, above 0.1.
            let hazard = 0.05 + 0.35 * 0.005 - (1.0 - f64::from(i) / 200.0).ln();
            let x = (-0.5 + (0.25_f64 + 0.7 * hazard).sqrt()) / 0.35;
            if i % 3 == 0 { After(0.7 * x) } else { At(x) }
        })
        .collect();
    let weights: Vec<f64> = (1..200).map(|i| 0.5 + f64::from(i % 4)).collect();
    let fit = Truncated(LinearHazard, 0.1..).fit(Weighted::frequency(&rows, &weights)).expect("a fit");
    let (a, b) = (fit["a"].value, fit["b"].value);
    let by_hand = |a: f64, b: f64| -> f64 {
        let (t, low) = ([a, b], hazard_cdf(&[a, b], 0.1));
        let part = |row: &Censored| match *row {
            At(x) => hazard_pdf(&t, x) / (1.0 - low),
            After(x) if x > 0.1 => (1.0 - hazard_cdf(&t, x)) / (1.0 - low),
            _ => 1.0,
        };
        rows.iter().zip(&weights).map(|(row, weight)| weight * part(row).ln()).sum()
    };
    assert!((by_hand(a, b) / fit.log_likelihood() - 1.0).abs() < 1e-12, "{fit}");
    for (da, db) in [(1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-3), (0.0, -1e-3)] {
        assert!(by_hand(a + da, b + db) < by_hand(a, b), "{fit}");
    }
}
