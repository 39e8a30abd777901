//! The sums over many rows are those of their parts: coefficients that are multiplied after the sums, branches that no row
//! takes, and what is done where that does not hold.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::prelude::*;
use thetahat::testing::Likelihood;

/// So many rows are summed as the formula was written.
const FEW: usize = 1000;

/// Of so many the value has a program of its own.
const MANY: usize = 20 * FEW;

/// Value, gradient and Hessian.
fn sums<M: Model<Of = f64>, D: Data<M>>(model: &M, rows: D, theta: &[f64]) -> Vec<f64> {
    let likelihood = Likelihood::new(model, rows, 1).expect("good rows");
    let free = likelihood.free(theta).expect("inside the space");
    // Alone and first, while nothing else is known there.
    let alone = likelihood.value(&free);
    let (slope, (value, gradient, hessian)) = (likelihood.slope(&free), likelihood.curvature(&free));
    let sums: Vec<f64> = std::iter::once(value).chain(gradient).chain(hessian).collect();
    for one in [slope.0, alone] {
        let is_near = value.is_finite() && (one - value).abs() <= 1e-11 * (1.0 + value.abs());
        assert!(one == value || one.is_nan() && value.is_nan() || is_near, "{one} {value}");
    }
    for (at, (one, other)) in slope.1.into_iter().zip(&sums[1..]).enumerate() {
        let is_same = one == *other || one.is_nan() && other.is_nan();
        assert!(
            is_same || (one - other).abs() <= 1e-11 * (1.0 + value.abs()) + 1e-9 * other.abs(),
            "{at}: {one} {other}"
        );
    }
    sums
}

/// Compares all rows with their parts, each sum on the scale of what its parts are.
fn compare<M: Model<Of = f64>>(model: &M, rows: &[f64], theta: &[f64]) {
    let parts: Vec<Vec<f64>> = rows.chunks(FEW).map(|rows| sums(model, rows, theta)).collect();
    compare_sums(model, theta, &sums(model, rows, theta), &parts, rows.len());
}

/// The same where rows have weights.
fn compare_weighted<M: Draw<Of = f64>>(model: &M, theta: &[f64]) {
    let rows = draws(model, theta);
    let weights: Vec<f64> = (0..rows.len()).map(|k| 1.0 + (k % 4) as f64).collect();
    let some = |from: usize, to: usize| sums(model, Weighted::frequency(&rows[from..to], &weights[from..to]), theta);
    let parts: Vec<Vec<f64>> = (0..rows.len()).step_by(FEW).map(|from| some(from, from + FEW)).collect();
    compare_sums(model, theta, &some(0, rows.len()), &parts, rows.len());
}

fn compare_sums<M: Model>(model: &M, theta: &[f64], whole: &[f64], parts: &[Vec<f64>], rows: usize) {
    for (at, &whole) in whole.iter().enumerate() {
        let sum: f64 = parts.iter().map(|part| part[at]).sum();
        let size: f64 = parts.iter().map(|part| part[at].abs()).sum::<f64>() + rows as f64;
        let is_same = sum == whole || sum.is_nan() && whole.is_nan();
        assert!(is_same || (sum - whole).abs() <= 1e-12 * size, "{} at {theta:?}, {at}: {sum} {whole}", model.name());
    }
}

fn draws<M: Draw<Of = f64>>(model: &M, theta: &[f64]) -> Vec<f64> {
    let mut rng = SmallRng::seed_from_u64(7);
    (0..5 * FEW).map(|_| model.draw(theta, &mut rng)).collect()
}

fn typical<M: Draw<Of = f64>>(model: &M, theta: &[f64]) {
    compare(model, &draws(model, theta), theta);
}

#[test]
fn many_rows_are_the_sum_of_few() {
    typical(&Weibull, &[1.7, 2.3]);
    typical(&Logistic, &[0.4, 1.3]);
    typical(&StudentT, &[0.4, 1.3, 4.5]);
    for df in [0.1, 31.0, 1e3, 1e6, 1e12] {
        typical(&StudentT, &[0.4, 1.3, df]);
    }
    typical(&Cauchy, &[0.4, 1.3]);
    typical(&Gumbel, &[0.4, 1.3]);
    typical(&LogLogistic, &[2.0, 1.3]);
    typical(&BurrXII, &[2.0, 1.5, 1.3]);
    typical(&Gompertz, &[0.4, 0.3]);
    typical(&SkewNormal, &[0.4, 1.3, 2.0]);
    typical(&GeneralizedNormal, &[0.4, 1.3, 1.5]);
    typical(&BirnbaumSaunders, &[0.7, 1.3]);
    typical(&Laplace, &[0.4, 1.3]);
    typical(&Kumaraswamy, &[2.0, 3.0]);
    for shape in [-0.2, -0.032, 0.0, 1e-9, 0.031, 0.1, 0.7] {
        typical(&GeneralizedExtremeValue, &[0.4, 1.3, shape]);
        typical(&GeneralizedPareto, &[1.3, shape]);
    }
    typical(&Lomax, &[2.0, 1.3]);
    typical(&Lomax, &[200.0, 1e-3]);
    typical(&Mixture([Normal, Normal]), &[0.4, 0.6, 0.0, 1.0, 3.0, 1.5]);
    typical(&Mixture([StudentT, StudentT]), &[0.4, 0.6, 0.0, 1.0, 4.5, 3.0, 1.5, 30.0]);
    typical(&Mixture(vec![Normal; 3]), &[0.4, 0.3, 0.3, 0.0, 1.0, 3.0, 1.5, -4.0, 0.5]);
}

