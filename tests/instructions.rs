//! What a pass gives does not depend on how many numbers the processor works on at a time, nor on threads, nor on when.
//! One test: the instructions are those of the whole process.

use thetahat::prelude::*;
use thetahat::testing::{Instructions, Likelihood};

/// Value, gradient and Hessian, as bits.
fn bits(likelihood: &Likelihood, free: &[f64]) -> Vec<u64> {
    let (value, gradient, hessian) = likelihood.curvature(free);
    let (same_value, same_gradient) = likelihood.slope(free);
    let all = [vec![value, same_value, likelihood.value(free)], gradient, same_gradient, hessian].concat();
    all.into_iter().map(f64::to_bits).collect()
}

fn check<M: Model<Of = f64>>(model: &M, theta: &[f64], rows: usize) {
    // Values all over the line, or the positive half of it.
    let x: Vec<f64> = (0..rows).map(|k| 3.0 * (f64::from(k as u32) * 0.618_033_988_749_895).fract() + 0.01).collect();
    let of_threads = |threads: usize| Likelihood::new(model, x.as_slice(), threads).expect("observations of the model");
    let likelihoods: Vec<Likelihood> = [1, 2, 3, 8].map(of_threads).into();
    let free = likelihoods[0].free(theta).expect("inside the space");
    let mut wide = None;
    for instructions in Instructions::available() {
        instructions.limit();
        let first = bits(&likelihoods[0], &free);
        assert!(first.iter().all(|bits| f64::from_bits(*bits).is_finite()));
        for likelihood in &likelihoods {
            for _ in 0..3 {
                assert_eq!(bits(likelihood, &free), first, "{instructions:?}, {rows} rows");
            }
        }
        // Without fused multiplication and addition the last places are others.
        if instructions != Instructions::Baseline {
            assert_eq!(*wide.get_or_insert_with(|| first.clone()), first, "{instructions:?}, {rows} rows");
        }
    }
}

#[test]
fn bits_are_the_same() {
    for rows in [37, 1999, 9001] {
        check(&Weibull, &[1.7, 2.3], rows);
        check(&Logistic, &[0.4, 1.3], rows);
        check(&StudentT, &[0.4, 1.3, 4.5], rows);
        check(&GeneralizedExtremeValue, &[0.4, 1.3, 0.1], rows);
        check(&Mixture([Normal; 2]), &[0.4, 0.6, 0.5, 0.4, 2.0, 0.7], rows);
        check(&Gamma, &[1.7, 2.3], rows);
    }
}
