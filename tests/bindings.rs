//! What binds a parameter: known, tied, linear in covariates. The density is untouched, and derivatives chain rightly.

use thetahat::Error;
use thetahat::data::Column;
use thetahat::prelude::*;
use thetahat::space::Binding;

/// A table with a response and covariates that predict it, without randomness.
fn table() -> Table {
    let rows = 40;
    let at = |f: &dyn Fn(f64) -> f64| Column::from((0..rows).map(|k| f(f64::from(k))).collect::<Vec<f64>>());
    let wave = |k: f64| (0.7 * k).sin();
    Table::new([
        ("dose", at(&|k| (k % 5.0) - 1.5)),
        ("age", at(&|k| wave(3.0 * k) + 0.1 * k)),
        ("log_time", at(&|k| 0.3 + 0.2 * (k % 3.0))),
        ("y", at(&|k| 1.0 + 0.5 * (k % 5.0) + 0.8 * wave(k) + 0.3 * wave(11.0 * k) * (k % 5.0))),
        ("count", at(&|k| (2.0 + 1.5 * (k % 5.0) + 1.4 * wave(k)).round())),
        ("died", at(&|k| f64::from((k % 5.0) + 2.5 * wave(k) > 2.0))),
    ])
    .expect("a sound table")
}

fn numbers<'t>(table: &'t Table, name: &str) -> &'t [f64] {
    table.numbers(name).expect("a column of numbers")
}

/// Rows of several columns, as observations.
fn zipped<const D: usize>(table: &Table, names: [&str; D]) -> Vec<[f64; D]> {
    let columns = names.map(|name| numbers(table, name));
    (0..table.rows()).map(|row| columns.map(|column| column[row])).collect()
}

/// Two fits found the same: log-likelihood, estimates and covariance, by position.
fn same(a: &Fit, b: &Fit) {
    let values = |fit: &Fit| fit.estimates().iter().map(|e| e.value).collect::<Vec<_>>();
    assert_eq!(a.free_parameters(), b.free_parameters());
    assert_eq!(values(a).len(), values(b).len());
    assert!((a.log_likelihood() / b.log_likelihood() - 1.0).abs() < 1e-12, "{a}\n{b}");
    for (one, other) in a.estimates().iter().zip(b.estimates()) {
        assert!((one.value - other.value).abs() < 1e-7 * other.std_error, "{one:?} is not {other:?}");
    }
    for (i, (one, other)) in a.covariance().rows().zip(b.covariance().rows()).enumerate() {
        for (j, (x, y)) in one.iter().zip(other).enumerate() {
            let size = a.estimates()[i].std_error * a.estimates()[j].std_error;
            assert!((x - y).abs() < 1e-8 * size, "covariance ({i}, {j}): {x} is not {y}\n{a}\n{b}");
        }
    }
}

/// A model whose density is a closure's, over rows of D numbers, for comparisons.
macro_rules! written_out {
    ($name:ident, $columns:literal, $space:expr, |$theta:ident, $x:ident| $density:expr) => {
        #[derive(Debug, Clone)]
        struct $name;
        impl Model for $name {
            type Of = [f64; $columns];
            fn space(&self) -> Space {
                $space
            }
            fn ln_density<S: Scalar>(&self, $theta: Theta<'_, S>, $x: [S; $columns]) -> S {
                $density
            }
        }
    };
}

#[test]
fn a_regression_is_the_model_with_the_predictor_written_out() {
    written_out!(WrittenOut, 3, Space::new().real("b0").real("b1").real("b2"), |theta, row| {
        let ([b0, b1, b2], [y, dose, age]) = (theta.unpack(), row);
        let p = (b0 + b1 * dose + b2 * age).logistic();
        y * p.ln() + (1.0 - y) * (1.0 - p).ln()
    });
    let table = table();
    let bound = Regress(Bernoulli).on("p", ["dose", "age"]).fit(table.response("died").expect("a column"));
    let bound = bound.expect("a fit");
    let names: Vec<&str> = bound.estimates().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["(Intercept)", "dose", "age"]);
    same(&bound, &WrittenOut.fit(&zipped(&table, ["died", "dose", "age"])).expect("a fit"));
}

