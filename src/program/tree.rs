//! Sums over a fixed binary tree of blocks: the same bits whoever adds them up, and errors that grow with its depth only.

use std::sync::{Mutex, PoisonError};

use super::CHUNK;
use crate::threads::together;

/// Rows in a leaf of the tree.
pub(crate) const BLOCK: usize = 16 * CHUNK;

/// A thread takes so many leaves at a time that all of them take about this often.
const TURNS: usize = 16;

/// Adds up blocks in the order in which they come, each so many sums. Kept between passes, so that they allocate nothing.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    width: usize,
    /// Of finished subtrees of 2ᵏ blocks, k, largest first, and their sums, one after the other.
    levels: Vec<u32>,
    sums: Vec<f64>,
}

impl Tree {
    /// Makes room for at most so many blocks.
    fn prepare(&mut self, width: usize, blocks: usize) {
        let depth = 2 + blocks.max(1).ilog2() as usize;
        self.width = width;
        self.levels.clear();
        self.levels.reserve(depth);
        self.sums.clear();
        self.sums.reserve(depth * width);
    }

    /// Adds a block whose sums `write` adds to zeros.
    fn push(&mut self, write: impl FnOnce(&mut [f64])) {
        let from = self.sums.len();
        self.sums.resize(from + self.width, 0.0);
        write(&mut self.sums[from..]);
        self.levels.push(0);
        while let [.., left, right] = self.levels[..]
            && left == right
        {
            self.add_last();
        }
    }

    /// Adds the last subtree to the one before it.
    fn add_last(&mut self) {
        let (level, last) = (self.levels.len() - 1, self.sums.len() - self.width);
        let (before, sums) = self.sums.split_at_mut(last);
        before[last - self.width..].iter_mut().zip(sums).for_each(|(left, right)| *left += *right);
        self.sums.truncate(last);
        self.levels.truncate(level);
        self.levels[level - 1] += 1;
    }

    /// The sums of all blocks; zeros if there are none. Then it is empty.
    fn take(&mut self, target: &mut [f64]) {
        while self.levels.len() > 1 {
            self.add_last();
        }
        target.fill(0.0);
        if self.levels.pop().is_some() {
            target.copy_from_slice(&self.sums);
        }
        self.sums.clear();
    }
}

/// Runs `run(state, from, to, sums)`, which adds to zeros, on every `stride`-th block of the rows, on so many threads, and adds
/// up these sums into `total`: the same bits for any number of threads, because the tree of the blocks is the same.
pub(crate) fn blocks<S>(
    rows: usize,
    stride: usize,
    threads: usize,
    tree: &mut Tree,
    total: &mut [f64],
    state: impl Fn() -> S + Sync,
    run: impl Fn(&mut S, usize, usize, &mut [f64]) + Sync,
) {
    let width = total.len();
    let count = rows.div_ceil(BLOCK).div_ceil(stride);
    let threads = threads.clamp(1, count.max(1));
    // A subtree of the whole tree.
    let share = if threads == 1 { count.max(1) } else { 1 << (count / (TURNS * threads)).max(1).ilog2() };
    let one = |state: &mut S, tree: &mut Tree, first: usize, target: &mut [f64]| {
        for block in first..count.min(first + share) {
            let from = block * stride * BLOCK;
            tree.push(|sums| run(state, from, rows.min(from + BLOCK), sums));
        }
        tree.take(target);
    };
    if threads == 1 {
        tree.prepare(width, count);
        return one(&mut state(), tree, 0, total);
    }
    // Whoever is free takes the next share, so that a thread that wakes late, or is slow, holds up none.
    let shares = count.div_ceil(share);
    let mut done = vec![0.0; shares * width];
    let rest = Mutex::new(done.chunks_mut(width).enumerate());
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
    together(threads, || {
        let mut mine = None;
        while let Some((at, target)) = next() {
            let (state, tree) = mine.get_or_insert_with(|| (state(), Tree::default()));
            tree.prepare(width, share);
            one(state, tree, at * share, target);
        }
    });
    tree.prepare(width, shares);
    done.chunks(width).for_each(|share| tree.push(|sums| sums.copy_from_slice(share)));
    tree.take(total);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_adds_every_block_once() {
        let mut tree = Tree::default();
        tree.prepare(2, 40);
        for blocks in 0..40_u32 {
            for k in 0..blocks {
                tree.push(|sums| sums.copy_from_slice(&[f64::from(k), 1.0]));
            }
            let mut total = [f64::NAN; 2];
            tree.take(&mut total);
            assert_eq!(total, [f64::from(blocks * blocks.saturating_sub(1) / 2), f64::from(blocks)]);
        }
    }

    #[test]
    fn sums_are_the_same_bits_on_any_number_of_threads() {
        for count in [1, 2, 40, 97, 1000] {
            let value = |row: usize| ((row / 64) as f64 * 0.7).sin();
            let rows = count * BLOCK + 17;
            let sums = |threads: usize| {
                let add = |_: &mut (), from: usize, to: usize, sums: &mut [f64]| {
                    let some = (from..to).step_by(512);
                    some.for_each(|row| sums.iter_mut().for_each(|sum| *sum += value(row)));
                };
                let mut total = [f64::NAN; 2];
                blocks(rows, 1, threads, &mut Tree::default(), &mut total, || (), add);
                total.map(f64::to_bits)
            };
            for threads in [2, 3, 7, 41, 1000] {
                assert_eq!(sums(threads), sums(1), "{count} blocks on {threads} threads");
            }
        }
        let mut total = [f64::NAN];
        blocks(0, 1, 4, &mut Tree::default(), &mut total, || (), |(), _, _, sums| sums[0] = 1.0);
        assert_eq!(total, [0.0]);
    }
}
