//! Data at the ends of what numbers can say: of sizes where arithmetic overflows, or that agree to rounding.

use std::cell::Cell;

use super::Hunt;
use crate::certificate::Check;
use crate::error::Error;
use crate::model::{Maxima, Model};
use crate::space::{Binding, Domain};
use crate::support::Range;

/// Beyond this, and below its reciprocal, squares are no numbers.
const EXTREME: f64 = 1e150;

/// A spread of fewer units in the last place is made of rounding.
const LEAST_UNITS: f64 = 64.0;

/// What is nearer to an end of its domain, as a part of its greatest size, is at it.
const AT_AN_END: f64 = 1e-6;

impl<M: Model> Hunt<'_, M> {
    /// The error, unless there is no estimate because observations are so large, or all so small, that arithmetic on them is
    /// not what it says.
    pub(super) fn unless_extreme(&self, error: Error) -> Error {
        let is_known = error.is_unbounded() && matches!(self.model.maxima(), Maxima::LocalOfUnbounded(_));
        if !error.is_estimation() || is_known || self.model.support().ranges().iter().any(Range::is_angle) {
            return error;
        }
        let mut greatest: Option<(f64, usize)> = None;
        for term in self.objective.terms() {
            for column in &term.columns[..term.width()] {
                let sizes = column.iter().map(|x| x.abs()).enumerate();
                let most = sizes.max_by(|(_, a), (_, b)| a.total_cmp(b));
                let most = most.map(|(row, size)| (size, term.row_number(row)));
                greatest = [greatest, most].into_iter().flatten().max_by(|(a, _), (b, _)| a.total_cmp(b));
            }
        }
        match greatest {
            Some((size, row)) if size > EXTREME || (size > 0.0 && size < 1.0 / EXTREME) => {
                Error::Extreme { model: self.model.name(), row, size }
            }
            _ => error,
        }
    }

    /// The name of a positive parameter that a search has taken to where numbers end.
    pub(super) fn out_of_range(&self, free: &[f64]) -> Option<String> {
        let coordinates = self.objective.coordinates();
        let natural = coordinates.natural(&coordinates.local(free));
        let mut from = 0;
        self.space().blocks().iter().find_map(|block| {
            let value = natural[from];
            from += block.names().len();
            let is_positive = *block.domain() == Domain::Positive && *block.binding() == Binding::Free;
            let is_out = !(1e-290..=1e290).contains(&value);
            (is_positive && is_out).then(|| block.names()[0].clone())
        })
    }

    /// The row in which a link has taken its parameter to an end of the domain.
    pub(super) fn link_at_an_end(&self, free: &[f64]) -> Option<Check> {
        let mut from = 0;
        self.space().blocks().iter().find_map(|block| {
            let at = from;
            from += block.names().len();
            let link = block.link()?;
            let (lower, upper) = block.domain().ends();
            let size = Cell::new(0.0_f64);
            let _: Option<()> = self.objective.find_natural(free, |theta| {
                size.set(size.get().max(theta[at].abs()));
                None
            });
            let near = |theta: f64| {
                [lower, upper].into_iter().find(|end| (theta - end).abs() <= AT_AN_END * size.get().max(end.abs()))
            };
            let row = Cell::new(0_usize);
            let end = self.objective.find_natural(free, |theta| {
                row.set(row.get() + 1);
                near(theta[at])
            })?;
            let row = self.objective.row_numbers().get(row.get() - 1).copied()?;
            Some(Check::Link { parameter: block.names()[0].clone(), link, row, end })
        })
    }

    /// The standard deviation of observations that agree to rounding, in units in the last place of the greatest.
    pub(super) fn spread_in_units(&self) -> Option<f64> {
        if self.model.support().is_discrete()
            || self.sample.width() != 1
            || !self.objective.terms_are_exact()
            || self.objective.has_covariates()
        {
            return None;
        }
        let size = self.sample.min(0).abs().max(self.sample.max(0).abs());
        let units = self.sample.standard_deviation(0) / (f64::EPSILON * size);
        (units > 0.0 && units < LEAST_UNITS).then_some(units)
    }
}
