use std::f64::consts::{FRAC_1_PI, PI};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The Cauchy distribution.
///
/// # Density
///
/// f(x) = 1 / (π s (1 + z²)), z = (x − m)/s
///
/// # Parameters
///
/// - `loc` (m): real, the median
/// - `scale` (s): > 0, half the distance between the quartiles
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// From quantiles: with the scale known the likelihood may have a maximum near each observation. With both free there is
/// one, unless half of the data are equal: with more than half, s → 0.
///
/// # Numerics
///
/// z² is not formed where it is large. The tails of the distribution function are arctan(1/z)/π, exact at any distance.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Cauchy.fit(&[-1.2, 0.1, 0.4, 0.9, 35.0])?;
/// assert!(fit["loc"].value < 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Copas, "On the unimodality of the likelihood for the Cauchy distribution", 1975. Johnson, Kotz and Balakrishnan,
/// *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 16.
#[derive(Debug, Clone, Copy)]
pub struct Cauchy;

/// At most so many searches: with a known scale the number of false maxima has a limit law of mean 1/π (Reeds,
/// "Asymptotic number of roots of Cauchy location likelihood equations", 1985).
const STARTS: usize = 9;

impl Model for Cauchy {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        let z = ((x - loc) / scale).abs();
        let ln_sum = z.less_than(1.0).select(z.square().ln_1p(), 2.0 * z.ln() + (1.0 / z).square().ln_1p());
        -ln_sum - scale.ln() - PI.ln()
    }

    fn scale(&self) -> Option<&str> {
        Some("scale")
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("stationary points of the likelihood of location and scale are maxima (Copas 1975)")
    }

    fn start(&self, sample: &Sample) -> Start {
        let order = sample.order(0);
        let values = |rows: &[usize]| rows.iter().map(|&row| sample.column(0)[row]).collect::<Vec<f64>>();
        let sorted = values(&order);
        let mut weight = 0.0;
        for (place, &row) in order.iter().enumerate() {
            weight = if place > 0 && sorted[place] == sorted[place - 1] { weight } else { 0.0 } + sample.weight(row);
            if weight > 0.5 * sample.n() {
                let x = sorted[place];
                return Start::Unbounded(format!("more than half of all observations equal {x}: no bound as scale → 0"));
            }
        }
        let half_range = 0.5 * sample.quantile(0, 0.75) - 0.5 * sample.quantile(0, 0.25);
        let scale = if half_range > 0.0 { half_range } else { sample.standard_deviation(0) };
        let count = sorted.len().min(STARTS);
        let place = |k: usize| (2 * k + 1) * sorted.len() / (2 * count);
        Start::Several((0..count).map(|k| vec![sorted[place(k)], scale]).collect())
    }
}

impl Cdf for Cauchy {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ln_tail((loc - x) / scale)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ln_tail((x - loc) / scale)
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        let tail = p.min(1.0 - p);
        let z = if tail < 0.25 { 1.0 / (PI * tail).tan() } else { (PI * (0.5 - tail)).tan() };
        match p {
            0.0 => f64::NEG_INFINITY,
            1.0 => f64::INFINITY,
            _ if !(0.0..=1.0).contains(&p) => f64::NAN,
            _ if p < 0.5 => theta[0] - theta[1] * z,
            _ => theta[0] + theta[1] * z,
        }
    }
}

/// ln P(Z > z) of the standard law.
fn ln_tail<S: Scalar>(z: S) -> S {
    let small = ((1.0 / z).arctan() * FRAC_1_PI).ln();
    let large = (-(FRAC_1_PI * (-1.0 / z).arctan())).ln_1p();
    let middle = (0.5 - FRAC_1_PI * z.arctan()).ln();
    S::from(1.0).less_than(z).select(small, z.less_than(-1.0).select(large, middle))
}

impl Moments for Cauchy {
    fn mean<S: Scalar>(&self, _: Theta<'_, S>) -> S {
        S::from(f64::NAN)
    }

    fn variance<S: Scalar>(&self, _: Theta<'_, S>) -> S {
        S::from(f64::NAN)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale] = theta.unpack();
        Some((4.0 * PI * scale).ln())
    }
}

impl Draw for Cauchy {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::Cauchy::new(0.0, 1.0).expect("a scale above 0"));
        theta[0] + theta[1] * z
    }
}
