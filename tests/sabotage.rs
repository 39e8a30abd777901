//! Wrong models, each of which the laws must catch, and by the right law.

use thetahat::observation::Trials;
use thetahat::prelude::*;
use thetahat::testing::{Law, check_model};

/// A model that differs from a sound one in what the braces say.
macro_rules! wrong {
    ($name:ident, $(#[$doc:meta])* [$($space:tt)*], $support:expr, |$theta:ident, $x:ident| $density:expr $(, $extra:item)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        struct $name;
        impl Model for $name {
            type Of = f64;
            fn space(&self) -> Space {
                Space::new()$($space)*
            }
            fn ln_density<S: Scalar>(&self, $theta: Theta<'_, S>, $x: S) -> S {
                $density
            }
            fn support(&self) -> Support {
                Support::one($support)
            }
        }
        $($extra)*
    };
}

/// Which law the model breaks.
fn broken(model: AnyModel) -> Option<Law> {
    check_model(&model).err().map(|broken| {
        println!("{broken}");
        broken.law
    })
}

fn any<M: Model + Clone + Send + Sync + 'static>(model: &M) -> AnyModel {
    AnyModel::of(model.clone()).expect("a model that can be traced")
}

wrong! { DroppedScale, [.real("loc").positive("scale").typical(0.5, 3.0)], Range::REAL, |theta, x| {
    let [loc, scale] = theta.unpack();
    -0.25_f64.ln().abs() - ((x - loc) / scale).abs()
}}

#[test]
fn a_dropped_scale() {
    assert_eq!(broken(any(&DroppedScale)), Some(Law::Total));
}

wrong! { FlippedSign, [.positive("shape").positive("scale")], Range::POSITIVE, |theta, x| {
    let [shape, scale] = theta.unpack();
    let ratio = x.ln() - scale.ln();
    shape.ln() - scale.ln() - (shape - 1.0) * ratio - (shape * ratio).exp()
}}

#[test]
fn a_flipped_sign() {
    assert_eq!(broken(any(&FlippedSign)), Some(Law::Total));
}

wrong! { Underflow, [.real("mu").positive("sigma")], Range::REAL, |theta, x| {
    let [mu, sigma] = theta.unpack();
    let z = (x - mu) / sigma;
    ((-0.5 * z * z).exp() / (sigma * (2.0 * std::f64::consts::PI).sqrt())).ln()
}}

#[test]
fn the_logarithm_of_a_density_that_underflows() {
    assert_eq!(broken(any(&Underflow)), Some(Law::Tails));
}

wrong! { Exponentially, [.positive("rate")], Range::NON_NEGATIVE, |theta, x| {
    let [rate] = theta.unpack();
    rate.ln() - rate * x
},
    impl Draw for Exponentially {
        fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
            // Meant −ln(1 − u) / rate.
            -(1.0 - rand::RngExt::random::<f64>(rng) / theta[0]).abs().ln()
        }
    },
    impl Cdf for Exponentially {
        fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            (1.0 - self.ln_sf(theta, x).exp()).ln()
        }
        fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [rate] = theta.unpack();
            -rate * x
        }
        fn quantile(&self, theta: &[f64], p: f64) -> f64 {
            -(1.0 - p).ln() * theta[0]
        }
    },
    impl Moments for Exponentially {
        fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
            let [rate] = theta.unpack();
            1.0 / rate
        }
        fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
            let [rate] = theta.unpack();
            1.0 / rate
        }
    }
}

#[test]
fn a_sampler_with_the_wrong_bracket() {
    assert_eq!(broken(any(&Exponentially)), None);
    assert_eq!(broken(any(&Exponentially).with_sampler(&Exponentially)), Some(Law::Draws));
}

#[test]
fn a_tail_without_digits() {
    assert_eq!(broken(any(&Exponentially).with_cdf(&Exponentially)), Some(Law::Distribution));
}

