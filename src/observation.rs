//! [`Observation`]: what one point of a sample space looks like, to data and inside a formula.

use std::fmt::Debug;

use crate::scalar::{Condition, Scalar};
use crate::support::{Range, Support};

/// The sample space of a model: `f64`, `u64` (counts), `bool`, [`Level`] (categories), [`Row`] (a vector whose length is
/// known at run time), `[f64; D]`, `(f64, f64)` or [`Trials`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sample space",
    label = "not a sample space",
    note = "a model's `Of` is `f64`, `u64` (counts), `bool`, `Level` (categories), `Row`, `[f64; D]`, `(f64, f64)` or `Trials`"
)]
pub trait Observation {
    /// One point, as a value: what a sampler draws.
    type Value: Clone + Debug;

    /// One point, as a formula sees it.
    type In<S: Scalar>: Clone;

    /// One point from its data columns.
    fn read<S: Scalar>(columns: &[S]) -> Self::In<S>;

    /// The data columns of one point.
    fn columns<S: Scalar>(point: &Self::In<S>) -> Vec<S>;

    /// The whole space: what a model allows unless it says otherwise.
    fn support() -> Support;
}

/// A sample space whose points can be given as values of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not a value of the sample space `{Self}`",
    label = "this model describes values of the sample space `{Self}`"
)]
pub trait Accepts<T: ?Sized>: Observation {
    /// Appends the columns of `value`, read as the model's `support` says, to `row`; false if `value` is no point of
    /// the space.
    fn write(value: &T, support: &Support, row: &mut Vec<f64>) -> bool;

    /// These values as one column, if each is one number and a point of the space; none says nothing.
    #[doc(hidden)]
    fn numbers(values: &[T]) -> Option<Vec<f64>>
    where
        T: Sized,
    {
        let _ = values;
        None
    }
}

/// A sample space whose points are single numbers, which combinators shift, truncate and count.
#[diagnostic::on_unimplemented(
    message = "the observations of this model are not single numbers",
    label = "not a sample space of numbers",
    note = "it takes a model whose `Of` is `f64`, `u64`, `bool`, or a `Row` of one column"
)]
pub trait Numeric: Observation {
    /// The number that a point is, inside a formula.
    fn number<S: Scalar>(point: &Self::In<S>) -> S;

    /// The point that a number is; a number that is no point gives the nearest below.
    fn point(number: f64) -> Self::Value;
}

impl Numeric for f64 {
    fn number<S: Scalar>(point: &S) -> S {
        *point
    }
    fn point(number: f64) -> f64 {
        number
    }
}

impl Numeric for u64 {
    fn number<S: Scalar>(point: &S) -> S {
        *point
    }
    fn point(number: f64) -> u64 {
        number as u64
    }
}

impl Numeric for bool {
    fn number<S: Scalar>(point: &S) -> S {
        *point
    }
    fn point(number: f64) -> bool {
        number >= 1.0
    }
}

impl Numeric for Row {
    /// NaN for a row without columns; the number in the first, if there are more.
    fn number<S: Scalar>(point: &Vec<S>) -> S {
        point.first().copied().unwrap_or(S::from(f64::NAN))
    }
    fn point(number: f64) -> Vec<f64> {
        vec![number]
    }
}

macro_rules! one_column {
    ($($space:ty, $range:expr;)*) => { $(
        impl Observation for $space {
            type Value = $space;
            type In<S: Scalar> = S;
            fn read<S: Scalar>(columns: &[S]) -> S {
                columns[0]
            }
            fn columns<S: Scalar>(point: &S) -> Vec<S> {
                vec![*point]
            }
            fn support() -> Support {
                Support::one($range)
            }
        }
    )* };
}
one_column! {
    f64, Range::REAL;
    u64, Range::COUNTS;
    bool, Range::integers(0.0, 1.0);
}

/// The sample space of categories, named by the model.
#[derive(Debug, Clone, Copy)]
pub enum Level {}

/// A category inside a formula.
#[derive(Debug, Clone, Copy)]
pub struct LevelIn<S>(S);

impl<S: Scalar> LevelIn<S> {
    /// The entry of `of` that belongs to this category, in the order of the model's levels.
    pub fn pick(&self, of: &[S]) -> S {
        // A sum of masked entries, of which one is not 0: its derivatives, and its statistics, are one for each level.
        let masked = of.iter().enumerate().map(|(k, &value)| self.0.equals(k as f64).select(value, 0.0));
        masked.reduce(|sum, entry| sum + entry).unwrap_or(S::from(f64::NAN))
    }
}

impl Observation for Level {
    type Value = String;
    type In<S: Scalar> = LevelIn<S>;
    fn read<S: Scalar>(columns: &[S]) -> LevelIn<S> {
        LevelIn(columns[0])
    }
    fn columns<S: Scalar>(point: &LevelIn<S>) -> Vec<S> {
        vec![point.0]
    }
    fn support() -> Support {
        Support::one(Range::COUNTS)
    }
}

/// The sample space of real vectors whose length the model knows at run time: a model of rows declares its
/// [`support`](crate::model::Model::support), one range a column.
#[derive(Debug, Clone, Copy)]
pub enum Row {}

impl Observation for Row {
    type Value = Vec<f64>;
    type In<S: Scalar> = Vec<S>;
    fn read<S: Scalar>(columns: &[S]) -> Vec<S> {
        columns.to_vec()
    }
    fn columns<S: Scalar>(point: &Vec<S>) -> Vec<S> {
        point.clone()
    }
    fn support() -> Support {
        Support::default()
    }
}

