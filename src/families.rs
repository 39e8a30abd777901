//! The families of distributions, one file each, and their registry.
//!
//! A new family is a file in `families/`, one line below, and a reference case in `tests/reference/`.

use crate::any_model::AnyModel;
use crate::data::{Table, missing};
use crate::error::{Error, Result};

/// Declares the families: their modules, their names in Rust, on the command line, and others under which they are
/// known there; how one is made from a [`Schema`]; and, in brackets, what else it can do.
macro_rules! families {
    ($($module:ident :: $family:ident = $name:literal $(| $alias:literal)*, $make:expr, [$($capability:ident)*];)*) => {
        $(
            mod $module;
            pub use $module::$family;
        )*

        /// Every family, in alphabetical order.
        pub const FAMILIES: &[Family] = &[
            $(Family { name: $name, aliases: &[$($alias),*], make: |schema| {
                let make: fn(&Schema<'_>) -> Result<$family> = $make;
                let family = make(schema)?;
                let model = AnyModel::of(family.clone())?;
                $(let model = model.$capability(&family);)*
                Ok(model)
            } },)*
        ];
    };
}

mod bessel;
mod counts;
mod elliptical;
mod harmonic;
mod incomplete;

families! {
    bernoulli::Bernoulli = "bernoulli", |_| Ok(Bernoulli), [with_cdf with_moments with_sampler];
    beta::Beta = "beta", |_| Ok(Beta), [with_cdf with_moments with_sampler];
    beta_binomial::BetaBinomial = "beta-binomial", |_| Ok(BetaBinomial), [with_cdf with_sampler];
    binomial::Binomial = "binomial", |_| Ok(Binomial), [with_cdf with_sampler];
    birnbaum_saunders::BirnbaumSaunders = "birnbaum-saunders",
        |_| Ok(BirnbaumSaunders), [with_cdf with_moments with_sampler];
    burr_xii::BurrXII = "burr-xii" | "burr12", |_| Ok(BurrXII), [with_cdf with_moments with_sampler];
    categorical::Categorical = "categorical", |schema| Ok(Categorical::with_levels(schema.levels()?)), [with_sampler];
    cauchy::Cauchy = "cauchy", |_| Ok(Cauchy), [with_cdf with_moments with_sampler];
    chi_squared::ChiSquared = "chi-squared", |_| Ok(ChiSquared), [with_cdf with_moments with_sampler];
    diagonal_normal::DiagonalNormal = "diagonal-normal" | "multivariate-normal-diagonal",
        |schema| Ok(DiagonalNormal::columns(schema.columns.clone())), [with_sampler];
    dirichlet::Dirichlet = "dirichlet", |schema| Ok(Dirichlet::parts(schema.columns.len())), [with_sampler];
    dirichlet_multinomial::DirichletMultinomial = "dirichlet-multinomial",
        |schema| Ok(DirichletMultinomial::columns(schema.columns.clone())), [with_sampler];
    discrete_uniform::DiscreteUniform = "discrete-uniform",
        |_| Ok(DiscreteUniform), [with_cdf with_moments with_sampler];
    ex_gaussian::ExGaussian = "ex-gaussian", |_| Ok(ExGaussian), [with_cdf with_moments with_sampler];
    exponential::Exponential = "exponential", |_| Ok(Exponential), [with_cdf with_moments with_sampler];
    frechet::Frechet = "frechet", |_| Ok(Frechet), [with_cdf with_moments with_sampler];
    gamma::Gamma = "gamma", |_| Ok(Gamma), [with_cdf with_moments with_sampler];
    generalized_extreme_value::GeneralizedExtremeValue = "generalized-extreme-value" | "gev",
        |_| Ok(GeneralizedExtremeValue), [with_cdf with_moments with_sampler];
    generalized_gamma::GeneralizedGamma = "generalized-gamma" | "gengamma",
        |_| Ok(GeneralizedGamma), [with_cdf with_moments with_sampler];
    generalized_gamma_prentice::GeneralizedGammaPrentice = "generalized-gamma-prentice" | "gengamma-prentice",
        |_| Ok(GeneralizedGammaPrentice), [with_cdf with_moments with_sampler];
    generalized_normal::GeneralizedNormal = "generalized-normal" | "gennormal",
        |_| Ok(GeneralizedNormal), [with_cdf with_moments with_sampler];
    generalized_pareto::GeneralizedPareto = "generalized-pareto" | "gpd",
        |_| Ok(GeneralizedPareto), [with_cdf with_moments with_sampler];
    geometric::Geometric = "geometric", |_| Ok(Geometric), [with_cdf with_moments with_sampler];
    gompertz::Gompertz = "gompertz", |_| Ok(Gompertz), [with_cdf with_sampler];
    gompertz_makeham::GompertzMakeham = "gompertz-makeham", |_| Ok(GompertzMakeham), [with_cdf with_sampler];
    gumbel::Gumbel = "gumbel", |_| Ok(Gumbel), [with_cdf with_moments with_sampler];
    half_normal::HalfNormal = "half-normal", |_| Ok(HalfNormal), [with_cdf with_moments with_sampler];
    inverse_gamma::InverseGamma = "inverse-gamma", |_| Ok(InverseGamma), [with_cdf with_moments with_sampler];
    inverse_gaussian::InverseGaussian = "inverse-gaussian",
        |_| Ok(InverseGaussian), [with_cdf with_moments with_sampler];
    kumaraswamy::Kumaraswamy = "kumaraswamy", |_| Ok(Kumaraswamy), [with_cdf with_moments with_sampler];
    laplace::Laplace = "laplace", |_| Ok(Laplace), [with_cdf with_moments with_sampler];
    levy::Levy = "levy", |_| Ok(Levy), [with_cdf with_moments with_sampler];
    log_logistic::LogLogistic = "log-logistic", |_| Ok(LogLogistic), [with_cdf with_moments with_sampler];
    log_series::LogSeries = "log-series", |_| Ok(LogSeries), [with_cdf with_moments with_sampler];
    logistic::Logistic = "logistic", |_| Ok(Logistic), [with_cdf with_moments with_sampler];
    logit_normal::LogitNormal = "logit-normal", |_| Ok(LogitNormal), [with_cdf with_sampler];
    lognormal::LogNormal = "lognormal", |_| Ok(LogNormal), [with_cdf with_moments with_sampler];
    lomax::Lomax = "lomax", |_| Ok(Lomax), [with_cdf with_moments with_sampler];
    maxwell::Maxwell = "maxwell", |_| Ok(Maxwell), [with_cdf with_moments with_sampler];
    multinomial::Multinomial = "multinomial", |schema| Ok(Multinomial::columns(schema.columns.clone())), [with_sampler];
    multivariate_normal::MultivariateNormal = "multivariate-normal",
        |schema| Ok(MultivariateNormal::columns(schema.columns.clone())), [with_sampler];
    multivariate_t::MultivariateT = "multivariate-t",
        |schema| Ok(MultivariateT::columns(schema.columns.clone())), [with_sampler];
    nakagami::Nakagami = "nakagami", |_| Ok(Nakagami), [with_cdf with_moments with_sampler];
    negative_binomial::NegativeBinomial = "negative-binomial",
        |_| Ok(NegativeBinomial), [with_cdf with_moments with_sampler];
    normal::Normal = "normal", |_| Ok(Normal), [with_cdf with_moments with_sampler];
    normal_inverse_gaussian::NormalInverseGaussian = "normal-inverse-gaussian" | "nig",
        |_| Ok(NormalInverseGaussian), [with_cdf with_moments with_sampler];
    pareto::Pareto = "pareto", |_| Ok(Pareto), [with_cdf with_moments with_sampler];
    poisson::Poisson = "poisson", |_| Ok(Poisson), [with_cdf with_moments with_sampler];
    power_function::PowerFunction = "power-function", |_| Ok(PowerFunction), [with_cdf with_moments with_sampler];
    rayleigh::Rayleigh = "rayleigh", |_| Ok(Rayleigh), [with_cdf with_moments with_sampler];
    skellam::Skellam = "skellam", |_| Ok(Skellam), [with_cdf with_moments with_sampler];
    skew_normal::SkewNormal = "skew-normal", |_| Ok(SkewNormal), [with_cdf with_moments with_sampler];
    spherical_normal::SphericalNormal = "spherical-normal" | "multivariate-normal-spherical",
        |schema| Ok(SphericalNormal::columns(schema.columns.clone())), [with_sampler];
    student_t::StudentT = "student-t", |_| Ok(StudentT), [with_cdf with_moments with_sampler];
    uniform::Uniform = "uniform", |_| Ok(Uniform), [with_cdf with_moments with_sampler];
    von_mises::VonMises = "von-mises", |_| Ok(VonMises), [with_cdf with_sampler];
    von_mises_fisher::VonMisesFisher = "von-mises-fisher",
        |schema| Ok(VonMisesFisher::columns(schema.columns.clone())), [with_sampler];
    weibull::Weibull = "weibull", |_| Ok(Weibull), [with_cdf with_moments with_sampler];
    zeta::Zeta = "zeta", |_| Ok(Zeta), [with_cdf with_moments with_sampler];
    zipf::Zipf = "zipf", |schema| Zipf::known(schema.known("Zipf", "n")?), [with_cdf with_moments with_sampler];
}

/// A family, as a name chooses it.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name on the command line: lower case, words joined by hyphens.
    pub name: &'static str,
    /// Other names under which it is known.
    pub aliases: &'static [&'static str],
    make: fn(&Schema<'_>) -> Result<AnyModel>,
}

