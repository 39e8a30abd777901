//! Covariances of other kinds than the observed information, against closed forms and each other.

use super::profile::table;
use thetahat::fit::{CovarianceKind, Expectation};
use thetahat::prelude::*;

fn kind(covariance: &thetahat::fit::Covariance) -> &Expectation {
    match covariance.kind() {
        CovarianceKind::Expected(how) => how,
        other => panic!("{other}"),
    }
}

#[test]
fn expected_information_is_its_closed_form() {
    let x = table("gamma-groundbeef").numbers("x").unwrap().to_vec();
    let near =
        |found: Option<f64>, exact: f64| assert!((found.unwrap() / exact - 1.0).abs() < 1e-8, "{found:?} {exact}");
    let gamma = Gamma.fit(&x).unwrap();
    let expected = gamma.expected(&Gamma).unwrap();
    assert_eq!(*kind(&expected), Expectation::Closed);
    near(expected.std_error("shape"), gamma["shape"].std_error);
    // Weibull: the standard error of the shape is 0.7797 shape/√n, √6/π, and of the scale 1.0530 scale/(shape √n).
    let weibull = Weibull.fit(&x).unwrap();
    let expected = weibull.expected(&Weibull).unwrap();
    assert_eq!(*kind(&expected), Expectation::Integral);
    let (root, shape, scale) = (254.0_f64.sqrt(), weibull["shape"].value, weibull["scale"].value);
    near(expected.std_error("shape"), 6.0_f64.sqrt() / std::f64::consts::PI * shape / root);
    let gamma: f64 = 0.577_215_664_901_532_9;
    let factor = 1.0 + 6.0 * (1.0 - gamma).powi(2) / std::f64::consts::PI.powi(2);
    near(expected.std_error("scale"), factor.sqrt() * scale / (shape * root));
    assert!((expected.std_error("shape").unwrap() / weibull["shape"].std_error - 1.0).abs() > 1e-3);
    // Student's t with known degrees of freedom ν: (ν + 3)/(ν + 1) · scale²/n.
    let student = Fixed(StudentT, "df", 4.0);
    let fit = student.fit(&x).unwrap();
    let expected = fit.expected(&student).unwrap();
    near(expected.std_error("loc"), (7.0_f64 / 5.0).sqrt() * fit["scale"].value / root);
}

#[test]
fn expected_information_is_summed_over_counts() {
    // In mean and size the negative binomial's are orthogonal; the mean has variance (μ + μ²/size)/n.
    let counts = table("negbin-toxocara").numbers("x").unwrap().to_vec();
    let fit = NegativeBinomial.fit(&counts).unwrap();
    let expected = fit.expected(&NegativeBinomial).unwrap();
    assert_eq!(*kind(&expected), Expectation::Sum);
    let (mu, size, n) = (fit["mu"].value, fit["size"].value, counts.len() as f64);
    let exact = ((mu + mu * mu / size) / n).sqrt();
    assert!((expected.std_error("mu").unwrap() / exact - 1.0).abs() < 1e-9);
    assert!(expected.between("mu", "size").unwrap().abs() < 1e-9 * exact * expected.std_error("size").unwrap());
    // By simulation the same, within its error.
    let drawn = fit.expected_by_simulation(&NegativeBinomial, 400, 1).unwrap();
    let Expectation::MonteCarlo { errors, .. } = kind(&drawn) else { panic!("{}", drawn.kind()) };
    let difference = drawn.std_error("size").unwrap() - expected.std_error("size").unwrap();
    assert!(difference.abs() < 5.0 * errors[1], "{difference} {}", errors[1]);
}

#[test]
fn expected_information_of_regressions_and_windows() {
    // The canonical link: what is expected is what is observed. The probit would differ.
    let table = table("glm-logit-birthwt");
    let model = Regress(Bernoulli).on("p", ["smoke", "lwt"]);
    let fit = model.fit(table.response("y").unwrap()).unwrap();
    let expected = fit.expected(&model).unwrap();
    for estimate in fit.estimates() {
        assert!((expected.std_error(&estimate.name).unwrap() / estimate.std_error - 1.0).abs() < 1e-8);
    }
    // An exponential law has no memory: rows in windows say as much as others.
    let fit = Exponential.fit(Windowed::after(&[1.5, 2.0, 4.0, 2.5], &[1.0, 0.5, 2.0, 0.0])).unwrap();
    let expected = fit.expected(&Exponential).unwrap();
    assert!((expected.std_error("rate").unwrap() / (fit["rate"].value / 2.0) - 1.0).abs() < 1e-8);
}

