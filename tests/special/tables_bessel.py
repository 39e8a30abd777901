"""Writes the tables of ln(1 − eˣ), ln ζ, ln I, ln K and ln F of the skew normal law beside this file.

python-flint 0.9.0 (Arb: ball arithmetic, each value certain to more digits than are written):

    pip install python-flint==0.9.0 && python3 tests/special/tables_bessel.py [NAME …]

Arguments are doubles, written so that they read back as they are; values are rounded to 17 digits.
"""

import pathlib
import random
import sys

from flint import arb, arb_series, ctx

HERE = pathlib.Path(__file__).parent


def digits(ball):
    """A ball to 17 digits; an error where it is not certain to 20."""
    assert ball.is_zero() or ball.rel_accuracy_bits() > 66, ball
    return ball.mid().str(17, radius=False)


def certain(value, start=128):
    """The ball that `value()` gives with as many bits as it takes."""
    ctx.prec = start
    while ctx.prec < 1 << 16:
        ball = value()
        if ball.is_zero() or (ball.is_finite() and ball.rel_accuracy_bits() > 80):
            return ball
        ctx.prec *= 2
    raise ValueError("no certain digits")


def short(x):
    """A double of few decimal digits near x."""
    return float(f"{x:.4g}")


def log_uniform(rng, low, high):
    """Between two powers of ten."""
    return short(10.0 ** rng.uniform(low, high))


def write(name, rows):
    """Arguments as floats, values as balls."""
    lines = [",".join(repr(c) if isinstance(c, float) else digits(c) for c in row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n")
    print(name, len(lines))


def ln_1m_exp(rng):
    points = [-log_uniform(rng, -300, 0) for _ in range(2000)] + [-log_uniform(rng, -3, 2.87) for _ in range(8000)]
    points += [-short(rng.uniform(600, 745)) for _ in range(500)]
    write("ln_1m_exp.csv", [(x, certain(lambda: (-arb(x).expm1()).log())) for x in points])


TABLES = {"ln_1m_exp": ln_1m_exp}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        TABLES[name](random.Random(name))
