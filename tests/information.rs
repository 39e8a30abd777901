//! The laws of entropy, cross-entropy and relative entropy, their digits, and the decomposition of fits.

use std::f64::consts::LN_2;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use thetahat::Error;
use thetahat::information::{
    Decomposition, Empirical, Information, Obstacle, Probabilities, cross_entropy, entropy, relative_entropy,
};
use thetahat::prelude::*;

fn new(values: &[f64]) -> Probabilities {
    Probabilities::new(values).unwrap()
}

/// A distribution over `outcomes` outcomes, all of positive probability, some of it small.
fn drawn(outcomes: usize, rng: &mut SmallRng) -> Probabilities {
    Probabilities::from_counts((0..outcomes).map(|_| (-8.0 * rng.random::<f64>()).exp())).unwrap()
}

fn pairs() -> Vec<(Probabilities, Probabilities)> {
    let mut rng = SmallRng::seed_from_u64(20);
    (0..200).map(|k| (drawn(2 + k % 9, &mut rng), drawn(2 + k % 9, &mut rng))).collect()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    let error = (found - expected).abs();
    assert!(error <= tolerance * expected.abs().max(1.0), "{found:e} where {expected:e} is expected, off by {error:e}");
}

mod laws {
    use super::*;

    #[test]
    fn cross_entropy_is_entropy_plus_relative_entropy() {
        for (p, q) in pairs() {
            let sum = entropy(&p) + relative_entropy(&p, &q).unwrap();
            assert_near(cross_entropy(&p, &q).unwrap().nats(), sum.nats(), 1e-14);
        }
    }

    #[test]
    fn relative_entropy_is_zero_for_equals_and_for_no_others() {
        for (p, q) in pairs() {
            assert_eq!(relative_entropy(&p, &p).unwrap().nats(), 0.0);
            assert!(relative_entropy(&p, &q).unwrap().nats() > 0.0);
        }
        // However near: one unit in the last place apart.
        let (p, q) = (new(&[0.5, 0.5]), new(&[0.5 - f64::EPSILON, 0.5 + f64::EPSILON]));
        assert!(relative_entropy(&p, &q).unwrap().nats() > 0.0);
    }

    #[test]
    fn relative_entropy_is_not_symmetric() {
        let (p, q) = (new(&[0.5, 0.5]), new(&[0.9, 0.1]));
        // ½ ln(½/0.9) + ½ ln(½/0.1), and 0.9 ln(0.9/½) + 0.1 ln(0.1/½).
        assert_near(relative_entropy(&p, &q).unwrap().nats(), 0.510_825_623_765_990_7, 1e-15);
        assert_near(relative_entropy(&q, &p).unwrap().nats(), 0.368_064_207_168_497, 1e-15);
    }

    #[test]
    fn bits_are_nats_over_ln_2() {
        for k in [2, 4, 64] {
            let uniform = Probabilities::from_counts(vec![1; k]).unwrap();
            assert_near(entropy(&uniform).bits(), (k as f64).log2(), 1e-15);
            assert_near(entropy(&uniform).nats(), (k as f64).ln(), 1e-15);
        }
        assert_eq!(Information::from_bits(3.0).bits(), 3.0);
    }

    #[test]
    fn the_order_of_outcomes_does_not_matter() {
        for (p, q) in pairs() {
            let turned = |p: &Probabilities| {
                let mut values = p.as_slice().to_vec();
                values.reverse();
                values.rotate_left(1);
                new(&values)
            };
            let (r, s) = (turned(&p), turned(&q));
            assert_near(entropy(&r).nats(), entropy(&p).nats(), 1e-15);
            let [before, after] = [(&p, &q), (&r, &s)].map(|(p, q)| relative_entropy(p, q).unwrap().nats());
            assert_near(after, before, 1e-15);
        }
    }

