//! Whatever the data, the answer is a fit or a typed error that names the row, counted from 1; never a panic.

mod binned;
mod censored;
mod kinds;
mod many;
mod narrow;
mod tables;
mod values;
mod weights;

use thetahat::prelude::*;

/// The kind and the row of the error that fitting must give.
fn refused<M: Model>(model: &M, data: impl Data<M>) -> (&'static str, Option<usize>) {
    match model.fit(data) {
        Err(error) => (error.kind(), error.row()),
        Ok(fit) => panic!("{model:?} was fitted:\n{fit}"),
    }
}
