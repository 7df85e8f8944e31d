"""Open points: what the books cannot tell about money that left, named with what settles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from shlex import quote

from ledger.balances.gains import Outflow, Unknown
from ledger.balances.holdings import Holding, Holdings
from ledger.balances.prices import NOTHING
from ledger.chart import Pool, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.events import Event, fund_key
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.paydays import FEW, PayrollGap, in_words, payroll_gaps, usual_paycheck

OPENING_NEEDED = "opening_needed"
FUND_RENAMED = "fund_renamed"
ROWS_MISSING = "rows_missing"
VALUE_NEEDED = "value_needed"
BALANCES_CONTRADICT = "balances_contradict"
VALUES_CONTRADICT = "values_contradict"
UNITS_CONTRADICT = "units_contradict"
BALANCE_OF_NOTHING = "balance_of_nothing"
BASIS_CONTRADICTS = "basis_contradicts"
BELOW_ZERO = "value_below_zero"
# What no later fact explains: some of the facts named are wrong.
CONTRADICTIONS = frozenset(
    {
        *(BALANCES_CONTRADICT, VALUES_CONTRADICT, UNITS_CONTRADICT),
        *(BALANCE_OF_NOTHING, BASIS_CONTRADICTS, BELOW_ZERO),
    }
)
ABOVE_BALANCE = "above_balance"
EXCHANGE_INCOMPLETE = "exchange_incomplete"
SOURCE_NEEDED = "source_needed"
_OF_MISSING_MONEY = frozenset({OPENING_NEEDED, ROWS_MISSING, ABOVE_BALANCE})


def short_of_units(
    out: Outflow, holdings: Holdings, contributions: Sequence[Event], first: date
) -> LedgerError:
    """Return the point of a source that more units left than its rows account for.

    Where its paychecks stop for a while the rows of those days are missing; else it held money
    before its first row. ``first`` is the day from which the books know the account.
    """
    left = holdings.after(out.pool, out.legs)
    fund, held = min(left.items(), key=lambda one: one[1].units)
    gone = (leg for leg in out.legs if leg.units and (not fund or fund_key(leg.fund) == fund))
    told = -sum((leg.units for leg in gone if leg.units), NOTHING)
    name = holdings.name_of(fund, out.legs)
    units = f"{told:f} units{f' of {name}' if name else ''} left {out.pool} by {out.main.day}"
    found = f"{units}, the rows account for {held.units + told or NOTHING:f}"
    other = _as_many(held, left)
    if fund and other:
        return _renamed(out, found, name, holdings.name_of(other), held.units)
    gaps = _gaps(contributions, out)
    if gaps:
        return _rows_missing(out, found, contributions, gaps, first)
    return LedgerError(
        where=out.main.where,
        code=OPENING_NEEDED,
        problem=f"{found}: it held money before its statements start",
        remedy=f"import the earlier statements of {out.account.id}; or say what it held: "
        f"{_opening_command(out, first)}",
    )


def _as_many(short: Holding, left: Mapping[str, Holding]) -> str:
    """Return the one other fund of which as many units are left as are missing, "" without one."""
    found = [
        fund
        for fund, held in left.items()
        if fund and held.units > NOTHING and abs(held.units + short.units) <= held.slack
    ]
    return found[0] if len(found) == 1 else ""


def _renamed(out: Outflow, found: str, name: str, other: str, missing: Decimal) -> LedgerError:
    """Return the point of a fund that probably has another name in an earlier file."""
    add = (
        f"basis add exchange --account {out.account.id} --source {out.pool.source} "
        f"--date {out.main.day}"
    )
    return LedgerError(
        where=out.main.where,
        code=FUND_RENAMED,
        problem=f"{found}, and as many of {other} are there: probably it is the same fund, renamed",
        remedy=f"where it is, say that the one became the other: {add} --fund {quote(other)} "
        f"--units {missing:f}, and {add} --fund {quote(name)} --units {-missing:f}; else import "
        f"the earlier statements of {out.account.id}",
    )


def with_taken_back(point: LedgerError, account: str, words: str) -> LedgerError:
    """Return a point of missing money with what was taken back of its account named first."""
    if point.code not in _OF_MISSING_MONEY or not words:
        return point
    return LedgerError(
        where=point.where,
        code=point.code,
        problem=point.problem,
        remedy=f"taken back of this account: {words}; where that was wrong, bring it back (basis "
        f"imports, basis register {account}); else {point.remedy}",
    )


def _gaps(contributions: Sequence[Event], out: Outflow) -> list[PayrollGap]:
    # A source that no paycheck goes into gets its money from those that one does.
    mine = _own(contributions, out) or (contributions if out.pool.source else ())
    days = sorted({event.day for event in mine})
    # The units prove that rows are missing, so three paydays are enough to say where.
    found = payroll_gaps(days, days, out.main.day) if len(days) >= FEW else []
    return found[:FEW]


def _own(contributions: Sequence[Event], out: Outflow) -> list[Event]:
    return [e for e in contributions if e.source is not None and e.source == out.pool.source]


def _rows_missing(
    out: Outflow,
    found: str,
    contributions: Sequence[Event],
    gaps: Sequence[PayrollGap],
    first: date,
) -> LedgerError:
    count = sum(gap.paydays for gap in gaps)
    mine = _own(contributions, out)
    about = f", {Money(usual_paycheck(mine).cents * count)}" if mine else ""
    paychecks = "paycheck" if count == 1 else "paychecks"
    return LedgerError(
        where=out.main.where,
        code=ROWS_MISSING,
        problem=f"{found}: {in_words(gaps)} (about {count} {paychecks}{about})",
        remedy=f"import the statement of {out.account.id} that shows these days; where no pay came "
        f"then, say what the source held before its first row: {_opening_command(out, first)}",
    )


def held_before(out: Outflow, booked: Money, first: date) -> LedgerError:
    """Return the point of a pool that money left before any was put in: no gain explains that."""
    return LedgerError(
        where=out.main.where,
        code=OPENING_NEEDED,
        problem=f"{out.amount} left {out.pool} by {out.main.day}, and the books hold {booked} of "
        "it: it held money before its statements start",
        remedy=f"import the earlier statements of {out.account.id}; or say what it held: "
        f"{_opening_command(out, first)}; or take a mistyped amount back: basis reverse",
    )


def above_books(out: Outflow, booked: Money, first: date) -> LedgerError:
    """Return the point of a pool that more left than the books have there."""
    source = f" --source {out.pool.source}" if out.pool.source else ""
    return LedgerError(
        where=out.main.where,
        code=ABOVE_BALANCE,
        problem=f"the {_words(out)} takes {out.amount} out of {out.pool}, which holds "
        f"{booked} in the books on {out.main.day}",
        remedy="say what was left at the close of that day, and the gain follows: basis add "
        f"balance --account {out.account.id}{source} --date {out.main.day} --value VALUE (0 when "
        "all of it moved); or what it held before the books start: "
        f"{_opening_command(out, first)}; or take a mistyped amount back: basis reverse",
    )


def value_unknown(out: Outflow, why: Unknown, booked: Money, untold: str) -> LedgerError:
    """Return the point of a payment whose share of basis rests on a value nobody told.

    ``untold`` is where money or units moved that no row tells of which fund, "" where none did.
    """
    rows = f" ({untold})" if why is Unknown.UNTOLD and untold else ""
    source = f" --source {out.pool.source}" if out.pool.source else ""
    return LedgerError(
        where=out.main.where,
        code=VALUE_NEEDED,
        problem=f"{out.amount} left {out.pool} on {out.main.day}, which holds {booked} in the "
        f"books: what was it worth just before? {why.value}{rows}",
        remedy="say its value at the close of that day, from the statement: basis add balance "
        f"--account {out.account.id}{source} --date {out.main.day} --value VALUE; or answer the "
        "question of the import",
    )


def value_of_after(out: Outflow, said: Event, booked: Money) -> LedgerError:
    """Return the point of a source whose balance of the day tells what two payments left of it."""
    return LedgerError(
        where=out.main.where,
        code=VALUE_NEEDED,
        problem=f"{out.amount} left {out.pool} on {out.main.day}, which holds {booked} in the "
        "books: what was it worth just before? a payment of that day takes a share of it as well, "
        f"and {said.where} tells what both of them left",
        remedy=f"reverse {said.where} and say its value of the day before (basis add balance), or "
        "which sources the payment is of",
    )


def value_beside(out: Outflow, why: Unknown, booked: Money) -> LedgerError:
    """Return the point of a source that stays, whose value decides what basis the payment takes."""
    return LedgerError(
        where=out.main.where,
        code=VALUE_NEEDED,
        problem=f"the {out.main.kind.words} of {out.main.day} takes a share of the basis of "
        f"{out.pool} too, which holds {booked} in the books: what was it worth? {why.value}",
        remedy="say its value at the close of that day, from the statement: basis add balance "
        f"--account {out.account.id} --source {out.pool.source} --date {out.main.day} "
        "--value VALUE",
    )


def values_contradict(out: Outflow, stated: Event, other: Event) -> LedgerError:
    """Return the point of two values that are stated of one pool just before money left it."""
    return LedgerError(
        where=other.where,
        code=VALUES_CONTRADICT,
        problem=f"{out.pool} is stated with {other.value} just before money left it on "
        f"{out.main.day}, and with {stated.value} at {stated.where}",
        remedy="a value is of the whole source with all its funds, before any of the day left it: "
        "only one of them can be right, so take the other back (basis reverse)",
    )


def value_against_units(out: Outflow, stated: Event, worth: Money) -> LedgerError:
    """Return the point of a stated value that the units and prices of the day say otherwise."""
    rows = ", ".join(dict.fromkeys(entry.where for entry in out.entries))
    return LedgerError(
        where=stated.where,
        code=UNITS_CONTRADICT,
        problem=f"{out.pool} is stated with {stated.value} just before {out.amount} left it on "
        f"{out.main.day}, and its units come to {worth} by the rows of the day ({rows})",
        remedy="take the value back (basis reverse) and let the units tell, or the row whose "
        "units or amount are mistyped",
    )


def units_disagree(pool: Pool, held: Money, entries: Sequence[JournalEntry]) -> LedgerError:
    """Return the point of a pool with value and no units, or units and no value, after a day.

    ``entries`` are those of the day that are about the pool: their places are the facts.
    """
    rows = ", ".join(dict.fromkeys(entry.where for entry in entries))
    left = f"holds {held}, and all its units left" if held else "holds units, and no value"
    return LedgerError(
        where=entries[-1].where,
        code=UNITS_CONTRADICT,
        problem=f"{pool} {left} by the close of {entries[-1].day.isoformat()} ({rows})",
        remedy="one of these rows or balances is wrong or another is missing: take it back (basis "
        "reverse), import what is missing, or say what was left: basis add balance --account "
        f"{pool.account} --source {pool.source} --date {entries[-1].day.isoformat()} --value VALUE",
    )


def balance_of_nothing(pool: Pool, event: Event, emptied: JournalEntry) -> LedgerError:
    """Return the point of a balance of a source that all money had left: no market makes that."""
    return LedgerError(
        where=event.where,
        code=BALANCE_OF_NOTHING,
        problem=f"{pool} is stated with {event.value} at the close of {event.day}, and nothing was "
        f"left in it from {emptied.day} on ({emptied.where})",
        remedy="import the rows that brought the money, or book them (basis add contribution, "
        "basis add earnings); or take the balance back (basis reverse)",
    )


def basis_contradicts(pool: Pool, event: Event, booked: Money, since: str) -> LedgerError:
    """Return the point of an opening whose basis the rows before it, from ``since`` on, deny."""
    return LedgerError(
        where=event.where,
        code=BASIS_CONTRADICTS,
        problem=f"{pool} is said to have opened with a basis of {event.basis}, and the rows before "
        f"it (from {since} on) come to {booked} at the close of {event.day}",
        remedy="import the rows that are missing before it; or take the opening back (basis "
        "reverse): the rows tell where the money came from",
    )


def below_zero(pool: Pool, held: Money, entries: Sequence[JournalEntry]) -> LedgerError:
    """Return the point of a pool that is below zero at the close of a day."""
    rows = ", ".join(dict.fromkeys(entry.where for entry in entries))
    day, source = entries[-1].day.isoformat(), f" --source {pool.source}" if pool.source else ""
    return LedgerError(
        where=entries[-1].where,
        code=BELOW_ZERO,
        problem=f"{pool} holds {held} at the close of {day} ({rows}): less than nothing",
        remedy="look at the rows, balances and typed events of this source up to that day: one of "
        "them is missing, mistyped or booked twice (basis register shows them); or, where the "
        "market had made it worth more, say what was left: basis add balance --account "
        f"{pool.account}{source} --date {day} --value VALUE",
    )


def exchange_incomplete(pool: Pool, event: Event) -> LedgerError:
    """Return the point of an exchange between funds of which no row shows the other side."""
    amount, is_sold = abs(event.money("amount").cents), (event.units or NOTHING) < NOTHING
    did, other = ("sold out of", "bought with") if is_sold else ("bought into", "sold for")
    return LedgerError(
        where=event.where,
        code=EXCHANGE_INCOMPLETE,
        problem=f"{Money(amount)} of {event.fund or 'a fund'} was {did} {pool} on {event.day}, and "
        f"no row of the days about it shows what was {other} it",
        remedy=f"import the statement of {pool.account} that shows it; or say it: basis add "
        f"exchange --account {pool.account} --source {pool.source} --date {event.day} --fund FUND "
        f"--units {'' if is_sold else '-'}UNITS --amount {Money(amount).plain}; or take the row "
        "back (basis reverse) where it was no exchange",
    )


def balances_contradict(event: Event, come_to: Money, others: Iterable[str]) -> LedgerError:
    """Return the point of a balance that what else is stated of its day says otherwise."""
    pool = f"{event.account}:{event.source}" if event.source else event.account
    rows = ", ".join(dict.fromkeys(others))
    return LedgerError(
        where=event.where,
        code=BALANCES_CONTRADICT,
        problem=f"{pool} is stated with {event.value} at the close of {event.day}, and other "
        f"values stated of that day come to {come_to} ({rows})",
        remedy="only one of them can be right: take the other back (basis reverse NUMBER, basis "
        f"register {event.account} shows it; a printed form: basis record withdraw)",
    )


def balance_undivided(event: Event, told: Money | None) -> LedgerError:
    """Return the point of a balance of a whole plan that no source can have the rest of.

    None of them holds money yet, or units and prices tell what all of them are worth: ``told``.
    """
    stated = f"{event.account} is stated with {event.value} at the close of {event.day}, and"
    if told is not None:
        return LedgerError(
            where=event.where,
            code=UNITS_CONTRADICT,
            problem=f"{stated} the units and prices of that day make it {told}",
            remedy="one of them is wrong: take the balance back (basis reverse) and state it as "
            "the statement has it, to the cent, or import what is missing up to that day",
        )
    return LedgerError(
        where=event.where,
        code=SOURCE_NEEDED,
        problem=f"{stated} no source of it holds money in the books by then",
        remedy=f"import the statements of {event.account} up to that day; or say what each source "
        f"held: basis add opening --account {event.account} --source SOURCE --date {event.day} "
        "--value VALUE --basis BASIS; or take the balance back: basis reverse",
    )


def _words(out: Outflow) -> str:
    return out.main.kind.words if len(out.entries) == 1 else "money that left that day"


def _opening_command(out: Outflow, first: date) -> str:
    """Return the command that says what a pool held on the eve of the books.

    Of an IRA it is the value of December 31, which Form 5498 shows in box 5.
    """
    if not out.pool.source:
        return (
            f"basis add balance --account {out.account.id} --date {first.year - 1}-12-31 "
            "--value VALUE (Form 5498, box 5)"
        )
    eve, source = first - timedelta(days=1), Source(out.pool.source)
    basis = "" if source.character is TaxCharacter.PRE_TAX else " --basis BASIS"
    return (
        f"basis add opening --account {out.account.id} --source {source} --date {eve.isoformat()} "
        f"--value VALUE{basis}"
    )
