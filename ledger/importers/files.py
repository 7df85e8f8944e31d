"""Bytes of a statement file: loaded once, hashed, recognised as text or refused in kind words."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import EnvironmentFault, LedgerError
from ledger.importers.pdf import refusal_words
from ledger.importers.workbook import is_workbook, sheet_text
from ledger.safetext import safe

SIZE_MAX = 100_000_000  # bytes; years of statements of one household are far below a megabyte

_SAVE_TEXT = "download the activity again and choose CSV"
_UNPACK = "unpack it and import the CSV file inside"
_MAGIC: tuple[tuple[bytes, str, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        "excel_file",
        "an Excel workbook, old or protected",
        "save the sheet as CSV",
    ),
    (b"SQLite format 3\x00", "database_file", "a SQLite database", _SAVE_TEXT),
    (b"\x1f\x8b", "compressed_file", "a gzip archive", _UNPACK),
    (b"BZh", "compressed_file", "a bzip2 archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed_file", "a Zstandard archive", _UNPACK),
    (b"\xfd7zXZ\x00", "compressed_file", "an xz archive", _UNPACK),
    (b"7z\xbc\xaf", "compressed_file", "a 7-Zip archive", _UNPACK),
    (b"\x89PNG", "picture_file", "a picture", _SAVE_TEXT),
    (b"\xff\xd8\xff", "picture_file", "a picture", _SAVE_TEXT),
    (b"GIF8", "picture_file", "a picture", _SAVE_TEXT),
)
_JSON = re.compile(rb'\{\s*["}]|\[\s*[\[{"0-9\]]')
_READABLE_JSON = b'"BrokerageTransactions"'  # Schwab's, which a reader knows
_HEAD_BYTES = 2_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class TextFile:
    """A statement as text with the SHA-256 of the very bytes it was decoded from.

    ``name`` is safe to show and carries no folder. ``undecodable`` is the place of the first byte
    that is not UTF-8 when the text had to be read as Windows-1252, "" otherwise.
    """

    name: str
    sha256: str
    text: str
    undecodable: str = ""
    account: str = ""  # account that the user named for it
    note: str = ""  # what of the file is left out


def _any_sheet(_text: str) -> bool:
    return True


def load(path: Path, name: str = "", wanted: Callable[[str], bool] = _any_sheet) -> TextFile:
    """Read a file once and return its text; ``name`` is what to call it, else its own name.

    Of an Excel workbook it is the text that its sheet saved as CSV would have; where several
    sheets are filled, the one whose text is ``wanted``. Raises LedgerError
    for anything that is not a readable file of at most 100 MB, and EnvironmentFault when the
    computer does not let us read it.
    """
    name = safe(name or path.name)
    content = _read_bytes(path, name)
    if is_workbook(content):
        _refuse_as_csv(name)
        (text, note), undecodable = sheet_text(content, name, wanted), ""
    else:
        note = ""
        _refuse_other_kinds(content, name)
        text, undecodable = _decode(content, name)
    if not text.strip("\ufeff \t\r\n"):
        raise refuse(name, "empty_file", "the file is empty", _SAVE_TEXT)
    digest = hashlib.sha256(content).hexdigest()
    return TextFile(name=name, sha256=digest, text=text, undecodable=undecodable, note=note)


def read_text(path: Path) -> str:
    """Return a small file of settings or answers as text; its first mark of UTF-8 is dropped.

    Raises LedgerError for a folder, pipe, device, missing or over-large file and for text that
    is not UTF-8, EnvironmentFault when the computer does not let us read it.
    """
    name = safe(path.name, limit=80)
    content = _read_bytes(path, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise bad_encoding(f"{name}:{line}") from error


def refuse(where: str, code: str, problem: str, remedy: str) -> LedgerError:
    """Return a fault of the file; a shorthand, so that readers stay readable."""
    return LedgerError(where=where, code=code, problem=problem, remedy=remedy)


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        _refuse_special(path.stat(), name)
        # Non-blocking, so that a pipe put in the file's place meanwhile cannot hang the program.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            _refuse_special(os.fstat(file.fileno()), name)
            content = file.read(SIZE_MAX + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(error, name) from error
    if len(content) > SIZE_MAX:
        raise _too_large(name)
    return content


def _refuse_special(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise refuse(name, "not_a_file", "this is a folder", "name the files inside it")
    if not stat.S_ISREG(status.st_mode):
        raise refuse(name, "not_a_file", "this is a pipe or device", "save it to a file first")
    if status.st_size > SIZE_MAX:
        raise _too_large(name)


def _too_large(name: str) -> LedgerError:
    return refuse(
        name,
        "too_large",
        f"the file is larger than {SIZE_MAX // 1_000_000} MB",
        "download a shorter period",
    )


def _unreadable(error: OSError | ValueError, name: str) -> LedgerError:
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if number in {errno.ENOENT, errno.ENOTDIR, errno.EINVAL, errno.ENAMETOOLONG, errno.ELOOP}:
        return refuse(
            name,
            "no_such_file",
            "there is no such file on this computer",
            "check the name; a file on the web must be downloaded first",
        )
    return EnvironmentFault(
        where=name,
        code="cannot_read",
        problem=f"the file cannot be read ({os.strerror(number or errno.EIO)})",
        remedy="check its permissions and the disk it is on",
    )


def _refuse_as_csv(name: str) -> None:
    """Refuse a workbook that is called a CSV: somebody has renamed it instead of saving it so."""
    if name.lower().endswith((".csv", ".txt")):
        problem = "this is an Excel workbook, only its name is that of a CSV file"
        remedy = "give it a name that ends in .xlsx, or save the sheet as CSV (UTF-8)"
        raise refuse(name, "excel_file", problem, remedy)


def _refuse_other_kinds(content: bytes, name: str) -> None:
    """Refuse what is plainly not a table of text, naming what it is."""
    if content.startswith(b"%PDF"):
        raise refuse(name, "pdf_file", *refusal_words(content))
    for magic, code, words, remedy in _MAGIC:
        if content.startswith(magic):
            raise refuse(name, code, f"this is {words}, not a CSV file", remedy)
    if content.startswith(b"PK\x03\x04"):
        raise refuse(name, "compressed_file", "this is a zip archive", _UNPACK)
    start = content[:3].replace(b"\xef\xbb\xbf", b"") + content[3:400]
    start = start.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        problem = "this is a web page, perhaps the login page"
        raise refuse(name, "web_page", problem, "log in and download the file again")
    if _JSON.match(start) and _READABLE_JSON not in content[:_HEAD_BYTES]:
        raise refuse(name, "json_file", "this is JSON, not a CSV file", _SAVE_TEXT)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    """Return the text, and where it is not UTF-8 ("" when it is)."""
    try:
        if content.startswith(_UTF16):
            text, undecodable = content.decode("utf-16"), ""
        else:
            text, undecodable = content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        undecodable = f"{name}:{line}"
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise bad_encoding(undecodable) from error
    nul = text.find("\x00")
    if nul >= 0:
        raise refuse(
            f"{name}:{text.count(chr(10), 0, nul) + 1}",
            "nul_byte",
            "the line holds a NUL byte; the file is damaged or is UTF-16 without its mark",
            "save it as CSV in UTF-8",
        )
    return text, undecodable


def bad_encoding(where: str) -> LedgerError:
    """Return the fault of a text that is not UTF-8."""
    return refuse(
        where, "bad_encoding", "a letter here is not UTF-8", "save the file as CSV in UTF-8"
    )
