//! The bootstrap against exact distributions and long runs of another program (the reference cases `boot-*`).

use super::profile::table;
use thetahat::Error;
use thetahat::inference::{Bootstrap, Censoring};
use thetahat::prelude::*;

const B: usize = 4000;

/// Mean, deviation and the quantiles at 2.5, 50 and 97.5 % of a law, within five Monte-Carlo standard errors.
fn has_law(values: &[f64], mean: f64, deviation: f64, quantiles: [f64; 3]) {
    let b = values.len() as f64;
    let found = values.iter().sum::<f64>() / b;
    assert!((found - mean).abs() < 5.0 * deviation / b.sqrt(), "mean {found}, not {mean}");
    let own = (values.iter().map(|x| (x - found).powi(2)).sum::<f64>() / b).sqrt();
    assert!((own - deviation).abs() < 7.5 * deviation / (2.0 * b).sqrt(), "deviation {own}, not {deviation}");
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    for (p, expected) in [0.025, 0.5, 0.975].into_iter().zip(quantiles) {
        // As many are below the quantile as there should be; ties count half.
        let below = sorted.iter().filter(|x| **x < expected * (1.0 - 1e-9)).count() as f64;
        let up_to = sorted.iter().filter(|x| **x <= expected * (1.0 + 1e-9)).count() as f64;
        let error = 5.0 * (p * (1.0 - p) * b).sqrt();
        assert!(below - error <= p * b && p * b <= up_to + error, "{below} to {up_to} of {b} up to {expected}");
    }
}

#[test]
fn exponential() {
    let fit = Exponential.fit(table("exponential-aircondit").response("x").unwrap()).unwrap();
    let bootstrap = Bootstrap::of(&fit, &Exponential).replicates(B).seed(3);
    let law = bootstrap.parametric().unwrap();
    let quantiles = [0.0056409524478741166, 0.009515082953326844, 0.017905668649120333];
    has_law(&law.of("rate").unwrap(), 0.010093222120978481, 0.003191757083228756, quantiles);
    let rows = bootstrap.rows().unwrap();
    let quantiles = [0.0052310374891020054, 0.009584664536741214, 0.0213903743315508];
    has_law(&rows.of("rate").unwrap(), 0.010568624590644607, 0.0043102932626406165, quantiles);
    assert_eq!(rows.failures().count(), 0);
    let deviation = rows.std_error("rate").unwrap();
    assert!((deviation / 0.0043102932626406165 - 1.0).abs() < 0.1);
}

#[test]
fn poisson() {
    let fit = Poisson.fit(table("poisson-discoveries").response("x").unwrap()).unwrap();
    let bootstrap = Bootstrap::of(&fit, &Poisson).replicates(B).seed(4);
    has_law(&bootstrap.parametric().unwrap().of("lambda").unwrap(), 3.1, 0.17606816861659008, [2.76, 3.1, 3.45]);
    has_law(&bootstrap.rows().unwrap().of("lambda").unwrap(), 3.1, 0.2242766149198957, [2.67, 3.1, 3.55]);
}

#[test]
fn gamma() {
    let fit = Gamma.fit(table("gamma-groundbeef").response("x").unwrap()).unwrap();
    let law = Bootstrap::of(&fit, &Gamma).replicates(1500).seed(5).parametric().unwrap();
    let quantiles = [3.427747877924911, 4.032665330175652, 4.799019173064707];
    has_law(&law.of("shape").unwrap(), 4.053345964809301, 0.348486684783825, quantiles);
    let quantiles = [15.187361261956816, 18.256387204779998, 21.708150715826015];
    has_law(&law.of("scale").unwrap(), 18.3039270906305, 1.6613971678014212, quantiles);
}

