"""What every printer shares: a page that knows which movement stands on which of its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.simulated.truth import Movement, Truth


@dataclass(frozen=True)
class Printed:
    """A file as a recordkeeper offers it, and what its owner knows of each of its lines."""

    name: str
    text: str
    product: str  # the printer that made it
    account: str  # whose --account it needs, "" where the file names its accounts
    lines: Mapping[int, tuple[Movement, ...]]  # line -> what it shows
    first: date
    last: date
    reader: str = ""  # the column map that describes it, "" where a reader knows it
    late: int = 0  # days by which it shows everything after it happened

    @property
    def movements(self) -> frozenset[int]:
        """The numbers of all movements that it shows."""
        return frozenset(one.number for shown in self.lines.values() for one in shown)


@dataclass
class Page:
    """Lines of a file on the way to being printed."""

    texts: list[str] = field(default_factory=list)
    lines: dict[int, tuple[Movement, ...]] = field(default_factory=dict)

    def head(self, *texts: str) -> Page:
        """Print lines that show no movement."""
        for text in texts:
            self.texts += text.split("\n")
        return self

    def row(self, text: str, *shown: Movement) -> None:
        """Print a row, which may go over several lines; the first is the one it is known by."""
        self.lines[len(self.texts) + 1] = shown
        self.texts += text.split("\n")

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(self.texts) + "\n"


# A printer writes movements of one account (or, of IRAs, of several), the oldest first.
Printer = Callable[[Truth, Sequence[Movement]], Page]


def money(cents: int, *, sign: str = "-", mark: str = "", commas: bool = False) -> str:
    """Return an amount in dollars: "-1234.50", "$1,234.50", "($12.00)" with sign "()"."""
    whole = f"{abs(cents) // 100:,}" if commas else str(abs(cents) // 100)
    text = f"{mark}{whole}.{abs(cents) % 100:02d}"
    if cents >= 0:
        return text
    return f"({text})" if sign == "()" else f"{sign}{text}"


def quoted(text: str) -> str:
    """Return a CSV cell, in quotes where it holds a comma."""
    return f'"{text}"' if "," in text else text
