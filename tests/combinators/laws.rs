//! Combined models obey the laws that families do, and their names read back.

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
