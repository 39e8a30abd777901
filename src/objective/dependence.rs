//! Linear dependence among columns.

use nalgebra::DMatrix;

/// Columns are dependent if, scaled to length 1, they have a singular value below this part of the greatest.
const DEPENDENT: f64 = 1e-12;

/// Parts, the greatest of size 1, with which these columns sum to 0; none if they are linearly independent.
pub(super) fn null_vector(columns: &[Vec<f64>]) -> Option<Vec<f64>> {
    let (rows, p) = (columns.first()?.len(), columns.len());
    let length = |column: &Vec<f64>| column.iter().map(|x| x * x).sum::<f64>().sqrt();
    let scales: Vec<f64> = columns.iter().map(length).collect();
    if let Some(zero) = scales.iter().position(|scale| *scale == 0.0) {
        return Some((0..p).map(|k| f64::from(k == zero)).collect());
    }
    // Rows of zeros change nothing and make the matrix tall.
    let scaled = DMatrix::from_fn(rows.max(p), p, |i, j| if i < rows { columns[j][i] / scales[j] } else { 0.0 });
    let svd = scaled.svd(false, true);
    let (greatest, least) = (svd.singular_values.max(), svd.singular_values.argmin());
    if least.1 > DEPENDENT * greatest {
        return None;
    }
    let vectors = svd.v_t?;
    let parts: Vec<f64> = (0..p).map(|j| vectors[(least.0, j)] / scales[j]).collect();
    let largest = parts.iter().copied().fold(0.0_f64, |m, x| if x.abs() > m.abs() { x } else { m });
    Some(parts.into_iter().map(|x| x / largest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_combination() {
        let columns = [vec![1.0, 1.0, 1.0, 1.0], vec![1.0, 0.0, 1.0, 0.0], vec![0.0, 1e6, 0.0, 1e6]];
        let parts = null_vector(&columns).expect("dependent");
        for row in 0..4 {
            let sum: f64 = columns.iter().zip(&parts).map(|(column, part)| column[row] * part).sum();
            assert!(sum.abs() < 1e-10, "{parts:?}");
        }
    }

    #[test]
    fn more_columns_than_rows_are_dependent_and_others_need_not_be() {
        assert!(null_vector(&[vec![1.0, 2.0], vec![0.5, 1.0], vec![3.0, -1.0]]).is_some());
        assert_eq!(null_vector(&[vec![1.0, 1.0, 1.0], vec![1e-9, 2e-9, 4e-9]]), None);
    }
}
