//! Goodness of fit against the reference cases `gof-*`.

use super::profile::table;
use thetahat::Error;
use thetahat::inference::{Goodness, GoodnessOfFit};
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
    // Nothing is fitted: the exact laws of the statistics hold, which other programs compute.
    let b = 3999;
    let near = |found: Goodness, p: f64| (found.p_value - p).abs() < 0.002 + 5.0 * (p * (1.0 - p) / b as f64).sqrt();
    let model = Fixed(Exponential, "rate", 0.01);
    let fit = model.fit(table("exponential-aircondit").response("x").unwrap()).unwrap();
    let goodness = GoodnessOfFit::of(&fit, &model).replicates(b).seed(2);
    let ks = goodness.kolmogorov_smirnov().unwrap();
    assert!(is(&ks, 0.18239381990594822) && near(ks, 0.7562074042406927), "{ks:?}");
    let cvm = goodness.cramer_von_mises().unwrap();
    assert!(is(&cvm, 0.0773356025144114) && near(cvm, 0.7164739791221488), "{cvm:?}");
    let ad = goodness.anderson_darling().unwrap();
    assert!(is(&ad, 0.6662244278091755) && near(ad, 0.584244111991721), "{ad:?}");
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
    let naive = GoodnessOfFit::of(&known, &fixed).replicates(1999).seed(3).kolmogorov_smirnov().unwrap();
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
    assert!(matches!(goodness.kolmogorov_smirnov(), Err(Error::Model { .. })));
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
