"""Write a file whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ledger.errors import EnvironmentFault, LedgerError


def write_whole(path: Path, content: bytes) -> None:
    """Put bytes at a path: a temporary file beside it, flushed to disk, then renamed over it.

    The file has mode 0600. Raises LedgerError (``target_is_folder``, ``target_is_device``: a rename
    would put an ordinary file in the place of /dev/null) and EnvironmentFault
    (``cannot_write``); the old file stays as it was when anything fails.
    """
    if path.is_dir():
        raise LedgerError(
            where=str(path),
            code="target_is_folder",
            problem="this is a folder, not a file to write",
            remedy="name a file",
        )
    if path.exists() and not path.is_file():
        raise LedgerError(
            where=str(path),
            code="target_is_device",
            problem="this is a pipe or device, not a file to write",
            remedy="name a file",
        )
    try:
        _replace(path, content)
    except OSError as error:
        raise EnvironmentFault(
            where=str(path),
            code="cannot_write",
            problem=f"the file cannot be written ({error.strerror or error})",
            remedy="check that the folder exists, may be written and has space left",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    # in the same folder, since a rename is whole only on one disk; cut, since names have a limit
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # its bytes are on the disk before the old file is given up
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
