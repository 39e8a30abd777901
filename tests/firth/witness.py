"""Maxima of likelihoods with Firth's penalty, by the modified scores that follow from it: of logistic and Poisson log-linear
regression from the diagonal of the hat matrix (Firth 1993, section 3.3; Heinze and Schemper 2002), of a softmax from
differences of the penalised log-likelihood itself to many digits.

python witness.py > witness.json     (mpmath 1.3, numpy 2, scipy 1)
"""

import csv
import json

import mpmath as mp
import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, gammaln, xlogy

CHI_SQUARED_95 = 3.841458820694124


class Logistic:
    def __init__(self, x, y, counts):
        self.x, self.y, self.counts = (np.asarray(a, float) for a in (x, y, counts))

    def weights(self, beta):
        return self.counts * expit(self.x @ beta) * expit(-(self.x @ beta))

    def score(self, beta, hat):
        p = expit(self.x @ beta)
        return self.x.T @ (self.counts * (self.y - p) + hat * (0.5 - p))

    def log_likelihood(self, beta):
        eta = self.x @ beta
        return np.sum(self.counts * -np.logaddexp(0, np.where(self.y == 1, -eta, eta)))


class Poisson:
    def __init__(self, x, y, offset):
        self.x, self.y, self.offset = (np.asarray(a, float) for a in (x, y, offset))

    def weights(self, beta):
        return np.exp(self.x @ beta + self.offset)

    def score(self, beta, hat):
        return self.x.T @ (self.y - self.weights(beta) + hat / 2)

    def log_likelihood(self, beta):
        mu = self.weights(beta)
        return np.sum(xlogy(self.y, mu) - mu - gammaln(self.y + 1))


def information(law, beta):
    return (law.x.T * law.weights(beta)) @ law.x


def penalised(law, beta):
    return law.log_likelihood(beta) + np.linalg.slogdet(information(law, beta))[1] / 2


def maximum(law, start, held=None):
    """The maximum, with the coefficient at a place held at a value if there is one; the hat matrix is of all columns."""
    beta = np.array(start, float)
    free = np.array([held is None or k != held[0] for k in range(len(beta))])
    if held is not None:
        beta[held[0]] = held[1]
    for _ in range(2000):
        whole = information(law, beta)
        hat = law.weights(beta) * np.einsum("ij,jk,ik->i", law.x, np.linalg.inv(whole), law.x)
        step = np.linalg.solve(whole[np.ix_(free, free)], law.score(beta, hat)[free])
        size = np.max(np.abs(step))
        beta[free] += step * min(1, 1 / size) if size > 0 else 0
        if size < 1e-15:
            break
    return beta, penalised(law, beta)


def case(law, profile_of=None):
    beta, top = maximum(law, np.zeros(law.x.shape[1]))
    inverse = np.linalg.inv(information(law, beta))
    errors = np.sqrt(np.diag(inverse))
    told = {
        "estimates": list(beta),
        "std_errors": list(errors),
        "log_likelihood": law.log_likelihood(beta),
        "penalised": top,
    }
    if profile_of is not None:
        told["ratio_of_no_effect"] = 2 * (top - maximum(law, beta, (profile_of, 0))[1])

        def short(value):
            return 2 * (top - maximum(law, beta, (profile_of, value))[1]) - CHI_SQUARED_95

        centre, unit = beta[profile_of], errors[profile_of]
        told["profile"] = [brentq(short, centre, centre + side * 6 * unit, xtol=1e-13) for side in (-1, 1)]
    return told


def softmax(levels, rows):
    """rows: (covariate, level); the first level has no coefficients."""
    mp.mp.dps = 40
    size = 2 * (levels - 1)

    def both(beta):
        total, whole = mp.mpf(0), mp.zeros(size)
        for a, level in rows:
            x = [mp.mpf(1), mp.mpf(a)]
            etas = [mp.mpf(0)] + [beta[2 * k] + beta[2 * k + 1] * x[1] for k in range(levels - 1)]
            sum_exp = sum(mp.exp(eta) for eta in etas)
            shares = [mp.exp(eta) / sum_exp for eta in etas]
            total += mp.log(shares[level])
            for i in range(size):
                for j in range(size):
                    k, m = i // 2 + 1, j // 2 + 1
                    whole[i, j] += shares[k] * ((k == m) - shares[m]) * x[i % 2] * x[j % 2]
        return total, whole

    def slope(beta, k):
        step = mp.mpf(10) ** -12

        def moved(by):
            total, whole = both([b + (by if j == k else 0) for j, b in enumerate(beta)])
            return total + mp.log(mp.det(whole)) / 2

        return (moved(step) - moved(-step)) / (2 * step)

    beta = [mp.mpf(0)] * size
    for _ in range(300):
        step = mp.lu_solve(both(beta)[1], mp.matrix([slope(beta, k) for k in range(size)]))
        longest = max(abs(s) for s in step)
        beta = [b + s * min(mp.mpf(1), 1 / longest) for b, s in zip(beta, step)]
        if longest < mp.mpf(10) ** -18:
            break
    total, whole = both(beta)
    inverse = whole**-1
    return {
        "estimates": [float(b) for b in beta],
        "std_errors": [float(mp.sqrt(inverse[k, k])) for k in range(size)],
        "log_likelihood": float(total),
        "penalised": float(total + mp.log(mp.det(whole)) / 2),
    }


def sex2():
    lines = list(csv.DictReader(open("sex2.csv")))
    x = [[1] + [int(line[name]) for name in ("age", "oc", "vic", "vicl", "vis", "dia")] for line in lines]
    return Logistic(x, [int(line["case"]) for line in lines], [int(line["count"]) for line in lines])


# The first covariate separates the rows.
SEPARATED = [
    (0.3, 1, -0.2, 0), (1.1, 0, 0.4, 0), (0.7, 1, 1.3, 0), (1.9, 0, -0.9, 0), (1.4, 1, 0.1, 0),
    (2.6, 0, 0.8, 1), (3.1, 1, -0.5, 1), (2.2, 1, 1.7, 1), (3.8, 0, 0.3, 1), (2.9, 1, -1.1, 1),
]  # fmt: skip

# Nothing was counted where the second covariate is 0. The third number is an offset.
COUNTS = [
    (0.5, 0, 0, 0), (1, 0, 0.1, 0), (1.5, 0, 0, 0), (2, 0, 0.2, 0), (0.5, 1, 0, 2),
    (1, 1, -0.1, 1), (1.5, 1, 0.3, 4), (2, 1, 0, 5), (2.5, 1, 0, 3),
]  # fmt: skip

CHOICES = [(0.1, 0), (0.4, 0), (0.9, 1), (1.2, 0), (1.6, 1), (2.0, 1), (2.3, 2), (2.8, 2), (3.1, 2)]


def main():
    separated = Logistic([[1, a, b, c] for a, b, c, _ in SEPARATED], [y for *_, y in SEPARATED], [1] * len(SEPARATED))
    counts = Poisson([[1, a, b] for a, b, *_ in COUNTS], [y for *_, y in COUNTS], [o for *_, o, _ in COUNTS])
    told = {
        "sex2": case(sex2(), profile_of=6),
        "separated": case(separated),
        "counts": case(counts),
        "choices": softmax(3, [(str(a), level) for a, level in CHOICES]),
    }
    print(json.dumps(told, indent=1))


main()
