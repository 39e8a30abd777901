//! The derivatives of the incomplete beta function: by the shapes further orders, by the logit the density over the tail.

use crate::graph::{Builder, Id};
use crate::operation::{Binary, Ternary, Unary};
use crate::special::MOST_BETA_ORDERS;

/// The arguments: both shapes and the logit.
type Arguments = (Id, Id, Id);

impl Builder {
    /// Of ln(xᵃ (1 − x)ᵇ / B(a, b)): ln x + ψ(a + b) − ψ(a), the same for b, and a (1 − x) − b x.
    pub(super) fn slopes_of_beta_density(&mut self, a: Id, b: Id, logit: Id) -> [Id; 3] {
        let minus = self.unary(Unary::Negate, logit);
        let (x, rest) = (self.unary(Unary::Logistic, logit), self.unary(Unary::Logistic, minus));
        let (of_a, of_b) = (self.binary(Binary::Multiply, a, rest), self.binary(Binary::Multiply, b, x));
        let arguments = (a, b, logit);
        [
            self.beta_density_by_shapes(1, 0, arguments),
            self.beta_density_by_shapes(0, 1, arguments),
            self.binary(Binary::Subtract, of_a, of_b),
        ]
    }

    /// Of the derivative of ln I_x(a, b), `by_a` times by a and `by_b` times by b.
    pub(super) fn slopes_of_incomplete_beta(&mut self, by_a: u8, by_b: u8, a: Id, b: Id, logit: Id) -> [Id; 3] {
        let arguments = (a, b, logit);
        // ∂ ln I / ∂λ = e^g, g = ln density − ln I.
        let density = self.ternary(Ternary::LnBetaDensity, a, b, logit);
        let tail = self.beta_p(0, 0, arguments);
        let g = self.binary(Binary::Subtract, density, tail);
        let hazard = self.unary(Unary::Exp, g);
        let factor = self.beta_hazard_factor(by_a, by_b, arguments);
        [
            self.beta_p(by_a + 1, by_b, arguments),
            self.beta_p(by_a, by_b + 1, arguments),
            self.binary(Binary::Multiply, hazard, factor),
        ]
    }

    fn beta_p(&mut self, by_a: u8, by_b: u8, (a, b, logit): Arguments) -> Id {
        if by_a + by_b > MOST_BETA_ORDERS {
            return self.constant(f64::NAN);
        }
        self.ternary(Ternary::LnBetaP(by_a, by_b), a, b, logit)
    }

    /// The derivative of ln density by the shapes alone.
    fn beta_density_by_shapes(&mut self, by_a: u8, by_b: u8, (a, b, logit): Arguments) -> Id {
        match (by_a, by_b) {
            (0, 1) => {
                let minus = self.unary(Unary::Negate, logit);
                self.beta_density_by_shapes(1, 0, (b, a, minus))
            }
            (1, 0) => {
                let ln_x = self.unary(Unary::LnLogistic, logit);
                let rise = self.binary(Binary::PolygammaRising(0), a, b);
                self.binary(Binary::Add, ln_x, rise)
            }
            (order, 0) => self.binary(Binary::PolygammaRising(order - 1), a, b),
            (0, order) => self.binary(Binary::PolygammaRising(order - 1), b, a),
            _ => {
                let sum = self.binary(Binary::Add, a, b);
                self.unary(Unary::Polygamma(by_a + by_b - 1), sum)
            }
        }
    }

    /// e^(−g) times the derivative of e^g by the shapes: by Leibniz' rule on e^g times the first derivative of g.
    fn beta_hazard_factor(&mut self, by_a: u8, by_b: u8, arguments: Arguments) -> Id {
        if (by_a, by_b) == (0, 0) {
            return self.constant(1.0);
        }
        // One of the derivatives is that of g itself; the others fall on either factor.
        let (first, rest) = if by_a > 0 { ((1, 0), (by_a - 1, by_b)) } else { ((0, 1), (by_a, by_b - 1)) };
        let mut sum = self.constant(0.0);
        for (i, k) in (0..=rest.0).flat_map(|i| (0..=rest.1).map(move |k| (i, k))) {
            let (of_a, of_b) = (first.0 + i, first.1 + k);
            let of_density = self.beta_density_by_shapes(of_a, of_b, arguments);
            let of_tail = self.beta_p(of_a, of_b, arguments);
            let slope = self.binary(Binary::Subtract, of_density, of_tail);
            let before = self.beta_hazard_factor(rest.0 - i, rest.1 - k, arguments);
            let product = self.binary(Binary::Multiply, before, slope);
            let choose = self.constant(choose(rest.0, i) * choose(rest.1, k));
            let term = self.binary(Binary::Multiply, choose, product);
            sum = self.binary(Binary::Add, sum, term);
        }
        sum
    }
}

/// n over k
fn choose(n: u8, k: u8) -> f64 {
    (0..k).fold(1.0, |product, i| product * f64::from(n - i) / f64::from(i + 1))
}
