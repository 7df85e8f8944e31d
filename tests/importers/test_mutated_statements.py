"""Whatever is done to a statement, a reader answers with records or with a fault of the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.importers.files import TextFile, load
from ledger.importers.read import ALL, identify
from ledger.importers.reading import Reading
from ledger.text import safe

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
TEXTS = {
    path.parent.name: load(path).text
    for path in sorted(STATEMENTS.glob("*/*"))
    if path.suffix in {".csv", ".txt", ".qfx", ".json"}
    and not path.name.endswith(".records.txt")
    and path.parent.name not in {"bad", "custom"}
}
NOW = date(2026, 11, 1)
# What breaks readers: quotes, ends, signs, digits, dates and letters of other kinds.
BREAKERS = (
    *(",", '"', "\n", "\r", "\t", "$", "-", "(", "--", "<", "</INVTRANLIST>", " as of "),
    *("NaN", "1e9", "\u0663", "\u202e", "\x1b[2J", "02/30/2025", "12/31/9999", "=1+1"),
)
CUTS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12),
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(BREAKERS),
        ),
    ),
    max_size=6,
)


def mutated(text: str, cuts: list[tuple[float, int, str]]) -> str:
    for place, length, put in cuts:
        at = int(place * len(text))
        text = text[:at] + put + text[at + length :]
    return text


def answer(text: str, reader: str) -> Reading | LedgerError:
    file = TextFile(name="mutated.csv", sha256="", text=text)
    importer = next(i for i in ALL if i.name == reader) if reader else identify(text, file.name)
    return importer.read(file, NOW)


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=30, deadline=None)
@given(cuts=CUTS)
def test_a_mutated_statement_is_read_or_refused(
    name: str, cuts: list[tuple[float, int, str]]
) -> None:
    text = mutated(TEXTS[name], cuts)
    try:
        reading = answer(text, "")
    except LedgerError as error:
        for fault in error.faults:
            assert safe(str(fault), limit=10_000) == str(fault)
            assert fault.where.startswith("mutated.csv")
    else:
        assert isinstance(reading, Reading)
        assert reading.records


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), reader=st.sampled_from([i.name for i in ALL]))
def test_any_text_is_refused_by_every_reader(text: str, reader: str) -> None:
    with pytest.raises(LedgerError):
        answer(text, reader)
