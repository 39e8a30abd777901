//! Truncated Taylor series in two variables: derivatives of special functions from the formulas of their values.
//!
//! Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 13.

use std::ops::{Add, Mul, Neg, Sub};

use super::{ln_rising, polygamma};

/// The highest order of differentiation by each variable.
pub(crate) const MOST_DERIVATIVES: u8 = 6;

const SIZE: usize = MOST_DERIVATIVES as usize + 1;

/// What the formula of a special function needs: a value alone ([`f64`]), or one with derivatives ([`Jet`]).
pub(super) trait Number:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Add<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    /// This number, without derivatives, in the shape of `self`.
    fn constant(self, value: f64) -> Self;
    fn value(self) -> f64;
    /// f(self), from the Taylor coefficients of f at the value: `coefficients(n)` gives at least n + 1.
    fn compose(self, coefficients: impl FnOnce(usize) -> [f64; 2 * SIZE]) -> Self;

    fn recip(self) -> Self {
        let first = 1.0 / self.value();
        self.compose(|n| recursive(n, first, |c, _| -c * first))
    }
    fn sqrt(self) -> Self {
        let v = self.value();
        self.compose(|n| recursive(n, v.sqrt(), |c, k| c * (1.5 - k) / (k * v)))
    }
    fn exp(self) -> Self {
        self.compose(|n| recursive(n, self.value().exp(), |c, k| c / k))
    }
    /// baseˢᵉˡᶠ
    fn exponent_of(self, base: f64) -> Self {
        self.compose(|n| recursive(n, base.powf(self.value()), |c, k| c * base.ln() / k))
    }
    fn asinh(self) -> Self {
        let t = self.value();
        self.compose(|n| {
            let mut c = [0.0; 2 * SIZE];
            (c[0], c[1]) = (t.asinh(), 1.0 / t.hypot(1.0));
            // From (1 + t²) y″ + t y′ = 0.
            for k in 0..n.saturating_sub(1) {
                let m = k as f64;
                c[k + 2] = -(t * (m + 1.0) * (2.0 * m + 1.0) * c[k + 1] + if k == 0 { 0.0 } else { m * m * c[k] })
                    / ((1.0 + t * t) * (m + 1.0) * (m + 2.0));
            }
            c
        })
    }
    /// ln Γ(1 + self)
    fn ln_gamma_1p(self) -> Self {
        let v = self.value();
        self.compose(|n| {
            let mut c = [0.0; 2 * SIZE];
            c[0] = ln_rising(1.0, v);
            let mut factorial = 1.0;
            for k in 1..=n {
                factorial *= k as f64;
                c[k] = polygamma(k as u8 - 1, 1.0 + v) / factorial;
            }
            c
        })
    }
    fn ln(self) -> Self {
        self.ln_with(self.value().ln(), self.value())
    }
    fn ln_1p(self) -> Self {
        self.ln_with(self.value().ln_1p(), 1.0 + self.value())
    }
    /// The logarithm whose value is `ln`, and slope 1 / `v`.
    fn ln_with(self, ln: f64, v: f64) -> Self {
        self.compose(|n| {
            let mut c = recursive(n, -1.0, |c, _| -c / v);
            (1..=n).for_each(|k| c[k] /= k as f64);
            c[0] = ln;
            c
        })
    }
}

/// c₀ = `first`, cₖ = `next`(cₖ₋₁, k), up to n.
fn recursive(n: usize, first: f64, next: impl Fn(f64, f64) -> f64) -> [f64; 2 * SIZE] {
    let mut c = [0.0; 2 * SIZE];
    c[0] = first;
    (1..=n).for_each(|k| c[k] = next(c[k - 1], k as f64));
    c
}

impl Number for f64 {
    fn constant(self, value: f64) -> f64 {
        value
    }
    fn value(self) -> f64 {
        self
    }
    fn compose(self, coefficients: impl FnOnce(usize) -> [f64; 2 * SIZE]) -> f64 {
        coefficients(0)[0]
    }
}

/// The coefficients of aʲ bᵏ for j ≤ `orders.0`, k ≤ `orders.1`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jet {
    orders: (usize, usize),
    c: [[f64; SIZE]; SIZE],
}

impl Jet {
    pub(super) fn new(orders: (u8, u8)) -> Jet {
        Jet { orders: (orders.0.into(), orders.1.into()), c: [[0.0; SIZE]; SIZE] }
    }

    /// The two variables at a point.
    pub(super) fn variables(orders: (u8, u8), first: f64, second: f64) -> (Jet, Jet) {
        let (mut a, mut b) = (Jet::new(orders), Jet::new(orders));
        (a.c[0][0], b.c[0][0]) = (first, second);
        if orders.0 > 0 {
            a.c[1][0] = 1.0;
        }
        if orders.1 > 0 {
            b.c[0][1] = 1.0;
        }
        (a, b)
    }

    /// Sets every coefficient.
    pub(super) fn fill(&mut self, value: impl Fn(usize, usize) -> f64) {
        for j in 0..=self.orders.0 {
            (0..=self.orders.1).for_each(|k| self.c[j][k] = value(j, k));
        }
    }

    /// The derivative of the orders that it was made for.
    pub(super) fn derivative(&self) -> f64 {
        let factorial = |n: usize| (1..=n).map(|m| m as f64).product::<f64>();
        self.c[self.orders.0][self.orders.1] * factorial(self.orders.0) * factorial(self.orders.1)
    }

    fn map(mut self, f: impl Fn(f64, usize, usize) -> f64) -> Jet {
        for j in 0..=self.orders.0 {
            (0..=self.orders.1).for_each(|k| self.c[j][k] = f(self.c[j][k], j, k));
        }
        self
    }
}

impl Neg for Jet {
    type Output = Jet;
    fn neg(self) -> Jet {
        self.map(|c, _, _| -c)
    }
}

impl Add for Jet {
    type Output = Jet;
    fn add(self, other: Jet) -> Jet {
        self.map(|c, j, k| c + other.c[j][k])
    }
}

impl Sub for Jet {
    type Output = Jet;
    fn sub(self, other: Jet) -> Jet {
        self.map(|c, j, k| c - other.c[j][k])
    }
}

impl Mul for Jet {
    type Output = Jet;
    fn mul(self, other: Jet) -> Jet {
        let mut product = Jet { c: [[0.0; SIZE]; SIZE], ..self };
        product.fill(|j, k| {
            let row = |i: usize| (0..=k).map(|l| self.c[i][l] * other.c[j - i][k - l]).sum::<f64>();
            (0..=j).map(row).sum()
        });
        product
    }
}

impl Add<f64> for Jet {
    type Output = Jet;
    fn add(mut self, other: f64) -> Jet {
        self.c[0][0] += other;
        self
    }
}

impl Mul<f64> for Jet {
    type Output = Jet;
    fn mul(self, other: f64) -> Jet {
        self.map(|c, _, _| c * other)
    }
}

impl Number for Jet {
    fn constant(self, value: f64) -> Jet {
        Jet { c: [[0.0; SIZE]; SIZE], ..self } + value
    }
    fn value(self) -> f64 {
        self.c[0][0]
    }
    fn compose(self, coefficients: impl FnOnce(usize) -> [f64; 2 * SIZE]) -> Jet {
        let degree = self.orders.0 + self.orders.1;
        let c = coefficients(degree);
        // What is left of it is nilpotent: Horner's scheme ends.
        let mut rest = self;
        rest.c[0][0] = 0.0;
        (0..degree).rev().fold(self.constant(c[degree]), |sum, n| sum * rest + c[n])
    }
}
