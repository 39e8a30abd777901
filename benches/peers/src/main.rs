//! Fits one data set as often as it is asked to, for `compare.py`.
//!
//!     thetahat-peers FIT FILE.npy
//!
//! Each line of standard input is how many times to fit; each line of standard output is an object with the seconds that
//! one fit took on average, the estimate and the log-likelihood. Reading the file is not timed; all else is.

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use thetahat::data::{Column, Table};
use thetahat::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [fit, file] = &arguments[..] else { return Err("usage: thetahat-peers FIT FILE.npy".into()) };
    let array = Array::read(file)?;
    // Shared with the fits, as other programs share an array of NumPy.
    let x = Arc::new(array.values.clone());
    match fit.as_str() {
        "gamma" => answer(|| Gamma.fit(x.clone())),
        "weibull" => answer(|| Weibull.fit(x.clone())),
        "student-t" => answer(|| StudentT.fit(x.clone())),
        "mixture" => answer(|| Mixture([Normal, Normal]).fit(x.clone())),
        "negative-binomial" => {
            let counts: Vec<u64> = x.iter().map(|&x| x as u64).collect();
            answer(|| NegativeBinomial.fit(&counts))
        }
        "censored" => {
            let table = array.table(&["time", "event"])?;
            answer(|| Weibull.fit(table.events("time", "event")?))
        }
        "logistic" => {
            let names: Vec<String> = (1..array.rows).map(|k| format!("x{k}")).collect();
            let columns: Vec<&str> = std::iter::once("y").chain(names.iter().map(String::as_str)).collect();
            let table = array.table(&columns)?;
            let model = Regress(Bernoulli).on("p", names.iter().map(String::as_str));
            answer(|| model.fit(table.response("y")?))
        }
        other => Err(format!("there is no fit called {other}").into()),
    }
}

/// Fits as often as each line of standard input says.
fn answer(fit: impl Fn() -> thetahat::Result<Fit>) -> Result<(), Box<dyn std::error::Error>> {
    for line in std::io::stdin().lock().lines() {
        let times: u32 = line?.trim().parse()?;
        let begun = Instant::now();
        for _ in 1..times {
            drop(black_box(fit()?));
        }
        let last = fit()?;
        let seconds = begun.elapsed().as_secs_f64() / f64::from(times);
        let estimate: Vec<f64> = last.estimates().iter().map(|estimate| estimate.value).collect();
        let answer = json!({ "seconds": seconds, "estimate": estimate, "log_likelihood": last.log_likelihood() });
        println!("{answer}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// A NumPy array of 64-bit floats: the rows of a matrix one after the other, or a vector as one row.
struct Array {
    rows: usize,
    values: Vec<f64>,
}

impl Array {
    /// Reads a file of format 1.0, which is what `numpy.save` writes for arrays like these.
    fn read(file: &str) -> Result<Array, Box<dyn std::error::Error>> {
        let bytes = std::fs::read(file)?;
        let length = bytes.get(8..10).map_or(0, |length| usize::from(u16::from_le_bytes([length[0], length[1]])));
        let header = bytes.get(10..10 + length).map(String::from_utf8_lossy).unwrap_or_default();
        if !bytes.starts_with(b"\x93NUMPY\x01\x00") || !header.contains("'<f8'") || !header.contains("False") {
            return Err(format!("{file} is not an array of 64-bit floats in the order of C").into());
        }
        let shape = header.split(['(', ')']).nth(1).unwrap_or_default();
        let shape: Vec<usize> = shape.split(',').filter_map(|length| length.trim().parse().ok()).collect();
        let values = bytes[10 + length..].as_chunks::<8>().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect();
        Ok(Array { rows: if shape.len() == 2 { shape[0] } else { 1 }, values })
    }

    /// The rows as columns of these names.
    fn table(&self, names: &[&str]) -> thetahat::Result<Table> {
        let columns = self.values.chunks(self.values.len() / self.rows).map(|row| Column::from(row.to_vec()));
        Table::new(names.iter().copied().zip(columns))
    }
}
