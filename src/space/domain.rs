//! [`Domain`]: where parameters may lie, and the map between free (unconstrained) and natural coordinates.

use std::fmt;

use crate::scalar::Scalar;

/// Where the parameters of a block may lie.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Domain {
    /// Any real number; free coordinate: itself.
    Real,
    /// Greater than 0; free coordinate: its logarithm.
    Positive,
    /// Greater than a number; free coordinate: the logarithm of its distance from it.
    Above {
        /// The lower end, excluded.
        lower: f64,
    },
    /// Between 0 and 1; free coordinate: its logit.
    Unit,
    /// Strictly between two numbers; free coordinate: the logit of its relative place.
    Interval {
        /// The lower end, excluded.
        lower: f64,
        /// The upper end, excluded.
        upper: f64,
    },
    /// Probabilities that sum to one; free coordinates: ln(pₖ / p₁), k ≥ 2.
    Simplex,
    /// A covariance matrix s_11, s_21, s_22, …; free coordinates: its Cholesky factor, the diagonal in logarithms.
    Covariance,
    /// Increasing real numbers; free coordinates: the first, then the logarithms of the steps.
    Ordered,
}

impl Domain {
    /// How many free coordinates a block of `len` parameters has.
    pub(crate) fn free_len(&self, len: usize) -> usize {
        match self {
            Domain::Simplex => len.saturating_sub(1),
            _ => len,
        }
    }

