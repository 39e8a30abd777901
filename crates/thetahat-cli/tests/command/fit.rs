//! `thetahat fit` on sound data: every format, every way to say where the observations are.

use serde_json::{Value, json};

use crate::run::{Said, thetahat, thetahat_on};

const FAITHFUL: &str = "examples/data/faithful.csv";

fn estimate<'v>(fit: &'v Value, name: &str) -> &'v Value {
    let all = fit["estimates"].as_array().expect("a list of estimates");
    all.iter().find(|estimate| estimate["name"] == name).unwrap_or_else(|| panic!("no {name} in {fit}"))
}

#[track_caller]
fn close(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"));
    assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value} is not {expected}");
}

fn waiting(format: &str) -> Said {
    let said = thetahat(&["fit", FAITHFUL, "--column", "waiting", "--model", "normal", "--format", format]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    said
}

#[test]
fn text_is_a_table() {
    let said = waiting("text");
    for words in ["Normal fitted to 272 observations", "mu", "70.8971", "0.8228", "certified"] {
        assert!(said.out.contains(words), "no `{words}` in {}", said.out);
    }
}

#[test]
fn json_is_one_object_with_every_part() {
    let fit = waiting("json").json();
    assert_eq!((&fit["model"], &fit["n"], &fit["outcome"]), (&json!("Normal"), &json!(272), &json!("interior")));
    // In closed form: the mean, and the root of the variance with divisor n.
    close(&estimate(&fit, "mu")["value"], 70.8970588235294);
    close(&estimate(&fit, "sigma")["value"], 13.569960017586371);
    close(&estimate(&fit, "mu")["std_error"], 13.569960017586371 / 272.0_f64.sqrt());
    close(&fit["log_likelihood"], -1095.2888005007117);
    close(&fit["aic"], 2.0 * 2.0 + 2.0 * 1095.2888005007117);
    close(&fit["bic"], 2.0 * 272.0_f64.ln() + 2.0 * 1095.2888005007117);
    close(&fit["cross_entropy"]["nats"], 1095.2888005007117 / 272.0);
    close(&fit["cross_entropy"]["bits"], 1095.2888005007117 / 272.0 / 2.0_f64.ln());
    let object = fit.as_object().expect("an object");
    for key in ["level", "scope", "detail", "certificate"] {
        assert!(object.contains_key(key), "no {key}");
    }
    for key in ["edm", "condition", "iterations", "passes", "starts_agree"] {
        assert!(fit["certificate"][key].is_number(), "no {key}");
    }
}

#[test]
fn csv_and_markdown_hold_the_same_numbers_as_json() {
    let fit = waiting("json").json();
    let csv = waiting("csv").out;
    assert_eq!(csv.lines().next(), Some("name,value,std_error,lower,upper"));
    for (line, estimate) in csv.lines().skip(1).zip(fit["estimates"].as_array().expect("estimates")) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(estimate["name"], cells[0]);
        for (cell, key) in cells[1..].iter().zip(["value", "std_error", "lower", "upper"]) {
            // Not to the last digit: reading JSON may round it.
            close(&estimate[key], cell.parse().unwrap_or_else(|error| panic!("{error}: {line}")));
        }
    }
    assert_eq!(csv.lines().count(), 3);
    let markdown = waiting("markdown").out;
    let bare = |line: &str| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = markdown.lines().filter(|line| !line.starts_with("| -")).map(bare).collect();
    assert_eq!(rows.join("\n"), csv.trim_end());
}

#[test]
fn passes_over_the_data_are_counted() {
    let arguments = ["fit", "examples/data/groundbeef.csv", "--model", "weibull", "--format", "json"];
    let certificate = thetahat(&arguments).json()["certificate"].clone();
    let [passes, iterations] = ["passes", "iterations"].map(|key| certificate[key].as_u64().expect("a count"));
    assert!(iterations >= 2 && passes > iterations, "{certificate}");
}