#[test]
fn what_is_not_known_is_not_expected() {
    let censored = Weibull.fit(&[At(0.41), At(0.62), After(1.0), At(0.8), At(0.5)]).unwrap();
    assert!(censored.expected(&Weibull).unwrap_err().to_string().contains("censored"));
    let sampled = Normal.fit(Weighted::sampling(&[4.9, 5.1, 4.7], &[10.0, 12.5, 40.0])).unwrap();
    assert!(sampled.expected(&Normal).is_err());
    assert_eq!(*sampled.covariance().kind(), CovarianceKind::Sandwich);
    assert!(Uniform.fit(&[0.1, 0.4, 0.9]).unwrap().sandwich().is_err());
}

#[test]
fn the_sandwich_of_a_mean_is_its_variance() {
    // Whatever the law: Σ(x − x̄)²/n² for the mean of a normal law, and (m₄ − m₂²)/(4 m₂ n) for its deviation.
    let x = [1.0, 2.0, 2.5, 7.0, 1.2, 0.3, 4.4];
    let fit = Normal.fit(&x).unwrap();
    let sandwich = fit.sandwich().unwrap();
    let moment = |k: i32| x.iter().map(|v| (v - fit["mu"].value).powi(k)).sum::<f64>() / 7.0;
    let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-10, "{a} {b}");
    near(sandwich.between("mu", "mu").unwrap(), moment(2) / 7.0);
    near(sandwich.between("sigma", "sigma").unwrap(), (moment(4) - moment(2).powi(2)) / (4.0 * moment(2) * 7.0));
    near(sandwich.between("mu", "sigma").unwrap(), moment(3) / (2.0 * moment(2).sqrt() * 7.0));
    // Clusters of one row each are rows, but for G/(G − 1); doubled rows in clusters are one row each.
    let labels: Vec<usize> = (0..7).collect();
    let clustered = fit.clustered(&Normal, &x, &labels).unwrap();
    near(clustered.between("mu", "mu").unwrap(), moment(2) / 6.0);
    let twice = [x, x].concat();
    let doubled = Normal.fit(&twice).unwrap().clustered(&Normal, &twice, &[&labels[..], &labels].concat()).unwrap();
    near(doubled.between("mu", "mu").unwrap(), moment(2) / 6.0);
    assert!(fit.clustered(&Normal, &x, &[0; 7]).is_err() && fit.clustered(&Normal, &x, &[0, 1]).is_err());
    assert!(fit.clustered(&Normal, &[0.0; 7], &labels).is_err());
    // Counts that are equal were counted as one, and are in clusters of their own all the same.
    let counts = [3, 3, 1, 3, 1, 0];
    let clustered =
        Poisson.fit(&counts).unwrap().clustered(&Poisson, &counts, &["a", "b", "c", "d", "e", "f"]).unwrap();
    let spread = counts.iter().map(|c| (*c as f64 - 11.0 / 6.0).powi(2)).sum::<f64>();
    near(clustered.between("lambda", "lambda").unwrap(), spread / 36.0 * 6.0 / 5.0);
}

#[test]
fn influence_is_what_leaving_out_a_row_does() {
    let x: Vec<f64> = (1..200).map(|i| (0.04 * i as f64).sin() + 0.01 * i as f64 + 1.5).chain([9.0]).collect();
    let fit = Gamma.fit(&x).unwrap();
    let influence = fit.influence().unwrap();
    assert_eq!(influence.len(), 200);
    let last = &influence[199];
    assert_eq!(last.row, 200);
    let without = Gamma.fit(&x[..199]).unwrap();
    for (shift, (a, b)) in last.shifts.iter().zip(without.estimates().iter().zip(fit.estimates())) {
        assert!((shift / (a.value - b.value) - 1.0).abs() < 0.25, "{shift} {}", a.value - b.value);
    }
    let greatest = influence.iter().map(|own| own.distance).fold(0.0, f64::max);
    assert_eq!(greatest, last.distance);
    let sum: f64 = influence.iter().map(|own| own.shifts[0]).sum();
    assert!(sum.abs() < 1e-6, "{sum}");
}

