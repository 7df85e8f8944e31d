"""Bytes of a statement file: loaded once, hashed, recognized as text or refused in kind words."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ledger.errors import EnvironmentFault, LedgerError
from ledger.importers.pdf import refusal_words
from ledger.importers.workbook import is_workbook, sheet_text
from ledger.text import safe

_OPENED = Path("/dev/fd")  # files and pipes that the shell has opened for the program
SIZE_MAX = 100_000_000  # bytes; years of statements of one household are far below a megabyte

_SAVE_TEXT = "download the activity again and choose CSV"
_UNPACK = "unpack it and import the CSV file inside"
_SAVE_AS = "open it and save the sheet as .xlsx, or as CSV (UTF-8)"
_LOG_IN = "log in and download the file again"

Kind = tuple[str, str, str]  # code, what it is, remedy
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PICTURE: Kind = ("picture_file", "a picture", _SAVE_TEXT)
_OPEN_DOCUMENT: Kind = ("spreadsheet_file", "an OpenDocument spreadsheet", _SAVE_AS)
# how the bytes of other kinds of files begin
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"SQLite format 3\x00", ("database_file", "a SQLite database", _SAVE_TEXT)),
    (b"\x1f\x8b", ("compressed_file", "a gzip archive", _UNPACK)),
    (b"BZh", ("compressed_file", "a bzip2 archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", ("compressed_file", "a Zstandard archive", _UNPACK)),
    (b"\xfd7zXZ\x00", ("compressed_file", "an xz archive", _UNPACK)),
    (b"7z\xbc\xaf", ("compressed_file", "a 7-Zip archive", _UNPACK)),
    (b"Rar!", ("compressed_file", "a RAR archive", _UNPACK)),
    *((start, _PICTURE) for start in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"RIFF")),
    (b"{\\rtf", ("document_file", "a text document (RTF)", _SAVE_TEXT)),
)
# words in the first lines of texts that are no table
_WORDS: tuple[tuple[str, Kind], ...] = (
    (
        "urn:schemas-microsoft-com:office:spreadsheet",
        ("excel_file", "an Excel sheet in XML", _SAVE_AS),
    ),
    ("urn:oasis:names:tc:opendocument", _OPEN_DOCUMENT),
    (
        "version https://git-lfs.",
        (
            "placeholder_file",
            "a placeholder of Git LFS, the file itself is elsewhere",
            "fetch the file itself: git lfs pull",
        ),
    ),
)
_WEB_PAGE = re.compile(
    r"(<!--.*?-->\s*)?<(!doctype html|html|head|body|table|meta|div)\b", re.DOTALL
)
_JSON = re.compile(r'\{\s*["}]|\[\s*[\[{"0-9\]]')
_READABLE_JSON = '"BrokerageTransactions"'  # Schwab's, which a reader knows
_HEAD = 2_000  # characters
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
    employer: str = ""  # whose plan it is of, where that is known: its name is cut from sources'
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
        _refuse_other_texts(text, name)
    if not text.strip("\ufeff \t\r\n"):
        raise refuse(name, "empty_file", "the file is empty", _SAVE_TEXT)
    digest = hashlib.sha256(content).hexdigest()
    return TextFile(name=name, sha256=digest, text=text, undecodable=undecodable, note=note)


def read_text(path: Path) -> str:
    """Return a small file of settings or answers as text; its first mark of UTF-8 is dropped.

    Raises LedgerError for a folder, pipe, device, missing or over-large file and for text that
    is not UTF-8, EnvironmentFault when the computer does not let us read it.
    """
    name = safe(path.name or str(path), limit=80)
    return _utf8(_read_bytes(path, name), name)


def read_stream(path: Path) -> str:
    """Return what standard input ("-") or a shell's `<(…)` holds, as ``read_text`` does of a file.

    A pipe with a name is refused as there: nobody may ever write to it.
    """
    name = safe(path.name or str(path), limit=80)
    if str(path) == "-":
        return _utf8(_whole(sys.stdin.buffer, name), name)
    if path.parent != _OPENED:
        return read_text(path)
    try:
        with path.open("rb") as file:
            return _utf8(_whole(file, name), name)
    except (OSError, ValueError) as error:
        raise _unreadable(error, name) from error


def _utf8(content: bytes, name: str) -> str:
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
            return _whole(file, name)
    except (OSError, ValueError) as error:
        raise _unreadable(error, name) from error


def _whole(file: BinaryIO, name: str) -> bytes:
    content = file.read(SIZE_MAX + 1)
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
    """Refuse bytes that are plainly no text, naming what they are."""
    if content.startswith(b"%PDF"):
        raise refuse(name, "pdf_file", *refusal_words(content))
    kind = next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
    if content[4:8] == b"ftyp":  # HEIC, MP4
        kind = _PICTURE
    if content.startswith(_ZIP):
        kind = _kind_of_zip(content)
    if content.startswith(_OLD_OFFICE):
        kind = _kind_of_old_office(content)
    if kind:
        code, words, remedy = kind
        raise refuse(name, code, f"this is {words}, not a CSV file", remedy)


def _kind_of_zip(content: bytes) -> Kind:
    """Return what an archive is that is no Excel workbook, by the names in it."""
    if b"application/vnd.oasis.opendocument" in content[:200]:
        return _OPEN_DOCUMENT
    if b"Index/" in content and b".iwa" in content:
        remedy = "in Numbers choose File, Export To, CSV, and import that"
        return "spreadsheet_file", "an Apple Numbers document", remedy
    return "compressed_file", "a zip archive", _UNPACK


def _kind_of_old_office(content: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in content:
        remedy = "open it, take the password off and save it again"
        return "protected_workbook", "a workbook protected by a password", remedy
    return "excel_file", "an old Excel workbook (.xls)", _SAVE_AS


def _refuse_other_texts(text: str, name: str) -> None:
    """Refuse a text that is plainly no table, naming what it is."""
    start = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if _WEB_PAGE.match(start.lower()) or start.startswith("MIME-Version:"):
        if "<table" in text.lower() and not name.lower().endswith((".htm", ".html")):
            problem = "this is a web page with a table, only its name is that of another file"
            raise refuse(name, "web_page", problem, _SAVE_AS)
        problem = "this is a web page, perhaps the login page"
        raise refuse(name, "web_page", problem, _LOG_IN)
    if _JSON.match(start) and _READABLE_JSON not in start:
        raise refuse(name, "json_file", "this is JSON, not a CSV file", _SAVE_TEXT)
    kind = next((kind for words, kind in _WORDS if words in start), None)
    if kind:
        code, words, remedy = kind
        raise refuse(name, code, f"this is {words}, not a CSV file", remedy)


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
