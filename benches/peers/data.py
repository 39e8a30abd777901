"""Writes the data sets that are fitted: the same numbers on every machine.

Each is an array of 64-bit floats. Those of several columns have one column a row.
"""

from pathlib import Path

import numpy as np

SIZES = [100, 10_000, 1_000_000]
COVARIATES = 20


def gamma(rng, n):
    return rng.gamma(2.5, 1.3, n)


def weibull(rng, n):
    return 2.3 * rng.weibull(1.7, n)


def student_t(rng, n):
    return 0.4 + 1.3 * rng.standard_t(4.5, n)


def negative_binomial(rng, n):
    # Mean 3, size 1.5.
    return rng.negative_binomial(1.5, 1.5 / 4.5, n).astype(float)


def mixture(rng, n):
    first = rng.random(n) < 0.35
    return np.where(first, rng.normal(2.0, 0.3, n), rng.normal(4.3, 0.4, n))


def censored(rng, n):
    """Times, and whether each was observed: the others are censored at 2.5."""
    times = weibull(rng, n)
    return np.array([np.minimum(times, 2.5), times <= 2.5])


def logistic(rng, n):
    """The outcome, then the covariates."""
    x = rng.normal(size=(COVARIATES, n))
    score = 0.3 * np.where(np.arange(COVARIATES) % 2 == 0, 1.0, -1.0) @ x
    return np.vstack([rng.random(n) < 1 / (1 + np.exp(-score)), x])


FITS = {
    "gamma": gamma,
    "weibull": weibull,
    "student-t": student_t,
    "negative-binomial": negative_binomial,
    "mixture": mixture,
    "censored": censored,
    "logistic": logistic,
}


def path(folder, name, n):
    return Path(folder) / f"{name}-{n}.npy"


def write(folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    for seed, (name, draw) in enumerate(FITS.items()):
        for n in SIZES:
            file = path(folder, name, n)
            if not file.exists():
                data = np.ascontiguousarray(draw(np.random.default_rng([seed, n]), n), dtype=float)
                np.save(file, data)
