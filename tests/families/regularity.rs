//! Models that say where the usual theory of large samples does not hold: there, nothing of it is returned.

use thetahat::prelude::*;

/// The generalised Pareto distribution, whose theory is regular for shape > −½ (Smith, 1985).
#[derive(Debug, Clone)]
struct Exceedance;

impl Model for Exceedance {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().positive("scale").real("shape")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [scale, shape] = theta.unpack();
        -scale.ln() - (1.0 / shape + 1.0) * (shape * x / scale).ln_1p()
    }
    fn start(&self, sample: &Sample) -> Start {
        // The end of the support, scale / −shape, is beyond the data.
        let end = sample.quantile(0, 1.0);
        Start::Several(vec![vec![end * 0.7, -0.65], vec![end * 0.35, -0.3]])
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        match theta[1] > -0.5 {
            true => Regularity::Holds,
            false => Regularity::fails(["scale", "shape"], "the end of the support is estimated at another rate"),
        }
    }
}

/// Quantiles of the law with scale 1.
fn exceedances(shape: f64) -> Vec<f64> {
    (0..100).map(|i| (((f64::from(i) + 0.5) / 100.0).powf(-shape) - 1.0) / shape).collect()
}

fn is_withheld(fit: &Fit) {
    assert!(fit.estimates().iter().all(|estimate| estimate.std_error.is_nan()), "{fit}");
    assert!(fit.covariance().rows().flatten().all(|entry| entry.is_nan()));
    let (lower, upper) = fit.estimates()[0].interval(0.95).unwrap();
    assert!(lower.is_nan() && upper.is_nan());
    assert_eq!((fit.aic(), fit.bic()), (None, None));
    for text in [fit.to_string(), fit.detail()] {
        assert!(text.contains("withheld: ") && text.contains("estimated at another rate"), "{text}");
    }
}

#[test]
fn nothing_is_withheld_where_the_theory_holds() {
    let fit = Exceedance.fit(&exceedances(-0.2)).expect("a fit");
    assert!(fit["shape"].value > -0.5 && fit["shape"].std_error > 0.0 && fit.aic().is_some());
    assert!(fit.irregularity().is_none() && !fit.to_string().contains("withheld"));
}

#[test]
fn theory_is_withheld_where_it_does_not_hold() {
    let x = exceedances(-0.65);
    let fit = Exceedance.fit(&x).expect("a fit");
    assert!(fit["shape"].value < -0.5 && fit.log_likelihood().is_finite());
    is_withheld(&fit);
    is_withheld(&AnyModel::of(Exceedance).unwrap().fit(&x).expect("a fit"));
}

#[test]
fn a_known_shape_leaves_the_scale_irregular_and_both_known_would_not() {
    let x = exceedances(-0.65);
    is_withheld(&Fixed(Exceedance, "shape", -0.65).fit(&x).expect("a fit"));
    // Irregular in the shape alone: with the shape known, the rest of the theory holds.
    #[derive(Debug, Clone)]
    struct OfShape(Exceedance);
    impl Model for OfShape {
        type Of = f64;
        fn space(&self) -> Space {
            self.0.space()
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            self.0.ln_density(theta, x)
        }
        fn start(&self, sample: &Sample) -> Start {
            self.0.start(sample)
        }
        fn regular_at(&self, _: &[f64]) -> Regularity {
            Regularity::fails(["shape"], "the end of the support is estimated at another rate")
        }
    }
    is_withheld(&OfShape(Exceedance).fit(&x).expect("a fit"));
    let fixed = Fixed(OfShape(Exceedance), "shape", -0.3).fit(&exceedances(-0.3)).expect("a fit");
    assert!(fixed["scale"].std_error > 0.0 && fixed.irregularity().is_none());
}

#[test]
fn rows_are_asked_one_by_one_where_they_differ() {
    /// A normal law whose theory is said to fail for scales above 2.
    #[derive(Debug)]
    struct Cautious;
    impl Model for Cautious {
        type Of = f64;
        fn space(&self) -> Space {
            Normal.space()
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Normal.ln_density(theta, x)
        }
        fn regular_at(&self, theta: &[f64]) -> Regularity {
            match theta[1] > 2.0 {
                true => Regularity::fails(["sigma"], "the scale is estimated at another rate"),
                false => Regularity::Holds,
            }
        }
    }
    let fit = |unit: f64| {
        let rows = [(1.0, 0), (2.0, 0), (1.5, 0), (-3.0, 1), (1.0, 1), (4.0, 1)];
        let lines: Vec<String> = rows.iter().map(|(y, g)| format!("{},{g}\n", y * unit)).collect();
        let table = Table::from_csv(format!("y,g\n{}", lines.concat()).as_bytes()).unwrap();
        Regress(Cautious).on("sigma", ["g"]).fit(table.response("y").unwrap()).expect("a fit")
    };
    // In the second group the scale is 2.9, in the first 0.4.
    is_withheld(&fit(1.0));
    assert!(fit(0.5).irregularity().is_none());
}

#[test]
fn a_mixture_is_as_regular_as_its_components() {
    #[derive(Debug, Clone)]
    struct Doubtful(bool);
    impl Model for Doubtful {
        type Of = f64;
        fn space(&self) -> Space {
            Normal.space()
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            Normal.ln_density(theta, x)
        }
        fn start(&self, sample: &Sample) -> Start {
            Normal.start(sample)
        }
        fn regular_at(&self, _: &[f64]) -> Regularity {
            match self.0 {
                true => Regularity::fails(["mu"], "the location is estimated at another rate"),
                false => Regularity::Holds,
            }
        }
    }
    let waits = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
    let fit = Mixture([Doubtful(false), Doubtful(true)]).fit(&waits).expect("a fit");
    is_withheld(&fit);
    assert!(fit.detail().contains("of component 2"), "{}", fit.detail());
    is_withheld(&Mixture((Doubtful(true), Normal)).fit(&waits).expect("a fit"));
    assert!(Mixture([Doubtful(false), Doubtful(false)]).fit(&waits).expect("a fit").irregularity().is_none());
    // Everywhere only if all of them are.
    let theta = [0.5, 0.5, 0.0, 1.0, 1.0, 2.0];
    assert_eq!(Mixture([Normal, Normal]).regular_at(&theta), Regularity::Always);
    assert_eq!(Mixture((Normal, Doubtful(false))).regular_at(&theta), Regularity::Holds);
    let known = Mixture([Fixed(Doubtful(true), "mu", 2.0), Fixed(Doubtful(true), "mu", 4.14)]);
    assert!(known.fit(&waits).expect("a fit").irregularity().is_none());
}
