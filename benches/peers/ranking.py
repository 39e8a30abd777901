"""Times the ranking of 30 continuous families beside the package fitter, and compares the optima; prints Markdown.

    ranking.py BINARY DATA [--n N] [--turns K]

BINARY is the command thetahat, whose time includes starting it, reading the CSV file and certifying each fit. fitter runs
scipy's `fit` of each family in as many processes as there are processors. scipy adds a location, free, to every family: where
ours has none, the two maximise different likelihoods, and which is higher says nothing of the search. Those are counted apart.
The normal-inverse Gaussian law is not among the 30: its likelihood of these data is greatest in a limit, to which our search
takes two minutes.
"""

import argparse
import json
import statistics
import subprocess
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.stats
from fitter import Fitter

# Our name, scipy's, and whether the parameters are the same.
FAMILIES = [
    ("normal", "norm", True),
    ("logistic", "logistic", True),
    ("laplace", "laplace", True),
    ("cauchy", "cauchy", True),
    ("gumbel", "gumbel_r", True),
    ("student-t", "t", True),
    ("skew-normal", "skewnorm", True),
    ("generalized-normal", "gennorm", True),
    ("ex-gaussian", "exponnorm", True),
    ("generalized-extreme-value", "genextreme", True),
    ("exponential", "expon", False),
    ("rayleigh", "rayleigh", False),
    ("maxwell", "maxwell", False),
    ("half-normal", "halfnorm", False),
    ("gamma", "gamma", False),
    ("inverse-gamma", "invgamma", False),
    ("inverse-gaussian", "invgauss", False),
    ("weibull", "weibull_min", False),
    ("frechet", "invweibull", False),
    ("lognormal", "lognorm", False),
    ("log-logistic", "fisk", False),
    ("lomax", "lomax", False),
    ("generalized-pareto", "genpareto", False),
    ("burr-xii", "burr12", False),
    ("gompertz", "gompertz", False),
    ("nakagami", "nakagami", False),
    ("birnbaum-saunders", "fatiguelife", False),
    ("generalized-gamma", "gengamma", False),
    ("chi-squared", "chi2", False),
    ("levy", "levy", False),
]
# Nats by which an optimum may be lower and count as equal.
GAP = 1e-4


def ours(binary, file):
    models = [word for name, _, _ in FAMILIES for word in ("--model", name)]
    begun = time.perf_counter()
    said = subprocess.run([binary, "compare", file, *models, "--format", "json"], capture_output=True, check=True)
    seconds = time.perf_counter() - begun
    lines = json.loads(said.stdout)["models"]
    plain = lambda name: name.lower().replace("-", "")
    found = {plain(line["model"]): (line["log_likelihood"], line["reason"]) for line in lines}
    return seconds, {name: found[plain(name)] for name, _, _ in FAMILIES}


def theirs(data):
    begun = time.perf_counter()
    fitter = Fitter(data, distributions=[name for _, name, _ in FAMILIES], timeout=600, verbose=False)
    fitter.fit(max_workers=-1)
    seconds = time.perf_counter() - begun
    found = {}
    for name, peer, _ in FAMILIES:
        parameters = fitter.fitted_param.get(peer)
        law = getattr(scipy.stats, peer)
        found[name] = None if parameters is None else float(np.sum(law.logpdf(data, *parameters)))
    return seconds, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    data = np.random.default_rng(7).gamma(2.5, 1.3, arguments.n)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    file = arguments.folder / f"ranking-{arguments.n}.csv"
    file.write_text("x\n" + "\n".join(map(repr, data.tolist())) + "\n")

    times = []
    for _ in range(arguments.turns):
        (own, found), (peer, other) = ours(arguments.binary, file), theirs(data)
        times.append((own, peer))
        print(f"<!-- {own:.2f} s, {peer:.1f} s -->", flush=True)

    print("| family | thetahat | fitter | ours less theirs |")
    print("| --- | ---: | ---: | ---: |")
    counts = {True: [0, 0], False: [0, 0]}
    for name, peer, is_same in FAMILIES:
        (log_likelihood, reason), best = found[name], other[name]
        shown = "none" if log_likelihood is None else f"{log_likelihood:.4f}"
        gap = None if None in (log_likelihood, best) else log_likelihood - best
        counts[is_same][0] += best is None or gap is not None and gap >= -GAP
        counts[is_same][1] += 1
        mark = "" if is_same else " (location)"
        print(f"| {name}{mark} | {shown} | {'none' if best is None else f'{best:.4f}'} |", end="")
        print(f" {'' if gap is None else f'{gap:.4g}'} |")
    own, peer = (statistics.median(column) for column in zip(*times))
    print()
    print(f"n = {arguments.n}, {len(FAMILIES)} families, medians of {arguments.turns}: thetahat {own:.2f} s, fitter {peer:.1f} s,", end="")
    print(f" ratio {peer / own:.1f}.")
    for is_same, what in [(True, "the same parameters"), (False, "a location that only scipy's has")]:
        good, all_of = counts[is_same]
        print(f"Of {all_of} families with {what}, ours is at least as good at {good}.")


if __name__ == "__main__":
    main()
