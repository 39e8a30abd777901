//! [`Support`]: which observations a model can have produced, whatever its parameters.

use std::fmt;

use crate::data::Values;
use crate::program::all_inside;

/// Which observations a model can have produced: a range for each of its columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Support {
    ranges: Vec<Range>,
    joint: Joint,
}

/// What holds of the columns together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum Joint {
    #[default]
    Nothing,
    /// They are successes and trials, of which there are not fewer.
    Trials,
    /// They sum to 1.
    Shares,
    /// Their squares sum to 1.
    Direction,
    /// Their sum is known.
    Total,
}

/// How far from 1 a sum may be that is 1 but for rounding, also of values that were written down with few digits.
const ROUNDED: f64 = 1e-6;

/// So many integers are few.
const MOST_ALTERNATIVES: f64 = 64.0;

/// Values that are checked at a time.
const BLOCK: usize = 4096;

/// The values that one column may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    lower: f64,
    upper: f64,
    /// Whether the ends belong to the range. Infinite ends never do.
    closed: (bool, bool),
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Real,
    /// Radians: what differs by 2π is one direction.
    Angle,
    Integer,
    Levels(Vec<String>),
}

impl Range {
    /// Every real number.
    pub const REAL: Range = Range::real(f64::NEG_INFINITY, f64::INFINITY, (false, false));
    /// Angles in radians, of any number of turns.
    pub const ANGLES: Range =
        Range { lower: f64::NEG_INFINITY, upper: f64::INFINITY, closed: (false, false), kind: Kind::Angle };
    /// x > 0
    pub const POSITIVE: Range = Range::real(0.0, f64::INFINITY, (false, false));
    /// x ≥ 0
    pub const NON_NEGATIVE: Range = Range::real(0.0, f64::INFINITY, (true, false));
    /// 0 < x < 1
    pub const UNIT: Range = Range::real(0.0, 1.0, (false, false));
    /// 0, 1, 2, …
    pub const COUNTS: Range = Range { lower: 0.0, upper: f64::INFINITY, closed: (true, false), kind: Kind::Integer };

    /// The real numbers between `lower` and `upper`; `closed` says which ends belong.
    pub const fn real(lower: f64, upper: f64, closed: (bool, bool)) -> Range {
        Range { lower, upper, closed, kind: Kind::Real }
    }

    /// The integers from `lower` to `upper`, both included; `upper` may be infinite.
    pub fn integers(lower: f64, upper: f64) -> Range {
        Range { lower, upper, closed: (true, upper.is_finite()), kind: Kind::Integer }
    }

    /// These categories.
    pub fn levels<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Range {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        Range { kind: Kind::Levels(names.clone()), ..Range::integers(0.0, names.len() as f64 - 1.0) }
    }

    /// Whether the range holds `value`. NaN and infinities are in no range.
    pub fn contains(&self, value: f64) -> bool {
        let above = if self.closed.0 { value >= self.lower } else { value > self.lower };
        let below = if self.closed.1 { value <= self.upper } else { value < self.upper };
        above && below && value.is_finite() && (!self.is_integer() || value == value.trunc())
    }

    /// The place of the first of these values that the range does not hold.
    pub(crate) fn first_outside(&self, values: &[f64]) -> Option<usize> {
        let (least, greatest) = self.ends_inside();
        let holds = |block: &[f64]| all_inside(block, least, greatest, self.is_integer());
        let block = values.chunks(BLOCK).position(|block| !holds(block))?;
        values[block * BLOCK..].iter().position(|&x| !self.contains(x)).map(|at| block * BLOCK + at)
    }

    /// The same, where the least and the greatest of them are wanted for more.
    pub(crate) fn first_outside_of(&self, values: &Values) -> Option<usize> {
        let (least, greatest) = self.ends_inside();
        if !self.is_integer() {
            let found = values.extremes();
            if !found.has_nan && (values.is_empty() || (found.least >= least && found.greatest <= greatest)) {
                return None;
            }
        }
        self.first_outside(values)
    }

