//! One pass over 131,072 rows on one thread, beside a kernel by hand in the same run: one table of ns per row and ratios.
//!
//!     cargo bench --bench ratios [-- ROWS]

mod by_hand;
mod cases;

use std::hint::black_box;
use std::time::Instant;

use cases::{Case, FiveNormals, likelihood, rows};
use thetahat::prelude::*;
use thetahat::testing::Instructions;

/// Rounds, in each of which all are run, so that whatever slows the machine slows all.
const ROUNDS: usize = 25;

fn main() {
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(131_072);
    for instructions in Instructions::available().into_iter().skip(1) {
        instructions.limit();
        println!("{count} rows, ns per row, {instructions:?}; by hand Avx2");
        let head = ["value", "gradient", "by hand", "ratio", "Hessian", "× gradient"];
        println!("{:<24}{}", "", head.map(|name| format!("{name:>12}")).concat());
        row::<Weibull>("Weibull", count);
        row::<Logistic>("Logistic", count);
        row::<StudentT>("Student t", count);
        row::<GeneralizedExtremeValue>("GEV", count);
        row::<FiveNormals>("mixture of 5 normals", count);
    }
}

fn row<C: Case>(name: &str, count: usize) {
    let (likelihood, free) = likelihood::<C>(count);
    let x = rows::<C>(count);
    let by_hand = by_hand::kernels().map(|kernels| kernels[C::KERNEL]);
    let mut times = [const { vec![] }; 4];
    for _ in 0..ROUNDS {
        let mut time = |at: usize, run: &dyn Fn()| {
            run();
            let start = Instant::now();
            run();
            times[at].push(start.elapsed().as_secs_f64() * 1e9 / count as f64);
        };
        time(0, &|| _ = black_box(likelihood.value(black_box(&free))));
        time(1, &|| drop(black_box(likelihood.slope(black_box(&free)))));
        if let Some(kernel) = by_hand {
            time(2, &|| drop(black_box(kernel(C::THETA, black_box(&x)))));
        }
        time(3, &|| drop(black_box(likelihood.curvature(black_box(&free)))));
    }
    let [value, gradient, hand, hessian] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    });
    let columns = [value, gradient, hand, gradient / hand, hessian, hessian / gradient];
    println!("{name:<24}{}", columns.map(|number| format!("{number:>12.2}")).concat());
}
