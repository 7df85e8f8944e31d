"""Applying allocations to a file: paycheck patterns, totals, rules, and answers row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.chart import Pool, Source
from ledger.intake.allocation import (
    Pattern,
    SourceRule,
    Spec,
    Totals,
    by_pattern,
    parse_spec,
    read_shares,
    spec_key,
    spec_text,
    split_row,
    split_rows,
)
from ledger.intake.answers import normal
from ledger.intake.draft import FileDraft, Row, Status
from ledger.intake.events import WAIT_FOR_SOURCE, alone, make, positive
from ledger.intake.settle import ask_row, bad_answer
from ledger.intake.world import World, values
from ledger.money import BadAmount, Money
from ledger.records import EventKind, RowKind
from ledger.safetext import safe
from ledger.store import Answer

ALLOCATION = "allocation"  # remembered: how rows of an account without a source are divided


@dataclass
class Allocator:
    """Divides the rows of one file that wait for a source."""

    draft: FileDraft
    world: World
    given: Sequence[Spec] = ()  # of --allocate, for this import and from now on

    def run(self) -> None:
        """Divide rows: hidden conversions, contributions, then the rest in order of days."""
        self._remember()
        self._hidden_conversions()
        rows = [r for r in self.draft.rows if not r.settled and r.kind in WAIT_FOR_SOURCE]
        for account in dict.fromkeys(row.account for row in rows):
            mine = sorted((r for r in rows if r.account == account), key=lambda r: r.day)
            specs = self._specs(account)
            self._contributions(mine, [s for s in specs if isinstance(s, Pattern)])
            self._totals(mine, [s for s in specs if isinstance(s, Totals)])
            self._rules(mine, [s for s in specs if isinstance(s, SourceRule)])
        for row in rows:
            if not row.settled:
                self._ask(row)

    def _specs(self, account: str) -> list[Spec]:
        """Return the specs that hold for an account, the newest first."""
        stored = [parse_spec(t) for t in self.world.book.remembered(ALLOCATION, account)]
        lasting = [s for s in stored if not isinstance(s, Totals)]
        return [*reversed(self.given), *reversed(lasting)]

    def _remember(self) -> None:
        for spec in self.given:
            for account in dict.fromkeys(r.account for r in self.draft.rows if r.account):
                if self.world.accounts[account].kind.is_plan:
                    self.world.book.keep(self.draft.name, remembered(spec, account))

    def _book(self, row: Row, shares: Mapping[Source, Money]) -> None:
        for source, amount in shares.items():
            self.draft.book(alone(row, amount, source), row)

    def _contributions(self, rows: Sequence[Row], patterns: Sequence[Pattern]) -> None:
        days: dict[date, list[Row]] = {}
        for row in rows:
            if row.kind is RowKind.CONTRIBUTION:
                days.setdefault(row.day, []).append(row)
        for group in days.values():
            split = by_pattern([row.amount for row in group], patterns)
            for row, shares in zip(group, split, strict=bool(split)):
                self._book(row, shares)

    def _totals(self, rows: Sequence[Row], totals: Sequence[Totals]) -> None:
        for spec in totals:
            group = [r for r in rows if not r.settled and _is_kind(r, spec.kind)]
            amounts = [row.amount for row in group]
            if group and Money.total(amounts) == Money.total(spec.shares.values()):
                for row, shares in zip(group, split_rows(amounts, spec.shares), strict=True):
                    self._book(row, shares)
            elif group:
                self.draft.notes.append(
                    f"the {spec.kind} rows add up to {Money.total(amounts)}, the totals given to "
                    f"{Money.total(spec.shares.values())}: not divided"
                )

    def _rules(self, rows: Sequence[Row], rules: Sequence[SourceRule]) -> None:
        for row in rows:
            rule = next((r for r in rules if _is_kind(row, r.kind)), None)
            if row.settled or rule is None:
                continue
            if rule.source is not None:
                self._book(row, {rule.source: row.amount})
                continue
            weights = self._values(row)
            if weights:
                self._book(row, split_row(row.amount, weights))

    def _values(self, row: Row) -> dict[Source, Money]:
        """Return what each source of the plan was worth at close of the day before."""
        events = [f.event for f in self.world.facts_of(row.account)]
        events += [made.event for made in self.draft.drafts if made.event.account == row.account]
        eve = date.fromordinal(row.day.toordinal() - 1)
        pools = values(events, self.world.accounts, eve)
        worth = {s: Money(pools[Pool(row.account, s)]) for s in Source}
        return {s: amount for s, amount in worth.items() if amount.cents > 0}

    def _hidden_conversions(self) -> None:
        for row in self.draft.rows:
            hidden = row.kind is RowKind.INFO and row.record.question == "possible_conversion"
            if hidden and not row.settled:
                self._hidden_conversion(row)

    def _hidden_conversion(self, row: Row) -> None:
        answer = ask_row(
            self.draft,
            self.world,
            row,
            f"a '{safe(row.record.raw_type, limit=60)}' of 0.00 may hide an in-plan Roth "
            "conversion: the file adds all sources together",
            code="possible_conversion",
            remedy=f'answer {{"code": "possible_conversion", "line": {row.record.line}, "answer": '
            '{"amount": "2008.00", "source": "after_tax"}} or "none"; or import the Sources tab '
            "first, which shows the amount",
            choices=("none", "<AMOUNT SOURCE>"),
        )
        if answer is None:
            return
        if answer == "none":
            row.close(Status.INFO, "no conversion, by answer")
            return
        amount, source = _amount_and_source(row, answer)
        self.draft.book(make(row, EventKind.IN_PLAN_CONVERSION, amount, source), row)

    def _ask(self, row: Row) -> None:
        line = row.record.line
        answer = ask_row(
            self.draft,
            self.world,
            row,
            f"the file does not say which money source the {row.kind.value.replace('_', ' ')} of "
            f"{row.amount} belongs to",
            code="allocation_needed",
            remedy="divide it with --allocate pattern:pre_tax=1500,match=750 (a paycheck), "
            f"--allocate rule:{row.kind.value}=SOURCE, or answer "
            f'{{"code": "allocation_needed", "line": {line}, "answer": SOURCE or '
            '{"pre_tax": "1500.00", …}}; for Fidelity import the Sources tab first',
            choices=(*Source, "<SOURCE=AMOUNT,…>"),
        )
        if answer is not None:
            self._book(row, read_shares(answer, row.amount, row.record.where))


def remembered(spec: Spec, account: str) -> Answer:
    """Return a spec as the answer that is stored for an account."""
    return Answer(
        code=ALLOCATION,
        account=account,
        match=spec_key(spec),
        answer=spec_text(spec),
        day=date.today(),  # noqa: DTZ011 - the user's own calendar day
        reason="--allocate",
    )


def _is_kind(row: Row, kind: str) -> bool:
    return normal(kind) in {row.kind.value, normal(row.record.raw_type)}


def _amount_and_source(row: Row, answer: Any) -> tuple[Money, Source]:
    """Read what was converted: {"amount", "source"} or "2008.00 after_tax"."""
    if isinstance(answer, Mapping):
        amount, source = str(answer.get("amount", "")), str(answer.get("source", ""))
    else:
        amount, _, source = str(answer).strip().partition(" ")
    try:
        found = positive(Money.parse(amount)), Source(source.strip())
    except (BadAmount, ValueError):
        remedy = 'answer "none" or an amount and a source: "2008.00 after_tax"'
        raise bad_answer(row, "possible_conversion", answer, remedy) from None
    return found
