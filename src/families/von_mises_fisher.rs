use std::f64::consts::PI;
use std::fmt;

use super::bessel::ln_bessel_i_near_zero;
use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::Row;
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::Support;

/// The von Mises–Fisher distribution, of directions in d ≥ 2 dimensions.
///
/// # Density
///
/// f(x) = κ^(d/2−1) / ((2π)^(d/2) I_(d/2−1)(κ)) exp(ηᵀx), with respect to the surface of the unit sphere, where κ = |η| and I
/// is the modified Bessel function
///
/// # Parameters
///
/// - `eta_<column>` (η), d of them: real. η = κμ, where μ is the mean direction ([`VonMisesFisher::mean_direction`]) and κ
///   the concentration ([`VonMisesFisher::concentration`]); at η = 0 all directions are equally probable
///
/// # Support
///
/// Vectors of length 1, to six digits.
///
/// # Start
///
/// From the mean vector, as Banerjee et al. do. Constant data have no maximum: κ → ∞.
///
/// # Numerics
///
/// The parameters are η, not κ and μ, so that the uniform law is a point like any other. Near it I is a series in κ².
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let winds = [[0.6, 0.8], [0.0, 1.0], [1.0, 0.0], [0.8, -0.6], [0.8, 0.6]];
/// let fit = VonMisesFisher::columns(["east", "north"]).fit(&winds)?;
/// let eta = [fit["eta_east"].value, fit["eta_north"].value];
/// assert!((VonMisesFisher::concentration(&eta) - 2.24597367).abs() < 1e-6);
/// assert!((VonMisesFisher::mean_direction(&eta)[0] - 0.871575537).abs() < 1e-6);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mardia and Jupp, *Directional Statistics*, section 9.3. Banerjee, Dhillon, Ghosh and Sra, "Clustering on the unit
/// hypersphere using von Mises-Fisher distributions", 2005. Wood, "Simulation of the von Mises Fisher distribution", 1994.
#[derive(Clone)]
pub struct VonMisesFisher {
    columns: Vec<String>,
}

impl VonMisesFisher {
    /// The model of directions whose coordinates have these names.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> VonMisesFisher {
        VonMisesFisher { columns: names.into_iter().map(Into::into).collect() }
    }

    /// The concentration κ = |η|: 0 for the uniform law.
    pub fn concentration(eta: &[f64]) -> f64 {
        eta.iter().copied().fold(0.0, f64::hypot)
    }

    /// The mean direction μ = η/|η|: NaN for the uniform law, which has none.
    pub fn mean_direction(eta: &[f64]) -> Vec<f64> {
        let concentration = VonMisesFisher::concentration(eta);
        eta.iter().map(|eta| eta / concentration).collect()
    }

    fn dimension(&self) -> f64 {
        self.columns.len() as f64
    }
}

impl fmt::Debug for VonMisesFisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VonMisesFisher")
    }
}

impl Model for VonMisesFisher {
    type Of = Row;

    fn space(&self) -> Space {
        let fault = (self.columns.len() < 2).then(|| "a direction has at least two coordinates".to_string());
        self.columns.iter().fold(Space::new(), |space, name| space.real(format!("eta_{name}"))).faulty(fault)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        let eta = theta.as_slice();
        let half = 0.5 * self.dimension();
        let nu = S::from(half - 1.0);
        // κ²/4
        let w = 0.25 * eta.iter().fold(S::from(0.0), |sum, eta| sum + eta.square());
        let kappa = 2.0 * w.sqrt();
        let ln_gamma = crate::special::ln_gamma(half);
        let far = nu.ln_bessel_i_scaled(kappa) + kappa + ln_gamma - 0.5 * nu * w.ln();
        // ln Γ(d/2) I(κ) / (κ/2)^(d/2−1), and the area of the sphere.
        let relative = w.less_than(half).select(ln_bessel_i_near_zero(nu, w), far);
        let ln_area = 2.0_f64.ln() + half * PI.ln() - ln_gamma;
        eta.iter().zip(x).fold(-relative - ln_area, |sum, (eta, x)| sum + *eta * x)
    }

    fn support(&self) -> Support {
        Support::directions(self.columns.len())
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let columns = 0..self.columns.len();
        if columns.clone().all(|column| sample.constant(column).is_some()) {
            return Start::Unbounded("all directions are equal, so that it has no bound as |eta| → ∞".to_string());
        }
        let mean: Vec<f64> = columns.map(|column| sample.mean(column)).collect();
        let squared: f64 = mean.iter().map(|mean| mean * mean).sum();
        // Directions that were rounded may be longer than 1.
        let factor = (self.dimension() - squared) / (1.0 - squared).max(f64::EPSILON);
        Start::At(mean.iter().map(|mean| mean * factor).collect())
    }
}

impl Draw for VonMisesFisher {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Vec<f64> {
        let kappa = VonMisesFisher::concentration(theta);
        let mut pole = VonMisesFisher::mean_direction(theta);
        if kappa == 0.0 {
            pole = (0..theta.len()).map(|k| f64::from(k == 0)).collect();
        }
        let along = cosine(kappa, self.dimension() - 1.0, rng);
        // A normal vector without its part along the pole has a uniform direction.
        let normal: Vec<f64> = pole.iter().map(|_| rand::RngExt::sample(rng, rand_distr::StandardNormal)).collect();
        let part: f64 = normal.iter().zip(&pole).map(|(z, mu)| z * mu).sum();
        let across: Vec<f64> = normal.iter().zip(&pole).map(|(z, mu)| z - part * mu).collect();
        let length = VonMisesFisher::concentration(&across);
        let sine = ((1.0 - along) * (1.0 + along)).sqrt();
        pole.iter().zip(across).map(|(mu, z)| along * mu + sine * z / length).collect()
    }
}

/// The cosine of the angle to the mean direction, on a sphere of this dimension: Wood's rejection from a transformed beta
/// law.
fn cosine<R: rand::Rng + ?Sized>(kappa: f64, sphere: f64, rng: &mut R) -> f64 {
    let b = sphere / (2.0 * kappa + (2.0 * kappa).hypot(sphere));
    let mode = (1.0 - b) / (1.0 + b);
    // 1 − mode² is 4b/(1 + b)².
    let highest = kappa * mode + sphere * (4.0 * b / (1.0 + b).powi(2)).ln();
    let beta = rand_distr::Beta::new(0.5 * sphere, 0.5 * sphere).expect("shapes greater than 0");
    loop {
        let z: f64 = rand::RngExt::sample(rng, beta);
        let w = (1.0 - (1.0 + b) * z) / (1.0 - (1.0 - b) * z);
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        if kappa * w + sphere * (1.0 - mode * w).ln() - highest >= -e {
            return w;
        }
    }
}
