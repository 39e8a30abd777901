//! Growing a graph: equal nodes are one node, constants are folded, and a few identities keep digits or drop work.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::{Graph, Id, Node};
use crate::operation::{Binary, Quaternary, Ternary, Unary};
use crate::special;

/// A node as a key: constants by their bits, so that 0 and −0 differ and NaN equals itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Constant(u64),
    Parameter(u32),
    Column(u32),
    Unary(Unary, Id),
    Binary(Binary, Id, Id),
    Ternary(Ternary, Id, Id, Id),
    Quaternary(Quaternary, [Id; 4]),
    Select(Id, Id, Id),
    LogSumExp(Arc<[Id]>),
}

impl From<&Node> for Key {
    fn from(node: &Node) -> Key {
        match node {
            Node::Constant(value) => Key::Constant(value.to_bits()),
            Node::Parameter(i) => Key::Parameter(*i),
            Node::Column(i) => Key::Column(*i),
            Node::Unary(operation, a) => Key::Unary(*operation, *a),
            Node::Binary(operation, a, b) => Key::Binary(*operation, *a, *b),
            Node::Ternary(operation, a, b, c) => Key::Ternary(*operation, *a, *b, *c),
            Node::Quaternary(operation, arguments) => Key::Quaternary(*operation, *arguments),
            Node::Select(c, a, b) => Key::Select(*c, *a, *b),
            Node::LogSumExp(list) => Key::LogSumExp(list.clone()),
        }
    }
}

/// Hashes keys by multiplication and rotation: they are small numbers of our own, not input that an adversary chose.
#[derive(Debug, Clone, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        // 2⁶⁴ divided by the golden ratio (Knuth, The Art of Computer Programming, vol. 3, section 6.4).
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

/// A logarithm of a probability is looked for in so many selections, one in another.
const MOST_SELECTIONS: u8 = 3;

/// A graph under construction.
///
/// The identities it applies are those that every reader of the formula would: `x + 0`, `x · 1`, `ln eˣ`, and those of
/// probabilities (`1 − logistic(x) = logistic(−x)`, `ln logistic(x)`, and of a probability that is given by its logarithm, as
/// `exp(ln Φ(x))`, its complement), without which a probability near 1 would lose its digits.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    nodes: Vec<Node>,
    index: HashMap<Key, Id, BuildHasherDefault<Mixer>>,
}

