//! The families: what they estimate, their laws, and how they answer data without an ordinary maximum.

mod distribution;
mod draws;
mod edges;
mod integrals;
mod limits;
mod moments;
mod numerics;
mod recession;
mod recovery;
mod regularity;
mod separation;
mod starts;
mod tails;
mod trials;
mod unbounded;
