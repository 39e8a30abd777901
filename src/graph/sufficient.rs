//! Sufficient statistics, found: a log-density as Σₖ fₖ(θ) · tₖ(x), if it is such a sum.
//!
//! If it is, the model is an exponential family in this representation (Barndorff-Nielsen, *Information and Exponential
//! Families*, 1978, section 8.1), and the sums of tₖ are all that a likelihood needs of the data.

use std::collections::BTreeMap;

use super::{Builder, Dependence, Graph, Id, Node};
use crate::operation::{Binary, Unary};

/// A log-density as a sum of products of a coefficient, which depends on parameters alone, and a monomial in atoms, which
/// depend on data alone. Both are nodes of the builder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expansion {
    /// By monomial, a sorted list of atoms; the empty one is the part that no data enter.
    pub(crate) terms: BTreeMap<Vec<Id>, Id>,
}

/// More statistics than this are no saving, nor than the log-density has operations.
const MOST_TERMS: usize = 400;

impl Builder {
    /// The expansion of `root`; none if a part depends on data and parameters in another way.
    pub(crate) fn expand(&mut self, root: Id) -> Option<Expansion> {
        let depends = Graph::dependence(self.nodes());
        let most = self.nodes().len().max(MOST_TERMS);
        Expander { builder: self, depends, most, memo: BTreeMap::new() }.expand(root)
    }

    /// The nodes of `graph` added to this builder, with some of them replaced. Returns the place of its root.
    pub(crate) fn substitute(&mut self, nodes: &[Node], root: Id, replaced: &BTreeMap<Id, Id>) -> Id {
        let mut places: Vec<Id> = Vec::with_capacity(root as usize + 1);
        for (at, node) in nodes[..=root as usize].iter().enumerate() {
            let place = |id: &Id| places[*id as usize];
            let new = match replaced.get(&(at as Id)) {
                Some(&other) => other,
                None => match node {
                    Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => self.intern(node.clone()),
                    Node::Unary(operation, a) => self.unary(*operation, place(a)),
                    Node::Binary(operation, a, b) => self.binary(*operation, place(a), place(b)),
                    Node::Ternary(operation, a, b, c) => self.ternary(*operation, place(a), place(b), place(c)),
                    Node::Quaternary(operation, list) => self.quaternary(*operation, list.each_ref().map(place)),
                    Node::Select(c, a, b) => self.select(place(c), place(a), place(b)),
                    Node::LogSumExp(list) => {
                        let list: Vec<Id> = list.iter().map(place).collect();
                        self.log_sum_exp(&list)
                    }
                },
            };
            places.push(new);
        }
        places[root as usize]
    }
}

struct Expander<'b> {
    builder: &'b mut Builder,
    depends: Vec<Dependence>,
    /// How many terms an expansion may have.
    most: usize,
    memo: BTreeMap<Id, Expansion>,
}

