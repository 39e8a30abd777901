//! The derivatives of the incomplete gamma functions and of the log-gamma law: by the shape a further order, by the bound the
//! density over the tail.

use crate::graph::{Builder, Id};
use crate::operation::{Binary, Unary};
use crate::special::{MOST_INCOMPLETE_ORDERS, MOST_LOG_GAMMA_ORDERS};

impl Builder {
    /// Of ln(x^(a−1) e^(−x) / Γ(a)): ln x − ψ(a) and (a − 1)/x − 1.
    pub(super) fn pull_back_gamma_density(&mut self, a: Id, x: Id, weight: Id) -> Vec<(Id, Id)> {
        let by_shape = self.ln_less_digamma(a, x);
        let (zero, one) = (self.constant(0.0), self.constant(1.0));
        let less = self.binary(Binary::Subtract, a, one);
        let quotient = self.binary(Binary::Divide, less, x);
        // Of shape 1 it is −1 at x = 0 too.
        let vanishes = self.binary(Binary::Equal, less, zero);
        let quotient = self.select(vanishes, zero, quotient);
        let by_bound = self.binary(Binary::Subtract, quotient, one);
        vec![(a, self.binary(Binary::Multiply, weight, by_shape)), (x, self.binary(Binary::Multiply, weight, by_bound))]
    }

    /// Of ∂ᵏ ln P / ∂aᵏ and ∂ᵏ ln Q / ∂aᵏ.
    pub(super) fn pull_back_incomplete_gamma(&mut self, operation: Binary, a: Id, x: Id, weight: Id) -> Vec<(Id, Id)> {
        let (order, upper) = match operation {
            Binary::LnGammaQ(order) => (order, true),
            Binary::LnGammaP(order) => (order, false),
            _ => unreachable!("no incomplete gamma function"),
        };
        let tail = |builder: &mut Builder, order: u8| {
            if order > MOST_INCOMPLETE_ORDERS {
                return builder.constant(f64::NAN);
            }
            builder.binary(if upper { Binary::LnGammaQ(order) } else { Binary::LnGammaP(order) }, a, x)
        };
        let by_shape = tail(self, order + 1);
        // ∂ ln P / ∂x = e^g, g = ln density − ln P, and its derivatives by a are e^g Bₖ: B₀ = 1,
        // Bₖ₊₁ = Σ (k over i) Bₖ₋ᵢ g⁽ⁱ⁺¹⁾ (complete Bell polynomials).
        let density = self.binary(Binary::LnGammaDensity, a, x);
        let tail_0 = tail(self, 0);
        let g = self.binary(Binary::Subtract, density, tail_0);
        let hazard = self.unary(Unary::Exp, g);
        let mut slopes = Vec::new();
        for k in 1..=order {
            let of_density = match k {
                1 => self.ln_less_digamma(a, x),
                _ => {
                    let psi = self.unary(Unary::Polygamma(k - 1), a);
                    self.unary(Unary::Negate, psi)
                }
            };
            let of_tail = tail(self, k);
            slopes.push(self.binary(Binary::Subtract, of_density, of_tail));
        }
        let bell = self.bell_polynomial(&slopes);
        let product = self.binary(Binary::Multiply, hazard, bell);
        let by_bound = if upper { self.unary(Unary::Negate, product) } else { product };
        vec![(a, self.binary(Binary::Multiply, weight, by_shape)), (x, self.binary(Binary::Multiply, weight, by_bound))]
    }

    /// Of ∂ᵏ ln F(w; q) / ∂qᵏ, k = `order`.
    pub(super) fn pull_back_log_gamma_cdf(&mut self, order: u8, w: Id, q: Id, weight: Id) -> Vec<(Id, Id)> {
        let tail = |builder: &mut Builder, order: u8| {
            if order > MOST_LOG_GAMMA_ORDERS {
                return builder.constant(f64::NAN);
            }
            builder.binary(Binary::LnLogGammaCdf(order), w, q)
        };
        let by_shape = tail(self, order + 1);
        // ∂ ln F / ∂w = e^g, g = ln f − ln F.
        let mut differences = Vec::new();
        for k in 0..=order {
            let (of_density, of_tail) = (self.ln_log_gamma_density(k, w, q), tail(self, k));
            differences.push(self.binary(Binary::Subtract, of_density, of_tail));
        }
        let hazard = self.unary(Unary::Exp, differences[0]);
        let bell = self.bell_polynomial(&differences[1..]);
        let by_bound = self.binary(Binary::Multiply, hazard, bell);
        vec![(w, self.binary(Binary::Multiply, weight, by_bound)), (q, self.binary(Binary::Multiply, weight, by_shape))]
    }

    /// ∂ᵏ / ∂qᵏ of −w² h(qw) − r(q²) − ½ ln 2π, h(u) = (eᵘ − 1 − u)/u² and r Stirling's remainder, k = `order` ≤ 3.
    fn ln_log_gamma_density(&mut self, order: u8, w: Id, q: Id) -> Id {
        let (u, v) = (self.binary(Binary::Multiply, q, w), self.binary(Binary::Multiply, q, q));
        // w^(2 + k) h⁽ᵏ⁾(qw)
        let mut sum = self.unary(Unary::ExpRemainder(order), u);
        for _ in 0..order + 2 {
            sum = self.binary(Binary::Multiply, sum, w);
        }
        // The derivatives of r(q²) by q: coefficients, powers of q and orders of the derivatives of r.
        let terms: &[(f64, u8, u8)] = match order {
            0 => &[(1.0, 0, 0)],
            1 => &[(2.0, 1, 1)],
            2 => &[(2.0, 0, 1), (4.0, 2, 2)],
            _ => &[(12.0, 1, 2), (8.0, 3, 3)],
        };
        for &(coefficient, power, derivative) in terms {
            let remainder = self.unary(Unary::StirlingRemainder(derivative), v);
            let mut term = self.constant(coefficient);
            for _ in 0..power {
                term = self.binary(Binary::Multiply, term, q);
            }
            let term = self.binary(Binary::Multiply, term, remainder);
            sum = self.binary(Binary::Add, sum, term);
        }
        if order == 0 {
            let ln_root_two_pi = self.constant(0.5 * (2.0 * std::f64::consts::PI).ln());
            sum = self.binary(Binary::Add, sum, ln_root_two_pi);
        }
        self.unary(Unary::Negate, sum)
    }

    /// ln x − ψ(a)
    fn ln_less_digamma(&mut self, a: Id, x: Id) -> Id {
        let ln = self.unary(Unary::Ln, x);
        let psi = self.unary(Unary::Polygamma(0), a);
        self.binary(Binary::Subtract, ln, psi)
    }

    /// The complete Bell polynomial of these: e^−g times the derivative of e^g, of as many orders as there are of g.
    fn bell_polynomial(&mut self, slopes: &[Id]) -> Id {
        let mut bell = vec![self.constant(1.0)];
        for k in 0..slopes.len() {
            let mut sum = self.constant(0.0);
            let mut choose = 1.0;
            for i in 0..=k {
                let factor = self.constant(choose);
                let product = self.binary(Binary::Multiply, bell[k - i], slopes[i]);
                let term = self.binary(Binary::Multiply, factor, product);
                sum = self.binary(Binary::Add, sum, term);
                choose = choose * (k - i) as f64 / (i + 1) as f64;
            }
            bell.push(sum);
        }
        bell[slopes.len()]
    }
}
