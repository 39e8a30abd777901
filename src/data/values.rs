//! [`Values`]: the numbers of a column, which may belong to someone else.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::program::Extremes;

/// The numbers of a column, held by whoever made them: a vector, an Arrow buffer, a mapped file, an array of another language.
/// They are read where they are, and a fit keeps their owner alive.
///
/// Of an Arrow array `x` of floats they are `Values::owned_by(x.values().clone())`. Which of its entries are null stands beside
/// them: leave these out first (Arrow's `filter`), for the numbers in their place mean nothing.
///
/// # Example
///
/// ```
/// use thetahat::data::Values;
/// use thetahat::prelude::*;
///
/// /// What a program of measurements holds.
/// struct Record {
///     durations: Box<[f64]>,
/// }
///
/// impl AsRef<[f64]> for Record {
///     fn as_ref(&self) -> &[f64] {
///         &self.durations
///     }
/// }
///
/// let values = Values::owned_by(Record { durations: Box::new([1.2, 0.7, 2.1, 1.6]) });
/// let (weibull, gamma) = (Weibull.fit(values.clone())?, Gamma.fit(values)?);
/// assert!((weibull.log_likelihood() - gamma.log_likelihood()).abs() < 0.1);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Clone)]
pub struct Values {
    owner: Owner,
    extremes: Arc<OnceLock<Extremes>>,
}

/// A vector is by itself, so that it is read without asking.
#[derive(Clone)]
enum Owner {
    Vector(Arc<Vec<f64>>),
    Other(Arc<dyn AsRef<[f64]> + Send + Sync>),
}

impl Values {
    /// The numbers of `owner`, which must show the same ones each time.
    pub fn owned_by(owner: impl AsRef<[f64]> + Send + Sync + 'static) -> Values {
        Owner::Other(Arc::new(owner)).into()
    }

    /// The least and the greatest of them, looked for once for all who share them.
    pub(crate) fn extremes(&self) -> Extremes {
        *self.extremes.get_or_init(|| Extremes::of(self))
    }
}

impl Deref for Values {
    type Target = [f64];

    #[inline(always)]
    fn deref(&self) -> &[f64] {
        match &self.owner {
            Owner::Vector(values) => values,
            Owner::Other(owner) => (**owner).as_ref(),
        }
    }
}

impl From<Owner> for Values {
    fn from(owner: Owner) -> Values {
        Values { owner, extremes: Arc::default() }
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Values {
        Arc::new(values).into()
    }
}

impl From<Arc<Vec<f64>>> for Values {
    fn from(values: Arc<Vec<f64>>) -> Values {
        Owner::Vector(values).into()
    }
}

impl FromIterator<f64> for Values {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Values {
        Vec::from_iter(values).into()
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Values) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use arrow_buffer::ScalarBuffer;

    use super::*;
    use crate::data::{Column, Table, Term};
    use crate::prelude::*;

    /// The terms of a fit read the memory of the owner, a part of an Arrow buffer.
    #[test]
    fn an_arrow_buffer_is_read_where_it_is() {
        let buffer = ScalarBuffer::from(vec![9.0, 1.2, 0.7, 2.1, 1.6]).slice(1, 4);
        let values = Values::owned_by(buffer.clone());
        assert_eq!(values.as_ptr(), buffer.as_ptr());
        let table = Table::new([("x", Column::from(values.clone())), ("z", values.clone().into())]).expect("a table");
        let of_table = || table.response("x").expect("a column");
        let regression = Regress(Gamma).on("scale", ["z"]);
        for (terms, covariates) in
            [(terms(&Gamma, values.clone()), 0), (terms(&Gamma, of_table()), 0), (terms(&regression, of_table()), 1)]
        {
            assert_eq!((terms.len(), terms[0].covariates.len()), (1, covariates));
            let read = terms[0].columns.iter().chain(terms[0].covariates.iter().map(|(_, column)| column));
            read.for_each(|column| assert_eq!(column.as_ptr(), buffer.as_ptr()));
        }
        let (own, copied) = (Gamma.fit(values).expect("a fit"), Gamma.fit(&buffer[..]).expect("a fit"));
        assert_eq!(own["shape"].value, copied["shape"].value);
    }

    fn terms<M: Model>(model: &M, data: impl Data<M>) -> Vec<Term> {
        data.distinct_terms(model, None).expect("terms")
    }

    #[test]
    fn the_owner_lives_as_long_as_the_fit() {
        let owner = Arc::new(vec![1.2, 0.7, 2.1, 1.6].into_boxed_slice());
        struct Held(Arc<Box<[f64]>>);
        impl AsRef<[f64]> for Held {
            fn as_ref(&self) -> &[f64] {
                &self.0
            }
        }
        let fit = Weibull.fit(Values::owned_by(Held(owner.clone()))).expect("a fit");
        assert_eq!(Arc::strong_count(&owner), 2);
        drop(fit);
        assert_eq!(Arc::strong_count(&owner), 1);
    }

    #[test]
    fn what_is_wrong_is_named_as_in_a_slice() {
        let bad = Values::owned_by([1.0, -2.0, f64::NAN]);
        let errors = [Weibull.fit(bad.clone()), Weibull.fit(&[1.0, -2.0, f64::NAN])].map(|fit| fit.expect_err("bad"));
        assert_eq!(errors[0].to_string(), errors[1].to_string());
        assert_eq!(Normal.fit(Values::owned_by([])).expect_err("no rows").kind(), "empty");
        assert_eq!(Poisson.fit(bad).expect_err("bad").row(), Some(2));
        assert_eq!(format!("{:?}", Values::from(vec![1.0, 2.0])), "[1.0, 2.0]");
    }
}
