//! Combined models obey the laws that families do, and their names read back.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::language::parse;
use thetahat::prelude::*;
use thetahat::testing::check_model;

const MODELS: [&str; 23] = [
    "Truncated(Normal, -0.5..)",
    "Truncated(Normal, ..1.5)",
    "Truncated(Gamma, 0.5..4)",
    "Truncated(Weibull, 0.5..)",
    "Truncated(Poisson, 1..)",
    "Truncated(Poisson, ..=6)",
    "Truncated(Truncated(Normal, -1..), ..2)",
    "ZeroInflated(Poisson)",
    "ZeroInflated(NegativeBinomial)",
    "Hurdle(Poisson)",
    "Hurdle(NegativeBinomial)",
    "Shifted(Weibull)",
    "Shifted(Gamma)",
    "Shifted(LogNormal)",
    "Log(Normal)",
    "Log(Logistic)",
    "Log(Gumbel)",
    "Mixture([Poisson, Poisson])",
    "Mixture([Normal, Normal])",
    "Mixture([Exponential, Weibull])",
    "Mixture([Truncated(Normal, -1..), Truncated(Normal, -1..)])",
    "Truncated(Mixture([Normal, Normal]), -1..)",
    "ZeroInflated(Mixture([Poisson, Poisson]))",
];

