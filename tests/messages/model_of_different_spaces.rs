use thetahat::prelude::*;

fn main() {
    let _ = Mixture((Normal, Poisson)).fit(&[1.0, 2.0]);
}
