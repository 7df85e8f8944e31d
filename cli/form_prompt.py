"""A form filled in on the terminal: box by box as on the paper, looked over, corrected, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import click

from cli import show
from ledger.errors import LedgerError
from ledger.money import Money

Value = Money | str
Values = dict[str, Value]  # box -> what stands in it; a blank box is absent


@dataclass(frozen=True)
class Box:
    """One place of a form: its number and words on the paper, and how what is typed is read.

    ``read`` gets the text and what was typed before it; it returns the value or raises
    LedgerError, whose problem is told before the box is asked again.
    """

    name: str
    words: str
    read: Callable[[str, Mapping[str, Value]], Value]
    hint: str = ""  # what "?" tells
    needed: bool = False
    default: str = ""


class _Way(Enum):
    BACK = "back"
    KEEP = ""


def fill(
    title: str, boxes: Sequence[Box], faults: Callable[[Values], Iterable[LedgerError]]
) -> Values:
    """Ask for each box, show the form as it was understood, and let boxes be corrected.

    ``faults`` are what cannot stand on the form together: while there are any it is not kept.
    Raises click.Abort when somebody stops; nothing is kept then.
    """
    show.line(title, "bold")
    show.prose(
        "Type each box as it is printed; Enter leaves it blank. ? explains a box, back goes to "
        "the one before, q stops and keeps nothing."
    )
    try:
        return _filled(title, boxes, faults)
    except click.Abort:
        click.echo(err=True)  # Ctrl-C leaves the cursor within a line
        show.note("stopped: nothing was kept")
        raise


def _filled(
    title: str, boxes: Sequence[Box], faults: Callable[[Values], Iterable[LedgerError]]
) -> Values:
    values: Values = {}
    place = 0
    while place < len(boxes):
        place += 1 if _ask(boxes[place], values) is not _Way.BACK else -min(place, 1)
    while True:
        _review(title, boxes, values)
        wrong = list(faults(values))
        for fault in wrong:
            show.prose(f"  {fault.problem} — {fault.remedy}", "yellow")
        again = _what_now([box.name for box in boxes], may_keep=not wrong)
        if again == _Way.KEEP.value:
            return values
        _ask(next(box for box in boxes if box.name == again), values)


def _ask(box: Box, values: Values) -> _Way:
    """Ask for one box until what is typed can stand in it; "-" blanks what stood there."""
    before = values.get(box.name)
    default = str(before) if before is not None else box.default
    while True:
        typed = _typed(f"{box.name:>5}  {box.words}", default)
        if typed == "?":
            show.paragraph(" " * 7, box.hint or "an amount in dollars, as printed")
            continue
        if typed.lower() == _Way.BACK.value:
            return _Way.BACK
        if typed in {"", "-"}:
            if box.needed:
                show.line("       this one cannot stay blank", "yellow")
                continue
            values.pop(box.name, None)
            return _Way.KEEP
        try:
            values[box.name] = box.read(typed, values)
        except LedgerError as fault:
            problem = fault.problem.removeprefix(f"box {box.name}: ")
            show.paragraph(" " * 7, f"{problem}; {fault.remedy}")
            continue
        return _Way.KEEP


def _typed(label: str, default: str = "") -> str:
    """Return what somebody types; stop at q."""
    typed = str(click.prompt(label, default=default, show_default=bool(default))).strip()
    if typed.lower() == "q":
        raise click.Abort
    return typed


def _review(title: str, boxes: Sequence[Box], values: Values) -> None:
    rows = [(box.name, box.words, values[box.name]) for box in boxes if box.name in values]
    show.line("")
    show.console().print(
        show.table(("=box", "on the form", ">as understood"), rows, title=f"{title}: look it over")
    )


def _what_now(names: Sequence[str], *, may_keep: bool) -> str:
    """Return the box to correct, "" to keep the form."""
    words = "Enter keeps it; a box corrects that one" if may_keep else "box to correct"
    while True:
        typed = _typed(words)
        if typed in names or (not typed and may_keep):
            return typed
        show.line(f"       boxes are {', '.join(names)}; q stops", "yellow")
