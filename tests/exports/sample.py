"""Hand-made year-end records: a plain one, and the ugliest that a packet must bear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ledger.books import Books, EvidenceFile
from ledger.chart import (
    Account,
    AccountKind,
    Outside,
    Pool,
    Source,
    Taxpayer,
    outside,
    traditional_ira_pool,
)
from ledger.events import Event, EventKind
from ledger.forms.form import Entered, Form, Percent
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money, Ratio
from ledger.records import RothLayer
from ledger.year_end import (
    AdditionsLimit,
    Amended,
    DeferralLimit,
    DesignatedRoth,
    Disbursement,
    EnterInstead,
    Filed,
    Finding,
    Form1099R,
    FormDue,
    IraLimit,
    Limits,
    Movement,
    PoolYear,
    Returned,
    RothIra,
    TieOut,
    TraditionalIra,
    YearEnd,
)

YEAR = 2025
HOSTILE = (
    '=HYPERLINK("http://evil.example","click")',
    "@SUM(1,2)",
    "+1+1",
    "-2+3",
    "<b>oops",
    '<img src="/etc/hostname">',
    '<a href="file:///etc/passwd">x</a>',
    "AT&T 401(k) <!-- gone -->",
    "#REF!",
    "SSN 123-45-6789",
    "bell\x07 and \x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "{=1+1}",
    "=",
)


def money(text: str, *evidence: str) -> Money:
    return Money.parse(text).seen_at(*evidence)


def f8606(*, whole_dollars: bool = False) -> Form:
    labels = {
        "1": "Nondeductible contributions made for the year",
        "2": "Total basis in traditional IRAs brought forward",
        "3": "Add lines 1 and 2",
        "4": "Contributions included on line 1 that were made after year end",
        "5": "Subtract line 4 from line 3",
        "6": "Value of all traditional, SEP and SIMPLE IRAs at year end and outstanding rollovers",
        "7": "Distributions, without rollovers, QCDs, returned contributions and conversions",
        "8": "Net amount converted to Roth IRAs",
        "9": "Add lines 6, 7 and 8",
        "10": "Divide line 5 by line 9, as a decimal rounded to at least 3 places",
        "11": "Multiply line 8 by line 10: nontaxable portion of the conversion",
        "12": "Multiply line 7 by line 10: nontaxable portion of other distributions",
        "13": "Add lines 11 and 12: nontaxable portion of all distributions",
        "14": "Subtract line 13 from line 3: total basis in traditional IRAs",
        "15a": "Subtract line 12 from line 7",
        "15c": "Taxable amount",
        "16": "Net amount converted, from line 8",
        "17": "Basis in the amount converted, from line 11",
        "18": "Taxable amount of the conversion",
    }
    f = Form("8606", labels, whole_dollars=whole_dollars)
    rows = ("activity.csv:3", "activity.csv:17", "activity.csv:18", "activity.csv:40")
    f.enter("1", money("7000.00", "activity.csv:2"), "nondeductible contributions for the year")
    f.enter("2", money("1234.56", "scenario.toml:12"), "line 14 of the last Form 8606")
    f["3"] = f["1"] + f["2"]
    f.enter("4", ZERO, "contributions made after year end")
    f["5"] = f["3"] - f["4"]
    f.enter("6", money("93000.49", "statement.csv:88"), "value of all IRAs at year end")
    f.enter("7", money("2500.00", "activity.csv:50"), "distributions of the year")
    f.enter("8", money("7012.34", *rows), "converted to Roth IRAs")
    f["9"] = f["6"] + f["7"] + f["8"]
    ratio = Ratio.of(f.amount("5"), f.amount("9"), places=6)
    f.set_ratio("10", (f["5"], f["9"]), ratio)
    f["11"] = (f["8"] * f.ratio("10")).but_at_most(f["5"])
    f["12"] = f["7"] * f.ratio("10")
    f["13"] = f["11"] + f["12"]
    f["14"] = f["3"] - f["13"]
    f["15a"] = f["7"] - f["12"]
    f["15c"] = f["15a"].but_not_below_zero()
    f["16"] = f["8"]
    f["17"] = f["11"]
    f["18"] = (f["16"] - f["17"]).but_not_below_zero()
    return f


def f5329(part_i: Form) -> Form:
    f = Form(
        "5329",
        {
            "1": "Early distributions included in income",
            "2": "Early distributions that are not subject to the additional tax",
            "3": "Amount subject to additional tax",
            "4": "Additional tax",
        },
    )
    f["1"] = part_i["15c"]
    f.enter("2", money("100.00"), "exception 08, higher education expenses")
    f["3"] = f["1"] - f["2"]
    f["4"] = f["3"].percent(Percent(10))
    return f


def f1040(part: Form) -> Form:
    labels = {
        "4a": "IRA distributions",
        "4b": "IRA distributions, taxable amount",
        "5a": "Pensions and annuities",
        "5b": "Pensions and annuities, taxable amount",
    }
    f = Form("1040", labels)
    f["4a"] = part["7"] + part["8"]
    f["4b"] = part["15c"] + part["18"]
    f.enter("5a", money("41200.00", "history.csv:30"), "plan distributions of the year")
    f["5b"] = Entered(money("1200.00", "history.csv:30"), "earnings moved") + Entered(
        ZERO, "a blank line"
    )
    return f


def worksheet(part: Form) -> Form:
    labels = {"1": "Line 3 of Form 8606", "2": "A loss of the year", "3": "Line 1 plus line 2"}
    f = Form("pub_590b_1_1", labels, title="Pub. 590-B, Worksheet 1-1")
    f["1"] = part["3"]
    f.enter("2", money("-310.07", "activity.csv:60"), "loss of the year")
    f["3"] = f["1"] + f["2"]
    return f


def event(day: date, account: str, kind: EventKind, where: str, memo: str = "") -> Event:
    return Event(where=where, day=day, account=account, kind=kind, memo=memo)


def entry(line: int, day: date, memo: str = "", account: str = "acme") -> JournalEntry:
    amount = money("1538.46", f"history.csv:{line}")
    after_tax = Pool(account, Source.AFTER_TAX.value)
    return JournalEntry(
        event(day, account, EventKind.CONTRIBUTION, f"history.csv:{line}", memo),
        (Posting(after_tax, amount, amount), Posting(outside(Outside.PAY), -amount, -amount)),
        "after-tax contribution",
    )


def _returned() -> Returned:
    moved = event(date(YEAR, 6, 3), "roth1", EventKind.RETURN_OF_CONTRIBUTION, "activity.csv:70")
    made = event(date(YEAR, 2, 3), "roth1", EventKind.CONTRIBUTION, "activity.csv:4")
    back = money("1000.00")
    return Returned(replace(moved, id="r1", amount=back), back, money("72.73"), ((made, back),))


def plain_year(*, name: str = "Rose Green", whole_dollars: bool = False) -> YearEnd:
    acme = Account("acme", "rose", AccountKind.K401, "Acme Corporation", "Fidelity", "0990011")
    ira = Account("ira1", "rose", AccountKind.TRADITIONAL_IRA, "", "Schwab", "4455-6677")
    roth = Account("roth1", "rose", AccountKind.ROTH_IRA, "", "Schwab", "4455-9912")
    part = f8606(whole_dollars=whole_dollars)
    pools = (
        PoolYear(
            "acme",
            "pre_tax",
            money("150000.00"),
            ZERO,
            money("23500.00"),
            money("9214.17"),
            ZERO,
            ZERO,
            money("182714.17"),
            ZERO,
        ),
        PoolYear(
            "acme",
            "after_tax",
            money("100.00"),
            money("100.00"),
            money("40000.00"),
            money("-1100.00"),
            ZERO,
            money("39000.00"),
            ZERO,
            money("1100.00"),
        ),
        PoolYear(
            "ira1",
            "",
            money("92000.00"),
            ZERO,
            money("7000.00"),
            money("3512.83"),
            ZERO,
            money("9512.34"),
            money("93000.49"),
            ZERO,
        ),
        PoolYear(
            "roth1",
            "",
            ZERO,
            ZERO,
            ZERO,
            money("310.00"),
            money("7012.34"),
            ZERO,
            money("7322.34"),
            ZERO,
        ),
    )
    movements = (
        Movement(
            date(YEAR, 3, 14),
            "in-plan conversion",
            "acme",
            "after_tax",
            "in_plan_roth",
            money("39000.00"),
            money("38000.00"),
            money("1000.00"),
            "history.csv:30",
        ),
        Movement(
            date(YEAR, 4, 2),
            "conversion",
            "ira1",
            "",
            "roth1",
            money("7012.34"),
            money("563.07"),
            money("6449.27"),
            "activity.csv:3",
            "pro rata",
        ),
    )
    return YearEnd(
        taxpayer=Taxpayer("rose", name, date(1970, 5, 1)),
        tax_year=YEAR,
        accounts={a.id: a for a in (acme, ira, roth)},
        f8606=part,
        f8606_required=True,
        f5329=f5329(part),
        f5329_required=True,
        f1040=f1040(part),
        f1040_notes=("5b: Rollover",),
        forms_1099r=(
            Form1099R(
                "acme",
                ("d1",),
                "roth1",
                ira=False,
                boxes={
                    "1": money("41200.00"),
                    "2a": money("1200.00"),
                    "4": ZERO,
                    "5": money("40000.00"),
                    "7": "G",
                },
                where=("history.csv:30",),
            ),
            Form1099R(
                "ira1",
                ("d2", "d3"),
                "roth1",
                ira=True,
                boxes={"1": money("7012.34"), "2a": money("7012.34"), "7": "2"},
            ),
        ),
        worksheets={"pub_590b_1_1": worksheet(part)},
        disbursements=(
            Disbursement("d1", "roth1", money("40000"), ZERO, money("40000"), ZERO),
            Disbursement("d1", "cash", money("1200"), money("1200"), ZERO, money("1200")),
        ),
        movements=movements,
        returned=(_returned(),),
        pools=pools,
        traditional_ira=TraditionalIra(money("1234.56"), part.amount("14"), money("93000.49")),
        roth_ira=RothIra(
            money("4000.00"),
            (RothLayer(2020, money("15000"), money("5000")), RothLayer(YEAR, ZERO, money("10"))),
            {2020: date(2025, 1, 1), YEAR: date(YEAR + 5, 1, 1)},
            2012,
            date(2017, 1, 1),
        ),
        designated_roth=(
            DesignatedRoth("acme", 2019, date(2024, 1, 1), money("1.00"), money("2.00")),
        ),
        limits=Limits(
            DeferralLimit(money("23500"), money("7500"), money("23500"), money("7500"), ZERO),
            (
                AdditionsLimit(
                    "Acme Corporation", money("70000"), money("63500"), money("6500"), ZERO
                ),
            ),
            IraLimit(money("8000"), money("7000"), money("1000"), ZERO),
        ),
        findings=(
            Finding("info", "ratio_places", "Line 10 was worked out to 6 places.", "Form 8606"),
            Finding(
                "warning",
                "election_assumed",
                "No election was found; pretax dollars were assigned to the traditional IRA first.",
                "Notice 2014-54",
                "history.csv:30",
            ),
        ),
        entries=tuple(
            entry(n + 2, date(YEAR, 1, 3) + timedelta(14 * n), memo=HOSTILE[n]) for n in range(13)
        ),
    )


def plain_books(year: YearEnd) -> Books:
    return Books(
        taxpayers={year.taxpayer.id: year.taxpayer},
        accounts=year.accounts,
        entries=year.entries,
        files=(
            EvidenceFile(
                "history.csv", "0a" * 32, "fidelity_netbenefits", "acme", "2026-01-31 09:15", 61
            ),
            EvidenceFile(
                "activity.csv", "b7" * 32, "schwab_brokerage", "ira1", "2026-01-31 09:16", 88
            ),
        ),
        raw_rows={e.where: f"{e.day},Contributions,{e.event.memo}" for e in year.entries},
        chain_head="3f9c" * 16,
    )


LONG = "Incorporated Brotherhood of Northwestern Locomotive Engineers and Firemen Retirement"
UGLY_NAME = (
    "Maria-Magdalena Nguyễn-Żółkiewska de la Vega y Fernández-Ångström, trustee and only "
    "beneficiary of the Nguyễn-Żółkiewska Family Trust of 1987"
)
UGLY_KINDS = [
    AccountKind.K401,
    AccountKind.B403,
    AccountKind.B457,
    AccountKind.TRADITIONAL_IRA,
    AccountKind.SEP_IRA,
    AccountKind.ROTH_IRA,
]


def ugly_accounts() -> dict[str, Account]:
    made = (
        Account(
            f"account-{n:02d}-{'x' * 30}",
            "rose",
            UGLY_KINDS[n % 6],
            f"{LONG} {n}" if n % 6 < 3 else "",
            "Schwab & Sons <Trust>",
            f"99-{n:06d}",
        )
        for n in range(12)
    )
    return {account.id: account for account in made}


def ugly_pools(accounts: dict[str, Account]) -> tuple[PoolYear, ...]:
    big = money("12345678.90")
    return tuple(
        PoolYear(account.id, source, big, big, big, -big, big, big, big, big)
        for account in accounts.values()
        for source in ([s.value for s in Source] if account.kind.is_plan else [""])
    )


def ugly_movements(accounts: dict[str, Account]) -> tuple[Movement, ...]:
    ids = list(accounts)
    return tuple(
        Movement(
            date(YEAR, 1, 2) + timedelta(9 * n),
            "in-plan conversion" if n % 2 else "direct rollover",
            ids[n % 12],
            "after_tax",
            ids[(n + 5) % 12],
            money("1234567.89"),
            money("1200000.00"),
            money("34567.89"),
            f"{'a-very-long-file-name-' * 3}{n}.csv:{n}",
            HOSTILE[n % len(HOSTILE)],
        )
        for n in range(40)
    )


def ugly_entries(accounts: dict[str, Account], count: int = 400) -> tuple[JournalEntry, ...]:
    ids = list(accounts)
    booked = [
        entry(n, date(YEAR, 1, 1) + timedelta(n % 365), memo="m" * 600, account=ids[n % 3])
        for n in range(count)
    ]
    basis = money("563.07")
    pool = traditional_ira_pool("rose")
    derived = JournalEntry(
        event(date(YEAR, 12, 31), ids[3], EventKind.CONVERSION, "activity.csv:3"),
        (Posting(pool, ZERO, -basis), Posting(Pool(ids[5]), ZERO, basis)),
        "basis that left with the conversions of the year",
        derived=True,
        cite="IRC 408(d)(2); Form 8606, line 11",
    )
    return (*booked, derived)


def ugly_paper(accounts: list[str]) -> dict[str, object]:
    """Printed forms that differ in every way, a year that was closed and changed, late forms."""
    big, less = money("12345678.90"), money("12345600.00")
    seen = tuple(f"{'a-very-long-file-name-' * 3}{n}.csv:{n}" for n in range(9))
    tied = tuple(
        TieOut(
            form,
            payer,
            box,
            None if n == 3 else big,
            big if n == 1 else less,
            "" if n == 1 else f"pattern_{n}",
            "" if n == 1 else "box 2a of zero on a code G with earnings: " + "words " * 20,
            "" if n == 1 else "ask the payer for a corrected form; until then enter the amount",
            seen[: n * 2],
            f"1099-R of {payer}",
        )
        for form, payer in (("1099-R", accounts[0]), ("5498", accounts[3]), ("W-2", LONG))
        for n, box in enumerate(("1", "2a", "5", "7"))
    )
    boxes = {"1": big, "2a": less, "4": ZERO, "5": ZERO, "7": "4G"}
    instead = tuple(
        EnterInstead("1099-R", accounts[0], to, boxes, "1099-R, recorded 2026-02-01", HOSTILE[4])
        for to in (accounts[3], "cash")
    )
    amended = tuple(Amended("8606", line, big, less) for line in ("1", "3", "14", "18"))
    return {
        "status": "reopened",
        "tie_out": tied,
        "enter_instead": instead,
        "filed": Filed("2026-04-01T09:00:00Z", "ab" * 32, "cd" * 32, "2026-05-02T10:00:00Z", LONG),
        "amended": (*amended, Amended("carried", "basis", None, "4G")),
        "forms_due": tuple(FormDue(year, big) for year in range(YEAR - 5, YEAR)),
    }


def ugly_year() -> YearEnd:
    accounts = ugly_accounts()
    plain = plain_year(name=UGLY_NAME)
    severities = ("info", "error", "warning")
    findings = tuple(
        Finding(
            severities[n % 3],
            f"finding_code_number_{n}",
            f"Finding {n}: {'words ' * (20 + n * 8)}",
            "IRC 408(d)(2); Treas. Reg. 1.408A-6, Q&A-8",
            f"statement-{n}.csv:{n}",
        )
        for n in range(9)
    )
    forms = tuple(
        Form1099R(
            account,
            (f"d{n}",),
            "cash",
            ira=False,
            boxes={"1": money("-12345678.90"), "2a": ZERO, "4": ZERO, "5": ZERO, "7": "4G"},
        )
        for n, account in enumerate(accounts)
    )
    big = money("12345678.90")
    additions = tuple(AdditionsLimit(f"{LONG} {n}", big, big, ZERO, ZERO) for n in range(5))
    layers = tuple(RothLayer(2000 + n, big, big) for n in range(25))
    return YearEnd(
        **{
            **vars(plain),
            "accounts": accounts,
            "pools": ugly_pools(accounts),
            "movements": ugly_movements(accounts),
            "findings": findings,
            "forms_1099r": forms,
            "limits": Limits(DeferralLimit(big, None, big, None, big), additions, None),
            "roth_ira": RothIra(big, layers),
            "designated_roth": tuple(
                DesignatedRoth(a, None, None, big, big) for a in list(accounts)[:3]
            ),
            "entries": ugly_entries(accounts),
            **ugly_paper(list(accounts)),
            "provisional": "the layout of the forms of this year is a draft of the IRS",
        }
    )


def ugly_books(year: YearEnd) -> Books:
    plain = plain_books(year)
    files = tuple(
        EvidenceFile(
            f"{'statement of the year ' * 4}{n}.csv",
            f"{n:02d}" * 32,
            "vanguard_ofx",
            list(year.accounts)[n % 12],
            "2026-01-31 09:15",
            n,
        )
        for n in range(30)
    )
    return Books(**{**vars(plain), "files": files})
