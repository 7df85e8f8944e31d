"""Form 8606 Parts I and II beside OpenTaxSolver, line by line, on random problems.

Once the form alone, from its inputs, and once whole books whose basis came out of plans and is more
than all contributions since 1987 could be.
"""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.forms.f8606 import RothYear, TraditionalYear, form_8606
from ledger.forms.form import Form
from ledger.law.past_contributions import most_ever_contributed
from ledger.money import Money
from ledger.records import Options

CASES = 500
COMPARED = ("3", "5", "9", "11", "12", "13", "14", "15a", "15c", "16", "17", "18")
SPEC = importlib.util.find_spec("tenforty")


def library() -> Path | None:
    if SPEC is None or SPEC.origin is None:
        return None
    return next(Path(SPEC.origin).parent.glob("otslib*.so"), None)


def problem(rng: random.Random) -> TraditionalYear:
    """Draw a year with a nondeductible contribution and something that leaves the IRAs."""

    def cents(most: int) -> Money:
        return Money(rng.choice([0, rng.randrange(most), rng.randrange(most // 100) * 100]))

    made, late = cents(700_000), cents(300_000)
    out = rng.choice(["distributed", "converted", "both"])
    return TraditionalYear(
        tax_year=2024,
        contributed_in_year=made + Money(100),
        contributed_after_year=late,
        brought_forward=cents(5_000_000),
        year_end_value=cents(90_000_000),
        distributed=cents(4_000_000) + Money(1) if out != "converted" else Money(0),
        converted=cents(9_000_000) + Money(1) if out != "distributed" else Money(0),
    )


def entered(form: Form) -> dict[str, str]:
    return {number: form.amount(number).plain for number in ("1", "2", "4", "6", "7", "8")}


BOOKS = """
[scenario]
tax_years = [2024]

[[taxpayer]]
id = "jo"
born = 1980-08-08

[[account]]
id = "ira"
owner = "jo"
kind = "traditional_ira"

[[account]]
id = "roth"
owner = "jo"
kind = "roth_ira"

[[opening]]
date = 2024-01-01
account = "ira"
value = {opened}

[[opening_basis]]
taxpayer = "jo"
as_of = 2024-01-01
traditional_ira = {basis}
traditional_ira_from_plans = {from_plans}
roth_ira_since = 2010
roth_ira_regular = 0
"""
EVENT = """
[[event]]
date = {day}
account = "ira"
kind = "{kind}"
{more}
"""


def books(rng: random.Random) -> str:
    """Draw books whose basis is above what contributions since 1987 could make."""

    def dollars(least: int, most: int) -> str:
        cents = rng.randrange(least * 100, most * 100)
        return Money(cents - cents % rng.choice([1, 100])).plain

    limit = most_ever_contributed(2024, 1980).cents // 100
    own, from_plans = dollars(0, limit), dollars(limit, 900_000)
    basis = Money.parse(own) + Money.parse(from_plans)
    opened = basis + Money.parse(dollars(1, 2_000_000))
    text = BOOKS.format(opened=opened.plain, basis=basis.plain, from_plans=from_plans)
    paid = [("2024-03-04", "contribution", "year = 2024", dollars(1, 4_000))]
    if rng.random() < 0.5:
        paid.append(("2025-02-03", "contribution", "year = 2024", dollars(1, 2_900)))
    out = rng.choice([("distribution",), ("conversion",), ("distribution", "conversion")])
    for kind in out:
        to = 'to = "roth"' if kind == "conversion" else ""
        paid.append(("2024-06-05", kind, to, dollars(1, int(opened.cents // 300))))
    for day, kind, more, amount in paid:
        text += EVENT.format(day=day, kind=kind, more=f"amount = {amount}\n{more}")
    worth = f"value = {dollars(1, 3_000_000)}"
    return text + EVENT.format(day="2024-12-31", kind="balance", more=worth)


def form_of(text: str) -> Form:
    story = scenario.parse(text.encode(), "drawn.toml")
    worked = work_out(story.books, story.tax_years)
    (record,) = worked.records
    return record.f8606


def hold_beside_the_solver(forms: Sequence[Form]) -> None:
    solver = Path(__file__).with_name("solve_8606.py")
    done = subprocess.run(
        [sys.executable, str(solver), str(library())],
        input=json.dumps([entered(form) for form in forms]),
        capture_output=True,
        text=True,
        check=True,
    )
    for form, peer in zip(forms, json.loads(done.stdout), strict=True):
        for number in COMPARED:
            if number not in form:
                continue
            theirs = round(float(peer[number]) * 100)
            # the peer keeps binary floating point: a half cent may fall the other way
            assert abs(form.amount(number).cents - theirs) <= 1, (number, entered(form), peer)


@pytest.mark.skipif(library() is None, reason="the peer (tenforty) is not installed")
def test_five_hundred_problems_come_to_the_same_lines() -> None:
    rng = random.Random(8606)
    hold_beside_the_solver([form_8606(problem(rng), RothYear(), Options()) for _ in range(CASES)])


@pytest.mark.skipif(library() is None, reason="the peer (tenforty) is not installed")
def test_five_hundred_books_with_basis_out_of_plans_come_to_the_same_lines() -> None:
    rng = random.Random(408)
    forms = [form_of(books(rng)) for _ in range(CASES)]
    most = most_ever_contributed(2024, 1980)
    assert all(form.amount("2") > most for form in forms)
    hold_beside_the_solver(forms)
