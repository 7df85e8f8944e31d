"""Form 1099-R as the payer should send it: one for each payer, destination and code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger.balances.payouts import InPlanConversion, Payout, PayoutRow
from ledger.chart import TaxCharacter
from ledger.events import CASH, Event, EventKind
from ledger.law import codes_1099r, corrective
from ledger.law.eligible_rollover import is_qualified_offset
from ledger.law.rollover_split import Route
from ledger.law.special_distributions import reason_of
from ledger.money import ZERO, Money
from ledger.year_end import Form1099R

BOXES = {
    "1": "Gross distribution",
    "2a": "Taxable amount",
    "2b": "Taxable amount not determined / total distribution",
    "4": "Federal income tax withheld",
    "5": "Employee contributions or designated Roth contributions (nontaxable part)",
    "7": "Distribution codes",
    "10": "Amount allocable to in-plan Roth rollover within 5 years",
    "11": "First year of designated Roth contributions",
    "14": "State tax withheld",
}
NOT_DETERMINED = "taxable amount not determined"


@dataclass
class Reported:
    """What one payment adds to a Form 1099-R (amounts in cents)."""

    payer: str
    to: str
    ira: bool
    code: str
    event: Event
    gross: Money
    taxable: Money | None  # None: box 2a is left blank
    withheld: Money = ZERO
    state_withheld: Money = ZERO
    recovered: Money = ZERO
    in_plan: Money = ZERO
    texts: dict[str, str] = field(default_factory=dict)  # boxes that hold words
    or_code: str = ""  # what the payer may print in place of ``code``
    roth_account: bool = False  # of a designated Roth account, which has forms of its own


def forms_1099r(reported: Iterable[Reported]) -> tuple[Form1099R, ...]:
    """Add up payments of the same payer, destination and code into one form each."""
    groups: dict[tuple[object, ...], list[Reported]] = {}
    for item in reported:
        # box 7 has one set of codes: payments under different codes need forms of their own; code 3
        # is the same for Roth money, and has no room for the letter that tells it
        key = (item.payer, item.ira, item.to, item.code, item.roth_account)
        groups.setdefault(key, []).append(item)
    return tuple(_form(items) for items in groups.values())


def _form(items: list[Reported]) -> Form1099R:
    first = items[0]
    boxes: dict[str, Money | str] = {"1": Money.total(i.gross for i in items)}
    if first.taxable is not None:
        boxes["2a"] = Money.total(i.taxable for i in items if i.taxable is not None)
    boxes["4"] = Money.total(i.withheld for i in items)
    # an IRA's payer does not know its owner's basis: box 5 is for plans
    if not first.ira:
        boxes["5"] = Money.total(i.recovered for i in items)
    boxes["7"] = first.code
    in_plan = Money.total(i.in_plan for i in items)
    if in_plan:
        boxes["10"] = in_plan
    of_state = Money.total(i.state_withheld for i in items)
    if of_state:
        boxes["14"] = of_state
    for item in items:
        boxes |= item.texts
    order = list(BOXES)
    return Form1099R(
        payer=first.payer,
        events=tuple(dict.fromkeys(item.event.name for item in items)),
        to=first.to,
        ira=first.ira,
        # in the order of the paper, though they were filled in by topic
        boxes=dict(sorted(boxes.items(), key=lambda box: order.index(box[0]))),
        where=tuple(dict.fromkeys(item.event.where for item in items)),
        or_code=first.or_code,
    )


def of_in_plan_conversion(found: InPlanConversion) -> Reported:
    """Report an in-plan Roth conversion: code G, the plan itself as destination."""
    code = codes_1099r.direct_rollover_code(roth_money=False, to_roth_ira=False)
    return Reported(
        payer=found.account,
        to=found.account,
        ira=False,
        code=code,
        event=found.event,
        gross=found.amount,
        taxable=found.taxable,
        recovered=found.basis,
    )


def of_employer_roth(event: Event) -> Reported:
    """Report an employer contribution made as Roth, as the plan does an in-plan conversion."""
    code = codes_1099r.direct_rollover_code(roth_money=False, to_roth_ira=False)
    amount = event.money("amount")
    # box 1 equals box 2a: the money is income when it is allocated (Notice 2024-2, part L)
    return Reported(event.account, event.account, False, code, event, amount, amount)  # noqa: FBT003


def of_corrective(event: Event) -> Reported:
    """Report a corrective distribution; box 5 is what had been taxed before."""
    source = event.sources[0]
    excess, earnings = event.money("amount"), event.earnings or ZERO
    taxed = source.character is not TaxCharacter.PRE_TAX
    return Reported(
        payer=event.account,
        to=CASH,
        ira=False,
        code=corrective.code(event.reason, roth_money=source.character is TaxCharacter.ROTH),
        event=event,
        gross=excess + earnings,
        taxable=corrective.taxable_part(excess, earnings, taxed_before=taxed),
        withheld=event.withheld or ZERO,
        state_withheld=event.state_withheld or ZERO,
        recovered=corrective.basis_paid_back(excess, earnings, taxed_before=taxed),
    )


def of_recharacterized(event: Event) -> Reported:
    """Report an excess that became after-tax money of the same plan, as if it had been paid out."""
    income = corrective.recharacterized_income(event.money("amount"))
    return Reported(
        payer=event.account,
        to=event.account,
        ira=False,
        code=corrective.code("adp", roth_money=False),
        event=event,
        gross=income,
        taxable=income,
    )


def of_payout(
    payout: Payout,
    *,
    cash_code: str,
    roth_iras: frozenset[str],
    first_roth_year: int | None,
    in_plan: Money,
) -> Iterator[Reported]:
    """Report a plan distribution: the payer knows direct rollovers, but no 60-day rollover.

    ``in_plan`` is box 10, what is allocable to in-plan conversions of the last five years.
    """
    roth_money = payout.character is TaxCharacter.ROTH
    texts = {"11": str(first_roth_year)} if roth_money and first_roth_year else {}
    for row in payout.rows:
        if row.route is Route.DIRECT:
            yield _direct(payout, row, to_roth_ira=row.to in roth_iras, texts=texts)
    paid = [row for row in payout.rows if row.route is not Route.DIRECT]
    if not paid:
        return
    gross = Money.total(row.amount for row in paid)
    pretax = Money.total(row.pretax for row in paid)
    disabled = cash_code == codes_1099r.DISABILITY  # which no letter of this kind may follow
    event, letter = payout.event, "B" if roth_money and not disabled else ""
    offset = "M" if is_qualified_offset(event.kind, event.reason) else ""
    loan = "L" if event.kind is EventKind.DEEMED_DISTRIBUTION else offset
    yield Reported(
        payer=payout.account,
        to=CASH,
        ira=False,
        # box 7 has room for two codes: a loan's letter beside B leaves none for the digit
        code=codes_1099r.in_order("" if loan and letter else cash_code, letter, loan),
        event=event,
        gross=gross,
        # earnings of a qualified payment are free too, but they are not basis (box 5)
        taxable=ZERO if payout.qualified else pretax,
        withheld=payout.withheld,
        state_withheld=payout.state_withheld,
        recovered=gross - pretax,
        in_plan=in_plan,
        texts=texts,
        roth_account=roth_money,
    )


def _direct(
    payout: Payout, row: PayoutRow, *, to_roth_ira: bool, texts: dict[str, str]
) -> Reported:
    """Report a direct rollover; one that takes the whole account takes all its basis."""
    return Reported(
        payer=payout.account,
        to=row.to,
        ira=False,
        code=codes_1099r.direct_rollover_code(
            roth_money=payout.character is TaxCharacter.ROTH,
            to_roth_ira=to_roth_ira,
            reason=reason_of(payout.event),
        ),
        event=payout.event,
        gross=row.amount,
        taxable=row.taxable,
        recovered=payout.basis_arriving(row),
        texts=texts,
        roth_account=payout.character is TaxCharacter.ROTH,
    )
