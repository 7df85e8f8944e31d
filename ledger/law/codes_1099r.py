"""Form 1099-R box 7: the distribution codes that the payer should use."""

from __future__ import annotations

from ledger.law import rule
from ledger.law.figures import figures

DISABILITY = "3"
# exceptions that leave code 1: expenses and events of the person's own life
_EXCEPTIONS_OF_THE_PERSON = frozenset(
    {"05", "07", "08", "09", "11", "12", "19", "20", "22", "23", "99"}
)


@rule("Instructions for Forms 1099-R and 5498, box 7 and Table 1", evidence="S")
def in_order(*codes: str) -> str:
    """Return codes as they stand in box 7: digits before letters, each in order, 8 first.

    The instructions write the only pairs of digits as 81, 82 and 84.

    >>> in_order("B", "1"), in_order("G"), in_order("1", "8")
    ('1B', 'G', '81')
    """
    return "".join(sorted((c for c in codes if c), key=lambda c: (c.isalpha(), c != "8", c)))


@rule("Instructions for Forms 1099-R and 5498, Table 1: code S", evidence="S")
def simple_code(code: str) -> str:
    """Return the code for SIMPLE IRA money paid out in the first two years: S instead of 1."""
    return "S" if code == "1" else code


@rule("Instructions for Forms 1099-R and 5498, Table 1: code 1 or 2", evidence="S")
def shows_exception(exception: str) -> bool:
    """Tell whether the payer knows an exception and shows it by code 2.

    >>> shows_exception("01"), shows_exception("08"), shows_exception("")
    (True, False, False)
    """
    return bool(exception) and exception not in _EXCEPTIONS_OF_THE_PERSON


@rule("Instructions for Forms 1099-R and 5498, Table 1: codes 1, 2, 3, 4 and 7")
def cash_code(*, of_age: bool, reason: str = "", exception: str = "", exempt: bool = False) -> str:
    """Return the code for money paid out: by death, disability, age, or an exception known.

    ``exempt``: the account's money never bears the additional tax, as in a 457(b) plan.
    """
    if reason == "death":
        return "4"
    if reason == "disability":
        return DISABILITY
    if of_age:
        return "7"
    return "2" if exempt or shows_exception(exception) else "1"


@rule("Instructions for Forms 1099-R and 5498 (2025), Table 1: code Y", evidence="S")
def charity_codes(code: str, tax_year: int) -> tuple[str, str]:
    """Return the codes of a payment to charity, and those a payer may use in their place, or "".

    Code Y stands beside 4 or 7 (and K, of what has no market value).

    >>> charity_codes("7", 2024), charity_codes("7", 2025), charity_codes("4", 2026)
    (('7', ''), ('7Y', '7'), ('4Y', ''))
    """
    found = figures(tax_year)
    if code not in {"4", "7"} or not found.exists("form_1099r_qcd_code"):
        return code, ""
    optional = found.flag("form_1099r_qcd_code_optional")
    return in_order(code, found.text("form_1099r_qcd_code")), code if optional else ""


@rule("Instructions for Forms 1099-R and 5498, Table 1: Roth IRA conversion")
def conversion_code(*, of_age: bool) -> str:
    """Return the code for an IRA converted to a Roth IRA: 2 before 59 1/2, 7 after."""
    return "7" if of_age else "2"


@rule("Instructions for Forms 1099-R and 5498, Table 1: codes G, H and B")
def direct_rollover_code(*, roth_money: bool, to_roth_ira: bool, reason: str = "") -> str:
    """Return the code for a direct rollover; H for a designated Roth account to a Roth IRA.

    >>> direct_rollover_code(roth_money=False, to_roth_ira=False, reason="death")
    '4G'
    """
    death = "4" if reason == "death" else ""
    if roth_money and to_roth_ira:
        return in_order(death, "H")
    # box 7 has room for two codes: death goes before B
    return in_order(death or ("B" if roth_money else ""), "G")


@rule("Instructions for Forms 1099-R and 5498, Table 1: codes J, Q and T", evidence="S")
def roth_ira_code(*, of_age: bool, clock_met: bool, reason: str = "") -> str:
    """Return the code for money out of a Roth IRA."""
    if not (of_age or reason in {"death", "disability"}):
        return "J"
    # T: of age or excepted, but the five years are not over
    return "Q" if clock_met else "T"


@rule("Instructions for Forms 1099-R and 5498, Table 1: codes 8, P, N and R")
def correction_code(*, recharacterized: bool, same_year: bool, roth: bool, of_age: bool) -> str:
    """Return the codes for a contribution returned or recharacterized.

    ``same_year``: the money moved in the calendar year in which a contribution that is returned
    was made, or for which one that is recharacterized was made.
    """
    if recharacterized:
        return "N" if same_year else "R"
    when = "8" if same_year else "P"
    if roth:
        return in_order(when, "J")
    return when if of_age else in_order(when, "1")


@rule(
    "Instructions for Forms 1099-R and 5498, Corrective Distributions; IRC 402(g)(2)(C)",
    evidence="S",
)
def excess_deferral_code(*, same_year: bool, roth_money: bool) -> str:
    """Return the code for an excess deferral paid back, or for its earnings.

    ``same_year``: taxable in the year it is paid in, as earnings always are.

    >>> excess_deferral_code(same_year=False, roth_money=True)
    'BP'
    """
    return in_order("8" if same_year else "P", "B" if roth_money else "")
