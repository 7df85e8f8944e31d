"""The plain CSV of the scenario contract: rows that anyone can type and that are events already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.events import (
    FIELD_SPECS,
    RECORDED_KINDS,
    WHOLE,
    Event,
    EventKind,
    FieldSpec,
    Part,
    Sign,
    Value,
)
from ledger.importers.base import (
    Importer,
    counted,
    date_fault,
    gathered,
    money_in,
    no_rows,
    number_in,
)
from ledger.importers.dates import ISO, MDY, BadDate, DayReader
from ledger.importers.files import TextFile, refuse
from ledger.importers.reading import Reading
from ledger.importers.signs import normal_units
from ledger.importers.sources import canonical
from ledger.importers.tables import Header, Row, TableReader, TableSpec, column_name
from ledger.money import Money
from ledger.records import Record, RowKind
from ledger.sanity_limits import EARLIEST
from ledger.text import safe

MEMO_MAX = 500  # characters

# role of a column -> the field of an event that it holds
_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {spec.title.lower(): spec for spec in FIELD_SPECS.values() if spec.title}
)
_TABLE = TableSpec(
    name="plain",
    columns={
        "day": ("date",),
        "type": ("type",),
        "account": ("account",),
        **{role: tuple(dict.fromkeys((role, role.replace(" ", "-")))) for role in _FIELDS},
    },
    needs=("day", "type", "amount"),
)

_EVENT_KINDS = {kind.value.replace("_", ""): kind for kind in RECORDED_KINDS}
_ROW_KINDS: Mapping[EventKind, RowKind] = MappingProxyType(
    {
        kind: RowKind.BALANCE if kind is EventKind.OPENING else RowKind(kind.value)
        for kind in RECORDED_KINDS
    }
)
_OPTIONAL = tuple(role for role in _FIELDS if role not in {"source", "amount", "memo"})
_FIELD_ROLES = {spec.name: role for role, spec in _FIELDS.items()}
_WITHOUT_AMOUNT = frozenset({Sign.STATED, Sign.NONE})  # says something although no money moves
_OF_EVERY_KIND = frozenset({"day", "account", "type", "amount", "memo", "id"})
_NO_EXTRA: Mapping[str, str] = MappingProxyType({})
_ACTIVE = frozenset("=+-@＝＋－＠")  # noqa: RUF001 - full width is active, too
_COMPARED = 50  # faults of a file up to which the nearest word is looked for
_NOT = frozenset({"no", "false"})  # said of a catch-up: as good as an empty cell
_YES = {"": False, "no": False, "false": False, "yes": True, "true": True}


class _PlainReader:
    """Reads the rows of one file; what a cell means is worked out once for equal cells."""

    def __init__(self, faults: Collector, now: date, account: str) -> None:
        self.faults = faults
        self.account = account  # of rows that name none
        self.days = DayReader((MDY, ISO), now)
        self.kinds: dict[str, EventKind] = {}
        self.optional: tuple[str, ...] = ()
        self.repeated: tuple[int, ...] = ()  # columns in which the same few texts occur again
        self._texts: dict[str, str] = {}
        self._unused: dict[EventKind, tuple[str, ...]] = {}  # columns that a kind does not use
        self._telling = False  # whether a refusal is told, and not only found
        self._listed: set[str] = set()  # lists that a refusal of this file has named already
        self._named: dict[str, tuple[Source, ...]] = {"": ()}

    def begin(self, header: Header) -> None:
        """Note which columns the table has."""
        self._unused = {}
        self.optional = tuple(role for role in _OPTIONAL if role in header.index)
        repeated = ("day", "type", "source", "account")
        self.repeated = tuple(header.index[role] for role in repeated if role in header.index)

    def share(self, row: Row) -> None:
        """Let equal texts of different rows be one object: it saves a third of the memory."""
        cells, texts = row.cells, self._texts
        for place in self.repeated:
            cells[place] = texts.setdefault(cells[place], cells[place])

    def read(self, row: Row) -> tuple[Record, Event | None] | None:
        """Return the Record and the Event of a row, or None when it has a fault."""
        try:
            day, kind = self.days.read(row.text("day")), self._kind(row)
            self._refuse_unused(row, kind)
            return self._made(row, day, kind, self._sources(row))
        except (BadDate, LedgerError):
            self._telling = True
            self._gather(row)
            self._telling = False
            return None

    def _gather(self, row: Row) -> None:
        """Look at every cell of a faulty row, so that all its faults are told at once."""
        kind = EventKind.EARNINGS  # asks nothing of the other cells
        try:
            day = self.days.read(row.text("day"))
        except BadDate as error:
            day = date.max  # leaves every stated tax year in peace
            self.faults.add(date_fault(row, error))
        with self.faults:
            kind = self._kind(row)
            self._refuse_unused(row, kind)
        with self.faults:
            self._sources(row)
        with self.faults:
            self._made(row, day, kind, ())

    def _kind(self, row: Row) -> EventKind:
        text = row.text("type")
        kind = self.kinds.get(text)
        if kind is not None:
            return kind
        found = _EVENT_KINDS.get(_joined(text))
        if found is None:
            raise refuse(
                row.where,
                "unknown_type",
                f"column {row.title('type')}: '{safe(text, limit=40)}' is no kind of event",
                self._one_of("kinds", text, RECORDED_KINDS),
            )
        self.kinds[text] = found
        return found

    def _refuse_unused(self, row: Row, kind: EventKind) -> None:
        """Refuse a filled cell that the kind makes nothing of: it would be dropped in silence."""
        unused = self._unused.get(kind)
        if unused is None:
            unused = self._unused[kind] = tuple(
                role
                for role in row.header.index
                if role not in _OF_EVERY_KIND and _FIELDS[role].name not in kind.spec.fields
            )
        role = next((r for r in unused if row.text(r) and row.text(r).lower() not in _NOT), "")
        if role:
            listed = sorted(_FIELD_ROLES.get(field, field) for field in kind.spec.fields)
            raise refuse(
                row.where,
                "unknown_key",
                f"column {row.title(role)}: {kind.with_article} has no {role}",
                f"leave the cell empty; beside id and memo it may have {', '.join(listed)}",
            )

    def _sources(self, row: Row) -> tuple[Source, ...]:
        text = row.text("source")
        found = self._named.get(text)
        if found is None:
            found = self._named[text] = self._read_sources(row, text)
        return found

    def _read_sources(self, row: Row, text: str) -> tuple[Source, ...]:
        one = canonical(text)
        if one is not None:
            return (one,)
        several = tuple(canonical(part) for part in text.replace(";", "+").split("+"))
        if len(several) > 1 and all(several):
            return tuple(source for source in several if source is not None)
        foreign = next((f" (U+{ord(c):04X} is no Latin letter)" for c in text if c > "~"), "")
        shown = f"'{safe(text, limit=40)}'{foreign}"
        raise refuse(
            row.where,
            "unknown_source",
            f"column {row.title('source')}: {shown} is no money source",
            f"{self._one_of('sources', text, Source)}; leave it empty for an IRA",
        )

    def _one_of(self, what: str, text: str, names: Iterable[str]) -> str:
        """Return what may be written: all in a file's first refusal, and the nearest."""
        if not self._telling:
            return ""
        by_words = {_joined(name): name for name in names}
        few = len(self.faults) < _COMPARED  # it takes long, and no more are shown
        near = get_close_matches(_joined(text), by_words, n=1) if few else []
        nearest = by_words[near[0]] if near else ""
        listed = what in self._listed
        self._listed.add(what)
        if listed:
            return f"write {nearest}" if nearest else f"use one of the {what} named above"
        all_of_them = f"use one of: {', '.join(names)}"
        return f"did you mean {nearest}? {all_of_them}" if nearest else all_of_them

    def _made(
        self, row: Row, day: date, kind: EventKind, sources: tuple[Source, ...]
    ) -> tuple[Record, Event | None]:
        spec = kind.spec
        stated = "value" if spec.is_stated and row.text("value") else "amount"
        amount = money_in(row, stated)
        if stated == "value":
            _refuse_two_values(row, kind)
        further = self._further(row) if self.optional else {}
        memo, account = row.text("memo"), row.text("account")
        signed = amount.cents < 0 and spec.sign is Sign.POSITIVE
        if further or signed or len(memo) > MEMO_MAX or spec.needs_to:
            _check(row, day, kind, amount, further)
        if further.get("units") is not None:
            further["units"] = _signed_units(row, kind, amount, further["units"])
        told = spec.sign in _WITHOUT_AMOUNT or further.get("reason") == WHOLE
        nothing = amount.cents == 0 and not told
        memo = _literal(memo) if memo else ""
        record = Record(
            row.file,
            row.line,
            day,
            RowKind.INFO if nothing else _ROW_KINDS[kind],
            amount if spec.is_shown_positive or nothing else -amount,
            row.text("type"),
            _literal(account) if account else "",
            row.text("source"),
            sources[0] if len(sources) == 1 else None,
            memo=memo,
            extra=_NO_EXTRA,
            cells=row.as_mapping(),
            **(_of_record(further) if further else {}),
        )
        if nothing:
            return record, None
        account = record.account or self.account
        if further or spec.is_stated:
            place = {"where": row.where, "day": day, "account": account}
            fields = {**further, **place, "memo": memo}
            return record, _event(kind, sources, amount, fields)
        return record, Event(row.where, day, account, kind, amount, sources, memo=memo)

    def _further(self, row: Row) -> dict[str, Any]:
        """Read the optional columns that this file has."""
        found: dict[str, Any] = {}
        for role in self.optional:
            text = row.text(role)
            if not text:
                continue
            spec = _FIELDS[role]
            found[spec.name] = _READERS.get(spec.value, _text)(row, role)
        return found


