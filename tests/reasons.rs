//! Models of one's own at whose best points a search gets stuck: each is told for what it is.

use thetahat::Error;
use thetahat::certificate::Check;
use thetahat::data::Sample;
use thetahat::model::Start;
use thetahat::prelude::*;

/// A model of one parameter or more by its log-density; no start is known.
macro_rules! law {
    ($name:ident, $space:expr, $start:expr, |$theta:ident, $x:ident| $density:expr) => {
        #[derive(Debug, Clone)]
        struct $name;

        impl Model for $name {
            type Of = f64;
            fn space(&self) -> Space {
                $space
            }
            fn start(&self, _: &Sample) -> Start {
                $start
            }
            fn ln_density<S: Scalar>(&self, $theta: Theta<'_, S>, $x: S) -> S {
                $density
            }
        }
    };
}

fn refused(fit: Result<Fit, Error>) -> Check {
    match fit.expect_err("no certified maximum") {
        Error::NotConverged(evidence) => evidence.failed,
        error => panic!("{error}"),
    }
}

law!(Peaked, Space::new().real("m"), Start::Search, |theta, x| {
    let [m] = theta.unpack();
    let d = x - m;
    // ∫ e^(−|d| − d²/2) = 2 √(2π e) Φ(−1)
    -d.abs()
        - 0.5 * d.square()
        - (2.0 * (std::f64::consts::TAU * std::f64::consts::E).sqrt() * 0.158_655_253_931_457_05).ln()
});

#[test]
fn a_maximum_at_a_kink_is_not_certified() {
    // With an odd number of observations it is at the middle one.
    for rows in [&[-1.0, 0.0, 1.2][..], &[-1.5, 0.1, 0.3, 0.4, 2.0], &[-1.1, -0.9, 0.013, 1.0, 1.23]] {
        assert!(matches!(refused(Peaked.fit(rows)), Check::Smooth(name) if name == "m"));
    }
    // Between two it is smooth.
    let fit = Peaked.fit(&[0.0, 2.2, 3.8, 6.0]).unwrap();
    assert!((fit["m"].value - 3.0).abs() < 1e-12, "{fit}");
    assert!(fit.irregularity().is_some_and(|why| why.contains("kink in m")) && fit["m"].std_error.is_nan(), "{fit}");
}

#[test]
fn of_a_kink_the_curvature_knows_nothing() {
    use Censored::{After, At, Before};
    let sizes = [0.1, 0.5, 0.9, 1.3, 2.1, 3.4];
    // Only censored rows bend the likelihood in loc: by that its standard error would be twice as large as without them.
    let exact = sizes.into_iter().flat_map(|size| [At(-size), At(size)]);
    let rows: Vec<Censored> = exact.chain([Before(0.0), After(0.0)]).collect();
    let fit = Laplace.fit(&rows).unwrap();
    assert!(
        fit.irregularity().is_some_and(|why| why.contains("kink in loc")) && fit["loc"].std_error.is_nan(),
        "{fit}"
    );
    // Cases that meet smoothly are none, however little is quadratic.
    assert!(StudentT.fit(&[-9.0, -0.5, -0.1, 0.0, 0.2, 0.7, 14.0]).unwrap().irregularity().is_none());
    // Nor is the end of a support.
    let waits = [1.2, 0.7, 2.1, 1.6, 0.3, 1.1, 1.9, 0.8, 3.4, 0.2, 2.8, 1.4, 5.1, 0.9, 1.3, 0.6];
    assert!(GeneralizedPareto.fit(&waits).unwrap().irregularity().is_none());
    let fit = GeneralizedNormal.fit(&rows).unwrap();
    assert!(fit.irregularity().is_none() && fit["loc"].std_error > 0.0, "{fit}");
}

law!(TinyRate, Space::new().positive("rate"), Start::Search, |theta, x| {
    let [rate] = theta.unpack();
    let rate = rate * 1e-300;
    rate.ln() - rate * x
});

law!(Spike, Space::new().real("m").positive("s"), Start::At(vec![1.0, 0.1]), |theta, x| {
    let [m, s] = theta.unpack();
    let normal = |m: S, s: S| -0.5 * ((x - m) / s).square() - s.ln() - 0.5 * std::f64::consts::TAU.ln();
    S::log_sum_exp(&[normal(m, s), normal(S::from(0.0), S::from(1.0))]) - std::f64::consts::LN_2
});

#[test]
fn where_numbers_end_is_not_called_a_maximum() {
    // The maximum is at 4e311, which is no number.
    let check = refused(TinyRate.fit(&[1e-12, 3e-12]));
    assert!(matches!(&check, Check::Range(name) if name == "rate"), "{check}");
    let fit = TinyRate.fit(&[1.0, 3.0]).unwrap();
    assert!((fit["rate"].value / 5e299 - 1.0).abs() < 1e-12, "{fit}");
}

#[test]
fn a_spike_that_a_search_follows_until_numbers_end_has_no_bound() {
    let error = Spike.fit(&[1.0, 1.0, 2.0]).expect_err("s → 0 at two observations");
    assert_eq!(error.kind(), "unbounded", "{error}");
    let Error::Unbounded { why, rows, .. } = error else { panic!("{error}") };
    assert_eq!((&why[..], &rows[..]), ("it has no bound as s → 0", &[1, 2][..]));
}
