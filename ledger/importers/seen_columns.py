"""The columns of a table that no reader knows, and what their titles and cells look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ledger.importers.dates import FORMS
from ledger.importers.sources import source_of
from ledger.importers.tables import column_name
from ledger.money import BadAmount, Money
from ledger.text import safe

_MOST = 80  # percent of the cells of a column that must read as what it is taken for
_EXAMPLES = 3
NEEDED = ("date", "type", "amount")
# words of a title that speak for a role, the strongest first
TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("effective", "trade", "run date", "activity date", "transaction date", "date"),
        "type": (
            "transaction type",
            "type",
            "activity",
            "action",
            "happened",
            "transaction",
            "event",
            "description",
        ),
        "amount": ("net amount", "amount", "total", "dollar", "value"),
        "money_in": ("money in", "amount in", "paid in", "credit", "deposit"),
        "money_out": ("money out", "amount out", "paid out", "debit", "withdrawal"),
        "source": ("money source", "source", "bucket", "contribution type", "money type"),
        "investment": ("investment", "fund", "security", "symbol", "option"),
        "units": ("units", "shares", "quantity", "unit"),
        "price": ("price", "nav"),
        "account": ("account number", "account"),
        "memo": ("memo", "note", "description", "comment"),
        "balance": ("balance",),
    }
)
_NO_AMOUNT = ("unit", "share", "quantity", "price", "nav", "balance", "fee", "commission", "tax")


@dataclass(frozen=True)
class SeenColumn:
    """One column of the table found: its title and its cells."""

    title: str
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell.strip()]

    @property
    def examples(self) -> str:
        """A few different cells, as they stand in the file."""
        found = dict.fromkeys(safe(cell.strip(), limit=30) for cell in self.filled)
        return "; ".join(list(found)[:_EXAMPLES])


Test = Callable[[SeenColumn], bool]


def best_titled(role: str, columns: Sequence[SeenColumn]) -> list[SeenColumn]:
    """Return the columns whose title speaks for a role most strongly; all that tie."""
    for words in TITLES[role]:
        found = [c for c in columns if words in column_name(c.title)]
        exact = [c for c in found if column_name(c.title) == words]
        if found:
            return exact or found
    return list(columns) if role in NEEDED and len(columns) == 1 else []


def looks_dated(column: SeenColumn) -> bool:
    """Tell whether a column holds dates."""
    return mostly(column, is_date)


def looks_paid(column: SeenColumn) -> bool:
    """Tell whether a column may hold what was paid: amounts that are no units or prices."""
    title = column_name(column.title)
    return mostly(column, is_amount) and not any(word in title for word in _NO_AMOUNT)


def looks_worded(role: str) -> Test:
    """Return the test for a role: units and prices are numbers, the others words."""
    numbers = role in {"units", "price"}
    no_units = (*TITLES["price"], "value") if role == "units" else ()
    return lambda column: (
        (
            not any(words in column_name(column.title) for words in no_units)
            and mostly(column, is_amount if numbers else _is_words)
        )
        or (role == "account" and bool(column.filled))
    )


def titled_source(column: SeenColumn) -> bool:
    """Tell whether a column is titled as one of money sources."""
    return any(words in column_name(column.title) for words in TITLES["source"])


def names_sources(column: SeenColumn) -> bool:
    """Tell whether the cells of a column name money sources."""
    return mostly(column, lambda cell: source_of(cell) is not None)


def mostly(column: SeenColumn, test: Callable[[str], bool]) -> bool:
    """Tell whether nearly all filled cells of a column pass a test."""
    cells = column.filled
    passed = sum(map(test, cells))
    return bool(cells) and passed * 100 >= _MOST * len(cells)


def _is_words(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell) and not is_date(cell) and not is_amount(cell)


def is_date(cell: str) -> bool:
    """Tell whether a cell is a date in any known way of writing."""
    return any(form.fullmatch(cell.strip()) for form in FORMS.values())


def is_amount(cell: str) -> bool:
    """Tell whether a cell is an amount, or a number of units."""
    try:
        Money.parse(cell)
    except BadAmount:
        bare = cell.replace("$", "", 1).replace(".", "", 1).replace("-", "", 1)
        return bare.replace(",", "").strip("()").isdigit()
    return True
