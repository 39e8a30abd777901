//! [`Space`]: the parameters of a model, each with a name, a domain and a binding.

mod coordinates;
mod domain;
mod link;

pub(crate) use coordinates::{Chain, Coordinates};
pub use domain::Domain;
pub use link::Link;

use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// The parameters that a log-density sees, in its order.
///
/// A parameter is a scalar (real, positive, unit, interval) or belongs to a block with a joint domain (simplex,
/// covariance, ordered). Each is *bound*: free, known, tied to another, or linear in named columns of the data.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let space = Space::new().real("mu").typical(-2.0, 2.0).positive("sigma");
/// assert_eq!(space.names().collect::<Vec<_>>(), ["mu", "sigma"]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Space {
    blocks: Vec<Block>,
    /// The first thing wrong with how the space was built; reported when the model is used.
    fault: Option<String>,
}

/// One parameter, or several with a joint domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub(crate) names: Vec<String>,
    pub(crate) domain: Domain,
    pub(crate) typical: Option<(f64, f64)>,
    /// The ends of the domain that belong to the model.
    pub(crate) closed: Vec<f64>,
    /// A power of two in which a real parameter is measured while it is searched for: squares of 1e300 overflow.
    pub(crate) unit: f64,
    pub(crate) binding: Binding,
}

/// What decides the value of a parameter.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Binding {
    /// It is estimated.
    Free,
    /// It has this value (one for each parameter of its block).
    Known(Vec<f64>),
    /// It equals the parameter of this name.
    Tied(String),
    /// It is, on the scale of a link, a linear function of columns of the data.
    Linear(Linear),
    /// Those with a value are held at that closed end of the domain; the others are estimated.
    Held(Vec<Option<f64>>),
}

/// A linear predictor: [intercept +] Σ βₖ · columnₖ [+ offset], on the scale of its link. Without one that is the free scale
/// of the parameter it is for: the parameter itself if real, its logarithm if positive, its logit if a probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// The columns that have a coefficient.
    pub columns: Vec<String>,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// A column whose coefficient is known to be 1.
    pub offset: Option<String>,
    /// On which scale it is the parameter, if not on that of the parameter's domain.
    pub link: Option<Link>,
}

impl Linear {
    /// An intercept and a coefficient for each of these columns.
    pub fn on<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Linear {
        Linear { columns: columns.into_iter().map(Into::into).collect(), intercept: true, offset: None, link: None }
    }

    /// The same on the scale of this link.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// // Counts whose mean, not its logarithm, is a sum.
    /// let table = Table::from_csv("x,y\n1,2\n2,3\n3,6\n4,7\n5,9\n".as_bytes())?;
    /// let mean = Linear::on(["x"]).with_link(Link::Identity);
    /// let fit = Regress(Poisson).linear("lambda", mean).fit(table.response("y")?)?;
    /// assert!((fit["x"].value - 1.77).abs() < 0.01);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn with_link(mut self, link: Link) -> Linear {
        self.link = Some(link);
        self
    }

    /// The names of its coefficients, in order.
    pub(crate) fn coefficients(&self) -> impl Iterator<Item = &str> {
        self.intercept.then_some("(Intercept)").into_iter().chain(self.columns.iter().map(String::as_str))
    }
}

impl Space {
    /// A space without parameters, to add to.
    pub fn new() -> Space {
        Space::default()
    }

    /// Adds a parameter that can be any real number.
    pub fn real(self, name: impl Into<String>) -> Space {
        self.scalar(name, Domain::Real)
    }

    /// Adds a parameter greater than 0.
    pub fn positive(self, name: impl Into<String>) -> Space {
        self.scalar(name, Domain::Positive)
    }

    /// Adds a parameter greater than `lower`, which is finite.
    pub fn above(self, name: impl Into<String>, lower: f64) -> Space {
        let name = name.into();
        let fault = (!lower.is_finite()).then(|| format!("`{name}` cannot be greater than {lower}"));
        self.faulty(fault).scalar(name, Domain::Above { lower })
    }

    /// Adds a parameter between 0 and 1.
    pub fn unit(self, name: impl Into<String>) -> Space {
        self.scalar(name, Domain::Unit)
    }

    /// Adds a parameter strictly between `lower` and `upper`, both finite.
    pub fn interval(self, name: impl Into<String>, lower: f64, upper: f64) -> Space {
        let name = name.into();
        let sound = lower.is_finite() && upper.is_finite() && lower < upper;
        let fault = (!sound).then(|| format!("`{name}` cannot lie between {lower} and {upper}"));
        self.faulty(fault).scalar(name, Domain::Interval { lower, upper })
    }

