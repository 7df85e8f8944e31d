"""The year of a death: an IRA passes to its heirs, each with a part of the owner's basis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ledger.chart import Account, AccountKind, Pool
from ledger.errors import LedgerError
from ledger.events import Event, EventKind, Flow
from ledger.law.inherited_basis import shares_by_value
from ledger.money import ZERO, Money
from ledger.records import RothLayer
from ledger.tax_year.closing_entries import PassedBasis
from ledger.tax_year.facts_of_year import Library
from ledger.tax_year.inherited import decedent_of
from ledger.tax_year.person import Carried, InheritedBasis, with_stated_basis
from ledger.year_end import RothIra

K = EventKind


def passed_on(library: Library, taxpayer: str, year: int) -> list[Event]:
    """Return what passed to heirs at a person's death in a year, in order."""
    return [event for event in _passed(library, taxpayer) if event.day.year == year]


def died_on(library: Library, taxpayer: str, year: int) -> date | None:
    """Return the day a person's IRAs passed to heirs, None where it comes after a year."""
    return next((e.day for e in _passed(library, taxpayer) if e.day.year <= year), None)


def _passed(library: Library, taxpayer: str) -> Iterator[Event]:
    return library.events.of(taxpayer, {K.INHERITANCE}, lambda a: a.owner == taxpayer)


def settle_estate(library: Library, taxpayer: str, year: int, carried: Carried) -> None:
    """Divide a dead owner's basis among the heirs, by the value of what each got.

    ``carried`` is what the owner's last year leaves: line 14 and the Roth layers, in whose place
    stands what the filed form of that year says. Raises
    LedgerError (``estate_not_complete``) where money is left that no heir is named for, or leaves
    in another way, and (``after_death``) where something happened to the owner's IRAs later.
    """
    passed = passed_on(library, taxpayer, year)
    if passed:
        _refuse_later(library, taxpayer, passed[0])
        carried = with_stated_basis(library.books, taxpayer, year + 1, carried)
    for roth in (False, True):
        mine = [e for e in passed if library.books.accounts[e.account].kind.is_roth_ira is roth]
        if not mine:
            continue
        _refuse_rest(library, mine, year)
        values = [event.money("amount") for event in mine]
        parts = _roth_parts(carried, values) if roth else _traditional_parts(carried, values)
        library.inherited.update(zip(mine, parts, strict=True))


def without_estate(library: Library, taxpayer: str, year: int, carried: Carried) -> Carried:
    """Return what is carried without what a death passed on."""
    for event in passed_on(library, taxpayer, year):
        if library.books.accounts[event.account].kind.is_roth_ira:
            carried = replace(carried, roth_regular=ZERO, roth_layers=(), roth_in_plan=())
        else:
            carried = replace(carried, traditional=ZERO, restored_basis=ZERO)
    return carried


def with_inheritances(library: Library, taxpayer: str, year: int, carried: Carried) -> Carried:
    """Return what a person starts a year with, basis inherited in the year taken in.

    Raises LedgerError (``not_supported``) where the owner's last year is refused, and
    (``basis_stated_twice``) where the same basis stands in an opening too.
    """
    stated = carried.inherited
    for event in inherited_in(library, taxpayer, year):
        account = library.books.accounts[event.to]
        name, roth = decedent_of(account), account.kind is AccountKind.INHERITED_ROTH_IRA
        share = library.inherited.get(event)
        if share is None:
            raise _owner_refused(event)
        if _is_known(stated.get(name), roth=roth):
            if _is_known(share, roth=roth):
                raise _stated_twice(event, name)
            continue  # the owner's books do not know it, and the heir said it
        found = _more(carried.inherited.get(name), share, roth=roth)
        carried = replace(carried, inherited={**carried.inherited, name: found})
    return carried


def inherited_in(library: Library, taxpayer: str, year: int) -> Iterator[Event]:
    """Go through what a person inherited in a year, in order."""
    accounts = library.books.accounts
    for event in library.events.of(taxpayer, {K.INHERITANCE}, lambda a: a.owner != taxpayer):
        if event.day.year == year and accounts[event.to].owner == taxpayer:
            yield event


def inherited_basis_of(library: Library, taxpayer: str, year: int) -> dict[str, Money]:
    """Return the basis that a person inherited in a year, by decedent (cents)."""
    found: dict[str, Money] = {}
    for event in inherited_in(library, taxpayer, year):
        name = decedent_of(library.books.accounts[event.to])
        found[name] = found.get(name, ZERO) + _basis_of(library.inherited[event])
    return found


def passed_basis(library: Library, taxpayer: str, year: int) -> list[PassedBasis]:
    """Return the basis that passes to heirs in the year of a person's death."""
    accounts = library.books.accounts
    return [
        PassedBasis(
            heir=accounts[event.to].owner,
            decedent=decedent_of(accounts[event.to]),
            basis=_basis_of(library.inherited[event]),
            roth=accounts[event.account].kind.is_roth_ira,
        )
        for event in passed_on(library, taxpayer, year)
    ]


def without_passed(roth: RothIra, passed: Sequence[PassedBasis]) -> RothIra:
    """Return what is left of a person's Roth IRAs: nothing where they passed to heirs."""
    if not any(one.roth for one in passed):
        return roth
    return replace(roth, regular=ZERO, conversions=(), free_from={})


def basis_words(share: InheritedBasis, account: Account) -> str:
    """Say what basis a share brought into an inherited IRA."""
    if not _is_known(share, roth=account.kind.is_any_roth_ira):
        return "its basis not known"
    return f"with a basis of {_basis_of(share)}"


