"""The fold over years: each year's forms from what its forerunners left, for every taxpayer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.balances.days import Fold
from ledger.books import Books, Household
from ledger.errors import LedgerError
from ledger.filed_years import beside_filed, is_recorded
from ledger.law.figures import statute, years_on_file
from ledger.money import ZERO, Money
from ledger.tax_year.divorce import givers_first, with_roth_shares
from ledger.tax_year.facts_of_year import FactsOfYear, Library
from ledger.tax_year.index import index_of
from ledger.tax_year.inheritance import died_on, with_inheritances
from ledger.tax_year.inherited import decedent_of
from ledger.tax_year.ira_events import IraEvents
from ledger.tax_year.limits import PlanLimits
from ledger.tax_year.person import (
    Carried,
    first_years,
    opening_of,
    person_in,
    stated_of,
    stated_years,
    with_outside_money,
    with_stated_basis,
)
from ledger.tax_year.traditional import contributed
from ledger.tax_year.year import PersonYear
from ledger.tie_out import tied_out
from ledger.year_end import VALUE_UNSTATED, Finding, FormDue, YearEnd, decedent_option, of_decedent


@dataclass(frozen=True)
class Worked:
    """Year-end records ordered by taxpayer, then year, and everything that was refused.

    ``refused_of`` says whose year each refusal stops, by taxpayer.
    """

    records: tuple[YearEnd, ...]
    refused: tuple[LedgerError, ...]
    refused_of: Mapping[str, tuple[LedgerError, ...]] = field(default_factory=dict)

    def of(self, taxpayer: str, year: int) -> YearEnd | None:
        """Return one record, or None when it was refused or not asked for."""
        wanted = (taxpayer, year)
        found = (r for r in self.records if (r.taxpayer.id, r.tax_year) == wanted)
        return next(found, None)


def work_out(books: Books, years: Iterable[int]) -> Worked:
    """Work out the tax years asked for; earlier years are worked through for their basis.

    Each household is worked out from its own books, as if it were alone in the ledger. What the
    law refuses stops that taxpayer from that year on, and nobody else.
    """
    wanted = set(years)
    return together(_household_worked(one, wanted) for one in books.households if wanted)


def together(parts: Iterable[Worked]) -> Worked:
    """Bring what was worked out apart into the order of taxpayers."""
    listed = list(parts)
    records = [record for part in listed for record in part.records]
    refused = {who: faults for part in listed for who, faults in part.refused_of.items()}
    told = dict.fromkeys(fault for who in sorted(refused) for fault in refused[who])
    return Worked(
        tuple(sorted(records, key=lambda r: (r.taxpayer.id, r.tax_year))), tuple(told), refused
    )


def _household_worked(household: Household, wanted: set[int]) -> Worked:
    library = _fold_all(household, wanted)
    records: list[YearEnd] = []
    refused: dict[str, tuple[LedgerError, ...]] = {}
    for taxpayer in givers_first(household):
        mine, faults = _person_over_years(library, taxpayer, wanted)
        records += mine
        refused[taxpayer] = tuple(dict.fromkeys(faults))
    return together([Worked(tuple(records), (), refused)])


def _fold_all(books: Household, wanted: Iterable[int]) -> Library:
    """Bring the day-by-day fold to the end, with a snapshot at the start of every year."""
    years = first_years(books, wanted)
    fold = Fold(books)
    for year in years:
        fold.balances.open_year(year)
        fold.through(date(year, 12, 31))
    fold.balances.open_year(years.stop)
    roth = (a.id for a in books.accounts.values() if a.kind.is_roth_ira)
    return Library(
        books=books,
        fold=fold,
        events=IraEvents(books, fold.story),
        plan_limits=PlanLimits(books),
        roth_iras=frozenset(roth),
        years=years,
        index=index_of(fold),
    )


def _person_over_years(
    library: Library, taxpayer: str, wanted: set[int]
) -> tuple[list[YearEnd], list[LedgerError]]:
    """Work through a person's years; a refused year is left only where a filed form helps on.

    Basis that a filed Form 8606 states for a later year lets the work go on from there.
    """
    books, years = library.books, library.years
    records: list[YearEnd] = []
    refusals: list[LedgerError] = []
    carried = opening_of(library.fold, taxpayer, years.start)
    faults = library.fold.refused.get(taxpayer, [])
    stopped = min((fault.year for fault in faults), default=years.stop)
    stated, before, skip_to = stated_years(books, taxpayer), None, years.start
    due: list[FormDue] = []  # Forms 8606 of earlier years that nobody recorded as filed
    unsure: dict[tuple[str, int], Finding] = {}  # whose line 6 rests on a value nobody stated
    for year in years:
        if year >= stopped:
            return records, [*refusals, *(fault.error for fault in faults)]
        if year < skip_to:
            continue
        worked = carried
        # what a filed form of the owner's last year states has passed to the heirs
        if year > years.start and died_on(library, taxpayer, year - 1) is None:
            carried = with_stated_basis(books, taxpayer, year, worked)
        carried = with_outside_money(library.events, taxpayer, year, carried)
        said = stated_of(books, taxpayer, year)
        due = [one for one in (*due, *_due(books, before)) if one.decedent not in said]
        unsure = {of: x for of, x in (unsure | _unsure(before)).items() if of[0] not in said}
        notes = (
            *_stated_differs(worked, carried, year),
            *_stated_too_small(library, taxpayer, worked, carried, year),
            *_of_earlier_forms(taxpayer, carried, due, unsure),
        )
        try:
            before, carried = _one_year(library, taxpayer, year, carried, year in wanted)
        except LedgerError as refusal:
            later = [y for y in stated if y > year]
            if not later or wanted & set(range(year, later[0])):
                refusals.append(refusal)
            if not later:
                return records, refusals
            before, skip_to = None, later[0]
            carried = replace(carried, roth_known=False, roth_stated=False)
            continue
        if before is not None and year in wanted:
            record = replace(before, findings=(*notes, *before.findings), forms_due=tuple(due))
            record = tied_out(record, books, library.index.of(taxpayer, year + 1))
            records.append(beside_filed(record, books))
    return records, refusals


def _stated_differs(worked: Carried, stated: Carried, year: int) -> tuple[Finding, ...]:
    """Find a filed Form 8606 whose line 14 is not what the books come to."""
    if not worked.traditional_known or worked.traditional == stated.traditional:
        return ()
    return (
        Finding(
            "warning",
            "filed_basis_differs",
            f"the Form 8606 filed for {year - 1} states a basis of {stated.traditional}, the books "
            f"come to {worked.traditional}; the filed figure is used from {year} on",
            "Form 8606, line 14",
            at_stake=(worked.traditional - stated.traditional).size,
        ),
    )


def _stated_too_small(
    library: Library, taxpayer: str, worked: Carried, stated: Carried, year: int
) -> tuple[Finding, ...]:
    """Find a filed line 14 that cannot hold the contributions made after the end of its year.

    Line 13 is never above line 5, which leaves out line 4: so line 14 is never below line 4.
    Where the year itself could be worked out, ``_stated_differs`` tells more.
    """
    if worked.traditional_known or not stated.traditional_stated:
        return ()
    accounts = {account.id: account for account in library.books.accounts_of(taxpayer)}
    made, _ = contributed(library.events, taxpayer, year - 1, accounts)
    deduction = library.books.facts_of(taxpayer, year - 1).ira_deduction or ZERO
    late = made.after_year - deduction
    if late <= stated.traditional:
        return ()
    return (
        Finding(
            "warning",
            "filed_basis_too_small",
            f"the Form 8606 recorded for {year - 1} carries {stated.traditional} forward, but "
            f"contributions of {late} for {year - 1} were made after its end and not deducted: "
            f"they are on line 4 and so part of line 14. Record the form as it was filed; if it "
            f"was filed without them, it has to be amended, or they are taxed twice",
            "Form 8606, lines 4, 5, 13 and 14",
            at_stake=late - stated.traditional,
        ),
    )


def _due(books: Household, before: YearEnd | None) -> tuple[FormDue, ...]:
    """Return the Forms 8606 of the year before that were due and are not recorded as filed."""
    if before is None:
        return ()
    who, year = before.taxpayer.id, before.tax_year
    carried = before.traditional_ira.basis_carried_forward
    due = [
        one
        for one in before.forms_8606
        # Part III alone has no line 14 that a decedent's traditional IRAs could carry on
        if one.required and (not one.decedent or "14" in one.form)
    ]
    return tuple(
        # all converted without Part I: line 14 is blank, and basis may stay
        FormDue(
            year,
            one.form.amount("14") if "14" in one.form else carried,
            one.decedent,
            statute().money("form_8606_not_filed_penalty"),
        )
        for one in due
        if not is_recorded(books, who, year, one.decedent)
    )


_Unsure = dict[tuple[str, int], Finding]  # by decedent, "" for one's own, and year


def _unsure(before: YearEnd | None) -> _Unsure:
    """Return whose basis of the year before rests on a year-end value that nobody stated."""
    found: dict[tuple[str, int], Finding] = {}
    for one in before.findings if before is not None else ():
        if before is not None and (one.code, one.severity) == (VALUE_UNSTATED, "warning"):
            account = before.accounts[one.where]
            whose = decedent_of(account) if account.kind.is_inherited else ""
            found.setdefault((whose, before.tax_year), one)
    return found


def _of_earlier_forms(
    taxpayer: str, carried: Carried, due: Sequence[FormDue], unsure: _Unsure
) -> Iterator[Finding]:
    """Find what earlier years left open of one's own basis, and of that of each decedent."""
    for whose in ("", *carried.inherited):
        doubts = {year: found for (of, year), found in unsure.items() if of == whose}
        mine = [one for one in due if one.decedent == whose]
        brought = carried.inherited[whose].traditional if whose else carried.traditional
        yield from _not_filed(taxpayer, mine, doubts)
        yield from _rests_on_unstated(brought or ZERO, doubts)


