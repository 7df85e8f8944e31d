"""Reading: the rows of the ledger file as domain values."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any

from ledger.booking import with_printed
from ledger.books import Books, EvidenceFile, FiledYear
from ledger.chart import Account, Pool, Taxpayer, spouses
from ledger.documents import TaxDocument
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.journal import JournalEntry, Posting
from ledger.money import Evidence, Money
from ledger.movements import books_of, movement_of, payment_named, settled
from ledger.movements.settled import CODE, ENTRY, refuse_other_way, refuse_unsent
from ledger.pause import keep_aside, paused_collector
from ledger.records import OpeningBasis, Options, ReturnFacts, StateBasis
from ledger.store.chain import head_of
from ledger.store.codec import TAKEN_BACK, account_of, document_of, facts_of, opening_of, state_of
from ledger.store.in_force import InForce
from ledger.store.schema import ACTIVE, COUNTS, STANDING
from ledger.store.shapes import OF_FILES, OF_ROWS, ROW, Answer, ImportInfo, Place, RegisterRow
from ledger.store.shown import days_moved, first_days, printed, taken_back, unbooked
from ledger.text import safe

_BATCH = 1_000  # rows decoded at once
_DIGITS = 6  # of an account number; the ends that recordkeepers show have three or four
_MANY = 10_000  # entries from which on the collector's walks are felt


def taxpayers(connection: sqlite3.Connection) -> dict[str, Taxpayer]:
    """Return the newest version of every taxpayer by id, in the order first added."""
    sql = "SELECT code, name, born, spouse, ssn_last4, client_number FROM taxpayer ORDER BY id"
    return {
        code: Taxpayer(code, name, date.fromisoformat(born) if born else None, *rest)
        for code, name, born, *rest in connection.execute(sql)
    }


def accounts(connection: sqlite3.Connection) -> dict[str, Account]:
    """Return the newest version of every account, in the order first added."""
    sql = "SELECT code, body FROM account ORDER BY id"
    # of one code the last row wins, in the place of the first
    newest: dict[str, str] = dict(connection.execute(sql).fetchall())
    return {code: account_of(body) for code, body in newest.items()}


def answers(connection: sqlite3.Connection) -> list[Answer]:
    """Return what the user decided and what is in force of it, oldest first.

    What was said of a single row goes with the import that was undone: the row is asked about
    again; so does what a statement states. What rows are to each other stays, for another file may
    show them, and so does what was said of an account or its sources. The name that a file gives
    an account stands for it only where no other household is in the ledger: two clients may be in
    plans of one name, and what was said for the one must not take in the other's file.
    """
    sql = (
        "SELECT code, account, row_match, answer, day, reason FROM answer AS a"
        " WHERE (row_match NOT LIKE ? AND code NOT IN (SELECT value FROM json_each(?)))"
        " OR (answer <> '' AND code IN (SELECT value FROM json_each(?))) OR NOT EXISTS"
        " (SELECT 1 FROM undone_import AS u WHERE u.statement_file_id = a.statement_file_id)"
        " ORDER BY id"
    )
    found = [
        Answer(code, account, match, answer, date.fromisoformat(day), reason)
        for code, account, match, answer, day, reason in connection.execute(
            sql, (f"{ROW}%", json.dumps(OF_FILES), json.dumps(OF_ROWS))
        )
    ]
    if not _has_several_households(connection):
        return found
    return [a for a in found if a.account or a.match.startswith(ROW) or _is_number(a.match)]


def _has_several_households(connection: sqlite3.Connection) -> bool:
    """Tell whether more is in the ledger than one person, or one couple."""
    people = taxpayers(connection)
    first, married = next(iter(people), ""), spouses(people)
    couple = {first, married.get(first)} | {who for who, other in married.items() if other == first}
    return not people.keys() <= couple


def _is_number(text: str) -> bool:
    """Tell whether a text is a whole account number, of which there is one, and not its end."""
    return len(text.split()) == 1 and sum(map(str.isdigit, text)) >= _DIGITS


def in_force(connection: sqlite3.Connection) -> InForce:
    """Return what counts of the ledger as it is now."""
    return InForce(connection, tuple(answers(connection)))


def opening_basis(connection: sqlite3.Connection) -> tuple[OpeningBasis, ...]:
    """Return what each taxpayer brought into a day; a later row overrides its fields.

    What came from a decedent is kept apart from a person's own.
    """
    sql = "SELECT taxpayer, as_of, where_text, body FROM opening_basis ORDER BY id"
    merged: dict[tuple[str, str, str], tuple[str, dict[str, Any]]] = {}
    for taxpayer, as_of, where, body in connection.execute(sql):
        stated = json.loads(body)
        whose = (taxpayer, as_of, stated.get("decedent", ""))
        older = merged.pop(whose, ("", {}))[1]
        if TAKEN_BACK not in stated:
            merged[whose] = (where, older | stated)
    return tuple(
        opening_of(taxpayer, as_of, where, json.dumps(body))
        for (taxpayer, as_of, _), (where, body) in merged.items()
    )


def return_facts(connection: sqlite3.Connection) -> tuple[ReturnFacts, ...]:
    """Return the facts of each return; a later row overrides only the fields it gives."""
    sql = "SELECT taxpayer, year, where_text, body FROM return_facts ORDER BY id"
    merged: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    for taxpayer, year, where, body in connection.execute(sql):
        older = merged.get((taxpayer, year), ("", {}))[1]
        merged[taxpayer, year] = (where, older | json.loads(body))
    return tuple(
        facts_of(taxpayer, year, where, body) for (taxpayer, year), (where, body) in merged.items()
    )


STATE_BASIS = "state basis"  # form of the rows that keep what a state counts as basis


def state_basis(connection: sqlite3.Connection) -> tuple[StateBasis, ...]:
    """Return what states count as basis; of one state, account and day the newest row counts."""
    sql = "SELECT taxpayer, where_text, body FROM tax_document WHERE form = ? ORDER BY id"
    found: dict[tuple[str, str, str, date], StateBasis] = {}
    for row in connection.execute(sql, (STATE_BASIS,)):
        one = state_of(*row)
        found[one.taxpayer, one.state, one.account, one.as_of] = one
    return tuple(found.values())


def documents(connection: sqlite3.Connection) -> tuple[TaxDocument, ...]:
    """Return the printed forms that count: neither superseded by a later row nor withdrawn."""
    sql = (
        "SELECT id, taxpayer, year, form, where_text, body FROM tax_document WHERE form <> ? "
        "ORDER BY id"
    )
    rows = [(row[:5], json.loads(row[5])) for row in connection.execute(sql, (STATE_BASIS,))]
    replaced = {body.get("replaces") for _, body in rows}
    return tuple(
        document_of(row, body) for row, body in rows if row[0] not in replaced and body["boxes"]
    )


REOPENED = "reopened"  # the only key of a closing row that reopens a year: why
_REOPENS = f"record LIKE '{{\"{REOPENED}\":%'"  # a record as filed is longer and starts otherwise


def locked_years(connection: sqlite3.Connection) -> dict[tuple[str, int], bool]:
    """Return every year that was ever closed, and whether it is closed now."""
    sql = f"SELECT taxpayer, year, {_REOPENS} FROM closing ORDER BY id"  # noqa: S608
    return {(taxpayer, year): not opens for taxpayer, year, opens in connection.execute(sql)}


def filed_years(connection: sqlite3.Connection) -> dict[tuple[str, int], FiledYear]:
    """Return every year that was closed, as closed last, reopened or not."""
    sql = (
        f"SELECT taxpayer, year, record, chain_head, recorded, {_REOPENS} FROM closing ORDER BY id"  # noqa: S608
    )
    found: dict[tuple[str, int], FiledYear] = {}
    for taxpayer, year, text, head, recorded, opens in connection.execute(sql):
        if opens:
            closed, why = found[taxpayer, year], json.loads(text)[REOPENED]
            found[taxpayer, year] = replace(closed, reopened_at=recorded, why=why)
        else:
            found[taxpayer, year] = FiledYear(taxpayer, year, text, recorded, head)
    return found


def imports(connection: sqlite3.Connection) -> list[ImportInfo]:
    """Return every import, oldest first, those that were undone included.

    What another one had brought that was taken back is counted where it rests now.
    """
    resting = Counter(file for file, _ in in_force(connection).takers.values())
    sql = (
        "SELECT f.id, f.name, f.sha256, f.importer, f.account, f.recorded, f.row_count,"
        " f.entry_count, u.id IS NOT NULL, coalesce(u.why, '') FROM statement_file AS f"
        " LEFT JOIN undone_import AS u ON u.statement_file_id = f.id ORDER BY f.id"
    )
    return [
        ImportInfo(i, name, sha, importer, account, at, rows, made + resting[i], bool(undone), why)
        for i, name, sha, importer, account, at, rows, made, undone, why in connection.execute(sql)
    ]


def file_known(connection: sqlite3.Connection, sha256: str) -> bool:
    """Tell whether a file of these bytes is imported and not undone."""
    sql = f"SELECT 1 FROM statement_file AS f WHERE f.sha256 = ? AND {ACTIVE}"  # noqa: S608
    return connection.execute(sql, (sha256,)).fetchone() is not None


def fingerprints(
    connection: sqlite3.Connection, account: str, first: date, last: date
) -> Counter[str]:
    """Count the known rows of an account by fingerprint, from the first day to the last."""
    return Counter(places(connection, account, first, last).keys())


def places(
    connection: sqlite3.Connection, account: str, first: date, last: date, *, but: int = 0
) -> dict[str, Place]:
    """Return where the known rows of an account stand, "history.csv:8" by fingerprint.

    ``but`` leaves out the rows of one import, by its number.
    """
    sql = (
        "SELECT r.fingerprint, f.name, r.line, r.day, r.fund, r.units FROM record AS r"  # noqa: S608
        " JOIN statement_file AS f ON f.id = r.statement_file_id"
        f" WHERE r.account = ? AND r.day BETWEEN ? AND ? AND f.id <> ? AND {COUNTS} AND {ACTIVE}"
    )
    wanted = (account, first.isoformat(), last.isoformat(), but)
    found = {
        mark: Place(f"{name}:{line}", date.fromisoformat(day), fund, units or "")
        for mark, name, line, day, fund, units in connection.execute(sql, wanted)
    }
    force = in_force(connection)
    for record, place in force.stands.items():
        (whose, mark), day = force.marks[record]
        if whose == account and wanted[1] <= day <= wanted[2]:
            found.setdefault(mark, Place(place, date.fromisoformat(day)))
    if force.is_alone:
        return found
    return {mark: place for mark, place in found.items() if (account, mark) in force.brought}


class RawRows(Mapping[str, str]):
    """The rows of every imported file by their place, put into readable text when asked for."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells

    def __getitem__(self, where: str) -> str:
        """Return the row at a place, as "Date: 01/02/2025 | Amount: 5.00"."""
        return readable(self._cells[where])

    def __iter__(self) -> Iterator[str]:
        """Go through the places in the order imported."""
        return iter(self._cells)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._cells)


