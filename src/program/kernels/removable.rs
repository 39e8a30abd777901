//! ln(1 + u)/u and its first two derivatives, which have a singularity at 0 that is none.

use super::{ln_1p, polynomial};

/// The first derivative for |u| ≤ ½ in powers of u, by interpolation at Chebyshev points: error below 1e-16.
const FIRST: [f64; 30] = [
    -0.5,
    0.6666666666666666,
    -0.7499999999999757,
    0.7999999999999757,
    -0.8333333333405691,
    0.8571428571500985,
    -0.8749999991515157,
    0.8888888880397565,
    -0.9000000519610714,
    0.9090909610916995,
    -0.9166647564898102,
    0.9230750114383346,
    -0.9286170844033805,
    0.9333790241531691,
    -0.9367553491346133,
    0.9404312479952877,
    -0.9529724116529485,
    0.9559029517885987,
    -0.8804716883369031,
    0.882798958440633,
    -1.3582576542700948,
    1.3605469604293836,
    0.6864577448821432,
    -0.6860738137386826,
    -5.491285639801096,
    5.496272839490853,
    6.815090612472827,
    -6.82006190131372,
    -7.772028649531832,
    7.778682785097216,
];

/// The second derivative likewise: error below 1e-15.
const SECOND: [f64; 30] = [
    0.6666666666666672,
    -1.5000000000000004,
    2.3999999999991335,
    -3.3333333333324418,
    4.285714285972384,
    -5.250000000265528,
    6.2222221919659955,
    -7.1999999688725005,
    8.181820033906208,
    -9.166668572111922,
    10.153778108358427,
    -11.14278713583944,
    12.134958438438973,
    -13.126671989232321,
    14.091168401758798,
    -15.083867750814994,
    16.40810610221391,
    -17.41160083570643,
    15.630393738527834,
    -16.554658891584527,
    34.36642517988379,
    -35.77743889799113,
    -35.91568550487309,
    36.60819138564334,
    183.07226544993588,
    -188.7228176829719,
    -245.01567717702173,
    252.01080758640344,
    261.7516166324452,
    -269.7442729140318,
];

/// The derivative of this order, at most 2, of ln(1 + u)/u; NaN for u < −1.
#[inline(always)]
pub(in crate::program) fn ln_1p_ratio<const FMA: bool, const ORDER: u8>(u: f64) -> f64 {
    // At 0 it is 1, at infinity 0.
    let ratio = ln_1p::<FMA>(u) / u;
    let value = match ORDER {
        0 => {
            if u.abs() < 1e-300 {
                1.0
            } else {
                ratio
            }
        }
        1 => {
            let far = (1.0 / (1.0 + u) - ratio) / u;
            if u.abs() <= 0.5 { horner::<FMA>(FIRST, u) } else { far }
        }
        _ => {
            let reciprocal = 1.0 / (1.0 + u);
            let first = (reciprocal - ratio) / u;
            let far = (-(reciprocal * reciprocal) - 2.0 * first) / u;
            if u.abs() <= 0.5 { horner::<FMA>(SECOND, u) } else { far }
        }
    };
    if u == f64::INFINITY { 0.0 } else { value }
}

/// Σ coefficientₖ xᵏ, even and odd powers apart.
#[inline(always)]
fn horner<const FMA: bool>(coefficients: [f64; 30], x: f64) -> f64 {
    let (mut even, mut odd) = ([0.0; 15], [0.0; 15]);
    for k in 0..15 {
        (even[k], odd[k]) = (coefficients[2 * k], coefficients[2 * k + 1]);
    }
    let square = x * x;
    super::multiply_add::<FMA>(polynomial::<FMA, 15>(odd, square), x, polynomial::<FMA, 15>(even, square))
}
