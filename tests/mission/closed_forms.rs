//! Where the estimate has a closed form, the engine gives it: from the family's own start, and by searching from
//! elsewhere.

use rand::RngExt;
use rand_distr::StandardNormal;
use thetahat::data::Evidence;
use thetahat::prelude::*;

use crate::{generator, is_exactly, sum};

/// Fits `model` from its own start and from each of `starts`, and checks every fit; a search must be a search.
#[track_caller]
fn every_way<M: Model + Clone, T: Evidence<M>>(
    model: &M,
    (rows, weights): (&[T], Option<&[f64]>),
    starts: &[&[f64]],
    exact: &[f64],
) {
    let fit = |estimator: &Estimator<M>| match weights {
        Some(weights) => estimator.fit(Weighted::frequency(rows, weights)),
        None => estimator.fit(rows),
    };
    let plain = Estimator::new(model.clone());
    is_exactly(&fit(&plain).unwrap_or_else(|error| panic!("{error}")), exact);
    for start in starts {
        let searched = fit(&plain.clone().start_at(*start)).unwrap_or_else(|error| panic!("from {start:?}: {error}"));
        is_exactly(&searched, exact);
        assert!(searched.certificate().iterations > 0, "{} at {start:?}: nothing was searched", model.name());
    }
}

fn written_out(counts: &[usize]) -> Vec<usize> {
    counts.iter().enumerate().flat_map(|(level, &count)| std::iter::repeat_n(level, count)).collect()
}

mod bernoulli {
    use super::*;

    #[test]
    fn the_share_of_successes() {
        for (successes, n) in [(1, 2), (1, 3), (59, 189), (1, 100_000), (99_999, 100_000), (50_001, 100_000)] {
            let data: Vec<bool> = (0..n).map(|k| k < successes).collect();
            let share = successes as f64 / n as f64;
            every_way(&Bernoulli, (&data, None), &[&[0.9], &[0.001]], &[share]);
        }
    }

    #[test]
    fn the_weight_of_successes() {
        let (data, weights) = ([true, false, true, false, false], [0.3, 2.5, 1e-3, 40.0, 7.25]);
        every_way(&Bernoulli, (&data, Some(&weights)), &[&[0.9], &[0.001]], &[0.301 / 50.051]);
        // What is common to all weights says nothing of the share.
        let weights = weights.map(|w| w * 1e9);
        every_way(&Bernoulli, (&data, Some(&weights)), &[&[0.9]], &[0.301 / 50.051]);
    }
}

mod categorical {
    use super::*;

    const LEVELS: [&str; 4] = ["a", "b", "c", "d"];

    fn starts() -> [[f64; 4]; 2] {
        [[0.25; 4], [0.97, 0.01, 0.01, 0.01]]
    }

    #[test]
    fn the_shares_of_the_levels() {
        for counts in [[1, 1, 1, 1], [108, 286, 71, 127], [99_990, 1, 5, 4]] {
            let data: Vec<&str> = written_out(&counts).into_iter().map(|level| LEVELS[level]).collect();
            let shares = counts.map(|count| count as f64 / data.len() as f64);
            let starts = starts();
            let starts: Vec<&[f64]> = starts.iter().filter(|start| **start != shares).map(|start| &start[..]).collect();
            every_way(&Categorical::with_levels(LEVELS), (&data, None), &starts, &shares);
        }
    }

    #[test]
    fn a_search_in_logarithms_of_ratios_to_a_rare_level() {
        // The first level is the reference of the others: it is what 99,999 others leave, with their rounding errors.
        let data: Vec<&str> = written_out(&[1, 99_990, 5, 4]).into_iter().map(|level| LEVELS[level]).collect();
        let model = Categorical::with_levels(LEVELS);
        is_exactly(&model.fit(&data).expect("a fit"), &[1e-5, 0.9999, 5e-5, 4e-5]);
        let searched = Estimator::new(model).start_at([0.25; 4]).fit(&data).expect("a fit");
        let rare = &searched["p_a"];
        assert!((rare.value - 1e-5).abs() < 1e-10 * rare.std_error, "{}", rare.value);
    }

