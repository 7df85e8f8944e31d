"""Statements of balances by source without rows: Transamerica downloads, NetBenefits pages."""

from __future__ import annotations

import re
from datetime import date

from ledger.errors import Collector
from ledger.importers.base import Head, Importer, gathered, money_in
from ledger.importers.dates import MDY, MDY_SHORT, BadDate, DayReader
from ledger.importers.files import TextFile, refuse
from ledger.importers.reading import ClosingBalance, Reading, StatedTotal
from ledger.importers.sources import source_of
from ledger.importers.tables import Row, TableReader, TableSpec
from ledger.money import Money

_BY_SOURCE = TableSpec(
    name="balances by source",
    columns={
        "source": ("source name",),
        "value": ("total balance",),
        "vested": ("vested balance",),
    },
    needs=("source", "value", "vested"),
)
_BY_FUND = TableSpec(
    name="balances by fund",
    columns={"fund": ("fund name",), "value": ("balance",), "units": ("number of units",)},
    needs=("fund", "value", "units"),
)
_SPECS = (_BY_SOURCE, _BY_FUND)
_TOTAL = "total"


def _read_table(importer: Importer, file: TextFile, _now: date) -> Reading:
    """Read balances without a date: the day is asked for."""
    faults = Collector()
    tables = TableReader(file, _SPECS, faults)
    found: list[tuple[Row, str, Money]] = []
    for row in gathered(tables.rows(), faults):
        with faults:
            found.append((row, row.text("source") or row.text("fund"), money_in(row, "value")))
    faults.raise_any()
    kept = [one for one in found if not one[1].lower().startswith(_TOTAL)]
    _check_total(kept, [one for one in found if one not in kept])
    if not kept:
        raise refuse(
            file.name, "no_rows", "there are no balances below the header", "download it again"
        )
    by_source = [
        ClosingBalance(row.where, None, "", value, source_of(name, row.employer), name)
        for row, name, value in kept
        if row.header.spec is _BY_SOURCE
    ]
    if not by_source:
        whole = Money.total(value for _, _, value in kept)
        by_source = [ClosingBalance(kept[0][0].where, None, "", whole)]
    return _reading(importer, file, by_source, [], None)


def _check_total(kept: list[tuple[Row, str, Money]], totals: list[tuple[Row, str, Money]]) -> None:
    added = Money.total(value for _, _, value in kept)
    for row, _, value in totals:
        if value != added:
            problem = f"the total is {value}, the balances above it add up to {added}"
            raise refuse(row.where, "bad_total", problem, "download or copy the whole table again")


_AMOUNT = r"(-?\$?-?[0-9][0-9,]*\.[0-9]{2}|\(\$?[0-9,]+\.[0-9]{2}\))"
_LINE = re.compile(
    r"^[ \t]*(?P<label>[A-Za-z][A-Za-z0-9 ()/&'–-]*?)\s+"
    rf"{_AMOUNT}\s+{_AMOUNT}\s+(?:[0-9.]+\s*%\s+)?{_AMOUNT}\s+{_AMOUNT}",
    re.MULTILINE,
)
_PERIOD = re.compile(
    r"period\s*:?\s*(?P<a>[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4})\s*(?:-|–|to|through)\s*"
    r"(?P<b>[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4})",
    re.IGNORECASE,
)
_HEADING = re.compile(r"contribution summary", re.IGNORECASE)


def _read_page(importer: Importer, file: TextFile, now: date) -> Reading:
    """Read what each source got in the period, and what it was worth at its end."""
    heading = _HEADING.search(file.text)
    start = heading.end() if heading else 0
    period = _period(file.text, now)
    closing: list[ClosingBalance] = []
    totals: list[StatedTotal] = []
    added = [0, 0]
    for found in _LINE.finditer(file.text, start):
        line = file.text.count("\n", 0, found.start("label")) + 1
        where, label = f"{file.name}:{line}", " ".join(found["label"].split())
        got, value = (Money.parse(found[n], evidence=where) for n in (2, 4))
        if label.lower().startswith(_TOTAL):
            _check_sums(where, (got, value), added)
            continue
        added = [added[0] + got.cents, added[1] + value.cents]
        source = source_of(label, file.employer)
        closing.append(
            ClosingBalance(where, period[1] if period else None, "", value, source, label)
        )
        if period and source:
            totals.append(StatedTotal(where, *period, "", source, got))
    if not closing:
        problem = (
            "the contribution summary has no line of source, contributions, vested % and balance"
        )
        raise refuse(file.name, "no_rows", problem, "copy the whole table of the page")
    return _reading(importer, file, closing, totals, period)


def _check_sums(where: str, stated: tuple[Money, Money], added: list[int]) -> None:
    for money, cents in zip(stated, added, strict=True):
        if money.cents != cents:
            problem = f"the total is {money}, the lines above it add up to {Money(cents)}"
            raise refuse(where, "bad_total", problem, "copy the whole table again")


def _period(text: str, now: date) -> tuple[date, date] | None:
    found = _PERIOD.search(text)
    days = DayReader((MDY, MDY_SHORT), now)
    try:
        return (days.read(found["a"]), days.read(found["b"])) if found else None
    except BadDate:
        return None


def _reading(
    importer: Importer,
    file: TextFile,
    closing: list[ClosingBalance],
    totals: list[StatedTotal],
    period: tuple[date, date] | None,
) -> Reading:
    return Reading(
        file=file.name,
        sha256=file.sha256,
        importer=importer.name,
        records=(),
        plan=True,
        period=period,
        closing=tuple(closing),
        totals=tuple(totals),
        notes=(
            "the file states balances and no rows: gains up to them follow where rows lack them",
        ),
    )


def _is_table(head: Head) -> bool:
    return any(spec.matches(line) for line in (*head.lines, *head.pasted) for spec in _SPECS)


def _is_page(head: Head) -> bool:
    return bool(_HEADING.search(head.text) and _LINE.search(head.text))


TRANSAMERICA = Importer(
    name="transamerica_balances",
    institution="Transamerica",
    words="balances of a plan by source or by fund, compared with the ledger",
    recognize=_is_table,
    evidence="B",
    reader=_read_table,
)
NETBENEFITS_STATEMENT = Importer(
    name="fidelity_statement",
    institution="Fidelity NetBenefits",
    words="contribution summary of the statement page, pasted: totals and balances by source",
    recognize=_is_page,
    evidence="B",
    reader=_read_page,
)
