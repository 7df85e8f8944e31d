"""Questions about single rows: their type, sign, source, amount and tax year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.chart import Source
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.questions.question import IGNORE, Question
from ledger.text import safe

# What a user may say of an unknown row: kinds that one row shows completely.
SAYABLE = tuple(kind for kind in RowKind if kind.spec.is_sayable)


@dataclass(frozen=True, kw_only=True)
class TypeUnknown(Question):
    """A row whose words the reader has not seen before."""

    code = "type_unknown"
    asked_in = ("types",)
    asks = "what a type of row means; once for each account"
    answered = "a kind of row, as listed [below](#type_unknown)"
    why = (
        "The reader has not seen this row type before. What it is decides how it is booked; the "
        "answer holds for all rows of the type in the account, and is remembered."
    )
    means = {kind.value: kind.spec.meaning for kind in SAYABLE}
    lasting = True
    told_again = True

    amount: Money
    comes_back: bool = True  # whether it may undo a row before: money in, or Roth money out

    @property
    def choices(self) -> tuple[str, ...]:
        left_out = set() if self.comes_back else {RowKind.TAKEN_BACK}
        return tuple(kind.value for kind in SAYABLE if kind not in left_out)

    @property
    def problem(self) -> str:
        shown = safe(self.match, limit=60)
        return f"the row type '{shown}' of {self.amount} is not known{self.more}"

    @property
    def remedy(self) -> str:
        return (
            "say what it is, for all rows of this type in the account: "
            f"{self.written('KIND')}; KIND is one of {', '.join(self.choices)}{self._back}"
        )

    @property
    def _back(self) -> str:
        """What the one kind is whose name does not tell it."""
        back = RowKind.TAKEN_BACK
        return f" ({back.value}: {self.means[back.value]})" if self.comes_back else ""


@dataclass(frozen=True, kw_only=True)
class SignUnknown(Question):
    """A row whose amount and units went opposite ways."""

    code = "sign_unknown"
    asked_in = ("settled rows",)
    choices = ("units", "amount")
    asks = (
        "which way a row went whose amount and units have opposite signs; once for each type of "
        "row and account. A fee, a withdrawal or an OFX purchase is not asked about: its own kind "
        "says the way"
    )
    answered = "`units` or `amount`: the one whose sign is right"
    why = (
        "Money and units of a row move together: both come in or both go out. Here one of them has "
        "the wrong sign, and the file does not tell which. The balances on the statement of that "
        "day do. The answer holds for all such rows of the type in the account."
    )
    means = {
        "units": "the units are right: the money went the way they did",
        "amount": "the amount is right: the units went the way it did",
    }
    lasting = True
    told_again = True

    amount: Money
    units: str

    @property
    def problem(self) -> str:
        shown, units = safe(self.match, limit=60), safe(self.units, limit=40)
        ways = ("out", "in") if self.amount.cents < 0 else ("in", "out")
        return (
            f"amount and units of '{shown}' contradict each other: {self.amount} dollars went "
            f"{ways[0]}, {units} units went {ways[1]}{self.more}"
        )

    @property
    def remedy(self) -> str:
        return (
            "say whose sign is right, for all such rows of this type in the account: "
            f'{self.written("units")} or "amount"; the balances on the statement show it'
        )


@dataclass(frozen=True, kw_only=True)
class SourceUnknown(Question):
    """A name that a file gives a source of a plan, or the source that an event lacks."""

    code = "source_unknown"
    asked_in = ("stated balances", "settled rows")
    choices = tuple(Source)
    asks = (
        "which source a name of the file means; once for each plan (see "
        "[names of sources](importing.md#names-of-sources))"
    )
    answered = "a source"
    why = (
        "Each plan has its own names for its sources, and tax depends on which it is. The plan's "
        "summary or a paystub explains the name. The answer is remembered for the plan."
    )
    lasting = True

    doubt: str = ""  # why the name may mean two things

    @property
    def problem(self) -> str:
        doubt = f": {self.doubt}" if self.doubt else ""
        return f"the money source '{safe(self.match, limit=60)}' is not known{doubt}{self.more}"

    @property
    def remedy(self) -> str:
        return (
            f"say which source it is, once for the plan: {self.written('SOURCE')}; SOURCE is one "
            f"of {', '.join(Source)}"
        )


@dataclass(frozen=True, kw_only=True)
class SourceTyped(SourceUnknown):
    """The source of an event that was typed into a file."""

    event: str  # what it is, in words with an article

    @property
    def problem(self) -> str:
        if self.match:
            return f"the money source '{safe(self.match, limit=60)}' is not known{self.more}"
        return f"{self.event} in a plan needs a money source"

    @property
    def remedy(self) -> str:
        return f"write one of {', '.join(Source)} in the column Source"


@dataclass(frozen=True, kw_only=True)
class SourceNotSaid(Question):
    """The source that money was taken from, where the file names none."""

    code = SourceUnknown.code
    asked_in = ("movements",)
    choices = tuple(Source)
    why = SourceUnknown.why

    amount: Money

    @property
    def alike(self) -> tuple[str, ...]:
        return ("source",)

    @property
    def problem(self) -> str:
        return (
            f"{self.amount} left the plan or was converted{self.more}, and the file does not say "
            "from which source"
        )

    @property
    def remedy(self) -> str:
        return f"answer {self.written_for_each('SOURCE')}: SOURCE is one of {', '.join(Source)}"


@dataclass(frozen=True, kw_only=True)
class TaxYearUnknown(Question):
    """The year that a deposit into an IRA was made for."""

    code = "tax_year_unknown"
    asked_in = ("bank money", "events alone")
    asks = (
        "for which year an IRA deposit between January and July was made, and of bank money "
        "whether it was a contribution at all"
    )
    answered = (
        "one of the two years; for bank money also `rollover` (then `rollover_origin`), "
        "`transfer` and, into a Roth IRA, `conversion` (then `partner_unknown`), "
        "`recharacterization`, `ignore`"
    )
    why = (
        "Until the due date in April a deposit can be made for the year before. It decides the "
        "year of Form 8606. Your IRA's page or Form 5498 (box 1 or 10) shows the year chosen. Bank "
        "money may be no contribution at all: Form 5498 has rollovers in box 2, conversions in 3."
    )
    means = {"conversion": "it came out of a traditional IRA and became Roth"}
    told_again = True

    amount: Money
    day: date
    years: tuple[str, ...]
    kinds: tuple[str, ...] = ()  # what it may be instead, where it came from a bank

    @property
    def problem(self) -> str:
        bank = ", nor whether it was a contribution" if self.kinds else ""
        return (
            f"the file does not say for which tax year the deposit of {self.amount} on "
            f"{self.day.isoformat()} was made{bank}"
        )

    @property
    def remedy(self) -> str:
        if not self.kinds:
            return (
                f'answer {self.written(self.years[0])} or "{self.years[1]}": the trustee\'s Form '
                "5498 shows it"
            )
        return (
            f"answer {self.written(self.years[0])}, a tax year ({' or '.join(self.years)}) as the "
            f"trustee's Form 5498 shows it; when it was no contribution, {', '.join(self.kinds)} "
            f'or "{IGNORE}"'
        )

    @property
    def choices(self) -> tuple[str, ...]:
        return (*self.years, *self.kinds, IGNORE) if self.kinds else self.years


@dataclass(frozen=True, kw_only=True)
class AmountUnknown(Question):
    """What a row was worth that shows no dollars."""

    code = "amount_unknown"
    asked_in = ("missing amounts", "movements")
    choices = (IGNORE, "<AMOUNT>")
    each_its_own = True
    forms = (("1234.56", "its value in dollars on that day"),)
    asks = "what a row without an amount was worth"
    answered = "dollars, or `ignore`"
    why = (
        "The row shows units but no dollars. The statement of that day shows what they were worth."
    )
    told_again = True

    what: RowKind
    units: str
    named: str  # its fund, or its words
    day: date

    @property
    def problem(self) -> str:
        moved = f" of {safe(self.units, limit=40)} units" if self.units else ""
        return (
            f"the file gives no amount for the {self.what.value.replace('_', ' ')}{moved} "
            f"({safe(self.named, limit=60)}): what was it worth on {self.day.isoformat()}?"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written('1234.56')} in dollars, as the statement of the day shows it, "
            f'or "{IGNORE}"'
        )


@dataclass(frozen=True, kw_only=True)
class NeedsMore(Question):
    """An event whose figures one row cannot hold: it is typed by hand."""

    TYPED = "typed"
    code = "needs_more"
    asked_in = ("missing amounts", "movements")
    choices = (TYPED, IGNORE)
    asks = (
        "an event with figures that one row cannot hold, such as a returned contribution with its "
        "income"
    )
    answered = "`typed` when it is booked with `basis add`, `ignore` when it is none"
    why = (
        "Such an event has figures that one row cannot hold, such as the contribution and the "
        "income on it. Type q, book it with basis add, then import the file again."
    )
    means = {"typed": "it is booked by hand already", "ignore": "it is none: book nothing"}

    what: RowKind
    amount: Money
    typed: str  # the command that books it

    @property
    def problem(self) -> str:
        words = self.what.value.replace("_", " ")
        return f"a {words} of {self.amount} takes figures that the row does not show"

    @property
    def remedy(self) -> str:
        return (
            f"book it with: {self.typed}; then answer {self.written(self.TYPED)} "
            f'(or "{IGNORE}" when it is none)'
        )

    @property
    def command(self) -> str:
        return self.typed
