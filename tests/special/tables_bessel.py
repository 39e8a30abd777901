"""Writes the tables of ln(1 − eˣ), ln ζ, ln I, ln K, ln Φ, ln F of the skew normal law and Owen's T, beside this file.

python-flint 0.9.0 (Arb: ball arithmetic, each value certain to more digits than are written):

    pip install python-flint==0.9.0 && python3 tests/special/tables_bessel.py [NAME …]

Arguments are doubles, written so that they read back as they are; values are rounded to 17 digits.
"""

import pathlib
import random
import sys

from flint import acb, arb, arb_series, ctx

HERE = pathlib.Path(__file__).parent


def digits(ball):
    """A ball to 17 digits; an error where it is not certain to 20."""
    assert ball.is_zero() or ball.rel_accuracy_bits() > 66, ball
    return ball.mid().str(17, radius=False)


def certain(value, start=128):
    """The ball that `value()` gives with as many bits as it takes."""
    ctx.prec = start
    while ctx.prec < 1 << 16:
        ball = value()
        if ball.is_zero() or (ball.is_finite() and ball.rel_accuracy_bits() > 80):
            return ball
        ctx.prec *= 2
    raise ValueError("no certain digits")


def short(x):
    """A double of few decimal digits near x."""
    return float(f"{x:.4g}")


def log_uniform(rng, low, high):
    """Between two powers of ten."""
    return short(10.0 ** rng.uniform(low, high))


