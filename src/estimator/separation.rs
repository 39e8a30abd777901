//! Separation: rows that a linear predictor sets apart, so that its coefficients run to infinity.

use std::collections::BTreeSet;

use super::cone::{Separating, Span, Way, separating};
use super::{Hunt, ray};
use crate::error::{Error, Recession, Separation};
use crate::model::Model;
use crate::objective::Objective;
use crate::solver::Candidate;
use crate::space::{Domain, Linear};

/// A slope that is rounding, or has vanished far out, in nats by unit of the linear predictor.
const NO_SLOPE: f64 = 1e-9;

/// A linear predictor as rows of numbers of about the same size: centred, where an intercept can make up for it, and
/// scaled.
struct Design {
    /// One after another.
    rows: Vec<f64>,
    centres: Vec<f64>,
    scales: Vec<f64>,
    intercept: bool,
}

/// What is known of a row as its linear predictor goes far out both ways.
#[derive(Debug, Clone, Copy)]
struct Seen {
    least: f64,
    greatest: f64,
    /// Value and slope at the lowest predictor and at the highest; none where they are no numbers.
    ends: [Option<(f64, f64)>; 2],
}

impl<M: Model> Hunt<'_, M> {
    /// Why there is no finite estimate, if a linear predictor separates rows.
    pub(super) fn separated(&self, best: &Candidate) -> Option<Error> {
        let predictors: Vec<(usize, Linear)> =
            self.objective.coordinates().predictors().map(|(first, linear)| (first, linear.clone())).collect();
        let mut seen = BTreeSet::new();
        predictors.into_iter().filter(|(first, _)| seen.insert(*first)).find_map(|(first, linear)| {
            let rows = self.far_out(best, first);
            let ways: Vec<Way> = rows.iter().map(Seen::way).collect();
            let design = Design::of(&self.objective, &linear);
            let found = separating(&design.rows, design.width(), &ways)?;
            self.recession(best, first, &rows, &ways, &design, &found)
        })
    }

    /// Each row, with the linear predictor at places near and far on both sides and all else as it is.
    fn far_out(&self, best: &Candidate, first: usize) -> Vec<Seen> {
        let is_real = *self.objective.coordinates().domain_of_predictor(first) == Domain::Real;
        let unit = if is_real && self.sample.width() == 1 { self.sample.unit(0) } else { 1.0 };
        let sizes: Vec<f64> = (-3..=8).map(|power| unit * 2.0_f64.powi(power)).collect();
        let places: Vec<f64> = sizes.iter().rev().map(|size| -size).chain([0.0]).chain(sizes.iter().copied()).collect();
        let mut rows = vec![Seen::NOTHING; self.objective.rows()];
        for (at, &place) in places.iter().enumerate() {
            let there = self.objective.along_predictor(&best.free, first, place);
            for (row, (value, slope)) in rows.iter_mut().zip(there) {
                row.look(place, value, unit * slope, [at == 0, at + 1 == places.len()]);
            }
        }
        rows
    }

    /// The evidence, once the direction has been seen not to lower the log-likelihood.
    fn recession(
        &self,
        best: &Candidate,
        first: usize,
        rows: &[Seen],
        ways: &[Way],
        design: &Design,
        found: &Separating,
    ) -> Option<Error> {
        let coefficients = design.coefficients(&found.direction);
        let mut free = vec![0.0; best.free.len()];
        free[first..first + coefficients.len()].copy_from_slice(&coefficients);
        let along = |t: f64| -> Vec<f64> { best.free.iter().zip(&free).map(|(u, d)| u + t * d).collect() };
        let falls = |t: f64| {
            self.objective.slope(&along(t)).value
                < best.log_likelihood - 1e-6 * (self.objective.nat() + best.log_likelihood.abs())
        };
        if [0.25, 1.0, 4.0, 16.0].into_iter().any(falls) {
            return None;
        }
        let numbers = self.objective.row_numbers();
        let moved: BTreeSet<usize> = found.rows.iter().zip(&numbers).filter(|(is, _)| **is).map(|(_, n)| *n).collect();
        let tells = |i: usize| ways[i] != Way::Either;
        let is_complete = (0..ways.len()).all(|i| found.rows[i] || !tells(i));
        // What the rows that are left determine stays finite.
        let mut left = Span::default();
        for i in (0..ways.len()).filter(|&i| tells(i) && !found.rows[i]) {
            if left.add(design.row(i)) && left.dimension() == design.width() {
                break;
            }
        }
        let names = self.objective.coordinates().free_names();
        let own = &names[first..first + coefficients.len()];
        let is_finite = |k: &usize| {
            let asked = design.coefficient(*k);
            let size = asked.iter().map(|part| part * part).sum::<f64>();
            left.rest(&asked).iter().map(|part| part * part).sum::<f64>() <= 1e-18 * size
        };
        let finite = (0..own.len()).filter(is_finite).map(|k| own[k].name.clone()).collect();
        let separation = Separation { is_complete, rows: moved.into_iter().collect(), finite };
        let supremum = self.supremum(best, rows, ways, found);
        let recession = ray::recession(&self.objective, &self.model.name(), best, &free, supremum);
        Some(Error::NoFiniteEstimate(Box::new(Recession { separation: Some(separation), ..recession })))
    }

    /// What the log-likelihood tends to: the maximum over the rows that are not separated, and the separated ones far out.
    fn supremum(&self, best: &Candidate, rows: &[Seen], ways: &[Way], found: &Separating) -> f64 {
        let weights = self.objective.weights();
        let far = |i: usize| {
            let end = rows[i].ends[usize::from(ways[i] == Way::Up)];
            weights[i] * end.map_or(0.0, |(value, _)| value)
        };
        let separated: f64 = (0..ways.len()).filter(|&i| found.rows[i]).map(far).sum();
        let rest = self.objective.without(&found.rows).map_or(Ok(0.0), |rest| {
            self.settings.maximise(&rest, best.free.clone()).map(|candidate| candidate.log_likelihood)
        });
        let reached = best.log_likelihood;
        rest.map_or(reached, |rest| (rest + separated).max(reached)) + 0.0
    }
}

