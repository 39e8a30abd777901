//! A pass over rows allocates what it returns and one vector of sums for each block of 4096 rows, nothing for a row, a chunk or an
//! instruction. One test: what is counted is the whole process.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use thetahat::prelude::*;
use thetahat::testing::Likelihood;

/// The allocator of the system, and how often and for how many bytes it was asked.
struct Counting;

static TIMES: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TIMES.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often and for how many bytes.
fn allocated(run: impl Fn()) -> (usize, usize) {
    let before = (TIMES.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    run();
    (TIMES.load(Ordering::Relaxed) - before.0, BYTES.load(Ordering::Relaxed) - before.1)
}

fn check<M: Model<Of = f64>>(model: &M, theta: &[f64]) {
    const BLOCK: usize = 4096;
    let pass = |blocks: usize| {
        let x: Vec<f64> = (0..blocks * BLOCK).map(|k| 0.1 + (k as f64 * 0.618_033_988_749_895).fract()).collect();
        let likelihood = Likelihood::new(model, x, 1).expect("observations of the model");
        let free = likelihood.free(theta).expect("inside the space");
        // The first compiles.
        likelihood.slope(&free);
        likelihood.curvature(&free);
        let slope = allocated(|| drop(likelihood.slope(&free)));
        let curvature = allocated(|| drop(likelihood.curvature(&free)));
        [slope, curvature]
    };
    for (few, many) in pass(2).into_iter().zip(pass(34)) {
        let blocks = 32;
        assert!(many.0 <= few.0 + 2 * blocks, "{}: {few:?} {many:?}", model.name());
        assert!(many.1 <= few.1 + blocks * 3000, "{}: {few:?} {many:?}", model.name());
        assert!(few.0 < 100 && few.1 < 30_000, "{}: {few:?}", model.name());
    }
}

#[test]
fn a_pass_allocates_nothing_by_row() {
    check(&Weibull, &[1.7, 2.3]);
    check(&Logistic, &[0.4, 1.3]);
    check(&StudentT, &[0.4, 1.3, 4.5]);
    check(&GeneralizedExtremeValue, &[0.4, 1.3, 0.1]);
    check(&Mixture([Normal; 2]), &[0.4, 0.6, 0.5, 0.4, 2.0, 0.7]);
}
