//! The one place that asks what the processor can do, and the one of the library with `unsafe` blocks.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU8, Ordering};

/// What loops over rows are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Instructions {
    /// What every processor of the kind has: SSE2, or NEON with fused multiplication and addition.
    Baseline,
    /// Four numbers at a time, and fused multiplication and addition.
    Avx2,
    /// Eight numbers at a time.
    Avx512,
}

/// The best that is used, as a number.
static MOST: AtomicU8 = AtomicU8::new(Instructions::Avx512 as u8);

impl Instructions {
    /// All that this processor has, the best last.
    pub fn available() -> Vec<Instructions> {
        use Instructions::{Avx2, Avx512, Baseline};
        [Baseline, Avx2, Avx512].into_iter().filter(|instructions| *instructions <= best()).collect()
    }

    /// Has every later pass of this process use no better ones, so that they can be compared. With AVX2 and AVX-512 the bits
    /// of all results are the same; without fused operations they differ in the last places.
    pub fn limit(self) {
        MOST.store(self as u8, Ordering::Relaxed);
    }
}

/// Work whose loops gain from wider vectors and fused multiplication and addition.
pub(crate) trait Vectorised {
    type Output;

    /// Does it. Implementations are `#[inline(always)]`, and so is what their loops call, so that all of it is compiled once
    /// for each kind of processor.
    fn run<const FMA: bool>(self) -> Self::Output;
}

/// Does the work with the best instructions that this processor has.
pub(crate) fn dispatch<W: Vectorised>(work: W) -> W::Output {
    dispatch_with(MOST.load(Ordering::Relaxed), work)
}

/// The same with no better instructions than these, as a number.
pub(super) fn dispatch_with<W: Vectorised>(most: u8, work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn with_avx2<W: Vectorised>(work: W) -> W::Output {
            work.run::<true>()
        }
        #[target_feature(enable = "avx2,fma,avx512f,avx512dq,avx512vl")]
        fn with_avx512<W: Vectorised>(work: W) -> W::Output {
            work.run::<true>()
        }
        let best = most.min(best() as u8);
        // SAFETY: both are safe functions but for the features they are compiled for, and `best` has found on this processor
        // every one of those that stand in front of the function.
        unsafe {
            if best >= Instructions::Avx512 as u8 {
                return with_avx512(work);
            }
            if best >= Instructions::Avx2 as u8 {
                return with_avx2(work);
            }
        }
    }
    // Every 64-bit ARM processor fuses; elsewhere a fused operation would be a call.
    #[cfg(target_arch = "aarch64")]
    return work.run::<true>();
    #[cfg(not(target_arch = "aarch64"))]
    work.run::<false>()
}

/// Whether what is dispatched takes eight numbers at a time.
pub(super) fn is_wide() -> bool {
    #[cfg(target_arch = "x86_64")]
    return MOST.load(Ordering::Relaxed).min(best() as u8) >= Instructions::Avx512 as u8;
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Asks for values that are read soon: a loop over few rows ends before the processor has seen that more of them follow.
pub(crate) fn prefetch(values: &[f64]) {
    #[cfg(target_arch = "x86_64")]
    for line in values.chunks(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint, which reads and writes nothing at any address, by an instruction that every such processor has.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = values;
}

/// So many numbers are a line of the cache.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 8;

/// The best instructions that this processor and its operating system have.
#[cfg(target_arch = "x86_64")]
fn best() -> Instructions {
    use std::arch::is_x86_feature_detected as has;
    // The standard library remembers what it has found.
    if !(has!("avx2") && has!("fma")) {
        return Instructions::Baseline;
    }
    if has!("avx512f") && has!("avx512dq") && has!("avx512vl") { Instructions::Avx512 } else { Instructions::Avx2 }
}

/// Others have no better ones.
#[cfg(not(target_arch = "x86_64"))]
fn best() -> Instructions {
    Instructions::Baseline
}
