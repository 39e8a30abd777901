//! A pass over rows allocates what it returns and its sums, nothing for a row, a chunk, a block or an instruction. One test:
//! what is counted is the whole process.

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

const BLOCK: usize = 4096;

/// That a pass over many rows allocates as often as one over few, and no more but for a sum in each level of the tree of blocks.
fn check(name: &str, of_rows: impl Fn(usize) -> (Likelihood, Vec<f64>)) {
    let counted = |blocks: usize| {
        let (likelihood, free) = of_rows(blocks * BLOCK);
        // The first compiles.
        likelihood.slope(&free);
        likelihood.curvature(&free);
        let slope = allocated(|| drop(likelihood.slope(&free)));
        let curvature = allocated(|| drop(likelihood.curvature(&free)));
        [slope, curvature]
    };
    for (few, many) in counted(2).into_iter().zip(counted(34)) {
        assert!(many.0 <= few.0, "{name}: {few:?} {many:?}");
        assert!(many.1 <= few.1 + 4 * 1500, "{name}: {few:?} {many:?}");
        assert!(few.0 < 100 && few.1 < 30_000, "{name}: {few:?}");
    }
}

fn values(rows: usize) -> Vec<f64> {
    (0..rows).map(|k| 0.1 + (k as f64 * 0.618_033_988_749_895).fract()).collect()
}

fn check_of<M: Model<Of = f64>>(model: &M, theta: &[f64]) {
    let of_rows = |rows: usize| {
        let likelihood = Likelihood::new(model, values(rows), 1).expect("observations of the model");
        let free = likelihood.free(theta).expect("inside the space");
        (likelihood, free)
    };
    check(&model.name(), of_rows);
}

#[test]
fn a_pass_allocates_nothing_by_row() {
    check_of(&Weibull, &[1.7, 2.3]);
    check_of(&Logistic, &[0.4, 1.3]);
    check_of(&StudentT, &[0.4, 1.3, 4.5]);
    check_of(&GeneralizedExtremeValue, &[0.4, 1.3, 0.1]);
    check_of(&Mixture([Normal; 2]), &[0.4, 0.6, 0.5, 0.4, 2.0, 0.7]);
    check("a regression", |rows| {
        let names = ["y", "a", "b"];
        let columns = names.map(|name| (name, values(rows).into()));
        let table = Table::new(columns).expect("columns");
        let model = Regress(Normal).on("mu", ["a", "b"]);
        let data = table.response("y").expect("a column");
        (Likelihood::new(&model, data, 1).expect("observations of the model"), vec![0.5, 0.1, -0.1, 0.3])
    });
}
