//! Bounds: in the wrong order, outside the support, far out in a tail, or nothing but bounds.

use thetahat::Error;
use thetahat::prelude::*;

use crate::refused;

#[test]
fn empty_intervals() {
    assert_eq!(refused(&Weibull, &[At(1.0), Between(3.0, 2.0)]), ("empty-interval", Some(2)));
    assert_eq!(refused(&Weibull, &[At(1.0), At(2.0), Between(2.0, 2.0)]), ("empty-interval", Some(3)));
    let error = Normal.fit(&[Between(f64::INFINITY, f64::NEG_INFINITY)]).expect_err("an empty interval");
    assert_eq!(error, Error::EmptyInterval { row: 1, column: None, left: f64::INFINITY, right: f64::NEG_INFINITY });
}

#[test]
fn bounds_that_are_not_numbers() {
    let nan = f64::NAN;
    for row in [At(nan), After(nan), Before(nan), Between(nan, 1.0), Between(1.0, nan)] {
        assert_eq!(refused(&Weibull, &[At(1.0), row]), ("not-finite", Some(2)));
    }
    assert_eq!(refused(&Weibull, &[At(1.0), At(f64::INFINITY)]), ("not-finite", Some(2)));
}

#[test]
fn bounds_outside_the_support() {
    // The numbers before 0, or at 0, have no probability.
    for row in [Before(-1.0), Before(0.0), Between(-3.0, -1.0), Between(-1.0, 0.0), At(-1.0)] {
        assert_eq!(refused(&Weibull, &[At(1.0), At(2.0), row]), ("out-of-support", Some(3)), "{row:?}");
    }
    // Nor are there any beyond infinity.
    assert!(Weibull.fit(&[At(1.0), After(f64::INFINITY)]).is_err());
}

#[test]
fn bounds_at_the_ends_of_the_support_are_one_sided() {
    let base = [At(0.5), At(1.5), At(0.9)];
    let fit = |row: Censored| {
        let rows: Vec<Censored> = base.into_iter().chain([row]).collect();
        Weibull.fit(&rows).expect("a fit")
    };
    let same = |a: Fit, b: Fit| {
        assert_eq!(a.log_likelihood(), b.log_likelihood());
        assert_eq!(a.estimates(), b.estimates());
    };
    same(fit(Between(0.0, 2.0)), fit(Before(2.0)));
    same(fit(Between(-1.0, 2.0)), fit(Before(2.0)));
    same(fit(Between(f64::NEG_INFINITY, 2.0)), fit(Before(2.0)));
    same(fit(Between(2.0, f64::INFINITY)), fit(After(2.0)));
    // A row of which nothing is known is counted, and changes nothing else.
    let (with, without) = (fit(After(-1.0)), Weibull.fit(&base).expect("a fit"));
    assert_eq!((with.n(), without.n()), (4.0, 3.0));
    assert!((with.log_likelihood() / without.log_likelihood() - 1.0).abs() < 1e-13);
    assert!((with["shape"].value - without["shape"].value).abs() < 1e-7 * without["shape"].std_error);
    assert!((with["shape"].std_error / without["shape"].std_error - 1.0).abs() < 1e-9);
    same(fit(Between(0.0, f64::INFINITY)), fit(After(0.0)));
    same(fit(Between(f64::NEG_INFINITY, f64::INFINITY)), fit(After(f64::NEG_INFINITY)));
}

#[test]
fn nothing_but_bounds_on_one_side() {
    assert_eq!(refused(&Weibull, &[After(5.0), After(8.0), After(12.0)]).0, "no-finite-estimate");
    assert_eq!(refused(&Weibull, &[Before(5.0), Before(8.0)]).0, "no-finite-estimate");
    assert_eq!(refused(&Normal, &[After(5.0), After(8.0), After(12.0)]).0, "no-finite-estimate");
}

#[test]
fn nothing_known_at_all() {
    assert!(Weibull.fit(&[After(0.0), After(-1.0)]).expect_err("no information").is_estimation());
    assert!(Normal.fit(&[After(f64::NEG_INFINITY)]).expect_err("no information").is_estimation());
    assert!(Normal.fit(&[Before(f64::INFINITY), Between(f64::NEG_INFINITY, f64::INFINITY)]).is_err());
    assert!(Mixture([Normal, Normal]).fit(&[After(f64::NEG_INFINITY)]).is_err());
    let erased = AnyModel::of(Weibull).expect("a sound model").with_cdf(&Weibull);
    assert!(erased.fit(&[After(0.0)]).is_err());
}

#[test]
fn all_rows_bounded_on_both_sides_are_fitted() {
    let rows = [Between(0.0, 1.0), Between(1.0, 2.0), Between(1.0, 2.0), Between(2.0, 4.0), Between(0.5, 1.5)];
    let fit = Weibull.fit(&rows).expect("a fit");
    assert!(fit["shape"].value > 1.0 && fit.certificate().edm < 1e-12);
}

