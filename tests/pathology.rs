//! Data on which estimation goes wrong elsewhere: each has the answer that theory gives, or an error that says why there
//! is none. The data are in `tests/pathology`.

use thetahat::Error;
use thetahat::families::Schema;
use thetahat::language;
use thetahat::prelude::*;

fn table(name: &str) -> Table {
    let path = format!("{}/tests/pathology/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    Table::from_csv(std::fs::File::open(path).expect("the data")).expect("a table")
}

/// Fits a model, in the model language, to columns of a table.
fn fitted(name: &str, model: &str, columns: &[&str]) -> Result<Fit, Error> {
    let table = table(name);
    let model = language::parse(model, &Schema::of(&table, columns.iter().copied()))?;
    model.fit(table.responses(columns.iter().copied())?)
}

fn weighted(name: &str, model: &str) -> Result<Fit, Error> {
    let table = table(name);
    let model = language::parse(model, &Schema::of(&table, ["x"]))?;
    model.fit(Weighted::frequency(table.response("x")?, table.numbers("w")?))
}

fn x(name: &str, model: &str) -> Result<Fit, Error> {
    fitted(name, model, &["x"])
}

fn refused(fit: Result<Fit, Error>) -> (&'static str, Option<usize>) {
    let error = fit.expect_err("no estimate");
    (error.kind(), error.row())
}

/// The estimate, in the interior, is this to `accuracy` of itself.
fn is_regular(fit: &Fit, expected: &[(&str, f64, f64)], log_likelihood: f64, accuracy: f64) {
    assert_eq!(fit.outcome().word(), "interior");
    for (name, value, std_error) in expected {
        let found = &fit[name];
        assert!((found.value / value - 1.0).abs() < accuracy, "{name}: {} is not {value}", found.value);
        assert!((found.std_error / std_error - 1.0).abs() < 1e-9, "{name}: ± {} is not {std_error}", found.std_error);
    }
    assert!((fit.log_likelihood() / log_likelihood - 1.0).abs() < 1e-13);
}

#[test]
fn bad_rows_are_named() {
    assert_eq!(refused(x("nan", "Normal")), ("not-finite", Some(3)));
    assert_eq!(refused(x("infinite", "Normal")), ("not-finite", Some(3)));
    assert_eq!(refused(x("out-of-support-poisson", "Poisson")), ("out-of-support", Some(3)));
    assert_eq!(refused(x("out-of-support-lognormal", "LogNormal")), ("out-of-support", Some(3)));
    assert_eq!(refused(fitted("out-of-support-binomial", "Binomial", &["x", "m"])), ("out-of-support", Some(3)));
    assert_eq!(refused(x("gamma-zero", "Gamma")), ("out-of-support", Some(31)));
    assert_eq!(refused(x("beta-endpoints", "Beta")), ("out-of-support", Some(1)));
    assert_eq!(refused(weighted("weights-negative", "Normal")), ("weight", Some(2)));
    let intervals = table("interval-inverted");
    assert_eq!(refused(Weibull.fit(intervals.intervals("left", "right").unwrap())), ("empty-interval", Some(2)));
}

#[test]
fn no_data_and_data_of_the_wrong_length() {
    for family in ["Normal", "Weibull", "Poisson", "Bernoulli", "Gamma", "Beta", "Uniform", "Laplace", "StudentT"] {
        assert_eq!(refused(x("empty", family)), ("empty", None), "{family}");
    }
    // In a table a weight can be missing; in memory there can be fewer.
    assert_eq!(refused(Normal.fit(Weighted::frequency(&[1.0, 2.0, 3.0], &[1.0, 1.0]))).0, "length");
    assert_eq!(refused(weighted("length-mismatch", "Normal")).0, "weight");
}

#[test]
fn all_alike_or_too_few() {
    for (name, model) in [("normal-constant", "Normal"), ("single-normal", "Normal")] {
        assert_eq!(refused(x(name, model)).0, "unbounded", "{name}");
    }
    assert_eq!(refused(fitted("mvnormal-n-le-d", "MultivariateNormal", &["x1", "x2", "x3", "x4"])).0, "unbounded");
    assert_eq!(refused(fitted("mvnormal-singular", "MultivariateNormal", &["x1", "x2", "x3"])).0, "unbounded");
}

#[test]
fn unbounded_at_an_end_of_the_support() {
    // Data as if uniform: for shape < −1 the density is infinite at the greatest observation, and no maximum is inside.
    assert_eq!(refused(x("gpd-unbounded", "GeneralizedPareto")).0, "unbounded");
}

#[test]
fn estimates_at_a_closed_end() {
    for (name, model, parameter, end) in [
        ("bernoulli-zeros", "Bernoulli", "p", 0.0),
        ("poisson-zeros", "Poisson", "lambda", 0.0),
        ("geometric-zeros", "Geometric", "p", 1.0),
    ] {
        let fit = x(name, model).expect("a boundary");
        assert_eq!(
            (fit.outcome().word(), fit[parameter].value, fit.log_likelihood()),
            ("boundary", end, 0.0),
            "{name}"
        );
        assert!(fit[parameter].std_error.is_nan(), "{name}");
    }
    let fit = weighted("category-unseen", "Categorical").expect("a boundary");
    let shares = ["p_0", "p_1", "p_2", "p_3"].map(|name| fit[name].value);
    for (share, expected) in shares.iter().zip([0.3, 0.175, 0.0, 0.525]) {
        assert!((share - expected).abs() < 1e-15, "{shares:?}");
    }
    assert_eq!(fit.outcome().word(), "boundary");
    assert!(fit["p_2"].std_error.is_nan() && (fit.log_likelihood() + 40.179956131522374).abs() < 1e-12);
}

#[test]
fn estimates_in_a_limit() {
    let fit = weighted("negbin-underdispersed", "NegativeBinomial").expect("the Poisson limit");
    assert_eq!(fit.outcome().word(), "limit");
    assert!((fit["mu"].value - 4.35).abs() < 1e-14 && fit["size"].value == f64::INFINITY);
    assert!(fit["size"].std_error.is_nan() && (fit.log_likelihood() + 194.32901177162034).abs() < 1e-10);
    assert_eq!((fit.aic(), fit.bic()), (None, None));
    let fit = x("student-normal-limit", "StudentT").expect("the normal limit");
    assert_eq!(fit.outcome().word(), "limit");
    assert!((fit["loc"].value / 50.65957446808509 - 1.0).abs() < 1e-14);
    assert!((fit["scale"].value / 22.468310161671045 - 1.0).abs() < 1e-13);
    assert!((fit.log_likelihood() + 212.95908738166906).abs() < 1e-10);
}

#[test]
fn a_flat_top_is_told_with_its_interval() {
    let fit = x("laplace-flat", "Laplace").expect("a maximiser");
    assert_eq!((fit["loc"].value, fit["scale"].value), (3.5, 2.75));
    assert!(fit.outcome().to_string().contains("from 2 to 5"), "{}", fit.outcome());
}

#[test]
fn extreme_magnitudes_are_regular() {
    let expected = [
        ("mu", 5.116000000000001e301, 1.6202194638724458e299),
        ("sigma", 1.2550166001558184e300, 1.145668169914639e299),
    ];
    is_regular(&x("huge-scale-normal", "Normal").unwrap(), &expected, -41545.29691386782, 1e-9);
    let expected = [
        ("shape", 3.4918348447124843, 0.6095212188799396),
        ("scale", 1.4922908914847003e-299, 2.8014909493961554e-300),
    ];
    is_regular(&x("tiny-scale-gamma", "Gamma").unwrap(), &expected, 41167.8583171364, 1e-9);
    let expected = [("mu", 1000000051.16, 0.16202194753748284), ("sigma", 1.2550166090655257, 0.11456681780480515)];
    let fit = x("large-offset-normal", "Normal").unwrap();
    is_regular(&fit, &expected, -98.76524040096042, 1e-9);
    assert!((fit["mu"].value / 1000000051.16 - 1.0).abs() < 1e-15);
    let expected = [("mu", 2.6, 0.45607017003965516), ("sigma", 1.019803902718557, 0.322490309931942)];
    let fit = weighted("weights-zero", "Normal").unwrap();
    is_regular(&fit, &expected, -7.192744448906567, 1e-14);
    assert_eq!(fit.n(), 5.0);
}

#[test]
fn a_mixture_that_could_collapse_is_found_inside() {
    let expected = [
        ("w1", 0.3483241155579028, 0.07566081648842482),
        ("mu1", 1.8816076797711905, 0.0467328231930908),
        ("mu2", 4.0529590432487765, 0.11132592696315365),
        ("sigma1", 0.17212447856122337, 0.033350895873577445),
        ("sigma2", 0.5595261093268059, 0.0826932827318429),
    ];
    let table = table("mixture-collapse");
    let values = table.numbers("x").unwrap();
    let mixture = Mixture([Normal, Normal]);
    is_regular(&mixture.fit(values).unwrap(), &expected, -42.667940052163644, 1e-9);
    // From a start that invites it, a component collapses on the first row, or the search comes back.
    let provoked = Estimator::new(mixture).start_at([0.5, 0.5, values[0], 1e-3, 3.0, 1.0]).fit(values);
    match provoked {
        Ok(fit) => is_regular(&fit, &expected, -42.667940052163644, 1e-9),
        Err(error) => assert!(error.is_estimation(), "{error}"),
    }
}

#[test]
fn data_that_say_too_little() {
    let censored = table("all-censored");
    assert_eq!(refused(Weibull.fit(censored.events("time", "event").unwrap())).0, "no-finite-estimate");
    let separated = fitted("separation-complete", "Regress(Bernoulli, p ~ x)", &["y"]).expect_err("separated");
    assert_eq!(separated.kind(), "no-finite-estimate");
    assert!(separated.to_string().contains("x → ∞"), "{separated}");
    let collinear = "Regress(Poisson, lambda ~ woolA + woolB + tensionM + tensionH)";
    let error = fitted("collinear-dummies", collinear, &["y"]).expect_err("collinear");
    let Error::NotIdentified { direction, .. } = &error else { panic!("{error}") };
    let names: Vec<&str> = direction.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["(Intercept)", "woolA", "woolB"]);
    let too_many = "Regress(Normal, mu ~ disp + hp + wt + qsec)";
    assert_eq!(refused(fitted("n-less-than-p", too_many, &["y"])).0, "not-identified");
}

