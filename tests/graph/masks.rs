//! A branch that is not taken poisons neither value nor derivatives, however it is mixed with the rest.

use thetahat::graph::Graph;
use thetahat::prelude::*;

/// Checks value, gradient and Hessian of a formula at a point against a formula without the branch.
macro_rules! same_at {
    ($point:expr, $data:expr, $masked:expr, $plain:expr) => {{
        let (theta, x): (&[f64], &[f64]) = (&$point, &$data);
        let outputs = |graph: Graph| -> Vec<f64> {
            let gradient = graph.gradient();
            let hessian: Vec<Graph> = gradient.iter().flat_map(Graph::gradient).collect();
            std::iter::once(&graph).chain(&gradient).chain(&hessian).map(|g| g.replay(theta, x)).collect()
        };
        let masked = outputs(Graph::trace(theta.len(), x.len(), $masked).expect("a complete formula"));
        let plain = outputs(Graph::trace(theta.len(), x.len(), $plain).expect("a complete formula"));
        for (at, (found, expected)) in masked.iter().zip(&plain).enumerate() {
            let error = (found - expected).abs();
            assert!(error <= 1e-14 * expected.abs(), "output {at}: {found} is not {expected}; all: {masked:?}");
        }
    }};
}

#[test]
fn the_root_of_a_negative_number() {
    same_at!([-2.0], [], |t, _| t[0].less_than(0.0).select(t[0] * t[0], t[0].sqrt()), |t, _| t[0] * t[0]);
    same_at!([-2.0], [], |t, _| (-t[0]).less_than(0.0).select(t[0].sqrt(), t[0] * t[0]), |t, _| t[0] * t[0]);
}

#[test]
fn the_logarithm_of_a_negative_number() {
    same_at!([-2.0, 3.0], [], |t, _| t[0].less_than(0.0).select(t[1] * t[0], t[1] * (t[0] * t[1]).ln()), |t, _| t[1]
        * t[0]);
}

#[test]
fn a_division_by_zero() {
    same_at!(
        [0.0, 3.0],
        [5.0],
        |t, x| t[0].equals(0.0).select(t[1] * x[0] - t[0], ((t[0] * x[0]).exp_m1() / t[0]) * t[1]),
        |t, x| t[1] * x[0] - t[0]
    );
    same_at!([2.0], [0.0], |t, x| x[0].equals(0.0).select(t[0].exp(), (t[0] / x[0]).exp() / (x[0] * t[0])), |t, _| t
        [0]
    .exp());
}

#[test]
fn overflow_to_infinity() {
    same_at!([1e4], [], |t, _| (1e3 - t[0]).less_than(0.0).select(t[0].ln(), (t[0].exp() * t[0]).ln_1p()), |t, _| t[0]
        .ln());
}

#[test]
fn nested_branches() {
    same_at!(
        [-2.0, 0.0],
        [],
        |t, _| {
            let inner = t[1].equals(0.0).select(t[0] * t[0] * t[1], t[0].sqrt() / t[1]);
            t[0].less_than(0.0).select(inner, t[0].ln() * inner)
        },
        |t, _| t[0] * t[0] * t[1]
    );
    same_at!(
        [-2.0, -1.0],
        [],
        |t, _| {
            let safe = t[1].less_than(0.0).select(-t[1], t[1].ln());
            t[0].less_than(0.0).select(safe * t[0], (safe * t[0].sqrt()).ln())
        },
        |t, _| -t[1] * t[0]
    );
}

#[test]
fn the_same_node_in_both_branches() {
    same_at!(
        [-2.0, 3.0],
        [],
        |t, _| {
            let shared = t[0] * t[1];
            t[0].less_than(0.0).select(shared.exp(), shared.sqrt() + shared)
        },
        |t, _| (t[0] * t[1]).exp()
    );
}

#[test]
fn both_sides_of_a_sum() {
    same_at!(
        [-2.0, 3.0],
        [],
        |t, _| {
            let root = t[0].sqrt();
            let negative = t[0].less_than(0.0);
            negative.select(t[1], root) + negative.select(t[0] * t[1], root * t[1])
        },
        |t, _| t[1] + t[0] * t[1]
    );
}

