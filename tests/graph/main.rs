//! A formula as data: how it grows, its values, its derivatives, its text and its stored form.

#[path = "../support/mod.rs"]
mod support;

mod display;
mod growth;
mod masks;
mod operations;
mod storage;
