//! [`Polynomial`]: Σ coefficient · monomial, where coefficients depend on parameters alone and monomials are products of
//! values that vary by row.

use std::collections::BTreeMap;

use crate::graph::Id;

/// Factors that vary by row, ascending; one that occurs twice is squared.
pub(super) type Monomial = Vec<Id>;

/// The factors that are left of a product without these.
pub(super) fn without(monomial: &Monomial, part: &Monomial) -> Option<Monomial> {
    let mut rest = monomial.clone();
    for factor in part {
        let at = rest.binary_search(factor).ok()?;
        rest.remove(at);
    }
    Some(rest)
}

/// A sum of numbers times powers of values that are the same for all rows, by node.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Coefficient(pub(super) BTreeMap<Vec<(Id, i32)>, f64>);

impl Coefficient {
    pub(super) fn one() -> Coefficient {
        Coefficient::number(1.0)
    }

    /// 0 is the sum of none.
    pub(super) fn number(value: f64) -> Coefficient {
        Coefficient((value != 0.0).then_some((vec![], value)).into_iter().collect())
    }

    pub(super) fn value_of(id: Id) -> Coefficient {
        Coefficient(BTreeMap::from([(vec![(id, 1)], 1.0)]))
    }

    /// Adds another of this sign. What cancels is gone.
    fn add(&mut self, other: &Coefficient, sign: f64) {
        for (powers, number) in &other.0 {
            let sum = self.0.get(powers).copied().unwrap_or(0.0) + sign * number;
            if sum == 0.0 {
                self.0.remove(powers);
            } else {
                self.0.insert(powers.clone(), sum);
            }
        }
    }

    /// What overflows or underflows is NaN: it is not gone.
    pub(super) fn times(&self, other: &Coefficient) -> Coefficient {
        let mut product = Coefficient::default();
        for (left, x) in &self.0 {
            for (right, y) in &other.0 {
                let mut powers: BTreeMap<Id, i32> = left.iter().copied().collect();
                right.iter().for_each(|(id, power)| *powers.entry(*id).or_default() += power);
                let powers = powers.into_iter().filter(|(_, power)| *power != 0).collect();
                let number = if (x * y).is_normal() { x * y } else { f64::NAN };
                product.add(&Coefficient(BTreeMap::from([(powers, number)])), 1.0);
            }
        }
        product
    }

    /// 1 / this, if it is one product.
    pub(super) fn reciprocal(&self) -> Option<Coefficient> {
        let (powers, number) = self.0.first_key_value().filter(|_| self.0.len() == 1)?;
        let inverse = 1.0 / number;
        // By a power of 2 only that is exact; a number is divided by where it stands else.
        let powers = powers.iter().map(|(id, power)| (*id, -power)).collect();
        inverse.is_normal().then(|| Coefficient(BTreeMap::from([(powers, inverse)])))
    }

    /// Whether no number in it was too large or too small.
    pub(super) fn is_finite(&self) -> bool {
        self.0.values().all(|number| number.is_finite())
    }

    /// Its value, given those of the nodes.
    pub(super) fn value(&self, scalars: &[f64]) -> f64 {
        let product = |(powers, number): (&Vec<(Id, i32)>, &f64)| {
            powers.iter().fold(*number, |product, &(id, power)| product * scalars[id as usize].powi(power))
        };
        self.0.iter().map(product).sum()
    }
}

/// Σ coefficient · monomial
#[derive(Debug, Clone, Default)]
pub(super) struct Polynomial(pub(super) BTreeMap<Monomial, Coefficient>);

impl Polynomial {
    pub(super) fn constant(coefficient: Coefficient) -> Polynomial {
        Polynomial::of(vec![], coefficient)
    }

    pub(super) fn row(id: Id) -> Polynomial {
        Polynomial::of(vec![id], Coefficient::one())
    }

    pub(super) fn of(monomial: Monomial, coefficient: Coefficient) -> Polynomial {
        let mut polynomial = Polynomial::default();
        polynomial.add_term(&monomial, &coefficient, 1.0);
        polynomial
    }

    pub(super) fn add_term(&mut self, monomial: &Monomial, coefficient: &Coefficient, sign: f64) {
        let sum = self.0.entry(monomial.clone()).or_default();
        sum.add(coefficient, sign);
        if sum.0.is_empty() {
            self.0.remove(monomial);
        }
    }

    pub(super) fn plus(mut self, other: &Polynomial, sign: f64) -> Polynomial {
        other.0.iter().for_each(|(monomial, coefficient)| self.add_term(monomial, coefficient, sign));
        self
    }

    pub(super) fn times(&self, other: &Polynomial) -> Polynomial {
        let mut product = Polynomial::default();
        for (left, x) in &self.0 {
            for (right, y) in &other.0 {
                let mut monomial = [left.as_slice(), right].concat();
                monomial.sort_unstable();
                product.add_term(&monomial, &x.times(y), 1.0);
            }
        }
        product
    }

    pub(super) fn negated(&self) -> Polynomial {
        Polynomial::default().plus(self, -1.0)
    }

    /// The only term, if there is one only.
    pub(super) fn term(&self) -> Option<(&Monomial, &Coefficient)> {
        self.0.first_key_value().filter(|_| self.0.len() == 1)
    }
}
