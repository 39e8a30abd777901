//! All that is done before the first iteration where a model has sufficient statistics or counts, beside a plain sum and a
//! loop that counts.
//!
//!     cargo bench --bench statistics [-- NAME]

use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::prelude::*;

fn main() {
    divan::main();
}

const ROWS: [usize; 3] = [10_000, 1_000_000, 10_000_000];

fn draws<M: Draw>(model: &M, theta: &[f64], rows: usize) -> Vec<Value<M>> {
    let mut rng = SmallRng::seed_from_u64(1);
    (0..rows).map(|_| model.draw(theta, &mut rng)).collect()
}

fn durations(rows: usize) -> Vec<f64> {
    draws(&Gamma, &[2.5, 1.3], rows)
}

fn counts(rows: usize) -> Vec<u64> {
    draws(&NegativeBinomial, &[3.0, 1.5], rows)
}

#[divan::bench(args = ROWS, max_time = 1)]
fn plain_sum(bencher: Bencher, rows: usize) {
    let x = durations(rows);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| {
        black_box(&x).as_chunks::<16>().0.iter().fold([0.0; 16], |mut sums: [f64; 16], x| {
            sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
            sums
        })
    });
}

#[divan::bench(args = ROWS, max_time = 1)]
fn copy(bencher: Bencher, rows: usize) {
    let x = durations(rows);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| black_box(&x).clone());
}

#[divan::bench(types = [Normal, Gamma], args = ROWS, max_time = 1)]
fn shared_slice<M: Model<Of = f64> + OfDurations>(bencher: Bencher, rows: usize) {
    let (x, one) = (Arc::new(durations(rows)), Estimator::new(M::new()).threads(1));
    bencher.counter(ItemsCount::new(rows)).bench_local(|| one.fit(black_box(&x).clone()));
}

#[divan::bench(types = [Normal, Gamma], args = ROWS, max_time = 1)]
fn copied_slice<M: Model<Of = f64> + OfDurations>(bencher: Bencher, rows: usize) {
    let (x, one) = (durations(rows), Estimator::new(M::new()).threads(1));
    bencher.counter(ItemsCount::new(rows)).bench_local(|| one.fit(black_box(&x)));
}

/// A model without parts that are known.
trait OfDurations {
    fn new() -> Self;
}

impl OfDurations for Normal {
    fn new() -> Normal {
        Normal
    }
}

impl OfDurations for Gamma {
    fn new() -> Gamma {
        Gamma
    }
}

/// One table of counters.
#[divan::bench(args = ROWS, max_time = 1)]
fn counting_by_hand(bencher: Bencher, rows: usize) {
    let x = counts(rows);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| {
        let mut table = vec![0_u64; 65_536];
        black_box(&x).iter().for_each(|&x| table[(x as usize).min(65_535)] += 1);
        table
    });
}

#[divan::bench(types = [u64, u32, u8, f64], args = ROWS, max_time = 1)]
fn negative_binomial<T: OfCount>(bencher: Bencher, rows: usize)
where
    for<'x> &'x Vec<T>: Data<NegativeBinomial>,
{
    let x: Vec<T> = counts(rows).into_iter().map(T::of).collect();
    let one = Estimator::new(NegativeBinomial).threads(1);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| one.fit(black_box(&x)));
}

#[divan::bench(args = ROWS, max_time = 1)]
fn negative_binomial_on_all_processors(bencher: Bencher, rows: usize) {
    let x = counts(rows);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| NegativeBinomial.fit(black_box(&x)));
}

/// A type that holds counts.
trait OfCount {
    fn of(count: u64) -> Self;
}

macro_rules! of_count {
    ($($type:ty)*) => { $(
        impl OfCount for $type {
            fn of(count: u64) -> $type {
                count.min(255) as $type
            }
        }
    )* };
}
of_count! { u64 u32 u8 f64 }