    #[test]
    fn outcomes_that_neither_allows_do_not_matter() {
        let (p, q) = (new(&[0.75, 0.25]), new(&[0.5, 0.5]));
        let (r, s) = (new(&[0.75, 0.0, 0.25, 0.0]), new(&[0.5, 0.0, 0.5, 0.0]));
        assert_eq!(entropy(&p), entropy(&r));
        assert_eq!(cross_entropy(&p, &q), cross_entropy(&r, &s));
        assert_eq!(relative_entropy(&p, &q), relative_entropy(&r, &s));
    }

    #[test]
    fn independent_parts_add_up() {
        let product = |a: &Probabilities, b: &Probabilities| {
            let each = a.as_slice().iter().flat_map(|x| b.as_slice().iter().map(move |y| x * y));
            new(&each.collect::<Vec<f64>>())
        };
        let all = pairs();
        for ((p, q), (r, s)) in all.iter().zip(all.iter().skip(1)) {
            let (pr, qs) = (product(p, r), product(q, s));
            assert_near(entropy(&pr).nats(), (entropy(p) + entropy(r)).nats(), 1e-13);
            let sum = relative_entropy(p, q).unwrap() + relative_entropy(r, s).unwrap();
            assert_near(relative_entropy(&pr, &qs).unwrap().nats(), sum.nats(), 1e-13);
        }
    }

    #[test]
    fn merging_outcomes_loses_information() {
        // Data processing: Cover and Thomas, 2nd ed., theorem 2.7.1 (the log-sum inequality).
        for (p, q) in pairs() {
            let merged = |p: &Probabilities| {
                let values = p.as_slice();
                let mut rest = values[1..].to_vec();
                rest[0] += values[0];
                new(&rest)
            };
            let less = relative_entropy(&merged(&p), &merged(&q)).unwrap();
            assert!(less.nats() <= relative_entropy(&p, &q).unwrap().nats() + 1e-16);
            assert!(entropy(&merged(&p)) < entropy(&p));
        }
    }

    #[test]
    fn off_the_support_is_infinitely_far() {
        let (p, q) = (new(&[0.5, 0.5, 0.0]), new(&[1.0, 0.0, 0.0]));
        assert_eq!(relative_entropy(&p, &q).unwrap().nats(), f64::INFINITY);
        assert_eq!(cross_entropy(&p, &q).unwrap().bits(), f64::INFINITY);
        assert_near(relative_entropy(&q, &p).unwrap().bits(), 1.0, 1e-15);
    }
}

mod digits {
    use super::*;

    // mpmath 1.3, 400 digits: −Σ p ln p and −Σ p ln q of the nearest doubles, and Σ p ln(p/q) of these divided by their
    // sums, which differ from 1 by less than a double can.
    const CASES: &[(&[f64], &[f64], [f64; 3])] = &[
        (&[0.9, 0.1], &[0.1, 0.9], [0.325_082_973_391_448_25, 2.082_862_635_260_424, 1.757_779_661_868_975_5]),
        (
            &[0.7, 0.2, 0.1],
            &[0.6, 0.1, 0.3],
            [0.801_818_552_543_337_4, 0.938_492_235_667_596_2, 0.136_673_683_124_258_9],
        ),
        // Mass of q where p has none.
        (&[0.5, 0.5, 0.0], &[0.25, 0.5, 0.25], [LN_2, 1.039_720_770_839_917_9, 0.346_573_590_279_972_65]),
        // Near: 2⁻³⁰ and 1e-9 apart.
        (&[0.5, 0.5], &[0.499_999_999_068_677_4, 0.500_000_000_931_322_6], [LN_2, LN_2, 1.734_723_475_976_807e-18]),
        (
            &[0.1, 0.2, 0.3, 0.4],
            &[0.100_000_001, 0.199_999_999, 0.300_000_002, 0.399_999_998],
            [1.279_854_225_833_667_5, 1.279_854_225_833_667_5, 1.916_666_660_852_673e-17],
        ),
        // Far: t near −1 and t huge, also where p/q and q/p are no doubles.
        (&[0.25, 0.75], &[1e-300, 1.0], [0.562_335_144_618_808_3, 172.693_881_974_553_43, 172.131_546_829_934_62]),
        (&[0.5, 0.5], &[5e-324, 1.0], [LN_2, 372.220_035_960_690_65, 371.526_888_780_130_7]),
        (&[1e-300, 1.0], &[0.5, 0.5], [6.907_755_278_982_137e-298, LN_2, LN_2]),
        (&[5e-324, 1.0], &[0.5, 0.5], [3.68e-321, LN_2, LN_2]),
        (
            &[1e-20, 1.0],
            &[2e-20, 1.0],
            [4.605_170_185_988_091e-19, 4.535_855_467_932_097e-19, 3.068_528_194_400_546_7e-21],
        ),
    ];

