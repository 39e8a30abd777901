//! [`Joint`]: several data sets, each with a model of its own, fitted together.

use crate::any_model::AnyModel;
use crate::data::{Data, Sample, Term};
use crate::error::{Error, Result};
use crate::estimator::Settings;
use crate::fit::Fit;
use crate::graph::Graph;
use crate::model::{Maxima, Model, Regularity, Start, Theta};
use crate::observation::Row;
use crate::scalar::Scalar;
use crate::space::{Binding, Space};

/// Several data sets, each with a model of its own, and one likelihood: parameters that are shared are the same in every
/// model that has them, the others belong to their data set.
///
/// A parameter that is not shared has the label of its data set behind its name: `mu_north`. The data sets are taken as
/// independent, so that the log-likelihood is the sum of theirs. Each may be censored, weighted, a column of a table with
/// covariates, and each model may be made of models.
///
/// Errors about the values of a data set say its label. Rows in errors about the whole are counted on from one data set to
/// the next.
///
/// # Example
///
/// Two thermometers of one precision, read at different temperatures:
///
/// ```
/// use thetahat::joint::Joint;
/// use thetahat::prelude::*;
///
/// let fit = Joint::sharing(["sigma"])
///     .with("cold", Normal, &[4.9, 5.1, 4.7, 5.6, 5.0])?
///     .with("warm", Normal, &[20.3, 19.8, 20.1])?
///     .fit()?;
/// // The squares of the deviations from both means, over all observations.
/// assert!((fit["sigma"].value - (0.578_666_666_666_667_f64 / 8.0).sqrt()).abs() < 1e-9);
/// assert!((fit["mu_warm"].value - 20.066_666_666_666_67).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// To look from more starts or with a penalty it is a model whose data it holds:
/// `Estimator::new(joint.clone()).starts(10).fit(&joint)`.
#[derive(Debug, Clone)]
pub struct Joint {
    shared: Vec<String>,
    space: Space,
    members: Vec<Member>,
    terms: Vec<Term>,
    /// How many rows the data sets have, those that count for nothing included.
    rows: usize,
}

/// A data set's model, and where its parameters are among those of all.
#[derive(Debug, Clone)]
struct Member {
    label: String,
    model: AnyModel,
    places: Vec<usize>,
    /// Where to look, in its own parameters.
    starts: Vec<Vec<f64>>,
}

impl Member {
    fn own<T: Copy>(&self, theta: &[T]) -> Vec<T> {
        self.places.iter().map(|&place| theta[place]).collect()
    }
}

impl Joint {
    /// No data yet; the parameters of these names will be shared by all models that have them.
    pub fn sharing<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Joint {
        let shared = names.into_iter().map(Into::into).collect();
        Joint { shared, space: Space::new(), members: vec![], terms: vec![], rows: 0 }
    }

    /// The same with a further data set and its model.
    ///
    /// # Errors
    ///
    /// [`Error::InDataSet`] if the model cannot be fitted to these data at all, [`Error::Model`] if a parameter is shared
    /// with one of another domain or another binding, or a part of a block is shared and the rest is not.
    pub fn with<M, D>(mut self, label: &str, model: M, data: D) -> Result<Joint>
    where
        M: Model + Send + Sync + 'static,
        D: Data<M>,
    {
        let within = |error| Error::InDataSet { label: label.to_string(), error: Box::new(error) };
        if self.members.iter().any(|member| member.label == label) {
            let message = format!("two data sets have the label `{label}`; give each its own");
            return Err(Error::Model { message });
        }
        let space = model.space();
        space.check().map_err(within)?;
        let terms: Vec<Term> = data.terms(&model).map_err(within)?.into_iter().filter(|term| term.rows() > 0).collect();
        if terms.is_empty() {
            return Err(within(Error::Empty));
        }
        let model = AnyModel::of(model).map_err(within)?;
        let starts = starts(&model, &terms);
        let places = self.join(&space, label)?;
        // Those of earlier terms grow with the space.
        let from = self.terms.len();
        self.terms.extend(terms);
        for (at, term) in self.terms.iter_mut().enumerate() {
            let formula = &term.formula;
            term.formula = Graph::trace(self.space.len(), formula.columns(), |theta, x| {
                let own: Vec<_> = if at < from {
                    theta[..formula.parameters()].to_vec()
                } else {
                    places.iter().map(|&place| theta[place]).collect()
                };
                formula.replay(&own, x)
            })?;
        }
        let mut last = self.rows;
        for term in &mut self.terms[from..] {
            let rows: Vec<usize> = (0..term.rows()).map(|row| self.rows + term.row_number(row) - 1).collect();
            last = rows.iter().fold(last, |last, &row| last.max(row + 1));
            term.places = Some(rows.into());
        }
        self.rows = last;
        self.members.push(Member { label: label.to_string(), model, places, starts });
        Ok(self)
    }

    /// Fits all models together.
    ///
    /// # Errors
    ///
    /// As for [`Model::fit`].
    pub fn fit(&self) -> Result<Fit> {
        Settings::default().fit(self, self)
    }

