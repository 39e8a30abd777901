"""Writes the tables of ln Γ with its derivatives, and of their rises over a step, beside this file.

python-flint 0.9.0, as in tables_bessel.py:

    python3 tests/special/tables_gamma.py [NAME …]
"""

import random
import sys

from flint import arb, arb_series, ctx

from tables_bessel import certain, log_uniform, short, write

# ln Γ and ψ, ψ′, ψ″, ψ‴.
ORDERS = 5


def taylor(x):
    """ln Γ and its derivatives at a ball."""
    series = arb_series([x, arb(1)], prec=ORDERS).lgamma()
    return [series[k] * arb(k + 1).gamma() for k in range(ORDERS)]


def all_certain(values):
    """The balls that `values()` gives with as many bits as it takes."""
    ctx.prec = 128
    while ctx.prec < 1 << 14:
        balls = values()
        if all(b.is_zero() or (b.is_finite() and b.rel_accuracy_bits() > 80) for b in balls):
            return balls
        ctx.prec *= 2
    raise ValueError("no certain digits")


def gamma(rng):
    points = [log_uniform(rng, -300, 300) for _ in range(1500)] + [log_uniform(rng, -8, 8) for _ in range(2500)]
    points += [short(rng.uniform(0.01, 40)) for _ in range(4000)]
    # About the zeros of ln Γ at 1 and 2, of ψ at 1.4616…, and where recurrence and series meet.
    points += [at + rng.choice([-1, 1]) * log_uniform(rng, -15, -1) for at in (1.0, 2.0) for _ in range(750)]
    points += [1.4616321449683622 + rng.choice([-1, 1]) * log_uniform(rng, -15, -1) for _ in range(250)]
    points += [at + rng.choice([-1, 1]) * log_uniform(rng, -15, -1) for at in (16.0, 17.0, 18.0, 19.0) for _ in range(80)]
    write("gamma.csv", [(x, *all_certain(lambda: taylor(arb(x)))) for x in points])


def polygamma(rng):
    """k, x and ψ⁽ᵏ⁾(x) = (−1)^(k+1) k! ζ(k + 1, x), for orders that a graph reaches only by many derivatives."""
    orders = lambda: rng.choice([4, 4, 5, 5, 6, 6, 7, 8, rng.randrange(9, 30), rng.randrange(30, 101)])
    points = [(orders(), log_uniform(rng, -8, 8)) for _ in range(9000)] + [(orders(), short(rng.uniform(0.01, 150))) for _ in range(7000)]
    rows = []
    for k, x in points:
        value = certain(lambda: (-1) ** (k + 1) * arb(k + 1).gamma() * arb(k + 1).zeta(arb(x)))
        if 1e-290 < abs(value) < 1e300:
            rows.append((float(k), x, value))
    write("polygamma.csv", rows)


def gamma_rising(rng):
    """r, x, and what ln Γ, ψ, ψ′, ψ″ at r + x are more than at r."""
    points = [(log_uniform(rng, -8, 8), log_uniform(rng, -8, 8)) for _ in range(4000)]
    points += [(log_uniform(rng, -100, 100), log_uniform(rng, -100, 100)) for _ in range(1000)]
    points += [(short(rng.uniform(0.01, 40)), short(rng.uniform(0.01, 40))) for _ in range(3000)]
    points += [(log_uniform(rng, -6, 10), float(rng.randrange(1, 400))) for _ in range(2000)]

    def rise(r, x):
        below, above = taylor(arb(r)), taylor(arb(r) + arb(x))
        return [b - a for a, b in zip(below, above)][:4]

    write("gamma_rising.csv", [(r, x, *all_certain(lambda: rise(r, x))) for r, x in points])


def ln_gamma_density(rng):
    """a, x and ln(x^(a−1) e^(−x) / Γ(a)), near a and far from it."""
    points = [(log_uniform(rng, -3, 3), log_uniform(rng, -3, 3)) for _ in range(4000)]
    points += [(a, short(a * (1 + rng.gauss(0, 2) / a**0.5))) for a in (log_uniform(rng, 1, 10) for _ in range(4000))]
    points += [(log_uniform(rng, -10, 10), log_uniform(rng, -100, 12)) for _ in range(2400)]
    value = lambda a, x: certain(lambda: (arb(a) - 1) * arb(x).log() - x - arb(a).lgamma())
    write("ln_gamma_density.csv", [(a, x, value(a, x)) for a, x in points if x > 0])


TABLES = {"gamma": gamma, "polygamma": polygamma, "gamma_rising": gamma_rising, "ln_gamma_density": ln_gamma_density}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        TABLES[name](random.Random(name))
