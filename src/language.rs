//! The model language: text such as `Mixture([Normal, Normal])` to a model, and back by a model's name; and formulas of
//! what is estimated, [`Formula`].
//!
//! ```text
//! model     = family [ "(" constant "=" number { "," constant "=" number } ")" ]
//!           | "Mixture" "(" "[" model { "," model } "]" ")"
//!           | "Fixed"   "(" model { "," parameter "=" ( number | parameter ) } ")"
//!           | "Regress" "(" model { "," ( left "~" term { "+" term } | parameter "=" number ) } ")"
//!           | "Truncated" "(" model "," [ number ] ".." [ "=" ] [ number ] ")"
//!           | ( "ZeroInflated" | "Hurdle" | "Shifted" | "Log" ) "(" model ")"
//! left      = parameter | link "(" parameter ")"
//! link      = "identity" | "log" | "inverse" | "inverse_squared" | "sqrt"
//!           | "logit" | "probit" | "cauchit" | "cloglog" | "loglog"
//! term      = column | "0" | "1" | "offset" "(" column ")"
//! ```
//!
//! Case and punctuation of family names do not matter. A name with other characters than letters, digits, `_`, `-` and
//! `.` is put between backquotes.

mod formula;
mod tokens;

use std::ops::Bound;

pub use formula::Formula;

use crate::any_model::AnyModel;
use crate::combinators::{Bound as Bindings, Hurdle, Log, Mixture, Regress, Shifted, Truncated, ZeroInflated};
use crate::error::{Error, Result};
use crate::families::{FAMILIES, Family, Schema};
use crate::model::{Cdf, Draw, Model, Value};
use crate::observation::Accepts;
use crate::space::{Linear, Link};
use tokens::{Token, Tokens};

/// Reads a model from text, for data of this schema.
///
/// # Errors
///
/// [`Error::Language`] with the place at which the text stops making sense; [`Error::Unknown`] for a family that is not
/// there; what is wrong with the model otherwise.
///
/// # Example
///
/// ```
/// use thetahat::language;
///
/// let model = language::parse("mixture([normal, Normal])", &Default::default())?;
/// assert_eq!(model.to_string(), "Mixture([Normal, Normal])");
/// # Ok::<(), thetahat::Error>(())
/// ```
pub fn parse(text: &str, schema: &Schema<'_>) -> Result<AnyModel> {
    let mut parser = Parser { tokens: Tokens::of(text)?, schema, depth: 0 };
    let model = parser.model()?;
    parser.tokens.end()?;
    Ok(model)
}

/// A name as the language writes it: between backquotes, unless it is a plain word.
pub(crate) fn written(name: &str) -> String {
    if tokens::is_plain(name) { name.to_string() } else { format!("`{name}`") }
}

const COMBINATORS: [&str; 8] = ["Mixture", "Fixed", "Regress", "Truncated", "ZeroInflated", "Hurdle", "Shifted", "Log"];

fn named_link(name: &str) -> Result<Link> {
    let known = || Link::ALL.iter().map(|link| link.name().to_string()).collect();
    Link::named(name).ok_or_else(|| Error::Unknown { kind: "link", name: name.to_string(), known: known() })
}

/// The combined model without its type, with what it can do because `inner` can.
fn with_all<M>(model: &M, inner: &AnyModel) -> Result<AnyModel>
where
    M: Cdf + Draw + Clone + Send + Sync + 'static,
    M::Of: Accepts<Value<M>>,
{
    let erased = AnyModel::of(model.clone())?.with_cdf(model);
    Ok(if inner.has_sampler() { erased.with_sampler(model) } else { erased })
}

/// Models nested deeper than this are refused, before the stack is at its end.
const MOST_NESTED: usize = 64;

struct Parser<'t> {
    tokens: Tokens<'t>,
    schema: &'t Schema<'t>,
    /// How many models the next one is inside of.
    depth: usize,
}

