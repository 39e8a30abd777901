//! [`Link`]: the scale on which a linear predictor is a parameter.

use std::f64::consts::{FRAC_1_PI, PI};
use std::fmt;

use super::Domain;
use crate::scalar::{Condition, Scalar};
use crate::special::normal_quantile;

/// The scale on which a linear predictor η is a parameter, by the names that generalized linear models have for them.
///
/// A link that leaves the domain of the parameter, as the inverse of a negative η for a mean, has likelihood NaN there:
/// no fit is there, and none is moved to the nearest point inside.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let table = Table::from_csv("dose,died\n1,0\n2,0\n2,1\n3,1\n3,0\n4,1\n".as_bytes())?;
/// let predictor = Linear::on(["dose"]).with_link(Link::Probit);
/// let fit = Regress(Bernoulli).linear("p", predictor).fit(table.response("died")?)?;
/// assert_eq!(fit.model(), "Regress(Bernoulli, probit(p) ~ dose)");
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Link {
    /// θ = η: the link of a real parameter, if no other is named
    Identity,
    /// ln θ = η: the link of a positive parameter, if no other is named
    Log,
    /// 1/θ = η: the canonical link of gamma means
    Inverse,
    /// 1/θ² = η > 0: the canonical link of inverse Gaussian means
    InverseSquared,
    /// √θ = η > 0
    Sqrt,
    /// ln(θ/(1 − θ)) = η: the link of a probability, if no other is named
    Logit,
    /// Φ⁻¹(θ) = η
    Probit,
    /// tan(π(θ − ½)) = η
    Cauchit,
    /// The complementary log-log: ln(−ln(1 − θ)) = η
    Cloglog,
    /// The log-log: −ln(−ln θ) = η
    Loglog,
}

impl Link {
    /// Every link.
    pub const ALL: [Link; 10] = [
        Link::Identity,
        Link::Log,
        Link::Inverse,
        Link::InverseSquared,
        Link::Sqrt,
        Link::Logit,
        Link::Probit,
        Link::Cauchit,
        Link::Cloglog,
        Link::Loglog,
    ];

