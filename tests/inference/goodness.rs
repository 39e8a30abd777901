//! Goodness of fit against the reference cases `gof-*`.

use super::profile::table;
use thetahat::inference::{Censoring, Goodness, GoodnessOfFit};
use thetahat::prelude::*;

fn is(found: &Goodness, statistic: f64) -> bool {
    (found.statistic - statistic).abs() < 1e-9
}

#[test]
fn statistics_at_the_fit() {
    let table = table("gamma-groundbeef");
    fn check<M: Cdf<Of = f64> + Draw + Sync>(model: &M, table: &Table, expected: [f64; 3])
    where
        f64: thetahat::observation::Accepts<Value<M>>,
    {
        let fit = model.fit(table.response("x").unwrap()).unwrap();
        let goodness = GoodnessOfFit::of(&fit, model).replicates(9);
        let found = [goodness.kolmogorov_smirnov(), goodness.cramer_von_mises(), goodness.anderson_darling()];
        for (found, expected) in found.into_iter().zip(expected) {
            let found = found.unwrap();
            assert!(is(&found, expected), "{found:?}, not {expected}");
            // None of these laws fits: 0 of 9 are as bad.
            assert_eq!((found.p_value, found.failures), (0.1, 0));
        }
    }
    check(&Weibull, &table, [0.13962563667533837, 0.6839599844648012, 3.573071850912795]);
    check(&Gamma, &table, [0.12804789726189822, 0.6936762930591912, 3.567090981455781]);
    check(&LogNormal, &table, [0.14930897968462067, 0.8277357764723733, 4.543654157198255]);
}

#[test]
fn p_values_of_a_law_that_is_known() {
    // Nothing is fitted: the laws of the statistics are known, and other programs compute them.
    fn check<M: Cdf<Of = f64> + Draw + Sync>(model: &M, table: &str, statistics: [f64; 3], p_values: [f64; 3])
    where
        f64: thetahat::observation::Accepts<Value<M>>,
    {
        let fit = model.fit(super::profile::table(table).response("x").unwrap()).unwrap();
        let goodness = GoodnessOfFit::of(&fit, model);
        let found = [goodness.kolmogorov_smirnov(), goodness.cramer_von_mises(), goodness.anderson_darling()];
        for ((found, statistic), p) in found.into_iter().zip(statistics).zip(p_values) {
            let found = found.unwrap();
            assert!(is(&found, statistic), "{found:?}, not {statistic}");
            assert!((found.p_value - p).abs() < 1e-6 && found.replicates == 0, "{found:?}, not {p}");
        }
    }
    let statistics = [0.18239381990594822, 0.0773356025144114, 0.6662244278091755];
    let p_values = [0.7562074042406927, 0.7164739791221488, 0.584244111991721];
    check(&Fixed(Exponential, "rate", 0.01), "exponential-aircondit", statistics, p_values);
    let statistics = [0.12448416527668041, 0.21343639409406967, 1.0074203435537892];
    let p_values = [0.2859627658406494, 0.2431696173337251, 0.353066407378525];
    check(&Fixed(Fixed(Normal, "mu", 51.0), "sigma", 1.25), "logistic-nhtemp", statistics, p_values);
}

#[test]
fn p_values_know_that_the_law_was_fitted() {
    // Lilliefors's 5 % point for normality and n = 20 is 0.192 (Molin and Abdi, "New tables and numerical approximation for
    // the Kolmogorov–Smirnov/Lilliefors/van Soest test of normality", 1998); that of a known law is 0.294. The statistic
    // does not depend on location and scale, so one data set is enough: its own statistic says its p-value.
    let data: Vec<f64> = (0..20).map(|i| (0.17 * i as f64).exp()).collect();
    let fit = Normal.fit(&data).unwrap();
    let found = GoodnessOfFit::of(&fit, &Normal).replicates(1999).seed(3).kolmogorov_smirnov().unwrap();
    let known = if found.statistic > 0.192 { 0.0..0.065 } else { 0.035..1.0 };
    assert!(known.contains(&found.p_value), "{found:?}");
    let fixed = Fixed(Fixed(Normal, "mu", fit["mu"].value), "sigma", fit["sigma"].value);
    let known = fixed.fit(&data).unwrap();
    let naive = GoodnessOfFit::of(&known, &fixed).kolmogorov_smirnov().unwrap();
    assert!((naive.statistic - found.statistic).abs() < 1e-12 && naive.p_value > 2.0 * found.p_value, "{naive:?}");
}

