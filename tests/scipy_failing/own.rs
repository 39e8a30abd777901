//! Laws that the library does not have, as models of one's own.

use std::f64::consts::{PI, TAU};

use rand::RngExt;
use rand::rngs::SmallRng;
use thetahat::Error;
use thetahat::certificate::Check;
use thetahat::data::Sample;
use thetahat::model::Start;
use thetahat::prelude::*;

use super::{fitted, is_near, sample, sample_of};

/// A model by its space, its support and its log-density.
macro_rules! law {
    ($name:ident, $space:expr, $support:expr, $start:expr, |$theta:ident, $x:ident| $density:expr) => {
        #[derive(Debug, Clone)]
        struct $name;

        impl Model for $name {
            type Of = f64;
            fn space(&self) -> Space {
                $space
            }
            fn support(&self) -> Support {
                Support::one($support)
            }
            fn start(&self, sample: &Sample) -> Start {
                let start: fn(&Sample) -> Start = $start;
                start(sample)
            }
            fn ln_density<S: Scalar>(&self, $theta: Theta<'_, S>, $x: S) -> S {
                $density
            }
        }
    };
}

fn uniform(rng: &mut SmallRng) -> f64 {
    rng.random::<f64>()
}

fn exponential(rng: &mut SmallRng) -> f64 {
    -(-uniform(rng)).ln_1p()
}

fn normal(rng: &mut SmallRng) -> f64 {
    Normal.draw(&[0.0, 1.0], rng)
}

fn gamma(shape: f64, rng: &mut SmallRng) -> f64 {
    Gamma.draw(&[shape, 1.0], rng)
}

const SEARCH: fn(&Sample) -> Start = |_| Start::Search;

fn ln_phi<S: Scalar>(z: S) -> S {
    -0.5 * (z.square() + TAU.ln())
}

law!(Burr, Space::new().positive("c").positive("d").positive("scale"), Range::POSITIVE, SEARCH, |theta, x| {
    let [c, d, scale] = theta.unpack();
    let ln_z = (x / scale).ln();
    // ln(1 + z^(−c))
    let rest = -(c * ln_z).ln_logistic();
    c.ln() + d.ln() - scale.ln() - (c + 1.0) * ln_z - (d + 1.0) * rest
});

#[test]
fn burr_and_mielke() {
    // 1 / (U^(−1/d) − 1) to the power 1/c.
    for (law, c, d) in [("burr", 10.5, 4.3), ("mielke", 4.6, 10.4 / 4.6)] {
        let rows = sample(1234, |rng| (uniform(rng).powf(-1.0 / d) - 1.0).powf(-1.0 / c));
        is_near(law, &Burr, &[c, d, 1.0], &rows);
    }
}

law!(BetaPrime, Space::new().positive("a").positive("b").positive("scale"), Range::POSITIVE, SEARCH, |theta, x| {
    let [a, b, scale] = theta.unpack();
    let ln_z = (x / scale).ln();
    a.ln_beta_density(b, ln_z) - x.ln()
});

#[test]
fn betaprime_and_f() {
    for (law, a, b, scale) in [("betaprime", 5.0, 6.0, 1.0), ("f", 14.5, 9.0, 18.0 / 29.0)] {
        let rows = sample(1234, |rng| scale * gamma(a, rng) / gamma(b, rng));
        is_near(law, &BetaPrime, &[a, b, scale], &rows);
    }
}

law!(
    ExponentiatedWeibull,
    Space::new().positive("a").positive("c").positive("scale"),
    Range::POSITIVE,
    SEARCH,
    |theta, x| {
        let [a, c, scale] = theta.unpack();
        let ln_z = (x / scale).ln();
        let power = (c * ln_z).exp();
        a.ln() + c.ln() - scale.ln() + (c - 1.0) * ln_z - power + (a - 1.0) * (-power).ln_1m_exp()
    }
);

#[test]
fn exponweib() {
    let (a, c) = (2.8923945291034436_f64, 1.9505288745913174_f64);
    let rows = sample(1234, |rng| (-(-uniform(rng).powf(1.0 / a)).ln_1p()).powf(1.0 / c));
    is_near("exponweib", &ExponentiatedWeibull, &[a, c, 1.0], &rows);
}

