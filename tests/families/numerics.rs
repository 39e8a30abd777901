//! Log-densities where a textbook formula would lose its digits, against mpmath 1.3 with 50 digits.

use thetahat::graph::Graph;
use thetahat::observation::Observation;
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
        ([1e5, 1000.0, 0.5], -60.117_034_257_806_47),
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
        // 1 − p is a number.
        ([3.0, 1e9, 1.0 / 1_073_741_824.0], -2.936530784039091, 60.0),
        ([1e9 - 3.0, 1e9, 1.0 - 1.0 / 1_073_741_824.0], -2.936530784039091, 60.0),
        ([500.0, 1000.0, 0.5], -3.679_918_992_094_129_3, 1e3),
    ];
    for ([x, m, p], expected, terms) in cases {
        close(Binomial.ln_density(Theta::new(&[p]), (x, m)), expected, terms, &format!("binomial({m}, {p}) at {x}"));
    }
}

/// ∂ and ∂² of a log-density by the logarithm of its last parameter, the others known.
fn slopes_of<M: Model>(model: &M, others: &[f64], last: f64, x: f64) -> [f64; 2] {
    let value = Graph::trace(1, 1, |theta, x| {
        let mut point: Vec<_> = others.iter().map(|&value| value.into()).collect();
        point.push(theta[0].exp());
        model.ln_density(Theta::new(&point), M::Of::read(x))
    });
    let slope = value.expect("a complete formula").gradient().remove(0);
    let curvature = slope.gradient().remove(0);
    [slope, curvature].map(|graph| graph.replay(&[last.ln()], &[x]))
}

#[test]
fn derivatives_towards_a_limit() {
    // By ln r, or ln ν: terms of the size of x cancel to something of the size of 1/r.
    let cases: [(f64, f64, f64); 3] = [
        (1e3, -0.007_898_238_101_685_706, 0.007_797_373_795_210_731),
        (1e7, -7.999_989_733_342_453e-7, 7.999_979_466_694_027e-7),
        (1e12, -7.999_999_999_897_333e-12, 7.999_999_999_794_667e-12),
    ];
    for (size, first, second) in cases {
        let [found_first, found_second] = slopes_of(&NegativeBinomial, &[4.0], size, 9.0);
        close(found_first, first, 20.0, "the slope of the negative binomial");
        close(found_second, second, 20.0, "the curvature of the negative binomial");
    }
    let cases: [(f64, f64, f64); 3] = [
        (1e3, -0.006_329_223_269_123_819, 0.006_268_265_753_694_017),
        (1e7, -6.390_618_815_108_669e-7, 6.390_612_630_221_841e-7),
        (1e12, -6.390_624_999_938_151e-12, 6.390_624_999_876_302e-12),
    ];
    for (df, first, second) in cases {
        let [found_first, found_second] = slopes_of(&StudentT, &[0.0, 1.0], df, 2.5);
        close(found_first, first, 5.0, "the slope of Student's t");
        close(found_second, second, 5.0, "the curvature of Student's t");
    }
}

#[test]
fn a_gamma_of_almost_constant_data_is_right_or_refused() {
    // At a relative spread of 1e-6 the terms of the log-density are 1e13 times what they sum to.
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    for unit in [1.0, 1e9] {
        for spread in [1e-5, 1e-6, 1e-7, 1e-9] {
            for _ in 0..10 {
                let data: Vec<f64> = (0..5).map(|_| unit * (1.0 + spread * next())).collect();
                let mean = data.iter().map(|x| x - unit).sum::<f64>() / 5.0;
                let gap = data.iter().map(|x| -((x - unit - mean) / (unit + mean)).ln_1p()).sum::<f64>() / 5.0;
                match Gamma.fit(&data) {
                    // ln k − ψ(k) = 1/(2k) + …, of which the next term is beyond all digits here.
                    Ok(fit) => {
                        let strayed = (fit["shape"].value - 0.5 / gap).abs() / fit["shape"].std_error;
                        assert!(strayed < 2e-3, "{strayed:e} standard errors, of {data:?}");
                    }
                    Err(error) => assert_eq!(error.kind(), "not-converged", "{error}"),
                }
            }
        }
    }
}
