//! Sums of products, twelve at a time: of each of three values with each of four, so that seven are read and not twenty-four.

use std::collections::{BTreeMap, BTreeSet};

use super::Operand;
use super::routine::{Action, Instruction, NONE};

/// Values whose products are summed; in place of one that is none stands 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile {
    pub(super) left: [Operand; 3],
    pub(super) right: [Operand; 4],
    /// The accumulator of left j and right k at 4 j + k, for those that are wanted.
    pub(super) targets: [Option<usize>; 12],
    /// Whether only the first of the three is one.
    pub(super) is_row: bool,
}

/// With fewer sums, a tile of three values and four is none, nor one of one value and four; each is added up by itself.
const FEWEST: usize = 6;
const FEWEST_IN_ROW: usize = 3;

/// Takes sums and sums of products out of the instructions, as many as fill tiles, each of which stands where the last of its
/// sums has stood: there what it reads has been computed.
pub(super) fn tiles(instructions: &mut [Instruction]) -> Vec<Tile> {
    let mut open: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut values: Vec<Operand> = vec![];
    let mut place = |operand: Operand| {
        values.iter().position(|other| *other == operand).unwrap_or_else(|| {
            values.push(operand);
            values.len() - 1
        })
    };
    let is_value = |operand: Operand| matches!(operand, Operand::Register(_) | Operand::Column(_));
    for (at, Instruction { action, arguments: [a, b, ..], .. }) in instructions.iter().enumerate() {
        let pair = match action {
            Action::Dot if is_value(*a) && is_value(*b) => (place(*a), place(*b)),
            Action::Sum if is_value(*a) => (place(*a), place(NONE)),
            _ => continue,
        };
        // Of equal sums, one.
        open.entry((pair.0.min(pair.1), pair.0.max(pair.1))).or_insert(at);
    }
    let mut tiles = vec![];
    while let Some((left, right)) = fullest(&open, values.len()) {
        let (first, is_row) = (values[left[0]], left.len() == 1);
        let mut tile = Tile { left: [first; 3], right: [values[right[0]]; 4], targets: [None; 12], is_row };
        let mut last = 0;
        for (j, &a) in left.iter().enumerate() {
            tile.left[j] = values[a];
            for (k, &b) in right.iter().enumerate() {
                tile.right[k] = values[b];
                if let Some(at) = open.remove(&(a.min(b), a.max(b))) {
                    tile.targets[4 * j + k] = Some(instructions[at].target);
                    instructions[at].action = Action::Nothing;
                    instructions[at].arguments = [NONE; 4];
                    last = last.max(at);
                }
            }
        }
        instructions[last] = Instruction { action: Action::Tile, arguments: [NONE; 4], target: tiles.len() };
        tiles.push(tile);
    }
    tiles
}

/// Up to three values and up to four such that most sums of their products are wanted, if these are not too few.
fn fullest(open: &BTreeMap<(usize, usize), usize>, count: usize) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut beside = vec![BTreeSet::new(); count];
    for &(a, b) in open.keys() {
        beside[a].insert(b);
        beside[b].insert(a);
    }
    let mut best: Option<(usize, Vec<usize>, Vec<usize>)> = None;
    for first in 0..count {
        let mut left = vec![first];
        while left.len() < 3 {
            let gain =
                |other: &usize| beside[*other].iter().filter(|at| left.iter().any(|j| beside[*j].contains(at))).count();
            let next =
                (0..count).filter(|other| !left.contains(other)).max_by_key(|other| (gain(other), count - other));
            left.extend(next);
            if next.is_none() {
                break;
            }
        }
        // Those that are beside most of them.
        let wanted = |at: usize| left.iter().filter(|j| beside[**j].contains(&at)).count();
        let mut right: Vec<usize> = (0..count).filter(|&at| wanted(at) > 0).collect();
        right.sort_by_key(|&at| (std::cmp::Reverse(wanted(at)), at));
        right.truncate(4);
        // A pair that is in the tile twice is one sum.
        let pairs: BTreeSet<(usize, usize)> =
            left.iter().flat_map(|&a| right.iter().map(move |&b| (a.min(b), a.max(b)))).collect();
        let filled = pairs.iter().filter(|pair| open.contains_key(pair)).count();
        if best.as_ref().is_none_or(|(most, ..)| filled > *most) {
            best = Some((filled, left, right));
        }
    }
    if best.as_ref().is_none_or(|(filled, ..)| *filled < FEWEST) {
        let longest = (0..count).max_by_key(|&at| (beside[at].len(), count - at))?;
        let right: Vec<usize> = beside[longest].iter().copied().take(4).collect();
        return (right.len() >= FEWEST_IN_ROW).then(|| (vec![longest], right));
    }
    best.map(|(_, left, right)| (left, right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(pairs: &[(usize, Option<usize>)]) -> Vec<Instruction> {
        // Values first, so that they have the numbers of registers.
        let value = Instruction { action: Action::Reciprocal, arguments: [NONE; 4], target: 0 };
        let sum = |(target, &(a, b)): (usize, &(usize, Option<usize>))| match b {
            Some(b) => Instruction {
                action: Action::Dot,
                arguments: [Operand::Register(a), Operand::Register(b), NONE, NONE],
                target,
            },
            None => Instruction { action: Action::Sum, arguments: [Operand::Register(a), NONE, NONE, NONE], target },
        };
        std::iter::repeat_n(value, 16).chain(pairs.iter().enumerate().map(sum)).collect()
    }

    #[test]
    fn every_sum_is_in_one_tile_or_by_itself() {
        let all: Vec<(usize, Option<usize>)> =
            (0..9).flat_map(|a| (a..9).map(move |b| (a, Some(b))).chain([(a, None)])).collect();
        for wanted in [&all[..], &all[..20], &all[..5], &all[3..44]] {
            let mut instructions = sums(wanted);
            let tiles = tiles(&mut instructions);
            let mut seen = vec![0; wanted.len()];
            for (at, instruction) in instructions.iter().enumerate() {
                match instruction.action {
                    Action::Dot | Action::Sum => seen[instruction.target] += 1,
                    Action::Tile => {
                        let tile = tiles[instruction.target];
                        for (slot, target) in tile.targets.iter().enumerate() {
                            let Some(target) = *target else { continue };
                            seen[target] += 1;
                            let operand = |at: Option<usize>| at.map_or(NONE, Operand::Register);
                            let pair = (operand(Some(wanted[target].0)), operand(wanted[target].1));
                            let (a, b) = (tile.left[slot / 4], tile.right[slot % 4]);
                            assert!(pair == (a, b) || pair == (b, a));
                            assert!(at >= 16 + target, "a tile stands behind its sums");
                        }
                    }
                    _ => {}
                }
            }
            assert!(seen.iter().all(|times| *times == 1), "{seen:?}");
            assert!(!tiles.is_empty());
            // What is left has no more than one or two others beside it.
            let left =
                instructions.iter().filter(|instruction| matches!(instruction.action, Action::Dot | Action::Sum));
            assert!(left.count() < 9);
        }
    }
}
