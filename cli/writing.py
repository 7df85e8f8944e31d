"""What commands that write files do first: verified books, safe names, nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cli.context import ledger_path, open_ledger
from ledger.books import Books
from ledger.errors import LedgerError, LedgerErrors, LedgerUnusable
from ledger.text import masked

_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


def verified_books() -> Books:
    """Return everything the ledger knows; raise LedgerUnusable when it does not verify."""
    with open_ledger() as ledger:
        problems = ledger.verify()
        if problems:
            raise LedgerUnusable(
                where=str(ledger_path()),
                code="damaged",
                problem=f"the ledger does not verify: {problems[0]}",
                remedy="see basis verify, then restore a backup; nothing was written",
            )
        return ledger.books()


def file_name(name: str) -> str:
    """Return a name that is safe as a file name on every system, without folders."""
    shown = masked(name)
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in shown)
    kept = kept.strip("_-")[:40] or "taxpayer"
    return f"{kept}_" if kept.lower() in _DEVICES else kept


def _refuse_same_names(paths: Iterable[Path]) -> None:
    """Refuse to write two files to one name: many systems hold "x" and "X" for the same."""
    found, seen = list[LedgerError](), set[str]()
    for path in paths:
        name = str(path).casefold()
        if name in seen:
            found.append(
                LedgerError(
                    where=str(path),
                    code="same_file_name",
                    problem="two people would share this file name, capital letters or not",
                    remedy="write each with --taxpayer into a folder of its own",
                )
            )
        seen.add(name)
    if found:
        raise LedgerErrors(found)


def refuse_existing(
    paths: Iterable[Path], *, force: bool | None, reads: Path | None = None
) -> None:
    """Refuse to overwrite files, and always the ledger or a file that is read; all at once.

    ``force`` is None where the command has no such option.
    """
    paths = list(paths)
    _refuse_same_names(paths)
    kept = {"ledger itself": ledger_path(), "file that is read": reads}
    found: list[LedgerError] = []
    for path in paths:
        if not path.exists():
            continue
        same = [what for what, one in kept.items() if one is not None and _is_same(path, one)]
        if same or not force:
            found.append(_exists(path, same, may_force=force is not None))
    if found:
        raise LedgerErrors(found)


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)


def _exists(path: Path, same: list[str], *, may_force: bool) -> LedgerError:
    other = "add --force to overwrite it, or name another place"
    return LedgerError(
        where=str(path),
        code="is_ledger" if same else "exists",
        problem="the file exists already",
        remedy=f"this is the {same[0]}: name another file"
        if same
        else (other if may_force else "name another file, or delete this one first"),
    )
