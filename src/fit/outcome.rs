//! [`Outcome`] and [`Scope`]: where an estimate lies, and of how much of the likelihood it is the maximum.

use std::fmt;

use crate::model::EdgeKind;
use crate::number::significant;

/// Where an estimate lies.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Inside the space, at a stationary point.
    Interior,
    /// At a closed end of the domain of these parameters. Their standard errors are withheld; those of the others hold if
    /// these are known to be there.
    Boundary {
        /// The parameters at an end.
        parameters: Vec<String>,
    },
    /// At a law that the model approaches but does not hold.
    Limit {
        /// The limit law, in the model language.
        model: String,
        /// The parameters that run to an end, with their ends.
        ends: Vec<(String, f64)>,
    },
    /// Where the likelihood is not smooth.
    Edge {
        /// The parameters concerned, and what holds there.
        at: Vec<(String, EdgeKind)>,
    },
}

impl Outcome {
    /// The parameters that run to an end, if this is a limit.
    pub(crate) fn limit_parameters(&self) -> Vec<String> {
        match self {
            Outcome::Limit { ends, .. } => ends.iter().map(|(name, _)| name.clone()).collect(),
            _ => vec![],
        }
    }

    /// One word for programs: `interior`, `boundary`, `limit` or `support-edge`.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Interior => "interior",
            Outcome::Boundary { .. } => "boundary",
            Outcome::Limit { .. } => "limit",
            Outcome::Edge { at } if at.iter().all(|(_, kind)| matches!(kind, EdgeKind::Kink(..))) => "interior",
            Outcome::Edge { .. } => "support-edge",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Interior => f.write_str("an interior maximum"),
            Outcome::Boundary { parameters } => {
                write!(f, "a maximum at the boundary: {} at the end of its range", parameters.join(", "))
            }
            Outcome::Limit { model, ends } => {
                let ends: Vec<String> = ends.iter().map(|(name, end)| format!("{name} → {}", symbol(*end))).collect();
                write!(f, "the likelihood is greatest in the limit {}: the law {model}", ends.join(", "))
            }
            Outcome::Edge { at } => {
                let parts = at.iter().map(|(name, kind)| match kind {
                    EdgeKind::Support => format!("{name} is at the edge of the support"),
                    EdgeKind::Kink(low, high) if low == high => {
                        format!("the likelihood has a kink at {name} = {}", short(*low))
                    }
                    EdgeKind::Kink(low, high) => {
                        format!("every {name} from {} to {} is a maximiser", short(*low), short(*high))
                    }
                });
                write!(f, "a maximum where the likelihood is not smooth: {}", parts.collect::<Vec<_>>().join("; "))
            }
        }
    }
}

/// As it stands if that is short, else to nine digits.
fn short(value: f64) -> String {
    let plain = value.to_string();
    if plain.len() <= 12 { plain } else { significant(value, 9) }
}

fn symbol(end: f64) -> String {
    if end == f64::INFINITY {
        "∞".to_string()
    } else if end == f64::NEG_INFINITY {
        "−∞".to_string()
    } else {
        end.to_string()
    }
}

/// Of how much of the likelihood an estimate is the maximum.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Scope {
    /// Of all of it.
    Global {
        /// Why.
        why: &'static str,
    },
    /// The best that the searches from several starts found.
    BestOf {
        /// How many of them ended there.
        agree: usize,
        /// How many there were.
        starts: usize,
    },
    /// The best local maximum found of a likelihood that is unbounded on any data.
    LocalOfUnbounded {
        /// Why it is unbounded.
        why: &'static str,
    },
}

impl Scope {
    /// Whether so few of several starts ended at the maximum that there may well be a higher one: one alone, or less than a
    /// tenth.
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Scope::BestOf { agree, starts } if *starts > 1 && (*agree == 1 || 10 * agree < *starts))
    }

    /// One word for programs: `global`, `best-of` or `local-of-unbounded`.
    pub fn word(&self) -> &'static str {
        match self {
            Scope::Global { .. } => "global",
            Scope::BestOf { .. } => "best-of",
            Scope::LocalOfUnbounded { .. } => "local-of-unbounded",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Global { why } => write!(f, "global: {why}"),
            Scope::BestOf { starts: 1, .. } => f.write_str("found from one start"),
            Scope::BestOf { agree, starts } if agree == starts => write!(f, "found from all of {starts} starts"),
            Scope::BestOf { agree, starts } => {
                let agree_ending = if *agree == 1 { "s" } else { "" };
                write!(f, "the best of {starts} starts, {agree} agree{agree_ending}")?;
                if self.is_doubtful() {
                    f.write_str(": there may be a higher maximum; try more starts")
                } else {
                    Ok(())
                }
            }
            Scope::LocalOfUnbounded { why } => write!(f, "a local maximum of an unbounded likelihood: {why}"),
        }
    }
}
