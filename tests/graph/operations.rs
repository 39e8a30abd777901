//! Every operation: its value by replay, and its first and second derivatives against differences of values.

use thetahat::graph::{Builder, Graph, Node};
use thetahat::operation::{Binary, Quaternary, Ternary, Unary};
use thetahat::prelude::*;

use crate::support::points::{between, generator};

/// The slope of a function by its values.
fn slope_of(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    thetahat::testing::slope(f, x, h).0
}

/// Where an operation of one argument is smooth and defined.
fn range(operation: Unary) -> (f64, f64) {
    match operation {
        Unary::Ln | Unary::Sqrt | Unary::LnGamma | Unary::Polygamma(_) => (0.3, 8.0),
        Unary::LnZeta(_) => (1.2, 6.0),
        Unary::Ln1p | Unary::Ln1pRatio(_) => (-0.6, 4.0),
        Unary::StirlingRemainder(_) => (0.0, 0.6),
        Unary::Ln1mExp => (-6.0, -0.2),
        Unary::LnNormalCdf | Unary::InverseMillsRatio(_) => (-6.0, 4.0),
        _ => (-3.0, 3.0),
    }
}

fn one_argument(operation: Unary) -> Graph {
    Graph::trace(1, 0, |theta, _| theta[0].unary(operation)).expect("a complete formula")
}

fn two_arguments(operation: Binary) -> Graph {
    Graph::trace(2, 0, |theta, _| theta[0].binary(operation, theta[1])).expect("a complete formula")
}

fn close(found: f64, expected: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(error <= 1e-9 * expected.abs().max(1e-2), "{what}: {found} is not {expected}");
}

#[test]
fn one_argument_first_and_second_derivative() {
    let mut rng = generator(50);
    for operation in Unary::ALL {
        let value = one_argument(operation);
        let slope = value.gradient().remove(0);
        let curvature = slope.gradient().remove(0);
        let (low, high) = range(operation);
        for _ in 0..40 {
            let x = between(&mut rng, low, high);
            let h = 0.05 * (x - low).min(high - x).clamp(0.2, 1.0);
            assert_eq!(value.replay(&[x], &[]), operation.evaluate(x), "{operation:?} at {x}");
            let name = |order| format!("derivative {order} of {operation:?} at {x}");
            close(slope.replay(&[x], &[]), slope_of(|x| operation.evaluate(x), x, h), &name(1));
            // Twice from values alone loses too many digits; the slope was just checked.
            close(curvature.replay(&[x], &[]), slope_of(|x| slope.replay(&[x], &[]), x, h), &name(2));
        }
    }
}

#[test]
fn two_arguments_first_and_second_derivatives() {
    let mut rng = generator(51);
    for operation in Binary::ALL {
        let value = two_arguments(operation);
        let slopes = value.gradient();
        for _ in 0..40 {
            let point = [between(&mut rng, 0.3, 3.0), between(&mut rng, 0.3, 3.0)];
            if (point[0] - point[1]).abs() < 0.1 {
                // Comparisons jump there.
                continue;
            }
            assert_eq!(value.replay(&point, &[]), operation.evaluate(point[0], point[1]));
            let moved = |k: usize, x: f64| if k == 0 { [x, point[1]] } else { [point[0], x] };
            for (j, slope) in slopes.iter().enumerate() {
                let name = |of: usize| format!("derivative {of} of the slope {j} of {operation:?} at {point:?}");
                let by_values = slope_of(|x| value.replay(&moved(j, x), &[]), point[j], 0.03);
                close(slope.replay(&point, &[]), by_values, &format!("slope {j} of {operation:?} at {point:?}"));
                for (k, curvature) in slope.gradient().iter().enumerate() {
                    let by_slopes = slope_of(|x| slope.replay(&moved(k, x), &[]), point[k], 0.03);
                    close(curvature.replay(&point, &[]), by_slopes, &name(k));
                }
            }
        }
    }
}

