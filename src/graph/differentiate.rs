//! Exact derivatives: symbolic reverse mode, one rule an operation, every derivative made of operations again.
//!
//! Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 3; the Hessian is the gradient, differentiated.

use super::{Builder, Graph, Id, Node};
use crate::operation::{Binary, Unary};

impl Builder {
    /// ∂ `root` / ∂ parameter for each of `parameters`, in their order.
    ///
    /// A branch that a `select` does not take contributes exactly 0, even where its own derivative is NaN.
    pub fn gradient(&mut self, root: Id, parameters: &[Id]) -> Vec<Id> {
        let zero = self.constant(0.0);
        let count = root as usize + 1;
        let depends = Graph::dependence(&self.nodes()[..count]);
        let mut adjoint: Vec<Option<Id>> = vec![None; count];
        adjoint[root as usize] = Some(self.constant(1.0));
        for at in (0..count).rev() {
            let Some(weight) = adjoint[at] else { continue };
            if !depends[at].parameters {
                continue;
            }
            for (argument, contribution) in self.pull_back(at as Id, weight) {
                // Only what leads to a parameter matters.
                if depends[argument as usize].parameters {
                    let sum = match adjoint[argument as usize] {
                        None => contribution,
                        Some(before) => self.binary(Binary::Add, before, contribution),
                    };
                    adjoint[argument as usize] = Some(sum);
                }
            }
        }
        parameters.iter().map(|&id| adjoint.get(id as usize).copied().flatten().unwrap_or(zero)).collect()
    }

    /// What the node `at` with adjoint `weight` passes on to its arguments.
    fn pull_back(&mut self, at: Id, weight: Id) -> Vec<(Id, Id)> {
        match self.node(at).clone() {
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => vec![],
            Node::Unary(operation, a) => {
                let slope = self.unary_slope(operation, a, at);
                vec![(a, self.masked_product(weight, slope))]
            }
            Node::Binary(operation, a, b) => self.pull_back_binary(operation, a, b, at, weight),
            Node::Select(condition, a, b) => {
                let zero = self.constant(0.0);
                let (to_a, to_b) = (self.select(condition, weight, zero), self.select(condition, zero, weight));
                vec![(a, to_a), (b, to_b)]
            }
            Node::LogSumExp(list) => list
                .iter()
                .map(|&term| {
                    let difference = self.binary(Binary::Subtract, term, at);
                    let share = self.unary(Unary::Exp, difference);
                    (term, self.masked_product(weight, share))
                })
                .collect(),
        }
    }

    /// d operation(a) / da, where `value` is operation(a).
    fn unary_slope(&mut self, operation: Unary, a: Id, value: Id) -> Id {
        let one = self.constant(1.0);
        match operation {
            Unary::Negate => self.constant(-1.0),
            Unary::Ln => self.binary(Binary::Divide, one, a),
            Unary::Exp => value,
            Unary::Ln1p => {
                let shifted = self.binary(Binary::Add, one, a);
                self.binary(Binary::Divide, one, shifted)
            }
            Unary::ExpM1 => self.unary(Unary::Exp, a),
            Unary::Sqrt => {
                let half = self.constant(0.5);
                self.binary(Binary::Divide, half, value)
            }
            Unary::Sin => self.unary(Unary::Cos, a),
            Unary::Cos => {
                let sine = self.unary(Unary::Sin, a);
                self.unary(Unary::Negate, sine)
            }
            Unary::Logistic => {
                let complement = self.logistic_of_minus(a);
                self.binary(Binary::Multiply, value, complement)
            }
            Unary::LnLogistic => self.logistic_of_minus(a),
            Unary::LnGamma => self.unary(Unary::Polygamma(0), a),
            Unary::Polygamma(order) => self.unary(Unary::Polygamma(order + 1), a),
            Unary::LnNormalCdf => {
                // φ(a) / Φ(a) = exp(−a²/2 − ln √2π − ln Φ(a))
                let square = self.binary(Binary::Multiply, a, a);
                let minus_half = self.constant(-0.5);
                let exponent = self.binary(Binary::Multiply, minus_half, square);
                let ln_root_two_pi = self.constant(0.5 * (2.0 * std::f64::consts::PI).ln());
                let exponent = self.binary(Binary::Subtract, exponent, ln_root_two_pi);
                let exponent = self.binary(Binary::Subtract, exponent, value);
                self.unary(Unary::Exp, exponent)
            }
        }
    }

