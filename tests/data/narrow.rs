//! Intervals as narrow as doubles allow keep the digits of their probabilities.

use thetahat::prelude::*;

/// ln P(a < X ≤ b) of the standard normal law: `mpmath` 1.3, `log(ncdf(b) - ncdf(a))` with 60 digits.
const NORMAL: [(f64, f64, f64); 13] = [
    (-2.55, -2.05, -4.213_393_711_076_088),
    (-2.3005, -2.299_499_999_999_999_7, -10.471_693_633_436_493),
    (-2.300_000_005, -2.299_999_995, -21.984_619_283_234_508),
    (0.199_999_999_999_999_98, 0.4, -2.574_892_205_934_564_2),
    (0.295, 0.305, -5.569_112_510_853_763),
    (0.299_995, 0.300_004_999_999_999_97, -12.476_863_998_183_244),
    (0.299_999_999_995, 0.300_000_000_005, -26.292_374_473_398_81),
    (0.975, 1.025, -4.414_670_813_268_307),
    (0.9995, 1.0005, -8.326_693_812_186_921),
    (4.495, 4.505, -15.649_028_512_557_527),
    (4.499_999_999_5, 4.500_000_000_5, -31.767_204_287_410_717),
    (-30.0005, -29.9995, -457.826_656_354_138_3),
    (-5e-15, 5e-15, -33.155_129_835_121_315),
];

/// ln P(a < X ≤ b) as a truncated law has it.
fn ln_mass<M: Cdf<Of = f64> + Clone>(model: M, theta: &[f64], a: f64, b: f64) -> f64 {
    let (theta, x) = (Theta::new(theta), 0.5 * (a + b));
    model.ln_density(theta, x) - Truncated(model, a..b).ln_density(theta, x)
}

#[test]
fn probabilities_of_the_normal_law() {
    for (a, b, expected) in NORMAL {
        let found = ln_mass(Normal, &[0.0, 1.0], a, b);
        let error = (found - expected).abs();
        assert!(error < 1e-13 + 4e-15 * expected.abs(), "({a}, {b}): {found}, not {expected}: {error:e}");
    }
}

/// About a kink the density is no polynomial: P(−w < X ≤ w) is 1 − exp(−w) of Laplace's law of scale 1.
#[test]
fn probabilities_about_a_kink() {
    for power in 0..14 {
        let w = 10.0_f64.powi(-power);
        let found = ln_mass(Laplace, &[0.0, 1.0], -w, w);
        let expected = (-(-w).exp_m1()).ln();
        // The difference of halves; or, of intervals so narrow that the kink is no more than its rounding, the integral.
        assert!((found - expected).abs() < 4.0 * f64::EPSILON / w + 1e-15, "{w}: {found}, not {expected}");
    }
}

/// A spike between the points of a rule is seen by the distribution function.
#[test]
fn probabilities_of_a_spike() {
    let theta = [0.5, 0.5, 0.0, 1.0, 3e-5, 1e-7];
    let found = ln_mass(Mixture([Normal, Normal]), &theta, -1e-4, 1e-4);
    let expected = (0.5 + 0.5 * 2e-4 * 0.398_942_280_401_432_7_f64).ln();
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

/// Rows that are known to an interval of half-width h tell what exact ones do, but for h².
#[test]
fn narrow_intervals_are_fitted_like_values() {
    fn check<M: Cdf<Of = f64>>(model: &M, h: f64) {
        let values: Vec<f64> = (1..=40).map(|i| 0.3 + 2.0 * (-(1.0 - f64::from(i) / 41.0).ln()).powf(0.7)).collect();
        let rows: Vec<Censored> = values.iter().map(|&x| Between(x - h, x + h)).collect();
        let (exact, known) = (model.fit(&values).expect("a fit"), model.fit(&rows).expect("a fit"));
        for (a, b) in exact.estimates().iter().zip(known.estimates()) {
            let far = (a.value - b.value).abs() / a.std_error;
            assert!(far < 10.0 * h * h + 1e-7, "{model:?}: {} is {far:e} standard errors off at {h:e}", a.name);
            assert!((a.std_error / b.std_error - 1.0).abs() < 10.0 * h * h + 1e-7, "{model:?}: {} at {h:e}", a.name);
        }
        let widths: f64 = values.iter().map(|&x| ((x + h) - (x - h)).ln()).sum();
        let apart = known.log_likelihood() - widths - exact.log_likelihood();
        assert!(apart.abs() < 100.0 * h * h + 1e-10, "{model:?}: {apart:e} at {h:e}");
    }
    for h in [1e-3, 1e-6, 1e-9, 1e-12, 1e-14] {
        check(&Normal, h);
        check(&Weibull, h);
        check(&Gamma, h);
        check(&Logistic, h);
        check(&LogNormal, h);
        check(&GeneralizedExtremeValue, h);
    }
}
