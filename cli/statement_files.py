"""Which files an import command means, folders gone through, and what of them can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cli import show
from ledger.errors import Collector, LedgerError
from ledger.text import safe

if TYPE_CHECKING:
    from ledger.importers.reading import Reading

_HIDDEN = (".", "~$")  # "~$": what Excel leaves beside a workbook that is open
_NAMED = 6  # sub-folders named in one remark


@dataclass(frozen=True)
class Unread:
    """A file that nobody can read, with its reasons."""

    name: str
    faults: tuple[LedgerError, ...]


@dataclass
class Files:
    """The statements of one command: those that were read, and those that could not be."""

    readings: list[Reading] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def gathered(paths: Sequence[Path], apart: Sequence[Path]) -> list[Path]:
    """Return the files meant, each once: a folder stands for the files in it, by name.

    Hidden files, sub-folders and the files of ``apart`` (the ledger, the answers) are no
    statements; sub-folders are named. Raises LedgerError (``empty_folder``).
    """
    found: dict[tuple[int, int] | Path, Path] = {}
    faults = Collector()
    for path in paths:
        with faults:
            for file in _in_folder(path, apart) if _is_folder(path) else [path]:
                found.setdefault(_identity(file), file)
    faults.raise_any()
    return list(found.values())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long: reading it will say so
        return False


def _in_folder(folder: Path, apart: Sequence[Path]) -> Iterator[Path]:
    inside = [path for path in sorted(folder.iterdir()) if not path.name.startswith(_HIDDEN)]
    deeper = [path.name for path in inside if path.is_dir()]
    if deeper:
        more = ", …" if len(deeper) > _NAMED else ""
        show.note(
            f"{safe(str(folder))}: sub-folders are not entered: "
            f"{safe(', '.join(deeper[:_NAMED]))}{more}"
        )
    ours = {_identity(path) for path in apart}
    files = [path for path in inside if not path.is_dir() and _identity(path) not in ours]
    if not files:
        raise LedgerError(
            where=safe(str(folder)),
            code="empty_folder",
            problem="the folder has no file to import",
            remedy="name the folder that your downloads are in; sub-folders are not entered",
        )
    yield from files


def _identity(path: Path) -> tuple[int, int] | Path:
    """Return what tells one file from another, whatever it is called."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return path  # reading it will say why
    return status.st_dev, status.st_ino


def read_all(
    paths: Sequence[Path], format_name: str | None, account: str, employer: str = ""
) -> Files:
    """Read every file; one that is refused does not hide the others."""
    from ledger.importers.read import read_file  # noqa: PLC0415 - loads every reader

    files, given = Files(), list[str]()
    for path in paths:
        given.append(name := _own_name(path, given, {path.name for path in paths}))
        try:
            files.readings.append(
                read_file(path, format_name, account=account, employer=employer, name=name)
            )
        except LedgerError as fault:
            files.unread.append(Unread(safe(name), fault.faults))
    return files


def _own_name(path: Path, given: Collection[str], own: Collection[str]) -> str:
    """Return the name to cite a file by: the second "history.csv" is called "history (2).csv".

    ``given`` are the names of the files before it, ``own`` those that files bear themselves.
    """
    name, number = path.name, 1
    while name in given or (number > 1 and name in own):
        number += 1
        name = f"{path.stem} ({number}){path.suffix}"
    return name
