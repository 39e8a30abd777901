//! Entropy and cross-entropy.

use super::{Information, Probabilities};
use crate::error::Result;
use crate::special::{compensated_sum, x_ln_y};

/// The entropy H(p) = −Σ pᵢ ln pᵢ: the least mean length of a description of an outcome of p. 0 · ln 0 = 0.
///
/// Between 0, for one certain outcome, and ln k, for k equally probable ones. Relative error below 1e-15.
///
/// # Example
///
/// ```
/// use thetahat::information::{Probabilities, entropy};
///
/// let coin = Probabilities::new([0.5, 0.5])?;
/// assert_eq!(entropy(&coin).bits(), 1.0);
///
/// let certain = Probabilities::new([0.0, 1.0])?;
/// assert_eq!(entropy(&certain).nats(), 0.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Shannon, *A mathematical theory of communication*, Bell System Technical Journal 27, 1948; Cover and Thomas, *Elements
/// of Information Theory*, 2nd ed., section 2.1.
pub fn entropy(p: &Probabilities) -> Information {
    Information::from_nats(compensated_sum(p.as_slice().iter().map(|&p| -x_ln_y(p, p))))
}

/// The cross-entropy H(p, q) = −Σ pᵢ ln qᵢ: the mean length of a description of an outcome of p by the code that is best
/// for q. Infinite if q excludes an outcome that p allows; 0 · ln 0 = 0.
///
/// For p̂ of n observations it is −(1/n) ln L, which maximum likelihood makes least.
///
/// # Errors
///
/// [`Error::Length`](crate::Error::Length) if p and q do not have as many outcomes as each other.
///
/// # Example
///
/// ```
/// use thetahat::information::{Probabilities, cross_entropy};
///
/// let (p, q) = (Probabilities::new([0.5, 0.5])?, Probabilities::new([0.25, 0.75])?);
/// assert!(cross_entropy(&p, &q)? > cross_entropy(&p, &p)?);
///
/// let certain = Probabilities::new([1.0, 0.0])?;
/// assert_eq!(cross_entropy(&p, &certain)?.nats(), f64::INFINITY);
/// assert!(cross_entropy(&p, &Probabilities::new([1.0])?).is_err());
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Cover and Thomas, *Elements of Information Theory*, 2nd ed., theorem 5.4.3.
pub fn cross_entropy(p: &Probabilities, q: &Probabilities) -> Result<Information> {
    let terms = p.pairs(q)?.map(|(p, q)| -x_ln_y(p, q));
    Ok(Information::from_nats(compensated_sum(terms)))
}