#[test]
fn both_sides_of_a_difference_and_a_product() {
    same_at!(
        [-2.0, 3.0],
        [],
        |t, _| {
            let root = t[0].sqrt();
            let negative = t[0].less_than(0.0);
            negative.select(t[1], t[1] - root) * t[0] + negative.select(t[1], root * 3.0).exp()
                - negative.select(t[0], root) * negative.select(t[1], root - t[1])
        },
        |t, _| t[1] * t[0] + t[1].exp() - t[0] * t[1]
    );
}

#[test]
fn one_node_behind_different_conditions() {
    same_at!(
        [-2.0, 3.0],
        [],
        |t, _| {
            let root = t[0].sqrt();
            t[0].less_than(0.0).select(t[1], root) + t[0].less_than(-1.0).select(t[1] * t[1], root * t[1])
        },
        |t, _| t[1] + t[1] * t[1]
    );
    same_at!(
        [-2.0, 3.0],
        [],
        |t, _| {
            let root = (t[0] * t[1]).ln();
            let outer = t[0].less_than(0.0).select(t[1] * t[0], root.exp() * t[1]);
            t[1].less_than(5.0).select(outer, root) * t[0].less_than(-1.0).select(t[1] * t[1], root - t[1])
        },
        |t, _| t[1] * t[0] * t[1] * t[1]
    );
}

#[test]
fn one_node_inside_a_branch_and_outside() {
    // Outside, where it is defined; its use inside the branch overflows.
    same_at!(
        [800.0, 2.0],
        [],
        |t, _| {
            let shared = t[0] * t[1];
            shared.ln() + (700.0 - shared).less_than(0.0).select(t[1], shared.exp() * t[1])
        },
        |t, _| (t[0] * t[1]).ln() + t[1]
    );
}

#[test]
fn branches_inside_log_sum_exp() {
    same_at!(
        [-2.0, 3.0],
        [],
        |t, _| Scalar::log_sum_exp(&[t[0].less_than(0.0).select(t[1], t[0].ln()), t[0] * t[1]]),
        |t, _| Scalar::log_sum_exp(&[t[1], t[0] * t[1]])
    );
    // A component that cannot have produced the row: zero inflation.
    same_at!(
        [0.3, 2.0],
        [4.0],
        |t, x| {
            let at_zero = x[0].equals(0.0).select(t[0].ln(), f64::NEG_INFINITY);
            Scalar::log_sum_exp(&[at_zero, (1.0 - t[0]).ln() + x[0] * t[1].ln() - t[1]])
        },
        |t, x| (1.0 - t[0]).ln() + x[0] * t[1].ln() - t[1]
    );
}

#[test]
fn the_taken_branch_counts_even_where_its_value_is_zero() {
    // A weight that happens to be 0 is no mask: the curvature is there.
    same_at!([2.0], [2.0], |t, x| t[0].less_than(0.0).select(t[0], (x[0] - t[0]) * (x[0] - t[0]) * t[0]), |t, x| (x
        [0]
        - t[0])
        * (x[0] - t[0])
        * t[0]);
}

/// The same through a whole fit, where formulas run in columns.
#[test]
fn a_fit_with_a_branch_on_the_data() {
    /// ln f of a Laplace-like law with a smooth left side; the right side is undefined for x < 0.
    #[derive(Debug, Clone)]
    struct Sides;
    impl Model for Sides {
        type Of = f64;
        fn space(&self) -> Space {
            Space::new().positive("left").positive("right")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [left, right] = theta.unpack();
            let below = left.ln() + left * x;
            let above = right.ln() - right * (x.ln() + x.ln()).exp().sqrt();
            x.less_than(0.0).select(below, above) - 2.0_f64.ln()
        }
    }
    let fit = Sides.fit(&[-1.0, -2.0, -3.0, 0.5, 1.0, 1.5]).expect("a fit");
    assert!((fit["left"].value - 0.5).abs() < 1e-9 && (fit["right"].value - 1.0).abs() < 1e-9, "{fit}");
    assert!((fit["left"].std_error - 0.5 / 3.0_f64.sqrt()).abs() < 1e-9, "{fit}");
}