    /// Adds probabilities that sum to one, at least one of them.
    pub fn simplex<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Space {
        self.block(names, Domain::Simplex)
    }

    /// Adds the entries s_11, s_21, s_22, s_31, … of a covariance matrix: `names` has d(d+1)/2 of them, row by row.
    pub fn covariance<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Space {
        self.block(names, Domain::Covariance)
    }

    /// Adds real numbers in increasing order.
    pub fn ordered<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Space {
        self.block(names, Domain::Ordered)
    }

    /// Says in which range the parameter added last usually lies: where tests draw it from and searches begin.
    pub fn typical(mut self, low: f64, high: f64) -> Space {
        if let Some(block) = self.blocks.last_mut() {
            block.typical = Some((low, high));
        }
        self
    }

    /// Says that these ends of the domain of the parameters added last belong to the model: a probability that may be 0.
    /// The density must be right there. Where the likelihood is greatest at such an end, that is the estimate.
    pub fn closed(mut self, ends: impl IntoIterator<Item = f64>) -> Space {
        if let Some(block) = self.blocks.last_mut() {
            block.closed = ends.into_iter().collect();
        }
        self
    }

    /// Adds the parameters of `inner`, each name followed by `suffix`.
    pub fn nest(mut self, inner: Space, suffix: impl std::fmt::Display) -> Space {
        let rename = |name: &mut String| *name = format!("{name}{suffix}");
        let renamed = inner.blocks.into_iter().map(|mut block| {
            block.names.iter_mut().for_each(rename);
            if let Binding::Tied(name) = &mut block.binding {
                rename(name);
            }
            block
        });
        self.blocks.extend(renamed);
        self.faulty(inner.fault)
    }

    /// Adds the parameters of `inner` under their own names.
    pub fn then(self, inner: Space) -> Space {
        self.nest(inner, "")
    }

    /// Adds a block as it is.
    pub(crate) fn and(mut self, block: Block) -> Space {
        self.blocks.push(block);
        self
    }

    /// The same space with the parameter `name` bound. A name that is not there, a value outside the domain, or a
    /// second binding are reported when the model is used.
    pub fn bind(mut self, name: &str, binding: Binding) -> Space {
        let fault = match self.blocks.iter_mut().find(|block| block.names.iter().any(|n| n == name)) {
            None => {
                let known = self.names().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
                Some(format!("there is no parameter `{name}` to bind; there are {known}"))
            }
            Some(block) => block.bind(name, binding).err(),
        };
        self.faulty(fault)
    }

    /// The same space with real parameters measured in units of the data, where a start or the data are so large or small
    /// that squares would leave the range of numbers.
    pub(crate) fn in_units_of(mut self, start: Option<&[f64]>, data: f64) -> Space {
        let is_extreme = |x: f64| x != 0.0 && x.is_finite() && !(1e-100..1e100).contains(&x.abs());
        let mut from = 0;
        for block in &mut self.blocks {
            let value = start.map_or(0.0, |start| start[from]);
            from += block.names.len();
            if block.domain == Domain::Real && block.binding == Binding::Free {
                if is_extreme(value) {
                    block.unit = crate::data::power_of_two_near(value);
                } else if value == 0.0 && is_extreme(data) {
                    block.unit = data;
                }
            }
        }
        self
    }

    /// The same space with the block at this place bound otherwise.
    pub(crate) fn rebind(mut self, at: usize, binding: Binding) -> Space {
        self.blocks[at].binding = binding;
        self
    }

    /// The names of the parameters, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().flat_map(|block| block.names.iter().map(String::as_str))
    }

    /// How many parameters the density sees.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.names.len()).sum()
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parameters grouped as they are bound: scalars alone, blocks together.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Fails if the space was built wrongly: twice the same name, a fixed value outside its domain.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] with the first fault.
    pub fn check(&self) -> Result<()> {
        let names: Vec<&str> = self.names().collect();
        let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
        let fault = self.fault.clone().or_else(|| twice.map(|(_, name)| format!("two parameters are called `{name}`")));
        let empty = self.blocks.iter().find(|block| !block.has_valid_size());
        let fault =
            fault.or_else(|| empty.map(|block| format!("a {} of {} parameters", block.domain, block.names.len())));
        fault.map_or(Ok(()), |message| Err(Error::Model { message }))
    }

    fn scalar(self, name: impl Into<String>, domain: Domain) -> Space {
        self.block([name.into()], domain)
    }

    fn block<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>, domain: Domain) -> Space {
        let names = names.into_iter().map(Into::into).collect();
        self.blocks.push(Block { names, domain, typical: None, closed: vec![], unit: 1.0, binding: Binding::Free });
        self
    }

    /// The same space with a fault, unless it has one already.
    pub(crate) fn faulty(mut self, fault: Option<String>) -> Space {
        self.fault = self.fault.or(fault);
        self
    }
}

