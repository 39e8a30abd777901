//! [`Coordinates`]: how the free coordinates of an estimate reach the parameters that a density sees.
//!
//! A density has *local* coordinates: the free coordinates of its blocks. An estimate has *global* ones: those that are
//! free, and the coefficients of linear predictors. Every binding is one [`Chain`] from a local coordinate to global
//! ones; the density is untouched by it.

use super::domain::FreeName;
use super::{Binding, Block, Domain, Linear, Space};
use crate::error::{Error, Result};
use crate::graph::{Arena, Expr, Graph, Id, Node};
use crate::scalar::Scalar;

/// How a local coordinate is made of global ones.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Chain {
    /// It is the global coordinate at this place.
    Global(usize),
    /// It is a linear predictor, whose coefficients begin at this place.
    Linear { first: usize, predictor: Linear },
}

/// The resolved bindings of a space.
#[derive(Debug, Clone)]
pub(crate) struct Coordinates {
    space: Space,
    /// One chain for each local coordinate of each block that is not known.
    chains: Vec<Chain>,
    /// For each block, its place in `chains`; none if it is known.
    first_chain: Vec<Option<usize>>,
    /// For each block, the block whose coordinates it has: itself unless tied.
    leader: Vec<usize>,
    len: usize,
}

impl Coordinates {
    pub(crate) fn new(space: Space) -> Result<Coordinates> {
        space.check()?;
        let (mut chains, mut first_chain, mut leader) = (Vec::<Chain>::new(), Vec::new(), Vec::new());
        let mut len = 0;
        for (at, block) in space.blocks().iter().enumerate() {
            let (mut own, mut first) = (at, Some(chains.len()));
            match block.binding() {
                Binding::Known(_) => first = None,
                Binding::Free | Binding::Held(_) => {
                    chains.extend((0..block.free_len()).map(|k| Chain::Global(len + k)));
                    len += block.free_len();
                }
                Binding::Linear(predictor) => {
                    let count = predictor.coefficients().count();
                    for _ in 0..block.free_len() {
                        chains.push(Chain::Linear { first: len, predictor: predictor.clone() });
                        len += count;
                    }
                }
                Binding::Tied(name) => {
                    own = tied_to(&space, at, name)?;
                    first = first_chain[own];
                    if let Some(place) = first {
                        let copied: Vec<Chain> = chains[place..place + block.free_len()].to_vec();
                        first = Some(chains.len());
                        chains.extend(copied);
                    }
                }
            }
            leader.push(own);
            first_chain.push(first);
        }
        Ok(Coordinates { space, chains, first_chain, leader, len })
    }

