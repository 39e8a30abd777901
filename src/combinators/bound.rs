//! [`Fixed`] and [`Regress`]: they bind parameters of a model; its density is the inner one, untouched.

use std::fmt;

use crate::any_model::AnyModel;
use crate::data::Sample;
use crate::language::written;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, In, Model, Moments, Regularity, Start, Theta, Value};
use crate::scalar::Scalar;
use crate::space::{Binding, Linear, Space};
use crate::support::Support;

/// A model some of whose parameters are bound: known, or linear in columns of the data.
#[derive(Clone)]
pub struct Bound<M> {
    model: M,
    bindings: Vec<(String, Binding)>,
}

/// A model with a parameter whose value is known.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let exponential = Fixed(Weibull, "shape", 1.0);
/// let fit = exponential.fit(&[0.5, 1.5, 2.5])?;
/// assert!((fit["scale"].value - 1.5).abs() < 1e-12);
/// assert_eq!(fit.free_parameters(), 1);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[allow(non_snake_case)]
pub fn Fixed<M: Model>(model: M, parameter: &str, value: f64) -> Bound<M> {
    Bound { model, bindings: vec![(parameter.to_string(), Binding::Known(vec![value]))] }
}

/// A model in which two parameters are equal: `parameter` is `to`.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let equal_variances = Tied(Mixture([Normal, Normal]), "sigma2", "sigma1");
/// let fit = equal_variances.fit(&[1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0])?;
/// assert_eq!(fit.free_parameters(), 4);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[allow(non_snake_case)]
pub fn Tied<M: Model>(model: M, parameter: &str, to: &str) -> Bound<M> {
    Bound { model, bindings: vec![] }.tied(parameter, to)
}

/// A model whose parameters can be made to depend on covariates: see [`Regress::on`].
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let table = Table::from_csv("dose,died\n1,0\n2,0\n2,1\n3,1\n3,0\n4,1\n".as_bytes())?;
/// let fit = Regress(Bernoulli).on("p", ["dose"]).fit(table.response("died")?)?;
/// assert!(fit["dose"].value > 0.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Regress<M: Model>(pub M);

impl<M: Model> Regress<M> {
    /// The model in which `parameter` depends on columns of the data: an intercept and a coefficient each, on the free
    /// scale (identity if real, logarithm if positive, logit if a probability).
    pub fn on<N: Into<String>>(self, parameter: &str, columns: impl IntoIterator<Item = N>) -> Bound<M> {
        self.unbound().on(parameter, columns)
    }

    /// The model in which `parameter` has this linear predictor: without an intercept, with an offset, or on the scale of a
    /// [`Link`](crate::space::Link) of your choice.
    pub fn linear(self, parameter: &str, predictor: Linear) -> Bound<M> {
        self.unbound().linear(parameter, predictor)
    }

    pub(crate) fn unbound(self) -> Bound<M> {
        Bound { model: self.0, bindings: vec![] }
    }
}

impl<M: Model> Bound<M> {
    /// Makes a further `parameter` depend on columns of the data.
    pub fn on<N: Into<String>>(self, parameter: &str, columns: impl IntoIterator<Item = N>) -> Bound<M> {
        self.linear(parameter, Linear::on(columns))
    }

    /// Gives a further `parameter` this linear predictor.
    pub fn linear(mut self, parameter: &str, predictor: Linear) -> Bound<M> {
        self.bindings.push((parameter.to_string(), Binding::Linear(predictor)));
        self
    }

    /// Makes a further `parameter` equal to the one called `to`.
    pub fn tied(mut self, parameter: &str, to: &str) -> Bound<M> {
        self.bindings.push((parameter.to_string(), Binding::Tied(to.to_string())));
        self
    }

    /// Fixes a further `parameter` at a known `value`.
    pub fn fixed(mut self, parameter: &str, value: f64) -> Bound<M> {
        self.bindings.push((parameter.to_string(), Binding::Known(vec![value])));
        self
    }
}