#[test]
fn laws_at_their_frontier() {
    let fit = x("skew-normal-frontier", "SkewNormal").expect("the half-normal limit");
    assert_eq!((fit.outcome().word(), fit["alpha"].value), ("limit", f64::INFINITY));
    assert_eq!(fit["xi"].value, -0.1032);
    assert!((fit["omega"].value / 1.2397958459359348 - 1.0).abs() < 1e-14);
    assert!((fit.log_likelihood() + 47.03690391663563).abs() < 1e-11);
    assert!(fit["alpha"].std_error.is_nan() && fit["xi"].std_error.is_nan());
    let fit = x("gengamma-lognormal-limit", "GeneralizedGamma").expect("the lognormal limit");
    assert_eq!(fit.outcome().word(), "limit");
    assert_eq!((fit["a"].value, fit["d"].value, fit["p"].value), (0.0, f64::INFINITY, 0.0));
    assert!((fit.log_likelihood() + 996.3254883924047).abs() < 1e-9);
    assert!(fit["p"].std_error.is_nan());
    let fit = x("von-mises-uniform", "VonMises").expect("the uniform limit");
    assert_eq!((fit.outcome().word(), fit["kappa"].value), ("limit", 0.0));
    assert!(fit["mu"].value.is_nan(), "no direction is the mean direction");
    assert!((fit.log_likelihood() + 7.351508265637381).abs() < 1e-13);
}