    /// How many free coordinates the estimate has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn space(&self) -> &Space {
        &self.space
    }

    pub(crate) fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// Which local coordinates a formula of the parameters reads.
    pub(crate) fn read_by(&self, formula: &Graph) -> Vec<bool> {
        let mut read = vec![false; self.chains.len()];
        let mut from = 0;
        for (block, first) in self.space.blocks().iter().zip(&self.first_chain) {
            let own = from..from + block.names.len();
            from = own.end;
            let is_read =
                formula.nodes().iter().any(|n| matches!(n, Node::Parameter(i) if own.contains(&(*i as usize))));
            if let (Some(first), true) = (first, is_read) {
                read[*first..first + block.free_len()].fill(true);
            }
        }
        read
    }

    /// The linear predictors, each with the place of its first coefficient.
    pub(crate) fn predictors(&self) -> impl Iterator<Item = (usize, &Linear)> {
        self.chains.iter().filter_map(|chain| match chain {
            Chain::Linear { first, predictor } => Some((*first, predictor)),
            Chain::Global(_) => None,
        })
    }

    /// The domain of the parameter whose linear predictor has its first coefficient at this place.
    pub(crate) fn domain_of_predictor(&self, place: usize) -> &Domain {
        let is_it = |chain: &Chain| matches!(chain, Chain::Linear { first, .. } if *first == place);
        let chain = self.chains.iter().position(is_it).expect("a place that `predictors` gave");
        let starts = self.first_chain.iter().zip(self.space.blocks());
        let block = starts.rev().find(|(first, _)| first.is_some_and(|first| first <= chain));
        block.expect("a chain belongs to a block").1.domain()
    }

    pub(crate) fn has_predictors(&self) -> bool {
        self.chains.iter().any(|chain| matches!(chain, Chain::Linear { .. }))
    }

    /// The parameters that a density sees, from its local coordinates in the order of [`Coordinates::chains`].
    pub(crate) fn natural<S: Scalar>(&self, local: &[S]) -> Vec<S> {
        let mut natural = Vec::with_capacity(self.space.len());
        for (at, block) in self.space.blocks().iter().enumerate() {
            let leader = &self.space.blocks()[self.leader[at]];
            // What is tied to a linear predictor has its link.
            let scale = if leader.link().is_some() { leader } else { block };
            match (self.first_chain[at], &leader.binding) {
                (Some(first), _) => natural.extend(scale.natural(&local[first..first + block.free_len()])),
                (None, Binding::Known(values)) => natural.extend(values.iter().map(|&value| S::from(value))),
                (None, _) => unreachable!("only a known block has no coordinates"),
            }
        }
        natural
    }

    /// The local coordinates at these global ones, where no parameter varies by row: NaN where one does.
    pub(crate) fn local(&self, global: &[f64]) -> Vec<f64> {
        let local = self.chains.iter().map(|chain| match chain {
            Chain::Global(place) => global[*place],
            Chain::Linear { .. } => f64::NAN,
        });
        local.collect()
    }

    /// The global coordinates at which every row's parameters are `natural`, slopes 0; none outside the space.
    pub(crate) fn global(&self, natural: &[f64]) -> Option<Vec<f64>> {
        let mut global = vec![0.0; self.len];
        let mut rest = natural;
        for (at, block) in self.space.blocks().iter().enumerate() {
            let (own, after) = rest.split_at(block.names.len());
            rest = after;
            let Some(first) = self.first_chain[at].filter(|_| self.leader[at] == at) else {
                continue;
            };
            for (chain, value) in self.chains[first..].iter().zip(block.free(own)?) {
                match chain {
                    Chain::Global(place) => global[*place] = value,
                    Chain::Linear { first, predictor } if predictor.intercept => global[*first] = value,
                    Chain::Linear { .. } => {}
                }
            }
        }
        Some(global)
    }

    /// The names of what is estimated, in order: parameters under their own names, and coefficients, which carry the
    /// name of their parameter in front if more than one parameter has a predictor.
    pub(crate) fn reported_names(&self) -> Vec<String> {
        let several = self.has_several_predictors();
        let mut names = Vec::new();
        for (_, block) in self.reported_blocks() {
            let Binding::Linear(predictor) = &block.binding else {
                names.extend(block.names.iter().cloned());
                continue;
            };
            let dependent = block.names.len() - block.free_len();
            for parameter in &block.names[dependent..] {
                names.extend(predictor.coefficients().map(|name| coefficient_name(parameter, name, several)));
            }
        }
        names
    }

    /// Which of what is estimated has no value of its block at an end, in the order of their names.
    pub(crate) fn reported_inside(&self) -> Vec<bool> {
        let one = |(_, block): (usize, &Block)| match &block.binding {
            Binding::Linear(predictor) => vec![true; block.free_len() * predictor.coefficients().count()],
            binding => vec![!matches!(binding, Binding::Held(_)); block.names.len()],
        };
        self.reported_blocks().flat_map(one).collect()
    }

    /// Which of what is estimated are coefficients of covariates, in the order of their names.
    pub(crate) fn reported_slopes(&self) -> Vec<bool> {
        let mut slopes = Vec::new();
        for (_, block) in self.reported_blocks() {
            let Binding::Linear(predictor) = &block.binding else {
                slopes.extend(block.names.iter().map(|_| false));
                continue;
            };
            let own = predictor.intercept.then_some(false).into_iter().chain(predictor.columns.iter().map(|_| true));
            (0..block.free_len()).for_each(|_| slopes.extend(own.clone()));
        }
        slopes
    }

    fn has_several_predictors(&self) -> bool {
        let predictors = self.reported_blocks().filter(|(_, block)| matches!(block.binding, Binding::Linear(_)));
        predictors.map(|(_, block)| block.free_len()).sum::<usize>() > 1
    }

    /// For each global coordinate: what it is called, and what it means for the parameter to run to its lower and upper
    /// end.
    pub(crate) fn free_names(&self) -> Vec<FreeName> {
        let several = self.has_several_predictors();
        let mut names = vec![FreeName::default(); self.len];
        for (at, block) in self.reported_blocks() {
            let Some(first) = self.first_chain[at] else { continue };
            let dependent = block.names.len().saturating_sub(block.free_len());
            for (k, chain) in self.chains[first..first + block.free_len()].iter().enumerate() {
                let parameter = &block.names[dependent + k];
                match chain {
                    Chain::Global(place) => names[*place] = block.domain.free_name(parameter, &block.names[0]),
                    Chain::Linear { first, predictor } => {
                        for (place, coefficient) in (*first..).zip(predictor.coefficients()) {
                            let name = coefficient_name(parameter, coefficient, several);
                            names[place] = Domain::Real.free_name(&name, &name);
                        }
                    }
                }
            }
        }
        names
    }

    /// What each local coordinate is called, in the order of [`Coordinates::chains`].
    pub(crate) fn local_names(&self) -> Vec<String> {
        let mut names = vec![String::new(); self.chains.len()];
        for (block, first) in self.space.blocks().iter().zip(&self.first_chain) {
            let Some(first) = first else { continue };
            let dependent = block.names.len().saturating_sub(block.free_len());
            for (k, name) in names[*first..first + block.free_len()].iter_mut().enumerate() {
                if let Some(link) = block.link() {
                    *name = format!("{link} {}", block.names[0]);
                    continue;
                }
                *name = block.domain.free_name(&block.names[dependent + k], &block.names[0]).name;
            }
        }
        names
    }

    /// What is estimated, at these global coordinates, with the Jacobian by global coordinate, row by row.
    pub(crate) fn reported(&self, global: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (mut values, mut jacobian) = (Vec::new(), Vec::new());
        for (at, block) in self.reported_blocks() {
            let first = self.first_chain[at].expect("a reported block has coordinates");
            let unit = |place: usize| (0..self.len).map(|j| f64::from(j == place)).collect::<Vec<f64>>();
            match &self.chains.get(first) {
                Some(Chain::Linear { first, predictor }) => {
                    let places = *first..*first + block.free_len() * predictor.coefficients().count();
                    values.extend(&global[places.clone()]);
                    jacobian.extend(places.map(unit));
                }
                _ => {
                    let places: Vec<usize> = (first..first + block.free_len())
                        .map(|chain| match self.chains[chain] {
                            Chain::Global(place) => place,
                            Chain::Linear { .. } => {
                                unreachable!("a block is linear in all its coordinates or none")
                            }
                        })
                        .collect();
                    let free: Vec<f64> = places.iter().map(|&place| global[place]).collect();
                    let (natural, slopes) = natural_with_jacobian(block, &free);
                    values.extend(natural);
                    for slope in slopes {
                        let mut row = vec![0.0; self.len];
                        places.iter().zip(slope).for_each(|(&place, value)| row[place] = value);
                        jacobian.push(row);
                    }
                }
            }
        }
        (values, jacobian)
    }

    /// What is estimated, at these global coordinates, in any scalar.
    pub(crate) fn reported_values<S: Scalar>(&self, global: &[S]) -> Vec<S> {
        let mut values = Vec::new();
        for (at, block) in self.reported_blocks() {
            let first = self.first_chain[at].expect("a reported block has coordinates");
            match self.chains.get(first) {
                Some(Chain::Linear { first, predictor }) if block.free_len() > 0 => {
                    values.extend(&global[*first..*first + block.free_len() * predictor.coefficients().count()]);
                }
                _ => {
                    let place = |chain: usize| match &self.chains[chain] {
                        Chain::Global(place) | Chain::Linear { first: place, .. } => *place,
                    };
                    let own: Vec<S> = (first..first + block.free_len()).map(|chain| global[place(chain)]).collect();
                    values.extend(block.natural(&own));
                }
            }
        }
        values
    }

    /// The block of an estimated parameter, its place in the block, and the block's first global coordinate, if it has
    /// any; none for a coefficient.
    pub(crate) fn reported_parameter(&self, name: &str) -> Option<(&Block, usize, Option<usize>)> {
        let (at, block) = self.reported_blocks().find(|(_, block)| block.names.iter().any(|own| own == name))?;
        if matches!(block.binding, Binding::Linear(_)) {
            return None;
        }
        let place = block.names.iter().position(|own| own == name)?;
        let first = match self.chains.get(self.first_chain[at]?) {
            Some(Chain::Global(first)) if block.free_len() > 0 => Some(*first),
            _ => None,
        };
        Some((block, place, first))
    }

    /// What is estimated, by name, at these global coordinates.
    pub(crate) fn reported_point(&self, global: &[f64]) -> Vec<(String, f64)> {
        self.reported_names().into_iter().zip(self.reported(global).0).collect()
    }

    /// The names of the parameters that are held at an end of their domain.
    pub(crate) fn held(&self) -> Vec<String> {
        let held = self.space.blocks().iter().flat_map(|block| match &block.binding {
            Binding::Held(ends) => block.names.iter().zip(ends).filter(|(_, end)| end.is_some()).collect(),
            _ => vec![],
        });
        held.map(|(name, _)| name.clone()).collect()
    }

    /// The known parameters, with their values.
    pub(crate) fn known(&self) -> Vec<(String, f64)> {
        let known = self.space.blocks().iter().filter_map(|block| match &block.binding {
            Binding::Known(values) => Some(block.names.iter().cloned().zip(values.iter().copied())),
            _ => None,
        });
        known.flatten().collect()
    }

    fn reported_blocks(&self) -> impl Iterator<Item = (usize, &Block)> {
        let blocks = self.space.blocks().iter().enumerate();
        blocks.filter(|(at, _)| self.first_chain[*at].is_some() && self.leader[*at] == *at)
    }
}

