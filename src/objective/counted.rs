//! [`Counted`]: the data as their empirical distribution, distinct observations with counts.

use std::collections::HashMap;

use super::part::Part;

/// An observation that occurs in the data, once or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counted {
    /// How often it occurs: the sum of the weights of its rows.
    pub(crate) count: f64,
    /// Its log-density, in nats.
    pub(crate) ln_density: f64,
}

impl Part {
    /// The distinct observations in order of appearance, if rows do not differ in their parameters.
    pub(super) fn counted(&self, free: &[f64]) -> Vec<Counted> {
        let columns = &self.term.columns[..self.term.formula.columns()];
        let mut places: HashMap<Vec<u64>, usize> = HashMap::new();
        let (mut first_rows, mut counts) = (Vec::new(), Vec::new());
        let mut key = Vec::with_capacity(columns.len());
        for row in 0..self.term.rows() {
            key.clear();
            // Adding 0 makes 0 of −0: they are the same observation.
            key.extend(columns.iter().map(|column| (column[row] + 0.0).to_bits()));
            let place = places.get(key.as_slice()).copied().unwrap_or_else(|| {
                places.insert(key.clone(), counts.len());
                first_rows.push(row);
                counts.push(0.0);
                counts.len() - 1
            });
            counts[place] += self.term.weights.as_ref().map_or(1.0, |weights| weights[row]);
        }
        let ln_densities = self.ln_densities(free, &first_rows);
        counts.into_iter().zip(ln_densities).map(|(count, ln_density)| Counted { count, ln_density }).collect()
    }
}
