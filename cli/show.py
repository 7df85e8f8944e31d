"""How the terminal shows things: plain tables, amounts right-aligned, data never as markup."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence

import click
from rich.console import Console, Group, RenderableType
from rich.status import Status
from rich.text import Text

from cli.tables import Column, Laid
from ledger.money import Money, Ratio
from ledger.text import json_text, safe

PIPE_WIDTH = 100
NARROW = 90
Cell = str | int | None | Money | Ratio

_PARAGRAPH_MIN = 40  # columns; a narrower terminal breaks the lines itself
_WORDS_MAX = 2_000  # characters: the advice at the end of a long message stays
_COMMAND = re.compile(r"^(.*:) (basis [a-z][a-z0-9-]* [^;]+)$")
_SEVERITY = {"error": "bold red", "warning": "yellow", "info": "dim"}


def console(*, to_stderr: bool = False) -> Console:
    """Return a console that shows color on a terminal only and honors NO_COLOR."""
    stream = sys.stderr if to_stderr else sys.stdout
    known = stream.isatty() or "COLUMNS" in os.environ
    return Console(
        stderr=to_stderr,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if known else PIPE_WIDTH,
    )


def text(value: Cell, style: str = "") -> Text:
    """Return one cell or message as safe text, never as markup."""
    return Text("" if value is None else safe(str(value), limit=_WORDS_MAX), style=style)


def severity_style(severity: str) -> str:
    """Return the color in which a finding of this severity is shown."""
    return _SEVERITY.get(severity, "")


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "",
    totals: Sequence[Cell] = (),
) -> RenderableType:
    """Lay out rows under a title.

    Before a heading ">" means right-aligned and unbroken, "=" unbroken, "~" a name or place that a
    terminal shows without its middle where room is short.
    """
    described = [
        Column(
            _capital(heading.lstrip(">=~")),
            right=heading.startswith(">"),
            whole=heading.startswith((">", "=")),
            shortened=heading.startswith("~") and sys.stdout.isatty(),
        )
        for heading in columns
    ]
    cells = [[text(cell, _style(cell)) for cell in row] for row in rows]
    gap = 2 if console().width > NARROW else 1
    laid = Laid(described, cells, [text(foot) for foot in totals], gap)
    return Group(text(title, "bold"), laid) if title else laid


def _capital(heading: str) -> str:
    return heading[:1].upper() + heading[1:]


def _style(cell: Cell) -> str:
    return "red" if isinstance(cell, Money) and cell.cents < 0 else ""


def line(message: str, style: str = "") -> None:
    """Print one line of text, made safe to show and never broken, so that it can be copied."""
    console().print(text(message, style), soft_wrap=True)


def prose(message: str, style: str = "") -> None:
    """Print words to be read: on a terminal broken between words, else as one line."""
    console().print(text(message, style), soft_wrap=not sys.stdout.isatty())


def paragraph(mark: str, message: str, style: str = "") -> None:
    """Print words beside a mark, their lines under each other; a command at their end stays whole.

    The command stands on a line of its own, so that it can be copied.
    """
    found = _COMMAND.search(safe(message, limit=_WORDS_MAX))
    words, command = found.groups() if found else (safe(message, limit=_WORDS_MAX), "")
    indent = " " * len(mark)
    told = textwrap.wrap(
        words,
        max(console().width, _PARAGRAPH_MIN),
        initial_indent=mark,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for number, words in enumerate(told):
        shown = text(words)
        if number == 0:
            shown.stylize(style, 0, len(mark))
        console().print(shown, soft_wrap=True)
    if command:
        line(f"{indent}  {command}")


def note(message: str) -> None:
    """Print a remark on standard error, where it does not disturb what a program reads."""
    console(to_stderr=True).print(text(message, "dim"), soft_wrap=True)


def remark(message: str) -> None:
    """Print a remark without commands on standard error: on a terminal broken between words."""
    console(to_stderr=True).print(text(message, "dim"), soft_wrap=not sys.stderr.isatty())


def busy(what: str) -> Status:
    """Show on a terminal that work is going on; use it as a block."""
    return console(to_stderr=True).status(text(what))


def as_json(value: object) -> None:
    """Print one JSON object on standard output; ASCII only, so safe on any terminal."""
    click.echo(json_text(value))


def shortened(name: str, width: int) -> str:
    """Return a name that is too long without its middle: its start and its end tell most.

    >>> shortened("Contributory_IRA_XXX111_Transactions_20260105-101500.csv", 24)
    'Contributory…-101500.csv'
    """
    if len(name) <= width:
        return name
    end = width // 2 - 1
    return f"{name[: width - 1 - end]}…{name[len(name) - end :]}"
