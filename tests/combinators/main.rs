//! Models made of models.

mod fits;
mod laws;
mod mixtures;
mod own;
mod random;