impl Builder {
    /// An empty graph.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// The nodes so far.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The finished graph with this root, without the nodes that the root does not need.
    pub(crate) fn into_graph(self, parameters: usize, columns: usize, root: Id) -> Graph {
        let (nodes, roots) = keep_needed(&self.nodes, &[root]);
        Graph { parameters, columns, nodes, root: roots[0] }
    }

    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// The node's value if it is a constant.
    pub(crate) fn constant_value(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Constant(value) => Some(*value),
            _ => None,
        }
    }

    /// Adds a node as it stands, or finds the equal one.
    pub(crate) fn intern(&mut self, node: Node) -> Id {
        let next = self.nodes.len() as Id;
        let id = *self.index.entry(Key::from(&node)).or_insert(next);
        if id == next {
            self.nodes.push(node);
        }
        id
    }

    /// A constant.
    pub fn constant(&mut self, value: f64) -> Id {
        self.intern(Node::Constant(value))
    }

    /// An operation of one argument.
    pub fn unary(&mut self, operation: Unary, a: Id) -> Id {
        if let Some(value) = self.constant_value(a) {
            return self.constant(operation.evaluate(value));
        }
        match (operation, self.node(a).clone()) {
            (Unary::Negate, Node::Unary(Unary::Negate, x)) | (Unary::Ln, Node::Unary(Unary::Exp, x)) => x,
            (Unary::Negate, Node::Binary(Binary::Subtract, x, y)) => self.binary(Binary::Subtract, y, x),
            (Unary::Ln, Node::Unary(Unary::Logistic, x)) => self.unary(Unary::LnLogistic, x),
            (Unary::Exp, Node::Unary(Unary::LnLogistic, x)) => self.unary(Unary::Logistic, x),
            (Unary::Ln1p, Node::Unary(Unary::Negate, p)) => match *self.node(p) {
                Node::Unary(Unary::Logistic, x) => {
                    let minus = self.unary(Unary::Negate, x);
                    self.unary(Unary::LnLogistic, minus)
                }
                Node::Unary(Unary::Exp, ln_p) => self.unary(Unary::Ln1mExp, ln_p),
                _ => self.intern(Node::Unary(operation, a)),
            },
            (Unary::Ln1mExp, _) => match self.known_complement(a, MOST_SELECTIONS) {
                Some(complement) => complement,
                None => self.intern(Node::Unary(operation, a)),
            },
            _ => self.intern(Node::Unary(operation, a)),
        }
    }

    /// ln(1 − p) of this ln p, where it is another formula than that; `depth` selections are looked into.
    fn known_complement(&mut self, ln_p: Id, depth: u8) -> Option<Id> {
        match *self.node(ln_p) {
            Node::Unary(operation @ (Unary::LnLogistic | Unary::LnNormalCdf), x) => {
                let minus = self.unary(Unary::Negate, x);
                Some(self.unary(operation, minus))
            }
            Node::Unary(Unary::Ln1mExp, ln_q) => Some(ln_q),
            Node::Select(condition, then, otherwise) if depth > 0 => {
                let known = [then, otherwise].map(|part| self.known_complement(part, depth - 1));
                if known == [None, None] {
                    return None;
                }
                let [then, otherwise] = [(known[0], then), (known[1], otherwise)].map(|(known, part)| {
                    known.unwrap_or_else(|| match self.constant_value(part) {
                        Some(value) => self.constant(Unary::Ln1mExp.evaluate(value)),
                        None => self.intern(Node::Unary(Unary::Ln1mExp, part)),
                    })
                });
                Some(self.select(condition, then, otherwise))
            }
            _ => None,
        }
    }

    /// An operation of two arguments.
    pub fn binary(&mut self, operation: Binary, a: Id, b: Id) -> Id {
        if let (Some(x), Some(y)) = (self.constant_value(a), self.constant_value(b)) {
            return self.constant(operation.evaluate(x, y));
        }
        match operation {
            Binary::Add => self.add(a, b),
            Binary::Subtract => self.subtract(a, b),
            Binary::Multiply => self.multiply(a, b),
            Binary::Divide => self.divide(a, b),
            Binary::Power => self.power(a, b),
            Binary::XLnY => self.x_times_ln(operation, Unary::Ln, a, b),
            Binary::XLn1pY => self.x_times_ln(operation, Unary::Ln1p, a, b),
            Binary::LnRising | Binary::PolygammaRising(_) if self.is(b, 0.0) => b,
            _ => self.intern(Node::Binary(operation, a, b)),
        }
    }

    /// An operation of three arguments.
    pub fn ternary(&mut self, operation: Ternary, a: Id, b: Id, c: Id) -> Id {
        if let (Some(x), Some(y), Some(z)) = (self.constant_value(a), self.constant_value(b), self.constant_value(c)) {
            return self.constant(operation.evaluate(x, y, z));
        }
        self.intern(Node::Ternary(operation, a, b, c))
    }

    /// An operation of four arguments.
    pub fn quaternary(&mut self, operation: Quaternary, arguments: [Id; 4]) -> Id {
        let values = arguments.map(|id| self.constant_value(id));
        if let [Some(w), Some(x), Some(y), Some(z)] = values {
            return self.constant(operation.evaluate(w, x, y, z));
        }
        self.intern(Node::Quaternary(operation, arguments))
    }

    /// The arguments of what commutes, constants first, so that a formula that is put together again is the same.
    fn in_order(&self, a: Id, b: Id) -> (Id, Id) {
        let key = |id: Id| (self.constant_value(id).is_none(), id);
        if key(a) <= key(b) { (a, b) } else { (b, a) }
    }

    fn add(&mut self, a: Id, b: Id) -> Id {
        if self.is(a, 0.0) {
            return b;
        }
        if self.is(b, 0.0) {
            return a;
        }
        if let Node::Unary(Unary::Negate, x) = *self.node(b) {
            return self.subtract(a, x);
        }
        if let Node::Unary(Unary::Negate, x) = *self.node(a) {
            return self.subtract(b, x);
        }
        if a == b {
            let two = self.constant(2.0);
            return self.multiply(two, a);
        }
        // −ln(1 + e⁻ˣ) − ln(1 + eˣ) = −x − 2 ln(1 + e⁻ˣ): one of the two, and nothing cancels that it is small beside.
        if let (&Node::Unary(Unary::LnLogistic, x), &Node::Unary(Unary::LnLogistic, y)) = (self.node(a), self.node(b)) {
            for (of, x, y) in [(a, x, y), (b, y, x)] {
                if matches!(self.node(y), Node::Unary(Unary::Negate, z) if *z == x) {
                    let two = self.constant(2.0);
                    let both = self.multiply(two, of);
                    return self.subtract(both, x);
                }
            }
        }
        // Masked parts of one condition stay one mask.
        if let (&Node::Select(c, x, y), &Node::Select(d, v, w)) = (self.node(a), self.node(b))
            && c == d
        {
            let (then, otherwise) = (self.binary(Binary::Add, x, v), self.binary(Binary::Add, y, w));
            return self.select(c, then, otherwise);
        }
        let (first, second) = self.in_order(a, b);
        self.intern(Node::Binary(Binary::Add, first, second))
    }

    fn subtract(&mut self, a: Id, b: Id) -> Id {
        if self.is(b, 0.0) {
            return a;
        }
        if self.is(a, 0.0) {
            return self.unary(Unary::Negate, b);
        }
        match (self.node(a), self.node(b)) {
            (&Node::Unary(Unary::Negate, x), _) if x == b => {
                let minus_two = self.constant(-2.0);
                return self.multiply(minus_two, b);
            }
            _ => {}
        }
        match *self.node(b) {
            Node::Unary(Unary::Negate, x) => return self.add(a, x),
            Node::Unary(Unary::Logistic, x) if self.is(a, 1.0) => {
                let minus = self.unary(Unary::Negate, x);
                return self.unary(Unary::Logistic, minus);
            }
            Node::Unary(Unary::Exp, ln_p) if self.is(a, 1.0) => {
                if let Some(ln_q) = self.known_complement(ln_p, MOST_SELECTIONS) {
                    return self.unary(Unary::Exp, ln_q);
                }
            }
            _ => {}
        }
        self.intern(Node::Binary(Binary::Subtract, a, b))
    }

    fn multiply(&mut self, a: Id, b: Id) -> Id {
        // A constant, if there is one, comes first.
        let (a, b) = if self.constant_value(b).is_some() { (b, a) } else { (a, b) };
        if let Some(k) = self.constant_value(a) {
            if k == 0.0 {
                return self.constant(0.0);
            }
            if k == 1.0 {
                return b;
            }
            if k == -1.0 {
                return self.unary(Unary::Negate, b);
            }
            match *self.node(b) {
                Node::Unary(Unary::Negate, x) => {
                    let minus = self.constant(-k);
                    return self.multiply(minus, x);
                }
                Node::Binary(Binary::Multiply, x, y) => {
                    if let Some(l) = self.constant_value(x) {
                        let both = self.constant(k * l);
                        return self.multiply(both, y);
                    }
                }
                _ => {}
            }
            return self.intern(Node::Binary(Binary::Multiply, a, b));
        }
        for (x, y) in [(a, b), (b, a)] {
            if let Node::Unary(Unary::Negate, inner) = *self.node(x) {
                let product = self.multiply(inner, y);
                return self.unary(Unary::Negate, product);
            }
        }
        // A constant factor comes out: x · (k y) = k (x y). By a power of 2 that is exact.
        for (x, y) in [(a, b), (b, a)] {
            if let Node::Binary(Binary::Multiply, k, inner) = *self.node(x)
                && let Some(constant) = self.constant_value(k)
                && is_power_of_two(constant)
            {
                let product = self.multiply(inner, y);
                return self.multiply(k, product);
            }
        }
        let (first, second) = self.in_order(a, b);
        self.intern(Node::Binary(Binary::Multiply, first, second))
    }

    fn divide(&mut self, a: Id, b: Id) -> Id {
        if self.is(a, 0.0) {
            return a;
        }
        if self.is(b, 1.0) {
            return a;
        }
        if self.is(b, -1.0) {
            return self.unary(Unary::Negate, a);
        }
        for (x, y, other) in [(a, b, true), (b, a, false)] {
            if let Node::Unary(Unary::Negate, inner) = *self.node(x) {
                let quotient = if other { self.divide(inner, y) } else { self.divide(y, inner) };
                return self.unary(Unary::Negate, quotient);
            }
        }
        self.intern(Node::Binary(Binary::Divide, a, b))
    }

    fn power(&mut self, a: Id, b: Id) -> Id {
        match self.constant_value(b) {
            Some(0.0) => return self.constant(1.0),
            Some(1.0) => return a,
            Some(2.0) => return self.multiply(a, a),
            Some(-1.0) => {
                let one = self.constant(1.0);
                return self.divide(one, a);
            }
            _ => {}
        }
        self.intern(Node::Binary(Binary::Power, a, b))
    }

    /// a · ln b or a · ln(1 + b), which is 0 where a = 0.
    fn x_times_ln(&mut self, operation: Binary, logarithm: Unary, a: Id, b: Id) -> Id {
        match self.constant_value(a) {
            Some(0.0) => self.constant(0.0),
            Some(_) => {
                let ln = self.unary(logarithm, b);
                self.multiply(a, ln)
            }
            None => {
                // Where the logarithm is certainly finite (we know it in closed form), it is a plain product.
                let is_known = match (operation, self.node(b)) {
                    (Binary::XLnY, Node::Unary(Unary::Exp | Unary::Logistic, _)) => true,
                    (Binary::XLn1pY, Node::Unary(Unary::Negate, p)) => match *self.node(*p) {
                        Node::Unary(Unary::Logistic, _) => true,
                        Node::Unary(Unary::Exp, ln_p) => return self.x_times_ln_complement(a, ln_p),
                        _ => false,
                    },
                    _ => false,
                };
                if !is_known {
                    return self.intern(Node::Binary(operation, a, b));
                }
                let ln = self.unary(logarithm, b);
                self.multiply(a, ln)
            }
        }
    }

    /// a · ln(1 − p) of this ln p, which is 0 where a = 0.
    fn x_times_ln_complement(&mut self, a: Id, ln_p: Id) -> Id {
        if let Some(ln_q) = self.known_complement(ln_p, MOST_SELECTIONS) {
            return self.multiply(a, ln_q);
        }
        let (ln_q, zero) = (self.unary(Unary::Ln1mExp, ln_p), self.constant(0.0));
        let (is_zero, product) = (self.binary(Binary::Equal, a, zero), self.multiply(a, ln_q));
        self.select(is_zero, zero, product)
    }

    /// The second argument where the first is not 0, else the third.
    pub fn select(&mut self, condition: Id, then: Id, otherwise: Id) -> Id {
        if let Some(value) = self.constant_value(condition) {
            return if value == 0.0 { otherwise } else { then };
        }
        if then == otherwise {
            return then;
        }
        self.intern(Node::Select(condition, then, otherwise))
    }

    /// ln Σ exp of the arguments; −∞ for none.
    pub fn log_sum_exp(&mut self, list: &[Id]) -> Id {
        let values: Option<Vec<f64>> = list.iter().map(|&id| self.constant_value(id)).collect();
        match (values, list) {
            (Some(values), _) => self.constant(special::log_sum_exp(values.into_iter())),
            (None, [only]) => *only,
            (None, _) => self.intern(Node::LogSumExp(list.into())),
        }
    }

    fn is(&self, id: Id, value: f64) -> bool {
        self.constant_value(id) == Some(value)
    }
}

