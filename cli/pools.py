"""Balances of accounts and sources in value and basis, and the register of one account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import click

from cli import faults, show
from cli.context import open_ledger
from cli.lookup import known
from cli.options import DAY, TAX_YEAR, json_option, taxpayer_option
from cli.worked import read_books
from ledger.balances.days import Fold
from ledger.balances.openings import with_late_openings
from ledger.books import Books, Household
from ledger.chart import UNDIVIDED, Account, Outside, Pool, outside, source_words
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.events import EventKind
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.store import RegisterRow
from ledger.year_end import YearEnd

_MARKET = outside(Outside.GAINS)


@dataclass(frozen=True)
class _Balance:
    """One line of the balances at the close of a day; ``basis`` is None where it is the person's.

    ``value`` is None for the basis of a person, and where it is not known.
    """

    owner: str
    day: date
    name: str
    source: str
    value: Money | None
    basis: Money | None

    @property
    def is_known(self) -> bool:
        """Whether the books tell it: a person's basis has no value, what is open has neither."""
        return self.value is not None or self.basis is not None

    @property
    def of_account(self) -> bool:
        """Whether it is what an account holds, and not the basis of a person."""
        return self.value is not None or self.basis is None

    @property
    def untaxed(self) -> Money | None:
        """What has not been taxed yet, where both are known."""
        return None if self.value is None or self.basis is None else self.value - self.basis


@click.command()
@click.option("--on", "day", type=DAY, help="Close of this day (default: the newest entry's day).")
@click.option(
    "--by",
    type=click.Choice(["account", "source"]),
    default="account",
    show_default=True,
    help="One line for each account and source, or for each source.",
)
@taxpayer_option
@json_option
def balances(day: date | None, by: str, taxpayer: str | None, *, as_json: bool) -> None:
    """Show value and basis by account and source.

    Basis in IRAs belongs to the person and moves at year end, so it stands on lines of its own:
    what it would be if the tax year ended that day. Where something is open, the balances are those
    of the last day to which all is worked out; what it is about is not known.

    \b
    Example:
      basis balances
      basis balances --on 2025-12-31 --by source
    """
    books = read_books()
    if taxpayer is not None:
        known(books.taxpayers, taxpayer, "taxpayer")
    homes = [books.household_of(taxpayer)] if taxpayer is not None else books.households
    if day is None:
        day = max((entry.day for one in homes for entry in one.entries), default=None)
    if day is None and as_json:
        show.as_json({"on": None, "balances": [], "refused": []})
        return
    if day is None:
        show.line("no entries yet; import a statement or use basis add")
        return
    people = [taxpayer] if taxpayer is not None else list(books.taxpayers)
    folds = {
        person: fold for one in homes for fold in [_until(one, day)] for person in one.taxpayers
    }
    refused = [stop.error for person in people for stop in folds[person].refused.get(person, ())]
    whole = {person: home for home in homes for person in home.taxpayers}
    found = [b for who in people for b in _balances(whole[who], folds[who], who, day)]
    if by == "source":
        found = _by_source(found)
    if as_json:
        shown = [_plain(balance, day) for balance in found]
        faults_shown = [fault.as_json() for fault in refused]
        show.as_json({"on": day.isoformat(), "balances": shown, "refused": faults_shown})
    else:
        _print(found, day)
        faults.tell(refused)
    if refused:
        click.get_current_context().exit(LedgerError.exit_code)


def _until(household: Household, day: date) -> Fold:
    """Bring the books of a household to the close of a day, as if nothing came later."""
    # an opening of the next day, of what has earlier rows, says what was there at this close
    entries = with_late_openings(household.entries, household.accounts)
    past = replace(
        household,
        entries=tuple(entry for entry in entries if entry.day <= day),
        open_sides=tuple(
            side for side in household.open_sides if side.day <= day and not side.is_of_limits
        ),
        unbooked=tuple(rows for rows in household.unbooked if rows.day <= day),
    )
    fold = Fold(past)
    fold.through(day)
    return fold


def _worked_out_to(home: Household, fold: Fold, person: str, day: date) -> tuple[Fold, date]:
    """Return the books as of the last day, up to ``day``, to which all of a person is worked out.

    That is the eve of the first thing that is open or refused.
    """
    while refused := fold.refused.get(person):
        day = min(one.day for one in refused) - timedelta(days=1)
        fold = _until(home, day)
    return fold, day


def _balances(home: Household, fold: Fold, person: str, day: date) -> Iterator[_Balance]:
    """Go through the balances of a person, of what is open those of the last day that is sure.

    Not known is what an open point is about, and what moves only after that day.
    """
    involved = _involved(fold, person)
    sure, last = _worked_out_to(home, fold, person, day)
    unsure = {one.pool for one in fold.refused.get(person, ()) if one.pool is not None}
    for account in fold.books.accounts_of(person):
        if account.id not in involved:
            yield from _of(fold, account, day).values()
            continue
        found = _of(sure, account, last)
        moved = {p.pool for e in home.entries if last < e.day <= day for p in e.postings}
        for pool in sorted(pool for pool in moved | unsure if pool.account == account.id):
            if pool.source != UNDIVIDED and (pool in unsure or pool not in found):
                found[pool] = _Balance(person, day, account.id, pool.source, None, None)
        yield from (found[pool] for pool in sorted(found))
    yield from _of_iras(sure, person, last)