#[test]
fn counts_in_cells() {
    let table = table("poisson-horsekicks");
    let data = Weighted::frequency(table.response("x").unwrap(), table.numbers("w").unwrap());
    let fit = Poisson.fit(data).unwrap();
    let goodness = GoodnessOfFit::of(&fit, &Poisson).replicates(999).seed(1);
    let cells = goodness.cells(&[0.0, 1.0, 2.0]).unwrap();
    assert_eq!(cells.observed, [109.0, 65.0, 22.0, 4.0]);
    let expected = [108.67017381489995, 66.28880602708898, 20.218085838262137, 4.822934319748931];
    cells.expected.iter().zip(expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-10, "{a} {b}"));
    assert!((cells.pearson() - 0.3235235766087123).abs() < 1e-9);
    assert!((cells.likelihood_ratio() - 0.3280124796443153).abs() < 1e-9);
    let test = goodness.chi_squared(&[0.0, 1.0, 2.0]).unwrap();
    // χ² of 2 degrees of freedom says 0.85, that of 3 says 0.96: the truth lies between (Chernoff and Lehmann, 1954).
    assert!((0.8..0.97).contains(&test.p_value), "{test:?}");
    // The greatest gap between cumulated counts is that up to 1: 174 observed.
    let ks = goodness.kolmogorov_smirnov().unwrap();
    assert!((ks.statistic - (expected[0] + expected[1] - 174.0) / 200.0).abs() < 1e-9 && ks.p_value > 0.5, "{ks:?}");
    assert!(goodness.cells(&[1.0, 1.0]).is_err());
}

#[test]
fn residuals_of_a_true_model_are_standard_normal() {
    use rand::SeedableRng;
    let mut rng = rand::rngs::SmallRng::seed_from_u64(5);
    let data = Weibull.sample(&[2.0, 3.0], 500, &mut rng);
    let fit = Weibull.fit(&data).unwrap();
    let residuals = fit.quantile_residuals(&Weibull, 1).unwrap();
    let mean = residuals.iter().sum::<f64>() / 500.0;
    let variance = residuals.iter().map(|r| r * r).sum::<f64>() / 500.0;
    assert!(mean.abs() < 0.1 && (variance - 1.0).abs() < 0.15, "{mean} {variance}");
    let table = table("glm-logit-birthwt");
    let model = Regress(Bernoulli).on("p", ["smoke"]);
    let fit = model.fit(table.response("y").unwrap()).unwrap();
    let uniform = fit.pit(&model, 1).unwrap();
    assert_eq!(uniform.len(), 189);
    let y = table.numbers("y").unwrap();
    // A failure lies below 1 − p, a success above.
    let (smoke, intercept) = (table.numbers("smoke").unwrap(), fit["(Intercept)"].value);
    for row in 0..189 {
        let p = 1.0 / (1.0 + (-(intercept + fit["smoke"].value * smoke[row])).exp());
        assert_eq!(uniform[row] > 1.0 - p, y[row] == 1.0);
    }
}

#[test]
fn simulation_is_like_the_data() {
    let table = table("gamma-groundbeef");
    let fit = Gamma.fit(table.response("x").unwrap()).unwrap();
    let drawn = fit.simulate(&Gamma, 1).unwrap();
    assert_eq!(drawn, fit.simulate(&Gamma, 1).unwrap());
    assert_ne!(drawn, fit.simulate(&Gamma, 2).unwrap());
    let mean = drawn.iter().map(|row| row[0]).sum::<f64>() / drawn.len() as f64;
    assert_eq!(drawn.len(), 254);
    assert!((mean - 73.6).abs() < 12.0, "{mean}");
}

