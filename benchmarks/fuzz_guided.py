"""Coverage-guided fuzzing of the readers with atheris: only refusals may come out.

    pip install atheris
    python -m benchmarks.fuzz_guided -runs=100000 [-max_len=8192] [CORPUS_FOLDER]

atheris changes statements so that new branches of the readers are reached: CSV, OFX, JSON and
pasted text, the XML of an Excel sheet, and whole workbooks. It stops at the first exception that
is not a refusal and keeps the text that caused it. The bundled statements are written into the
corpus folder first when it is empty.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ledger"]):
    from benchmarks.fuzz import FILES, SHEETS, STATEMENTS, read_bytes, read_sheet, read_statement
    from ledger.errors import LedgerError


def one(content: bytes) -> None:
    """Read one changed statement, sheet or file; a refusal is right, anything else is a find."""
    try:
        if content.startswith((b"PK", b"\xff\xfe")):
            read_bytes(content.decode("latin-1"))
        elif content.startswith(b"<row"):
            read_sheet(content.decode("utf-8", errors="replace"))
        else:
            read_statement(content.decode("utf-8", errors="replace"))
    except LedgerError:
        return


def main(arguments: list[str]) -> None:
    """Fill an empty corpus with the bundled statements and start."""
    folders = [Path(word) for word in arguments if not word.startswith("-")]
    corpus = folders[0] if folders else Path(tempfile.mkdtemp(prefix="statements-"))
    corpus.mkdir(exist_ok=True)
    if not any(corpus.iterdir()):
        seeds = [text.encode("latin-1") for text in FILES if text.startswith(("PK", "\xff\xfe"))]
        seeds += [text.encode() for text in (*STATEMENTS, *SHEETS)]
        for number, content in enumerate(seeds):
            (corpus / f"{number:03}.txt").write_bytes(content)
    options = [word for word in arguments if word.startswith("-")]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