def _involved(fold: Fold, person: str) -> set[str]:
    """Return the accounts of open points and those that money moved to or from since.

    What stops the books stops all accounts of the person.
    """
    refused = fold.refused.get(person, [])
    if not all(one.pool is not None and not one.stops for one in refused):
        return {account.id for account in fold.books.accounts_of(person)}
    found = {one.pool.account for one in refused if one.pool is not None}
    since = min((one.day for one in refused), default=date.max)
    for entry in fold.journal:
        named = entry.event.accounts | {posting.pool.account for posting in entry.postings}
        if entry.day >= since and found & named:
            found |= named & fold.books.accounts.keys()
    return found


def _of(fold: Fold, account: Account, day: date) -> dict[Pool, _Balance]:
    found = {}
    for pool in fold.balances.pools_of(account.id):
        value = fold.balances.value(pool)
        basis = fold.balances.basis(pool) if account.kind.is_plan else None
        if value or basis:
            found[pool] = _Balance(account.owner, day, account.id, pool.source, value, basis)
    return found


def _of_iras(fold: Fold, person: str, day: date) -> Iterator[_Balance]:
    if not _may_have_iras(fold.books, person):
        return
    record = work_out(fold.books, [day.year]).of(person, day.year)
    if record is None:
        show.note(f"basis in the IRAs of {person} is not known: see basis year-end {day.year}")
    else:
        yield from _of_person(record, day)


def _may_have_iras(books: Household, person: str) -> bool:
    own = any(not account.kind.is_plan for account in books.accounts_of(person))
    return own or any(opening.taxpayer == person for opening in books.opening_basis)


def _of_person(record: YearEnd, day: date) -> Iterator[_Balance]:
    person, roth = record.taxpayer.id, record.roth_ira
    layers = [amount for layer in roth.conversions for amount in (layer.taxable, layer.nontaxable)]
    kinds = (
        ("all traditional IRAs", record.traditional_ira.basis_carried_forward),
        ("all Roth IRAs", Money.total([roth.regular, *layers])),
    )
    inherited = [
        (f"{kind} IRAs from {one.decedent}", basis)
        for one in record.inherited_iras
        for kind, basis in (
            ("traditional", one.basis_carried_forward or ZERO),
            ("Roth", one.roth_basis_carried_forward),
        )
    ]
    for name, basis in (*kinds, *inherited):
        if basis:
            yield _Balance(person, day, name, "", None, basis)


def _by_source(found: list[_Balance]) -> list[_Balance]:
    groups: dict[tuple[str, str], list[_Balance]] = {}
    for balance in found:
        name = source_words(balance.source) or ("IRAs" if balance.of_account else balance.name)
        groups.setdefault((balance.owner, name), []).append(balance)
    return [_together(owner, name, group) for (owner, name), group in groups.items()]


def _together(owner: str, name: str, group: list[_Balance]) -> _Balance:
    """Return the balances of a source in one line, not known where one of them is not."""
    day = max(one.day for one in group)
    if not all(one.is_known for one in group):
        return _Balance(owner, day, name, "", None, None)
    value, basis = _total(b.value for b in group), _total(b.basis for b in group)
    return _Balance(owner, day, name, "", value, basis)


def _total(amounts: Iterator[Money | None]) -> Money | None:
    stated = [amount for amount in amounts if amount is not None]
    return Money.total(stated) if stated else None


def _print(found: list[_Balance], day: date) -> None:
    if not found:
        show.line(f"no account holds anything at the close of {day.isoformat()}")
        return
    columns = ["=Owner", "Account", "Source", ">Value", ">Basis", ">Not yet taxed"]
    rows: list[list[show.Cell]] = []
    for b in found:
        value = b.value if b.is_known else "not known"
        rows.append([b.owner, b.name, source_words(b.source), value, b.basis, b.untaxed])
    days = {balance.day for balance in found}
    title = f"Balances at close of {min(days).isoformat()}"
    if len(days) > 1:
        columns.append("=On")
        rows = [[*row, b.day.isoformat()] for row, b in zip(rows, found, strict=True)]
        title = "Balances at close of the day on which each is worked out"
    show.console().print(show.table(columns, rows, title=title))


def _plain(balance: _Balance, day: date) -> dict[str, str | None]:
    """Return a line for a program, with its own day where that is not the one asked for."""
    shown = {
        "owner": balance.owner,
        "account": balance.name,
        "source": balance.source or None,
        "value": balance.value.plain if balance.value is not None else None,
        "basis": balance.basis.plain if balance.basis is not None else None,
    }
    return shown | ({"on": balance.day.isoformat()} if balance.day != day else {})


