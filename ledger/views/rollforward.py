"""Basis from opening to closing, pool by pool: plans, the person's IRAs, and inherited ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.books import Household
from ledger.events import EventKind
from ledger.money import ZERO, Money
from ledger.records import OpeningBasis, RothLayer
from ledger.year_end import PoolYear, YearEnd, flow_of

CHANGES = ("contributed", "came_in", "went_out")  # of basis, in the order told
IRAS, ROTH_IRAS = "Traditional, SEP and SIMPLE IRAs (Form 8606)", "Roth IRAs"
_FLOWS = {"contributions": "contributed", "came_in": "came_in", "went_out": "went_out"}
_DOLLAR = Money.dollars(1)


@dataclass(frozen=True)
class RolledBasis:
    """One pool's basis over the year (cents); a change that lowers it is negative.

    ``pool`` names the IRAs taken together; of a plan it is the account id, with its ``source``.
    ``opening`` is None where nothing tells it: then the changes are not known either.
    """

    pool: str
    opening: Money | None
    closing: Money | None
    contributed: Money = ZERO
    came_in: Money = ZERO
    went_out: Money = ZERO
    source: str = ""

    @property
    def is_known(self) -> bool:
        """Whether both ends are known."""
        return self.opening is not None and self.closing is not None

    @property
    def changed(self) -> Money:
        """All changes together."""
        return self.contributed + self.came_in + self.went_out

    @property
    def is_empty(self) -> bool:
        """Whether the pool never held basis in this year."""
        amounts = self.opening, self.closing, self.contributed, self.came_in, self.went_out
        return self.is_known and not any(amounts)


def rolled(year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()) -> list[RolledBasis]:
    """Return every pool that held basis in the year, plans first, then IRAs."""
    before = next((one for one in earlier if one.tax_year == year.tax_year - 1), None)
    plans = (_of_plan(row, year) for row in year.pools if row.closing_basis is not None)
    every = (*plans, _of_iras(year), _of_roth_iras(year, books, before), *_inherited(year, before))
    return [one for one in every if not one.is_empty]


def _of_plan(row: PoolYear, year: YearEnd) -> RolledBasis:
    changes = dict.fromkeys(CHANGES, ZERO)
    opened = row.opening_basis or ZERO
    for entry in year.entries:
        for posting in entry.postings:
            if (posting.pool.account, posting.pool.source) == (row.account, row.source):
                flow = flow_of(entry.event.kind, posting.value.cents or posting.basis.cents)
                if flow != "opening":
                    change = _FLOWS.get(flow) or _by_sign(posting.basis)
                    changes[change] += posting.basis
    told = tuple(changes[name] for name in CHANGES)
    return _rolled(row.account, opened, row.closing_basis, told, row.source)


def _rolled(
    pool: str, opening: Money, closing: Money | None, changes: tuple[Money, ...], source: str = ""
) -> RolledBasis:
    contributed, came_in, went_out = changes
    return RolledBasis(pool, opening, closing, contributed, came_in, went_out, source)


def _by_sign(amount: Money) -> str:
    return "went_out" if amount.cents < 0 else "came_in"


def _of_iras(year: YearEnd) -> RolledBasis:
    iras, form = year.traditional_ira, year.f8606
    # line 2 has what came in during the year, too: by a rollover, a divorce, a repayment
    opening, line_2 = iras.basis_brought_forward, form.amount("2")
    if "2" in form and (line_2 - opening).size < _DOLLAR:
        opening = line_2  # a form in whole dollars
    added = form.amount("1") if "1" in form else ZERO
    used = form.amount("13") if "13" in form else ZERO
    gone = used + iras.passed_to_heirs
    moved = iras.basis_carried_forward - (opening + added - gone)
    came_in, went_out = (moved, ZERO) if moved.cents > 0 else (ZERO, moved)
    return RolledBasis(IRAS, opening, iras.basis_carried_forward, added, came_in, went_out - gone)


def _of_roth_iras(year: YearEnd, books: Household, before: YearEnd | None) -> RolledBasis:
    roth = year.roth_ira
    closing = roth.regular + _basis_of(roth.conversions)
    held = _roth_before(year, books, before)
    if held is None:
        return RolledBasis(ROTH_IRAS, None, closing)
    regular, layers = held
    changes = [(roth.regular - regular, "contributed")]
    for of in sorted({layer.year for layer in (*layers, *roth.conversions)}):
        now, then = (
            _basis_of(layer for layer in some if layer.year == of)
            for some in (roth.conversions, layers)
        )
        changes.append((now - then, "came_in"))
    sums = dict.fromkeys(CHANGES, ZERO)
    for change, name in changes:
        sums[name if change.cents > 0 else "went_out"] += change
    told = tuple(sums[name] for name in CHANGES)
    return _rolled(ROTH_IRAS, regular + _basis_of(layers), closing, told)


def _roth_before(
    year: YearEnd, books: Household, before: YearEnd | None
) -> tuple[Money, Sequence[RothLayer]] | None:
    """Return contributions and conversions left a year ago, None where nothing tells them."""
    if before is not None:
        return before.roth_ira.regular, before.roth_ira.conversions
    roth = {a.id for a in books.accounts_of(year.taxpayer.id) if a.kind.is_roth_ira}
    stated = [fact for fact in books.opening_basis if _is_roth_of(fact, year)]
    since = max((fact.as_of for fact in stated), default=date.min)
    for entry in books.entries:
        booked = since < entry.day and entry.day.year < year.tax_year
        if booked and entry.event.account in roth and entry.event.kind is not EventKind.OPENING:
            return None  # the years between are not worked out
    regular = Money.total(fact.roth_ira_regular or ZERO for fact in stated)
    layers = tuple(layer for fact in stated for layer in fact.roth_ira_conversions)
    opened = any(row.account in roth and row.opening_value for row in year.pools)
    return None if opened and not stated else (regular, layers)


def _is_roth_of(fact: OpeningBasis, year: YearEnd) -> bool:
    mine = (fact.taxpayer, fact.decedent) == (year.taxpayer.id, "")
    told = fact.roth_ira_regular is not None or bool(fact.roth_ira_conversions)
    return mine and told and fact.as_of.year < year.tax_year


def _basis_of(layers: Iterable[RothLayer]) -> Money:
    return Money.total(layer.amount for layer in layers)


def _inherited(year: YearEnd, before: YearEnd | None) -> Iterator[RolledBasis]:
    forms = {one.decedent: one.form for one in year.f8606_inherited}
    then = {one.decedent: one for one in before.inherited_iras} if before else {}
    for one in year.inherited_iras:
        form, had = forms.get(one.decedent), then.get(one.decedent)
        closing = one.basis_carried_forward
        opening = had.basis_carried_forward if had else None
        if form is not None and "2" in form:
            opening = form.amount("2")
        if opening is not None or closing is not None or _has_traditional_of(one.decedent, year):
            yield _net(f"Traditional IRAs inherited from {one.decedent}", opening, closing)
        left = one.roth_basis_carried_forward
        if left or (had and had.roth_basis_carried_forward):
            opened = had.roth_basis_carried_forward if had else None
            yield _net(f"Roth IRAs inherited from {one.decedent}", opened, left)


def _has_traditional_of(decedent: str, year: YearEnd) -> bool:
    inherited = (one for one in year.accounts.values() if one.decedent == decedent)
    return any(not (one.kind.is_plan or one.kind.is_any_roth_ira) for one in inherited)


def _net(pool: str, opening: Money | None, closing: Money | None) -> RolledBasis:
    if opening is None or closing is None:
        return RolledBasis(pool, opening, closing)
    change = closing - opening
    came_in, went_out = (ZERO, change) if change.cents < 0 else (change, ZERO)
    return RolledBasis(pool, opening, closing, came_in=came_in, went_out=went_out)
