//! [`Censoring`]: how rows came to be censored, so that data can be drawn that are censored alike.

use rand::RngExt;
use rand::rngs::SmallRng;

use crate::data::{Beside, Kind, Term, Values, kind_of};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::model::{Cdf, Theta};
use crate::support::Range;

/// How rows came to be censored. It is not part of a model and cannot be seen in the data: it has to be said.
#[derive(Debug, Clone, PartialEq)]
pub enum Censoring {
    /// Each row was watched up to a known time, in the order of the rows, also where it was observed before: what is
    /// greater is right-censored there. One time holds for all rows; ∞ is no censoring.
    FixedTimes(Vec<f64>),
    /// Rows are right-censored at times that do not depend on what would have been observed. Their law is estimated from
    /// the data, by the product-limit estimate with the roles of observed and censored exchanged (reverse Kaplan–Meier).
    Independent,
    /// All rows were looked at at these times, in increasing order: a row is known to lie between two of them, before the
    /// first or after the last.
    Schedule(Vec<f64>),
}

/// A mechanism of censoring, ready to be applied to data that are drawn.
#[derive(Debug)]
pub(super) struct Mechanism {
    censoring: Censoring,
    range: Range,
    /// Of independent censoring: times in increasing order, and the probability of being censored later than each.
    law: Vec<(f64, f64)>,
    /// The log-density of each kind of row in each kind of window.
    formulas: Vec<(Kind, Beside, Graph)>,
}

impl Mechanism {
    /// # Errors
    ///
    /// [`Error::Model`] if the rows cannot have been censored like this.
    pub(super) fn new<M: Cdf>(censoring: Censoring, terms: &[Term], model: &M) -> Result<Mechanism> {
        let wrong = |message: String| Err(Error::Model { message });
        let allowed: &[Kind] = match censoring {
            Censoring::Schedule(_) => &[Kind::After, Kind::Before, Kind::Between, Kind::Anywhere],
            _ => &[Kind::Exact, Kind::After, Kind::Anywhere],
        };
        let support = model.support();
        let [range] = support.ranges() else {
            return wrong("censored rows are single numbers".to_string());
        };
        if let Some(term) = terms.iter().find(|term| term.rows() > 0 && !allowed.contains(&term.kind)) {
            let (row, kinds) = match censoring {
                Censoring::Schedule(_) => (term.row_number(0), "lie between times of the schedule"),
                _ => (term.row_number(0), "are observed, or right-censored"),
            };
            return wrong(format!("row {row} cannot have been censored like this: rows {kinds}"));
        }
        let law = if censoring == Censoring::Independent { product_limit(terms) } else { vec![] };
        let mut formulas: Vec<(Kind, Beside, Graph)> = Vec::new();
        for term in terms {
            for kind in [Kind::Exact, Kind::After, Kind::Before, Kind::Between, Kind::Anywhere] {
                if formulas.iter().any(|(own, beside, _)| (*own, *beside) == (kind, term.beside)) {
                    continue;
                }
                let width = if kind == Kind::Between { 2 } else { 1 };
                let beside = term.columns.len() - term.width();
                let window = match term.beside {
                    Beside::Window(window) => window,
                    _ => Kind::Anywhere,
                };
                let formula = Graph::trace(model.space().len(), width + beside, |theta, x| {
                    let theta = Theta::new(theta);
                    let own = kind.ln_probability(model, theta, &x[..width]);
                    if window == Kind::Anywhere { own } else { own - window.ln_probability(model, theta, &x[width..]) }
                })?;
                formulas.push((kind, term.beside, formula));
            }
        }
        let mechanism = Mechanism { censoring, range: range.clone(), law, formulas };
        terms.iter().try_for_each(|term| mechanism.check(term))?;
        Ok(mechanism)
    }

    /// Fails if a row cannot have been censored like this.
    fn check(&self, term: &Term) -> Result<()> {
        for at in 0..term.rows() {
            let (row, value) = (term.row_number(at), |column: usize| term.columns[column][at]);
            let contradicts = match &self.censoring {
                Censoring::Independent => None,
                Censoring::FixedTimes(times) => {
                    let Some(time) = time_of(times, row) else {
                        let (expected, found) = (row, times.len());
                        return Err(Error::Length { what: "the times of censoring".to_string(), expected, found });
                    };
                    let agrees = match term.kind {
                        Kind::Exact => value(0) <= time,
                        Kind::Anywhere => true,
                        _ => value(0) == time,
                    };
                    (!agrees).then(|| format!("its time of censoring is {time}"))
                }
                Censoring::Schedule(times) => {
                    if !times.is_sorted_by(|a, b| a < b) {
                        return Err(Error::Model { message: "a schedule is in increasing order".to_string() });
                    }
                    let (left, right) = match term.kind {
                        Kind::After => (value(0), f64::INFINITY),
                        Kind::Before => (f64::NEG_INFINITY, value(0)),
                        _ => (value(0), term.columns.get(1).map_or(f64::INFINITY, |column| column[at])),
                    };
                    let (lower, upper) = term.window(at);
                    let is_time = |x: f64| times.contains(&x) || x == lower || x == upper || x.is_infinite();
                    let range = self.range.lower()..self.range.upper();
                    let is_between =
                        |time: &&f64| left < **time && **time < right && range.start < **time && **time < range.end;
                    let agrees = term.kind == Kind::Anywhere
                        || (is_time(left) && is_time(right) && !times.iter().any(|time| is_between(&time)));
                    (!agrees).then(|| "it does not lie between two neighbouring times of the schedule".to_string())
                }
            };
            if let Some(why) = contradicts {
                let message = format!("row {row} cannot have been censored like this: {why}");
                return Err(Error::Model { message });
            }
        }
        Ok(())
    }