def _of_record(further: Mapping[str, Any]) -> dict[str, Any]:
    """Return the further fields of a row as the Record has them."""
    return {
        "investment": further.get("fund", ""),
        "units": normal_units(str(further.get("units", ""))),
        "price": normal_units(str(further.get("price", ""))),
        "tax_year": further.get("year"),
        "catch_up": further.get("catch_up", False),
        "partner": further.get("to", ""),
    }


def _refuse_two_values(row: Row, kind: EventKind) -> None:
    """Refuse a balance of which both columns say something, and not the same."""
    if row.text("amount") and money_in(row, "value") != money_in(row, "amount"):
        raise refuse(
            row.where,
            "two_amounts",
            f"columns {row.title('value')} and {row.title('amount')} say two values of "
            f"{kind.with_article}",
            "write it in one of them",
        )


def _signed_units(row: Row, kind: EventKind, amount: Money, units: Decimal) -> Decimal | None:
    """Return units with the sign of what the account got; the type may say it alone.

    Raises LedgerError (``sign_unknown``) where they go another way than the money.
    """
    sign = kind.spec.sign
    if sign is Sign.NONE:
        return units or None
    out = not kind.spec.is_shown_positive or amount.cents < 0
    if units > 0 and out and sign is not Sign.EITHER:
        units = -units
    if units and (units < 0) != out:
        raise refuse(
            row.where,
            "sign_unknown",
            f"column {row.title('units')}: {units:f} units and {amount} dollars of "
            f"{kind.with_article} go two ways",
            "write both with the sign of what the account got",
        )
    return units or None


