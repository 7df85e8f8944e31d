"""What must hold of an event before it is booked: fields, signs, sources, accounts that fit."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from ledger.booking.amounts import destinations, gross_amount
from ledger.booking.receivers import Accounts, check_receivers
from ledger.booking.refusals import refusal
from ledger.chart import ELECTIVE_DEFERRALS, Account, Source, TaxCharacter
from ledger.events import (
    CASH,
    CORRECTED_SOURCES,
    ELSEWHERE,
    EXCEPTIONS_5329,
    HELD_FIELDS,
    MOVED_FIELDS,
    Event,
    EventKind,
    EventSpec,
    Place,
    Sign,
    Sources,
)
from ledger.money import ZERO, Money

K = EventKind
_Check = Callable[[Event, Account], None]


_moved = attrgetter(*MOVED_FIELDS)  # made once: it runs for every entry of an import
_held = attrgetter(*HELD_FIELDS)


def check_shape(event: Event, here: Account, accounts: Accounts) -> None:
    """Refuse an event whose fields do not fit its kind and its account."""
    for check in _CHECKS:
        check(event, here)
    for check_of_kind in _CHECKS_OF[event.kind]:
        check_of_kind(event, here)
    check_receivers(event, here, accounts)


def _check_sources(event: Event, here: Account) -> None:
    kept = event.kind.spec.sources
    # what is shared by value is of all sources, so that none has to be named
    needed = kept is not Sources.ANY and not event.is_shared
    if here.kind.is_plan and needed and event.source is None:
        raise refusal(
            event,
            "source_needed",
            f"{event.kind.with_article} in a plan needs one source",
            f"add 'source': one of {', '.join(Source)}",
        )
    if len(event.sources) > 1 and event.kind is not K.DISTRIBUTION:
        raise refusal(
            event,
            "source_needed",
            f"{event.kind.with_article} of several sources together does not say what is of which",
            "write one for each source",
        )
    if not here.kind.is_plan and event.sources:
        _check_ira_source(event, here)


# what a SEP or SIMPLE IRA takes in, by how it is taxed
_TO_EMPLOYER_IRAS = {
    False: (Source.PRE_TAX, Source.MATCH, Source.NONELECTIVE),
    True: (Source.ROTH, Source.MATCH_ROTH, Source.NONELECTIVE_ROTH),
}


def _check_ira_source(event: Event, here: Account) -> None:
    """Refuse the source of IRA money; of a SEP or SIMPLE contribution it may say who paid it."""
    paid_in = event.kind is K.CONTRIBUTION and here.kind.is_employer_ira
    fitting = _TO_EMPLOYER_IRAS[here.kind.is_roth_ira] if paid_in else ()
    if event.source not in fitting:
        raise refusal(
            event,
            "source_not_possible",
            f"{here.id} is {here.kind.with_article}: it has no sources"
            if not fitting
            else f"a contribution to {here.id}, {here.kind.with_article}, is no "
            f"{event.source} money",
            f"write one of {', '.join(fitting)}" if fitting else "leave 'source' out",
        )


def _check_kind(event: Event, here: Account) -> None:
    place = event.kind.spec.place
    wrong = (
        (place is Place.PLAN and not here.kind.is_plan)
        or (place is Place.IRA and here.kind.is_plan)
        # an inherited IRA takes no new money of its beneficiary
        or (event.kind is K.CONTRIBUTION and here.kind.is_inherited)
    )
    if wrong:
        raise refusal(
            event,
            "wrong_account_kind",
            f"{event.kind.with_article} is not possible in {here.kind.with_article} ({here.id})",
            "check the account and the kind of the event",
        )


def _check_signs(event: Event, here: Account) -> None:
    moved: list[tuple[str, Money | None]] = []
    # the catalogue says what is debited: a minus would turn payments in into payments out
    if event.kind.spec.sign is Sign.POSITIVE:
        moved += zip(MOVED_FIELDS, _moved(event), strict=True)
        moved += [(f"parts to {part.to}", part.amount) for part in event.parts]
    for name, amount in moved:
        if amount is not None and amount.cents < 0:
            raise refusal(
                event,
                "bad_amount",
                f"'{name}' of {event.kind.with_article} is negative ({amount})",
                "write it as a positive amount; the kind says which way the money goes",
            )
    for name, held in zip(HELD_FIELDS, _held(event), strict=True):
        if held is not None and held.cents < 0:
            raise refusal(
                event,
                "bad_amount",
                f"'{name}' of {here.id} cannot be below zero ({held})",
                "what an account holds, and what of it was taxed, is zero or more: check the sign",
            )


def _check_price(event: Event, here: Account) -> None:
    """Refuse a price of nothing: it is one of the units beside it."""
    # every check has the same two arguments, so that they can stand in one table
    del here
    if event.price is not None and (event.units is None or event.price <= 0):
        raise refusal(
            event,
            "price_not_possible",
            f"a price of {event.price:f} stands beside {'units' if event.units else 'no units'}",
            "write the units that moved, and what one of them cost in dollars",
        )


def _check_year(event: Event, here: Account) -> None:
    del here
    # a contribution may be for the year before its day, never for a year still to come
    if event.year is not None and event.year > event.day.year:
        raise refusal(
            event,
            "bad_tax_year",
            f"money of {event.day.isoformat()} cannot count for {event.year}",
            "write the year the contribution was made for",
        )


def _check_opening(event: Event, here: Account) -> None:
    basis, early = event.basis or ZERO, event.pre_1987 or ZERO
    if early < ZERO or early > basis:
        raise refusal(
            event,
            "bad_amount",
            f"the basis of {basis}, with {early} from before the 1987 rule, is not possible",
            "pre_1987 is a part of the basis: zero or more, and no more than it",
        )
    if early and event.source is not Source.AFTER_TAX:
        raise refusal(
            event,
            "source_not_possible",
            f"pre_1987 stands beside the source {event.source or 'of ' + here.id}",
            "pre-1987 contributions are after-tax money: put them beside the after_tax source "
            "(IRC 72(e)(8)(D))",
        )


def _check_withheld(event: Event, cash: Money) -> None:
    if event.tax_withheld > max(cash, ZERO):
        raise refusal(
            event,
            "bad_amount",
            f"{event.tax_withheld} was withheld from {cash} paid in cash",
            "tax is withheld from money paid out: the gross cash part includes it",
        )


def _check_distribution(event: Event, here: Account) -> None:
    for part in event.parts:
        if part.pretax is not None and not ZERO <= part.pretax <= part.amount:
            raise refusal(
                event,
                "bad_amount",
                f"{part.pretax} of the {part.amount} to {part.to} cannot be pretax",
                "elect no more pretax dollars than the part has",
            )
    # only cash has tax withheld: what goes straight to another account arrives whole
    _check_withheld(event, Money.total(amount for to, amount in destinations(event) if to == CASH))
    # each source may be a contract of its own, IRC 72(d)(2): the ratio needs to know whose value
    if here.kind.is_plan and event.value is not None and event.source is None:
        raise refusal(
            event,
            "source_needed",
            f"the value of {event.value} does not say which source of {here.id} it is of",
            "write one distribution for each source, or state what each was worth: 'balance'",
        )
    gross = gross_amount(event)
    if event.parts and event.amount is not None and event.amount != gross:
        raise refusal(
            event,
            "bad_amount",
            f"'amount' is {event.amount}, the parts add up to {gross}",
            "leave 'amount' out, or correct the parts",
        )
    if not here.kind.is_plan and any(part.pretax is not None for part in event.parts):
        raise refusal(
            event,
            "bad_election",
            f"{here.id} is {here.kind.with_article}: nobody elects where its pretax dollars go",
            "leave 'pretax' out: an IRA's basis is worked out over all IRAs at year end "
            "(IRC 408(d)(2))",
        )


def _check_return_source(event: Event, here: Account) -> None:
    if event.source not in ELECTIVE_DEFERRALS:
        raise refusal(
            event,
            "source_not_possible",
            f"{event.source} money of {here.id} is no elective deferral",
            f"the excess is paid back out of: {', '.join(sorted(ELECTIVE_DEFERRALS))}",
        )
    _check_paid_back(event, here)


def _check_paid_back(event: Event, here: Account) -> None:
    """Refuse a loss greater than the excess itself, and tax withheld beyond the payment."""
    del here
    _check_withheld(event, _check_loss(event))


def _check_loss(event: Event) -> Money:
    """Return what moves, the excess with its earnings; refuse a loss greater than the excess."""
    moved = event.money("amount") + (event.earnings or ZERO)
    if moved < ZERO:
        raise refusal(
            event,
            "bad_amount",
            f"a loss of {-(event.earnings or ZERO)} is more than the {event.amount} paid back",
            "write the loss of that money alone as negative 'earnings'",
        )
    return moved


def _check_correction(event: Event, here: Account) -> None:
    if event.reason not in CORRECTED_SOURCES:
        raise refusal(
            event,
            "missing_field",
            f"the corrective distribution from {here.id} does not say what it corrects",
            f"add 'reason': one of {', '.join(CORRECTED_SOURCES)}; an excess deferral is an "
            "'excess_deferral_return'",
        )
    fitting = CORRECTED_SOURCES[event.reason]
    if event.source not in fitting:
        raise refusal(
            event,
            "source_not_possible",
            f"{event.source} money of {here.id} is not paid back for reason '{event.reason}'",
            f"it is paid back out of: {', '.join(fitting)}; what an employer put in above the "
            "limit is forfeited, not paid out",
        )
    _check_paid_back(event, here)


def _check_adp(event: Event, here: Account) -> None:
    if event.source is not Source.PRE_TAX:
        raise refusal(
            event,
            "source_not_possible",
            f"{event.source} money of {here.id} is not made after-tax money for a failed ADP test",
            "only pre-tax deferrals are worked out; what becomes of Roth deferrals is not settled: "
            "show it to your adviser",
        )
    if event.year is None:
        raise refusal(
            event,
            "missing_field",
            f"the excess of {here.id} does not say which plan year's test failed",
            "add 'year': the year of the deferrals that were too much",
        )
    _check_loss(event)


def _check_exception(event: Event, here: Account) -> None:
    del here
    if event.exception and event.exception not in EXCEPTIONS_5329:
        raise refusal(
            event,
            "bad_value",
            f"'{event.exception}' is no exception of Form 5329",
            f"write its number of two digits: 01 to {EXCEPTIONS_5329[-2]}, or 99 for several",
        )


def _check_contribution(event: Event, here: Account) -> None:
    if event.origin not in {"", ELSEWHERE}:
        raise refusal(
            event,
            "bad_value",
            f"the contribution to {here.id} comes from '{event.origin}'",
            "money of another account is a 'rollover_in'; of a contribution 'origin' says no more "
            f"than '{ELSEWHERE}'",
        )
    if event.earnings is not None and not (
        here.kind.is_plan and event.money("amount") < min(-event.earnings, ZERO)
    ):
        raise refusal(
            event,
            "bad_value",
            f"earnings of {event.earnings} stand beside a contribution of {event.amount} to "
            f"{here.id}",
            "they are a part of what a payroll took back (a negative amount), less than all of it; "
            "what an IRA paid back is a 'return_of_contribution'",
        )
    if event.source is Source.ROTH_ROLLOVER:
        raise refusal(
            event,
            "source_not_possible",
            f"Roth money rolled into {here.id} does not say what of it is basis",
            "write it as 'rollover_in' with its 'basis', or as the distribution that it comes from",
        )
    if event.source is Source.IN_PLAN_ROTH:
        raise refusal(
            event,
            "source_not_possible",
            f"nobody contributes to the in-plan Roth money of {here.id}",
            "it comes there by an 'in_plan_conversion'; a Roth deferral has the source roth",
        )


def _check_stated_basis(event: Event, here: Account) -> None:
    """Refuse a basis that has no place where it stands: it would be passed over in silence."""
    if event.basis is None or event.basis <= ZERO:
        return
    if event.source is not None and event.source.character is TaxCharacter.PRE_TAX:
        raise refusal(
            event,
            "basis_of_pre_tax",
            f"{event.source} money has no basis: none of it was taxed",
            "leave 'basis' out, or name the after-tax source",
        )
    if event.kind is K.DIVORCE_TRANSFER and here.kind.is_any_roth_ira:
        raise refusal(
            event,
            "basis_of_ira",
            f"a share of {here.id} takes its contributions and conversions along in proportion",
            "leave 'basis' out: they come from the giver's history",
        )
    if event.kind is K.OPENING and not here.kind.is_plan:
        raise refusal(
            event,
            "basis_of_ira",
            f"the basis of an IRA belongs to its owner, not to {here.id}",
            "record it in 'opening_basis', or with: basis record 8606 --taxpayer … --year … "
            "--line14 …",
        )


_CHECKS = (
    _check_sources,
    _check_kind,
    _check_signs,
    _check_year,
    _check_stated_basis,
    _check_exception,
    _check_price,
)


def _check_rollover_in(event: Event, here: Account) -> None:
    """Refuse more basis than money, IRC 402(c)(2), 408(d)(3): what is lost stays behind.

    Roth money of a plan may bring more basis than value (Reg. 1.402A-1, Q&A-6(a)).
    """
    source, basis = event.source, event.basis or ZERO
    roth = here.kind.is_roth_ira or (source and source.character is TaxCharacter.ROTH)
    if not roth and basis > gross_amount(event):
        raise refusal(
            event,
            "basis_too_large",
            f"a basis of {basis} cannot come with {gross_amount(event)} rolled over",
            "state the after-tax part of the amount: Form 1099-R, box 5",
        )


# checks of what may be said of some kinds alone: the catalogue tells of which
_CHECKS_OF_SOME: tuple[tuple[Callable[[EventSpec], bool], _Check], ...] = (
    (lambda spec: "pre_1987" in spec.fields, _check_opening),
    (lambda spec: "catch_up" in spec.fields, _check_contribution),
    (lambda spec: spec.may_be_divided, _check_distribution),
    (lambda spec: spec.is_paid_back and "reason" not in spec.fields, _check_return_source),
    (lambda spec: spec.is_paid_back and "reason" in spec.fields, _check_correction),
    (lambda spec: spec.is_correction and "withheld" in spec.fields, _check_paid_back),
    (lambda spec: spec.carries_earnings and not spec.is_paid_back, _check_adp),
    (lambda spec: spec.comes_from_elsewhere and "basis" in spec.fields, _check_rollover_in),
)
_CHECKS_OF = {
    kind: tuple(check for holds, check in _CHECKS_OF_SOME if holds(kind.spec)) for kind in EventKind
}
