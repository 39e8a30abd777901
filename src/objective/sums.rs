//! [`Sums`]: a log-likelihood with its derivatives, as sums over rows that can be merged.

/// The value, gradient and Hessian of a part of a log-likelihood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    /// Row by row, symmetric.
    pub(crate) hessian: Vec<f64>,
}

impl Sums {
    pub(crate) fn zero(len: usize) -> Sums {
        Sums { value: 0.0, gradient: vec![0.0; len], hessian: vec![0.0; len * len] }
    }

    /// The sums over the rows of both.
    pub(crate) fn merge(mut self, other: Sums) -> Sums {
        self.value += other.value;
        self.gradient.iter_mut().zip(other.gradient).for_each(|(a, b)| *a += b);
        self.hessian.iter_mut().zip(other.hessian).for_each(|(a, b)| *a += b);
        self
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().chain(&self.hessian).all(|x| x.is_finite())
    }
}

/// Adds up blocks over a fixed binary tree: the result depends on the blocks alone, and errors grow with its depth only.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Finished subtrees of 2ᵏ blocks, largest first.
    subtrees: Vec<(u32, Sums)>,
}

impl Tree {
    pub(crate) fn push(&mut self, block: Sums) {
        let (mut level, mut sums) = (0, block);
        while self.subtrees.last().is_some_and(|(other, _)| *other == level) {
            let (_, left) = self.subtrees.pop().expect("it was just looked at");
            sums = left.merge(sums);
            level += 1;
        }
        self.subtrees.push((level, sums));
    }

    pub(crate) fn total(self, len: usize) -> Sums {
        let zero = Sums::zero(len);
        self.subtrees.into_iter().rev().map(|(_, sums)| sums).reduce(|right, left| left.merge(right)).unwrap_or(zero)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_adds_every_block_once() {
        for blocks in 0..40_u32 {
            let mut tree = Tree::default();
            for k in 0..blocks {
                tree.push(Sums { value: f64::from(k), gradient: vec![1.0], hessian: vec![2.0] });
            }
            let total = tree.total(1);
            assert_eq!(total.value, f64::from(blocks * blocks.saturating_sub(1) / 2));
            assert_eq!((total.gradient[0], total.hessian[0]), (f64::from(blocks), f64::from(2 * blocks)));
        }
    }
}