law!(ExponentialPower, Space::new().positive("b").positive("scale"), Range::POSITIVE, SEARCH, |theta, x| {
    let [b, scale] = theta.unpack();
    let ln_z = (x / scale).ln();
    let power = (b * ln_z).exp();
    b.ln() - scale.ln() + (b - 1.0) * ln_z + power - power.exp_m1()
});

#[test]
fn exponpow() {
    let b = 2.697119160358469_f64;
    let rows = sample(1234, |rng| exponential(rng).ln_1p().powf(1.0 / b));
    is_near("exponpow", &ExponentialPower, &[b, 1.0], &rows);
}

law!(Kappa3, Space::new().positive("a").positive("scale"), Range::POSITIVE, SEARCH, |theta, x| {
    let [a, scale] = theta.unpack();
    let ln_z = (x / scale).ln();
    let sum = S::log_sum_exp(&[a.ln(), a * ln_z]);
    a.ln() - scale.ln() - (a + 1.0) / a * sum
});

#[test]
fn kappa3() {
    let rows = sample(1234, |rng| {
        let u = uniform(rng);
        u / (1.0 - u)
    });
    is_near("kappa3", &Kappa3, &[1.0, 1.0], &rows);
}

law!(Alpha, Space::new().positive("a").positive("scale"), Range::POSITIVE, SEARCH, |theta, x| {
    let [a, scale] = theta.unpack();
    scale.ln() - 2.0 * x.ln() - a.ln_normal_cdf() + ln_phi(a - scale / x)
});

#[test]
fn alpha() {
    let a = 3.570_477_051_665_046;
    // 1 / (a − z), z < a.
    let rows = sample(1234, |rng| {
        let z = std::iter::repeat_with(|| normal(rng)).find(|z| *z < a).expect("nearly all are");
        1.0 / (a - z)
    });
    is_near("alpha", &Alpha, &[a, 1.0], &rows);
}

law!(ReciprocalInverseGaussian, Space::new().positive("mu").positive("scale"), Range::POSITIVE, SEARCH, |theta, x| {
    let [mu, scale] = theta.unpack();
    let z = x / scale;
    -scale.ln() - 0.5 * (TAU.ln() + z.ln()) - (1.0 - mu * z).square() / (2.0 * z * mu.square())
});

#[test]
fn recipinvgauss() {
    let mu = 0.630_042_678_093_691_2;
    let rows = sample(1234, |rng| 1.0 / InverseGaussian.draw(&[mu, 1.0], rng));
    is_near("recipinvgauss", &ReciprocalInverseGaussian, &[mu, 1.0], &rows);
}

law!(
    GeneralizedInverseGaussian,
    Space::new().real("p").positive("b").positive("scale"),
    Range::POSITIVE,
    SEARCH,
    |theta, x| {
        let [p, b, scale] = theta.unpack();
        let z = x / scale;
        // K is scaled by e^b.
        -scale.ln() + (p - 1.0) * z.ln() - 0.5 * b * ((z - 1.0).square() / z) - (2.0_f64).ln() - p.ln_bessel_k_scaled(b)
    }
);

#[test]
fn geninvgauss() {
    let (p, b) = (2.3, 1.5);
    // By rejection from the gamma law of shape p and rate b/2.
    let rows = sample(1234, |rng| {
        std::iter::repeat_with(|| (2.0 / b * gamma(p, rng), uniform(rng)))
            .find(|(x, u)| *u < (-0.5 * b / x).exp())
            .expect("some are")
            .0
    });
    is_near("geninvgauss", &GeneralizedInverseGaussian, &[p, b, 1.0], &rows);
}

law!(FoldedCauchy, Space::new().positive("c").positive("scale"), Range::NON_NEGATIVE, SEARCH, |theta, x| {
    let [c, scale] = theta.unpack();
    let z = x / scale;
    let sides = S::log_sum_exp(&[-(z - c).square().ln_1p(), -(z + c).square().ln_1p()]);
    sides - PI.ln() - scale.ln()
});

#[test]
fn foldcauchy() {
    let c = 4.716_467_345_583_189;
    let rows = sample(1234, |rng| Cauchy.draw(&[c, 1.0], rng).abs());
    is_near("foldcauchy", &FoldedCauchy, &[c, 1.0], &rows);
}

