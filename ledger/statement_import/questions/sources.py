"""Questions about money whose source a file does not name: how rows are divided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from ledger.chart import Source
from ledger.importers.base import counted
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.questions.movements import better_file
from ledger.statement_import.questions.question import Question
from ledger.statement_import.sources.allocation import BY_VALUE
from ledger.text import safe

_NAMED = 12  # amounts listed in one message
_PATTERN = "--allocate pattern:SOURCE=AMOUNT,… adding up to"


@dataclass(frozen=True, kw_only=True)
class AllocationNeeded(Question):
    """One row that waits for its source."""

    code = "allocation_needed"
    asked_in = ("allocation",)
    asks = "which sources rows belong to"
    answered = (
        "a pattern or a rule (see [allocation](importing.md#files-without-sources-allocation)), a "
        'source, or `{"pre_tax": "1500.00", "match": "750.00"}` for one row'
    )
    why = (
        "Money in a plan is taxed by its source, and this file adds all sources together. A "
        "paystub or the plan's page 'Sources' shows how one paycheck is divided. What you say is "
        "remembered for later files of the plan (basis allocate)."
    )

    what: RowKind
    amounts: Mapping[Money, int]  # distinct amounts, of rows or of paydays, with their number
    better: str  # the file that names the sources, "" without one

    @property
    def problem(self) -> str:
        return (
            f"the file does not say which money source the {self._kind} of {self.totals[0]} "
            "belongs to"
        )

    @property
    def remedy(self) -> str:
        rule = self.what.value
        way = f"give a rule: --allocate rule:{rule}=SOURCE or rule:{rule}={BY_VALUE}"
        if self._paid_in:
            way = f"divide it with {self._patterns}"
        return f"{way}, or answer {self._one_row}{better_file(self.better)}"

    @property
    def choices(self) -> tuple[str, ...]:
        if self._paid_in:
            return (*Source, "<SOURCE=AMOUNT,…>", "<pattern:SOURCE=AMOUNT,…>")
        return (*Source, BY_VALUE, "<SOURCE=AMOUNT,…>")

    @property
    def kind(self) -> RowKind | None:
        return self.what

    @property
    def totals(self) -> tuple[Money, ...]:
        return tuple(self.amounts)

    @property
    def rank(self) -> int:
        return 2 if self._paid_in else 3

    @property
    def _kind(self) -> str:
        return self.what.value.replace("_", " ")

    @property
    def _paid_in(self) -> bool:
        return self.what is RowKind.CONTRIBUTION

    @property
    def _patterns(self) -> str:
        return ", ".join(f"{_PATTERN} {amount.plain}" for amount in self.totals[:_NAMED])

    @property
    def _one_row(self) -> str:
        divided = '"SOURCE=AMOUNT,…"'
        return f"{self.written('SOURCE')}, or {divided} where it is of several"


@dataclass(frozen=True, kw_only=True)
class RowsUndivided(AllocationNeeded):
    """All rows of one account and kind that wait for their sources."""

    unit: str  # that the amounts are of: "row" or "day"

    @property
    def everywhere(self) -> str:
        return self.match

    def together_with(self, other: Question) -> Self:
        united = super().together_with(other)
        if not isinstance(other, AllocationNeeded):
            return united
        counts = Counter(self.amounts) + Counter(other.amounts)
        return replace(united, amounts=dict(counts))

    @property
    def problem(self) -> str:
        shown = [
            f"{counted(count, self.unit)} of {amount}"
            for amount, count in list(self.amounts.items())[:_NAMED]
        ]
        rest = len(self.amounts) - _NAMED
        more = f" and {rest} other amounts" if rest > 0 else ""
        return (
            f"the file does not say which money sources its {self._kind} rows belong to: "
            f"{', '.join(shown)}{more}"
        )

    @property
    def remedy(self) -> str:
        rule = self.what.value
        told = (
            f"give one rule for all of them: --allocate rule:{rule}=SOURCE or "
            f"rule:{rule}={BY_VALUE} (every source by what it holds)"
        )
        if self._paid_in:
            told = f"give one pattern each (repeat --allocate): {self._patterns}"
        return f"{told}; or answer row by row, {self._one_row}{better_file(self.better)}"


@dataclass(frozen=True, kw_only=True)
class PaidFromSource(Question):
    """Which source a plan paid money out of."""

    ALL = "all"  # no source: the plan took from every source
    code = AllocationNeeded.code
    asked_in = ("movements",)
    choices = (*Source, ALL, "<SOURCE=AMOUNT,…>")
    rank = 3
    why = AllocationNeeded.why

    amount: Money

    @property
    def problem(self) -> str:
        return (
            f"the plan paid out {self.amount}{self.in_rows} and the file does not say from which "
            "source"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written('SOURCE')}: SOURCE is one of {', '.join(Source)}, or "
            f'"{self.ALL}" when it came from all sources in proportion; of several their amounts, '
            f"{self.written({'pre_tax': '1500.00', 'after_tax': '500.00'})}, which add up to it"
        )


@dataclass(frozen=True, kw_only=True)
class StatementDivides(Question):
    """Whether rows are divided as the totals of a statement say."""

    DIVIDE, NO = "divide", "no"
    code = "statement_divides"
    asked_in = ("allocation",)
    choices = (DIVIDE, NO)
    asks = (
        "whether rows without a source are divided as a statement's totals by source say; the "
        "totals are shown"
    )
    answered = "`divide`, or `no` to give patterns instead"
    why = (
        "A statement says what each source got over a period, and the rows of this file that name "
        "no source add up to the same. Divided alike, every source has its total exactly; single "
        "paychecks may have been divided otherwise, which matters where after-tax money was "
        "converted between them."
    )
    means = {
        "divide": "divide each row in the proportion of the totals",
        "no": "I say what a paycheck looks like instead",
    }
    lasting = True

    stated: str  # where the statement says it
    period: str
    shares: str  # what each source got

    @property
    def problem(self) -> str:
        return (
            f"{safe(self.stated, limit=80)} says what each source got from {self.period}: "
            f"{self.shares}; {counted(len(self.lines), 'contribution row')} of this file without "
            "a source add up to as much: divide each in this proportion?"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self.DIVIDE)}: every source gets its total exactly, and each "
            f'paycheck is shared out alike; where paychecks differ, "{self.NO}" and '
            "--allocate pattern:… for each"
        )
