"""T. Rowe Price: a workplace plan's activity, whose columns are known by position only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ledger.errors import Collector
from ledger.importers.base import Activity, Head, Importer, RecordMaker, gathered
from ledger.importers.dates import MDY
from ledger.importers.files import TextFile, refuse
from ledger.importers.legs import CONVERSION_IN, CONVERSION_OUT
from ledger.importers.reading import Reading
from ledger.importers.tables import Header, Row, TableSpec, csv_rows
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    Vocabulary,
    each,
)
from ledger.text import safe

# "Market Fluctuation" is a valuation and no money; a positive fee is one given back.
WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contribution", "Contributions"))
    | each(EXCHANGE, ("Exchange In", "Exchange Out"))
    | each(CONVERSION_OUT, ("In Plan Roth Rollover Out",))
    | each(CONVERSION_IN, ("In Plan Roth Rollover In",))
    | each(FEE, ("Fee", "Fees"))
    | each(EARNINGS, ("Dividend", "Dividends"))
    | each(DISTRIBUTION, ("Withdrawal", "Withdrawals"))
    | each(INFO, ("Market Fluctuation",))
)
_ROLES = ("day", "type", "investment", "source", "amount", "units", "price")
_TITLES = ("Date", "Activity", "Fund", "Source", "Amount", "Shares", "Price")
_DATED = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_MONEY = r"\"?[-(]?\$-?[0-9.,]+\)?\"?"
# A date, words, and dollars in the fifth and seventh place: so no other product begins its rows.
_TELLING = re.compile(
    r"^\s*\"?[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\"?,\s*\"?"
    r"(?:Contributions?|Exchange In|Exchange Out|Fees?|Market Fluctuation)\"?,"
    rf"(?:\"[^\"\n]*\"|[^,\n]*),(?:\"[^\"\n]*\"|[^,\n]*),\s*{_MONEY},\s*\"?-?[0-9.,]*\"?,"
    rf"\s*{_MONEY}",
    re.IGNORECASE | re.MULTILINE,
)
_ACTIVITY = Activity(
    table=TableSpec(
        name="activity by position",
        columns={role: (title.lower(),) for role, title in zip(_ROLES, _TITLES, strict=True)},
        needs=_ROLES,
    ),
    dates=(MDY,),
    vocabulary=WORDS,
    plan=True,
)
_HEADER = Header(_ACTIVITY.table, 1, _TITLES, {role: place for place, role in enumerate(_ROLES)})


def _rows(file: TextFile, faults: Collector) -> Iterator[Row]:
    """Go through the dated rows; below the first one a row without a date is a fault."""
    begun = False
    for line, cells in csv_rows(file.text, file.name):
        filled = [cell.strip() for cell in cells if cell.strip()]
        dated = bool(cells) and _DATED.fullmatch(cells[0].strip())
        begun = begun or bool(dated)
        if not begun or len(filled) <= 1:
            continue
        extra = cells[len(_TITLES) :]
        if dated and len(cells) >= len(_TITLES) and not any(cell.strip() for cell in extra):
            yield Row(file, _HEADER, line, cells[: len(_TITLES)])
            continue
        faults.add(
            refuse(
                f"{file.name}:{line}",
                "too_few_cells" if len(cells) < len(_TITLES) else "too_many_cells",
                f"the row is not {', '.join(_TITLES).lower()}: {safe(' | '.join(cells), limit=80)}",
                "download the file again, or describe it with a column map (--as MAP.toml)",
            )
        )


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    faults = Collector()
    maker = RecordMaker(faults, now)
    made = [maker.record(row, _ACTIVITY) for row in gathered(_rows(file, faults), faults)]
    faults.raise_any()
    records = tuple(record for record in made if record is not None)
    if not records:
        raise refuse(file.name, "no_rows", "there are no dated rows", "choose a longer period")
    return Reading(
        file=file.name, sha256=file.sha256, importer=importer.name, records=records, plan=True
    )


def _is_trowe(head: Head) -> bool:
    return bool(_TELLING.search(head.text))


HISTORY = Importer(
    name="trowe_401k",
    institution="T. Rowe Price",
    words="workplace plan activity, by the position of its columns",
    recognize=_is_trowe,
    reader=_read,
    evidence="C",
)