def _check(row: Row, day: date, kind: EventKind, amount: Money, further: Mapping[str, Any]) -> None:
    """Refuse what cannot be: a wrong sign or year, a move to nowhere, a memo without end."""
    if not EARLIEST.year <= further.get("year", day.year) <= day.year:
        raise refuse(
            row.where,
            "bad_tax_year",
            f"column {row.title('tax year')}: {further['year']} cannot belong to {day.isoformat()}",
            "write the year the contribution was made for",
        )
    if amount.cents < 0 and kind.spec.sign is Sign.POSITIVE:
        raise refuse(
            row.where,
            "negative_amount",
            f"the amount of {kind.with_article} is written without a sign",
            "write it positive; the type says which way the money goes",
        )
    if kind.spec.needs_to and not further.get("to"):
        raise refuse(
            row.where,
            "missing_field",
            f"{kind.with_article} needs the account it goes to",
            "add a column To with the account's name",
        )
    memo = len(row.text("memo"))
    if memo > MEMO_MAX + len("'…"):
        problem = f"the memo has {memo:,} letters, at most {MEMO_MAX} fit"
        raise refuse(row.where, "memo_too_long", problem, "shorten the memo")


def _literal(text: str) -> str:
    """Return a text without the apostrophe that keeps a spreadsheet from calculating it."""
    return text[1:] if text[:1] == "'" and text[1:2] in _ACTIVE else text


