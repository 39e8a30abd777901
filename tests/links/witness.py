"""Regressions on links, by mpmath 1.4.1 with 50 digits: python tests/links/witness.py > tests/links/witness.json"""

import json

from mpmath import atan, diff, erfc, exp, expm1, findroot, log, log1p, loggamma, matrix, mp, mpf, pi, sqrt

mp.dps = 50

# Bliss 1935: beetles killed by carbon disulphide, of so many, at ln dose (Dobson and Barnett, 4th ed., table 7.2).
DOSE = [mpf(s) for s in "1.6907 1.7242 1.7552 1.7842 1.8113 1.8369 1.8610 1.8839".split()]
BEETLES = [59, 60, 62, 56, 63, 59, 62, 60]
KILLED = [6, 13, 18, 28, 52, 53, 61, 60]
# Counts of table 4.3 of the same book.
X = [-1, -1, 0, 0, 0, 0, 1, 1, 1]
Y = [2, 3, 6, 7, 8, 9, 10, 12, 15]


def beetles(ln_p, ln_q):
    def value(a, b):
        choose = lambda n, k: loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)
        rows = zip(DOSE, BEETLES, KILLED)
        return sum(choose(mpf(n), k) + k * ln_p(a + b * x) + (n - k) * ln_q(a + b * x) for x, n, k in rows)
    return value


def counts(mean):
    def value(a, b):
        return sum(y * log(mean(a + b * x)) - mean(a + b * x) - loggamma(mpf(y) + 1) for x, y in zip(X, Y))
    return value


phi = lambda z: erfc(-z / sqrt(mpf(2))) / 2
cauchy = lambda z: atan(z) / pi + mpf(1) / 2
CASES = {
    "logit": (beetles(lambda e: -log1p(exp(-e)), lambda e: -log1p(exp(e))), (-60, 34)),
    "probit": (beetles(lambda e: log(phi(e)), lambda e: log(phi(-e))), (-35, 20)),
    "cauchit": (beetles(lambda e: log(cauchy(e)), lambda e: log(cauchy(-e))), (-70, 40)),
    "cloglog": (beetles(lambda e: log(-expm1(-exp(e))), lambda e: -exp(e)), (-39.5, 22)),
    "loglog": (beetles(lambda e: -exp(-e), lambda e: log(-expm1(-exp(-e)))), (-38, 21.5)),
    "identity": (counts(lambda e: e), (7.5, 4.9)),
    "log": (counts(exp), (1.9, 0.7)),
    "sqrt": (counts(lambda e: e * e), (2.7, 0.9)),
    "inverse": (counts(lambda e: 1 / e), (0.17, -0.09)),
    "inverse_squared": (counts(lambda e: 1 / sqrt(e)), (0.03, -0.02)),
}

found = {}
for link, (value, start) in CASES.items():
    slope = lambda a, b: [diff(value, (a, b), n) for n in ((1, 0), (0, 1))]
    at = findroot(slope, start)
    second = lambda *n: diff(value, tuple(at), n)
    covariance = (-matrix([[second(2, 0), second(1, 1)], [second(1, 1), second(0, 2)]])) ** -1
    assert covariance[0, 0] > 0 and covariance[1, 1] > 0, link
    found[link] = {
        "parameters": ["(Intercept)", "x"],
        "estimate": [float(at[k]) for k in range(2)],
        "standard_error": [float(sqrt(covariance[k, k])) for k in range(2)],
        "log_likelihood": float(value(*at)),
    }
print(json.dumps(found, indent=1))
