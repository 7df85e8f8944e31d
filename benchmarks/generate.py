"""Write the same plan activity as a plain CSV and as a beancount journal.

One plan with four sources: paydays with contributions of each source, daily gains and losses,
monthly fees, and an in-plan conversion of the whole after-tax source at each month's end. Money
is integer cents; the same number of rows and seed give the same bytes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SOURCES = ("pre_tax", "roth", "after_tax", "match")
FIRST_DAY = date(2018, 1, 1)
LAST_DAY = date(2025, 12, 31)


@dataclass(frozen=True)
class Row:
    """One row of the activity; cents signed as the plain CSV wants them."""

    day: date
    kind: str
    source: str
    cents: int


def activity(count: int, seed: int = 8606, first: date = FIRST_DAY) -> Iterator[Row]:
    """Go through so many rows in order of their days, the first day of which may be named."""
    rng = random.Random(seed)
    days = (LAST_DAY - first).days + 1
    per_day = max(1, -(-count // days))
    held = dict.fromkeys(SOURCES, 0)
    made = 0
    for number in range(days):
        day = first + timedelta(number)
        for row in _day(rng, day, per_day, held):
            if made == count:
                return
            made += 1
            yield row


def _day(rng: random.Random, day: date, per_day: int, held: dict[str, int]) -> Iterator[Row]:
    converts = (day + timedelta(1)).day == 1 and held["after_tax"] > 0
    for place in range(per_day - converts):
        source = SOURCES[place % len(SOURCES)]
        if day.day in {1, 15} and place < len(SOURCES):
            cents = rng.randrange(20_000, 160_000)
            kind = "contribution"
        else:
            cents = rng.randrange(-4_000, 4_400) or 1
            kind = "earnings"
            if held[source] + cents <= 0:
                cents = abs(cents)
        held[source] += cents
        yield Row(day, kind, source, cents)
    if converts:
        cents, held["after_tax"] = held["after_tax"], 0
        yield Row(day, "in_plan_conversion", "after_tax", cents)


def dollars(cents: int) -> str:
    """Return cents as dollars with two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def write(folder: Path, count: int, first: date = FIRST_DAY) -> tuple[Path, Path]:
    """Write activity.csv and activity.beancount; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(activity(count, first=first))
    statement, journal = folder / "activity.csv", folder / "activity.beancount"
    with statement.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["Date", "Type", "Source", "Amount", "Memo"])
        for number, row in enumerate(rows):
            amount = dollars(row.cents)
            writer.writerow([row.day.isoformat(), row.kind, row.source, amount, f"row {number}"])
    journal.write_text("".join(_journal(rows)), "utf-8")
    return statement, journal


def _journal(rows: list[Row]) -> Iterator[str]:
    yield 'option "operating_currency" "USD"\n'
    accounts = [
        *(f"Assets:Plan:{name(s)}" for s in (*SOURCES, "in_plan_roth")),
        "Income:Pay",
        "Income:Gains",
    ]
    for account in accounts:
        yield f"{FIRST_DAY.isoformat()} open {account} USD\n"
    for number, row in enumerate(rows):
        here = f"Assets:Plan:{name(row.source)}"
        other = {"contribution": "Income:Pay", "earnings": "Income:Gains"}.get(row.kind)
        gets, gives = (here, other) if other else ("Assets:Plan:InPlanRoth", here)
        yield (
            f'{row.day.isoformat()} * "Plan" "{row.kind} row {number}"\n'
            f"  {gets}  {dollars(row.cents)} USD\n  {gives}  {dollars(-row.cents)} USD\n"
        )


def name(source: str) -> str:
    """Return a source as a beancount account name."""
    return "".join(part.capitalize() for part in source.split("_"))
