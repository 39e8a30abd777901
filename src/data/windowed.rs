//! [`Windowed`]: rows that could only be observed inside a window, each its own.

use super::{Beside, Data, Kind, Term, Values, kind_of};
use crate::error::{Error, Result};
use crate::model::{Cdf, Model};
use crate::support::Range;

/// Data of which a row is there only because it lay in a window: truncated data, each row with bounds of its own. A
/// person who entered a study at age 60 could not have died at 50 in it (delayed entry).
///
/// The likelihood of a row is its probability given that it lies in its window.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let ages = [At(71.0), After(80.0), At(68.5), At(84.0), After(76.0)];
/// let entered = [60.0, 66.0, 61.5, 70.0, 64.0];
/// let fit = Weibull.fit(Windowed::after(&ages, &entered))?;
/// assert!(fit["scale"].value > 70.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Klein and Moeschberger, *Survival Analysis*, 2nd ed., section 3.5.
#[derive(Debug, Clone)]
pub struct Windowed<'w, D> {
    data: D,
    lower: Option<&'w [f64]>,
    upper: Option<&'w [f64]>,
}

impl<'w, D> Windowed<'w, D> {
    /// Rows that were observed because they are greater than `lower`, in data units; −∞ is no bound.
    pub fn after<W: AsRef<[f64]> + ?Sized>(data: D, lower: &'w W) -> Windowed<'w, D> {
        Windowed { data, lower: Some(lower.as_ref()), upper: None }
    }

    /// Rows that were observed because they are not greater than `upper`, in data units; ∞ is no bound.
    pub fn before<W: AsRef<[f64]> + ?Sized>(data: D, upper: &'w W) -> Windowed<'w, D> {
        Windowed { data, lower: None, upper: Some(upper.as_ref()) }
    }

    /// Rows that were observed because they are greater than `lower` and not greater than `upper`, in data units.
    pub fn between<W: AsRef<[f64]> + ?Sized>(data: D, lower: &'w W, upper: &'w W) -> Windowed<'w, D> {
        Windowed { data, lower: Some(lower.as_ref()), upper: Some(upper.as_ref()) }
    }

    /// The window of a row, from 0.
    fn window(&self, row: usize) -> (f64, f64) {
        let lower = self.lower.map_or(f64::NEG_INFINITY, |bounds| bounds[row]);
        (lower, self.upper.map_or(f64::INFINITY, |bounds| bounds[row]))
    }
}

impl<M: Cdf, D: Data<M>> Data<M> for Windowed<'_, D> {
    /// # Errors
    ///
    /// Besides those of the data: [`Error::Length`] if there are not as many bounds as rows, [`Error::EmptyInterval`] and
    /// [`Error::NotFinite`] if a window is none, [`Error::OutOfSupport`] if a row lies outside its window.
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        let Windowed { data, lower, upper } = self;
        let terms = data.terms(model)?;
        let windows = Windowed { data: (), lower, upper };
        let rows: usize = terms.iter().map(Term::rows).sum();
        for bounds in [lower, upper].into_iter().flatten() {
            if bounds.len() != rows {
                let what = "the column of bounds".to_string();
                return Err(Error::Length { what, expected: rows, found: bounds.len() });
            }
        }
        for row in 0..rows {
            let (left, right) = windows.window(row);
            if left.is_nan() || right.is_nan() {
                return Err(Error::NotFinite { row: row + 1, column: None, value: f64::NAN.to_string() });
            }
            if left >= right {
                return Err(Error::EmptyInterval { row: row + 1, column: None, left, right });
            }
        }
        terms.iter().try_fold(vec![], |mut all, term| {
            all.extend(windows.split(term, model)?);
            Ok(all)
        })
    }
}

/// A row of a term inside its window.
struct Inside {
    row: usize,
    kind: Kind,
    window: Kind,
    /// The columns of the observation, then those of the window.
    columns: Vec<f64>,
}

impl<D> Windowed<'_, D> {
    /// The rows of a term by what is known of them and by the kind of their window.
    fn split<M: Cdf>(&self, term: &Term, model: &M) -> Result<Vec<Term>> {
        if term.beside != Beside::Nothing || model.support().width() != 1 {
            let message = "a window is for rows of one number, without precisions or another window".to_string();
            return Err(Error::Model { message });
        }
        let range = model.support().ranges()[0].clone();
        let inside: Vec<Inside> =
            (0..term.rows()).map(|row| self.inside(term, row, &range, model)).collect::<Result<_>>()?;
        let mut kinds: Vec<(Kind, Kind)> = inside.iter().map(|row| (row.kind, row.window)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let of_kind = |(kind, window): (Kind, Kind)| {
            let rows: Vec<&Inside> = inside.iter().filter(|row| (row.kind, row.window) == (kind, window)).collect();
            let width = rows[0].columns.len();
            let column = |at: usize| rows.iter().map(|row| row.columns[at]).collect::<Values>();
            let beside = if window == Kind::Anywhere { Beside::Nothing } else { Beside::Window(window) };
            let selected = term.select(&rows.iter().map(|row| row.row).collect::<Vec<_>>());
            Term { kind, beside, columns: (0..width).map(column).collect(), ..selected }.about(model)
        };
        kinds.into_iter().map(of_kind).collect()
    }

    fn inside<M: Model>(&self, term: &Term, row: usize, range: &Range, model: &M) -> Result<Inside> {
        let number = term.row_number(row);
        let (lower, upper) = self.window(number - 1);
        let value = |at: usize| term.columns[at][row];
        let (left, right) = match term.kind {
            Kind::Exact => (value(0), value(0)),
            Kind::After => (value(0), f64::INFINITY),
            Kind::Before => (f64::NEG_INFINITY, value(0)),
            Kind::Between => (value(0), value(1)),
            Kind::Anywhere => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let outside = |value: String| Error::OutOfSupport {
            row: number,
            column: None,
            value,
            model: format!("the window of {}", model.name()),
            support: format!("numbers in ({lower}, {upper}]"),
            others: Box::default(),
        };
        // Integers that are greater than 2.5 are greater than 2.
        let whole = |x: f64| if range.is_integer() { x.floor() } else { x };
        let (lower_end, upper_end) = (whole(lower), whole(upper));
        let window = kind_of(range, lower_end, upper_end).ok_or_else(|| outside(format!("no value of {range}")))?;
        let (kind, mut columns) = if term.kind == Kind::Exact {
            // A time that equals its entry has no duration, and a density all the same.
            let is_after = if range.is_integer() { left > lower_end } else { left >= lower };
            if !is_after || left > upper {
                return Err(outside(left.to_string()));
            }
            (Kind::Exact, vec![left])
        } else {
            let (left, right) = (left.max(lower_end), right.min(upper_end));
            let kind = kind_of(range, left, right).ok_or_else(|| outside(format!("a value in ({left}, {right}]")))?;
            let columns = match kind {
                Kind::Before => vec![right],
                Kind::Between => vec![left, right],
                _ => vec![left],
            };
            (kind, columns)
        };
        match window {
            Kind::After => columns.push(lower_end),
            Kind::Before => columns.push(upper_end),
            Kind::Between => columns.extend([lower_end, upper_end]),
            Kind::Exact | Kind::Anywhere => {}
        }
        Ok(Inside { row, kind, window, columns })
    }
}
