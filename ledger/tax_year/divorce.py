"""A share of a Roth IRA for a former spouse: contributions and conversions go along by value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.books import Household
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.money import ZERO, Money
from ledger.records import RothLayer
from ledger.tax_year.facts_of_year import Library
from ledger.tax_year.person import Carried, RothShare
from ledger.year_end import DivorceShare


def givers_first(books: Household) -> list[str]:
    """Return the people of a household, who gave in a divorce or died before who got it."""
    givers: dict[str, set[str]] = {person: set() for person in sorted(books.taxpayers)}
    for event in (entry.event for entry in books.entries):
        if event.kind.spec.between_owners:
            givers[books.accounts[event.to].owner].add(books.accounts[event.account].owner)
    ordered = list[str]()

    def visit(person: str, waiting: tuple[str, ...]) -> None:
        # where each of two gave the other something, neither can be first: that is refused later
        for giver in sorted(givers[person].difference(waiting, ordered)):
            visit(giver, (*waiting, giver))
        if person not in ordered:
            ordered.append(person)

    for person in givers:
        visit(person, (person,))
    return ordered


def roth_shares(library: Library, taxpayer: str, year: int) -> Iterator[Event]:
    """Go through the shares of Roth IRAs that a person gave or got in a year, in order."""
    moved = library.events.of(taxpayer, {EventKind.DIVORCE_TRANSFER}, lambda a: a.kind.is_roth_ira)
    return (event for event in moved if event.day.year == year)


def divorce_shares(library: Library, taxpayer: str, year: int) -> Iterator[DivorceShare]:
    """Go through what of IRAs a person gave and got in a divorce in a year, with its basis."""
    moved = library.events.of(taxpayer, {EventKind.DIVORCE_TRANSFER}, lambda a: not a.kind.is_plan)
    for event in (one for one in moved if one.day.year == year):
        account = library.books.accounts[event.account]
        gave = account.owner == taxpayer
        if not account.kind.is_roth_ira:
            yield DivorceShare(event, gave, event.basis or ZERO)
            continue
        share = _given(library, event)
        yield DivorceShare(
            event, gave, share.basis if share.known else None, share.basis - share.regular
        )


def with_roth_shares(library: Library, taxpayer: str, year: int, carried: Carried) -> Carried:
    """Return what a person starts a year with, shares of Roth IRAs given and got taken in.

    Raises LedgerError (``not_supported``) where each of two people gives the other a share.
    """
    for event in roth_shares(library, taxpayer, year):
        if library.books.accounts[event.account].owner == taxpayer:
            share = _share(library, event, carried)
            library.roth_shares[event] = share
            carried = _less(carried, share)
        else:
            carried = _more(carried, _given(library, event))
    return carried


def basis_given(library: Library, taxpayer: str, year: int) -> dict[str, Money]:
    """Return the Roth basis that a person gave in a year, by receiver; what was got is negative.

    What somebody else gave stands under that person's name.
    """
    accounts, found = library.books.accounts, dict[str, Money]()
    for event in roth_shares(library, taxpayer, year):
        basis = _given(library, event).basis
        gives = accounts[event.account].owner == taxpayer
        other = accounts[event.to if gives else event.account].owner
        found[other] = found.get(other, ZERO) + (basis if gives else -basis)
    return found


def _given(library: Library, event: Event) -> RothShare:
    share = library.roth_shares.get(event)
    if share is not None:
        return share
    raise LedgerError(
        where=event.where,
        code="not_supported",
        problem=f"what {event.account} gave {event.to} is not worked out: the giver's year is "
        "refused, or each of the two gave the other a share of a Roth IRA",
        remedy="settle what is refused of the giver first; where both gave, show it to an adviser",
    )


def _share(library: Library, event: Event, carried: Carried) -> RothShare:
    amount, held = event.money("amount"), library.fold.story.held[event]
    return RothShare(
        regular=carried.roth_regular.share(amount, held),
        layers=_parts(carried.roth_layers, amount, held),
        in_plan=_parts(carried.roth_in_plan, amount, held),
        since=carried.roth_since,
        known=carried.roth_known,
    )


def _parts(layers: tuple[RothLayer, ...], amount: Money, held: Money) -> tuple[RothLayer, ...]:
    return tuple(
        RothLayer(x.year, x.taxable.share(amount, held), x.nontaxable.share(amount, held))
        for x in layers
    )


def _less(carried: Carried, share: RothShare) -> Carried:
    return replace(
        carried,
        roth_regular=carried.roth_regular - share.regular,
        roth_layers=_added(carried.roth_layers, share.layers, -1),
        roth_in_plan=_added(carried.roth_in_plan, share.in_plan, -1),
    )


def _more(carried: Carried, share: RothShare) -> Carried:
    known = carried.roth_known and share.known
    return replace(
        carried,
        roth_regular=carried.roth_regular + share.regular,
        roth_layers=_added(carried.roth_layers, share.layers, 1),
        roth_in_plan=_added(carried.roth_in_plan, share.in_plan, 1),
        # one's own first year goes on; who had no Roth IRA before takes over the giver's
        roth_since=carried.roth_since if carried.roth_since is not None else share.since,
        roth_known=known,
    )


def _added(
    layers: tuple[RothLayer, ...], more: tuple[RothLayer, ...], sign: int
) -> tuple[RothLayer, ...]:
    by_year = {x.year: x for x in layers}
    for x in more:
        had = by_year.get(x.year, RothLayer(x.year, Money(0), Money(0)))
        taxable = had.taxable + Money(sign * x.taxable.cents)
        nontaxable = had.nontaxable + Money(sign * x.nontaxable.cents)
        by_year[x.year] = RothLayer(x.year, taxable, nontaxable)
    return tuple(by_year[year] for year in sorted(by_year))