def _joined(text: str) -> str:
    return "".join(c for c in text.lower() if c not in " -_")


def _text(row: Row, role: str) -> str:
    return _literal(row.text(role))


def _tax_year(row: Row, role: str) -> int:
    text = row.text(role)
    if len(text) == len("YYYY") and text.isascii() and text.isdigit():
        return int(text)
    raise refuse(
        row.where,
        "bad_tax_year",
        f"column {row.title(role)}: '{safe(text, limit=40)}' is not a year",
        "write four digits",
    )


def _yes(row: Row, role: str) -> bool:
    text = row.text(role)
    answer = _YES.get(text.lower())
    if answer is None:
        problem = f"column {row.title(role)}: '{safe(text, limit=40)}' is not yes or no"
        raise refuse(row.where, "bad_yes_no", problem, "write yes or no")
    return answer


_READERS: Mapping[Value, Callable[[Row, str], object]] = MappingProxyType(
    {
        **dict.fromkeys((Value.MONEY, Value.HELD, Value.NET), money_in),
        Value.YEAR: _tax_year,
        Value.FLAG: _yes,
        Value.UNITS: number_in,
    }
)


def _event(
    kind: EventKind, sources: tuple[Source, ...], amount: Money, fields: dict[str, Any]
) -> Event:
    """Return the event that a row states; its amounts carry the row as evidence."""
    parts: tuple[Part, ...] = ()
    if kind.spec.is_stated:
        fields["value"] = amount
    elif kind is EventKind.DISTRIBUTION and "to" in fields:
        parts = (Part(to=fields.pop("to"), amount=amount),)
    elif amount or kind.spec.sign is not Sign.NONE:
        fields["amount"] = amount
    return Event(kind=kind, sources=sources, parts=parts, **fields)


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    faults = Collector()
    tables = TableReader(file, importer.specs, faults)
    reader = _PlainReader(faults, now, file.account)
    records: list[Record] = []
    events: list[Event | None] = []
    header: Header | None = None
    for row in gathered(tables.rows(), faults):
        if row.header is not header:
            header = row.header
            reader.begin(header)
        reader.share(row)
        read = reader.read(row)
        if read is not None:
            records.append(read[0])
            events.append(read[1])
    faults.raise_any()
    if not records:
        raise no_rows(file.name, tables)
    return Reading(
        file=file.name,
        sha256=file.sha256,
        importer=importer.name,
        records=tuple(records),
        plan=any(record.source_text for record in records),
        events=tuple(events),
        notes=_notes(tables, events),
    )


def _notes(tables: TableReader, events: list[Event | None]) -> tuple[str, ...]:
    """Say what the file holds and what is not booked."""
    header = tables.headers[0]
    names = {name for accepted in _TABLE.columns.values() for name in accepted}
    unread = [safe(t, limit=40) for t in header.titles if t and column_name(t) not in names]
    notes = [f"column '{title}' is not read" for title in unread]
    zero = sum(1 for event in events if event is None)
    if zero:
        notes.append(f"{counted(zero, 'row')} of 0.00 not booked")
    return tuple(notes)


PLAIN = Importer(
    name="plain",
    institution="any",
    words="plain CSV: Date, Type, Source, Amount, Memo (also written by 'basis export csv')",
    snapshots=(_TABLE,),
    windows_text=False,
    reader=_read,
)