#[test]
fn several_parameters_are_regressed_each_under_its_name() {
    written_out!(WrittenOut, 3, ["a0", "a1", "b0", "b1"].iter().fold(Space::new(), |s, n| s.real(*n)), |theta, row| {
        let ([a0, a1, b0, b1], [y, dose, age]) = (theta.unpack(), row);
        Normal.ln_density(Theta::new(&[a0 + a1 * dose, (b0 + b1 * age).exp()]), y)
    });
    let table = table();
    let bound = Regress(Normal).on("mu", ["dose"]).on("sigma", ["age"]);
    let bound = bound.fit(table.response("y").expect("a column")).expect("a fit");
    let names: Vec<&str> = bound.estimates().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["mu:(Intercept)", "mu:dose", "sigma:(Intercept)", "sigma:age"]);
    same(&bound, &WrittenOut.fit(&zipped(&table, ["y", "dose", "age"])).expect("a fit"));
}

#[test]
fn one_covariate_in_two_predictors_and_a_free_parameter_between() {
    written_out!(WrittenOut, 2, ["a0", "a1", "b1"].iter().fold(Space::new(), |s, n| s.real(*n)), |theta, row| {
        let ([a0, a1, b1], [y, dose]) = (theta.unpack(), row);
        Weibull.ln_density(Theta::new(&[(a0 + a1 * dose).exp(), (b1 * dose).exp()]), y)
    });
    let table = table();
    let no_intercept = Linear { columns: vec!["dose".to_string()], intercept: false, offset: None, link: None };
    let bound = Regress(Weibull).on("shape", ["dose"]).linear("scale", no_intercept);
    let bound = bound.fit(table.response("y").expect("a column")).expect("a fit");
    let names: Vec<&str> = bound.estimates().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["shape:(Intercept)", "shape:dose", "scale:dose"]);
    same(&bound, &WrittenOut.fit(&zipped(&table, ["y", "dose"])).expect("a fit"));
}

#[test]
fn an_offset_has_the_coefficient_one() {
    written_out!(WrittenOut, 3, Space::new().real("b0").real("b1"), |theta, row| {
        let ([b0, b1], [count, dose, log_time]) = (theta.unpack(), row);
        let eta = b0 + b1 * dose + log_time;
        count * eta - eta.exp() - (count + 1.0).ln_gamma()
    });
    let table = table();
    let predictor = Linear { offset: Some("log_time".to_string()), ..Linear::on(["dose"]) };
    let bound = Regress(Poisson).linear("lambda", predictor.clone()).fit(table.response("count").expect("a column"));
    let bound = bound.expect("a fit");
    same(&bound, &WrittenOut.fit(&zipped(&table, ["count", "dose", "log_time"])).expect("a fit"));
    // The offset is not the covariate: without it the answer is another.
    let without = Regress(Poisson).on("lambda", ["dose"]).fit(table.response("count").expect("a column"));
    assert!((without.expect("a fit").log_likelihood() - bound.log_likelihood()).abs() > 1e-3);
}

#[test]
fn an_offset_alone_leaves_nothing_to_estimate_in_a_parameter() {
    let table = table();
    let only_offset = Linear { columns: vec![], intercept: false, offset: Some("dose".to_string()), link: None };
    let fit = Regress(Normal).linear("mu", only_offset).fit(table.response("y").expect("a column")).expect("a fit");
    let residuals: Vec<f64> = numbers(&table, "y").iter().zip(numbers(&table, "dose")).map(|(y, x)| y - x).collect();
    let expected = (residuals.iter().map(|r| r * r).sum::<f64>() / residuals.len() as f64).sqrt();
    assert_eq!(fit.free_parameters(), 1);
    assert!((fit["sigma"].value / expected - 1.0).abs() < 1e-12);
}

#[test]
fn weights_count_rows_of_a_regression_several_times() {
    let table = table();
    let weights: Vec<f64> = (0..table.rows()).map(|row| (row % 3) as f64).collect();
    let places: Vec<usize> = (0..table.rows()).flat_map(|row| std::iter::repeat_n(row, row % 3)).collect();
    let repeat = |name| Column::from(places.iter().map(|&row| numbers(&table, name)[row]).collect::<Vec<f64>>());
    let written_out = Table::new(["died", "dose", "age"].map(|name| (name, repeat(name)))).expect("a table");
    let model = Regress(Bernoulli).on("p", ["dose", "age"]);
    let weighted = model.fit(Weighted::frequency(table.response("died").expect("a column"), &weights));
    let repeated = model.fit(written_out.response("died").expect("a column"));
    same(&weighted.expect("a fit"), &repeated.expect("a fit"));
}

