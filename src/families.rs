//! The families of distributions, one file each, and their registry.
//!
//! A new family is a file in `families/`, one line below, and a reference case in `tests/reference/`.

use crate::any_model::AnyModel;
use crate::error::Result;

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
                let make: fn(&Schema) -> Result<$family> = $make;
                let family = make(schema)?;
                let model = AnyModel::of(family.clone())?;
                $(let model = model.$capability(&family)?;)*
                Ok(model)
            } },)*
        ];
    };
}

families! {
    bernoulli::Bernoulli = "bernoulli", |_| Ok(Bernoulli), [];
    categorical::Categorical = "categorical", |schema| Ok(Categorical::with_levels(schema.levels()?)), [];
    multivariate_normal::MultivariateNormal = "multivariate-normal",
        |schema| Ok(MultivariateNormal::columns(schema.columns.clone())), [];
    normal::Normal = "normal", |_| Ok(Normal), [with_cdf];
    poisson::Poisson = "poisson", |_| Ok(Poisson), [];
    weibull::Weibull = "weibull", |_| Ok(Weibull), [with_cdf];
}

/// A family, as a name chooses it.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name on the command line: lower case, words joined by hyphens.
    pub name: &'static str,
    make: fn(&Schema) -> Result<AnyModel>,
}

/// What a family may want to know of the data before it is a model: the columns it describes and their categories.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The categories of the first column, if it is to hold categories.
    pub levels: Option<Vec<String>>,
}

impl Schema {
    fn levels(&self) -> Result<Vec<String>> {
        self.levels.clone().ok_or_else(|| crate::Error::Model {
            message: "a categorical model needs to know its levels; give it a column of data".to_string(),
        })
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
    pub fn model(&self, schema: &Schema) -> Result<AnyModel> {
        (self.make)(schema)
    }
}
