//! The stored form: exact to the bit, and no text, however hostile, is more than an error.

use thetahat::Error;
use thetahat::graph::{FORMAT_VERSION, Graph, Node};
use thetahat::operation::{Binary, Quaternary, Ternary, Unary};
use thetahat::prelude::*;

#[test]
fn a_round_trip_is_exact_to_the_bit() {
    let constants = [0.0, -0.0, 1.0 / 3.0, f64::MIN_POSITIVE / 8.0, f64::MAX, f64::INFINITY, f64::NEG_INFINITY];
    let odd_nan = f64::from_bits(0x7ff8_0000_0000_1234);
    let mut nodes: Vec<Node> = constants.into_iter().chain([f64::NAN, odd_nan]).map(Node::Constant).collect();
    nodes.extend([Node::Parameter(1), Node::Column(2)]);
    let (parameter, column) = (nodes.len() as u32 - 2, nodes.len() as u32 - 1);
    nodes.extend(Unary::ALL.map(|operation| Node::Unary(operation, parameter)));
    nodes.extend(Binary::ALL.map(|operation| Node::Binary(operation, column, parameter)));
    nodes.extend(Ternary::ALL.map(|operation| Node::Ternary(operation, column, parameter, 0)));
    nodes.extend(Quaternary::ALL.map(|operation| Node::Quaternary(operation, [column, parameter, 0, column])));
    nodes.push(Node::Select(0, parameter, column));
    nodes.push(Node::LogSumExp([parameter, column, 0].into()));
    nodes.push(Node::LogSumExp([].into()));
    let root = nodes.len() as u32 - 2;
    let graph = Graph::from_parts(2, 3, nodes, root).expect("a sound graph");
    let back = Graph::from_json(&graph.to_json()).expect("what was written can be read");
    assert_eq!((back.parameters(), back.columns(), back.root()), (2, 3, root));
    for (before, after) in graph.nodes().iter().zip(back.nodes()) {
        match (before, after) {
            (Node::Constant(before), Node::Constant(after)) => assert_eq!(before.to_bits(), after.to_bits()),
            _ => assert_eq!(before, after),
        }
    }
    assert_eq!(graph.nodes().len(), back.nodes().len());
    assert_eq!(graph.to_json(), back.to_json());
}

#[test]
fn a_density_that_travelled_gives_the_same_numbers() {
    let graph = AnyModel::of(Mixture([Normal, Normal])).expect("a sound model").density().clone();
    let back = Graph::from_json(&graph.to_json()).expect("what was written can be read");
    let theta = [0.3, 0.7, -1.0, 0.5, 2.0, 1.5];
    for x in [-3.0, 0.1, 7.5] {
        assert_eq!(graph.replay(&theta, &[x]).to_bits(), back.replay(&theta, &[x]).to_bits());
        for (before, after) in graph.gradient().iter().zip(back.gradient()) {
            assert_eq!(before.replay(&theta, &[x]).to_bits(), after.replay(&theta, &[x]).to_bits());
        }
    }
}

#[test]
fn a_replay_in_another_trace_is_the_formula() {
    let inner = Graph::trace(2, 1, |t, x| {
        let z = (x[0] - t[0]) / t[1];
        z.less_than(0.0).select(z.exp(), z.ln_1p()) + x[0].equals(t[0]).select(t[1], t[0]) - z.square()
    })
    .expect("a complete formula");
    let outer = Graph::trace(2, 1, |t, x| inner.replay(t, x)).expect("a complete formula");
    for x in [-1.0, 0.5, 3.0] {
        assert_eq!(inner.replay(&[0.5, 2.0], &[x]), outer.replay(&[0.5, 2.0], &[x]));
    }
    assert_eq!(inner.nodes(), outer.nodes(), "the same steps, found again");
}

#[test]
fn a_comparison_used_as_a_number_replays() {
    let nodes = vec![
        Node::Parameter(0),
        Node::Constant(1.0),
        Node::Binary(Binary::Less, 0, 1),
        Node::Binary(Binary::Add, 2, 1),
        // Selecting by what is no comparison: where it is not 0.
        Node::Select(3, 0, 1),
        Node::Select(0, 4, 3),
    ];
    let graph = Graph::from_parts(1, 0, nodes, 5).expect("a sound graph");
    let outer = Graph::trace(1, 0, |t, _| graph.replay(t, &[])).expect("a complete formula");
    for (x, expected) in [(0.5, 0.5), (0.0, 2.0), (3.0, 3.0)] {
        assert_eq!(graph.replay(&[x], &[]), expected);
        assert_eq!(outer.replay(&[x], &[]), expected);
    }
}

