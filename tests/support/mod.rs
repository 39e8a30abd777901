//! What several test targets share: an independent differentiator, random points.

// Each target uses its own part of this.
#![allow(dead_code)]

pub(crate) mod dual;
pub(crate) mod points;
