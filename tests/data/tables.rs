//! Tables: what a file may have wrong, and columns that are not what the model wants.

use thetahat::Error;
use thetahat::data::Column;
use thetahat::families::{Family, Schema};
use thetahat::prelude::*;

fn csv(text: &str) -> Table {
    Table::from_csv(text.as_bytes()).expect("a table")
}

fn broken(text: &[u8]) -> String {
    match Table::from_csv(text) {
        Err(Error::Table { message }) => message,
        other => panic!("{:?} gave {other:?}", String::from_utf8_lossy(text)),
    }
}

/// The error of fitting a model to columns of a table.
fn error<M: Model>(model: &M, table: &Table, columns: &[&str]) -> Error {
    let response = table.responses(columns.iter().copied());
    response.and_then(|response| model.fit(response)).expect_err("an error")
}

#[test]
fn files_that_are_no_tables() {
    assert!(broken(b"").contains("empty"));
    assert!(broken(b"\n\n").contains("empty"));
    assert!(broken(b"x,y\n1,2\n3\n").contains("line 3 has 1 cell where the header has 2"));
    assert!(broken(b"x\n1,2\n").contains("line 2 has 2 cells where the header has 1"));
    assert!(broken(b"x,y,x\n1,2,3\n").contains("two columns are called `x`"));
    assert!(broken(b"x\n1\n\xff\xfe\n").contains("line 3 is not valid UTF-8"));
}

#[test]
fn a_table_without_rows() {
    let table = csv("x,y\n");
    assert_eq!((table.rows(), table.names().count()), (0, 2));
    assert_eq!(error(&Normal, &table, &["x"]), Error::Empty);
    assert_eq!(error(&Regress(Normal).on("mu", ["y"]), &table, &["x"]), Error::Empty);
}

#[test]
fn categories_of_a_column_without_any() {
    let categorical = |table: &Table| Family::named("categorical").unwrap().model(&Schema::of(table, ["x"]));
    assert_eq!(categorical(&csv("x,y\n")).unwrap_err(), Error::Empty);
    let error = categorical(&csv("x,y\n,1\nNA,2\n")).unwrap_err();
    assert!(matches!(&error, Error::NotFinite { row: 1, column: Some(x), .. } if x == "x"), "{error}");
    let none: [&str; 0] = [];
    assert_eq!(Categorical::of(&none).fit(&none).unwrap_err(), Error::Empty);
}

#[test]
fn what_a_file_may_look_like() {
    let table = csv("\u{feff}x, note ,\"y, in m\"\r\n1e3,a,-2\r\n .5 ,\"b, c\",+3\r\n");
    assert_eq!(table.names().collect::<Vec<_>>(), ["x", "note", "y, in m"]);
    assert_eq!(table.numbers("x"), Ok(&[1000.0, 0.5][..]));
    assert_eq!(table.numbers("y, in m"), Ok(&[-2.0, 3.0][..]));
    assert_eq!(table.column("note"), Ok(&Column::Text(vec!["a".to_string(), "b, c".to_string()])));
}

#[test]
fn columns_that_are_not_there() {
    let table = csv("x,y\n1,2\n2,3\n");
    let Error::Unknown { kind: "column", name, known } = error(&Normal, &table, &["z"]) else { panic!() };
    assert_eq!((name.as_str(), known), ("z", vec!["x".to_string(), "y".to_string()]));
    assert!(table.levels("z").is_err() && table.column("X").is_err());
}

#[test]
fn text_where_numbers_are_wanted() {
    let table = csv("x,y\n1,2\n,3\ntwo,4\nthree,5\n");
    let expected = Error::NotNumeric { row: 3, column: "x".to_string(), value: "two".to_string() };
    assert_eq!(error(&Normal, &table, &["x"]), expected);
    assert_eq!(error(&Regress(Normal).on("mu", ["x"]), &table, &["y"]), expected);
}

#[test]
fn missing_cells_are_errors_where_they_are_used() {
    let table = csv("x,y\n1,2\n2,NA\n3,\n4,5\n");
    let missing = error(&Normal, &table, &["y"]);
    assert_eq!((missing.kind(), missing.row(), missing.column()), ("not-finite", Some(2), Some("y")));
    let missing = error(&Regress(Normal).on("mu", ["y"]), &table, &["x"]);
    assert_eq!((missing.kind(), missing.row(), missing.column()), ("not-finite", Some(2), Some("y")));
    // The other column is whole.
    assert!(Normal.fit(table.response("x").expect("a column")).is_ok());
    assert_eq!(error(&Normal, &csv("x\nNA\nNA\n"), &["x"]).kind(), "not-finite", "a column of nothing but gaps");
}

