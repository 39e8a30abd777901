use std::f64::consts::{PI, TAU};

use crate::data::Sample;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Maxima, Model, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::quadrature_rule;
use crate::support::{Range, Support};

/// The von Mises distribution, of directions in the plane.
///
/// # Density
///
/// f(x) = exp(κ cos(x − μ)) / (2π I₀(κ)), for x in any interval of length 2π
///
/// # Parameters
///
/// - `mu` (μ): real, the mean direction in radians; reported in (−π, π]
/// - `kappa` (κ): > 0, the concentration
///
/// # Support
///
/// All real numbers, in radians: angles that differ by a multiple of 2π are one direction. The distribution function is of
/// the angle in (−π, π], and counts from −π: P(X ≤ x) is 0 at −π and 1 at π, and of other angles that of the same direction
/// in this turn. An interval is an arc from its left end to its right one, which may go through ±π.
///
/// # Start
///
/// The mean direction, and κ from the mean resultant length R. As κ → 0 the law is uniform on the circle, the answer where
/// R = 0. Constant data have no maximum: κ → ∞.
///
/// # Numerics
///
/// The exponent is −2κ sin²((x − μ)/2) next to the scaled Bessel function, so that nothing cancels for large κ.
/// The tails are integrals over arcs on which the density falls from one end, by a rule of Gauss and Legendre on as much of
/// the arc as counts.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = VonMises.fit(&[6.1, 0.2, 0.5, 5.9, 0.1, 1.2])?;
/// assert!(fit["mu"].value.abs() < 0.5);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Mardia and Jupp, *Directional Statistics*, sections 3.5.4 and 5.3.1. Best and Fisher, "Efficient simulation of the von
/// Mises distribution", 1979.
#[derive(Debug, Clone, Copy)]
pub struct VonMises;

impl Model for VonMises {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").typical(-2.0, 2.0).positive("kappa").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, kappa] = theta.unpack();
        let bessel = S::from(0.0).ln_bessel_i_scaled(kappa);
        // Far from 0 a difference of angles would have the digits of the greater one.
        let ln_density = -2.0 * kappa * (0.5 * (in_this_turn(x) - mu)).sin().square() - bessel - TAU.ln();
        // Every direction lies within a turn; so many turns away, rounding makes all observations one direction.
        mu.abs().less_than(1e6).select(ln_density, f64::NAN)
    }

    fn support(&self) -> Support {
        Support::one(Range::ANGLES)
    }

    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        vec![in_one_turn(theta[0]), theta[1]]
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(CircularUniform).at("kappa", 0.0)]
    }

    fn start(&self, sample: &Sample) -> Start {
        let (sine, cosine) = (sample.mean_of(0, f64::sin), sample.mean_of(0, f64::cos));
        let mu = sine.atan2(cosine);
        // 1 − R
        let gap = sample.mean_of(0, |x| 2.0 * (0.5 * (x - mu)).sin().powi(2));
        if gap == 0.0 {
            return Start::Unbounded("all observations are one direction, so that it has no bound as kappa → ∞".into());
        }
        let length = (1.0 - gap).max(1e-3);
        Start::At(vec![mu, length * (2.0 - length * length) / (gap * (1.0 + length))])
    }
}

/// The same direction in (−π, π].
fn in_one_turn(angle: f64) -> f64 {
    angle - TAU * ((angle - PI) / TAU).ceil()
}

impl Draw for VonMises {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let kappa = theta[1];
        let t = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
        let rho = (t - (2.0 * t).sqrt()) / (2.0 * kappa);
        let r = (1.0 + rho * rho) / (2.0 * rho);
        loop {
            let [u, v, w] = [(); 3].map(|()| rand::RngExt::sample::<f64, _>(&mut *rng, rand_distr::Open01));
            if kappa < 1e-6 {
                // Uniform to the digits that a draw has.
                return in_one_turn(theta[0] + TAU * (u - 0.5));
            }
            let z = (PI * u).cos();
            let f = (1.0 + r * z) / (r + z);
            let c = kappa * (r - f);
            if c * (2.0 - c) > v || (c / v).ln() + 1.0 >= c {
                let angle = f.clamp(-1.0, 1.0).acos();
                return in_one_turn(theta[0] + if w < 0.5 { -angle } else { angle });
            }
        }
    }
}

impl Cdf for VonMises {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_tails(theta, x)[0]
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        ln_tails(theta, x)[1]
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        let reaches = |x: f64| {
            let [below, above] = ln_tails(Theta::new(theta), x);
            if p <= 0.5 { below >= p.ln() } else { above <= (-p).ln_1p() }
        };
        let (mut low, mut high) = (-PI, PI);
        // As many halvings as a double has places.
        for _ in 0..1100 {
            let middle = low.midpoint(high);
            if middle <= low || middle >= high {
                break;
            }
            if reaches(middle) { high = middle } else { low = middle }
        }
        if reaches(low) { low } else { high }
    }
}

