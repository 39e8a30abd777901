"""Writes the table of the beta-binomial distribution function and its derivatives, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_beta_binomial.py
"""

import random

from flint import arb, arb_series, ctx

from tables_bessel import log_uniform, write


def sums(a, b, x, trials, one):
    """P(X ≤ x) and P(X > x), in units of P(X = 0): sums of positive terms."""
    term, below, above = one, one * 0, one * 0
    for j in range(trials + 1):
        if j <= x:
            below = below + term
        else:
            above = above + term
        if j < trials:
            term = term * (trials - j) * (a + j) / ((b + (trials - j - 1)) * (j + 1))
    return below, above


def tails(a, b, x, trials):
    """ln P(X ≤ x) and ln P(X > x)."""
    ctx.prec = 200
    below, above = sums(arb(a), arb(b), x, trials, arb(1))
    return -(above / below).log1p(), -(below / above).log1p()


def derivatives(a, b, x, trials):
    """The first three derivatives of ln P(X ≤ x) by a, and by b."""
    ctx.prec, ctx.cap = 300, 4
    found = []
    for variable in "ab":
        series = lambda value, is_it: arb_series([arb(value), arb(1)] if is_it else [arb(value)])
        below, above = sums(series(a, variable == "a"), series(b, variable == "b"), x, trials, arb_series([1]))
        ln = -(1 + above / below).log()
        found += [ln[1], 2 * ln[2], 6 * ln[3]]
    return found


def points(rng):
    """a, b, x and the number of trials, of one cell more than x: near the mean and anywhere."""
    for most, exponents, count in [(30, (-3, 3), 4000), (200, (-4, 6), 4000), (1000, (-8, 8), 1500), (300, (-2, 15), 500), (10000, (-2, 5), 40)]:
        for _ in range(count):
            trials = rng.randint(1, most)
            a, b = log_uniform(rng, *exponents), log_uniform(rng, *exponents)
            share = a / (a + b)
            deviation = (trials * share * (1 - share) * (a + b + trials) / (a + b + 1)) ** 0.5
            x = round(trials * share + rng.gauss(0, 3) * deviation) if rng.random() < 0.6 else rng.randrange(trials)
            yield a, b, min(max(x, 0), trials - 1), trials


if __name__ == "__main__":
    table = list(points(random.Random("beta_binomial")))
    of = lambda a, b, x, trials: (a, b, float(x), float(trials - x))
    write("ln_beta_binomial_cdf.csv", [(*of(*point), *tails(*point)) for point in table])
    write("ln_beta_binomial_cdf_derivatives.csv", [(*of(*point), *derivatives(*point)) for point in table[:-40:13]])