def readable(cells: str) -> str:
    """Return raw cells (JSON object, list or text) as one line; empty cells are left out."""
    found = json.loads(cells)
    if isinstance(found, dict):
        return " | ".join(f"{name}: {text}" for name, text in found.items() if text)
    if isinstance(found, list):
        return " | ".join(str(text) for text in found if text)
    return str(found)


def books(connection: sqlite3.Connection, options: Options) -> Books:
    """Return everything that counts, entries ordered by day and then by their number."""
    chart = accounts(connection)
    with paused_collector():
        force = in_force(connection)
        places, cells = _places(force)
        told = printed(force), first_days(force)
        facts = with_printed(_entries(force, places), *told, chart)
        facts = _settled(connection, facts, chart)
        if len(facts) > _MANY:
            keep_aside()
    brought = imports(connection)
    files = tuple(
        EvidenceFile(x.name, x.sha256, x.importer, x.account, x.imported_at, x.rows)
        for x in brought
        if not x.undone
    )
    return books_of(
        facts,
        unbooked=tuple(unbooked(force, chart)),
        taken_back=_taken_back(force, brought, chart),
        taxpayers=taxpayers(connection),
        accounts=chart,
        opening_basis=opening_basis(connection),
        return_facts=return_facts(connection),
        options=options,
        documents=documents(connection),
        state_basis=state_basis(connection),
        filed_years=filed_years(connection),
        files=files,
        raw_rows=RawRows(cells),
        chain_head=head_of(connection),
    )


