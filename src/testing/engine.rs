//! Laws of what the engine makes of a model: derivatives, coordinates, sums, refusals, limits.

use super::differences::slope;
use super::law::{At, Broken, Law, exceeds};
use crate::any_model::AnyModel;
use crate::data::Data;
use crate::model::{Model, Theta};
use crate::objective::Objective;
use crate::space::{Binding, Coordinates, Domain};

/// Each parameter survives the way to free coordinates and back.
pub(super) fn there_and_back(at: At<'_>) -> Result<(), Broken> {
    let fail = |message: String| at.broken(Law::Coordinates, None, message);
    let coordinates = Coordinates::new(at.model.space()).map_err(|error| fail(error.to_string()))?;
    if coordinates.has_predictors() {
        return Ok(());
    }
    let free = coordinates.global(at.theta).ok_or_else(|| fail("typical parameters are out of the domain".into()))?;
    let back = coordinates.natural(&coordinates.local(&free));
    for ((name, value), found) in at.model.space().names().zip(at.theta).zip(&back) {
        if exceeds((value - found).abs(), 1e-12 * value.abs().max(1.0)) {
            return Err(fail(format!("{name} comes back as {found:?}")));
        }
    }
    Ok(())
}

/// The traced formula is the code, and its derivatives are slopes of it.
pub(super) fn derivatives(at: At<'_>, rows: &[Vec<f64>]) -> Result<(), Broken> {
    let gradient = at.model.density().gradient();
    for x in rows {
        let (code, traced) = (at.model.ln_density_of_code(at.theta, x), at.ln_density(x));
        if code != traced && exceeds((code - traced).abs(), 1e-11 * (1.0 + code.abs())) {
            let message = format!("the log-density is {code:?}, and traced {traced:?}");
            return Err(at.broken(Law::Derivatives, Some(x), message));
        }
    }
    for x in rows.iter().take(8) {
        for (k, (graph, name)) in gradient.iter().zip(at.model.space().names()).enumerate() {
            let along = |value: f64| {
                let mut theta = at.theta.to_vec();
                theta[k] = value;
                at.model.ln_density(Theta::new(&theta), x.clone())
            };
            let found = graph.replay(at.theta, x);
            let (slope, error) = slope(along, at.theta[k], 0.02 * at.theta[k].abs().max(0.1));
            let size = 1.0 + at.ln_density(x).abs() + slope.abs();
            // A formula with a step or a kink nearby has no slope to compare.
            if error <= 1e-8 * size && exceeds((found - slope).abs(), 1e-6 * size) {
                let message = format!("the derivative by {name} is {found:?}, and the slope is {slope:?}");
                return Err(at.broken(Law::Derivatives, Some(x), message));
            }
        }
    }
    Ok(())
}

/// Value and gradient of the log-likelihood of two halves sum to those of the whole.
pub(super) fn parts(at: At<'_>, rows: &[Vec<f64>]) -> Result<(), Broken> {
    let fail = |message: String| at.broken(Law::Parts, None, message);
    let sums = |rows: &[Vec<f64>]| {
        let terms = rows.terms(at.model)?;
        let objective = Objective::new(at.model.space(), terms)?;
        let free = objective.coordinates().global(at.theta).unwrap_or_default();
        Ok(objective.evaluate(&free))
    };
    let sums = |rows: &[Vec<f64>]| sums(rows).map_err(|error: crate::Error| fail(error.to_string()));
    let (first, second) = rows.split_at(rows.len() / 2);
    if first.is_empty() || Coordinates::new(at.model.space()).is_ok_and(|c| c.has_predictors()) {
        return Ok(());
    }
    let (whole, first, second) = (sums(rows)?, sums(first)?, sums(second)?);
    let direct: f64 = rows.iter().map(|x| at.ln_density(x)).sum();
    let size: f64 = rows.iter().map(|x| at.ln_density(x).abs()).sum::<f64>() + 1.0;
    if exceeds((first.value + second.value - whole.value).abs(), 1e-11 * size) {
        return Err(fail(format!("halves sum to {:?}, the whole to {:?}", first.value + second.value, whole.value)));
    }
    if exceeds((direct - whole.value).abs(), 1e-10 * size) {
        return Err(fail(format!("rows sum to {direct:?} by themselves, and to {:?} in the engine", whole.value)));
    }
    let halves = first.gradient.iter().zip(&second.gradient).map(|(a, b)| a + b);
    for (k, (sum, whole)) in halves.zip(&whole.gradient).enumerate() {
        if exceeds((sum - whole).abs(), 1e-9 * (size + whole.abs())) {
            return Err(fail(format!("slopes along free coordinate {k} sum to {sum:?}, the whole's is {whole:?}")));
        }
    }
    Ok(())
}