#[test]
fn an_estimate_at_a_closed_end_is_at_the_boundary() {
    let fit = thetahat_on(b"x\n0\n0\n0\n", &["fit", "-", "--model", "bernoulli", "--format", "json"]).json();
    let p = json!({"name": "p", "value": 0, "std_error": null, "lower": null, "upper": null});
    assert_eq!((&fit["outcome"], estimate(&fit, "p"), &fit["log_likelihood"]), (&json!("boundary"), &p, &json!(0)));
}

#[test]
fn a_level_widens_the_intervals() {
    let at = |level| {
        let said = thetahat(&[
            "fit", FAITHFUL, "--column", "waiting", "--model", "normal", "--format", "json", "--level", level,
        ]);
        estimate(&said.json(), "mu")["upper"].as_f64().expect("a number")
    };
    let error = 13.569960017586371 / 272.0_f64.sqrt();
    assert!((at("0.95") - (70.8970588235294 + 1.959963984540054 * error)).abs() < 1e-9);
    assert!((at("0.99") - (70.8970588235294 + 2.5758293035489004 * error)).abs() < 1e-9);
}

#[test]
fn standard_input_is_a_file() {
    let said = thetahat_on(b"x\n1\n2\n6\n", &["fit", "-", "--model", "poisson", "--format", "json"]);
    close(&estimate(&said.json(), "lambda")["value"], 3.0);
}

#[test]
fn intervals_censor() {
    let said = thetahat(&[
        "fit",
        "examples/data/diabetes.csv",
        "--interval",
        "left,right",
        "--model",
        "weibull",
        "--format",
        "json",
    ]);
    let fit = said.json();
    close(&estimate(&fit, "shape")["value"], 2.8234952488108718);
    close(&estimate(&fit, "scale")["value"], 18.856529252374965);
    close(&fit["log_likelihood"], -2028.5661107360836);
}

#[test]
fn open_ends_are_infinite_or_empty() {
    let with = |none: [&str; 2]| {
        let table = format!("l,r\n1,1\n2,2\n3,{}\n{},4\n2,5\n", none[1], none[0]);
        let arguments = ["fit", "-", "--interval", "l,r", "--model", "weibull", "--format", "json"];
        thetahat_on(table.as_bytes(), &arguments).json()
    };
    assert_eq!(with(["", ""]), with(["-inf", "inf"]));
    assert_eq!(with(["NA", "NA"])["n"], 5);
}

#[test]
fn events_censor_on_the_right() {
    // Exponential: the scale is the total time over the number of events.
    let table = b"time,died\n2,1\n3,0\n5,1\n7,0\n1,1\n";
    let arguments = ["fit", "-", "--column", "time", "--event", "died", "--format", "json"];
    let fit = thetahat_on(table, &[&arguments[..], &["--model", "Fixed(Weibull, shape = 1)"]].concat()).json();
    close(&estimate(&fit, "scale")["value"], 18.0 / 3.0);
    // The only numeric column that is not the event needs no name.
    let arguments = ["fit", "-", "--event", "died", "--format", "json", "--model", "Fixed(Weibull, shape = 1)"];
    assert_eq!(thetahat_on(table, &arguments).json(), fit);
}

#[test]
fn weights_are_frequencies() {
    let said = thetahat(&[
        "fit",
        "examples/data/hair.csv",
        "--column",
        "hair",
        "--weights",
        "count",
        "--model",
        "categorical",
        "--format",
        "json",
    ]);
    let fit = said.json();
    assert_eq!(fit["n"], 592);
    close(&estimate(&fit, "p_Brown")["value"], 286.0 / 592.0);
    close(&estimate(&fit, "p_Red")["std_error"], 0.013352588832096992);
}