#[test]
fn several_maxima_and_one() {
    let fit = x("cauchy-multimodal", "Fixed(Cauchy, scale = 0.5)").expect("the highest of three");
    assert!((fit["loc"].value - 0.764237807942542).abs() < 1e-8);
    assert!((fit.log_likelihood() + 24.87090344202274).abs() < 1e-12);
    let expected =
        [("loc", -0.26712089703080666, 1.4107235716090374), ("scale", 1.9946821797596348, 0.8185038760634923)];
    is_regular(&x("cauchy-multimodal", "Cauchy").unwrap(), &expected, -21.334752973413792, 1e-7);
}

#[test]
fn a_law_that_ends_at_the_greatest_observation() {
    // d = 1 / mean of ln(max / x), which is p → ∞ in Stacy's parameters.
    let data = [0.2, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.0, 1.0];
    let d = -10.0 / data.iter().map(|x: &f64| x.ln()).sum::<f64>();
    let fit = GeneralizedGamma.fit(&data).expect("the power-function limit");
    assert_eq!((fit.outcome().word(), fit["a"].value, fit["p"].value), ("limit", 1.0, f64::INFINITY));
    assert!((fit["d"].value / d - 1.0).abs() < 1e-14 && fit["a"].std_error.is_nan());
}

/// The estimate stands at these ends, with the log-likelihood of the law that is there.
fn is_at_ends<M: Model>(model: &M, data: &[i64], ends: &[(&str, f64)], outcome: &str, log_likelihood: f64)
where
    for<'d> &'d [i64]: thetahat::data::Data<M>,
{
    let fit = model.fit(data).unwrap_or_else(|error| panic!("{}: {error}", model.name()));
    assert_eq!(fit.outcome().word(), outcome, "{}", model.name());
    for (name, end) in ends {
        assert_eq!(fit[*name].value, *end, "{}: {name}", model.name());
    }
    assert!((fit.log_likelihood() - log_likelihood).abs() <= 1e-12 * log_likelihood.abs(), "{}", model.name());
}

