//! The elementary operations a formula is made of: their names, arities and values.
//!
//! A formula travels as data, so an operation is known by name ([`Unary::name`], [`Binary::name`], [`Ternary::name`],
//! [`Quaternary::name`]); the names are part of the format and never change meaning. Derivatives live in `graph/differentiate.rs`, one rule each.

use crate::special;

/// An operation of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unary {
    /// −x
    Negate,
    /// ln x
    Ln,
    /// eˣ
    Exp,
    /// ln(1 + x)
    Ln1p,
    /// eˣ − 1
    ExpM1,
    /// ln(1 − eˣ), x ≤ 0
    Ln1mExp,
    /// √x
    Sqrt,
    /// sin x
    Sin,
    /// cos x
    Cos,
    /// arctan x, between −π/2 and π/2
    ArcTan,
    /// 1 / (1 + e⁻ˣ)
    Logistic,
    /// −ln(1 + e⁻ˣ), the logarithm of [`Unary::Logistic`] without its underflow
    LnLogistic,
    /// ln Γ(x), x > 0
    LnGamma,
    /// ψ⁽ᵏ⁾(x), x > 0: the k-th derivative of the digamma function
    Polygamma(u8),
    /// ln Φ(x), the logarithm of the standard normal distribution function
    LnNormalCdf,
    /// The k-th derivative of φ(x) / Φ(x), k ≤ 4: the inverse Mills ratio, which is the slope of ln Φ
    InverseMillsRatio(u8),
    /// erf x, the error function
    Erf,
    /// 1 − erf x, without the cancellation for large x
    Erfc,
    /// ln(1 − erf x), without the underflow of [`Unary::Erfc`]
    LnErfc,
    /// The k-th derivative of ln ζ(x), the logarithm of Riemann's zeta function, x > 1
    LnZeta(u8),
    /// The k-th derivative of ln(1 + x) / x, x > −1
    Ln1pRatio(u8),
    /// The k-th derivative of (eˣ − 1 − x) / x²
    ExpRemainder(u8),
    /// The k-th derivative of what Stirling's formula leaves of ln Γ(1/x), x ≥ 0, k ≤ 6
    StirlingRemainder(u8),
}

/// The highest order of [`Unary::Polygamma`] that has a name; of higher ones, values overflow.
const MOST_DERIVATIVES: u8 = 100;

impl Unary {
    /// Every operation of one argument, those that have an order up to 3, 2 or 1.
    pub const ALL: [Unary; 36] = [
        Unary::Negate,
        Unary::Ln,
        Unary::Exp,
        Unary::Ln1p,
        Unary::ExpM1,
        Unary::Ln1mExp,
        Unary::Sqrt,
        Unary::Sin,
        Unary::Cos,
        Unary::ArcTan,
        Unary::Logistic,
        Unary::LnLogistic,
        Unary::LnGamma,
        Unary::Polygamma(0),
        Unary::Polygamma(1),
        Unary::Polygamma(2),
        Unary::Polygamma(3),
        Unary::LnNormalCdf,
        Unary::InverseMillsRatio(0),
        Unary::InverseMillsRatio(1),
        Unary::Erf,
        Unary::Erfc,
        Unary::LnErfc,
        Unary::LnZeta(0),
        Unary::LnZeta(1),
        Unary::LnZeta(2),
        Unary::LnZeta(3),
        Unary::Ln1pRatio(0),
        Unary::Ln1pRatio(1),
        Unary::Ln1pRatio(2),
        Unary::ExpRemainder(0),
        Unary::ExpRemainder(1),
        Unary::ExpRemainder(2),
        Unary::StirlingRemainder(0),
        Unary::StirlingRemainder(1),
        Unary::StirlingRemainder(2),
    ];

