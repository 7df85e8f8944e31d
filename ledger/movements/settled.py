"""What the user says later of a side that met nothing: where it went, or where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from ledger.booking import Accounts, book, destinations, lacks_basis
from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import CASH, ELSEWHERE, IN_TRANSIT, Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.movements.contributions_back import earnings_of, is_back
from ledger.movements.legs import is_on_its_way, parts_of, with_parts
from ledger.movements.sides import SAID_SO, is_arrival, may_be_rollover, rollover_source
from ledger.movements.within_plan import came_from_own_plan
from ledger.text import safe

# what is said of a contribution alone: its tax year, that it is catch-up money
_OF_PAY = EventKind.CONTRIBUTION.spec.fields - EventKind.ROLLOVER_IN.spec.fields
CODE = "partner_unknown"  # of the answers that settle a side
OF = "of:"  # starts an answer that names the entry of a payment which was put back
BASIS = " basis "  # stands before the basis that an answer states beside the account
EARNINGS = "earnings:"  # starts an answer that says what was gained on contributions taken back
YEAR = " year "  # stands before the tax year of those, where that is said as well or alone
REASON = " reason "  # stands before why money was put back later than 60 days
ENTRY = "entry:"  # starts the match of such an answer, with the number of the entry


def payment_named(other: str) -> int:
    """Return the number of the entry of a payment that "of:12" names, 0 where none is named."""
    number = other.removeprefix(OF).partition(REASON)[0] if other.startswith(OF) else ""
    return int(number) if number.isdecimal() else 0


def settled(
    entry: JournalEntry, answer: str, accounts: Accounts, paid: Event | None = None
) -> JournalEntry:
    """Return the entry of one side with the other side that was said: an account, cash, outside.

    ``paid`` is the payment in cash that was put back, where one is named. Raises LedgerError
    (``no_open_side``, ``bad_value``, and what booking refuses).
    """
    event = entry.event
    if answer.startswith(EARNINGS) or (paid is not None and is_back(event)):
        return _rebooked(entry, _with_earnings(event, answer, paid), accounts)
    if paid is not None:
        if is_taken_back(event, paid):
            return _rebooked(entry, replace(event, of=paid.name), accounts)
        reason = answer.partition(REASON)[2]
        return _rebooked(entry, replace(_put_back(event, paid), reason=reason), accounts)
    other, _, basis = answer.partition(BASIS)
    if basis:
        event = _with_basis(event, Money.parse(basis, evidence=event.where))
    if may_be_rollover(event):
        return _rebooked(entry, _not_put_in(event, other), accounts)
    if is_arrival(event) or event.origin:
        named, _, source = other.partition(":")
        if named not in {ELSEWHERE, IN_TRANSIT, *accounts} or source not in {"", *Source}:
            raise _bad(event, other)
        if other == ELSEWHERE and lacks_basis(event, accounts[event.account]):
            raise _basis_needed(event)
        return _rebooked(entry, replace(event, origin=other), accounts)
    if not (is_on_its_way(event) or went_to(event)):
        raise _no_open_side(event)
    return _rebooked(entry, _gone_to(event, other), accounts)


def went_to(event: Event) -> str:
    """Return where a payment is said to have gone, which a later word corrects; "" for another.

    What was divided is said as a whole: the import is taken back and answered anew.
    """
    whole = event.kind is EventKind.DISTRIBUTION and len(parts_of(event)) == 1
    to = parts_of(event)[0].to if whole else ""
    return "" if to == IN_TRANSIT else to


def refuse_other_way(event: Event, *, came: bool) -> None:
    """Refuse a word on where money came from of what left, and on where it went of what came in.

    Raises LedgerError (``bad_value``).
    """
    is_in = is_arrival(event) or bool(event.origin) or may_be_rollover(event)
    if came == is_in or not (is_in or is_on_its_way(event) or went_to(event)):
        return
    day, where = event.day.isoformat(), f"entry {event.seq}"
    if is_in:
        raise LedgerError(
            where=where,
            code="bad_value",
            problem=f"the {event.kind.words} of {day} came into {event.account}: --to says where "
            "money went",
            remedy=f"say what it left: basis settle {event.seq} --from ACCOUNT",
        )
    raise LedgerError(
        where=where,
        code="bad_value",
        problem=f"the {event.kind.words} of {day} left {event.account}: --from says where money "
        "came from",
        remedy=f"say where it went: basis settle {event.seq} --to ACCOUNT",
    )


def refuse_unsent(
    event: Event, other: str, facts: Iterable[JournalEntry], accounts: Accounts
) -> None:
    """Refuse that a contribution to a plan was sent by an account which shows no such payment.

    A payroll contribution is the rule there. Some files call what another account sent so, and
    then that account's own statement shows it leave. Raises LedgerError (``bad_value``).
    """
    here = accounts[event.account]
    if not (here.kind.is_plan and may_be_rollover(event)) or other == ELSEWHERE:
        return
    sender = other.partition(BASIS)[0].partition(":")[0]
    sent = (
        part.to in {here.id, IN_TRANSIT} and abs(fact.day - event.day) <= SAID_SO
        for fact in facts
        if fact.event.account == sender
        for part in parts_of(fact.event)
    )
    if not any(sent):
        raise LedgerError(
            where=f"entry {event.seq}",
            code="bad_value",
            problem=f"this is a contribution to {here.id}, and no row shows that another account "
            "sent it",
            remedy="where it was rolled over, import the statement of the account that sent it "
            "first; 'basis check' then names the entry",
        )


def _with_basis(event: Event, basis: Money) -> Event:
    """Return a rollover that came in with the basis that was said of it."""
    if "basis" not in event.kind.spec.fields:
        raise _bad(event, f"basis {basis}")
    return replace(event, basis=basis)


def _with_earnings(event: Event, answer: str, paid_in: Event | None) -> Event:
    """Return contributions taken back with gain and tax year: as said, or those of one of them."""
    if not is_back(event):
        raise _no_open_side(event)
    if paid_in is None:
        amount, _, year = answer.removeprefix(EARNINGS).partition(YEAR)
        earnings = Money.parse(amount, evidence=event.where) if amount else event.earnings
        return replace(event, earnings=earnings, year=int(year) if year else event.year)
    earnings = earnings_of(event, paid_in)
    if earnings is None:
        raise LedgerError(
            where=f"entry {event.seq}",
            code="bad_value",
            problem=f"units do not tell what of it was paid in by the {paid_in.kind.words} of "
            f"{paid_in.day.isoformat()}",
            remedy="name a contribution to the same source and fund of at least as many units, or "
            f"say what was gained: basis settle {event.seq} --earnings DOLLARS",
        )
    return replace(event, earnings=earnings, year=paid_in.tax_year)


def completed(answer: str, event: Event) -> str:
    """Return what is said of contributions taken back with what was said before and still holds.

    Their gain and their tax year may be said one after the other.
    """
    if not answer.startswith(EARNINGS):
        return answer
    amount, _, year = answer.removeprefix(EARNINGS).partition(YEAR)
    amount = amount or ("" if event.earnings is None else event.earnings.plain)
    year = year or str(event.year or "")
    return f"{EARNINGS}{amount}{YEAR if year else ''}{year}"


def _basis_needed(event: Event) -> LedgerError:
    return LedgerError(
        where=f"entry {event.seq}",
        code="missing_field",
        problem=f"{event.source} money from outside does not say what of it is basis",
        remedy=f"say it too: basis settle {event.seq} --from outside --basis DOLLARS (Form 1099-R "
        "of the other plan, box 5)",
    )


def _not_put_in(event: Event, other: str) -> Event:
    """Return a contribution as the owner's own money, or as the rollover that its file calls so."""
    if other == CASH:
        raise _bad(event, other)
    if other == ELSEWHERE:
        return replace(event, origin=other)
    return as_rollover(event, other)


