//! [`Jet`]: a value with its derivatives by two parameters, as a truncated Taylor series.

/// The Taylor coefficients cⱼₖ of hʲ gᵏ, j + k < N, of a function of (a + h, b + g).
#[derive(Debug, Clone, Copy)]
pub(super) struct Jet<const N: usize>(pub(super) [[f64; N]; N]);

impl<const N: usize> Jet<N> {
    pub(super) fn constant(value: f64) -> Jet<N> {
        let mut jet = [[0.0; N]; N];
        jet[0][0] = value;
        Jet(jet)
    }

    /// The jet of these Taylor coefficients, asked for in every order that is kept.
    pub(super) fn of(coefficient: impl Fn(usize, usize) -> f64) -> Jet<N> {
        let mut jet = Jet::constant(0.0);
        for j in 0..N {
            for k in 0..N - j {
                jet.0[j][k] = coefficient(j, k);
            }
        }
        jet
    }

    pub(super) fn value(&self) -> f64 {
        self.0[0][0]
    }

    /// ∂ʲ⁺ᵏ / ∂aʲ ∂bᵏ
    pub(super) fn derivative(&self, j: usize, k: usize) -> f64 {
        self.0[j][k] * factorial(j) * factorial(k)
    }

    pub(super) fn plus(&self, other: &Jet<N>) -> Jet<N> {
        Jet::of(|j, k| self.0[j][k] + other.0[j][k])
    }

    pub(super) fn times(&self, other: &Jet<N>) -> Jet<N> {
        let product = |j: usize, k: usize| {
            (0..=j).flat_map(|i| (0..=k).map(move |l| (i, l))).map(|(i, l)| self.0[i][l] * other.0[j - i][k - l]).sum()
        };
        Jet::of(product)
    }

    /// f of the function, from the Taylor coefficients of f at its value.
    fn compose(&self, f: [f64; 4]) -> Jet<N> {
        let mut rest = *self;
        rest.0[0][0] = 0.0;
        let mut sum = Jet::constant(f[0]);
        let mut power = rest;
        for (k, &coefficient) in f.iter().enumerate().take(N).skip(1) {
            sum = Jet::of(|i, l| sum.0[i][l] + coefficient * power.0[i][l]);
            if k + 1 < N {
                power = power.times(&rest);
            }
        }
        sum
    }

    pub(super) fn exp(&self) -> Jet<N> {
        let value = self.value().exp();
        self.compose([value, value, value / 2.0, value / 6.0])
    }

    pub(super) fn ln(&self) -> Jet<N> {
        let value = self.value();
        let inverse = 1.0 / value;
        self.compose([value.ln(), inverse, -inverse.powi(2) / 2.0, inverse.powi(3) / 3.0])
    }

    /// ln(1 − p), which is −p to all its digits where p is small.
    pub(super) fn ln_complement(&self) -> Jet<N> {
        let p = self.value();
        let inverse = 1.0 / (1.0 - p);
        self.compose([(-p).ln_1p(), -inverse, -inverse.powi(2) / 2.0, -inverse.powi(3) / 3.0])
    }
}

pub(super) fn factorial(k: usize) -> f64 {
    (1..=k).map(|i| i as f64).product()
}
