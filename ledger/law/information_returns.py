"""Forms 5498 and W-2: which box reports what, and for which year."""

from __future__ import annotations

from ledger.chart import AccountKind, Source
from ledger.law import rule

# inherited IRAs are left out: their beneficiary cannot contribute to them
_CONTRIBUTION_BOXES = {
    AccountKind.TRADITIONAL_IRA: "1",
    AccountKind.SEP_IRA: "8",
    AccountKind.SIMPLE_IRA: "9",
    AccountKind.ROTH_IRA: "10",
}
# account kind -> code in box 12 of Form W-2
_PRE_TAX = {
    AccountKind.K401: "D",
    AccountKind.B403: "E",
    AccountKind.SEP_IRA: "F",
    AccountKind.B457: "G",
    AccountKind.SIMPLE_IRA: "S",
}
_ROTH = {
    AccountKind.K401: "AA",
    AccountKind.B403: "BB",
    AccountKind.ROTH_SEP_IRA: "F",
    AccountKind.B457: "EE",
    AccountKind.ROTH_SIMPLE_IRA: "S",
}


@rule("Instructions for Forms 1099-R and 5498, Form 5498 boxes 1, 8, 9 and 10", evidence="S")
def contribution_box(kind: AccountKind) -> str:
    """Return the box of Form 5498 that reports a contribution; "" where no box does.

    >>> contribution_box(AccountKind.ROTH_IRA)
    '10'
    """
    return _CONTRIBUTION_BOXES.get(kind, "")


@rule("Instructions for Forms 1099-R and 5498, Form 5498 boxes 1, 8, 9 and 10", evidence="S")
def contribution_reported_in(kind: AccountKind, *, paid_in: int, made_for: int) -> int:
    """Return the year whose Form 5498 reports a contribution.

    Traditional and Roth IRAs: the year it is made for. SEP and SIMPLE IRAs: the year it is paid
    in, whatever year it is for.
    """
    by_payment = kind in {AccountKind.SEP_IRA, AccountKind.SIMPLE_IRA}
    return paid_in if by_payment else made_for


@rule("Instructions for Forms 1099-R and 5498, Form 5498 boxes 2 and 3", evidence="S")
def arrival_box(giver: AccountKind, receiver: AccountKind, *, trustee_to_trustee: bool) -> str:
    """Return the box of Form 5498 for money that came from another account; "" for a transfer.

    A conversion has box 3, a rollover box 2; money that goes from trustee to trustee between
    IRAs of one kind is reported nowhere.
    """
    if giver.is_pooled_traditional and receiver.is_roth_ira:
        return "3"
    # a direct rollover out of a plan is reported all the same: only IRA to IRA is silent
    return "" if trustee_to_trustee and not giver.is_plan else "2"


@rule(
    "General Instructions for Forms W-2 and W-3, box 12 codes D to G, S, AA, BB and EE; Notice "
    "2024-2, Q&A K-6",
    evidence="S",
)
def deferral_code(kind: AccountKind, source: Source | None) -> str:
    """Return the box 12 code of an elective deferral; "" for money that box 12 does not show.

    Excess deferrals are in the box too; after-tax and employer money is not.

    >>> deferral_code(AccountKind.K401, Source.ROTH), deferral_code(AccountKind.K401, Source.MATCH)
    ('AA', '')
    """
    # an unnamed source counts as employer money, which box 12 does not show
    codes = {Source.PRE_TAX: _PRE_TAX, Source.ROTH: _ROTH}.get(source or Source.MATCH, {})
    return codes.get(kind, "")


@rule("IRC 219(g)(5); General Instructions for Forms W-2 and W-3, box 13", evidence="S")
def makes_active_participant(kind: AccountKind) -> bool:
    """Tell whether money added to an account of this kind makes its owner an active participant.

    A 457(b) plan does not.
    """
    return kind in {AccountKind.K401, AccountKind.B403} or kind.is_employer_ira