def as_rollover(event: Event, origin: str) -> Event:
    """Return money that a file calls a contribution as rolled over from an account."""
    unsaid: dict[str, Any] = {f.name: f.default for f in fields(Event) if f.name in _OF_PAY}
    sources = tuple(rollover_source(source) for source in event.sources)
    return replace(
        event, kind=EventKind.ROLLOVER_IN, sources=sources, **{**unsaid, "origin": origin}
    )


def _put_back(event: Event, paid: Event) -> Event:
    """Return money that came in as the 60-day rollover of a payment in cash."""
    if not (is_arrival(event) or event.origin or may_be_rollover(event)):
        raise _no_open_side(event)
    cash = paid.kind.spec.is_eligible and any(to == CASH for to, _ in destinations(paid))
    if not cash or paid.day > event.day:
        raise LedgerError(
            where=f"entry {event.seq}",
            code="bad_value",
            problem=f"the {paid.kind.words} of {paid.day.isoformat()} out of {paid.account} is no "
            "payment in cash that this money can be of",
            remedy="name the entry of a payment to you on an earlier day; 'basis check' names "
            "those that fit",
        )
    return Event(
        where=event.where,
        day=event.day,
        account=paid.account,
        kind=EventKind.ROLLOVER_60DAY,
        amount=event.amount,
        memo=event.memo,
        to=event.account,
        of=paid.name,
        seq=event.seq,
    )


def is_taken_back(event: Event, paid: Event) -> bool:
    """Tell whether money that came in again is of a payment or a conversion of the same plan.

    Back in its source, it was never made; in in-plan Roth money, it is what was converted. Put
    back by its owner, it would be a 60-day rollover.
    """
    if not came_from_own_plan(event) or event.account != paid.account:
        return False
    paid_out = paid.kind is EventKind.DISTRIBUTION
    if event.sources == paid.sources:
        made = paid_out or paid.kind is EventKind.IN_PLAN_CONVERSION
        return made and paid.day <= event.day
    return paid_out and event.source is Source.IN_PLAN_ROTH and paid.source is not None


def _no_open_side(event: Event) -> LedgerError:
    return LedgerError(
        where=f"entry {event.seq}",
        code="no_open_side",
        problem="this entry is no side of a movement whose other side is open",
        remedy="'basis check' names the open sides with their entries",
    )


def _gone_to(event: Event, other: str) -> Event:
    if event.kind is EventKind.DISTRIBUTION:
        if other == ELSEWHERE:
            raise _bad(event, other)
        open_ones = {IN_TRANSIT, went_to(event)}
        parts = [replace(p, to=other) if p.to in open_ones else p for p in parts_of(event)]
        return with_parts(event, parts)
    if other == CASH:
        raise _bad(event, other)
    if other == ELSEWHERE:
        return replace(event, kind=EventKind.TRANSFER_OUT, to="")
    return replace(event, to=other)


def _rebooked(entry: JournalEntry, event: Event, accounts: Accounts) -> JournalEntry:
    return replace(book(event, accounts), reason=entry.reason)


def _bad(event: Event, other: str) -> LedgerError:
    return LedgerError(
        where=f"entry {event.seq}",
        code="bad_value",
        problem=f"{event.kind.with_article} of {event.account} cannot have '{safe(other)}' as its "
        "other side",
        remedy="name an account of the same person; money a plan paid to its owner went to cash, "
        "and what came from an account that is not kept here came from outside",
    )
