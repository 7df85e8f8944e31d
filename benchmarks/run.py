"""Time the whole import of a large statement, and peers on the same data where installed.

    python -m benchmarks.run [ROWS] [--rounds N] [--peer /path/to/bean-check]

Each figure is the median of whole processes: CPU seconds (user + system), wall seconds and peak
memory. Rounds are interleaved so that a busy machine hits everybody alike.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import write

BASIS = [sys.executable, "-m", "cli.main"]


@dataclass(frozen=True)
class Timed:
    """One process: CPU and wall seconds, peak memory in megabytes."""

    cpu: float
    wall: float
    peak: float


def timed(command: list[str]) -> Timed:
    """Run a command to its end; stop the benchmark when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)}: {said.decode(errors='replace')[-500:]}")
    wall = time.perf_counter() - started
    return Timed(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def basis(ledger: Path, *words: str) -> list[str]:
    """Return a command line of the product."""
    return [*BASIS, "--ledger", str(ledger), *words]


def fresh(ledger: Path) -> None:
    """Make an empty ledger with one plan."""
    ledger.unlink(missing_ok=True)
    steps = (
        ["init"],
        ["taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"],
        ["account", "add", "acme", "--owner", "rose", "--kind", "401k"],
    )
    for words in steps:
        subprocess.run(basis(ledger, *words), check=True, stdout=subprocess.DEVNULL)


def one_round(ledger: Path, statement: Path, journal: Path, peer: str) -> dict[str, Timed]:
    """Time every command once."""
    fresh(ledger)
    bring_in = basis(
        ledger, "import", str(statement), "--as", "plain", "--account", "acme", "--yes"
    )
    found = {
        "import": timed(bring_in),
        "import again": timed(bring_in),
        "verify": timed(basis(ledger, "verify")),
        "year-end --json": timed(basis(ledger, "year-end", "2025", "--json")),
    }
    if peer:
        found["bean-check -C"] = timed([peer, "-C", str(journal)])
    return found


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", default=shutil.which("bean-check") or "")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        statement, journal = write(Path(folder), options.rows)
        rounds = [
            one_round(Path(folder) / "ledger.db", statement, journal, options.peer)
            for _ in range(options.rounds)
        ]
    print(f"{options.rows} rows, {options.rounds} rounds, medians (CPU s, wall s, peak MB)")
    for what in rounds[0]:
        runs = [one[what] for one in rounds]
        median = [
            statistics.median(getattr(run, name) for run in runs)
            for name in ("cpu", "wall", "peak")
        ]
        print(f"{what:18} {median[0]:7.2f} {median[1]:7.2f} {median[2]:7.0f}")


if __name__ == "__main__":
    main()