    /// The ends as numbers that belong, so that comparing with them refuses infinities and NaN too.
    fn ends_inside(&self) -> (f64, f64) {
        let belongs = |end: f64, is_closed: bool, next: f64| if is_closed && end.is_finite() { end } else { next };
        let least = belongs(self.lower, self.closed.0, self.lower.next_up());
        (least, belongs(self.upper, self.closed.1, self.upper.next_down()))
    }

    /// The part of the range that lies in `lower` ≤ x ≤ `upper`.
    pub(crate) fn within(&self, lower: f64, upper: f64) -> Range {
        let mut part = self.clone();
        if lower > part.lower {
            (part.lower, part.closed.0) = (lower, true);
        }
        if upper < part.upper {
            (part.upper, part.closed.1) = (upper, true);
        }
        part
    }

    /// The least range that holds this one and the other, of the same kind.
    fn or(&self, other: &Range) -> Range {
        let mut all = self.clone();
        if self.narrower_below(other) {
            (all.lower, all.closed.0) = (other.lower, other.closed.0);
        }
        if self.narrower_above(other) {
            (all.upper, all.closed.1) = (other.upper, other.closed.1);
        }
        all
    }

    /// Whether it begins above where the other does.
    pub(crate) fn narrower_below(&self, other: &Range) -> bool {
        self.lower > other.lower || (self.lower == other.lower && other.closed.0 && !self.closed.0)
    }

    /// Whether it ends below where the other does.
    pub(crate) fn narrower_above(&self, other: &Range) -> bool {
        self.upper < other.upper || (self.upper == other.upper && other.closed.1 && !self.closed.1)
    }

    /// Whether a density may be infinite or 0 at an end that belongs to the range.
    pub(crate) fn has_end(&self) -> bool {
        self.kind == Kind::Real && (self.closed.0 || self.closed.1)
    }

    /// Some other values that it holds: all of them, if they are few integers.
    fn others(&self, x: f64) -> Vec<f64> {
        let near = |step: &f64| x + step * (1.0 + x.abs());
        let inside: Vec<f64> = match (self.is_integer(), self.lower.is_finite(), self.upper.is_finite()) {
            (true, true, true) if self.upper - self.lower <= MOST_ALTERNATIVES => {
                (0..=(self.upper - self.lower) as u32).map(|k| self.lower + f64::from(k)).collect()
            }
            (true, is_bounded, _) => {
                let from = if is_bounded { self.lower } else { 0.0 };
                [0.0, 1.0, 2.0, 5.0].iter().map(|step| from + step).chain([x - 1.0, x + 1.0, x + 3.0]).collect()
            }
            (false, true, true) => {
                [0.1, 0.3, 0.45, 0.8].map(|part| self.lower + part * (self.upper - self.lower)).into()
            }
            (false, true, false) => {
                [0.3, 1.0, 2.5].map(|step| self.lower + step * (1.0 + (x - self.lower).abs())).into()
            }
            (false, false, true) => {
                [0.3, 1.0, 2.5].map(|step| self.upper - step * (1.0 + (self.upper - x).abs())).into()
            }
            (false, false, false) => [-1.3, -0.4, 0.7, 2.1].iter().map(near).chain([-0.6, 0.4, 1.7]).collect(),
        };
        inside.into_iter().filter(|other| *other != x && self.contains(*other)).collect()
    }

    /// The lower end.
    pub fn lower(&self) -> f64 {
        self.lower
    }

    /// The upper end.
    pub fn upper(&self) -> f64 {
        self.upper
    }

    /// Whether only integers belong.
    pub fn is_integer(&self) -> bool {
        !matches!(self.kind, Kind::Real | Kind::Angle)
    }

    /// Whether its numbers are angles in radians: a density integrates to one over a turn.
    pub fn is_angle(&self) -> bool {
        self.kind == Kind::Angle
    }

    /// The categories, if that is what the column holds.
    pub fn level_names(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Levels(names) => Some(names),
            _ => None,
        }
    }
}

impl Support {
    /// A range for each column.
    pub fn new(ranges: Vec<Range>) -> Support {
        Support { ranges, joint: Joint::Nothing }
    }

