"""Run many households in all orders: ``python -m tests.simulated --n 1000``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulated.compare import (
    CLASSES,
    EQUAL,
    Outcome,
    run_household,
    run_order,
)
from tests.simulated.driver import ORDERS
from tests.simulated.households import KINDS, MIX, Household

_SHOWN = 12  # failures of a class that are shown


def main() -> int:
    """Run, print the classes, and return 1 when something is not equal to the truth."""
    parser = argparse.ArgumentParser(prog="simulated", description=__doc__)
    parser.add_argument("--n", type=int, default=100, help="households of all kinds together")
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--kind", choices=sorted(KINDS), action="append", help="only this kind")
    parser.add_argument("--order", choices=sorted(ORDERS), help="only this order")
    parser.add_argument("--seed", type=int, help="one household, with its differences")
    parser.add_argument("--show", action="store_true", help="keep files and ledger; print all")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    asked = parser.parse_args()
    _alone()
    kinds = asked.kind or list(MIX)
    if asked.seed is not None:
        homes = [KINDS[kind](asked.seed) for kind in dict.fromkeys(kinds)]
        return max(_one(home, asked.order, show=asked.show) for home in homes)
    # seeds go on within a kind that comes more than once in the mix
    jobs = [(kinds[n % len(kinds)], asked.first + n) for n in range(asked.n)]
    outcomes = list(_all(jobs, asked.jobs))
    report(outcomes)
    return any(one.result != EQUAL for one in outcomes)


def _alone() -> None:
    """See nothing of the person who runs this: an empty home, no settings."""
    os.environ |= {"HOME": tempfile.mkdtemp(prefix="simulated-home-"), "NO_COLOR": "1"}
    for name in ("BASIS_LEDGER", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        os.environ.pop(name, None)


def _all(jobs: list[tuple[str, int]], workers: int) -> Iterator[Outcome]:
    with ProcessPoolExecutor(workers) as pool:
        for done, outcomes in enumerate(pool.map(_job, jobs, chunksize=2), 1):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(jobs)}", end="", file=sys.stderr)
            yield from outcomes


def _job(job: tuple[str, int]) -> list[Outcome]:
    kind, seed = job
    return run_household(KINDS[kind](seed))


def report(outcomes: Iterable[Outcome]) -> None:
    """Print a table of classes by kind and order, then the seeds of what fails."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    failed: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        counts[one.kind, one.order][one.result] += 1
        counts["all", ""][one.result] += 1
        if one.result != EQUAL:
            failed[one.result].append(one)
    print(f"{'household':12} {'order':10}" + "".join(f"{name:>15}" for name in CLASSES))
    for (kind, order), found in sorted(counts.items()):
        print(f"{kind:12} {order:10}" + "".join(f"{found[name]:>15}" for name in CLASSES))
    for result, ones in failed.items():
        print(f"\n{result}: {len(ones)}")
        for one in ones[:_SHOWN]:
            told = one.why.strip().splitlines()[-1] if one.why else str(one.differences[0])
            print(f"  {one.kind} --seed {one.seed} --order {one.order}: {told[:230]}")


def _one(home: Household, order: str | None, *, show: bool) -> int:
    """Run one household and print its differences; with show keep all that was made for it."""
    folder = Path("build") / "simulated" / home.name if show else None
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    if order:
        outcomes = [run_order(home, order, folder / order if folder else None)]
    else:
        outcomes = run_household(home, folder)
    for one in outcomes:
        print(f"{one.home} {one.order}: {one.result}, {one.questions} questions {one.why}")
        for difference in one.differences:
            print(f"    {difference}")
        for line in one.said if show else ():
            print(f"      {line}")
    if folder:
        print(f"files, answers and ledgers: {folder}")
    return any(one.result != EQUAL for one in outcomes)


if __name__ == "__main__":
    sys.exit(main())