impl Block {
    /// The names of its parameters, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where its parameters may lie.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The range in which the parameter usually lies, if its author said so.
    pub fn typical(&self) -> Option<(f64, f64)> {
        self.typical
    }

    /// What decides its value.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// The ends of the domain that belong to the model.
    pub fn closed_ends(&self) -> &[f64] {
        &self.closed
    }

    /// Whether it has the same domain, ends and binding as another, so that both can be one.
    pub(crate) fn is_like(&self, other: &Block) -> bool {
        (&self.domain, &self.closed, &self.binding) == (&other.domain, &other.closed, &other.binding)
    }

    /// How many free coordinates it has.
    pub(crate) fn free_len(&self) -> usize {
        match &self.binding {
            Binding::Held(held) => self.domain.free_len(held.iter().filter(|end| end.is_none()).count()),
            _ => self.domain.free_len(self.names.len()),
        }
    }

    /// The link by which it is a linear predictor, if that is not of its domain.
    pub(crate) fn link(&self) -> Option<Link> {
        if let Binding::Linear(predictor) = &self.binding { predictor.link } else { None }
    }

    /// Its parameters from its free coordinates, or from its linear predictor.
    pub(crate) fn natural<S: Scalar>(&self, free: &[S]) -> Vec<S> {
        match &self.binding {
            Binding::Linear(Linear { link: Some(link), .. }) => {
                free.iter().map(|eta| link.inverse(*eta, &self.domain)).collect()
            }
            Binding::Held(held) => {
                let estimated = held.iter().filter(|end| end.is_none()).count();
                let mut rest = if estimated == 0 { vec![] } else { self.domain.natural(free) }.into_iter();
                let value = |end: &Option<f64>| end.map_or_else(|| rest.next().expect("one for each"), S::from);
                held.iter().map(value).collect()
            }
            _ if self.unit != 1.0 => free.iter().map(|u| *u * self.unit).collect(),
            _ => self.domain.natural(free),
        }
    }

    /// Its free coordinates, or its linear predictor, from its parameters; none outside the domain.
    pub(crate) fn free(&self, natural: &[f64]) -> Option<Vec<f64>> {
        match &self.binding {
            Binding::Linear(Linear { link: Some(link), .. }) => {
                natural.iter().map(|theta| link.predictor(*theta)).collect()
            }
            Binding::Held(held) => {
                let estimated: Vec<f64> =
                    natural.iter().zip(held).filter(|(_, end)| end.is_none()).map(|(value, _)| *value).collect();
                if estimated.is_empty() { Some(vec![]) } else { self.domain.free(&estimated) }
            }
            _ if self.unit != 1.0 => Some(natural.iter().map(|x| x / self.unit).collect()),
            _ => self.domain.free(natural),
        }
    }

    fn bind(&mut self, name: &str, mut binding: Binding) -> Result<(), String> {
        if self.binding != Binding::Free {
            return Err(format!("`{name}` is bound twice"));
        }
        if let Binding::Linear(Linear { link: named @ Some(_), .. }) = &mut binding {
            if *named == Link::of(&self.domain) {
                *named = None;
            } else if self.names.len() > 1 {
                let (all, link) = (self.names.join(", "), named.map_or("", Link::name));
                return Err(format!(
                    "`{name}` belongs to {all}, which have no link {link}: a link is of one parameter"
                ));
            }
        }
        if let Binding::Known(values) = &binding {
            if self.names.len() != values.len() {
                let all = self.names.join(", ");
                return Err(format!("`{name}` belongs to {all}, which can only be fixed together"));
            }
            if self.domain.free(values).is_none() {
                return Err(format!("`{name}` = {values:?} is outside its domain: {}", self.domain));
            }
        }
        self.binding = binding;
        Ok(())
    }

    fn has_valid_size(&self) -> bool {
        let k = self.names.len();
        match self.domain {
            Domain::Covariance => (1..=k).any(|d| d * (d + 1) / 2 == k),
            _ => k > 0,
        }
    }
}
