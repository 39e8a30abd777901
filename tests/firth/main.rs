//! Firth's penalty: closed forms, maxima found by other means, what a fit is asked after it, and what it refuses.

mod inference;
mod refusals;
mod witnesses;
