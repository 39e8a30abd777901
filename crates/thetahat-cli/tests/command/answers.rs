//! One form of answer for all verbs: the same keys for the same things, and the same rows in every format.

use serde_json::{Value, json};

use crate::run::thetahat;

const BEEF: &str = "tests/reference/gamma-groundbeef.csv";

/// Every verb that fits, with what it lists.
const VERBS: [(&str, &[&str], &str); 11] = [
    ("fit", &[], "estimates"),
    ("derive", &["--quantity", "mean = shape * scale"], "estimates"),
    ("profile", &[], "estimates"),
    ("bootstrap", &["--replicates", "39"], "estimates"),
    ("influence", &[], "rows"),
    ("test", &["--null", "exponential"], "tests"),
    ("test", &["--against", "weibull"], "tests"),
    ("test", &["--null", "weibull", "--bootstrap", "--replicates", "19"], "tests"),
    ("gof", &["--replicates", "19"], "tests"),
    ("compare", &["--model", "weibull"], "models"),
    ("simulate", &[], "rows"),
];

fn asked(verb: &str, more: &[&str], format: &str) -> String {
    let said = thetahat(&[&[verb, BEEF, "--model", "gamma"], more, &["--format", format]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{verb} {more:?}");
    said.out
}

fn json_of(verb: &str, more: &[&str]) -> Value {
    serde_json::from_str(&asked(verb, more, "json")).expect("JSON")
}

/// The header and the rows of comma-separated values that are not quoted.
fn csv_of(text: &str) -> (Vec<&str>, Vec<Vec<&str>>) {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    (lines.next().expect("a header"), lines.collect())
}

#[test]
fn every_verb_in_every_format() {
    for (verb, more, _) in VERBS {
        let (csv, markdown) = (asked(verb, more, "csv"), asked(verb, more, "markdown"));
        let cells: Vec<&str> = markdown.lines().next().unwrap().split('|').map(str::trim).collect();
        assert_eq!(csv_of(&csv).0.join(" "), cells.join(" ").trim(), "{verb} {more:?}");
        assert_eq!(csv.lines().count() + 1, markdown.lines().count(), "{verb} {more:?}");
        assert_eq!(asked(verb, more, "text"), thetahat(&[&[verb, BEEF, "--model", "gamma"], more].concat()).out);
    }
}

#[test]
fn the_list_in_json_is_the_table_in_csv() {
    for (verb, more, list) in VERBS {
        let (json, csv) = (json_of(verb, more), asked(verb, more, "csv"));
        let (header, rows) = csv_of(&csv);
        let entries = json[list].as_array().unwrap_or_else(|| panic!("no list `{list}` of {verb}: {json}"));
        assert_eq!(entries.len(), rows.len(), "{verb} {more:?}");
        for (entry, row) in entries.iter().zip(rows) {
            // Data are rows of numbers, with the names of their columns once.
            let entry = match entry.as_array() {
                Some(values) => {
                    let names = json["columns"].as_array().expect("names of columns");
                    let named =
                        names.iter().zip(values).map(|(name, x)| (name.as_str().expect("a name").into(), x.clone()));
                    named.collect::<serde_json::Map<_, _>>()
                }
                None => entry.as_object().expect("an object").clone(),
            };
            assert_eq!(entry.len(), header.len(), "{verb} {more:?}: {entry:?}");
            for (key, cell) in header.iter().zip(row) {
                let same = match &entry[*key] {
                    Value::Number(number) => {
                        // The reader of JSON may miss the last bit.
                        let (a, b) = (number.as_f64().unwrap(), cell.parse::<f64>().unwrap());
                        (a - b).abs() <= 4.0 * f64::EPSILON * b.abs()
                    }
                    Value::String(text) => cell == text,
                    value => value.is_null() && (cell.is_empty() || !cell.parse::<f64>().unwrap().is_finite()),
                };
                assert!(same, "{verb} {more:?}: {key} is {} and {cell}", entry[*key]);
            }
        }
    }
}

#[test]
fn the_same_things_have_the_same_keys() {
    let fit = json_of("fit", &[]);
    for (verb, more, list) in VERBS {
        let (json, csv) = (json_of(verb, more), asked(verb, more, "csv"));
        let (header, _) = csv_of(&csv);
        // Of several models each has its own.
        if verb != "compare" {
            for key in ["model", "n", "log_likelihood", "penalty", "penalised_log_likelihood"] {
                assert_eq!(json.get(key), fit.get(key), "{verb} {more:?}: {key}");
            }
        }
        match list {
            "estimates" => {
                assert_eq!(header[..5], ["name", "value", "std_error", "lower", "upper"], "{verb}");
                assert_eq!(json["level"], json!(0.95), "{verb}");
                assert!(json["interval"].is_string(), "{verb}");
            }
            "tests" => {
                for key in ["name", "statistic", "p_value"] {
                    assert!(header.contains(&key), "{verb} {more:?}: {header:?}");
                }
            }
            _ => {}
        }
        if more.contains(&"--replicates") {
            assert!(json["replicates"].is_u64() && json["seed"] == 0, "{verb} {more:?}");
        }
    }
    // What is fitted beside the model says the same of itself.
    for (more, key) in [(VERBS[6].1, "against"), (VERBS[7].1, "null")] {
        let other = &json_of("test", more)[key];
        assert_eq!((&other["model"], &other["n"]), (&json!("Weibull"), &fit["n"]));
        assert!((other["log_likelihood"].as_f64().unwrap() + 1255.2247198636483).abs() < 1e-9, "{other}");
    }
    let null = &json_of("test", VERBS[5].1)["null"];
    assert_eq!(null["hypothesis"], json!(["exponential"]));
    assert!(null["log_likelihood"].as_f64() < fit["log_likelihood"].as_f64(), "{null}");
}
