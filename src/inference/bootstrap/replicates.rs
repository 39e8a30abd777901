//! [`Replicates`]: the estimates of repeated fits, with the errors and intervals that they give.

use crate::error::{Error, Result};
use crate::fit::check_level;
use crate::special::{ln_normal_cdf, normal_quantile};

/// The estimates of repeated fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    pub(super) names: Vec<String>,
    /// Of the data that were observed.
    pub(super) estimates: Vec<f64>,
    /// A repetition each, or why it has no estimate.
    pub(super) values: Vec<Result<Vec<f64>, Error>>,
}

/// The estimates without one observation each: what BCa intervals take their acceleration from.
#[derive(Debug, Clone, PartialEq)]
pub struct Jackknife {
    pub(super) names: Vec<String>,
    /// How many observations each is left out for, and the estimates without one of them.
    pub(super) values: Vec<(f64, Vec<f64>)>,
}

impl Replicates {
    /// How many repetitions there were.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names of the estimates, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The repetitions that have no estimate: their place, from 0, and why.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.values.iter().enumerate().filter_map(|(at, value)| Some((at, value.as_ref().err()?)))
    }

    /// The repeated estimates of this name, in order, without the failures.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if nothing of this name was estimated.
    pub fn of(&self, name: &str) -> Result<Vec<f64>> {
        let place = place_of(&self.names, name)?;
        Ok(self.values.iter().flatten().map(|values| values[place]).collect())
    }

    /// The standard deviation of the repeated estimates of this name; NaN unless all repetitions have one.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if nothing of this name was estimated.
    pub fn std_error(&self, name: &str) -> Result<f64> {
        let values = self.of(name)?;
        if values.len() < self.values.len() || values.len() < 2 {
            return Ok(f64::NAN);
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        Ok((squares / (values.len() - 1) as f64).sqrt())
    }

    /// The mean of the repeated estimates less the estimate; NaN unless all repetitions have one.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] if nothing of this name was estimated.
    pub fn bias(&self, name: &str) -> Result<f64> {
        let values = self.of(name)?;
        if values.len() < self.values.len() || values.is_empty() {
            return Ok(f64::NAN);
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Ok(mean - self.estimates[place_of(&self.names, name)?])
    }

    /// The percentile interval at a confidence `level`: quantiles of the repeated estimates. A repetition without an
    /// estimate counts as below all others for the lower end, and as above all for the upper, so that failures can only
    /// widen the interval.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] for a name that was not estimated, [`Error::Model`] for a level that is none, or one for which
    /// there are too few repetitions.
    pub fn percentile(&self, name: &str, level: f64) -> Result<(f64, f64)> {
        check_level(level)?;
        self.between(name, 0.5 - 0.5 * level, 0.5 + 0.5 * level)
    }

    /// The bias-corrected and accelerated interval (Efron, "Better bootstrap confidence intervals", 1987), second-order
    /// accurate.
    ///
    /// # Errors
    ///
    /// As [`percentile`](Replicates::percentile), and [`Error::Withheld`] where the estimate is at an end of its repetitions.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::inference::Bootstrap;
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[3.0, 5.0, 7.0, 18.0, 43.0, 85.0, 91.0, 98.0])?;
    /// let bootstrap = Bootstrap::of(&fit, &Exponential).seed(7);
    /// let (lower, upper) = bootstrap.rows()?.bca("rate", 0.9, &bootstrap.jackknife()?)?;
    /// assert!(lower < fit["rate"].value && fit["rate"].value < upper);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn bca(&self, name: &str, level: f64, jackknife: &Jackknife) -> Result<(f64, f64)> {
        check_level(level)?;
        let (place, values) = (place_of(&self.names, name)?, self.of(name)?);
        let estimate = self.estimates[place];
        let below = values.iter().filter(|x| **x < estimate).count() as f64;
        let equal = values.iter().filter(|x| **x == estimate).count() as f64;
        let share = (below + 0.5 * equal) / values.len() as f64;
        let (correction, acceleration) = (normal_quantile(share), jackknife.acceleration(name)?);
        if !correction.is_finite() || !acceleration.is_finite() {
            let message =
                format!("no BCa interval of {name}: its repetitions are all on one side of the estimate, or constant");
            return Err(Error::Withheld { message });
        }
        let adjusted = |p: f64| {
            let z = correction + normal_quantile(p);
            ln_normal_cdf(correction + z / (1.0 - acceleration * z)).exp()
        };
        self.between(name, adjusted(0.5 - 0.5 * level), adjusted(0.5 + 0.5 * level))
    }

    /// Two quantiles of the repetitions, by interpolation between order statistics k of B at k/(B + 1).
    fn between(&self, name: &str, lower: f64, upper: f64) -> Result<(f64, f64)> {
        let mut values = self.of(name)?;
        values.sort_by(f64::total_cmp);
        let failed = (self.values.len() - values.len()) as f64;
        let last = self.values.len() as f64;
        let quantile = |p: f64, below: f64, failing: f64| -> Result<f64> {
            let rank = whole_if_nearly(p * (last + 1.0));
            if rank < 1.0 || rank > last {
                let message = format!(
                    "{} repetitions are too few for this level of confidence; take at least {}",
                    self.values.len(),
                    whole_if_nearly(1.0 / p.min(1.0 - p)).ceil() - 1.0
                );
                return Err(Error::Model { message });
            }
            let at = |rank: f64| {
                let place = rank - 1.0 - below;
                if place < 0.0 || place >= values.len() as f64 { failing } else { values[place as usize] }
            };
            let (whole, part) = (rank.floor(), rank.fract());
            let (a, b) = (at(whole), at((whole + 1.0).min(last)));
            Ok(if part == 0.0 || a == b { a } else { a + part * (b - a) })
        };
        Ok((quantile(lower, failed, f64::NEG_INFINITY)?, quantile(upper, 0.0, f64::INFINITY)?))
    }
}

/// A level such as 0.9 leaves 0.04999999999999999 on a side, and of 19 repetitions the first is asked for all the same.
fn whole_if_nearly(rank: f64) -> f64 {
    let whole = rank.round();
    if (rank - whole).abs() <= 1e-12 * whole { whole } else { rank }
}

impl Jackknife {
    /// Σ d³ / 6 (Σ d²)^{3/2}, d how far the mean of the estimates is above each.
    fn acceleration(&self, name: &str) -> Result<f64> {
        let place = place_of(&self.names, name)?;
        let n: f64 = self.values.iter().map(|(count, _)| count).sum();
        let mean = self.values.iter().map(|(count, values)| count * values[place]).sum::<f64>() / n;
        let moment =
            |k: i32| -> f64 { self.values.iter().map(|(count, values)| count * (mean - values[place]).powi(k)).sum() };
        Ok(moment(3) / (6.0 * moment(2).powf(1.5)))
    }
}

fn place_of(names: &[String], name: &str) -> Result<usize> {
    let unknown = || Error::Unknown { kind: "estimate", name: name.to_string(), known: names.to_vec() };
    names.iter().position(|own| own == name).ok_or_else(unknown)
}
