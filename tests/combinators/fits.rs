//! Fits of combined models, against closed forms and against each other.

use thetahat::Error;
use thetahat::data::Column;
use thetahat::prelude::*;

const COUNTS: [u64; 20] = [0, 0, 0, 0, 0, 0, 0, 3, 2, 4, 1, 0, 5, 2, 0, 0, 1, 3, 6, 2];

/// The Gompertz law, as a user may write it.
#[derive(Debug, Clone)]
struct Gompertz;

impl Model for Gompertz {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().positive("rate").typical(0.1, 2.0).positive("growth").typical(0.1, 2.0)
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate, growth] = theta.unpack();
        rate.ln() + growth * x - rate / growth * (growth * x).exp_m1()
    }
    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }
}

impl Cdf for Gompertz {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate, growth] = theta.unpack();
        -(rate / growth * (growth * x).exp_m1())
    }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn a_models_own_law_is_truncated_like_a_family() {
    let ages = [2.4, 1.3, 3.0, 2.2, 1.8, 2.5, 1.4, 2.9, 2.1, 1.7, 2.6, 2.3];
    let truncated = Truncated(Gompertz, 1.0..).fit(&ages).expect("a fit");
    // A Gompertz law that has lived to 1 is one of age − 1, with the rate it has then.
    let later: Vec<f64> = ages.iter().map(|x| x - 1.0).collect();
    let fresh = Gompertz.fit(&later).expect("a fit");
    close(truncated["growth"].value, fresh["growth"].value);
    close(truncated["rate"].value * truncated["growth"].value.exp(), fresh["rate"].value);
    close(truncated.log_likelihood(), fresh.log_likelihood());
    // The same as windows that all rows share.
    let windows = [1.0; 12];
    let windowed = Gompertz.fit(Windowed::after(&ages, &windows)).expect("a fit");
    close(windowed["rate"].value, truncated["rate"].value);
    close(windowed.log_likelihood(), truncated.log_likelihood());
}

#[test]
fn an_exponential_law_has_no_memory() {
    let waits = [3.2, 4.1, 3.9, 5.5, 3.1, 8.0];
    let truncated = Truncated(Exponential, 3.0..).fit(&waits).expect("a fit");
    let excess: f64 = waits.iter().map(|x| x - 3.0).sum::<f64>() / 6.0;
    close(truncated["rate"].value, 1.0 / excess);
    // Delayed entry: each row has waited since its own.
    let entered = [1.0, 2.0, 0.0, 5.0, 3.0, 4.0];
    let windowed = Exponential.fit(Windowed::after(&waits, &entered)).expect("a fit");
    let waited: f64 = waits.iter().zip(&entered).map(|(x, from)| x - from).sum::<f64>() / 6.0;
    close(windowed["rate"].value, 1.0 / waited);
}

#[test]
fn half_of_a_symmetric_law_is_twice_as_dense() {
    let sizes = [0.3, 1.2, 0.7, 2.5, 0.1, 1.8, 0.9, 3.3];
    let whole = Fixed(GeneralizedNormal, "loc", 0.0).fit(&sizes).expect("a fit");
    // Its distribution function at the location, where the power of the deviation has no derivatives.
    for half in [0.0..f64::INFINITY, 0.0..1e9] {
        let half = Truncated(Fixed(GeneralizedNormal, "loc", 0.0), half).fit(&sizes).expect("a fit");
        close(half["shape"].value, whole["shape"].value);
        close(half["shape"].std_error, whole["shape"].std_error);
        close(half.log_likelihood(), whole.log_likelihood() + 8.0 * std::f64::consts::LN_2);
    }
    // And its derivatives by the location are those of next to it.
    let with = |end: f64| {
        use Censored::{After, At, Before};
        let sizes = [0.1, 0.5, 0.9, 1.3, 2.1, 3.4];
        let exact = sizes.into_iter().flat_map(|size| [At(-size), At(size)]);
        let rows: Vec<Censored> = exact.chain([Before(end), After(end)]).collect();
        GeneralizedNormal.fit(&rows).expect("a fit")
    };
    let (at, next) = (with(0.0), with(1e-6));
    assert!(at["loc"].value.abs() < 1e-9 && (at["loc"].std_error / next["loc"].std_error - 1.0).abs() < 1e-6, "{at}");
}