def facts(connection: sqlite3.Connection) -> list[JournalEntry]:
    """Return the entries that count, with what was said of them later, in the order booked."""
    force = in_force(connection)
    listed = list(_entries(force, _places(force)[0]))
    return _settled(connection, listed, accounts(connection))


_NAMED = 3  # of what was taken back of an account


def _taken_back(
    force: InForce, brought: Iterable[ImportInfo], chart: Mapping[str, Account]
) -> dict[str, str]:
    """Return in words, by account, imports and entries that were taken back for good."""
    listed = list(brought)
    there = {one.sha256 for one in listed if not one.undone}
    gone = [
        (one.account, f"import {one.id} ({safe(one.name, limit=60)})")
        for one in listed
        if one.undone and one.sha256 not in there
        if one.entries > sum(e.file == one.id for e in force.entries if e.id in force.effect)
    ]
    gone += [
        (one.event.account, f"entry {one.event.seq}") for one in taken_back(force, withdrawn=False)
    ]
    by_account: dict[str, list[str]] = {}
    for account, words in gone:
        if account in chart:
            by_account.setdefault(account, []).append(words)
    return {
        account: ", ".join(words[:_NAMED])
        + (f" and {len(words) - _NAMED} more" if len(words) > _NAMED else "")
        for account, words in by_account.items()
    }


