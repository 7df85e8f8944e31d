"""Time the whole import of a large statement, and peers on the same data where installed.

    python -m benchmarks.run [ROWS] [--rounds N] [--peer /path/to/bean-check]

Each figure is the median of whole processes: CPU seconds (user + system), wall seconds and peak
memory. Rounds are interleaved so that a busy machine hits everybody alike.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.generate import write

BASIS = [sys.executable, "-m", "cli.main"]
PEER = "bean-check -C"
_PARTS = ("cpu", "wall", "peak")


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
        subprocess.run(
            basis(ledger, *words),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


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
        "balances": timed(basis(ledger, "balances", "--json")),
    }
    if peer:
        found[PEER] = timed([peer, "-C", str(journal)])
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
    print(f"{options.rows:,} rows, {options.rounds} rounds, medians")
    print(f"{'':18} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'peer / this, CPU':>17}")
    for what in rounds[0]:
        shown = [median(getattr(one[what], part) for one in rounds) for part in _PARTS]
        ratio = median(one[PEER].cpu / one[what].cpu for one in rounds) if options.peer else 0
        beside = f"{ratio:17.2f}" if ratio and what != PEER else ""
        print(f"{what:18} {shown[0]:7.2f} {shown[1]:7.2f} {shown[2]:8.0f} {beside}")


if __name__ == "__main__":
    main()
