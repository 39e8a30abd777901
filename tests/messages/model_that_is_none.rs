use thetahat::prelude::*;

fn main() {
    let _ = Mixture(["normal", "normal"]).fit(&[1.0, 2.0]);
}
