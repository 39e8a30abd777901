//! [`Censored`]: values of which only a bound is known. Censoring belongs to the data, not to the family.

use std::f64::consts::{PI, TAU};

use super::evidence::columns_of;
use super::{Evidence, Kind, Places, Term, Values, check_column};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::model::{Cdf, Model, Theta};
use crate::observation::Accepts;
use crate::program::Extremes;
use crate::support::Range;

/// What is known of one value.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Weibull.fit(&[At(0.41), At(0.62), Between(0.3, 0.4), After(1.0), Before(0.2)])?;
/// assert_eq!(fit.n(), 5.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Censored<T = f64> {
    /// It is this.
    At(T),
    /// It is greater than this: right-censored.
    After(T),
    /// It is not greater than this: left-censored.
    Before(T),
    /// It is greater than the first and not greater than the second: interval-censored.
    Between(T, T),
}

impl<M: Cdf<Of: Accepts<T>>, T: Clone + std::fmt::Debug> Evidence<M> for Censored<T> {
    fn terms(rows: &[Self], model: &M) -> Result<Vec<Term>> {
        let mut bounds = Bounds::of(model);
        let (exact, after) = rows.iter().fold((0, 0), |(exact, after), row| {
            (
                exact + usize::from(matches!(row, Censored::At(_))),
                after + usize::from(matches!(row, Censored::After(_))),
            )
        });
        bounds.reserve(exact, after);
        let support = model.support();
        let mut columns = Vec::with_capacity(support.width());
        for (place, row) in rows.iter().enumerate() {
            let mut number = |value: &T| {
                columns.clear();
                let is_point = M::Of::write(value, &support, &mut columns);
                match columns[..] {
                    [number] if is_point => Ok(number),
                    _ => Err(no_number(value, model, place, columns.len())),
                }
            };
            match row {
                Censored::At(x) => bounds.exact(place, number(x)?),
                Censored::After(x) => bounds.interval(place, number(x)?, f64::INFINITY)?,
                Censored::Before(x) => bounds.interval(place, f64::NEG_INFINITY, number(x)?)?,
                Censored::Between(left, right) => bounds.interval(place, number(left)?, number(right)?)?,
            }
        }
        bounds.terms(model)
    }
}

/// Why a value is no number that a bound can be, which may lie outside the support, and be infinite.
fn no_number<M, T>(value: &T, model: &M, place: usize, found: usize) -> Error
where
    M: Cdf<Of: Accepts<T>>,
    T: std::fmt::Debug,
{
    match columns_of(std::slice::from_ref(value), model) {
        Err(error) if found == 1 => error,
        _ => Error::Width { model: model.name(), row: place + 1, expected: 1, found },
    }
}

/// Rows that are told apart at a time.
const BLOCK: usize = 512;

/// What is known of each row: its value, or that it lies in (left, right].
#[derive(Debug)]
pub(crate) struct Bounds {
    range: Range,
    by_kind: [(Kind, Rows); 5],
    /// Whether known values are known to lie in the range.
    is_checked: bool,
    /// The first row that the range has no value for.
    empty: Option<(usize, f64, f64)>,
}

/// Rows of one kind: their places in the data, from 0, one by one or all that will be found, and their columns.
#[derive(Debug, Default)]
struct Rows {
    places: Vec<usize>,
    found: Option<Places>,
    columns: [Vec<f64>; 2],
}

impl Bounds {
    /// Of values of this model, without rows.
    pub(crate) fn of<M: Model>(model: &M) -> Bounds {
        let range = model.support().ranges().first().cloned().unwrap_or(Range::REAL);
        let kinds = [Kind::Exact, Kind::After, Kind::Before, Kind::Between, Kind::Anywhere];
        Bounds { range, by_kind: kinds.map(|kind| (kind, Rows::default())), is_checked: false, empty: None }
    }

    fn rows(&mut self, kind: Kind) -> &mut Rows {
        // They stand in the order in which they are declared.
        &mut self.by_kind[kind as usize].1
    }

    /// Makes room for so many rows whose value is known, and so many that are known to be greater than a value.
    pub(crate) fn reserve(&mut self, exact: usize, after: usize) {
        for (kind, rows) in [(Kind::Exact, exact), (Kind::After, after)] {
            let own = self.rows(kind);
            own.places.reserve(rows);
            own.columns[0].reserve(rows);
        }
    }

