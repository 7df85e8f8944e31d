"""What the questions of an import mean: why each is asked, and what each answer does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ledger.chart import Source
from ledger.records import RowKind

if TYPE_CHECKING:
    from ledger.chart import Account
    from ledger.intake.draft import Question


class Words(NamedTuple):
    """Why a question is asked; what can be typed beside its fixed choices; what those mean."""

    why: str
    forms: tuple[tuple[str, str], ...] = ()
    means: Mapping[str, str] = {}


_SOURCES = {
    Source.PRE_TAX: "your own pre-tax deferrals",
    Source.ROTH: "your own Roth deferrals",
    Source.AFTER_TAX: "your own after-tax contributions, which are not Roth",
    Source.MATCH: "the employer's match",
    Source.NONELECTIVE: "other money of the employer, e.g. profit sharing",
    Source.ROLLOVER: "pre-tax money rolled in from another plan or IRA",
    Source.ROTH_ROLLOVER: "Roth money rolled in from another plan",
    Source.IN_PLAN_ROTH: "money converted to Roth inside the plan",
    Source.MATCH_ROTH: "a match that was paid in as Roth",
    Source.NONELECTIVE_ROTH: "other money of the employer paid in as Roth",
}
_COMMON = {
    "ignore": "book nothing of it",
    "outside": "another account, which is not in this ledger",
    "cash": "paid out to you",
    "in_plan_conversion": "converted to Roth inside the plan",
    "conversion": "yes: it became Roth, and Form 8606 or 1099-R reports it",
    "rollover": "put back or rolled over: from a plan, or a payment of the last 60 days",
    "transfer": "moved straight from another account",
    "all": "it came from all sources in proportion",
}
_OLDER = "Earlier statements tell it better: if you have them, type q and import them first."
_TABLE = {
    "account_unknown": Words(
        "Every row belongs to one account of the ledger. A file says which by a number or a name, "
        "and this one is new here. An account that the ledger lacks is added first (type q): "
        "basis account add ID --owner … --kind … --number …. The answer is remembered.",
        means={"ignore": "it is no retirement account of this ledger: leave its rows out"},
    ),
    "allocation_needed": Words(
        "Money in a plan is taxed by its source, and this file adds all sources together. A "
        "paystub or the plan's page 'Sources' shows how one paycheck is divided. What you say is "
        "remembered for later files of the plan (basis allocate)."
    ),
    "amount_unknown": Words(
        "The row shows units but no dollars. The statement of that day shows what they were worth.",
        (("1234.56", "its value in dollars on that day"),),
    ),
    "balance_date_unknown": Words(
        "Balances are compared with the books of one day, and the file does not name it.",
        (("YYYY-MM-DD", "the day on which the balances stood"),),
    ),
    "file_known": Words(
        "The same file in two accounts would book all of its money twice. If this is the right "
        "account, type q and take the other import back with basis undo.",
        means={"again": "book all of it here as well"},
    ),
    "needs_more": Words(
        "Such an event has figures that one row cannot hold, such as the contribution and the "
        "income on it. Type q, book it with basis add, then import the file again.",
        means={"typed": "it is booked by hand already", "ignore": "it is none: book nothing"},
    ),
    "opening_balance": Words(
        "What was there before the first row is the start of the books. How much of it was taxed "
        "already (its basis) decides what is taxable later; the plan's statement shows it as "
        f"'after-tax contributions' or 'Roth basis'. {_OLDER}",
        (
            ("pre_tax=40000 match=20000 roth=5000/4100", ""),
            ("", "the value of each source; of Roth and after-tax money VALUE/BASIS"),
        ),
        {"check": "do not book it, only compare it with the ledger"},
    ),
    "partner_unknown": Words(
        "Where money goes decides how it is taxed: to you is a distribution, to an IRA or plan a "
        "rollover or transfer, to Roth a conversion. The confirmation of the transaction and box 7 "
        "of Form 1099-R say it. If the other account's file is at hand, type q and import both.",
        (("ira=24000 roth1=6000", "where it was divided: each account, or cash, with its part"),),
        {"in_transit": "the other account's file comes later, and shows it"},
    ),
    "possible_conversion": Words(
        "A conversion to Roth is reported and may be taxable; a mere move is not. The plan's or "
        "broker's confirmation says which it was; Form 1099-R of that year lists conversions.",
        (
            ("2008.00 after_tax", "amount and source of the one in line {line}; then the next"),
            ("", "The Sources tab shows the amounts: if you have it, type q and import it first."),
        ),
        {
            "none": "no conversion",
            "all": "each moved all after-tax money; no gain is booked",
            "ignore": "no conversion: book nothing",
        },
    ),
    "reading_unconfirmed": Words(
        "Few files of this layout were seen when the reader was written. Compare the rows above "
        "with the statement: days, kinds, amounts and signs. It is asked once for each account.",
        means={"confirm": "the rows agree with the statement"},
    ),
    "rollover_origin": Words(
        "Money that came in may be a payment of yours put back within 60 days. Then that payment "
        "is not taxed; from elsewhere, it has nothing to do with it.",
        means={"outside": "it came from somewhere else"},
    ),
    "rows_missing": Words(
        "A later download that no longer shows a row usually means that the recordkeeper corrected "
        "it. Both stand above, day by day; were the old and the new rows booked, their money would "
        "count twice. basis undo of this import puts the old rows back.",
        means={
            "accept": "corrected: reverse the old entries and book the new rows, in one step",
            "keep": "the old rows count as well: book the new ones beside them",
        },
    ),
    "same_events_other_format": Words(
        "Two files of one account in different formats tell the same money in other words. Booked "
        "twice, it would be counted twice.",
        means={"same": "they tell the same money: book it once", "further": "it is other money"},
    ),
    "same_money": Words(
        "Money that leaves one account and comes into another some days later is one movement. Two "
        "separate ones would be a payment to you and a contribution.",
        means={"same": "one movement", "apart": "they have nothing to do with each other"},
    ),
    "sign_unknown": Words(
        "Money and units of a row move together: both come in or both go out. Here one of them has "
        "the wrong sign, and the file does not tell which. The balances on the statement of that "
        "day do. The answer holds for all such rows of the type in the account.",
        means={
            "units": "the units are right: the money went the way they did",
            "amount": "the amount is right: the units went the way it did",
        },
    ),
    "source_unknown": Words(
        "Each plan has its own names for its sources, and tax depends on which it is. The plan's "
        "summary or a paystub explains the name. The answer is remembered for the plan.",
    ),
    "statement_divides": Words(
        "A statement says what each source got over a period, and the rows of this file that name "
        "no source add up to the same. Divided alike, every source has its total exactly; single "
        "paychecks may have been divided otherwise, which matters where after-tax money was "
        "converted between them.",
        means={
            "divide": "divide each row in the proportion of the totals",
            "no": "I say what a paycheck looks like instead",
        },
    ),
    "tax_year_unknown": Words(
        "Until the due date in April a deposit can be made for the year before. It decides the "
        "year of Form 8606. Your IRA's page or Form 5498 (box 1 or 10) shows the year chosen. Bank "
        "money may be no contribution at all: Form 5498 has rollovers in box 2, conversions in 3.",
        means={"conversion": "it came out of a traditional IRA and became Roth"},
    ),
    "totals_differ": Words(
        "Two files of one plan show different totals for a day. Either one of them is incomplete, "
        "or these rows are further money.",
        means={"skip": "keep what is booked", "book": "these rows are further money: book them"},
    ),
    "type_unknown": Words(
        "The reader has not seen this row type before. What it is decides how it is booked; the "
        "answer holds for all rows of the type in the account, and is remembered.",
    ),
    "value_needed": Words(
        "When all of a source moves, what is above the books is a gain that no row shows. When a "
        "part moves, its share of basis depends on what the source was worth.",
        (
            ("all", "all of it moved; the difference is a gain or loss"),
            ("1234.56", "its value just before, from the statement"),
        ),
        {"later": "I do not know it: earlier statements, or a balance, will tell"},
    ),
    "year_end_value": Words(
        "The value of all traditional IRAs on December 31 is line 6 of Form 8606; the books alone "
        "lack what prices did. Compare it with box 5 of Form 5498 or the year-end statement, for "
        "some files count cash twice, as a position and as cash.",
        means={
            "book": "book it as the balance of the day; the difference is a gain or loss",
            "no": "leave it out: basis add balance brings another value in",
        },
    ),
}
# Words for one form of an answer of a question that has several.
_OF_FORM = {
    ("opening_balance", "<BASIS>"): Words(
        "What a source holds before the first row is the start of the books. How much of it was "
        "taxed already (its basis) decides what is taxable later; the plan's statement shows it "
        f"as 'after-tax contributions' or 'Roth basis'. {_OLDER}",
        (
            ("{total}", "all of it was taxed already: nothing was gained"),
            ("0.00", "nothing of it was; or any amount between, as the statement shows it"),
        ),
        {"check": "do not book it, only compare it with the ledger"},
    ),
}


def words_of(question: Question) -> Words:
    """Return the words for a question, those for its own form of answer where it has some."""
    form = question.choices[-1] if question.choices else ""
    return _OF_FORM.get((question.code, form), _TABLE[question.code])


def listed(question: Question, accounts: Mapping[str, Account]) -> Iterator[tuple[str, str]]:
    """Go through what can be typed, each with its meaning: fixed choices first, then the forms."""
    words = words_of(question)
    fixed = [choice for choice in question.choices if not choice.startswith("<")]
    opened = len(fixed) < len(question.choices)
    total = question.totals[0].plain if question.totals else ""
    forms = [
        (form.format(total=total), told.format(line=question.line)) for form, told in words.forms
    ]
    for choice in fixed:
        if not (opened and choice in dict(forms)):
            yield choice, _meaning(words, choice, fixed, accounts)
    if opened:
        yield from forms


def _meaning(
    words: Words, choice: str, choices: Sequence[str], accounts: Mapping[str, Account]
) -> str:
    if choice in words.means:
        return words.means[choice]
    if choice in accounts and Source.PRE_TAX not in choices:
        account = accounts[choice]
        place = account.employer or account.institution
        return f"{account.kind.words}{f' at {place}' if place else ''}"
    if choice in list(Source):
        return _SOURCES[Source(choice)]
    known = _COMMON.get(choice, "")
    return known or (RowKind(choice).spec.meaning if choice in list(RowKind) else "")
