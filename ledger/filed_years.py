"""Closed years: the record as filed beside the record as the facts give it now."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ledger.books import FiledYear, Household
from ledger.chart import Source
from ledger.documents import F8606
from ledger.money import Money
from ledger.year_end import SCHEMA, Amended, Box, Filed, Finding, YearEnd

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
CARRIED = "carried"  # the form name of what goes on into the next year
_NAMED = 4  # lines named in a finding


def record_text(record: YearEnd) -> str:
    """Return the record as it is kept when its year is closed."""
    return json.dumps({**record.as_json(), "status": "closed"}, ensure_ascii=False)


def beside_filed(record: YearEnd, books: Household) -> YearEnd:
    """Return the record with its status and, for a closed year, every line that has changed."""
    filed = books.filed_years.get((record.taxpayer.id, record.tax_year))
    if filed is None:
        return record
    amended = tuple(_changes(filed.record, record.as_json()))
    return replace(
        record,
        status=filed.status,
        filed=_filed(filed),
        amended=amended,
        findings=(*_differs(record, amended), *record.findings),
    )


def is_record(text: str) -> bool:
    """Tell whether a text is a year-end record that can be compared with another."""
    try:
        found = json.loads(text)
        lines = dict(_lines(found))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    starts = text.startswith('{"schema"')  # as every record that was kept
    return starts and found["schema"] == SCHEMA and all(isinstance(v, str) for v in lines.values())


def is_recorded(books: Household, taxpayer: str, year: int, decedent: str = "") -> bool:
    """Tell whether the Form 8606 of a year is on record as filed, one's own or a decedent's.

    A recorded form says so, basis that a filed form states for the next year, or a closed year.
    """
    printed = not decedent and any(
        (d.form, d.taxpayer, d.year) == (F8606, taxpayer, year) for d in books.documents
    )
    stated = any(
        # a decedent's form is none of the heir's own
        (o.taxpayer, o.as_of.year, o.decedent) == (taxpayer, year + 1, decedent)
        and o.traditional_ira is not None
        for o in books.opening_basis
    )
    return printed or stated or (taxpayer, year) in books.filed_years


def _filed(filed: FiledYear) -> Filed:
    return Filed(
        closed_at=filed.closed_at,
        sha256=filed.sha256,
        chain_head=filed.chain_head,
        reopened_at=filed.reopened_at,
        why=filed.why,
    )


def _differs(record: YearEnd, amended: tuple[Amended, ...]) -> tuple[Finding, ...]:
    if not amended:
        return ()
    named = [f"{a.form}:{a.line} {_shown(a.filed)} → {_shown(a.now)}" for a in amended[:_NAMED]]
    more = f" and {len(amended) - _NAMED} more" if len(amended) > _NAMED else ""
    return (
        Finding(
            "warning",
            "filed_record_differs",
            f"{len(amended)} lines of {record.tax_year} are no longer what was filed: "
            f"{', '.join(named)}{more}; amend the year (Form 1040-X, a Form 8606 marked as "
            f"amended), or correct the fact: basis changes {record.tax_year}",
            "Instructions for Form 8606, amending",
        ),
    )


def _shown(value: Box) -> str:
    return "nothing" if value is None else str(value)


def _changes(filed: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Amended]:
    """Go through the lines that differ, in the order of the papers."""
    before, after = dict(_lines(filed)), dict(_lines(now))
    for form, line in dict.fromkeys([*after, *before]):
        old, new = before.get((form, line)), after.get((form, line))
        if old != new:
            yield Amended(form, line, _value(old), _value(new))


def _lines(record: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Go through every line of forms and worksheets, what payers report, and what is carried on."""
    for kind, form in (*record["forms"].items(), *record["worksheets"].items()):
        name = "8606 from" if kind == "8606_inherited" else kind
        # of forms that there may be several of, each says whose or of which account it is
        for one in [form] if isinstance(form, dict) else form:
            whose = one.get("decedent") or one.get("account")
            for line, value in one.get("lines", {}).items():
                yield (f"{name} {whose}" if whose else name, line), str(value)
    yield from _boxes(record["forms"].get("1099-R", ()))
    yield from _carried(record)


def _boxes(forms: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str], str]]:
    """Go through the boxes of Forms 1099-R; equal ones of a payer are numbered in their order."""
    seen = Counter[str]()
    for one in forms:
        name = f"1099-R {one['payer']} to {one['to']}"
        seen[name] += 1
        name += f" ({seen[name]})" if seen[name] > 1 else ""
        for box, value in one["boxes"].items():
            yield (name, box), str(value)


def _carried(record: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    roth = record["roth_ira"]
    yield (CARRIED, "traditional IRA basis"), record["traditional_ira"]["basis_carried_forward"]
    yield (CARRIED, "Roth IRA contributions"), roth["regular"]
    for layer in roth["conversions"]:
        for part in ("taxable", "nontaxable"):
            yield (CARRIED, f"Roth IRA conversions of {layer['year']}, {part}"), layer[part]
    for row in record["designated_roth"]:
        yield (CARRIED, f"{row['account']} designated Roth basis"), row["basis"]
    for row in record["accounts"]:
        if row["source"] == Source.AFTER_TAX:
            yield (CARRIED, f"{row['account']} after-tax basis"), row["closing_basis"]
    for row in record.get("disaster_later", ()):  # absent from records kept before
        for part in ("iras", "plans"):
            yield (CARRIED, f"disaster income of {row['year']}, {part}"), row[part]


def _value(text: str | None) -> Box:
    return Money.parse(text) if text is not None and _AMOUNT.fullmatch(text) else text