def _basis_of(share: InheritedBasis) -> Money:
    """Return the basis in a share (cents), what is not known of it as nothing."""
    layers = [x.amount for x in share.roth_layers]
    return Money.total([share.traditional or ZERO, share.roth_regular, *layers])


def _is_known(found: InheritedBasis | None, *, roth: bool) -> bool:
    if found is None:
        return False
    return found.roth_known if roth else found.traditional is not None


def _refuse_later(library: Library, taxpayer: str, death: Event) -> None:
    """Refuse what happened to the owner's IRAs after the death, or left them on its day."""
    accounts = library.books.accounts
    for entry in library.index.during(taxpayer, range(death.day.year, library.years.stop)):
        event = entry.event
        account = accounts[event.account]
        if entry.derived or account.owner != taxpayer or account.kind.is_plan:
            continue
        left = event.kind is K.TRANSFER_OUT and event.day == death.day
        if left or (event.day > death.day and not event.kind.spec.is_stated):
            raise LedgerError(
                where=event.where,
                code="after_death",
                problem=f"the {event.kind.words} of {event.day} is of {account.id}, whose owner "
                f"died on {death.day}",
                remedy=_of_heir(event)
                + "an owner dies on one day: what came later belongs to the heir's account; an "
                "heir who is not in the books is added as a taxpayer with an inherited IRA, so "
                "that each gets the right part of the basis",
            )


def _of_heir(event: Event) -> str:
    """Say how income of the owner's account is booked in the heir's, "" for anything else.

    Recordkeepers open the heir's account weeks later: dividends still come into the owner's.
    """
    if event.kind.spec.flow is not Flow.EARNINGS or not event.amount:
        return ""
    return (
        f"basis reverse {event.seq} --why 'after the death', then basis add {event.kind.value} "
        f"--account HEIRS --date {event.day} --amount {event.amount.plain} for the heir's IRA; "
    )


def _refuse_rest(library: Library, passed: Sequence[Event], year: int) -> None:
    """Refuse an estate of which something is left: whose basis it takes along nobody says."""
    accounts = library.books.accounts
    first = accounts[passed[0].account]
    alike = [
        a
        for a in library.books.accounts_of(first.owner)
        if (a.kind.is_roth_ira if first.kind.is_roth_ira else a.kind.is_pooled_traditional)
    ]
    left = Money.total(library.balances.value_at_end(Pool(a.id), year) for a in alike)
    if left:
        raise LedgerError(
            where=passed[0].where,
            code="estate_not_complete",
            problem=f"{first.owner} died on {passed[0].day}, and {left} is left in "
            f"{', '.join(a.id for a in alike)} at the end of {year}",
            remedy="write an 'inheritance' for all that the IRAs of the kind held on the day of "
            "death, to the account of each heir, and a 'balance' of the day before with the value "
            "where the books have another; an heir who is not in the books is added as a taxpayer",
        )


def _traditional_parts(carried: Carried, values: Sequence[Money]) -> list[InheritedBasis]:
    if not carried.traditional_known:
        return [InheritedBasis() for _ in values]
    basis = carried.traditional + carried.restored_basis
    return [InheritedBasis(traditional=part) for part in shares_by_value(basis, values)]


def _roth_parts(carried: Carried, values: Sequence[Money]) -> list[InheritedBasis]:
    regular = shares_by_value(carried.roth_regular, values)
    layers: list[list[RothLayer]] = [[] for _ in values]
    for layer in carried.roth_layers:
        taxed = shares_by_value(layer.taxable, values)
        untaxed = shares_by_value(layer.nontaxable, values)
        for mine, one, other in zip(layers, taxed, untaxed, strict=True):
            mine.append(RothLayer(layer.year, one, other))
    return [
        InheritedBasis(
            roth_known=carried.roth_known,
            roth_regular=part,
            roth_layers=tuple(mine),
            roth_since=carried.roth_since,
        )
        for part, mine in zip(regular, layers, strict=True)
    ]


def _more(had: InheritedBasis | None, share: InheritedBasis, *, roth: bool) -> InheritedBasis:
    """Add a share to what came from the same decedent before in the year."""
    if had is None or not _is_known(had, roth=roth):
        start = had or InheritedBasis()
        if not roth:
            return replace(start, traditional=share.traditional)
        return replace(share, traditional=start.traditional)
    if not roth:
        both = None if share.traditional is None else (had.traditional or ZERO) + share.traditional
        return replace(had, traditional=both)
    years = sorted({x.year for x in (*had.roth_layers, *share.roth_layers)})
    return replace(
        had,
        roth_known=share.roth_known,
        roth_regular=had.roth_regular + share.roth_regular,
        roth_layers=tuple(_layer(year, had, share) for year in years),
    )


def _layer(year: int, *of: InheritedBasis) -> RothLayer:
    mine = [x for one in of for x in one.roth_layers if x.year == year]
    return RothLayer(
        year, Money.total(x.taxable for x in mine), Money.total(x.nontaxable for x in mine)
    )


def _owner_refused(event: Event) -> LedgerError:
    return LedgerError(
        where=event.where,
        code="not_supported",
        problem=f"what {event.account} brought to {event.to} on {event.day} is not worked out: the "
        "last year of its owner is refused",
        remedy="settle first what is refused of the owner",
    )


def _stated_twice(event: Event, name: str) -> LedgerError:
    return LedgerError(
        where=event.where,
        code="basis_stated_twice",
        problem=f"the basis of {name} came to {event.to} with the inheritance of {event.day}, and "
        f"stands in an opening of {date(event.day.year, 1, 1)} too",
        remedy="take one of the two out: the opening, where the owner's IRAs are in these books",
    )
