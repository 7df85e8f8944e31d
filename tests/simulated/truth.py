"""The truth of a household: every unit, price and cent of it, worked out apart from the product.

All amounts are whole cents. A price is a whole number of steps and a holding a whole number of
quanta, and a quantum at one step is a whole number of cents: so every value is exact on every day,
and no figure needs a tolerance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

AFTER_TAX, IN_PLAN_ROTH, PRE_TAX, MATCH = "after_tax", "in_plan_roth", "pre_tax", "match"
ROTH, ROLLOVER = "roth", "rollover"
TAXED = frozenset({AFTER_TAX, IN_PLAN_ROTH, ROTH})
DESIGNATED_ROTH = frozenset({IN_PLAN_ROTH, ROTH})
STABLE = "Stable Value Fund"  # one dollar a unit, every day: what takes a check to the cent


class Kind(StrEnum):
    """What one line of a recordkeeper is."""

    CONTRIBUTION = "contribution"
    DIVIDEND = "dividend"
    FEE = "fee"
    CONVERSION_OUT = "conversion_out"
    CONVERSION_IN = "conversion_in"
    PAYOUT = "payout"
    ROLLOVER_IN = "rollover_in"
    BUY = "buy"


@dataclass(frozen=True)
class Lattice:
    """The grid on which prices and units of a household lie: step × quantum is whole cents."""

    step: Decimal  # dollars
    quantum: Decimal  # units

    @property
    def cents(self) -> int:
        """Cents of one quantum at a price of one step."""
        exact = self.step * self.quantum * 100
        if exact != int(exact):
            raise ValueError(f"{self} is no grid of whole cents")
        return int(exact)

    def price(self, steps: int) -> str:
        """Return a price as it is printed, in dollars."""
        return f"{self.step * steps:.{max(2, -int(self.step.as_tuple().exponent))}f}"

    def units(self, quanta: int) -> str:
        """Return units as they are printed."""
        return f"{self.quantum * quanta:.{max(3, -int(self.quantum.as_tuple().exponent))}f}"


LATTICES = tuple(
    Lattice(Decimal(step), Decimal(quantum))
    for step, quantum in (
        *(("0.05", "0.2"), ("0.10", "0.1"), ("0.25", "0.04"), ("0.125", "0.08")),
        *(("0.3125", "0.032"), ("0.50", "0.02"), ("1.00", "0.01"), ("1.5625", "0.0064")),
        *(("0.78125", "0.01280"), ("0.9765625", "0.010240")),
    )
)


@dataclass(frozen=True)
class Movement:
    """One line that a recordkeeper prints, and what only its owner knows of it."""

    number: int
    day: date
    account: str
    kind: Kind
    cents: int  # signed: what it does to the source, or to the cash of an IRA
    source: str = ""
    fund: str = ""
    quanta: int = 0
    tax_year: int | None = None
    move: int = 0  # the payment or the conversion that it is a line of, 0 for none
    partner: str = ""  # the account on the other side, where there is one


class Pool(NamedTuple):
    """A source of a plan, or an IRA (source "")."""

    account: str
    source: str


@dataclass(frozen=True)
class Payment:
    """Money that left a plan: one check or several, each with what the owner elected of it."""

    move: int
    account: str
    day: date
    # source -> receiver -> cents, and how many of them are pre-tax money
    parts: Mapping[str, Mapping[str, tuple[int, int]]]


@dataclass
class Year:
    """What the return of one year must say, in cents."""

    ira_gross: int = 0
    ira_taxable: int = 0
    plan_gross: int = 0
    plan_taxable: int = 0
    contributed: int = 0
    contributed_late: int = 0
    basis_before: int = 0
    converted: int = 0
    ira_value: int = 0
    basis_after: int = 0
    boxes: dict[str, list[int]] = field(default_factory=dict)  # payer -> boxes 1, 2a, 5


def half_up(numerator: int, denominator: int) -> int:
    """Return numerator ÷ denominator rounded half up; neither is negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def basis_leaving(amount: int, value: int, basis: int) -> int:
    """Return the basis that leaves a contract with an amount, pro rata (IRC 72(e)(8))."""
    if value <= 0 or basis <= 0:
        return 0
    return min(amount, half_up(min(basis, value) * amount, value))


