"""Times thetahat beside other programs on the same data and prints the comparison as Markdown.

    compare.py BINARY DATA [FIT …] [--sizes N,N,…] [--json FILE]

Every method is run until its estimate is within `GAP` nats of the best log-likelihood that any of them found, at the loosest
level of tolerance that gets there. Then all take turns, several fits a turn if they are quick; the time of a method is the
median over the turns.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

import numpy as np

import data as sets
from peers import LOG_LIKELIHOODS, METHODS

PROGRAMS = ["scipy", "statsmodels", "scikit-learn", "lifelines", "iminuit", "JAX"]
# Nats: 0.014 standard errors of one parameter.
GAP = 1e-4
TURNS = 7
# Seconds of a turn, and after which a method is slow enough to be run but once or twice.
TURN, SLOW = 0.05, 5.0


class Thetahat:
    """A process that holds the data and fits when it is asked to."""

    program, name = "thetahat", ""

    def __init__(self, binary, fit, file):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([binary, fit, str(file)], stdin=pipe, stdout=pipe, text=True)

    def run(self, times):
        self.process.stdin.write(f"{times}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.estimate, self.log_likelihood = answer["estimate"], answer["log_likelihood"]
        return answer["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """A method of another program."""

    def __init__(self, program, name, levels, prepare, data):
        self.program, self.name, self.levels = program, name, levels
        self.call = prepare(data)
        self.level = levels[0]
        begun = time.perf_counter()
        self.estimate = self.call(self.level)
        self.first = time.perf_counter() - begun

    def tighten(self):
        at = self.levels.index(self.level) + 1
        if at == len(self.levels):
            return False
        self.level = self.levels[at]
        self.estimate = self.call(self.level)
        return True

    def run(self, times):
        begun = time.perf_counter()
        for _ in range(times):
            self.estimate = self.call(self.level)
        return (time.perf_counter() - begun) / times

    def close(self):
        pass


def compared(binary, folder, fit, n):
    """The contestants of one row with their times and gaps."""
    data = np.load(sets.path(folder, fit, n))
    own = Thetahat(binary, fit, sets.path(folder, fit, n))
    own.run(1)
    contestants = [own]
    for program, name, levels, prepare in METHODS[fit]:
        try:
            contestants.append(Peer(program, name, levels, prepare, data))
        except Exception as error:
            print(f"{fit} {n}: {program} {name} fails: {error}", file=sys.stderr)

    def ln(contestant):
        return LOG_LIKELIHOODS[fit](data, contestant.estimate)

    best = max(map(ln, contestants))
    for peer in contestants[1:]:
        while best - ln(peer) > GAP:
            if not peer.tighten():
                break
    best = max(map(ln, contestants))
    for one in contestants:
        one.gap = best - ln(one)
    assert abs(own.log_likelihood - ln(own)) <= 1e-9 * abs(own.log_likelihood) + 1e-9, "the same log-likelihood"
    # The second time, because the first compiles.
    once = [one.run(1) for one in contestants]
    times = [[seconds] for seconds in once]
    for turn in range(TURNS):
        for seconds, one, all_of_one in zip(once, contestants, times):
            if seconds < SLOW or turn == 0:
                all_of_one.append(one.run(max(1, round(TURN / seconds))))
    for one, all_of_one in zip(contestants, times):
        # The first is of one fit alone.
        one.seconds = statistics.median(all_of_one[1:])
        one.close()
    return [
        {
            "fit": fit,
            "n": n,
            "program": one.program,
            "method": one.name,
            "seconds": one.seconds,
            "gap": one.gap,
            "level": getattr(one, "level", None),
            "tightened": isinstance(one, Peer) and one.level != one.levels[0],
            "first": getattr(one, "first", None),
        }
        for one in contestants
    ]


def duration(seconds):
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def is_by_hand(result):
    """Whether its user has to work out derivatives, or an equation to solve, and not just say what to fit."""
    return result["program"] == "scipy" and ("minimize" in result["method"] or "by hand" in result["method"])


def column_of(result):
    return result["program"] + (", by hand" if is_by_hand(result) else "")


def print_tables(results):
    rows = {}
    for result in results:
        rows.setdefault((result["fit"], result["n"]), []).append(result)
    columns = [column for program in PROGRAMS for column in [program] + [f"{program}, by hand"] * (program == "scipy")]
    ends = ["fastest by a call or a formula", "fastest of all"]
    print("| fit | n | thetahat | " + " | ".join(columns + ends) + " |")
    print("| --- | --- | --- | " + " | ".join("---" for _ in columns + ends) + " |")
    for (fit, n), row in rows.items():
        own = row[0]["seconds"]
        arrived = [one for one in row[1:] if one["gap"] <= GAP]
        cells = []
        for column in columns:
            times = [one["seconds"] for one in arrived if column_of(one) == column]
            cells.append(f"{min(times) / own:.3g} ×" if times else "")
        for field in [[one for one in arrived if not is_by_hand(one)], arrived]:
            fastest = min(field, key=lambda one: one["seconds"])
            cells.append(f"**{fastest['seconds'] / own:.3g} ×** {column_of(fastest)}")
        print(f"| {fit} | {n:,} | {duration(own)} | " + " | ".join(cells) + " |")
    print("\nEvery method:\n")
    print("| fit | n | program | method | time | ratio | gap in nats | tolerance | first call |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for (fit, n), row in rows.items():
        for one in row:
            level = "" if one["level"] is None else f"{one['level']:g}" + (", tightened" if one["tightened"] else "")
            first = "" if one["first"] is None else duration(one["first"])
            gap = f"{one['gap']:.1e}" + ("" if one["gap"] <= GAP else ": does not arrive")
            cells = [fit, f"{n:,}", one["program"], one["method"], duration(one["seconds"])]
            cells += [f"{one['seconds'] / row[0]['seconds']:.3g}", gap, level, first]
            print("| " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("data")
    parser.add_argument("fits", nargs="*", choices=[[], *sets.FITS])
    parser.add_argument("--sizes", default=",".join(map(str, sets.SIZES)))
    parser.add_argument("--json")
    arguments = parser.parse_args()
    sets.write(arguments.data)
    results = []
    for fit in arguments.fits or sets.FITS:
        for n in map(int, arguments.sizes.split(",")):
            print(f"{fit} {n}", file=sys.stderr)
            results += compared(arguments.binary, arguments.data, fit, n)
            if arguments.json:
                with open(arguments.json, "w") as file:
                    json.dump(results, file, indent=1)
    print_tables(results)


if __name__ == "__main__":
    main()
