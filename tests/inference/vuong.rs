//! Vuong's tests against their formulas, computed by another program, and what is refused.

use super::profile::table;
use thetahat::Error;
use thetahat::prelude::*;

#[track_caller]
fn close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 1e-8 * expected.abs(), "{value} is not {expected}");
}

#[test]
fn statistics_and_laws() {
    // Numbers of numpy and scipy: fits by root finding, the eigenvalues of Vuong's matrix W by differences, the law of the
    // variance by 4,000,000 draws.
    let data = table("gamma-groundbeef").numbers("x").unwrap().to_vec();
    let (gamma, weibull) = (Gamma.fit(&data).unwrap(), Weibull.fit(&data).unwrap());
    let vuong = gamma.vuong(&Gamma, &weibull, &Weibull, &data).unwrap();
    close(vuong.difference, 1.5996061743941183);
    close(vuong.nearer.statistic, 0.5635056998209701);
    close(vuong.nearer.p_value, 0.5730905799336696);
    close(vuong.distinguishable.statistic, 8.058041822425842);
    assert!(vuong.distinguishable.p_value < 1e-4);
    assert_eq!(vuong.p_value(), vuong.nearer.p_value);
    let swapped = weibull.vuong(&Weibull, &gamma, &Gamma, &data).unwrap();
    close(swapped.nearer.statistic, -vuong.nearer.statistic);
    let data = table("exponential-aircondit").numbers("x").unwrap().to_vec();
    let (gamma, other) = (Gamma.fit(&data).unwrap(), LogNormal.fit(&data).unwrap());
    let vuong = gamma.vuong(&Gamma, &other, &LogNormal, &data).unwrap();
    close(vuong.nearer.statistic, 0.44206662211472414);
    close(vuong.distinguishable.statistic, 0.9114135429994563);
    // Five standard errors of both simulations.
    assert!((vuong.distinguishable.p_value - 0.20083875).abs() < 5.0 * 0.0013, "{vuong:?}");
}

#[test]
fn frequencies_are_rows() {
    let (values, counts) = ([0_u64, 1, 2, 3, 4], [30.0, 22.0, 9.0, 6.0, 2.0]);
    let each: Vec<u64> = values.iter().zip(counts).flat_map(|(x, count)| vec![*x; count as usize]).collect();
    let weighted = Weighted::frequency(&values, &counts);
    let (a, b) = (Poisson.fit(weighted.clone()).unwrap(), Geometric.fit(weighted.clone()).unwrap());
    let counted = a.vuong(&Poisson, &b, &Geometric, weighted).unwrap();
    let (a, b) = (Poisson.fit(&each).unwrap(), Geometric.fit(&each).unwrap());
    let whole = a.vuong(&Poisson, &b, &Geometric, &each).unwrap();
    close(counted.nearer.statistic, whole.nearer.statistic);
    close(counted.distinguishable.statistic, whole.distinguishable.statistic);
}

#[test]
fn what_it_does_not_answer() {
    let data = [0.4, 3.1, 1.2, 1.9, 2.2, 0.9, 5.4, 1.4];
    let gamma = Gamma.fit(&data).unwrap();
    let says = |error: Error, kind: &str, words: &str| {
        assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
    };
    let exponential = Exponential.fit(&data).unwrap();
    says(gamma.vuong(&Gamma, &exponential, &Exponential, &data).unwrap_err(), "no-test", "Gamma holds Exponential");
    says(exponential.vuong(&Exponential, &gamma, &Gamma, &data).unwrap_err(), "no-test", "Gamma holds Exponential");
    says(gamma.vuong(&Gamma, &gamma, &Gamma, &data).unwrap_err(), "no-test", "holds");
    let fewer = LogNormal.fit(&data[..7]).unwrap();
    says(gamma.vuong(&Gamma, &fewer, &LogNormal, &data).unwrap_err(), "model", "LogNormal was fitted to");
    let other = LogNormal.fit(&data).unwrap();
    says(gamma.vuong(&Gamma, &other, &LogNormal, &[1.0, 2.0]).unwrap_err(), "model", "Gamma was fitted to");
    says(gamma.vuong(&Weibull, &other, &LogNormal, &data).unwrap_err(), "model", "the fit is of Gamma");
    // The number of components is none of its questions.
    let mixture = Tied(Mixture([Normal, Normal]), "sigma2", "sigma1");
    let normal = Normal.fit(&data).unwrap();
    let both = mixture.fit(&data).unwrap();
    says(both.vuong(&mixture, &normal, &Normal, &data).unwrap_err(), "withheld", "components are not identified");
    says(normal.vuong(&Normal, &both, &mixture, &data).unwrap_err(), "withheld", "components are not identified");
    let weights = [2.0, 1.0, 3.0, 1.0, 1.5, 1.0, 1.0, 2.0];
    let sampled = Weighted::sampling(&data, &weights);
    let (a, b) = (Gamma.fit(sampled.clone()).unwrap(), LogNormal.fit(sampled.clone()).unwrap());
    says(a.vuong(&Gamma, &b, &LogNormal, sampled).unwrap_err(), "withheld", "sampling weights");
}

#[test]
fn regressions_of_one_family() {
    let text = "y,x,z\n1.1,1,3\n1.9,2,1\n3.2,3,4\n3.8,4,1\n5.3,5,5\n5.7,6,9\n7.4,7,2\n7.7,8,6\n";
    let table = Table::from_csv(text.as_bytes()).unwrap();
    let data = || table.response("y").unwrap();
    let model = |columns: &[&str]| Regress(Normal).on("mu", columns.to_vec());
    let fit = |columns: &[&str]| model(columns).fit(data()).unwrap();
    let plain = Normal.fit(data()).unwrap();
    let holds = |error: Error| assert!(error.kind() == "no-test" && error.to_string().contains("holds"), "{error}");
    // One in the other: a likelihood ratio is for that.
    holds(fit(&["x"]).vuong(&model(&["x"]), &plain, &Normal, data()).unwrap_err());
    holds(plain.vuong(&Normal, &fit(&["x"]), &model(&["x"]), data()).unwrap_err());
    holds(fit(&["x"]).vuong(&model(&["x"]), &fit(&["x", "z"]), &model(&["x", "z"]), data()).unwrap_err());
    // Neither in the other.
    let vuong = fit(&["x"]).vuong(&model(&["x"]), &fit(&["z"]), &model(&["z"]), data()).unwrap();
    let difference = fit(&["x"]).log_likelihood() - fit(&["z"]).log_likelihood();
    assert!(vuong.difference > 0.0, "{vuong:?}");
    close(vuong.difference, difference);
}
