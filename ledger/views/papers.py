"""What printed Forms W-2 and 5498 show of the year's contributions where rows are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ledger.books import Books
from ledger.chart import Account, AccountKind, Source
from ledger.documents import F5498, W2, TaxDocument
from ledger.events import EventKind
from ledger.law.information_returns import contribution_box, deferral_code
from ledger.money import ZERO, Money
from ledger.year_end import YearEnd

_RECHARACTERIZED = "4"  # box of Form 5498: money that the form of another IRA may show once more


class Shown(NamedTuple):
    """What papers show beyond the rows (cents), and each of them in words."""

    beyond: Money
    words: tuple[str, ...]


class Papers:
    """The forms recorded for a person's year, beside the contributions that have rows.

    A form tells what went in; what was paid back of it, and whether more went in elsewhere, it
    does not tell: its amounts are the least that was used.
    """

    def __init__(self, record: YearEnd, books: Books) -> None:
        mine = (record.taxpayer.id, record.tax_year)
        self._documents = [d for d in books.documents if (d.taxpayer, d.year) == mine]
        self._accounts = record.accounts
        self._made = [
            event
            for event in (entry.event for entry in books.entries)
            if event.kind is EventKind.CONTRIBUTION
            and event.account in record.accounts
            and event.tax_year == record.tax_year
        ]

    def deferred(
        self, kinds: Collection[AccountKind], covered: Collection[str], employer: str = ""
    ) -> Shown:
        """Return elective deferrals of Forms W-2 into plans of some kinds beyond the rows.

        An employer whose accounts are all ``covered`` by rows is left out: what its form says is
        tied out. With ``employer`` only that one counts.
        """
        codes = {deferral_code(kind, s) for kind in kinds for s in (Source.PRE_TAX, Source.ROTH)}
        boxes = [f"12{code}" for code in sorted(codes - {""})]
        plans = [a for a in self._accounts.values() if a.kind in kinds]
        payers = dict.fromkeys(d.payer for d in self._documents if d.form == W2)
        silent = sorted({a.employer_name for a in plans} - payers.keys())
        beyond, words = ZERO, list[str]()
        for payer in payers:
            theirs = {a.id for a in plans if a.employer_name == payer}
            if (employer and payer != employer) or (theirs and theirs <= set(covered)):
                continue
            most = self._most(W2, payer, boxes)
            more = _sum(most, boxes) - self._deferred_in(theirs, codes)
            if more <= ZERO:
                continue
            if not theirs and silent:
                # one employer under two names would count twice
                words.append(f"{_words(most, boxes)}, and is not counted: it may be {silent[0]}")
            else:
                beyond += more
                words.append(f"{_words(most, boxes)}: at least that went in")
        return Shown(beyond, tuple(words))

    def contributed(self, accounts: Iterable[Account], covered: Collection[str]) -> Shown:
        """Return contributions of Forms 5498 to IRAs beyond the rows, those covered left out."""
        papers = [d for d in self._documents if d.form == F5498]
        payers = {d.payer for d in papers} - set(covered)
        beyond, words = ZERO, list[str]()
        for account in (one for one in accounts if one.id in payers):
            boxes = [contribution_box(account.kind)]
            most = self._most(F5498, account.id, boxes)
            made = (e.money("amount") for e in self._made if e.account == account.id)
            more = _sum(most, boxes) - Money.total(made)
            if more > ZERO:
                beyond += more
                words.append(f"{_words(most, boxes)}: at least that went in")
        # a contribution that was recharacterized may stand on the forms of both IRAs
        beyond -= Money.total(d.amount(_RECHARACTERIZED) for d in papers)
        return Shown(beyond, tuple(words)) if beyond > ZERO else Shown(ZERO, ())

    def tells_all(self, account: Account) -> bool:
        """Tell whether the Form 5498 of an IRA shows as much as its rows: then none is missing."""
        mine = [d for d in self._documents if (d.form, d.payer) == (F5498, account.id)]
        made = Money.total(e.money("amount") for e in self._made if e.account == account.id)
        boxes = [contribution_box(account.kind)]
        return bool(mine) and _sum(self._most(F5498, account.id, boxes), boxes) == made

    def _most(self, form: str, payer: str, boxes: Collection[str]) -> TaxDocument:
        """Return the form of a payer that shows most: of two one may repeat the other."""
        found = (d for d in self._documents if (d.form, d.payer) == (form, payer))
        return max(found, key=lambda d: _sum(d, boxes))

    def _deferred_in(self, accounts: Collection[str], codes: Collection[str]) -> Money:
        return Money.total(
            event.money("amount")
            for event in self._made
            if event.account in accounts
            and deferral_code(self._accounts[event.account].kind, event.source) in codes
        )


def _sum(document: TaxDocument, boxes: Iterable[str]) -> Money:
    return Money.total(document.amount(box) for box in boxes)


def _words(document: TaxDocument, boxes: Iterable[str]) -> str:
    shown = ", ".join(f"{document.amount(b)} in box {b}" for b in boxes if document.amount(b))
    return f"Form {document.form} of {document.payer} shows {shown}"
