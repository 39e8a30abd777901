//! What a fit needs besides the data: at most one column for each term of the density that depends on data alone.
//! One test: what is measured is the most that the process ever used.

#![cfg(target_os = "linux")]

use std::sync::Arc;

use thetahat::prelude::*;

/// The most memory that was in use so far, in bytes.
fn most_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says it");
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the most that was resident");
    most.trim().trim_end_matches("kB").trim().parse::<f64>().expect("a number") * 1024.0
}

#[test]
fn shared_columns_are_not_copied() {
    const ROWS: usize = 1_000_000;
    let uniform = |k: usize| (k as f64 * 0.618_033_988_749_895).fract().max(1e-9);
    let values: Arc<Vec<f64>> = Arc::new((1..=ROWS).map(|k| (-uniform(k).ln()).powf(0.6)).collect());
    let column = (8 * ROWS) as f64;
    // What any fit needs, of however few rows.
    Normal.fit(&values[..200_000]).expect("a fit");
    let mut before = most_memory();
    let mut more_columns = |model: &dyn Fn() -> thetahat::Result<Fit>| {
        model().expect("a fit");
        let after = most_memory();
        (std::mem::replace(&mut before, after) - after).abs() / column
    };
    // Sufficient statistics are all that is kept.
    let normal = more_columns(&|| Normal.fit(values.clone()));
    let gamma = more_columns(&|| Gamma.fit(values.clone()));
    assert!(normal < 0.4 && gamma < 0.4, "{normal} and {gamma} columns more");
    // ln x is kept.
    let weibull = more_columns(&|| Weibull.fit(values.clone()));
    assert!(weibull < 1.4, "{weibull} columns more");
    // A column that is lent is copied once, for a fit outlives it.
    let lent = more_columns(&|| Gamma.fit(values.as_slice()));
    assert!(lent < 1.3, "{lent} columns more");
}
