//! Special functions against tables of many digits: how the tables came about is said in the scripts beside them.

mod bessel;
mod beta_binomial;
mod elementary;
mod erf;
mod gamma;
mod incomplete_beta;
mod incomplete_gamma;
mod log_gamma_law;
mod owen;
mod skew_normal;
mod table;
mod zeta;
