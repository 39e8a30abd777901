//! [`Evidence`]: one row, as evidence about a model.

use super::counted::{Count, Distinct};
use super::{Data, Term, Values, Weights, check_column, outside};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::observation::Accepts;
use crate::threads::processors;

/// A type whose values are evidence about the model `M`: its observations, or what is known of them.
#[diagnostic::on_unimplemented(
    message = "`{M}` cannot be fitted to values of type `{Self}`",
    label = "not observations of `{M}`"
)]
pub trait Evidence<M: Model>: Sized {
    /// These rows as terms of the log-likelihood of `model`.
    ///
    /// # Errors
    ///
    /// If a row is not finite or outside the model's support.
    fn terms(rows: &[Self], model: &M) -> Result<Vec<Term>>;

    /// The same of rows that are given away.
    ///
    /// # Errors
    ///
    /// As for [`Evidence::terms`].
    #[doc(hidden)]
    fn terms_of_owned(rows: Vec<Self>, model: &M) -> Result<Vec<Term>> {
        Self::terms(&rows, model)
    }

    /// Both.
    ///
    /// # Errors
    ///
    /// As for [`Evidence::terms`].
    #[doc(hidden)]
    fn distinct_terms_of_owned(rows: Vec<Self>, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        Self::distinct_terms(&rows, model, threads)
    }

    /// The same, where equal rows of counts may be one, with their number as its weight.
    ///
    /// # Errors
    ///
    /// As for [`Evidence::terms`].
    #[doc(hidden)]
    fn distinct_terms(rows: &[Self], model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        let _ = threads;
        Self::terms(rows, model)
    }
}

/// The columns of `rows`, checked against the model's support.
pub(super) fn columns_of<M, T>(rows: &[T], model: &M) -> Result<Vec<Vec<f64>>>
where
    M: Model<Of: Accepts<T>>,
    T: std::fmt::Debug,
{
    let support = model.support();
    let width = support.width();
    if width == 1
        && let Some(numbers) = M::Of::numbers(rows)
    {
        check_column(model, 0, &numbers, |row| row + 1)?;
        return Ok(vec![numbers]);
    }
    let mut columns = vec![Vec::with_capacity(rows.len()); width];
    let mut row = Vec::with_capacity(width);
    for (at, value) in rows.iter().enumerate() {
        row.clear();
        let is_point = M::Of::write(value, &support, &mut row);
        if row.len() != width {
            return Err(Error::Width { model: model.name(), row: at + 1, expected: width, found: row.len() });
        }
        if !is_point {
            return Err(outside(model, 0, &format!("{value:?}"), at + 1, 0.0));
        }
        columns.iter_mut().zip(&row).for_each(|(column, &value)| column.push(value));
    }
    for (at, column) in columns.iter().enumerate() {
        check_column(model, at, column, |row| row + 1)?;
    }
    Ok(columns)
}

/// Rows that are single numbers, each once with how often it occurs, if the model is of counts.
fn counted<M, T>(rows: &[T], model: &M, threads: Option<usize>) -> Result<Option<Vec<Term>>>
where
    M: Model<Of: Accepts<T>>,
    T: Count,
{
    let support = model.support();
    if support.width() != 1 || !support.is_discrete() {
        return Ok(None);
    }
    let Some(distinct) = Distinct::of(rows, threads) else { return Ok(None) };
    check_column(model, 0, &distinct.values, |at| distinct.first_rows[at] + 1)?;
    let Distinct { values, first_rows, counts } = distinct;
    let term = Term::exact(model, vec![values])?;
    let (places, weights) = (Some(first_rows.into()), Weights::Frequency(counts.into()));
    Ok(Some(vec![Term { places, weights, ..term }]))
}

impl<M: Model<Of: Accepts<f64>>> Evidence<M> for f64 {
    fn terms(rows: &[f64], model: &M) -> Result<Vec<Term>> {
        Ok(vec![Term::exact(model, columns_of(rows, model)?)?])
    }
    fn terms_of_owned(rows: Vec<f64>, model: &M) -> Result<Vec<Term>> {
        Values::from(rows).terms(model)
    }
    fn distinct_terms_of_owned(rows: Vec<f64>, model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        Values::from(rows).distinct_terms(model, threads)
    }
    fn distinct_terms(rows: &[f64], model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
        if let Some(terms) = counted(rows, model, threads)? {
            return Ok(terms);
        }
        if model.support().width() != 1 {
            return Self::terms(rows, model);
        }
        Ok(vec![Term::unchecked(model, copied(rows, threads).into())?])
    }
}

/// With fewer values, a thread costs more than it copies.
const VALUES_OF_A_THREAD: usize = 1 << 20;

/// A copy of many values, which takes longer than reading them: memory that is new has to be cleared.
fn copied(values: &[f64], threads: Option<usize>) -> Vec<f64> {
    if values.len() <= VALUES_OF_A_THREAD {
        return values.to_vec();
    }
    let threads = threads.unwrap_or_else(processors).max(1);
    let share = values.len().div_ceil(threads).max(VALUES_OF_A_THREAD);
    let mut copy = vec![0.0; values.len()];
    let begun = std::thread::scope(|scope| {
        let mut shares = copy.chunks_mut(share).zip(values.chunks(share));
        shares.all(|(to, from)| std::thread::Builder::new().spawn_scoped(scope, || to.copy_from_slice(from)).is_ok())
    });
    // A thread that cannot be had is no reason to fail.
    if begun { copy } else { values.to_vec() }
}

macro_rules! counts {
    ($($type:ty)*) => { $(
        impl<M: Model<Of: Accepts<$type>>> Evidence<M> for $type {
            fn terms(rows: &[Self], model: &M) -> Result<Vec<Term>> {
                Ok(vec![Term::exact(model, columns_of(rows, model)?)?])
            }
            fn distinct_terms(rows: &[Self], model: &M, threads: Option<usize>) -> Result<Vec<Term>> {
                counted(rows, model, threads)?.map_or_else(|| Self::terms(rows, model), Ok)
            }
        }
    )* };
}
counts! { i32 i64 u8 u16 u32 u64 usize bool }

macro_rules! exact {
    ($({$($generics:tt)*} $type:ty;)*) => { $(
        impl<$($generics)* M: Model<Of: Accepts<$type>>> Evidence<M> for $type {
            fn terms(rows: &[Self], model: &M) -> Result<Vec<Term>> {
                Ok(vec![Term::exact(model, columns_of(rows, model)?)?])
            }
        }
    )* };
}
exact! {
    {'a,} &'a str;
    {} String;
    {} Vec<f64>;
    {} (f64, f64);
    {} (i32, i32);
    {} (i64, i64);
    {} (u8, u8);
    {} (u16, u16);
    {} (u32, u32);
    {} (u64, u64);
    {} (usize, usize);
    {const D: usize,} [f64; D];
}
