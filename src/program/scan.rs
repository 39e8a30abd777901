//! What is asked of every value before a fit: whether it lies in a range, and which are the least and the greatest. As fast as
//! memory gives them.

use super::dispatch::{Vectorised, dispatch};

const TWO_52: f64 = (1_u64 << 52) as f64;

/// Whether all values are at least `least` and at most `greatest`, and whole numbers, if that is asked; NaN is not.
pub(crate) fn all_inside(values: &[f64], least: f64, greatest: f64, whole: bool) -> bool {
    dispatch(AllInside { values, least, greatest, whole })
}

struct AllInside<'a> {
    values: &'a [f64],
    least: f64,
    greatest: f64,
    whole: bool,
}

impl Vectorised for AllInside<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<const FMA: bool>(self) -> bool {
        let AllInside { values, least, greatest, whole } = self;
        let is_outside = |x: f64| !((x >= least) & (x <= greatest));
        // Numbers from 2⁵² on are whole; adding it rounds those below.
        let is_broken = |x: f64| (x.abs() < TWO_52) & ((x.abs() + TWO_52) - TWO_52 != x.abs());
        if whole { none(values, |x| is_outside(x) | is_broken(x)) } else { none(values, is_outside) }
    }
}

/// Whether no value is such a one. Numbers in place of truths are what the compiler makes vectors of.
#[inline(always)]
fn none(values: &[f64], is_one: impl Fn(f64) -> bool) -> bool {
    values.iter().fold(0, |found, &x| found | u64::from(is_one(x))) == 0
}

/// The least and the greatest of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extremes {
    /// ∞ if there is none.
    pub(crate) least: f64,
    /// −∞ if there is none.
    pub(crate) greatest: f64,
    /// Whether there are others that are not numbers.
    pub(crate) has_nan: bool,
}

impl Extremes {
    pub(crate) fn of(values: &[f64]) -> Extremes {
        dispatch(FindExtremes(values))
    }

    /// Of these values and the others.
    pub(crate) fn or(self, other: Extremes) -> Extremes {
        Extremes {
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
            has_nan: self.has_nan | other.has_nan,
        }
    }
}

struct FindExtremes<'a>(&'a [f64]);

impl Vectorised for FindExtremes<'_> {
    type Output = Extremes;

    #[inline(always)]
    fn run<const FMA: bool>(self) -> Extremes {
        let keys = self.0.iter().map(|&x| key(x));
        let (least, greatest) = keys.fold((i64::MAX, i64::MIN), |(least, greatest), key| {
            (if key < least { key } else { least }, if key > greatest { key } else { greatest })
        });
        if self.0.is_empty() || (least >= key(f64::NEG_INFINITY) && greatest <= key(f64::INFINITY)) {
            let (least, greatest) =
                if self.0.is_empty() { (f64::INFINITY, f64::NEG_INFINITY) } else { (value(least), value(greatest)) };
            return Extremes { least, greatest, has_nan: false };
        }
        let numbers = || self.0.iter().copied().filter(|x| !x.is_nan());
        let (least, greatest) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
        Extremes { least, greatest, has_nan: true }
    }
}

/// An integer that is less for a lesser number, −0 being less than 0; that of NaN is beyond those of −∞ or ∞.
#[inline(always)]
fn key(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ ((bits >> 63) & i64::MAX)
}

/// The number with this key.
fn value(key: i64) -> f64 {
    f64::from_bits((key ^ ((key >> 63) & i64::MAX)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_outside_is_seen_wherever_it_is() {
        let values: Vec<f64> = (0..83).map(|k| f64::from(k % 7)).collect();
        assert!(all_inside(&values, 0.0, 6.0, true) && all_inside(&values, 0.0, 6.0, false));
        assert!(all_inside(&[], 1.0, 0.0, true));
        for (place, bad) in (0..83).flat_map(|place| [-0.5, 6.5, f64::NAN, f64::INFINITY].map(|bad| (place, bad))) {
            let mut values = values.clone();
            values[place] = bad;
            assert!(!all_inside(&values, 0.0, 6.0, false), "{bad} at {place}");
            values[place] = 2.5;
            assert!(all_inside(&values, 0.0, 6.0, false) && !all_inside(&values, 0.0, 6.0, true), "{place}");
        }
        // From 2⁵² on there are no fractions.
        assert!(all_inside(&[-TWO_52, 1e300, TWO_52 - 1.0], f64::MIN, f64::MAX, true));
        assert!(!all_inside(&[0.5 - TWO_52 / 2.0], f64::MIN, f64::MAX, true));
    }

    #[test]
    fn the_least_and_the_greatest_are_found_wherever_they_are() {
        let none = Extremes { least: f64::INFINITY, greatest: f64::NEG_INFINITY, has_nan: false };
        assert_eq!(Extremes::of(&[]), none);
        for place in 0..83 {
            let mut values = vec![3.0; 83];
            values[place] = -1.0;
            values[(place + 40) % 83] = 9.0;
            let found = Extremes { least: -1.0, greatest: 9.0, has_nan: false };
            assert_eq!(Extremes::of(&values), found, "{place}");
            assert_eq!(none.or(found), found);
            values[(place + 20) % 83] = f64::NAN;
            assert_eq!(Extremes::of(&values), Extremes { has_nan: true, ..found }, "{place}");
        }
    }
}
