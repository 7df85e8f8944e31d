"""Reading a scenario file into books; every fault of the file is named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.booking import book
from ledger.books import Books, FiledYear
from ledger.chart import Account, AccountKind, Taxpayer
from ledger.documents import IRS, TaxDocument, checked, read_box
from ledger.errors import Collector, LedgerError
from ledger.events import FIELD_SPECS, Event, EventKind
from ledger.journal import JournalEntry
from ledger.movements import books_of
from ledger.records import (
    OpeningBasis,
    Options,
    ReturnFacts,
    StateBasis,
    check_facts,
    check_owner,
    checked_opening,
)
from ledger.scenario.spec import NEEDED, SPEC
from ledger.scenario.story import Expectation, Scenario
from ledger.scenario.values import Places, Row, is_year, unknown_key
from ledger.text import safe

_SIZE_MAX = 20_000_000


def read(path: Path) -> Scenario:
    """Read a scenario file; raise LedgerErrors with every fault of the file at once."""
    try:
        if not path.is_file() or path.stat().st_size > _SIZE_MAX:
            raise LedgerError(
                where=safe(str(path)),
                code="not_a_file",
                problem="this is not a scenario file",
                remedy="name a TOML file",
            )
        raw = path.read_bytes()
    except OSError as fault:
        raise LedgerError(
            where=safe(str(path)),
            code="not_readable",
            problem=f"cannot be read: {fault.strerror}",
            remedy="check the name and the permissions",
        ) from fault
    return parse(raw, path.name)


def parse(raw: bytes, name: str) -> Scenario:
    """Read the bytes of a scenario file under a name for messages; raise as ``read`` does."""
    try:
        # editors on Windows put a byte order mark before the text
        text = raw.decode("utf-8-sig")
        # an amount must not pass through a binary float
        tree = tomllib.loads(text, parse_float=Decimal)
    # brackets nested too deep end in tomllib's recursion
    except (ValueError, RecursionError) as fault:
        # tomllib tells the line in its words alone
        line = re.search(r"line (\d+)", str(fault))
        where = f"{safe(name)}:{line[1]}" if line else safe(name)
        raise LedgerError(
            where=where,
            code="bad_toml",
            problem=f"not a TOML file: {safe(str(fault))}",
            remedy="correct the line; scenario files are UTF-8 text",
        ) from fault
    return _Reader(tree, Places(safe(name), text), safe(name)).scenario()


class _Reader:
    """Turns the tables of one file into a Scenario, gathering all faults."""

    def __init__(self, tree: Mapping[str, Any], places: Places, name: str) -> None:
        self._tree, self._places, self._name = tree, places, name
        self._faults = Collector()
        self._faulty: set[str] = set()  # rows with a fault of their own: not looked at further

    def scenario(self) -> Scenario:
        for key in self._tree:
            if key not in SPEC:
                self._faults.add(unknown_key(self._name, key, SPEC))
        head = self._one("scenario")
        years = self._years(head)
        books = self._books()
        expected = tuple(
            Expectation(row["where"], row["taxpayer"], row["year"], row["at"], row["is"])
            for row in self._many("expect")
            if {"taxpayer", "year", "at", "is"} <= row.keys()
        )
        refusal = self._one("expect_refusal")
        self._faults.raise_any()
        return Scenario(
            title=head.get("title") or "",
            source=head.get("source") or "",
            books=books,
            tax_years=years,
            expectations=expected,
            expect_refusal=refusal.get("code") or "",
        )

    def _years(self, head: Mapping[str, Any]) -> tuple[int, ...]:
        years = head.get("tax_years")
        good = isinstance(years, list) and years and all(is_year(y) for y in years)
        if isinstance(years, list) and good:
            return tuple(sorted(set(years)))
        if years is not None:
            self._faults.add(
                LedgerError(
                    where=self._places.of("scenario", 0, "tax_years"),
                    code="bad_value",
                    problem="'tax_years' is not a list of years",
                    remedy="write tax_years = [2024]",
                )
            )
        return ()

    def _one(self, table: str) -> dict[str, Any]:
        value = self._tree.get(table)
        # a missing [scenario] is read as empty, so that the keys it needs are named
        if value is None and table != "scenario":
            return {}
        return self._row(table, 0, value if isinstance(value, dict) else {})

    def _many(self, table: str) -> list[dict[str, Any]]:
        value = self._tree.get(table, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._faults.add(
                LedgerError(
                    where=self._places.of(table, 0),
                    code="bad_value",
                    problem=f"'{table}' is not a list of tables",
                    remedy=f"write [[{table}]]",
                )
            )
            return []
        return [self._row(table, index, item) for index, item in enumerate(value)]

    def _row(self, table: str, index: int, values: Mapping[str, Any]) -> dict[str, Any]:
        row, spec = Row(table, index, values, self._places), SPEC[table]
        before = len(self._faults)
        row.check_keys(spec, self._faults)
        for key in NEEDED.get(table, ()):
            row.need(key, self._faults)
        out = {key: row.read(key, reader, self._faults) for key, reader in spec.items()}
        found = {key: value for key, value in out.items() if value is not None}
        # "exact" is read as None, which is another thing than a key left out
        if "line_10_places" in values and "line_10_places" in out:
            found["line_10_places"] = out["line_10_places"]
        if len(self._faults) > before:
            self._faulty.add(row.where())
        return {**found, "where": row.where()}

    # ---- the books -------------------------------------------------------------------------

    def _books(self) -> Books:
        people = self._by_id(
            "taxpayer",
            lambda row: Taxpayer(**{"name": row["id"], **_without_place(row)}),
        )
        accounts = self._by_id("account", self._account)
        self._check_names(people, accounts)
        options = self._one("options")
        options.pop("where", None)
        entries = self._entries(accounts)
        return books_of(
            entries,
            taxpayers=people,
            accounts=accounts,
            opening_basis=self._openings(people),
            return_facts=tuple(
                ReturnFacts(**row) for row in self._of_people("year", people, "year")
            ),
            options=Options(**options),
            documents=self._documents(people, accounts),
            filed_years={
                (row["taxpayer"], row["year"]): FiledYear(**_without_place(row))
                for row in self._of_people("filed_year", people, "year")
                if row["where"] not in self._faulty
            },
            state_basis=self._state_basis(people, accounts),
        )

    def _state_basis(
        self, people: Mapping[str, Taxpayer], accounts: Mapping[str, Account]
    ) -> tuple[StateBasis, ...]:
        needed = set(NEEDED["state_basis"])
        out = []
        for row in self._of_people("state_basis", people, "as_of"):
            if row.get("account") and row["account"] not in accounts:
                self._faults.add(
                    LedgerError(
                        where=row["where"],
                        code="unknown_account",
                        problem=f"no account '{safe(row['account'])}'",
                        remedy=f"accounts are: {', '.join(accounts) or 'none'}",
                    )
                )
            elif needed <= row.keys():
                with self._faults:
                    if row.get("account"):
                        check_owner(row["where"], row["taxpayer"], accounts[row["account"]])
                    out.append(StateBasis(**row))
        return tuple(out)

    def _openings(self, people: Mapping[str, Taxpayer]) -> tuple[OpeningBasis, ...]:
        out = []
        for row in self._of_people("opening_basis", people, "as_of"):
            with self._faults:
                out.append(checked_opening(OpeningBasis(**row)))
        return tuple(out)

    def _documents(
        self, people: Mapping[str, Taxpayer], accounts: Mapping[str, Account]
    ) -> tuple[TaxDocument, ...]:
        """Return the printed forms; every fault of their boxes is kept."""
        out = []
        for row in self._of_people("tax_document", people, "boxes"):
            if row["where"] in self._faulty or row["taxpayer"] not in people:
                continue
            boxes, before = {}, len(self._faults)
            for name, text in row["boxes"].items():
                with self._faults:
                    box, value = read_box(row["form"], name, text, row["where"])
                    if box in boxes:
                        raise _stands_twice(row["where"], f"Form {row['form']} box", box)
                    boxes[box] = value
            if len(self._faults) == before:
                with self._faults:
                    found = TaxDocument(**{"payer": IRS, **row, "boxes": boxes})
                    out.append(checked(found, accounts))
        return tuple(out)

    def _by_id(self, table: str, make: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for row in self._many(table):
            # the row has its fault already
            if any(key not in row for key in NEEDED[table]):
                continue
            if row["id"] in out:
                self._faults.add(_stands_twice(row["where"], table, row["id"]))
            out[row["id"]] = make(row)
        return out

    def _account(self, row: dict[str, Any]) -> Account:
        kind = AccountKind(row["kind"])
        with self._faults:
            check_facts(row["where"], kind, row)
        return Account(**{**_without_place(row), "kind": kind})

    def _check_names(self, people: Mapping[str, Taxpayer], accounts: Mapping[str, Account]) -> None:
        for index, person in enumerate(people.values()):
            if person.spouse == person.id:
                self._faults.add(
                    LedgerError(
                        where=self._places.of("taxpayer", index, "spouse"),
                        code="own_spouse",
                        problem="nobody is married to themselves",
                        remedy="name the other taxpayer",
                    )
                )
        for index, account in enumerate(accounts.values()):
            if account.owner not in people:
                where = self._places.of("account", index, "owner")
                self._faults.add(_unknown_taxpayer(where, account.owner, people))

    def _of_people(
        self, table: str, people: Mapping[str, Taxpayer], also: str
    ) -> list[dict[str, Any]]:
        rows = [r for r in self._many(table) if "taxpayer" in r and also in r]
        if table in {"opening_basis", "year"}:
            self._refuse_twins(table, rows, "taxpayer", also, "decedent")
        if table == "state_basis":
            self._refuse_twins(table, rows, "taxpayer", also, "state", "account")
        for row in rows:
            if row["taxpayer"] not in people:
                self._faults.add(_unknown_taxpayer(row["where"], row["taxpayer"], people))
        return rows

    def _refuse_twins(self, table: str, rows: list[dict[str, Any]], *keys: str) -> None:
        """Refuse a second row about the same: it would count twice, or hide the first."""
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            about = tuple(row.get(key) for key in keys)
            if about in seen:
                said = " ".join(str(part) for part in about[:2])
                self._faults.add(_stands_twice(row["where"], f"[[{table}]] of", said))
            seen.add(about)

    def _entries(self, accounts: Mapping[str, Account]) -> tuple[JournalEntry, ...]:
        opened = [{**row, "kind": EventKind.OPENING} for row in self._many("opening")]
        self._refuse_twins("opening", opened, "date", "account", "source")
        rows = [*opened, *self._many("event")]
        booked: list[JournalEntry] = []
        named: dict[tuple[str, str], Event] = {}  # by owner and id: spouses may use the same
        for seq, row in enumerate(rows):
            if row["where"] in self._faulty:
                continue
            event = _event(row, seq)
            here = accounts.get(event.account)
            first = named.setdefault((here.owner if here else "", event.id), event)
            if event.id and not _is_leg_of(event, first):
                self._faults.add(_stands_twice(event.where, "event", event.id))
            self._check_fields(event, row)
            with self._faults:
                booked.append(book(event, accounts))
        return tuple(sorted(booked, key=lambda e: (e.day, e.event.seq)))

    def _check_fields(self, event: Event, row: Mapping[str, Any]) -> None:
        """Refuse a field that has no meaning for this kind of event."""
        keys = {FIELD_SPECS[name].key for name in event.kind.spec.fields}
        for name in row:
            if name not in keys | _ALWAYS_GIVEN:
                known = dict.fromkeys(sorted(keys))
                fault = unknown_key(event.where, name, known)
                self._faults.add(
                    LedgerError(
                        where=event.where,
                        code="unknown_key",
                        problem=f"{event.kind.with_article} has no '{name}'",
                        remedy=fault.remedy,
                    )
                )


def _without_place(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "where"}


_ALWAYS_GIVEN = frozenset({"date", "account", "kind", "id", "memo", "where"})


def _event(row: Mapping[str, Any], seq: int) -> Event:
    values = {k: v for k, v in row.items() if k not in {"date", "source", "kind"}}
    return Event(
        day=row["date"],
        kind=EventKind(row["kind"]),
        sources=row.get("source", ()),
        seq=seq,
        **values,
    )


def _is_leg_of(event: Event, first: Event) -> bool:
    """Tell whether two events of one id are legs of one movement and not one told twice."""
    if event is first:
        return True
    same = (event.account, event.day, event.kind, event.sources)
    legs = same == (first.account, first.day, first.kind, first.sources)
    return legs and (
        # legs of two funds may be alike; without a fund the same words twice are a slip
        bool(event.fund) or replace(event, where="", seq=0) != replace(first, where="", seq=0)
    )


def _stands_twice(where: str, what: str, name: str) -> LedgerError:
    return LedgerError(
        where=where,
        code="exists",
        problem=f"the {what} '{safe(name)}' stands twice",
        remedy="give each its own id; a fact is stated once",
    )


def _unknown_taxpayer(where: str, name: str, people: Mapping[str, Taxpayer]) -> LedgerError:
    return LedgerError(
        where=where,
        code="unknown_taxpayer",
        problem=f"no taxpayer '{safe(name)}'",
        remedy=f"taxpayers are: {', '.join(people) or 'none'}",
    )
