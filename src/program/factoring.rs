//! Which products of values are computed so that every other product is one multiplication of two that are there.

use std::collections::{BTreeMap, BTreeSet};

use super::polynomial::Monomial;

/// More products, or longer ones, are left to be found one after the other.
const MOST_PRODUCTS: usize = 2000;
const LONGEST: usize = 8;

/// Products to compute first, in this order, so that each of `wanted` is a value that is there, or the product of two. None if
/// there are too many. `known` are there already, as is each single factor.
///
/// Greedy: the next product is that which makes most of the others one multiplication, and is a factor of most.
pub(super) fn shared_products(wanted: &[&Monomial], known: impl Iterator<Item = Monomial>) -> Option<Vec<Monomial>> {
    if wanted.len() > MOST_PRODUCTS || wanted.iter().any(|monomial| monomial.len() > LONGEST) {
        return None;
    }
    let mut there: BTreeSet<Monomial> = known.collect();
    let mut chosen = vec![];
    let mut open: Vec<&Monomial> = wanted.to_vec();
    loop {
        open.retain(|monomial| !is_pair(monomial, &there));
        if open.is_empty() {
            return Some(chosen);
        }
        // How many become one multiplication with it, and of how many it is a factor.
        let mut gains: BTreeMap<Monomial, (usize, usize)> = BTreeMap::new();
        for monomial in &open {
            for (part, rest) in splits(monomial).filter(|(part, _)| part.len() > 1 && !there.contains(part)) {
                if is_pair(&part, &there) {
                    let gain = gains.entry(part.clone()).or_default();
                    gain.0 += usize::from(is_there(&rest, &there) || rest == part);
                    gain.1 += 1;
                }
            }
        }
        // Of equals, one that is wanted itself.
        let is_wanted = |part: &Monomial| wanted.contains(&part);
        let best =
            gains.into_iter().max_by_key(|(part, gain)| (*gain, is_wanted(part), std::cmp::Reverse(part.len())))?.0;
        there.insert(best.clone());
        chosen.push(best);
    }
}

fn is_there(monomial: &Monomial, there: &BTreeSet<Monomial>) -> bool {
    monomial.len() == 1 || there.contains(monomial)
}

/// Whether it is there, or the product of two that are.
fn is_pair(monomial: &Monomial, there: &BTreeSet<Monomial>) -> bool {
    let is_product = |(part, rest): (Monomial, Monomial)| is_there(&part, there) && is_there(&rest, there);
    is_there(monomial, there) || splits(monomial).any(is_product)
}

/// The ways to make two products of one, each part and what is left.
pub(super) fn splits(monomial: &Monomial) -> impl Iterator<Item = (Monomial, Monomial)> {
    // Of equal factors the first ones are taken.
    let subsets = 1..(1_u32 << monomial.len().min(31)) - 1;
    subsets.filter_map(move |subset| {
        let (mut part, mut rest) = (vec![], vec![]);
        for (at, &factor) in monomial.iter().enumerate() {
            if subset >> at & 1 == 0 {
                rest.push(factor);
            } else if rest.last() == Some(&factor) {
                return None;
            } else {
                part.push(factor);
            }
        }
        Some((part, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_all_there_are() {
        let of = |monomial: &[u32]| splits(&monomial.to_vec()).collect::<Vec<_>>();
        assert_eq!(of(&[1, 2]), [(vec![1], vec![2]), (vec![2], vec![1])]);
        assert_eq!(of(&[3, 3, 3]), [(vec![3], vec![3, 3]), (vec![3, 3], vec![3])]);
        assert_eq!(of(&[1, 1, 2]).len(), 4);
        assert_eq!(of(&[7]), []);
    }

    #[test]
    fn products_of_products_share_their_factors() {
        // rⱼ zⱼᵃ rₖ zₖᵇ of five components, a and b up to 1: five products rⱼ zⱼ are enough.
        let component = |j: u32, power: usize| [vec![j], vec![10 + j; power]].concat();
        let mut wanted = vec![];
        for (j, k) in (0..5).flat_map(|j| (0..=j).map(move |k| (j, k))) {
            for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let mut monomial = [component(j, a), component(k, b)].concat();
                monomial.sort_unstable();
                wanted.push(monomial);
            }
        }
        wanted.sort();
        wanted.dedup();
        let wanted: Vec<&Monomial> = wanted.iter().collect();
        let products = shared_products(&wanted, std::iter::empty()).expect("few");
        assert_eq!(products.len(), 5, "{products:?}");
        // What is there already is not chosen.
        assert!(shared_products(&wanted, products.into_iter()).expect("few").is_empty());
    }
}