#[test]
fn a_variance_that_is_a_mean() {
    assert_eq!(broken(any(&Exponentially).with_moments(&Exponentially)), Some(Law::Moments));
}

wrong! { WrongQuantile, [.positive("rate")], Range::NON_NEGATIVE, |theta, x| {
    let [rate] = theta.unpack();
    rate.ln() - rate * x
},
    impl Cdf for WrongQuantile {
        fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Exponential.ln_cdf(theta, x)
        }
        fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Exponential.ln_sf(theta, x)
        }
        fn quantile(&self, theta: &[f64], p: f64) -> f64 {
            -(-p).ln_1p() * theta[0]
        }
    }
}

#[test]
fn a_quantile_that_takes_the_rate_for_the_scale() {
    assert_eq!(broken(any(&WrongQuantile).with_cdf(&WrongQuantile)), Some(Law::Quantile));
}

#[derive(Debug, Clone)]
struct WrongChart;

impl Model for WrongChart {
    type Of = f64;
    fn space(&self) -> Space {
        StudentT.space()
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        StudentT.ln_density(theta, x)
    }
    fn limits(&self) -> Vec<Limit> {
        // The law for few degrees of freedom is not the one for many.
        vec![Limit::to(Logistic).same("loc", "loc").same("scale", "scale").at("df", f64::INFINITY)]
    }
}

#[test]
fn a_limit_that_is_not_approached() {
    assert_eq!(broken(any(&WrongChart)), Some(Law::Limit));
}

wrong! { OpenDomain, [.real("rate").typical(0.5, 2.0)], Range::NON_NEGATIVE, |theta, x| {
    let [rate] = theta.unpack();
    rate.abs().ln() - 2.0 * rate.abs() * x
}}

#[test]
fn a_constant_that_is_missing_from_a_density() {
    assert_eq!(broken(any(&OpenDomain)), Some(Law::Total));
}

wrong! { ForgottenPoint, [.positive("lambda").typical(0.5, 5.0)], Range::COUNTS, |theta, x| {
    Poisson.ln_density(theta, x)
},
    impl Cdf for ForgottenPoint {
        fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Poisson.ln_cdf(theta, x)
        }
        fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            // P(X ≥ x).
            Poisson.ln_sf(theta, x - 1.0)
        }
    }
}

#[test]
fn an_upper_tail_that_holds_its_own_bound() {
    let model = any(&ForgottenPoint).with_cdf(&ForgottenPoint);
    let broken = check_model(&model).expect_err("a broken law");
    assert_eq!(broken.law, Law::Distribution);
    let said = broken.to_string();
    assert!(said.starts_with("ForgottenPoint at lambda = ") && said.contains(", x = "), "{said}");
}

#[derive(Debug, Clone)]
struct OneTrial;

impl Model for OneTrial {
    type Of = Trials;
    fn space(&self) -> Space {
        Binomial.space()
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: (S, S)) -> S {
        Binomial.ln_density(theta, x)
    }
}

impl Draw for OneTrial {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> (u64, u64) {
        Binomial.draw(theta, rng)
    }
}

#[test]
fn draws_that_forget_the_number_of_trials() {
    assert_eq!(broken(any(&OneTrial)), None);
    assert_eq!(broken(any(&OneTrial).with_sampler(&OneTrial)), Some(Law::Draws));
}

wrong! { WrongEntropy, [.positive("rate")], Range::NON_NEGATIVE, |theta, x| {
    let [rate] = theta.unpack();
    rate.ln() - rate * x
},
    impl Moments for WrongEntropy {
        fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
            Exponential.mean(theta)
        }
        fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
            Exponential.variance(theta)
        }
        fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
            let [rate] = theta.unpack();
            Some(1.0 + rate.ln())
        }
    }
}

#[test]
fn an_entropy_of_the_wrong_sign() {
    assert_eq!(broken(any(&WrongEntropy).with_moments(&WrongEntropy)), Some(Law::Moments));
}
