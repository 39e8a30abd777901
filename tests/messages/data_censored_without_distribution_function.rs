use thetahat::prelude::*;

#[derive(Debug)]
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

fn main() {
    let _ = Gompertz.fit(&[At(54.1), After(71.3)]);
}
