//! A formula as plain, serialisable data: operations by name, constants as bits, a format version.

use serde::{Deserialize, Serialize};

use super::{Graph, Id, Node};
use crate::error::{Error, Result};
use crate::operation::{Binary, Quaternary, Ternary, Unary};

/// The version that this build writes, and the only one it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The nodes that are no [`Unary`], [`Binary`], [`Ternary`] or [`Quaternary`] operation, and take a number of arguments of their
/// own.
const LEAVES_AND_SELECT: [&str; 4] = ["constant", "parameter", "column", "select"];

/// The stored form of a [`Graph`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    format: u32,
    parameters: usize,
    columns: usize,
    nodes: Vec<StoredNode>,
    root: Id,
}

/// One node: its operation by name, and either arguments, or the place or bits of a leaf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredNode {
    op: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    of: Vec<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u32>,
    /// The 64 bits of a constant, in hexadecimal: no rounding on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bits: Option<String>,
}

impl From<&Graph> for Stored {
    fn from(graph: &Graph) -> Stored {
        let nodes = graph.nodes().iter().map(StoredNode::from).collect();
        let (parameters, columns) = (graph.parameters(), graph.columns());
        Stored { format: FORMAT_VERSION, parameters, columns, nodes, root: graph.root() }
    }
}

impl From<&Node> for StoredNode {
    fn from(node: &Node) -> StoredNode {
        let (op, at, bits) = match node {
            Node::Constant(value) => ("constant".to_string(), None, Some(format!("{:016x}", value.to_bits()))),
            Node::Parameter(i) => ("parameter".to_string(), Some(*i), None),
            Node::Column(i) => ("column".to_string(), Some(*i), None),
            Node::Unary(operation, _) => (operation.name(), None, None),
            Node::Binary(operation, _, _) => (operation.name(), None, None),
            Node::Ternary(operation, ..) => (operation.name(), None, None),
            Node::Quaternary(operation, _) => (operation.name(), None, None),
            Node::Select(..) => ("select".to_string(), None, None),
            Node::LogSumExp(_) => ("log_sum_exp".to_string(), None, None),
        };
        StoredNode { op, of: node.arguments().collect(), at, bits }
    }
}

impl TryFrom<Stored> for Graph {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Graph> {
        if stored.format != FORMAT_VERSION {
            let message = format!("format {} is not {FORMAT_VERSION}, the one this version reads", stored.format);
            return Err(Error::Format { message });
        }
        let nodes = stored.nodes.iter().enumerate().map(|(at, node)| node.read(at)).collect::<Result<_>>()?;
        Graph::from_parts(stored.parameters, stored.columns, nodes, stored.root)
    }
}

impl StoredNode {
    fn read(&self, at: usize) -> Result<Node> {
        let broken = |what: String| Error::Format { message: format!("node {at}: {what}") };
        let place = || self.at.ok_or_else(|| broken(format!("`{}` needs `at`", self.op)));
        match (self.op.as_str(), self.of.as_slice()) {
            ("constant", []) => {
                let is_hexadecimal = |bits: &&str| bits.len() == 16 && bits.bytes().all(|b| b.is_ascii_hexdigit());
                let bits = self.bits.as_deref().filter(is_hexadecimal);
                let bits = bits.and_then(|bits| u64::from_str_radix(bits, 16).ok());
                let bits = bits.ok_or_else(|| broken("a constant needs `bits`, 16 hexadecimal digits".into()))?;
                Ok(Node::Constant(f64::from_bits(bits)))
            }
            ("parameter", []) => Ok(Node::Parameter(place()?)),
            ("column", []) => Ok(Node::Column(place()?)),
            ("select", &[c, a, b]) => Ok(Node::Select(c, a, b)),
            ("log_sum_exp", list) => Ok(Node::LogSumExp(list.into())),
            (name, arguments) => operation(name, arguments).map(Ok).unwrap_or_else(|| {
                let is_known = Unary::named(name).is_some()
                    || Binary::named(name).is_some()
                    || Ternary::named(name).is_some()
                    || Quaternary::named(name).is_some();
                if !is_known && !LEAVES_AND_SELECT.contains(&name) {
                    return Err(Error::UnknownOperation { name: name.to_string() });
                }
                Err(broken(format!("`{name}` does not take {} arguments", arguments.len())))
            }),
        }
    }
}

/// The operation of this name on as many arguments as it takes.
fn operation(name: &str, arguments: &[Id]) -> Option<Node> {
    Some(match *arguments {
        [a] => Node::Unary(Unary::named(name)?, a),
        [a, b] => Node::Binary(Binary::named(name)?, a, b),
        [a, b, c] => Node::Ternary(Ternary::named(name)?, a, b, c),
        [a, b, c, d] => Node::Quaternary(Quaternary::named(name)?, [a, b, c, d]),
        _ => return None,
    })
}

impl Graph {
    /// The formula as JSON text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&Stored::from(self)).expect("a graph is plain data")
    }

    /// Reads a formula that [`Graph::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownOperation`] for an operation that this version does not know, [`Error::Format`] for text that is
    /// not a graph of this format version.
    pub fn from_json(text: &str) -> Result<Graph> {
        let stored: Stored =
            serde_json::from_str(text).map_err(|error| Error::Format { message: error.to_string() })?;
        stored.try_into()
    }
}