#[test]
fn probabilities_that_sum_to_one_are_regressed_together() {
    written_out!(WrittenOut, 2, ["a0", "a1", "b0", "b1"].iter().fold(Space::new(), |s, n| s.real(*n)), |theta, row| {
        let ([a0, a1, b0, b1], [level, dose]) = (theta.unpack(), row);
        let scores = [S::from(0.0), a0 + a1 * dose, b0 + b1 * dose];
        let own = level.equals(0.0).select(scores[0], level.equals(1.0).select(scores[1], scores[2]));
        own - S::log_sum_exp(&scores)
    });
    let table = table();
    let level = |row: usize| ["low", "mid", "high"][(row * row + row / 3) % 3].to_string();
    let levels: Vec<String> = (0..table.rows()).map(level).collect();
    let dose = Column::from(numbers(&table, "dose").to_vec());
    let place = |level: &String| ["low", "mid", "high"].iter().position(|l| l == level).expect("a level") as f64;
    let rows: Vec<[f64; 2]> =
        levels.iter().zip(numbers(&table, "dose")).map(|(level, &dose)| [place(level), dose]).collect();
    let table = Table::new([("level", Column::Text(levels)), ("dose", dose)]).expect("a table");
    let model = Regress(Categorical::with_levels(["low", "mid", "high"])).on("p_low", ["dose"]);
    let fit = model.fit(table.response("level").expect("a column")).expect("a fit");
    let names: Vec<&str> = fit.estimates().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["p_mid:(Intercept)", "p_mid:dose", "p_high:(Intercept)", "p_high:dose"]);
    same(&fit, &WrittenOut.fit(&rows).expect("a fit"));
}

#[test]
fn a_known_parameter_is_a_constant_of_the_density() {
    #[derive(Debug, Clone)]
    struct Rayleigh;
    impl Model for Rayleigh {
        type Of = f64;
        fn space(&self) -> Space {
            Space::new().positive("scale")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [scale] = theta.unpack();
            (2.0 * x).ln() - 2.0 * scale.ln() - (x / scale).square()
        }
    }
    let data = [0.4, 1.3, 2.2, 0.9, 1.7];
    let fixed = Fixed(Weibull, "shape", 2.0).fit(&data).expect("a fit");
    same(&fixed, &Rayleigh.fit(&data).expect("a fit"));
    assert_eq!(fixed.known(), [("shape".to_string(), 2.0)]);
    assert_eq!(fixed.get("shape"), None);
    assert!(fixed.to_string().contains("shape = 2, known"), "{fixed}");
}

#[test]
fn a_known_parameter_beside_a_predictor() {
    let table = table();
    let model = Regress(Normal).on("mu", ["dose"]).fixed("sigma", 1.0);
    let fit = model.fit(table.response("y").expect("a column")).expect("a fit");
    // Least squares, in closed form.
    let (x, y) = (numbers(&table, "dose"), numbers(&table, "y"));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mx, my) = (mean(x), mean(y));
    let sxx: f64 = x.iter().map(|x| (x - mx) * (x - mx)).sum();
    let slope = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / sxx;
    assert!((fit["dose"].value - slope).abs() < 1e-12);
    assert!((fit["(Intercept)"].value - (my - slope * mx)).abs() < 1e-12);
    assert!((fit["dose"].std_error - sxx.sqrt().recip()).abs() < 1e-12);
}

