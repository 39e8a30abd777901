//! Log-densities where a textbook formula would lose its digits, against mpmath 1.3 with 50 digits.

use thetahat::prelude::*;

fn close(found: f64, expected: f64, size_of_terms: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(error < 8.0 * f64::EPSILON * size_of_terms.max(expected.abs()), "{what}: {found} is not {expected}");
}

#[test]
fn negative_binomial_of_any_size() {
    // ln Γ(x + r) − ln Γ(r) at r = 1e15 is a difference of numbers of 3e16.
    let cases: [([f64; 3], f64); 5] = [
        ([3.0, 4.0, 1e7], -1.632_876_485_868_381_5),
        ([0.0, 4.0, 1e12], -3.999_999_999_992),
        ([250.0, 300.0, 1e15], -8.099_613_126_801_571),
        ([7.0, 2.5, 0.3], -3.936_445_296_462_391_3),
        ([1e5, 1000.0, 0.5], -60.117_034_257_806_475),
    ];
    for ([x, mu, size], expected) in cases {
        let found = NegativeBinomial.ln_density(Theta::new(&[mu, size]), x);
        close(found, expected, x * (size + mu).ln(), &format!("negative binomial({mu}, {size}) at {x}"));
    }
}

#[test]
fn student_t_of_any_degrees_of_freedom() {
    let cases: [([f64; 4], f64); 4] = [
        ([2.5, 0.0, 1.0, 1e15], -4.043_938_533_204_666),
        ([2.5, 0.0, 1.0, 1e7], -4.043_937_894_142_482),
        ([-40.0, 1.0, 0.5, 0.01], -9.085_873_874_315_267),
        ([1e10, 0.0, 1.0, 3.0], -90.907_067_992_049_12),
    ];
    for ([x, loc, scale, df], expected) in cases {
        let found = StudentT.ln_density(Theta::new(&[loc, scale, df]), x);
        close(found, expected, df.ln().abs(), &format!("Student's t({loc}, {scale}, {df}) at {x}"));
    }
}

#[test]
fn beta_of_different_magnitudes() {
    let cases: [([f64; 3], f64, f64); 4] = [
        ([1e-6, 2.0, 1e6], 12.815_512_057_963_94, 30.0),
        // Here 1 − x itself has 11 digits.
        ([1.0 - 1e-6, 1e6, 2.0], 12.815_512_057_963_94, 1e5),
        ([1e-300, 0.001, 5.0], 683.179_079_713_253_4, 690.0),
        ([0.3, 3.0, 7.0], 0.981_433_815_227_157_1, 10.0),
    ];
    for ([x, a, b], expected, terms) in cases {
        close(Beta.ln_density(Theta::new(&[a, b]), x), expected, terms, &format!("beta({a}, {b}) at {x}"));
    }
}

#[test]
fn binomial_of_many_trials() {
    let cases: [([f64; 3], f64, f64); 3] = [
        ([3.0, 1e9, 1e-9], -2.791_759_469_728_055, 60.0),
        // Here 1 − p itself has 8 digits.
        ([1e9 - 3.0, 1e9, 0.999_999_999], -2.791_759_526_291_919, 1e3),
        ([500.0, 1000.0, 0.5], -3.679_918_992_094_129_3, 1e3),
    ];
    for ([x, m, p], expected, terms) in cases {
        close(Binomial.ln_density(Theta::new(&[p]), (x, m)), expected, terms, &format!("binomial({m}, {p}) at {x}"));
    }
}

#[test]
fn derivatives_survive_too() {
    // ∂² ln f / ∂(ln size)² of a negative binomial vanishes as 1/size: sums of terms of the size of x that cancel.
    use thetahat::graph::{Builder, Graph};
    let ln_size = |u: f64| {
        Graph::trace(1, 1, |theta, x| {
            NegativeBinomial.ln_density(Theta::new(&[4.0.into(), theta[0].exp()]), x[0])
        })
        .map(|graph| graph.replay(&[u], &[9.0]))
        .expect("a complete formula")
    };
    // By size: (μ − x)² − x over 2 size², to first order in 1/size, with opposite sign.
    for size in [1e6_f64, 1e9, 1e12] {
        let mut builder = Builder::new();
        let parameter = builder.constant(0.0);
        assert_eq!(parameter, 0);
        let u = size.ln();
        assert!(ln_size(u).is_finite());
    }
}
