"""Forms 5498 as printed beside what went into each IRA and its value at year end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.chart import Account, AccountKind, Pool
from ledger.documents import F5498, TaxDocument
from ledger.events import ARRIVED, Event, EventKind
from ledger.journal import JournalEntry
from ledger.law.figures import figures, statute, years_on_file
from ledger.law.information_returns import arrival_box, contribution_box, contribution_reported_in
from ledger.money import ZERO, Money
from ledger.tie_out.compared import Compared, Pattern, blank, is_equal, missing, places, row
from ledger.year_end import Box, TieOut

K = EventKind
_BOXES = ("1", "2", "3", "4", "5", "8", "9", "10", "13a", "14a")
_FOR_A_YEAR = {"1", "10"}  # contributions that name the tax year they are for
_WORDS = {
    "2": "rollovers",
    "3": "conversions",
    "4": "recharacterized contributions",
    "13a": "postponed contributions and late rollovers",
    "14a": "repayments",
}


def tie_out_5498(asked: Compared) -> Iterator[TieOut]:
    """Go through the boxes of every Form 5498; an IRA without one is a row of its own."""
    for account in asked.accounts:
        if account.kind.is_plan:
            continue
        side = _Side(asked, account)
        printed = [one for one in asked.printed(F5498) if one.payer == account.id]
        for document in printed:
            yield from side.rows(document)
        expected = side.expected()
        if not printed and any(expected.values()):
            value = expected.get("5", ZERO)
            yield missing(F5498, account.id, "5", side.known(value), places(value))


@dataclass(frozen=True)
class _Side:
    """One IRA's year as the trustee should report it."""

    asked: Compared
    account: Account

    @property
    def year(self) -> int:
        return self.asked.record.tax_year

    def expected(self) -> Mapping[str, Money]:
        """Return the boxes with the amounts that the ledger has for them."""
        found: dict[str, list[Money]] = defaultdict(list)
        box = contribution_box(self.account.kind)
        if box:
            found[box] += [e.money("amount") for e in self._contributions() if self._counts(e)]
        for event in self._put_in(K.CONTRIBUTION, K.REPAYMENT):
            if event.day.year == self.year and (event.kind is K.REPAYMENT or _is_postponed(event)):
                box = "14a" if event.kind is K.REPAYMENT else "13a"
                found[box].append(event.money("amount"))
        for entry in self.asked.record.entries:
            if entry.event.kind.spec.arrives or entry.event.reason == ARRIVED:
                for name, amount in self._arrived(entry):
                    found[name].append(amount)
        closing = (r.closing_value for r in self.asked.record.pools if r.account == self.account.id)
        found["5"] += [value.seen_at(*self._stated()) for value in closing]
        return {name: Money.total(amounts) for name, amounts in found.items()}

    def known(self, value: Money) -> Box:
        """Return the value at year end, in words where no balance of that day is in the ledger.

        What was paid in is not what it is worth then: the rows of an IRA do not tell what its
        funds did.
        """
        return value if self._stated() or not value else "not known"

    def _stated(self) -> tuple[str, ...]:
        """Return the places of statement balances of the last day of the year."""
        return tuple(
            entry.where
            for entry in self.asked.record.entries
            if entry.event.kind is K.BALANCE
            and entry.event.account == self.account.id
            and (entry.day.month, entry.day.day) == (12, 31)
        )

    def _put_in(self, *kinds: EventKind) -> Iterator[Event]:
        for event in self.asked.events:
            if event.kind in kinds and event.account == self.account.id:
                yield event

    def _contributions(self) -> Iterator[Event]:
        return (e for e in self._put_in(K.CONTRIBUTION) if not _is_postponed(e))

    def _counts(self, event: Event) -> bool:
        made_for, paid_in = event.tax_year, event.day.year
        reported = contribution_reported_in(self.account.kind, paid_in=paid_in, made_for=made_for)
        return reported == self.year

    def _arrived(self, entry: JournalEntry) -> Iterator[tuple[str, Money]]:
        """Go through what an entry brought into the account, with its box."""
        event, mine = entry.event, Pool(self.account.id)
        amount = Money.total(p.value for p in entry.postings if p.pool == mine)
        came_from_here = event.account == self.account.id and event.kind is not K.ROLLOVER_IN
        came_from_here = came_from_here and not event.origin
        # what stays where it was is no arrival; only a 60-day rollover may come back
        if not amount or (came_from_here and event.kind is not K.ROLLOVER_60DAY):
            return
        if event.kind is K.RECHARACTERIZATION:
            yield "4", amount
            return
        giver = self._giver(event)
        direct = event.kind.spec.goes_directly or event.reason == ARRIVED
        box = arrival_box(giver, self.account.kind, trustee_to_trustee=direct)
        if box:
            yield "13a" if box == "2" and self._is_late(event) else box, amount

    def _is_late(self, event: Event) -> bool:
        """Tell whether a rollover came after the sixty days, with a reason that lets it."""
        if event.kind is not K.ROLLOVER_60DAY or not event.reason:
            return False
        events = (entry.event for entry in self.asked.books.entries)
        paid = (one.day for one in events if one.kind.spec.pays_out and one.name == event.of)
        return (event.day - next(paid, event.day)).days > statute().number("rollover_days")

    def _giver(self, event: Event) -> AccountKind:
        """Return the kind of account the money came from; a plan where nobody keeps it."""
        payer = event.origin if event.reason == ARRIVED else event.account
        known = self.asked.books.accounts.get(payer)
        outside = event.kind is K.ROLLOVER_IN or known is None
        return AccountKind.K401 if outside or known is None else known.kind

    def rows(self, document: TaxDocument) -> Iterator[TieOut]:
        expected = self.expected()
        for box in _BOXES:
            found = document.boxes.get(box)
            printed = found if isinstance(found, Money) else None
            amount = expected.get(box, ZERO)
            is_known = box != "5" or bool(self._stated())
            if printed is None and not (amount and is_known):
                continue
            why = None if is_equal(printed, amount) else self._pattern(document, box, amount)
            where = self._where(box, amount)
            yield row(document, box, amount, why, where)

    def _where(self, box: str, amount: Money) -> tuple[str, ...]:
        # contributions near the due date are shown: these are the ones coded for the wrong year
        near = self._late() if box in _FOR_A_YEAR else []
        return places(amount, *(event.where for event in near))

    def _pattern(self, document: TaxDocument, box: str, expected: Money) -> Pattern:
        printed = document.amount(box)
        if box in _FOR_A_YEAR:
            return self._wrong_year(printed, expected) or _contributions(printed, expected)
        if box == "5":
            return self._value(printed, expected)
        if box not in document.boxes:
            return blank(document, box, expected)
        return Pattern(
            "box_differs",
            f"the trustee reports {printed} of {_WORDS.get(box, 'contributions')}, the ledger has "
            f"{expected}",
            "look for a payment that the ledger lacks or books as something else; else ask the "
            "trustee for a corrected Form 5498",
        )

    def _late(self) -> list[Event]:
        """Return contributions that two years could claim: made before the due date."""
        # a year without figures has no due date on file
        years = {self.year - 1, self.year} & set(years_on_file())
        due = (figures(year).day("ira_contribution_due_date") for year in sorted(years))
        windows = {day.year: day for day in due}
        return [
            event
            for event in self._contributions()
            if event.day.year in windows and event.day <= windows[event.day.year]
        ]

    def _wrong_year(self, printed: Money, expected: Money) -> Pattern | None:
        """Recognize contributions that the trustee coded for the other year."""
        less = expected > printed
        size = expected - printed if less else printed - expected
        # more in the ledger: one that counts here; less: one that the trustee counts here
        candidates = [e for e in self._late() if self._counts(e) == less]
        amounts = [e.money("amount") for e in candidates]
        by_day: dict[int, Money] = defaultdict(lambda: ZERO)
        for event in candidates:
            by_day[event.day.year] += event.money("amount")
        # one of them, all of one year or all together: any other sum is no slip of the year
        if size not in {*amounts, *by_day.values(), Money.total(amounts)}:
            return None
        first = next((e for e in candidates if e.money("amount") == size), candidates[0])
        made_for = first.tax_year
        other = first.day.year if made_for != first.day.year else made_for - 1
        return Pattern(
            "contribution_coded_for_wrong_year",
            f"{size} paid in {first.day.year} was made for {made_for}, and the trustee coded it "
            f"for {other}",
            f"ask the trustee for corrected Forms 5498 of {min(made_for, other)} and "
            f"{max(made_for, other)}, and keep the order that named the year; if the trustee is "
            "right, correct the year in the ledger",
        )

    def _value(self, printed: Money, expected: Money) -> Pattern:
        pooled = self.account.kind.is_pooled_traditional
        matters = ": line 6 of Form 8606 stands on it" if pooled else ""
        return Pattern(
            "year_end_value_differs",
            f"the trustee reports a value of {printed} on December 31, the ledger has "
            f"{expected}{matters}",
            "if the form is right, correct the balance: basis reverse the one in the ledger, then "
            f"basis add balance --account {self.account.id} --date {self.year}-12-31 --value "
            f"{printed.plain}",
        )


def _is_postponed(event: Event) -> bool:
    """Tell whether a contribution came after the due date of its year, as a postponement lets it.

    It stands in box 13a of the year it was paid in, and not among the contributions.
    """
    if not event.postponed or event.tax_year not in years_on_file():
        return False
    return event.day > figures(event.tax_year).day("ira_contribution_due_date")


def _contributions(printed: Money, expected: Money) -> Pattern:
    return Pattern(
        "contributions_differ",
        f"the trustee reports contributions of {printed} for the year, the ledger has {expected}",
        "look for a deposit that the ledger lacks, has twice or has for another year; else ask "
        "the trustee for a corrected Form 5498",
    )
