"""Tables for the terminal break no word where there is room, and no amount ever."""

from __future__ import annotations

from io import StringIO
from random import Random

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from cli.main import main
from cli.show import line
from cli.tables import Column, Laid
from tests.conftest import FIXTURES

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


@pytest.mark.parametrize("width", [100, 110, 140])
def test_no_word_and_no_amount_is_broken_where_there_is_room(width: int) -> None:
    rng = Random(width)
    for gap in (1, 2):
        for _ in range(12):
            laid = sample(rng, gap)
            shown = printed(laid, width)
            words = [word for row in laid.rows for cell in row for word in cell.plain.split()]
            assert [word for word in words if word not in shown] == []


def test_a_long_place_gives_way_in_its_middle_before_words_break() -> None:
    columns = [Column("Date", whole=True), Column("What"), Column("From", shortened=True)]
    place = "Rollover_IRA_XXX733_Transactions_20260106-101702.csv:5"
    laid = Laid(columns, [[Text("2025-01-31"), Text("in-plan conversion"), Text(place)]], [], 1)
    assert printed(laid, 90).split()[-1] == place
    assert [line.rstrip() for line in printed(laid, 50).splitlines()] == [
        "Date       What               From",
        "──────────────────────────────────────────────────",
        "2025-01-31 in-plan conversion Rollover_…1702.csv:5",
    ]


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


def test_the_advice_at_the_end_of_a_long_message_is_not_cut_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line("what is known so far, " * 40 + "or take it back: basis reverse 7")
    assert "basis reverse 7" in capsys.readouterr().out


def test_the_word_rollover_stands_below_form_1040() -> None:
    story = FIXTURES / "scenarios" / "designated-roth-partial-rollover.toml"
    shown = CliRunner().invoke(main, ["scenario", "run", str(story)]).output
    _, _, below = shown.partition("Pensions and annuities, taxable amount")
    assert below.splitlines()[1] == "Write beside line 5b: Rollover."
