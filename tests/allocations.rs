//! A pass over rows allocates what it returns, and nothing for a row, a chunk, a block, an instruction or a sum; an iteration of
//! a search allocates nothing, unless its step is cut short. What is counted is one thread: those of the test runner allocate
//! when they like.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use thetahat::prelude::*;
use thetahat::testing::Likelihood;

/// The allocator of the system, and how often it was asked.
struct Counting;

thread_local! {
    static TIMES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TIMES.set(TIMES.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread asks for memory.
fn allocated(run: impl Fn()) -> usize {
    let before = TIMES.get();
    run();
    TIMES.get() - before
}

const BLOCK: usize = 4096;

/// That a pass over few rows, as one over many, allocates no more than the gradient and the Hessian that it returns.
fn check(name: &str, of_rows: impl Fn(usize) -> (Likelihood, Vec<f64>)) {
    let counted = |blocks: usize| {
        let (likelihood, free) = of_rows(blocks * BLOCK);
        // The first compiles.
        likelihood.slope(&free);
        likelihood.curvature(&free);
        let slope = allocated(|| drop(likelihood.slope(&free)));
        let curvature = allocated(|| drop(likelihood.curvature(&free)));
        assert_eq!((slope, curvature), (1, 2), "{name}, {blocks} blocks");
    };
    counted(2);
    counted(34);
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

/// That a search which starts farther away, and so takes more iterations, allocates no more. Both take as many as there are
/// evaluations that are remembered, and no step that is cut short.
fn check_iterations<M: Model<Of = f64> + Clone>(model: &M, far: f64) {
    let data = values(800);
    let best = model.fit(&data).expect("a fit");
    let fit = |factor: f64| {
        let start: Vec<f64> = best.estimates().iter().map(|estimate| factor * estimate.value).collect();
        let estimator = Estimator::new(model.clone()).start_at(start).threads(1);
        let iterations = estimator.fit(&data).expect("a fit").certificate().iterations;
        (iterations, allocated(|| drop(estimator.fit(&data))))
    };
    let (near, far) = (fit(1.01), fit(far));
    assert!(near.0 >= 3 && far.0 > near.0, "{}: {near:?} {far:?}", model.name());
    assert_eq!(far.1, near.1, "{}: {near:?} {far:?}", model.name());
}

#[test]
fn no_pass_and_no_iteration_allocates() {
    check_iterations(&Weibull, 1.3);
    check_iterations(&Logistic, 1.1);
    check_iterations(&Gumbel, 1.1);
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
