//! [`Local`]: how a local coordinate of a density is made of those of the estimate.

use crate::data::Term;
use crate::error::{Error, Result};
use crate::space::Chain;

/// How one local coordinate is made of those of the estimate, with the covariates it needs, by place in the term.
#[derive(Debug, Clone)]
pub(super) enum Local {
    Global(usize),
    /// Σₖ global[first + k] · designₖ + offset; a design that is none is all ones.
    Predictor {
        first: usize,
        designs: Vec<Option<usize>>,
        offset: Option<usize>,
    },
}

impl Local {
    pub(super) fn new(chain: &Chain, term: &Term) -> Result<Local> {
        let place = |name: &String| {
            term.covariates.iter().position(|(other, _)| other == name).ok_or_else(|| Error::Unknown {
                kind: "covariate",
                name: name.clone(),
                known: term.covariates.iter().map(|(known, _)| known.clone()).collect(),
            })
        };
        match chain {
            Chain::Global(at) => Ok(Local::Global(*at)),
            Chain::Linear { first, predictor } => {
                let named = predictor.columns.iter().map(|name| place(name).map(Some));
                let designs =
                    predictor.intercept.then_some(Ok(None)).into_iter().chain(named).collect::<Result<_>>()?;
                let offset = predictor.offset.as_ref().map(place).transpose()?;
                Ok(Local::Predictor { first: *first, designs, offset })
            }
        }
    }

    /// One that the formula does not read: nothing is asked of the rows for it.
    pub(super) fn unread(chain: &Chain) -> Local {
        match chain {
            Chain::Global(at) | Chain::Linear { first: at, .. } => Local::Global(*at),
        }
    }

    /// Its value, unless it differs from row to row.
    pub(super) fn same_for_all(&self, free: &[f64]) -> Option<f64> {
        match self {
            Local::Global(at) => Some(free[*at]),
            Local::Predictor { .. } => None,
        }
    }

    /// Whether it differs from row to row.
    pub(super) fn varies(&self) -> bool {
        matches!(self, Local::Predictor { .. })
    }

    /// The first of the global coordinates that it is made of, which follow one another.
    pub(super) fn first(&self) -> usize {
        match self {
            Local::Global(at) | Local::Predictor { first: at, .. } => *at,
        }
    }

    /// What multiplies each of the global coordinates that it is made of: a covariate, or 1 if none.
    pub(super) fn places(&self) -> &[Option<usize>] {
        match self {
            Local::Global(_) => &[None],
            Local::Predictor { designs, .. } => designs,
        }
    }

    /// The global coordinates that it is made of, with what multiplies each.
    pub(super) fn coordinates(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        (self.first()..).zip(self.places().iter().copied())
    }
}