impl<M: fmt::Debug> fmt::Debug for Bound<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_regression = self.bindings.iter().any(|(_, binding)| matches!(binding, Binding::Linear(_)));
        write!(f, "{}({:?}", if is_regression { "Regress" } else { "Fixed" }, self.model)?;
        for (name, binding) in &self.bindings {
            let name = written(name);
            match binding {
                Binding::Linear(predictor) => {
                    let no_intercept = (!predictor.intercept).then(|| "0".to_string()).into_iter();
                    let offset = predictor.offset.iter().map(|name| format!("offset({})", written(name)));
                    let mut terms: Vec<String> =
                        no_intercept.chain(predictor.columns.iter().map(|name| written(name))).chain(offset).collect();
                    if terms.is_empty() {
                        terms.push("1".to_string());
                    }
                    match predictor.link {
                        Some(link) => write!(f, ", {link}({name})")?,
                        None => write!(f, ", {name}")?,
                    }
                    write!(f, " ~ {}", terms.join(" + "))?;
                }
                Binding::Known(values) => write!(f, ", {name} = {}", values[0])?,
                Binding::Tied(other) => write!(f, ", {name} = {}", written(other))?,
                Binding::Free | Binding::Held(_) => {}
            }
        }
        f.write_str(")")
    }
}

impl<M: Model> Model for Bound<M> {
    type Of = M::Of;

    fn space(&self) -> Space {
        let space = self.model.space();
        let known = |name: &String| {
            self.bindings.iter().find_map(|(own, binding)| match binding {
                Binding::Known(values) if own == name => Some(values[0]),
                _ => None,
            })
        };
        // Parameters that belong together are known together, or not at all.
        let joint: Vec<(Vec<String>, Vec<f64>)> = (space.blocks().iter().filter(|block| block.names().len() > 1))
            .filter_map(|block| Some((block.names().to_vec(), block.names().iter().map(known).collect::<Option<_>>()?)))
            .collect();
        let is_joint = |name: &String| joint.iter().any(|(names, _)| names.contains(name));
        let single = self.bindings.iter().filter(|(name, _)| !is_joint(name)).cloned();
        let jointly = joint.iter().map(|(names, values)| (names[0].clone(), Binding::Known(values.clone())));
        jointly.chain(single).fold(space, |space, (name, binding)| space.bind(&name, binding))
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.model.ln_density(theta, x)
    }
    fn support(&self) -> Support {
        self.model.support()
    }
    /// That of the inner model, if it is not bound.
    fn scale(&self) -> Option<&str> {
        self.model.scale().filter(|scale| self.bindings.iter().all(|(name, _)| name != scale))
    }
    fn start(&self, sample: &Sample) -> Start {
        self.model.start(sample)
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        self.model.regular_at(theta)
    }
    /// The limits of the inner model, bound alike; not those in which a bound parameter would run to an end.
    fn limits(&self) -> Vec<Limit> {
        let bound = |limit: Limit| {
            let is_end = |name: &str| limit.ends.iter().any(|(end, _)| end == name);
            if self.bindings.iter().any(|(name, _)| is_end(name)) {
                return None;
            }
            let rename = |(name, binding): &(String, Binding)| (limit.name_in_limit(name).to_string(), binding.clone());
            let model = Bound { model: limit.model.clone(), bindings: self.bindings.iter().map(rename).collect() };
            let erased = AnyModel::of(model.clone()).ok()?.with_cdf(&model);
            Some(Limit { model: erased, ..limit })
        };
        self.model.limits().into_iter().filter_map(bound).collect()
    }
}

impl<M: Cdf> Cdf for Bound<M> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.model.ln_cdf(theta, x)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.model.ln_sf(theta, x)
    }
}

impl<M: Moments> Moments for Bound<M> {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        self.model.mean(theta)
    }
    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        self.model.variance(theta)
    }
    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        self.model.entropy(theta)
    }
}

impl<M: Draw> Draw for Bound<M> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        self.model.draw(theta, rng)
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: In<Self, f64>, rng: &mut R) -> Value<Self> {
        self.model.draw_like(theta, like, rng)
    }
}