    /// Adds rows whose value is known where `events` is 1, and else known to be greater than that.
    pub(crate) fn events(&mut self, times: &Values, events: &Values) -> Result<()> {
        let Extremes { least, greatest, has_nan } = times.extremes();
        let is_inside = !has_nan && self.range.lower() < least && greatest < self.range.upper();
        self.is_checked = is_inside && !self.range.is_integer();
        if !self.is_checked {
            for (place, (&time, &event)) in times.iter().zip(events.iter()).enumerate() {
                if event == 1.0 {
                    self.exact(place, time);
                } else {
                    self.interval(place, time, f64::INFINITY)?;
                }
            }
            return Ok(());
        }
        let observed = events.iter().filter(|&&event| event == 1.0).count();
        let mut kinds = [(Kind::After, events.len() - observed), (Kind::Exact, observed)].map(|(kind, count)| {
            let (rows, all) = (self.rows(kind), events.clone());
            let is_its = move |event: &f64| (*event == 1.0) == (kind == Kind::Exact);
            rows.found = Some(Places::found_by(move || (0..all.len()).filter(|&place| is_its(&all[place])).collect()));
            (kind, Vec::with_capacity(count), [0.0; BLOCK + 1])
        });
        for (times, events) in times.chunks(BLOCK).zip(events.chunks(BLOCK)) {
            // Whether a time was observed cannot be foreseen: it is written to both kinds, and stays where it belongs.
            let mut ends = [0; 2];
            for (&time, &event) in times.iter().zip(events) {
                kinds.iter_mut().zip(&ends).for_each(|((_, _, values), &end)| values[end] = time);
                ends[0] += usize::from(event != 1.0);
                ends[1] += usize::from(event == 1.0);
            }
            kinds.iter_mut().zip(ends).for_each(|((_, all, values), end)| all.extend_from_slice(&values[..end]));
        }
        kinds.into_iter().for_each(|(kind, all, _)| self.rows(kind).columns[0] = all);
        Ok(())
    }

    /// Adds a row whose value is known.
    pub(crate) fn exact(&mut self, place: usize, value: f64) {
        let rows = self.rows(Kind::Exact);
        rows.places.push(place);
        rows.columns[0].push(value);
    }

    /// Adds a row known to lie in (left, right]; an infinite end is no bound.
    pub(crate) fn interval(&mut self, place: usize, left: f64, right: f64) -> Result<()> {
        let row = place + 1;
        if left.is_nan() || right.is_nan() {
            return Err(Error::NotFinite { row, column: None, value: f64::NAN.to_string() });
        }
        if left >= right {
            return Err(Error::EmptyInterval { row, column: None, left, right });
        }
        // An integer is greater than 2.5 if it is greater than 2.
        let (left, right) = if self.range.is_integer() { (left.floor(), right.floor()) } else { (left, right) };
        let is_arc = self.range.is_angle() && left.is_finite() && right.is_finite();
        let (left, right) = if is_arc { arc(left, right) } else { (left, right) };
        if is_arc && right < left {
            let rows = self.rows(Kind::Between);
            rows.places.push(place);
            rows.columns[0].push(left);
            rows.columns[1].push(right);
            return Ok(());
        }
        let Some(kind) = kind_of(&self.range, left, right) else {
            self.empty = self.empty.or(Some((row, left, right)));
            return Ok(());
        };
        let rows = self.rows(kind);
        rows.places.push(place);
        if kind == Kind::Between {
            rows.columns[1].push(right);
        }
        rows.columns[0].push(if kind == Kind::Before { right } else { left });
        Ok(())
    }

    /// A term for each kind of row, traced from the model.
    pub(crate) fn terms<M: Cdf>(self, model: &M) -> Result<Vec<Term>> {
        if let Some((row, left, right)) = self.empty {
            let value = format!("a value in ({left}, {right}]");
            let (model, support) = (model.name(), self.range.to_string());
            return Err(Error::OutOfSupport { row, column: None, value, model, support, others: Box::default() });
        }
        let there = self.by_kind.into_iter().filter(|(_, rows)| !rows.columns[0].is_empty());
        there.map(|(kind, rows)| term(model, kind, rows, self.is_checked)).collect()
    }
}

/// The ends of an arc in (−π, π], in which the right one is below the left one if it goes through ±π; without bounds if it is
/// a whole turn.
fn arc(left: f64, right: f64) -> (f64, f64) {
    if right - left >= TAU {
        return (f64::NEG_INFINITY, f64::INFINITY);
    }
    let in_turn = |angle: f64| angle - TAU * ((angle - PI) / TAU).ceil();
    (in_turn(left), in_turn(right))
}

/// What (left, right] says about a value of this range; none if it leaves no value.
pub(crate) fn kind_of(range: &Range, left: f64, right: f64) -> Option<Kind> {
    // A continuous value has no probability of being an end of its range; a discrete one has.
    let below = |x: f64| x < range.lower() || (x == range.lower() && !range.is_integer());
    let no_left = below(left) || left == f64::NEG_INFINITY;
    let no_right = right >= range.upper();
    if below(right) || left >= range.upper() || left >= right {
        return None;
    }
    Some(match (no_left, no_right) {
        (true, true) => Kind::Anywhere,
        (true, false) => Kind::Before,
        (false, true) => Kind::After,
        (false, false) => Kind::Between,
    })
}

fn term<M: Cdf>(model: &M, kind: Kind, rows: Rows, is_checked: bool) -> Result<Term> {
    let Rows { places, found, columns: [first, second] } = rows;
    let places = found.unwrap_or_else(|| places.into());
    let columns = if kind == Kind::Between { vec![first, second] } else { vec![first] };
    if kind == Kind::Exact && !is_checked {
        check_column(model, 0, &columns[0], |row| places.at(row) + 1)?;
    }
    let formula =
        Graph::trace(model.space().len(), columns.len(), |theta, x| kind.ln_probability(model, Theta::new(theta), x))?;
    Ok(Term::new(kind, model.support(), formula, columns, Some(places)))
}