/// ln P(X ≤ x) and ln P(X > x) of the angle in (−π, π].
///
/// For a mean direction m ≥ 0 what lies below x is what is farther than π − m above m, on the way round, and what lies from
/// −π below m up to x; for m < 0 everything is turned about.
fn ln_tails<S: Scalar>(theta: Theta<'_, S>, x: S) -> [S; 2] {
    let [mu, kappa] = theta.unpack();
    let (mu_in_turn, x) = (in_this_turn(mu), in_this_turn(x));
    let is_turned = mu_in_turn.less_than(0.0);
    let mean = is_turned.select(-mu_in_turn, mu_in_turn);
    let x_inside = x.less_than(-PI).select(-PI, x.less_than(PI).select(x, PI));
    let place = is_turned.select(-x_inside, x_inside) - mean;
    let cut = PI - mean;
    let (is_round, is_above) = (place.less_than(-PI), S::from(0.0).less_than(place));
    let ln_total = S::from(0.0).ln_bessel_i_scaled(kappa) + TAU.ln();
    let ln_arc = |from: S, to: S| ln_arc(kappa, from, to) - ln_total;
    // Below x: from `cut` to x on the way round; or all of that, and down from −place.
    let round = ln_arc(cut, is_round.select(place + TAU, PI));
    let down = is_above.select(PI, is_round.select(PI, -place));
    let below = is_round.select(round, S::log_sum_exp(&[round, ln_arc(down, S::from(PI))]));
    // Above x: from x to `cut`, through the mean if it lies between.
    let start = is_above.select(place, 0.0);
    let direct = ln_arc(start, cut);
    let up = is_round.select(0.0, is_above.select(0.0, -place));
    let above = is_above.select(direct, S::log_sum_exp(&[direct, ln_arc(S::from(0.0), up)]));
    // The one that is a sum of its own; where both are, the smaller.
    let below_is_own = is_above.select(0.0, is_round.select(1.0, below.less_than(above).select(1.0, 0.0)));
    let is_own = S::from(0.5).less_than(below_is_own);
    let ln_below = is_own.select(below, above.ln_1m_exp());
    let ln_above = is_own.select(below.ln_1m_exp(), above);
    let within = |inside: S, before: f64, after: f64| {
        let upper = x.less_than(PI).select(inside, after);
        S::from(-PI).less_than(x).select(upper, before)
    };
    let (cdf, sf) = (is_turned.select(ln_above, ln_below), is_turned.select(ln_below, ln_above));
    [within(cdf, f64::NEG_INFINITY, 0.0), within(sf, 0.0, f64::NEG_INFINITY)]
}

/// The same direction between −π and π, and those as they are.
fn in_this_turn<S: Scalar>(angle: S) -> S {
    let wrapped = 2.0 * ((0.5 * angle).sin() / (0.5 * angle).cos()).arctan();
    S::from(PI).less_than(angle.abs()).select(wrapped, angle)
}

/// ln of the integral of exp(−2κ sin²(t/2)) over t from `from` to `to`, 0 ≤ `from` ≤ `to` ≤ π; −∞ where they meet.
fn ln_arc<S: Scalar>(kappa: S, from: S, to: S) -> S {
    // Beyond the angle whose sin²(t/2) is greater by 20/κ the integrand is e^−40 of what it is at first.
    let sine = (0.5 * from).sin();
    let square = sine * sine + 20.0 / kappa;
    let fallen = 2.0 * (square / (1.0 - square)).sqrt().arctan();
    // Next to π that angle has no derivative; it is not needed there.
    let fallen = square.less_than(0.9).select(fallen, PI);
    let width = fallen.less_than(to).select(fallen, to) - from;
    let sum = quadrature_rule().iter().fold(S::from(0.0), |sum, (node, weight)| {
        let half_step = 0.5 * width * *node;
        // sin²(t/2) − sin²(from/2)
        let fall = (from + half_step).sin() * half_step.sin();
        sum + *weight * (-2.0 * kappa * fall).exp()
    });
    -2.0 * kappa * sine * sine + (width * sum).ln()
}

/// What the law approaches as κ → 0.
#[derive(Debug, Clone, Copy)]
struct CircularUniform;

impl Model for CircularUniform {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new()
    }

    fn support(&self) -> Support {
        Support::one(Range::ANGLES)
    }

    fn name(&self) -> String {
        "the uniform law on the circle".to_string()
    }

    fn ln_density<S: Scalar>(&self, _: Theta<'_, S>, _: S) -> S {
        S::from(-TAU.ln())
    }
}

impl Cdf for CircularUniform {
    fn ln_cdf<S: Scalar>(&self, _: Theta<'_, S>, x: S) -> S {
        let x = in_this_turn(x);
        let inside = ((x + PI) / TAU).ln();
        S::from(-PI).less_than(x).select(x.less_than(PI).select(inside, 0.0), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_cdf(theta, -x)
    }
}
