"""Applying allocations to a file: paycheck patterns, totals, rules, and answers row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.chart import Source
from ledger.events import BY_VALUE as SHARED
from ledger.events import EventKind
from ledger.importers.base import counted
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.answers import normal, said_today
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, grouped
from ledger.statement_import.rows.events import WAIT_FOR_SOURCE, alone
from ledger.statement_import.sources.allocation import (
    BY_VALUE,
    Pattern,
    SourceRule,
    Spec,
    Totals,
    by_pattern,
    fits,
    parse_spec,
    read_shares,
    refuse_two_splits,
    spec_key,
    spec_text,
    split_rows,
)
from ledger.statement_import.sources.statement_totals import divided
from ledger.statement_import.sources.unallocated import (
    ask_allocation,
    of_row,
)
from ledger.store import Answer

ALLOCATION = "allocation"  # remembered: how rows of an account without a source are divided


@dataclass
class Allocator:
    """Divides the rows of one file that wait for a source."""

    draft: FileDraft
    context: ImportContext
    given: Sequence[Spec] = ()  # of --allocate, for this import and from now on
    _answered: dict[str, list[Spec]] = field(default_factory=dict)  # by answers, of each account
    used: set[int] = field(default_factory=set)  # their places, of those that fit a row
    _recalled: Counter[str] = field(default_factory=Counter)  # days, by the remembered pattern

    def run(self) -> None:
        """Divide rows: contributions first, then the rest by rules; ask about what is left."""
        rows = [row for row in self.draft.open if row.kind in WAIT_FOR_SOURCE]
        self._read_answers(rows)
        self._remember()
        for account in dict.fromkeys(row.account for row in rows):
            mine = sorted((r for r in rows if r.account == account), key=lambda r: r.day)
            specs = self._specs(account)
            self._contributions(mine, [s for s in specs if isinstance(s, Pattern)])
            self._totals(mine, [s for s in specs if isinstance(s, Totals)])
            self._by_statement(account, mine)
            self._rules(mine, [s for s in specs if isinstance(s, SourceRule)])
        left = []
        for row in filter(self.draft.is_open, rows):
            answer = self.context.book.find(of_row(self.draft, row))
            if answer is None:
                left.append(row)
            else:
                self._book(row, read_shares(answer, row.amount, row.record.where))
        ask_allocation(self.draft, left)
        for spec, days in self._recalled.items():
            self.draft.notes.append(
                f"{counted(days, 'paycheck')} divided as remembered by {spec}; another split from "
                "a day on: --allocate pattern@DATE:…"
            )

    def _read_answers(self, rows: Iterable[Row]) -> None:
        """Take the patterns and rules that answers give for the rows of each account and kind."""
        for (account, kind), group in grouped(rows, lambda row: (row.account, row.kind)).items():
            for text in self.context.book.specs(self.draft.name, group):
                rule = f"rule:{kind}={BY_VALUE}" if text == BY_VALUE else text
                spec = parse_spec(rule, where=f"{self.draft.name}:{group[0].record.line}")
                self._answered.setdefault(account, []).append(spec)

    def _said(self, account: str) -> list[Spec]:
        return [*self.given, *self._answered.get(account, ())]

    def _specs(self, account: str) -> list[Spec]:
        """Return the specs that hold for an account, the newest first."""
        lasting = [s for s in self._stored(account) if not isinstance(s, Totals)]
        return [*reversed(self._said(account)), *reversed(lasting)]

    def _stored(self, account: str) -> list[Spec]:
        return [parse_spec(text) for text in self.context.book.remembered(ALLOCATION, account)]

    def _remember(self) -> None:
        for account in self.draft.accounts:
            said = self._said(account)
            if said and self.context.accounts[account].kind.is_plan:
                refuse_two_splits(said, self._stored(account))
                for spec in said:
                    self.context.book.keep(self.draft.name, remembered(spec, account))

    def _book(self, row: Row, shares: Mapping[Source, Money]) -> None:
        for source, amount in shares.items():
            self.draft.book(alone(row, amount, source), row)

    def _contributions(self, rows: Sequence[Row], patterns: Sequence[Pattern]) -> None:
        paid_in = (row for row in rows if row.kind is RowKind.CONTRIBUTION)
        newest = sorted(patterns, key=lambda pattern: pattern.since, reverse=True)
        for day, group in grouped(paid_in, lambda row: row.day).items():
            amounts = [row.amount for row in group]
            holding = [pattern for pattern in newest if pattern.since <= day]
            fitting = [pattern for pattern in holding if fits(amounts, pattern)]
            self._use(fitting)
            split = by_pattern(amounts, holding)
            said = self._said(group[0].account)
            if split and not any(pattern in said for pattern in fitting):
                self._recalled[spec_text(fitting[0])] += 1
            for row, shares in zip(group, split, strict=bool(split)):
                self._book(row, shares)

    def _totals(self, rows: Sequence[Row], totals: Sequence[Totals]) -> None:
        for spec in totals:
            group = [r for r in rows if self.draft.is_open(r) and _is_kind(r, spec.kind)]
            amounts = [row.amount for row in group]
            if group:
                self._use([spec])
            if group and Money.total(amounts) == Money.total(spec.shares.values()):
                for row, shares in zip(group, split_rows(amounts, spec.shares), strict=True):
                    self._book(row, shares)
            elif group:
                self.draft.notes.append(
                    f"the {spec.kind} rows add up to {Money.total(amounts)}, the totals given to "
                    f"{Money.total(spec.shares.values())}: not divided"
                )

    def _by_statement(self, account: str, rows: Sequence[Row]) -> None:
        """Divide contributions as a statement does; those answered one by one are left."""
        waiting = [
            row
            for row in rows
            if row.kind is RowKind.CONTRIBUTION
            and self.draft.is_open(row)
            and self.context.book.find(of_row(self.draft, row)) is None
        ]
        events = [f.event for f in self.context.facts_of(account)] if waiting else []
        events += [made.event for made in self.draft.drafts if made.event.account == account]
        paid_in = [event for event in events if event.kind is EventKind.CONTRIBUTION]
        for row, shares in divided(self.draft, self.context, waiting, paid_in):
            self._book(row, shares)

    def _rules(self, rows: Sequence[Row], rules: Sequence[SourceRule]) -> None:
        """Give rows to the source of their rule, or to all sources by value, as the fold does."""
        for row in rows:
            fitting = [r for r in rules if _is_kind(row, r.kind)]
            self._use(fitting)
            if not fitting or not self.draft.is_open(row):
                continue
            source = fitting[0].source
            if source is not None:
                self._book(row, {source: row.amount})
            elif row.kind is not RowKind.CONTRIBUTION:
                event = replace(alone(row, row.amount, None), reason=SHARED)
                self.draft.book(replace(event, fund=row.record.investment, units=row.units), row)

    def _use(self, specs: Iterable[Spec]) -> None:
        wanted = list(specs)
        self.used.update(place for place, spec in enumerate(self.given) if spec in wanted)


def remembered(spec: Spec, account: str) -> Answer:
    """Return a spec as the answer that is stored for an account."""
    return said_today(ALLOCATION, account, spec_key(spec), spec_text(spec), "--allocate")


def _is_kind(row: Row, kind: str) -> bool:
    return normal(kind) in {row.kind.value, normal(row.record.raw_type)}
