//! A formula as a person would write it.

use std::fmt::Write;

use super::{Graph, Id, Node};
use crate::operation::{Binary, Unary};

/// How tightly an expression binds: what needs brackets inside what.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Comparison,
    Sum,
    Product,
    Prefix,
    Power,
    Atom,
}

impl Graph {
    /// The formula as text, with these names for parameters and columns. Parts used more than once are named first.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::graph::Graph;
    /// use thetahat::prelude::*;
    ///
    /// let graph = Graph::trace(2, 1, |theta, x| {
    ///     let z = (x[0] - theta[0]) / theta[1];
    ///     -0.5 * z * z - theta[1].ln()
    /// })?;
    /// assert_eq!(
    ///     graph.formula(&["mu", "sigma"], &["x"]),
    ///     "t1 = (x − mu) / sigma\n−0.5 · t1 · t1 − ln(sigma)"
    /// );
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If there are fewer names than the formula has parameters or columns.
    pub fn formula(&self, parameters: &[&str], columns: &[&str]) -> String {
        let mut uses = vec![0_u32; self.nodes().len()];
        for node in self.nodes() {
            node.arguments().for_each(|id| uses[id as usize] += 1);
        }
        let mut text: Vec<(String, Binding)> = Vec::with_capacity(self.nodes().len());
        let mut out = String::new();
        let mut named = 0;
        for (at, node) in self.nodes().iter().enumerate() {
            let written = write_node(node, &text, parameters, columns);
            let is_leaf = node.arguments().next().is_none();
            if uses[at] > 1 && !is_leaf && at as Id != self.root() {
                named += 1;
                let _ = writeln!(out, "t{named} = {}", written.0);
                text.push((format!("t{named}"), Binding::Atom));
            } else {
                text.push(written);
            }
        }
        out + &text[self.root() as usize].0
    }
}

fn write_node(node: &Node, text: &[(String, Binding)], parameters: &[&str], columns: &[&str]) -> (String, Binding) {
    let at = |id: &Id, least: Binding| {
        let (inner, binding) = &text[*id as usize];
        if *binding >= least { inner.clone() } else { format!("({inner})") }
    };
    let call = |name: &str, ids: &[Id]| {
        let inside: Vec<&str> = ids.iter().map(|&id| text[id as usize].0.as_str()).collect();
        (format!("{name}({})", inside.join(", ")), Binding::Atom)
    };
    let infix = |symbol: &str, a: &Id, b: &Id, left: Binding, right: Binding, own: Binding| {
        (format!("{} {symbol} {}", at(a, left), at(b, right)), own)
    };
    match node {
        Node::Constant(value) => {
            (write_number(*value), if value.is_sign_negative() { Binding::Prefix } else { Binding::Atom })
        }
        Node::Parameter(i) => (parameters[*i as usize].to_string(), Binding::Atom),
        Node::Column(i) => (columns[*i as usize].to_string(), Binding::Atom),
        Node::Unary(Unary::Negate, a) => (format!("−{}", at(a, Binding::Power)), Binding::Prefix),
        Node::Unary(operation, a) => call(&operation.name(), &[*a]),
        Node::Binary(operation, a, b) => match operation {
            Binary::Add => infix("+", a, b, Binding::Sum, Binding::Sum, Binding::Sum),
            Binary::Subtract => infix("−", a, b, Binding::Sum, Binding::Product, Binding::Sum),
            Binary::Multiply => infix("·", a, b, Binding::Product, Binding::Product, Binding::Product),
            Binary::Divide => infix("/", a, b, Binding::Product, Binding::Prefix, Binding::Product),
            Binary::Power => infix("^", a, b, Binding::Atom, Binding::Atom, Binding::Power),
            Binary::Less => infix("<", a, b, Binding::Sum, Binding::Sum, Binding::Comparison),
            Binary::Equal => infix("=", a, b, Binding::Sum, Binding::Sum, Binding::Comparison),
            _ => call(&operation.name(), &[*a, *b]),
        },
        Node::Ternary(operation, a, b, c) => call(&operation.name(), &[*a, *b, *c]),
        Node::Quaternary(operation, arguments) => call(&operation.name(), arguments),
        Node::Select(c, a, b) => call("select", &[*c, *a, *b]),
        Node::LogSumExp(list) => call("log_sum_exp", list),
    }
}

/// A number in few characters, with the sign that formulas have.
fn write_number(value: f64) -> String {
    let plain = !value.is_finite() || value == 0.0 || (1e-5..1e15).contains(&value.abs());
    let text = if plain { value.to_string() } else { format!("{value:e}") };
    text.replace('-', "−")
}
