"""Book a scenario into the ledger: people, accounts, facts and events, each only once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from cli.typed import append_events
from ledger.books import Books
from ledger.chart import Account, Taxpayer
from ledger.documents import TaxDocument
from ledger.errors import Collector, LedgerError
from ledger.records import OpeningBasis, Options, ReturnFacts, StateBasis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger.store import Ledger

T = TypeVar("T", Taxpayer, Account)
F = TypeVar("F", OpeningBasis, ReturnFacts, StateBasis, TaxDocument)


def with_method(books: Books, years: Iterable[int]) -> Books:
    """Return the books with the method of the options as a fact of each return.

    A ledger keeps no options: which method a return follows is a fact of its year, and one that
    a return states itself stays.
    """
    method = books.options.ira_method
    if method == Options().ira_method:
        return books
    facts = {(one.taxpayer, one.year): one for one in books.return_facts}
    for taxpayer in books.taxpayers:
        for year in years:
            one = facts.get((taxpayer, year), ReturnFacts(f"return {year}", taxpayer, year))
            facts[taxpayer, year] = replace(one, ira_method=one.ira_method or method)
    return replace(books, return_facts=tuple(facts.values()))


def load_books(ledger: Ledger, books: Books, name: str, digest: str) -> Iterator[str]:
    """Add what the ledger does not have yet and say what was added, one line for each kind.

    Raises LedgerErrors (code ``differs``) before anything is booked when a taxpayer or account
    of that id is in the ledger with other particulars.
    """
    faults = Collector()
    people = _new(ledger.taxpayers(), books.taxpayers, "taxpayer", faults)
    accounts = _new(ledger.accounts(), books.accounts, "account", faults)
    faults.raise_any()
    for person in people:
        ledger.add_taxpayer(person)
    for account in accounts:
        ledger.add_account(account)
    facts = _add_facts(ledger, books)
    forms = _add_documents(ledger, books)
    yield (
        f"{len(people)} taxpayers, {len(accounts)} accounts, {facts} facts of returns, {forms} "
        "printed forms added"
    )
    events = [entry.event for entry in books.facts]
    receipt = append_events(ledger, name, digest, events) if events else None
    # last: a year that is closed would refuse its own events
    yield from _close_years(ledger, books)
    if receipt is None:
        yield "no new events: the ledger has them all"
    else:
        yield (
            f"{receipt.new_entries} of {len(events)} events booked as import {receipt.import_id}, "
            f"chain head {receipt.chain_head}"
        )


def _new(
    present: Mapping[str, T], wanted: Mapping[str, T], what: str, faults: Collector
) -> list[T]:
    for key, item in wanted.items():
        if key in present and present[key] != item:
            faults.add(
                LedgerError(
                    where=f"{what} {key}",
                    code="differs",
                    problem=f"the ledger has a {what} of this id with other particulars",
                    remedy=f"compare with basis {what} list; if it is somebody else's, choose "
                    "another id in the file, or keep this household in a ledger of its own",
                )
            )
    return [item for key, item in wanted.items() if key not in present]


def _add_facts(ledger: Ledger, books: Books) -> int:
    present = ledger.books()
    openings = _not_among(present.opening_basis, books.opening_basis)
    facts = _not_among(present.return_facts, books.return_facts)
    states = _not_among(present.state_basis, books.state_basis)
    for opening in openings:
        ledger.add_opening_basis(opening)
    for fact in facts:
        ledger.add_return_facts(fact)
    for row in states:
        ledger.add_state_basis(row)
    return len(openings) + len(facts) + len(states)


def _add_documents(ledger: Ledger, books: Books) -> int:
    new = _not_among(ledger.documents(), books.documents)
    ledger.add_documents(new)
    return len(new)


def _not_among(present: Iterable[F], wanted: Iterable[F]) -> list[F]:
    """Return the facts that the ledger does not have of the same person yet."""
    known = defaultdict[str, list[dict[str, object]]](list)
    for fact in present:
        known[fact.taxpayer].append(_apart(fact))
    return [fact for fact in wanted if _apart(fact) not in known[fact.taxpayer]]


def _close_years(ledger: Ledger, books: Books) -> Iterator[str]:
    """Close the years that the scenario has as filed, and reopen those it has as reopened."""
    known = ledger.filed_years()
    for key, filed in books.filed_years.items():
        if key not in known:
            ledger.close_year(filed.taxpayer, filed.year, filed.text)
            if filed.reopened_at:
                ledger.reopen_year(filed.taxpayer, filed.year, filed.why or "reopened before")
            yield f"{filed.taxpayer} {filed.year}: {filed.status} as filed"


def _apart(fact: object) -> dict[str, object]:
    """Return the content of a fact apart from the place it was read from."""
    return {name: value for name, value in vars(fact).items() if name not in {"where", "number"}}
