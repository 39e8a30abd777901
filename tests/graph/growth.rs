//! Equal expressions are one node, constants are folded, and rewrites keep the value.

use thetahat::graph::{Graph, Node};
use thetahat::operation::{Binary, Unary};
use thetahat::prelude::*;

fn count(graph: &Graph, wanted: impl Fn(&Node) -> bool) -> usize {
    graph.nodes().iter().filter(|node| wanted(node)).count()
}

#[test]
fn equal_expressions_are_one_node() {
    let graph = Graph::trace(2, 1, |theta, x| {
        let z = (x[0] - theta[0]) / theta[1];
        let again = (x[0] - theta[0]) / theta[1];
        z.exp() * again.sin() + theta[1] * theta[0] + (theta[0] * theta[1]).cos()
    })
    .expect("a complete formula");
    assert_eq!(count(&graph, |node| matches!(node, Node::Binary(Binary::Divide, ..))), 1);
    assert_eq!(count(&graph, |node| matches!(node, Node::Binary(Binary::Subtract, ..))), 1);
    // z · sin z, and theta[0] · theta[1] in either order.
    assert_eq!(count(&graph, |node| matches!(node, Node::Binary(Binary::Multiply, ..))), 2);
    for (at, node) in graph.nodes().iter().enumerate() {
        assert!(!graph.nodes()[..at].contains(node), "{node:?} is there twice");
    }
}

#[test]
fn the_order_of_noncommuting_arguments_is_kept() {
    let graph = Graph::trace(2, 0, |t, _| (t[0] - t[1]) / (t[1] - t[0]) + t[0].powf(t[1]) - t[1].powf(t[0]));
    let expected = -1.0 + 2.0_f64.powf(5.0) - 5.0_f64.powf(2.0);
    assert_eq!(graph.expect("a complete formula").replay(&[2.0, 5.0], &[]), expected);
}

#[test]
fn constants_are_folded() {
    let graph = Graph::trace(1, 0, |theta, _| {
        let four = Scalar::exp(Scalar::ln_1p(theta[0] * 0.0 + 3.0));
        theta[0] * (four.sqrt() - 1.0) + four.less_than(5.0).select(0.0, theta[0])
    })
    .expect("a complete formula");
    assert_eq!(graph.nodes(), [Node::Parameter(0)], "(√4 − 1)·θ is θ, and the branch not taken is gone");
}

#[test]
fn zero_and_minus_zero_are_different_constants() {
    let graph = Graph::trace(0, 1, |_, x| {
        let same = x[0].equals(1.0);
        same.select(0.0, x[0]) / same.select(-0.0, x[0])
    });
    let value = graph.expect("a complete formula").replay(&[], &[1.0]);
    assert!(value.is_nan(), "0 / −0 is not 1, and {value} was found");
}

#[test]
fn what_the_root_does_not_need_is_left_out() {
    let graph = Graph::trace(2, 1, |theta, x| {
        let _unused = (theta[1] * x[0]).exp();
        theta[0] + x[0]
    })
    .expect("a complete formula");
    assert_eq!(graph.nodes().len(), 3);
}

#[test]
fn a_probability_near_one_keeps_the_digits_of_its_complement() {
    let graph = Graph::trace(1, 0, |theta, _| (1.0 - theta[0].logistic()).ln()).expect("a complete formula");
    // ln(1 / (1 + e⁴⁰)) = −40 − ln(1 + e⁻⁴⁰)
    assert_eq!(graph.replay(&[40.0], &[]), -40.0 - (-40.0_f64).exp().ln_1p());
    assert_eq!(count(&graph, |node| matches!(node, Node::Unary(Unary::Ln, _))), 0);
}

/// Each rewrite the builder knows, written so that it must fire, against plain arithmetic.
#[test]
fn rewrites_keep_the_value() {
    fn rewritten<S: Scalar>(x: S, y: S) -> Vec<S> {
        vec![
            x + 0.0,
            0.0 + x,
            x - 0.0,
            0.0 - x,
            x * 1.0,
            -1.0 * x,
            x / 1.0,
            x / -1.0,
            -(-x),
            -(x - y),
            x + (-y),
            (-x) + y,
            x - (-y),
            (-x) * y,
            x * (-y),
            (-x) / y,
            x / (-y),
            2.0 * (3.0 * x),
            2.0 * (-x),
            x.exp().ln(),
            x.logistic().ln(),
            x.ln_logistic().exp(),
            (-(x.logistic())).ln_1p(),
            1.0 - x.logistic(),
            x.powf(0.0),
            x.powf(1.0),
            x.powf(2.0),
            x.powf(-1.0),
            x.x_ln_y(y.exp()),
            x.x_ln_y(y.logistic()),
            S::from(2.0).x_ln_y(y * y),
            S::log_sum_exp(&[x]),
            x.less_than(y).select(x, x),
            (-x).x_ln_y(y * y) + x.less_than(y).select(x, y) + x.less_than(y).select(y, x * 2.0),
        ]
    }
    for at in 0..rewritten(1.0, 1.0).len() {
        let graph = Graph::trace(2, 0, |t, _| rewritten(t[0], t[1])[at]).expect("a complete formula");
        for (x, y) in [(0.7, 1.3), (-0.4, 2.5), (3.25, -1.5), (1.0, 1.0)] {
            let (found, expected) = (graph.replay(&[x, y], &[]), rewritten(x, y)[at]);
            let error = (found - expected).abs();
            assert!(
                error <= 4.0 * f64::EPSILON * expected.abs().max(1.0),
                "formula {at} at ({x}, {y}): {found}, not {expected}"
            );
        }
    }
}
