"""A column map proposed from a file that no reader knows: what its columns and words seem to say.

Nothing is decided here: what the file leaves open is a question, and the map that comes of it is
read back, row by row, before anything is booked.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ledger.chart import Source
from ledger.importers import sections
from ledger.importers.custom import DELIMITERS
from ledger.importers.custom_rows import decimal_point, plain_sign
from ledger.importers.files import TextFile, refuse
from ledger.importers.infer_words import kind_of, source_said
from ledger.importers.proposal import ALL_ROWS, PAIR, OpenPoint, Proposal, date_forms, date_points
from ledger.importers.seen_columns import (
    NEEDED,
    SeenColumn,
    Test,
    best_titled,
    is_amount,
    is_date,
    looks_dated,
    looks_paid,
    looks_worded,
    mostly,
    names_sources,
    titled_source,
)
from ledger.importers.sources import source_of
from ledger.importers.statuses import Status, status_of
from ledger.importers.tables import column_name
from ledger.importers.undated import Undated, footers, pending
from ledger.importers.unrecognized import is_qif, qif
from ledger.money import BadAmount, Money

_COLUMNS_AT_LEAST = 3
_LOOKED_AT = 2_000  # rows
_HEADERS_MOST = 200  # lines of a file that may be its header: all below each is looked at
_ASKED_FOR = ("date", "type", "amount", "source", "investment", "units", "price", "account", "memo")
_COMMA = re.compile(r"-?\$?[0-9]{1,3}(?:[ .\u00a0\u202f]?[0-9]{3})*,[0-9]+ ?\$?")
_POINT = re.compile(r"-?\(?\$?[0-9,]*\.[0-9]{2}\)?")


def propose(file: TextFile) -> Proposal:
    """Find the table of a file and propose what its columns are.

    Raises LedgerError (``no_table``) when no line looks like the header of dated rows.
    """
    if is_qif(file.text):
        raise qif(file.name)
    found = max(
        (seen for name in DELIMITERS for seen in _tables(file, name)),
        # of two lines with the same rows below the nearer one is the header
        key=lambda seen: (len(seen.columns[0].cells), len(seen.columns), seen.line),
        default=None,
    )
    if found is None:
        raise refuse(
            file.name,
            "no_table",
            "no line looks like the header of a table with dates and amounts below it",
            "export the transactions as CSV, or copy the table from the page into a text file",
        )
    return _with_roles(replace(_with_signs(_with_points(found)), text=file))


def _with_signs(seen: Proposal) -> Proposal:
    """Return a table with credits and debits of its columns as amounts with their signs."""
    columns = tuple(SeenColumn(c.title, tuple(map(plain_sign, c.cells))) for c in seen.columns)
    return replace(seen, columns=columns)


def _with_points(seen: Proposal) -> Proposal:
    """Return a table with decimal commas as points, if that is how it writes its amounts."""
    cells = [cell for column in seen.columns for cell in column.filled]
    comma = any(map(_COMMA.fullmatch, cells)) and not any(map(_POINT.fullmatch, cells))
    if not comma or seen.delimiter == "comma":
        return seen
    columns = tuple(
        SeenColumn(c.title, tuple(decimal_point(x) if _COMMA.fullmatch(x) else x for x in c.cells))
        for c in seen.columns
    )
    return replace(seen, columns=columns, comma=True)


def _tables(file: TextFile, delimiter: str) -> Iterator[Proposal]:
    """Go through the lines that could be a header, with the rows below each."""
    rows = list(_rows(file.text, DELIMITERS[delimiter]))
    headers: dict[tuple[str, ...], int] = {}  # of a heading that is repeated, the first has all
    for at, (_, cells) in enumerate(rows):
        if len(headers) < _HEADERS_MOST and _is_header([cell for cell in cells if cell]):
            headers.setdefault(tuple(cells), at)
    dated = [next((i for i, c in enumerate(cells) if is_date(c)), None) for _, cells in rows]
    for titles, at in headers.items():
        named, width = [title for title in titles if title], len(titles)
        below = [y for y in range(at + 1, len(rows)) if len(rows[y][1]) >= len(named)]
        days = [y for y in below if (place := dated[y]) is not None and place < width]
        if not days:
            continue
        filled = [rows[y][1][:width] + [""] * (width - len(rows[y][1])) for y in days[:_LOOKED_AT]]
        columns = tuple(
            SeenColumn(title, tuple(cells[i] for cells in filled))
            for i, title in enumerate(titles)
            if title
        )
        yield replace(
            Proposal(file.name, rows[at][0], delimiter, columns, {}, (), None),
            undated=tuple(_undated(rows, titles, below, days)),
            firsts=frozenset(next(filter(None, cells)) for cells in filled),
            sections=tuple(_sections(rows, titles)),
        )


def _undated(
    rows: Sequence[tuple[int, list[str]]],
    titles: Sequence[str],
    below: Sequence[int],
    days: Sequence[int],
) -> Iterator[Undated]:
    """Go through the filled rows below a header that have no date."""
    dated = set(days)
    for y in below:
        cells = [cell for title, cell in zip(titles, rows[y][1], strict=False) if title]
        text = next(filter(None, rows[y][1][: len(titles)]), "")
        if y not in dated and text and tuple(rows[y][1]) != tuple(titles):
            named = dict(zip(filter(None, titles), cells, strict=False))
            yield Undated(named, text, is_first=y < days[0], is_last=y > days[-1])


def _sections(rows: Sequence[tuple[int, list[str]]], titles: Sequence[str]) -> Iterator[str]:
    """Go through the lines of one cell that stand above a heading wherever it is repeated."""
    lines = [cells for _, cells in rows if any(cells)]
    headed = [y for y, cells in enumerate(lines) if tuple(cells) == tuple(titles)]
    above = [sections.filled(lines[y - 1]) for y in headed if y]
    if len(headed) > 1 and len(above) == len(headed) and all(len(cells) == 1 for cells in above):
        yield from (cells[0] for cells in above)


def _is_header(named: Sequence[str]) -> bool:
    """Tell whether filled cells are enough titles, each its own and none a date or an amount."""
    return (
        len(named) >= _COLUMNS_AT_LEAST
        and len(set(named)) == len(named)
        and not any(is_date(cell) or is_amount(cell) for cell in named)
    )


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        return


def _with_roles(seen: Proposal) -> Proposal:
    roles: dict[str, str] = {}
    points: list[OpenPoint] = []
    fits: dict[str, Test] = {"date": looks_dated, "amount": looks_paid}
    by_source = _source_columns(seen)
    for role in _ASKED_FOR:
        left = [c for c in seen.columns if c.title not in {*roles.values(), *by_source}]
        fitting = [c for c in left if fits.get(role, looks_worded(role))(c)]
        if role == "amount" and by_source:
            roles |= _total(seen, fitting, by_source)
            continue
        if role == "amount" and (pair := _in_and_out(left)):
            roles |= pair
            continue
        if role == "type":  # "Money Type" beside "Activity" names sources, not kinds of rows
            apart = [c for c in fitting if not titled_source(c)]
            fitting = [c for c in apart if not names_sources(c)] or apart or fitting
        best = best_titled(role, fitting)
        if role == "source" and not best:
            best = [c for c in left if names_sources(c)]
        if len(best) == 1:
            roles[role] = best[0].title
        elif role in NEEDED:
            points.append(_open_role(role, best or fitting, left))
    roles |= balance(seen, roles)
    found = replace(seen, roles=roles, by_source=by_source, section=_section(seen, roles))
    found = replace(found, dates=date_forms(found) if "date" in roles else ())
    points += date_points(found.dates)
    found = replace(
        found,
        footers=footers(found.undated, roles, set(found.firsts)),
        pending=tuple(dict.fromkeys((*pending(found.undated, roles), *_told_pending(found)))),
    )
    plan = (
        True
        if "source" in {*roles, found.section} or by_source or _types_say_sources(found)
        else None
    )
    if plan is None:
        points.append(OpenPoint("plan", "a workplace plan or an IRA?", ("plan", "ira")))
    return replace(found, plan=plan, open=tuple(points))


def _open_role(role: str, fitting: Sequence[SeenColumn], left: Sequence[SeenColumn]) -> OpenPoint:
    if role == "type" and not fitting:
        problem = "no column says what a row is: what are all of them?"
        return OpenPoint(role, problem, ALL_ROWS)
    choices = tuple(c.title for c in fitting or left)
    words = "could be" if fitting else "no column looks like"
    return OpenPoint(role, f"{words} the {role}: {', '.join(choices)}", choices)


def _source_columns(seen: Proposal) -> dict[str, Source]:
    """Return the columns of amounts that are titled with a source, where there are several."""
    if any(titled_source(c) for c in seen.columns):
        return {}
    found = {
        c.title: source
        for c in seen.columns
        if (source := source_of(c.title)) is not None and all(map(is_amount, c.filled))
    }
    return found if len(found) > 1 else {}


def _total(
    seen: Proposal, fitting: Sequence[SeenColumn], by_source: Mapping[str, Source]
) -> dict[str, str]:
    """Return the column that is the sum of the sources in every row, as the role "total"."""
    parts = [c.cells for c in seen.columns if c.title in by_source]
    for column in fitting:
        sums = (sum(map(_cents, cells)) for cells in zip(*parts, strict=True))
        if all(_cents(cell) == added for cell, added in zip(column.cells, sums, strict=True)):
            return {"total": column.title}
    return {}


def _cents(cell: str) -> int:
    try:
        return Money.parse(cell).cents
    except BadAmount:
        return 0


def _in_and_out(columns: Sequence[SeenColumn]) -> dict[str, str]:
    """Return the two columns in which money in and money out stand apart, if there are such."""
    if any(column_name(c.title) in {"amount", "net amount"} for c in columns):
        return {}
    paid = [
        c for c in columns if all(map(is_amount, c.filled)) and "balance" not in c.title.lower()
    ]
    pair = {role: best_titled(role, paid) for role in PAIR}
    if any(len(found) != 1 for found in pair.values()):
        return {}
    return {role: found[0].title for role, found in pair.items()}


def balance(seen: Proposal, roles: Mapping[str, str]) -> dict[str, str]:
    """Return the one column that may be a running balance; the map's reading proves it."""
    left = [c for c in seen.columns if c.title not in roles.values()]
    found = [c for c in left if "balance" in column_name(c.title) and mostly(c, is_amount)]
    return {"balance": found[0].title} if len(found) == 1 else {}


def _section(seen: Proposal, roles: Mapping[str, str]) -> str:
    """Return what the lines above the tables of a page name: sources, or else funds."""
    named = [source_of(text) is not None for text in seen.sections]
    said = "source" if named and all(named) else "investment"
    return said if named and said not in roles else ""


def _told_pending(found: Proposal) -> Iterator[str]:
    """Go through the cells of a status by which dated rows say that they have not happened (yet).

    That is every status but those that say a row is done, and that of most rows.
    """
    for column in found.columns:
        if "status" in column_name(column.title) and column.filled:
            (usual, count), *_ = Counter(column.filled).most_common(1)
            # a word that nobody knows is how most rows say that they are done
            done = {usual} if 2 * count > len(column.filled) and not status_of(usual) else set()
            for cell in column.filled:
                if cell not in done and status_of(cell) is not Status.DONE:
                    yield cell


def _types_say_sources(found: Proposal) -> bool:
    if "type" not in found.roles:
        return False
    words = set(found.column("type").filled)
    return sum(source_said(w, kind_of(w)) is not None for w in words) > 1
