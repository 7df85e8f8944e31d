"""Questions about money that moves: where to, where from, and whether it was converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.chart import Source
from ledger.events import CASH, ELSEWHERE, IN_TRANSIT
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.questions.question import IGNORE, Question, written
from ledger.text import safe

_AT_DEATH = "; what left to heirs at the owner's death: ignore, then basis add inheritance"
_NAMED = 12  # lines listed in one message


@dataclass(frozen=True, kw_only=True)
class PartnerUnknown(Question):
    """Where money went or came from, and what it was."""

    code = "partner_unknown"
    asked_in = ("movements",)
    asks = "where money went or came from, and what it was"
    answered = (
        "an account, `cash`, `outside`, … as listed; `in_transit` when the other account's file "
        "comes later; when it moved between no two accounts `contribution` or `rollover`, "
        "`distribution`, `qcd` or `return_of_contribution`; `recharacterization` of a contribution "
        "between a Roth and a traditional IRA. Payments of an IRA to a bank come "
        "once for each wording, with `distribution` proposed (`--yes` takes it)"
    )
    why = (
        "Where money goes decides how it is taxed: to you is a distribution, to an IRA or plan a "
        "rollover or transfer, to Roth a conversion. The confirmation of the transaction and box 7 "
        "of Form 1099-R say it. If the other account's file is at hand, type q and import both. "
        "What left to the heirs when the owner died is ignored here and booked with basis add "
        "inheritance, which takes the basis along."
    )
    means = {"in_transit": "the other account's file comes later, and shows it"}
    told_again = True

    offered: tuple[str, ...]  # accounts and kinds that it can be

    @property
    def choices(self) -> tuple[str, ...]:
        return self.offered


@dataclass(frozen=True, kw_only=True)
class PaidOut(PartnerUnknown):
    """A payment out of an account, which may have been divided."""

    total: Money
    here: str  # the account that it left

    @property
    def problem(self) -> str:
        return (
            f"{self.total}{self.in_rows} left {self.here} and the file does not say where it went"
        )

    @property
    def remedy(self) -> str:
        parts = written({"parts": [{"to": CASH, "amount": self.total.plain}]})
        return (
            f"answer {self.written('TO')}: one of {', '.join(self.offered)}; where it was divided "
            f"{parts} with each part, which add up to {self.total}; {IN_TRANSIT} when the other "
            "account's file comes later; Form 1099-R box 7 shows a rollover by code G"
        )

    @property
    def choices(self) -> tuple[str, ...]:
        return (*self.offered, "<TO=DOLLARS …>")

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        parts = "where it was divided: each account, or cash, with its part"
        known = {CASH, IN_TRANSIT, RowKind.IN_PLAN_CONVERSION.value}
        receivers = [*(one for one in self.offered if one not in known), CASH, IN_TRANSIT]
        most = Money(self.total.cents * 4 // 5)
        shares = zip(receivers, (most, self.total - most), strict=False)
        return ((" ".join(f"{to}={share.plain}" for to, share in shares), parts),)


@dataclass(frozen=True, kw_only=True)
class MovedAccounts(PartnerUnknown):
    """Money that moved between two accounts, of which one is not known."""

    total: Money
    came: bool  # in; else it went out

    @property
    def problem(self) -> str:
        way = "from" if self.came else "to"
        return f"{self.total}{self.in_rows} moved {way} another account and no row shows which"

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written('ACCOUNT')}: ACCOUNT is one of {', '.join(self.choices)}; or "
            f"import the other account's file too{'' if self.came else _AT_DEATH}"
        )


@dataclass(frozen=True, kw_only=True)
class MovedBack(PartnerUnknown):
    """Money that moved from a Roth IRA to a traditional IRA, which is no transfer."""

    total: Money
    left: str
    reached: str

    @property
    def problem(self) -> str:
        return (
            f"{self.total}{self.in_rows} moved from {self.left}, a Roth IRA, to {self.reached}, a "
            "traditional IRA: a contribution that was recharacterized?"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self.offered[0])}, or "
            f'"{IGNORE}" where the broker took its own mistake back'
        )


@dataclass(frozen=True, kw_only=True)
class PaidToBank(PartnerUnknown):
    """Payments of an IRA to a bank: most often distributions, and sometimes not."""

    asked_in = ("bank money",)
    safe = True
    total: Money
    payments: int
    here: str

    @property
    def problem(self) -> str:
        many = f"{self.payments} payments, {self.total} in all,"
        return (
            f"{self.total if self.payments == 1 else many} left {self.here} for a bank and the "
            "file does not say what it was"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self.proposal)} when it was paid out, else one of "
            f'{", ".join(self.choices[1:])}; with "match" instead of "line" for all rows of these '
            "words"
        )

    @property
    def proposal(self) -> str:
        return self.offered[0]


@dataclass(frozen=True, kw_only=True)
class TaxAlone(PartnerUnknown):
    """Tax that was withheld on a day that has no payment."""

    amount: Money

    @property
    def problem(self) -> str:
        return f"tax of {self.amount} was withheld and the day has no payment"

    @property
    def remedy(self) -> str:
        return f'answer {self.written(self.offered[0])}: the tax itself was paid out, or "{IGNORE}"'


@dataclass(frozen=True, kw_only=True)
class SameMoney(Question):
    """Whether two legs that are some days apart are one movement."""

    SAME, APART = "same", "apart"
    code = "same_money"
    asked_in = ("movements",)
    choices = (SAME, APART)
    asks = "whether two legs some days apart are one movement"
    answered = "`same` or `apart`"
    why = (
        "Money that leaves one account and comes into another some days later is one movement. Two "
        "separate ones would be a payment to you and a contribution."
    )
    means = {"same": "one movement", "apart": "they have nothing to do with each other"}
    told_again = True

    amount: Money
    day: date
    other: date
    sender: str = ""  # the account of a payment, "" for a movement that is booked already
    came_as: str = "rollover"  # what the file calls it

    @property
    def problem(self) -> str:
        if not self.sender:
            return (
                f"{self.amount} moved on {self.day.isoformat()}: is it the same money as the "
                f"movement booked on {self.other.isoformat()}?"
            )
        return (
            f"{self.amount}{self.in_rows} came in as a {self.came_as} on {self.day.isoformat()}: "
            f"is it the same money as what left {self.sender} on {self.other.isoformat()}?"
        )

    @property
    def remedy(self) -> str:
        return f'answer {self.written(self.SAME)} or "{self.APART}"'


@dataclass(frozen=True, kw_only=True)
class RolloverOrigin(Question):
    """Whether money that came in is a payment put back."""

    code = "rollover_origin"
    asked_in = ("movements",)
    asks = (
        "whether money that came in as a rollover, or a contribution, is a payment put back within "
        "60 days"
    )
    answered = (
        "the payment, as listed, or `outside` when it came from elsewhere (as a contribution: from "
        "other money of your own)"
    )
    why = (
        "Money that came in may be a payment of yours put back within 60 days. Then that payment "
        "is not taxed; from elsewhere, it has nothing to do with it."
    )
    means = {"outside": "it came from somewhere else"}
    told_again = True

    amount: Money
    payments: tuple[str, ...]  # names of those that paid as much
    came_as: str  # what the file calls it

    @property
    def problem(self) -> str:
        return (
            f"{self.amount} came in as a {self.came_as}; {', '.join(self.payments)} paid out as "
            "much shortly before"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written('EVENT')}: EVENT is {', '.join(self.payments)}, or "
            f'"{ELSEWHERE}" when it came from elsewhere'
        )

    @property
    def choices(self) -> tuple[str, ...]:
        return (*self.payments, ELSEWHERE)


@dataclass(frozen=True, kw_only=True)
class WhichCameBack(Question):
    """Which of several payments a plan took back, or converted."""

    code = "which_came_back"
    asked_in = ("both of what came back",)
    asks = "which payment came in again or was converted, where a plan paid as much several times"
    answered = "the payment, as listed, or `in_transit` when it is in a file that comes later"
    why = (
        "A payment that the plan took back counts as never made, one that it converted as a "
        "conversion. Each may have gone to another account, or left on a day of another gain: the "
        "plan's letter or its list of checks says which it was."
    )
    told_again = True

    amount: Money
    payments: tuple[str, ...]  # names of those that it may be
    came_as: str = "again"  # or what its file says it was

    @property
    def problem(self) -> str:
        paid = ", ".join(self.payments)
        return f"{self.amount} came in {self.came_as}; {paid} paid out as much"

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written('EVENT')}: EVENT is {', '.join(self.payments)}, or "
            f'"{IN_TRANSIT}" when it is in a file that comes later'
        )

    @property
    def choices(self) -> tuple[str, ...]:
        return (*self.payments, IN_TRANSIT)


@dataclass(frozen=True, kw_only=True)
class PossibleConversion(Question):
    """Whether money that moved between two IRAs was converted to Roth."""

    CONVERTED = "conversion"
    code = "possible_conversion"
    asked_in = ("movements",)
    choices = (CONVERTED, IGNORE)
    rank = 3
    asks = "whether money that moved was a Roth conversion"
    answered = (
        "`conversion` or `ignore`; for a row whose source is not said, the source; for money that "
        "left Roth money again `taken_back`"
    )
    why = (
        "A conversion to Roth is reported and may be taxable; a mere move is not. The plan's or "
        "broker's confirmation says which it was; Form 1099-R of that year lists conversions."
    )
    means = {
        "none": "no conversion",
        "all": "each moved all after-tax money; the gain is what a recorded Form 1099-R shows",
        "ignore": "no conversion: book nothing",
    }
    told_again = True

    total: Money
    left: str  # the account that it left, with its kind
    reached: str  # the account that it came into, with its kind

    @property
    def problem(self) -> str:
        return (
            f"{self.total}{self.in_rows} moved from {self.left} to {self.reached}: was it a "
            "conversion?"
        )

    @property
    def remedy(self) -> str:
        return f'answer {self.written(self.CONVERTED)} or "{IGNORE}"'


@dataclass(frozen=True, kw_only=True)
class PossibleInPlan(Question):
    """Whether money that changed its source in a plan was converted to Roth."""

    code = PossibleConversion.code
    asked_in = ("movements",)
    rank = 3
    why = PossibleConversion.why
    means = PossibleConversion.means
    told_again = True

    amount: Money
    funds: tuple[str, ...]  # that it left and reached, () where the file does not tell
    source_known: bool
    undoes: bool = False  # out of Roth money: nothing is converted, one may be taken back

    @property
    def alike(self) -> tuple[str, ...]:
        return () if self.undoes else (*self.choices, *self.funds)

    @property
    def problem(self) -> str:
        if self.undoes:
            return (
                f"{self.amount} left Roth money for another source of the plan, and no row shows "
                "the in-plan Roth conversion that this would take back"
            )
        way = "one source to another"
        if self.funds:
            left, *into = (safe(fund, limit=60) for fund in self.funds)
            way = f"{left} to {', '.join(into)}"
        return f"{self.amount} moved from {way}{self.more}: was it an in-plan Roth conversion?"

    @property
    def remedy(self) -> str:
        if self.undoes:
            return (
                f"answer {self.written(RowKind.TAKEN_BACK)} when the plan took a conversion back, "
                f'or "{IGNORE}" when it was none; the file that shows the conversion settles it'
            )
        converted = PossibleConversion.CONVERTED if self.source_known else "SOURCE"
        source = "" if self.source_known else ": SOURCE is the source converted"
        return (
            f"answer {self.written_for_each(converted)}{source}, or "
            f'"{IGNORE}" when it was none: a change of funds, for one'
        )

    @property
    def choices(self) -> tuple[str, ...]:
        if self.undoes:
            return (RowKind.TAKEN_BACK, IGNORE)
        return (PossibleConversion.CONVERTED, IGNORE) if self.source_known else (*Source, IGNORE)


@dataclass(frozen=True, kw_only=True)
class HiddenConversion(Question):
    """Transfer rows of 0.00 in a file that adds all sources together."""

    NONE, ALL = "none", "all"
    EXAMPLE = "2008.00 after_tax"
    code = PossibleConversion.code
    asked_in = ("allocation",)
    choices = (NONE, ALL, "<AMOUNT SOURCE>")
    each_its_own = True
    rank = 3
    asks = "whether `Transfer` rows of 0.00 hide conversions"
    answered = (
        '`none`; `{"amount": "2008.00", "source": "after_tax"}` or `2008.00 after_tax`; `all`: all '
        "that the after-tax source holds in the books by then, with what answers to the file's "
        "other questions bring in, without a further gain"
    )
    why = PossibleConversion.why
    means = PossibleConversion.means
    told_again = True

    first: date
    last: date
    better: str  # the file that names the sources, "" without one

    @property
    def everywhere(self) -> str:
        return self.match

    @property
    def problem(self) -> str:
        named, first = safe(self.match, limit=60), self.first.isoformat()
        many = len(self.lines)
        lines = ", ".join(map(str, self.lines[:_NAMED])) + (", …" if many > _NAMED else "")
        what = (
            f"a '{named}' of 0.00 on {first} may hide an in-plan Roth conversion"
            if many == 1
            else f"{many} '{named}' rows of 0.00 from {first} to {self.last.isoformat()} (lines "
            f"{lines}) may hide in-plan Roth conversions"
        )
        return f"{what}: the file adds all sources together"

    @property
    def remedy(self) -> str:
        one = self.written({"amount": "2008.00", "source": "after_tax"})
        return (
            f'answer {one} or "{self.NONE}"; or, when each of them converted all after-tax money '
            f"without a gain, {self.written(self.ALL, for_all=True)}{better_file(self.better)}"
        )

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        return (
            (self.EXAMPLE, f"amount and source of the one in line {self.line}; then the next"),
            ("", "The Sources tab shows the amounts: if you have it, type q and import it first."),
        )


_BETTER = {
    "fidelity_netbenefits": "the Sources tab",
    "vanguard_ofxdownload": "the QFX download",
}


def better_than(importer: str) -> str:
    """Return which file of the recordkeeper names the sources that a reader's does not."""
    return _BETTER.get(importer, "")


def better_file(name: str) -> str:
    """Name the file of the same recordkeeper that says the sources, where there is one."""
    return f"; or import {name} first, which names the sources" if name else ""
