"""What may have gone into IRAs before the books start, and where old forms carry the basis."""

from __future__ import annotations

from functools import cache

from ledger.law import rule
from ledger.law.figures import figures, statute, years_on_file
from ledger.money import Money

# followed by the first year of the span that the figure holds for
_LIMIT, _LINE = "past_ira_limit_", "form_8606_basis_line_"


@rule("Instructions for Form 8606, line 2 chart", evidence="S")
def line_with_basis(form_year: int) -> str:
    """Return the line of an old Form 8606 that carries the basis to the next one.

    >>> line_with_basis(1999), line_with_basis(1988), line_with_basis(2021)
    ('line 12', 'line 7 plus line 16', 'line 14')
    """
    return statute().text(_LINE + str(_span(_LINE, form_year)))


@rule("IRC 408(o), 219(b)(5): nondeductible contributions of 1987 and later", evidence="S")
def most_ever_contributed(before_year: int, birth_year: int | None) -> Money:
    """Return the most a person may have contributed to IRAs from 1987 to the start of a year.

    An unknown age counts as 50 and older.

    >>> most_ever_contributed(1990, None)
    Money('6,000.00')
    """
    total = Money(0)
    for year in range(_first(_LIMIT), before_year):
        # an unknown age takes the higher limit, so that no true basis is called impossible
        older = birth_year is None or year - birth_year >= statute().number("catch_up_age")
        # the statute's spans stand in for years that have no file of their own
        if year in years_on_file():
            fig = figures(year)
            more = fig.money("ira_catch_up_50") if older else Money(0)
            total += fig.money("ira_contribution") + more
        else:
            younger_limit, older_limit = statute().range(f"{_LIMIT}{_span(_LIMIT, year)}")
            total += older_limit if older else younger_limit
    return total


@cache
def _spans(kind: str) -> tuple[int, ...]:
    found = (int(name.removeprefix(kind)) for name in statute() if name.startswith(kind))
    return tuple(sorted(found))


def _first(kind: str) -> int:
    return _spans(kind)[0]


def _span(kind: str, year: int) -> int:
    """Return the first year of the span that a year belongs to."""
    started = [first for first in _spans(kind) if first <= year]
    return started[-1] if started else _first(kind)
