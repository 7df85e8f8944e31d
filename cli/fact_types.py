"""Kinds of values that the facts of a return and of a filed form are given in."""

from __future__ import annotations

import click

from cli.options import DOLLARS, TAX_YEAR
from ledger.records import EmployerAmount, RothLayer, ServiceCatchUp


class LayerType(click.ParamType[RothLayer]):
    """One year's Roth conversions that are left: ``YEAR=TAXABLE/NONTAXABLE``."""

    name = "YEAR=TAXABLE/NONTAXABLE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> RothLayer:
        """Return the layer."""
        year, equals, amounts = str(value).partition("=")
        taxable, slash, nontaxable = amounts.partition("/")
        if not equals or not slash:
            self.fail(f"{value!r} is not written as {self.name}", param, ctx)
        return RothLayer(
            year=int(TAX_YEAR.convert(year, param, ctx)),
            taxable=DOLLARS.convert(taxable, param, ctx),
            nontaxable=DOLLARS.convert(nontaxable, param, ctx),
        )


class LineType(click.ParamType[tuple[str, str]]):
    """One line of a filed form: ``NUMBER=AMOUNT``."""

    name = "NUMBER=AMOUNT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return the line's number and its amount as text."""
        number, equals, amount = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not written as {self.name}", param, ctx)
        return number, amount


class ByEmployer(click.ParamType[EmployerAmount]):
    """An amount of one employer: ``Acme=50000``."""

    name = "EMPLOYER=DOLLARS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> EmployerAmount:
        """Return employer and amount."""
        employer, equals, amount = str(value).rpartition("=")
        if not equals or not employer.strip():
            self.fail(f"{value!r} is not written as {self.name}", param, ctx)
        return EmployerAmount(employer.strip(), DOLLARS.convert(amount, param, ctx))


class ServiceType(click.ParamType[ServiceCatchUp]):
    """The 15-year rule of a 403(b) plan: ``uni=20/60000/0``."""

    name = "ACCOUNT=YEARS/DEFERRED/USED"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> ServiceCatchUp:
        """Return the facts of the rule."""
        account, equals, rest = str(value).partition("=")
        cells = rest.split("/")
        if not equals or len(cells) != len(("years", "deferred", "used")) or not cells[0].isdigit():
            self.fail(f"{value!r} is not written as {self.name}", param, ctx)
        deferred, used = (DOLLARS.convert(cell, param, ctx) for cell in cells[1:])
        return ServiceCatchUp(account, int(cells[0]), deferred, used)
