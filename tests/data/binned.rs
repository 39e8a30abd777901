//! Counts in bins are intervals with frequencies.

use thetahat::Error;
use thetahat::prelude::*;

#[test]
fn bins_are_intervals() {
    let edges = [f64::NEG_INFINITY, 1.0, 2.0, 3.5, f64::INFINITY];
    let counts = [5.0, 12.0, 9.0, 0.0];
    let binned = Normal.fit(Binned::new(&edges, &counts)).expect("a fit");
    let intervals = [Before(1.0), Between(1.0, 2.0), Between(2.0, 3.5)];
    let written_out = Normal.fit(Weighted::frequency(&intervals, &counts[..3])).expect("a fit");
    assert_eq!(binned.estimates(), written_out.estimates());
    assert_eq!((binned.n(), binned.log_likelihood()), (26.0, written_out.log_likelihood()));
}

#[test]
fn bins_of_counts_hold_their_upper_edges() {
    // (−1, 0], (0, 2], (2, ∞): none, one or two, more.
    let edges = [-1.0, 0.0, 2.0, f64::INFINITY];
    let fit = Geometric.fit(Binned::new(&edges, &[50.0, 37.0, 13.0])).expect("a fit");
    let (p, n) = (fit["p"].value, 100.0);
    let q: f64 = 1.0 - p;
    let expected = 50.0 * p.ln() + 37.0 * (q - q.powi(3)).ln() + 13.0 * q.powi(3).ln();
    assert!((fit.log_likelihood() - expected).abs() < 1e-11 && fit.n() == n);
}

#[test]
fn bins_that_are_none_are_refused() {
    let error = Normal.fit(Binned::new(&[0.0, 1.0], &[1.0, 2.0])).expect_err("an edge too few");
    assert!(matches!(error, Error::Length { expected: 3, found: 2, .. }), "{error}");
    let error = Normal.fit(Binned::new(&[0.0, 2.0, 1.0], &[1.0, 2.0])).expect_err("edges that turn");
    assert!(matches!(error, Error::EmptyInterval { row: 2, .. }), "{error}");
    let error = Normal.fit(Binned::new(&[0.0, 1.0, 2.0], &[1.0, -2.0])).expect_err("a negative count");
    assert!(matches!(error, Error::Weight { row: 2, .. }), "{error}");
    assert!(matches!(Normal.fit(Binned::new(&[], &[])).expect_err("nothing"), Error::Length { .. }));
}
