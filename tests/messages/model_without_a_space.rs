use thetahat::prelude::*;

#[derive(Debug)]
struct Exponential;

impl Model for Exponential {
    type Of = f64;
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate] = theta.unpack();
        rate.ln() - rate * x
    }
}

fn main() {
    let _ = Exponential.fit(&[1.0, 2.0]);
}
