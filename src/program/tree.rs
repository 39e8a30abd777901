//! Sums over a fixed binary tree of blocks: the same bits whoever adds them up, and errors that grow with its depth only.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::CHUNK;
use crate::threads::together;

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

    /// The sum of all blocks; none if there are none.
    pub(crate) fn total(self) -> Option<T> {
        self.subtrees.into_iter().rev().map(|(_, sums)| sums).reduce(|right, left| left.merge(right))
    }
}

/// Runs `run(state, from, to)` on every `stride`-th block of the rows, on so many threads, and adds up what it gives: the
/// same bits for any number of threads, because the tree of the blocks is the same. None if there are no rows.
pub(crate) fn blocks<S, T: Merge + Send>(
    rows: usize,
    stride: usize,
    threads: usize,
    state: impl Fn() -> S + Sync,
    run: impl Fn(&mut S, usize, usize) -> T + Sync,
) -> Option<T> {
    let count = rows.div_ceil(BLOCK).div_ceil(stride);
    let one = |state: &mut S, block: usize| {
        let from = block * stride * BLOCK;
        run(state, from, rows.min(from + BLOCK))
    };
    let mut tree = Tree::new();
    let threads = threads.clamp(1, count.max(1));
    if threads == 1 {
        let mut state = state();
        (0..count).for_each(|block| tree.push(one(&mut state, block)));
        return tree.total();
    }
    // Whoever is free takes the next block, so that a thread that wakes late, or is slow, holds up none.
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    together(threads, || {
        let (mut mine, mut own) = (None, Vec::new());
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= count {
                break;
            }
            own.push((block, one(mine.get_or_insert_with(&state), block)));
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut own);
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(block, _)| *block);
    done.into_iter().for_each(|(_, sums)| tree.push(sums));
    tree.total()
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
            assert_eq!(tree.total().unwrap_or_else(|| vec![0.0; 2]), expected);
        }
    }

    #[test]
    fn sums_are_the_same_bits_on_any_number_of_threads() {
        let values: Vec<f64> = (0..40 * BLOCK + 17).map(|k| (k as f64 * 0.7).sin()).collect();
        let sum = |threads: usize| {
            let sum =
                blocks(values.len(), 1, threads, || (), |(), from, to| vec![values[from..to].iter().sum::<f64>()]);
            sum.expect("there are rows")[0].to_bits()
        };
        for threads in [2, 3, 7, 41, 1000] {
            assert_eq!(sum(threads), sum(1), "{threads} threads");
        }
        assert!(blocks(0, 1, 4, || (), |(), _, _| vec![1.0]).is_none());
    }
}