/// Whether multiplication by it changes the exponent alone, and by little.
fn is_power_of_two(x: f64) -> bool {
    [0.25, 0.5, 1.0, 2.0, 4.0].contains(&x.abs())
}

/// Whether these are the same steps with the same numbers.
pub(crate) fn is_same(nodes: &[Node], others: &[Node]) -> bool {
    nodes.len() == others.len()
        && nodes.iter().zip(others).all(|(a, b)| match (a, b) {
            // By bits: −0 and 0 differ in what they give.
            (Node::Constant(a), Node::Constant(b)) => a.to_bits() == b.to_bits(),
            _ => a == b,
        })
}

/// The nodes that `roots` need, renumbered, and where the roots went.
pub(crate) fn keep_needed(nodes: &[Node], roots: &[Id]) -> (Vec<Node>, Vec<Id>) {
    let mut needed = vec![false; nodes.len()];
    for &root in roots {
        needed[root as usize] = true;
    }
    for (at, node) in nodes.iter().enumerate().rev() {
        if needed[at] {
            node.arguments().for_each(|id| needed[id as usize] = true);
        }
    }
    let mut place = vec![None; nodes.len()];
    let mut kept = Vec::new();
    let is_constant = |id: Id| matches!(nodes[id as usize], Node::Constant(_));
    for (at, node) in nodes.iter().enumerate().filter(|(at, _)| needed[*at]) {
        // A constant stands before its first use, wherever it was first written.
        if is_constant(at as Id) && !roots.contains(&(at as Id)) {
            continue;
        }
        for id in node.arguments().filter(|&id| is_constant(id)) {
            if place[id as usize].is_none() {
                place[id as usize] = Some(kept.len() as Id);
                kept.push(nodes[id as usize].clone());
            }
        }
        if place[at].is_some() {
            continue;
        }
        place[at] = Some(kept.len() as Id);
        let moved = |id: &Id| place[*id as usize].expect("arguments come first");
        kept.push(match node {
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => node.clone(),
            Node::Unary(operation, a) => Node::Unary(*operation, moved(a)),
            Node::Binary(operation, a, b) => Node::Binary(*operation, moved(a), moved(b)),
            Node::Ternary(operation, a, b, c) => Node::Ternary(*operation, moved(a), moved(b), moved(c)),
            Node::Quaternary(operation, list) => Node::Quaternary(*operation, list.each_ref().map(moved)),
            Node::Select(c, a, b) => Node::Select(moved(c), moved(a), moved(b)),
            Node::LogSumExp(list) => Node::LogSumExp(list.iter().map(moved).collect()),
        });
    }
    let moved = |&root: &Id| place[root as usize].expect("roots are needed");
    (kept, roots.iter().map(moved).collect())
}
