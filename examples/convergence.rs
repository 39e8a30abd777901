//! How fast estimates converge: samples of growing size m are drawn from a known q*, and fitted. Where the likelihood is
//! smooth, the error falls as 1/√m, and the relative entropy that is left, D(q_θ̂‖q*), is p/(2m) for p parameters. The
//! uniform law is the counter-example: its likelihood jumps, and its error falls as 1/m.
//!
//! `cargo run --release --example convergence`

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::data::Evidence;
use thetahat::model::Value;
use thetahat::prelude::*;

const SIZES: [usize; 6] = [100, 400, 1_600, 6_400, 25_600, 102_400];
const SAMPLES: usize = 200;

/// A law of the model, and how far an estimate is from it.
struct Truth<M> {
    model: M,
    theta: &'static [f64],
    sizes: &'static [usize],
    /// D(q_θ̂‖q*) in closed form, in nats, of the estimate and the truth.
    relative_entropy: fn(&[f64], &[f64]) -> f64,
}

/// What is found at one size.
struct Errors {
    /// The root-mean-square error of each parameter.
    rmse: Vec<f64>,
    /// The mean of 2m·D over the samples, and its Monte-Carlo standard error.
    divergence: (f64, f64),
}

impl<M: Draw> Truth<M>
where
    Value<M>: Evidence<M>,
{
    fn errors(&self, m: usize) -> thetahat::Result<Errors> {
        let (mut squares, mut divergences) = (vec![0.0; self.theta.len()], Vec::new());
        let mut rng = SmallRng::seed_from_u64(m as u64);
        for _ in 0..SAMPLES {
            let fit = self.model.fit(&self.model.sample(self.theta, m, &mut rng))?;
            let estimate: Vec<f64> = fit.estimates().iter().map(|estimate| estimate.value).collect();
            for (square, (found, truth)) in squares.iter_mut().zip(estimate.iter().zip(self.theta)) {
                *square += (found - truth).powi(2) / SAMPLES as f64;
            }
            divergences.push(2.0 * m as f64 * (self.relative_entropy)(&estimate, self.theta));
        }
        Ok(Errors { rmse: squares.into_iter().map(f64::sqrt).collect(), divergence: mean_and_error(&divergences) })
    }

    /// Prints the table, and checks that errors fall as m^`slope` and 2m·D tends to `limit`.
    fn study(&self, slope: f64, limit: f64) -> thetahat::Result<()> {
        let space = self.model.space();
        let law: Vec<String> = space.names().zip(self.theta).map(|(name, value)| format!("{name} = {value}")).collect();
        println!("{} with {}: {SAMPLES} samples of each size", self.model.name(), law.join(", "));
        let header: String = space.names().map(|name| format!("{:>15}", format!("RMSE of {name}"))).collect();
        println!("{:>9}{header}   mean of 2m·D(q_θ̂‖q*)", "m");

        let found: Vec<Errors> = self.sizes.iter().map(|&m| self.errors(m)).collect::<thetahat::Result<_>>()?;
        for (m, Errors { rmse, divergence: (mean, error) }) in self.sizes.iter().zip(&found) {
            let rmse: String = rmse.iter().map(|rmse| format!("{rmse:>15.6}")).collect();
            println!("{m:>9}{rmse}   {mean:.2} ± {error:.2}");
            // Terms of the order of 1/m are left out of the limit.
            assert!((mean - limit).abs() < 4.0 * error + 10.0 / *m as f64, "2m·D is {mean} ± {error}, not {limit}");
        }
        let of = |k: usize| slope_of_logarithms(self.sizes, found.iter().map(|errors| errors.rmse[k]));
        let slopes: Vec<f64> = (0..self.theta.len()).map(of).collect();
        let shown: String = slopes.iter().map(|slope| format!("{slope:>15.3}")).collect();
        println!("{:>9}{shown}   → {limit}\n", "slope");
        assert!(slopes.iter().all(|found| (found - slope).abs() < 0.05), "{slopes:?} are not {slope}");
        Ok(())
    }
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// The slope of ln RMSE on ln m, by least squares.
fn slope_of_logarithms(sizes: &[usize], rmse: impl Iterator<Item = f64>) -> f64 {
    let points: Vec<(f64, f64)> = sizes.iter().zip(rmse).map(|(&m, rmse)| ((m as f64).ln(), rmse.ln())).collect();
    let centre = points.iter().map(|(x, _)| x).sum::<f64>() / points.len() as f64;
    let products: f64 = points.iter().map(|(x, y)| (x - centre) * y).sum();
    products / points.iter().map(|(x, _)| (x - centre).powi(2)).sum::<f64>()
}

/// By t = q/q* − 1 in the logarithms: they are nearly equal, and ln(1 + t) keeps the digits.
fn of_normals(estimate: &[f64], truth: &[f64]) -> f64 {
    let (z, t) = ((estimate[0] - truth[0]) / truth[1], (estimate[1] - truth[1]) / truth[1]);
    t + 0.5 * (t * t + z * z) - t.ln_1p()
}

fn of_poissons(estimate: &[f64], truth: &[f64]) -> f64 {
    let t = (estimate[0] - truth[0]) / truth[0];
    truth[0] * ((1.0 + t) * t.ln_1p() - t)
}

fn of_exponentials(estimate: &[f64], truth: &[f64]) -> f64 {
    let t = (estimate[0] - truth[0]) / truth[0];
    t.ln_1p() - t / (1.0 + t)
}

/// The estimated interval lies inside the true one. The other way round, D(q*‖q_θ̂), it is infinite.
fn of_uniforms(estimate: &[f64], truth: &[f64]) -> f64 {
    ((truth[1] - truth[0]) / (estimate[1] - estimate[0])).ln()
}

fn main() -> thetahat::Result<()> {
    println!("Smooth likelihoods: the error falls as m^(−1/2), and 2m·D(q_θ̂‖q*) tends to the number of parameters.\n");
    let sizes = &SIZES;
    Truth { model: Normal, theta: &[3.0, 2.0], sizes, relative_entropy: of_normals }.study(-0.5, 2.0)?;
    let sizes = &SIZES[..5];
    Truth { model: Poisson, theta: &[4.0], sizes, relative_entropy: of_poissons }.study(-0.5, 1.0)?;
    Truth { model: Exponential, theta: &[0.5], sizes, relative_entropy: of_exponentials }.study(-0.5, 1.0)?;

    println!("A likelihood that jumps: the error falls as 1/m, and the limit is 4, not the number of parameters.\n");
    Truth { model: Uniform, theta: &[-1.0, 1.0], sizes, relative_entropy: of_uniforms }.study(-1.0, 4.0)
}
