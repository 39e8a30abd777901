//! One pass over the rows: the log-likelihood, with its gradient, with its Hessian, on one thread. `by_hand` is value and
//! gradient again, by a kernel for this one model.
//!
//!     cargo bench --bench passes [-- NAME]

mod by_hand;
mod cases;

use cases::{Case, FiveNormals, likelihood, rows};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use thetahat::prelude::*;
use thetahat::testing::Likelihood;

fn main() {
    // What is compared is the same.
    agree::<Weibull>();
    agree::<Logistic>();
    agree::<StudentT>();
    agree::<GeneralizedExtremeValue>();
    agree::<FiveNormals>();
    divan::main();
}

fn agree<C: Case>() {
    if let Some(kernels) = by_hand::kernels() {
        let (likelihood, free) = likelihood::<C>(1000);
        let (value, by_hand) = (likelihood.value(&free), kernels[C::KERNEL](C::THETA, &rows::<C>(1000))[0]);
        assert!((by_hand / value - 1.0).abs() < 1e-9, "{value}, and by hand {by_hand}");
    }
}

const ROWS: [usize; 3] = [100, 10_000, 1_000_000];

#[divan::bench(types = [Weibull, Logistic, StudentT, GeneralizedExtremeValue, FiveNormals], args = ROWS, max_time = 1)]
fn density<C: Case>(bencher: Bencher, count: usize) {
    let (likelihood, free) = likelihood::<C>(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| likelihood.value(black_box(&free)));
}

#[divan::bench(types = [Weibull, Logistic, StudentT, GeneralizedExtremeValue, FiveNormals], args = ROWS, max_time = 1)]
fn gradient<C: Case>(bencher: Bencher, count: usize) {
    let (likelihood, free) = likelihood::<C>(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| likelihood.slope(black_box(&free)));
}

#[divan::bench(types = [Weibull, Logistic, StudentT, GeneralizedExtremeValue, FiveNormals], args = ROWS, max_time = 1)]
fn gradient_by_hand<C: Case>(bencher: Bencher, count: usize) {
    let Some(kernels) = by_hand::kernels() else { return };
    let x = rows::<C>(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| kernels[C::KERNEL](C::THETA, black_box(&x)));
}

#[divan::bench(types = [Weibull, Logistic, StudentT, GeneralizedExtremeValue, FiveNormals], args = ROWS, max_time = 1)]
fn hessian<C: Case>(bencher: Bencher, count: usize) {
    let (likelihood, free) = likelihood::<C>(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| likelihood.curvature(black_box(&free)));
}

/// More threads give the same bits.
#[divan::bench(args = [1, 2, 4], max_time = 1)]
fn threads(bencher: Bencher, threads: usize) {
    let x = rows::<Weibull>(1_000_000);
    let one = Likelihood::new(&Weibull, &x, 1).expect("observations of the model");
    let several = Likelihood::new(&Weibull, &x, threads).expect("observations of the model");
    let free = one.free(Weibull::THETA).expect("inside the space");
    assert_eq!(one.curvature(&free), several.curvature(&free));
    bencher.bench_local(|| several.slope(black_box(&free)));
}
