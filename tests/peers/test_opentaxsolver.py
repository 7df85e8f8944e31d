"""Form 8606 Parts I and II beside OpenTaxSolver, line by line, on random problems."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.forms.f8606 import RothYear, TraditionalYear, form_8606
from ledger.forms.form import Form
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


@pytest.mark.skipif(library() is None, reason="the peer (tenforty) is not installed")
def test_five_hundred_problems_come_to_the_same_lines() -> None:
    rng = random.Random(8606)
    forms = [form_8606(problem(rng), RothYear(), Options()) for _ in range(CASES)]
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