@click.command()
@click.argument("account")
@click.option("--year", type=TAX_YEAR, help="Only this calendar year.")
@json_option
def register(account: str, year: int | None, *, as_json: bool) -> None:
    """Show the entries of ACCOUNT with their numbers, reversed ones and reversals included.

    Below an entry stand, without a number, the postings that the law derives from it. Within a day
    money comes in before it goes out.

    \b
    Example:
      basis register acme --year 2025
    """
    with open_ledger() as ledger:
        known(ledger.accounts(), account, "account")
        rows = ledger.register(account, year)
        rows.sort(key=lambda row: (row.day, EventKind(row.kind).spec.order))
        derived = _derived(ledger.books(), account, rows)
    # a gain in price stands at the same place just before: what follows belongs to the last
    last = {row.where: row.entry_id for row in rows if row.counts}
    pairs = [
        (row, derived.get(row.where, []) if last.get(row.where) == row.entry_id else [])
        for row in rows
    ]
    if as_json:
        entries = [{**_entry(row), "derived": [_made(e) for e in made]} for row, made in pairs]
        show.as_json({"account": account, "entries": entries})
        return
    lines = [line for row, made in pairs for line in _lines(row, made, account)]
    columns = (">Entry", "=Date", "What", "Source", ">Value", ">Basis", "~From")
    if lines:
        show.console().print(show.table(columns, lines, title=f"Register of {account}"))
    else:
        show.line(f"no entries in {account} yet")


def _derived(
    books: Books, account: str, rows: Sequence[RegisterRow]
) -> dict[str, list[JournalEntry]]:
    """Return what the law derives, by the place of the entry it follows from.

    Of a contribution that was taken back it is worked out what of it was paid in.
    """
    fold = Fold(books.household_of(books.accounts[account].owner))
    fold.through(date.max)
    found: dict[str, list[JournalEntry]] = {}
    for entry in fold.journal:
        if entry.derived and any(p.pool.account == account for p in entry.postings):
            found.setdefault(entry.where, []).append(entry)
    stands = [e for e in fold.journal if not e.derived and e.event.account == account]
    for row in rows:
        if row.kind == EventKind.CONTRIBUTION and row.counts:
            mine = [e for e in stands if e.where == row.where and e.event.seq == row.entry_id]
            found.setdefault(row.where, [])[:0] = _gain_in(row, mine, account)
    return found


def _gain_in(
    row: RegisterRow, stands: Sequence[JournalEntry], account: str
) -> Iterator[JournalEntry]:
    """Yield by what the books differ from a contribution as its row tells it."""
    now = [p for entry in stands for p in entry.postings if p.pool.account == account]
    told = [p for p in row.postings if p.pool.account == account]
    basis = Money.total(p.basis for p in now) - Money.total(p.basis for p in told)
    if now and basis:
        value = Money.total(p.value for p in now) - Money.total(p.value for p in told)
        parts = Posting(told[0].pool, value, basis), Posting(_MARKET, -value, -basis)
        reason = "the gain or loss in it, which was not paid in"
        yield JournalEntry(stands[0].event, parts, reason, derived=True)


def _lines(
    row: RegisterRow, derived: Sequence[JournalEntry], account: str
) -> Iterator[tuple[show.Cell, ...]]:
    mark = " (reversed)" if row.reversed else f" ({row.left_out})" if row.left_out else ""
    head = (row.entry_id, row.day.isoformat(), f"{row.reason}{mark}")
    yield from _legs(head, row.postings, row.where, account)
    for entry in derived:
        yield from _legs((None, None, entry.reason), entry.postings, "derived", account)


def _legs(
    head: tuple[show.Cell, ...], postings: Sequence[Posting], where: str, account: str
) -> Iterator[tuple[show.Cell, ...]]:
    own = [posting for posting in postings if posting.pool.account == account]
    for posting in own:
        yield (*head, source_words(posting.pool.source), posting.value, posting.basis, where)
        head, where = (None, None, None), ""
    if not own:
        yield (*head, "", None, None, where)


def _entry(row: RegisterRow) -> dict[str, object]:
    return {
        "entry": row.entry_id,
        "import": row.import_id,
        "date": row.day.isoformat(),
        "kind": row.kind,
        "reason": row.reason,
        "memo": row.memo,
        "where": row.where,
        "reversed": row.reversed,
        "left_out": row.left_out,
        "reverses": row.reverses,
        "postings": _postings(row.postings),
    }


def _made(entry: JournalEntry) -> dict[str, object]:
    return {"reason": entry.reason, "cite": entry.cite, "postings": _postings(entry.postings)}


def _postings(postings: Sequence[Posting]) -> list[dict[str, str]]:
    return [{"pool": str(p.pool), "value": p.value.plain, "basis": p.basis.plain} for p in postings]
