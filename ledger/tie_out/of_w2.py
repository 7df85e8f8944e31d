"""Forms W-2 as printed beside the deferrals in the ledger and what the return says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ledger.chart import AccountKind
from ledger.documents import RETIREMENT_PLAN, W2, TaxDocument
from ledger.events import Event, EventKind
from ledger.law.information_returns import deferral_code, makes_active_participant
from ledger.money import ZERO, Money
from ledger.tie_out.compared import Compared, Pattern, blank, is_equal, places, row
from ledger.year_end import TieOut

_COMPARED = ("12D", "12E", "12F", "12G", "12S", "12AA", "12BB", "12EE")
# the pre-tax and the Roth code of one kind of plan
_BESIDE = {"12D": "12AA", "12AA": "12D", "12E": "12BB", "12BB": "12E", "12G": "12EE", "12EE": "12G"}
_UNSAID = "12S"  # where contributions name no source, what was deferred of them is not known


def tie_out_w2(asked: Compared) -> Iterator[TieOut]:
    """Go through box 12 and box 13 of every Form W-2."""
    for document in asked.printed(W2):
        by_box = _deferrals(asked, document.payer)
        for box in _COMPARED:
            yield from _box_12(asked, document, box, by_box)
        yield from _box_13(asked, document)


def _deferrals(asked: Compared, employer: str) -> Mapping[str, list[Event]]:
    """Return the elective deferrals to an employer's plans by box 12 code, of both years."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in asked.events:
        account = asked.record.accounts.get(event.account)
        if event.kind is not EventKind.CONTRIBUTION or account is None:
            continue
        code = deferral_code(account.kind, event.source)
        if code and account.employer_name == employer:
            found[f"12{code}"].append(event)
    return found


def _into_simple(asked: Compared, employer: str) -> list[Event]:
    """Return what went into SIMPLE IRAs of an employer for the year."""
    kinds = {AccountKind.SIMPLE_IRA, AccountKind.ROTH_SIMPLE_IRA}
    mine = {a.id for a in asked.accounts if a.kind in kinds and a.employer_name == employer}
    made = (e for e in asked.events if e.kind is EventKind.CONTRIBUTION and e.account in mine)
    return [e for e in made if e.tax_year == asked.record.tax_year]


def _box_12(
    asked: Compared, document: TaxDocument, box: str, by_box: Mapping[str, list[Event]]
) -> Iterator[TieOut]:
    year, events = asked.record.tax_year, by_box.get(box, [])
    expected = Money.total(e.money("amount") for e in events if e.tax_year == year)
    found = document.boxes.get(box)
    printed = found if isinstance(found, Money) else None
    if not (printed or expected):
        return
    if box == _UNSAID and any(e.source is None for e in _into_simple(asked, document.payer)):
        yield row(document, box, None, _cannot_be_told(box), ())
    elif is_equal(printed, expected):
        yield row(document, box, expected, None, places(expected))
    else:
        late = _paid_later(year, events, printed or ZERO, expected)
        why = late or (blank(document, box, expected) if printed is None else None)
        # pre-tax taken for Roth explains both boxes at once, so it goes before the others
        why = _other_source(document, box, year, by_box) or why
        why = why or _differs(box, printed or ZERO, expected)
        yield row(document, box, expected, why, places(expected, *(e.where for e in events)))


def _other_source(
    document: TaxDocument, box: str, year: int, by_box: Mapping[str, list[Event]]
) -> Pattern | None:
    """Recognize pre-tax and Roth deferrals that are taken for each other."""
    other = _BESIDE.get(box)
    # with neither in the books there is nothing to take for the other
    if other is None or (by_box.get(box) is None and by_box.get(other) is None):
        return None
    both = [e for name in (box, other) for e in by_box.get(name, []) if e.tax_year == year]
    together = Money.total(e.money("amount") for e in both)
    if document.amount(box) + document.amount(other) != together:
        return None
    return Pattern(
        "roth_and_pre_tax_differ",
        f"boxes {box} and {other} together are the {together} of the ledger, each by itself is not",
        "the employer or the ledger has pre-tax and Roth deferrals wrong: look at a paystub; ask "
        "for a Form W-2c, or reverse the entries and book them under the right source",
    )


