//! Probability integral transforms and quantile residuals.

use std::sync::OnceLock;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::replicate::{check_model, parameters};
use crate::data::{Beside, Kind, Term, Values, ln_between, with_digits};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::graph::{Arena, Node};
use crate::model::{Cdf, Theta};
use crate::observation::{Numeric, Observation};
use crate::program::{CHUNK, Inputs, Program, Workspace};
use crate::scalar::Scalar;
use crate::special::normal_quantile;

/// The logarithms of P(X ≤ x) and of P(X > x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tails {
    pub(super) ln_cdf: f64,
    pub(super) ln_sf: f64,
}

impl Tails {
    const NOTHING_BELOW: Tails = Tails { ln_cdf: f64::NEG_INFINITY, ln_sf: 0.0 };
    const NOTHING_ABOVE: Tails = Tails { ln_cdf: 0.0, ln_sf: f64::NEG_INFINITY };

    /// What is below or above all that the window leaves. Beyond the numbers there is nothing; a law may not say so.
    fn beyond(x: f64, (lower, upper): (f64, f64)) -> Option<Tails> {
        match x {
            _ if x == f64::NEG_INFINITY || x <= lower => Some(Tails::NOTHING_BELOW),
            _ if x == f64::INFINITY || x >= upper => Some(Tails::NOTHING_ABOVE),
            _ => None,
        }
    }

    /// The probability of lying between here and `to`.
    pub(super) fn up_to(self, to: Tails) -> f64 {
        // On the side where probabilities are small.
        if self.ln_cdf > -std::f64::consts::LN_2 {
            self.ln_sf.exp() - to.ln_sf.exp()
        } else {
            to.ln_cdf.exp() - self.ln_cdf.exp()
        }
    }
}

/// Where an observation lies in its fitted law, given its window: between two places, which are one where it is a number
/// of a continuous law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) kind: Kind,
    pub(super) below: Tails,
    pub(super) to: Tails,
    /// How many observations it stands for.
    pub(super) count: f64,
    /// The row, counted from 1.
    pub(super) row: usize,
}

/// A model's tails, compiled when they are first needed: over rows, by the kind of their windows and whether parameters differ
/// from row to row.
#[derive(Debug)]
pub(super) struct Law<'m, M> {
    pub(super) model: &'m M,
    programs: [OnceLock<Result<Program>>; 8],
}

