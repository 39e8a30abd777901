//! What goes wrong, and what is said about it. 1: no estimate; 2: bad usage or bad data.

use serde_json::json;

use crate::readme::words;
use crate::run::{Said, thetahat, thetahat_on};

fn fit(table: &[u8], more: &[&str]) -> Said {
    thetahat_on(table, &[&["fit", "-"], more].concat())
}

#[test]
fn data_without_an_estimate_end_with_1() {
    fit(b"x\n5\n5\n5\n", &["--model", "normal"]).fails(1, &["error: "]);
    let said = fit(b"x\n5\n5\n5\n", &["--model", "normal", "--format", "json"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let kind = said.json()["error"]["kind"].clone();
    assert!(kind == "unbounded" || kind == "not-converged", "{kind}");

    let separated = b"y,x\n0,1\n0,2\n1,3\n1,4\n";
    let arguments = ["--column", "y", "--model", "Regress(Bernoulli, p ~ x)"];
    fit(separated, &arguments).fails(1, &["no finite estimate", "x → ∞"]);
    let said = fit(separated, &[&arguments[..], &["--format", "json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let error = said.json()["error"].clone();
    assert_eq!((&error["kind"], &error["row"]), (&json!("no-finite-estimate"), &json!(null)));
    assert_eq!(error["rows"], json!([1, 2, 3, 4]));
    assert!(error["message"].as_str().is_some_and(|message| message.contains("complete separation")), "{error}");

    let arguments = ["--column", "y", "--model", "Regress(Bernoulli, p ~ x + z)"];
    fit(b"y,x,z\n0,1,2\n1,2,4\n0,3,6\n1,4,8\n", &arguments).fails(1, &["do not identify", "x", "z"]);
}

#[test]
fn bad_data_say_row_and_column() {
    let said = fit(b"k,z\n1,a\n-1,b\n", &["--model", "poisson", "--format", "json"]);
    assert_eq!((said.code, said.err.as_str()), (2, ""));
    let message = "row 2 in column `k`: -1 is outside the support of Poisson, which is integers ≥ 0";
    let error = json!({"kind": "out-of-support", "message": message, "row": 2, "rows": [2], "column": "k"});
    assert_eq!(said.json(), json!({ "error": error }));

    fit(b"x\n1\nNA\n3\n", &["--model", "normal"]).fails(2, &["row 2", "`x`", "not a finite number"]);
    fit(b"x\n1\nmany\n3\n", &["--model", "normal"]).fails(2, &["row 2", "`x`", "`many`", "not a number"]);
    fit(b"x,w\n1,1\n2,-1\n", &["--column", "x", "--weights", "w", "--model", "normal"])
        .fails(2, &["row 2", "weight -1"]);
    fit(b"t,e\n1,1\n2,2\n", &["--column", "t", "--event", "e", "--model", "weibull"])
        .fails(2, &["row 2", "`e`", "1 (observed)"]);
    fit(b"l,r\n1,2\n3,2\n", &["--interval", "l,r", "--model", "weibull"]).fails(2, &["row 2", "from 3 to 2"]);
}

#[test]
fn files_that_are_no_tables() {
    thetahat(&["fit", "nothing.csv", "--model", "normal"]).fails(2, &["nothing.csv", "no such file"]);
    thetahat(&["fit", "examples", "--model", "normal"]).fails(2, &["examples", "directory"]);
    fit(b"", &["--model", "normal"]).fails(2, &["standard input", "empty", "header"]);
    fit(b"x\n", &["--model", "normal"]).fails(2, &["no observations"]);
    fit(b"x,y\n1,2\n3\n", &["--model", "normal"]).fails(2, &["line 3", "1 cell", "2 cells"]);
    fit(b"x\n1\n\xff\n", &["--model", "normal"]).fails(2, &["line 3", "UTF-8"]);
    fit(b"x;y\n1;2\n3;4\n", &["--model", "normal"]).fails(2, &["semicolons", "commas"]);
    fit(b"x;y\n1,5;2\n3,5;4\n", &["--model", "normal"]).fails(2, &["semicolons", "commas"]);
    fit(b"x\ty\n1\t2\n", &["--model", "normal"]).fails(2, &["tabs", "commas"]);
    fit(b"x,x\n1,2\n", &["--column", "x", "--model", "normal"]).fails(2, &["two columns are called `x`"]);
}

#[test]
fn a_first_row_of_numbers_is_noted() {
    let said = fit(b"1\n2\n3\n", &["--model", "normal", "--format", "json"]);
    assert_eq!(said.json()["n"], 2);
    assert!(said.err.contains("the first row, `1`, is read as names"), "{}", said.err);
}

#[test]
fn columns_must_be_there_and_be_said() {
    let two = b"x,y\n1,2\n3,4\n";
    fit(two, &["--model", "normal"]).fails(2, &["--column NAME", "`x`, `y`"]);
    fit(two, &["--column", "z", "--model", "normal"]).fails(2, &["no column `z`", "`x`, `y`"]);
    fit(two, &["--column", "x", "--weights", "z", "--model", "normal"]).fails(2, &["no column `z`"]);
    fit(two, &["--column", "x", "--column", "x", "--model", "normal"]).fails(2, &["--column x is given twice"]);
    fit(two, &["--column", "x", "--column", "y", "--model", "normal"]).fails(2, &["one value", "row 1 has 2"]);
    fit(two, &["--interval", "x", "--model", "weibull"]).fails(2, &["LEFT,RIGHT", "`x`"]);
    fit(two, &["--column", "x", "--model", "Regress(Normal, mu ~ z)"]).fails(2, &["no column `z`"]);
}

#[test]
fn models_that_make_no_sense() {
    let of = |model| fit(b"x\n1\n2\n", &["--model", model]);
    of("").fails(2, &["character 1"]);
    of("nrmal").fails(2, &["no model `nrmal`", "`normal`"]);
    of("Mixture([").fails(2, &["character 10", "the end"]);
    of("normal normal").fails(2, &["character 8"]);
    of("normal; drop").fails(2, &["character 7", "`;`"]);
    of("Fixed(Normal, sigma = -1)").fails(2, &["`sigma`", "> 0"]);
    of("Regress(Normal, m ~ x)").fails(2, &["no parameter `m`", "`mu`"]);
    fit(b"l,r\n1,2\n2,3\n", &["--interval", "l,r", "--model", "multivariate-normal"])
        .fails(2, &["distribution function"]);
}

#[test]
fn arguments_that_make_no_sense() {
    fit(b"x\n1\n2\n", &["--model", "normal", "--level", "95"]).fails(2, &["0.95", "probability"]);
    fit(b"x\n1\n2\n", &["--model", "normal", "--level", "-1"]).fails(2, &["probability"]);
    fit(b"x\n1\n2\n", &["--model", "normal", "--format", "xml"]).fails(2, &["markdown"]);
    fit(b"x\n1\n2\n", &[]).fails(2, &["--model"]);
    thetahat(&[]).fails(2, &["fit", "families"]);
    for format in [&["--format", "json"][..], &["--format=json"]] {
        let said = fit(b"x\n1\n2\n", format);
        assert_eq!((said.code, said.err.as_str()), (2, ""));
        assert_eq!(said.json()["error"]["kind"], "usage");
    }
}

#[test]
fn help_and_version_are_no_failures() {
    for arguments in [&["--help"][..], &["fit", "--help"], &["--version"]] {
        let said = thetahat(arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.to_lowercase().contains("thetahat"), "{said:?}");
    }
}

#[test]
fn examples_in_the_help_are_answered() {
    let help = thetahat(&["--help"]).out;
    let examples: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  thetahat ")).collect();
    assert_eq!(examples.len(), 4, "{help}");
    for example in examples {
        let said = thetahat(&words(example));
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{example}");
    }
}

#[test]
fn every_verb_says_what_it_takes() {
    let help = thetahat(&["--help"]).out;
    let verbs =
        help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty());
    let verbs: Vec<&str> =
        verbs.filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help").collect();
    assert!(verbs.len() >= 10, "{help}");
    for verb in verbs {
        let own = thetahat(&[verb, "--help"]).out;
        assert!(own.contains("Output:\n") && own.contains("--format"), "{own}");
        if verb != "families" {
            let of =
                |heading: &str| own.split(heading).nth(1).and_then(|rest| rest.split("\n\n").next()).expect(heading);
            assert!(of("Data:\n").contains("--window") && !of("Data:\n").contains("--model"), "{own}");
            // What is only of this verb stands apart from what is common.
            let its = if verb == "gof" { "--cuts" } else { "--help" };
            assert!(of("Options:\n").contains(its), "{own}");
        }
        // A name of ours in capitals says nothing.
        assert!(!own.contains("<STARTS>") && !own.contains("<MODELS>") && !own.contains("<REPLICATES>"), "{own}");
    }
}
