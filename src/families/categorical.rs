use std::fmt;

use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Start, Theta};
use crate::observation::{Level, LevelIn};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The categorical distribution: one of several named levels.
///
/// # Density
///
/// P(X = j) = pⱼ
///
/// # Parameters
///
/// - `p_<level>`, one for each level: in [0, 1), together 1
///
/// # Support
///
/// The levels.
///
/// # Start
///
/// Exact: the shares of the levels. A level that never occurs has its estimate at the closed end pⱼ = 0.
///
/// # Numerics
///
/// The shares are computed as logarithms, so that a rare level keeps its digits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let eyes = ["brown", "blue", "brown", "green", "brown", "blue"];
/// let fit = Categorical::of(&eyes).fit(&eyes)?;
/// assert!((fit["p_brown"].value - 0.5).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Discrete Multivariate Distributions*, chapter 35.
#[derive(Clone)]
pub struct Categorical {
    levels: Vec<String>,
}

impl Categorical {
    /// The model whose levels are the distinct values of `data`, in order of appearance.
    pub fn of<T: AsRef<str>>(data: &[T]) -> Categorical {
        let mut seen = std::collections::HashSet::new();
        let levels = data.iter().map(AsRef::as_ref).filter(|level| seen.insert(*level)).map(str::to_string).collect();
        Categorical { levels }
    }

    /// The model with these levels, some of which the data may lack.
    pub fn with_levels<N: Into<String>>(levels: impl IntoIterator<Item = N>) -> Categorical {
        Categorical { levels: levels.into_iter().map(Into::into).collect() }
    }
}

impl fmt::Debug for Categorical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Categorical")
    }
}

impl Model for Categorical {
    type Of = Level;

    fn space(&self) -> Space {
        Space::new().simplex(self.levels.iter().map(|level| format!("p_{level}"))).closed([0.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: LevelIn<S>) -> S {
        let ln_shares: Vec<S> = theta.as_slice().iter().map(|p| p.ln()).collect();
        x.pick(&ln_shares)
    }

    fn support(&self) -> Support {
        Support::one(Range::levels(self.levels.iter().cloned()))
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let share = |level: usize| sample.mean_of(0, |x| f64::from(x == level as f64));
        Start::Exact((0..self.levels.len()).map(share).collect())
    }
}

impl Draw for Categorical {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> String {
        let mut rest: f64 = rand::RngExt::random(rng);
        let drawn = theta.iter().position(|p| {
            rest -= p;
            rest < 0.0
        });
        self.levels[drawn.unwrap_or(self.levels.len() - 1)].clone()
    }
}