#[test]
fn missing_categories_are_no_category() {
    let table = csv("eyes,x\nbrown,1\n,2\nblue,3\nNA,4\n");
    let levels = table.levels("eyes").expect("a column");
    assert_eq!(levels, ["brown", "blue"]);
    let missing = error(&Categorical::with_levels(levels), &table, &["eyes"]);
    assert_eq!((missing.kind(), missing.row(), missing.column()), ("not-finite", Some(2), Some("eyes")));
}

#[test]
fn values_outside_the_support_name_row_and_column() {
    let table = csv("hours,count\n1,0\n-2,1.5\n3,2\n");
    let outside = error(&Weibull, &table, &["hours"]);
    assert_eq!((outside.kind(), outside.row(), outside.column()), ("out-of-support", Some(2), Some("hours")));
    let outside = error(&Poisson, &table, &["count"]);
    assert_eq!((outside.kind(), outside.row(), outside.column()), ("out-of-support", Some(2), Some("count")));
    let unknown = error(&Categorical::with_levels(["1", "2"]), &table, &["hours"]);
    assert_eq!((unknown.kind(), unknown.row(), unknown.column()), ("out-of-support", Some(2), Some("hours")));
}

#[test]
fn as_many_columns_as_the_model_describes() {
    let table = csv("x,y\n1,2\n2,3\n3,3\n");
    assert_eq!(error(&Normal, &table, &["x", "y"]).kind(), "width");
    assert_eq!(error(&Normal, &table, &[]).kind(), "width");
    assert_eq!(error(&MultivariateNormal::columns(["a", "b"]), &table, &["x"]).kind(), "width");
    let fit = MultivariateNormal::columns(["a", "b"]).fit(table.responses(["y", "x"]).expect("columns"));
    assert!((fit.expect("a fit")["mu_a"].value - 8.0 / 3.0).abs() < 1e-14);
}

#[test]
fn categories_that_are_numbers() {
    let table = csv("grade\n10\n2\n2\n2\n");
    assert_eq!(table.levels("grade").expect("a column"), ["2", "10"]);
    let model = Categorical::with_levels(table.levels("grade").expect("a column"));
    let fit = model.fit(table.response("grade").expect("a column")).expect("a fit");
    assert!((fit["p_2"].value - 0.75).abs() < 1e-15 && (fit["p_10"].value - 0.25).abs() < 1e-15);
}

#[test]
fn columns_from_memory() {
    let numbers = |length| Column::from(vec![0.0; length]);
    let error = Table::new([("x", numbers(2)), ("y", numbers(3))]).expect_err("lengths differ");
    let Error::Length { what, expected: 2, found: 3 } = &error else { panic!("{error:?}") };
    assert!(what.contains("`y`"));
    assert_eq!(Table::new([("x", numbers(2)), ("x", numbers(2))]).expect_err("one name").kind(), "table");
    let nothing = Table::new(Vec::<(String, Column)>::new()).expect("no columns");
    assert!(nothing.response("x").is_err());
}

#[test]
fn weights_from_a_column() {
    let table = csv("x,w\n1,2\n2,1\n4,1\n");
    let weights = table.numbers("w").expect("numbers");
    let fit = Normal.fit(Weighted::frequency(table.response("x").expect("a column"), weights)).expect("a fit");
    assert_eq!((fit.n(), fit["mu"].value), (4.0, 2.0));
}

#[test]
fn an_empty_line_of_one_column_is_a_missing_cell() {
    let rows = |text: &str| Table::from_csv(text.as_bytes()).expect("a table").rows();
    assert_eq!(rows("x\n1\n\n3\n"), 3);
    assert_eq!(rows("x\r\n\r\n1\r\n\r\n\r\n3"), 5);
    // At the end of the file it is nothing; nor is a line break inside a cell an empty line.
    assert_eq!(rows("x\n1\n3\n\n\n"), 2);
    assert_eq!(rows("x\n\"a\nb\"\nc\n"), 2);
    assert_eq!(rows("x,y\n1,2\n\n3,4\n"), 2);
    let table = Table::from_csv("x\n1\n\n3\n".as_bytes()).expect("a table");
    let error = Normal.fit(table.response("x").expect("a column")).expect_err("a missing value");
    assert_eq!(error.row(), Some(2), "{error}");
}
