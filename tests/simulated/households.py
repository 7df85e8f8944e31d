"""Households made from a seed: what happened to them, and in which files it is told."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from tests.simulated.printers import iras, mapped, ofx, plans
from tests.simulated.printers.page import Printed, Printer
from tests.simulated.truth import (
    AFTER_TAX,
    IN_PLAN_ROTH,
    LATTICES,
    MATCH,
    PRE_TAX,
    ROLLOVER,
    ROTH,
    STABLE,
    Kind,
    Lattice,
    Pool,
    Truth,
)

PLAN_PRINTERS: dict[str, tuple[Printer, str]] = {
    "empower": (plans.empower, "transactions_{}.csv"),
    "sources_tab": (plans.sources_tab, "sources_{}.txt"),
    "voya": (plans.voya, "activity_{}.csv"),
    "history": (plans.netbenefits_history, "history_{}.csv"),
    "vanguard": (plans.vanguard, "OfxDownload_{}.csv"),
    "qfx": (ofx.vanguard_plan, "OfxDownload_{}.qfx"),
    "plain": (plans.plain, "typed_{}.csv"),
    "plain value": (plans.plain_with_value, "typed_{}.csv"),
    "empower no units": (plans.empower_no_units, "transactions_{}.csv"),
    "mapped": (mapped.mapped, "activity_{}.csv"),
}
IRA_PRINTERS: dict[str, tuple[Printer, str]] = {
    "fidelity": (iras.fidelity, "Accounts_History_{}.csv"),
    "vanguard": (iras.vanguard, "OfxDownload_{}.csv"),
    "plain": (iras.plain, "iras_{}.csv"),
    "qfx": (ofx.ira, "{}_ira.qfx"),  # one file for each account
    "schwab": (iras.schwab, "{}_Transactions.csv"),  # likewise, the account in its name
}
_NAMES_ITS_PLAN = frozenset({"qfx", "vanguard"})
BESIDE = "_b"  # ends the names of accounts of the household beside
_ONE_ACCOUNT_EACH = frozenset({"qfx", "schwab"})
_LIMITS = {2019: 6000, 2020: 6000, 2021: 6000, 2022: 6000, 2023: 6500, 2024: 7000, 2025: 7000}
_FUNDS = ("500 Index", "Bond Index", "International Index")


@dataclass(frozen=True)
class AccountSpec:
    """An account as its owner adds it to the ledger."""

    id: str
    kind: str
    number: str = ""
    employer: str = ""


@dataclass(frozen=True)
class Stated:
    """A true balance of a December 31, as a statement shows it."""

    pool: Pool
    day: date
    cents: int


@dataclass
class Household:
    """The truth of one household and all that it can bring to the ledger."""

    seed: int
    kind: str
    truth: Truth
    accounts: list[AccountSpec]
    files: list[Printed] = field(default_factory=list)
    balances: list[Stated] = field(default_factory=list)
    # what was there before the first file: pool -> value; the basis of a source is the truth's
    openings: list[Stated] = field(default_factory=list)
    balances_in_file: bool = False  # they come as a plain CSV and are not typed one by one
    owner: str = "rose"
    beside: Household | None = None  # another household in the same ledger
    lacks_a_file: bool = False  # what it cannot know must be told, and is then right
    outdated: dict[str, Printed] = field(default_factory=dict)  # file -> download it corrects

    @property
    def first_year(self) -> int:
        """The first year that its files tell whole."""
        if self.openings:
            return self.openings[0].day.year + 1
        return self.truth.movements[0].day.year

    @property
    def name(self) -> str:
        """The household in a few letters, for tables of results."""
        return f"{self.kind}-{self.seed}"


class Agenda:
    """What is going to happen, a day after another, whatever the order in which it was planned."""

    def __init__(self) -> None:
        self._planned: list[tuple[date, int, int, Callable[[], None]]] = []
        self._number = 0

    def plan(self, day: date, rank: int, act: Callable[[], None]) -> None:
        """Plan something; of one day the lower rank is first, then what was planned first."""
        self._number += 1
        heapq.heappush(self._planned, (day, rank, self._number, act))

    def run(self, last: date) -> None:
        """Let everything happen until a day."""
        while self._planned and self._planned[0][0] <= last:
            heapq.heappop(self._planned)[3]()


PAY, DIVIDEND, FEE, CONVERT, PAY_OUT, ARRIVE = range(6)


class Builder:
    """Makes one household: draws its habits, then lets its years go by."""

    def __init__(self, seed: int, kind: str, funds: int, first: int, years: int) -> None:
        self.draw = random.Random(f"{kind}:{seed}")
        self.seed, self.kind, self.small = seed, kind, kind.startswith("small")
        self.first, self.last = date(first, 1, 1), date(first + years - 1, 12, 31)
        lattice = self.draw.choice(LATTICES)
        self.funds = _FUNDS[:funds]
        prices = {fund: self._walk(lattice) for fund in self.funds}
        self.truth = Truth(lattice, prices)
        self.agenda = Agenda()
        self.accounts: list[AccountSpec] = []
        self.late = 0  # days by which files show everything after it happened

    def _walk(self, lattice: Lattice) -> dict[date, int]:
        """Draw a price for every day, between twenty and three hundred dollars."""
        start = self.draw.randint(25, 160)
        steps = max(8, int(start / lattice.step))
        low, high = max(2, int(20 / lattice.step)), int(300 / lattice.step)
        day, out = self.first - timedelta(days=31), {}
        while day <= self.last + timedelta(days=200):
            move = self.draw.gauss(0.0005, 0.012) * steps
            steps += round(move) or self.draw.choice((-1, 0, 0, 1))
            steps = min(max(steps, low), high)
            out[day] = steps
            day += timedelta(days=1)
        return out

    def quanta(self, fund: str, day: date, cents: int) -> int:
        """Return the units nearest to an amount, at least one quantum."""
        one = self.truth.prices[fund][day] * self.truth.lattice.cents
        return max(1, round(cents / one))

    # ---- plans --------------------------------------------------------------------------

    def add_plan(self, name: str, employer: str) -> None:
        """Add a plan to the chart."""
        self.accounts.append(AccountSpec(name, "401k", "", employer))

    def paydays(self, first: date, last: date) -> list[date]:
        """Return the paydays of a job: every other Friday, or the end of each month."""
        if self.draw.random() < 0.5 and not self.small:
            day, out = first + timedelta(days=(4 - first.weekday()) % 7), []
            while day <= last:
                out.append(day)
                day += timedelta(days=14)
            return out
        ends = [_month_end(y, m) for y in range(first.year, last.year + 1) for m in range(1, 13)]
        return [day for day in ends if first <= day <= last]

    def job(self, plan: str, first: date, last: date, *, every: str, whole: bool = True) -> None:
        """Plan the paychecks, dividends, fees and conversions of a job."""
        days = self.paydays(first, last)
        each = 0.5 if len(days) > 18 * (last.year - first.year + 1) else 1.0
        amounts = {PRE_TAX: 1000 * each, MATCH: 400 * each, AFTER_TAX: 1100 * each}
        if self.draw.random() < 0.4:
            amounts[ROTH] = 300 * each
        for day in days:
            self.agenda.plan(day, PAY, lambda d=day: self._paycheck(plan, d, amounts))
        for year in range(first.year, last.year + 1):
            for month in (3, 6, 9, 12):
                day = date(year, month, 20)
                if first <= day <= last:
                    self.agenda.plan(day, DIVIDEND, lambda d=day: self._dividends(plan, d))
            day = date(year, 10, 5)
            if first <= day <= last:
                self.agenda.plan(day, FEE, lambda d=day: self._fees(plan, d))
        for day in self._conversion_days(days, first, last, every):
            self.agenda.plan(day, CONVERT, lambda d=day: self._convert(plan, d, whole=whole))

    def _conversion_days(
        self, paydays: Sequence[date], first: date, last: date, every: str
    ) -> list[date]:
        if every == "paycheck":
            days = list(paydays)
        elif every == "daily":  # the plan converts what came in by the next morning
            days = [day + timedelta(days=1) for day in paydays]
        elif every == "monthly":
            days = [
                _month_end(y, m) + timedelta(days=3)
                for y in range(first.year, last.year + 1)
                for m in range(1, 13)
            ]
        elif every == "quarterly":
            days = [date(y, m, 8) for y in range(first.year, last.year + 1) for m in (1, 4, 7, 10)]
        else:
            days = [date(y, 11, 17) for y in range(first.year, last.year + 1)]
        return [day for day in days if first < day <= last]

    def _paycheck(self, plan: str, day: date, amounts: dict[str, float]) -> None:
        for source, amount in amounts.items():
            for fund in self.funds:
                cents = round(amount * 100 / len(self.funds) * self.draw.uniform(0.97, 1.03))
                self.truth.contribute(day, Pool(plan, source), fund, self.quanta(fund, day, cents))

    def _dividends(self, plan: str, day: date) -> None:
        for pool in self._pools_of(plan):
            for fund, held in self.truth.held(pool).items():
                part = held * self.draw.randint(2, 6) // 1000
                if part and fund != STABLE:
                    self.truth.dividend(day, pool, fund, part)

    def _fees(self, plan: str, day: date) -> None:
        for pool in self._pools_of(plan):
            if pool.source in {PRE_TAX, IN_PLAN_ROTH, AFTER_TAX}:
                for fund, held in self.truth.held(pool).items():
                    part = held * self.draw.randint(1, 3) // 1000
                    if part and fund != STABLE:
                        self.truth.fee(day, pool, fund, part)

    def _pools_of(self, plan: str) -> list[Pool]:
        return [pool for pool in self.truth.pools() if pool.account == plan]

    def _convert(self, plan: str, day: date, *, whole: bool) -> None:
        pool = Pool(plan, AFTER_TAX)
        held = self.truth.held(pool)
        if not whole:
            share = self.draw.randint(20, 90)
            held = {fund: quanta * share // 100 for fund, quanta in held.items()}
        held = {fund: quanta for fund, quanta in held.items() if quanta}
        if held:
            self.truth.convert(day, pool, held)

    def in_service(self, plan: str, day: date) -> None:
        """Plan a payment of a part of the after-tax money while the job goes on."""
        share = self.draw.choice((30, 50, 80, 100))
        to_roth = self.draw.random() < 0.4

        def pay() -> None:
            held = self.truth.held(Pool(plan, AFTER_TAX))
            funds = {fund: quanta * share // 100 for fund, quanta in held.items()}
            funds = {fund: quanta for fund, quanta in funds.items() if quanta}
            if funds:
                self._pay(plan, day, {AFTER_TAX: funds}, "trad", whole_to_roth=to_roth)

        self.agenda.plan(day, PAY_OUT, pay)

    def final_payout(self, plan: str, day: date, *, pretax_to: str) -> None:
        """Plan a payment of all that a plan holds, to the IRAs or to the next plan."""

        def pay() -> None:
            held = {pool.source: self.truth.held(pool) for pool in self._pools_of(plan)}
            held = {source: funds for source, funds in held.items() if funds}
            self._pay(plan, day, held, pretax_to, whole_to_roth=False)

        self.agenda.plan(day, PAY_OUT, pay)

    def _pay(
        self,
        plan: str,
        day: date,
        sources: Mapping[str, Mapping[str, int]],
        pretax_to: str,
        *,
        whole_to_roth: bool,
    ) -> None:
        receivers = dict.fromkeys((PRE_TAX, MATCH, ROLLOVER), pretax_to)
        receivers |= dict.fromkeys((AFTER_TAX, ROTH, IN_PLAN_ROTH), "roth1")
        move = self.truth.pay_out(
            day, plan, sources, receivers, whole_after_tax_to_roth=whole_to_roth
        )
        arrives = day + timedelta(days=self.draw.randint(0, 6))
        one_check = self.draw.random() < 0.6
        self.agenda.plan(
            arrives, ARRIVE, lambda: self.truth.arrive(arrives, move, one_check=one_check)
        )
        if self.draw.random() < 0.7:
            bought = arrives + timedelta(days=1)
            self.agenda.plan(bought, ARRIVE, lambda: self._invest(bought))

    def _invest(self, day: date) -> None:
        """Buy a fund with the cash that came into the traditional IRA."""
        fund = self.funds[0]
        quanta = self.truth.cash("trad") // (
            self.truth.prices[fund][day] * self.truth.lattice.cents
        )
        if quanta > 0:
            self.truth.buy(day, "trad", fund, quanta)

    # ---- IRAs ---------------------------------------------------------------------------

    def add_iras(self) -> None:
        """Add a traditional and a Roth IRA."""
        self.accounts += [
            AccountSpec("trad", "traditional_ira", iras.NUMBERS["trad"]),
            AccountSpec("roth1", "roth_ira", iras.NUMBERS["roth1"]),
        ]
        self.truth.traditional.add("trad")
        self.truth.roths.add("roth1")

    def backdoor(self, year: int) -> None:
        """Contribute and convert once for a year: on time or late, with or without a gain."""
        late = self.draw.random() < 0.3
        day = date(year + 1, self.draw.randint(1, 4), self.draw.randint(2, 14))
        if not late:
            day = date(year, self.draw.randint(1, 11), self.draw.randint(2, 25))
        cents = _LIMITS[year] * 100
        if day > self.last:
            return
        self.agenda.plan(day, PAY, lambda: self.truth.deposit(day, "trad", cents, year))
        converted = day + timedelta(days=self.draw.randint(1, 20))
        grown = self.draw.choice((0, 0, self.draw.randint(1, 900)))
        after = self.draw.choice((0, 0, self.draw.randint(1, 300)))
        if grown:
            self.agenda.plan(
                converted, DIVIDEND, lambda: self.truth.interest(converted, "trad", grown)
            )
        self.agenda.plan(converted, CONVERT, lambda: self._convert_ira(converted))
        if after:  # interest that is posted when everything was converted: leftover cents
            later = converted + timedelta(days=12)
            self.agenda.plan(later, ARRIVE, lambda: self.truth.interest(later, "trad", after))

    def _convert_ira(self, day: date) -> None:
        if cash := self.truth.cash("trad"):
            self.truth.convert_ira(day, "trad", "roth1", cash)

    def state_iras(self, home: Household) -> None:
        """Give the value of the traditional IRA at each year end, as Form 5498 shows it."""
        self._state(home, [Pool("trad", "")])

    def state_sources(self, home: Household, plan: str) -> None:
        """Give the value of each source of a plan at each year end, as its statement shows it."""
        self._state(home, [pool for pool in home.truth.pools() if pool.account == plan])

    def state_payouts(self, home: Household) -> None:
        """Give the nothing that is left of each source on the day on which all of it was paid."""
        for move in home.truth.payments.values():
            for source in move.parts:
                pool = Pool(move.account, source)
                if not home.truth.value_on(pool, move.day):
                    home.balances.append(Stated(pool, move.day, 0))

    def _state(self, home: Household, pools: Sequence[Pool]) -> None:
        for year in range(self.first.year, self.last.year + 1):
            day = date(year, 12, 31)
            for pool in pools:
                began = [m.day for m in home.truth.movements if (m.account, m.source) == pool]
                if began and began[0] <= day:
                    home.balances.append(Stated(pool, day, home.truth.value_on(pool, day)))

    # ---- files --------------------------------------------------------------------------

    def done(self) -> Household:
        """Let all of it happen and return the household, no file printed yet."""
        self.agenda.run(self.last)
        return Household(self.seed, self.kind, self.truth, self.accounts)

    def print_files(self, home: Household, product: str, accounts: Sequence[str]) -> None:
        """Print the files of a plan or of IRAs: by year, or by quarter."""
        if product in _NAMES_ITS_PLAN:  # else no file knows the number, and nor does the owner
            self.accounts[:] = [
                replace(one, number=plans.PLAN_NUMBERS.get(one.id, one.number))
                if one.id in accounts
                else one
                for one in self.accounts
            ]
        by_quarter = self.draw.random() < 0.3 and not self.small
        for first, last, label in spans(self.first, self.last, by_quarter=by_quarter):
            self.print_file(home, product, accounts, (first, last), label)

    def print_file(
        self,
        home: Household,
        product: str,
        accounts: Sequence[str],
        span: tuple[date, date],
        label: str,
    ) -> None:
        """Print one file of a time, or one for each account where the product wants it so."""
        of_iras = accounts[0] in iras.NUMBERS
        printer, name = (IRA_PRINTERS if of_iras else PLAN_PRINTERS)[product]
        alone = of_iras and product in _ONE_ACCOUNT_EACH
        for group in [[one] for one in accounts] if alone else [list(accounts)]:
            moved = (replace(m, day=m.day + timedelta(self.late)) for m in home.truth.movements)
            shown = [m for m in moved if m.account in group and span[0] <= m.day <= span[1]]
            if shown:
                tag = label if of_iras else f"{accounts[0].removesuffix(BESIDE)}_{label}"
                if alone:
                    tag = f"{label}_XXX{iras.NUMBERS[group[0]][-3:]}"
                page = printer(home.truth, shown)
                reader = mapped.MAP if product == "mapped" else ""
                plan = "" if of_iras or product in _NAMES_ITS_PLAN else accounts[0]
                told = (product, plan, page.lines, *span, reader, self.late)
                home.files.append(Printed(name.format(tag), page.text, *told))


def spans(first: date, last: date, *, by_quarter: bool) -> list[tuple[date, date, str]]:
    """Return the years or quarters of a time, with a label for the name of a file."""
    out = []
    for year in range(first.year, last.year + 1):
        if not by_quarter:
            out.append((date(year, 1, 1), date(year, 12, 31), str(year)))
            continue
        for quarter in range(4):
            begin = date(year, 3 * quarter + 1, 1)
            out.append((begin, _month_end(year, 3 * quarter + 3), f"{year}q{quarter + 1}"))
    return out


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def easy(seed: int, *, small: bool = False) -> Household:
    """One fund, conversions of everything, a backdoor each year."""
    draw = random.Random(f"easy habits {seed}")
    years = 2 if small else draw.randint(2, 3)
    kind = "small-easy" if small else "easy"
    made = Builder(seed, kind, 1, draw.randint(2019, 2022), years)
    made.add_plan("acme", "Apple")
    made.job("acme", made.first, made.last, every=draw.choice(EVERY))
    made.add_iras()
    for year in range(made.first.year, made.last.year + 1):
        made.backdoor(year)
    home = made.done()
    product = draw.choice(("empower", "plain"))
    made.print_files(home, product, ["acme"])
    made.print_files(home, "plain" if product == "plain" else "fidelity", ["trad", "roth1"])
    made.state_iras(home)
    return home


def full(seed: int, *, small: bool = False) -> Household:
    """One to three funds, parts of a source converted, payouts, a next plan, true balances."""
    made, home = _lived("full", seed, small=small)
    for plan in [one.id for one in home.accounts if one.kind == "401k"]:
        made.print_files(home, made.draw.choice(PLAN_FORMATS), [plan])
        if made.draw.random() < 0.5:
            made.state_sources(home, plan)
    made.print_files(home, made.draw.choice(IRA_FORMATS), ["trad", "roth1"])
    made.state_iras(home)
    return home


def _lived(kind: str, seed: int, *, small: bool) -> tuple[Builder, Household]:
    """Let the years of a full household go by; nothing is printed yet."""
    draw = random.Random(f"{kind} habits {seed}")
    years = draw.randint(1, 2) if small else draw.randint(2, 4)
    years = max(2, years) if kind == "opened" else years
    funds = 1 if kind == "pair" else draw.randint(1, 2 if small else 3)
    name = f"small-{kind}" if small else kind
    made = Builder(seed, name, funds, draw.randint(2019, 2025 - years), years)
    made.add_plan("acme", "Apple")
    made.add_iras()
    leaves = made.last
    second = years > 1 and draw.random() < 0.6
    if second:
        leaves = date(made.first.year + years // 2, draw.randint(2, 8), 15)
        made.add_plan("nova", "Nova")
        start = leaves + timedelta(days=45)
        made.job("nova", start, made.last, every=draw.choice(EVERY), whole=draw.random() < 0.5)
    made.job("acme", made.first, leaves, every=draw.choice(EVERY), whole=draw.random() < 0.4)
    if kind != "easy" and (second or draw.random() < 0.5):
        goes = "nova" if second and draw.random() < 0.5 else "trad"
        day = leaves + timedelta(days=30) if second else date(leaves.year, 10, 21)
        made.final_payout("acme", day, pretax_to=goes)
    if kind != "easy" and draw.random() < 0.5:
        made.in_service("acme", date(made.first.year, draw.randint(6, 12), 16))
    for year in range(made.first.year, made.last.year + 1):
        if draw.random() < 0.7:
            made.backdoor(year)
    return made, made.done()


def messy(seed: int, *, small: bool = False) -> Household:
    """A full household with files that overlap, come twice, in two formats, or are corrected."""
    made, home = _lived("messy", seed, small=small)
    product = made.draw.choice(("empower", "voya", "sources_tab", "qfx"))
    for plan in [one.id for one in home.accounts if one.kind == "401k"]:
        made.print_files(home, product, [plan])
    made.print_files(home, "fidelity", ["trad", "roth1"])
    made.state_iras(home)
    trouble = made.draw.choice(("overlap", "copy", "two formats", "two formats", "corrected"))
    if trouble == "overlap":
        middle = made.first + (made.last - made.first) / 2
        span = (middle - timedelta(days=150), middle + timedelta(days=150))
        made.print_file(home, product, ["acme"], span, "longer")
        made.print_file(home, "fidelity", ["trad", "roth1"], span, "longer")
    elif trouble == "copy":
        for one in made.draw.sample(home.files, min(2, len(home.files))):
            home.files.append(replace(one, name=f"copy_of_{one.name}"))
    elif trouble == "two formats":
        if product in _SECOND_FORMAT:
            made.print_files(home, _SECOND_FORMAT[product], ["acme"])
        if product not in _SECOND_FORMAT or made.draw.random() < 0.5:
            made.print_files(home, "qfx", ["trad", "roth1"])
    else:
        _correct(made, home, product)
    return home


def apart(seed: int, *, small: bool = False) -> Household:
    """A full household with a second file of the plan that shows everything days later.

    One may cut a day by fund and the other by source.
    """
    made, home = _lived("apart", seed, small=small)
    products = made.draw.sample(("empower", "sources_tab", "voya"), 2)
    plans_ = [one.id for one in home.accounts if one.kind == "401k"]
    for plan in plans_:
        made.print_files(home, products[0], [plan])
    made.late = made.draw.randint(1, 3)
    made.print_files(home, products[1], plans_[:1])
    made.late = 0
    made.print_files(home, "fidelity", ["trad", "roth1"])
    made.state_iras(home)
    return home


def _correct(made: Builder, home: Household, product: str) -> None:
    """Let a file of the plan be the correction of an earlier download with a wrong paycheck."""
    file = made.draw.choice([one for one in home.files if one.product == product])
    shown = [one for one in home.truth.movements if one.number in file.movements]
    paid = [one for one in shown if one.kind is Kind.CONTRIBUTION and one.source == PRE_TAX]
    if not paid:
        return
    wrong = made.draw.choice(paid)
    cents = wrong.cents // wrong.quanta
    other = replace(wrong, cents=wrong.cents + cents, quanta=wrong.quanta + 1)
    printer, _ = PLAN_PRINTERS[product]
    page = printer(home.truth, [other if one is wrong else one for one in shown])
    old = replace(file, name=f"first_{file.name}", text=page.text, lines=page.lines)
    home.outdated[file.name] = old


def odd(seed: int, *, small: bool = False) -> Household:
    """A household with what is rare: column maps, rows without units, balances as rows."""
    draw = random.Random(f"odd trouble {seed}")
    trouble = draw.choice(("map", "no units", "value", "balances", "balances"))
    made, home = _lived("easy" if trouble == "value" else "odd", seed, small=small)
    home.kind = "small-odd" if small else "odd"
    product = {"map": "mapped", "no units": "empower no units", "value": "plain value"}.get(
        trouble, draw.choice(("empower", "voya"))
    )
    for plan in [one.id for one in home.accounts if one.kind == "401k"]:
        made.print_files(home, product, [plan])
        if trouble == "balances":
            made.state_sources(home, plan)
    if trouble == "balances":
        home.balances_in_file = True
        made.state_payouts(home)
    made.print_files(home, "fidelity", ["trad", "roth1"])
    made.state_iras(home)
    return home


def pair(seed: int, *, small: bool = False) -> Household:
    """Two households in one ledger, whose files have the same names: the first is looked at."""
    made, home = _lived("pair", seed, small=small)
    _, other = _lived("pair", seed + 500_000, small=small)
    other.truth = other.truth.renamed(BESIDE)
    other.owner = "paul"
    other.accounts = [
        replace(one, id=one.id + BESIDE, number=iras.NUMBERS.get(one.id + BESIDE, ""))
        for one in other.accounts
    ]
    for one in (home, other):
        for plan in [account.id for account in one.accounts if account.kind == "401k"]:
            made.print_files(one, "empower", [plan])
        made.print_files(one, "fidelity", [a.id for a in one.accounts if a.kind != "401k"])
    home.beside = other
    made.state_iras(home)
    return home


def gap(seed: int, *, small: bool = False) -> Household:
    """An easy household that forgot to download three months in the middle."""
    draw = random.Random(f"gap habits {seed}")
    kind = "small-gap" if small else "gap"
    made = Builder(seed, kind, 1, draw.randint(2019, 2022), 2)
    made.add_plan("acme", "Apple")
    every = draw.choice(("monthly", "quarterly", "yearly"))
    made.job("acme", made.first, made.last, every=every, whole=True)
    home = made.done()
    quarters = spans(made.first, made.last, by_quarter=True)
    missing = draw.randrange(1, len(quarters) - 1)
    for number, (first, last, label) in enumerate(quarters):
        if number != missing:
            made.print_file(home, draw.choice(("empower", "voya")), ["acme"], (first, last), label)
    home.lacks_a_file = True
    return home


def opened(seed: int, *, small: bool = False) -> Household:
    """A full household whose first year is in no file: it has the statement of its last day."""
    made, home = _lived("opened", seed, small=small)
    last = date(made.first.year, 12, 31)
    made.first = date(made.first.year + 1, 1, 1)
    for pool in home.truth.pools():
        value = home.truth.value_on(pool, last)
        if value and pool.account not in home.truth.roths:
            home.openings.append(Stated(pool, last, value))
    for plan in [one.id for one in home.accounts if one.kind == "401k"]:
        made.print_files(home, made.draw.choice(("empower", "sources_tab", "voya")), [plan])
    made.print_files(home, made.draw.choice(("fidelity", "vanguard")), ["trad", "roth1"])
    made.state_iras(home)
    return home


def in_formats(seed: int, *products: str) -> Household:
    """A small full household whose plans' files come in each of these formats, one by one."""
    made, home = _lived("full", seed, small=True)
    made.print_files(home, "fidelity", ["trad", "roth1"])
    for product in products:
        for plan in [one.id for one in home.accounts if one.kind == "401k"]:
            made.print_files(home, product, [plan])
    made.state_iras(home)
    return home


