//! Progress on standard error, of what takes more than a second.

use std::io::IsTerminal;

use thetahat::estimator::Progress;

/// Writes one line over the last.
pub(crate) fn show(progress: &Progress) {
    let Progress { iterations, rows, elapsed, log_likelihood, .. } = progress;
    let rate = *rows as f64 / elapsed.as_secs_f64() / 1e6;
    eprint!("\r{iterations} iterations, {rate:.1} million rows/s, log-likelihood {log_likelihood:.4}    ");
}

/// Whether there is anyone to show it to.
pub(crate) fn is_shown() -> bool {
    std::io::stderr().is_terminal()
}

/// Writes how many of how many are done over the last line, unless nobody sees it.
pub(crate) fn count(what: &'static str) -> impl Fn(usize, usize) + Send + Sync {
    let is_shown = is_shown();
    move |done, of| {
        if is_shown {
            eprint!("\r{done} of {of} {what}    ");
        }
    }
}