law!(
    JohnsonSu,
    Space::new().real("a").positive("b").real("loc").positive("scale"),
    Range::REAL,
    |sample| Start::At(vec![0.0, 1.0, sample.mean(0), sample.standard_deviation(0)]),
    |theta, x| {
        let [a, b, loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        let root = (1.0 + z.square()).sqrt();
        // arsinh is odd: without cancellation.
        let arsinh = z.less_than(0.0).select(-(root - z).ln(), (root + z).ln());
        b.ln() - scale.ln() - root.ln() + ln_phi(a + b * arsinh)
    }
);

#[test]
fn johnsonsu() {
    let (a, b) = (2.554395574161155, 2.2482281679651965);
    let rows = sample(1234, |rng| ((normal(rng) - a) / b).sinh());
    is_near("johnsonsu", &JohnsonSu, &[a, b, 0.0, 1.0], &rows);
}

law!(
    SkewT,
    Space::new().positive("a").positive("b").real("loc").positive("scale"),
    Range::REAL,
    |sample| Start::At(vec![3.0, 3.0, sample.mean(0), sample.standard_deviation(0)]),
    |theta, x| {
        let [a, b, loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        // The logit of (1 + z / √(a + b + z²)) / 2, which is a beta variable.
        let (n, root) = (a + b, (a + b + z.square()).sqrt());
        let logit = z.less_than(0.0).select(-2.0 * (root - z).ln(), 2.0 * (root + z).ln())
            + z.less_than(0.0).select(n.ln(), -n.ln());
        let ln_jacobian = 2.0_f64.ln() - root.ln();
        a.ln_beta_density(b, logit) + ln_jacobian - scale.ln()
    }
);

#[test]
fn jf_skew_t() {
    let (a, b) = (8.0, 4.0);
    let rows = sample(1234, |rng| {
        let share = Beta.draw(&[a, b], rng);
        (2.0 * share - 1.0) * f64::sqrt(a + b) / (2.0 * (share * (1.0 - share)).sqrt())
    });
    is_near("jf_skew_t", &SkewT, &[a, b, 0.0, 1.0], &rows);
}

law!(
    PowerNormal,
    Space::new().positive("c").real("loc").positive("scale"),
    Range::REAL,
    |sample| Start::At(vec![1.0, sample.mean(0), sample.standard_deviation(0)]),
    |theta, x| {
        let [c, loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        c.ln() - scale.ln() + ln_phi(z) + (c - 1.0) * (-z).ln_normal_cdf()
    }
);

#[test]
fn powernorm_and_powerlognorm() {
    let least = |c: f64, rng: &mut SmallRng| -Normal.quantile(&[0.0, 1.0], uniform(rng).powf(1.0 / c));
    let c = 4.445_365_225_459_078;
    is_near("powernorm", &PowerNormal, &[c, 0.0, 1.0], &sample(1234, |rng| least(c, rng)));
    let (c, s) = (2.1413923530064087, 0.44639540782048337);
    let rows = sample(1234, |rng| (s * least(c, rng)).exp());
    is_near("powerlognorm", &Log(PowerNormal), &[c, 0.0, s], &rows);
}

law!(Argus, Space::new().positive("chi"), Range::UNIT, SEARCH, |theta, x| {
    let [chi] = theta.unpack();
    let half = 0.5 * chi.square();
    // The factor of the normal tail is half of a gamma probability.
    let ln_psi = S::from(1.5).ln_gamma_p(half) - 2.0_f64.ln();
    let rest = 1.0 - x.square();
    3.0 * chi.ln() - 0.5 * TAU.ln() - ln_psi + x.ln() + 0.5 * rest.ln() - half * rest
});

#[test]
fn argus() {
    // χ² (1 − x²) / 2 is a gamma variable that is at most χ²/2.
    let rows = sample(1234, |rng| {
        let rest = std::iter::repeat_with(|| 2.0 * gamma(1.5, rng)).find(|rest| *rest < 1.0).expect("some are");
        (1.0 - rest).sqrt()
    });
    is_near("argus", &Argus, &[1.0], &rows);
}

law!(
    DoubleParetoLognormal,
    Space::new().real("u").positive("s").positive("a").positive("b"),
    Range::POSITIVE,
    |sample| {
        let mean = sample.mean_of(0, f64::ln);
        Start::At(vec![mean, sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt(), 2.0, 2.0])
    },
    |theta, x| {
        let [u, s, a, b] = theta.unpack();
        let z = (x.ln() - u) / s;
        // The Mills ratio of y is Φ(−y) / φ(y).
        let ln_mills = |y: S| (-y).ln_normal_cdf() - ln_phi(y);
        let sides = S::log_sum_exp(&[ln_mills(a * s - z), ln_mills(b * s + z)]);
        a.ln() + b.ln() - (a + b).ln() - x.ln() + ln_phi(z) + sides
    }
);

#[test]
fn dpareto_lognorm() {
    let (u, s, a, b) = (3.0, 1.2, 1.5, 2.0);
    let rows = sample(1234, |rng| (u + s * normal(rng) + exponential(rng) / a - exponential(rng) / b).exp());
    is_near("dpareto_lognorm", &DoubleParetoLognormal, &[u, s, a, b], &rows);
}

law!(
    GeneralizedExponential,
    Space::new().positive("a").positive("b").positive("c"),
    Range::NON_NEGATIVE,
    SEARCH,
    |theta, x| {
        let [a, b, c] = theta.unpack();
        let risen = -(-c * x).exp_m1();
        (a + b * risen).ln() - (a + b) * x + b / c * risen
    }
);

#[test]
fn genexpon() {
    let (a, b, c) = (9.132_597_646_541_89, 16.231_956_600_590_63, 3.2819552690843983);
    // The hazard a + b (1 − e^(−cx)) is that of two independent times; the second by inversion of its cumulative hazard.
    let second = |rng: &mut SmallRng| {
        let (target, mut low, mut high) = (exponential(rng), 0.0, 10.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let hazard = b * middle + b / c * (-c * middle).exp_m1();
            if hazard < target { low = middle } else { high = middle }
        }
        low
    };
    // So close to a law of fewer parameters, it is known from many observations only.
    let draw = |rng: &mut SmallRng| f64::min(exponential(rng) / a, second(rng));
    is_near("genexpon", &GeneralizedExponential, &[a, b, c], &sample_of(20_000, 1234, draw));
    // Of fewer the hazard is best a line, a + (bc) x with b → ∞, c → 0, where this formula subtracts large numbers.
    let rows = sample(1234, draw);
    let error = fitted(&GeneralizedExponential, &rows).expect_err("a supremum");
    let Error::NotConverged(evidence) = &error else { panic!("{error}") };
    assert!(matches!(evidence.failed, Check::Rounding(_)), "{error}");
    let line = fitted(&LinearHazard, &rows).unwrap();
    assert!((evidence.log_likelihood - line.log_likelihood()).abs() < 1e-5, "{error}, {line}");
}

law!(LinearHazard, Space::new().positive("a").positive("slope"), Range::NON_NEGATIVE, SEARCH, |theta, x| {
    let [a, slope] = theta.unpack();
    (a + slope * x).ln() - a * x - 0.5 * slope * x.square()
});

law!(NoncentralChiSquared, Space::new().positive("df").positive("nc"), Range::POSITIVE, SEARCH, |theta, x| {
    let [df, nc] = theta.unpack();
    let root = (nc * x).sqrt();
    // I is scaled by e^(−√(nc x)).
    let order = 0.5 * df - 1.0;
    -(2.0_f64.ln()) - 0.5 * (x.sqrt() - nc.sqrt()).square()
        + 0.5 * order * (x / nc).ln()
        + order.ln_bessel_i_scaled(root)
});

#[test]
fn ncx2() {
    let (df, nc) = (21.0, 1.0560465975116415_f64);
    let rows = sample(1234, |rng| 2.0 * gamma(0.5 * (df - 1.0), rng) + (normal(rng) + nc.sqrt()).powi(2));
    let error = fitted(&NoncentralChiSquared, &rows).expect_err("a supremum");
    let Error::NoFiniteEstimate(recession) = &error else { panic!("{error}") };
    assert!(recession.ends.contains("nc → 0"), "{error}");
    let central = fitted(&ChiSquared, &rows).unwrap().log_likelihood();
    assert!((recession.supremum - central).abs() < 1e-9 * central.abs(), "{error}, {central}");
    // Of the central law either the same, wherever the search has stopped, or an estimate that is likelier.
    let mut suprema = 0;
    for (df, seed) in [4.0, 21.0, 150.0].into_iter().flat_map(|df| (0..6).map(move |seed| (df, seed))) {
        let rows = sample(seed, |rng| 2.0 * gamma(0.5 * df, rng));
        let central = fitted(&ChiSquared, &rows).unwrap().log_likelihood();
        let is_same = |value: f64| (value - central).abs() < 1e-9 * central.abs();
        match fitted(&NoncentralChiSquared, &rows) {
            Ok(fit) => assert!(fit.log_likelihood() > central, "{fit}, {central}"),
            Err(Error::NoFiniteEstimate(recession)) => {
                assert!(recession.ends.contains("nc → 0") && is_same(recession.supremum), "{recession:?}, {central}");
                suprema += 1;
            }
            Err(error) => panic!("{df}, {seed}: {error}"),
        }
    }
    // Of chance the likelihood bends down at nc = 0 about half of the times.
    assert!((4..=14).contains(&suprema), "{suprema}");
    // Of a larger noncentrality there is an estimate.
    let rows = sample(1234, |rng| 2.0 * gamma(0.5 * (df - 1.0), rng) + (normal(rng) + 6.0).powi(2));
    is_near("ncx2", &NoncentralChiSquared, &[df, 36.0], &rows);
}

law!(
    Kappa4,
    Space::new().real("h").real("k").real("loc").positive("scale"),
    Range::REAL,
    |sample| {
        let scale = 0.78 * sample.standard_deviation(0);
        Start::At(vec![0.0, 0.0, sample.mean(0) - 0.577 * scale, scale])
    },
    |theta, x| {
        let [h, k, loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        // ln(1 − kz) / k, which is −z at k = 0, and alike for h.
        let ln_y = -z * (-k * z).ln_1p_ratio();
        let y = ln_y.exp();
        (1.0 - k) * ln_y - (1.0 - h) * y * (-h * y).ln_1p_ratio() - scale.ln()
    }
);

#[test]
fn kappa4() {
    for (h, k) in [(0.0, 0.0), (-0.1, 0.1), (0.0, 0.1), (0.1, 0.0)] {
        let rows = sample(1234, |rng| {
            let u = uniform(rng);
            let y = if h == 0.0 { -u.ln() } else { (1.0 - u.powf(h)) / h };
            if k == 0.0 { -y.ln() } else { (1.0 - y.powf(k)) / k }
        });
        is_near(&format!("kappa4({h}, {k})"), &Kappa4, &[h, k, 0.0, 1.0], &rows);
    }
}

law!(WrappedCauchy, Space::new().interval("c", -1.0, 1.0), Range::ANGLES, SEARCH, |theta, x| {
    let [c] = theta.unpack();
    (1.0 - c.square()).ln() - TAU.ln() - (1.0 + c.square() - 2.0 * c * x.cos()).ln()
});

#[test]
fn wrapcauchy() {
    let c = 0.031071279018614728_f64;
    let rows = sample(1234, |rng| 2.0 * (((1.0 - c) / (1.0 + c)) * (PI * (uniform(rng) - 0.5)).tan()).atan());
    is_near("wrapcauchy", &WrappedCauchy, &[c], &rows);
}

law!(
    GeneralizedHyperbolic,
    Space::new().real("p").positive("a").interval("b", -1.0, 1.0).real("loc").positive("scale"),
    Range::REAL,
    |sample| Start::At(vec![0.0, 1.0, 0.0, sample.mean(0), sample.standard_deviation(0)]),
    |theta, x| {
        // b is that of SciPy divided by a.
        let [p, a, b, loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        let (root, gamma) = ((1.0 + z.square()).sqrt(), a * (1.0 - b.square()).sqrt());
        let order = p - 0.5;
        p * gamma.ln() - 0.5 * TAU.ln() - order * a.ln() - p.ln_bessel_k_scaled(gamma) + gamma + a * b * z - a * root
            + order.ln_bessel_k_scaled(a * root)
            + order * root.ln()
            - scale.ln()
    }
);

#[test]
fn genhyperbolic() {
    let (p, a, b) = (0.5, 1.5, -0.5_f64);
    let square = a * a - b * b;
    // A normal mixture over the generalized inverse Gaussian law, by rejection from a gamma law.
    let rows = sample(1234, |rng| {
        let w = std::iter::repeat_with(|| (2.0 / square * gamma(p, rng), uniform(rng)))
            .find(|(x, u)| *u < (-0.5 / x).exp())
            .expect("some are")
            .0;
        b * w + w.sqrt() * normal(rng)
    });
    is_near("genhyperbolic", &Fixed(GeneralizedHyperbolic, "p", p), &[a, b / a, 0.0, 1.0], &rows);
}