    /// The range of the only column.
    pub fn one(range: Range) -> Support {
        Support::new(vec![range])
    }

    /// Two columns of counts: successes, and the trials that they are of.
    pub fn trials() -> Support {
        Support { ranges: vec![Range::COUNTS; 2], joint: Joint::Trials }
    }

    /// `columns` counts of the outcomes of trials, whose number, the sum of the counts, is known.
    pub fn outcomes(columns: usize) -> Support {
        Support { ranges: vec![Range::COUNTS; columns], joint: Joint::Total }
    }

    /// `columns` shares of a whole: positive numbers that sum to 1.
    pub fn shares(columns: usize) -> Support {
        Support { ranges: vec![Range::UNIT; columns], joint: Joint::Shares }
    }

    /// Directions: vectors of `columns` coordinates whose squares sum to 1.
    pub fn directions(columns: usize) -> Support {
        Support { ranges: vec![Range::real(-1.0, 1.0, (true, true)); columns], joint: Joint::Direction }
    }

    /// A range for each column.
    pub fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// How many columns an observation has.
    pub fn width(&self) -> usize {
        self.ranges.len()
    }

    /// Whether every column holds integers or categories: then an observation has a probability, not a density.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// assert!(Poisson.support().is_discrete());
    /// assert!(!Normal.support().is_discrete());
    /// ```
    pub fn is_discrete(&self) -> bool {
        !self.ranges.is_empty() && self.ranges.iter().all(Range::is_integer)
    }

    /// Whether the columns are successes and the trials that they are of.
    pub(crate) fn is_trials(&self) -> bool {
        self.joint == Joint::Trials
    }

    /// Whether the columns sum to 1.
    pub(crate) fn is_shares(&self) -> bool {
        self.joint == Joint::Shares
    }

    /// Whether the squares of the columns sum to 1.
    pub(crate) fn is_directions(&self) -> bool {
        self.joint == Joint::Direction
    }

    /// What this support or the other, which is like it, allows.
    pub(crate) fn or(&self, other: &Support) -> Support {
        let ranges = self.ranges.iter().zip(&other.ranges).map(|(own, other)| own.or(other)).collect();
        Support { ranges, joint: if self.joint == other.joint { self.joint } else { Joint::Nothing } }
    }

    /// What a density of these observations is of, for people. Densities of the same have a common unit.
    pub(crate) fn measure(&self) -> String {
        let kind = |range: &Range| match range {
            range if range.is_integer() => "probabilities",
            range if range.is_angle() => "densities of angles",
            _ => "densities of numbers",
        };
        match self.joint {
            Joint::Shares => return "densities of shares of a whole".to_string(),
            Joint::Direction => return "densities of directions".to_string(),
            Joint::Nothing | Joint::Trials | Joint::Total => {}
        }
        let kinds: Vec<&str> = self.ranges.iter().map(kind).collect();
        match kinds.split_first() {
            None => "probabilities".to_string(),
            Some((first, rest)) if rest.iter().all(|kind| kind == first) => first.to_string(),
            // Column by column.
            _ => kinds.join(" × "),
        }
    }

    /// Whether both describe observations of one kind: as many columns, each of real numbers, of integers, or of the same
    /// levels in both.
    pub(crate) fn is_like(&self, other: &Support) -> bool {
        let alike = |(a, b): (&Range, &Range)| a.kind == b.kind;
        self.width() == other.width() && self.ranges.iter().zip(&other.ranges).all(alike)
    }

    /// The first row, from 0, whose values are each in range but not together, and its text.
    pub(crate) fn first_contradiction(&self, columns: &[Values]) -> Option<(usize, String)> {
        let rows = columns.first().map_or(0, |column| column.len());
        let sum = |row: usize, f: fn(f64) -> f64| columns.iter().map(|column| f(column[row])).sum::<f64>();
        (0..rows).find_map(|row| {
            let text = match self.joint {
                Joint::Nothing | Joint::Total => return None,
                Joint::Trials => {
                    let (x, m) = (columns[0][row], columns[1][row]);
                    (x > m).then(|| format!("{x} of {m}"))
                }
                Joint::Shares => {
                    let sum = sum(row, |x| x);
                    ((sum - 1.0).abs() > ROUNDED).then(|| format!("a sum of {sum}"))
                }
                Joint::Direction => {
                    let length = sum(row, |x| x * x).sqrt();
                    ((length - 1.0).abs() > ROUNDED).then(|| format!("a length of {length}"))
                }
            };
            text.map(|text| (row, text))
        })
    }

