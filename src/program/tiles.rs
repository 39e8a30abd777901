//! Sums of products, twelve at a time: of each of three values with each of four, so that seven are read and not twenty-four.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    let mut places: HashMap<Operand, usize> = HashMap::new();
    let mut place = |operand: Operand| {
        *places.entry(operand).or_insert_with(|| {
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
    for (left, right) in Partners::of(&open, values.len()).rectangles() {
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

/// Up to three values, and up to four, the sums of whose products are taken together.
type Rectangle = (Vec<usize>, Vec<usize>);

/// For each value those with which it has a product whose sum is wanted and in no tile yet.
struct Partners(Vec<BTreeSet<usize>>);

impl Partners {
    fn of(open: &BTreeMap<(usize, usize), usize>, count: usize) -> Partners {
        let mut partners = Partners(vec![BTreeSet::new(); count]);
        for &(a, b) in open.keys() {
            partners.0[a].insert(b);
            partners.0[b].insert(a);
        }
        partners
    }

    /// The fullest first, then rows of the values that have most partners.
    fn rectangles(mut self) -> Vec<Rectangle> {
        let mut taken = vec![];
        let mut counts = Counts(vec![0; self.0.len()]);
        // What was found with a value is seldom exceeded later, for sums only go: it is looked for again when its turn comes.
        let mut most = vec![12; self.0.len()];
        for filled in (FEWEST..=12).rev() {
            for (first, most) in most.iter_mut().enumerate() {
                while *most == filled {
                    let (found, rectangle) = self.fullest_with(first, &mut counts);
                    *most = found.min(filled);
                    if found >= filled {
                        self.take(&rectangle);
                        taken.push(rectangle);
                    }
                }
            }
        }
        while let Some(longest) = (0..self.0.len()).rev().max_by_key(|&at| self.0[at].len())
            && self.0[longest].len() >= FEWEST_IN_ROW
        {
            let row = (vec![longest], self.0[longest].iter().copied().take(4).collect());
            self.take(&row);
            taken.push(row);
        }
        taken
    }

    fn take(&mut self, (left, right): &Rectangle) {
        for &a in left {
            for &b in right {
                self.0[a].remove(&b);
                self.0[b].remove(&a);
            }
        }
    }

    /// A value with up to two others and up to four partners of theirs such that many sums are wanted, and how many are.
    fn fullest_with(&self, first: usize, counts: &mut Counts) -> (usize, Rectangle) {
        let mut left = vec![first];
        while left.len() < 3 {
            let near = counts.of(left.iter().flat_map(|&at| &self.0[at]));
            // Those with most partners in common, of these the first.
            let mut common = counts.of(near.iter().flat_map(|&(at, _)| &self.0[at]));
            common.retain(|(other, _)| !left.contains(other));
            let Some(&(next, _)) = common.iter().max_by_key(|&&(other, shared)| (shared, Reverse(other))) else {
                break;
            };
            left.push(next);
        }
        let mut wanted = counts.of(left.iter().flat_map(|&at| &self.0[at]));
        wanted.sort_by_key(|&(at, times)| (Reverse(times), at));
        let right: Vec<usize> = wanted.iter().take(4).map(|&(at, _)| at).collect();
        // A pair that is in the tile twice is one sum.
        let pairs: BTreeSet<(usize, usize)> =
            left.iter().flat_map(|&a| right.iter().map(move |&b| (a.min(b), a.max(b)))).collect();
        let filled = pairs.iter().filter(|(a, b)| self.0[*a].contains(b)).count();
        (filled, (left, right))
    }
}

/// Counters, which are 0 between uses.
struct Counts(Vec<usize>);

impl Counts {
    /// The values in this list, in the order in which they are met, and how often.
    fn of<'v>(&mut self, list: impl Iterator<Item = &'v usize>) -> Vec<(usize, usize)> {
        let mut met = vec![];
        for &at in list {
            if self.0[at] == 0 {
                met.push((at, 0));
            }
            self.0[at] += 1;
        }
        met.iter_mut().for_each(|(at, times)| *times = std::mem::take(&mut self.0[*at]));
        met
    }
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

    #[test]
    fn sums_of_many_values_are_tiles() {
        // The sums of many values, and all products of some.
        let star: Vec<(usize, Option<usize>)> = (0..4000).map(|a| (a, None)).collect();
        let triangle: Vec<(usize, Option<usize>)> = (0..60).flat_map(|a| (a..60).map(move |b| (a, Some(b)))).collect();
        for (wanted, most) in [(star, 1000), (triangle, 190)] {
            let mut instructions = sums(&wanted);
            let tiles = tiles(&mut instructions);
            let in_tiles = tiles.iter().flat_map(|tile| tile.targets).flatten().count();
            assert!(in_tiles > wanted.len() - 60, "{in_tiles} of {}", wanted.len());
            assert!(tiles.len() <= most, "{} tiles of {} sums", tiles.len(), wanted.len());
        }
    }
}