/// How often a law is rejected at 10 %, of so many data sets.
fn rejections(samples: usize, of: impl Fn(u64) -> f64) -> f64 {
    (0..samples as u64).filter(|&seed| of(seed) <= 0.1).count() as f64 / samples as f64
}

#[test]
fn windows_belong_to_rows() {
    use rand::SeedableRng;
    // Each row is there because it is greater than its entry; without entries the law does not fit.
    let mut rng = rand::rngs::SmallRng::seed_from_u64(3);
    let entries: Vec<f64> = (0..150).map(|i| 0.02 * i as f64).collect();
    let inside = |entry: &f64| (0..).map(|_| Weibull.draw(&[2.0, 2.0], &mut rng)).find(|x| x > entry).unwrap();
    let data: Vec<f64> = entries.iter().map(inside).collect();
    let fit = Weibull.fit(Windowed::after(&data, &entries)).unwrap();
    let found = GoodnessOfFit::of(&fit, &Weibull).replicates(99).seed(1).anderson_darling().unwrap();
    assert!(found.p_value > 0.1 && found.failures == 0, "{found:?}");
    let bare = Fixed(Fixed(Weibull, "shape", 2.0), "scale", 2.0);
    let known = bare.fit(Windowed::after(&data, &entries)).unwrap();
    let ignored = bare.fit(&data).unwrap();
    let p = |fit: &Fit| GoodnessOfFit::of(fit, &bare).anderson_darling().unwrap().p_value;
    assert!(p(&known) > 0.05 && p(&ignored) < 1e-4, "{} {}", p(&known), p(&ignored));
    let residuals = fit.quantile_residuals(&Weibull, 1).unwrap();
    assert!((residuals.iter().map(|r| r * r).sum::<f64>() / 150.0 - 1.0).abs() < 0.3);
    // Drawn again each row lies in its own window.
    let drawn = fit.simulate(&Weibull, 1).unwrap();
    assert!(drawn.iter().zip(&entries).all(|(row, entry)| row[0] > *entry));
    // Counts in cells are expected given the windows.
    let cells = GoodnessOfFit::of(&fit, &Weibull).cells(&[1.0, 2.0, 3.0]).unwrap();
    assert!((cells.expected.iter().sum::<f64>() - 150.0).abs() < 1e-9);
    assert!(cells.pearson() < 15.0, "{cells:?}");
}

#[test]
fn censored_rows_are_censored_again() {
    use rand::SeedableRng;
    let censored = |seed: u64, truth: &dyn Fn(&mut rand::rngs::SmallRng) -> f64| {
        let mut rng = rand::rngs::SmallRng::seed_from_u64(seed);
        let row = |time: &f64| match truth(&mut rng) {
            x if x > *time => After(*time),
            x => At(x),
        };
        let times: Vec<f64> = (0..60).map(|i| 0.5 + 0.05 * i as f64).collect();
        (times.iter().map(row).collect::<Vec<_>>(), times)
    };
    let p_value =
        |seed: u64, mechanism: &dyn Fn(Vec<f64>) -> Censoring, truth: &dyn Fn(&mut rand::rngs::SmallRng) -> f64| {
            let (rows, times) = censored(seed, truth);
            let fit = Exponential.fit(&rows).unwrap();
            let goodness = GoodnessOfFit::of(&fit, &Exponential).censored(mechanism(times)).replicates(39).seed(seed);
            goodness.cramer_von_mises().unwrap().p_value
        };
    for mechanism in
        [&(|times| Censoring::FixedTimes(times)) as &dyn Fn(Vec<f64>) -> Censoring, &|_| Censoring::Independent]
    {
        let level = rejections(100, |seed| p_value(seed, mechanism, &|rng| Exponential.draw(&[0.5], rng)));
        assert!(level < 0.2, "a true law is rejected with probability {level}");
        let power = rejections(20, |seed| p_value(seed, mechanism, &|rng| Weibull.draw(&[3.0, 2.0], rng)));
        assert!(power > 0.9, "a false law with probability {power}");
    }
    let (rows, mut times) = censored(1, &|rng| Exponential.draw(&[0.5], rng));
    let fit = Exponential.fit(&rows).unwrap();
    let goodness = GoodnessOfFit::of(&fit, &Exponential).replicates(19);
    assert!(goodness.anderson_darling().unwrap_err().to_string().contains("say how they were censored"));
    times[0] -= 0.1;
    assert!(goodness.clone().censored(Censoring::FixedTimes(times)).anderson_darling().is_err());
    assert!(goodness.censored(Censoring::Schedule(vec![1.0, 2.0])).anderson_darling().is_err());
}

