//! Models made of models.

mod fits;
mod laws;
mod mixtures;
mod random;