#[test]
fn three_arguments_first_and_second_derivatives() {
    let mut rng = generator(52);
    for operation in Ternary::ALL {
        let value = Graph::trace(3, 0, |theta, _| theta[0].ternary(operation, theta[1], theta[2]));
        let value = value.expect("a complete formula");
        let slopes = value.gradient();
        for _ in 0..40 {
            let shapes = [between(&mut rng, 0.3, 12.0), between(&mut rng, 0.3, 12.0)];
            let point = [shapes[0], shapes[1], between(&mut rng, -3.0, 3.0)];
            assert_eq!(value.replay(&point, &[]), operation.evaluate(point[0], point[1], point[2]));
            let moved = |k: usize, x: f64| std::array::from_fn::<f64, 3, _>(|i| if i == k { x } else { point[i] });
            for (j, slope) in slopes.iter().enumerate() {
                let by_values = slope_of(|x| value.replay(&moved(j, x), &[]), point[j], 0.03);
                close(slope.replay(&point, &[]), by_values, &format!("slope {j} of {operation:?} at {point:?}"));
                for (k, curvature) in slope.gradient().iter().enumerate() {
                    let by_slopes = slope_of(|x| slope.replay(&moved(k, x), &[]), point[k], 0.03);
                    let name = format!("derivative {k} of the slope {j} of {operation:?} at {point:?}");
                    close(curvature.replay(&point, &[]), by_slopes, &name);
                }
            }
        }
    }
}

#[test]
fn derivatives_of_the_third_order_exist_too() {
    for operation in Unary::ALL {
        let second = one_argument(operation).gradient().remove(0).gradient().remove(0);
        let third = second.gradient().remove(0);
        let (low, high) = range(operation);
        let x = low + 0.45 * (high - low);
        let by_slopes = slope_of(|x| second.replay(&[x], &[]), x, 0.05);
        close(third.replay(&[x], &[]), by_slopes, &format!("third derivative of {operation:?}"));
    }
}

#[test]
fn names_find_their_operations() {
    for operation in Unary::ALL {
        assert_eq!(Unary::named(&operation.name()), Some(operation));
        assert_eq!(Binary::named(&operation.name()), None);
    }
    for operation in Binary::ALL {
        assert_eq!(Binary::named(&operation.name()), Some(operation));
        assert_eq!(Unary::named(&operation.name()), None);
    }
    for name in [
        "",
        "Ln",
        "polygamma_",
        "polygamma_+1",
        "polygamma_01",
        "polygamma_-1",
        "polygamma_256",
        "ln_zeta_7",
        "inverse_mills_ratio_5",
    ] {
        assert_eq!(Unary::named(name), None, "`{name}` is no operation");
    }
    for name in ["ln_gamma_p", "ln_gamma_p_", "ln_gamma_p_01", "ln_gamma_q_4", "ln_gamma_q_256"] {
        assert_eq!(Binary::named(name), None, "`{name}` is no operation");
    }
}

#[test]
fn log_sum_exp_has_the_softmax_as_slope() {
    let graph = Graph::trace(3, 0, |theta, _| Scalar::log_sum_exp(theta)).expect("a complete formula");
    let point = [0.3, -1.2, 2.0];
    let total: f64 = point.iter().map(|x: &f64| x.exp()).sum();
    close(graph.replay(&point, &[]), total.ln(), "log_sum_exp");
    for (j, slope) in graph.gradient().iter().enumerate() {
        let share = |k: usize| point[k].exp() / total;
        close(slope.replay(&point, &[]), share(j), "share");
        for (k, curvature) in slope.gradient().iter().enumerate() {
            let expected = share(j) * (f64::from(j == k) - share(k));
            close(curvature.replay(&point, &[]), expected, "covariance of shares");
        }
    }
}

#[test]
fn log_sum_exp_at_extremes() {
    let graph = Graph::trace(2, 0, |theta, _| Scalar::log_sum_exp(theta)).expect("a complete formula");
    let slopes = graph.gradient();
    let at =
        |point: [f64; 2]| (graph.replay(&point, &[]), slopes[0].replay(&point, &[]), slopes[1].replay(&point, &[]));
    assert_eq!(at([1e4, 0.0]), (1e4, 1.0, 0.0));
    assert_eq!(at([-1e4, -1e4]).0, -1e4 + 2.0_f64.ln());
    // A term of probability 0 counts for nothing.
    assert_eq!(at([f64::NEG_INFINITY, -3.0]), (-3.0, 0.0, 1.0));
    assert_eq!(graph.replay(&[f64::NEG_INFINITY; 2], &[]), f64::NEG_INFINITY);
    assert!(graph.replay(&[f64::NAN, 1.0], &[]).is_nan());
    let none = Graph::trace(0, 0, |_, _| Scalar::log_sum_exp(&[])).expect("a complete formula");
    assert_eq!(none.replay::<f64>(&[], &[]), f64::NEG_INFINITY);
}

