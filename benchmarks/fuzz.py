"""Fuzzing: seeded mutations of bundled files in every container; only refusals may come out.

    python -m benchmarks.fuzz [--seed N] [--count N]

CSV, OFX, JSON and pasted text are changed as texts, Excel workbooks in the XML of their sheet and
in their bytes; some go through `basis import` into a ledger, which a refusal must not change.
Prints how many were worked out and how many refused; every other exception, and what takes more
than a second, is printed with the seed and the mutation that caused it, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from click.testing import CliRunner

from cli.main import main
from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.importers.custom import load_map
from ledger.importers.files import TextFile, load
from ledger.importers.infer import propose
from ledger.importers.printed_forms import Defaults, read_forms
from ledger.importers.read import identify
from ledger.importers.workbook import sheet_text
from ledger.money import ZERO
from ledger.year_end import YearEnd
from tools.refusals import HOUSEHOLD, workbook

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW = date(2026, 11, 24)
SECONDS_MAX = 1.0  # of the processor, for one file
_SHEET_ROWS = 12
_IMPORTED = 50  # each so many mutations one goes through the command line, which takes longer
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


def as_sheet(text: str) -> str:
    """Return the first rows of a CSV as the XML of a sheet, a cell to a line."""
    lines = []
    for number, row in enumerate(list(csv.reader(io.StringIO(text)))[:_SHEET_ROWS], 1):
        cells = (f"<c t='inlineStr'><is><t>{escape(cell)}</t></is></c>" for cell in row)
        numbers = (f"<c><v>{cell}</v></c>" if cell.isdigit() else "" for cell in row)
        both = (number or text for number, text in zip(numbers, cells, strict=True))
        lines.append("\n".join([f'<row r="{number}">', *both, "</row>"]))
    return "\n".join(lines)


SHEETS = [as_sheet(text) for text in STATEMENTS if text.count(",") > text.count("\t")]
# bytes as text, a letter to a byte
FILES = [
    *(workbook({"Sheet": xml}, {}).decode("latin-1") for xml in SHEETS[:6]),
    *(text.encode("utf-16", "replace").decode("latin-1") for text in STATEMENTS[:6]),
    *(text.encode("cp1252", "replace").decode("latin-1") for text in STATEMENTS),
]
STORIES = [path.read_text("utf-8") for path in sorted((FIXTURES / "scenarios").glob("*.toml"))]
PIECES = (
    *('"', ",", "\n", "\r", "\t", "-", "(", "\x00", "\ufeff", "\u202e", "\u0663", "\x1b[2J"),
    *("0.00", "-1", "1.005", "1e999999999", "nan", "99999999999999.99", "[]", "{}", "true"),
    *("0001-01-01", "9999-12-31", "2024-02-30", "02/30/2025", "12/31/2024", "2024-12-31"),
    *(
        "<v>",
        "</c>",
        "<row>",
        "<f>",
        'r="2"',
        't="e"',
        't="s"',
        "&#0;",
        "<!DOCTYPE a>",
        "PK\x03\x04",
    ),
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


def read_sheet(text: str) -> None:
    """Read a workbook whose only sheet has this XML."""
    content = workbook({"Sheet": text}, {})
    found, _ = sheet_text(content, "fuzz.xlsx", lambda _: True)
    read_statement(found)


def read_bytes(text: str) -> None:
    """Read a file of any kind from its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzz.xlsx"
        path.write_bytes(text.encode("latin-1", "replace"))
        file = load(path)
        reading = identify(file.text, file.name).read(file, NOW)
        hold(bool(reading.records or reading.closing), "a statement of nothing was read")


@cache
def household() -> Path:
    """Return a ledger file with a person, a plan and two IRAs, made once."""
    path = Path(tempfile.mkdtemp(prefix="fuzz-")) / "household.db"
    for words in HOUSEHOLD:
        CliRunner().invoke(main, ["--ledger", str(path), *words])
    return path


def import_file(text: str) -> None:
    """Import a file by the command line: exit codes as documented, refusals change nothing."""
    ledger = household().with_name("ledger.db")
    shutil.copy(household(), ledger)
    file = ledger.with_name("fuzz.csv")
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    before = ledger.read_bytes()
    words = ["import", str(file), "--account", "acme", "--yes"]
    done = CliRunner().invoke(main, ["--ledger", str(ledger), *words])
    hold(done.exit_code in {0, 1, 2} and "Traceback" not in done.output, done.output)
    hold(done.exit_code == 0 or ledger.read_bytes() == before, "a refusal changed the ledger")


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
    (SHEETS, read_sheet),
    (FILES, read_bytes),
)


def fuzz(seed: int, count: int, seconds: float = math.inf) -> int:
    """Run mutations and print what became of them; return how many broke something.

    ``seconds`` is the time of the processor that one of them may take.
    """
    rng, outcome, slowest = random.Random(seed), Counter[str](), 0.0
    for number in range(count):
        texts, target = TARGETS[number % len(TARGETS)]
        if number % _IMPORTED == _IMPORTED - 1:
            texts, target = STATEMENTS, import_file
        text = mutated(rng.choice(texts), rng)
        start = time.process_time()
        try:
            outcome["refused" if refused(target, text) else "worked out"] += 1
            taken = time.process_time() - start
            slowest = max(slowest, taken)
            hold(taken <= seconds, f"{target.__name__} took {taken:.1f} s")
        except Exception:  # noqa: BLE001 - what a fuzzer is for
            outcome["broken"] += 1
            print(f"seed {seed}, mutation {number}:\n{traceback.format_exc()}\n{text}\n")
    print(", ".join(f"{n:,} {what}" for what, n in sorted(outcome.items())))
    print(f"the slowest took {slowest:.2f} s")
    return outcome["broken"]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Mutate bundled files; only refusals may come.")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=2_000)
    chosen = options.parse_args()
    fuzz(0, _IMPORTED)  # loads every module, which is no file's fault
    sys.exit(bool(fuzz(chosen.seed, chosen.count, SECONDS_MAX)))
