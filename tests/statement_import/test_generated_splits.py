"""Any split of a generated statement into overlapping files, in any order, gives the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.balances.days import Fold
from ledger.chart import Taxpayer
from ledger.closing import work_out
from ledger.importers.files import TextFile
from ledger.importers.read import identify
from ledger.importers.reading import Reading
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.sources.allocation import parse_spec
from ledger.statement_import.stages import ImportOptions
from ledger.statement_import.storing import commit, context_of
from tests.statement_import.desk import CHART
from tests.statement_import.test_overlap import Shelf

NOW = date(2026, 11, 1)
START = date(2025, 1, 10)
PEOPLE = {who: Taxpayer(who, who.title(), date(1980, 5, 1)) for who in ("rose", "paul")}


class Happened(NamedTuple):
    """A contribution or a dividend: its day, its source (of a plan), its cents, its number."""

    day: date
    pays: bool  # False: a dividend
    source: str
    cents: int
    number: int

    @property
    def amount(self) -> str:
        return f"{self.cents // 100}.{self.cents % 100:02}"

    @property
    def us(self) -> str:
        return f"{self.day:%m/%d/%Y}"


Lines = Callable[[Happened], str]


@dataclass(frozen=True)
class Format:
    """How one product writes what happened: the text above the rows, a row, the text below."""

    name: str
    head: str
    row: Lines
    foot: str = ""
    file: str = "{n}.csv"
    account: str = "acme"
    newest_first: bool = False
    specs: tuple[str, ...] = ()  # of a file without sources
    answers: tuple[GivenAnswer, ...] = ()

    def write(self, story: Sequence[Happened], span: tuple[date, date], number: int) -> Reading:
        rows = [self.row(one) for one in story if span[0] <= one.day <= span[1]]
        first, last = span
        head = self.head.format(a=f"{first:%m/%d/%Y}", b=f"{last:%m/%d/%Y}", first=first, last=last)
        text = head + "".join(reversed(rows) if self.newest_first else rows) + self.foot
        file = self.file.format(n=number)
        return identify(text, file).read(TextFile(file, f"{file}{text}", text), NOW)


def _named(**names: str) -> Callable[[Happened], str]:
    return lambda one: names[one.source]


_SOURCES_TAB = _named(
    pre_tax="1 - EMPLOYEE DEFERRAL", match="2 - EMPLOYER MATCH", roth="11 - ROTH DEFERRAL"
)
_QFX = _named(pre_tax="PRETAX", match="MATCH", roth="OTHERVEST")
_RPS = _named(pre_tax="Employee 401(k)", match="Employer Match", roth="Roth 401(k)")
_EMPOWER = _named(
    pre_tax="Base-pay Traditional 401(k) Contribution",
    match="Apple Match",
    roth="Base-pay Roth 401(k) Contribution",
)
_VOYA = _named(pre_tax="Employee PreTax", match="Employer Match", roth="ROTH")
_DEPOSIT = "Electronic Funds Transfer Received"


def _qfx_row(one: Happened) -> str:
    own = f"<FITID>{one.number}<DTTRADE>{one.day:%Y%m%d}160000"
    rest = f"<INV401KSOURCE>{_QFX(one)}"
    security = "<SECID><UNIQUEID>V1<UNIQUEIDTYPE>CUSIP</SECID>"
    if one.pays:
        return (
            f"<BUYMF><INVBUY><INVTRAN>{own}</INVTRAN>{security}<UNITS>1.5<UNITPRICE>1"
            f"<TOTAL>-{one.amount}<SUBACCTSEC>CASH<SUBACCTFUND>OTHER{rest}</INVBUY><BUYTYPE>BUY"
            "</BUYMF>\n"
        )
    return (
        f"<REINVEST><INVTRAN>{own}</INVTRAN>{security}<INCOMETYPE>DIV<TOTAL>-{one.amount}"
        f"<SUBACCTSEC>OTHER<UNITS>0.5<UNITPRICE>1{rest}</REINVEST>\n"
    )


FORMATS = (
    Format(
        "fidelity_netbenefits",
        "Plan name:,ACME\nDate Range,{a} - {b}\n\n"
        "Date,Investment,Transaction Type,Amount,Shares/Unit\n",
        lambda e: f"{e.us},FUND,{'Contributions' if e.pays else 'Dividend'},{e.amount},1.5\n",
        newest_first=True,
        specs=("pattern:pre_tax=60%,match=40%", "rule:earnings=match"),
    ),
    Format(
        "fidelity_sources_tab",
        "",
        lambda e: (
            f"{e.us}\t{_SOURCES_TAB(e)}\t{'Contributions' if e.pays else 'Dividend'}\n\n"
            f"Show Details\n\t${e.amount}\t1.5\n"
        ),
        file="{n}.txt",
        newest_first=True,
    ),
    Format(
        "vanguard_ofxdownload",
        "Plan Number,Plan Name,Fund Name,Shares,Price,Total Value,\n099001,ACME,Fund,1.0,1.00,1.00,"
        "\n\n\n\nAccount Number,Trade Date,Run Date,Transaction Activity,Transaction Description,"
        "Investment Name,Share Price,Transaction Shares,Dollar Amount,\n",
        lambda e: (
            f"0990011,{e.us},{e.us},Activity,"
            f"{'Plan Contribution' if e.pays else 'Dividends on Equity Investments'},Fund,"
            f"$1.00,1.5,${e.amount},\n"
        ),
        specs=("pattern:pre_tax=75%,roth=25%", "rule:earnings=roth"),
    ),
    Format(
        "ofx",
        "OFXHEADER:100\n\n<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>{last:%Y%m%d}"
        "<CURDEF>USD<INVACCTFROM><BROKERID>v.com<ACCTID>0990011</INVACCTFROM><INVTRANLIST>"
        "<DTSTART>{first:%Y%m%d}<DTEND>{last:%Y%m%d}\n",
        _qfx_row,
        "</INVTRANLIST><INV401KBAL><TOTAL>0.0</INV401KBAL></INVSTMTRS></INVSTMTTRNRS>"
        "</INVSTMTMSGSRSV1></OFX>\n",
        file="{n}.qfx",
        answers=(GivenAnswer("source_unknown", "roth", match="OTHERVEST"),),
    ),
    Format(
        "schwab_rps",
        '"Transaction Date","Investment","Contribution","Description","Activity","Price","Units",'
        '"Amount",\n',
        lambda e: "".join(
            f'"{e.day.month}/{e.day.day}/{e.day.year} 12:00:00 AM","{what}","{_RPS(e)}",'
            f'"{"Contributions - Employee" if e.pays else "Dividends/Capital Gains"}","{activity}",'
            f'"1.0","{units}","{e.amount}",\n'
            for what, activity, units in (("Cash", "Cash Receipts", "0.0"), ("F", "Purchase", "1"))
        ),
    ),
    Format(
        "empower",
        "SOURCE,EFFECTIVE DATE,TRANSACTION DESCRIPTION,OPTION,UNITS/ SHARES,AMOUNT\n",
        lambda e: (
            f"{_EMPOWER(e)},{e.day:%m/%d/%y},"
            f"{'Payroll Contribution' if e.pays else 'Dividend'},Fund,1.5,{e.amount}\n"
        ),
        newest_first=True,
    ),
    Format(
        "voya",
        "Activity Date,Activity,Fund,Money Source,# of Units,Unit Price,Amount\n",
        lambda e: (
            f"{e.us},{'Contribution' if e.pays else 'Dividend'},Fund,{_VOYA(e)},1.5,$1.00,"
            f"${e.amount}\n"
        ),
    ),
    Format(
        "fidelity_history",
        "\n\nRun Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,"
        "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date\n",
        lambda e: (
            f'{e.us},"Traditional IRA","234567890","'
            f"{_DEPOSIT if e.pays else 'DIVIDEND RECEIVED F (SPAXX)'} "
            f'(Cash)", ,"No Description",Cash,,0.000,,,,{e.amount},\n'
        ),
        account="",
        newest_first=True,
        answers=(GivenAnswer("tax_year_unknown", "2025", match=f"{_DEPOSIT} (Cash)"),),
    ),
    Format(
        "schwab_brokerage",
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n',
        lambda e: (
            f'"{e.us}","{"MoneyLink Transfer" if e.pays else "Cash Dividend"}","","Tfr BANK",'
            f'"","","","${e.amount}"\n'
        ),
        file="Contributory_IRA_XXX333_Transactions_2026010{n}-101500.csv",
        account="",
        answers=(GivenAnswer("tax_year_unknown", "2025", match="MoneyLink Transfer"),),
    ),
    Format(
        "plain",
        "Date,Type,Source,Amount,Memo\n",
        lambda e: f"{e.day},{'contribution' if e.pays else 'earnings'},{e.source},{e.amount},pay\n",
    ),
)

_STORY = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.booleans(),
        st.sampled_from(["pre_tax", "match", "roth"]),
        st.sampled_from([100, 100, 250, 4001]),  # equal rows of one day are real
    ),
    min_size=1,
    max_size=12,
)


def told(listed: Sequence[tuple[int, bool, str, int]]) -> list[Happened]:
    """Return a story in order of days: a file shows the rows of a day in one order."""
    rows = sorted((START + timedelta(17 * n), *rest) for n, *rest in listed)
    return [Happened(*row, number) for number, row in enumerate(rows, 1)]  # type: ignore[arg-type]


# the download of noon comes first; of one that ends on the same day nothing tells which is newer
_AGES = [GivenAnswer("rows_missing", "accept", match=name) for name in CHART]


class Desk:
    """A ledger in memory, into which files are brought by a user who answers what is asked."""

    def __init__(self, kind: Format) -> None:
        self.shelf, self.kind = Shelf(), kind
        self.asked: Counter[tuple[str, str]] = Counter()  # what holds for good, once asked

    def bring(self, files: Sequence[Reading]) -> None:
        book, drafts = self._drafts(files, ImportOptions(account=self.kind.account), _AGES)
        questions = [question for draft in drafts for question in draft.questions]
        if questions:
            self.asked += Counter({(q.code, q.match) for q in questions if q.general or q.kind})
            specs = [parse_spec(text) for text in self.kind.specs]
            options = ImportOptions(account=self.kind.account, allocations=specs)
            book, drafts = self._drafts(files, options, (*self.kind.answers, *_AGES))
        for draft in drafts:
            assert draft.questions == []
            commit(self.shelf, draft, book)  # type: ignore[arg-type]

    def _drafts(
        self, files: Sequence[Reading], options: ImportOptions, answers: Sequence[GivenAnswer]
    ) -> tuple[AnswerBook, list[FileDraft]]:
        book = AnswerBook(self.shelf.answers(), answers, take_proposals=True)
        return book, StatementImport(context_of(self.shelf, book), options).draft(files)  # type: ignore[arg-type]

    def told(self) -> tuple[Counter[str], dict[Any, int], list[dict[str, Any]]]:
        """Return the entries, the balances, and the year-end records but for places of rows."""
        books = replace(self.shelf.books(), taxpayers=PEOPLE)
        fold = Fold(books)
        fold.through(date.max)
        held: Counter[str] = Counter()
        for posting in (p for entry in fold.journal for p in entry.postings):
            held[str(posting.pool)] += posting.value.cents
        records = [record.as_json() for record in work_out(books, [2025]).records]
        for record in records:
            del record["findings"]  # they say which files leave days out
        return self.shelf.told(), dict(held), records


def windows(data: st.DataObject, days: Sequence[date]) -> list[tuple[date, date]]:
    """Draw spans of days that overlap and leave none out, in any order."""
    last = len(days) - 1
    edges = sorted({0, *data.draw(st.lists(st.integers(0, last), max_size=3)), last})
    spans = [
        (days[data.draw(st.integers(0, first))], days[data.draw(st.integers(end, last))])
        for first, end in pairwise([*edges, last])
    ]
    return data.draw(st.permutations(spans))


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
@settings(max_examples=8, deadline=None)
@given(listed=_STORY, data=st.data())
def test_any_split_gives_the_whole(
    kind: Format, listed: list[tuple[int, bool, str, int]], data: st.DataObject
) -> None:
    story = told(listed)
    days = sorted({one.day for one in story})
    whole, split = Desk(kind), Desk(kind)
    every = kind.write(story, (days[0], days[-1]), 0)
    assert every.importer == kind.name
    whole.bring([every])
    parts = [kind.write(story, span, number) for number, span in enumerate(windows(data, days), 1)]
    # a download made at noon may lack rows of its last day
    noon = story[: data.draw(st.integers(1, len(story)))]
    split.bring([kind.write(noon, (noon[0].day, noon[-1].day), 8)])
    for files in [parts] if data.draw(st.booleans()) else [[part] for part in parts]:
        split.bring(files)
    wanted = whole.told()
    assert split.told() == wanted
    assert max(split.asked.values(), default=0) <= 1  # an answer that holds is not asked again
    split.bring([kind.write(story, (days[0], days[-1]), 9)])
    assert split.told() == wanted


_CSV = replace(
    next(kind for kind in FORMATS if kind.name == "vanguard_ofxdownload"),
    specs=("pattern:pre_tax=15,match=5",),
)
_BOTH = {"csv": _CSV, "qfx": next(kind for kind in FORMATS if kind.name == "ofx")}


@settings(max_examples=12, deadline=None)
@given(paydays=st.lists(st.integers(0, 6), min_size=1, max_size=8), data=st.data())
def test_a_csv_and_a_qfx_of_the_same_paychecks_mixed_give_the_whole(
    paydays: list[int], data: st.DataObject
) -> None:
    """Paychecks of 15.00 and a match of 5.00, two on some days; the CSV adds the sources up."""
    shares = {"csv": [("pre_tax", 2000)], "qfx": [("pre_tax", 1500), ("match", 500)]}
    stories = {
        name: told([(n, True, *share) for n in paydays for share in listed])
        for name, listed in shares.items()
    }
    days = sorted({one.day for one in stories["qfx"]})
    whole, split = Desk(_BOTH["qfx"]), Desk(_CSV)
    whole.bring([_BOTH["qfx"].write(stories["qfx"], (days[0], days[-1]), 0)])
    parts = []
    for number, span in enumerate(windows(data, days), 1):
        name = data.draw(st.sampled_from(["csv", "qfx"]))
        parts.append(_BOTH[name].write(stories[name], span, number))
    for files in [parts] if data.draw(st.booleans()) else [[part] for part in parts]:
        split.bring(files)
    assert split.told() == whole.told()