/// Counts by a covariate, with sampling weights and clusters.
const X: [f64; 12] = [0.1, 0.4, 0.7, 0.9, 1.2, 1.3, 1.6, 1.9, 2.1, 2.4, 2.8, 3.0];
const COUNTS: [f64; 12] = [2.0, 0.0, 1.0, 4.0, 3.0, 2.0, 7.0, 3.0, 9.0, 6.0, 14.0, 11.0];
const WEIGHTS: [f64; 12] = [1.5, 2.0, 1.0, 4.0, 2.5, 3.0, 1.0, 2.0, 6.0, 1.0, 2.0, 3.5];
const CLUSTERS: [char; 12] = ['a', 'a', 'b', 'b', 'b', 'c', 'c', 'd', 'd', 'd', 'e', 'e'];

/// What numpy 2 says, of intercept and slope: with X a column of ones beside that of x, w the weights or 1, b by Newton's method,
///
/// ```text
/// mu = exp(X @ b); V = inv(X.T @ ((w * mu)[:, None] * X)); s = X * (w * (y - mu))[:, None]
/// observed  = sqrt(diag(V)); sandwich = V @ s.T @ s @ V
/// clustered = V @ c.T @ c @ V * 5 / 4, with c = array([s[clusters == g].sum(0) for g in unique(clusters)])
/// shifts    = -s @ V; distances = [r @ V @ r for r in s]
/// ```
struct Witness {
    estimates: [f64; 2],
    errors: [f64; 2],
    /// Variance, covariance, variance.
    sandwich: [f64; 3],
    clustered: [f64; 3],
    /// Of rows 6 and 11: the shifts of both estimates, and the distance.
    influence: [(usize, [f64; 2], f64); 2],
}

/// Each row is one observation.
const UNWEIGHTED: Witness = Witness {
    estimates: [0.12451368576003444, 0.8197248800520734],
    errors: [0.36455653729422477, 0.15917827913560267],
    sandwich: [0.10589899031144408, -0.04074864448358517, 0.017582714658428474],
    clustered: [0.013205301532057647, -0.004173837101090291, 0.001503356952437323],
    influence: [
        (6, [0.08007391290837891, -0.02762575860411173], 0.05686070623182906),
        (11, [0.053493968965847384, -0.04563225125098551], 0.20478182751541507),
    ],
};

/// Each row stands for as many of the population as its weight says.
const SAMPLED: Witness = Witness {
    estimates: [0.2973615420256619, 0.7657666476213362],
    // The sandwich's, which sampling weights have instead.
    errors: [0.3159779153244542, 0.12818954169394564],
    sandwich: [0.09984204297278793, -0.03780080883145625, 0.016432558599703828],
    clustered: [0.04257194175276184, -0.016846742323922324, 0.007084075087502036],
    influence: [
        (6, [0.1191805489176707, -0.04166980403992543], 0.32046932090939884),
        (11, [0.03670669053784522, -0.030197991002977542], 0.24016121894806114),
    ],
};

#[track_caller]
fn agrees<M: Model, D: Data<M> + Clone>(model: &M, data: D, witness: &Witness) {
    let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-8, "{found}, not {expected}");
    let fit = model.fit(data.clone()).unwrap();
    let names = ["(Intercept)", "x"];
    for (k, name) in names.iter().enumerate() {
        near(fit[*name].value, witness.estimates[k]);
        near(fit[*name].std_error, witness.errors[k]);
    }
    let clustered = fit.clustered(model, data, &CLUSTERS).unwrap();
    for (found, expected) in [(fit.sandwich().unwrap(), witness.sandwich), (clustered, witness.clustered)] {
        let pairs = [(0, 0), (0, 1), (1, 1)].map(|(i, j): (usize, usize)| found.between(names[i], names[j]).unwrap());
        pairs.into_iter().zip(expected).for_each(|(found, expected)| near(found, expected));
    }
    let influence = fit.influence().unwrap();
    for (row, shifts, distance) in witness.influence {
        let found = influence.iter().find(|found| found.row == row).unwrap();
        found.shifts.iter().zip(shifts).for_each(|(found, expected)| near(*found, expected));
        near(found.distance, distance);
    }
}

#[test]
fn a_poisson_regression_by_numpy() {
    let columns = [("x", X), ("y", COUNTS)].map(|(name, values)| (name, thetahat::data::Column::from(values.to_vec())));
    let table = Table::new(columns).unwrap();
    let rows = || table.response("y").unwrap();
    let model = Regress(Poisson).on("lambda", ["x"]);
    agrees(&model, rows(), &UNWEIGHTED);
    agrees(&model, Weighted::sampling(rows(), &WEIGHTS), &SAMPLED);
}
