"""Writes kernels.csv: x, then for eˣ, eˣ − 1, ln x and ln(1 + x) the value as a double and what it leaves, in units in its last
place, from Arb. Run: python3 tests/special/kernels.py > tests/special/kernels.csv (python-flint 0.6 or later)."""
import math
import random

from flint import arb, ctx

ctx.prec = 300
random.seed(20)
u = random.uniform
points = [u(-1, 1) for _ in range(300)] + [u(-745, 709) for _ in range(150)] + [u(0, 4) for _ in range(200)]
points += [random.choice([-1, 1]) * 10 ** u(-20, 1) for _ in range(200)] + [10 ** u(-307, 308) for _ in range(200)]
points += [1 + random.choice([-1, 1]) * 10 ** u(-16, -1) for _ in range(150)] + [-1 + 10 ** u(-16, -1) for _ in range(100)]
points += [random.randrange(1, 1 << 52) * 5e-324 for _ in range(50)]
# The worst of 300,000 points.
points += [-0.9972359091458436, 3.8681595197400838, 0.3537052773775343, 0.6993696980805707, 1.7086772998698136]


def pair(value):
    """The nearest double and the rest, in units in the last place of it."""
    double = float(value.mid())
    if not math.isfinite(double) or double == 0:
        return f"{double!r},0"
    return f"{double!r},{float(((value - arb(double)) / arb(math.ulp(double))).mid()):.4f}"


print("# x; eˣ, eˣ − 1, ln x, ln(1 + x), each with its rest in units in the last place: Arb (python-flint), 300 bits")
for x in points:
    a = arb(x)
    nothing = "nan,0"
    is_number = x < 709.7827128933841
    exp, exp_m1 = (pair(a.exp()), pair(a.expm1())) if is_number else ("inf,0", "inf,0")
    print(",".join([repr(x), exp, exp_m1, pair(a.log()) if x > 0 else nothing,
                    pair(a.log1p()) if x > -1 else nothing]))
