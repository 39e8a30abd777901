//! Progress on standard error, for fits that take more than a second.

use thetahat::estimator::Progress;

/// Writes one line over the last.
pub(crate) fn show(progress: &Progress) {
    let Progress { iterations, rows, elapsed, log_likelihood, .. } = progress;
    let rate = *rows as f64 / elapsed.as_secs_f64() / 1e6;
    eprint!("\r{iterations} iterations, {rate:.1} million rows/s, log-likelihood {log_likelihood:.4}    ");
}
