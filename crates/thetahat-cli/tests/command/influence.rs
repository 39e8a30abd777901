//! `influence`, against closed forms.

use serde_json::Value;

use crate::run::{thetahat, thetahat_on};

const TIMES: &str = "tests/reference/exponential-aircondit.csv";
const KICKS: [&str; 6] = ["tests/reference/poisson-horsekicks.csv", "--column", "x", "--weights", "w", "--model"];

fn rows_of(arguments: &[&str]) -> Vec<Value> {
    let said = thetahat(&[&["influence"], arguments, &["--format", "json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let json = said.json();
    assert_eq!(json["unit"], "std_error");
    json["rows"].as_array().expect("a list").clone()
}

#[track_caller]
fn close(value: &Value, expected: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() <= 1e-8 * expected.abs(), "{value} is not {expected}");
}

#[test]
fn of_times_between_failures() {
    // Without x the rate 1/x̄ moves by rate (rate x − 1) / n to first order, and its error is rate / √n.
    let text = std::fs::read_to_string(format!("{}/../../{TIMES}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let times: Vec<f64> = text.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    let (n, mean) = (times.len() as f64, times.iter().sum::<f64>() / times.len() as f64);
    let rows = rows_of(&[TIMES, "--model", "exponential"]);
    assert_eq!(rows.len(), times.len());
    for row in &rows {
        let shift = (times[row["row"].as_u64().unwrap() as usize - 1] / mean - 1.0) / n.sqrt();
        close(&row["shift_rate"], shift);
        close(&row["distance"], shift * shift);
    }
    assert!(rows.is_sorted_by(|a, b| a["distance"].as_f64() >= b["distance"].as_f64()), "{rows:?}");
    assert_eq!(rows_of(&[TIMES, "--model", "exponential", "--rows", "2"]), rows[..2]);
}

#[test]
fn of_counts_that_were_observed_often() {
    // One of those in the row is left out: λ moves by (λ − x) / n, and its error is √(λ / n).
    let (n, lambda) = (200.0_f64, 0.61);
    let rows = rows_of(&[&KICKS[..], &["poisson"]].concat());
    assert_eq!(rows.len(), 5);
    for row in &rows {
        close(&row["shift_lambda"], (lambda - (row["row"].as_f64().unwrap() - 1.0)) / (n * lambda).sqrt());
    }
    assert_eq!(rows[0]["row"], 5);
}

#[test]
fn people_read_the_ten_that_matter_most() {
    let ask = ["influence", "examples/data/faithful.csv", "--column", "waiting", "--model", "normal"];
    let text = thetahat(&ask).out;
    let header = text.lines().nth(2).expect("a header").split_whitespace().collect::<Vec<_>>();
    assert_eq!(header, ["row", "distance", "mu", "sigma"], "{text}");
    assert!(text.contains("10 of 272 rows; --rows 272") && text.contains("χ² of 2 degrees of freedom"), "{text}");
    assert_eq!(text.lines().skip(3).take_while(|line| !line.is_empty()).count(), 10, "{text}");
    // The shortest wait, of 43 minutes.
    assert!(text.lines().nth(3).unwrap().trim_start().starts_with("265 "), "{text}");
    let few = thetahat(&[&ask[..], &["--rows", "3"]].concat()).out;
    assert_eq!(few.lines().skip(3).take_while(|line| !line.is_empty()).count(), 3, "{few}");
    assert_eq!(thetahat(&[&ask[..], &["--format", "csv"]].concat()).out.lines().count(), 273);
    let kicks = thetahat(&[&["influence"], &KICKS[..], &["poisson"]].concat()).out;
    assert!(kicks.contains("200 observations are 5 rows"), "{kicks}");
}

#[test]
fn a_parameter_may_be_called_as_a_column_is() {
    let rows = b"y,row\n1,0.2\n2,0.9\n4,1.1\n5,2.3\n";
    let ask = ["influence", "-", "--column", "y", "--model", "Regress(Normal, mu ~ row)", "--format", "csv"];
    let said = thetahat_on(rows, &ask);
    assert_eq!(said.out.lines().next(), Some("row,distance,shift_(Intercept),shift_row,shift_sigma"), "{said:?}");
}

#[test]
fn what_has_no_influence_says_why() {
    thetahat_on(b"x\n1\n1\n", &["influence", "-", "--model", "bernoulli"]).fails(1, &["no influence of rows"]);
    thetahat(&["influence", TIMES, "--model", "exponential", "--rows", "few"]).fails(2, &["--rows"]);
    thetahat(&["influence", "nothing.csv", "--model", "exponential"]).fails(2, &["no such file"]);
}
