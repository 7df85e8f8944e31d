"""Fuzzing: seeded mutations of the bundled statements and scenarios; only refusals may come out.

    python -m benchmarks.fuzz [--seed N] [--count N]

Prints how many were worked out and how many refused; every other exception is printed with
the seed and the mutation that caused it, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.importers.files import TextFile
from ledger.importers.read import identify
from ledger.money import ZERO
from ledger.year_end import YearEnd

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW = date(2026, 11, 24)
STATEMENTS = [
    path.read_bytes().decode("utf-8-sig", errors="replace")
    for path in sorted((FIXTURES / "statements").glob("*/*"))
    if path.suffix in {".csv", ".qfx", ".txt"}
    and path.parent.name not in {"bad", "custom"}
    and not path.name.endswith(".records.txt")
]
STORIES = [path.read_text("utf-8") for path in sorted((FIXTURES / "scenarios").glob("*.toml"))]
PIECES = (
    *('"', ",", "\n", "\r", "\t", "-", "(", "\x00", "\ufeff", "\u202e", "\u0663", "\x1b[2J"),
    *("0.00", "-1", "1.005", "1e999999999", "nan", "99999999999999.99", "[]", "{}", "true"),
    *("0001-01-01", "9999-12-31", "2024-02-30", "02/30/2025", "12/31/2024", "2024-12-31"),
    *("cash", "roth", "after_tax", "distribution", "conversion", "rollover_60day", "123-45-6789"),
)


def mutated(text: str, rng: random.Random) -> str:
    """Return a text with one to four of its places, lines or values changed."""
    for _ in range(rng.randint(1, 4)):
        lines = text.split("\n")
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        match rng.randrange(5):
            case 0:
                place = rng.randrange(len(text) + 1)
                text = text[:place] + rng.choice(PIECES) + text[place + rng.randint(0, 8) :]
                continue
            case 1:
                lines.insert(at, lines[other])
            case 2 if len(lines) > 1:
                del lines[at]
            case 3:
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                for mark in ("=", ","):
                    head, found, _rest = lines[at].rpartition(mark)
                    if found:
                        lines[at] = f"{head}{mark} {rng.choice(PIECES)}"
                        break
        text = "\n".join(lines)
    return text


class BrokenPromise(Exception):
    """Something that holds of every reading and every record does not hold."""


def hold(true: bool, what: object) -> None:  # noqa: FBT001
    """Raise BrokenPromise unless something is true."""
    if not true:
        raise BrokenPromise(str(what))


def read_statement(text: str) -> None:
    """Read a statement with the importer that knows it."""
    file = TextFile(name="fuzz.csv", sha256="", text=text)
    reading = identify(text, file.name).read(file, NOW)
    hold(bool(reading.records or reading.closing), "a statement of nothing was read")


def run_story(text: str) -> None:
    """Work a scenario out; its pools must close, and no basis or value pass below zero unsaid."""
    story = scenario.parse(text.encode("utf-8", "surrogatepass"), "fuzz.toml")
    for record in work_out(story.books, story.tax_years).records:
        check(record)


def check(record: YearEnd) -> None:
    """Raise BrokenPromise unless value and basis of a record add up and stay above zero."""
    said = {finding.code for finding in record.findings}
    for pool in record.pools:
        came = pool.opening_value + pool.contributions + pool.earnings + pool.came_in
        hold(came - pool.went_out == pool.closing_value, pool)
        hold(pool.closing_basis is None or pool.closing_basis >= ZERO, pool)
        hold(pool.closing_value >= ZERO or "value_below_zero" in said, pool)
    for row in record.disbursements:
        hold(row.pretax + row.aftertax == row.amount, row)
    for basis in (record.traditional_ira.basis_carried_forward, record.roth_ira.regular):
        hold(basis >= ZERO, record.taxpayer.id)


def refused(target: Callable[[str], None], text: str) -> bool:
    """Tell whether a text was refused; raise BrokenPromise for a refusal that does not help."""
    try:
        target(text)
    except LedgerError as refusal:
        for fault in refusal.faults:
            hold(bool(fault.where and fault.code and fault.problem and fault.remedy), fault)
        return True
    return False


TARGETS: tuple[tuple[list[str], Callable[[str], None]], ...] = (
    (STATEMENTS, read_statement),
    (STORIES, run_story),
)


def fuzz(seed: int, count: int) -> int:
    """Run mutations and print what became of them; return how many broke something."""
    rng, outcome = random.Random(seed), Counter[str]()
    for number in range(count):
        texts, target = TARGETS[number % len(TARGETS)]
        text = mutated(rng.choice(texts), rng)
        try:
            outcome["refused" if refused(target, text) else "worked out"] += 1
        except Exception:  # noqa: BLE001 - what a fuzzer is for
            outcome["broken"] += 1
            print(f"seed {seed}, mutation {number}:\n{traceback.format_exc()}\n{text}\n")
    print(", ".join(f"{n:,} {what}" for what, n in sorted(outcome.items())))
    return outcome["broken"]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Mutate bundled files; only refusals may come.")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=2_000)
    chosen = options.parse_args()
    sys.exit(bool(fuzz(chosen.seed, chosen.count)))
