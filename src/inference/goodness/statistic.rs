//! Distances between observations and their fitted law.

use crate::inference::residuals::{Place, Tails};

/// Which distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Distance {
    KolmogorovSmirnov,
    CramerVonMises,
    AndersonDarling,
}

impl Distance {
    /// Of numbers of continuous laws, at least one of them, in increasing order of their places.
    pub(super) fn of_numbers(self, places: &[Tails]) -> f64 {
        let n = places.len();
        let (count, cdf) = (n as f64, |i: usize| places[i].ln_cdf.exp());
        match self {
            Distance::KolmogorovSmirnov => {
                let gap = |i: usize| (cdf(i) - i as f64 / count).max((i as f64 + 1.0) / count - cdf(i));
                (0..n).map(gap).fold(0.0, f64::max)
            }
            Distance::CramerVonMises => {
                let square = |i: usize| (cdf(i) - (2.0 * i as f64 + 1.0) / (2.0 * count)).powi(2);
                1.0 / (12.0 * count) + (0..n).map(square).sum::<f64>()
            }
            Distance::AndersonDarling => {
                let term = |i: usize| (2.0 * i as f64 + 1.0) * (places[i].ln_cdf + places[n - 1 - i].ln_sf);
                -count - (0..n).map(term).sum::<f64>() / count
            }
        }
    }

    /// Of numbers some of which are right-censored, in increasing order of their places: the distance between the
    /// product-limit estimate of the law of F(X) and the uniform law, up to the last place (Koziol and Green, "A Cramér–von
    /// Mises statistic for randomly censored data", 1976).
    pub(super) fn of_right_censored(self, places: &[Place]) -> f64 {
        let total: f64 = places.iter().map(|place| place.count).sum();
        let (mut at_risk, mut survival, mut distance) = (total, 1.0, 0.0_f64);
        // ln u and ln(1 − u) where the estimate last changed.
        let mut from = (f64::NEG_INFINITY, 0.0);
        for (i, place) in places.iter().enumerate() {
            let is_event = place.below == place.to;
            let here = (place.below.ln_cdf, place.below.ln_sf);
            let is_last = i + 1 == places.len();
            if is_event || is_last {
                distance = self.longer(distance, total, 1.0 - survival, from, here);
                from = here;
            }
            if is_event {
                survival *= 1.0 - place.count / at_risk;
            }
            at_risk -= place.count;
            if is_last && survival <= 1e-12 {
                distance = self.longer(distance, total, 1.0, from, (0.0, f64::NEG_INFINITY));
            } else if is_last && self == Distance::KolmogorovSmirnov {
                distance = distance.max((1.0 - survival - here.0.exp()).abs());
            }
        }
        distance
    }

    /// A distance with what is between two places, where the estimate of the distribution function is `level`.
    fn longer(self, distance: f64, n: f64, level: f64, from: (f64, f64), to: (f64, f64)) -> f64 {
        let (a, b) = (from.0.exp(), to.0.exp());
        match self {
            Distance::KolmogorovSmirnov => distance.max((level - a).abs()).max((level - b).abs()),
            Distance::CramerVonMises => distance + n * ((level - a).powi(3) - (level - b).powi(3)) / 3.0,
            Distance::AndersonDarling => {
                // ∫ (c − u)²/(u(1 − u)) du = −u + c² ln u − (1 − c)² ln(1 − u).
                let part = |factor: f64, rise: f64| if factor == 0.0 { 0.0 } else { factor * factor * rise };
                let rises = part(level, to.0 - from.0) + part(1.0 - level, from.1 - to.1);
                distance + n * (rises - (b - a))
            }
        }
    }

    /// Of counts: how many observations of `n` are in each of the cells of a line and how many are expected (Choulakian,
    /// Lockhart and Stephens, "Cramér–von Mises statistics for discrete distributions", 1994).
    pub(super) fn of_counts(self, observed: &[f64], expected: &[f64], n: f64) -> f64 {
        let (mut gap, mut cumulated, mut distance) = (0.0, 0.0, 0.0_f64);
        for (o, e) in observed.iter().zip(expected) {
            gap += o - e;
            cumulated += e;
            let h = cumulated / n;
            match self {
                Distance::KolmogorovSmirnov => distance = distance.max(f64::abs(gap) / n),
                Distance::CramerVonMises => distance += gap * gap * e / (n * n),
                Distance::AndersonDarling if h > 0.0 && h < 1.0 - 1e-12 => {
                    distance += gap * gap * e / (n * n) / (h * (1.0 - h));
                }
                Distance::AndersonDarling => {}
            }
        }
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::Distance;
    use crate::data::Kind;
    use crate::inference::residuals::{Place, Tails};

    const ALL: [Distance; 3] = [Distance::KolmogorovSmirnov, Distance::CramerVonMises, Distance::AndersonDarling];

    fn place(u: f64, is_event: bool) -> Place {
        let here = Tails { ln_cdf: u.ln(), ln_sf: (-u).ln_1p() };
        let end = Tails { ln_cdf: 0.0, ln_sf: f64::NEG_INFINITY };
        let (kind, to) = if is_event { (Kind::Exact, here) } else { (Kind::After, end) };
        Place { kind, below: here, to, count: 1.0, row: 1 }
    }

    #[test]
    fn the_product_limit_estimate_without_censoring_is_the_empirical_law() {
        let places = [0.05, 0.2, 0.21, 0.5, 0.77, 0.93].map(|u| place(u, true));
        for distance in ALL {
            let (a, b) = (distance.of_numbers(&places.map(|place| place.to)), distance.of_right_censored(&places));
            assert!((a - b).abs() < 1e-13, "{distance:?} {a} {b}");
        }
    }

    #[test]
    fn censored_places_are_passed_by_a_sum_over_a_grid() {
        let places = [(0.1, true), (0.3, false), (0.4, true), (0.7, true), (0.8, false)].map(|(u, e)| place(u, e));
        // The product-limit estimate: 4/5, then 4/5 · 2/3, then 4/5 · 1/3.
        let level = |u: f64| match u {
            u if u < 0.1 => 0.0,
            u if u < 0.4 => 0.2,
            u if u < 0.7 => 1.0 - 0.8 * 2.0 / 3.0,
            _ => 1.0 - 0.8 / 3.0,
        };
        let cells = 800_000;
        let grid = || (0..cells).map(|i| (i as f64 + 0.5) / cells as f64 * 0.8);
        let width = 0.8 / cells as f64;
        let squares =
            |weight: fn(f64) -> f64| 5.0 * width * grid().map(|u| (level(u) - u).powi(2) * weight(u)).sum::<f64>();
        let expected = [
            grid().map(|u| (level(u) - u).abs()).fold(0.0, f64::max),
            squares(|_| 1.0),
            squares(|u| 1.0 / (u * (1.0 - u))),
        ];
        for (distance, expected) in ALL.into_iter().zip(expected) {
            let found = distance.of_right_censored(&places);
            assert!((found - expected).abs() < 2e-6, "{distance:?}: {found}, not {expected}");
        }
    }
}
