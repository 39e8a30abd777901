//! Models of the same data in order of a criterion.

use super::profile::table;
use thetahat::inference::{Comparison, Criterion};
use thetahat::prelude::*;

#[test]
fn criteria_are_their_formulas() {
    let table = table("gamma-groundbeef");
    let data: Vec<f64> = table.numbers("x").unwrap().to_vec();
    let all = || Comparison::on(&data).with(Weibull).with(LogNormal).with(Gamma);
    let ranking = all().by(Criterion::Aic);
    let order: Vec<&str> = ranking.lines().iter().map(|line| line.model.as_str()).collect();
    assert_eq!(order, ["Gamma", "Weibull", "LogNormal"]);
    // The case `gof-groundbeef`.
    let expected = [2511.2502273785085, 2514.4494397272965, 2526.6385973525066];
    for (line, aic) in ranking.lines().iter().zip(expected) {
        assert!((line.value.as_ref().unwrap() - aic).abs() < 1e-8);
        assert!((line.difference.unwrap() - (aic - expected[0])).abs() < 1e-8);
    }
    let weights: Vec<f64> = ranking.lines().iter().map(|line| line.weight.unwrap()).collect();
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((weights[1] / weights[0] - (-0.5 * (expected[1] - expected[0])).exp()).abs() < 1e-9);
    let ranking = all().by(Criterion::Bic);
    assert!((ranking.lines()[0].value.as_ref().unwrap() - 2518.324895912546).abs() < 1e-8);
    assert!(ranking.to_string().contains("By BIC, n = 254"), "{ranking}");
    let ranking = all().by(Criterion::Aicc);
    assert!((ranking.lines()[0].value.as_ref().unwrap() - (expected[0] + 12.0 / 251.0)).abs() < 1e-8);
}

#[test]
fn held_out_rows_have_their_own_cross_entropy() {
    // Leaving out each row of a normal law with known variance: x̄ without xᵢ predicts it.
    let data = [1.0, 2.0, 4.0, 8.0];
    let model = Fixed(Normal, "sigma", 2.0);
    let ranking = Comparison::on(&data).with(model).by(Criterion::HeldOut { folds: 4, seed: 1 });
    let sum: f64 = data.iter().sum();
    let expected: f64 = data
        .iter()
        .map(|x| {
            let mean = (sum - x) / 3.0;
            0.5 * ((x - mean) / 2.0).powi(2) + 2.0_f64.ln() + 0.5 * std::f64::consts::TAU.ln()
        })
        .sum();
    let line = &ranking.lines()[0];
    assert!((line.value.as_ref().unwrap() - expected / 4.0).abs() < 1e-9);
    assert_eq!(line.weight, None);
    let none = Comparison::on(&data).with(Normal).by(Criterion::HeldOut { folds: 5, seed: 1 });
    assert!(none.lines()[0].value.is_err());
}

#[test]
fn what_has_no_criterion_stays_with_its_reason() {
    let data = [0.3, 0.9, 0.5, -0.2];
    let ranking = Comparison::on(&data).with(Weibull).with(Normal).with(Uniform).by(Criterion::Aic);
    assert_eq!(ranking.lines()[0].model, "Normal");
    assert!(ranking.lines()[1..].iter().all(|line| line.value.is_err() && line.difference.is_none()));
    let weibull = ranking.lines().iter().find(|line| line.model == "Weibull").unwrap();
    assert!(weibull.fit.is_err() && ranking.to_string().contains("outside the support"), "{ranking}");
    // Probabilities are not compared with densities.
    let ranking = Comparison::on(&[3.0, 1.0, 4.0, 1.0, 5.0]).with(Poisson).with(Normal).by(Criterion::Bic);
    let [first, second] = ranking.lines() else { panic!("{ranking}") };
    assert_eq!((first.measure.as_str(), second.measure.as_str()), ("probabilities", "densities of numbers"));
    assert_eq!([first.weight, second.weight], [Some(1.0); 2]);
    // Nor angles with numbers, whose density is not of one turn.
    let ranking = Comparison::on(&[0.3, 1.0, 0.4, 1.1, 0.5]).with(Normal).with(VonMises).by(Criterion::Bic);
    assert_eq!(ranking.lines()[1].measure, "densities of angles");
    assert_eq!(ranking.lines()[1].difference, Some(0.0));
    // One law in two sets of parameters counts once.
    let ranking = Comparison::on(&data).with(Normal).with(AnyModel::of(Normal).unwrap()).by(Criterion::Aic);
    assert_eq!(ranking.lines()[0].weight, Some(1.0));
    assert!(ranking.lines()[1].value.is_err());
}
