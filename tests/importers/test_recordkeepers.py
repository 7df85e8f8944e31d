"""The page that says what recordkeepers offer names readers that are there, and its evidence."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ledger.importers.read import ALL

TOLD = tomllib.loads(
    (Path(__file__).parents[2] / "tools" / "recordkeepers.toml").read_text("utf-8")
)["recordkeeper"]
LARGE = (
    *("Merrill / Bank of America 401(k) (Benefits OnLine)", "Principal", "Guideline"),
    *("Alight (Your Benefits Resources)", "John Hancock", "Human Interest", "ADP (MyKPlan)"),
    *("Paychex (Flex)", "Nationwide", "Lincoln Financial", "Ascensus", "Betterment at Work", "M1"),
    *("Chase (J.P. Morgan Self-Directed)", "Interactive Brokers", "TD Ameritrade (until 2023)"),
    *("Fidelity NetBenefits", "Vanguard", "Empower", "Voya", "T. Rowe Price", "TIAA"),
)
READERS = {one.name for one in ALL} | {"infer"}


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told["name"])
def test_what_a_recordkeeper_offers_is_read_and_has_evidence(told: dict[str, Any]) -> None:
    assert told.keys() == {"name", "offers", "read", "evidence", "seen"}
    assert set(told["read"]) <= READERS
    # a grade says where the layout was seen, and D what was looked for, or nothing
    assert re.fullmatch(r"[ABC]\b[^:]*: .+|D\b.*", told["evidence"])
    assert re.fullmatch(r"20\d\d-\d\d", told["seen"])


def test_none_of_the_large_ones_is_left_out() -> None:
    assert set(LARGE) <= {told["name"] for told in TOLD}


def test_each_recordkeeper_is_told_once() -> None:
    assert not [name for name, count in Counter(t["name"] for t in TOLD).items() if count > 1]