#[test]
fn counts_whose_law_is_at_an_end() {
    let (ones, counts) = (&[1, 1, 1][..], &[1, 2, 3, 2, 1][..]);
    is_at_ends(&LogSeries, ones, &[("p", 0.0)], "boundary", 0.0);
    assert_eq!(refused(Zeta.fit(ones)).0, "no-finite-estimate");
    assert_eq!(refused(Zipf { n: 10 }.fit(ones)).0, "no-finite-estimate");
    is_at_ends(&Zipf { n: 8 }, &[1, 8, 8, 8], &[("s", 0.0)], "boundary", -4.0 * 8.0_f64.ln());
    is_at_ends(&DiscreteUniform, &[5, 5], &[("min", 5.0), ("max", 5.0)], "support-edge", 0.0);
    // A difference of counts that varies less than one count, and its mirror image.
    let poisson = Poisson.fit(counts).unwrap();
    is_at_ends(
        &Skellam,
        counts,
        &[("mu1", poisson["lambda"].value), ("mu2", 0.0)],
        "boundary",
        poisson.log_likelihood(),
    );
    let mirrored: Vec<i64> = counts.iter().map(|x| -x).collect();
    let ends = [("mu1", 0.0), ("mu2", poisson["lambda"].value)];
    is_at_ends(&Skellam, &mirrored, &ends, "boundary", poisson.log_likelihood());
    is_at_ends(&Skellam, &[0, 0], &[("mu1", 0.0), ("mu2", 0.0)], "boundary", 0.0);
}

