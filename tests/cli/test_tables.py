"""Tables for the terminal look as rich lays them out, at whatever width, and take no longer."""

from __future__ import annotations

from io import StringIO
from random import Random

import pytest
from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cli.tables import Column, Laid

WORDS = (
    "gain",
    "basis moved by the in-plan conversion",
    "",
    "年金",
    "employer match (Roth)",
    "x" * 33,
)
COLUMNS = (
    Column("Entry", right=True, whole=True),
    Column("Date", right=False, whole=True),
    Column("What", right=False, whole=False),
    Column("Where it comes from", right=False, whole=False),
    Column("Value", right=True, whole=True),
)


def printed(shown: RenderableType, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, color_system=None).print(shown)
    return out.getvalue()


def by_rich(laid: Laid) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        show_footer=bool(laid.totals),
        pad_edge=False,
        padding=(0, laid.gap - 1, 0, 0),
        show_edge=False,
    )
    for column, foot in zip(laid.columns, laid.totals or [Text("")] * 5, strict=True):
        table.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=column.whole,
            footer=foot,
            overflow="fold",
        )
    for row in laid.rows:
        table.add_row(*row)
    return table


def sample(rng: Random, gap: int) -> Laid:
    rows = [
        (
            *(Text(str(rng.randrange(10_000))), Text("2025-01-02")),
            *(Text(rng.choice(WORDS)) for _ in range(2)),
            Text(f"{rng.randrange(10**6):,}.00", "red"),
        )
        for _ in range(rng.randrange(1, 5))
    ]
    totals = [Text(one) for one in ("", "", "sum", "", "1.00")] if rng.random() < 0.5 else []
    return Laid(COLUMNS, rows, totals, gap)


@pytest.mark.parametrize("width", [50, 60, 80, 100, 140])
def test_a_table_looks_as_rich_lays_it_out(width: int) -> None:
    rng = Random(width)
    for gap in (1, 2):
        for _ in range(12):
            laid = sample(rng, gap)
            assert printed(laid, width) == printed(by_rich(laid), width)


@pytest.mark.parametrize("width", [16, 24, 40])
def test_no_line_is_longer_than_a_narrow_terminal(width: int) -> None:
    rng = Random(width)
    lines = printed(sample(rng, 1), width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_colors_are_those_of_the_cells_and_the_heading_is_bold() -> None:
    out = StringIO()
    laid = Laid(COLUMNS[4:], [[Text("-5.00", "red")]], [], 2)
    Console(file=out, width=40, force_terminal=True, color_system="standard", no_color=False).print(
        laid
    )
    heading, _, amount = out.getvalue().splitlines()
    assert (heading, amount) == ("\x1b[1mValue\x1b[0m", "\x1b[31m-5.00\x1b[0m")
