//! A fit as the table that a statistician expects.

use std::fmt;

use super::{CovarianceKind, Fit, Outcome};
use crate::certificate::LEAST_FALL;
use crate::error::Result;
use crate::number::{nats, significant};

/// What is withheld where the usual theory does not hold.
const WITHHELD: &str = "standard errors, AIC and BIC are withheld";

impl Fit {
    /// A sentence for programs to show: where the estimate lies, of how much of the likelihood it is the maximum, and why
    /// anything is withheld.
    pub fn detail(&self) -> String {
        let withheld = self.irregularity().map(|why| format!("; {WITHHELD}: {why}"));
        format!("{}; {}{}", self.outcome(), self.scope(), withheld.unwrap_or_default())
    }

    /// The fit as a table for people, with Wald intervals at a confidence `level`, a probability. `Display` shows it at
    /// 0.95.
    ///
    /// # Errors
    ///
    /// [`Error::Model`](crate::Error::Model) if the level is not strictly between 0 and 1.
    pub fn table(&self, level: f64) -> Result<String> {
        let intervals = self.estimates().iter().map(|e| e.interval(level)).collect::<Result<Vec<_>>>()?;
        let mut text = String::new();
        self.write_table(&mut text, level, &intervals).expect("writing to a string does not fail");
        Ok(text)
    }

    fn write_table(&self, f: &mut impl fmt::Write, level: f64, intervals: &[(f64, f64)]) -> fmt::Result {
        writeln!(f, "{}", self.heading())?;
        writeln!(f)?;
        let header = [
            "".to_string(),
            "estimate".into(),
            "std. error".into(),
            format!("{}% interval", 100.0 * level),
            String::new(),
        ];
        let mut rows = vec![header];
        for (estimate, &(lower, upper)) in self.estimates().iter().zip(intervals) {
            // The estimate to the digits that its standard error leaves meaningful, and four more.
            let places = (estimate.value.abs() / estimate.std_error).log10().ceil();
            let digits = if places.is_finite() { (places as i32 + 4).clamp(5, 15) } else { 6 };
            if estimate.std_error.is_nan() {
                let withheld = "–".to_string();
                let value = significant(estimate.value, digits);
                rows.push([estimate.name.clone(), value, withheld.clone(), withheld.clone(), withheld]);
                continue;
            }
            rows.push([
                estimate.name.clone(),
                significant(estimate.value, digits),
                significant(estimate.std_error, 4),
                significant(lower, digits),
                significant(upper, digits),
            ]);
        }
        let width = |column: usize| rows.iter().skip(1).map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1).max(8), width(2).max(10), width(3), width(4)];
        for (at, row) in rows.iter().enumerate() {
            let [name, value, error, lower, upper] = row;
            let [w0, w1, w2, w3, w4] = widths;
            if at == 0 {
                let both = w3 + w4 + 2;
                writeln!(f, "  {name:<w0$}  {value:>w1$}  {error:>w2$}  {lower:>both$}")?;
            } else {
                writeln!(f, "  {name:<w0$}  {value:>w1$}  {error:>w2$}  {lower:>w3$}  {upper:>w4$}")?;
            }
        }
        for (name, value) in self.known() {
            writeln!(f, "  {name} = {value}, known")?;
        }
        writeln!(f)?;
        write!(f, "  log-likelihood {}", nats(self.log_likelihood()))?;
        if let Some(penalty) = self.penalty() {
            write!(f, "   with penalty {:.4}, AIC and BIC are withheld", self.log_likelihood() + penalty)?;
        }
        if let (Some(aic), Some(bic)) = (self.aic(), self.bic()) {
            write!(f, "   AIC {aic:.2}   BIC {bic:.2}")?;
        }
        writeln!(f)?;
        let entropy = self.cross_entropy();
        writeln!(
            f,
            "  cross-entropy  {entropy:.4} nats = {:.4} bits per observation",
            entropy / std::f64::consts::LN_2
        )?;
        writeln!(f)?;
        let trust = if self.scope().is_doubtful() { "certified as a local maximum only" } else { "certified" };
        writeln!(f, "  {trust}: {}", self.outcome())?;
        write!(f, "  {}", self.scope())?;
        if matches!(self.outcome(), Outcome::Interior) && self.certificate().least_fall < LEAST_FALL {
            let fall = significant(self.certificate().least_fall, 2);
            write!(
                f,
                "\n  one standard error away the log-likelihood falls by only {fall} nats: take profile intervals"
            )?;
        }
        if *self.covariance().kind() != CovarianceKind::Observed {
            write!(f, "\n  standard errors: {}", self.covariance().kind())?;
        }
        self.irregularity().map_or(Ok(()), |why| write!(f, "\n  {WITHHELD}: {why}"))
    }
}

/// What it says, without the data and programs that it holds.
impl fmt::Debug for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fit")
            .field("model", &self.model)
            .field("estimates", &self.estimates)
            .field("log_likelihood", &self.log_likelihood)
            .field("outcome", &self.outcome)
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table(0.95).map_err(|_| fmt::Error)?)
    }
}
