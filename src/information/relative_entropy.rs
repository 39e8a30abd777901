//! Relative entropy, computed without cancellation.

use super::{Information, Probabilities};
use crate::error::Result;
use crate::special::{compensated_sum, x_minus_ln_1p};

/// The relative entropy D(p‖q) = Σ pᵢ ln (pᵢ/qᵢ), or Kullback–Leibler divergence: how much longer a description of an
/// outcome of p is, on average, by the code that is best for q. Never negative; 0 if p and q are equal, and only then;
/// infinite if q excludes an outcome that p allows. Not symmetric.
///
/// # Errors
///
/// [`Error::Length`](crate::Error::Length) if p and q do not have as many outcomes as each other.
///
/// # Numerics
///
/// The terms of the definition nearly cancel where q is near p. Since both sum to 1, D(p‖q) = Σ pᵢ (tᵢ − ln(1 + tᵢ)) with
/// tᵢ = (qᵢ − pᵢ)/pᵢ, plus the probability under q of what p excludes: no term is negative. Relative error below 4e-15
/// for p and q as they are stored, however near they are (checked against mpmath).
///
/// # Example
///
/// ```
/// use thetahat::information::{Probabilities, relative_entropy};
///
/// let (p, q) = (Probabilities::new([0.5, 0.5])?, Probabilities::new([1.0, 0.0])?);
/// assert_eq!(relative_entropy(&q, &p)?.bits(), 1.0);
/// assert_eq!(relative_entropy(&p, &q)?.bits(), f64::INFINITY);
///
/// // 2ε² nats at a distance of ε, where the definition as it stands has no digit left.
/// let near = Probabilities::new([0.5 - 1e-9, 0.5 + 1e-9])?;
/// assert!((relative_entropy(&p, &near)?.nats() / 2e-18 - 1.0).abs() < 1e-6);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Kullback and Leibler, *On information and sufficiency*, Annals of Mathematical Statistics 22, 1951; Cover and Thomas,
/// *Elements of Information Theory*, 2nd ed., section 2.3.
pub fn relative_entropy(p: &Probabilities, q: &Probabilities) -> Result<Information> {
    let terms = p.pairs(q)?.map(|(p, q)| term(p, q, ln_ratio(p, q)));
    Ok(Information::from_nats(compensated_sum(terms)))
}

/// p ln(p/q) + q − p, never negative, by `ln_ratio` = ln(p/q) where that loses no digits: q alone where p = 0.
pub(super) fn term(p: f64, q: f64, ln_ratio: f64) -> f64 {
    if p == 0.0 {
        return q;
    }
    let t = (q - p) / p;
    if (-0.5..=1.0).contains(&t) { p * x_minus_ln_1p(t) } else { p * ln_ratio + (q - p) }
}

/// ln(p/q), also where p/q overflows or underflows.
fn ln_ratio(p: f64, q: f64) -> f64 {
    let ratio = p / q;
    if ratio.is_normal() { ratio.ln() } else { p.ln() - q.ln() }
}