impl Expander<'_> {
    /// What a node depends on, also if it was added since.
    fn depends(&mut self, id: Id) -> Dependence {
        while self.depends.len() <= id as usize {
            let node = &self.builder.nodes()[self.depends.len()];
            self.depends.push(node.dependence(&self.depends));
        }
        self.depends[id as usize]
    }

    fn has_data(&mut self, id: Id) -> bool {
        self.depends(id).data
    }

    fn expand(&mut self, id: Id) -> Option<Expansion> {
        if !self.has_data(id) {
            return Some(Expansion { terms: BTreeMap::from([(vec![], id)]) });
        }
        if let Some(known) = self.memo.get(&id) {
            return Some(known.clone());
        }
        let expansion = match self.builder.node(id).clone() {
            Node::Binary(Binary::Add | Binary::Subtract, _, _) | Node::Unary(Unary::Negate, _) => self.sum(id)?,
            Node::Binary(Binary::Multiply, a, b) => {
                let (a, b) = (self.expand(a)?, self.expand(b)?);
                self.product(&a, &b)?
            }
            Node::Binary(Binary::Divide, a, b) if !self.has_data(b) => {
                let numerator = self.expand(a)?;
                self.map(numerator, |builder, coefficient| builder.binary(Binary::Divide, coefficient, b))
            }
            // With a known y it is a statistic itself; its parts might be infinite where it is not.
            Node::Binary(operation @ (Binary::XLnY | Binary::XLn1pY), a, b)
                if !self.has_data(b) && self.depends(b).parameters =>
            {
                let logarithm = if operation == Binary::XLnY { Unary::Ln } else { Unary::Ln1p };
                let (ln, factor) = (self.builder.unary(logarithm, b), self.expand(a)?);
                self.map(factor, |builder, coefficient| builder.binary(Binary::Multiply, coefficient, ln))
            }
            // One value where a condition on data holds, and 0 elsewhere.
            Node::Select(condition, a, b)
                if !self.depends(condition).parameters && self.is_zero(b) && !self.has_data(a) =>
            {
                Expansion { terms: BTreeMap::from([(vec![condition], a)]) }
            }
            _ if !self.depends(id).parameters => {
                let one = self.builder.constant(1.0);
                Expansion { terms: BTreeMap::from([(vec![id], one)]) }
            }
            Node::Unary(Unary::Exp, a) => self.exponential(a)?,
            _ => return None,
        };
        if expansion.terms.len() > self.most {
            return None;
        }
        self.memo.insert(id, expansion.clone());
        Some(expansion)
    }

    /// exp(θ-part + data-part) as a product of one exponential each.
    fn exponential(&mut self, exponent: Id) -> Option<Expansion> {
        let (mut of_data, mut coefficient) = (self.builder.constant(0.0), self.builder.constant(1.0));
        for (monomial, factor) in self.expand(exponent)?.terms {
            if monomial.is_empty() {
                coefficient = self.builder.unary(Unary::Exp, factor);
                continue;
            }
            // A power of data with an unknown exponent is not a statistic.
            self.builder.constant_value(factor)?;
            let product =
                monomial.iter().fold(factor, |product, &atom| self.builder.binary(Binary::Multiply, product, atom));
            of_data = self.builder.binary(Binary::Add, of_data, product);
        }
        let atom = self.builder.unary(Unary::Exp, of_data);
        Some(Expansion { terms: BTreeMap::from([(vec![atom], coefficient)]) })
    }

    fn is_zero(&self, id: Id) -> bool {
        self.builder.constant_value(id) == Some(0.0)
    }

    /// A chain of additions: what no data enter is added first, so that a small difference of large numbers is taken
    /// before it is multiplied by anything.
    fn sum(&mut self, id: Id) -> Option<Expansion> {
        let (mut without_data, mut with_data) = (Vec::new(), Vec::new());
        let mut open = vec![(id, false)];
        while let Some((id, negative)) = open.pop() {
            if !self.has_data(id) {
                without_data.push((id, negative));
                continue;
            }
            match *self.builder.node(id) {
                Node::Binary(Binary::Add, a, b) => open.extend([(a, negative), (b, negative)]),
                Node::Binary(Binary::Subtract, a, b) => open.extend([(a, negative), (b, !negative)]),
                Node::Unary(Unary::Negate, a) => open.push((a, !negative)),
                _ => with_data.push((id, negative)),
            }
        }
        let mut total = Expansion::default();
        for (id, negative) in without_data {
            self.accumulate(&mut total, vec![], id, negative);
        }
        for (id, negative) in with_data {
            for (monomial, coefficient) in self.expand(id)?.terms {
                self.accumulate(&mut total, monomial, coefficient, negative);
            }
        }
        Some(total)
    }

    fn product(&mut self, a: &Expansion, b: &Expansion) -> Option<Expansion> {
        if a.terms.len() * b.terms.len() > self.most {
            return None;
        }
        let mut product = Expansion::default();
        for (left, x) in &a.terms {
            for (right, y) in &b.terms {
                let mut monomial = [left.as_slice(), right].concat();
                monomial.sort_unstable();
                let coefficient = self.builder.binary(Binary::Multiply, *x, *y);
                self.accumulate(&mut product, monomial, coefficient, false);
            }
        }
        Some(product)
    }

    fn map(&mut self, expansion: Expansion, f: impl Fn(&mut Builder, Id) -> Id) -> Expansion {
        let terms = expansion.terms.into_iter().map(|(monomial, c)| (monomial, f(self.builder, c))).collect();
        Expansion { terms }
    }

    fn accumulate(&mut self, total: &mut Expansion, monomial: Vec<Id>, coefficient: Id, negative: bool) {
        let builder = &mut *self.builder;
        let sum = match (total.terms.get(&monomial), negative) {
            (None, false) => coefficient,
            (None, true) => builder.unary(Unary::Negate, coefficient),
            (Some(&before), false) => builder.binary(Binary::Add, before, coefficient),
            (Some(&before), true) => builder.binary(Binary::Subtract, before, coefficient),
        };
        total.terms.insert(monomial, sum);
    }
}