#[test]
fn weights_count_in_every_sum() {
    compare_weighted(&Weibull, &[1.7, 2.3]);
    compare_weighted(&Logistic, &[0.4, 1.3]);
    compare_weighted(&StudentT, &[0.4, 1.3, 4.5]);
    compare_weighted(&GeneralizedExtremeValue, &[0.4, 1.3, 0.1]);
    compare_weighted(&Mixture(vec![Normal; 3]), &[0.4, 0.3, 0.3, 0.0, 1.0, 3.0, 1.5, -4.0, 0.5]);
}

#[test]
fn components_that_are_far_apart_share_nothing() {
    typical(&Mixture(vec![Normal; 3]), &[0.2, 0.5, 0.3, 0.0, 1.0, 300.0, 1.5, -4000.0, 0.5]);
}

/// ln(1 + ux)/(ux), not multiplied by what would cancel x, beside what is.
#[derive(Debug, Clone)]
struct Quotient {
    is_alone: bool,
}

impl Model for Quotient {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("u").positive("v")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [u, v] = theta.unpack();
        let quotient = (u * x).ln_1p_ratio();
        if self.is_alone { v * quotient - v * v } else { -v * (x * quotient).exp() - (x * quotient).square() }
    }
}

#[test]
fn quotients_whose_denominator_vanishes_are_not_taken_apart() {
    let mut rows: Vec<f64> = draws(&Weibull, &[1.7, 2.3]);
    rows[1234] = 0.0;
    rows[2345] = 1e-200;
    for (is_alone, u) in [true, false].into_iter().flat_map(|is_alone| [(is_alone, 0.01), (is_alone, 0.4)]) {
        let found = sums(&Quotient { is_alone }, rows.as_slice(), &[u, 0.8]);
        assert!(found.iter().all(|sum| sum.is_finite()), "{found:?}");
        compare(&Quotient { is_alone }, &rows, &[u, 0.8]);
    }
}

#[test]
fn rows_out_of_the_support_have_no_density() {
    let mut rows = draws(&GeneralizedExtremeValue, &[0.4, 1.3, 0.1]);
    // The support begins at −12.6; just outside the logarithm that is summed is no number, at its end −∞.
    for outside in [-100.0, -12.600_000_1, -12.6] {
        rows[4321] = outside;
        compare(&GeneralizedExtremeValue, &rows, &[0.4, 1.3, 0.1]);
        assert_eq!(sums(&GeneralizedExtremeValue, &rows, &[0.4, 1.3, 0.1])[0], f64::NEG_INFINITY, "{outside}");
    }
    let mut rows = draws(&GeneralizedPareto, &[1.3, -0.2]);
    for outside in [100.0, 6.500_000_1, 6.5] {
        rows[4321] = outside;
        compare(&GeneralizedPareto, &rows, &[1.3, -0.2]);
        assert_eq!(sums(&GeneralizedPareto, &rows, &[1.3, -0.2])[0], f64::NEG_INFINITY, "{outside}");
    }
}

/// Of y > ½ neither ln y nor ln(1 + y) tells.
#[derive(Debug, Clone)]
struct Bounded;

impl Model for Bounded {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("u").positive("v")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [u, v] = theta.unpack();
        let y = u * x;
        S::from(0.5).less_than(y).select(v * y.ln() - v * v * y.ln_1p(), f64::NEG_INFINITY)
    }
}

/// −(x − u)ᵛ above u: at x = u its logarithm is not finite, and it is.
#[derive(Debug, Clone)]
struct Power;

impl Model for Power {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("u").positive("v")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [u, v] = theta.unpack();
        let y = x - u;
        S::from(0.0).less_than(y).select(-(v * y.ln()).exp(), f64::NEG_INFINITY)
    }
}