# product -> another download that the same recordkeeper offers
_SECOND_FORMAT = {"sources_tab": "history", "qfx": "vanguard"}
# what owners download, the more usual more often
PLAN_FORMATS = ("empower", "empower", "sources_tab", "voya", "qfx", "history", "vanguard")
IRA_FORMATS = ("fidelity", "fidelity", "vanguard", "schwab", "qfx")
EVERY = ("paycheck", "daily", "monthly", "quarterly", "yearly")
KINDS: dict[str, Callable[[int], Household]] = {
    "easy": easy,
    "full": full,
    "apart": apart,
    "messy": messy,
    "odd": odd,
    "gap": gap,
    "pair": pair,
    "opened": opened,
    "small-easy": partial(easy, small=True),
    "small-full": partial(full, small=True),
    "small-pair": partial(pair, small=True),
    "small-gap": partial(gap, small=True),
    "small-apart": partial(apart, small=True),
    "small-odd": partial(odd, small=True),
    "small-messy": partial(messy, small=True),
    "small-opened": partial(opened, small=True),
}
# how often each kind comes among many: small ones say as much in less time
MIX = (
    *("small-easy", "small-full", "small-full", "small-messy", "small-opened", "small-odd"),
    *("small-pair", "small-full", "small-gap", "small-odd", "small-full", "small-messy"),
    *("easy", "small-apart", "full"),
)
