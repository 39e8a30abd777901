//! A formula mixes numbers and scalars as arithmetic does.

use thetahat::prelude::*;

fn formula<S: Scalar>(x: S, y: S) -> S {
    let left = 1.0 - x + 2.0 * y / (1.0 + x) - 3.0 / y;
    let right = x - 1.0 + y * 2.0 - (x + 1.0) / 2.0 + x.powf(y) + x.powf(2.0);
    left * right - 2.0 * std::f64::consts::PI.ln() + x.less_than(0.0).select(0.0, y)
}

fn main() {
    assert_eq!(formula(1.0, 2.0), 0.0 + formula(1.0, 2.0));
}