#[test]
fn an_exponential_law_watched_up_to_a_time() {
    // Given d events, the mean time is that of d truncated exponentials and n − d times T: a sum of shifted gamma laws
    // (Bartholomew, "The sampling distribution of an estimate arising in life testing", 1963), summed with 50 digits.
    let observed = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0, 11.0, 13.0, 16.0, 19.0].map(At);
    let rows: Vec<_> = observed.into_iter().chain([After(20.0); 8]).collect();
    let fit = Exponential.fit(&rows).unwrap();
    let bootstrap = Bootstrap::of(&fit, &Exponential).replicates(B).seed(6);
    assert!(bootstrap.parametric().is_err_and(|error| error.to_string().contains("say how they were censored")));
    let watched = bootstrap.clone().censored(Censoring::FixedTimes(vec![20.0])).unwrap();
    let law = watched.parametric().unwrap();
    assert_eq!(law.failures().count(), 0);
    let quantiles = [0.025116703176821866, 0.04700020924579735, 0.08057402800172004];
    has_law(&law.of("rate").unwrap(), 0.04848689505390255, 0.014236772948240049, quantiles);
    // Rows that are resampled keep what they have.
    assert_eq!(watched.rows().unwrap(), bootstrap.rows().unwrap());
    let other = bootstrap.censored(Censoring::FixedTimes(vec![18.0]));
    assert!(other.is_err_and(|error| error.to_string().contains("row 12")));
    let ratio = watched.likelihood_ratio(&Weibull.fit(&rows).unwrap(), &Weibull);
    assert!(ratio.is_err_and(|error| error.to_string().contains("observed exactly")));
}

#[test]
fn order_statistics_of_percentile_intervals() {
    let fit = Exponential.fit(&[3.0, 5.0, 7.0, 18.0, 43.0]).unwrap();
    let of = |replicates: usize| Bootstrap::of(&fit, &Exponential).replicates(replicates).parametric().unwrap();
    // 0.05 · 20 is 1, and 0.5 − 0.9/2 is less than 0.05.
    let nineteen = of(19);
    let mut sorted = nineteen.of("rate").unwrap();
    sorted.sort_by(f64::total_cmp);
    assert_eq!(nineteen.percentile("rate", 0.9).unwrap(), (sorted[0], sorted[18]));
    let error = of(18).percentile("rate", 0.9).unwrap_err();
    assert!(error.to_string().contains("at least 19"), "{error}");
    let error = of(38).percentile("rate", 0.95).unwrap_err();
    assert!(error.to_string().contains("at least 39"), "{error}");
    assert!(of(39).percentile("rate", 0.95).is_ok());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let fit = Weibull.fit(&[1.2, 0.7, 2.1, 1.6, 0.3, 1.1]).unwrap();
    let on = |threads: usize| {
        let bootstrap = Bootstrap::of(&fit, &Weibull).replicates(60).seed(1).threads(threads);
        (bootstrap.rows().unwrap(), bootstrap.parametric().unwrap(), bootstrap.jackknife().unwrap())
    };
    assert_eq!(on(1), on(3));
    let other = Bootstrap::of(&fit, &Weibull).replicates(60).seed(2).rows().unwrap();
    assert_ne!(on(1).0, other);
}

