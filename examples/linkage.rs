//! Cells whose probabilities are formulas of a parameter of one's own: genetic linkage.
//!
//! Rao (*Linear Statistical Inference and Its Applications*, 1973, section 5g) counts 197 animals in four classes, of which
//! theory says (2 + θ)/4, (1 − θ)/4, (1 − θ)/4 and θ/4. The score is a quotient whose numerator is 197 θ² − 15 θ − 68, so
//! that θ̂ = (15 + √53809) / 394 is there to compare with.

use thetahat::prelude::*;

const CLASSES: [&str; 4] = ["AB", "Ab", "aB", "ab"];

#[derive(Debug, Clone)]
struct Linkage;

impl Model for Linkage {
    type Of = Level;

    fn space(&self) -> Space {
        Space::new().unit("theta")
    }

    fn support(&self) -> Support {
        Support::one(Range::levels(CLASSES))
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, class: LevelIn<S>) -> S {
        let [theta] = theta.unpack();
        let cells = [2.0 + theta, 1.0 - theta, 1.0 - theta, theta];
        class.pick(&cells.map(|cell| cell.ln())) - 4.0_f64.ln()
    }
}

fn main() -> thetahat::Result<()> {
    let fit = Linkage.fit(Weighted::frequency(&CLASSES, &[125.0, 18.0, 20.0, 34.0]))?;
    println!("{fit}");
    let theta = &fit["theta"];
    assert!((theta.value - (15.0 + 53809.0_f64.sqrt()) / 394.0).abs() < 1e-14);
    assert!((theta.value - 0.626821497870982).abs() < 1e-14);
    Ok(())
}