    #[test]
    fn agree_with_mpmath() {
        for (p, q, expected) in CASES {
            let (p, q) = (new(p), new(q));
            let found = [entropy(&p), cross_entropy(&p, &q).unwrap(), relative_entropy(&p, &q).unwrap()];
            for ((found, expected), what) in found.iter().zip(expected).zip(["H(p)", "H(p, q)", "D(p‖q)"]) {
                // Subnormal values have no more digits than they have.
                let error = (found.nats() - expected).abs() - 5e-324;
                assert!(error <= 4e-15 * expected, "{what} of {p:?}, {q:?}: {:e}, not {expected:e}", found.nats());
            }
        }
    }

    #[test]
    fn the_definition_as_it_stands_does_not() {
        let wrong = CASES.iter().filter(|(p, q, _)| {
            let terms = p.iter().zip(*q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).ln());
            let naive: f64 = terms.sum();
            naive < 0.0 || naive.is_infinite()
        });
        // Both near pairs and the pair of small probabilities come out negative, and one of the far pairs infinite.
        assert_eq!(wrong.count(), 4);
    }

    #[test]
    fn near_pairs_follow_the_quadratic() {
        // D(p‖p + εd) = ½ε² Σ d²/p − ⅓ε³ Σ d³/p² + …
        let p = [0.125, 0.25, 0.5, 0.125];
        for k in [10, 20, 30, 40, 50] {
            let step = 0.5_f64.powi(k);
            let near = new(&[p[0] + step, p[1] - 2.0 * step, p[2] + 2.0 * step, p[3] - step]);
            let found = relative_entropy(&new(&p), &near).unwrap().nats();
            let expected = 0.5 * step * step * (8.0 + 16.0 + 8.0 + 8.0);
            assert!((found / expected - 1.0).abs() < 40.0 * step + 1e-15, "2^-{k}: {found:e}, not {expected:e}");
        }
    }
}

mod distributions {
    use super::*;

    #[test]
    fn what_is_no_distribution_is_refused() {
        assert_eq!(Probabilities::new([]), Err(Error::Empty));
        let negative = Probabilities::new([1.0, 0.5, -0.5]);
        assert_eq!(negative, Err(Error::Probability { outcome: 3, value: -0.5 }));
        let infinite = Probabilities::new([f64::INFINITY]);
        assert_eq!(infinite, Err(Error::Probability { outcome: 1, value: f64::INFINITY }));
        assert!(matches!(Probabilities::new([f64::NAN, 1.0]), Err(Error::Probability { outcome: 1, .. })));
        assert_eq!(Probabilities::new([0.5, 0.25]), Err(Error::NotNormalised { sum: 0.75 }));
        assert!(Probabilities::new([0.5, 0.5 + 2e-9]).is_err() && Probabilities::new([0.5, 0.5 + 5e-10]).is_ok());
        assert_eq!(Probabilities::from_counts([1.0, -1.0]), Err(Error::Weight { row: 2, value: -1.0 }));
        assert!(matches!(Probabilities::from_counts([1.0, f64::NAN]), Err(Error::Weight { row: 2, .. })));
        assert_eq!(Probabilities::from_counts::<f64>([]), Err(Error::Empty));
        let message = Probabilities::new([0.5, 0.25]).unwrap_err().to_string();
        assert!(message.contains("0.75") && message.contains("counts"), "{message}");
    }

