"""Kinds of values on the command line: days, dollars, names; and options many commands share."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.files import SIZE_MAX
from ledger.money import BadAmount, Money
from ledger.sanity_limits import EARLIEST, LAST_YEAR, RESERVED_NAMES, TEXT_MAX
from ledger.text import holds_tax_id, safe

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A calendar day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day; refuse anything but YYYY-MM-DD."""
        if isinstance(value, date):
            return value
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)) is not None:
            with suppress(ValueError):
                return date.fromisoformat(str(value))
        raise click.BadParameter(f"{value!r} is not a day written as YYYY-MM-DD", ctx, param)


class Dollars(click.ParamType[Money]):
    """An amount in dollars with at most two decimals, e.g. 1,234.50."""

    name = "DOLLARS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Money:
        """Return the amount in exact cents."""
        if isinstance(value, Money):
            return value
        try:
            return Money.parse(str(value))
        except BadAmount as error:
            self.fail(str(error), param, ctx)


class Words(click.ParamType[str]):
    """A short text in the user's words, without control characters and without a tax id."""

    name = "TEXT"

    def __init__(self, *, required: bool = False) -> None:
        self._required = required

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the text; raise LedgerError (``tax_id``) for a whole social security number."""
        text = str(value).strip()
        refuse_tax_id(text, param)
        if self._required and not text:
            self.fail("the text is empty", param, ctx)
        if len(text) > TEXT_MAX:
            self.fail(f"the text has {len(text):,} letters, at most {TEXT_MAX} fit", param, ctx)
        if safe(text) != text:
            self.fail(f"{text!r} holds characters that cannot be shown", param, ctx)
        return text


def refuse_tax_id(text: str, param: click.Parameter | None) -> None:
    """Raise LedgerError (``tax_id``) for a text that shows a whole social security number."""
    if holds_tax_id(text):
        raise LedgerError(
            where=param.opts[0] if param is not None else "command line",
            code="tax_id",
            problem=f"'{safe(text, limit=80)}' holds what looks like a full tax id",
            remedy="leave it out, or write the last four digits only; the ledger needs none",
        )


class TextFile(click.Path):
    """A file to read: there, no folder, and neither a pipe nor a device, which might never end."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Return the path; refuse what is no ordinary file of a sensible size."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_MAX:
            self.fail(f"{safe(str(path))} is a pipe, a device or far too large", param, ctx)
        return path


class Name(click.ParamType[str]):
    """The short name of a taxpayer or account: letters, digits, - and _."""

    name = "NAME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the name; refuse what could not be a file name on every system."""
        name = str(value)
        refuse_tax_id(name, param)
        if _NAME.fullmatch(name) is None:
            self.fail(f"{name!r} must be 1 to 40 letters, digits, - or _", param, ctx)
        if name.lower() in RESERVED_NAMES:
            self.fail(f"{name!r} has a meaning of its own; choose another name", param, ctx)
        return name


class SourceName(click.ParamType[Source]):
    """A money source of a plan; spaces, hyphens and case do not matter."""

    name = "SOURCE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Source:
        """Return the source."""
        wanted = re.sub(r"[\s-]+", "_", str(value).strip().lower())
        try:
            return Source(wanted)
        except ValueError:
            known = ", ".join(source.value for source in Source)
            self.fail(f"{value!r} is not a money source; sources are {known}", param, ctx)


class TaxYear(click.ParamType[int]):
    """A calendar year since IRAs exist."""

    name = "YEAR"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the year; refuse anything but four digits that can be a tax year."""
        text = str(value)
        if re.fullmatch(r"[0-9]{4}", text) is None or not EARLIEST.year < int(text) <= LAST_YEAR:
            self.fail(f"{text!r} is not a tax year, e.g. 2025", param, ctx)
        return int(text)


DAY = Day()
DOLLARS = Dollars()
NAME = Name()
SOURCE = SourceName()
TEXT = Words()
REASON = Words(required=True)
COUNT = click.IntRange(min=1, max=999)
ROW_NUMBER = click.IntRange(min=1, max=2**63 - 1)  # as the ledger file counts
TAX_YEAR = TaxYear()


def json_option(command: F) -> F:
    """Add --json: the same as JSON on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def taxpayer_option(command: F) -> F:
    """Add --taxpayer: only this person."""
    return click.option(
        "--taxpayer", metavar="NAME", multiple=True, callback=_only_one, help="Only this taxpayer."
    )(command)


def _only_one(_: click.Context, param: click.Parameter, given: tuple[str, ...]) -> str | None:
    """Return the one person named; of several named, none may be dropped in silence."""
    if len(set(given)) > 1:
        raise click.UsageError(
            f"{param.opts[0]} names {' and '.join(given)}: name one, or leave it out for everybody"
        )
    return given[0] if given else None
