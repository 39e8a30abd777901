"""Writes the table of ln B, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_beta.py
"""

import random

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


if __name__ == "__main__":
    ln_beta(random.Random("ln_beta"))
