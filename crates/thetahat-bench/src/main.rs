//! What a pass over the rows costs, beside kernels written by hand, and what whole fits cost. See README.md.
//!
//!     cargo run --release -p thetahat-bench -- [pass|fit|threads|statistics|growth|counting] [rows]

#[cfg(target_arch = "x86_64")]
mod hand;

use std::hint::black_box;
use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::prelude::*;
use thetahat::testing::Likelihood;

type Hand = fn(&[f64], &[f64]) -> Vec<f64>;

/// The least time of many, in seconds, of each of several things, taken in turn, so that they meet the same machine.
fn race(works: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let mut best = vec![f64::INFINITY; works.len()];
    let begun = Instant::now();
    while begun.elapsed().as_secs_f64() < 1.5 {
        for (best, work) in best.iter_mut().zip(works.iter_mut()) {
            let start = Instant::now();
            work();
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    best
}

fn draws<M: Draw>(model: &M, theta: &[f64], rows: usize) -> Vec<Value<M>> {
    let mut rng = SmallRng::seed_from_u64(1);
    (0..rows).map(|_| model.draw(theta, &mut rng)).collect()
}

fn pass<M: Draw<Of = f64>>(
    name: &str,
    model: &M,
    theta: &[f64],
    hand: Option<Hand>,
    rows: usize,
) -> thetahat::Result<()> {
    let x = draws(model, theta, rows);
    let likelihood = Likelihood::new(model, &x, 1)?;
    let free = likelihood.free(theta).expect("inside the space");
    let (value, _) = likelihood.slope(&free);
    let by_hand = |x: &[f64]| hand.map(|hand| hand(theta, x));
    if let Some(sums) = by_hand(&x) {
        assert!((sums[0] / value - 1.0).abs() < 1e-9, "{name}: {value} and by hand {}", sums[0]);
    }
    let times = race(&mut [
        &mut || drop(black_box(likelihood.slope(black_box(&free)))),
        &mut || drop(black_box(likelihood.curvature(black_box(&free)))),
        &mut || drop(black_box(by_hand(black_box(&x)))),
    ]);
    let ns: Vec<f64> = times.iter().map(|time| time / rows as f64 * 1e9).collect();
    let hand = match hand {
        Some(_) => format!("by hand {:6.2}  ratio {:5.2}", ns[2], ns[0] / ns[2]),
        None => String::new(),
    };
    println!("{name:24} gradient {:7.2}  Hessian {:7.2} (× {:5.2})  {hand}", ns[0], ns[1], ns[1] / ns[0]);
    Ok(())
}

#[cfg(target_arch = "x86_64")]
fn by_hand() -> Option<[Hand; 5]> {
    if !std::arch::is_x86_feature_detected!("avx2") || !std::arch::is_x86_feature_detected!("fma") {
        return None;
    }
    // SAFETY: the features were just detected.
    Some([
        |theta, x| unsafe { hand::weibull(theta, x) },
        |theta, x| unsafe { hand::logistic(theta, x) },
        |theta, x| {
            use thetahat::special::{ln_rising, polygamma_rising};
            let nu = theta[2];
            let constant = ln_rising(0.5 * nu, 0.5) - 0.5 * (std::f64::consts::PI * nu).ln() - theta[1].ln();
            let slope = 0.5 * polygamma_rising(0, 0.5 * nu, 0.5) - 0.5 / nu;
            unsafe { hand::student_t(theta, [constant, slope], x) }
        },
        |theta, x| unsafe { hand::gev(theta, x) },
        |theta, x| unsafe { hand::mixture(theta, x) },
    ])
}

#[cfg(not(target_arch = "x86_64"))]
fn by_hand() -> Option<[Hand; 5]> {
    None
}

fn five_normals() -> (Mixture<Vec<Normal>>, Vec<f64>) {
    let means = [-6.0, -2.5, 0.0, 3.0, 7.0].iter().flat_map(|mu| [*mu, 1.0 + 0.1 * mu * mu / 7.0]);
    let theta = [0.1, 0.2, 0.3, 0.25, 0.15].into_iter().chain(means).collect();
    (Mixture(vec![Normal; 5]), theta)
}

fn passes(rows: usize) -> thetahat::Result<()> {
    println!("value and gradient, then with the Hessian, ns per observation, {rows} rows, one thread");
    let hand = by_hand();
    let hand = |at: usize| hand.map(|hand| hand[at]);
    pass("Weibull", &Weibull, &[1.7, 2.3], hand(0), rows)?;
    pass("Logistic", &Logistic, &[0.4, 1.3], hand(1), rows)?;
    pass("StudentT", &StudentT, &[0.4, 1.3, 4.5], hand(2), rows)?;
    pass("GeneralizedExtremeValue", &GeneralizedExtremeValue, &[0.4, 1.3, 0.1], hand(3), rows)?;
    let (mixture, theta) = five_normals();
    pass("Mixture of 5 normals", &mixture, &theta, hand(4), rows)?;
    pass("Normal", &Normal, &[0.4, 1.3], None, rows)?;
    pass("Gamma", &Gamma, &[2.5, 1.3], None, rows)
}

/// One pass for the sufficient statistics, beside a plain sum.
fn statistics(rows: usize) -> thetahat::Result<()> {
    println!("sufficient statistics and all else before the first iteration, ns per value, {rows} rows, one thread");
    let x = draws(&Gamma, &[2.5, 1.3], rows);
    let (normal, gamma) = (Estimator::new(Normal).threads(1), Estimator::new(Gamma).threads(1));
    let shared = std::sync::Arc::new(x.clone());
    let ns = race(&mut [
        &mut || {
            let sums = black_box(&x).as_chunks::<16>().0.iter().fold([0.0; 16], |mut sums: [f64; 16], x| {
                sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
                sums
            });
            black_box(sums);
        },
        &mut || drop(black_box(Likelihood::new(&Normal, black_box(&x), 1))),
        &mut || drop(black_box(Likelihood::new(&Gamma, black_box(&x), 1))),
        &mut || drop(black_box(black_box(&x).clone())),
        &mut || drop(black_box(normal.fit(black_box(shared.clone())))),
        &mut || drop(black_box(gamma.fit(black_box(shared.clone())))),
    ]);
    let names = [
        "plain sum",
        "Normal, copied",
        "Gamma, copied",
        "copy",
        "Normal, shared, whole fit",
        "Gamma, shared, whole fit",
    ];
    for (name, time) in names.iter().zip(&ns) {
        println!("{name:28} {:7.3}   {:5.2} of the plain sum's rate", time / rows as f64 * 1e9, ns[0] / time);
    }
    Ok(())
}

fn threads(rows: usize) -> thetahat::Result<()> {
    let x = draws(&Weibull, &[1.7, 2.3], rows);
    let (one, two) = (Likelihood::new(&Weibull, &x, 1)?, Likelihood::new(&Weibull, &x, 2)?);
    let free = one.free(&[1.7, 2.3]).expect("inside the space");
    assert_eq!(one.curvature(&free), two.curvature(&free), "the same bits");
    let times = race(&mut [&mut || drop(black_box(one.slope(black_box(&free)))), &mut || {
        drop(black_box(two.slope(black_box(&free))))
    }]);
    println!(
        "Weibull, {rows} rows: two threads are {:.2} times as fast as one, with the same bits",
        times[0] / times[1]
    );
    Ok(())
}

/// What whole fits cost at so many rows and so many coefficients: in all, and for each row.
fn growth(most: usize) {
    println!("whole fits of shared columns, all processors: ms, and ns per row; what memory was used at most");
    let mut rows = 1000;
    while rows <= most {
        let x = std::sync::Arc::new(draws(&Weibull, &[1.7, 2.3], rows));
        grown("Normal", Normal, x.clone(), rows);
        grown("Gamma", Gamma, x.clone(), rows);
        grown("Weibull", Weibull, x.clone(), rows);
        if rows <= 10_000_000 {
            grown("StudentT", StudentT, x.clone(), rows);
        }
        drop(x);
        let counts: Vec<u64> = draws(&NegativeBinomial, &[3.0, 1.5], rows);
        grown("NegativeBinomial", NegativeBinomial, &counts, rows);
        rows *= 10;
    }
    println!("logistic regression, 10,000 rows");
    for p in [2, 5, 10, 20, 50] {
        let (table, names) = logistic_table(10_000, p).expect("columns of one length");
        let model = Regress(Bernoulli).on("p", names.iter().map(String::as_str));
        let response = table.response("y").expect("a column");
        let seconds = least(|| drop(black_box(model.fit(black_box(response.clone())).expect("a fit"))));
        println!("  p = {p:3}  {:10.3} ms  {:8.1} ns per row and coefficient", seconds * 1e3, seconds * 1e5 / p as f64);
    }
}

/// Rows of independent normal covariates, and an outcome with a coefficient of ±0.3 for each.
fn logistic_table(rows: usize, p: usize) -> thetahat::Result<(Table, Vec<String>)> {
    let mut rng = SmallRng::seed_from_u64(2);
    let names: Vec<String> = (0..p).map(|k| format!("x{k}")).collect();
    let columns: Vec<Vec<f64>> =
        (0..p).map(|_| (0..rows).map(|_| Normal.draw(&[0.0, 1.0], &mut rng)).collect()).collect();
    let slope = |k: usize| if k.is_multiple_of(2) { 0.3 } else { -0.3 };
    let outcome = |row: usize| {
        let score: f64 = (0..p).map(|k| slope(k) * columns[k][row]).sum();
        f64::from(Uniform.draw(&[0.0, 1.0], &mut rng) < 1.0 / (1.0 + (-score).exp()))
    };
    let y: Vec<f64> = (0..rows).map(outcome).collect();
    let mut csv = format!("{},y", names.join(","));
    for (row, y) in y.iter().enumerate() {
        csv.push('\n');
        columns.iter().for_each(|column| csv.push_str(&format!("{},", column[row])));
        csv.push_str(&y.to_string());
    }
    Ok((Table::from_csv(csv.as_bytes())?, names))
}

/// The least time of a few, in seconds.
fn least(mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut best = f64::INFINITY;
    while best == f64::INFINITY || begun.elapsed().as_secs_f64() < 0.5 {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

fn grown<M: Model, D: thetahat::Data<M> + Clone>(name: &str, model: M, data: D, rows: usize) {
    let seconds = least(|| drop(black_box(model.fit(black_box(data.clone())).expect("a fit"))));
    let (ms, ns) = (seconds * 1e3, seconds / rows as f64 * 1e9);
    println!("  {name:18} n = {rows:10}  {ms:10.3} ms  {ns:9.2} ns per row  {}", most_memory());
}

/// The most memory that was in use so far, where the system says it.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    most.map_or_else(String::new, |most| most.trim().to_string())
}

/// Counting, beside a loop written by hand.
fn counting(rows: usize) -> thetahat::Result<()> {
    println!("a negative binomial on {rows} counts, ns per count, one thread; by hand: one table of 65,536 counters");
    let x: Vec<u64> = draws(&NegativeBinomial, &[3.0, 1.5], rows);
    let one = Estimator::new(NegativeBinomial).threads(1);
    let bytes: Vec<u8> = x.iter().map(|&x| u8::try_from(x).unwrap_or(u8::MAX)).collect();
    let halves: Vec<u32> = x.iter().map(|&x| x as u32).collect();
    let reals: Vec<f64> = x.iter().map(|&x| x as f64).collect();
    let by_hand = |x: &[u64]| {
        let mut table = vec![0_u64; 65_536];
        x.iter().for_each(|&x| table[(x as usize).min(65_535)] += 1);
        table
    };
    let times = race(&mut [
        &mut || drop(black_box(by_hand(black_box(&x)))),
        &mut || drop(black_box(one.fit(black_box(&x)))),
        &mut || drop(black_box(one.fit(black_box(&halves)))),
        &mut || drop(black_box(one.fit(black_box(&bytes)))),
        &mut || drop(black_box(one.fit(black_box(&reals)))),
        &mut || drop(black_box(NegativeBinomial.fit(black_box(&x)))),
    ]);
    for (name, time) in ["by hand, u64", "u64", "u32", "u8", "f64", "u64, all processors"].iter().zip(&times) {
        println!("{name:24} {:7.3}   {:5.2} × by hand", time / rows as f64 * 1e9, time / times[0]);
    }
    Ok(())
}

fn fit<M: Model, D: thetahat::Data<M> + Clone>(name: &str, model: M, data: D, rows: usize) {
    let estimator = Estimator::new(model);
    let times = race(&mut [&mut || drop(black_box(estimator.fit(black_box(data.clone()))))]);
    println!("{name:24} n = {rows:8}  {:12.1} µs", times[0] * 1e6);
}

fn fits(rows: usize) {
    fit("Normal", Normal, &draws(&Normal, &[0.4, 1.3], rows), rows);
    fit("Gamma", Gamma, &draws(&Gamma, &[2.5, 1.3], rows), rows);
    let x = draws(&Weibull, &[1.7, 2.3], rows);
    fit("Weibull", Weibull, &x, rows);
    let censored: Vec<_> = x.iter().map(|x| if *x < 2.5 { At(*x) } else { After(2.5) }).collect();
    fit("Weibull, censored", Weibull, &censored, rows);
    fit("StudentT", StudentT, &draws(&StudentT, &[0.4, 1.3, 4.5], rows), rows);
    fit("NegativeBinomial", NegativeBinomial, &draws(&NegativeBinomial, &[3.0, 1.5], rows), rows);
    let two = Mixture([Normal, Normal]);
    fit("Mixture of 2 normals", two, &draws(&two, &[0.35, 0.65, 2.0, 0.3, 4.3, 0.4], rows), rows);
}

fn main() -> thetahat::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let what = arguments.first().map_or("all", String::as_str);
    let rows = |default: usize| arguments.get(1).and_then(|rows| rows.parse().ok()).unwrap_or(default);
    if ["all", "pass"].contains(&what) {
        passes(rows(131_072))?;
    }
    if ["all", "statistics"].contains(&what) {
        statistics(rows(1_000_000))?;
    }
    if ["all", "threads"].contains(&what) {
        threads(rows(131_072))?;
        threads(rows(1_000_000))?;
    }
    if what == "growth" {
        growth(rows(10_000_000));
    }
    if ["all", "counting"].contains(&what) {
        counting(rows(10_000_000))?;
    }
    if ["all", "fit"].contains(&what) {
        match arguments.get(1) {
            Some(_) => fits(rows(100)),
            None => [100, 10_000, 1_000_000].into_iter().for_each(fits),
        }
    }
    Ok(())
}