#[test]
fn bca_of_a_mean_is_that_of_its_formula() {
    // The jackknife of a mean has the values (Σx − xᵢ)/(n − 1), so d is proportional to xᵢ − x̄: a = skewness / 6√n. With
    // symmetric data it is 0, and the interval is the percentile one but for the bias correction.
    let data = [-2.0, -1.0, 0.0, 1.0, 2.0];
    let model = Fixed(Normal, "sigma", 1.0);
    let fit = model.fit(&data).unwrap();
    let bootstrap = Bootstrap::of(&fit, &model).replicates(1999).seed(1);
    let replicates = bootstrap.rows().unwrap();
    let bca = replicates.bca("mu", 0.9, &bootstrap.jackknife().unwrap()).unwrap();
    let percentile = replicates.percentile("mu", 0.9).unwrap();
    // Means of five such numbers lie 0.2 apart.
    let step = 0.2 + 1e-9;
    assert!((bca.0 - percentile.0).abs() < step && (bca.1 - percentile.1).abs() < step, "{bca:?} {percentile:?}");
    // Skewed to the right: both ends move to the right.
    let data = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.6, 3.0, 9.0];
    let fit = model.fit(&data).unwrap();
    let bootstrap = Bootstrap::of(&fit, &model).replicates(1999).seed(1);
    let replicates = bootstrap.rows().unwrap();
    let bca = replicates.bca("mu", 0.9, &bootstrap.jackknife().unwrap()).unwrap();
    let percentile = replicates.percentile("mu", 0.9).unwrap();
    assert!(bca.0 > percentile.0 && bca.1 > percentile.1, "{bca:?} {percentile:?}");
}

#[test]
fn censored_rows_and_covariates_are_drawn_whole() {
    let data = [At(0.41), At(0.62), Between(0.3, 0.4), After(1.0), Before(0.2), At(0.8), At(0.5), After(0.9)];
    let fit = Weibull.fit(&data).unwrap();
    let bootstrap = Bootstrap::of(&fit, &Weibull).replicates(100).seed(1);
    let replicates = bootstrap.rows().unwrap();
    let good = replicates.of("shape").unwrap().len();
    assert_eq!(good + replicates.failures().count(), 100);
    assert!(good > 80);
    assert!(matches!(bootstrap.parametric(), Err(Error::Model { .. })));

    let table = table("glm-logit-birthwt");
    let model = Regress(Bernoulli).on("p", ["smoke"]);
    let fit = model.fit(table.response("y").unwrap()).unwrap();
    let bootstrap = Bootstrap::of(&fit, &model).replicates(300).seed(1);
    for replicates in [bootstrap.rows().unwrap(), bootstrap.parametric().unwrap()] {
        let error = replicates.std_error("smoke").unwrap();
        assert!((error / fit["smoke"].std_error - 1.0).abs() < 0.25, "{error} {}", fit["smoke"].std_error);
    }
}

#[test]
fn failures_widen_an_interval() {
    // Four rows: a resampling of one of them alone has no normal distribution.
    let fit = Normal.fit(&[1.0, 2.0, 3.0, 4.5]).unwrap();
    let replicates = Bootstrap::of(&fit, &Normal).replicates(999).seed(1).rows().unwrap();
    let failed = replicates.failures().count();
    // Each of the four with probability 1/256.
    assert!((4..40).contains(&failed), "{failed}");
    assert!(replicates.std_error("sigma").unwrap().is_nan());
    let (lower, upper) = replicates.percentile("sigma", 0.99).unwrap();
    assert!(lower == f64::NEG_INFINITY && upper == f64::INFINITY);
    assert!(replicates.percentile("sigma", 0.5).unwrap().0 > 0.0);
    assert!(replicates.percentile("sigma", 0.9999).is_err());
}

#[test]
fn another_model_is_refused() {
    let fit = Normal.fit(&[1.0, 2.0, 3.0, 4.5]).unwrap();
    assert!(Bootstrap::of(&fit, &Logistic).rows().is_err());
    let sampled = Normal.fit(Weighted::sampling(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0])).unwrap();
    assert!(Bootstrap::of(&sampled, &Normal).rows().is_err());
}

#[test]
fn the_rows_of_a_limit_are_those_of_the_family() {
    let counts = [3, 3, 2, 3, 4, 3, 3, 2, 4, 3];
    let fit = NegativeBinomial.fit(&counts).unwrap();
    assert_eq!(fit.outcome().word(), "limit");
    let replicates = Bootstrap::of(&fit, &NegativeBinomial).replicates(50).seed(1).rows().unwrap();
    assert!(replicates.of("mu").unwrap().iter().all(|mu| (2.0..=4.0).contains(mu)));
}