def _rests_on_unstated(brought: Money, unsure: Mapping[int, Finding]) -> tuple[Finding, ...]:
    """Say in a later year that its basis comes out of a year whose values nobody stated."""
    if not unsure or not (brought or len(unsure) > 1):
        return ()
    years = ", ".join(map(str, unsure))
    return (
        Finding(
            "warning",
            "basis_of_unstated_values",
            f"line 2, {brought}, comes out of Form 8606 for {years}, worked out with "
            "year-end values that no statement gives (Form 5498, box 5): line 2 may be another; "
            f"basis check {next(iter(unsure))} says which to state",
            "Form 8606, lines 2 and 6",
            next(iter(unsure.values())).where,
            at_stake=brought,
        ),
    )


def _not_filed(
    taxpayer: str, due: Sequence[FormDue], unsure: Mapping[int, Finding]
) -> tuple[Finding, ...]:
    """Find the Forms 8606 that were due and are not recorded: the last one, and those before.

    A line 14 that rests on a value nobody stated is none to record: its year is settled first.
    """
    if not due:
        return ()
    last = due[-1]
    year, form = last.year, f"Form 8606{of_decedent(last.decedent)}"
    record = (
        f"basis record 8606 --taxpayer {taxpayer}{decedent_option(last.decedent)} --year {year}"
        f"{f' --opens {year + 1}' if last.decedent else ''}"
    )
    if unsure:
        return (
            Finding(
                "warning",
                "form_8606_not_recorded",
                f"a {form} was due for {year} and is not recorded as filed: record its line 14 "
                f"({record} --line14 …), or, to file it now, state the year-end values first",
                "Instructions for Form 8606, who must file",
            ),
        )
    earlier = ", ".join(str(one.year) for one in due[:-1])
    also = f"; the forms of {earlier} were due too (basis packet {year} --late)" if earlier else ""
    return (
        Finding(
            "warning",
            "form_8606_not_recorded",
            f"a {form} was due for {year} (line 14 = {last.line_14}) and is not recorded as filed: "
            f"file it, or record it with: {record} --line14 {last.line_14.plain}{also}",
            "Instructions for Form 8606, who must file",
            at_stake=last.line_14,
        ),
    )


def _one_year(
    library: Library,
    taxpayer: str,
    year: int,
    carried: Carried,
    wanted: bool,  # noqa: FBT001
) -> tuple[YearEnd | None, Carried]:
    """Work out one year; None for a quiet year that nobody asked for."""
    carried = with_roth_shares(library, taxpayer, year, carried)
    carried = with_inheritances(library, taxpayer, year, carried)
    facts = FactsOfYear(library, person_in(library.books, taxpayer, year), carried, year)
    if not wanted and (facts.is_quiet or year > max(years_on_file())):
        return None, carried
    return PersonYear(facts).result()
