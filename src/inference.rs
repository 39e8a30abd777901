//! What was learned, how sure it is, and against what.
//!
//! Questions about the likelihood of the data at hand are put to a [`Fit`](crate::Fit), which holds that likelihood and
//! needs nothing more: [`derive`](crate::Fit::derive), [`profile`](crate::Fit::profile), [`test`](crate::Fit::test).
//! Questions that other data answer take the model beside it, because drawing and fitting anew need its code:
//! [`simulate`](crate::Fit::simulate), [`Bootstrap`], [`GoodnessOfFit`], [`pit`](crate::Fit::pit). [`Comparison`] is of
//! several models of the same data.

mod bootstrap;
mod censoring;
mod comparison;
mod constrained;
mod derived;
mod embedding;
mod expected;
mod goodness;
mod hypothesis;
mod profile;
mod quantity;
mod ranking;
mod replicate;
mod residuals;
mod sandwich;
mod vuong;

pub use bootstrap::{Bootstrap, Jackknife, Ratio, Replicates};
pub use censoring::Censoring;
pub use comparison::{Comparison, Criterion};
pub use goodness::{Cells, Goodness, GoodnessOfFit};
pub use hypothesis::{Null, Test, Verdict, drop_column, fix, special_case, tie};
pub use profile::{Profile, ProfilePoint};
pub use ranking::{Line, Ranking};
pub use sandwich::Influence;
pub use vuong::Vuong;
