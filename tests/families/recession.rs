//! A user's own models, without a declared limit, on data that send a parameter to infinity: the answer is an error that
//! carries the direction, the supremum and the best point.

use thetahat::Error;
use thetahat::error::Recession;
use thetahat::prelude::*;

fn recession(fit: thetahat::Result<Fit>) -> Recession {
    match fit {
        Err(error @ Error::NoFiniteEstimate(_)) => {
            assert!(error.is_no_finite_estimate() && error.is_estimation() && !error.is_separation());
            assert!(error.rows().is_empty() && error.best_point().is_some_and(|point| !point.is_empty()));
            let Error::NoFiniteEstimate(recession) = error else { unreachable!() };
            assert!(recession.log_likelihood <= recession.supremum + 1e-9);
            *recession
        }
        other => panic!("{other:?}"),
    }
}

fn rises(recession: &Recession, name: &str) {
    let part = recession.direction.iter().find(|(own, _)| own == name).map(|(_, part)| *part);
    assert!(part.is_some_and(|part| part > 0.5), "{name} in {recession:?}");
}

/// Quantiles of the standard normal law, squeezed: tails lighter than those of any t.
fn light_tails() -> Vec<f64> {
    (1..=30).map(|i| (f64::from(i) / 31.0 - 0.5) * 3.0 + 7.0).collect()
}

#[test]
fn degrees_of_freedom_of_light_tails() {
    #[derive(Debug)]
    struct OwnT;
    impl Model for OwnT {
        type Of = f64;
        fn space(&self) -> Space {
            Space::new().real("loc").positive("scale").positive("df")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            StudentT.ln_density(theta, x)
        }
    }
    let x = light_tails();
    let found = recession(OwnT.fit(&x));
    assert!(found.ends.contains("df → ∞"), "{found}");
    rises(&found, "ln df");
    let normal = Normal.fit(&x).unwrap();
    assert!((found.supremum - normal.log_likelihood()).abs() < 1e-6, "{found}");
    let best: Vec<(&str, f64)> = found.point.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert!(best[0].0 == "loc" && (best[0].1 - normal["mu"].value).abs() < 1e-6, "{best:?}");
    assert!(best[2].0 == "df" && best[2].1 > 100.0, "{best:?}");
}

#[test]
fn size_of_underdispersed_counts() {
    #[derive(Debug)]
    struct OwnNegativeBinomial;
    impl Model for OwnNegativeBinomial {
        type Of = u64;
        fn space(&self) -> Space {
            Space::new().positive("mu").positive("size")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [mu, size] = theta.unpack();
            size.ln_rising(x) - (x + 1.0).ln_gamma() - size * (mu / size).ln_1p() + x * (mu / (mu + size)).ln()
        }
    }
    let x = [4_u64, 5, 4, 3, 5, 4, 6, 4, 5, 3, 4, 5];
    let found = recession(OwnNegativeBinomial.fit(&x));
    assert!(found.ends.contains("size → ∞"), "{found}");
    rises(&found, "ln size");
    let poisson = Poisson.fit(&x).unwrap();
    assert!((found.supremum - poisson.log_likelihood()).abs() < 1e-6, "{found}");
}

#[test]
fn capacity_of_growth_that_has_not_slowed() {
    /// Size at a time t: capacity / (1 + e^(middle − rate t)), with errors of a known size.
    #[derive(Debug)]
    struct Growth;
    impl Model for Growth {
        type Of = (f64, f64);
        fn space(&self) -> Space {
            Space::new().positive("capacity").typical(1.0, 100.0).real("middle").positive("rate")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, (t, y): (S, S)) -> S {
            let [capacity, middle, rate] = theta.unpack();
            let size = capacity * (rate * t - middle).logistic();
            Normal.ln_density(Theta::new(&[size, S::from(0.1)]), y)
        }
    }
    let data: Vec<(f64, f64)> = (0..12)
        .map(|i| (0.5 * f64::from(i), (0.15 * f64::from(i)).exp() + 0.05 * (f64::from(i) - 5.5).powi(2) / 30.0))
        .collect();
    let found = recession(Growth.fit(&data));
    assert!(found.ends.contains("capacity → ∞"), "{found}");
    rises(&found, "ln capacity");
    // In the limit growth is exponential.
    #[derive(Debug)]
    struct Exponentially;
    impl Model for Exponentially {
        type Of = (f64, f64);
        fn space(&self) -> Space {
            Space::new().positive("first").positive("rate")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, (t, y): (S, S)) -> S {
            let [first, rate] = theta.unpack();
            Normal.ln_density(Theta::new(&[first * (rate * t).exp(), S::from(0.1)]), y)
        }
    }
    let limit = Exponentially.fit(&data).expect("a fit");
    assert!((found.supremum - limit.log_likelihood()).abs() < 1e-6, "{found}: {}", limit.log_likelihood());
}