/// A graph of one parameter and no column with these nodes, as text.
fn stored(nodes: &str, root: i64) -> String {
    format!(r#"{{"format":{FORMAT_VERSION},"parameters":1,"columns":0,"nodes":[{nodes}],"root":{root}}}"#)
}

#[test]
fn an_operation_of_the_future_is_named() {
    let text = stored(r#"{"op":"parameter","at":0},{"op":"bessel_k","of":[0,0]}"#, 1);
    let error = Graph::from_json(&text).expect_err("an unknown operation");
    assert_eq!(error, Error::UnknownOperation { name: "bessel_k".to_string() });
    assert_eq!(error.kind(), "unknown-operation");
}

#[test]
fn malformed_formulas_are_errors() {
    let parameter = r#"{"op":"parameter","at":0}"#;
    let of = |op: &str, arguments: &str| stored(&format!(r#"{parameter},{{"op":"{op}","of":[{arguments}]}}"#), 1);
    let cases = [
        ("an argument after its use", of("ln", "2")),
        ("an argument that is its user", of("ln", "1")),
        ("a parameter out of range", stored(r#"{"op":"parameter","at":1}"#, 0)),
        ("a column out of range", stored(r#"{"op":"column","at":0}"#, 0)),
        ("a parameter without its place", stored(r#"{"op":"parameter"}"#, 0)),
        ("a parameter with arguments", of("parameter", "0")),
        ("a constant with arguments", of("constant", "0")),
        ("a root out of range", stored(parameter, 1)),
        ("a root that is negative", stored(parameter, -1)),
        ("a root too large for its type", stored(parameter, 1 << 40)),
        ("no nodes", stored("", 0)),
        ("one argument too many", of("ln", "0,0")),
        ("one argument too few", of("add", "0")),
        ("a select of two", of("select", "0,0")),
        ("a select of none", of("select", "")),
        ("an argument that is no integer", of("ln", "0.5")),
        ("an argument that is text", of("ln", r#""0""#)),
        ("a constant without bits", stored(r#"{"op":"constant"}"#, 0)),
        ("a constant of too many bits", stored(r#"{"op":"constant","bits":"00000000000000000"}"#, 0)),
        ("a constant of too few bits", stored(r#"{"op":"constant","bits":"3ff"}"#, 0)),
        ("a constant with a sign", stored(r#"{"op":"constant","bits":"+000000000000000"}"#, 0)),
        ("a constant that is no hexadecimal", stored(r#"{"op":"constant","bits":"zzzzzzzzzzzzzzzz"}"#, 0)),
        ("another version", stored(parameter, 0).replacen(&format!(":{FORMAT_VERSION}"), ":999", 1)),
        ("no version", stored(parameter, 0).replacen("format", "from", 1)),
        ("an operation that is a number", stored(r#"{"op":3}"#, 0)),
        (
            "nodes that are no list",
            format!(r#"{{"format":{FORMAT_VERSION},"parameters":1,"columns":0,"nodes":7,"root":0}}"#),
        ),
        ("nothing", String::new()),
        ("a number", "1".to_string()),
        ("half a text", stored(parameter, 0)[..20].to_string()),
        ("deep brackets", "[".repeat(100_000)),
    ];
    for (what, text) in cases {
        match Graph::from_json(&text) {
            Err(Error::Format { .. }) => {}
            other => panic!("{what} gave {other:?}"),
        }
    }
}

#[test]
fn a_formula_of_great_depth_or_order_does_no_harm() {
    let depth = 100_000;
    let steps: Vec<String> = (0..depth).map(|at| format!(r#"{{"op":"sin","of":[{at}]}}"#)).collect();
    let text = stored(&format!(r#"{{"op":"parameter","at":0}},{}"#, steps.join(",")), depth);
    let graph = Graph::from_json(&text).expect("a sound graph");
    assert!(graph.gradient()[0].replay(&[0.3], &[]).is_finite());
    // A select inside a select inside a select: masks as deep as the formula.
    let steps: Vec<String> = (0..3000).map(|at| format!(r#"{{"op":"select","of":[0,{at},0]}}"#)).collect();
    let text = stored(&format!(r#"{{"op":"parameter","at":0}},{}"#, steps.join(",")), 3000);
    assert_eq!(Graph::from_json(&text).expect("a sound graph").gradient()[0].replay(&[0.3], &[]), 1.0);
    // The order of a derivative cannot run over.
    let text = stored(r#"{"op":"parameter","at":0},{"op":"polygamma_255","of":[0]}"#, 1);
    if let Ok(graph) = Graph::from_json(&text) {
        let second = graph.gradient()[0].gradient();
        let _ = second[0].replay(&[2.0], &[]);
    }
}

#[test]
#[allow(clippy::needless_range_loop)]
fn damaged_text_never_panics() {
    let graph = AnyModel::of(Mixture([Normal, Normal])).expect("a sound model").density().clone();
    let text = graph.to_json();
    let replaced = [b'9', b'"', b'x', b'[', b'-'];
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = replaced[at % replaced.len()];
        let Ok(damaged) = String::from_utf8(bytes) else { continue };
        if let Ok(read) = Graph::from_json(&damaged) {
            // Still a graph: it can be run and differentiated, whatever it says now.
            let theta = vec![0.5; read.parameters().min(1000)];
            let x = vec![0.5; read.columns().min(1000)];
            if theta.len() == read.parameters() && x.len() == read.columns() {
                let _ = read.replay(&theta, &x);
                let _ = read.gradient();
            }
        }
    }
}