    /// The name that this operation has in a stored formula.
    pub fn name(self) -> String {
        match self {
            Unary::Negate => "negate",
            Unary::Ln => "ln",
            Unary::Exp => "exp",
            Unary::Ln1p => "ln_1p",
            Unary::ExpM1 => "exp_m1",
            Unary::Ln1mExp => "ln_1m_exp",
            Unary::Sqrt => "sqrt",
            Unary::Sin => "sin",
            Unary::Cos => "cos",
            Unary::ArcTan => "arctan",
            Unary::Logistic => "logistic",
            Unary::LnLogistic => "ln_logistic",
            Unary::LnGamma => "ln_gamma",
            Unary::Polygamma(order) => return format!("polygamma_{order}"),
            Unary::LnNormalCdf => "ln_normal_cdf",
            Unary::InverseMillsRatio(order) => return format!("inverse_mills_ratio_{order}"),
            Unary::Erf => "erf",
            Unary::Erfc => "erfc",
            Unary::LnErfc => "ln_erfc",
            Unary::LnZeta(order) => return format!("ln_zeta_{order}"),
            Unary::Ln1pRatio(order) => return format!("ln_1p_ratio_{order}"),
            Unary::ExpRemainder(order) => return format!("exp_remainder_{order}"),
            Unary::StirlingRemainder(order) => return format!("stirling_remainder_{order}"),
        }
        .to_string()
    }

    /// The operation of this name, if there is one.
    pub fn named(name: &str) -> Option<Unary> {
        let of_order = |prefix, most, operation: fn(u8) -> Unary| {
            let order: u8 = name.strip_prefix(prefix)?.parse().ok()?;
            // One operation has one name: `polygamma_01` is none.
            (order <= most && operation(order).name() == name).then(|| operation(order))
        };
        of_order("polygamma_", MOST_DERIVATIVES, Unary::Polygamma)
            .or_else(|| of_order("inverse_mills_ratio_", special::MOST_MILLS_ORDERS, Unary::InverseMillsRatio))
            .or_else(|| of_order("ln_zeta_", special::MOST_ZETA_DERIVATIVES, Unary::LnZeta))
            .or_else(|| of_order("ln_1p_ratio_", MOST_DERIVATIVES, Unary::Ln1pRatio))
            .or_else(|| of_order("exp_remainder_", MOST_DERIVATIVES, Unary::ExpRemainder))
            .or_else(|| of_order("stirling_remainder_", special::MOST_STIRLING_ORDERS, Unary::StirlingRemainder))
            .or_else(|| Unary::ALL.into_iter().find(|operation| operation.name() == name))
    }

    /// Its value at `x`; NaN outside the operation's domain.
    pub fn evaluate(self, x: f64) -> f64 {
        match self {
            Unary::Negate => -x,
            Unary::Ln => x.ln(),
            Unary::Exp => x.exp(),
            Unary::Ln1p => x.ln_1p(),
            Unary::ExpM1 => x.exp_m1(),
            Unary::Ln1mExp => special::ln_1m_exp(x),
            Unary::Sqrt => x.sqrt(),
            Unary::Sin => x.sin(),
            Unary::Cos => x.cos(),
            Unary::ArcTan => x.atan(),
            Unary::Logistic => special::logistic(x),
            Unary::LnLogistic => special::ln_logistic(x),
            Unary::LnGamma => special::ln_gamma(x),
            Unary::Polygamma(order) => special::polygamma(order, x),
            Unary::LnNormalCdf => special::ln_normal_cdf(x),
            Unary::InverseMillsRatio(order) => special::inverse_mills_ratio(order, x),
            Unary::Erf => special::erf(x),
            Unary::Erfc => special::erfc(x),
            Unary::LnErfc => special::ln_erfc(x),
            Unary::LnZeta(order) => special::ln_zeta_derivative(order, x),
            Unary::Ln1pRatio(order) => special::ln_1p_ratio(order, x),
            Unary::ExpRemainder(order) => special::exp_remainder(order, x),
            Unary::StirlingRemainder(order) => special::stirling_remainder(order, x),
        }
    }
}

