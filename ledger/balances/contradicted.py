"""Values stated of one day that cannot all be right: found before another one is booked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ledger.balances.days import Fold
from ledger.balances.open_points import BALANCES_CONTRADICT
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry


def stated_beside(facts: Iterable[JournalEntry], balance: Event) -> list[Event]:
    """Return the other balances of the day of one that say something of the same money."""
    same_day = (
        fact.event
        for fact in facts
        if fact.event.kind is EventKind.BALANCE
        and fact.event is not balance
        and (fact.event.account, fact.day) == (balance.account, balance.day)
    )
    return [one for one in same_day if one.source in {None, balance.source} or not balance.source]


def is_contradicted(fold: Fold, balance: Event, others: Iterable[Event]) -> bool:
    """Tell whether a balance and the others of its day contradict in a fold, worked to its end.

    The fold is the one place that holds the values of a day against one another.
    """
    places = {balance.where, *(other.where for other in others)}
    return any(
        one.error.code == BALANCES_CONTRADICT
        and one.error.where in places
        and one.pool is not None
        and (one.pool.account, one.day) == (balance.account, balance.day)
        for listed in fold.refused.values()
        for one in listed
    )


def in_words(others: Iterable[Event], *, unstored: Collection[Event] = ()) -> str:
    """Return balances with their amounts and places, and the entries of those that are stored."""
    return ", ".join(
        f"{one.source or 'all of it'} {one.money('value')} "
        f"({'' if one in unstored else f'entry {one.seq}, '}{one.where})"
        for one in others
    )


def taking_back(others: Iterable[Event]) -> str:
    """Return the commands that take stored balances back, "" without any."""
    return " or ".join(f'basis reverse {one.seq} --why "…"' for one in others)


def refusal(balance: Event, others: Sequence[Event]) -> LedgerError:
    """Return the refusal of a balance that is typed: booked, it would stop every year."""
    return LedgerError(
        where=balance.where,
        code=BALANCES_CONTRADICT,
        problem=f"{balance.account} has other values stated of {balance.day}, and they come to "
        f"another sum: {in_words(others) or 'a printed form'}",
        remedy="only one of them can be right: correct the amount, or take the other back first: "
        f"{taking_back(others) or 'basis record withdraw'}",
    )
