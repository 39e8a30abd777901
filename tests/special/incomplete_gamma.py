"""ln P(a, x), ln Q(a, x) and their derivatives by a, from mpmath 1.3.0.

    python3 tests/special/incomplete_gamma.py

writes incomplete_gamma.csv (values) and incomplete_gamma_derivatives.csv beside itself. Columns: a, x as hexadecimal
doubles, then the values to 17 digits.

Values: the lower function by its series, the upper by Legendre's continued fraction, whichever side x lies on, and the
other as the complement, all with as many digits as the complement needs. For large a the number of terms grows as √a;
above 1e6 the quadrature of mpmath integrates the density over 45 of its scales. Derivatives: central differences of the
same functions with steps of 1e-40 a, at 120 digits more.
"""

import itertools
import os
import random
import sys

import mpmath as mp

HERE = os.path.dirname(os.path.abspath(__file__))


def lower_series(a, x):
    """P by DLMF 8.11.4, for x not far above a."""
    term = total = mp.mpf(1)
    n = 0
    while term > total * mp.eps:
        n += 1
        term *= x / (a + n)
        total += term
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total


def upper_fraction(a, x):
    """Q by DLMF 8.9.2, forwards, for x ≥ a + 1."""
    b = x + 1 - a
    c = mp.mpf(10) ** 400
    d = 1 / b
    h = d
    n = 0
    while True:
        n += 1
        an = -n * (n - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        step = c * d
        h *= step
        if abs(step - 1) < mp.eps * 10:
            break
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a)) * h


def by_quadrature(a, x):
    """The smaller of P and Q for large a: the density over 40 scales beyond x, and which it is."""
    upper = x > a
    scale = min(mp.sqrt(a), a / abs(x - a) if x != a else mp.inf)
    sign = 1 if upper else -1
    density = lambda t: mp.exp((a - 1) * mp.log(t / x) - (t - x))
    points = [x + sign * scale * k for k in (0, 3, 6, 10, 15, 22, 30, 45)]
    points = [p for p in points if p > 0]
    value = abs(mp.quad(density, points)) * mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))
    return value, upper


def tails(a, x):
    a, x = mp.mpf(a), mp.mpf(x)
    if a > 1e6 and abs(x - a) < a / 2:
        small, upper = by_quadrature(a, x)
        p, q = (1 - small, small) if upper else (small, 1 - small)
    elif x < a + 1 or x < 2:
        p = lower_series(a, x)
        q = 1 - p
    else:
        q = upper_fraction(a, x)
        p = 1 - q
    return mp.log(p), mp.log(q)


def points(rng):
    for k in itertools.count():
        kind = k % 5
        a = 10 ** rng.uniform(-10, 10 if kind < 2 else 4)
        if kind == 0:  # within some deviations of the middle
            x = a + mp.sqrt(a) * rng.uniform(-8, 8)
        elif kind == 1:  # of the size of a
            x = a * 10 ** rng.uniform(-1.0, 0.5) if a < 1e5 else a * (1 + rng.uniform(-1, 1) * 10 / mp.sqrt(a))
        elif kind == 2:  # moderate
            a = 10 ** rng.uniform(-2, 2)
            x = 10 ** rng.uniform(-3, 2.5)
        elif kind == 3:  # the far lower tail
            x = a * 10 ** rng.uniform(-30, 0)
        else:  # the far upper tail
            x = a + 10 ** rng.uniform(-3, 5)
        a, x = float(a), float(x)
        if x > 1e-290:
            yield a, x


def digits_for(a, x):
    # Enough for the complement of what may be e^-z.
    if x > a:
        fall = (x - a) - a * float(mp.log(x / a)) + abs(float(mp.log(a)))
    else:
        fall = a * float(mp.log(a / x)) - (a - x) + abs(float(mp.log(a)))
    return int(min(fall / 2.3, 50000)) + 40


def main(count, derivatives):
    rng = random.Random(1)
    done = 0
    with open(os.path.join(HERE, "incomplete_gamma.csv"), "w") as out:
        for a, x in points(rng):
            if done == count:
                break
            if digits_for(a, x) > 3000:
                # The complement is 1 to more digits than a double has exponents: −0 stands for it.
                mp.mp.dps = 40
                small_is_upper = x > a
                if x < a + 1:
                    ln = mp.log(lower_series(mp.mpf(a), mp.mpf(x))) if a < 1e6 else None
                else:
                    ln = mp.log(upper_fraction(mp.mpf(a), mp.mpf(x))) if a < 1e6 else None
                if ln is None:
                    continue
                p, q = (0.0, ln) if small_is_upper else (ln, 0.0)
            else:
                mp.mp.dps = digits_for(a, x)
                p, q = tails(a, x)
            out.write(f"{a.hex()},{x.hex()},{mp.nstr(p, 17)},{mp.nstr(q, 17)}\n")
            done += 1
    rng = random.Random(2)
    done = 0
    with open(os.path.join(HERE, "incomplete_gamma_derivatives.csv"), "w") as out:
        for a, x in points(rng):
            if done == derivatives:
                break
            if a > 3e3 or digits_for(a, x) > 200:
                continue
            mp.mp.dps = digits_for(a, x) + 120
            coefficients = []
            for side in (0, 1):
                h = mp.mpf(10) ** -40 * a
                values = [tails(a + k * h, x)[side] for k in (-2, -1, 0, 1, 2)]
                m2, m1, z, p1, p2 = values
                coefficients += [
                    (m2 - 8 * m1 + 8 * p1 - p2) / (12 * h),
                    (m1 - 2 * z + p1) / h**2,
                    (p2 - 2 * p1 + 2 * m1 - m2) / (2 * h**3),
                ]
            row = ",".join(mp.nstr(c, 17) for c in coefficients)
            out.write(f"{a.hex()},{x.hex()},{row}\n")
            done += 1


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10000, int(sys.argv[2]) if len(sys.argv) > 2 else 400)
