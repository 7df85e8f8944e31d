"""Row types: the words a recordkeeper prints and what a row of that type is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.money import Money
from ledger.records import RowKind


@dataclass(frozen=True)
class Meaning:
    """What a row type means; the sign of the amount may decide.

    ``question`` is what the row leaves open. ``negative`` and ``zero`` replace the meaning when
    money leaves or when the amount is nothing.
    """

    kind: RowKind
    question: str = ""
    negative: Meaning | None = None
    zero: Meaning | None = None

    def for_amount(self, amount: Money) -> Meaning:
        """Return the meaning for an amount of this sign."""
        if amount.cents < 0:
            return self.negative or self
        return (self.zero or self) if amount.cents == 0 else self


# What a row of an IRA leaves open that says no more than that bank money came in or left.
DEPOSIT_UNKNOWN, PAYMENT_UNKNOWN = "deposit_unknown", "payment_unknown"
UNKNOWN = Meaning(RowKind.UNKNOWN, "type_unknown")
CONTRIBUTION = Meaning(RowKind.CONTRIBUTION)
EARNINGS = Meaning(RowKind.EARNINGS)
FEE = Meaning(RowKind.FEE)
EXCHANGE = Meaning(RowKind.EXCHANGE)
INFO = Meaning(RowKind.INFO)
PAID_OUT = Meaning(RowKind.DISTRIBUTION)
# Money paid out that comes in is a reversal or a misreading: the user must say.
DISTRIBUTION = Meaning(UNKNOWN.kind, UNKNOWN.question, negative=PAID_OUT, zero=INFO)
WITHHOLDING = Meaning(
    UNKNOWN.kind, UNKNOWN.question, negative=Meaning(RowKind.WITHHOLDING), zero=INFO
)
BALANCE = Meaning(RowKind.BALANCE)
LOAN = Meaning(RowKind.LOAN)
LOAN_REPAYMENT = Meaning(RowKind.LOAN_REPAYMENT)
ROLLOVER = Meaning(RowKind.ROLLOVER_IN, negative=Meaning(RowKind.ROLLOVER_OUT))
CONVERSION = Meaning(RowKind.CONVERSION_IN, negative=Meaning(RowKind.CONVERSION_OUT))
TRANSFER = Meaning(
    RowKind.TRANSFER_IN,
    "partner_unknown",
    negative=Meaning(RowKind.TRANSFER_OUT, "partner_unknown"),
)
LEAVES = Meaning(RowKind.TRANSFER_OUT, "partner_unknown")
RECHARACTERIZED = Meaning(RowKind.RECHARACTERIZATION, "tax_year_unknown")
# Without money a corporate action only changes what is held; with money the user must say.
CORPORATE = Meaning(UNKNOWN.kind, UNKNOWN.question, negative=UNKNOWN, zero=EXCHANGE)
POSSIBLE_CONVERSION = Meaning(
    RowKind.TRANSFER_IN,
    "possible_conversion",
    negative=Meaning(RowKind.TRANSFER_OUT, "possible_conversion"),
    zero=Meaning(RowKind.INFO, "possible_conversion"),
)


def plain_words(text: str) -> str:
    """Return a row type without differences of case and blanks."""
    return " ".join(text.upper().split())


class Vocabulary:
    """The row types of one product: exact words, or the words a type starts with.

    >>> v = Vocabulary({"Dividend": EARNINGS}, starts={"YOU BOUGHT": EXCHANGE})
    >>> v.meaning("you  bought ACME (Cash)").kind.value, v.meaning("Mystery").kind.value
    ('exchange', 'unknown')
    """

    def __init__(
        self,
        exact: Mapping[str, Meaning],
        starts: Mapping[str, Meaning] | None = None,
    ) -> None:
        self._exact = {plain_words(words): meaning for words, meaning in exact.items()}
        longest_first = sorted((starts or {}).items(), key=lambda pair: -len(pair[0]))
        self._starts = [(plain_words(words), meaning) for words, meaning in longest_first]
        self._known: dict[str, Meaning] = {}

    def meaning(self, text: str) -> Meaning:
        """Return what a row type means; UNKNOWN when nothing here says it."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._find(plain_words(text))
        return known

    def _find(self, words: str) -> Meaning:
        if words in self._exact:
            return self._exact[words]
        for start, meaning in self._starts:
            if words.startswith(start) and not words[len(start) : len(start) + 1].isalnum():
                return meaning
        return UNKNOWN


def each(meaning: Meaning, words: Iterable[str]) -> dict[str, Meaning]:
    """Return a table that gives many words one meaning."""
    return dict.fromkeys(words, meaning)
