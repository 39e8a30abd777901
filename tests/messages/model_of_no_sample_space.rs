use thetahat::prelude::*;

#[derive(Debug)]
struct Exponential;

impl Model for Exponential {
    type Of = f32;
    fn space(&self) -> Space {
        Space::new().positive("rate")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate] = theta.unpack();
        rate.ln() - rate * x
    }
}

fn main() {}