/// An operation of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Binary {
    /// x + y
    Add,
    /// x − y
    Subtract,
    /// x · y
    Multiply,
    /// x / y
    Divide,
    /// xʸ
    Power,
    /// x · ln y, which is 0 where x = 0
    XLnY,
    /// x · ln(1 + y), which is 0 where x = 0
    XLn1pY,
    /// ln B(x, y), x > 0, y > 0: the logarithm of the beta function
    LnBeta,
    /// ln Γ(x + y) − ln Γ(x), x > 0, x + y > 0: the logarithm of the rising factorial
    LnRising,
    /// ψ⁽ᵏ⁾(x + y) − ψ⁽ᵏ⁾(x), x > 0, x + y > 0
    PolygammaRising(u8),
    /// ln(y^(x−1) e^(−y) / Γ(x)), the logarithm of the gamma density of shape x > 0 and scale 1 at y ≥ 0
    LnGammaDensity,
    /// ∂ᵏ ln P(x, y) / ∂xᵏ, k ≤ 3: P is the lower regularised incomplete gamma function of shape x
    LnGammaP(u8),
    /// ∂ᵏ ln Q(x, y) / ∂xᵏ, k ≤ 3: Q is the upper regularised incomplete gamma function of shape x
    LnGammaQ(u8),
    /// ∂ᵏ ln F(x; y) / ∂yᵏ, k ≤ 3: F is the distribution function of Prentice's log-gamma law of shape y, which is normal at 0
    LnLogGammaCdf(u8),
    /// ln(e⁻ʸ I_x(y)), x ≥ 0, y ≥ 0, differentiated so many times by x and by y: the modified Bessel function of the first
    /// kind
    LnBesselI(u8, u8),
    /// ln(eʸ K_x(y)), y > 0, differentiated so many times by x and by y: the modified Bessel function of the second kind
    LnBesselK(u8, u8),
    /// ln F(x; y), the logarithm of the distribution function of the skew normal law, whose density is 2 φ(x) Φ(yx)
    LnSkewNormalCdf,
    /// T(x, y), Owen's function: the probability of X > x and 0 < Y < yX for independent standard normal X and Y
    OwensT,
    /// 1 where x < y, else 0
    Less,
    /// 1 where x = y, else 0
    Equal,
}

impl Binary {
    /// Every operation of two arguments, [`Binary::PolygammaRising`] and Bessel functions up to order 2, the incomplete gamma
    /// functions and the log-gamma law up to order 1.
    pub const ALL: [Binary; 35] = [
        Binary::Add,
        Binary::Subtract,
        Binary::Multiply,
        Binary::Divide,
        Binary::Power,
        Binary::XLnY,
        Binary::XLn1pY,
        Binary::LnBeta,
        Binary::LnRising,
        Binary::PolygammaRising(0),
        Binary::PolygammaRising(1),
        Binary::PolygammaRising(2),
        Binary::LnGammaDensity,
        Binary::LnGammaP(0),
        Binary::LnGammaP(1),
        Binary::LnGammaQ(0),
        Binary::LnGammaQ(1),
        Binary::LnLogGammaCdf(0),
        Binary::LnLogGammaCdf(1),
        Binary::LnBesselI(0, 0),
        Binary::LnBesselI(1, 0),
        Binary::LnBesselI(0, 1),
        Binary::LnBesselI(2, 0),
        Binary::LnBesselI(1, 1),
        Binary::LnBesselI(0, 2),
        Binary::LnBesselK(0, 0),
        Binary::LnBesselK(1, 0),
        Binary::LnBesselK(0, 1),
        Binary::LnBesselK(2, 0),
        Binary::LnBesselK(1, 1),
        Binary::LnBesselK(0, 2),
        Binary::LnSkewNormalCdf,
        Binary::OwensT,
        Binary::Less,
        Binary::Equal,
    ];

