use thetahat::prelude::*;

fn density<S: Scalar>(x: S) -> S {
    if x < 0.0 { -x } else { x }
}

fn main() {
    density(1.0);
}