#[test]
fn inspections_make_counts() {
    let schedule = [1.0, 2.0, 3.0, 4.0];
    let rows: Vec<Censored> =
        [(30, Before(1.0)), (20, Between(1.0, 2.0)), (12, Between(2.0, 3.0)), (7, Between(3.0, 4.0)), (11, After(4.0))]
            .into_iter()
            .flat_map(|(times, row)| std::iter::repeat_n(row, times))
            .collect();
    let fit = Exponential.fit(&rows).unwrap();
    let goodness =
        GoodnessOfFit::of(&fit, &Exponential).censored(Censoring::Schedule(schedule.to_vec())).replicates(199);
    let cells = goodness.cells(&schedule).unwrap();
    assert_eq!(cells.observed, [30.0, 20.0, 12.0, 7.0, 11.0]);
    let rate = fit["rate"].value;
    assert!((cells.expected[4] - 80.0 * (-4.0 * rate).exp()).abs() < 1e-9);
    for test in [goodness.chi_squared(&schedule), goodness.anderson_darling(), goodness.kolmogorov_smirnov()] {
        assert!(test.as_ref().unwrap().p_value > 0.3, "{test:?}");
    }
    // Nothing is known of where in its cell a row lies.
    assert!(goodness.cells(&[1.5]).is_err());
}

#[test]
fn the_end_of_a_range_and_sampling_weights_are_refused() {
    let fit = ZeroInflated(Poisson).fit(&[3, 1, 4, 1, 5, 2, 6, 5]).unwrap();
    assert_eq!(fit.outcome().word(), "boundary");
    assert!(GoodnessOfFit::of(&fit, &ZeroInflated(Poisson)).chi_squared(&[1.0, 3.0]).is_err());
    let sampled = Normal.fit(Weighted::sampling(&[4.9, 5.1, 4.7], &[10.0, 12.5, 40.0])).unwrap();
    assert!(GoodnessOfFit::of(&sampled, &Normal).anderson_darling().is_err());
}

#[test]
fn a_law_that_has_the_frequencies_of_any_data_is_not_tested() {
    let data = [true, false, true, true, false, true];
    let fit = Bernoulli.fit(&data).unwrap();
    let goodness = GoodnessOfFit::of(&fit, &Bernoulli).replicates(19);
    for found in [goodness.kolmogorov_smirnov(), goodness.chi_squared(&[0.5])] {
        let error = found.unwrap_err().to_string();
        assert!(error.contains("has the frequencies of any data"), "{error}");
    }
    // One that is not: more zeros and ones than a Poisson law has is seen.
    let counts = [0_u64, 9, 0, 9, 0, 9, 0, 9, 0, 9];
    let fit = Poisson.fit(&counts).unwrap();
    assert_eq!(GoodnessOfFit::of(&fit, &Poisson).replicates(19).kolmogorov_smirnov().unwrap().p_value, 0.05);
}
