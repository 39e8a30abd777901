//! A formula's text can be read only one way: brackets where they are needed, and only there.

use thetahat::graph::{Expr, Graph};
use thetahat::prelude::*;

fn text(formula: impl for<'g> FnOnce(&[Expr<'g>], &[Expr<'g>]) -> Expr<'g>) -> String {
    Graph::trace(3, 1, formula).expect("a complete formula").formula(&["a", "b", "c"], &["x"])
}

#[test]
fn brackets() {
    // Sums and products in an order of their own, so that equal ones are one node.
    assert_eq!(text(|t, _| t[0] + t[1] + t[2]), "c + a + b");
    assert_eq!(text(|t, _| t[0] - (t[1] - t[2])), "a − (b − c)");
    assert_eq!(text(|t, _| t[0] - t[1] - t[2]), "a − b − c");
    assert_eq!(text(|t, _| t[0] - (t[1] + t[2])), "a − (b + c)");
    assert_eq!(text(|t, _| (t[0] + t[1]) * t[2]), "c · (a + b)");
    assert_eq!(text(|t, _| t[0] * t[1] + t[2]), "c + a · b");
    assert_eq!(text(|t, _| t[0] / (t[1] * t[2])), "a / (b · c)");
    assert_eq!(text(|t, _| t[0] / t[1] / t[2]), "a / b / c");
    assert_eq!(text(|t, _| t[0] / (t[1] / t[2])), "a / (b / c)");
    assert_eq!(text(|t, _| t[0].powf(t[1]).powf(t[2])), "(a ^ b) ^ c");
    assert_eq!(text(|t, _| t[0].powf(t[1].powf(t[2]))), "a ^ (b ^ c)");
    assert_eq!(text(|t, _| (t[0] + t[1]).powf(3.0)), "(a + b) ^ 3");
    assert_eq!(text(|t, _| (-t[0]).powf(3.0)), "(−a) ^ 3");
    assert_eq!(text(|t, _| -(t[0].powf(3.0))), "−a ^ 3");
    assert_eq!(text(|t, _| -(t[0] + t[1])), "−(a + b)");
}

#[test]
fn negative_constants() {
    assert_eq!(text(|t, _| Expr::from(-2.0).powf(t[0])), "(−2) ^ a");
    assert_eq!(text(|t, _| t[0].powf(-3.0)), "a ^ (−3)");
    assert_eq!(text(|t, _| t[0] * -2.0), "−2 · a");
    assert_eq!(text(|t, _| t[0] - -2.0), "a − −2");
}

#[test]
fn constants_of_any_magnitude_are_short() {
    assert_eq!(text(|t, _| t[0] * 0.25), "0.25 · a");
    assert_eq!(text(|t, _| t[0] * 1e300), "1e300 · a");
    assert_eq!(text(|t, _| t[0] * 2.5e-9), "2.5e−9 · a");
    assert_eq!(text(|t, _| t[0] * f64::INFINITY), "inf · a");
}

#[test]
fn functions_and_conditions() {
    assert_eq!(text(|t, x| (t[0] + x[0]).ln() * t[1].exp_m1()), "ln(a + x) · exp_m1(b)");
    assert_eq!(text(|t, x| x[0].less_than(t[0] + 1.0).select(t[1], -t[2])), "select(x < 1 + a, b, −c)");
    assert_eq!(text(|t, x| x[0].equals(0.0).select(t[1], t[2])), "select(x = 0, b, c)");
    assert_eq!(text(|t, x| x[0].x_ln_y(t[0] + t[1])), "x_ln_y(x, a + b)");
    assert_eq!(text(|t, _| Scalar::log_sum_exp(&[t[0], t[1] + t[2]])), "log_sum_exp(a, b + c)");
    assert_eq!(text(|t, _| t[0].ln_gamma() - t[0].digamma()), "ln_gamma(a) − polygamma_0(a)");
}

#[test]
fn what_is_used_twice_is_named_once() {
    assert_eq!(text(|t, _| t[0].exp() / (1.0 + t[0].exp())), "t1 = exp(a)\nt1 / (1 + t1)");
    assert_eq!(text(|t, _| t[0] * t[0]), "a · a", "a parameter has its name already");
}