/// A coefficient by its own name, after that of its parameter where several have coefficients.
fn coefficient_name(parameter: &str, coefficient: &str, several: bool) -> String {
    if several { format!("{parameter}:{coefficient}") } else { coefficient.to_string() }
}

fn tied_to(space: &Space, at: usize, name: &str) -> Result<usize> {
    let block = &space.blocks()[at];
    let wrong = |why: &str| Error::Model { message: format!("`{}` cannot be tied to `{name}`: {why}", block.names[0]) };
    let leader = space.blocks()[..at].iter().position(|other| other.names.iter().any(|n| n == name));
    let leader = leader.ok_or_else(|| wrong("there is no such parameter before it"))?;
    let other = &space.blocks()[leader];
    if other.domain != block.domain || other.names.len() != block.names.len() {
        return Err(wrong("their domains differ"));
    }
    if matches!(other.binding, Binding::Tied(_)) {
        return Err(wrong("that one is tied itself"));
    }
    Ok(leader)
}

/// The natural parameters of a block and their exact derivatives by its free coordinates.
fn natural_with_jacobian(block: &Block, free: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let natural = block.natural(free);
    let arena = Arena::new();
    let symbols: Vec<_> = (0..free.len() as u32).map(|i| arena.node(Node::Parameter(i))).collect();
    let ids = |expressions: &[Expr<'_>]| -> Vec<Id> {
        expressions.iter().map(|&e| arena.id_of(e).expect("a domain's map is complete")).collect()
    };
    let (parameters, outputs) = (ids(&symbols), ids(&block.natural(&symbols)));
    let mut builder = arena.into_builder();
    let gradients: Vec<Vec<Id>> = outputs.iter().map(|&output| builder.gradient(output, &parameters)).collect();
    let values = crate::program::evaluate(builder.nodes(), free);
    let jacobian = gradients.iter().map(|row| row.iter().map(|&id| values[id as usize]).collect()).collect();
    (natural, jacobian)
}