def write(name, rows):
    """Arguments as floats, values as balls."""
    lines = [",".join(repr(c) if isinstance(c, float) else digits(c) for c in row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n")
    print(name, len(lines))


def ln_1m_exp(rng):
    points = [-log_uniform(rng, -300, 0) for _ in range(2000)] + [-log_uniform(rng, -3, 2.87) for _ in range(8000)]
    points += [-short(rng.uniform(600, 745)) for _ in range(500)]
    write("ln_1m_exp.csv", [(x, certain(lambda: (-arb(x).expm1()).log())) for x in points])


def ln_zeta(rng):
    points = [1.0 + 2.0 ** -rng.uniform(1, 52) for _ in range(2500)] + [short(rng.uniform(1.001, 60)) for _ in range(6000)]
    points += [log_uniform(rng, 1.5, 3.03) for _ in range(1000)] + [short(rng.uniform(1000, 1074)) for _ in range(500)]
    write("ln_zeta.csv", [(s, certain(lambda: (arb(s).zeta() - 1).log1p())) for s in points])
    rows = []
    for s in points[::25]:
        ctx.prec = 400 + 2 * int(min(s, 1100))
        series = arb_series([arb(s), arb(1)], 7).zeta().log()
        rows.append((s, *(series[k] * arb(k).gamma() * k if k else series[0] for k in range(7))))
    write("ln_zeta_derivatives.csv", rows)


def ln_i(nu, x):
    """ln(e⁻ˣ I_ν(x)) of balls."""
    return x.bessel_i(nu).log() - x


def ln_k(nu, x):
    """ln(eˣ K_ν(x)) of balls.

    For large ν by the finite sum of DLMF 10.31.1, which leaves (ex / 2ν)²ᵛ < 1e-170: Arb overflows there.
    """
    if nu < 100 or x > nu / 10:
        return x.bessel_k(nu).log() + x
    quarter, term, total = -x * x / 4, arb(1), arb(1)
    for k in range(1, min(int(float(nu)) - 1, 400 + int(float(x * x / nu)))):
        term *= quarter / (k * (nu - k))
        total += term
    return nu.lgamma() + nu * (2 / x).log() - arb(2).log() + total.log() + x


def mixed(f, nu, x, j, k):
    """∂ʲ⁺ᵏ f / ∂νʲ ∂xᵏ by central differences, j, k ≤ 3, with steps so short that 25 digits remain."""
    stencils = {0: {0: 1}, 1: {1: 1, -1: -1}, 2: {1: 1, 0: -2, -1: 1}, 3: {3: 1, 1: -3, -1: 3, -3: -1}}
    half = {0: 1, 1: 2, 2: 1, 3: 8}
    ctx.prec = 1500
    nu, x = arb(nu), arb(x)
    h, l = arb(2) ** -130, x * arb(2) ** -130
    total = sum(
        a * b * f(nu + i * h, x + m * l) for i, a in stencils[j].items() for m, b in stencils[k].items()
    )
    return (total / (half[j] * half[k] * h**j * l**k)).mid()


ORDERS = [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)]


def bessel_points(rng, lowest):
    """(ν, x): near 0, in between, across where the methods meet, far out."""
    points = [(0.0, log_uniform(rng, lowest, 10)) for _ in range(1000)]
    points += [(float(rng.randrange(200)) / 2, log_uniform(rng, -2, 3)) for _ in range(2000)]
    points += [(short(rng.uniform(0, 45)), short(rng.uniform(0.01, 45))) for _ in range(4000)]
    points += [(log_uniform(rng, -10, 6), log_uniform(rng, lowest, 10)) for _ in range(3000)]
    points += [(log_uniform(rng, 0, 6), log_uniform(rng, 0, 6)) for _ in range(1000)]
    return points


def bessel(name, f):
    def table(rng):
        points = bessel_points(rng, -10)
        write(f"{name}.csv", [(nu, x, certain(lambda: f(arb(nu), arb(x)), 256)) for nu, x in points])
        # ∂ / ∂ν at 0 is exponentially small, and of no use there.
        some = [(max(nu, 0.001), x) for nu, x in points[::40]]
        write(f"{name}_derivatives.csv", [(nu, x, *(mixed(f, nu, x, j, k) for j, k in ORDERS)) for nu, x in some])

    return table


def skew_normal_cdf(z, alpha):
    """2 ∫ φ(t) Φ(αt) dt up to z, in pieces of the width of the integrand; the tail left out is below 1e-40 of it."""
    root = arb(2).sqrt()
    f = lambda t: (-t * t / 2).exp() * (-t * (alpha / root)).erfc()

    def integral(low, high):
        # The tolerance of the integral is absolute: so it is of f over its value at an end.
        size = f(low if z > 0 else arb(z))
        return acb.integral(lambda t, _: f(t) / size, acb(low), acb(high)).real * size / (2 * arb.pi()).sqrt()

    if z > 0:
        return arb(1) / 2 - arb(alpha).atan() / arb.pi() + integral(arb(0), arb(z))
    steep = max(alpha, 0.0)
    rate = max((1 + steep**2) ** 0.5, abs(z) * (1 + steep**2))
    cuts = [arb(z) - arb(k) / arb(rate) for k in (0, 2, 8, 30, 100)]
    return sum(integral(low, high) for high, low in zip(cuts, cuts[1:]))


def skew_normal_points(rng):
    signs = lambda: rng.choice([-1.0, 1.0])
    points = [(short(rng.uniform(-8, 8)), short(rng.uniform(-8, 8))) for _ in range(6000)]
    points += [(signs() * log_uniform(rng, -5, 3), signs() * log_uniform(rng, -5, 4)) for _ in range(3300)]
    points += [(-log_uniform(rng, -1, 3), log_uniform(rng, -2, 1)) for _ in range(1000)]
    # Beyond, ln F is below −5e7, and its integrals take thousands of bits.
    points = [(z, alpha) for z, alpha in points if abs(z * alpha) < 1e4]
    return points + [(0.0, signs() * log_uniform(rng, -9, 9)) for _ in range(200)]


def ln_skew_normal_cdf(rng):
    points = skew_normal_points(rng)

    def value(z, alpha):
        """By the complement where F is near 1."""
        for ctx.prec in (110, 220, 440, 880):
            below = skew_normal_cdf(z, alpha)
            ln = below.log() if below < 0.9 else (-skew_normal_cdf(-z, -alpha)).log1p()
            if ln.is_finite() and ln.rel_accuracy_bits() > 66:
                return ln
        raise ValueError(f"no certain digits at {z}, {alpha}")

    write("ln_skew_normal_cdf.csv", [(z, alpha, value(z, alpha)) for z, alpha in points])


def skew_normal_derivatives(rng):
    """Of ln F at the same points: by z and α, and twice by both, by z and α, and by α."""
    points = skew_normal_points(rng)

    def values(z, alpha):
        for ctx.prec in (110, 220, 440, 880):
            below = skew_normal_cdf(z, alpha)
            x, a, root = arb(z), arb(alpha), arb(2).sqrt()
            width, pi = 1 + a * a, arb.pi()
            twice_phi = (-x * x / 2).exp() * 2 / (2 * pi).sqrt()
            cdf = (-a * x / root).erfc() / 2
            phi = (-(a * x) ** 2 / 2).exp() / (2 * pi).sqrt()
            fall = (-x * x * width / 2).exp() / (pi * width * below)
            slope = twice_phi * cdf / below
            found = [slope, -fall, twice_phi * (a * phi - x * cdf) / below - slope**2, fall * (x * width + slope),
                     fall * (a * x * x + 2 * a / width - fall)]
            # Of the last places of what cancels.
            if all(v.is_finite() and (v.is_zero() or v.rel_accuracy_bits() > 66) for v in found):
                return found
        raise ValueError(f"no certain digits at {z}, {alpha}")

    write("ln_skew_normal_cdf_derivatives.csv", [(z, alpha, *values(z, alpha)) for z, alpha in points])


def owens_t_points(rng):
    points = [(short(rng.uniform(0, 8)), short(rng.uniform(0, 3))) for _ in range(4000)]
    points += [(short(rng.uniform(0, 38)), log_uniform(rng, -3, 2)) for _ in range(2000)]
    points += [(log_uniform(rng, -10, 1.58), log_uniform(rng, -10, 10)) for _ in range(4000)]
    return points + [(0.0, log_uniform(rng, -9, 9)) for _ in range(50)] + [(log_uniform(rng, -3, 1.5), 1.0) for _ in range(50)]


def owens_t(rng):
    points = owens_t_points(rng)

    def value(h, a):
        """∫ exp(−h² (1 + x²) / 2) / (2π (1 + x²)) dx up to a, in pieces each twice as long as the one before."""
        ctx.prec = 110
        half = arb(h) ** 2 / 2
        f = lambda x: (-half * x * x).exp() / (1 + x * x)
        end = min(a, 20 / h) if h > 0 else a
        cuts = [0.0] + [end * 0.5**k for k in range(40, -1, -1) if end * 0.5**k > 0.25 or k == 0]
        total = sum(acb.integral(lambda x, _: f(x), acb(p), acb(q)).real for p, q in zip(cuts, cuts[1:]))
        return total * (-half).exp() / (2 * arb.pi())

    write("owens_t.csv", [(h, a, value(h, a)) for h, a in points])


def owens_t_derivatives(rng):
    """By h and by a at the same points."""

    def values(h, a):
        h, a = arb(h), arb(a)
        by_h = lambda: -(-h * h / 2).exp() * (a * h / arb(2).sqrt()).erf() / (8 * arb.pi()).sqrt()
        by_a = lambda: (-h * h * (1 + a * a) / 2).exp() / (2 * arb.pi() * (1 + a * a))
        return certain(by_h), certain(by_a)

    write("owens_t_derivatives.csv", [(h, a, *values(h, a)) for h, a in owens_t_points(rng)])


def ln_normal_cdf(rng):
    points = [short(rng.uniform(-40, 38)) for _ in range(9000)] + [-log_uniform(rng, 1, 4) for _ in range(1000)]
    points += [-log_uniform(rng, 4, 150) for _ in range(100)] + [log_uniform(rng, -300, 0) for _ in range(200)]

    def value(x):
        if x < -1e4:
            # −x²/2 − ln √2π|x| + ln(1 − 1/x² + 3/x⁴ − 15/x⁶ + …)
            ctx.prec = 2200
            square, term, total = arb(x) ** 2, arb(1), arb(1)
            for k in range(8):
                term *= -(2 * k + 1) / square
                total += term
            return total.log() - square / 2 - (2 * arb.pi() * square).log() / 2
        tail = lambda: (abs(arb(x)) / arb(2).sqrt()).erfc() / 2
        return certain(lambda: tail().log() if x < 0 else (-tail()).log1p())

    write("ln_normal_cdf.csv", [(x, value(x)) for x in points])


TABLES = {
    "ln_1m_exp": ln_1m_exp,
    "ln_zeta": ln_zeta,
    "ln_bessel_i": bessel("ln_bessel_i", ln_i),
    "ln_bessel_k": bessel("ln_bessel_k", ln_k),
    "ln_normal_cdf": ln_normal_cdf,
    "ln_skew_normal_cdf": ln_skew_normal_cdf,
    "ln_skew_normal_cdf_derivatives": skew_normal_derivatives,
    "owens_t": owens_t,
    "owens_t_derivatives": owens_t_derivatives,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        # Derivatives at the points of the values.
        TABLES[name](random.Random(name.removesuffix("_derivatives")))