    #[test]
    fn the_weights_of_the_levels() {
        let (data, weights) = (["d", "a", "c", "b", "a"], [0.5, 2.25, 1e-2, 30.0, 0.75]);
        let total = 33.51;
        let shares = [3.0 / total, 30.0 / total, 1e-2 / total, 0.5 / total];
        let starts = starts();
        every_way(&Categorical::with_levels(LEVELS), (&data, Some(&weights)), &[&starts[0], &starts[1]], &shares);
    }
}

mod normal {
    use super::*;

    /// The mean and the standard deviation with divisor Σw. Differences from the first value have no offset.
    fn closed_form(data: &[f64], weights: &[f64]) -> [f64; 2] {
        let (origin, total) = (data[0], sum(weights.iter().copied()));
        let mean_of = |f: &dyn Fn(f64) -> f64| sum(data.iter().zip(weights).map(|(x, w)| w * f(x - origin))) / total;
        let mean = mean_of(&|d| d);
        [origin + mean, mean_of(&|d| (d - mean).powi(2)).sqrt()]
    }

    fn drawn(n: usize, offset: f64, scale: f64) -> Vec<f64> {
        let mut rng = generator(n as u64);
        (0..n).map(|_| offset + scale * rng.sample::<f64, _>(StandardNormal)).collect()
    }

    /// Checks the closed form, and the errors σ/√Σw and σ/√(2Σw).
    #[track_caller]
    fn check(data: &[f64], weights: Option<&[f64]>) {
        let ones = vec![1.0; data.len()];
        let exact @ [mu, sigma] = closed_form(data, weights.unwrap_or(&ones));
        let starts = [[mu + 5.0 * sigma, 20.0 * sigma], [mu - 2.0 * sigma, 0.1 * sigma], [mu, 3.0 * sigma]];
        let starts: Vec<&[f64]> = starts.iter().map(|start| &start[..]).collect();
        every_way(&Normal, (data, weights), &starts, &exact);
        let fit = Normal.fit(Weighted::frequency(data, weights.unwrap_or(&ones))).expect("a fit");
        let total: f64 = sum(weights.unwrap_or(&ones).iter().copied());
        assert!((fit["mu"].std_error / (sigma / total.sqrt()) - 1.0).abs() < 1e-9, "{}", fit["mu"].std_error);
        assert!((fit["sigma"].std_error / (sigma / (2.0 * total).sqrt()) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_mean_and_the_deviation_with_divisor_n() {
        check(&[1.0, 2.0], None);
        check(&[4.9, 5.1, 4.7, 5.6, 5.0], None);
        for n in [3, 10, 1000] {
            check(&drawn(n, -0.3, 1.7), None);
        }
    }

    #[test]
    fn at_any_scale() {
        for exponent in -9..=9 {
            check(&drawn(50, 0.0, 10.0_f64.powi(exponent)), None);
        }
    }

    #[test]
    fn at_offsets_that_dwarf_the_spread() {
        for (offset, scale) in [(1e9, 1.0), (-1e9, 1.0), (1e9, 0.1), (1.0, 1e-9), (1e9, 1e9), (-1e-3, 1e-9)] {
            let data = drawn(50, offset, scale);
            check(&data, None);
            // 1e-12 of an offset may be much; these two are of the spread.
            let fit = Normal.fit(&data).expect("a fit");
            let [mu, _] = closed_form(&data, &[1.0; 50]);
            let error = (fit["mu"].value - mu).abs();
            assert!(error <= 2.0 * f64::EPSILON * mu.abs().max(fit["mu"].std_error), "{error:e} at {offset} ± {scale}");
        }
    }

    #[test]
    fn of_many_rows() {
        check(&drawn(100_000, 3.0, 2.0), None);
        check(&drawn(100_000, 1e9, 1.0), None);
    }

    #[test]
    fn with_weights() {
        let mut rng = generator(1);
        for (n, offset, scale) in [(5, 0.0, 1.0), (100, 1e9, 1.0), (1000, 0.0, 1e-9), (1000, -7.0, 1e9)] {
            let weights: Vec<f64> = (0..n).map(|_| 10.0 * rng.random::<f64>()).collect();
            check(&drawn(n, offset, scale), Some(&weights));
        }
    }

    #[test]
    fn from_far_away() {
        let data = drawn(30, 1e3, 1.0);
        let exact = closed_form(&data, &[1.0; 30]);
        every_way(&Normal, (&data, None), &[&[0.0, 1.0], &[-1e6, 1e3], &[1e3, 1e-2]], &exact);
    }
}
