"""Money source names as recordkeepers print them, each with the answer decided by hand.

The names are those of recordkeepers' pages and files, of John Hancock's list of money types, of the
contribution codes of X12 (element 1224) and of plans whose employer's name holds a word that
also says what money is. A name under ASKED may mean two things; a wrong one costs tax.
"""

from __future__ import annotations

import pytest

from ledger.chart import Source
from ledger.importers.sources import canonical, doubt, source_of

NBSP, HYPHEN, EN, ZERO_WIDTH = "\u00a0", "\u2011", "\u2013", "\u200b"

PRE_TAX = f"""
Elective Deferral; Salary Deferral; EE Pre-tax; EE Deferral; Employee Deferral; Employee Deferrals
1 - EMPLOYEE DEFERRAL; 1 - Employee Deferrals; Pre-Tax; PRETAX; PRE-TAX 401(K); 401k Deferral
BONUS PRE-TAX 401(K); Employee 401(k); Employee PreTax; Employee Pre-Tax; Traditional
Base-pay Traditional 401(k) Contribution; Catch-up Traditional 401(k) Contribution; Trad 457
Traditional 401(k); Before-Tax; Before Tax Contributions; BEFORE-TAX SAVINGS; Pretax Deferral
#3 Pre-Tax; 03 - PRE TAX; Source 1: Employee Pre-Tax Deferral; Salary Reduction
Employee Elective Deferral Contributions; Unmatched Pre-Tax; Basic Matched Before-Tax
Participant Pre-Tax; Tax-Deferred Savings; Age 50 Catch-Up Pre-Tax; 2025 Pre-Tax; EE Elec Def
PRE{HYPHEN}TAX; Pre{NBSP}Tax; Pre{EN}Tax; pre{ZERO_WIDTH}-tax; 457(b) Pre-Tax
403(b) Elective Deferral; Regular Pre-Tax; Employee Pre Tax Contrib; Non-Roth Deferral
Employee Pre-Tax Deferral Contr; Employee's Pre-Tax; A - Employee Pre-Tax; Ｐｒｅ-Ｔａｘ
"""  # noqa: RUF001 - full-width letters are the point
ROTH = f"""
Roth; ROTH 401(K); 11 - ROTH DEFERRAL; 11 - Roth Deferral; Roth Basic; 9 - Roth Basic; EE Roth
Employee Roth 401(k); Roth 403(b); Roth 457; Roth 457(b) Deferral; Designated Roth; #4 Roth
Roth Elective Deferral; Roth Salary Deferral; Roth Catch-up; Base-pay Roth 401(k) Contribution
Roth 401(k) Contributions; Roth Contributions; Bonus Roth; Roth{NBSP}401(k); 2025 Roth
Employee Roth Deferral Contribu
"""
AFTER_TAX = f"""
After-Tax; 5 - AFTER-TAX; After-tax Contribution; AFTER-TAX 401(K); BONUS AFTER-TAX 401(K)
Employee After-Tax; EE After Tax; Voluntary After Tax; Voluntary After-Tax Contributions
Vol After-Tax; Supplemental after-tax; Mandatory after-tax; Thrift Plan after-tax; AFTERTAX
Post-86 After-Tax; Post-1986 After Tax; Non-Roth After-Tax; After-Tax (Non-Roth); AfterTax
After Tax Savings; Unmatched After-Tax; Matched After-Tax; Basic After-Tax; 2024 After-Tax
After{HYPHEN}Tax; After{EN}Tax; After{NBSP}Tax; after - tax; #7 After-Tax
Voluntary After-Tax Contributi
"""
MATCH = """
Match; Matching; Employer Match; 2 - EMPLOYER MATCH; ER Match; Emplr Match; Company Match
Safe Harbor Match; 2 - Safe Harbor Matching; Employer Safe Harbor Match; EMPLOYER MATCHING
Apple Match; Larkspur Health Match; Juniper Falls Match; Rothschild & Co Employer Match
QACA Match; QACA Safe Harbor Match; QMAC; Discretionary Match; Employer Discretionary Match
Match True-Up; Agency Matching; Pre-Tax Match; Employer Match Contribution; Fixed Match
Basic Match; Quarterly Match; SH Match; Employer Mtch; ER Matching Contrib; Match - Safe Harbor
Employer Matching Contribution; Match on Deferrals; Qualified Matching Contribution
"""
NONELECTIVE = """
Employer Nonelective; Safe Harbor Non-Elective; Safe Harbor Nonelective; SH Nonelective; QNEC
4 - Employer Discretionary; Profit Sharing; Employer Profit Sharing; PROFITSHARING
Profit Sharing Contribution; Profit-Sharing; Money Purchase; Employer Money Purchase
Prevailing wage; Prevailing Wage Contribution; ER Non-Elective; Company Nonelective
Employer Non Elective Contribution; QACA Nonelective; Safe Harbor Non-Elective 3%
Agency Automatic (1%); Employer Core Contribution; Discretionary Profit Sharing
Employer Discretionary Nonelec; Employer Safe Harbor Non-Elect; Employer Safe Harbor Nonelecti
Employer Qualified Nonelective Contribution
"""
ROLLOVER = """
Pre-tax Rollover; Pre-Tax Rollover Contribution; Rollover Pre-Tax; Rollover - Before Tax
Traditional Rollover
"""
ROTH_ROLLOVER = """
Roth Rollover; Rollover Roth; Rollover - Roth 401(k); Roth 401(k) Rollover Contributions
Roth Rollovers
"""
IN_PLAN_ROTH = f"""
Roth in-Plan Conversion; 12 - ROTH IN-PLAN CONVERSION; 2021 ROTH IN PLAN CONVERSION
In-plan Roth After-tax Conversion; In-Plan Roth Rollover; In-Plan Roth Conversion
Roth Conversion; In-Plan Roth; Roth In-Plan Rollover; INPLAN ROTH CONV; In-Plan Roth Transfer
In{HYPHEN}Plan Roth Conversion; After-Tax In-Plan Roth Conversion; Roth Conversion 2023
After-Tax In-Plan Roth Convers; Employer Match In-Plan Roth Conversion; Roth Conversion After-Tax
Pre-Tax In-Plan Roth Conversion
"""
NONELECTIVE_ROTH = """
Roth Nonelective; Nonelective Roth; Employer Roth Nonelective; Roth Profit Sharing
"""
ASKED = """
None; Total; All Sources; OTHERVEST; 401(k); Money Market
Rollover; After-Tax Rollover; Rollover After-Tax; IRA Rollover Contributions; Roth IRA; Non-Roth
401(a) Employee Rollover Contributions; Roth Rollover After-Tax; Non-Roth Rollover
In-plan conversion; Conversion; Rollover Roth Conversion; After-Tax Conv; Rth Conv After-Tax
Safe Harbor; Safe Harbor Contribution; QACA; Forfeiture; Forfeitures; Forfeiture Match
Discretionary; Employer; Employer Contribution; Company Contribution; Employer Basic; Matched
Employee; Employee Contribution; Employee Mandatory Contributions; Voluntary Deductible
Employee Voluntary Non-Deductible Contributions; Catch-up; Catch-up Contributions; Tax-Exempt
Roth Match; Emplr Match Roth; Match on Roth; Employer Roth; Employer After-Tax Match
Employer After-Tax; Employer Post-Tax Match Basic; Employer Pre-Tax; Profit Sharing Match
After-Tax Deferral; After-Tax Elective Deferral; Catch-up After-Tax; Roth After-Tax
After-Tax Roth 401(k); Post-Tax; Employee Post-Tax; Pre-Tax to Roth; Pre-Tax/After-Tax
Mega Backdoor; Mega Backdoor Roth; Pre-87 After-Tax; Pre-1987 After Tax; Loan; Loan Pre-Tax
QDRO Pre-Tax; Prior Plan After-Tax; Prior Employer Pre-Tax; Acme After-Tax; Acme Roth 401(k)
Roth Staffing Match; Conversion Labs Inc. Pre-Tax; Match Group 401(k) Employee Deferral
Roth Capital Partners After-Tax Contribution; Preston Matching LLC After-Tax; R After-Tax
Match Group 401(k); Roth Staffing 401(k); Perfect Match 401(k) Contribution; Meyer Roth Pre-Tax
After-Tax Contribution In-Plan; After-Tax Contribution In-Plan R; Employee Voluntary After-Tax C
Employee Voluntary After-Tax Con; Employer Safe Harbor Matching R; QNEC/QMAC
Аfter-Tax; Rοth Deferral; Ρre-Tax; Mаtch
"""  # noqa: RUF001 - the last line is of Cyrillic and Greek letters, which is the point