fn read(text: &str) -> AnyModel {
    parse(text, &Default::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn hold_for_every_combined_model() {
    let broken: Vec<String> = MODELS
        .iter()
        .filter_map(|text| check_model(&read(text)).err().map(|broken| format!("{text}: {:?}: {broken}", broken.law)))
        .collect();
    assert!(broken.is_empty(), "{} models break a law:\n{}", broken.len(), broken.join("\n"));
}

/// ∫ f over equal steps of x from `from` to `to`, by Simpson's rule.
fn integral(f: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let n = 4000;
    let step = (to - from) / f64::from(n);
    let weight = |i: i32| {
        if i == 0 || i == n {
            1.0
        } else if i % 2 == 1 {
            4.0
        } else {
            2.0
        }
    };
    (0..=n).map(|i| weight(i) * f(from + step * f64::from(i))).sum::<f64>() * step / 3.0
}

#[test]
fn truncated_densities_are_those_of_their_distribution_functions() {
    for (text, theta, from, to) in [
        ("Truncated(Normal, -0.5..)", vec![-0.7, 1.4], -0.5, 14.0),
        ("Truncated(Normal, ..1.5)", vec![-0.7, 1.4], -14.0, 1.5),
        ("Truncated(Gamma, 0.5..4)", vec![1.9, 0.7], 0.5, 4.0),
        ("Truncated(Weibull, 0.5..)", vec![1.9, 3.3], 0.5, 40.0),
        ("Truncated(Truncated(Normal, -1..), ..2)", vec![-0.7, 1.4], -1.0, 2.0),
        ("Truncated(Mixture([Normal, Normal]), -1..)", vec![0.4, 0.6, -0.2, 0.8, 0.6, 1.9], -1.0, 20.0),
        (
            "Mixture([Truncated(Normal, -1..), Truncated(Normal, -1..)])",
            vec![0.4, 0.6, -0.2, 0.8, 0.6, 1.9],
            -1.0,
            20.0,
        ),
    ] {
        let (model, theta) = (read(text), Theta::new(&theta));
        let density = |x: f64| model.ln_density(theta, vec![x]).exp();
        assert!((integral(density, from, to) - 1.0).abs() < 1e-9, "{text}");
        for part in [0.1, 0.3, 0.6, 0.9] {
            let x = from + part * (to - from);
            let (cdf, sf) = (model.ln_cdf(theta, vec![x]).exp(), model.ln_sf(theta, vec![x]).exp());
            assert!((integral(density, from, x) - cdf).abs() < 1e-9, "{text} at {x}");
            assert!((cdf + sf - 1.0).abs() < 1e-14, "{text} at {x}");
        }
        let (below, above) = (vec![from - 1e-9], vec![to + 30.0]);
        assert!(model.ln_cdf(theta, below).exp() < 1e-8, "{text}");
        assert!(model.ln_cdf(theta, above) <= 0.0, "{text}");
    }
}

#[test]
fn logarithms_of_laws_are_the_named_laws() {
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * b.abs().max(1e-3), "{a} is not {b}");
    for x in [1e-300, 1e-5, 0.3, 2.0, 7.0, 1e12] {
        // The logarithm of a log-logistic value of scale s and shape k is logistic about ln s with scale 1/k.
        let (log, named) = ([0.4, 0.5], [0.4_f64.exp(), 2.0]);
        let parameters: Vec<String> = LogLogistic.space().names().map(str::to_string).collect();
        let named = if parameters[0] == "shape" { [named[1], named[0]] } else { named };
        let (log, named) = (Theta::new(&log), Theta::new(&named));
        close(Log(Logistic).ln_density(log, x), LogLogistic.ln_density(named, x));
        close(Log(Logistic).ln_cdf(log, x), LogLogistic.ln_cdf(named, x));
        close(Log(Logistic).ln_sf(log, x), LogLogistic.ln_sf(named, x));
        let theta = Theta::new(&[0.4, 1.5]);
        close(Log(Normal).ln_density(theta, x), LogNormal.ln_density(theta, x));
        close(Log(Normal).ln_sf(theta, x), LogNormal.ln_sf(theta, x));
    }
}

#[test]
fn a_name_reads_back_as_the_model() {
    for text in MODELS {
        let model = read(text);
        assert_eq!(model.to_string(), text);
        assert_eq!(read(&model.to_string()).density().to_json(), model.density().to_json(), "{text}");
    }
    let typed = [
        AnyModel::of(Truncated(Normal, -0.5..)),
        AnyModel::of(Truncated(Poisson, 1..)),
        AnyModel::of(Truncated(Poisson, 1..=9)),
        AnyModel::of(Truncated(Poisson, 1..9)),
        AnyModel::of(ZeroInflated(Poisson)),
        AnyModel::of(Hurdle(NegativeBinomial)),
        AnyModel::of(Shifted(Weibull)),
        AnyModel::of(Log(StudentT)),
        AnyModel::of(Regress(ZeroInflated(Poisson)).on("pi", ["a"]).on("lambda", ["b"])),
        AnyModel::of(Tied(Mixture([Normal, Normal]), "sigma2", "sigma1")),
    ];
    for model in typed {
        let model = model.expect("a sound model");
        let again = read(&model.to_string());
        assert_eq!((again.to_string(), again.space()), (model.to_string(), model.space()));
        assert_eq!(again.density().to_json(), model.density().to_json(), "{model}");
    }
}

#[test]
fn draws_of_a_range_of_any_probability_are_those_of_its_law() {
    // The range, the parameters, and the mean of the law that is left.
    for (text, theta, mean) in [
        // Exponential from 1000 on: without memory.
        ("Truncated(Exponential, 1000..)", [2.0], 1000.5),
        ("Truncated(Exponential, 1000..1000.1)", [2.0], 1000.0 + 0.5 - 0.1 / 0.2_f64.exp_m1()),
        ("Truncated(Exponential, ..1e-9)", [2.0], 0.5e-9),
        // P(X ≥ 60) is 2e-59 where λ = 2.
        ("Truncated(Poisson, 60..)", [2.0], 60.033_860_107_6),
    ] {
        let model = read(text);
        let mut rng = SmallRng::seed_from_u64(4);
        let drawn = model.sample(&theta, 4000, &mut rng);
        let drawn: Vec<f64> = drawn.into_iter().map(|row| row[0]).collect();
        let found = drawn.iter().sum::<f64>() / 4000.0;
        let spread = (drawn.iter().map(|x| (x - found).powi(2)).sum::<f64>() / 4000.0).sqrt();
        assert!((found - mean).abs() < 4.0 * spread / 4000.0_f64.sqrt(), "{text}: {found} ± {spread}");
    }
}
