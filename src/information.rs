//! Entropy, cross-entropy and relative entropy: what maximum likelihood is, in numbers.
//!
//! The estimate of maximum likelihood is the parameter at which the cross-entropy from the empirical distribution p̂ of
//! the data to the model q is least, and for discrete data the cross-entropy splits into what no model can remove and
//! what this one leaves:
//!
//! H(p̂, q) = H(p̂) + D(p̂‖q)
//!
//! [`Fit::decomposition`](crate::Fit::decomposition) gives the three numbers for a fit;
//! [`Fit::cross_entropy_difference`](crate::Fit::cross_entropy_difference) compares fits where the split does not exist,
//! as for densities. [`entropy`], [`cross_entropy`] and [`relative_entropy`] are the same for any [`Probabilities`], and
//! [`Empirical`] is p̂ itself. Every amount is an [`Information`], which says its unit.
//!
//! # Example
//!
//! ```
//! use thetahat::information::{Probabilities, cross_entropy, entropy, relative_entropy};
//! use thetahat::prelude::*;
//!
//! let p = Probabilities::from_counts([2, 1, 1])?;
//! let q = Probabilities::new([0.25, 0.25, 0.5])?;
//! assert_eq!(entropy(&p).bits(), 1.5);
//! assert_eq!(cross_entropy(&p, &q)?.bits(), 1.75);
//! assert!((relative_entropy(&p, &q)?.bits() - 0.25).abs() < 1e-15);
//!
//! println!("{}", Poisson.fit(&[3, 1, 4, 1, 5])?.decomposition()?);
//! # Ok::<(), thetahat::Error>(())
//! ```
//!
//! # References
//!
//! Cover and Thomas, *Elements of Information Theory*, 2nd ed., chapter 2; Kullback and Leibler, *On information and
//! sufficiency*, Annals of Mathematical Statistics 22, 1951.

mod decomposition;
mod empirical;
mod entropy;
mod probabilities;
mod relative_entropy;

pub use decomposition::{Decomposition, Obstacle};
pub use empirical::Empirical;
pub use entropy::{cross_entropy, entropy};
pub use probabilities::Probabilities;
pub use relative_entropy::relative_entropy;

use std::f64::consts::LN_2;
use std::fmt;
use std::ops::{Add, Sub};

/// An amount of information. It has no unit until it is read: in nats (natural logarithms) or in bits (base 2).
///
/// It prints in both, to the digits that the format asks for, 4 if it does not.
///
/// # Example
///
/// ```
/// use thetahat::information::Information;
///
/// let coin = Information::from_bits(1.0);
/// assert_eq!(coin.nats(), std::f64::consts::LN_2);
/// assert_eq!(coin.to_string(), "0.6931 nats = 1.0000 bits");
/// assert_eq!(format!("{:.1}", coin + coin), "1.4 nats = 2.0 bits");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Information {
    nats: f64,
}

impl Information {
    /// An amount given in nats.
    pub const fn from_nats(nats: f64) -> Information {
        Information { nats }
    }

    /// An amount given in bits: one bit is ln 2 nats.
    pub const fn from_bits(bits: f64) -> Information {
        Information { nats: bits * LN_2 }
    }

    /// The amount in nats.
    pub const fn nats(self) -> f64 {
        self.nats
    }

    /// The amount in bits.
    pub const fn bits(self) -> f64 {
        self.nats / LN_2
    }
}

impl Add for Information {
    type Output = Information;

    fn add(self, other: Information) -> Information {
        Information { nats: self.nats + other.nats }
    }
}

impl Sub for Information {
    type Output = Information;

    fn sub(self, other: Information) -> Information {
        Information { nats: self.nats - other.nats }
    }
}

impl fmt::Display for Information {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(4);
        let (nats, bits) = (self.nats(), self.bits());
        // A small amount is not none.
        if nats != 0.0 && nats.abs() < 0.1_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX)) {
            return write!(f, "{nats:.digits$e} nats = {bits:.digits$e} bits");
        }
        write!(f, "{nats:.digits$} nats = {bits:.digits$} bits")
    }
}
