"""Writes the table of ln F of Prentice's log-gamma law, with its derivatives by the shape, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_log_gamma.py
"""

import random

from flint import arb, ctx

from tables_bessel import log_uniform, short, write


def ln_cdf(w, q):
    """Of balls: P(k, k e^(qw)), k = 1/q², or Q for q < 0; by the complement where it is near 1."""
    k = 1 / (q * q)
    x = k * (q * w).exp()
    lower, upper = x.gamma_lower(k, regularized=1), x.gamma_upper(k, regularized=1)
    below, above = (lower, upper) if q > 0 else (upper, lower)
    return below.log() if below < 0.9 else (-above).log1p()


def derivatives(w, q):
    """ln F and three derivatives by q, by central differences with steps so short that 25 digits remain."""
    for ctx.prec in (800, 1600, 3200):
        at, h = arb(q), arb(abs(q)) * arb(2) ** (-ctx.prec // 8)
        f = {i: ln_cdf(arb(w), at + i * h) for i in range(-3, 4)}
        found = [f[0], (f[1] - f[-1]) / (2 * h), (f[1] - 2 * f[0] + f[-1]) / (h * h),
                 (f[3] - 3 * f[1] + 3 * f[-1] - f[-3]) / (8 * h**3)]
        if all(v.is_finite() and v.rel_accuracy_bits() > 80 for v in found):
            return [v.mid() for v in found]
    return None


def log_gamma_law(rng):
    sign = lambda: rng.choice([-1.0, 1.0])
    points = [(short(rng.uniform(-4, 4)), short(sign() * rng.uniform(0.02, 2))) for _ in range(4600)]
    points += [(short(rng.uniform(-8, 8)), sign() * log_uniform(rng, -1.7, 0.5)) for _ in range(3600)]
    points += [(short(rng.uniform(-3, 3)), sign() * log_uniform(rng, -8, -1.7)) for _ in range(400)]
    # Far from 0, where one tail is exponential, of the scale |q|.
    points += [(short(-q * rng.uniform(0, 40)), q) for q in (sign() * log_uniform(rng, -0.5, 2) for _ in range(2000))]
    # Where all but little lies below a negative w, or above a positive one.
    points += [(short(-q * 10.0 ** rng.uniform(-6, -1)), q) for q in (sign() * log_uniform(rng, 0.3, 2) for _ in range(400))]
    # Not where e^(qw) leaves nothing of a tail.
    rows = [(w, q, derivatives(w, q)) for w, q in points if q * w < 6.3 or abs(q) < 0.1]
    write("log_gamma_law.csv", [(w, q, *values) for w, q, values in rows if values])


if __name__ == "__main__":
    log_gamma_law(random.Random("log_gamma_law"))