impl<'m, M: Cdf> Law<'m, M>
where
    M::Of: Numeric,
{
    pub(super) fn of(model: &'m M) -> Law<'m, M> {
        Law { model, programs: [const { OnceLock::new() }; 8] }
    }

    /// The tails at parameters `theta` beyond x, given the window of a row.
    pub(super) fn tails(&self, theta: &[f64], x: f64, window: (f64, f64)) -> Tails {
        if let Some(beyond) = Tails::beyond(x, window) {
            return beyond;
        }
        let end = |end: f64| end.is_finite().then_some(end);
        let [ln_cdf, ln_sf] = self.ln_tails(Theta::new(theta), x, [end(window.0), end(window.1)]);
        Tails { ln_cdf, ln_sf }
    }

    /// ln P(X ≤ x) and ln P(X > x), given a window that may have ends.
    fn ln_tails<S: Scalar>(&self, theta: Theta<'_, S>, x: S, window: [Option<S>; 2]) -> [S; 2] {
        let (model, at) = (self.model, |x: S| <M::Of as Observation>::read(&[x]));
        let [below, above] = match window {
            [None, None] => return [model.ln_cdf(theta, at(x)), model.ln_sf(theta, at(x))],
            [lower, upper] => [
                lower.map_or_else(|| model.ln_cdf(theta, at(x)), |lower| ln_between(model, theta, at(lower), at(x))),
                upper.map_or_else(|| model.ln_sf(theta, at(x)), |upper| ln_between(model, theta, at(x), at(upper))),
            ],
        };
        let mass = match window {
            [Some(lower), Some(upper)] => ln_between(model, theta, at(lower), at(upper)),
            [Some(lower), None] => model.ln_sf(theta, at(lower)),
            [None, Some(upper)] => model.ln_cdf(theta, at(upper)),
            [None, None] => 0.0.into(),
        };
        with_digits(below - mass, above - mass).into()
    }

    /// The tails of the rows of a term beyond these places; their laws have these parameters: those of a row, or of all.
    fn tails_of_rows(&self, theta: &[Vec<f64>], term: &Term, x: Values) -> Result<Vec<Tails>> {
        let (varies, rows) = (theta.len() > 1, term.rows());
        if rows == 0 {
            return Ok(vec![]);
        }
        let program = self.program(term.beside, varies)?;
        let mut columns = vec![x];
        columns.extend(term.columns[term.width()..].iter().cloned());
        columns.extend(program.prepare(&columns, rows, 1, &mut vec![]));
        let (scalars, routine) = (program.scalars(&theta[0]), program.rows());
        let mut workspace = Workspace::new(routine);
        let mut tails = Vec::with_capacity(rows);
        for from in (0..rows).step_by(CHUNK) {
            let to = rows.min(from + CHUNK);
            let of_parameter = |j: usize| theta[from..to].iter().map(|own| own[j]).collect();
            let predictors: Vec<Vec<f64>> =
                if varies { (0..theta[0].len()).map(of_parameter).collect() } else { vec![] };
            let inputs = Inputs { scalars: &scalars, columns: &columns, predictors: &predictors, weights: None };
            workspace.run(routine, inputs, from, to);
            let [below, above] = [0, 1].map(|k| workspace.values(routine.outputs()[k], inputs));
            tails.extend((from..to).map(|row| {
                let found = Tails { ln_cdf: below.at(row - from), ln_sf: above.at(row - from) };
                Tails::beyond(columns[0][row], term.window(row)).unwrap_or(found)
            }));
        }
        Ok(tails)
    }

    fn program(&self, beside: Beside, varies: bool) -> Result<&Program> {
        let kind = |kinds: [Kind; 2]| matches!(beside, Beside::Window(own) if kinds.contains(&own));
        let ends = [kind([Kind::After, Kind::Between]), kind([Kind::Before, Kind::Between])];
        let place = usize::from(ends[0]) + 2 * usize::from(ends[1]) + 4 * usize::from(varies);
        let compile = || {
            let (arena, p) = (Arena::new(), self.model.space().len());
            let theta: Vec<_> = (0..p as u32).map(|j| arena.node(Node::Parameter(j))).collect();
            let mut columns = (0..).map(|at| arena.node(Node::Column(at)));
            let mut next = || columns.next().expect("there is no end of them");
            let (x, window) = (next(), ends.map(|has_end| has_end.then(&mut next)));
            let outputs = self.ln_tails(Theta::new(&theta), x, window).map(|tail| arena.id_of(tail));
            let outputs = outputs.into_iter().collect::<Result<Vec<_>>>()?;
            let width = 1 + ends.iter().filter(|has_end| **has_end).count();
            Ok(Program::compile(arena.into_builder().nodes(), &outputs, &vec![varies; p], width))
        };
        self.programs[place].get_or_init(compile).as_ref().map_err(Clone::clone)
    }

    /// The place of each observation of `terms`, whose laws have these parameters: those of a row, or of all.
    pub(super) fn places(&self, terms: &[Term], theta: &[Vec<f64>]) -> Result<Vec<Place>> {
        let mut places = Vec::with_capacity(terms.iter().map(Term::rows).sum());
        for term in terms {
            if term.beside == Beside::Precision || self.model.support().width() != 1 {
                let message = "where a row lies in its law is only known of single numbers without precisions";
                return Err(Error::Model { message: message.to_string() });
            }
            // The parameters of its own rows.
            let theta = if theta.len() > 1 { &theta[places.len()..places.len() + term.rows()] } else { theta };
            let at = |x: Values| self.tails_of_rows(theta, term, x);
            let value = |column: usize| term.columns[column].clone();
            let all = |tails: Tails| vec![tails; term.rows()];
            let (below, to) = match term.kind {
                Kind::Exact if term.is_discrete() => (at(value(0).iter().map(|x| x - 1.0).collect())?, at(value(0))?),
                Kind::Exact => {
                    let here = at(value(0))?;
                    (here.clone(), here)
                }
                Kind::After => (at(value(0))?, all(Tails::NOTHING_ABOVE)),
                Kind::Before => (all(Tails::NOTHING_BELOW), at(value(0))?),
                Kind::Between => (at(value(0))?, at(value(1))?),
                Kind::Anywhere => (all(Tails::NOTHING_BELOW), all(Tails::NOTHING_ABOVE)),
            };
            places.extend(below.into_iter().zip(to).enumerate().map(|(row, (below, to))| {
                let (count, row) = (term.weights.at(row), term.row_number(row));
                Place { kind: term.kind, below, to, count, row }
            }));
        }
        if places.iter().any(|place| place.to.ln_cdf.is_nan() || place.below.ln_sf.is_nan()) {
            return Err(Error::Missing { capability: "distribution function".to_string() });
        }
        Ok(places)
    }
}

impl Fit {
    /// The probability integral transform of each row: F(x), given its window if it has one, uniform if the model is true.
    /// Of a discrete law it is a number drawn between P(X < x) and P(X ≤ x), of a censored row one drawn between what its
    /// bounds leave. Discrete rows that are equal were counted as one, and are one here.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if `model` is not the one fitted, or rows are not single numbers; [`Error::Missing`] if it has no
    /// distribution function.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[1.0, 2.0, 3.0])?;
    /// let uniform = fit.pit(&Exponential, 7)?;
    /// assert!((uniform[1] - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn pit<M: Cdf>(&self, model: &M, seed: u64) -> Result<Vec<f64>>
    where
        M::Of: Numeric,
    {
        let drawn = |place: &Place, part: f64| place.below.ln_cdf.exp() + part * place.below.up_to(place.to);
        self.by_place(model, seed, drawn)
    }

    /// The quantile residual of each row: the normal quantile of its [`pit`](Fit::pit), standard normal if the model is
    /// true (Dunn and Smyth, "Randomized quantile residuals", 1996).
    ///
    /// # Errors
    ///
    /// As [`pit`](Fit::pit).
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Normal.fit(&[1.0, 2.0, 6.0])?;
    /// let residuals = fit.quantile_residuals(&Normal, 7)?;
    /// assert!((residuals[2] - 3.0 / fit["sigma"].value).abs() < 1e-9);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn quantile_residuals<M: Cdf>(&self, model: &M, seed: u64) -> Result<Vec<f64>>
    where
        M::Of: Numeric,
    {
        let residual = |place: &Place, part: f64| {
            let Place { below, to, .. } = place;
            // From the smaller tail, which has its digits.
            if below.ln_cdf > -std::f64::consts::LN_2 {
                -normal_quantile(to.ln_sf.exp() + (1.0 - part) * below.up_to(*to))
            } else {
                normal_quantile(below.ln_cdf.exp() + part * below.up_to(*to))
            }
        };
        self.by_place(model, seed, residual)
    }

    fn by_place<M: Cdf>(&self, model: &M, seed: u64, of: impl Fn(&Place, f64) -> f64) -> Result<Vec<f64>>
    where
        M::Of: Numeric,
    {
        check_model(self, model)?;
        let mut rng = SmallRng::seed_from_u64(seed);
        let mut places = Law::of(model).places(&self.terms(), &parameters(self)?)?;
        places.sort_by_key(|place| place.row);
        Ok(places.iter().map(|place| of(place, rng.random::<f64>())).collect())
    }
}