def _settled(
    connection: sqlite3.Connection, facts: list[JournalEntry], chart: Mapping[str, Account]
) -> list[JournalEntry]:
    """Return the facts with what was said later of sides that met nothing."""
    return _with_answers(_said_of_sides(connection), facts, chart)


def _said_of_sides(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return what was said of sides later, each for the number of an entry, the oldest first."""
    sql = "SELECT row_match, answer FROM answer WHERE code = ? AND row_match LIKE ? ORDER BY id"
    said = connection.execute(sql, (CODE, f"{ENTRY}%")).fetchall()
    return [(int(match.removeprefix(ENTRY)), other) for match, other in said]


def _with_answers(
    said: Iterable[tuple[int, str]], facts: list[JournalEntry], chart: Mapping[str, Account]
) -> list[JournalEntry]:
    """Return facts with answers for the numbers of entries; of one movement the newest counts.

    What is said of one leg settles all legs of the payment. Where a payment went is said before
    which payment was put back. A payment whose file was taken back leaves its answer open again.
    """
    movement = {fact.event.seq: movement_of(fact.event) for fact in facts}
    told = {movement[number]: other for number, other in said if number in movement}
    if not told:
        return facts
    for of_cash in (False, True):
        events = {fact.event.seq: fact.event for fact in facts} if of_cash else {}
        for place, fact in enumerate(facts):
            other = told.get(movement[fact.event.seq], "")
            payment = payment_named(other)
            if other and bool(payment) is of_cash and (not payment or payment in events):
                facts[place] = settled(fact, other, chart, events.get(payment))
    return facts


def settled_entry(
    connection: sqlite3.Connection, number: int, other: str, *, came: bool | None = None
) -> list[Event]:
    """Return what an answer changes: the event, the other legs of its movement, what it names.

    The event comes first, as it is once its other side is said; ``came`` is whether that is said
    of money that came in. Raises LedgerError (``no_such_entry``) and what ``movements.settled``
    refuses, of other answers as well.
    """
    force = in_force(connection)
    # to the end: an open cursor would keep the ledger from being written
    facts = list(_entries(force, _places(force)[0]))
    movement = {fact.event.seq: movement_of(fact.event) for fact in facts}
    named = payment_named(other) or number
    for one in sorted({number, named} - movement.keys()):
        raise LedgerError(
            where=f"entry {one}",
            code="no_such_entry",
            problem="no entry of this number counts in the ledger",
            remedy="'basis check' names the open sides with their entries",
        )
    before = next(fact.event for fact in facts if fact.event.seq == number)
    if came is not None:
        refuse_other_way(before, came=came)
    chart = accounts(connection)
    said = [*_said_of_sides(connection), (number, other)]
    after = _with_answers(said, facts, chart)
    refuse_unsent(before, other, after, chart)
    touched = (movement[number], movement[named])
    changed = [fact.event for fact in after if movement[fact.event.seq] in touched]
    return sorted(changed, key=lambda event: event.seq != number)


def _places(force: InForce) -> tuple[dict[int, str], dict[str, str]]:
    """Return where the records stand that count, and their cells by those places."""
    sql = (
        "SELECT r.id, f.name, r.line, r.cells FROM record AS r"  # noqa: S608
        " JOIN statement_file AS f ON f.id = r.statement_file_id"
        f" WHERE {COUNTS} AND ({ACTIVE} OR ?) ORDER BY r.id"
    )
    places: dict[int, str] = {}
    cells: dict[str, str] = {}
    for record, name, line, text in force.connection.execute(sql, (bool(force.stands),)):
        place = places[record] = force.stands.get(record, f"{name}:{line}")
        cells[place] = text
    return places, cells


def _entries(force: InForce, places: Mapping[int, str]) -> Iterator[JournalEntry]:
    """Go through the entries that count, in the order booked, each where its rows stand now."""
    legs = _Legs(force.connection)
    found = force.connection.execute(
        "SELECT e.id, e.where_text, e.fields, e.reason, e.cite, e.record_id, e.other_records"  # noqa: S608
        f" FROM entry AS e WHERE {STANDING} ORDER BY e.id"
    )
    while rows := found.fetchmany(_BATCH):
        decoded = json.loads(f"[{','.join([row[2] for row in rows])}]")  # one call for many
        for row, fields in zip(rows, decoded, strict=True):
            entry_id, where, _, reason, cite, record, others = row
            if entry_id in force.gone:
                continue
            place = places.get(record)
            if place == where or record in force.stands:
                where = place  # the same text as that of the raw row
            if fields.get("of") in force.now_at:
                fields["of"] = force.now_at[fields["of"]]
            event = Event.from_fields(fields, where=where, seq=entry_id)
            more = [] if others == "[]" else [places[i] for i in json.loads(others) if i in places]
            postings = legs.of(entry_id, event.amount, where, more)
            yield JournalEntry(event, postings, intern(reason), cite=cite)


class _Legs:
    """The postings of all entries, asked for in the order of the entries."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute(
            "SELECT entry_id, pool_account, pool_source, value_cents, basis_cents, fund, units"
            " FROM posting ORDER BY entry_id, place"
        )
        self._entries = groupby(rows, key=itemgetter(0))
        self._next = next(self._entries, None)
        self._pools: dict[tuple[str, str], Pool] = {}

    def of(
        self, entry_id: int, amount: Money | None, where: str, more: list[str]
    ) -> tuple[Posting, ...]:
        """Return the postings of an entry; each amount that is there already is not made again."""
        found = self._next
        while found is not None and found[0] < entry_id:  # of an entry that does not count
            found = next(self._entries, None)
        self._next = found
        if found is None or found[0] != entry_id:
            return ()
        known: dict[int, Money] = {}
        if amount is not None and not more:
            known[amount.cents] = amount
            evidence = amount.evidence
        else:
            evidence = frozenset((where, *more))
        made = []
        for _, account, source, value, basis, fund, units in found[1]:
            pool = self._pools.get((account, source))
            if pool is None:
                pool = self._pools[account, source] = Pool(account, source)
            for cents in (value, basis):
                if cents not in known:
                    known[cents] = Money(cents, evidence)
            if units is None:
                made.append(Posting(pool, known[value], known[basis]))
            else:
                money = known[value], known[basis]
                made.append(Posting(pool, *money, intern(fund), Decimal(units)))
        return tuple(made)


