//! A model of one's own: the Gompertz law of mortality, in ten lines.
//!
//! `cargo run --example own_model`

use thetahat::prelude::*;

#[derive(Debug, Clone)]
struct Gompertz;

impl Model for Gompertz {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("rate").positive("growth")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate, growth] = theta.unpack();
        rate.ln() + growth * x - rate / growth * (growth * x).exp_m1()
    }
}

fn main() -> thetahat::Result<()> {
    let ages = [54.1, 71.3, 66.0, 80.2, 49.8, 75.5, 69.4, 84.9, 61.7, 77.0];
    let fit = Gompertz.fit(&ages)?;
    println!("{fit}");

    // At the maximum the mean of exp(growth · x) − 1 is growth / rate: the score of the rate is zero.
    let (rate, growth) = (fit["rate"].value, fit["growth"].value);
    let mean = ages.iter().map(|age| (growth * age).exp_m1()).sum::<f64>() / ages.len() as f64;
    assert!((rate * mean / growth - 1.0).abs() < 1e-10);
    assert!((growth - 0.1113).abs() < 1e-4);
    Ok(())
}