    #[test]
    fn lengths_must_agree() {
        let (p, q) = (new(&[0.5, 0.5]), new(&[0.5, 0.25, 0.25]));
        for error in [cross_entropy(&p, &q).unwrap_err(), relative_entropy(&p, &q).unwrap_err()] {
            assert!(matches!(error, Error::Length { expected: 2, found: 3, .. }), "{error}");
        }
    }

    #[test]
    fn the_empirical_distribution_of_anything_discrete() {
        let counts = Empirical::of(&[3, 1, 4, 1, 5, -1]).unwrap();
        assert_eq!((counts.values(), counts.counts()), (&[-1, 1, 3, 4, 5][..], &[1, 2, 1, 1, 1][..]));
        assert_eq!((counts.n(), counts.probability(&1), counts.probability(&2)), (6, 2.0 / 6.0, 0.0));
        let coins = Empirical::of(&[true, false, true, true]).unwrap();
        assert_eq!(coins.probabilities().as_slice(), [0.25, 0.75]);
        assert_eq!(coins.to_string(), "false  1  0.2500\ntrue   3  0.7500");
        let eyes = Empirical::of(&["blue".to_string(), "blue".to_string()]).unwrap();
        assert_eq!(entropy(&eyes.probabilities()).nats(), 0.0);
        assert_eq!(Empirical::<u8>::of(&[]), Err(Error::Empty));
    }

    #[test]
    fn empirical_distributions_are_equal_whatever_the_order() {
        let (a, b) = (Empirical::of(&[2, 0, 2]).unwrap(), Empirical::of(&[2, 2, 0]).unwrap());
        assert_eq!(a, b);
        let (p, q) = a.aligned(&Empirical::of(&[0, 7]).unwrap());
        assert_eq!((p.as_slice().len(), q.as_slice()), (3, &[0.5, 0.0, 0.5][..]));
    }

    #[test]
    fn an_amount_says_its_unit() {
        assert_eq!(Information::from_nats(0.0).to_string(), "0.0000 nats = 0.0000 bits");
        assert_eq!(format!("{:.2}", Information::from_nats(1.5)), "1.50 nats = 2.16 bits");
        assert_eq!(Information::from_nats(2e-9).to_string(), "2.0000e-9 nats = 2.8854e-9 bits");
        assert!(Information::from_bits(1.0) < Information::from_nats(1.0));
        assert_eq!((Information::from_nats(3.0) - Information::from_nats(1.0)).nats(), 2.0);
    }
}

mod fits {
    use super::*;

    /// The chain rule, and each part as computed directly from p̂ and the probabilities of q.
    #[track_caller]
    fn check(parts: Decomposition, p: &[f64], q: &[f64]) {
        let rest = (1.0 - q.iter().sum::<f64>()).max(0.0);
        let (p, q) = (new(&[p, &[0.0]].concat()), new(&[q, &[rest]].concat()));
        assert_near(parts.entropy.nats(), entropy(&p).nats(), 1e-14);
        assert_near(parts.cross_entropy.nats(), cross_entropy(&p, &q).unwrap().nats(), 1e-14);
        assert_near(parts.relative_entropy.nats(), relative_entropy(&p, &q).unwrap().nats(), 1e-14);
        assert_near((parts.entropy + parts.relative_entropy).nats(), parts.cross_entropy.nats(), 1e-14);
    }

    fn poisson(lambda: f64, counts: impl IntoIterator<Item = u32>) -> Vec<f64> {
        let factorial = |x: u32| (1..=x).map(f64::from).product::<f64>();
        counts.into_iter().map(|x| lambda.powi(x as i32) * (-lambda).exp() / factorial(x)).collect()
    }

