"""A form is a column of lines, each written once as a formula that reads only lines above it.

From the one formula come the amount, the words that explain it and the live spreadsheet formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledger.money import ZERO, Money, Ratio

CellOf = Callable[[str, str], str]  # (form name, line number) -> spreadsheet cell


SPREADSHEET_PLACES = 15  # of a ratio: as many as a spreadsheet keeps, where none are lost


@dataclass(frozen=True)
class LineRef:
    """Name of a line: ("8606", "14")."""

    form: str
    number: str

    def __str__(self) -> str:
        """Return the name as the command line writes it: 8606:14."""
        return f"{self.form}:{self.number}"


class Formula:
    """A way to work out a line: its amount, its words and its spreadsheet formula."""

    value: Money
    reads: tuple[LineRef, ...]

    @property
    def inputs(self) -> tuple[Entered, ...]:
        """The amounts entered from the books inside the formula, lines left out."""
        return ()

    def words(self, form: str) -> str:
        """Explain the formula to a reader of that form."""
        raise AssertionError(form)

    def sheet(self, cell: CellOf) -> str:
        """Return the formula for a spreadsheet, without the leading equals sign."""
        raise AssertionError(cell)

    def __add__(self, other: Formula) -> Formula:
        """Add two amounts."""
        return _Sum((*_terms(self), *_terms(other)))

    def __sub__(self, other: Formula) -> Formula:
        """Subtract one amount from another."""
        return _Difference(self, other)

    def __mul__(self, ratio: RatioLine) -> Formula:
        """Multiply by a ratio as printed on the form."""
        return _Product(self, ratio)

    def but_not_below_zero(self) -> Formula:
        """Return the amount, or zero where it is negative ("if zero or less, enter -0-")."""
        return _FloorZero(self)

    def but_at_most(self, limit: Formula) -> Formula:
        """Return the smaller of two amounts."""
        return _Least(self, limit)

    def share(self, part: Formula, whole: Formula) -> Formula:
        """Return the amount × part ÷ whole, rounded half up to the cent; whole is not zero."""
        return _Share(self, part, whole)

    def percent(self, rate: Percent) -> Formula:
        """Return a percentage of the amount, rounded half up."""
        return _PercentOf(self, rate)


@dataclass(frozen=True)
class Percent:
    """A rate of law in whole percent, e.g. 10."""

    number: int


# no equality by value: two equal amounts are still two entries
@dataclass(frozen=True, eq=False)
class Entered(Formula):
    """An amount entered on the line from the books or the return, with what it is."""

    value: Money
    what: str

    @property
    def inputs(self) -> tuple[Entered, ...]:
        """The amount itself."""
        return (self,)

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        """Entered amounts read no lines."""
        return ()

    def words(self, form: str) -> str:
        """Say what was entered."""
        del form
        return self.what

    def sheet(self, cell: CellOf) -> str:
        """Return the plain number."""
        del cell
        return self.value.plain


@dataclass(frozen=True, eq=False)
class _Line(Formula):
    ref: LineRef
    value: Money
    whole_dollars: bool = False

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return (self.ref,)

    def words(self, form: str) -> str:
        number = f"line {self.ref.number}"
        return number if self.ref.form == form else f"Form {self.ref.form} {number}"

    def sheet(self, cell: CellOf) -> str:
        return cell(self.ref.form, self.ref.number)


@dataclass(frozen=True, eq=False)
class _Sum(Formula):
    parts: tuple[Formula, ...]

    @property
    def value(self) -> Money:  # type: ignore[override]
        return Money.total(part.value for part in self.parts)

    @property
    def inputs(self) -> tuple[Entered, ...]:
        return tuple(one for part in self.parts for one in part.inputs)

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return tuple(ref for part in self.parts for ref in part.reads)

    def words(self, form: str) -> str:
        return " plus ".join(part.words(form) for part in self.parts)

    def sheet(self, cell: CellOf) -> str:
        return "+".join(part.sheet(cell) for part in self.parts)


def _terms(formula: Formula) -> tuple[Formula, ...]:
    # kept flat, so that the words read 'plus' from end to end without nesting
    return formula.parts if isinstance(formula, _Sum) else (formula,)


class _Pair(Formula):
    left: Formula
    right: Formula

    @property
    def inputs(self) -> tuple[Entered, ...]:
        return (*self.left.inputs, *self.right.inputs)

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return (*self.left.reads, *self.right.reads)


@dataclass(frozen=True, eq=False)
class _Difference(_Pair):
    left: Formula
    right: Formula

    @property
    def value(self) -> Money:  # type: ignore[override]
        return self.left.value - self.right.value

    def words(self, form: str) -> str:
        return f"{self.left.words(form)} minus {self.right.words(form)}"

    def sheet(self, cell: CellOf) -> str:
        # in brackets: a sum on the right would change its sign after the first term
        return f"{self.left.sheet(cell)}-({self.right.sheet(cell)})"


@dataclass(frozen=True, eq=False)
class _Least(_Pair):
    left: Formula
    right: Formula

    @property
    def value(self) -> Money:  # type: ignore[override]
        # either side could have been the smaller, so the rows behind both are evidence
        least = min(self.left.value, self.right.value)
        return least.seen_at(*self.left.value.evidence, *self.right.value.evidence)

    def words(self, form: str) -> str:
        return f"{self.left.words(form)}, but not more than {self.right.words(form)}"

    def sheet(self, cell: CellOf) -> str:
        return f"MIN({self.left.sheet(cell)},{self.right.sheet(cell)})"


@dataclass(frozen=True, eq=False)
class _FloorZero(Formula):
    inner: Formula

    @property
    def inputs(self) -> tuple[Entered, ...]:
        return self.inner.inputs

    @property
    def value(self) -> Money:  # type: ignore[override]
        return self.inner.value.floor_zero()

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return self.inner.reads

    def words(self, form: str) -> str:
        return f"{self.inner.words(form)}, but not below zero"

    def sheet(self, cell: CellOf) -> str:
        return f"MAX(0,{self.inner.sheet(cell)})"


@dataclass(frozen=True, eq=False)
class RatioLine:
    """A line that holds a ratio: part ÷ whole at so many places, at most 1.

    ``live_places`` are those of the spreadsheet, where another input may need more of them than
    lose nothing here.
    """

    ref: LineRef
    value: Ratio
    part: Formula
    whole: Formula
    whole_dollars: bool
    live_places: int

    @property
    def reads(self) -> tuple[LineRef, ...]:
        """The lines the ratio was worked out from."""
        return (*self.part.reads, *self.whole.reads)

    def words(self, form: str) -> str:
        """Explain the ratio."""
        return (
            f"{self.part.words(form)} divided by {self.whole.words(form)}, "
            f"rounded to {self.value.places} places, but not more than 1"
        )

    def sheet(self, cell: CellOf) -> str:
        """Return the spreadsheet formula of the ratio."""
        part, whole = self.part.sheet(cell), self.whole.sheet(cell)
        # rounded in the cell as well: the lines below multiply by the ratio as printed
        return f"IF({whole}<=0,0,MIN(1,ROUND({part}/{whole},{self.live_places})))"


@dataclass(frozen=True, eq=False)
class _Product(Formula):
    amount: Formula
    ratio: RatioLine

    @property
    def value(self) -> Money:  # type: ignore[override]
        return self.amount.value.times(self.ratio.value, whole_dollars=self.ratio.whole_dollars)

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return (*self.amount.reads, self.ratio.ref)

    @property
    def inputs(self) -> tuple[Entered, ...]:
        return self.amount.inputs

    def words(self, form: str) -> str:
        unit = "dollar" if self.ratio.whole_dollars else "cent"
        return (
            f"{self.amount.words(form)} multiplied by line {self.ratio.ref.number}, "
            f"rounded to the {unit}"
        )

    def sheet(self, cell: CellOf) -> str:
        places = 0 if self.ratio.whole_dollars else 2
        ratio = cell(self.ratio.ref.form, self.ratio.ref.number)
        return f"ROUND({self.amount.sheet(cell)}*{ratio},{places})"


@dataclass(frozen=True, eq=False)
class _Share(Formula):
    amount: Formula
    part: Formula
    whole: Formula

    @property
    def value(self) -> Money:  # type: ignore[override]
        return self.amount.value.share(self.part.value, self.whole.value)

    @property
    def inputs(self) -> tuple[Entered, ...]:
        return (*self.amount.inputs, *self.part.inputs, *self.whole.inputs)

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return (*self.amount.reads, *self.part.reads, *self.whole.reads)

    def words(self, form: str) -> str:
        parts = self.amount.words(form), self.part.words(form), self.whole.words(form)
        return "{} multiplied by {}, divided by {}".format(*parts)

    def sheet(self, cell: CellOf) -> str:
        # two places, as the amount beside it: the cell must show the same cents
        amount, part = self.amount.sheet(cell), self.part.sheet(cell)
        return f"ROUND({amount}*{part}/{self.whole.sheet(cell)},2)"


@dataclass(frozen=True, eq=False)
class _PercentOf(Formula):
    amount: Formula
    rate: Percent

    @property
    def value(self) -> Money:  # type: ignore[override]
        return self.amount.value.percent(self.rate.number)

    @property
    def reads(self) -> tuple[LineRef, ...]:  # type: ignore[override]
        return self.amount.reads

    @property
    def inputs(self) -> tuple[Entered, ...]:
        return self.amount.inputs

    def words(self, form: str) -> str:
        return f"{self.rate.number} percent of {self.amount.words(form)}"

    def sheet(self, cell: CellOf) -> str:
        return f"ROUND({self.amount.sheet(cell)}*{self.rate.number}/100,2)"


@dataclass(frozen=True)
class FormLine:
    """One finished line: number, label, amount or ratio, and the formula it came from."""

    form: str
    number: str
    label: str
    value: Money | Ratio
    formula: Formula | RatioLine
    whole_dollars: bool = False

    @property
    def words(self) -> str:
        """How the line came about, in words."""
        return self.formula.words(self.form)

    @property
    def reads(self) -> tuple[LineRef, ...]:
        """The lines this line was worked out from, each once; () for an entered amount."""
        return tuple(dict.fromkeys(self.formula.reads))

    @property
    def inputs(self) -> tuple[Entered, ...]:
        """The amounts entered from the books inside the line's formula."""
        return self.formula.inputs if isinstance(self.formula, Formula) else ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """The statement rows (file:line) behind the line, in order."""
        return in_order(self.value.evidence)

    @property
    def entered(self) -> bool:
        """Whether the amount was entered rather than worked out from lines."""
        return not self.formula.reads

    @property
    def plain(self) -> str:
        """The value as JSON carries it."""
        return self.value.plain

    def sheet_formula(self, cell: CellOf) -> str:
        """Return the live spreadsheet formula ("=..."), or the number when entered."""
        if self.entered and isinstance(self.value, Money):
            return self.value.plain
        inner = self.formula.sheet(cell)
        rounded = self.whole_dollars and isinstance(self.value, Money)
        return f"=ROUND({inner},0)" if rounded else f"={inner}"