    /// The name that this operation has in a stored formula.
    pub fn name(self) -> String {
        match self {
            Binary::Add => "add",
            Binary::Subtract => "subtract",
            Binary::Multiply => "multiply",
            Binary::Divide => "divide",
            Binary::Power => "power",
            Binary::XLnY => "x_ln_y",
            Binary::XLn1pY => "x_ln_1p_y",
            Binary::LnBeta => "ln_beta",
            Binary::LnRising => "ln_rising",
            Binary::PolygammaRising(order) => return format!("polygamma_rising_{order}"),
            Binary::LnGammaDensity => "ln_gamma_density",
            Binary::LnGammaP(order) => return format!("ln_gamma_p_{order}"),
            Binary::LnGammaQ(order) => return format!("ln_gamma_q_{order}"),
            Binary::LnLogGammaCdf(order) => return format!("ln_log_gamma_cdf_{order}"),
            Binary::LnBesselI(by_x, by_y) => return format!("ln_bessel_i_{by_x}_{by_y}"),
            Binary::LnBesselK(by_x, by_y) => return format!("ln_bessel_k_{by_x}_{by_y}"),
            Binary::LnSkewNormalCdf => "ln_skew_normal_cdf",
            Binary::OwensT => "owens_t",
            Binary::Less => "less",
            Binary::Equal => "equal",
        }
        .to_string()
    }

    /// The operation of this name, if there is one.
    pub fn named(name: &str) -> Option<Binary> {
        type Ordered = (&'static str, fn(u8) -> Binary, u8);
        let ordered: [Ordered; 4] = [
            ("polygamma_rising_", Binary::PolygammaRising, u8::MAX),
            ("ln_gamma_p_", Binary::LnGammaP, special::MOST_INCOMPLETE_ORDERS),
            ("ln_gamma_q_", Binary::LnGammaQ, special::MOST_INCOMPLETE_ORDERS),
            ("ln_log_gamma_cdf_", Binary::LnLogGammaCdf, special::MOST_LOG_GAMMA_ORDERS),
        ];
        for (prefix, operation, most) in ordered {
            if let Some(order) = name.strip_prefix(prefix) {
                let operation = order.parse().ok().filter(|order| *order <= most).map(operation)?;
                // One operation has one name: `polygamma_rising_01` is none.
                return (operation.name() == name).then_some(operation);
            }
        }
        for (prefix, operation) in
            [("ln_bessel_i_", Binary::LnBesselI as fn(u8, u8) -> Binary), ("ln_bessel_k_", Binary::LnBesselK)]
        {
            if let Some((by_x, by_y)) = name.strip_prefix(prefix).and_then(|orders| orders.split_once('_')) {
                let (by_x, by_y): (u8, u8) = (by_x.parse().ok()?, by_y.parse().ok()?);
                let is_known = by_x.saturating_add(by_y) <= special::MOST_DERIVATIVES;
                return Some(operation(by_x, by_y)).filter(|operation| is_known && operation.name() == name);
            }
        }
        Binary::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// Its value at (`x`, `y`); NaN outside the operation's domain.
    pub fn evaluate(self, x: f64, y: f64) -> f64 {
        match self {
            Binary::Add => x + y,
            Binary::Subtract => x - y,
            Binary::Multiply => x * y,
            Binary::Divide => x / y,
            Binary::Power => x.powf(y),
            Binary::XLnY => special::x_ln_y(x, y),
            Binary::XLn1pY => special::x_ln_1p(x, y),
            Binary::LnBeta => special::ln_beta(x, y),
            Binary::LnRising => special::ln_rising(x, y),
            Binary::PolygammaRising(order) => special::polygamma_rising(order, x, y),
            Binary::LnGammaDensity => special::ln_gamma_density(x, y),
            Binary::LnGammaP(order) => special::ln_gamma_p(order, x, y),
            Binary::LnGammaQ(order) => special::ln_gamma_q(order, x, y),
            Binary::LnLogGammaCdf(order) => special::ln_log_gamma_cdf(order, x, y),
            Binary::LnBesselI(by_x, by_y) => special::ln_bessel_i_scaled_derivative(by_x, by_y, x, y),
            Binary::LnBesselK(by_x, by_y) => special::ln_bessel_k_scaled_derivative(by_x, by_y, x, y),
            Binary::LnSkewNormalCdf => special::ln_skew_normal_cdf(x, y),
            Binary::OwensT => special::owens_t(x, y),
            Binary::Less => f64::from(x < y),
            Binary::Equal => f64::from(x == y),
        }
    }
}

/// An operation of three arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ternary {
    /// ln(pˣ (1 − p)ʸ / B(x, y)), x > 0, y > 0, z = logit p: the logarithm of the density of the logit of a beta variable
    LnBetaDensity,
    /// ln I_p(x, y), z = logit p, differentiated so many times by x and by y, at most 3 times together: the regularised
    /// incomplete beta function
    LnBetaP(u8, u8),
}

impl Ternary {
    /// Every operation of three arguments, the incomplete beta function up to order 1.
    pub const ALL: [Ternary; 4] =
        [Ternary::LnBetaDensity, Ternary::LnBetaP(0, 0), Ternary::LnBetaP(1, 0), Ternary::LnBetaP(0, 1)];

