"""Many stories in one ledger: ids of people and accounts told apart, everything else as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ledger import scenario
from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, Taxpayer
from ledger.closing import Worked, work_out
from ledger.documents import F1099R, F5498
from ledger.errors import LedgerError
from ledger.events import CASH, Event
from ledger.records import Options, ReturnFacts

_OF_ACCOUNTS = {F1099R, F5498}  # forms whose payer is an account
NAME = "story.toml"  # of every story: places are equal from one to the other


@dataclass(frozen=True)
class Story:
    """One household as its file has it, and the mark that its ids have in the crowd."""

    mark: str
    books: Books
    years: tuple[int, ...]

    def alone(self) -> Worked:
        """Work it out in books of its own."""
        return work_out(self.books, self.years)

    def in_crowd(self, crowd: Books) -> Worked:
        """Work out its people in the crowd, for its own years."""
        worked = [
            work_out(one, self.years)
            for one in crowd.households
            if any(person.startswith(self.mark) for person in one.taxpayers)
        ]
        refused = {who: why for part in worked for who, why in part.refused_of.items()}
        return Worked(tuple(r for part in worked for r in part.records), (), refused)


def read_story(path: Path, mark: str) -> Story | None:
    """Read a worked case; None where the file itself is refused."""
    try:
        found = scenario.parse(path.read_bytes(), NAME)
    except LedgerError:
        return None
    return Story(mark, replace(found.books, options=Options()), found.tax_years)


def crowd_of(stories: Iterable[Story]) -> Books:
    """Put stories into one ledger, their entries mixed by day as the store has them."""
    listed = [marked(story) for story in stories]
    entries = sorted((e for one in listed for e in one.entries), key=lambda e: e.day)
    people = {k: v for one in listed for k, v in one.taxpayers.items()}
    accounts = {k: v for one in listed for k, v in one.accounts.items()}
    return Books(
        people,
        accounts,
        tuple(entries),
        facts=tuple(sorted((e for one in listed for e in one.facts), key=lambda e: e.day)),
        opening_basis=tuple(x for one in listed for x in one.opening_basis),
        return_facts=tuple(x for one in listed for x in one.return_facts),
        documents=tuple(x for one in listed for x in one.documents),
        state_basis=tuple(x for one in listed for x in one.state_basis),
        filed_years={k: v for one in listed for k, v in one.filed_years.items()},
    )


def marked(story: Story) -> Books:
    """Return the books of a story with the mark before each id of a person or an account."""
    books, mark = story.books, story.mark

    def person(one: Taxpayer) -> Taxpayer:
        return replace(one, id=mark + one.id, spouse=mark + one.spouse if one.spouse else None)

    def account(one: Account) -> Account:
        return replace(
            one,
            id=mark + one.id,
            owner=mark + one.owner,
            employer=one.employer or (one.id if one.kind.is_plan else ""),
        )

    def named(name: str) -> str:
        return mark + name if name and name != CASH else name

    def event(one: Event) -> Event:
        parts = tuple(replace(part, to=named(part.to)) for part in one.parts)
        return replace(one, account=named(one.account), to=named(one.to), parts=parts)

    def fact(one: Any, **more: Any) -> Any:
        return replace(one, taxpayer=mark + one.taxpayer, **more)

    def returned(one: ReturnFacts) -> ReturnFacts:
        rule = one.service_catch_up
        return fact(one, service_catch_up=rule and replace(rule, account=named(rule.account)))  # type: ignore[no-any-return]

    accounts = {mark + k: account(v) for k, v in books.accounts.items()}
    return replace(
        books,
        taxpayers={mark + k: person(v) for k, v in books.taxpayers.items()},
        accounts=accounts,
        entries=book_all([event(entry.event) for entry in books.entries], accounts),
        facts=book_all([event(entry.event) for entry in books.facts], accounts),
        opening_basis=tuple(fact(one) for one in books.opening_basis),
        return_facts=tuple(map(returned, books.return_facts)),
        documents=tuple(
            fact(one, payer=named(one.payer) if one.form in _OF_ACCOUNTS else one.payer)
            for one in books.documents
        ),
        state_basis=tuple(fact(one, account=named(one.account)) for one in books.state_basis),
        filed_years={(mark + who, y): fact(v) for (who, y), v in books.filed_years.items()},
    )


def told(worked: Worked, mark: str = "") -> Mapping[str, list[Any]]:
    """Return the records and refusals by taxpayer, as JSON without the mark."""
    out: dict[str, list[Any]] = {}
    for record in worked.records:
        out.setdefault(record.taxpayer.id.removeprefix(mark), []).append(
            _without(record.as_json(), mark)
        )
    for who, why in worked.refused_of.items():
        refused = [_without(fault.as_json(), mark) for fault in why]
        out.setdefault(who.removeprefix(mark), []).extend(refused)
    return out


def _without(value: Any, mark: str) -> Any:
    if isinstance(value, str):
        return value.replace(mark, "") if mark else value
    if isinstance(value, list):
        return [_without(one, mark) for one in value]
    if isinstance(value, dict):
        return {_without(k, mark): _without(v, mark) for k, v in value.items()}
    return value