    /// Data that were drawn, censored.
    pub(super) fn apply(&self, drawn: &[Term], rng: &mut SmallRng) -> Vec<Term> {
        drawn.iter().flat_map(|term| self.censored(term, rng)).filter(|term| term.rows() > 0).collect()
    }

    fn censored(&self, term: &Term, rng: &mut SmallRng) -> Vec<Term> {
        let known: Vec<(Kind, f64, f64)> = (0..term.rows())
            .map(|at| {
                let (x, window) = (term.columns[0][at], term.window(at));
                let (left, right) = match &self.censoring {
                    Censoring::FixedTimes(times) => {
                        let time = time_of(times, term.row_number(at)).unwrap_or(f64::INFINITY);
                        if x > time { (time, f64::INFINITY) } else { (x, x) }
                    }
                    Censoring::Independent => {
                        let time = self.time(window.0, rng);
                        if x > time { (time, f64::INFINITY) } else { (x, x) }
                    }
                    Censoring::Schedule(times) => {
                        let place = times.partition_point(|time| *time < x);
                        let left = if place == 0 { f64::NEG_INFINITY } else { times[place - 1] };
                        (left.max(window.0), times.get(place).map_or(window.1, |time| time.min(window.1)))
                    }
                };
                if left == right {
                    return (Kind::Exact, left, right);
                }
                (kind_of(&self.range, left, right).unwrap_or(Kind::Anywhere), left, right)
            })
            .collect();
        let of_kind = |(kind, beside, formula): &(Kind, Beside, Graph)| {
            let rows: Vec<usize> =
                (0..known.len()).filter(|&at| known[at].0 == *kind && term.beside == *beside).collect();
            let left = || rows.iter().map(|&at| known[at].1).collect::<Values>();
            let right = || rows.iter().map(|&at| known[at].2).collect::<Values>();
            let mut columns: Vec<Values> = match kind {
                Kind::Before => vec![right()],
                Kind::Between => vec![left(), right()],
                _ => vec![left()],
            };
            let selected = term.select(&rows);
            columns.extend(selected.columns[term.width()..].iter().cloned());
            Term { kind: *kind, formula: formula.clone(), columns, ..selected }
        };
        self.formulas.iter().map(of_kind).collect()
    }

    /// A time of censoring that is greater than the entry.
    fn time(&self, entry: f64, rng: &mut SmallRng) -> f64 {
        let later = self.law.partition_point(|(time, _)| *time <= entry);
        let left = if later == 0 { 1.0 } else { self.law[later - 1].1 };
        let target = left * (1.0 - rng.random::<f64>());
        // Beyond the last time nothing is known to be censored.
        self.law[later..].iter().find(|(_, survival)| *survival < target).map_or(f64::INFINITY, |(time, _)| *time)
    }
}

/// The time up to which a row is watched, counted from 1.
fn time_of(times: &[f64], row: usize) -> Option<f64> {
    if let [all] = times { Some(*all) } else { times.get(row - 1).copied() }
}

/// The product-limit estimate of the law of the times of censoring: each with the probability of a later one. A row is
/// at risk after its entry; at equal times what was observed was observed before it could be censored.
fn product_limit(terms: &[Term]) -> Vec<(f64, f64)> {
    // Entry, time, how many observations, whether they are censored.
    let mut rows: Vec<(f64, f64, f64, bool)> = Vec::new();
    for term in terms {
        let row = |at: usize| (term.window(at).0, term.columns[0][at], term.weights.at(at), term.kind != Kind::Exact);
        rows.extend((0..term.rows()).map(row));
    }
    let mut times: Vec<f64> = rows.iter().filter(|row| row.3).map(|row| row.1).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let mut survival = 1.0;
    let step = |time: f64| {
        let at_risk = rows
            .iter()
            .filter(|(entry, own, _, censored)| *entry < time && (*own > time || (*own == time && *censored)));
        let censored = rows.iter().filter(|row| row.3 && row.1 == time);
        let sum = |weights: &mut dyn Iterator<Item = f64>| weights.sum::<f64>();
        let (at_risk, censored) = (sum(&mut at_risk.map(|row| row.2)), sum(&mut censored.map(|row| row.2)));
        survival *= 1.0 - censored / at_risk;
        (time, survival.max(0.0))
    };
    times.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::product_limit;
    use crate::data::Data;
    use crate::prelude::*;

    #[test]
    fn the_reverse_product_limit_estimate() {
        // Censored at 2 (of 4 at risk, the observed one at 2 before) and at 5 (of 1).
        let rows = [At(1.0), At(2.0), After(2.0), At(3.0), At(4.0), After(5.0)];
        let terms = (&rows).terms(&Weibull).unwrap();
        assert_eq!(product_limit(&terms), [(2.0, 0.75), (5.0, 0.0)]);
        // Who entered at 2.5 was not at risk at 2.
        let entries = [0.0, 0.0, 0.0, 2.5, 0.0, 0.0];
        let terms = Windowed::after(&rows, &entries).terms(&Weibull).unwrap();
        assert!((product_limit(&terms)[0].1 - 2.0 / 3.0).abs() < 1e-15);
    }
}