    const COUNTS: [u64; 13] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 0, 2];

    #[test]
    fn poisson_agrees_with_the_definitions_and_mpmath() {
        let parts = Poisson.fit(&COUNTS).unwrap().decomposition().unwrap();
        let empirical = Empirical::of(&COUNTS).unwrap();
        let q = poisson(46.0 / 13.0, empirical.values().iter().map(|&x| x as u32));
        check(parts, empirical.probabilities().as_slice(), &q);
        // mpmath 1.3, 50 digits: p̂ = counts/13, ln q = x ln λ − λ − ln Γ(x + 1) at λ = 46/13.
        assert_near(parts.entropy.nats(), 1.991_509_361_356_613_6, 1e-14);
        assert_near(parts.relative_entropy.nats(), 0.297_843_504_419_846, 1e-14);
        assert_near(parts.cross_entropy.nats(), 2.289_352_865_776_46, 1e-14);
    }

    #[test]
    fn bernoulli_and_categorical_are_saturated() {
        let coins = Bernoulli.fit(&[true, false, true, true, false, true, true]).unwrap().decomposition().unwrap();
        check(coins, &[5.0 / 7.0, 2.0 / 7.0], &[5.0 / 7.0, 2.0 / 7.0]);
        let eyes = ["brown", "blue", "brown", "green", "brown", "blue", "grey"];
        let levels = Categorical::of(&eyes).fit(&eyes).unwrap().decomposition().unwrap();
        for parts in [coins, levels] {
            assert!((0.0..1e-30).contains(&parts.relative_entropy.nats()), "{parts}");
        }
        assert_near(levels.entropy.nats(), entropy(&Empirical::of(&eyes).unwrap().probabilities()).nats(), 1e-15);
    }

    #[test]
    fn frequencies_are_rows() {
        let written_out = Poisson.fit(&[0, 0, 0, 2, 2, 5]).unwrap().decomposition().unwrap();
        let frequencies = [2.0, 1.0, 0.0, 1.0, 2.0];
        let weighted = Poisson.fit(Weighted::frequency(&[0, 5, 9, 0, 2], &frequencies)).unwrap();
        let weighted = weighted.decomposition().unwrap();
        assert_near(weighted.entropy.nats(), written_out.entropy.nats(), 1e-15);
        assert_near(weighted.relative_entropy.nats(), written_out.relative_entropy.nats(), 1e-14);
        check(weighted, &[0.5, 1.0 / 3.0, 1.0 / 6.0], &poisson(1.5, [0, 2, 5]));
        // Shares of a row count like rows: p̂ is the same.
        let halves = [1.0, 0.5, 0.0, 0.5, 1.0];
        let halved = Poisson.fit(Weighted::frequency(&[0, 5, 9, 0, 2], &halves)).unwrap().decomposition().unwrap();
        assert_near(halved.relative_entropy.nats(), weighted.relative_entropy.nats(), 1e-14);
    }

    #[test]
    fn more_rows_than_a_chunk_and_a_block() {
        let mut rng = SmallRng::seed_from_u64(5);
        let data = Poisson.sample(&[700.0], 20_000, &mut rng);
        let fit = Poisson.fit(&data).unwrap();
        let parts = fit.decomposition().unwrap();
        let empirical = Empirical::of(&data).unwrap();
        assert!(empirical.values().len() < 256);
        assert_near(parts.entropy.nats(), entropy(&empirical.probabilities()).nats(), 1e-14);
        assert_near((parts.entropy + parts.relative_entropy).nats(), parts.cross_entropy.nats(), 1e-11);
        let wide: Vec<u64> = (0..2_000).collect();
        let parts = Poisson.fit(&wide).unwrap().decomposition().unwrap();
        assert_near(parts.entropy.nats(), 2000.0_f64.ln(), 1e-14);
        assert_near((parts.entropy + parts.relative_entropy).nats(), parts.cross_entropy.nats(), 1e-12);
    }

    #[test]
    fn the_estimate_is_nearest_among_its_neighbours() {
        let fit = Poisson.fit(&COUNTS).unwrap();
        let at = fit.decomposition().unwrap();
        let empirical = Empirical::of(&COUNTS).unwrap();
        let p = new(&[empirical.probabilities().as_slice(), &[0.0]].concat());
        for factor in [0.5, 0.9, 0.999, 1.001, 1.1, 2.0] {
            let q = poisson(fit["lambda"].value * factor, empirical.values().iter().map(|&x| x as u32));
            let rest = 1.0 - q.iter().sum::<f64>();
            let q = new(&[&q[..], &[rest]].concat());
            assert!(cross_entropy(&p, &q).unwrap() > at.cross_entropy, "factor {factor}");
            assert!(relative_entropy(&p, &q).unwrap() > at.relative_entropy, "factor {factor}");
        }
    }

    #[test]
    fn a_model_whose_type_is_erased_and_an_intercept_alone() {
        let direct = Poisson.fit(&COUNTS).unwrap().decomposition().unwrap();
        let erased = AnyModel::of(Poisson).unwrap().fit(&COUNTS).unwrap().decomposition().unwrap();
        assert_eq!(direct, erased);
        let table = Table::from_csv("x,y\n1,0\n2,2\n3,2\n4,1\n5,3\n".as_bytes()).unwrap();
        let response = || table.response("y").unwrap();
        let intercept = Regress(Poisson).linear("lambda", Linear::on::<&str>([])).fit(response()).unwrap();
        let (intercept, alone) = (intercept.decomposition().unwrap(), Poisson.fit(response()).unwrap());
        assert_near(intercept.relative_entropy.nats(), alone.decomposition().unwrap().relative_entropy.nats(), 1e-12);
    }

    /// Two independent counts, the second counted twice as strongly if `excess` is ln 2.
    #[derive(Debug, Clone)]
    struct Counts {
        excess: f64,
    }

    impl Model for Counts {
        type Of = Row;
        fn space(&self) -> Space {
            Space::new().positive("a").positive("b")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
            let (a, b) = theta.split(1);
            Poisson.ln_density(a, x[0]) + Poisson.ln_density(b, x[1]) + self.excess
        }
        fn support(&self) -> Support {
            Support::new(vec![Range::COUNTS; 2])
        }
    }

    #[test]
    fn observations_of_several_columns() {
        let rows = [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 1.0]];
        let parts = Counts { excess: 0.0 }.fit(&rows).unwrap().decomposition().unwrap();
        let product = |a: u32, b: u32| poisson(0.8, [a])[0] * poisson(0.8, [b])[0];
        check(parts, &[0.4, 0.2, 0.2, 0.2], &[product(0, 1), product(1, 0), product(2, 1), product(1, 1)]);
    }

    #[test]
    fn a_known_parameter_keeps_its_distance() {
        let rows = [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 1.0]];
        for known in [0.1, 0.7, 0.8, 3.0] {
            let parts = Fixed(Counts { excess: 0.0 }, "a", known).fit(&rows).unwrap().decomposition().unwrap();
            let product = |a: u32, b: u32| poisson(known, [a])[0] * poisson(0.8, [b])[0];
            check(parts, &[0.4, 0.2, 0.2, 0.2], &[product(0, 1), product(1, 0), product(2, 1), product(1, 1)]);
        }
    }

    #[test]
    fn a_density_of_more_than_one_is_found_out() {
        let rows: Vec<[f64; 2]> = (0..9).map(|k| [f64::from(k % 3), f64::from(k / 3)]).collect();
        let error = Counts { excess: 2.0_f64.ln() }.fit(&rows).unwrap().decomposition().unwrap_err();
        assert!(error.is_model() && error.to_string().contains("more than 1"), "{error}");
    }

    #[test]
    fn it_prints_all_three_in_both_units() {
        let text = Poisson.fit(&COUNTS).unwrap().decomposition().unwrap().to_string();
        assert_eq!(
            text,
            "cross-entropy     H(p̂, q)  2.2894 nats = 3.3028 bits\n\
             entropy           H(p̂)     1.9915 nats = 2.8731 bits\n\
             relative entropy  D(p̂‖q)   0.2978 nats = 0.4297 bits"
        );
    }
}

