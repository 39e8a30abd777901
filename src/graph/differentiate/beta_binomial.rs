//! The derivatives of the beta-binomial distribution function by its shapes: further orders.

use crate::graph::{Builder, Id};
use crate::operation::Quaternary;
use crate::special::MOST_BETA_ORDERS;

impl Builder {
    /// Of the derivative of ln P(X ≤ x), `by_a` times by a and `by_b` times by b. It has none by counts.
    pub(super) fn slopes_of_beta_binomial(&mut self, by_a: u8, by_b: u8, arguments: [Id; 4]) -> [Id; 4] {
        let none = self.constant(f64::NAN);
        if by_a + by_b >= MOST_BETA_ORDERS {
            return [none; 4];
        }
        let further = |a, b| Quaternary::LnBetaBinomialCdf(by_a + a, by_b + b);
        [self.quaternary(further(1, 0), arguments), self.quaternary(further(0, 1), arguments), none, none]
    }
}
