//! Exact derivatives: symbolic reverse mode, one rule an operation, every derivative made of operations again.
//!
//! Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 3; the Hessian is the gradient, differentiated.
//!
//! What reaches a node through a branch of a `select` is kept apart, with the conditions on the way, and selected from
//! once, where it arrives: 0 times a slope that is NaN or infinite is never formed.

mod adjoint;
mod beta_binomial;
mod incomplete;
mod incomplete_beta;

use adjoint::{Adjoint, Outcome};

use super::{Arena, Builder, Graph, Id, Node, keep_needed};
use crate::operation::{Binary, Quaternary, Ternary, Unary};

impl Graph {
    /// The derivatives of the formula: ∂ / ∂ parameter, for each parameter in order, each a formula again.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::graph::Graph;
    /// use thetahat::prelude::*;
    ///
    /// let graph = Graph::trace(2, 1, |theta, x| theta[0].square() * x[0] + theta[1].ln())?;
    /// let slopes = graph.gradient();
    /// assert_eq!(slopes[0].replay(&[3.0, 2.0], &[5.0]), 30.0);
    /// assert_eq!(slopes[1].replay(&[3.0, 2.0], &[5.0]), 0.5);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn gradient(&self) -> Vec<Graph> {
        let (parameters, columns) = (self.parameters(), self.columns());
        let arena = Arena::new();
        let theta: Vec<_> = (0..parameters as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let x: Vec<_> = (0..columns as u32).map(|i| arena.node(Node::Column(i))).collect();
        let id = |expr| arena.id_of(expr).expect("a graph misses no capability");
        let (root, places) = (id(self.replay(&theta, &x)), theta.iter().map(|&symbol| id(symbol)).collect::<Vec<_>>());
        let mut builder = arena.into_builder();
        let slopes = builder.gradient(root, &places);
        let formula = |slope: Id| {
            let (nodes, roots) = keep_needed(builder.nodes(), &[slope]);
            Graph { parameters, columns, nodes, root: roots[0] }
        };
        slopes.into_iter().map(formula).collect()
    }
}

impl Builder {
    /// ∂ `root` / ∂ parameter for each of `parameters`, in their order.
    ///
    /// A branch that a `select` does not take contributes exactly 0, even where its own derivative is NaN.
    pub fn gradient(&mut self, root: Id, parameters: &[Id]) -> Vec<Id> {
        let count = root as usize + 1;
        let depends = Graph::dependence(&self.nodes()[..count]);
        let mut adjoints = vec![Adjoint::default(); count];
        let one = self.constant(1.0);
        adjoints[root as usize].add(self, vec![], one);
        for at in (0..count).rev().filter(|&at| depends[at].parameters) {
            if matches!(self.node(at as Id), Node::Parameter(_)) {
                continue;
            }
            for (mask, weight) in std::mem::take(&mut adjoints[at]).into_parts() {
                for (argument, outcome, contribution) in self.pull_back(at as Id, weight) {
                    // Only what leads to a parameter matters.
                    if depends[argument as usize].parameters
                        && let Some(mask) = adjoint::narrowed(&mask, outcome)
                    {
                        adjoints[argument as usize].add(self, mask, contribution);
                    }
                }
            }
        }
        let total = |&id: &Id| adjoints.get(id as usize).cloned().unwrap_or_default().total(self);
        parameters.iter().map(total).collect()
    }