def names(listed: str) -> list[str]:
    return [
        name.strip() for line in listed.splitlines() for name in line.split(";") if name.strip()
    ]


TOLD = {
    Source.PRE_TAX: names(PRE_TAX),
    Source.ROTH: names(ROTH),
    Source.AFTER_TAX: names(AFTER_TAX),
    Source.MATCH: names(MATCH),
    Source.NONELECTIVE: names(NONELECTIVE),
    Source.ROLLOVER: names(ROLLOVER),
    Source.ROTH_ROLLOVER: names(ROTH_ROLLOVER),
    Source.IN_PLAN_ROTH: names(IN_PLAN_ROTH),
    Source.NONELECTIVE_ROTH: names(NONELECTIVE_ROTH),
}
# (name, employer as the account has it) -> source, or None: asked
OF_AN_EMPLOYER: dict[tuple[str, str], Source | None] = {
    ("Roth Staffing Match", "Roth Staffing Companies"): Source.MATCH,
    ("ROTH STAFFING MATCH", "Roth Staffing"): Source.MATCH,
    ("Roth Staffing Roth 401(k)", "Roth Staffing"): Source.ROTH,
    ("Roth 401(k)", "Roth Staffing"): None,
    ("Roth Deferral", "Roth LLC"): None,
    ("Conversion Labs Inc. Pre-Tax", "Conversion Labs, Inc."): Source.PRE_TAX,
    ("CONVERSION LABS AFTER-TAX", "Conversion Labs"): Source.AFTER_TAX,
    ("Conversion Labs Roth", "Conversion Labs"): Source.ROTH,
    ("Match Group 401(k) Employee Deferral", "Match Group"): Source.PRE_TAX,
    ("Match Group 401(k) Match", "Match Group"): Source.MATCH,
    ("Match Group Roth", "Match Group, LLC"): Source.ROTH,
    ("Match Group 401(k)", "Match Group"): None,
    ("Roth Capital Partners After-Tax Contribution", "Roth Capital Partners"): Source.AFTER_TAX,
    ("Roth Capital Partners, LLC After-Tax", "Roth Capital Partners"): Source.AFTER_TAX,
    ("Roth Capital After-Tax", "Roth Capital Partners"): Source.AFTER_TAX,
    ("Preston Matching LLC After-Tax", "Preston Matching LLC"): Source.AFTER_TAX,
    ("After-Tax", "Preston Matching LLC"): Source.AFTER_TAX,
    ("Match", "Preston Matching LLC"): Source.MATCH,
    ("Matching", "Preston Matching LLC"): None,
    ("Acme After-Tax", "Acme"): Source.AFTER_TAX,
    ("Acme Roth 401(k)", "Acme Corp"): Source.ROTH,
    ("12 - ACME ROTH IN-PLAN CONVERSION", "Acme Corp"): Source.IN_PLAN_ROTH,
    ("Acme Roth 401(k)", "Acme Roth"): None,
    ("Rothschild & Co Employer Match", "Rothschild & Co"): Source.MATCH,
    ("Rothschild & Co Roth", "Rothschild & Co"): Source.ROTH,
    ("Nestlé Roth", "Nestlé"): Source.ROTH,
    ("Apple Match", "Apple"): Source.MATCH,
    ("Employee Deferral", "Employee Benefits Group"): Source.PRE_TAX,
    ("After-Tax", "Hewitt Tax Service"): Source.AFTER_TAX,
    ("After-Tax", "After-Tax Advisors"): None,
    ("Profit Sharing", "Profit Sharing Consultants Inc"): None,
}


