//! [`Ranking`]: models in order of a criterion.

use std::fmt;

use super::comparison::Criterion;
use crate::error::Result;
use crate::fit::Fit;
use crate::number::significant;

/// Models in order of a criterion; those without one last.
///
/// Probabilities and densities have no common unit, nor have densities of numbers and of angles: what is of one measure is
/// ranked together, in the order in which the measures were first fitted.
#[derive(Debug)]
pub struct Ranking {
    criterion: Criterion,
    lines: Vec<Line>,
}

/// One model of a ranking.
#[derive(Debug)]
pub struct Line {
    /// The model, in the model language.
    pub model: String,
    /// Its fit, or why there is none.
    pub fit: Result<Fit>,
    /// What its density is of: models are compared with those of the same.
    pub measure: String,
    /// The criterion, or why it is withheld.
    pub value: Result<f64, String>,
    /// The criterion less the least one of its measure.
    pub difference: Option<f64>,
    /// Akaike's weight e^(−Δ/2), normalised over the models of its measure that have the criterion; of information
    /// criteria only.
    pub weight: Option<f64>,
}

impl Ranking {
    pub(super) fn new(criterion: Criterion, mut lines: Vec<Line>) -> Ranking {
        let mut measures: Vec<String> = vec![];
        for line in lines.iter().filter(|line| line.value.is_ok()) {
            if !measures.contains(&line.measure) {
                measures.push(line.measure.clone());
            }
        }
        let place = |line: &Line| match line.value {
            Ok(value) => (measures.iter().position(|measure| *measure == line.measure).unwrap_or(0), value),
            Err(_) => (usize::MAX - usize::from(line.fit.is_ok()), 0.0),
        };
        lines.sort_by(|a, b| {
            let ((first, own), (second, other)) = (place(a), place(b));
            first.cmp(&second).then(own.total_cmp(&other))
        });
        let is_information = !matches!(criterion, Criterion::HeldOut { .. });
        for group in lines.chunk_by_mut(|a, b| a.value.is_ok() && b.value.is_ok() && a.measure == b.measure) {
            let Ok(least) = group[0].value else { continue };
            for line in &mut *group {
                line.difference = line.value.as_ref().ok().map(|value| value - least).filter(|d| d.is_finite());
            }
            if is_information {
                let total: f64 = group.iter().filter_map(|line| line.difference).map(|d| (-0.5 * d).exp()).sum();
                group.iter_mut().for_each(|line| line.weight = line.difference.map(|d| (-0.5 * d).exp() / total));
            }
        }
        Ranking { criterion, lines }
    }

    /// The models, best first; those without the criterion last.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What they are compared by.
    pub fn criterion(&self) -> Criterion {
        self.criterion
    }

    /// How many observations there are: the n of BIC and AICc. None if nothing was fitted.
    pub fn n(&self) -> Option<f64> {
        self.lines.iter().find_map(|line| line.fit.as_ref().ok()).map(Fit::n)
    }
}

impl fmt::Display for Ranking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.lines.iter().map(|line| line.model.chars().count()).max().unwrap_or(0).max(5);
        let name = self.criterion.name();
        let n = self.n().map_or(String::new(), |n| format!(", n = {n}"));
        write!(f, "By {name}{n}; less is better")?;
        let is_ranked = |line: &&Line| line.value.is_ok();
        let ranked: Vec<&Line> = self.lines.iter().filter(is_ranked).collect();
        let groups: Vec<&[&Line]> = ranked.chunk_by(|a, b| a.measure == b.measure).collect();
        for group in &groups {
            if groups.len() > 1 {
                write!(f, "\n\n{}, not to be compared with the others", capitalised(&group[0].measure))?;
            }
            let [model, log, k, difference, weight] = ["model", "ln L", "k", "difference", "weight"];
            write!(f, "\n\n  {model:<width$}  {log:>14}  {k:>2}  {name:>14}  {difference:>10}  {weight:>8}")?;
            for Line { model, fit, value, difference, weight, .. } in group.iter().copied() {
                let (Ok(fit), Ok(value)) = (fit, value) else { continue };
                let (log, k) = (fit.log_likelihood(), fit.free_parameters());
                let difference = difference.map_or("–".to_string(), |d| significant(d, 5));
                let weight = weight.map_or("–".to_string(), |w| format!("{w:.4}"));
                write!(f, "\n  {model:<width$}  {log:>14.4}  {k:>2}  {value:>14.4}  {difference:>10}  {weight:>8}")?;
            }
        }
        if ranked.len() < self.lines.len() {
            write!(f, "\n\nWithout {name}\n")?;
        }
        for Line { model, fit, value, .. } in &self.lines[ranked.len()..] {
            match (fit, value) {
                (Ok(fit), Err(why)) => {
                    let (log, k) = (fit.log_likelihood(), fit.free_parameters());
                    write!(f, "\n  {model:<width$}  {log:>14.4}  {k:>2}  {why}")?;
                }
                (Err(why), _) => write!(f, "\n  {model:<width$}  {0:>14}  {0:>2}  {why}", "–")?,
                _ => {}
            }
        }
        if ranked.len() > 1 {
            write!(
                f,
                "\n\nStandard errors, intervals and p-values of a model do not know that it was chosen by these data."
            )?;
        }
        Ok(())
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