#[test]
fn counts_among_trials_that_vary_no_more_than_binomial_ones() {
    let alike = [(5, 10), (4, 10), (6, 10)];
    let fit = BetaBinomial.fit(&alike).unwrap();
    assert_eq!((fit.outcome().word(), fit["a"].value), ("limit", f64::INFINITY));
    assert_eq!(fit.log_likelihood(), Binomial.fit(&alike).unwrap().log_likelihood());
    // Rows that are all of one kind agree altogether: their correlation is 1.
    assert_eq!(refused(BetaBinomial.fit(&[(0, 5), (5, 5), (0, 4)])).0, "no-finite-estimate");
    let names = ["a", "b", "c"];
    let rows = [[3.0, 1.0, 2.0], [4.0, 2.0, 3.0], [3.0, 2.0, 2.0]];
    let fit = DirichletMultinomial::columns(names).fit(&rows).unwrap();
    assert_eq!((fit.outcome().word(), fit["alpha1"].value), ("limit", f64::INFINITY));
    // A kind that never occurs is left out.
    let rows = [[3.0, 0.0, 2.0], [4.0, 0.0, 5.0], [0.0, 0.0, 9.0], [7.0, 0.0, 1.0]];
    let fit = DirichletMultinomial::columns(names).fit(&rows).unwrap();
    assert_eq!((fit.outcome().word(), fit["alpha2"].value), ("boundary", 0.0));
    let pairs: Vec<(f64, f64)> = rows.iter().map(|row| (row[0], row[0] + row[2])).collect();
    let without = BetaBinomial.fit(&pairs).unwrap();
    assert!((fit["alpha1"].value / without["a"].value - 1.0).abs() < 1e-8);
    assert!((fit.log_likelihood() - without.log_likelihood()).abs() < 1e-12);
}