    /// The ends of what one of its parameters may be.
    pub(crate) fn ends(&self) -> (f64, f64) {
        match *self {
            Domain::Positive => (0.0, f64::INFINITY),
            Domain::Above { lower } => (lower, f64::INFINITY),
            Domain::Unit | Domain::Simplex => (0.0, 1.0),
            Domain::Interval { lower, upper } => (lower, upper),
            Domain::Real | Domain::Covariance | Domain::Ordered => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// From free to natural coordinates.
    pub(crate) fn natural<S: Scalar>(&self, free: &[S]) -> Vec<S> {
        match *self {
            Domain::Real => free.to_vec(),
            Domain::Positive => free.iter().map(|u| u.exp()).collect(),
            Domain::Above { lower } => free.iter().map(|u| u.exp() + lower).collect(),
            Domain::Unit => free.iter().map(|u| u.logistic()).collect(),
            Domain::Interval { lower, upper } => free.iter().map(|u| u.logistic() * (upper - lower) + lower).collect(),
            Domain::Simplex => {
                let scores: Vec<S> = std::iter::once(S::from(0.0)).chain(free.iter().copied()).collect();
                let total = S::log_sum_exp(&scores);
                scores.iter().map(|&score| (score - total).exp()).collect()
            }
            Domain::Covariance => {
                let factor = |i: usize, j: usize| {
                    let entry = free[i * (i + 1) / 2 + j];
                    if i == j { entry.exp() } else { entry }
                };
                let dimension = dimension_of(free.len());
                let entries = (0..dimension).flat_map(|i| (0..=i).map(move |j| (i, j)));
                entries.map(|(i, j)| (0..=j).fold(S::from(0.0), |sum, k| sum + factor(i, k) * factor(j, k))).collect()
            }
            Domain::Ordered => {
                let mut last = None;
                let step = |&u: &S| {
                    let next = last.map_or(u, |before: S| before + u.exp());
                    last = Some(next);
                    next
                };
                free.iter().map(step).collect()
            }
        }
    }

    /// From natural to free coordinates; none if the point is not strictly inside the domain.
    pub(crate) fn free(&self, natural: &[f64]) -> Option<Vec<f64>> {
        let free: Vec<f64> = match *self {
            Domain::Real => natural.to_vec(),
            Domain::Positive => natural.iter().map(|x| x.ln()).collect(),
            Domain::Above { lower } => natural.iter().map(|x| (x - lower).ln()).collect(),
            Domain::Unit => natural.iter().map(|x| x.ln() - (-x).ln_1p()).collect(),
            Domain::Interval { lower, upper } => natural.iter().map(|x| (x - lower).ln() - (upper - x).ln()).collect(),
            Domain::Simplex => {
                let total: f64 = natural.iter().sum();
                if (total - 1.0).abs() > 1e-9 || natural.iter().any(|p| *p <= 0.0) {
                    return None;
                }
                natural[1..].iter().map(|p| p.ln() - natural[0].ln()).collect()
            }
            Domain::Covariance => {
                let dimension = dimension_of(natural.len());
                let mut factor = vec![0.0; natural.len()];
                let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
                for i in 0..dimension {
                    for j in 0..=i {
                        let inner: f64 = (0..j).map(|k| factor[at(i, k)] * factor[at(j, k)]).sum();
                        let rest = natural[at(i, j)] - inner;
                        factor[at(i, j)] = if i == j { rest.sqrt() } else { rest / factor[at(j, j)] };
                    }
                }
                (0..dimension).for_each(|i| factor[at(i, i)] = factor[at(i, i)].ln());
                factor
            }
            Domain::Ordered => {
                let steps = natural.windows(2).map(|pair| (pair[1] - pair[0]).ln());
                natural.first().copied().into_iter().chain(steps).collect()
            }
        };
        free.iter().all(|u| u.is_finite()).then_some(free)
    }
}

/// What a free coordinate is called, and what happens to its parameter at its ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FreeName {
    pub(crate) name: String,
    pub(crate) ends: [String; 2],
    /// Whether it is a logarithm or a logit, in which a hundred is far; else it has the unit of the parameter.
    pub(crate) is_logarithm: bool,
}

impl Domain {
    /// The free coordinate of the parameter `name`; `first` is the first of its block.
    pub(crate) fn free_name(&self, name: &str, first: &str) -> FreeName {
        let (free, low, high) = match self {
            Domain::Real => (name.to_string(), "−∞".to_string(), "∞".to_string()),
            Domain::Positive => (format!("ln {name}"), "0".to_string(), "∞".to_string()),
            Domain::Above { lower } if *lower < 0.0 => {
                (format!("ln({name} + {})", -lower), lower.to_string(), "∞".to_string())
            }
            Domain::Above { lower } => (format!("ln({name} − {lower})"), lower.to_string(), "∞".to_string()),
            Domain::Unit => (format!("logit {name}"), "0".to_string(), "1".to_string()),
            Domain::Interval { lower, upper } => (format!("logit of {name}"), lower.to_string(), upper.to_string()),
            Domain::Simplex => (format!("ln({name}/{first})"), "0".to_string(), "1".to_string()),
            Domain::Covariance => (format!("Cholesky factor at {name}"), "a singular matrix".into(), "∞".to_string()),
            Domain::Ordered if name == first => (name.to_string(), "−∞".to_string(), "∞".to_string()),
            Domain::Ordered => (format!("ln of the step to {name}"), "its predecessor".to_string(), "∞".to_string()),
        };
        let is_logarithm = match self {
            Domain::Real | Domain::Covariance => false,
            Domain::Ordered => name != first,
            _ => true,
        };
        FreeName { name: free, ends: [low, high].map(|end| format!("{name} → {end}")), is_logarithm }
    }
}

/// d, where d(d + 1)/2 = `entries`.
fn dimension_of(entries: usize) -> usize {
    (0..).find(|d| d * (d + 1) / 2 >= entries).unwrap_or(0)
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Domain::Real => f.write_str("real"),
            Domain::Positive => f.write_str("> 0"),
            Domain::Above { lower } => write!(f, "> {lower}"),
            Domain::Unit => f.write_str("in (0, 1)"),
            Domain::Interval { lower, upper } => write!(f, "in ({lower}, {upper})"),
            Domain::Simplex => f.write_str("simplex"),
            Domain::Covariance => f.write_str("covariance matrix"),
            Domain::Ordered => f.write_str("increasing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_and_natural_invert_each_other() {
        let interval = Domain::Interval { lower: -2.0, upper: 5.0 };
        let cases: [(Domain, &[f64]); 9] = [
            (Domain::Real, &[-3.5]),
            (Domain::Above { lower: 1.0 }, &[1.5]),
            (Domain::Positive, &[1e-300]),
            (Domain::Positive, &[2.5]),
            (Domain::Unit, &[1e-12]),
            (interval, &[4.9]),
            (Domain::Simplex, &[0.2, 0.5, 0.3]),
            (Domain::Covariance, &[4.0, 1.0, 2.0, -0.5, 0.3, 1.5]),
            (Domain::Ordered, &[-1.0, 0.5, 7.0]),
        ];
        for (domain, natural) in cases {
            let free = domain.free(natural).expect("inside the domain");
            assert_eq!(free.len(), domain.free_len(natural.len()));
            for (back, value) in domain.natural(&free).iter().zip(natural) {
                assert!((back - value).abs() <= 1e-13 * value.abs(), "{domain}: {back} is not {value}");
            }
        }
    }

    #[test]
    fn points_outside_have_no_free_coordinates() {
        let cases: [(Domain, &[f64]); 9] = [
            (Domain::Real, &[f64::NAN]),
            (Domain::Above { lower: 1.0 }, &[1.0]),
            (Domain::Positive, &[0.0]),
            (Domain::Unit, &[1.0]),
            (Domain::Interval { lower: 0.0, upper: 1.0 }, &[1.5]),
            (Domain::Simplex, &[0.5, 0.6]),
            (Domain::Simplex, &[1.0, 0.0]),
            (Domain::Covariance, &[1.0, 2.0, 1.0]),
            (Domain::Ordered, &[1.0, 1.0]),
        ];
        for (domain, natural) in cases {
            assert_eq!(domain.free(natural), None, "{domain} at {natural:?}");
        }
    }
}
