//! The families of distributions, one file each, and their registry.
//!
//! A new family is a file in `families/`, one line below, and a reference case in `tests/reference/`.

use crate::any_model::AnyModel;
use crate::data::Table;
use crate::error::{Error, Result};

/// Declares the families: their modules, their names in Rust, and how the command line makes one from a
/// [`Schema`]. A list in brackets names what else the family can do.
macro_rules! families {
    ($($module:ident :: $family:ident = $name:literal, $make:expr, [$($capability:ident)*];)*) => {
        $(
            mod $module;
            pub use $module::$family;
        )*

        /// Every family, in alphabetical order.
        pub const FAMILIES: &[Family] = &[
            $(Family { name: $name, make: |schema| {
                let make: fn(&Schema<'_>) -> Result<$family> = $make;
                let family = make(schema)?;
                let model = AnyModel::of(family.clone())?;
                $(let model = model.$capability(&family);)*
                Ok(model)
            } },)*
        ];
    };
}

families! {
    bernoulli::Bernoulli = "bernoulli", |_| Ok(Bernoulli), [];
    beta::Beta = "beta", |_| Ok(Beta), [];
    binomial::Binomial = "binomial", |_| Ok(Binomial), [];
    categorical::Categorical = "categorical", |schema| Ok(Categorical::with_levels(schema.levels()?)), [];
    exponential::Exponential = "exponential", |_| Ok(Exponential), [with_cdf];
    gamma::Gamma = "gamma", |_| Ok(Gamma), [with_cdf];
    geometric::Geometric = "geometric", |_| Ok(Geometric), [with_cdf];
    laplace::Laplace = "laplace", |_| Ok(Laplace), [with_cdf];
    logistic::Logistic = "logistic", |_| Ok(Logistic), [with_cdf];
    lognormal::LogNormal = "lognormal", |_| Ok(LogNormal), [with_cdf];
    multivariate_normal::MultivariateNormal = "multivariate-normal",
        |schema| Ok(MultivariateNormal::columns(schema.columns.clone())), [];
    negative_binomial::NegativeBinomial = "negative-binomial", |_| Ok(NegativeBinomial), [];
    normal::Normal = "normal", |_| Ok(Normal), [with_cdf];
    poisson::Poisson = "poisson", |_| Ok(Poisson), [with_cdf];
    student_t::StudentT = "student-t", |_| Ok(StudentT), [];
    uniform::Uniform = "uniform", |_| Ok(Uniform), [with_cdf];
    weibull::Weibull = "weibull", |_| Ok(Weibull), [with_cdf];
}

/// A family, as a name chooses it.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name on the command line: lower case, words joined by hyphens.
    pub name: &'static str,
    make: fn(&Schema<'_>) -> Result<AnyModel>,
}

/// What a family may want to know of the data before it is a model: the columns it describes and their categories.
#[derive(Debug, Clone, Default)]
pub struct Schema<'t> {
    columns: Vec<String>,
    table: Option<&'t Table>,
}

impl<'t> Schema<'t> {
    /// The schema of these columns of a table.
    pub fn of<N: Into<String>>(table: &'t Table, columns: impl IntoIterator<Item = N>) -> Schema<'t> {
        Schema { columns: columns.into_iter().map(Into::into).collect(), table: Some(table) }
    }

    fn levels(&self) -> Result<Vec<String>> {
        match (self.table, &self.columns[..]) {
            (Some(table), [column, ..]) => table.levels(column),
            _ => Err(Error::Model { message: "a categorical model needs a column of data, to know its levels".into() }),
        }
    }
}

impl Family {
    /// The family of this name, whatever its case and punctuation: `StudentT`, `student-t` and `student_t` are one.
    pub fn named(name: &str) -> Option<&'static Family> {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        FAMILIES.iter().find(|family| plain(family.name) == plain(name))
    }

    /// The family as a model of data of this schema.
    ///
    /// # Errors
    ///
    /// If the family needs to know something that the schema does not say.
    pub fn model(&self, schema: &Schema<'_>) -> Result<AnyModel> {
        (self.make)(schema)
    }
}
