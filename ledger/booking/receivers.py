"""Where money may go: which accounts can receive what an event moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ledger.booking.refusals import refusal
from ledger.chart import Account, AccountKind
from ledger.records import CASH, IN_TRANSIT, Event, EventKind
from ledger.safetext import safe

Accounts = Mapping[str, Account]
K = EventKind
_NEEDS_TO = {
    K.CONVERSION,
    K.TRANSFER,
    K.RECHARACTERIZATION,
    K.DIVORCE_TRANSFER,
    K.ROLLOVER_60DAY,
    K.SPOUSE_ELECTION,
}


def check_receivers(event: Event, here: Account, accounts: Accounts) -> None:
    """Refuse an event whose money goes where the law or the chart of accounts has no place."""
    receivers = [account_of(event, to, accounts) for to in _receivers(event)]
    if here in receivers and event.kind is not K.ROLLOVER_60DAY:
        raise refusal(
            event,
            "same_account",
            f"the money of this {event.kind.words} stays in the account {here.id}",
            "name the account that received it, or cash",
        )
    _check_fit(event, here, receivers)
    for account in receivers:
        _check_owner(event, here, account)


def _check_owner(event: Event, here: Account, to: Account) -> None:
    if (event.kind is K.DIVORCE_TRANSFER) == (to.owner == here.owner):
        raise refusal(
            event,
            "other_owner",
            f"{to.id} belongs to {to.owner}, {here.id} to {here.owner}",
            "money moves between accounts of one person; a divorce transfer is its own kind, "
            "and goes to the other spouse",
        )


def _receivers(event: Event) -> tuple[str, ...]:
    named = [part.to for part in event.parts] or ([event.to] if event.to else [])
    if event.kind in _NEEDS_TO and not named:
        raise refusal(
            event,
            "missing_field",
            f"{event.kind.with_article} needs 'to'",
            "add 'to': the id of the account that received the money",
        )
    return tuple(to for to in named if to != IN_TRANSIT and (to != CASH or event.kind in _NEEDS_TO))


_Test = Callable[[Account], bool]
_ROTH = {
    AccountKind.ROTH_IRA,
    AccountKind.ROTH_SEP_IRA,
    AccountKind.ROTH_SIMPLE_IRA,
    AccountKind.INHERITED_ROTH_IRA,
}
_CONTRIBUTORY = {AccountKind.TRADITIONAL_IRA, AccountKind.ROTH_IRA}
_DIVORCE = (
    "a divorce transfer goes between traditional IRAs; how the layers of Roth IRAs are divided "
    "(Form 8606, lines 22 and 24) is not supported"
)
_CHARITY = (
    "a QCD comes from a traditional IRA (IRC 408(d)(8)); out of a Roth IRA it is not supported"
)
_HSA = (
    "an HSA funding distribution comes from a traditional IRA; out of a Roth IRA, or of a SEP or "
    "SIMPLE IRA that the employer still pays into, it is not supported (IRC 408(d)(9))"
)
_FITS: dict[EventKind, tuple[_Test, _Test, str]] = {
    K.CONVERSION: (
        lambda here: here.kind.is_pooled_traditional,
        lambda to: to.kind.is_roth_ira,
        "a conversion goes from a traditional, SEP or SIMPLE IRA to a Roth IRA",
    ),
    K.RECHARACTERIZATION: (
        lambda here: here.kind in _CONTRIBUTORY,
        lambda to: to.kind in _CONTRIBUTORY,
        "a recharacterization goes between a traditional and a Roth IRA",
    ),
    K.DIVORCE_TRANSFER: (
        lambda here: here.kind.is_pooled_traditional,
        lambda to: to.kind.is_pooled_traditional,
        _DIVORCE,
    ),
    K.TRANSFER: (
        lambda here: not here.kind.is_plan,
        lambda to: not to.kind.is_plan,
        "a transfer goes from one IRA to another; money that leaves a plan is a distribution",
    ),
    K.HSA_FUNDING: (
        lambda here: here.kind is AccountKind.TRADITIONAL_IRA,
        bool,
        _HSA,
    ),
    K.ROLLOVER_529: (
        lambda here: here.kind is AccountKind.ROTH_IRA,
        bool,
        "a rollover from a 529 account goes to a Roth IRA of its beneficiary (IRC 529(c)(3)(E))",
    ),
    K.REPAYMENT: (
        lambda here: not here.kind.is_inherited,
        bool,
        "a repayment goes to a plan or IRA of one's own",
    ),
    K.SPOUSE_ELECTION: (
        lambda here: here.kind.is_inherited,
        lambda to: not to.kind.is_plan and not to.kind.is_inherited,
        "a surviving spouse's election goes from the inherited IRA 'to' an IRA of their own",
    ),
    K.QCD: (lambda here: not here.kind.is_plan and here.kind not in _ROTH, bool, _CHARITY),
}


def _check_fit(event: Event, here: Account, receivers: list[Account]) -> None:
    from_ok, to_ok, words = _FITS.get(event.kind, (bool, bool, ""))
    if not from_ok(here) or not all(map(to_ok, receivers)):
        raise refusal(event, "wrong_account_kind", words, "check the two accounts")
    for to in receivers:
        if event.kind is K.TRANSFER and _family(to) != _family(here):
            raise refusal(
                event,
                "wrong_account_kind",
                f"{here.id} is a {here.kind.words}, {to.id} a {to.kind.words}",
                "traditional to Roth is a 'conversion'; a spouse who makes an inherited IRA their "
                "own writes a 'spouse_election'",
            )
        if event.kind is K.SPOUSE_ELECTION and (to.kind in _ROTH) != (here.kind in _ROTH):
            raise refusal(
                event,
                "wrong_account_kind",
                f"{here.id} is {here.kind.with_article}, {to.id} {to.kind.with_article}",
                "a surviving spouse's election keeps the kind of IRA; traditional to Roth is a "
                "'conversion' afterwards",
            )
        if event.kind is K.RECHARACTERIZATION and to.kind is here.kind:
            raise refusal(
                event,
                "wrong_account_kind",
                f"{here.id} and {to.id} are both a {here.kind.words}",
                "a recharacterization changes the kind of IRA; between two of a kind it is a "
                "'transfer'",
            )


def _family(account: Account) -> str:
    """Return what an IRA may be transferred within: the own pool, or its own kind."""
    if account.kind.is_pooled_traditional:
        return "traditional"
    return "roth" if account.kind.is_roth_ira else account.kind.value


def account_of(event: Event, name: str, accounts: Accounts) -> Account:
    """Return the account an event names; refuse a name the chart does not have."""
    if name not in accounts:
        raise refusal(
            event,
            "unknown_account",
            f"no account '{safe(name)}'",
            f"accounts are: {', '.join(accounts) or 'none yet'}",
        )
    return accounts[name]