/// Two groups of one normal law: the first column says which mean.
#[derive(Debug, Clone)]
struct TwoMeans {
    binding: Option<(&'static str, Binding)>,
}

impl Model for TwoMeans {
    type Of = [f64; 2];
    fn space(&self) -> Space {
        let space = Space::new().real("mu_a").real("mu_b").positive("sigma_a").positive("sigma_b");
        match &self.binding {
            Some((name, binding)) => space.bind(name, binding.clone()),
            None => space,
        }
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, [group, x]: [S; 2]) -> S {
        let [mu_a, mu_b, sigma_a, sigma_b] = theta.unpack();
        let first = group.equals(0.0);
        let (mu, sigma) = (first.select(mu_a, mu_b), first.select(sigma_a, sigma_b));
        Normal.ln_density(Theta::new(&[mu, sigma]), x)
    }
}

const GROUPS: [[f64; 2]; 9] =
    [[0.0, 1.0], [0.0, 2.5], [0.0, 1.5], [0.0, 1.2], [1.0, 4.0], [1.0, 3.0], [1.0, 5.5], [1.0, 3.2], [1.0, 4.4]];

#[test]
fn tied_parameters_are_one() {
    written_out!(OneSigma, 2, Space::new().real("mu_a").real("mu_b").positive("sigma"), |theta, row| {
        let ([mu_a, mu_b, sigma], [group, x]) = (theta.unpack(), row);
        Normal.ln_density(Theta::new(&[group.equals(0.0).select(mu_a, mu_b), sigma]), x)
    });
    let tied = TwoMeans { binding: Some(("sigma_b", Binding::Tied("sigma_a".to_string()))) };
    let tied = tied.fit(&GROUPS).expect("a fit");
    let names: Vec<&str> = tied.estimates().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["mu_a", "mu_b", "sigma_a"]);
    same(&tied, &OneSigma.fit(&GROUPS).expect("a fit"));
    let apart = TwoMeans { binding: None }.fit(&GROUPS).expect("a fit");
    assert_eq!((apart.free_parameters(), tied.free_parameters()), (4, 3));
    assert!(apart.log_likelihood() > tied.log_likelihood());
}

#[test]
fn tied_components_of_a_mixture() {
    #[derive(Debug, Clone)]
    struct EqualSpread;
    impl Model for EqualSpread {
        type Of = f64;
        fn space(&self) -> Space {
            Mixture([Normal, Normal]).space().bind("sigma2", Binding::Tied("sigma1".to_string()))
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Mixture([Normal, Normal]).ln_density(theta, x)
        }
        fn start(&self, sample: &Sample) -> Start {
            Mixture([Normal, Normal]).start(sample)
        }
    }
    let waits = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
    let fit = EqualSpread.fit(&waits).expect("a fit");
    assert_eq!(fit.free_parameters(), 4);
    // The groups are so far apart that the maximum is that of two known groups.
    assert!((fit["mu1"].value - 2.0).abs() < 1e-6 && (fit["mu2"].value - 4.14).abs() < 1e-6, "{fit}");
    let within = [(1.8, 2.0), (2.0, 2.0), (1.9, 2.0), (2.2, 2.0), (2.1, 2.0), (4.1, 4.14), (4.3, 4.14)];
    let within = within.iter().chain(&[(3.9, 4.14), (4.4, 4.14), (4.0, 4.14)]);
    let variance = within.map(|(x, mean): &(f64, f64)| (x - mean) * (x - mean)).sum::<f64>() / 10.0;
    assert!((fit["sigma1"].value - variance.sqrt()).abs() < 1e-6, "{fit}");
}

/// The error of fitting, which must be about the model.
fn model_error<M: Model>(model: &M, data: impl Data<M>) -> String {
    match model.fit(data) {
        Err(Error::Model { message }) => message,
        other => panic!("{model:?} gave {other:?}"),
    }
}

#[test]
fn a_known_value_outside_the_domain() {
    for (model, value) in [
        (Fixed(Normal, "sigma", -1.0), "-1"),
        (Fixed(Normal, "sigma", 0.0), "0"),
        (Fixed(Normal, "sigma", f64::NAN), "NaN"),
        (Fixed(Normal, "mu", f64::INFINITY), "inf"),
    ] {
        let message = model_error(&model, &[1.0, 2.0]);
        assert!(message.contains("outside its domain") && message.contains(value), "{message}");
    }
    let message = model_error(&Fixed(Bernoulli, "p", 1.0), &[true, false]);
    assert!(message.contains("`p`") && message.contains("in (0, 1)"), "{message}");
}

