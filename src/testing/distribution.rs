//! Laws of distribution functions, quantiles and moments.

use super::law::{At, Broken, Law, exceeds};
use super::panels::Panels;
use crate::model::{Cdf, Model, Moments, Theta};

/// Probabilities of which quantiles are taken.
const LEVELS: [f64; 7] = [1e-12, 0.01, 0.3, 0.5, 0.8, 0.99, 1.0 - 1e-9];

impl At<'_> {
    /// ln P(X ≤ x) and ln P(X > x).
    fn tails(&self, x: f64) -> (f64, f64) {
        let theta = Theta::new(self.theta);
        // Successes among as many trials as elsewhere.
        let row = if self.model.support().is_trials() { vec![x, 12.0] } else { vec![x] };
        (self.model.ln_cdf(theta, row.clone()), self.model.ln_sf(theta, row))
    }
}

/// Both tails are the integral of the density on their side, relative to themselves, down to 1e-300.
pub(super) fn integrates_the_density(at: At<'_>, panels: &Panels) -> Result<(), Broken> {
    let masses: Vec<f64> = panels.panels.iter().map(|panel| panel.mass()).collect();
    let running = |masses: &mut dyn Iterator<Item = &f64>| -> Vec<f64> {
        masses.scan(0.0, |sum, mass| Some(std::mem::replace(sum, *sum + mass) + mass)).collect()
    };
    let below = running(&mut masses.iter());
    let mut above = running(&mut masses.iter().rev());
    above.reverse();
    let errors: Vec<f64> = panels.panels.iter().map(|panel| panel.error).collect();
    let errors_below = running(&mut errors.iter());
    let mut errors_above = running(&mut errors.iter().rev());
    errors_above.reverse();
    let stride = (masses.len() / 400).max(1);
    for k in (0..masses.len() - 1).step_by(stride) {
        let x = panels.panels[k].end;
        // The integral that stands for far counts ends between two of them; there is nothing to compare.
        if panels.is_discrete && x.fract() != 0.0 {
            continue;
        }
        // So far out, what lies beyond the last panel counts.
        if x.abs() > 1e100 {
            continue;
        }
        let (ln_cdf, ln_sf) = at.tails(x);
        // Of an end that rounds to the end of the support, the density beyond is another than the distribution's.
        let range = &at.model.support().ranges()[0].clone();
        if x <= range.lower() && !panels.is_discrete || x >= range.upper() {
            continue;
        }
        // Of the distance to an end that is not 0, doubles know too few digits this near.
        let is_next_to = |end: f64| end.is_finite() && (x - end).abs() < 1e-8 * end.abs();
        if !panels.is_discrete && (is_next_to(range.lower()) || is_next_to(range.upper())) {
            continue;
        }
        let sides = [("cdf", ln_cdf, below[k], errors_below[k]), ("sf", ln_sf, above[k + 1], errors_above[k + 1])];
        // What a distance to an end of the support, of which doubles know so many digits, is worth; counts are exact.
        let spacing = if panels.is_discrete { 0.0 } else { 4.0 * at.ln_density(&[x]).exp() * x.abs() * f64::EPSILON };
        for (name, found, expected, error) in sides {
            if expected < 1e-280 {
                continue;
            }
            let allowed = 1e-7 * expected + 20.0 * error + spacing;
            if exceeds((found.exp() - expected).abs(), allowed) {
                let message = format!("{name} is {:?}, and the density integrates to {expected:?}", found.exp());
                return Err(at.broken(Law::Distribution, Some(&[x]), message));
            }
        }
        // Where one is near 1 its logarithm is minus the other.
        for (name, near, far) in [("cdf", ln_cdf, ln_sf), ("sf", ln_sf, ln_cdf)] {
            if far < -20.0 && far > -690.0 && exceeds((near + far.exp()).abs(), 1e-8 * far.exp() + spacing) {
                let message = format!("ln {name} is {near:?}, and the other side is {:?}", far.exp());
                return Err(at.broken(Law::Distribution, Some(&[x]), message));
            }
        }
    }
    Ok(())
}

pub(super) fn quantiles(at: At<'_>) -> Result<(), Broken> {
    if at.model.support().width() != 1 {
        return Ok(());
    }
    let is_discrete = at.model.support().is_discrete();
    for p in LEVELS {
        let x = at.model.quantile(at.theta, p);
        let (ln_cdf, ln_sf) = at.tails(x);
        let fail = |message| Err(at.broken(Law::Quantile, Some(&[x]), message));
        if is_discrete {
            let before = at.tails(x - 1.0).0.exp();
            if exceeds(p * (1.0 - 1e-12), ln_cdf.exp()) || exceeds(before, p) {
                return fail(format!(
                    "the quantile of {p:?}, where the cdf rises from {before:?} to {:?}",
                    ln_cdf.exp()
                ));
            }
            continue;
        }
        let spacing = 4.0 * at.ln_density(&[x]).exp() * x.abs() * f64::EPSILON;
        let (found, wanted) = if p <= 0.5 { (ln_cdf.exp(), p) } else { (ln_sf.exp(), 1.0 - p) };
        if exceeds((found - wanted).abs(), 1e-9 * wanted + spacing) {
            return fail(format!("the quantile of {p:?}, where the probability is {found:?} instead of {wanted:?}"));
        }
    }
    Ok(())
}

pub(super) fn moments(at: At<'_>, panels: &Panels) -> Result<(), Broken> {
    let theta = Theta::new(at.theta);
    let (mean, variance) = (at.model.mean(theta), at.model.variance(theta));
    let close = |name: &str, stated: f64, found: f64, size: f64| {
        // An integral of a tail that is not there to the last digit; what is infinite or undefined is not compared.
        if !stated.is_finite() || (stated - found).abs() <= 1e-6 * size {
            return Ok(());
        }
        Err(at.broken(Law::Moments, None, format!("the {name} is {found:?}, not {stated:?}")))
    };
    let found = panels.expect(|node| node.x[0]);
    close("mean", mean, found, mean.abs() + variance.abs().sqrt().min(f64::MAX))?;
    if mean.is_finite() {
        close("variance", variance, panels.expect(|node| (node.x[0] - mean).powi(2)), variance)?;
    }
    match at.model.entropy(theta) {
        Some(entropy) => close("entropy", entropy, panels.expect(|node| -node.ln_density), 1.0 + entropy.abs()),
        None => Ok(()),
    }
}
