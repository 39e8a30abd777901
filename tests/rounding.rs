//! Where rounding hides what an estimate or its standard errors are, no number is given; and where it does not, it is right.

use thetahat::certificate::Check;
use thetahat::families::Schema;
use thetahat::prelude::*;
use thetahat::{Error, language};

/// A sample with the quantiles of the normal law, of this relative spread around 1.
fn around_one(n: usize, spread: f64) -> Vec<f64> {
    (0..n).map(|k| 1.0 + spread * Normal.quantile(&[0.0, 1.0], (k as f64 + 0.5) / n as f64)).collect()
}

fn failed(fit: Result<Fit, Error>) -> Check {
    match fit.expect_err("no estimate") {
        Error::NotConverged(evidence) => evidence.failed,
        error => panic!("{error}"),
    }
}

#[test]
fn a_share_that_only_rounding_curves_in_is_not_identified() {
    let model = language::parse("Mixture([Exponential, Exponential])", &Schema::default()).unwrap();
    for spread in [1e-6, 1e-8, 1e-10, 1e-12, 1e-14] {
        for n in [50, 200, 333] {
            let error = model.fit(&around_one(n, spread)[..]).expect_err("equal rates");
            assert_eq!(error.kind(), "not-identified", "{n} at {spread}: {error}");
        }
    }
}

#[test]
fn a_reported_value_has_the_digits_of_its_standard_error() {
    let alike = around_one(200, 3e-15);
    for check in [failed(Weibull.fit(&alike)), failed(LogLogistic.fit(&alike)), failed(Frechet.fit(&alike))] {
        assert!(matches!(check, Check::Spread(_)), "{check}");
    }
    // Nor is that a reason to call a likelihood unbounded.
    let alike: Vec<f64> = (0..40).map(|k| 1.0 + f64::from(k % 7) * f64::EPSILON).collect();
    assert!(matches!(failed(GeneralizedExtremeValue.fit(&alike)), Check::Spread(_)));
    // These have room enough, but of the scale there is none.
    let scales = around_one(40_000, 4e-14);
    assert!(matches!(failed(Weibull.fit(&scales)), Check::Resolution(units) if units < 64.0));
    // 1 − p is less than the distance of 1 to the next number.
    let counts: Vec<u64> = (0..200).map(|k| 1_000_000_000_000_000 + k).collect();
    assert!(matches!(failed(LogSeries.fit(&counts)), Check::Resolution(_)));
}

#[test]
fn a_start_far_below_the_scale_is_not_the_end_of_the_search() {
    let model = language::parse("Fixed(Normal, mu = 0)", &Schema::default()).unwrap();
    for spread in [1e-3, 1e-8, 1e-12] {
        let values = [1.0 + spread, 1.0, 1.0 - 2.0 * spread];
        let fit = model.fit(&values[..]).unwrap();
        let root_mean_square = (values.iter().map(|x| x * x).sum::<f64>() / 3.0).sqrt();
        assert!((fit["sigma"].value - root_mean_square).abs() < 1e-12, "{fit}");
        assert!((fit["sigma"].std_error - root_mean_square / 6.0_f64.sqrt()).abs() < 1e-9, "{fit}");
    }
}

#[test]
fn the_unit_of_weights_changes_no_verdict() {
    let (values, whole) = ([1.0, 2.0, 4.0], SkewNormal.fit(&[1.0, 2.0, 4.0]).unwrap());
    for weight in [1e-12, 1e-8, 1e-3] {
        let fit = SkewNormal.fit(Weighted::frequency(&values, &[weight; 3])).unwrap();
        assert_eq!(fit.outcome(), whole.outcome());
        assert!((fit["omega"].value - whole["omega"].value).abs() < 1e-8);
        let error = Cauchy.fit(Weighted::frequency(&[1.0, 2.0], &[weight; 2])).expect_err("a semicircle of maxima");
        assert_eq!(error.kind(), "not-identified");
        for sampling in [weight, 1.0 / weight] {
            let fit = SkewNormal.fit(Weighted::sampling(&values, &[sampling; 3])).unwrap();
            assert_eq!(fit.outcome(), whole.outcome());
        }
    }
}

