//! The model language: a model's name reads back as the model, and what cannot be read is an error at its place.

use std::sync::OnceLock;

use thetahat::Error;
use thetahat::families::{Family, Schema};
use thetahat::language::parse;
use thetahat::prelude::*;

fn schema() -> Schema<'static> {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| Table::from_csv("x,y\nred,1\ngreen,2\n".as_bytes()).expect("a table"));
    Schema::of(table, ["x", "y"])
}

fn read(text: &str) -> AnyModel {
    parse(text, &schema()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The place and the message of the error that reading must give.
fn stopped(text: &str) -> (usize, String) {
    match parse(text, &schema()) {
        Err(Error::Language { text: whole, position, message }) => {
            assert_eq!(whole, text);
            (position, message)
        }
        other => panic!("`{text}` gave {other:?}"),
    }
}

#[test]
fn a_name_reads_back_as_the_model() {
    let column = |name: &str| vec![name.to_string()];
    let offset = |name: &str| Some(name.to_string());
    let models = [
        AnyModel::of(Normal),
        AnyModel::of(Bernoulli),
        AnyModel::of(Mixture([Normal, Normal])),
        AnyModel::of(Mixture((Normal, Weibull))),
        AnyModel::of(Mixture([Fixed(Normal, "mu", -1.5), Fixed(Normal, "mu", 2.0)])),
        AnyModel::of(Fixed(Weibull, "shape", 1.0)),
        AnyModel::of(Fixed(Weibull, "shape", 1e-300)),
        AnyModel::of(Fixed(Normal, "mu", -1e300)),
        AnyModel::of(Fixed(Normal, "mu", 0.1 + 0.2).fixed("sigma", 3.0)),
        AnyModel::of(Fixed(Mixture([Normal, Normal]), "sigma2", 0.5)),
        AnyModel::of(Regress(Bernoulli).on("p", ["dose", "age"])),
        AnyModel::of(Regress(Normal).on("mu", ["dose"]).on("sigma", ["age"])),
        AnyModel::of(Regress(Normal).on("mu", ["dose"]).fixed("sigma", 2.0)),
        AnyModel::of(Regress(Normal).on("mu", Vec::<String>::new())),
        AnyModel::of(Regress(Poisson).linear("lambda", Linear { offset: offset("t"), ..Linear::on(["a"]) })),
        AnyModel::of(
            Regress(Poisson)
                .linear("lambda", Linear { intercept: false, offset: None, columns: column("a"), link: None }),
        ),
        AnyModel::of(
            Regress(Poisson)
                .linear("lambda", Linear { intercept: false, offset: offset("t"), columns: vec![], link: None }),
        ),
        AnyModel::of(Regress(Bernoulli).linear("p", Linear::on(["dose"]).with_link(Link::Probit))),
        AnyModel::of(
            Regress(Poisson)
                .linear("lambda", Linear { offset: offset("t"), ..Linear::on(["a"]) }.with_link(Link::Sqrt)),
        ),
        // Names that are no plain words.
        AnyModel::of(
            Regress(Normal)
                .linear("mu", Linear::on(["body mass"]).with_link(Link::InverseSquared))
                .on("sigma", ["probit"]),
        ),
        AnyModel::of(Regress(Normal).on("mu", ["body mass", "y, in m", "2", "-1", "1e5", "ph.ecog", "größe", "a+b"])),
        AnyModel::of(Regress(Normal).on("mu", ["offset", "0", "inf", ".5", "-", "~", "x y"])),
        AnyModel::of(Regress(Poisson).linear("lambda", Linear { offset: offset("log time"), ..Linear::on(["a (b)"]) })),
    ];
    for model in models {
        let model = model.expect("a sound model");
        let again = read(&model.to_string());
        assert_eq!(again.to_string(), model.to_string());
        assert_eq!(again.space(), model.space(), "{model}");
        assert_eq!(again.density().to_json(), model.density().to_json(), "{model}");
    }
}

#[test]
fn every_family_can_be_read_by_its_name() {
    for family in FAMILIES {
        // What a family must know, its name says: `Zipf(n = 10)`.
        let model = family.model(&schema()).or_else(|_| family.model(&Schema::example()));
        let model = model.unwrap_or_else(|error| panic!("{}: {error}", family.name));
        let again = read(&model.to_string());
        assert_eq!(again.density().to_json(), model.density().to_json(), "{}", family.name);
        assert_eq!(again.space(), model.space());
        assert_eq!(Family::named(family.name).map(|found| found.name), Some(family.name));
    }
}

#[test]
fn case_punctuation_and_spaces_do_not_matter() {
    for text in ["MultivariateNormal", "multivariate-normal", "MULTIVARIATE_NORMAL", "multivariate.normal"] {
        assert_eq!(read(text).to_string(), "MultivariateNormal");
    }
    for text in ["mixture([normal,NORMAL])", " Mixture ( [ Normal ,\n\tnormal ] ) ", "MIXTURE([n-o-r-m-a-l, Normal])"] {
        assert_eq!(read(text).to_string(), "Mixture([Normal, Normal])");
    }
    assert_eq!(read("FIXED(weibull,shape=1)").to_string(), "Fixed(Weibull, shape = 1)");
    // The names of parameters and columns are the user's: their case matters.
    assert!(parse("Fixed(Weibull, Shape = 1)", &schema()).is_err());
}

#[test]
fn numbers_in_every_notation() {
    for (text, value) in [("1", 1.0), ("1.50", 1.5), (".5", 0.5), ("1e3", 1e3), ("1E-3", 1e-3), ("2.5e+2", 250.0)] {
        let model = read(&format!("Fixed(Weibull, shape = {text})"));
        assert_eq!(model.to_string(), format!("Fixed(Weibull, shape = {value})"));
    }
    assert_eq!(read("Fixed(Normal, mu = -2.5)").to_string(), "Fixed(Normal, mu = -2.5)");
}

#[test]
fn models_nest() {
    let text = "Mixture([Mixture([Normal, Fixed(Normal, sigma = 2)]), Fixed(Mixture([Normal, Normal]), mu1 = 0)])";
    let model = read(text);
    assert_eq!(model.to_string(), text);
    let names = model.space();
    assert_eq!(
        names.names().collect::<Vec<_>>(),
        [
            "w1", "w2", "w11", "w21", "mu11", "sigma11", "mu21", "sigma21", "w12", "w22", "mu12", "sigma12", "mu22",
            "sigma22"
        ]
    );
    assert!(model.has_cdf());
    assert!(read("Mixture([Poisson, Poisson])").has_cdf());
    assert!(!read("Mixture([Dirichlet, Dirichlet])").has_cdf(), "vectors are in no order");
    for text in [
        "Truncated(Normal, 0..)",
        "Truncated(Poisson, 1..)",
        "Truncated(Poisson, ..=9)",
        "Truncated(Gamma, 0.5..20)",
        "ZeroInflated(NegativeBinomial)",
        "Hurdle(Fixed(NegativeBinomial, size = 2))",
        "Shifted(Weibull)",
        "Log(StudentT)",
        "Mixture([Truncated(Normal, -1..1), Log(Normal)])",
        "Fixed(Mixture([Normal, Normal]), sigma2 = sigma1)",
    ] {
        assert_eq!(read(text).to_string(), text);
    }
}

#[test]
fn a_model_that_was_read_fits_like_one_that_was_written() {
    let data = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
    let (found, expected) = (read("Mixture([Normal, Normal])").fit(&data), Mixture([Normal, Normal]).fit(&data));
    assert_eq!(found.expect("a fit").estimates(), expected.expect("a fit").estimates());
    let table = Table::from_csv("dose,died\n1,0\n2,0\n2,1\n3,1\n3,0\n4,1\n".as_bytes()).expect("a table");
    let response = || table.response("died").expect("a column");
    let found = read("regress(bernoulli, p ~ dose)").fit(response()).expect("a fit");
    let expected = Regress(Bernoulli).on("p", ["dose"]).fit(response()).expect("a fit");
    assert_eq!(found.estimates(), expected.estimates());
    assert_eq!(found.model(), "Regress(Bernoulli, p ~ dose)");
}

#[test]
fn errors_say_where_and_what_was_expected() {
    for (text, position, wanted) in [
        ("", 1, "the name of a model was expected, not the end"),
        ("   ", 4, "the name of a model was expected, not the end"),
        ("Normal Normal", 8, "the end of the model was expected, not `Normal`"),
        ("Normal)", 7, "the end of the model was expected, not `)`"),
        ("Mixture", 8, "`(` was expected, not the end"),
        ("Mixture(Normal)", 9, "`[` was expected, not `Normal`"),
        ("Mixture([Normal, ])", 18, "the name of a model was expected, not `]`"),
        ("Mixture([Normal Normal])", 17, "`]` was expected, not `Normal`"),
        ("Mixture([])", 10, "the name of a model was expected, not `]`"),
        ("Mixture([Normal, Normal]", 25, "`)` was expected, not the end"),
        ("Fixed(Weibull)", 14, "`,` was expected, not `)`"),
        ("Fixed(Weibull, shape)", 21, "`=` was expected, not `)`"),
        ("Fixed(Weibull, shape = )", 24, "a number was expected, not `)`"),
        ("Fixed(Weibull, shape = one)", 24, "a number was expected, not `one`"),
        ("Fixed(Weibull, shape ~ x)", 22, "`=` was expected, not `~`"),
        ("Fixed(Weibull, 3 = 1)", 16, "the name of a parameter was expected, not 3"),
        ("Regress(Normal, mu ~ )", 22, "a column, 0 or 1 was expected, not `)`"),
        ("Regress(Normal, mu ~ a + )", 26, "a column, 0 or 1 was expected, not `)`"),
        ("Regress(Normal, mu ~ offset()", 29, "a column was expected, not `)`"),
        ("Normal!", 7, "`!` has no meaning here"),
        ("größe ∑", 7, "`∑` has no meaning here"),
        ("Regress(Normal, mu ~ `a", 22, "this backquote is not closed"),
        ("3", 1, "the name of a model was expected, not 3"),
    ] {
        let (found, message) = stopped(text);
        assert_eq!((found, message.as_str()), (position, wanted), "{text}");
    }
}

#[test]
fn a_constant_in_a_predictor_is_no_intercept_or_one() {
    assert_eq!(read("Regress(Normal, mu ~ 1)").to_string(), "Regress(Normal, mu ~ 1)");
    assert_eq!(read("Regress(Normal, mu ~ 1 + x)").to_string(), "Regress(Normal, mu ~ x)");
    assert_eq!(read("Regress(Normal, mu ~ x + 0)").to_string(), "Regress(Normal, mu ~ 0 + x)");
    // Any other number is a mistake, not an intercept.
    assert_eq!(stopped("Regress(Normal, mu ~ x + 2)").0, 26);
    assert_eq!(stopped("Regress(Normal, mu ~ 0.5)").0, 22);
    // A second offset would silently replace the first.
    assert_eq!(stopped("Regress(Poisson, lambda ~ x + offset(a) + offset(b))").0, 50);
}

#[test]
fn families_and_parameters_that_are_not_there() {
    let error = parse("Mixture([Normal, Nurmal])", &schema()).expect_err("no such family");
    let Error::Unknown { kind: "model", name, known } = &error else { panic!("{error:?}") };
    assert!(name == "Nurmal" && known.iter().any(|k| k == "normal") && known.iter().any(|k| k == "Mixture"), "{error}");
    let error = parse("Fixed(Normal, tau = 1)", &schema()).expect_err("no such parameter");
    assert!(error.is_model() && error.to_string().contains("`tau`"), "{error}");
    let error = parse("Fixed(Normal, sigma = -1)", &schema()).expect_err("outside the domain");
    assert!(error.is_model() && error.to_string().contains("outside its domain"), "{error}");
    let error = parse("Categorical", &Schema::default()).expect_err("no levels");
    assert!(error.is_model() && error.to_string().contains("levels"), "{error}");
}

#[test]
fn components_describe_the_same_kind_of_observation() {
    // In Rust the types say so; in the language nothing else does.
    for text in ["Mixture([Normal, MultivariateNormal])", "Mixture([Normal, Poisson])", "Mixture([Normal, Bernoulli])"]
    {
        let error = parse(text, &schema()).expect_err(text);
        assert!(error.is_model() && error.to_string().contains("Mixture"), "{text}: {error}");
    }
}

#[test]
fn very_deep_nesting_is_an_error() {
    for (open, close, depth) in
        [("Mixture([", "])", 100_000), ("Fixed(", ", mu = 1)", 100_000), ("Mixture([", "", 1_000_000)]
    {
        let text = format!("{}Normal{}", open.repeat(depth), close.repeat(depth));
        let error = parse(&text, &schema()).expect_err("too deep");
        let Error::Language { position, message, .. } = &error else { panic!("another kind of error") };
        assert!(*position < 10_000 && message.contains("nested"), "{message}");
    }
    // What a person may write is not affected.
    let text = format!("{}Normal{}", "Mixture([".repeat(5), "])".repeat(5));
    assert_eq!(read(&text).to_string(), text);
}

#[test]
fn hostile_text_never_panics() {
    let pieces = [
        "Mixture",
        "(",
        "[",
        "Normal",
        ",",
        "]",
        ")",
        "Fixed",
        "Regress",
        "mu",
        "=",
        "~",
        "+",
        "1",
        "-",
        "1e",
        "1e+",
        "`",
        "``",
        "` `",
        "offset",
        "\u{0}",
        "é",
        "∑",
        ".",
        "inf",
        "NaN",
        "-inf",
        "1e999",
        "0",
        " ",
        "\n",
        "Categorical",
        "weibull",
    ];
    // A small generator of its own: any sequence of pieces will do.
    let mut state = 12_345_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut understood = 0;
    for _ in 0..30_000 {
        let text: String = (0..1 + next() % 12).map(|_| pieces[next() % pieces.len()]).collect();
        understood += usize::from(parse(&text, &schema()).is_ok());
    }
    assert!(understood > 100, "only {understood} texts were models: the pieces make none");
    for text in ["Fixed(Normal, mu = 1e999)", "Fixed(Normal, mu = -inf)", "Fixed(Normal, mu = 1e+)"] {
        assert!(parse(text, &schema()).is_err(), "{text}");
    }
}

#[test]
fn a_family_is_not_told_what_it_need_not_know() {
    let error = parse("Normal(mu = 3)", &Default::default()).expect_err("a normal knows nothing");
    assert!(error.to_string().contains("Fixed(normal, mu = 3)"), "{error}");
}

#[test]
fn formulas_are_read_as_they_are_written() {
    use thetahat::language::Formula;
    let names = ["a", "b", "(Intercept)", "ph.ecog"];
    let at = |text: &str| Formula::parse(text, &names).unwrap().at(&[2.0, 3.0, 5.0, 7.0]);
    for (text, value) in [
        ("a + b * 2", 8.0),
        ("(a + b) * 2", 10.0),
        ("a - b - 1", -2.0),
        ("12 / b / a", 2.0),
        ("2^b^a", 512.0),
        ("-a^2", -4.0),
        ("a^-1", 0.5),
        ("x = `(Intercept)` * ph.ecog", 35.0),
        ("1.5e1 + 2E-1", 15.2),
        ("exp(ln(a)) + sqrt(9) + abs(-b)", 8.0),
        ("logistic(0) + normal_cdf(0) + logit(0.5)", 1.0),
        ("erf(b) + erfc(b) + exp(ln_erfc(a)) - erfc(a) + inverse_mills_ratio(-1e9) / 1e9", 2.0),
        ("exp(ln_beta(a, b)) * 12 + 8 * owens_t(0, 1)", 2.0),
        ("log(exp(2)) - exp_m1(0) - ln_1p(0) - sin(0) + cos(0) + arctan(0) + ln_gamma(a)", 3.0),
    ] {
        assert!((at(text) - value).abs() < 1e-14, "{text} is {}, not {value}", at(text));
    }
    for text in [
        "",
        "a +",
        "(a",
        "a b",
        "`a",
        "1..2",
        "a)",
        "q",
        "cosh(a)",
        "ln_beta(a)",
        "exp(a, b)",
        &"(".repeat(1000),
        &"-".repeat(1000),
    ] {
        assert!(Formula::parse(text, &names).is_err(), "{text}");
    }
    assert_eq!(Formula::parse(" b10 = a", &names).unwrap().name(), "b10");
    assert_eq!(Formula::parse("a * b", &names).unwrap().name(), "a * b");
}
