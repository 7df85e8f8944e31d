"""Where money may go: which accounts can receive what an event moves."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.booking.refusals import refusal
from ledger.chart import Account
from ledger.events import CASH, IN_TRANSIT, Event, EventKind
from ledger.text import safe

Accounts = Mapping[str, Account]
K = EventKind


def check_receivers(event: Event, here: Account, accounts: Accounts) -> None:
    """Refuse an event whose money goes where the law or the chart of accounts has no place."""
    receivers = [account_of(event, to, accounts) for to in _receivers(event)]
    if not receivers and not event.kind.spec.between:
        return
    # a 60-day rollover may go back to the account that it was paid from
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
    # in a divorce, and at a death, the owners must differ, in all else they must agree
    if event.kind.spec.between_owners == (to.owner == here.owner):
        raise refusal(
            event,
            "other_owner",
            f"{to.id} belongs to {to.owner}, {here.id} to {here.owner}",
            "money moves between accounts of one person; a divorce transfer is its own kind, "
            "and goes to the other spouse; so is an inheritance, which goes to an heir",
        )


def _receivers(event: Event) -> tuple[str, ...]:
    named = [part.to for part in event.parts] or ([event.to] if event.to else [])
    if event.kind.spec.needs_to and not named:
        raise refusal(
            event,
            "missing_field",
            f"{event.kind.with_article} needs 'to'",
            "add 'to': the id of the account that received the money",
        )
    return tuple(
        to for to in named if to != IN_TRANSIT and (to != CASH or event.kind.spec.needs_to)
    )


def _check_fit(event: Event, here: Account, receivers: list[Account]) -> None:
    between = event.kind.spec.between
    if between and not (between.gives(here) and all(map(between.takes, receivers))):
        raise refusal(event, "wrong_account_kind", between.words, "check the two accounts")
    for to in receivers:
        if event.kind.spec.as_it_is and to.kind.is_plan != here.kind.is_plan:
            raise refusal(
                event,
                "wrong_account_kind",
                f"{here.id} is {here.kind.with_article}, {to.id} {to.kind.with_article}",
                "between a plan and an IRA money moves as a 'distribution' with 'to', in a divorce "
                "as one of the former spouse's own account in the plan",
            )
        if event.kind.spec.as_it_is and _family(to) != _family(here):
            raise refusal(
                event,
                "wrong_account_kind",
                f"{here.id} is {here.kind.with_article}, {to.id} {to.kind.with_article}",
                "traditional to Roth is a 'conversion', a contribution moved from Roth to "
                "traditional a 'recharacterization'; a spouse who makes an inherited IRA their own "
                "writes a 'spouse_election'",
            )
        changed = to.kind.is_any_roth_ira != here.kind.is_any_roth_ira
        if event.kind is K.INHERITANCE and changed:
            raise refusal(
                event,
                "wrong_account_kind",
                f"{here.id} is {here.kind.with_article}, {to.id} {to.kind.with_article}",
                "an heir's IRA is of the kind that the owner's was",
            )
        if event.kind is K.SPOUSE_ELECTION and changed:
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
                f"{here.id} and {to.id} are both {here.kind.with_article}",
                "a recharacterization changes the kind of IRA; between two of a kind it is a "
                "'transfer'",
            )


def _family(account: Account) -> str:
    """Return what money may be transferred within: plans, the own pool, or its own kind of IRA."""
    if account.kind.is_plan:
        return "plan"
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
