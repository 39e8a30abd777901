//! Which law is which in the parameters of a wider one: nulls that are named by the law that they are.

use super::hypothesis::{Null, fix, tie};
use crate::fit::Fit;
use crate::limit::Limit;
use crate::space::{Binding, Block};

/// A family, a law that it holds, and what is then true of its parameters.
type Embedding = (&'static str, &'static str, fn() -> Null);

const EMBEDDINGS: [Embedding; 16] = [
    ("BurrXII", "LogLogistic", || fix("k", 1.0)),
    ("BurrXII", "Lomax", || fix("c", 1.0)),
    ("Gamma", "Exponential", || fix("shape", 1.0)),
    ("GeneralizedExtremeValue", "Gumbel", || fix("shape", 0.0)),
    ("GeneralizedGamma", "Exponential", || fix("d", 1.0).and(fix("p", 1.0))),
    ("GeneralizedGamma", "Gamma", || fix("p", 1.0)),
    ("GeneralizedGamma", "Weibull", || tie("d", "p")),
    ("GeneralizedGammaPrentice", "Gamma", || tie("sigma", "q")),
    ("GeneralizedGammaPrentice", "LogNormal", || fix("q", 0.0)),
    ("GeneralizedGammaPrentice", "Weibull", || fix("q", 1.0)),
    ("GeneralizedNormal", "Normal", || fix("shape", 2.0)),
    ("GeneralizedPareto", "Exponential", || fix("shape", 0.0)),
    ("Nakagami", "HalfNormal", || fix("m", 0.5)),
    ("Nakagami", "Rayleigh", || fix("m", 1.0)),
    ("NegativeBinomial", "Geometric", || fix("size", 1.0)),
    ("Weibull", "Exponential", || fix("shape", 1.0)),
];

/// Letters and digits, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The model inside `Regress(…)` and `Fixed(…)`.
fn family(mut name: &str) -> &str {
    while let Some(inner) = ["Regress(", "Fixed("].iter().find_map(|outer| name.strip_prefix(outer)) {
        let mut depth = 0;
        let end = inner.find(|c: char| {
            depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
            (c == ',' && depth == 0) || depth < 0
        });
        name = &inner[..end.unwrap_or(inner.len())];
    }
    name
}

/// What is true of the parameters of a fit if its law is the one of this name.
pub(super) fn null_of(fit: &Fit, law: &str) -> Option<Null> {
    let (family, law) = (family(fit.model()), plain(law));
    let is_it = |name: &str| plain(name) == law;
    if let Some((.., null)) = EMBEDDINGS.iter().find(|(own, name, _)| *own == family && is_it(name)) {
        return Some(null());
    }
    let inflated = family.strip_prefix("ZeroInflated(").and_then(|rest| rest.strip_suffix(')'));
    if inflated.is_some_and(is_it) {
        return Some(fix("pi", 0.0));
    }
    let of_limit = |limit: &Limit| {
        let ends = limit.ends.iter().map(|(name, end)| fix(name, *end)).reduce(Null::and);
        is_it(&limit.model().to_string()).then_some(ends).flatten()
    };
    fit.limits().iter().find_map(of_limit)
}

/// Whether the law of one fit is known to hold that of another, or may: its family does, or is the same, and no parameter of
/// the other depends on a covariate on which its own does not.
pub(super) fn holds(whole: &Fit, part: &Fit) -> bool {
    fn covariates(binding: &Binding) -> &[String] {
        if let Binding::Linear(predictor) = binding { &predictor.columns } else { &[] }
    }
    // Without a covariate every link is the same law.
    fn is_on_one_scale(whole: &Block, part: &Block) -> bool {
        covariates(part.binding()).is_empty() || whole.link() == part.link()
    }
    fn blocks(fit: &Fit) -> &[Block] {
        fit.objective().coordinates().space().blocks()
    }
    let is_within = || {
        blocks(whole).iter().zip(blocks(part)).all(|(whole, part)| {
            let known = covariates(whole.binding());
            covariates(part.binding()).iter().all(|name| known.contains(name)) && is_on_one_scale(whole, part)
        })
    };
    null_of(whole, family(part.model())).is_some() || (family(whole.model()) == family(part.model()) && is_within())
}

/// The laws that a fit's model holds, or approaches.
pub(super) fn known(fit: &Fit) -> Vec<String> {
    let own = family(fit.model());
    let inside = EMBEDDINGS.iter().filter(|(family, ..)| *family == own).map(|(_, law, _)| law.to_string());
    inside.chain(fit.limits().iter().map(|limit| limit.model().to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn families_inside_of_bindings() {
        for (name, expected) in [
            ("Weibull", "Weibull"),
            ("Regress(Weibull, scale ~ age)", "Weibull"),
            ("Regress(Fixed(Gamma, scale = 2), shape ~ age)", "Gamma"),
            ("Fixed(ZeroInflated(Poisson), lambda = 2)", "ZeroInflated(Poisson)"),
            ("Mixture([Normal, Normal])", "Mixture([Normal, Normal])"),
        ] {
            assert_eq!(family(name), expected);
        }
    }
}
