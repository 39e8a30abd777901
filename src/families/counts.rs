//! What families of counts among several kinds share.

use crate::scalar::{Condition, Scalar};

/// ln of the binomial coefficient m! / (x! (m − x)!): a rising factorial, so that m may be large.
pub(super) fn ln_choose<S: Scalar>(m: S, x: S) -> S {
    let others = m - x;
    let fewer = x.less_than(others).select(x, others);
    (m - fewer + 1.0).ln_rising(fewer) - (fewer + 1.0).ln_gamma()
}

/// ln(a (a + 1) … (a + x − 1) / x!), by the beta function: its terms are as great as the smaller of a and x.
pub(super) fn ln_choose_rising<S: Scalar>(x: S, a: S) -> S {
    -a.ln_beta(x + 1.0) - (a + x).ln()
}

/// ln of the multinomial coefficient m! / (x₁! … x_d!), and m: a product of binomial ones.
pub(super) fn ln_coefficient_and_total<S: Scalar>(x: &[S]) -> (S, S) {
    let first = x.first().map_or(S::from(0.0), |x| *x);
    x.iter().skip(1).fold((S::from(0.0), first), |(sum, below), &x| (sum + ln_choose(below + x, x), below + x))
}

/// Rough parameters of a Dirichlet mixture of multinomial laws, from rows of counts with their weights: the shares in the
/// total, and Pearson's statistic, whose mean grows with the correlation inside a row. 0 for a kind that never occurs.
pub(super) fn concentrations(rows: &[(f64, Vec<f64>)]) -> Vec<f64> {
    let kinds = rows.first().map_or(0, |(_, x)| x.len());
    let totals: Vec<f64> = (0..kinds).map(|j| rows.iter().map(|(w, x)| w * x[j]).sum()).collect();
    let all: f64 = totals.iter().sum();
    let shares: Vec<f64> = totals.iter().map(|total| total / all).collect();
    let freedom = shares.iter().filter(|share| **share > 0.0).count() as f64 - 1.0;
    let (mut excess, mut pairs) = (0.0, 0.0);
    for (w, x) in rows {
        let m: f64 = x.iter().sum();
        let occurs = x.iter().zip(&shares).filter(|(_, share)| **share > 0.0);
        let pearson: f64 = occurs.map(|(x, share)| (x - m * share).powi(2) / share).sum();
        excess += w * (pearson - freedom * m);
        pairs += w * freedom * m * (m - 1.0);
    }
    // The statistic may say that there is none, or more than there can be.
    let correlation = (excess / pairs).clamp(1e-3, 0.9);
    let sum = if correlation.is_nan() { 1.0 } else { (1.0 - correlation) / correlation };
    shares.iter().map(|share| share * sum).collect()
}
