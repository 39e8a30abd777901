"""Writes the tables of erf, erfc and ln erfc, and of the inverse Mills ratio with its derivatives, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_erf.py [NAME …]
"""

import random
import sys

from flint import arb, arb_series

from tables_bessel import certain, log_uniform, short, write
from tables_gamma import all_certain


def signed(rng, low, high):
    """Of either sign, between two powers of ten."""
    return rng.choice([-1.0, 1.0]) * log_uniform(rng, low, high)


def erf(rng):
    points = [short(rng.uniform(-7, 7)) for _ in range(6000)] + [short(rng.uniform(0, 27.3)) for _ in range(2000)]
    points += [signed(rng, -300, 0) for _ in range(1000)] + [signed(rng, 0, 6) for _ in range(1000)]
    points += [0.0, 1e6, -1e6, 1e-300, -1e-300, 26.54, 26.55, 27.2]

    def values(x):
        x = arb(x)
        # Near 0 the logarithm of 1 − erf x, which Arb rounds to 1.
        ln = lambda: (-x.erf()).log1p() if abs(x) < 0.5 else x.erfc().log()
        return [certain(x.erf), certain(x.erfc), certain(ln)]

    write("erf.csv", [(x, *values(x)) for x in points])


# φ/Φ and four derivatives.
ORDERS = 5


def inverse_mills_ratio(rng):
    points = [short(rng.uniform(-8, 8)) for _ in range(6500)] + [short(rng.uniform(-40, 38)) for _ in range(1500)]
    points += [-log_uniform(rng, 0, 6) for _ in range(1500)] + [signed(rng, -300, 0) for _ in range(500)]
    points += [0.0, -1e6, 1e-300]

    def values(x):
        series = arb_series([arb(x), arb(1)], prec=ORDERS + 1)
        ln = (series * (arb(-1) / arb(2).sqrt())).erfc().log()
        return [ln[k + 1] * arb(k + 2).gamma() for k in range(ORDERS)]

    write("inverse_mills_ratio.csv", [(x, *all_certain(lambda: values(x))) for x in points])


TABLES = {"erf": erf, "inverse_mills_ratio": inverse_mills_ratio}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        TABLES[name](random.Random(name))
