//! The models that passes are timed on, with the point and the observations.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::prelude::*;
use thetahat::testing::Likelihood;

/// A model at a point.
pub(crate) trait Case {
    type Law: Draw<Of = f64>;
    const THETA: &'static [f64];
    /// Its place among the kernels by hand.
    const KERNEL: usize;
    fn law() -> Self::Law;
}

macro_rules! cases {
    ($($law:ident $theta:expr, $kernel:expr;)*) => { $(
        impl Case for $law {
            type Law = $law;
            const THETA: &'static [f64] = &$theta;
            const KERNEL: usize = $kernel;
            fn law() -> $law {
                $law
            }
        }
    )* };
}
cases! {
    Weibull [1.7, 2.3], 0;
    Logistic [0.4, 1.3], 1;
    StudentT [0.4, 1.3, 4.5], 2;
    GeneralizedExtremeValue [0.4, 1.3, 0.1], 3;
}

/// A mixture of five normal distributions.
pub(crate) struct FiveNormals;

impl Case for FiveNormals {
    type Law = Mixture<[Normal; 5]>;
    const THETA: &'static [f64] = &[0.1, 0.2, 0.3, 0.25, 0.15, -6.0, 1.5, -2.5, 1.1, 0.0, 1.0, 3.0, 1.15, 7.0, 1.7];
    const KERNEL: usize = 4;
    fn law() -> Self::Law {
        Mixture([Normal; 5])
    }
}

pub(crate) fn rows<C: Case>(count: usize) -> Vec<f64> {
    let mut rng = SmallRng::seed_from_u64(1);
    (0..count).map(|_| C::law().draw(C::THETA, &mut rng)).collect()
}

pub(crate) fn likelihood<C: Case>(count: usize) -> (Likelihood, Vec<f64>) {
    let likelihood = Likelihood::new(&C::law(), &rows::<C>(count), 1).expect("observations of the model");
    let free = likelihood.free(C::THETA).expect("inside the space");
    (likelihood, free)
}