def in_order(evidence: Iterable[str]) -> tuple[str, ...]:
    """Return places (file:line) sorted by file, then line."""
    return tuple(sorted(evidence, key=_by_place))


def _by_place(place: str) -> tuple[str, int, str]:
    name, _, line = place.rpartition(":")
    # by number: line 10 comes after line 9
    return (name, int(line), "") if line.isdigit() else (place, 0, place)


class Form:
    """Lines in the order of the paper; a line is written once and reads lines above it."""

    def __init__(
        self, name: str, labels: Mapping[str, str], *, whole_dollars: bool = False, title: str = ""
    ) -> None:
        self.name = name
        self.title = title
        self.whole_dollars = whole_dollars
        self._labels = labels
        self._lines: dict[str, FormLine] = {}
        self._ratios: dict[str, RatioLine] = {}

    @property
    def labels(self) -> Mapping[str, str]:
        """What each line asks, in the order of the paper; lines left blank are there too."""
        return self._labels

    def __setitem__(self, number: str, formula: Formula) -> None:
        """Write a line; an amount is rounded to whole dollars where the form says so."""
        if number in self._lines:
            raise ValueError(f"Form {self.name} line {number} is written twice")
        # rounded before it is read, so that the lines below add up what is printed
        value = formula.value.to_whole_dollars() if self.whole_dollars else formula.value
        self._write(number, value, formula)

    def __getitem__(self, number: str) -> Formula:
        """Read a line above."""
        value = self._lines[number].value
        if not isinstance(value, Money):
            raise TypeError(f"Form {self.name} line {number} is a ratio")
        return _Line(LineRef(self.name, number), value, self.whole_dollars)

    def get(self, number: str) -> Formula:
        """Read a line that may have been left blank; blank counts as zero."""
        return self[number] if number in self._lines else Entered(ZERO, "a blank line")

    def enter(self, number: str, amount: Money, what: str) -> None:
        """Write a line from the books: the amount and what it is."""
        self[number] = Entered(amount, what)

    def set_ratio(
        self, number: str, of: tuple[Formula, Formula], ratio: Ratio, live_places: int | None = None
    ) -> None:
        """Write a line that holds part ÷ whole, already rounded as printed."""
        ref, places = LineRef(self.name, number), live_places or ratio.places
        line = RatioLine(ref, ratio, *of, self.whole_dollars, places)
        self._ratios[number] = line
        self._write(number, ratio, line)

    def ratio(self, number: str) -> RatioLine:
        """Read a ratio above."""
        return self._ratios[number]

    def _write(self, number: str, value: Money | Ratio, formula: Formula | RatioLine) -> None:
        self._lines[number] = FormLine(
            self.name, number, self._labels.get(number, ""), value, formula, self.whole_dollars
        )

    def amount(self, number: str) -> Money:
        """Return the amount of a line, zero when it is blank."""
        return self.get(number).value

    def line(self, number: str) -> FormLine:
        """Return a finished line; raise KeyError when the paper leaves it blank."""
        return self._lines[number]

    def __contains__(self, number: str) -> bool:
        """Tell whether the line is filled in."""
        return number in self._lines

    def __iter__(self) -> Iterator[FormLine]:
        """Go through the lines in the order of the paper."""
        return iter(self._lines.values())

    def __len__(self) -> int:
        """Return the number of lines that are filled in."""
        return len(self._lines)

    def as_json(self) -> dict[str, str]:
        """Return line number -> value as text; blank lines are absent."""
        return {number: line.plain for number, line in self._lines.items()}
