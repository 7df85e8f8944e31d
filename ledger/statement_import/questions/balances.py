"""Questions about what an account or a source was worth on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.chart import Source, TaxCharacter
from ledger.money import ZERO, Money
from ledger.statement_import.questions.question import Question, written

_OLDER = "Earlier statements tell it better: if you have them, type q and import them first."
_DOUBTFUL = 2  # a gain above one part in so many of the book value is doubted


@dataclass(frozen=True, kw_only=True)
class OpeningBalance(Question):
    """What the money is made of that an account starts with."""

    CHECK = "check"
    EXAMPLE: ClassVar[Mapping[str, object]] = {
        "pre_tax": "40000.00",
        "match": "20000.00",
        "in_plan_roth": {"value": "15000.00", "basis": "14000.00"},
    }
    ONE_SOURCE: ClassVar[Mapping[str, object]] = {"source": "after_tax", "basis": "1234.56"}
    code = "opening_balance"
    asked_in = ("opening balances",)
    choices = (CHECK, "<SOURCE=VALUE/BASIS …>")
    each_its_own = True
    rank = 1
    asks = "what a plan's opening balance is made of and how much was taxed already"
    answered = "see [openings and balances](importing.md#openings-and-balances)"
    why = (
        "What was there before the first row is the start of the books. How much of it was taxed "
        "already (its basis) decides what is taxable later; the plan's statement shows it as "
        f"'after-tax contributions' or 'Roth basis'. {_OLDER}"
    )
    means = {"check": "do not book it, only compare it with the ledger"}
    told_again = True

    total: Money
    day: date
    shares: Mapping[Source, Money]  # by source, as a statement says it; empty without one
    told: str  # the same in words

    @property
    def problem(self) -> str:
        stated = f" (a statement says {self.told})" if self.shares else ""
        return (
            f"the account starts with {self.total} whose source the file does not say{stated}: how "
            "much of it was taxed already?"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self._example)}, sources whose values add up to {self.total} "
            f'(basis is what was taxed already), or with "answer": {written(self.ONE_SOURCE)} '
            f"when it is one; {self._not_booked}"
        )

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        return (
            ("pre_tax=40000 match=20000 roth=5000/4100", ""),
            ("", "the value of each source; of Roth and after-tax money VALUE/BASIS"),
        )

    @property
    def unfit(self) -> str:
        """What to do about an answer that does not fit."""
        return (
            f"give values that add up to {self.total}, with the basis of taxed sources: "
            f"{written(self.EXAMPLE)}, in words pre_tax=40000 in_plan_roth=15000/14000; or "
            f"{written(self.ONE_SOURCE)} for one source; pre-tax money has basis 0"
        )

    @property
    def _example(self) -> Mapping[str, object]:
        """The values that a statement gives, or those of an example."""
        told = {
            source.value: value.plain
            if source.character is TaxCharacter.PRE_TAX
            else {"value": value.plain, "basis": "BASIS"}
            for source, value in self.shares.items()
        }
        return told or self.EXAMPLE

    @property
    def _not_booked(self) -> str:
        return (
            f'or "{self.CHECK}" when it is not to be booked: then type it with basis add opening '
            f"--account {self.account} --date {self.day.isoformat()}"
        )


@dataclass(frozen=True, kw_only=True)
class OpeningOfSource(OpeningBalance):
    """How much was taxed already of what one source starts with."""

    why = (
        "What a source holds before the first row is the start of the books. How much of it was "
        "taxed already (its basis) decides what is taxable later; the plan's statement shows it "
        f"as 'after-tax contributions' or 'Roth basis'. {_OLDER}"
    )

    choices = (OpeningBalance.CHECK, "<BASIS>")
    each_its_own = True

    source: Source

    @property
    def problem(self) -> str:
        return (
            f"the account starts with {self.total} of source {self.source}: how much of it was "
            "taxed already?"
        )

    @property
    def remedy(self) -> str:
        return (
            f'answer {self.written("BASIS")}, from "0.00" (all of it is gain) to '
            f'"{self.total.plain}"; {self._not_booked}'
        )

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        return (
            (self.total.plain, "all of it was taxed already: nothing was gained"),
            ("0.00", "nothing of it was; or any amount between, as the statement shows it"),
        )

    @property
    def unfit(self) -> str:
        """What to do about an answer that does not fit."""
        return (
            f'answer the part of {self.total} that was taxed already, "{self.total.plain}" for all '
            "of it"
        )


@dataclass(frozen=True, kw_only=True)
class ValueNeeded(Question):
    """What a source or an IRA was worth just before money left it."""

    ALL, LATER = "all", "later"
    code = "value_needed"
    asked_in = ("open points",)
    choices = (ALL, LATER, "<VALUE>")
    each_its_own = True
    rank = 4
    asks = (
        "what a source or an IRA was worth just before money left it, where units do not tell; the "
        "gain is named, of later amounts once the earlier ones are answered"
    )
    answered = (
        "`all` when all of it moved, or the value in dollars; `later` where earlier statements "
        "will tell"
    )
    why = (
        "When all of a source moves, what is above the books is a gain that no row shows. When a "
        "part moves, its share of basis depends on what the source was worth. Where no statement "
        "shows it, the plan's Form 1099-R of the year does: boxes 1, 2a and 5 (basis record 1099r)."
    )
    means = {"later": "I do not know it: earlier statements, or a balance, will tell"}
    told_again = True

    amount: Money  # that left
    pool: str  # "account:source"
    owner: str  # the account
    source: Source | None
    booked: Money  # what the books hold of it by then
    day: date
    sure: bool  # what the books hold does not depend on answers before this one
    on_form: bool  # a Form 1099-R of the plan tells it as well
    together: str  # the source, or the payment, whose sources and days one answer may serve

    @property
    def everywhere(self) -> str:
        return self.together

    @property
    def problem(self) -> str:
        if self.sure:
            return (
                f"{self.amount} left {self.pool}, which holds {self.booked} in the books: what was "
                f"it worth just before?{self.more} {self._if_all}"
            )
        return (
            f"{self.amount} left {self.pool} on {self.day}: what was it worth just before?"
            f"{self.more} What the books hold of it by then depends on the answers before this one"
        )

    @property
    def remedy(self) -> str:
        form = ""
        if self.on_form:
            form = (
                f"; or record the plan's Form 1099-R of {self.day.year} and import again, the gain "
                f"follows from it: {self.command}"
            )
        return (
            f"answer {self.written(self.ALL)} when all of it moved, else its value in dollars from "
            "the statement; the difference is a gain or loss of price; or "
            f'"{self.LATER}" where earlier statements will tell{form}'
        )

    @property
    def command(self) -> str:
        if not self.on_form:
            return ""
        return (
            f"basis record 1099r --year {self.day.year} --payer {self.owner} --box 1=GROSS "
            "--box 2a=TAXABLE --box 5=BASIS --box 7=G"
        )

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        return (
            (self.ALL, "all of it moved; the difference is a gain or loss"),
            ("1234.56", "its value just before, from the statement"),
        )

    @property
    def turn(self) -> date:
        return self.day

    @property
    def _if_all(self) -> str:
        """Say what gain it comes to when all of it moved, and doubt a large one."""
        gain = self.amount - self.booked
        told = f"a gain of {gain}" if gain > ZERO else f"a loss of {-gain}"
        taxed = self.source and self.source.character is not TaxCharacter.PRE_TAX
        doubt = ""
        if taxed and gain.cents * _DOUBTFUL > max(self.booked.cents, 0):
            doubt = (
                "; so large a gain often is money from before the file: say it first with basis "
                f"add opening --account {self.owner} --source {self.source} --date DATE "
                "--value VALUE --basis BASIS"
            )
        return f"If all of it moved, {told} follows{doubt}"


@dataclass(frozen=True, kw_only=True)
class YearEndValue(Question):
    """Whether what a file says an IRA was worth on December 31 is booked as its balance."""

    BOOK, NO = "book", "no"
    code = "year_end_value"
    asked_in = ("year-end values",)
    choices = (BOOK, NO)
    asks = (
        "whether what an OFX/QFX file says an IRA was worth on December 31 (positions and cash) is "
        "booked as its balance; shown with the books' value"
    )
    answered = (
        "`book` (proposed, and taken by `--yes`, where the market can have made the difference) "
        "or `no`"
    )
    why = (
        "The value of all traditional IRAs on December 31 is line 6 of Form 8606; the books alone "
        "lack what prices did. Compare it with box 5 of Form 5498 or the year-end statement, for "
        "some files count cash twice, as a position and as cash."
    )
    means = {
        "book": "book it as the balance of the day; the difference is a gain or loss",
        "no": "leave it out: basis add balance brings another value in",
    }
    safe = True

    stated: str  # the value beside that of the books
    likely: bool  # the market can have made the difference

    @property
    def problem(self) -> str:
        return f"the file states what {self.stated}: book it as the balance of year end?"

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self.BOOK)}, or add --yes where the market can have made the "
            "difference: it is compared with Form 5498, box 5, and is line 6 of Form 8606; "
            f'"{self.NO}" to leave it out'
        )

    @property
    def proposal(self) -> str:
        return self.BOOK if self.likely else ""


@dataclass(frozen=True, kw_only=True)
class StatedOtherwise(Question):
    """What becomes of a value that a file states where another one of its day is booked."""

    LEAVE = "leave"
    code = "stated_otherwise"
    asked_in = ("year-end values", "open points")
    choices = (LEAVE,)
    asks = (
        "which of two values of one day is right, where a file states another one than the books "
        "have of it, as a later download with a corrected value does"
    )
    answered = (
        "`leave` where the booked one is; else take that one back first (`basis reverse`, the "
        "question names its entry) and import again"
    )
    why = (
        "An account has one value at the close of a day. Both booked, nothing tells which is "
        "right, and no year is worked out. Form 5498, box 5, or the statement of that day tells it."
    )
    means = {LEAVE: "the booked value is right: leave out what this file states"}

    pool: str  # account, or account:source
    day: date
    stated: Money
    others: str  # the other values, in words with their places
    back: str  # the commands that take them back, "" where they are not stored yet

    @property
    def problem(self) -> str:
        return (
            f"{self.pool} is stated with {self.stated} at the close of {self.day}, and other "
            f"values stated of that day contradict it: {self.others}; only one of them can be right"
        )

    @property
    def remedy(self) -> str:
        this = f"where the other is right, answer {self.written(self.LEAVE)}"
        if not self.back:
            return f"{this}; where this one is, leave out the value, or the file, that states it"
        return f"where this one is right, take the other back: {self.back}; import again; {this}"

    @property
    def command(self) -> str:
        return self.back


@dataclass(frozen=True, kw_only=True)
class BalanceDateUnknown(Question):
    """The day on which the balances of a file stood."""

    code = "balance_date_unknown"
    asked_in = ("stated balances",)
    choices = ("<YYYY-MM-DD>",)
    forms = (("YYYY-MM-DD", "the day on which the balances stood"),)
    asks = "on which day the balances of a file stood"
    answered = "the day, `2025-12-31`"
    why = "Balances are compared with the books of one day, and the file does not name it."

    @property
    def problem(self) -> str:
        return "the file does not say on which day its balances stood"

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written('YYYY-MM-DD')}: the day on which it was downloaded, or the one "
            "the page shows"
        )
