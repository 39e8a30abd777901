"""Writes the tables of the logistic function, of Φ⁻¹, and of the functions with a removable singularity, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_elementary.py [NAME …]
"""

import random
import statistics
import sys

from flint import arb, arb_series, ctx

from tables_bessel import certain, log_uniform, short, write
from tables_gamma import all_certain


def signed(rng, low, high):
    """Of either sign, between two powers of ten."""
    return rng.choice([-1.0, 1.0]) * log_uniform(rng, low, high)


def logistic(rng):
    points = [short(rng.uniform(-40, 40)) for _ in range(5000)] + [short(rng.uniform(-740, 740)) for _ in range(3000)]
    points += [signed(rng, -300, 3) for _ in range(2000)]

    def values(x):
        value = lambda: 1 / (1 + (-arb(x)).exp())
        return certain(value), certain(lambda: -(-arb(x)).exp().log1p())

    write("logistic.csv", [(x, *values(x)) for x in points])


def normal_quantile(rng):
    points = [log_uniform(rng, -300, 0) for _ in range(4000)] + [rng.random() for _ in range(4000)]
    points += [1 - log_uniform(rng, -15, 0) for _ in range(1500)] + [0.5 + signed(rng, -15, -1) for _ in range(600)]

    def quantile(p):
        ctx.prec = 300
        tail = min(arb(p), 1 - arb(p))
        x = arb(statistics.NormalDist().inv_cdf(min(p, 1 - p))) if min(p, 1 - p) > 0 else arb(0)
        for _ in range(8):
            # Newton's method on ln Φ.
            cdf = (-x / arb(2).sqrt()).erfc() / 2
            slope = (-x * x / 2).exp() / (2 * arb.pi()).sqrt() / cdf
            x = (x - (cdf / tail).log() / slope).mid()
        return x if p <= 0.5 else -x

    write("normal_quantile.csv", [(p, quantile(p)) for p in points if 0 < p < 1])


def orders_0_to_3(name, function, points):
    def values(u):
        series = function(arb_series([arb(u), arb(1)], prec=4))
        return [series[k] * arb(k + 1).gamma() for k in range(4)]

    write(f"{name}.csv", [(u, *all_certain(lambda: values(u))) for u in points])


def ln_1p_ratio(rng):
    points = [short(rng.uniform(-0.999, 4)) for _ in range(1300)] + [signed(rng, -12, -1) for _ in range(600)]
    points += [log_uniform(rng, 0, 12) for _ in range(400)] + [-1 + log_uniform(rng, -10, -1) for _ in range(200)]
    orders_0_to_3("ln_1p_ratio", lambda u: (1 + u).log() / u, points)


def exp_remainder(rng):
    points = [short(rng.uniform(-6, 6)) for _ in range(1300)] + [signed(rng, -12, -1) for _ in range(600)]
    points += [-log_uniform(rng, 0, 10) for _ in range(300)] + [log_uniform(rng, 0, 2.8) for _ in range(300)]
    orders_0_to_3("exp_remainder", lambda u: (u.exp() - 1 - u) / (u * u), points)


def stirling_remainder(rng):
    points = [short(rng.uniform(0.001, 1)) for _ in range(1300)] + [log_uniform(rng, -10, 0) for _ in range(700)]
    points += [log_uniform(rng, 0, 8) for _ in range(500)]

    def remainder(v):
        k = 1 / v
        return k.lgamma() - (k - arb(1) / 2) * k.log() + k - (2 * arb.pi()).log() / 2

    orders_0_to_3("stirling_remainder", remainder, points)


TABLES = {
    "logistic": logistic,
    "normal_quantile": normal_quantile,
    "ln_1p_ratio": ln_1p_ratio,
    "exp_remainder": exp_remainder,
    "stirling_remainder": stirling_remainder,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        TABLES[name](random.Random(name))