impl Parser<'_> {
    fn model(&mut self) -> Result<AnyModel> {
        if self.depth > MOST_NESTED {
            return self.tokens.stop(format!("models can be nested {MOST_NESTED} deep"));
        }
        self.depth += 1;
        let model = self.one_model();
        self.depth -= 1;
        model
    }

    fn one_model(&mut self) -> Result<AnyModel> {
        let name = self.tokens.name("the name of a model")?;
        match name.to_lowercase().as_str() {
            "mixture" => self.mixture(),
            "fixed" => self.bound(false),
            "regress" => self.bound(true),
            "truncated" => self.truncated(),
            "zeroinflated" | "zero-inflated" => self.one_inside(|inner| {
                with_all(&ZeroInflated(inner.clone()), inner).map(|m| m.with_moments(&ZeroInflated(inner.clone())))
            }),
            "hurdle" => self.one_inside(|inner| {
                let hurdle = Hurdle(inner.clone());
                // It is drawn by inversion.
                if inner.has_cdf() { with_all(&hurdle, inner) } else { AnyModel::of(hurdle) }
            }),
            "shifted" => self.one_inside(|inner| {
                with_all(&Shifted(inner.clone()), inner).map(|model| model.with_moments(&Shifted(inner.clone())))
            }),
            "log" => self.one_inside(|inner| with_all(&Log(inner.clone()), inner)),
            _ => {
                let known =
                    || FAMILIES.iter().map(|family| family.name).chain(COMBINATORS).map(str::to_string).collect();
                let unknown = || Error::Unknown { kind: "model", name: name.clone(), known: known() };
                let family = Family::named(&name).ok_or_else(unknown)?;
                family.model(&self.schema.knowing(self.constants()?))
            }
        }
    }

    /// What the family just named is said to know.
    fn constants(&mut self) -> Result<Vec<(String, f64)>> {
        let mut known = Vec::new();
        if self.tokens.take(&Token::Open) {
            loop {
                let name = self.tokens.name("the name of a constant")?;
                self.tokens.expect(Token::Equals)?;
                known.push((name, self.tokens.number()?));
                if !self.tokens.take(&Token::Comma) {
                    break;
                }
            }
            self.tokens.expect(Token::Close)?;
        }
        Ok(known)
    }

    fn one_inside(&mut self, combined: impl FnOnce(&AnyModel) -> Result<AnyModel>) -> Result<AnyModel> {
        self.tokens.expect(Token::Open)?;
        let inner = self.model()?;
        self.tokens.expect(Token::Close)?;
        combined(&inner)
    }

    fn truncated(&mut self) -> Result<AnyModel> {
        self.tokens.expect(Token::Open)?;
        let inner = self.model()?;
        self.tokens.expect(Token::Comma)?;
        let (lower, upper, is_closed) = self.tokens.range()?;
        self.tokens.expect(Token::Close)?;
        if !inner.has_cdf() {
            return Err(Error::Missing { capability: format!("distribution function, of {inner}") });
        }
        let end = if !upper.is_finite() {
            Bound::Unbounded
        } else if is_closed {
            Bound::Included(upper)
        } else {
            Bound::Excluded(upper)
        };
        let model = Truncated(inner.clone(), (Bound::Included(lower), end));
        let erased = AnyModel::of(model.clone())?.with_cdf(&model);
        Ok(erased.with_sampler(&model))
    }

    fn mixture(&mut self) -> Result<AnyModel> {
        self.tokens.expect(Token::Open)?;
        self.tokens.expect(Token::OpenList)?;
        let mut components = vec![self.model()?];
        while self.tokens.take(&Token::Comma) {
            components.push(self.model()?);
        }
        self.tokens.expect(Token::CloseList)?;
        self.tokens.expect(Token::Close)?;
        let drawn = components.iter().all(AnyModel::has_sampler);
        let mixture = Mixture(components);
        let model = AnyModel::of(mixture.clone())?.with_cdf(&mixture).with_moments(&mixture);
        Ok(if drawn { model.with_sampler(&mixture) } else { model })
    }

    fn bound(&mut self, predictors: bool) -> Result<AnyModel> {
        self.tokens.expect(Token::Open)?;
        let inner = self.model()?;
        let drawn = inner.has_sampler();
        let others: Vec<String> = inner.space().names().map(str::to_string).collect();
        let mut bound: Bindings<AnyModel> = Regress(inner).unbound();
        self.tokens.expect(Token::Comma)?;
        loop {
            let mut parameter = self.tokens.name("the name of a parameter")?;
            let mut link = None;
            if predictors && self.tokens.take(&Token::Open) {
                link = Some(named_link(&parameter)?);
                parameter = self.tokens.name("the name of a parameter")?;
                self.tokens.expect(Token::Close)?;
            }
            if link.is_some() {
                self.tokens.expect(Token::Tilde)?;
                bound = bound.linear(&parameter, Linear { link, ..self.predictor()? });
            } else if predictors && self.tokens.take(&Token::Tilde) {
                bound = bound.linear(&parameter, self.predictor()?);
            } else {
                self.tokens.expect(Token::Equals)?;
                bound = match self.tokens.one_of(&others) {
                    Some(other) => bound.tied(&parameter, &other),
                    None => bound.fixed(&parameter, self.tokens.number()?),
                };
            }
            if !self.tokens.take(&Token::Comma) {
                break;
            }
        }
        self.tokens.expect(Token::Close)?;
        let model = AnyModel::of(bound.clone())?.with_cdf(&bound).with_moments(&bound);
        Ok(if drawn { model.with_sampler(&bound) } else { model })
    }

    fn predictor(&mut self) -> Result<Linear> {
        let mut predictor = Linear { columns: vec![], intercept: true, offset: None, link: None };
        loop {
            if self.tokens.take(&Token::Number(0.0)) {
                predictor.intercept = false;
            } else if !self.tokens.take(&Token::Number(1.0)) {
                let name = self.tokens.name("a column, 0 or 1")?;
                if name == "offset" && self.tokens.take(&Token::Open) {
                    if predictor.offset.is_some() {
                        return self.tokens.stop("a predictor has one offset; add columns up first".to_string());
                    }
                    predictor.offset = Some(self.tokens.name("a column")?);
                    self.tokens.expect(Token::Close)?;
                } else {
                    predictor.columns.push(name);
                }
            }
            if !self.tokens.take(&Token::Plus) {
                return Ok(predictor);
            }
        }
    }
}
