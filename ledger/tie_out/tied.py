"""The tie-out of one year: every printed form compared, and its differences as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger.books import Household
from ledger.documents import F1099R, F5498, F8606, W2
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.tie_out.compared import Compared
from ledger.tie_out.of_1099r import NOT_MARKED, instead, matched, tie_out_1099r
from ledger.tie_out.of_5498 import tie_out_5498
from ledger.tie_out.of_8606 import tie_out_8606
from ledger.tie_out.of_w2 import tie_out_w2
from ledger.year_end import Finding, Form1099R, TieOut, YearEnd

_CITES = {
    F1099R: "Instructions for Forms 1099-R and 5498",
    F5498: "Instructions for Forms 1099-R and 5498",
    W2: "General Instructions for Forms W-2 and W-3",
    F8606: "Form 8606",
}
_HARMLESS = {NOT_MARKED, "deferral_paid_after_year_end", "cannot_be_told"}


def tied_out(record: YearEnd, books: Household, next_year: Sequence[JournalEntry]) -> YearEnd:
    """Return the record with its printed forms tied out and what differs among its findings.

    ``next_year`` are the person's entries of the year after: contributions made until the due
    date are on this year's Form 5498. A form that is missing is looked for as soon as one other
    form of the year is recorded.
    """
    mine = (record.taxpayer.id, record.tax_year)
    documents = tuple(d for d in books.documents if (d.taxpayer, d.year) == mine)
    if not documents:
        return record
    asked = Compared(record, books, documents, next_year)
    rows = tuple(_rows(asked))
    findings = (_finding(row) for row in rows if row.pattern)
    order = {"error": 0, "warning": 1, "info": 2}
    listed = sorted([*record.findings, *findings], key=lambda f: order[f.severity])
    return replace(
        record,
        tie_out=rows,
        enter_instead=tuple(instead(asked)),
        findings=tuple(listed),
        forms_1099r=tuple(_with_printed(asked)),
    )


def _with_printed(asked: Compared) -> Iterator[Form1099R]:
    """Go through the expected forms, each with the printed ones that stand for it."""
    found = {form.key: group.printed for group in matched(asked) for form in group.expected}
    for form in asked.record.forms_1099r:
        yield replace(form, printed=found.get(form.key, ()))


def _rows(asked: Compared) -> Iterator[TieOut]:
    # a filed Form 8606 comes from the filer: it does not show that payers' forms have arrived
    if any(document.form != F8606 for document in asked.documents):
        yield from tie_out_1099r(asked)
        yield from tie_out_5498(asked)
        yield from tie_out_w2(asked)
    yield from tie_out_8606(asked)


def _finding(row: TieOut) -> Finding:
    if row.pattern == "form_missing":
        return _missing(row)
    message = f"{_box(row)}: {row.says}; {row.remedy}"
    cite, where = _CITES[row.form], row.where
    if row.pattern == "one_form_for_several":
        return Finding("info", "form_1099r_combined", message, cite, where)
    severity = "info" if row.pattern in _HARMLESS else "warning"
    at_stake = row.difference.size if row.difference else None
    if row.form == F1099R:
        return Finding(severity, "form_1099r_differs", message, cite, where, at_stake)
    if row.form == F5498:
        return Finding(severity, "form_5498_differs", message, cite, where, at_stake)
    if row.form == W2:
        return Finding(severity, "form_w2_differs", message, cite, where, at_stake)
    return Finding(severity, "filed_8606_differs", message, cite, where, at_stake)


def _missing(row: TieOut) -> Finding:
    known = isinstance(row.expected, Money)
    should = f" (it should show {row.expected} in box {row.box})" if known else ""
    message = f"{row.says}{should}; {row.remedy}"
    if row.form == F1099R:
        at_stake = row.expected if isinstance(row.expected, Money) else None
        return Finding(
            "warning", "form_1099r_missing", message, _CITES[row.form], row.payer, at_stake
        )
    # trustees have until the end of May for it: later than most returns are filed
    return Finding("info", "form_5498_missing", message, _CITES[row.form], row.payer)


def _box(row: TieOut) -> str:
    place = "line" if row.form == F8606 else "box"
    compared = f"printed {'nothing' if row.printed is None else row.printed}"
    expected = "nothing" if row.expected is None else row.expected
    return f"Form {row.form} of {row.payer}, {place} {row.box}: {compared}, expected {expected}"
