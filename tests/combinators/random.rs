//! Combinators nested at random: a name reads back as the model that has it.

use std::collections::BTreeMap;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use thetahat::language::parse;
use thetahat::prelude::*;
use thetahat::testing::typical_parameters;

/// What a model is a model of, as far as combinators care.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Reals,
    Positives,
    Counts,
}

const COMBINATORS: [&str; 9] =
    ["Mixture", "Truncated", "ZeroInflated", "Hurdle", "Shifted", "Log", "Fixed", "Tied", "Regress"];

/// A model without its type, with its distribution function; none if it is not sound.
fn erased<M: Cdf + Clone + Send + Sync + 'static>(model: M) -> Option<AnyModel> {
    Some(AnyModel::of(model.clone()).ok()?.with_cdf(&model))
}

fn family(of: Of, rng: &mut SmallRng) -> Option<AnyModel> {
    match (of, rng.random_range(0..4)) {
        (Of::Reals, 0) => erased(Normal),
        (Of::Reals, 1) => erased(Logistic),
        (Of::Reals, 2) => erased(Gumbel),
        (Of::Reals, _) => erased(StudentT),
        (Of::Positives, 0) => erased(Weibull),
        (Of::Positives, 1) => erased(Gamma),
        (Of::Positives, 2) => erased(Exponential),
        (Of::Positives, _) => erased(LogNormal),
        (Of::Counts, 0) => erased(Poisson),
        (Of::Counts, 1) => erased(Geometric),
        (Of::Counts, _) => erased(NegativeBinomial),
    }
}

/// A number with many digits, or few.
fn number(low: f64, high: f64, rng: &mut SmallRng) -> f64 {
    let x = rng.random_range(low..high);
    if rng.random() { x } else { (4.0 * x).round() / 4.0 }
}

/// A model with so many combinators around a family, or fewer; none where they do not go together.
fn model(of: Of, depth: usize, rng: &mut SmallRng, seen: &mut BTreeMap<&'static str, usize>) -> Option<AnyModel> {
    if depth == 0 {
        return family(of, rng);
    }
    let combinator = *COMBINATORS.choose(rng).expect("a combinator");
    let mut inner = |of: Of| model(of, depth - 1, rng, seen);
    let made = match combinator {
        "Mixture" => {
            let components: Option<Vec<AnyModel>> = (0..1 + depth).map(|_| inner(of)).collect();
            erased(Mixture(components?))
        }
        "Truncated" => {
            let inner = inner(of)?;
            let (lower, upper) = match of {
                Of::Counts => (rng.random_range(0..3), rng.random_range(4..9)),
                _ => return truncated(inner, of, rng, seen),
            };
            match rng.random_range(0..3) {
                0 => erased(Truncated(inner, lower..)),
                1 => erased(Truncated(inner, ..=upper)),
                _ => erased(Truncated(inner, lower..upper)),
            }
        }
        "ZeroInflated" if of == Of::Counts => erased(ZeroInflated(inner(of)?)),
        "Hurdle" if of == Of::Counts => erased(Hurdle(inner(of)?)),
        "Shifted" if of == Of::Reals => erased(Shifted(inner(Of::Positives)?)),
        "Log" if of == Of::Positives => erased(Log(inner(Of::Reals)?)),
        "Fixed" => {
            let inner = inner(of)?;
            let names: Vec<String> = inner.space().names().map(str::to_string).collect();
            let at = rng.random_range(0..names.len());
            let value = typical_parameters(&inner.space(), rng)[at];
            erased(Fixed(inner, &names[at], value))
        }
        "Tied" => {
            let inner = inner(of)?;
            let names: Vec<String> = inner.space().names().map(str::to_string).collect();
            erased(Tied(inner, names.choose(rng)?, names.choose(rng)?))
        }
        "Regress" => {
            let inner = inner(of)?;
            let names: Vec<String> = inner.space().names().map(str::to_string).collect();
            let mut columns = vec!["dose", "body mass", "a+b", "0", "ph.ecog"];
            columns.truncate(rng.random_range(0..=5));
            erased(Regress(inner).on(names.choose(rng)?, columns))
        }
        _ => return None,
    }?;
    *seen.entry(combinator).or_default() += 1;
    Some(made)
}

fn truncated(
    inner: AnyModel,
    of: Of,
    rng: &mut SmallRng,
    seen: &mut BTreeMap<&'static str, usize>,
) -> Option<AnyModel> {
    let least = if of == Of::Positives { 0.0 } else { -2.0 };
    let (lower, upper) = (number(least, 0.9, rng), number(1.1, 6.0, rng));
    let made = match rng.random_range(0..3) {
        0 => erased(Truncated(inner, lower..)),
        1 => erased(Truncated(inner, ..upper)),
        _ => erased(Truncated(inner, lower..upper)),
    }?;
    *seen.entry("Truncated").or_default() += 1;
    Some(made)
}

#[test]
fn a_name_reads_back_as_the_model_that_has_it() {
    let mut rng = SmallRng::seed_from_u64(35);
    let mut seen = BTreeMap::new();
    let mut read = 0;
    for round in 0..1500 {
        let of = [Of::Reals, Of::Positives, Of::Counts][round % 3];
        let Some(model) = model(of, 1 + round / 3 % 3, &mut rng, &mut seen) else { continue };
        let text = model.to_string();
        let again = parse(&text, &Default::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(again.to_string(), text);
        assert_eq!(again.space(), model.space(), "{text}");
        assert_eq!(again.support(), model.support(), "{text}");
        assert_eq!((again.scale(), again.has_cdf()), (model.scale(), true), "{text}");
        // The log-likelihood of some rows, and both tails at each, bit by bit.
        let theta = typical_parameters(&model.space(), &mut rng);
        let theta = Theta::new(&theta);
        let rows = [0.0, 1.0, 2.0, 5.0].map(|x| vec![if of == Of::Counts { x } else { 0.6 * x + 0.3 }]);
        let sums = |model: &AnyModel| {
            let each = rows.iter().map(|x| model.ln_density(theta, x.clone()));
            let tails = rows.iter().map(|x| model.ln_cdf(theta, x.clone()) - model.ln_sf(theta, x.clone()));
            (each.sum::<f64>().to_bits(), tails.sum::<f64>().to_bits())
        };
        assert_eq!(sums(&again), sums(&model), "{text}");
        read += 1;
    }
    assert!(read > 500, "{read} models");
    assert!(COMBINATORS.iter().all(|name| seen.get(name).is_some_and(|times| *times >= 30)), "{seen:?}");
}