#[test]
fn x_ln_y_is_zero_where_x_is() {
    let graph = Graph::trace(1, 1, |theta, x| x[0].x_ln_y(theta[0])).expect("a complete formula");
    let slope = graph.gradient().remove(0);
    let curvature = slope.gradient().remove(0);
    for y in [0.0, 0.5, 1e300, f64::INFINITY] {
        for output in [&graph, &slope, &curvature] {
            assert_eq!(output.replay(&[y], &[0.0]), 0.0, "at 0 and {y}");
        }
    }
    assert_eq!(slope.replay(&[0.5], &[3.0]), 6.0);
    assert_eq!(curvature.replay(&[0.5], &[3.0]), -12.0);
    let by_x = Graph::trace(1, 1, |theta, x| theta[0].x_ln_y(x[0])).expect("a complete formula").gradient().remove(0);
    assert_eq!(by_x.replay(&[0.0], &[7.0]), 7.0_f64.ln());
}

#[test]
fn x_ln_1p_is_zero_where_x_is() {
    let graph = Graph::trace(1, 1, |theta, x| x[0].x_ln_1p(theta[0])).expect("a complete formula");
    let slope = graph.gradient().remove(0);
    let curvature = slope.gradient().remove(0);
    for y in [-1.0, 0.0, 1e300, f64::INFINITY] {
        for output in [&graph, &slope, &curvature] {
            assert_eq!(output.replay(&[y], &[0.0]), 0.0, "at 0 and {y}");
        }
    }
    assert_eq!(graph.replay(&[-1e-20], &[4.0]), -4e-20);
    assert_eq!(slope.replay(&[-0.5], &[3.0]), 6.0);
    assert_eq!(curvature.replay(&[-0.5], &[3.0]), -12.0);
}

#[test]
fn the_logarithm_of_a_complement_has_slopes_at_both_ends() {
    let slope = one_argument(Unary::Ln1mExp).gradient().remove(0);
    let curvature = slope.gradient().remove(0);
    // 1/x − … and −1/x² near 0; −eˣ far below, also where it underflows to a subnormal number and to 0.
    for x in [-1e-300, -1e-20] {
        close(slope.replay(&[x], &[]) * x, 1.0, "slope near 0");
    }
    close(curvature.replay(&[-1e-20], &[]) * 1e-40, -1.0, "curvature near 0");
    for x in [-50.0_f64, -740.0, -1e4] {
        assert_eq!((slope.replay(&[x], &[]), curvature.replay(&[x], &[])), (-x.exp(), -x.exp()), "at {x}");
    }
}

#[test]
fn a_power_of_zero_has_slopes() {
    // xᵏ at x = 0: 0 for every k > 0, and so are its derivatives by k.
    let graph = Graph::trace(1, 1, |theta, x| x[0].powf(theta[0])).expect("a complete formula");
    let slope = graph.gradient().remove(0);
    let curvature = slope.gradient().remove(0);
    for output in [&graph, &slope, &curvature] {
        assert_eq!(output.replay(&[1.5], &[0.0]), 0.0);
    }
}

#[test]
fn a_builder_grows_what_a_trace_grows() {
    let mut builder = Builder::new();
    let two = builder.constant(2.0);
    let three = builder.constant(3.0);
    let six = builder.binary(Binary::Multiply, two, three);
    assert_eq!(builder.nodes()[six as usize], Node::Constant(6.0));
    assert_eq!(builder.constant(6.0), six);
}

/// By the shapes: it has no derivatives by counts.
#[test]
fn four_arguments_first_and_second_derivatives() {
    let mut rng = generator(53);
    for operation in Quaternary::ALL {
        let value = Graph::trace(2, 2, |theta, x| theta[0].quaternary(operation, theta[1], x[0], x[1]));
        let value = value.expect("a complete formula");
        let slopes = value.gradient();
        for _ in 0..40 {
            let point = [between(&mut rng, 0.3, 12.0), between(&mut rng, 0.3, 12.0)];
            let row = [between(&mut rng, 0.0, 9.0).floor(), between(&mut rng, 1.0, 9.0).floor()];
            assert_eq!(value.replay(&point, &row), operation.evaluate(point[0], point[1], row[0], row[1]));
            let moved = |k: usize, x: f64| std::array::from_fn::<f64, 2, _>(|i| if i == k { x } else { point[i] });
            for (j, slope) in slopes.iter().enumerate() {
                let by_values = slope_of(|x| value.replay(&moved(j, x), &row), point[j], 0.03);
                let name = format!("slope {j} of {operation:?} at {point:?}, {row:?}");
                close(slope.replay(&point, &row), by_values, &name);
                for (k, curvature) in slope.gradient().iter().enumerate() {
                    let by_slopes = slope_of(|x| slope.replay(&moved(k, x), &row), point[k], 0.03);
                    close(curvature.replay(&point, &row), by_slopes, &format!("derivative {k} of the {name}"));
                }
            }
        }
    }
}
