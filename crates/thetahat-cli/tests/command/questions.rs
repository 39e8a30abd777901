//! The verbs that ask more of a fit: their numbers, formats and exit codes.

use serde_json::{Value, json};

use crate::run::{thetahat, thetahat_on};

const BEEF: &str = "tests/reference/gamma-groundbeef.csv";
const KICKS: &str = "tests/reference/poisson-horsekicks.csv";

#[track_caller]
fn close(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"));
    assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value} is not {expected}");
}

fn json_of(arguments: &[&str]) -> Value {
    let said = thetahat(&[arguments, &["--format", "json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    said.json()
}

#[test]
fn profile() {
    let all = json_of(&["profile", BEEF, "--model", "gamma"]);
    let shape = &all["estimates"][0];
    assert_eq!((&shape["name"], &all["level"], &all["n"]), (&json!("shape"), &json!(0.95), &json!(254)));
    close(&shape["lower"], 3.3763490981791757);
    close(&shape["upper"], 4.717763028488131);
    let one = json_of(&["profile", BEEF, "--model", "gamma", "--parameter", "scale", "--level", "0.9"]);
    assert_eq!(one["estimates"].as_array().map(Vec::len), Some(1));
    let text = thetahat(&["profile", BEEF, "--model", "gamma"]);
    assert!(text.out.contains("shape  4.00834   0.341913  3.37635  4.71776"), "{text:?}");
    thetahat(&["profile", BEEF, "--model", "gamma", "--parameter", "rate"])
        .fails(2, &["no estimate `rate`", "`shape`"]);
    thetahat(&["profile", BEEF, "--model", "gamma", "--level", "95"]).fails(2, &["probability"]);
    thetahat(&["profile", BEEF, "--model", "uniform"]).fails(1, &["no profile likelihood of Uniform"]);
}

#[test]
fn a_column_may_have_any_name() {
    let file = b"gross = net,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n6,12.2\n";
    let model = ["--column", "y", "--model", "Regress(Normal, mu ~ `gross = net`)", "--format", "json"];
    let asked = |verb: &str, more: &[&str]| {
        let said = thetahat_on(file, &[&[verb, "-"], &model[..], more].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
        said.json()
    };
    for null in ["gross = net = 2", "`gross = net` = 2"] {
        // Of normal errors the statistic is n ln(RSS₀ / RSS), here from the lines by hand.
        close(&asked("test", &["--null", null])["tests"][0]["statistic"], 0.319_467_087_112_874_97);
    }
    for name in ["gross = net", "`gross = net`"] {
        assert_eq!(asked("profile", &["--parameter", name])["estimates"][0]["name"], "gross = net");
    }
}

#[test]
fn errors_of_other_kinds() {
    let of = |more: &[&str]| json_of(&[&["fit", BEEF, "--model", "weibull"], more].concat());
    let error = |fit: &Value| fit["estimates"][0]["std_error"].as_f64().unwrap();
    let expected = of(&["--errors", "expected"]);
    close(
        &expected["estimates"][0]["std_error"],
        6.0_f64.sqrt() / std::f64::consts::PI * 2.1856123322593843 / 254.0_f64.sqrt(),
    );
    let (observed, sandwich) = (of(&[]), of(&["--errors", "sandwich"]));
    assert_eq!((&observed["errors"], &sandwich["errors"]), (&json!("observed"), &json!("sandwich")));
    assert!(error(&sandwich) != error(&observed) && (error(&sandwich) / error(&observed) - 1.0).abs() < 0.3);
    let said = thetahat(&[
        "fit",
        "tests/reference/glm-logit-birthwt.csv",
        "--column",
        "y",
        "--model",
        "bernoulli",
        "--clusters",
        "age",
    ]);
    assert!(said.out.contains("standard errors: sandwich of 24 clusters"), "{said:?}");
}

#[test]
fn derive() {
    let automotive = ["derive", "tests/reference/cens-weibull-automotive.csv", "--interval", "left,right"];
    let quantity = ["--model", "weibull", "--quantity", "t10 = scale * (-ln(0.9))^(1/shape)"];
    // The case `profile-weibull-b10-automotive`.
    let wald = json_of(&[&automotive[..], &quantity].concat());
    let t10 = &wald["estimates"][0];
    assert_eq!((&t10["name"], &wald["interval"]), (&json!("t10"), &json!("wald")));
    let near =
        |value: &Value, expected: f64| assert!((value.as_f64().unwrap() / expected - 1.0).abs() < 1e-7, "{value}");
    near(&t10["value"], 19170.04519962937);
    near(&t10["std_error"], 8359.490552292578);
    let profile = json_of(&[&automotive[..], &quantity, &["--profile"]].concat());
    near(&profile["estimates"][0]["lower"], 5947.564653432001);
    near(&profile["estimates"][0]["upper"], 38441.53538437594);
    let derive = ["derive", BEEF, "--model", "gamma", "--quantity"];
    let text = thetahat(&[&derive[..], &["mean = shape * scale", "--quantity", "shape * scale^2"]].concat());
    assert!(text.out.contains("mean") && text.out.contains("shape * scale^2"), "{text:?}");
    thetahat(&[&derive[..], &["shape * rate"]].concat()).fails(2, &["no estimate `rate`", "`scale`"]);
    thetahat(&[&derive[..], &["m = shape *"]].concat()).fails(2, &["at character 12", "a number"]);
    thetahat(&[&derive[..], &["ln(-shape)"]].concat()).fails(2, &["NaN"]);
}

#[test]
fn test() {
    let test = json_of(&["test", BEEF, "--model", "weibull", "--null", "shape = 1"]);
    close(&test["tests"][0]["statistic"], 181.57735298049113);
    assert!((test["tests"][0]["p_value"].as_f64().unwrap() / 2.1929477491536415e-41 - 1.0).abs() < 1e-6);
    assert_eq!((&test["tests"][0]["df"], &test["boundary"]), (&json!(1), &json!(false)));
    assert_eq!(test["null"]["estimates"][0], json!({"name": "shape", "value": 1}));
    let tied = json_of(&["test", BEEF, "--model", "gamma", "--null", "shape = scale"]);
    assert_eq!(tied["null"]["estimates"][0]["name"], "shape");
    let named = json_of(&["test", BEEF, "--model", "weibull", "--null", "exponential"]);
    assert_eq!(named["tests"][0], test["tests"][0]);
    thetahat(&["test", BEEF, "--model", "weibull", "--null", "gamma"]).fails(1, &["Exponential", "Vuong", "bootstrap"]);
    thetahat(&["test", BEEF, "--model", "weibull", "--null", "shape"]).fails(2, &["NAME = VALUE"]);
    let bootstrap = ["test", BEEF, "--model", "gamma", "--null", "weibull", "--bootstrap", "--replicates", "49"];
    let ratio = json_of(&bootstrap);
    close(&ratio["tests"][0]["statistic"], 2.0 * (1255.2247198636483 - 1253.6251136892542));
    assert!(ratio["tests"][0]["p_value"].as_f64().unwrap() < 0.3, "{ratio}");
    thetahat(&["test", BEEF, "--model", "weibull", "--null", "shape = -1"]).fails(2, &["cannot be -1"]);
}

#[test]
fn bootstrap() {
    let ask = ["bootstrap", BEEF, "--model", "normal", "--replicates", "200", "--seed", "3"];
    let rows = json_of(&ask);
    assert_eq!((&rows["kind"], &rows["failures"], &rows["replicates"]), (&json!("rows"), &json!(0), &json!(200)));
    assert_eq!(rows, json_of(&ask));
    let mu = &rows["estimates"][0];
    // σ/√n is 2.25.
    assert!((mu["std_error"].as_f64().unwrap() / 2.25 - 1.0).abs() < 0.25, "{mu}");
    assert!(mu["lower"].as_f64() < mu["value"].as_f64() && mu["value"].as_f64() < mu["upper"].as_f64());
    assert_eq!(json_of(&[&ask[..], &["--parametric"]].concat())["kind"], "parametric");
    thetahat(&[&ask[..], &["--level", "0.999"]].concat()).fails(2, &["too few"]);
}

#[test]
fn bootstrap_of_censored_rows() {
    let gehan = ["bootstrap", "tests/reference/cens-weibull-gehan.csv", "--interval", "left,right"];
    let gehan = [&gehan[..], &["--model", "weibull", "--replicates", "99", "--parametric"]].concat();
    thetahat(&gehan).fails(2, &["say how they were censored", "--censoring"]);
    let drawn = json_of(&[&gehan[..], &["--censoring", "independent"]].concat());
    let shape = &drawn["estimates"][0];
    assert!(shape["lower"].as_f64() < shape["value"].as_f64() && shape["value"].as_f64() < shape["upper"].as_f64());
    thetahat(&[&gehan[..], &["--censoring", "schedule"]].concat()).fails(2, &["cannot have been censored like this"]);
    let rows = ["bootstrap", BEEF, "--model", "normal", "--censoring", "independent"];
    thetahat(&rows).fails(2, &["--parametric"]);
}

#[test]
fn gof() {
    let gof = json_of(&["gof", BEEF, "--model", "gamma", "--replicates", "19"]);
    assert_eq!(gof["tests"][0]["name"], "kolmogorov_smirnov");
    close(&gof["tests"][0]["statistic"], 0.12804789726189822);
    assert_eq!(gof["tests"][0]["p_value"], 0.05);
    let kicks = ["gof", KICKS, "--column", "x", "--weights", "w", "--model", "poisson"];
    let each = json_of(&[&kicks[..], &["--replicates", "99"]].concat());
    assert_eq!(each["tests"].as_array().map(Vec::len), Some(3));
    let cells = json_of(&[&kicks[..], &["--cuts", "0,1,2", "--replicates", "99"]].concat());
    close(&cells["tests"][0]["statistic"], 0.3235235766087123);
}

#[test]
fn gof_of_what_is_known_or_censored() {
    let known = ["gof", "tests/reference/exponential-aircondit.csv", "--model", "Fixed(Exponential, rate = 0.01)"];
    let known = json_of(&known);
    assert!((known["tests"][0]["p_value"].as_f64().unwrap() - 0.7562074042406927).abs() < 1e-6);
    assert_eq!(known["replicates"], 0);
    let gehan = ["gof", "tests/reference/cens-weibull-gehan.csv", "--interval", "left,right", "--model", "weibull"];
    thetahat(&gehan).fails(2, &["say how they were censored"]);
    let independent = json_of(&[&gehan[..], &["--censoring", "independent", "--replicates", "99"]].concat());
    assert!(independent["tests"][2]["p_value"].as_f64().unwrap() > 0.1, "{independent}");
    thetahat(&[&gehan[..], &["--censoring", "schedule"]].concat()).fails(2, &["cannot have been censored like this"]);
    let turbine = ["gof", "tests/reference/cens-weibull-turbine.csv", "--interval", "left,right", "--weights", "w"];
    let checked = [&turbine[..], &["--model", "weibull", "--replicates", "99"]].concat();
    thetahat(&checked).fails(2, &["say how they were censored"]);
}

#[test]
fn compare() {
    let models = ["--model", "weibull", "--model", "gamma", "--model", "poisson"];
    let ranking = json_of(&[&["compare", BEEF, "--by", "bic"], &models[..]].concat());
    assert_eq!((&ranking["criterion"], &ranking["n"]), (&json!("BIC"), &json!(254)));
    let first = &ranking["models"][0];
    assert_eq!((&first["model"], &first["difference"]), (&json!("Gamma"), &json!(0)));
    close(&first["value"], 2518.324895912546);
    let reason = ranking["models"][2]["reason"].as_str();
    assert!(reason.is_none_or(|reason| reason.contains("outside the support")), "{ranking}");
    assert_eq!(ranking["models"][2]["weight"].as_f64().is_some(), reason.is_none());
    let said = thetahat(&["compare", BEEF, "--model", "beta"]);
    said.fails(2, &["outside the support"]);
}

#[test]
fn every_family_that_could_have_produced_the_data() {
    let ranking = json_of(&["compare", KICKS, "--column", "x", "--weights", "w"]);
    let models = ranking["models"].as_array().unwrap();
    let place = |name: &str| models.iter().position(|line| line["model"] == name);
    assert!(place("Poisson").is_some() && place("Bernoulli").is_none() && place("Zeta").is_none(), "{ranking}");
    assert_eq!((place("Poisson"), place("Multinomial")), (Some(0), None));
    // Counts are ranked by laws of counts, and apart from them by densities.
    for measure in ["probabilities", "densities of numbers"] {
        let of = models.iter().filter(|line| line["measure"] == measure);
        let weights: f64 = of.filter_map(|line| line["weight"].as_f64()).sum();
        assert!((weights - 1.0).abs() < 1e-9, "{measure}: {ranking}");
    }
    let first_density = models.iter().position(|line| line["measure"] != "probabilities");
    assert!(first_density > place("Poisson") && models[first_density.unwrap()]["difference"] == 0, "{ranking}");
    let text = thetahat(&["compare", KICKS, "--column", "x", "--weights", "w"]).out;
    assert!(text.contains("\nProbabilities, not to be compared with the others\n"), "{text}");
}

#[test]
fn simulate() {
    let ask = ["simulate", BEEF, "--model", "gamma", "--seed", "5"];
    let (said, again) = (thetahat(&ask), thetahat(&ask));
    assert_eq!((said.code, &said.out), (0, &again.out));
    let mut lines = said.out.lines();
    assert_eq!(lines.next(), Some("x"));
    assert_eq!(lines.filter(|line| line.parse::<f64>().is_ok_and(|x| x > 0.0)).count(), 254);
    let rows = json_of(&ask);
    assert_eq!((rows["columns"].clone(), rows["rows"].as_array().map(Vec::len)), (json!(["x"]), Some(254)));
}

#[test]
fn what_theory_does_not_vouch_for_has_one_exit_code() {
    let ones = |verb: &[&str]| thetahat_on(b"x\n1\n1\n1\n", &[verb, &["-", "--model", "bernoulli"]].concat());
    ones(&["gof"]).fails(1, &["fit the model at that end"]);
    ones(&["fit", "--errors", "sandwich"]).fails(1, &["no sandwich of Bernoulli"]);
    ones(&["fit", "--errors", "expected"]).fails(1, &["no expected information of Bernoulli"]);
    ones(&["test", "--null", "p = 0.5"]).fails(1, &["no test within Bernoulli"]);
    let gehan = ["fit", "tests/reference/cens-weibull-gehan.csv", "--interval", "left,right", "--model", "weibull"];
    thetahat(&[&gehan[..], &["--errors", "expected"]].concat()).fails(1, &["no expected information", "censored"]);
    let sampled = |verb: &str| {
        let arguments = [verb, "-", "--column", "x", "--sampling-weights", "w", "--model", "normal"];
        thetahat_on(b"x,w\n1,2\n2,3\n4,1\n", &arguments)
    };
    for verb in ["gof", "bootstrap", "simulate"] {
        sampled(verb).fails(1, &["sampling weights"]);
    }
    sampled("profile").fails(1, &["sampling weights"]);
    let json = thetahat_on(b"x\n1\n1\n", &["gof", "-", "--model", "bernoulli", "--format", "json"]);
    assert_eq!((json.code, &json.json()["error"]["kind"]), (1, &json!("withheld")));
}

#[test]
fn against_another_model() {
    let ask = ["test", BEEF, "--model", "gamma", "--against", "weibull"];
    let vuong = json_of(&ask);
    assert_eq!(
        (&vuong["model"], &vuong["against"]["model"], &vuong["n"]),
        (&json!("Gamma"), &json!("Weibull"), &json!(254))
    );
    close(&vuong["log_likelihood"], -1253.625113689254);
    close(&vuong["against"]["log_likelihood"], -1255.2247198636483);
    assert!((vuong["tests"][1]["statistic"].as_f64().unwrap() - 0.5635056998209701).abs() < 1e-8, "{vuong}");
    assert_eq!(vuong["p_value"], vuong["tests"][1]["p_value"]);
    let text = thetahat(&ask).out;
    assert!(text.contains("nearer") && text.contains("Gamma is higher by 1.5996 than that of Weibull"), "{text}");
    let exponential = ["test", BEEF, "--model", "gamma", "--against", "exponential"];
    thetahat(&exponential).fails(1, &["Gamma holds Exponential", "--null"]);
    thetahat(&[&ask[..], &["--null", "shape = 1"]].concat()).fails(2, &["cannot be used with"]);
    thetahat(&["test", BEEF, "--model", "gamma"]).fails(2, &["--null"]);
}

#[test]
fn laws_inside_of_others() {
    // Fits of scipy by Nelder and Mead; at an end of a range half of χ²₁.
    #[track_caller]
    fn ratio(test: &Value, statistic: f64, p_value: f64, boundary: bool) {
        let (found, p) = (&test["tests"][0]["statistic"], &test["tests"][0]["p_value"]);
        assert!((found.as_f64().unwrap() / statistic - 1.0).abs() < 1e-5, "{test}");
        assert!((p.as_f64().unwrap() / p_value - 1.0).abs() < 1e-5, "{test}");
        assert_eq!(test["boundary"], boundary, "{test}");
    }
    let of = |more: &[&str]| json_of(&[&["test"], more].concat());
    let counts = "examples/data/discoveries.csv";
    let test = of(&[counts, "--model", "negative-binomial", "--null", "poisson"]);
    ratio(&test, 12.102509908459126, 0.00025176998281486215, true);
    let test = of(&[BEEF, "--model", "generalized-extreme-value", "--null", "gumbel"]);
    ratio(&test, 0.5433001500582577, 0.4610682461643625, false);
    let successes = b"k\n3\n5\n9\n1\n4\n7\n2\n6\n";
    let ask = ["test", "-", "--trials", "10", "--model", "beta-binomial", "--null", "binomial", "--format", "json"];
    ratio(&thetahat_on(successes, &ask).json(), 5.632277483994663, 0.008816353977257415, true);
}

#[test]
fn sandwich_and_clusters_of_a_logistic_regression() {
    // By numpy: A⁻¹ B A⁻¹, B the sum of products of scores of rows, or of clusters times G/(G − 1).
    let of = |more: &[&str]| {
        let data = ["fit", "tests/reference/glm-logit-birthwt.csv", "--column", "y"];
        let fit = json_of(&[&data[..], &["--model", "Regress(Bernoulli, p ~ lwt)"], more].concat());
        [0, 1].map(|at: usize| fit["estimates"][at]["std_error"].as_f64().unwrap())
    };
    for (found, expected) in [
        (of(&["--errors", "sandwich"]), [0.80484079, 0.00637173]),
        (of(&["--clusters", "age"]), [0.99504704, 0.00800362]),
    ] {
        assert!((found[0] - expected[0]).abs() < 1e-8 && (found[1] - expected[1]).abs() < 1e-8, "{found:?}");
    }
}
