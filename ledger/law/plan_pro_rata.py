"""How much basis a payment out of an employer plan carries."""

from __future__ import annotations

from ledger.law import rule
from ledger.money import ZERO, Money


@rule("IRC 72(e)(8)(B); Notice 2014-54, section II")
def nontaxable_part(amount: Money, value: Money, investment: Money) -> Money:
    """Return the basis that leaves with an amount: its pro rata share of the investment.

    ``value`` and ``investment`` are the contract's vested balance and basis just before. The
    ratio is never above one, so a contract that lost value keeps the basis it cannot recover.

    >>> nontaxable_part(Money.dollars(11000), Money.dollars(33000), Money.dollars(30000))
    Money('10,000.00')
    """
    if value <= ZERO or investment <= ZERO:
        return Money(0, amount.evidence)
    # the ratio's own rows are left out: else each payment would show every row before it
    return min(amount, Money(amount.share(min(investment, value), value).cents, amount.evidence))


@rule("IRC 72(m)(10); Treas. Reg. 1.414(l)-1", evidence="S")
def investment_that_moves(amount: Money, value: Money, investment: Money) -> Money:
    """Return the investment that goes along where money of a source moves from plan to plan.

    Its share by value, also of an investment that is above the value: nothing is paid out.

    >>> investment_that_moves(Money.dollars(5000), Money.dollars(20000), Money.dollars(24000))
    Money('6,000.00')
    """
    if amount == value:
        return investment
    return investment.share(amount, value) if value > ZERO else ZERO


@rule("IRC 72(e)(8)(D)", evidence="S")
def pre_1987_first(amount: Money, pre_1987: Money) -> Money:
    """Return how much of an amount is pre-1987 contributions, which come out before all else.

    >>> pre_1987_first(Money.dollars(4000), Money.dollars(5000))
    Money('4,000.00')
    """
    return min(amount, pre_1987).floor_zero()


@rule("Treas. Reg. 1.402A-1, A-6(b)", evidence="S")
def whole_account_rolled_over(amount: Money, value: Money, investment: Money) -> Money:
    """Return the investment that a direct rollover of a whole designated Roth account carries.

    It is the full investment, even where the account is worth less.

    >>> whole_account_rolled_over(Money.dollars(8000), Money.dollars(8000), Money.dollars(10000))
    Money('10,000.00')
    """
    # only the whole account takes lost basis along; a part of it goes pro rata
    return investment if amount == value else nontaxable_part(amount, value, investment)


@rule("Treas. Reg. 1.72(p)-1, Q&A-21 (as T.C. Summary Opinion Jones, note 7, reports it)")
def repaid_becomes_basis(repaid: Money) -> Money:
    """Return what a cash repayment adds to basis after the loan was deemed distributed: all."""
    return repaid