    /// Adds the parameters of a data set's model, and says where each of them is.
    fn join(&mut self, space: &Space, label: &str) -> Result<Vec<usize>> {
        let refuse = |message: String| Err(Error::Model { message });
        let is_shared = |name: &String| self.shared.contains(name);
        let renamed = |name: &String| if is_shared(name) { name.clone() } else { format!("{name}_{label}") };
        let mut joined = std::mem::take(&mut self.space);
        for block in space.blocks() {
            let names = block.names();
            let shared = names.iter().filter(|name| is_shared(name)).count();
            if shared != 0 && shared != names.len() {
                let all = names.join(", ");
                return refuse(format!("{all} can only be shared together: in `{label}` {shared} of them are"));
            }
            let mut block = block.clone();
            block.names = names.iter().map(renamed).collect();
            if let Binding::Tied(name) = &mut block.binding {
                *name = renamed(name);
            }
            match joined.blocks().iter().find(|other| other.names() == block.names()) {
                None => joined = joined.and(block),
                Some(other) if other.is_like(&block) => {}
                Some(other) => {
                    let name = block.names.join(", ");
                    let (before, now) = (other.domain(), block.domain());
                    return refuse(format!(
                        "`{name}` cannot be shared: it is {before} before and {now} in `{label}`, or bound otherwise; \
                         give the same domain and binding, or do not share it"
                    ));
                }
            }
        }
        self.space = joined;
        self.space.check()?;
        let place = |name: &str| {
            let name = renamed(&name.to_string());
            self.space.names().position(|other| other == name).expect("it was joined")
        };
        Ok(space.names().map(place).collect())
    }
}

/// Where to look for the parameters of one of the models: its own estimate, or where it would look.
fn starts(model: &AnyModel, terms: &[Term]) -> Vec<Vec<f64>> {
    /// Enough to begin near.
    const ROWS: usize = 2_000;
    let some: Vec<Term> = terms.iter().map(|term| term.thinned(ROWS, 1)).collect();
    let sample = Sample::of(&some);
    let estimate = Settings::default().fit_terms(model, some).ok().and_then(|fit| fit.natural());
    match estimate {
        Some(point) => vec![point],
        None => model.start(&sample).points(),
    }
}

impl Model for Joint {
    type Of = Row;

    fn name(&self) -> String {
        let names: Vec<String> = self.members.iter().map(|member| member.model.name()).collect();
        format!("Joint({})", names.join(", "))
    }

    fn space(&self) -> Space {
        self.space.clone()
    }

    /// There is none: a row belongs to one of the data sets, whose model has one.
    fn ln_density<S: Scalar>(&self, _: Theta<'_, S>, _: Vec<S>) -> S {
        S::missing("density of a row by itself")
    }

    /// From where each data set by itself would be, and the other shared parameters where the first of them would be.
    fn start(&self, _: &Sample) -> Start {
        let mut points = Vec::new();
        for first in 0..self.members.len() {
            let mut point = vec![f64::NAN; self.space.len()];
            let order = std::iter::once(first).chain((0..self.members.len()).filter(|&at| at != first));
            for member in order.map(|at| &self.members[at]) {
                for own in &member.starts {
                    let places = member.places.iter().zip(own).filter(|(place, _)| point[**place].is_nan());
                    let found: Vec<(usize, f64)> = places.map(|(place, value)| (*place, *value)).collect();
                    found.into_iter().for_each(|(place, value)| point[place] = value);
                }
            }
            if point.iter().all(|value| !value.is_nan()) && !points.contains(&point) {
                points.push(point);
            }
        }
        Start::from_points(points)
    }

    fn canonical(&self, mut theta: Vec<f64>) -> Vec<f64> {
        for member in &self.members {
            let mine =
                |place: &usize| !self.members.iter().any(|m| !std::ptr::eq(m, member) && m.places.contains(place));
            // What others share cannot be exchanged.
            if member.places.iter().all(mine) {
                let own = member.model.canonical(member.own(&theta));
                member.places.iter().zip(own).for_each(|(&place, value)| theta[place] = value);
            }
        }
        theta
    }

    fn maxima(&self) -> Maxima {
        let unbounded = |maxima: &Maxima| matches!(maxima, Maxima::LocalOfUnbounded(_));
        self.members.iter().map(|member| member.model.maxima()).find(unbounded).unwrap_or(Maxima::Unknown)
    }

    fn regular_at(&self, theta: &[f64]) -> Regularity {
        let names: Vec<&str> = self.space.names().collect();
        let asked = self.members.iter().map(|member| (member, member.model.regular_at(&member.own(theta))));
        let asked: Vec<_> = asked.collect();
        if asked.iter().all(|(_, answer)| *answer == Regularity::Always) {
            return Regularity::Always;
        }
        let failures = asked.into_iter().filter_map(|(member, answer)| match answer {
            Regularity::Always | Regularity::Holds => None,
            Regularity::Fails { of, why } => {
                let inner = member.model.space();
                let place = |name: &String| inner.names().position(|own| own == name);
                let of = of.iter().filter_map(place).map(|own| names[member.places[own]].to_string()).collect();
                Some(Regularity::Fails { of, why })
            }
        });
        failures.into_iter().next().unwrap_or(Regularity::Holds)
    }
}

/// The data that it holds.
impl Data<Joint> for &Joint {
    fn terms(self, model: &Joint) -> Result<Vec<Term>> {
        if model.members.is_empty() {
            return Err(Error::Empty);
        }
        if model.space != self.space {
            let message = "a joint model is fitted to the data it holds: give the same one".to_string();
            return Err(Error::Model { message });
        }
        Ok(self.terms.clone())
    }
}
