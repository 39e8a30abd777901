//! `thetahat families`, in every format.

use crate::run::thetahat;

fn families(format: &str) -> crate::run::Said {
    let said = thetahat(&["families", "--format", format]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    said
}

#[test]
fn every_format_lists_every_family() {
    let json = families("json").json();
    let list = json["families"].as_array().expect("a list").clone();
    assert!(list.len() >= 6);
    let (text, csv, markdown) = (families("text").out, families("csv").out, families("markdown").out);
    assert_eq!(text, thetahat(&["families"]).out);
    assert_eq!(text.lines().count(), list.len() + 1);
    assert_eq!(csv.lines().count(), list.len() + 1);
    assert_eq!(markdown.lines().count(), list.len() + 2);
    for family in &list {
        let name = family["name"].as_str().expect("a name");
        assert!(!family["parameters"].as_array().expect("a list").is_empty(), "{name}");
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}");
        assert!(csv.lines().any(|line| line.starts_with(&format!("{name},"))), "{name}");
        assert!(markdown.lines().any(|line| line.starts_with(&format!("| {name} "))), "{name}");
    }
}

#[test]
fn people_see_runs_of_names_and_programs_see_every_name() {
    let text = families("text").out;
    let normal = text.lines().find(|line| line.starts_with("multivariate-normal")).expect("there is one");
    assert!(normal.contains("mu_x1 … mu_x3 (real), s_11 … s_33 (covariance matrix)"), "{normal}");
    assert!(families("csv").out.contains("mu_x1 (real), mu_x2 (real), mu_x3 (real), s_11"));
}

#[test]
fn a_family_says_parameters_support_and_censoring() {
    let json = families("json").json();
    let list = json["families"].as_array().expect("a list");
    let weibull = list.iter().find(|family| family["name"] == "weibull").expect("there is a Weibull");
    let expected = serde_json::json!({
        "name": "weibull",
        "parameters": [{"name": "shape", "domain": "> 0"}, {"name": "scale", "domain": "> 0"}],
        "support": "numbers ≥ 0",
        "censored": true,
    });
    assert_eq!(*weibull, expected);
}