#[test]
fn rows_of_which_no_logarithm_tells_are_asked() {
    let mut rows: Vec<f64> = (0..5 * FEW).map(|k| 0.6 + k as f64 / 1000.0).collect();
    compare(&Bounded, &rows, &[1.0, 0.8]);
    for outside in [0.5, 0.499_999, 0.1] {
        rows[3210] = outside;
        compare(&Bounded, &rows, &[1.0, 0.8]);
        assert_eq!(sums(&Bounded, &rows, &[1.0, 0.8])[0], f64::NEG_INFINITY, "{outside}");
    }
    // So many that the value is computed by itself, of which the logarithm is a part only inside an exponential.
    let mut rows: Vec<f64> = (0..MANY).map(|k| 0.6 + k as f64 / MANY as f64).collect();
    compare(&Power, &rows, &[-1.0, 0.8]);
    for outside in [-1.0, -1.5] {
        rows[3210] = outside;
        assert_eq!(sums(&Power, &rows, &[-1.0, 0.8])[0], f64::NEG_INFINITY, "{outside}");
    }
}

#[test]
fn magnitudes_do_not_matter() {
    for scale in [1e-200, 1e-100, 1e-20, 1e20, 1e100, 1e200] {
        let rows: Vec<f64> = draws(&StudentT, &[0.4, 1.3, 4.5]).iter().map(|x| x * scale).collect();
        compare(&StudentT, &rows, &[0.4 * scale, 1.3 * scale, 4.5]);
        compare(&Logistic, &rows, &[0.4 * scale, 1.3 * scale]);
        let rows: Vec<f64> = draws(&Weibull, &[1.7, 2.3]).iter().map(|x| x * scale).collect();
        compare(&Weibull, &rows, &[1.7, 2.3 * scale]);
    }
    // Far from the data: overflow and underflow of parts.
    let rows = draws(&StudentT, &[0.4, 1.3, 4.5]);
    for scale in [1e-150, 1e-80, 1e80, 1e150] {
        compare(&StudentT, &rows, &[0.4, scale, 4.5]);
    }
    // So far that 1/(1 + z²/ν) is no difference of sums, and not so far.
    for scale in [1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 1e2, 1e4, 1e8] {
        compare(&StudentT, &rows, &[0.4, scale, 4.5]);
        compare(&Cauchy, &rows, &[0.4, scale]);
        compare(&GeneralizedExtremeValue, &rows, &[-400.0, 1.0 + scale, 1e-2 * scale]);
    }
}

/// The square of a small difference, times a large number, beside what it is a difference of.
#[derive(Debug, Clone)]
struct Small;

impl Model for Small {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("u").positive("v")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [u, v] = theta.unpack();
        let part = (u * x).logistic();
        -(v * (part - 0.5)).square() - part - part.square()
    }
}

#[test]
fn squares_of_small_differences_keep_their_digits() {
    compare(&Small, &draws(&Weibull, &[1.7, 2.3]), &[1e-3, 1e3]);
}

/// 1/(1 + ux) and ux/(1 + ux), whose sum is 1.
#[derive(Debug, Clone)]
struct Whole;

impl Model for Whole {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("u").positive("v")
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [u, v] = theta.unpack();
        let slope = 1.0 / (1.0 + u * x);
        v * slope + v * u * x * slope - v * x
    }
}

#[test]
fn parts_that_cancel_are_no_sums() {
    for u in [1e-9, 0.3, 1e9] {
        compare(&Whole, &draws(&Weibull, &[1.7, 2.3]), &[u, 0.8]);
    }
}

/// A fit of many rows times each of these is that of the rows, times them.
fn is_equivariant<M: Model<Of = f64> + Draw<Of = f64>>(model: &M, theta: &[f64], scales: &[f64]) {
    let rows = draws(model, theta);
    let plain = model.fit(&rows).expect("a fit");
    for &scale in scales {
        let scaled: Vec<f64> = rows.iter().map(|x| x * scale).collect();
        let fit = model.fit(&scaled).unwrap_or_else(|error| panic!("{} times {scale}: {error}", model.name()));
        for (one, other) in plain.estimates().iter().zip(fit.estimates()) {
            let unit = if ["loc", "scale"].contains(&one.name.as_str()) { scale } else { 1.0 };
            let error = one.std_error;
            let apart = (other.value / unit - one.value).abs() / error;
            assert!(apart < 1e-6, "{} times {scale}: {} and {}", model.name(), one.value, other.value);
            let ratio = other.std_error / unit / error;
            assert!((ratio - 1.0).abs() < 1e-6, "{} times {scale}: {ratio}", model.name());
        }
    }
}

#[test]
fn units_in_which_squares_underflow_are_as_good_as_others() {
    let scales = [1e-250, 1e-200, 1e-160, 1e160, 1e200, 1e250];
    is_equivariant(&Gumbel, &[0.4, 1.3], &scales);
    is_equivariant(&Logistic, &[0.4, 1.3], &scales);
    is_equivariant(&StudentT, &[0.4, 1.3, 4.5], &scales);
    is_equivariant(&GeneralizedExtremeValue, &[0.4, 1.3, 0.1], &scales);
}