#[test]
fn trials_are_a_number_or_a_column() {
    let arguments = ["fit", "-", "--model", "binomial", "--format", "json"];
    let with = |table: &[u8], more: &[&str]| thetahat_on(table, &[&arguments[..], more].concat());
    let same = b"died\n3\n5\n4\n";
    let fit = with(same, &["--trials", "8"]).json();
    close(&estimate(&fit, "p")["value"], 0.5);
    // The same in a column, which is no observation of its own; and as two columns of a vector.
    let each = b"died,of\n3,8\n5,8\n4,8\n";
    assert_eq!(with(each, &["--trials", "of"]).json(), fit);
    assert_eq!(with(each, &["--column", "died", "--column", "of"]).json(), fit);
    // A column may have a number for a name.
    assert_eq!(with(b"died,8\n3,16\n5,5\n4,4\n", &["--trials", "8"]).json()["n"], 3);
    let said = with(same, &["--trials", "4"]).json();
    assert_eq!((&said["error"]["kind"], &said["error"]["row"]), (&json!("out-of-support"), &json!(2)));
    assert_eq!(with(same, &["--trials", "of"]).json()["error"]["kind"], "unknown");
}

#[test]
fn several_columns_are_a_vector() {
    let columns = ["--column", "sepal_length", "--column", "sepal_width"];
    let arguments = ["fit", "examples/data/setosa.csv", "--model", "multivariate-normal", "--format", "json"];
    let fit = thetahat(&[&arguments[..], &columns[..]].concat()).json();
    close(&estimate(&fit, "mu_sepal_width")["value"], 3.428);
    close(&estimate(&fit, "s_21")["value"], 0.097232);
}

#[test]
fn combined_models_are_text() {
    let arguments = ["fit", FAITHFUL, "--column", "eruptions", "--format", "json", "--starts", "5", "--seed", "1"];
    let fit = thetahat(&[&arguments[..], &["--model", "mixture([normal, normal])"]].concat()).json();
    assert_eq!(fit["model"], "Mixture([Normal, Normal])");
    close(&fit["log_likelihood"], -276.3600404957341);

    let birth = ["fit", "examples/data/birthwt.csv", "--column", "low", "--format", "json", "--model"];
    let all = "Regress(Bernoulli, p ~ age + lwt + race2 + race3 + smoke + ptl + ht + ui)";
    let fit = thetahat(&[&birth[..], &[all]].concat()).json();
    assert_eq!(fit["model"], all);
    close(&estimate(&fit, "smoke")["std_error"], 0.40807455861676545);
}

#[test]
fn a_byte_order_mark_carriage_returns_and_quotes_are_read() {
    let plain = thetahat_on(b"a b,c\n1,x\n3,y\n4,z\n", &["fit", "-", "--model", "normal", "--format", "json"]).json();
    let marked = b"\xef\xbb\xbf\"a b\",c\r\n\"1\",x\r\n3,\"y, or z\"\r\n4,z\r\n";
    let said = thetahat_on(marked, &["fit", "-", "--column", "a b", "--model", "normal", "--format", "json"]);
    assert_eq!(said.json(), plain);
}