mod without_decomposition {
    use super::*;

    #[track_caller]
    fn obstacle(fit: &Fit) -> Obstacle {
        match fit.decomposition() {
            Err(Error::NoDecomposition { model, obstacle }) => {
                assert_eq!(model, fit.model());
                obstacle
            }
            other => panic!("{other:?}"),
        }
    }

    /// Failures before the first success, with its distribution function.
    #[derive(Debug, Clone)]
    struct Waiting;

    impl Model for Waiting {
        type Of = u64;
        fn space(&self) -> Space {
            Space::new().unit("p")
        }
        fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [p] = theta.unpack();
            p.ln() + x * (1.0 - p).ln()
        }
    }

    impl Cdf for Waiting {
        fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            (-self.ln_sf(theta, x).exp()).ln_1p()
        }
        fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
            let [p] = theta.unpack();
            (x + 1.0) * (1.0 - p).ln()
        }
    }

    #[test]
    fn densities() {
        let fit = Normal.fit(&[1.0, 2.0, 4.0]).unwrap();
        assert_eq!(obstacle(&fit), Obstacle::Densities);
        let message = fit.decomposition().unwrap_err().to_string();
        assert!(message.contains("densities") && message.contains("cross_entropy_difference"), "{message}");
    }

    #[test]
    fn bounds() {
        let censored = Waiting.fit(&[At(0_u64), At(2), After(3), At(1)]).unwrap();
        assert_eq!(obstacle(&censored), Obstacle::Bounds);
        // Rows of weight 0 are none.
        let rows = [At(0_u64), At(2), After(3), At(1)];
        let weighted = Waiting.fit(Weighted::frequency(&rows, &[1.0, 1.0, 0.0, 1.0])).unwrap();
        let exact = Waiting.fit(&[0, 2, 1]).unwrap();
        assert_eq!(weighted.decomposition().unwrap().entropy, exact.decomposition().unwrap().entropy);
    }

    #[test]
    fn covariates() {
        let table = Table::from_csv("dose,died\n1,0\n2,0\n2,1\n3,1\n3,0\n4,1\n".as_bytes()).unwrap();
        let fit = Regress(Bernoulli).on("p", ["dose"]).fit(table.response("died").unwrap()).unwrap();
        assert_eq!(obstacle(&fit), Obstacle::Covariates);
        // Its difference from the model without covariates exists.
        let alone = Bernoulli.fit(table.response("died").unwrap()).unwrap();
        assert!(alone.cross_entropy_difference(&fit).unwrap().nats() > 0.0);
    }

    #[test]
    fn differences_between_models() {
        let hours = [0.5, 1.5, 2.5, 2.9, 3.1];
        let (normal, weibull) = (Normal.fit(&hours).unwrap(), Weibull.fit(&hours).unwrap());
        let difference = normal.cross_entropy_difference(&weibull).unwrap();
        assert_near(difference.nats(), normal.cross_entropy() - weibull.cross_entropy(), 1e-14);
        assert_eq!(weibull.cross_entropy_difference(&normal).unwrap().nats(), -difference.nats());
        // For discrete data it is the difference of relative entropies.
        let counts = [0, 0, 1, 2, 0, 4];
        let (poisson, waiting) = (Poisson.fit(&counts).unwrap(), Waiting.fit(&counts).unwrap());
        let [p, w] = [&poisson, &waiting].map(|fit| fit.decomposition().unwrap().relative_entropy);
        assert_near(poisson.cross_entropy_difference(&waiting).unwrap().nats(), (p - w).nats(), 1e-14);
    }

    #[test]
    fn fits_of_different_data_are_not_compared() {
        let (few, many) = (Poisson.fit(&[1, 2]).unwrap(), Poisson.fit(&[1, 2, 3]).unwrap());
        let error = few.cross_entropy_difference(&many).unwrap_err();
        assert!(
            matches!(&error, Error::DifferentData { difference, .. } if difference == "2 observations and 3"),
            "{error}"
        );
        let density = Normal.fit(&[1.0, 2.0]).unwrap();
        let error = few.cross_entropy_difference(&density).unwrap_err();
        assert!(error.to_string().contains("probabilities and densities"), "{error}");
    }
}
