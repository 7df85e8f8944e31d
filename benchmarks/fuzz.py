"""Fuzzing: seeded mutations of the bundled statements and scenarios; only refusals may come out.

    python -m benchmarks.fuzz [--seed N] [--count N]

Prints how many were worked out and how many refused; every other exception is printed with
the seed and the mutation that caused it, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.importers.custom import load_map
from ledger.importers.files import TextFile
from ledger.importers.infer import propose
from ledger.importers.printed_forms import Defaults, read_forms
from ledger.importers.read import identify
from ledger.money import ZERO
from ledger.year_end import YearEnd

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW = date(2026, 11, 24)
STATEMENTS = [
    path.read_bytes().decode("utf-8-sig", errors="replace")
    for path in sorted((FIXTURES / "statements").glob("*/*"))
    if path.suffix in {".csv", ".qfx", ".txt", ".json"}
    and path.parent.name not in {"bad", "custom"}
    and not path.name.endswith(".records.txt")
]
FORMS = [
    (
        "Form,Taxpayer,Year,Payer,1,2a,5,7,12D,Evidence\n"
        "1099-R,rose,2024,acme,10200,200,10000,G,,p. 1\n"
        "5498,rose,2024,ira,7000,,7012.40,,,\nW-2,rose,2024,Acme,,,,,20000,\n"
    ),
    (
        '[{"form": "1099-R", "year": 2024, "payer": "acme",\n"boxes": {"1": 10200.00,\n"7": "G",\n'
        '"ira": true}},\n{"form": "8606", "year": 2023,\n"boxes": {"14": "1500",\n"10": 0.109}}]\n'
    ),
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


def read_printed_forms(text: str) -> None:
    """Read printed forms out of a CSV or JSON file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("forms.json" if text.lstrip().startswith("[") else "forms.csv")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        hold(bool(read_forms(path, Defaults("1099-R", "rose"))), "no form was read")


def propose_map(text: str) -> None:
    """Propose a column map for a statement as if nobody knew it; the map must be one."""
    found = propose(TextFile(name="fuzz.csv", sha256="", text=text))
    while found.open:
        found = found.settled(found.open[0].about, found.open[0].choices[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.toml"
        path.write_bytes(found.toml().encode())
        try:
            load_map(path)
        except LedgerError as refusal:
            raise BrokenPromise(f"{refusal}\n{found.toml()}") from refusal


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
    (FORMS, read_printed_forms),
    (STATEMENTS, propose_map),
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
