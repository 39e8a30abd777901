//! The incomplete gamma function of a power, which may underflow where its own power does not.

use crate::scalar::{Condition, Scalar};

/// ln P(a, eᵘ)
pub(super) fn ln_gamma_p_at_exp<S: Scalar>(a: S, u: S) -> S {
    u.less_than(SMALL).select(ln_first(a, u), a.ln_gamma_p(u.exp()))
}

/// ln Q(a, eᵘ)
pub(super) fn ln_gamma_q_at_exp<S: Scalar>(a: S, u: S) -> S {
    u.less_than(SMALL).select(ln_first(a, u).ln_1m_exp(), a.ln_gamma_q(u.exp()))
}

/// At smaller u the second term of the series is smaller than rounding.
const SMALL: f64 = -40.0;

/// The first term of the series of P (DLMF 8.7.1).
fn ln_first<S: Scalar>(a: S, u: S) -> S {
    a * u - (a + 1.0).ln_gamma()
}
