//! The types that rows may have: one set of values, however it is held, gives one fit.

use thetahat::prelude::*;

#[test]
fn integers_of_all_types() {
    let expected = Poisson.fit(&[3.0, 1.0, 4.0, 1.0, 5.0]).expect("a fit");
    macro_rules! same {
        ($($number:ty)*) => { $(
            let counts: [$number; 5] = [3, 1, 4, 1, 5];
            for fit in [Poisson.fit(&counts), Poisson.fit(&counts[..]), Poisson.fit(&counts.to_vec())] {
                let fit = fit.expect("a fit");
                assert_eq!(fit.estimates(), expected.estimates(), stringify!($number));
                assert_eq!(fit.log_likelihood(), expected.log_likelihood());
            }
            let normal = Normal.fit(&counts).expect("a fit");
            assert!((normal["mu"].value - 2.8).abs() < 1e-15);
            let erased = AnyModel::of(Poisson).expect("a sound model").fit(&counts).expect("a fit");
            assert_eq!(erased.estimates(), expected.estimates());
        )* };
    }
    same! { i32 i64 u8 u16 u32 u64 usize }
}

#[test]
fn trials_as_truth_values_or_numbers() {
    let expected = Bernoulli.fit(&[true, false, true]).expect("a fit");
    assert!((expected["p"].value - 2.0 / 3.0).abs() < 1e-15);
    let erased = AnyModel::of(Bernoulli).expect("a sound model");
    for fit in [
        Bernoulli.fit(&[1, 0, 1]),
        Bernoulli.fit(&[1_u8, 0, 1]),
        erased.fit(&[true, false, true]),
        erased.fit(&[1.0, 0.0, 1.0]),
        erased.fit(&[1_u64, 0, 1]),
    ] {
        assert_eq!(fit.expect("a fit").estimates(), expected.estimates());
    }
}

#[test]
fn levels_as_text_of_either_kind() {
    let levels = ["b", "a", "b", "c", "b"];
    let model = Categorical::of(&levels);
    let expected = model.fit(&levels).expect("a fit");
    assert!((expected["p_b"].value - 0.6).abs() < 1e-15 && (expected["p_a"].value - 0.2).abs() < 1e-15);
    let owned = levels.map(str::to_string);
    assert_eq!(Categorical::of(&owned).fit(&owned).expect("a fit").estimates(), expected.estimates());
    let erased = AnyModel::of(model).expect("a sound model");
    assert_eq!(erased.fit(&levels).expect("a fit").estimates(), expected.estimates());
}

#[test]
fn vectors_as_arrays_or_vectors() {
    let points = [[1.0, 2.0], [2.0, 3.5], [3.0, 3.0], [4.0, 5.0]];
    let model = MultivariateNormal::columns(["x", "y"]);
    let expected = model.fit(&points).expect("a fit");
    assert_eq!(model.fit(&points.map(Vec::from)).expect("a fit").estimates(), expected.estimates());
}

#[test]
fn censored_values_of_an_erased_model() {
    let data = [At(0.41), At(0.62), Between(0.3, 0.4), After(1.0), Before(0.2)];
    let erased = AnyModel::of(Weibull).expect("a sound model");
    let error = erased.fit(&data).expect_err("no distribution function");
    assert_eq!((error.kind(), error.is_model()), ("missing", true));
    let erased = erased.with_cdf(&Weibull);
    let fit = erased.fit(&data).expect("a fit");
    let expected = Weibull.fit(&data).expect("a fit");
    assert!((fit["shape"].value - expected["shape"].value).abs() < 1e-9 * expected["shape"].std_error);
}
