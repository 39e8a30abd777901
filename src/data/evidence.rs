//! [`Evidence`]: one row, as evidence about a model.

use super::{Term, check_column, outside};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::observation::Accepts;

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
}

/// The columns of `rows`, checked against the model's support.
pub(super) fn columns_of<M, T>(rows: &[T], model: &M) -> Result<Vec<Vec<f64>>>
where
    M: Model<Of: Accepts<T>>,
    T: std::fmt::Debug,
{
    let support = model.support();
    let width = support.width();
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
    {} f64;
    {} i32;
    {} i64;
    {} u8;
    {} u16;
    {} u32;
    {} u64;
    {} usize;
    {} bool;
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