/// What a family may want to know before it is a model: the columns it describes, their categories, and what its name
/// says in parentheses: `Zipf(n = 50)`.
#[derive(Debug, Clone, Default)]
pub struct Schema<'t> {
    columns: Vec<String>,
    table: Option<&'t Table>,
    known: Vec<(String, f64)>,
    is_example: bool,
}

impl<'t> Schema<'t> {
    /// The schema of these columns of a table.
    pub fn of<N: Into<String>>(table: &'t Table, columns: impl IntoIterator<Item = N>) -> Schema<'t> {
        let columns = columns.into_iter().map(Into::into).collect();
        Schema { columns, table: Some(table), ..Schema::default() }
    }

    /// A schema that has an answer to everything: three columns, three levels, and 10 for what a family must know. It
    /// is for listings and tests of every family.
    pub fn example() -> Schema<'static> {
        Schema { columns: ["x1", "x2", "x3"].map(str::to_string).to_vec(), is_example: true, ..Schema::default() }
    }

    /// The same, with what a family is said to know.
    pub(crate) fn knowing(&self, known: Vec<(String, f64)>) -> Schema<'t> {
        Schema { known, ..self.clone() }
    }

    /// A number that a family must know.
    fn known(&self, family: &str, name: &str) -> Result<f64> {
        let said = self.known.iter().find(|(said, _)| said == name).map(|(_, value)| *value);
        let missing = || Error::Model { message: format!("say what `{name}` is: `{family}({name} = 10)`") };
        said.or(self.is_example.then_some(10.0)).ok_or_else(missing)
    }

    fn levels(&self) -> Result<Vec<String>> {
        match (self.table, &self.columns[..]) {
            (Some(table), [column, ..]) => match table.levels(column)? {
                none if none.is_empty() && table.rows() == 0 => Err(Error::Empty),
                none if none.is_empty() => Err(missing(1, column)),
                levels => Ok(levels),
            },
            _ if self.is_example => Ok(["a", "b", "c"].map(str::to_string).to_vec()),
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
        let is_called = |family: &&Family| {
            std::iter::once(&family.name).chain(family.aliases).any(|known| plain(known) == plain(name))
        };
        FAMILIES.iter().find(is_called)
    }

    /// The family as a model of data of this schema.
    ///
    /// # Errors
    ///
    /// If the family needs to know something that the schema does not say, or is told what it has no use for.
    pub fn model(&self, schema: &Schema<'_>) -> Result<AnyModel> {
        let model = (self.make)(schema)?;
        // What is not missed is of no use.
        let without = |name: &str| schema.known.iter().filter(|(known, _)| known != name).cloned().collect();
        let useless = schema.known.iter().find(|(name, _)| (self.make)(&schema.knowing(without(name))).is_ok());
        match useless {
            None => Ok(model),
            Some((name, value)) => {
                let family = self.name;
                let message = format!(
                    "{family} needs not know `{name}`; to fix a parameter write `Fixed({family}, {name} = {value})`"
                );
                Err(Error::Model { message })
            }
        }
    }
}
