"""Year-end records for commands: work the ledger out and pick the taxpayer and year meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from cli import show
from cli.context import open_ledger
from cli.lookup import known
from ledger.books import Books, Household
from ledger.closing import Worked, together, work_out
from ledger.errors import LedgerError, LedgerErrors
from ledger.filed_years import is_recorded
from ledger.law.figures import years_on_file
from ledger.year_end import YearEnd

_YEARS_BESIDE = 4  # so many years before are set beside a year


def read_books() -> Books:
    """Return everything the ledger of this run knows."""
    with open_ledger() as ledger, show.busy("reading the ledger"):
        return ledger.books()


Years = Callable[[Household], Iterable[int]]


def work(books: Books, years: Iterable[int] | Years, taxpayer: str | None = None) -> Worked:
    """Work out the years, records ordered by taxpayer, then year; refuse an unknown taxpayer.

    ``years`` may depend on the household: what happened to one client is no year of another.
    With a taxpayer nobody else's household is looked at, and refusals count only when that
    taxpayer's record is missing: what is wrong with a spouse's year does not stop one's own.
    """
    asked = tuple(years) if not callable(years) else ()
    wanted = years if callable(years) else lambda _: asked
    if taxpayer is None:
        with show.busy("working out the years"):
            return together(work_out(one, wanted(one)) for one in books.households)
    known(books.taxpayers, taxpayer, "taxpayer")
    household = books.household_of(taxpayer)
    due = set(wanted(household))
    with show.busy("working out the years"):
        worked = work_out(household, due)
    own = tuple(record for record in worked.records if record.taxpayer.id == taxpayer)
    complete = {record.tax_year for record in own} >= due
    refused = () if complete else worked.refused_of.get(taxpayer, ())
    return Worked(own, refused, {taxpayer: refused})


def work_late(books: Books, year: int, taxpayer: str | None) -> Worked:
    """Work out every year up to one whose Form 8606 was due and is not recorded as filed.

    Raises LedgerError ``nothing_late`` where there is none.
    """
    now = work(books, [year], taxpayer)
    due = {(r.taxpayer.id, form.year) for r in now.records for form in r.forms_due}
    due |= {
        (r.taxpayer.id, year)
        for r in now.records
        for one in r.forms_8606
        if one.required
        and not is_recorded(books.household_of(r.taxpayer.id), r.taxpayer.id, year, one.decedent)
    }
    if not due and not now.refused:
        raise LedgerError(
            where=f"tax year {year}",
            code="nothing_late",
            problem=f"no Form 8606 up to {year} is due and not recorded as filed",
            remedy=f"basis packet {year} without --late writes the packet of the year",
        )
    worked = work(books, years_among(due), taxpayer)
    late = tuple(r for r in worked.records if (r.taxpayer.id, r.tax_year) in due)
    return Worked(late, tuple(dict.fromkeys((*now.refused, *worked.refused))))


def years_among(pairs: Collection[tuple[str, int]]) -> Years:
    """Return what picks a household's years out of pairs of taxpayer and year."""
    return lambda household: {year for who, year in pairs if who in household.taxpayers}


def earlier(household: Household, year: int) -> dict[str, tuple[YearEnd, ...]]:
    """Return what can be worked out of the years before, oldest first, by taxpayer."""
    begun = min(years_of(household), default=year)
    past = [y for y in years_on_file() if max(begun, year - _YEARS_BESIDE) <= y < year]
    found: dict[str, tuple[YearEnd, ...]] = {}
    for record in work_out(household, past).records:
        found[record.taxpayer.id] = (*found.get(record.taxpayer.id, ()), record)
    return found


def one(books: Books, year: int, taxpayer: str | None) -> YearEnd:
    """Return the record of one taxpayer and year; raise LedgerError when it cannot be made."""
    worked = work(books, [year], taxpayer)
    if worked.refused:
        raise LedgerErrors(worked.refused)
    if not worked.records:
        raise nothing(year)
    if len(worked.records) > 1:
        names = ", ".join(record.taxpayer.id for record in worked.records)
        raise LedgerError(
            where=f"tax year {year}",
            code="which_taxpayer",
            problem=f"the ledger has several taxpayers: {names}",
            remedy="name one with --taxpayer",
        )
    return worked.records[0]


def nothing(year: int) -> LedgerError:
    """Return the fault of a year about which the ledger knows nothing."""
    return LedgerError(
        where=f"tax year {year}",
        code="no_record",
        problem="the ledger has no taxpayer for whom this year can be worked out",
        remedy="add a taxpayer, accounts and statements first (basis --help)",
    )


def years_of(books: Household) -> tuple[int, ...]:
    """Return every tax year in which something happened to a household, first to last."""
    years = {entry.event.tax_year for entry in books.entries}
    years |= {entry.day.year for entry in books.entries}
    return tuple(range(min(years), max(years) + 1)) if years else ()
