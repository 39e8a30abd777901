//! Coverages that need not be drawn: the likelihood depends on a count alone, and each count has its interval.

use crate::REPLICATES;

/// The quantile of χ² of one degree of freedom: 1.959963984540054².
const CHI_SQUARED: f64 = 3.841458820694124;

/// Of the repetitions the interval is from the one with this rank to that with the same from above: at 95 %, 2.5 % of one more
/// than there are.
const RANK: usize = (REPLICATES + 1) / 40;

/// a ln(a / b), 0 where a is.
fn part(a: f64, b: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a * (a / b).ln() }
}

/// Of successes with p = 0.3: the probability of those whose likelihood ratio does not reject it, and of those whose
/// repetitions hold it.
pub(crate) fn of_bernoulli(n: usize) -> [f64; 2] {
    let (count, p) = (n as f64, 0.3);
    let law = |p: f64| binomial(n, p);
    let ratio = |k: f64| 2.0 * (part(k, count * p) + part(count - k, count * (1.0 - p)));
    // At an end nothing is repeated.
    coverages(&law(p), (count * p).round() as usize, ratio, |k| (0 < k && k < n).then(|| law(k as f64 / count)))
}

/// The same of sums of Poisson counts and λ = 2.5.
pub(crate) fn of_poisson(n: usize) -> [f64; 2] {
    let mean = 2.5 * n as f64;
    // Beyond, by Chernoff's bound, is less than exp(−(d²/2) / (mean + d/3)) with d = 12 √mean: 1e-23.
    let most = (mean + 12.0 * mean.sqrt()) as usize;
    let law = |mean: f64| poisson(mean, most);
    let ratio = |sum: f64| 2.0 * (part(sum, mean) - (sum - mean));
    coverages(&law(mean), mean.round() as usize, ratio, |sum| (sum > 0).then(|| law(sum as f64)))
}

/// The probabilities of the counts whose ratio does not reject the truth, and of those whose repetitions, of the law that
/// `fitted` says, hold the count that is the `truth`.
fn coverages(
    law: &[f64],
    truth: usize,
    ratio: impl Fn(f64) -> f64,
    fitted: impl Fn(usize) -> Option<Vec<f64>>,
) -> [f64; 2] {
    let mut total = [0.0; 2];
    for (k, probability) in law.iter().enumerate() {
        total[0] += if ratio(k as f64) <= CHI_SQUARED { *probability } else { 0.0 };
        // What has a probability below that of the repetitions' rounding is not looked at.
        if *probability > 1e-14 {
            total[1] += probability * fitted(k).map_or(0.0, |law| holds(&law, truth));
        }
    }
    total
}

/// The probability that the interval of repetitions of this law holds a value: unless too many are below it, or too few are
/// not above it.
fn holds(law: &[f64], truth: usize) -> f64 {
    let below: f64 = law[..truth].iter().sum();
    let not_above = below + law[truth];
    let too_few = |share: f64| binomial(REPLICATES, share)[..RANK].iter().sum::<f64>();
    1.0 - too_few(1.0 - below) - too_few(not_above)
}

/// The probabilities of 0 … n successes.
fn binomial(n: usize, p: f64) -> Vec<f64> {
    let p = p.clamp(0.0, 1.0);
    // From the most probable one outwards: that of 0 may underflow.
    spread(((n as f64 + 1.0) * p).min(n as f64) as usize, n, |k| (n - k) as f64 / (k as f64 + 1.0) * p / (1.0 - p))
}

/// The probabilities of 0 … `most` of a Poisson law.
fn poisson(mean: f64, most: usize) -> Vec<f64> {
    spread((mean as usize).min(most), most, |k| mean / (k as f64 + 1.0))
}

/// Probabilities of 0 … `last` that are these multiples of each other, `next(k)` that of k + 1 by that of k.
fn spread(mode: usize, last: usize, next: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut law = vec![0.0; last + 1];
    law[mode] = 1.0;
    (mode..last).for_each(|k| law[k + 1] = law[k] * next(k));
    (0..mode).rev().for_each(|k| law[k] = law[k + 1] / next(k));
    let total: f64 = law.iter().sum();
    law.iter().map(|probability| probability / total).collect()
}
