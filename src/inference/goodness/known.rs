//! The laws of the statistics where the law of the data is fully specified: nothing was fitted.

use std::f64::consts::PI;

use nalgebra::DMatrix;

use super::statistic::Distance;
use crate::special::{ln_bessel_k_scaled, ln_gamma};

impl Distance {
    /// The probability of a distance of at least this, of `n` independent observations of a continuous law that is known.
    ///
    /// Kolmogorov's is exact to ten digits up to n = 1000, and an expansion with an error of order n⁻² beyond; Cramér and
    /// von Mises's has an error of order n⁻², that of Anderson and Darling one of about 2e-6.
    pub(super) fn p_value(self, n: usize, distance: f64) -> f64 {
        let p = match self {
            Distance::KolmogorovSmirnov => kolmogorov(n, distance),
            Distance::CramerVonMises => 1.0 - cramer_von_mises(n as f64, distance),
            Distance::AndersonDarling => 1.0 - anderson_darling(n as f64, distance),
        };
        p.clamp(0.0, 1.0)
    }
}

/// Above this the probability of both a large D⁺ and a large D⁻ is below 1e-10 of that of one of them.
const ONE_SIDED: f64 = 4.0;

/// Up to so many observations by powers of a matrix.
const MOST_BY_MATRIX: usize = 1000;

/// P(Dₙ ≥ d).
fn kolmogorov(n: usize, d: f64) -> f64 {
    if d >= 1.0 {
        return 0.0;
    }
    let count = n as f64;
    if count * d * d >= ONE_SIDED {
        return (2.0 * one_sided(count, d)).min(1.0);
    }
    if n > MOST_BY_MATRIX {
        return 1.0 - pelz_good(count, d);
    }
    1.0 - by_matrix(n, d)
}

/// P(Dₙ⁺ ≥ d), a sum of positive terms (Smirnov 1944; Birnbaum and Tingey, "One-sided confidence contours for probability
/// distribution functions", 1951).
fn one_sided(n: f64, d: f64) -> f64 {
    let last = (n * (1.0 - d)).floor() as usize;
    let term = |j: usize| {
        let j = j as f64;
        let (rise, rest) = (d + j / n, 1.0 - d - j / n);
        let binomial = ln_gamma(n + 1.0) - ln_gamma(j + 1.0) - ln_gamma(n - j + 1.0);
        // 0⁰ is 1.
        let power = if n == j { 0.0 } else { (n - j) * rest.max(0.0).ln() };
        (binomial + (j - 1.0) * rise.ln() + power).exp()
    };
    d * (0..=last).map(term).sum::<f64>()
}

/// P(Dₙ < d) by a power of a matrix (Marsaglia, Tsang and Wang, "Evaluating Kolmogorov's distribution", 2003).
fn by_matrix(n: usize, d: f64) -> f64 {
    let t = n as f64 * d;
    let k = t.floor() as usize + 1;
    let (m, h) = (2 * k - 1, k as f64 - t);
    let mut matrix = DMatrix::from_fn(m, m, |i, j| if i + 1 < j { 0.0 } else { 1.0 });
    for i in 0..m {
        matrix[(i, 0)] -= h.powi(i as i32 + 1);
        matrix[(m - 1, i)] -= h.powi((m - i) as i32);
    }
    if 2.0 * h > 1.0 {
        matrix[(m - 1, 0)] += (2.0 * h - 1.0).powi(m as i32);
    }
    let factorials: Vec<f64> = (0..=m).map(|i| ln_gamma(i as f64 + 1.0)).collect();
    for i in 0..m {
        for j in 0..m.min(i + 2) {
            matrix[(i, j)] *= (-factorials[i + 1 - j]).exp();
        }
    }
    // The power by squaring, with its magnitude apart.
    let (mut result, mut base) = (DMatrix::identity(m, m), matrix);
    let (mut ln_result, mut ln_base) = (0.0, 0.0);
    let mut power = n;
    let rescale = |matrix: &mut DMatrix<f64>, ln: &mut f64| {
        let size = matrix.amax();
        *matrix /= size;
        *ln += size.ln();
    };
    while power > 0 {
        if power % 2 == 1 {
            result = &result * &base;
            ln_result += ln_base;
            rescale(&mut result, &mut ln_result);
        }
        base = &base * &base;
        ln_base *= 2.0;
        rescale(&mut base, &mut ln_base);
        power /= 2;
    }
    let middle: f64 = result[(k - 1, k - 1)];
    let count = n as f64;
    (middle.ln() + ln_result + ln_gamma(count + 1.0) - count * count.ln()).exp()
}

