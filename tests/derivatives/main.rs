//! The graph's derivatives against hyper-dual numbers, which share no rule with them.

#[path = "../support/mod.rs"]
mod support;

mod censored;
mod combinators;
mod compare;
mod families;
mod fits;
mod own;
mod passes;
