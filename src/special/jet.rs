//! Truncated Taylor series in two variables: derivatives of special functions from the formulas of their values.
//!
//! Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 13.

use std::array::from_fn;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{ln_rising, polygamma};

/// The highest order of differentiation of a function of two variables, by both together.
pub(crate) const MOST_DERIVATIVES: u8 = 4;

/// Taylor coefficients of a function of one variable.
pub(super) type Coefficients = [f64; 8];

/// What the formula of a special function needs: a value alone ([`f64`]), or one with derivatives ([`Jet`]).
pub(super) trait Number:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    /// This value, without derivatives, in the shape of `self`.
    fn constant(self, value: f64) -> Self;
    fn value(self) -> f64;
    /// f(self), from the Taylor coefficients of f at the value: `coefficients(n)` gives at least n + 1.
    fn compose(self, coefficients: impl FnOnce(usize) -> Coefficients) -> Self;

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
            let mut c = Coefficients::default();
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
            let mut c = Coefficients::default();
            c[0] = ln_rising(1.0, v);
            (1..=n).for_each(|k| c[k] = polygamma(k as u8 - 1, 1.0 + v) / factorial(k));
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
fn recursive(n: usize, first: f64, next: impl Fn(f64, f64) -> f64) -> Coefficients {
    let mut c = Coefficients::default();
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
    fn compose(self, coefficients: impl FnOnce(usize) -> Coefficients) -> f64 {
        coefficients(0)[0]
    }
}

/// The coefficients of aʲ bᵏ for j < `J`, k < `K`: enough for the derivative of the orders `J` − 1 and `K` − 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jet<const J: usize, const K: usize>([[f64; K]; J]);

impl<const J: usize, const K: usize> Jet<J, K> {
    /// From its coefficients.
    pub(super) fn new(coefficient: impl Fn(usize, usize) -> f64) -> Jet<J, K> {
        Jet(from_fn(|j| from_fn(|k| coefficient(j, k))))
    }

    /// The coefficient of aʲ bᵏ.
    pub(super) fn at(&self, j: usize, k: usize) -> f64 {
        self.0[j][k]
    }

    /// The two variables at a point.
    pub(super) fn variables(first: f64, second: f64) -> (Jet<J, K>, Jet<J, K>) {
        let variable = |value, slope| {
            Jet::new(move |j, k| match (j, k) {
                (0, 0) => value,
                _ => f64::from((j, k) == slope),
            })
        };
        (variable(first, (1, 0)), variable(second, (0, 1)))
    }

    /// The derivative of the orders that it is made for.
    pub(super) fn derivative(&self) -> f64 {
        self.0[J - 1][K - 1] * factorial(J - 1) * factorial(K - 1)
    }
}

/// n!
pub(super) fn factorial(n: usize) -> f64 {
    (1..=n).map(|m| m as f64).product()
}

impl<const J: usize, const K: usize> Neg for Jet<J, K> {
    type Output = Self;
    fn neg(self) -> Self {
        Jet::new(|j, k| -self.0[j][k])
    }
}

impl<const J: usize, const K: usize> Add for Jet<J, K> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Jet::new(|j, k| self.0[j][k] + other.0[j][k])
    }
}

impl<const J: usize, const K: usize> Sub for Jet<J, K> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Jet::new(|j, k| self.0[j][k] - other.0[j][k])
    }
}

impl<const J: usize, const K: usize> Mul for Jet<J, K> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let mut product = [[0.0; K]; J];
        // Loops, which are unrolled where iterators within iterators are not.
        for (j, row) in product.iter_mut().enumerate() {
            for (k, entry) in row.iter_mut().enumerate() {
                for i in 0..=j {
                    for l in 0..=k {
                        *entry += self.0[i][l] * other.0[j - i][k - l];
                    }
                }
            }
        }
        Jet(product)
    }
}

impl<const J: usize, const K: usize> Div for Jet<J, K> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        other.recip().mul(self)
    }
}

impl<const J: usize, const K: usize> Add<f64> for Jet<J, K> {
    type Output = Self;
    fn add(mut self, other: f64) -> Self {
        self.0[0][0] += other;
        self
    }
}

impl<const J: usize, const K: usize> Mul<f64> for Jet<J, K> {
    type Output = Self;
    fn mul(self, other: f64) -> Self {
        Jet::new(|j, k| self.0[j][k] * other)
    }
}

impl<const J: usize, const K: usize> Number for Jet<J, K> {
    fn constant(self, value: f64) -> Self {
        Jet::new(|j, k| if (j, k) == (0, 0) { value } else { 0.0 })
    }
    fn value(self) -> f64 {
        self.0[0][0]
    }
    fn compose(self, coefficients: impl FnOnce(usize) -> Coefficients) -> Self {
        let degree = J + K - 2;
        let c = coefficients(degree);
        // What is left of it is nilpotent: Horner's scheme ends.
        let mut rest = self;
        rest.0[0][0] = 0.0;
        (0..degree).rev().fold(self.constant(c[degree]), |sum, n| sum * rest + c[n])
    }
}

/// `$function::<J, K>` for the derivative of these orders, together at most [`MOST_DERIVATIVES`]; else NaN.
macro_rules! of_orders {
    ($by_first:expr, $by_second:expr, $function:ident($($argument:expr),*)) => {
        match ($by_first, $by_second) {
            (0, 0) => $function::<1, 1>($($argument),*),
            (0, 1) => $function::<1, 2>($($argument),*),
            (0, 2) => $function::<1, 3>($($argument),*),
            (0, 3) => $function::<1, 4>($($argument),*),
            (0, 4) => $function::<1, 5>($($argument),*),
            (1, 0) => $function::<2, 1>($($argument),*),
            (1, 1) => $function::<2, 2>($($argument),*),
            (1, 2) => $function::<2, 3>($($argument),*),
            (1, 3) => $function::<2, 4>($($argument),*),
            (2, 0) => $function::<3, 1>($($argument),*),
            (2, 1) => $function::<3, 2>($($argument),*),
            (2, 2) => $function::<3, 3>($($argument),*),
            (3, 0) => $function::<4, 1>($($argument),*),
            (3, 1) => $function::<4, 2>($($argument),*),
            (4, 0) => $function::<5, 1>($($argument),*),
            _ => f64::NAN,
        }
    };
}
pub(super) use of_orders;
