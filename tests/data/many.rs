//! Many rows: read once, counted, shared, and searched from where some of them lead.

use std::sync::Arc;

use thetahat::prelude::*;

use crate::refused;

/// Numbers in (0, 1) in no order.
fn uniform(rows: usize) -> Vec<f64> {
    (1..=rows).map(|k| (k as f64 * 0.618_033_988_749_895).fract().max(1e-9)).collect()
}

#[test]
fn owned_and_shared_columns_are_fitted_like_borrowed_ones() {
    let values: Vec<f64> = uniform(5000).iter().map(|u| -u.ln()).collect();
    same_however_given(&Normal, &values);
    same_however_given(&Gamma, &values);
    same_however_given(&Weibull, &values);
    same_however_given(&StudentT, &values);
}

fn same_however_given<M: Model<Of = f64>>(model: &M, values: &[f64]) {
    let owned = values.to_vec();
    let fits = [model.fit(values), model.fit(&owned), model.fit(owned.clone()), model.fit(Arc::new(owned.clone()))];
    let [first, others @ ..] = fits.map(|fit| fit.expect("a fit"));
    for other in others {
        for (a, b) in first.estimates().iter().zip(other.estimates()) {
            assert_eq!((a.value.to_bits(), a.std_error.to_bits()), (b.value.to_bits(), b.std_error.to_bits()));
        }
    }
}

#[test]
fn a_bad_value_is_found_wherever_it_stands() {
    for (place, bad, kind) in [
        (0, f64::NAN, "not-finite"),
        (4096, f64::INFINITY, "not-finite"),
        (8999, f64::NEG_INFINITY, "not-finite"),
        (5000, -1.0, "out-of-support"),
        (8998, -1e-300, "out-of-support"),
    ] {
        let mut values = uniform(9000);
        values[place] = bad;
        // A later one is not the one that is named.
        values[8999] = bad;
        let expected = (kind, Some(place + 1));
        assert_eq!(refused(&Gamma, &values), expected);
        assert_eq!(refused(&Gamma, values.clone()), expected);
        assert_eq!(refused(&Weibull, Arc::new(values.clone())), expected);
        assert_eq!(refused(&LogNormal, Arc::new(values.clone())), expected);
        if kind == "not-finite" {
            assert_eq!(refused(&Normal, Arc::new(values.clone())), expected);
            assert_eq!(refused(&StudentT, values), expected);
        }
    }
    // 0 is a number, but no value of a gamma distribution.
    assert_eq!(refused(&Gamma, Arc::new(vec![1.0, 2.0, 0.0, 3.0])), ("out-of-support", Some(3)));
    assert_eq!(refused(&Gamma, vec![1.0, 2.0, -0.0]), ("out-of-support", Some(3)));
    // A sum that overflows is no fault of the values.
    let large = vec![1e308, 1.5e308, 1.2e308, 0.7e308, 1.1e308];
    assert!(Normal.fit(large).is_ok_and(|fit| (fit["mu"].value / 1.1e308 - 1.0).abs() < 1e-12));
}

#[test]
fn counts_of_every_type_are_the_same_counts() {
    let counts: Vec<u64> = uniform(20_000).iter().map(|u| (-3.0 * u.ln()) as u64).collect();
    let expected = NegativeBinomial.fit(&counts).expect("a fit");
    let same = |fit: thetahat::Result<Fit>| {
        let fit = fit.expect("a fit");
        assert_eq!(fit.n(), 20_000.0);
        for (a, b) in fit.estimates().iter().zip(expected.estimates()) {
            assert_eq!(a.value.to_bits(), b.value.to_bits());
        }
    };
    same(NegativeBinomial.fit(counts.clone()));
    same(NegativeBinomial.fit(&counts.iter().map(|&x| x as u8).collect::<Vec<u8>>()));
    same(NegativeBinomial.fit(&counts.iter().map(|&x| x as i32).collect::<Vec<i32>>()));
    let numbers: Vec<f64> = counts.iter().map(|&x| if x == 0 { -0.0 } else { x as f64 }).collect();
    same(NegativeBinomial.fit(&numbers));
    same(NegativeBinomial.fit(Arc::new(numbers)));
    for threads in [1, 2, 3] {
        same(Estimator::new(NegativeBinomial).threads(threads).fit(&counts));
    }
}

#[test]
fn counts_are_counted_whatever_their_size() {
    let large = [1_u64 << 20, 70_000, 3, 70_000, 0, 3, 1 << 17];
    let fit = Poisson.fit(&large).expect("a fit");
    let mean = large.iter().map(|&x| x as f64).sum::<f64>() / 7.0;
    assert!((fit["lambda"].value / mean - 1.0).abs() < 1e-12);
    assert_eq!(refused(&Poisson, &[1, 1, 1 << 53, (1_u64 << 53) + 1]), ("out-of-support", Some(4)));
    assert_eq!(refused(&Poisson, &[4.0, 4.0, 2.5, -1.0]), ("out-of-support", Some(3)));
    assert_eq!(refused(&Poisson, &[4.0, f64::NAN, -1.0]), ("not-finite", Some(2)));
    let mut many: Vec<i64> = (0..10_000).map(|k| k % 7).collect();
    (many[9_001], many[9_000]) = (-2, -1);
    assert_eq!(refused(&Poisson, &many), ("out-of-support", Some(9_001)));
}

#[test]
fn where_a_search_over_many_rows_ends_does_not_depend_on_where_it_begins() {
    let values: Vec<f64> = uniform(30_000).iter().map(|u| (-u.ln()).powf(0.6)).collect();
    let fit = Weibull.fit(&values).expect("a fit");
    let other = Estimator::new(Weibull).start_at([0.4, 3.0]).fit(&values).expect("a fit");
    for (a, b) in fit.estimates().iter().zip(other.estimates()) {
        assert!((a.value / b.value - 1.0).abs() < 1e-13 && (a.std_error / b.std_error - 1.0).abs() < 1e-12);
    }
}

/// A Weibull law whose author guards the logarithm by hand.
#[derive(Debug, Clone)]
struct Guarded;

impl Model for Guarded {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().positive("shape").positive("scale")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        let ln_x = x.less_than(0.0).select(S::from(f64::NAN), x.ln());
        let z = shape * (ln_x - scale.ln());
        shape.ln() + z - ln_x - z.exp()
    }
}

#[test]
fn a_column_of_data_alone_may_hold_a_constant_that_is_no_number() {
    let data: Vec<f64> = (1..=3000).map(|k| (-((f64::from(k) - 0.5) / 3000.0).ln()).powf(0.6)).collect();
    let (guarded, plain) = (Guarded.fit(&data).unwrap(), Weibull.fit(&data).unwrap());
    for name in ["shape", "scale"] {
        assert!((guarded[name].value - plain[name].value).abs() < 1e-7 * plain[name].std_error, "{guarded}");
    }
}