    /// The name that the model language has for it.
    pub fn name(self) -> &'static str {
        match self {
            Link::Identity => "identity",
            Link::Log => "log",
            Link::Inverse => "inverse",
            Link::InverseSquared => "inverse_squared",
            Link::Sqrt => "sqrt",
            Link::Logit => "logit",
            Link::Probit => "probit",
            Link::Cauchit => "cauchit",
            Link::Cloglog => "cloglog",
            Link::Loglog => "loglog",
        }
    }

    /// The link of this name; case and punctuation do not matter.
    pub fn named(name: &str) -> Option<Link> {
        let plain =
            |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        Link::ALL.into_iter().find(|link| plain(link.name()) == plain(name))
    }

    /// The link that a parameter of this domain has if no other is named.
    pub(crate) fn of(domain: &Domain) -> Option<Link> {
        match domain {
            Domain::Real => Some(Link::Identity),
            Domain::Positive => Some(Link::Log),
            Domain::Unit => Some(Link::Logit),
            _ => None,
        }
    }

    /// The parameter where its linear predictor is `eta`; NaN where that is outside of its domain.
    ///
    /// A probability is the exponential of its logarithm, of which a formula knows the complement: neither it nor its
    /// complement is rounded to 0 or 1 on the way to its logarithm.
    pub(crate) fn inverse<S: Scalar>(self, eta: S, domain: &Domain) -> S {
        let positive = |x: S| S::from(0.0).less_than(x).select(x, f64::NAN);
        let value = match self {
            Link::Identity => eta,
            Link::Log if *domain == Domain::Unit => return eta.less_than(0.0).select(eta, f64::NAN).exp(),
            Link::Log => eta.exp(),
            Link::Inverse => 1.0 / eta,
            Link::InverseSquared => 1.0 / positive(eta).sqrt(),
            Link::Sqrt => positive(eta).square(),
            Link::Logit => eta.logistic(),
            Link::Probit => eta.ln_normal_cdf().exp(),
            Link::Cauchit => ln_cauchy_cdf(eta).exp(),
            Link::Cloglog => (-eta.exp()).ln_1m_exp().exp(),
            Link::Loglog => (-(-eta).exp()).exp(),
        };
        let ((lower, upper), (least, greatest)) = (domain.ends(), self.range());
        let value = if least < lower { S::from(lower).less_than(value).select(value, f64::NAN) } else { value };
        if greatest > upper { value.less_than(upper).select(value, f64::NAN) } else { value }
    }

    /// The linear predictor where the parameter is `theta`; none if there is none.
    pub(crate) fn predictor(self, theta: f64) -> Option<f64> {
        let eta = match self {
            Link::Identity => theta,
            Link::Log => theta.ln(),
            Link::Inverse => 1.0 / theta,
            Link::InverseSquared => 1.0 / theta.powi(2),
            Link::Sqrt => theta.sqrt(),
            Link::Logit => theta.ln() - (-theta).ln_1p(),
            Link::Probit => normal_quantile(theta),
            Link::Cauchit => (PI * (theta - 0.5)).tan(),
            Link::Cloglog => (-(-theta).ln_1p()).ln(),
            Link::Loglog => -(-theta.ln()).ln(),
        };
        eta.is_finite().then_some(eta)
    }

    /// Between which numbers a parameter lies that has it.
    fn range(self) -> (f64, f64) {
        match self {
            Link::Identity | Link::Inverse => (f64::NEG_INFINITY, f64::INFINITY),
            Link::Log | Link::InverseSquared | Link::Sqrt => (0.0, f64::INFINITY),
            Link::Logit | Link::Probit | Link::Cauchit | Link::Cloglog | Link::Loglog => (0.0, 1.0),
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// ln(½ + arctan(z)/π), of which the complement has as many digits.
fn ln_cauchy_cdf<S: Scalar>(z: S) -> S {
    let tail = |z: S| ((1.0 / z).arctan() * FRAC_1_PI).ln();
    let middle = (0.5 + FRAC_1_PI * z.arctan()).ln();
    let upper = S::from(1.0).less_than(z).select(tail(z).ln_1m_exp(), middle);
    z.less_than(-1.0).select(tail(-z), upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Arena, Node};
    use crate::prelude::{Bernoulli, Model, Theta};

    /// The log-density of a Bernoulli observation, traced and run, as a fit does.
    fn ln_density(link: Link, eta: f64, success: f64) -> f64 {
        let arena = Arena::new();
        let (eta_node, x) = (arena.node(Node::Parameter(0)), arena.node(Node::Parameter(1)));
        let p = link.inverse(eta_node, &Domain::Unit);
        let root = arena.id_of(Bernoulli.ln_density(Theta::new(&[p]), x)).expect("complete");
        crate::program::evaluate(arena.into_builder().nodes(), &[eta, success])[root as usize]
    }

    #[test]
    fn probabilities_near_0_and_1_keep_their_digits() {
        // ln p and ln(1 − p) by mpmath 1.4.1, 60 digits.
        let cases = [
            (Link::Probit, -40.0, -804.6084420137538, 0.0),
            (Link::Probit, -3.0, -6.607726221510349, -0.0013508099647481938),
            (Link::Probit, 0.5, -0.3689464152886564, -1.1759117615936185),
            (Link::Probit, 9.0, -1.1285884059538405e-19, -43.628149113332114),
            (Link::Probit, 40.0, 0.0, -804.6084420137538),
            (Link::Cauchit, -1e20, -47.196431745730315, -3.1830988618379067e-21),
            (Link::Cauchit, -40.0, -4.833817616894664, -0.00798790847530824),
            (Link::Cauchit, -0.5, -1.0429418980620317, -0.4345073545177282),
            (Link::Cauchit, 0.5, -0.4345073545177282, -1.0429418980620317),
            (Link::Cauchit, 2.0, -0.1596801598555846, -1.9133603645040103),
            (Link::Cauchit, 1000000.0, -3.1830993684428716e-07, -14.960240443814008),
            (Link::Cauchit, 1e20, -3.1830988618379067e-21, -47.196431745730315),
            (Link::Cloglog, -40.0, -40.0, -4.248354255291589e-18),
            (Link::Cloglog, -2.0, -2.0669046064441696, -0.1353352832366127),
            (Link::Cloglog, 1.25, -0.03096491622357531, -3.4903429574618414),
            (Link::Cloglog, 4.0, -1.9423376049564018e-24, -54.598150033144236),
            (Link::Loglog, -4.0, -54.598150033144236, -1.9423376049564018e-24),
            (Link::Loglog, -1.25, -3.4903429574618414, -0.03096491622357531),
            (Link::Loglog, 2.0, -0.1353352832366127, -2.0669046064441696),
            (Link::Loglog, 40.0, -4.248354255291589e-18, -40.0),
            (Link::Log, -40.0, -40.0, -4.248354255291589e-18),
            (Link::Log, -1e-09, -1e-09, -20.723265837446412),
            (Link::Logit, -40.0, -40.0, -4.248354255291589e-18),
            (Link::Logit, 40.0, -4.248354255291589e-18, -40.0),
        ];
        for (link, eta, ln_p, ln_q) in cases {
            for (success, expected) in [(1.0, ln_p), (0.0, ln_q)] {
                let found = ln_density(link, eta, success);
                let error = (found - expected).abs();
                assert!(error <= 4e-15 * f64::abs(expected), "{link} at {eta}: {found}, not {expected}");
            }
        }
    }

    #[test]
    fn a_link_and_its_inverse() {
        for link in Link::ALL {
            assert_eq!(Link::named(&link.name().to_uppercase().replace('_', "-")), Some(link));
            for eta in [0.25, 0.5, 1.5] {
                let theta = link.inverse(eta, &Domain::Real);
                let back = link.predictor(theta).expect("inside");
                assert!((back - eta).abs() < 1e-14, "{link}: {back}, not {eta}");
            }
        }
        assert_eq!(Link::named("log-logit"), None);
    }

    #[test]
    fn what_leaves_the_domain_is_no_number() {
        for (link, domain, eta) in [
            (Link::Identity, Domain::Positive, -1.0),
            (Link::Identity, Domain::Unit, 1.5),
            (Link::Identity, Domain::Unit, -0.5),
            (Link::Log, Domain::Unit, 0.5),
            (Link::Inverse, Domain::Positive, -1.0),
            (Link::Inverse, Domain::Unit, 0.5),
            (Link::InverseSquared, Domain::Real, -1.0),
            (Link::Sqrt, Domain::Real, -1.0),
            (Link::Sqrt, Domain::Above { lower: 2.0 }, 1.0),
            (Link::Logit, Domain::Interval { lower: -1.0, upper: 0.5 }, 1.0),
        ] {
            assert!(link.inverse(eta, &domain).is_nan(), "{link} at {eta}, which is to be {domain}");
        }
        assert_eq!(Link::Identity.inverse(-1.0, &Domain::Real), -1.0);
        assert_eq!(Link::Inverse.predictor(0.0), None);
    }
}
