use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The zeta distribution: Zipf's law without a greatest rank, for frequencies of words and sizes of cities.
///
/// # Density
///
/// P(X = x) = x^(−s) / ζ(s), where ζ is Riemann's zeta function
///
/// # Parameters
///
/// - `s`: > 1; the mean is finite for s > 2
///
/// # Support
///
/// The integers 1, 2, 3, …
///
/// # Start
///
/// From the mean of ln x, which is 1/(s − 1) if x is large. If every observation is 1 there is no estimate: s → ∞.
///
/// # Numerics
///
/// ln ζ keeps its digits near its pole, and where it is 2⁻ˢ.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Zeta.fit(&[1, 1, 2, 1, 5, 1, 1, 3, 1, 24])?;
/// assert!((fit["s"].value - 1.910_307_721_624_463).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., section 11.2.20.
#[derive(Debug, Clone, Copy)]
pub struct Zeta;

impl Model for Zeta {
    type Of = u64;

    fn space(&self) -> Space {
        Space::new().above("s", 1.0).typical(1.8, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [s] = theta.unpack();
        -(s * x.ln()) - s.ln_zeta()
    }

    fn support(&self) -> Support {
        Support::one(Range::integers(1.0, f64::INFINITY))
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        // That of x − ½, whose logarithm has a law near exponential.
        let mean = sample.mean_of(0, |x| (x - 0.5).ln() + 2.0_f64.ln());
        if mean > 0.0 { Start::At(vec![1.0 + 1.0 / mean]) } else { Start::Search }
    }
}

impl Draw for Zeta {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> u64 {
        let zeta = rand_distr::Zeta::new(theta[0]).expect("an exponent inside the domain");
        rand::RngExt::sample::<f64, _>(rng, zeta) as u64
    }
}