#[test]
fn where_no_difference_of_log_likelihoods_is_left_it_is_rounding_that_is_named() {
    for values in [[1e43, 2e40, 3.0], [1e100, 2.0, 3.0]] {
        assert!(matches!(failed(ChiSquared.fit(&values)), Check::Rounding(_)));
    }
    assert!(matches!(failed(Beta.fit(Weighted::frequency(&[0.1, 0.4, 0.8], &[1e300; 3]))), Check::Rounding(_)));
}

#[test]
fn angles_of_many_turns_are_those_of_one() {
    let near: Vec<f64> = (0..60).map(|k| (f64::from(k) * 0.7).sin() + 0.3).collect();
    // A number as far out is that direction, to all digits of its sine and cosine.
    let far: Vec<f64> = near.iter().map(|x| x + 1e12).collect();
    let reduced: Vec<f64> = far.iter().map(|x| x.sin().atan2(x.cos())).collect();
    let (far, reduced) = (VonMises.fit(&far).unwrap(), VonMises.fit(&reduced).unwrap());
    for (a, b) in far.estimates().iter().zip(reduced.estimates()) {
        assert!((a.value - b.value).abs() < 1e-12 && (a.std_error - b.std_error).abs() < 1e-12, "{a:?} and {b:?}");
    }
    assert!(VonMises.fit(&[1e100, 2e100, 3e100, 4e100, 5.5e100]).is_ok());
}

#[test]
fn data_that_lose_their_digits_in_a_logarithm_are_refused() {
    // Next to 1 logarithms have all their digits; next to 1/128 those of 4.85.
    let near = around_one(40, 1e-12);
    let far: Vec<f64> = near.iter().map(|x| x / 128.0).collect();
    assert!(Weibull.fit(&near).is_ok() && GeneralizedGamma.fit(&near).is_ok());
    for check in [failed(Weibull.fit(&far)), failed(GeneralizedGamma.fit(&far)), failed(LogNormal.fit(&far))] {
        assert!(matches!(check, Check::Rounding(_)), "{check}");
    }
}

/// What is true of data is true of them in any other unit: a power of two changes no digit.
#[test]
fn the_unit_of_data_changes_no_verdict() {
    let unit = 1.0 / 128.0;
    let is_same = |model: &dyn Fn(&[f64]) -> Result<Fit, Error>, values: &[f64]| {
        let scaled: Vec<f64> = values.iter().map(|x| x * unit).collect();
        let kinds = [model(values), model(&scaled)].map(|fit| match fit {
            Ok(fit) => fit.outcome().word().to_string(),
            Err(error) => error.kind().to_string(),
        });
        assert_eq!(kinds[0], kinds[1], "{values:?}");
        kinds[0].clone()
    };
    // The likelihood falls by 8e-4 nats towards μ → ∞, and has its one maximum at the mean.
    for outlier in [1e3, 1e6] {
        assert_eq!(is_same(&|x| InverseGaussian.fit(x), &[0.3, 1.1, outlier]), "interior");
    }
    // Nearly constant, around a scale whose logarithm is 0.
    let near: Vec<f64> = [0.13, 0.52, 0.77, 0.9].iter().map(|u| 1.0 + 1e-9 * u).collect();
    assert_eq!(is_same(&|x| InverseGaussian.fit(x), &near), "interior");
    assert_eq!(is_same(&|x| BirnbaumSaunders.fit(x), &near), "interior");
    assert_eq!(is_same(&|x| GeneralizedPareto.fit(x), &near), "unbounded");
    for n in [4, 5, 7, 10, 20] {
        let golden = |k: i32| (f64::from(k * k) * 0.618_033_988_749).fract();
        let near: Vec<f64> = (1..=n).map(|k| 1.0 + 1e-9 * golden(k)).collect();
        assert_eq!(is_same(&|x| InverseGaussian.fit(x), &near), "interior");
        assert_eq!(is_same(&|x| BirnbaumSaunders.fit(x), &near), "interior");
    }
    // A rate of these data may be far from 1: its middle is one in their unit.
    for scale in [1.0, 2.0_f64.powi(-40), 2.0_f64.powi(-60)] {
        let ties = [1.0, 1.0, 2.0, 1.0, 0.3, 1.0, 4.1, 1.0, 0.2, 1.0].map(|x| x * scale);
        assert_eq!(is_same(&|x| GompertzMakeham.fit(x), &ties), "boundary");
    }
}