/// P(Dₙ < d) to order n^(−3/2) (Pelz and Good, "Approximating the lower tail-areas of the Kolmogorov–Smirnov one-sample
/// statistic", 1976).
fn pelz_good(n: f64, d: f64) -> f64 {
    let z = n.sqrt() * d;
    let (z2, z4, z6) = (z * z, z.powi(4), z.powi(6));
    let p2 = PI * PI;
    // Σ over k + ½, and over k ≥ 1.
    let odd = |f: &dyn Fn(f64) -> f64| {
        (0..40).map(|k| (k as f64 + 0.5).powi(2)).map(|q| f(q) * (-p2 * q / (2.0 * z2)).exp()).sum::<f64>()
    };
    let whole = |f: &dyn Fn(f64) -> f64| {
        (1..40).map(|k| (k as f64).powi(2)).map(|q| f(q) * (-p2 * q / (2.0 * z2)).exp()).sum::<f64>()
    };
    let root = (2.0 * PI).sqrt();
    let k0 = root / z * odd(&|_| 1.0);
    let k1 = root / (6.0 * z4) * odd(&|q| p2 * q - z2);
    let k2 = root / (72.0 * z.powi(7))
        * odd(&|q| 6.0 * z6 + 2.0 * z4 + p2 * (2.0 * z4 - 5.0 * z2) * q + p2 * p2 * (1.0 - 2.0 * z2) * q * q)
        - root / (36.0 * z.powi(3)) * whole(&|q| p2 * q);
    let k3 = root / (6480.0 * z.powi(10))
        * odd(&|q| {
            p2.powi(3) * q.powi(3) * (5.0 - 30.0 * z2)
                + p2 * p2 * q * q * (-60.0 * z2 + 212.0 * z4)
                + p2 * q * (135.0 * z4 - 96.0 * z6)
                - (30.0 * z6 + 90.0 * z.powi(8))
        })
        + root / (216.0 * z6) * whole(&|q| -p2 * p2 * q * q + 3.0 * p2 * q * z2);
    k0 + k1 / n.sqrt() + k2 / n + k3 / (n * n.sqrt())
}

/// P(W² ≤ x) (Csörgő and Faraway, "The exact and asymptotic distributions of Cramér–von Mises statistics", 1996, equations
/// 1.2 and 1.8).
fn cramer_von_mises(n: f64, x: f64) -> f64 {
    if x <= 1.0 / (12.0 * n) {
        return 0.0;
    }
    if x >= n / 3.0 {
        return 1.0;
    }
    let bessel = |nu: f64, z: f64| (ln_bessel_k_scaled(nu, z) - z).exp();
    let gamma = |k: f64| ln_gamma(k).exp();
    let (mut limit, mut correction) = (0.0, 0.0);
    for k in 0..20 {
        let k = f64::from(k);
        let y = 4.0 * k + 1.0;
        let q = y * y / (16.0 * x);
        let term = gamma(k + 0.5) / gamma(k + 1.0) * y.sqrt() * (-q).exp() * bessel(0.25, q);
        limit += term / (PI.powf(1.5) * x.sqrt());
        let ed2 = |y: f64| {
            let z = 0.25 * y * y;
            (-z).exp() * (0.5 * y).powf(1.5) * (bessel(0.25, z) + bessel(0.75, z)) / PI.sqrt()
        };
        let ed3 = |y: f64| {
            let z = 0.25 * y * y;
            let sum = 2.0 * bessel(0.25, z) + 3.0 * bessel(0.75, z) - bessel(1.25, z);
            (-z).exp() * (0.5 * y).powf(2.5) * sum / PI.sqrt()
        };
        let (m, root) = (2.0 * k + 1.0, 2.0 * x.sqrt());
        let (low, high) = (x.powf(0.75), x.powf(1.25));
        let (here, next) = ((4.0 * k + 1.0) / root, (4.0 * k + 5.0) / root);
        let sum = m * gamma(k + 0.5) * ed2((4.0 * k + 3.0) / root) / (9.0 * low)
            + gamma(k + 0.5) * ed3(here) / (72.0 * high)
            + 2.0 * (m + 2.0) * gamma(k + 1.5) * ed3(next) / (12.0 * high)
            + 7.0 * m * gamma(k + 0.5) * (ed2(here) + ed2(next)) / (144.0 * low);
        correction -= sum / (PI * gamma(k + 1.0));
    }
    limit * (1.0 + 1.0 / (12.0 * n)) + correction / n
}

