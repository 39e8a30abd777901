//! [`Table`]: named columns, from a CSV file or from memory, and a response in them.

use std::io::Read;

use super::Values;
use crate::error::{Error, Result};

/// Named columns of equal length.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let table = Table::from_csv("dose,died\n1,0\n2,0\n2,1\n3,1\n3,0\n4,1\n".as_bytes())?;
/// let fit = Regress(Bernoulli).on("p", ["dose"]).fit(table.response("died")?)?;
/// assert!(fit["dose"].value > 0.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<(String, Column)>,
    rows: usize,
}

/// The values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; a missing one is NaN. They are shared with the fits that read them.
    Numbers(Values),
    /// Text: categories; a missing one is empty, `NA` or `NaN`.
    Text(Vec<String>),
}

impl From<Vec<f64>> for Column {
    fn from(numbers: Vec<f64>) -> Column {
        Column::Numbers(numbers.into())
    }
}

impl From<Values> for Column {
    fn from(numbers: Values) -> Column {
        Column::Numbers(numbers)
    }
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Column::Numbers(values) => values.len(),
            Column::Text(values) => values.len(),
        }
    }
}

impl Table {
    /// A table of these columns.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if they differ in length, [`Error::Table`] if two have the same name.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, Column)>) -> Result<Table> {
        let columns: Vec<(String, Column)> = columns.into_iter().map(|(name, column)| (name.into(), column)).collect();
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        for (at, (name, column)) in columns.iter().enumerate() {
            if column.len() != rows {
                return Err(Error::Length { what: format!("column `{name}`"), expected: rows, found: column.len() });
            }
            if columns[..at].iter().any(|(other, _)| other == name) {
                return Err(Error::Table { message: format!("two columns are called `{name}`") });
            }
        }
        Ok(Table { columns, rows })
    }

    /// Reads comma-separated values with a header row. A cell that is empty, `NA` or `NaN` is missing. A column is
    /// numeric if every other cell is a number; else it is text. An empty line is a missing cell if there is one column and
    /// rows follow; else it is skipped.
    ///
    /// # Errors
    ///
    /// [`Error::Table`] if the input cannot be read, has no header, or has rows of different lengths.
    pub fn from_csv(input: impl Read) -> Result<Table> {
        let broken = |message: String| Error::Table { message };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
        let header = reader.headers().map_err(|error| broken(describe(&error)))?.clone();
        if header.is_empty() {
            return Err(broken("the file is empty; it needs a header row with the names of its columns".into()));
        }
        if let (1, Some(sign)) = (header.len(), header[0].chars().find(|c| [';', '\t'].contains(c))) {
            let sign = if sign == ';' { "semicolons" } else { "tabs" };
            return Err(broken(format!(
                "the header `{}` has {sign} and no comma; columns are separated by commas, and numbers have a point",
                &header[0]
            )));
        }
        let names = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_string());
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); header.len()];
        let mut record = csv::StringRecord::new();
        loop {
            let before = reader.position().line();
            if !reader.read_record(&mut record).map_err(|error| broken(describe(&error)))? {
                break;
            }
            if let [only] = &mut cells[..] {
                // The reader skips empty lines; where there is one column they are missing cells, and rows are counted.
                let own = 1 + record[0].matches('\n').count() as u64;
                let empty = (reader.position().line() - before).saturating_sub(own);
                only.extend((0..empty).map(|_| String::new()));
            }
            cells.iter_mut().zip(&record).for_each(|(column, cell)| column.push(cell.to_string()));
        }
        Table::new(names.zip(cells.into_iter().map(parse_column)))
    }

    /// The same table with a further column.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if it has another number of rows, [`Error::Table`] if there is a column of this name.
    pub fn with_column(self, name: impl Into<String>, column: Column) -> Result<Table> {
        Table::new(self.columns.into_iter().chain([(name.into(), column)]))
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column of this name.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is none.
    pub fn column(&self, name: &str) -> Result<&Column> {
        let found = self.columns.iter().find(|(other, _)| other == name).map(|(_, column)| column);
        let known = || self.names().map(str::to_string).collect();
        found.ok_or_else(|| Error::Unknown { kind: "column", name: name.to_string(), known: known() })
    }

    /// The numbers in the column of this name; a missing one is NaN.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is no such column, [`Error::NotNumeric`] if it holds text.
    pub fn numbers(&self, name: &str) -> Result<&[f64]> {
        self.shared_numbers(name).map(|values| &values[..])
    }

    /// The same, shared.
    pub(super) fn shared_numbers(&self, name: &str) -> Result<&Values> {
        match self.column(name)? {
            Column::Numbers(values) => Ok(values),
            Column::Text(values) => {
                let at = values.iter().position(|value| number(value).is_none()).unwrap_or(0);
                let value = values[at].clone();
                Err(Error::NotNumeric { row: at + 1, column: name.to_string(), value })
            }
        }
    }

    /// The distinct values of a column as categories: numbers in increasing order, text in order of appearance. A
    /// missing value is no category.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if there is no such column.
    pub fn levels(&self, name: &str) -> Result<Vec<String>> {
        Ok(match self.column(name)? {
            Column::Numbers(values) => {
                let mut distinct: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
                distinct.sort_by(f64::total_cmp);
                distinct.dedup();
                distinct.iter().map(f64::to_string).collect()
            }
            Column::Text(values) => {
                let mut seen = std::collections::HashSet::new();
                values.iter().filter(|value| !is_missing(value) && seen.insert(*value)).cloned().collect()
            }
        })
    }
}

fn parse_column(cells: Vec<String>) -> Column {
    let numbers: Option<Vec<f64>> = cells.iter().map(|cell| number(cell)).collect();
    numbers.map_or(Column::Text(cells), Column::from)
}

pub(super) fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "NA" | "NaN" | "nan")
}

/// The error of a missing value where there has to be one.
pub(crate) fn missing(row: usize, column: &str) -> Error {
    Error::NotFinite { row, column: Some(column.to_string()), value: "a missing value".to_string() }
}

/// A cell as a number; missing ones are NaN.
fn number(cell: &str) -> Option<f64> {
    if is_missing(cell) { Some(f64::NAN) } else { cell.parse().ok() }
}

fn describe(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            let cells = |count: u64| if count == 1 { "1 cell".to_string() } else { format!("{count} cells") };
            format!("line {line} has {} where the header has {}", cells(*len), cells(*expected_len))
        }
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} is not valid UTF-8 text; save the file as UTF-8")
        }
        _ => format!("the file cannot be read: {error}"),
    }
}
