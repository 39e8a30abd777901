//! Sums that keep what rounding would lose.

/// The sum of `terms`, rounded once: an error near one unit in the last place of Σ |term| is carried along and added at
/// the end (Neumaier, *Zeitschrift für Angewandte Mathematik und Mechanik* 54, 1974). An infinite sum stays infinite.
pub(crate) fn compensated_sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
    }
    if sum.is_finite() { sum + lost } else { sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_comes_back() {
        assert_eq!(compensated_sum([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(compensated_sum([0.1; 10]), 1.0);
        assert_eq!(compensated_sum([1.0, f64::INFINITY, 1.0]), f64::INFINITY);
        assert_eq!(compensated_sum([]), 0.0);
    }
}