/// A row outside the support, or not finite, is refused by its number.
pub(super) fn supports(at: At<'_>, rows: &[Vec<f64>]) -> Result<(), Broken> {
    let Some(good) = rows.first() else { return Ok(()) };
    let support = at.model.support();
    for (column, range) in support.ranges().iter().enumerate() {
        let whole = |step: f64| if range.is_integer() { step.max(1.0) } else { step };
        let outside = [range.lower() - whole(0.5), range.upper() + whole(0.5), f64::NAN, f64::INFINITY];
        let fraction = range.is_integer().then_some(good[column] + 0.5);
        for bad in outside.into_iter().chain(fraction).filter(|bad| !range.contains(*bad)) {
            let mut row = good.clone();
            row[column] = bad;
            let place = match [good.clone(), row.clone()].as_slice().terms(at.model) {
                Ok(_) => None,
                Err(error) => error.row(),
            };
            if place != Some(2) {
                let message = "is outside the support, and its row is not refused".to_string();
                return Err(at.broken(Law::Refusal, Some(&row), message));
            }
        }
    }
    Ok(())
}

/// A parameter cannot be fixed outside its domain.
pub(super) fn domains(model: &AnyModel) -> Result<(), Broken> {
    let space = model.space();
    let at = At { model, theta: &[], density: model.density() };
    for block in space.blocks() {
        let outside = match block.domain() {
            Domain::Positive => vec![-1.0, f64::NAN],
            Domain::Unit => vec![-0.1, 1.1, f64::NAN],
            Domain::Real => vec![f64::NAN, f64::INFINITY],
            Domain::Above { lower } => vec![*lower, lower - 1.0],
            Domain::Interval { lower, upper } => vec![lower - 1.0, upper + 1.0],
            Domain::Simplex | Domain::Covariance | Domain::Ordered => vec![],
        };
        for value in outside {
            let name = &block.names()[0];
            if *block.binding() == Binding::Free
                && space.clone().bind(name, Binding::Known(vec![value])).check().is_ok()
            {
                return Err(at.broken(Law::Refusal, None, format!("{name} can be fixed to {value:?}")));
            }
        }
    }
    Ok(())
}

/// A declared limit is approached as its parameters run to their ends, the others being the same.
pub(super) fn limits(at: At<'_>) -> Result<(), Broken> {
    let space = at.model.space();
    for limit in at.model.limits() {
        let named = |name: &str| space.names().position(|known| known == name);
        let inner = limit.model().space();
        // The limit's parameters from those of the family that stay; a limit whose others run as well is not compared.
        let stays = |name: &str| {
            let own = limit.same.iter().find(|(_, there)| there == name).map_or(name, |(own, _)| own.as_str());
            let runs = limit.ends.iter().any(|(name, _)| name == own);
            named(own).filter(|_| !runs).map(|k| at.theta[k])
        };
        let Some(theta) = inner.names().map(stays).collect::<Option<Vec<f64>>>() else { continue };
        let staying = limit.same.len().max(inner.len());
        let is_compared = at.model.support().width() == 1 && !limit.ends.is_empty();
        if !is_compared || staying + limit.ends.len() < space.len() {
            continue;
        }
        let rows: Vec<Vec<f64>> = [0.3, 1.0, 2.0, 5.0].iter().map(|x| vec![*x]).collect();
        let gap = |power: i32| {
            let mut near = at.theta.to_vec();
            for (name, end) in &limit.ends {
                let far = 10.0_f64.powi(power);
                let value = if end.is_infinite() { far.copysign(*end) } else { end + 1.0 / far };
                if let Some(k) = named(name) {
                    near[k] = value;
                }
            }
            let gaps = rows.iter().map(|x| {
                let a = at.model.ln_density(Theta::new(&near), x.clone());
                let b = limit.model().ln_density(Theta::new(&theta), x.clone());
                if a == b { 0.0 } else { (a - b).abs() / (1.0 + b.abs()) }
            });
            gaps.fold(0.0, f64::max)
        };
        let least = (2..9).map(gap).fold(f64::INFINITY, f64::min);
        if exceeds(least, 1e-3) {
            let message = format!(
                "its declared limit {} is not approached: the log-densities stay {least:?} apart",
                limit.model()
            );
            return Err(at.broken(Law::Limit, None, message));
        }
    }
    Ok(())
}