def test_the_table_is_as_long_as_it_claims() -> None:
    every = [name for listed in (*TOLD.values(), names(ASKED)) for name in listed]
    assert len(set(every)) == len(every), "no name twice"
    assert len(every) + len(OF_AN_EMPLOYER) > 250


@pytest.mark.parametrize("source", TOLD, ids=str)
def test_printed_names(source: Source) -> None:
    found = {name: source_of(name) for name in TOLD[source]}
    assert found == dict.fromkeys(TOLD[source], source)


def test_a_name_that_may_mean_two_things_is_left_to_the_user() -> None:
    found = {name: source_of(name) for name in ["", *names(ASKED)]}
    assert found == dict.fromkeys(["", *names(ASKED)])


def test_the_employers_name_is_cut() -> None:
    found = {pair: source_of(*pair) for pair in OF_AN_EMPLOYER}
    assert found == OF_AN_EMPLOYER


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Roth Staffing Match", "employer"),
        ("Roth Match", "match on Roth deferrals is pre-tax"),
        ("After-Tax Deferral", "Roth"),
        ("Rollover", "pre-tax, Roth or after-tax"),
        ("Pre-87 After-Tax", "before 1987"),
        ("Mystery", ""),
    ],
)
def test_a_doubt_has_its_reason(name: str, says: str) -> None:
    assert says in doubt(name)
    assert bool(doubt(name)) == bool(says)


def test_names_of_the_contract_are_free_in_case_blanks_and_hyphens() -> None:
    for source in Source:
        for written in (source.value, source.value.upper(), source.value.replace("_", "-")):
            assert canonical(written) is source
    assert canonical("After Tax") is Source.AFTER_TAX
    assert canonical("Apple Match") is None
