//! What the benchmarks are held against: code as an expert writes it for one model.

#[cfg(target_arch = "x86_64")]
mod kernels;

/// The value and gradient of a log-likelihood at θ over observations.
pub(crate) type Kernel = fn(&[f64], &[f64]) -> Vec<f64>;

/// The kernels of the Weibull, logistic, Student t and generalised extreme value laws and of a mixture of five normal ones;
/// none on a processor without AVX2.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
pub(crate) fn kernels() -> Option<[Kernel; 5]> {
    if !std::arch::is_x86_feature_detected!("avx2") || !std::arch::is_x86_feature_detected!("fma") {
        return None;
    }
    // SAFETY: the features were just detected.
    Some([
        |theta, x| unsafe { kernels::weibull(theta, x) },
        |theta, x| unsafe { kernels::logistic(theta, x) },
        |theta, x| {
            use thetahat::special::{ln_rising, polygamma_rising};
            let nu = theta[2];
            let constant = ln_rising(0.5 * nu, 0.5) - 0.5 * (std::f64::consts::PI * nu).ln() - theta[1].ln();
            let slope = 0.5 * polygamma_rising(0, 0.5 * nu, 0.5) - 0.5 / nu;
            unsafe { kernels::student_t(theta, [constant, slope], x) }
        },
        |theta, x| unsafe { kernels::gev(theta, x) },
        |theta, x| unsafe { kernels::mixture(theta, x) },
    ])
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn kernels() -> Option<[Kernel; 5]> {
    None
}