/// P(A² ≤ x) (Marsaglia and Marsaglia, "Evaluating the Anderson–Darling distribution", 2004: polynomials of best fit).
fn anderson_darling(n: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let polynomial = |coefficients: &[f64], at: f64| coefficients.iter().rev().fold(0.0, |sum, c| sum * at + c);
    let limit = if x < 2.0 {
        (-1.2337141 / x).exp() / x.sqrt()
            * polynomial(&[2.00012, 0.247105, -0.0649821, 0.0347962, -0.0116720, 0.00168691], x)
    } else {
        (-polynomial(&[1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146], x).exp()).exp()
    };
    let middle = 0.01265 + 0.1757 / n;
    let error = if limit > 0.8 {
        polynomial(&[-130.2137, 745.2337, -1705.091, 1950.646, -1116.360, 255.7844], limit) / n
    } else if limit < middle {
        let t = limit / middle;
        t.sqrt() * (1.0 - t) * (49.0 * t - 102.0) * (0.0037 / (n * n) + 0.00078 / n + 0.00006) / n
    } else {
        let t = (limit - middle) / (0.8 - middle);
        polynomial(&[-0.00022633, 6.54034, -14.6538, 14.458, -8.259, 1.91864], t) * (0.04213 + 0.01365 / n) / n
    };
    limit + error
}

#[cfg(test)]
mod tests {
    use super::{by_matrix, one_sided, pelz_good};
    use crate::inference::goodness::statistic::Distance;

    #[test]
    fn one_observation_is_uniform() {
        // D₁ = max(u, 1 − u), W² = (u − ½)² + 1/12.
        for d in [0.6, 0.75, 0.99] {
            assert!((Distance::KolmogorovSmirnov.p_value(1, d) - 2.0 * (1.0 - d)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_ways_of_computing_agree() {
        for n in [20_usize, 100, 400] {
            let d = (4.0 / n as f64).sqrt();
            let (both, twice) = (1.0 - by_matrix(n, d), 2.0 * one_sided(n as f64, d));
            assert!((both / twice - 1.0).abs() < 1e-8, "{n}: {both} {twice}");
        }
        for z in [0.4, 0.7, 1.0, 1.5] {
            let d = z / 1000.0_f64.sqrt();
            let (exact, expansion) = (by_matrix(1000, d), pelz_good(1000.0, d));
            assert!((exact - expansion).abs() < 2e-7, "{z}: {exact} {expansion}");
        }
    }

    #[test]
    fn published_points() {
        // D₁₀ < 0.274 with probability 0.6284796154565043 (Marsaglia, Tsang and Wang 2003).
        assert!((by_matrix(10, 0.274) - 0.628_479_615_456_504_3).abs() < 1e-12);
        // 5 % points of W² and A² (Stephens 1986, table 4.2), in the limit.
        assert!((Distance::CramerVonMises.p_value(100_000, 0.461) - 0.05).abs() < 2e-4);
        assert!((Distance::AndersonDarling.p_value(100_000, 2.492) - 0.05).abs() < 2e-4);
    }
}
