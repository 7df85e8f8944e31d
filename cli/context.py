"""What every command shares: which ledger file is meant, and how it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.faults import say

if TYPE_CHECKING:
    from ledger.store import Ledger


@dataclass
class Settings:
    """What stands before the command: the ledger file (None: the usual place) and --debug."""

    ledger: Path | None = None
    debug: bool = False


def default_path() -> Path:
    """Return the ledger file in the user's own data folder."""
    import platformdirs  # noqa: PLC0415 - only needed when no --ledger is given

    return platformdirs.user_data_path("basisbook", appauthor=False) / "ledger.db"


def ledger_path() -> Path:
    """Return the ledger file of this run: --ledger, else BASIS_LEDGER, else the data folder."""
    settings = click.get_current_context().find_object(Settings) or Settings()
    return settings.ledger if settings.ledger is not None else default_path()


def open_ledger() -> Ledger:
    """Open the ledger of this run and say what opening changed in it.

    Raises LedgerUnusable when there is none or it is damaged.
    """
    from ledger.store import Ledger  # noqa: PLC0415 - the database library takes half a second

    ledger = Ledger.open(ledger_path())
    for note in ledger.notes:
        say(f"note: {ledger_path()}: {note}")
    return ledger
