use thetahat::prelude::*;

fn main() {
    let _ = Poisson.fit(&[true, false]);
    let _ = MultivariateNormal::columns(["x", "y"]).fit(&[(1.0, 2.0)]);
}