    /// Other observations that could have been made in place of this one; what is known of it beforehand, as a number of
    /// trials, they keep.
    pub(crate) fn alternatives(&self, row: &[f64]) -> Vec<Vec<f64>> {
        match self.joint {
            Joint::Nothing => {
                let each: Vec<Vec<f64>> = self.ranges.iter().zip(row).map(|(range, x)| range.others(*x)).collect();
                let one = (0..row.len()).flat_map(|k| each[k].iter().map(move |x| (k, *x)));
                let one =
                    one.map(|(k, x)| row.iter().enumerate().map(|(j, own)| if j == k { x } else { *own }).collect());
                let most = each.iter().map(Vec::len).max().unwrap_or(0);
                let all = (0..most).map(|at| each.iter().zip(row).map(|(x, own)| *x.get(at).unwrap_or(own)).collect());
                one.chain(all).collect()
            }
            Joint::Trials => (0..=row[1].min(MOST_ALTERNATIVES) as u32).map(|x| vec![f64::from(x), row[1]]).collect(),
            Joint::Total => {
                let total: f64 = row.iter().sum();
                let of_one = |k: usize| (0..row.len()).map(|j| if j == k { total } else { 0.0 }).collect();
                let moved = |k: usize| {
                    let mut other = row.to_vec();
                    (other[k], other[(k + 1) % row.len()]) = (row[k] - 1.0, row[(k + 1) % row.len()] + 1.0);
                    other
                };
                let places = 0..row.len();
                places.clone().map(of_one).chain(places.filter(|&k| row[k] >= 1.0).map(moved)).collect()
            }
            Joint::Shares | Joint::Direction => {
                let power = if self.joint == Joint::Shares { 1.0 } else { 0.5 };
                let parts = |least: usize| (0..row.len()).map(|k| (least + k) as f64).collect::<Vec<f64>>();
                let scaled = |parts: Vec<f64>| {
                    let sum: f64 = parts.iter().sum();
                    parts.iter().map(|part| (part / sum).powf(power)).collect()
                };
                [1, 2, 7].map(|least| scaled(parts(least))).into()
            }
        }
    }

    /// The place of a category in the first column.
    pub(crate) fn level(&self, name: &str) -> Option<usize> {
        self.ranges.first()?.level_names()?.iter().position(|level| level == name)
    }
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ranges[..] {
            _ if self.joint == Joint::Trials => {
                f.write_str("successes and trials, integers with 0 ≤ successes ≤ trials")
            }
            _ if self.joint == Joint::Shares => f.write_str("positive numbers that sum to 1"),
            _ if self.joint == Joint::Direction => f.write_str("vectors of length 1"),
            [] => f.write_str("vectors"),
            [only] => only.fmt(f),
            [first, ..] => write!(f, "vectors of {first}"),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = match &self.kind {
            Kind::Levels(names) => return write!(f, "the levels {}", names.join(", ")),
            Kind::Integer if self.upper - self.lower == 1.0 => {
                return write!(f, "{} or {}", self.lower, self.upper);
            }
            Kind::Integer => "integers",
            Kind::Real => "numbers",
            Kind::Angle => return f.write_str("angles in radians"),
        };
        let (left, right) = (if self.closed.0 { "≥" } else { ">" }, if self.closed.1 { "≤" } else { "<" });
        match (self.lower.is_finite(), self.upper.is_finite()) {
            (false, false) => write!(f, "all finite {numbers}"),
            (true, false) => write!(f, "{numbers} {left} {}", self.lower),
            (false, true) => write!(f, "{numbers} {right} {}", self.upper),
            (true, true) => write!(f, "{numbers} {left} {} and {right} {}", self.lower, self.upper),
        }
    }
}
