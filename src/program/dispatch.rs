//! The one place that asks what the processor can do, and the one `unsafe` block of the library.

#![allow(unsafe_code)]

/// Work whose loops gain from wider vectors and fused multiplication and addition.
pub(crate) trait Vectorised {
    type Output;

    /// Does it. Implementations are `#[inline(always)]`, and so is what their loops call, so that all of it is compiled once
    /// for each kind of processor.
    fn run<const FMA: bool>(self) -> Self::Output;
}

/// Does the work with the best instructions that this processor has.
pub(crate) fn dispatch<W: Vectorised>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn with_avx2<W: Vectorised>(work: W) -> W::Output {
            work.run::<true>()
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            // SAFETY: `with_avx2` is a safe function but for the two features it is compiled for, and the processor was
            // just found to have both.
            return unsafe { with_avx2(work) };
        }
    }
    // Every 64-bit ARM processor fuses; elsewhere a fused operation would be a call.
    #[cfg(target_arch = "aarch64")]
    return work.run::<true>();
    #[cfg(not(target_arch = "aarch64"))]
    work.run::<false>()
}