#[test]
fn rows_that_entered_late_count_from_then() {
    let table = b"time,died,since\n3.2,1,1\n4.1,1,2\n3.9,0,0\n5.5,1,5\n8,1,4\n";
    let said = thetahat_on(
        table,
        &[
            "fit",
            "-",
            "--column",
            "time",
            "--event",
            "died",
            "--entry",
            "since",
            "--model",
            "exponential",
            "--format",
            "json",
        ],
    );
    let fit = said.json();
    // Deaths over the time at risk.
    close(&estimate(&fit, "rate")["value"], 4.0 / (2.2 + 2.1 + 3.9 + 0.5 + 4.0));
    let late = b"time,since\n3,1\n2,4\n";
    let said = thetahat_on(late, &["fit", "-", "--column", "time", "--entry", "since", "--model", "exponential"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("row 2"), "{}", said.err);
    let unknown = b"time,since\n3,1\n2,\n";
    let said = thetahat_on(unknown, &["fit", "-", "--column", "time", "--entry", "since", "--model", "exponential"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("row 2 in column `since`"), "{}", said.err);
}

#[test]
fn rows_that_are_seen_in_a_window_of_their_own() {
    let fit = |table: &str, window: &str, model: &str| {
        let words = ["fit", "-", "--column", "x", "--window", window, "--model", model, "--format", "json"];
        thetahat_on(table.as_bytes(), &words)
    };
    let table = "x,from,to\n1.5,1,4\n2.5,0.5,5\n3.5,,6\n0.9,0,\n2.2,1.5,3\n4.6,2,7\n1.1,0.2,2\n";
    let ours = fit(table, "from,to", "weibull").json();
    // The likelihood written out: what a row has in its window, of what the window has.
    let rows = [(1.5, 1.0, 4.0), (2.5, 0.5, 5.0), (3.5, 0.0, 6.0), (0.9, 0.0, f64::INFINITY)];
    let rows = rows.into_iter().chain([(2.2, 1.5, 3.0), (4.6, 2.0, 7.0), (1.1, 0.2, 2.0)]);
    let rows: Vec<(f64, f64, f64)> = rows.collect();
    let at = |shape: f64, scale: f64| -> f64 {
        let row = |&(x, from, to): &(f64, f64, f64)| {
            let hazard = |x: f64| (x / scale).powf(shape);
            (shape / x * hazard(x)).ln() - hazard(x) - ((-hazard(from)).exp() - (-hazard(to)).exp()).ln()
        };
        rows.iter().map(row).sum()
    };
    let value = |name: &str| estimate(&ours, name)["value"].as_f64().expect("a number");
    let (shape, scale) = (value("shape"), value("scale"));
    close(&ours["log_likelihood"], at(shape, scale));
    for (a, b) in [(1.001, 1.0), (0.999, 1.0), (1.0, 1.001), (1.0, 0.999)] {
        assert!(at(a * shape, b * scale) < at(shape, scale));
    }
    // A bound may be a number for all rows, or nothing; one for all rows is a truncated model.
    let table = "x,from,to\n1.5,1,9\n2.5,1,9\n3.5,1,9\n1.2,1,9\n";
    let same = ["from,", "1,", "1, inf"].map(|window| fit(table, window, "exponential").json());
    let truncated = fit("x\n1.5\n2.5\n3.5\n1.2\n", "0,", "Truncated(Exponential, 1..)").json();
    for other in &same[1..] {
        assert_eq!(other, &same[0]);
    }
    assert_eq!(same[0]["estimates"], truncated["estimates"]);
    assert_eq!(fit(table, "from,9", "gamma").json(), fit(table, "1,to", "gamma").json());
}

#[test]
fn windows_that_are_none_and_rows_outside_them() {
    let said = |table: &str, window: &str| {
        let said =
            thetahat_on(table.as_bytes(), &["fit", "-", "--column", "x", "--window", window, "--model", "normal"]);
        assert_eq!(said.code, 2, "{}", said.err);
        said.err
    };
    let table = "x,from,to,name\n1,0,2,a\n3,0,2,b\n1,2,2,c\n";
    for (window, part) in [
        ("from,", "row 3 in column `x`: 1 is outside the support of the window of Normal"),
        (",2", "row 2 in column `x`: 3 is outside"),
        ("from,to", "row 3 in column `from`: the interval from 2 to 2 is empty"),
        ("name,", "name"),
        ("from,nowhere", "nowhere"),
        ("from", "two bounds"),
        (",", "two bounds"),
        ("1,2,3", "two bounds"),
    ] {
        let err = said(table, window);
        assert!(err.contains(part), "{window}: {err}");
    }
    let both = ["fit", "-", "--column", "x", "--window", "from,", "--entry", "from", "--model", "normal"];
    assert_eq!(thetahat_on(table.as_bytes(), &both).code, 2);
}
