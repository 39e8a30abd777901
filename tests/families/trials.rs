//! Successes among known numbers of trials.

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::inference::Bootstrap;
use thetahat::prelude::*;

#[test]
fn pairs_of_any_integers() {
    let signed = Binomial.fit(&[(7, 10), (3, 10)]).expect("a fit");
    let unsigned = Binomial.fit(&[(7_u64, 10_u64), (3, 10)]).expect("a fit");
    let small = Binomial.fit(&[(7_u8, 10_u8), (3, 10)]).expect("a fit");
    let numbers = Binomial.fit(&[(7.0, 10.0), (3.0, 10.0)]).expect("a fit");
    for fit in [unsigned, small, numbers] {
        assert_eq!(fit["p"], signed["p"]);
        assert_eq!(fit.log_likelihood(), signed.log_likelihood());
    }
    let erased = AnyModel::of(Binomial).expect("a model").fit(&[(7, 10), (3, 10)]).expect("a fit");
    assert_eq!(erased["p"], signed["p"]);
}

#[test]
fn more_successes_than_trials() {
    let error = Binomial.fit(&[(3, 5), (7, 5)]).expect_err("7 of 5");
    assert_eq!((error.kind(), error.row()), ("out-of-support", Some(2)));
    assert!(error.to_string().contains("row 2: 7 of 5 is outside the support of Binomial"), "{error}");
    let error = Binomial.fit(&[(-1, 5)]).expect_err("a negative count");
    assert_eq!((error.kind(), error.row()), ("out-of-support", Some(1)));
    let error = Binomial.fit(&[(1.5, 5.0)]).expect_err("half a success");
    assert_eq!((error.kind(), error.row()), ("out-of-support", Some(1)));
}

#[test]
fn trials_may_differ_and_be_none() {
    let fit = Binomial.fit(&[(1, 2), (0, 0), (30, 98)]).expect("a fit");
    assert!((fit["p"].value - 0.31).abs() < 1e-14);
    assert_eq!(fit.n(), 3.0);
}

#[test]
fn a_trial_each_is_a_bernoulli() {
    let fit = Binomial.fit(&[(1, 1), (0, 1), (1, 1)]).expect("a fit");
    let bernoulli = Bernoulli.fit(&[true, false, true]).expect("a fit");
    assert_eq!((fit["p"].value, fit["p"].std_error), (bernoulli["p"].value, bernoulli["p"].std_error));
    assert!((fit.log_likelihood() - bernoulli.log_likelihood()).abs() < 1e-15);
}

#[test]
fn covariates_of_a_table() {
    let text = "dose,died,of\n1,2,10\n2,5,12\n3,9,11\n4,10,10\n";
    let table = Table::from_csv(text.as_bytes()).expect("a table");
    let data = table.responses(["died", "of"]).expect("columns");
    let fit = Regress(Binomial).on("p", ["dose"]).fit(data).expect("a fit");
    // The same trials one by one.
    let rows = [(1, 2, 10), (2, 5, 12), (3, 9, 11), (4, 10, 10)];
    let each =
        rows.iter().flat_map(|&(dose, died, of)| (0..of).map(move |k| format!("{dose},{}\n", i32::from(k < died))));
    let text: String = std::iter::once("dose,died\n".to_string()).chain(each).collect();
    let table = Table::from_csv(text.as_bytes()).expect("a table");
    let one_by_one =
        Regress(Bernoulli).on("p", ["dose"]).fit(table.response("died").expect("a column")).expect("a fit");
    for (a, b) in fit.estimates().iter().zip(one_by_one.estimates()) {
        assert!((a.value - b.value).abs() < 1e-8 * b.std_error, "{a:?} is not {b:?}");
        assert!((a.std_error / b.std_error - 1.0).abs() < 1e-8, "{a:?} is not {b:?}");
    }
}

#[test]
fn drawn_counts_are_of_the_trials_of_their_rows() {
    let rows = [(7, 10), (3, 10), (0, 0), (30, 98)];
    let fit = Binomial.fit(&rows).expect("a fit");
    for row in fit.simulate(&Binomial, 3).expect("draws").iter().zip(rows) {
        assert!(row.0[1] == f64::from(row.1.1) && row.0[0] <= row.0[1]);
    }
    let mixture = Mixture([Binomial, Binomial]);
    let (successes, trials) = mixture.draw_like(&[0.5, 0.5, 1.0, 1.0], (0.0, 9.0), &mut SmallRng::seed_from_u64(1));
    assert_eq!((successes, trials), (9, 9));
    let counts = [[3.0, 4.0, 5.0], [1.0, 0.0, 7.0], [2.0, 2.0, 2.0]];
    let multinomial = Multinomial::columns(["a", "b", "c"]);
    let fit = multinomial.fit(&counts).expect("a fit");
    let sums: Vec<f64> = fit.simulate(&multinomial, 3).expect("draws").iter().map(|row| row.iter().sum()).collect();
    assert_eq!(sums, [12.0, 8.0, 6.0]);
    // The spread of parametric repetitions is the standard error.
    let fit = Binomial.fit(&[(7, 10), (3, 10), (30, 60)]).expect("a fit");
    let bootstrap = Bootstrap::of(&fit, &Binomial).replicates(400).seed(5).parametric().expect("a bootstrap");
    let spread = bootstrap.std_error("p").expect("repetitions");
    assert!((spread / fit["p"].std_error - 1.0).abs() < 0.15, "{spread} is not {}", fit["p"].std_error);
}
