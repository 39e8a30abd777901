//! Value and gradient of five log-likelihoods as an expert writes them with AVX2: what depends on parameters alone outside
//! the loop, as few accumulators as will do, vector functions of their own. No subnormal numbers, no infinities.

use std::arch::x86_64::*;

type V = __m256d;

#[inline]
#[target_feature(enable = "avx2,fma")]
fn c(x: f64) -> V {
    _mm256_set1_pd(x)
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn fma(a: V, b: V, d: V) -> V {
    _mm256_fmadd_pd(a, b, d)
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn load(x: &[f64; 4]) -> V {
    _mm256_set_pd(x[3], x[2], x[1], x[0])
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn total(v: V) -> f64 {
    let high = _mm256_extractf128_pd::<1>(v);
    let pair = _mm_add_pd(_mm256_castpd256_pd128(v), high);
    _mm_cvtsd_f64(_mm_add_sd(pair, _mm_unpackhi_pd(pair, pair)))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn exp(x: V) -> V {
    let x = _mm256_max_pd(_mm256_min_pd(x, c(709.0)), c(-708.0));
    let t = fma(x, c(std::f64::consts::LOG2_E), c(6755399441055744.0));
    let k = _mm256_sub_pd(t, c(6755399441055744.0));
    let r = _mm256_fnmadd_pd(k, c(0.6931471803691238), x);
    let r = _mm256_fnmadd_pd(k, c(1.9082149292705877e-10), r);
    let p = [
        0.5,
        0.1666666666666667,
        0.04166666666666667,
        0.008333333333326084,
        0.0013888888888883711,
        0.0001984126987500228,
        2.480158732567746e-05,
        2.755725517000089e-06,
        2.755727347871858e-07,
        2.5105312729622103e-08,
        2.09147553258932e-09,
    ];
    let r2 = _mm256_mul_pd(r, r);
    let r4 = _mm256_mul_pd(r2, r2);
    let pair = |i: usize| fma(c(p[i + 1]), r, c(p[i]));
    let a = fma(pair(2), r2, pair(0));
    let b = fma(pair(6), r2, pair(4));
    let d = fma(c(p[10]), r2, pair(8));
    let q = fma(fma(d, r4, b), r4, a);
    let e = _mm256_add_pd(c(1.0), fma(r2, q, r));
    let bits = _mm256_slli_epi64::<52>(_mm256_add_epi64(_mm256_castpd_si256(t), _mm256_set1_epi64x(1023)));
    _mm256_mul_pd(e, _mm256_castsi256_pd(bits))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn ln_with(x: V, lost: V) -> V {
    let offset = _mm256_set1_epi64x(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
    let bits = _mm256_add_epi64(_mm256_castpd_si256(x), offset);
    let m = _mm256_and_si256(bits, _mm256_set1_epi64x(0x000f_ffff_ffff_ffff));
    let m = _mm256_castsi256_pd(_mm256_add_epi64(m, _mm256_set1_epi64x(0x3fe6_a09e_667f_3bcd)));
    let k = _mm256_or_si256(_mm256_srli_epi64::<52>(bits), _mm256_set1_epi64x(0x4330_0000_0000_0000));
    let k = _mm256_sub_pd(_mm256_castsi256_pd(k), c(4503599627370496.0 + 1023.0));
    let f = _mm256_sub_pd(m, c(1.0));
    let s = _mm256_div_pd(f, _mm256_add_pd(c(2.0), f));
    let z = _mm256_mul_pd(s, s);
    let w = _mm256_mul_pd(z, z);
    let odd = fma(w, fma(w, c(0.15331611722055008), c(0.22222211089379496)), c(0.3999999999989889));
    let even = fma(
        w,
        fma(w, fma(w, c(0.14617807153417325), c(0.1818289243253687)), c(0.28571428626253836)),
        c(0.666666666666667),
    );
    let r = _mm256_mul_pd(z, fma(odd, z, even));
    let half = _mm256_mul_pd(_mm256_mul_pd(c(0.5), f), f);
    let small = fma(s, _mm256_add_pd(half, r), fma(k, c(1.9082149292705877e-10), lost));
    fma(k, c(0.6931471803691238), _mm256_sub_pd(f, _mm256_sub_pd(half, small)))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn ln(x: V) -> V {
    ln_with(x, c(0.0))
}

/// ln(1 + x), from ln of the rounded sum and what the sum has lost, divided by it.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn ln_1p(x: V) -> V {
    let u = _mm256_add_pd(c(1.0), x);
    let lost = _mm256_div_pd(_mm256_sub_pd(x, _mm256_sub_pd(u, c(1.0))), u);
    ln_with(u, lost)
}

/// θ = (shape, scale)
#[target_feature(enable = "avx2,fma")]
pub(crate) fn weibull(theta: &[f64], x: &[f64]) -> Vec<f64> {
    let (k, l) = (c(theta[0]), c(theta[1].ln()));
    let (mut a, mut b, mut d) = (c(0.0), c(0.0), c(0.0));
    for x in x.as_chunks::<4>().0 {
        let r = _mm256_sub_pd(ln(load(x)), l);
        let e = exp(_mm256_mul_pd(k, r));
        a = _mm256_add_pd(a, r);
        b = _mm256_add_pd(b, e);
        d = fma(r, e, d);
    }
    let (n, a, b, d) = (x.len() as f64, total(a), total(b), total(d));
    let (shape, scale) = (theta[0], theta[1]);
    vec![n * (shape.ln() - scale.ln()) + (shape - 1.0) * a - b, n / shape + a - d, shape / scale * (b - n)]
}

/// θ = (loc, scale)
#[target_feature(enable = "avx2,fma")]
pub(crate) fn logistic(theta: &[f64], x: &[f64]) -> Vec<f64> {
    let (m, i) = (c(theta[0]), c(1.0 / theta[1]));
    let sign = c(-0.0);
    let (mut value, mut slope, mut spread) = (c(0.0), c(0.0), c(0.0));
    for x in x.as_chunks::<4>().0 {
        let z = _mm256_mul_pd(_mm256_sub_pd(load(x), m), i);
        let minus = _mm256_or_pd(z, sign);
        let e = exp(minus);
        value = _mm256_add_pd(value, fma(c(-2.0), ln_1p(e), minus));
        let t = _mm256_div_pd(_mm256_sub_pd(c(1.0), e), _mm256_add_pd(c(1.0), e));
        let t = _mm256_or_pd(t, _mm256_and_pd(z, sign));
        slope = _mm256_add_pd(slope, t);
        spread = fma(z, t, spread);
    }
    let (n, i) = (x.len() as f64, 1.0 / theta[1]);
    vec![total(value) - n * theta[1].ln(), total(slope) * i, (total(spread) - n) * i]
}

/// θ = (loc, scale, df), with the derivative of the constant by df given.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn student_t(theta: &[f64], constants: [f64; 2], x: &[f64]) -> Vec<f64> {
    let (m, i, d) = (c(theta[0]), c(1.0 / theta[1]), c(1.0 / theta[2]));
    let (mut l, mut a, mut b) = (c(0.0), c(0.0), c(0.0));
    for x in x.as_chunks::<4>().0 {
        let z = _mm256_mul_pd(_mm256_sub_pd(load(x), m), i);
        let q = _mm256_mul_pd(_mm256_mul_pd(z, z), d);
        l = _mm256_add_pd(l, ln_1p(q));
        let w = _mm256_div_pd(z, _mm256_add_pd(c(1.0), q));
        a = _mm256_add_pd(a, w);
        b = fma(w, z, b);
    }
    let (n, nu, i) = (x.len() as f64, theta[2], 1.0 / theta[1]);
    let (l, a, b) = (total(l), total(a), total(b));
    let h = (nu + 1.0) / 2.0;
    let k = (nu + 1.0) / nu * i;
    vec![n * constants[0] - h * l, k * a, k * b - n * i, n * constants[1] - 0.5 * l + h / (nu * nu) * b]
}

/// θ = (loc, scale, shape), shape not 0.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn gev(theta: &[f64], x: &[f64]) -> Vec<f64> {
    let (m, i, s, r) = (c(theta[0]), c(1.0 / theta[1]), c(theta[2]), c(1.0 / theta[2]));
    let (mut sy, mut se, mut sg, mut szg, mut sy1, mut sz) = (c(0.0), c(0.0), c(0.0), c(0.0), c(0.0), c(0.0));
    for x in x.as_chunks::<4>().0 {
        let z = _mm256_mul_pd(_mm256_sub_pd(load(x), m), i);
        let u = _mm256_mul_pd(s, z);
        let y = _mm256_mul_pd(ln_1p(u), r);
        let e = exp(_mm256_sub_pd(c(0.0), y));
        let w = _mm256_div_pd(c(1.0), _mm256_add_pd(c(1.0), u));
        // −(1 + ξ) + e is the slope by y; dy/dz = w, dy/dξ = (z w − y)/ξ.
        let g = _mm256_mul_pd(_mm256_sub_pd(e, _mm256_add_pd(c(1.0), s)), w);
        sy = _mm256_add_pd(sy, y);
        se = _mm256_add_pd(se, e);
        sg = _mm256_add_pd(sg, g);
        szg = fma(z, g, szg);
        sy1 = fma(y, e, sy1);
        sz = fma(z, w, sz);
    }
    let (n, shape, i) = (x.len() as f64, theta[2], 1.0 / theta[1]);
    let (sy, se, sg, szg, sy1) = (total(sy), total(se), total(sg), total(szg), total(sy1));
    let by_shape = -sy + (szg - (sy1 - (1.0 + shape) * sy)) / shape;
    let _ = total(sz);
    vec![-n * theta[1].ln() - (1.0 + shape) * sy - se, -i * sg, -i * (szg + n), by_shape]
}

/// θ = (weights…, mu, sigma, mu, sigma, …) of five normals; sums of shares, shares · z and shares · z².
#[target_feature(enable = "avx2,fma")]
pub(crate) fn mixture(theta: &[f64], x: &[f64]) -> Vec<f64> {
    let half_ln = 0.5 * (2.0 * std::f64::consts::PI).ln();
    let mut k = [[c(0.0); 3]; 5];
    for j in 0..5 {
        let (w, mu, sigma) = (theta[j], theta[5 + 2 * j], theta[6 + 2 * j]);
        k[j] = [c(w.ln() - sigma.ln() - half_ln), c(mu), c(1.0 / sigma)];
    }
    let mut value = c(0.0);
    let mut sums = [[c(0.0); 3]; 5];
    for x in x.as_chunks::<4>().0 {
        let x = load(x);
        let mut z = [c(0.0); 5];
        let mut t = [c(0.0); 5];
        for j in 0..5 {
            z[j] = _mm256_mul_pd(_mm256_sub_pd(x, k[j][1]), k[j][2]);
            t[j] = fma(_mm256_mul_pd(z[j], c(-0.5)), z[j], k[j][0]);
        }
        let most = _mm256_max_pd(_mm256_max_pd(_mm256_max_pd(t[0], t[1]), _mm256_max_pd(t[2], t[3])), t[4]);
        let mut all = c(0.0);
        for t in &mut t {
            *t = exp(_mm256_sub_pd(*t, most));
            all = _mm256_add_pd(all, *t);
        }
        value = _mm256_add_pd(value, _mm256_add_pd(most, ln(all)));
        let one = _mm256_div_pd(c(1.0), all);
        for j in 0..5 {
            let r = _mm256_mul_pd(t[j], one);
            let rz = _mm256_mul_pd(r, z[j]);
            sums[j][0] = _mm256_add_pd(sums[j][0], r);
            sums[j][1] = _mm256_add_pd(sums[j][1], rz);
            sums[j][2] = fma(rz, z[j], sums[j][2]);
        }
    }
    let mut out = vec![total(value)];
    for j in 0..5 {
        let sigma = theta[6 + 2 * j];
        let s = sums[j].map(|v| total(v));
        out.extend([s[0] / theta[j], s[1] / sigma, (s[2] - s[0]) / sigma]);
    }
    out
}
