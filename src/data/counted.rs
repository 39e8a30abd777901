//! Counted data: p̂ made literal. Equal rows become one, with the sum of their weights.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Beside, Term, Weights};

impl Term {
    /// Whether equal rows may be counted before anything else: they are discrete, and nothing else tells them apart.
    pub(crate) fn is_countable(&self) -> bool {
        self.is_discrete
            && self.covariates.is_empty()
            && self.beside == Beside::Nothing
            && !matches!(self.weights, Weights::Sampling(_))
    }

    /// The distinct rows in order of appearance, each with the sum of the weights of its equals.
    pub(crate) fn counted(&self) -> Term {
        let mut places = Places::new(self.columns.len());
        let (mut first_rows, mut counts) = (Vec::new(), Vec::new());
        let mut key = Vec::with_capacity(self.columns.len());
        for row in 0..self.rows() {
            key.clear();
            // Adding 0 makes 0 of −0: they are the same observation.
            key.extend(self.columns.iter().map(|column| column[row] + 0.0));
            let place = places.of(&key, counts.len());
            if place == counts.len() {
                first_rows.push(row);
                counts.push(0.0);
            }
            counts[place] += self.weights.at(row);
        }
        Term { weights: Weights::Frequency(Arc::new(counts)), ..self.select(&first_rows) }
    }
}

/// Where each distinct row is counted.
struct Places {
    /// For a single small integer, by its value: no hashing.
    small: Vec<u32>,
    others: HashMap<Vec<u64>, usize>,
}

/// Values below this are looked up directly.
const SMALL: f64 = 65_536.0;

const NOWHERE: u32 = u32::MAX;

impl Places {
    fn new(width: usize) -> Places {
        Places { small: if width == 1 { vec![NOWHERE; SMALL as usize] } else { vec![] }, others: HashMap::new() }
    }

    /// The place of a row; `next` if it is new.
    fn of(&mut self, row: &[f64], next: usize) -> usize {
        if let &[value] = row
            && (0.0..SMALL).contains(&value)
            && value.fract() == 0.0
        {
            let place = &mut self.small[value as usize];
            if *place == NOWHERE {
                *place = next as u32;
            }
            return *place as usize;
        }
        let key: Vec<u64> = row.iter().map(|value| value.to_bits()).collect();
        *self.others.entry(key).or_insert(next)
    }
}