#[test]
fn a_hurdle_is_two_fits() {
    let hurdle = Hurdle(NegativeBinomial).fit(&COUNTS).expect("a fit");
    let positive: Vec<u64> = COUNTS.iter().copied().filter(|&x| x > 0).collect();
    close(hurdle["p"].value, positive.len() as f64 / 20.0);
    let hurdle = Hurdle(Poisson).fit(&COUNTS).expect("a fit");
    let truncated = Truncated(Poisson, 1..).fit(&positive).expect("a fit");
    close(hurdle["lambda"].value, truncated["lambda"].value);
    close(hurdle["lambda"].std_error, truncated["lambda"].std_error);
    // Of a Poisson law the two ways to more zeros are one.
    let inflated = ZeroInflated(Poisson).fit(&COUNTS).expect("a fit");
    close(inflated["lambda"].value, truncated["lambda"].value);
    close(inflated.log_likelihood(), hurdle.log_likelihood());
}

#[test]
fn no_zeros_too_many_is_the_closed_end() {
    let fit = ZeroInflated(Poisson).fit(&[1, 2, 3, 2, 1, 4, 2, 0]).expect("a fit at the end");
    assert_eq!(fit["pi"].value, 0.0);
    assert!(fit["pi"].std_error.is_nan());
    close(fit["lambda"].value, 15.0 / 8.0);
}

#[test]
fn a_shift_moves_with_the_data() {
    let times: Vec<f64> = (1..=60).map(|i| Weibull.quantile(&[3.0, 2.0], (i as f64 - 0.5) / 60.0)).collect();
    let fit = Shifted(Weibull).fit(&times).expect("a fit");
    let moved: Vec<f64> = times.iter().map(|x| x + 100.0).collect();
    let again = Shifted(Weibull).fit(&moved).expect("a fit");
    assert!((again["loc"].value - fit["loc"].value - 100.0).abs() < 1e-6 * fit["loc"].std_error);
    assert!((again["shape"].value - fit["shape"].value).abs() < 1e-6 * fit["shape"].std_error);
    assert!(fit["loc"].value < times[0]);
}

#[test]
fn covariates_move_the_share_of_structural_zeros() {
    let counts = [0_u32, 0, 0, 3, 0, 1, 0, 0, 2, 4, 3, 0, 2, 5, 1, 3];
    let group: Vec<f64> = (0..16).map(|i| if i < 8 { 0.0 } else { 1.0 }).collect();
    let column = |values: Vec<f64>| Column::from(values);
    let table = Table::new([("count", column(counts.map(f64::from).to_vec())), ("late", column(group))]);
    let table = table.expect("a table");
    let model = Regress(Hurdle(Poisson)).on("p", ["late"]).on("lambda", ["late"]);
    let fit = model.fit(table.response("count").expect("a column")).expect("a fit");
    // A predictor of two groups is a fit of each.
    let (early, late) = (Hurdle(Poisson).fit(&counts[..8]), Hurdle(Poisson).fit(&counts[8..]));
    let (early, late) = (early.expect("a fit"), late.expect("a fit"));
    close(fit["p:(Intercept)"].value, (early["p"].value / (1.0 - early["p"].value)).ln());
    close(fit["lambda:late"].value, (late["lambda"].value / early["lambda"].value).ln());
    close(fit.log_likelihood(), early.log_likelihood() + late.log_likelihood());
}

#[test]
fn a_row_outside_the_range_is_refused() {
    let error = Truncated(Normal, 0.0..).fit(&[1.0, -1.0, 2.0]).expect_err("a row outside");
    assert!(matches!(error, Error::OutOfSupport { row: 2, .. }), "{error}");
    let error = Truncated(Poisson, 1..).fit(&[1, 0, 2]).expect_err("a row outside");
    assert!(matches!(error, Error::OutOfSupport { row: 2, .. }), "{error}");
}

#[test]
fn nothing_to_combine_is_an_error_of_the_model() {
    let faults = [
        AnyModel::of(Truncated(Gamma, ..-1.0)).expect_err("an empty range"),
        ZeroInflated(Normal).fit(&[1.0]).expect_err("no zero"),
        Hurdle(Truncated(Poisson, 1..)).fit(&[1, 2]).expect_err("no zero"),
        Shifted(Normal).fit(&[1.0, 2.0]).expect_err("a location of its own"),
        Log(Gamma).fit(&[1.0, 2.0]).expect_err("no model of a logarithm"),
    ];
    for error in faults {
        assert!(matches!(error, Error::Model { .. }), "{error}");
    }
    let error = ZeroInflated(ZeroInflated(Poisson)).fit(&[0, 0, 1, 3]).expect_err("two shares of zeros");
    assert!(error.to_string().contains("inflate once"), "{error}");
    let error = ZeroInflated(Hurdle(Poisson)).fit(&[0, 0, 1, 3]).expect_err("two shares of zeros");
    assert_eq!(error.kind(), "not-identified");
}
