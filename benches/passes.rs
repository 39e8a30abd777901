//! One pass over the rows: the log-likelihood, with its gradient, with its Hessian, on one thread. `by_hand` is value and
//! gradient again, by a kernel for this one model.
//!
//!     cargo bench --bench passes [-- NAME]

mod by_hand;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rand::SeedableRng;
use rand::rngs::SmallRng;
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

/// A model at a point.
trait Case {
    type Law: Draw<Of = f64>;
    const THETA: &'static [f64];
    /// Its place among the kernels by hand.
    const KERNEL: usize;
    fn law() -> Self::Law;
}

macro_rules! cases {
    ($($law:ident $theta:expr, $kernel:expr;)*) => { $(
        impl Case for $law {
            type Law = $law;
            const THETA: &'static [f64] = &$theta;
            const KERNEL: usize = $kernel;
            fn law() -> $law {
                $law
            }
        }
    )* };
}
cases! {
    Weibull [1.7, 2.3], 0;
    Logistic [0.4, 1.3], 1;
    StudentT [0.4, 1.3, 4.5], 2;
    GeneralizedExtremeValue [0.4, 1.3, 0.1], 3;
}

/// A mixture of five normal distributions.
struct FiveNormals;

impl Case for FiveNormals {
    type Law = Mixture<[Normal; 5]>;
    const THETA: &'static [f64] = &[0.1, 0.2, 0.3, 0.25, 0.15, -6.0, 1.5, -2.5, 1.1, 0.0, 1.0, 3.0, 1.15, 7.0, 1.7];
    const KERNEL: usize = 4;
    fn law() -> Self::Law {
        Mixture([Normal; 5])
    }
}

fn rows<C: Case>(count: usize) -> Vec<f64> {
    let mut rng = SmallRng::seed_from_u64(1);
    (0..count).map(|_| C::law().draw(C::THETA, &mut rng)).collect()
}

fn likelihood<C: Case>(count: usize) -> (Likelihood, Vec<f64>) {
    let likelihood = Likelihood::new(&C::law(), &rows::<C>(count), 1).expect("observations of the model");
    let free = likelihood.free(C::THETA).expect("inside the space");
    (likelihood, free)
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