impl<const D: usize> Observation for [f64; D] {
    type Value = [f64; D];
    type In<S: Scalar> = [S; D];
    fn read<S: Scalar>(columns: &[S]) -> [S; D] {
        std::array::from_fn(|k| columns[k])
    }
    fn columns<S: Scalar>(point: &[S; D]) -> Vec<S> {
        point.to_vec()
    }
    fn support() -> Support {
        Support::new(vec![Range::REAL; D])
    }
}

impl Observation for (f64, f64) {
    type Value = (f64, f64);
    type In<S: Scalar> = (S, S);
    fn read<S: Scalar>(columns: &[S]) -> (S, S) {
        (columns[0], columns[1])
    }
    fn columns<S: Scalar>(point: &(S, S)) -> Vec<S> {
        vec![point.0, point.1]
    }
    fn support() -> Support {
        Support::new(vec![Range::REAL; 2])
    }
}

/// The sample space of successes among a known number of trials: the pairs (successes, trials).
#[derive(Debug, Clone, Copy)]
pub enum Trials {}

impl Observation for Trials {
    type Value = (u64, u64);
    type In<S: Scalar> = (S, S);
    fn read<S: Scalar>(columns: &[S]) -> (S, S) {
        (columns[0], columns[1])
    }
    fn columns<S: Scalar>(point: &(S, S)) -> Vec<S> {
        vec![point.0, point.1]
    }
    fn support() -> Support {
        Support::trials()
    }
}

/// Integers of a smaller size are numbers that are held exactly.
pub(crate) const EXACT: f64 = (1_u64 << 53) as f64;

macro_rules! accepts_numbers {
    ($($number:ty)*) => { $(
        accepts_numbers!(@ $number, f64 u64 bool Row);
    )* };
    (@ $number:ty, $($space:ty)*) => { $(
        impl Accepts<$number> for $space {
            fn write(value: &$number, _: &Support, row: &mut Vec<f64>) -> bool {
                row.push(*value as f64);
                // A number too large to be held exactly is refused, not rounded.
                (*value as f64) as i128 == *value as i128
            }
            fn numbers(values: &[$number]) -> Option<Vec<f64>> {
                let numbers: Vec<f64> = values.iter().map(|&value| value as f64).collect();
                numbers.iter().fold(true, |all, x| all & (x.abs() < EXACT)).then_some(numbers)
            }
        }
    )* };
}
accepts_numbers! { i32 i64 u8 u16 u32 u64 usize }

macro_rules! accepts_pairs {
    ($($number:ty)*) => { $(
        accepts_pairs!(@ $number, Trials Row);
    )* };
    (@ $number:ty, $($space:ty)*) => { $(
        impl Accepts<($number, $number)> for $space {
            fn write(value: &($number, $number), support: &Support, row: &mut Vec<f64>) -> bool {
                let first = <Row as Accepts<$number>>::write(&value.0, support, row);
                first & <Row as Accepts<$number>>::write(&value.1, support, row)
            }
        }
    )* };
}
accepts_pairs! { i32 i64 u8 u16 u32 u64 usize f64 }

macro_rules! accepts_f64 {
    ($($space:ty)*) => { $(
        impl Accepts<f64> for $space {
            fn write(value: &f64, _: &Support, row: &mut Vec<f64>) -> bool {
                row.push(*value);
                true
            }
            fn numbers(values: &[f64]) -> Option<Vec<f64>> {
                Some(values.to_vec())
            }
        }
    )* };
}
accepts_f64! { f64 u64 Row }

impl Accepts<bool> for bool {
    fn write(value: &bool, _: &Support, row: &mut Vec<f64>) -> bool {
        row.push(f64::from(*value));
        true
    }
    fn numbers(values: &[bool]) -> Option<Vec<f64>> {
        Some(values.iter().map(|&value| f64::from(value)).collect())
    }
}

impl Accepts<bool> for Row {
    fn write(value: &bool, support: &Support, row: &mut Vec<f64>) -> bool {
        <bool as Accepts<bool>>::write(value, support, row)
    }
}

macro_rules! accepts_text {
    ($($space:ty)*) => { $(
        impl<'a> Accepts<&'a str> for $space {
            fn write(value: &&'a str, support: &Support, row: &mut Vec<f64>) -> bool {
                let place = support.level(*value);
                row.push(place.map_or(f64::NAN, |place| place as f64));
                place.is_some()
            }
        }
        impl Accepts<String> for $space {
            fn write(value: &String, support: &Support, row: &mut Vec<f64>) -> bool {
                <Self as Accepts<&str>>::write(&value.as_str(), support, row)
            }
        }
    )* };
}
accepts_text! { Level Row }

impl Accepts<Vec<f64>> for Row {
    fn write(value: &Vec<f64>, _: &Support, row: &mut Vec<f64>) -> bool {
        row.extend_from_slice(value);
        true
    }
}

impl<const D: usize> Accepts<[f64; D]> for Row {
    fn write(value: &[f64; D], _: &Support, row: &mut Vec<f64>) -> bool {
        row.extend_from_slice(value);
        true
    }
}

impl<const D: usize> Accepts<[f64; D]> for [f64; D] {
    fn write(value: &[f64; D], _: &Support, row: &mut Vec<f64>) -> bool {
        row.extend_from_slice(value);
        true
    }
}

impl Accepts<(f64, f64)> for (f64, f64) {
    fn write(value: &(f64, f64), _: &Support, row: &mut Vec<f64>) -> bool {
        row.extend([value.0, value.1]);
        true
    }
}
