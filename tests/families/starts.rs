//! How much of the likelihood a maximum is known to be the greatest of.

use thetahat::fit::Scope;
use thetahat::prelude::*;

/// A Cauchy law of known scale, looked for near each of these places.
#[derive(Debug)]
struct Location(Vec<f64>);

impl Model for Location {
    type Of = f64;
    fn space(&self) -> Space {
        Space::new().real("loc")
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc] = theta.unpack();
        -(x - loc).square().ln_1p() - std::f64::consts::PI.ln()
    }
    fn start(&self, _: &Sample) -> Start {
        Start::Several(self.0.iter().map(|place| vec![*place]).collect())
    }
}

/// Three observations near 0, which are the maximum, and two near 50.
const X: [f64; 5] = [0.0, 0.1, 0.2, 50.0, 50.1];

#[test]
fn a_maximum_that_one_of_several_starts_found_is_said_to_be_local() {
    let fit = Location(vec![0.0, 50.0, 50.02, 50.1]).fit(&X).expect("a fit");
    assert!(fit["loc"].value < 1.0);
    assert_eq!(*fit.scope(), Scope::BestOf { agree: 1, starts: 4 });
    assert!(fit.scope().is_doubtful());
    let text = fit.to_string();
    assert!(text.contains("certified as a local maximum only: an interior maximum"), "{text}");
    assert!(text.contains("the best of 4 starts, 1 agrees: there may be a higher maximum"), "{text}");
}

#[test]
fn agreement_is_said_plainly() {
    let fit = Location(vec![0.0, 0.2, 50.0]).fit(&X).expect("a fit");
    let text = fit.to_string();
    assert!(text.contains("certified: an interior maximum\n  the best of 3 starts, 2 agree"), "{text}");
    let fit = Location(vec![0.0, 0.2]).fit(&X).expect("a fit");
    assert!(fit.to_string().contains("found from all of 2 starts"));
    let fit = Location(vec![50.0]).fit(&X).expect("a fit");
    assert!(fit["loc"].value > 49.0 && !fit.scope().is_doubtful());
    assert!(fit.to_string().contains("found from one start"));
}
