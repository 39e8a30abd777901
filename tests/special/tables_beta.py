"""Writes the tables of ln B and of the density of the logit of a beta variable, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_beta.py [NAME …]
"""

import math
import random
import sys

from flint import arb

from tables_bessel import certain, log_uniform, short, write


def ln_beta(rng):
    points = [(short(rng.uniform(0.01, 20)), short(rng.uniform(0.01, 20))) for _ in range(3000)]
    points += [(log_uniform(rng, -3, 6), log_uniform(rng, -3, 6)) for _ in range(3500)]
    points += [(log_uniform(rng, -300, 300), log_uniform(rng, -300, 300)) for _ in range(2000)]
    # About the zero at (1, 1), of equal arguments, and where the methods meet.
    points += [(1 + rng.choice([-1, 1]) * log_uniform(rng, -12, -1), 1 + rng.choice([-1, 1]) * log_uniform(rng, -12, -1)) for _ in range(500)]
    points += [(a, a) for a in (log_uniform(rng, -300, 300) for _ in range(500))]
    points += [(8 + rng.choice([-1, 1]) * log_uniform(rng, -14, 0), log_uniform(rng, 0, 10)) for _ in range(500)]
    points += [(1e-300, 1e300), (1e300, 1e300), (1e-300, 1e-300)]

    def value(a, b):
        a, b = arb(a), arb(b)
        return certain(lambda: a.lgamma() + b.lgamma() - (a + b).lgamma())

    write("ln_beta.csv", [(a, b, value(a, b)) for a, b in points])


def ln_beta_density(rng):
    """a, b, λ and ln(xᵃ (1 − x)ᵇ / B(a, b)), λ = logit x: near the mean and far from it."""
    shapes = lambda: (log_uniform(rng, -3, 6), log_uniform(rng, -3, 6))
    points = [(*shapes(), short(rng.uniform(-20, 20))) for _ in range(4000)]
    points += [(a, b, short(rng.gauss(0, 2) * (1 / a + 1 / b) ** 0.5) + math.log(a / b)) for a, b in (shapes() for _ in range(4000))]
    points += [(log_uniform(rng, -8, 8), log_uniform(rng, -8, 8), rng.choice([-1.0, 1.0]) * log_uniform(rng, -10, 3)) for _ in range(2000)]

    def value(a, b, logit):
        a, b, logit = arb(a), arb(b), arb(logit)
        ln_x, ln_rest = lambda: -(-logit).exp().log1p(), lambda: -logit.exp().log1p()
        return certain(lambda: a * ln_x() + b * ln_rest() + (a + b).lgamma() - a.lgamma() - b.lgamma())

    write("ln_beta_density.csv", [(a, b, logit, value(a, b, logit)) for a, b, logit in points])


TABLES = {"ln_beta": ln_beta, "ln_beta_density": ln_beta_density}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        TABLES[name](random.Random(name))
