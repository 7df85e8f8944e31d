"""Basis as states count it: what is known of their rules, in words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ledger.law import rule

_FILE = Path(__file__).parent / "states.toml"


@dataclass(frozen=True)
class StateRule:
    """What one state does with basis, where that is written, and how well it is known."""

    name: str
    rule: str
    cite: str
    evidence: str  # a letter of ledger.law.EVIDENCE


@rule("the law of each state, as its row of states.toml cites it", evidence="S")
def state_rules() -> dict[str, StateRule]:
    """Return what is known of the states that are described, by their two letters.

    >>> state_rules()["CA"].cite
    'FTB Publication 1005'
    """
    return _read()


@cache
def _read() -> dict[str, StateRule]:
    rows = tomllib.loads(_FILE.read_text("utf-8"))
    return {state: StateRule(**row) for state, row in rows.items()}