    fn logistic_of_minus(&mut self, a: Id) -> Id {
        let minus = self.unary(Unary::Negate, a);
        self.unary(Unary::Logistic, minus)
    }

    fn pull_back_binary(&mut self, operation: Binary, a: Id, b: Id, value: Id, weight: Id) -> Vec<(Id, Id)> {
        match operation {
            Binary::Add => vec![(a, weight), (b, weight)],
            Binary::Subtract => vec![(a, weight), (b, self.unary(Unary::Negate, weight))],
            Binary::Multiply => vec![(a, self.masked_product(weight, b)), (b, self.masked_product(weight, a))],
            Binary::Divide => {
                let to_a = self.masked_quotient(weight, b);
                let to_b = self.masked_product(to_a, value);
                vec![(a, to_a), (b, self.unary(Unary::Negate, to_b))]
            }
            Binary::Power => {
                // b · a^(b−1), and a^b · ln a, which is 0 where a^b is.
                let one = self.constant(1.0);
                let less = self.binary(Binary::Subtract, b, one);
                let lower = self.binary(Binary::Power, a, less);
                let slope_a = self.binary(Binary::Multiply, b, lower);
                let slope_b = self.binary(Binary::XLnY, value, a);
                vec![(a, self.masked_product(weight, slope_a)), (b, self.masked_product(weight, slope_b))]
            }
            Binary::XLnY => {
                let zero = self.constant(0.0);
                let ln = self.unary(Unary::Ln, b);
                // x / y, which is 0 where x = 0, whatever y.
                let quotient = self.binary(Binary::Divide, a, b);
                let empty = self.binary(Binary::Equal, a, zero);
                let slope_b = self.select(empty, zero, quotient);
                vec![(a, self.masked_product(weight, ln)), (b, self.masked_product(weight, slope_b))]
            }
            Binary::LnRising => self.pull_back_rising(0, a, b, weight),
            Binary::PolygammaRising(order) => self.pull_back_rising(order + 1, a, b, weight),
            Binary::Less | Binary::Equal => vec![],
        }
    }

    /// Of F(a + b) − F(a) with F′ = ψ⁽ᵏ⁾, k = `order`: by a the difference of ψ⁽ᵏ⁾ over the step, by b its end.
    fn pull_back_rising(&mut self, order: u8, a: Id, b: Id, weight: Id) -> Vec<(Id, Id)> {
        let slope_a = self.binary(Binary::PolygammaRising(order), a, b);
        let end = self.binary(Binary::Add, a, b);
        let slope_b = self.unary(Unary::Polygamma(order), end);
        vec![(a, self.masked_product(weight, slope_a)), (b, self.masked_product(weight, slope_b))]
    }

    /// `weight · slope`, where a weight masked to 0 stays 0 whatever the slope.
    fn masked_product(&mut self, weight: Id, slope: Id) -> Id {
        self.through_mask(weight, |builder, weight| builder.binary(Binary::Multiply, weight, slope))
    }

    /// `weight / divisor`, where a weight masked to 0 stays 0 whatever the divisor.
    fn masked_quotient(&mut self, weight: Id, divisor: Id) -> Id {
        self.through_mask(weight, |builder, weight| builder.binary(Binary::Divide, weight, divisor))
    }

    fn through_mask(&mut self, weight: Id, apply: impl Fn(&mut Builder, Id) -> Id + Copy) -> Id {
        match *self.node(weight) {
            Node::Select(condition, then, otherwise) => {
                let is_zero = |builder: &Builder, id| builder.constant_value(id) == Some(0.0);
                if is_zero(self, otherwise) {
                    let inner = self.through_mask(then, apply);
                    self.select(condition, inner, otherwise)
                } else if is_zero(self, then) {
                    let inner = self.through_mask(otherwise, apply);
                    self.select(condition, then, inner)
                } else {
                    apply(self, weight)
                }
            }
            Node::Unary(Unary::Negate, inner) if matches!(self.node(inner), Node::Select(..)) => {
                let product = self.through_mask(inner, apply);
                self.unary(Unary::Negate, product)
            }
            _ => apply(self, weight),
        }
    }
}