_Leg = tuple[Pool, int, int]
_WANTED = (
    "(:year IS NULL OR substr(e.day, 1, 4) = :year) AND (:account IS NULL OR e.account = :account"
    " OR EXISTS (SELECT 1 FROM posting AS q WHERE q.entry_id = e.id AND q.pool_account = :account))"
)


def _legs(connection: sqlite3.Connection, wanted: dict[str, str | None]) -> dict[int, list[_Leg]]:
    pools: dict[tuple[str, str], Pool] = {}
    legs: dict[int, list[_Leg]] = {}
    sql = (
        "SELECT p.entry_id, p.pool_account, p.pool_source, p.value_cents, p.basis_cents"  # noqa: S608
        f" FROM posting AS p JOIN entry AS e ON e.id = p.entry_id WHERE {_WANTED}"
        " ORDER BY p.entry_id, p.place"
    )
    for entry_id, account, source, value, basis in connection.execute(sql, wanted):
        pool = pools.get((account, source))
        if pool is None:
            pool = pools[account, source] = Pool(account, source)
        legs.setdefault(entry_id, []).append((pool, value, basis))
    return legs


def _postings(legs: list[_Leg] | tuple[()], evidence: Evidence) -> tuple[Posting, ...]:
    return tuple(
        Posting(pool, Money(value, evidence), Money(basis, evidence)) for pool, value, basis in legs
    )