impl Seen {
    const NOTHING: Seen = Seen { least: f64::INFINITY, greatest: f64::NEG_INFINITY, ends: [None, None] };

    /// Takes note of value and slope at a place, which may be the lowest or the highest.
    fn look(&mut self, place: f64, value: f64, slope: f64, is_end: [bool; 2]) {
        // Where the likelihood has fallen to 0 there is a slope towards the middle, whatever its number.
        let is_zero = value == f64::NEG_INFINITY && place != 0.0;
        let slope = if is_zero { -f64::INFINITY.copysign(place) } else { slope };
        if slope.is_nan() {
            return;
        }
        (self.least, self.greatest) = (self.least.min(slope), self.greatest.max(slope));
        for (end, is_there) in self.ends.iter_mut().zip(is_end) {
            if is_there && value.is_finite() {
                *end = Some((value, slope));
            }
        }
    }

    /// The way in which the log-likelihood only rises, and towards a supremum.
    fn way(&self) -> Way {
        let vanishes = |end: usize| self.ends[end].is_some_and(|(_, slope)| slope.abs() <= NO_SLOPE);
        let (falls, rises) = (self.least < -NO_SLOPE, self.greatest > NO_SLOPE);
        match (falls, rises) {
            (false, false) => Way::Either,
            (false, true) if vanishes(1) => Way::Up,
            (true, false) if vanishes(0) => Way::Down,
            _ => Way::Neither,
        }
    }
}

impl Design {
    fn of(objective: &Objective, linear: &Linear) -> Design {
        let columns: Vec<Vec<f64>> = linear.columns.iter().map(|name| objective.covariate(name)).collect();
        let rows = objective.rows();
        let centre = |column: &Vec<f64>| {
            if linear.intercept { column.iter().map(|x| x / rows as f64).sum() } else { 0.0 }
        };
        let centres: Vec<f64> = columns.iter().map(centre).collect();
        let scale = |(column, centre): (&Vec<f64>, &f64)| {
            let greatest = column.iter().fold(0.0_f64, |most, x| most.max((x - centre).abs()));
            if greatest > 0.0 { greatest } else { 1.0 }
        };
        let scales: Vec<f64> = columns.iter().zip(&centres).map(scale).collect();
        let width = columns.len() + usize::from(linear.intercept);
        let mut flat = Vec::with_capacity(rows * width);
        for row in 0..rows {
            flat.extend(linear.intercept.then_some(1.0));
            flat.extend((0..columns.len()).map(|k| (columns[k][row] - centres[k]) / scales[k]));
        }
        Design { rows: flat, centres, scales, intercept: linear.intercept }
    }

    fn width(&self) -> usize {
        self.scales.len() + usize::from(self.intercept)
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.rows[i * self.width()..(i + 1) * self.width()]
    }

    /// The coefficient at this place as a linear function of a direction of these rows.
    fn coefficient(&self, place: usize) -> Vec<f64> {
        let skip = usize::from(self.intercept);
        let slope = |k: usize| (0..self.width()).map(move |j| if j == k + skip { 1.0 / self.scales[k] } else { 0.0 });
        if place >= skip {
            return slope(place - skip).collect();
        }
        std::iter::once(1.0).chain(self.centres.iter().zip(&self.scales).map(|(c, s)| -c / s)).collect()
    }

    /// A direction by coefficient, the greatest part 1; what is rounding is 0.
    fn coefficients(&self, direction: &[f64]) -> Vec<f64> {
        let part = |place: usize| -> f64 {
            let terms: Vec<f64> = self.coefficient(place).iter().zip(direction).map(|(c, d)| c * d).collect();
            let (sum, size) = (terms.iter().sum::<f64>(), terms.iter().map(|term| term.abs()).sum::<f64>());
            let greatest = direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
            let own = self.coefficient(place).iter().fold(0.0_f64, |most, c| most.max(c.abs()));
            if sum.abs() <= 1e-11 * size.max(greatest * own) { 0.0 } else { sum }
        };
        let parts: Vec<f64> = (0..self.width()).map(part).collect();
        let greatest = parts.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
        parts.into_iter().map(|part| part / greatest).collect()
    }
}