    /// The name that this operation has in a stored formula.
    pub fn name(self) -> String {
        match self {
            Ternary::LnBetaDensity => "ln_beta_density".to_string(),
            Ternary::LnBetaP(by_x, by_y) => format!("ln_beta_p_{by_x}_{by_y}"),
        }
    }

    /// The operation of this name, if there is one.
    pub fn named(name: &str) -> Option<Ternary> {
        let of_orders = orders(special::MOST_BETA_ORDERS).map(|(by_x, by_y)| Ternary::LnBetaP(by_x, by_y));
        of_orders.chain([Ternary::LnBetaDensity]).find(|operation| operation.name() == name)
    }

    /// Its value at (`x`, `y`, `z`); NaN outside the operation's domain.
    pub fn evaluate(self, x: f64, y: f64, z: f64) -> f64 {
        match self {
            Ternary::LnBetaDensity => special::ln_beta_density(x, y, z),
            Ternary::LnBetaP(by_x, by_y) => special::ln_beta_p(by_x, by_y, x, y, z),
        }
    }
}

/// An operation of four arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quaternary {
    /// ln P(X ≤ y), X beta-binomial of the shapes w > 0 and x > 0 among y + z trials, differentiated so many times by w and by
    /// x, at most 3 times together
    LnBetaBinomialCdf(u8, u8),
}

impl Quaternary {
    /// Every operation of four arguments, the beta-binomial one up to order 1.
    pub const ALL: [Quaternary; 3] =
        [Quaternary::LnBetaBinomialCdf(0, 0), Quaternary::LnBetaBinomialCdf(1, 0), Quaternary::LnBetaBinomialCdf(0, 1)];

    /// The name that this operation has in a stored formula.
    pub fn name(self) -> String {
        let Quaternary::LnBetaBinomialCdf(by_w, by_x) = self;
        format!("ln_beta_binomial_cdf_{by_w}_{by_x}")
    }

    /// The operation of this name, if there is one.
    pub fn named(name: &str) -> Option<Quaternary> {
        orders(special::MOST_BETA_ORDERS)
            .map(|(by_w, by_x)| Quaternary::LnBetaBinomialCdf(by_w, by_x))
            .find(|operation| operation.name() == name)
    }

    /// Its value at (`w`, `x`, `y`, `z`); NaN outside the operation's domain.
    pub fn evaluate(self, w: f64, x: f64, y: f64, z: f64) -> f64 {
        let Quaternary::LnBetaBinomialCdf(by_w, by_x) = self;
        special::ln_beta_binomial_cdf(by_w, by_x, w, x, y, z)
    }
}

/// How often a function may be differentiated by each of two arguments, so often together at most.
fn orders(most: u8) -> impl Iterator<Item = (u8, u8)> {
    (0..=most).flat_map(move |by_first| (0..=most - by_first).map(move |by_second| (by_first, by_second)))
}
