//! [`Adjoint`]: what reaches a node on the way back, kept apart by the conditions it came through.

use super::{Builder, Id};
use crate::operation::Binary;

/// A condition and whether it holds.
pub(super) type Outcome = (Id, bool);

/// The outcomes on which something counts, in order of their conditions; always, if there are none.
pub(super) type Mask = Vec<Outcome>;

/// `mask` and one outcome more; none if it can never count.
pub(super) fn narrowed(mask: &Mask, outcome: Option<Outcome>) -> Option<Mask> {
    let mut narrowed = mask.clone();
    if let Some((condition, holds)) = outcome {
        match mask.binary_search_by_key(&condition, |(condition, _)| *condition) {
            Ok(place) if mask[place].1 != holds => return None,
            Ok(_) => {}
            Err(place) => narrowed.insert(place, (condition, holds)),
        }
    }
    Some(narrowed)
}

/// More parts than this are not kept apart: their number could double with every step.
const MOST_PARTS: usize = 8;

/// ∂ root / ∂ node, as a sum of parts of which each counts under its own mask.
///
/// A part is multiplied on without its mask, so that it may be NaN where it does not count; [`Adjoint::total`] selects.
#[derive(Debug, Clone, Default)]
pub(super) struct Adjoint(Vec<(Mask, Id)>);

impl Adjoint {
    pub(super) fn into_parts(self) -> Vec<(Mask, Id)> {
        self.0
    }

    /// Adds what counts under `mask`. Parts of which one counts wherever the other does, or which complete each other,
    /// become one, so that there are as few as the formula needs.
    pub(super) fn add(&mut self, builder: &mut Builder, mask: Mask, weight: Id) {
        let (mut mask, mut weight) = (mask, weight);
        while let Some((place, common)) = self.0.iter().enumerate().find_map(|(place, (other, _))| {
            let common = joined(other, &mask, self.0.len() >= MOST_PARTS)?;
            Some((place, common))
        }) {
            let (other, before) = self.0.remove(place);
            let before = under(builder, &other, &common, before);
            let own = under(builder, &mask, &common, weight);
            (mask, weight) = (common, builder.binary(Binary::Add, before, own));
        }
        self.0.push((mask, weight));
    }

    /// The sum, 0 where nothing counts.
    pub(super) fn total(self, builder: &mut Builder) -> Id {
        let zero = builder.constant(0.0);
        self.0.into_iter().fold(zero, |sum, (mask, weight)| {
            let part = under(builder, &mask, &[], weight);
            builder.binary(Binary::Add, sum, part)
        })
    }
}

/// The mask under which two parts can be one; none if that would let one count where it does not.
fn joined(a: &[Outcome], b: &[Outcome], whatever: bool) -> Option<Mask> {
    let common: Mask = a.iter().filter(|outcome| b.contains(outcome)).copied().collect();
    let contained = common.len() == a.len() || common.len() == b.len();
    let one_apart = common.len() + 1 == a.len() && a.len() == b.len();
    let differs = |mask: &[Outcome]| mask.iter().find(|outcome| !common.contains(outcome)).map(|(id, _)| *id);
    let complementary = one_apart && differs(a) == differs(b);
    (contained || complementary || whatever).then_some(common)
}

/// `weight` where the outcomes that `mask` has beyond `common` are given, else 0.
fn under(builder: &mut Builder, mask: &[Outcome], common: &[Outcome], weight: Id) -> Id {
    let zero = builder.constant(0.0);
    mask.iter().rev().filter(|outcome| !common.contains(outcome)).fold(weight, |inner, &(condition, holds)| {
        if holds { builder.select(condition, inner, zero) } else { builder.select(condition, zero, inner) }
    })
}