def _paid_later(year: int, events: list[Event], printed: Money, expected: Money) -> Pattern | None:
    """Recognize the deferral of a December payday that reached the plan in January."""
    # of a deposit whose year is stated nothing is left to recognize
    unsaid = [e for e in events if e.year is None]
    first = {
        y: [e for e in unsaid if (e.day.year, e.day.month) == (y, 1)] for y in (year, year + 1)
    }
    came, went = (_first_paydays(first[y]) for y in (year + 1, year))
    for more in came:
        for less in went:
            if expected + more - less == printed and (more or less):
                return Pattern(
                    "deferral_paid_after_year_end",
                    f"the W-2 counts paydays: {more} that reached the plan in January {year + 1} "
                    f"belongs to {year}, {less} of January {year} to the year before",
                    "the W-2 is right for the limit of the year; nothing to correct",
                )
    return None


def _first_paydays(events: list[Event]) -> list[Money]:
    """Return nothing, and the deferrals of the first payday of January."""
    days = sorted({e.day for e in events})[:1]
    return [ZERO, *(Money.total(e.money("amount") for e in events if e.day == d) for d in days)]


def _differs(box: str, printed: Money, expected: Money) -> Pattern:
    return Pattern(
        "deferrals_differ",
        f"box {box} shows {printed}, the ledger has deferrals of {expected}",
        "look for a paycheck that the ledger lacks or books under another source (Roth for "
        "pre-tax); else ask the employer for a Form W-2c",
    )


def _cannot_be_told(box: str) -> Pattern:
    return Pattern(
        "cannot_be_told",
        f"box {box} cannot be compared: contributions to the SIMPLE IRA name no source",
        "give what was deferred the source pre_tax or roth, what the employer added match or "
        "nonelective (as Roth match_roth or nonelective_roth)",
    )


def _box_13(asked: Compared, document: TaxDocument) -> Iterator[TieOut]:
    printed = document.boxes.get(RETIREMENT_PLAN)
    if printed is None:
        return
    stated = _covered(asked)
    active = _active_at(asked, document.payer)
    # money in the plan shows coverage, whatever the return says
    expected = "yes" if active else None if stated is None else "yes" if stated else "no"
    yield row(
        document,
        RETIREMENT_PLAN,
        expected,
        _coverage(document, stated, active=bool(active)),
        active,
    )


def _covered(asked: Compared) -> bool | None:
    record = asked.record
    mine = (record.taxpayer.id, record.tax_year)
    found = [f for f in asked.books.return_facts if (f.taxpayer, f.year) == mine]
    # the last one recorded counts
    return found[-1].covered_by_plan if found else None


def _active_at(asked: Compared, employer: str) -> tuple[str, ...]:
    """Return the places of what went into an employer's plans for the year."""
    return tuple(
        event.where
        for event in asked.events
        if event.kind is EventKind.CONTRIBUTION
        and event.tax_year == asked.record.tax_year
        and (account := asked.record.accounts.get(event.account)) is not None
        and account.employer_name == employer
        and makes_active_participant(account.kind)
    )


def _coverage(document: TaxDocument, stated: bool | None, *, active: bool) -> Pattern | None:  # noqa: FBT001
    """Compare the checkbox with the ledger's plan and with the return, as recorded."""
    ticked = document.boxes[RETIREMENT_PLAN] == "yes"
    record = f"basis record return --taxpayer {document.taxpayer} --year {document.year}"
    if active and not ticked:
        return Pattern(
            "retirement_plan_not_ticked",
            f"money went into a plan of {document.payer}, and the box is not ticked",
            "the IRA deduction hangs on it: you were covered all the same; ask the employer for "
            "a Form W-2c",
        )
    if ticked and stated is None:
        return Pattern(
            "coverage_not_recorded",
            "the box is ticked, and the return as recorded does not say that a plan covered you",
            f"{record} --covered-by-plan",
        )
    if ticked and stated is False:
        return Pattern(
            "coverage_differs",
            "the box is ticked, and the return as recorded says that no plan covered you",
            f"the IRA deduction hangs on it: {record} --covered-by-plan",
        )
    return None