#[test]
fn vectors_without_a_maximum_and_at_the_uniform_law() {
    let sphere = VonMisesFisher::columns(["x", "y"]);
    assert_eq!(refused(sphere.fit(&[[1.0, 0.0], [1.0, 0.0]])).0, "unbounded");
    let uniform = sphere.fit(&[[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]).unwrap();
    assert_eq!((uniform.outcome().word(), uniform["eta_x"].value), ("interior", 0.0));
    // The information there is 1/d for each observation.
    assert!((uniform["eta_x"].std_error - 0.5_f64.sqrt()).abs() < 1e-14);
    assert!((uniform.log_likelihood() + 4.0 * (2.0 * std::f64::consts::PI).ln()).abs() < 1e-14);
    assert_eq!(refused(VonMisesFisher::columns(["x"]).fit(&[[1.0], [-1.0]])).0, "model");
    assert_eq!(refused(Dirichlet::parts(2).fit(&[[0.25, 0.75], [0.25, 0.75]])).0, "unbounded");
    let constant = [[1.0, 2.0], [1.0, 3.0]];
    assert_eq!(refused(DiagonalNormal::columns(["x", "y"]).fit(&constant)).0, "unbounded");
    let sphere = SphericalNormal::columns(["x", "y"]).fit(&constant).unwrap();
    assert!((sphere["sigma"].value / 0.125_f64.sqrt() - 1.0).abs() < 1e-15);
    assert_eq!(refused(MultivariateT::columns(["x", "y"]).fit(&constant)).0, "unbounded");
}

#[test]
fn no_zeros_too_many_beside_an_overdispersed_law() {
    let fit = x("zinb-boundary", "ZeroInflated(NegativeBinomial)").expect("the negative binomial law");
    assert_eq!((fit.outcome().word(), fit["pi"].value), ("boundary", 0.0));
    assert!(fit["pi"].std_error.is_nan() && (fit.log_likelihood() + 159.3440861207957).abs() < 1e-10);
    assert!((fit["mu"].value / 8.679245283018869 - 1.0).abs() < 1e-9);
    assert!((fit["size"].value / 0.3969964926837817 - 1.0).abs() < 1e-9);
}

#[test]
fn a_threshold_that_runs_into_the_least_observation() {
    assert_eq!(refused(x("weibull3-unbounded", "Shifted(Weibull)")).0, "unbounded");
}

#[test]
fn every_row_outside_the_support_is_named() {
    let error = Beta.fit(&[0.0, 0.3, 0.5, 1.0, 1.0]).expect_err("ends");
    assert_eq!(error.rows(), [1, 4, 5]);
    assert!(error.to_string().ends_with("; so are the values in rows 4, 5"), "{error}");
    let many = vec![-1.0; 1000];
    assert_eq!(Gamma.fit(&many).expect_err("negative").rows().len(), 1 + Error::MOST_ROWS);
}

#[test]
fn where_arithmetic_ends_the_data_are_named_not_the_model() {
    let tiny: Vec<f64> = (1..40).map(|k| f64::from(k) * 1e-311).collect();
    for kind in [
        refused(Gamma.fit(&tiny)),
        refused(Exponential.fit(&tiny)),
        refused(Normal.fit(&tiny)),
        refused(Cauchy.fit(&tiny)),
    ] {
        assert_eq!(kind, ("extreme", Some(39)));
    }
    // Of counts as large as that the log-likelihood is lost, though no comparison of points shows it.
    let counts: Vec<f64> = (0..50).map(|k| 1e15 + f64::from(k * k)).collect();
    let error = Poisson.fit(&counts).expect_err("rounding");
    assert!(error.to_string().contains("rounding errors"), "{error}");
    // A spread of a few units in the last place.
    let alike: Vec<f64> = (0..40).map(|k| 1.0 + f64::from(k % 7) * f64::EPSILON).collect();
    for error in
        [Normal.fit(&alike), Gumbel.fit(&alike), InverseGaussian.fit(&alike)].map(|fit| fit.expect_err("alike"))
    {
        assert!(error.to_string().contains("agree to rounding"), "{error}");
    }
}

#[test]
fn ends_of_intervals_far_out_are_as_good_as_none() {
    let values = [-1.3, 0.2, 0.4, -0.7, 1.9, 0.1, -0.2, 0.8, 1.1];
    let rows = |far: f64| -> Vec<Censored> {
        let row = |(k, &x): (usize, &f64)| match k % 3 {
            0 => Between(-far, x),
            1 => Between(x, far),
            _ => Between(x - 0.1, x + 0.1),
        };
        values.iter().enumerate().map(row).collect()
    };
    let (far, none) = (Normal.fit(&rows(1e300)).unwrap(), Normal.fit(&rows(f64::INFINITY)).unwrap());
    assert!(
        (far["mu"].value - none["mu"].value).abs() < 1e-9 && (far["sigma"].value - none["sigma"].value).abs() < 1e-9
    );
    assert!((far.log_likelihood() - none.log_likelihood()).abs() < 1e-12);
}

#[test]
fn weights_have_no_unit_for_the_search() {
    let values = [0.4, 1.9, 0.7, 3.1, 1.2, 0.9];
    let small = Gamma.fit(Weighted::frequency(&values, &[1e-8; 6])).unwrap();
    let whole = Gamma.fit(&values).unwrap();
    assert!((small["shape"].value / whole["shape"].value - 1.0).abs() < 1e-10);
    assert!((small["shape"].std_error / whole["shape"].std_error / 1e4 - 1.0).abs() < 1e-8);
}

#[test]
fn two_points_and_ties() {
    // Of two points the likelihood of Cauchy is the same along a semicircle.
    assert_eq!(refused(Cauchy.fit(&[1.0, 2.0])).0, "not-identified");
    assert_eq!(refused(GeneralizedExtremeValue.fit(&[1.0, 2.0])).0, "unbounded");
    assert_eq!(refused(NormalInverseGaussian.fit(&[1.0, 2.0])).0, "unbounded");
    assert_eq!(refused(NormalInverseGaussian.fit(&[1.0, 1.0, 1.0, 2.0, 3.0])).0, "unbounded");
}

#[test]
fn an_observed_zero_among_censored_rows_has_an_infinite_density() {
    let error = Weibull.fit(&[At(1.2), At(0.0), After(2.1), At(0.7)]).expect_err("no bound");
    assert!(matches!(&error, Error::Unbounded { rows, .. } if rows == &[2]), "{error}");
    // With another parameter known it is the density that is 0.
    let known = Fixed(Weibull, "shape", 2.0).fit(&[At(1.2), At(0.0), After(2.1), At(0.7)]);
    assert_eq!(refused(known), ("no-start", Some(2)));
    assert!(Weibull.fit(&[At(1.2), After(0.0), After(2.1), At(0.7)]).is_ok());
}