def register(
    connection: sqlite3.Connection, account: str | None, year: int | None
) -> list[RegisterRow]:
    """Return entries for display by day: those that touch an account, of a calendar year."""
    sql = (
        "SELECT e.id, e.statement_file_id, e.day, e.account, e.kind, e.where_text, e.reason,"  # noqa: S608
        " e.memo, e.reverses, EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.id)"
        f" FROM entry AS e WHERE {_WANTED} ORDER BY e.day, e.id"
    )
    wanted = {"account": account, "year": None if year is None else f"{year:04d}"}
    with paused_collector():
        legs = _legs(connection, wanted)
        force = in_force(connection)
        takers, left_out = force.takers, force.left_out
        moved = days_moved(force)
        found = [
            _register_row(row, legs, takers.get(row[0], (row[1], row[5])), left_out)
            for row in connection.execute(sql, wanted)
        ]
        listed = [replace(one, day=moved.get(one.entry_id, one.day)) for one in found]
        return sorted(listed, key=lambda one: (one.day, one.entry_id)) if moved else found


def _register_row(
    row: tuple[Any, ...],
    legs: Mapping[int, list[_Leg]],
    rests_on: tuple[int, str],
    left_out: Mapping[int, str],
) -> RegisterRow:
    entry_id, _, day, account, kind, _, reason, memo, reverses, is_reversed = row
    import_id, where = rests_on
    return RegisterRow(
        entry_id=entry_id,
        import_id=import_id,
        day=date.fromisoformat(day),
        account=account,
        kind=kind,
        where=where,
        reason=reason,
        memo=memo,
        postings=_postings(legs.get(entry_id, ()), frozenset({where})),
        left_out=left_out.get(entry_id, ""),
        reversed=bool(is_reversed),
        reverses=reverses,
    )
