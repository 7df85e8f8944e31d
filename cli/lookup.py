"""Find what a user named, or say what there is and which name is nearest."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from ledger.errors import LedgerError

T = TypeVar("T")


def known(items: Mapping[str, T], name: str, what: str) -> T:
    """Return the taxpayer or account of that name; raise LedgerError naming the nearest one."""
    if name in items:
        return items[name]
    near = get_close_matches(name, items, n=1)
    listed = ", ".join(items) or "none yet"
    hint = f"did you mean '{near[0]}'?" if near else f"in the ledger: {listed}"
    raise LedgerError(
        where=f"{what} {name}",
        code=f"unknown_{what}",
        problem=f"there is no {what} '{name}'",
        remedy=f"{hint} (see basis {what} list)",
    )
