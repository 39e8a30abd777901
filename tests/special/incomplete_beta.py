"""ln I_x(a, b), ln(1 − I_x(a, b)) and derivatives by a and b, from Arb (python-flint 0.9.0), which bounds its own errors.

    python3 tests/special/incomplete_beta.py

writes incomplete_beta.csv (values) and incomplete_beta_derivatives.csv beside itself. Columns: a, b, λ = logit x as
hexadecimal doubles; then the values to 17 digits. The precision is doubled until a value is known to 60 bits.
Derivatives: central differences of the same function with steps of 1e-40, at 700 bits more.
"""

import itertools
import math
import os
import random
import re
import sys

from flint import arb, ctx

HERE = os.path.dirname(os.path.abspath(__file__))


def terms(a, b, x):
    """About how many terms the series of I_x(a, b) has before it falls, and then until it is right."""
    a, b, x = float(a), float(b), min(float(x), 1 - 1e-16)
    return max(0.0, (x * b - (1 - x) * a) / (1 - x)) + ctx.prec / -math.log2(x) if x > 0 else 0.0


def series(a, b, x, rest):
    """I_x(a, b) by DLMF 8.17.8 after Euler's transformation: all terms are positive. `rest` is 1 − x."""
    term = total = arb(1)
    upper, lower = a + b, a + 1
    while True:
        ratio = x * upper / lower
        term = term * ratio
        total = total + term
        upper, lower = upper + 1, lower + 1
        bound = max(ratio, x, key=lambda r: float(r.upper()))
        if bound < 1 and term * bound < total * (1 - bound) * arb(2) ** -ctx.prec:
            remainder = (term * bound / (1 - bound)).upper()
            total = total + arb(remainder / 2, remainder / 2)
            break
    prefix = a * x.log() + b * rest.log() + (a + b).lgamma() - (a + 1).lgamma() - b.lgamma()
    return prefix.exp() * total


def ln_tails(a, b, logit):
    x, rest = 1 / (1 + (-logit).exp()), 1 / (1 + logit.exp())
    of_lower, of_upper = terms(a, b, x), terms(b, a, rest)
    lower = series(a, b, x, rest) if of_lower < max(of_upper, 2e4) else None
    upper = series(b, a, rest, x) if of_upper < max(of_lower, 2e4) or lower is None else None
    # The one that is near 1 from the other.
    if upper is None or (lower is not None and lower < 0.5):
        return lower.log(), (-lower).log1p() if upper is None or not upper < 0.5 else upper.log()
    return (lower.log() if lower is not None and lower < 0.5 else (-upper).log1p()), upper.log()


def known(f, bits=60, first=128, most=12000):
    """f() at a precision where all its values have so many bits, or are no doubles; None if that takes too many."""
    precision = first
    while precision <= most:
        ctx.prec = precision
        values = f()
        if all(value.rel_accuracy_bits() >= bits or value.abs_upper() < arb(2) ** -1100 for value in values):
            return values
        precision *= 2
    return None


def short(x):
    """x to 37 bits, so that the table is short."""
    mantissa, exponent = math.frexp(x)
    return math.ldexp(round(mantissa * 2**37), exponent - 37)


def points(rng):
    for k in itertools.count():
        kind = k % 6
        wide = lambda: 10 ** rng.uniform(-8, 5)
        small = lambda: 10 ** rng.uniform(-2, 2)
        if kind == 0:  # near the middle
            a, b = 10 ** rng.uniform(-2, 5), 10 ** rng.uniform(-2, 5)
            logit = math.log(a / b) + rng.uniform(-8, 8) * math.sqrt(1 / a + 1 / b)
        elif kind == 1:  # moderate
            a, b = small(), small()
            logit = rng.uniform(-8, 8)
        elif kind == 2:  # anything
            a, b = wide(), wide()
            logit = rng.uniform(-30, 30)
        elif kind == 3:  # far tails
            a, b = small(), small()
            logit = rng.choice([-1, 1]) * 10 ** rng.uniform(0, 2.8)
        elif kind == 4:  # Student's t
            a, b = 10 ** rng.uniform(-1, 4), 0.5
            logit = math.log(2 * a) - 2 * math.log(10 ** rng.uniform(-8, 6))
        else:  # counts
            a, b = small(), float(rng.randrange(1, 2000))
            logit = math.log(a / b) + rng.uniform(-3, 3)
        yield short(a), short(b), short(logit)


def text(value):
    if value.abs_upper() < arb(2) ** -1074:
        return "-0.0"
    return value.str(17, radius=False)


def write(name, rows):
    with open(os.path.join(HERE, name), "w") as out:
        for arguments, values in rows:
            out.write(",".join([re.sub("0+p", "p", x.hex()) for x in arguments] + [text(v) for v in values]) + "\n")


def value_rows(count):
    done = 0
    for a, b, logit in points(random.Random(1)):
        if done == count:
            return
        values = known(lambda: ln_tails(arb(a), arb(b), arb(logit)))
        if values is not None:
            done += 1
            yield (a, b, logit), values


ORDERS = [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)]
# Central differences of second order in the step, by the order.
STENCILS = {0: {0: 1}, 1: {-1: -0.5, 1: 0.5}, 2: {-1: 1, 0: -2, 1: 1}, 3: {-2: -0.5, -1: 1, 1: -1, 2: 0.5}}


def derivatives(a, b, logit):
    h, g = arb(a) / arb(10) ** 40, arb(b) / arb(10) ** 40
    cache = {}

    def at(i, k):
        if (i, k) not in cache:
            cache[i, k] = ln_tails(arb(a) + i * h, arb(b) + k * g, arb(logit))[0]
        return cache[i, k]

    return [
        sum((p * q * at(i, k) for i, p in STENCILS[j].items() for k, q in STENCILS[l].items()), arb(0)) / (h**j * g**l)
        for j, l in ORDERS
    ]


def derivative_rows(count):
    done = 0
    for a, b, logit in points(random.Random(2)):
        if done == count:
            return
        if max(a, b) > 3e3 or min(a, b) < 1e-6:
            continue
        values = known(lambda: derivatives(a, b, logit), first=1024, most=5000)
        if values is not None:
            done += 1
            yield (a, b, logit), values


if __name__ == "__main__":
    write("incomplete_beta_derivatives.csv", derivative_rows(int(sys.argv[2]) if len(sys.argv) > 2 else 500))
    write("incomplete_beta.csv", value_rows(int(sys.argv[1]) if len(sys.argv) > 1 else 10000))
