"""What a scenario file holds: books, the years to report and what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.books import Books


@dataclass(frozen=True)
class Expectation:
    """One ``[[expect]]`` row: a path in a year-end record and the value it must have."""

    where: str
    taxpayer: str
    year: int
    at: str
    value: object


@dataclass(frozen=True)
class Scenario:
    """A scenario file as read: its books, the years to report and what is expected of them."""

    title: str
    source: str
    books: Books
    tax_years: tuple[int, ...]
    expectations: tuple[Expectation, ...] = ()
    expect_refusal: str = ""