    /// What the node `at` with adjoint `weight` passes on to its arguments, and the outcome on which it does.
    fn pull_back(&mut self, at: Id, weight: Id) -> Vec<(Id, Option<Outcome>, Id)> {
        let always = |(argument, contribution)| (argument, None, contribution);
        match self.node(at).clone() {
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => vec![],
            Node::Unary(operation, a) => {
                let slope = self.unary_slope(operation, a, at);
                vec![(a, None, self.binary(Binary::Multiply, weight, slope))]
            }
            Node::Binary(operation, a, b) => {
                self.pull_back_binary(operation, a, b, at, weight).into_iter().map(always).collect()
            }
            Node::Ternary(operation, a, b, c) => {
                let slopes = match operation {
                    Ternary::LnBetaDensity => self.slopes_of_beta_density(a, b, c),
                    Ternary::LnBetaP(by_a, by_b) => self.slopes_of_incomplete_beta(by_a, by_b, a, b, c),
                };
                let product = |(argument, slope)| (argument, None, self.binary(Binary::Multiply, weight, slope));
                [a, b, c].into_iter().zip(slopes).map(product).collect()
            }
            Node::Quaternary(Quaternary::LnBetaBinomialCdf(by_a, by_b), arguments) => {
                let slopes = self.slopes_of_beta_binomial(by_a, by_b, arguments);
                let product = |(argument, slope)| (argument, None, self.binary(Binary::Multiply, weight, slope));
                arguments.into_iter().zip(slopes).map(product).collect()
            }
            Node::Select(condition, a, b) => {
                vec![(a, Some((condition, true)), weight), (b, Some((condition, false)), weight)]
            }
            Node::LogSumExp(list) => list
                .iter()
                .map(|&term| {
                    let difference = self.binary(Binary::Subtract, term, at);
                    let share = self.unary(Unary::Exp, difference);
                    (term, None, self.binary(Binary::Multiply, weight, share))
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
            Unary::Ln1mExp => {
                // eˣ / (eˣ − 1), where neither end overflows.
                let exp = self.unary(Unary::Exp, a);
                let exp_m1 = self.unary(Unary::ExpM1, a);
                self.binary(Binary::Divide, exp, exp_m1)
            }
            Unary::Sqrt => {
                let half = self.constant(0.5);
                self.binary(Binary::Divide, half, value)
            }
            Unary::Sin => self.unary(Unary::Cos, a),
            Unary::Cos => {
                let sine = self.unary(Unary::Sin, a);
                self.unary(Unary::Negate, sine)
            }
            Unary::ArcTan => {
                let square = self.binary(Binary::Multiply, a, a);
                let shifted = self.binary(Binary::Add, one, square);
                self.binary(Binary::Divide, one, shifted)
            }
            Unary::Logistic => {
                let complement = self.logistic_of_minus(a);
                self.binary(Binary::Multiply, value, complement)
            }
            Unary::LnLogistic => self.logistic_of_minus(a),
            Unary::LnGamma => self.unary(Unary::Polygamma(0), a),
            Unary::Polygamma(order) => self.unary(Unary::Polygamma(order + 1), a),
            Unary::LnZeta(order) => self.unary(Unary::LnZeta(order.saturating_add(1)), a),
            Unary::Ln1pRatio(order) => self.unary(Unary::Ln1pRatio(order.saturating_add(1)), a),
            Unary::ExpRemainder(order) => self.unary(Unary::ExpRemainder(order.saturating_add(1)), a),
            Unary::StirlingRemainder(order) => self.unary(Unary::StirlingRemainder(order.saturating_add(1)), a),
            Unary::LnNormalCdf => self.unary(Unary::InverseMillsRatio(0), a),
            Unary::InverseMillsRatio(order) => self.unary(Unary::InverseMillsRatio(order.saturating_add(1)), a),
            Unary::Erf => self.slope_of_erf(a, 1.0),
            Unary::Erfc => self.slope_of_erf(a, -1.0),
            Unary::LnErfc => {
                // ln erfc(a) = ln 2 + ln Φ(−√2 a)
                let minus_root = self.constant(-std::f64::consts::SQRT_2);
                let scaled = self.binary(Binary::Multiply, minus_root, a);
                let ratio = self.unary(Unary::InverseMillsRatio(0), scaled);
                self.binary(Binary::Multiply, minus_root, ratio)
            }
        }
    }

    /// `sign` · 2/√π exp(−a²)
    fn slope_of_erf(&mut self, a: Id, sign: f64) -> Id {
        let square = self.binary(Binary::Multiply, a, a);
        let minus = self.unary(Unary::Negate, square);
        let fall = self.unary(Unary::Exp, minus);
        let factor = self.constant(sign * std::f64::consts::FRAC_2_SQRT_PI);
        self.binary(Binary::Multiply, factor, fall)
    }

    fn logistic_of_minus(&mut self, a: Id) -> Id {
        let minus = self.unary(Unary::Negate, a);
        self.unary(Unary::Logistic, minus)
    }

    fn pull_back_binary(&mut self, operation: Binary, a: Id, b: Id, value: Id, weight: Id) -> Vec<(Id, Id)> {
        match operation {
            Binary::Add => vec![(a, weight), (b, weight)],
            Binary::Subtract => vec![(a, weight), (b, self.unary(Unary::Negate, weight))],
            Binary::Multiply => {
                vec![(a, self.binary(Binary::Multiply, weight, b)), (b, self.binary(Binary::Multiply, weight, a))]
            }
            Binary::Divide => {
                let to_a = self.binary(Binary::Divide, weight, b);
                let to_b = self.binary(Binary::Multiply, to_a, value);
                vec![(a, to_a), (b, self.unary(Unary::Negate, to_b))]
            }
            Binary::Power => {
                // b · a^(b−1), and a^b · ln a, which is 0 where a^b is, and stays so when b moves.
                let one = self.constant(1.0);
                let less = self.binary(Binary::Subtract, b, one);
                let lower = self.binary(Binary::Power, a, less);
                let slope_a = self.binary(Binary::Multiply, b, lower);
                let zero = self.constant(0.0);
                let ln = self.unary(Unary::Ln, a);
                let product = self.binary(Binary::Multiply, value, ln);
                let vanishes = self.binary(Binary::Equal, value, zero);
                let slope_b = self.select(vanishes, zero, product);
                let to_a = self.binary(Binary::Multiply, weight, slope_a);
                vec![(a, to_a), (b, self.binary(Binary::Multiply, weight, slope_b))]
            }
            Binary::XLnY => {
                let ln = self.unary(Unary::Ln, b);
                self.pull_back_x_times(ln, b, a, b, weight)
            }
            Binary::XLn1pY => {
                let (ln, one) = (self.unary(Unary::Ln1p, b), self.constant(1.0));
                let end = self.binary(Binary::Add, one, b);
                self.pull_back_x_times(ln, end, a, b, weight)
            }
            Binary::LnBeta => {
                // ψ(a) − ψ(a + b), and the same with a and b exchanged.
                let mut slope = |from: Id, step: Id| {
                    let rise = self.binary(Binary::PolygammaRising(0), from, step);
                    self.unary(Unary::Negate, rise)
                };
                let (slope_a, slope_b) = (slope(a, b), slope(b, a));
                let to_a = self.binary(Binary::Multiply, weight, slope_a);
                vec![(a, to_a), (b, self.binary(Binary::Multiply, weight, slope_b))]
            }
            Binary::LnRising => self.pull_back_rising(0, a, b, weight),
            Binary::PolygammaRising(order) => self.pull_back_rising(order + 1, a, b, weight),
            Binary::LnGammaDensity => self.pull_back_gamma_density(a, b, weight),
            Binary::LnGammaP(_) | Binary::LnGammaQ(_) => self.pull_back_incomplete_gamma(operation, a, b, weight),
            Binary::LnLogGammaCdf(order) => self.pull_back_log_gamma_cdf(order, a, b, weight),
            Binary::LnBesselI(by_a, by_b) => self.pull_back_orders(Binary::LnBesselI, by_a, by_b, a, b, weight),
            Binary::LnBesselK(by_a, by_b) => self.pull_back_orders(Binary::LnBesselK, by_a, by_b, a, b, weight),
            Binary::LnSkewNormalCdf => self.pull_back_skew_normal(a, b, value, weight),
            Binary::OwensT => self.pull_back_owens_t(a, b, weight),
            Binary::Less | Binary::Equal => vec![],
        }
    }

    /// Of a · `ln`, the logarithm of `of`, whose slope by b is 1: a / `of`, which is 0 where a = 0, whatever b.
    fn pull_back_x_times(&mut self, ln: Id, of: Id, a: Id, b: Id, weight: Id) -> Vec<(Id, Id)> {
        let zero = self.constant(0.0);
        let quotient = self.binary(Binary::Divide, a, of);
        let empty = self.binary(Binary::Equal, a, zero);
        let slope_b = self.select(empty, zero, quotient);
        let to_a = self.binary(Binary::Multiply, weight, ln);
        vec![(a, to_a), (b, self.binary(Binary::Multiply, weight, slope_b))]
    }

    /// Of ln F(z; α) = `value`: by z 2 φ(z) Φ(αz) / F, by α −exp(−(1 + α²) z² / 2) / (π (1 + α²) F).
    fn pull_back_skew_normal(&mut self, z: Id, alpha: Id, value: Id, weight: Id) -> Vec<(Id, Id)> {
        let minus_half = self.constant(-0.5);
        let product = self.binary(Binary::Multiply, z, alpha);
        let half_square = |builder: &mut Self, x: Id| {
            let square = builder.binary(Binary::Multiply, x, x);
            builder.binary(Binary::Multiply, minus_half, square)
        };
        let (of_z, of_product, squared) =
            (half_square(self, z), half_square(self, product), self.binary(Binary::Multiply, alpha, alpha));
        let rest = self.binary(Binary::Subtract, of_z, value);
        // ln 2 − ln √2π
        let constant = self.constant(0.5 * std::f64::consts::FRAC_2_PI.ln());
        let ln_phi = self.unary(Unary::LnNormalCdf, product);
        let ln_slope_z = self.binary(Binary::Add, rest, constant);
        let ln_slope_z = self.binary(Binary::Add, ln_slope_z, ln_phi);
        let slope_z = self.unary(Unary::Exp, ln_slope_z);
        let (ln_pi, ln_width) = (self.constant(std::f64::consts::PI.ln()), self.unary(Unary::Ln1p, squared));
        let ln_slope_alpha = self.binary(Binary::Add, rest, of_product);
        let ln_slope_alpha = self.binary(Binary::Subtract, ln_slope_alpha, ln_width);
        let ln_slope_alpha = self.binary(Binary::Subtract, ln_slope_alpha, ln_pi);
        let fall = self.unary(Unary::Exp, ln_slope_alpha);
        let slope_alpha = self.unary(Unary::Negate, fall);
        let to_z = self.binary(Binary::Multiply, weight, slope_z);
        vec![(z, to_z), (alpha, self.binary(Binary::Multiply, weight, slope_alpha))]
    }

    /// Of T(h, a): by h −φ(h) erf(ah/√2) / 2, by a exp(−h² (1 + a²) / 2) / (2π (1 + a²)).
    fn pull_back_owens_t(&mut self, h: Id, a: Id, weight: Id) -> Vec<(Id, Id)> {
        use std::f64::consts::{FRAC_1_SQRT_2, TAU};
        let (minus_half, one) = (self.constant(-0.5), self.constant(1.0));
        let square = self.binary(Binary::Multiply, h, h);
        let exponent = self.binary(Binary::Multiply, minus_half, square);
        let fall = self.unary(Unary::Exp, exponent);
        let root = self.constant(FRAC_1_SQRT_2);
        let scaled = self.binary(Binary::Multiply, root, h);
        let scaled = self.binary(Binary::Multiply, scaled, a);
        let erf = self.unary(Unary::Erf, scaled);
        let factor = self.constant(-0.5 / TAU.sqrt());
        let slope_h = self.binary(Binary::Multiply, fall, erf);
        let slope_h = self.binary(Binary::Multiply, factor, slope_h);
        let squared = self.binary(Binary::Multiply, a, a);
        let width = self.binary(Binary::Add, one, squared);
        let exponent = self.binary(Binary::Multiply, exponent, width);
        let (fall, turn) = (self.unary(Unary::Exp, exponent), self.constant(TAU));
        let turned = self.binary(Binary::Multiply, turn, width);
        let slope_a = self.binary(Binary::Divide, fall, turned);
        let to_h = self.binary(Binary::Multiply, weight, slope_h);
        vec![(h, to_h), (a, self.binary(Binary::Multiply, weight, slope_a))]
    }

    /// Of a family of operations that knows its own derivatives: one more by a, or by b.
    fn pull_back_orders(
        &mut self,
        operation: fn(u8, u8) -> Binary,
        by_a: u8,
        by_b: u8,
        a: Id,
        b: Id,
        weight: Id,
    ) -> Vec<(Id, Id)> {
        let slope_a = self.binary(operation(by_a.saturating_add(1), by_b), a, b);
        let slope_b = self.binary(operation(by_a, by_b.saturating_add(1)), a, b);
        let to_a = self.binary(Binary::Multiply, weight, slope_a);
        vec![(a, to_a), (b, self.binary(Binary::Multiply, weight, slope_b))]
    }

    /// Of F(a + b) − F(a) with F′ = ψ⁽ᵏ⁾, k = `order`: by a the difference of ψ⁽ᵏ⁾ over the step, by b its end.
    fn pull_back_rising(&mut self, order: u8, a: Id, b: Id, weight: Id) -> Vec<(Id, Id)> {
        let slope_a = self.binary(Binary::PolygammaRising(order), a, b);
        let end = self.binary(Binary::Add, a, b);
        let slope_b = self.unary(Unary::Polygamma(order), end);
        let to_a = self.binary(Binary::Multiply, weight, slope_a);
        vec![(a, to_a), (b, self.binary(Binary::Multiply, weight, slope_b))]
    }
}