#[test]
fn integers_are_bounds_too() {
    let whole = Weibull.fit(&[At(1), After(3), Between(1, 2), Before(2), At(4)]).expect("a fit");
    let real = Weibull.fit(&[At(1.0), After(3.0), Between(1.0, 2.0), Before(2.0), At(4.0)]).expect("a fit");
    assert_eq!(whole.estimates(), real.estimates());
}

/// Narrow intervals far out on either side keep their digits: the law is symmetric, so must the fit be.
#[test]
fn intervals_in_both_tails_are_mirror_images() {
    let mut rows: Vec<Censored> = [-1.0, -0.4, 0.1, 0.5, 0.9].map(At).to_vec();
    rows.extend([Between(30.0, 30.001), After(35.0), Between(-3.0, -2.0)]);
    let mirrored: Vec<Censored> = rows
        .iter()
        .map(|row| match *row {
            At(x) => At(-x),
            After(x) => Before(-x),
            Before(x) => After(-x),
            Between(a, b) => Between(-b, -a),
        })
        .collect();
    // With a known scale the interval at 30 has a probability of about 1e-150.
    let fit = |rows: &[Censored]| Fixed(Normal, "sigma", 1.2).fit(rows).expect("a fit");
    let (one, other) = (fit(&rows), fit(&mirrored));
    assert!((one.log_likelihood() / other.log_likelihood() - 1.0).abs() < 1e-13);
    assert!((one["mu"].value + other["mu"].value).abs() < 1e-12 * one["mu"].value.abs());
    assert!(one.log_likelihood() < -100.0, "{one}");
}

/// Times, each with whether it was observed, as rows and as columns of a table.
fn rows_and_table(times: &[f64], events: &[f64]) -> (Vec<Censored>, Table) {
    let row = |(&time, &event): (&f64, &f64)| if event == 1.0 { At(time) } else { After(time) };
    let table = Table::new([("time", times.to_vec().into()), ("event", events.to_vec().into())]).expect("a table");
    (times.iter().zip(events).map(row).collect(), table)
}

#[test]
fn events_say_what_rows_say() {
    // Fewer than are told apart at a time, as many, and more; all observed, none but the first, and mixed.
    for rows in [7, 512, 513, 1300] {
        let part = |row: usize| (row as f64 * 0.618_033_988_749_894_9).fract();
        let times: Vec<f64> = (0..rows).map(|row| 0.1 + 3.0 * part(row)).collect();
        for most in [1.0, 0.4] {
            let events: Vec<f64> = (0..rows).map(|row| f64::from(row == 0 || part(7 * row + 3) < most)).collect();
            let (listed, table) = rows_and_table(&times, &events);
            let [a, b] = [Weibull.fit(&listed), Weibull.fit(table.events("time", "event").expect("columns"))]
                .map(|fit| fit.expect("a fit"));
            assert_eq!((a.log_likelihood(), a.estimates()), (b.log_likelihood(), b.estimates()), "{rows} {most}");
            let influence = |fit: &Fit| fit.influence().expect("an influence");
            assert_eq!(influence(&a), influence(&b), "{rows} {most}: rows keep their places");
        }
    }
}

#[test]
fn events_of_counts_and_outside_the_support_are_looked_at() {
    let (times, mut events) = ([1.0, 3.0, 2.5, 4.0], [1.0, 1.0, 0.0, 1.0]);
    let fit = |events: &[f64]| {
        let (listed, table) = rows_and_table(&times, events);
        let of_table = Poisson.fit(table.events("time", "event").expect("columns"));
        (Poisson.fit(&listed), of_table)
    };
    // Greater than 2.5 is greater than 2.
    let (listed, of_table) = fit(&events);
    assert_eq!(listed.expect("a fit").log_likelihood(), of_table.expect("a fit").log_likelihood());
    events[2] = 1.0;
    let (listed, of_table) = fit(&events);
    assert_eq!(of_table.as_ref().expect_err("no count").row(), Some(3));
    assert_eq!(listed.expect_err("no count").kind(), of_table.expect_err("no count").kind());
    // Within the range as a whole, but not one of them.
    for (bad, event) in [(-1.0, 1.0), (f64::INFINITY, 1.0), (f64::NAN, 0.0)] {
        let (_, table) = rows_and_table(&[1.0, 2.0, bad, 3.0], &[1.0, 1.0, event, 0.0]);
        let error = table.events("time", "event").and_then(|rows| Weibull.fit(rows)).expect_err("a bad time");
        assert_eq!(error.row(), Some(3), "{bad}: {error}");
    }
}
