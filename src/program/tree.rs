//! Sums over a fixed binary tree of blocks: the same bits whoever adds them up, and errors that grow with its depth only.

use super::CHUNK;

/// Rows in a leaf of the tree.
pub(crate) const BLOCK: usize = 16 * CHUNK;

/// Sums over rows that add up to the sums over more rows.
pub(crate) trait Merge {
    /// The sums over the rows of both.
    fn merge(self, other: Self) -> Self;
}

impl Merge for Vec<f64> {
    fn merge(mut self, other: Vec<f64>) -> Vec<f64> {
        self.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        self
    }
}

/// Adds up blocks in the order in which they come.
#[derive(Debug)]
pub(crate) struct Tree<T> {
    /// Finished subtrees of 2ᵏ blocks, largest first.
    subtrees: Vec<(u32, T)>,
}

impl<T: Merge> Tree<T> {
    pub(crate) fn new() -> Tree<T> {
        Tree { subtrees: Vec::new() }
    }

    pub(crate) fn push(&mut self, block: T) {
        let (mut level, mut sums) = (0, block);
        while self.subtrees.last().is_some_and(|(other, _)| *other == level) {
            let (_, left) = self.subtrees.pop().expect("it was just looked at");
            sums = left.merge(sums);
            level += 1;
        }
        self.subtrees.push((level, sums));
    }

    /// The sum of all blocks, or of none.
    pub(crate) fn total(self, nothing: T) -> T {
        self.subtrees.into_iter().rev().map(|(_, sums)| sums).reduce(|right, left| left.merge(right)).unwrap_or(nothing)
    }
}

/// The sum of a chunk, in eight interleaved parts.
pub(crate) fn lanes(values: impl Iterator<Item = f64>) -> f64 {
    let mut lanes = [0.0; 8];
    for (at, value) in values.enumerate() {
        lanes[at % 8] += value;
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_adds_every_block_once() {
        for blocks in 0..40_u32 {
            let mut tree = Tree::new();
            for k in 0..blocks {
                tree.push(vec![f64::from(k), 1.0]);
            }
            let expected = [f64::from(blocks * blocks.saturating_sub(1) / 2), f64::from(blocks)];
            assert_eq!(tree.total(vec![0.0; 2]), expected);
        }
    }
}