class Truth:
    """One household as it was: built day by day, then asked what any figure is."""

    def __init__(self, lattice: Lattice, prices: Mapping[str, Mapping[date, int]]) -> None:
        self.lattice = lattice
        self.prices = prices  # fund -> day -> steps
        self.movements: list[Movement] = []
        self.payments: dict[int, Payment] = {}
        self.traditional: set[str] = set()
        self.roths: set[str] = set()
        self._held: Counter[tuple[str, str, str]] = Counter()  # account, source, fund -> quanta
        self._cash: Counter[str] = Counter()
        self._basis: Counter[Pool] = Counter()
        self._basis_days: dict[Pool, list[tuple[date, int]]] = defaultdict(list)
        self._years: dict[int, Year] = defaultdict(Year)
        self._moves = 0
        self._today = date.min

    # ---- what happens -------------------------------------------------------------------

    def contribute(self, day: date, pool: Pool, fund: str, quanta: int) -> None:
        """Pay so many units into a source."""
        cents = self._worth(fund, day, quanta)
        self._add(day, Kind.CONTRIBUTION, pool, cents, (fund, quanta))
        if pool.source in TAXED:
            self._change_basis(pool, day, cents)

    def dividend(self, day: date, pool: Pool, fund: str, quanta: int) -> None:
        """Reinvest a dividend."""
        self._add(day, Kind.DIVIDEND, pool, self._worth(fund, day, quanta), (fund, quanta))

    def fee(self, day: date, pool: Pool, fund: str, quanta: int) -> None:
        """Redeem units for a fee."""
        self._add(day, Kind.FEE, pool, -self._worth(fund, day, quanta), (fund, -quanta))

    def convert(self, day: date, pool: Pool, quanta: Mapping[str, int]) -> None:
        """Convert units of a source to Roth inside the plan."""
        value = self.value_now(pool, day)
        move = self._next_move()
        amount = 0
        target = Pool(pool.account, IN_PLAN_ROTH)
        for fund, part in quanta.items():
            cents = self._worth(fund, day, part)
            amount += cents
            self._add(day, Kind.CONVERSION_OUT, pool, -cents, (fund, -part), move=move)
        for fund, part in quanta.items():
            cents = self._worth(fund, day, part)
            self._add(day, Kind.CONVERSION_IN, target, cents, (fund, part), move=move)
        basis = basis_leaving(amount, value, self._basis[pool])
        self._change_basis(pool, day, -basis)
        self._change_basis(target, day, amount)
        self._reported(day, pool.account, amount, amount - basis, basis)

    def pay_out(
        self,
        day: date,
        account: str,
        sources: Mapping[str, Mapping[str, int]],
        receivers: Mapping[str, str],
        *,
        whole_after_tax_to_roth: bool = False,
    ) -> int:
        """Pay units of sources (source -> fund -> quanta) to where each source's money goes.

        After-tax money goes to ``receivers["after_tax"]`` with its basis, its gain to
        ``receivers["pre_tax"]`` unless all of it goes to Roth. A receiver is an IRA or a plan.
        Returns the number of the payment, whose checks ``arrive`` lets come in.
        """
        move = self._next_move()
        parts: dict[str, dict[str, tuple[int, int]]] = {}
        for source, funds in sources.items():
            pool = Pool(account, source)
            value = self.value_now(pool, day)
            amount = sum(self._worth(fund, day, part) for fund, part in funds.items())
            everything = amount == value
            for fund, part in funds.items():
                cents = self._worth(fund, day, part)
                self._add(day, Kind.PAYOUT, pool, -cents, (fund, -part), move=move)
            basis = basis_leaving(amount, value, self._basis[pool])
            if source in DESIGNATED_ROTH and everything:
                basis = self._basis[pool]
            self._change_basis(pool, day, -basis)
            taxable = 0
            if source == AFTER_TAX:
                to_roth = amount if whole_after_tax_to_roth else basis
                split = {receivers[AFTER_TAX]: (to_roth, to_roth - basis)}
                if amount > to_roth:
                    split[receivers[PRE_TAX]] = (amount - to_roth, amount - to_roth)
                taxable = to_roth - basis
            else:
                pretax = amount if source not in DESIGNATED_ROTH else 0
                split = {receivers[source]: (amount, pretax)}
            parts[source] = split
            self._reported(day, account, amount, taxable, basis)
        self.payments[move] = Payment(move, account, day, parts)
        return move

    def arrive(self, day: date, move: int, *, one_check: bool) -> None:
        """Let the checks of a payment come in: one for each receiver, or one for each source."""
        account = self.payments[move].account
        checks: dict[tuple[str, str], int] = Counter()
        for source, split in self.payments[move].parts.items():
            for to, (cents, _) in split.items():
                checks[to, "" if one_check else source] += cents
        for (to, _), cents in checks.items():
            if to in self.traditional or to in self.roths:
                pool = Pool(to, "")
                self._add(day, Kind.ROLLOVER_IN, pool, cents, move=move, partner=account)
            else:
                pool = Pool(to, ROLLOVER)
                self._add(
                    day,
                    Kind.ROLLOVER_IN,
                    pool,
                    cents,
                    (STABLE, cents),
                    move=move,
                    partner=account,
                )

    def deposit(self, day: date, ira: str, cents: int, tax_year: int) -> None:
        """Contribute to a traditional IRA for a tax year; nothing of it is deducted."""
        self._add(day, Kind.CONTRIBUTION, Pool(ira, ""), cents, tax_year=tax_year)
        year = self._years[tax_year]
        year.contributed += cents
        if day.year > tax_year:
            year.contributed_late += cents

    def buy(self, day: date, ira: str, fund: str, quanta: int) -> None:
        """Buy units of a fund with the cash of an IRA."""
        cents = self._worth(fund, day, quanta)
        self._add(day, Kind.BUY, Pool(ira, ""), -cents, (fund, quanta))

    def interest(self, day: date, ira: str, cents: int) -> None:
        """Pay interest into the cash of an IRA."""
        self._add(day, Kind.DIVIDEND, Pool(ira, ""), cents)

    def convert_ira(self, day: date, ira: str, roth: str, cents: int) -> None:
        """Convert cash of a traditional IRA to a Roth IRA."""
        move = self._next_move()
        self._add(day, Kind.CONVERSION_OUT, Pool(ira, ""), -cents, move=move, partner=roth)
        self._add(day, Kind.CONVERSION_IN, Pool(roth, ""), cents, move=move, partner=ira)
        year = self._years[day.year]
        year.converted += cents
        boxes = year.boxes.setdefault(ira, [0, 0, 0])
        boxes[0] += cents

    # ---- what is asked ------------------------------------------------------------------

    def cash(self, ira: str) -> int:
        """Return the cash of an IRA now."""
        return self._cash[ira]

    def held(self, pool: Pool) -> dict[str, int]:
        """Return the quanta of each fund that a source holds now."""
        return {
            fund: quanta
            for (account, source, fund), quanta in self._held.items()
            if (account, source) == pool and quanta
        }

    def value_now(self, pool: Pool, day: date) -> int:
        """Return the value of a source after all that happened so far, at a day's prices."""
        units = sum(self._worth(fund, day, quanta) for fund, quanta in self.held(pool).items())
        return units + (0 if pool.source else self._cash[pool.account])

    def value_on(self, pool: Pool, day: date, *, before: Movement | None = None) -> int:
        """Return the value at the close of a day, or just ahead of a movement of that day."""
        held: Counter[str] = Counter()
        cash = 0
        for one in self.movements:
            if one.day > day or (before is not None and one.number >= before.number):
                break
            if (one.account, one.source) == pool:
                held[one.fund] += one.quanta
                cash += 0 if one.source else one.cents
        return cash + sum(self._worth(f, day, q) for f, q in held.items() if f and q)

    def gain_before(self, one: Movement) -> int:
        """Return what the market did to a source until money leaves it, since it last did."""
        pool = Pool(one.account, one.source)
        books, moved = 0, 0
        for other in self.movements[: one.number - 1]:
            if (other.account, other.source) != pool:
                continue
            if other.cents < 0 and other.move and other.move != moved:
                books, moved = self.value_on(pool, other.day, before=other), other.move
            books += other.cents
        return self.value_on(pool, one.day, before=one) - books

    def basis_on(self, pool: Pool, day: date) -> int:
        """Return the basis of a source of a plan at the close of a day."""
        return sum(cents for when, cents in self._basis_days[pool] if when <= day)

    def units_of(self, one: Movement) -> str:
        """Return the units of a movement as a recordkeeper prints them, "" without a fund."""
        if not one.fund:
            return ""
        if one.fund == STABLE:
            return f"{Decimal(one.quanta).scaleb(-2):.3f}"
        return self.lattice.units(one.quanta)

    def price_of(self, one: Movement) -> str:
        """Return the price of a movement's fund on its day as it is printed, in dollars."""
        return "1.00" if one.fund == STABLE else self.lattice.price(self.prices[one.fund][one.day])

    def pools(self) -> list[Pool]:
        """Return every source and IRA that ever held something."""
        return list(dict.fromkeys(Pool(m.account, m.source) for m in self.movements))

    def years(self) -> dict[int, Year]:
        """Return the figures of every year from the first movement to the last."""
        first, last = self.movements[0].day.year, self.movements[-1].day.year
        carried = 0
        out = {}
        for number in range(first, last + 1):
            year = replace(self._years[number])
            year.basis_before = carried
            year.ira_value = sum(
                self.value_on(Pool(ira, ""), date(number, 12, 31)) for ira in self.traditional
            )
            self._pro_rata(year)
            carried = year.basis_after
            out[number] = year
        return out

    def _pro_rata(self, year: Year) -> None:
        """Work out Form 8606: the nontaxable part at full precision, rounded once."""
        basis = year.basis_before + year.contributed
        year.ira_gross = year.converted
        if not year.converted:
            year.basis_after = basis
            return
        usable = basis - year.contributed_late
        whole = year.ira_value + year.converted
        free = min(usable, half_up(min(usable, whole) * year.converted, whole))
        year.ira_taxable = year.converted - free
        year.basis_after = basis - free

    def renamed(self, suffix: str) -> Truth:
        """Return the same facts of accounts whose names end with a suffix: another household's.

        The figures of its years are not carried over: only what is printed and asked is.
        """
        out = Truth(self.lattice, self.prices)
        out.movements = [
            replace(
                one,
                account=one.account + suffix,
                partner=one.partner and one.partner + suffix,
            )
            for one in self.movements
        ]
        for move, paid in self.payments.items():
            parts = {
                source: {to + suffix: cents for to, cents in split.items()}
                for source, split in paid.parts.items()
            }
            out.payments[move] = replace(paid, account=paid.account + suffix, parts=parts)
        out.traditional = {one + suffix for one in self.traditional}
        out.roths = {one + suffix for one in self.roths}
        return out

    # ---- inside -------------------------------------------------------------------------

    def _worth(self, fund: str, day: date, quanta: int) -> int:
        if fund == STABLE:
            return quanta
        return self.prices[fund][day] * quanta * self.lattice.cents

    def _next_move(self) -> int:
        self._moves += 1
        return self._moves

    def _change_basis(self, pool: Pool, day: date, cents: int) -> None:
        self._basis[pool] += cents
        self._basis_days[pool].append((day, cents))

    def _reported(self, day: date, payer: str, gross: int, taxable: int, basis: int) -> None:
        year = self._years[day.year]
        year.plan_gross += gross
        year.plan_taxable += taxable
        boxes = year.boxes.setdefault(payer, [0, 0, 0])
        for place, cents in enumerate((gross, taxable, basis)):
            boxes[place] += cents

    def _add(
        self,
        day: date,
        kind: Kind,
        pool: Pool,
        cents: int,
        lot: tuple[str, int] = ("", 0),
        **more: Any,
    ) -> None:
        if day < self._today:
            raise ValueError(f"{day} is before {self._today}: a truth is told in order")
        self._today = day
        (account, source), (fund, quanta) = pool, lot
        number = len(self.movements) + 1
        made = Movement(number, day, account, kind, cents, source, fund, quanta)
        self.movements.append(replace(made, **more))
        if fund:
            self._held[*pool, fund] += quanta
        if pool.source == "":
            self._cash[pool.account] += cents


def dollars(cents: int) -> str:
    """Return cents as a plain number of dollars: "-1234.50".

    >>> dollars(-123450)
    '-1234.50'
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