#[test]
fn names_that_are_not_there() {
    let message = model_error(&Fixed(Normal, "tau", 1.0), &[1.0, 2.0]);
    assert!(message.contains("`tau`") && message.contains("`mu`, `sigma`"), "{message}");
    let table = table();
    let response = || table.response("y").expect("a column");
    let message = model_error(&Regress(Normal).on("nu", ["dose"]), response());
    assert!(message.contains("`nu`"), "{message}");
    let error = Regress(Normal).on("mu", ["height"]).fit(response()).expect_err("no such column");
    let Error::Unknown { kind: "column", name, known } = &error else { panic!("{error:?}") };
    assert!(name == "height" && known.contains(&"dose".to_string()), "{error}");
    // A slice has no covariates.
    let error = Regress(Normal).on("mu", ["dose"]).fit(&[1.0, 2.0]).expect_err("no covariates");
    assert!(matches!(&error, Error::Unknown { kind: "covariate", name, .. } if name == "dose"), "{error:?}");
}

#[test]
fn a_covariate_that_is_not_finite() {
    let column = |values: &[f64]| Column::from(values.to_vec());
    let table = Table::new([("y", column(&[1.0, 2.0, 3.0])), ("x", column(&[0.0, f64::NAN, 1.0]))]).expect("a table");
    let error = Regress(Normal).on("mu", ["x"]).fit(table.response("y").expect("a column")).expect_err("a NaN");
    assert_eq!((error.kind(), error.row(), error.column()), ("not-finite", Some(2), Some("x")));
    let offset = Linear { columns: vec![], intercept: true, offset: Some("x".to_string()), link: None };
    let error = Regress(Normal).linear("mu", offset).fit(table.response("y").expect("a column")).expect_err("a NaN");
    assert_eq!((error.row(), error.column()), (Some(2), Some("x")));
}

#[test]
fn one_parameter_bound_twice() {
    let message = model_error(&Fixed(Normal, "sigma", 1.0).fixed("sigma", 2.0), &[1.0, 2.0]);
    assert!(message.contains("`sigma` is bound twice"), "{message}");
    let message = model_error(&Fixed(Fixed(Normal, "mu", 1.0), "mu", 1.0), &[1.0, 2.0]);
    assert!(message.contains("`mu` is bound twice"), "{message}");
    let table = table();
    let twice = Regress(Normal).on("mu", ["dose"]).fixed("mu", 0.0);
    let message = model_error(&twice, table.response("y").expect("a column"));
    assert!(message.contains("`mu` is bound twice"), "{message}");
}

#[test]
fn parameters_that_cannot_be_tied() {
    let tied = |name, to: &str| TwoMeans { binding: Some((name, Binding::Tied(to.to_string()))) };
    for (model, why) in [
        (tied("mu_b", "nu"), "no such parameter before it"),
        (tied("mu_a", "mu_b"), "no such parameter before it"),
        (tied("mu_a", "mu_a"), "no such parameter before it"),
        (tied("sigma_a", "mu_a"), "domains differ"),
    ] {
        let message = model_error(&model, &GROUPS);
        assert!(message.contains(why), "{message}");
    }
    #[derive(Debug)]
    struct Chain;
    impl Model for Chain {
        type Of = f64;
        fn space(&self) -> Space {
            let tied = |space: Space, name, to: &str| space.real(name).bind(name, Binding::Tied(to.to_string()));
            tied(tied(Space::new().real("a"), "b", "a"), "c", "b")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [a, b, c] = theta.unpack();
            -((x - a - b - c).square())
        }
    }
    assert!(model_error(&Chain, &[1.0, 2.0]).contains("tied itself"));
}

#[test]
fn blocks_are_fixed_whole_or_not_at_all() {
    let eyes = ["brown", "blue"];
    let message = model_error(&Fixed(Categorical::of(&eyes), "p_blue", 0.5), &eyes);
    assert!(message.contains("only be fixed together"), "{message}");
}

#[test]
fn two_parameters_of_one_name() {
    #[derive(Debug)]
    struct Twice;
    impl Model for Twice {
        type Of = f64;
        fn space(&self) -> Space {
            Space::new().real("a").positive("a")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Normal.ln_density(theta, x)
        }
    }
    assert!(model_error(&Twice, &[1.0, 2.0]).contains("two parameters are called `a`"));
}
