"""Accounts: the plans and IRAs, with what each plan allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

import click

from cli import show
from cli.context import open_ledger
from cli.lookup import known
from cli.options import DAY, DOLLARS, NAME, TAX_YEAR, TEXT, json_option
from cli.sanity import refuse_number
from cli.source_names import sources
from ledger.chart import Account, AccountKind, SimplifiedMethod
from ledger.errors import LedgerError
from ledger.money import ZERO, Money
from ledger.records import check_facts, check_method
from ledger.sanity_limits import refuse_payer_tin, today

KIND = click.Choice([kind.value for kind in AccountKind])
_KINDS = f"One of {', '.join(kind.value for kind in AccountKind)}."
_PAYMENTS = click.IntRange(min=1, max=1000)
_PENSION = (
    ("started", DAY, "first payment, for the number by age."),
    ("survivor-born", DAY, "birth date of the survivor whose payments go on."),
    ("recovered", DOLLARS, "cost recovered before the books start."),
)
_METHOD = ("cost", "payments", "started", "survivor_born", "recovered")
F = TypeVar("F", bound=Callable[..., Any])

_ALLOWED = {
    "separate-after-tax": "keeps after-tax money and its earnings apart (default: yes)",
    "in-plan-conversion": "allows in-plan Roth conversions (default: yes)",
    "in-service-distribution": "pays out while still employed (default: yes)",
    "after-tax": "takes after-tax contributions (default: yes)",
    "catch-up": "lets people over 50 defer more (default: yes)",
}
_TEXTS = {
    "employer": "Plans of one employer share its 415(c) limit (default: the account's name).",
    "institution": "Who keeps the account, e.g. Fidelity.",
    "number": "Account number as statements print it.",
    "decedent": "Inherited accounts: who died.",
    "payer-tin": "The payer's number, as Forms 1099-R print it.",
    "payer-address": "The payer's address, as Forms 1099-R print it.",
}


def _features(command: F) -> F:
    # reversed: click shows last what was added first
    for name, words in reversed(_ALLOWED.items()):
        flag = f"--{name}/--no-{name}"
        command = click.option(flag, default=None, help=f"Plan {words}.")(command)
    pension = "Simplified Method: "
    command = click.option("--payments", type=_PAYMENTS, help=pension + "number of payments.")(
        command
    )
    for name, kind, words in reversed(_PENSION):
        command = click.option(f"--{name}", type=kind, help=pension + words)(command)
    command = click.option("--cost", type=DOLLARS, help=pension + "cost in the contract.")(command)
    command = click.option(
        "--first-roth-year", type=TAX_YEAR, help="Plan: first year of designated Roth money."
    )(command)
    command = click.option(
        "--simple-since", type=DAY, help="SIMPLE IRA: first day of taking part in the plan."
    )(command)
    for name, words in reversed(_TEXTS.items()):
        command = click.option(f"--{name}", type=TEXT, help=words)(command)
    return command


@click.group()
def account() -> None:
    """Add, list and change plans and IRAs.

    \b
    Example:
      basis account add acme --owner rose --kind 401k --number 0990011
    """


account.add_command(sources)


@account.command("add")
@click.argument("name", type=NAME)
@click.option("--owner", required=True, help="Short name of the taxpayer who owns it.")
@click.option("--kind", required=True, metavar="KIND", type=KIND, help=_KINDS)
@_features
def add(name: str, owner: str, kind: str, **features: Any) -> None:
    """Add a plan or IRA under a short NAME.

    \b
    Example:
      basis account add acme --owner rose --kind 401k --number 0990011
      basis account add roth1 --owner rose --kind roth_ira
    """
    new = _with(Account(id=name, owner=owner, kind=AccountKind(kind)), features)
    with open_ledger() as ledger:
        known(ledger.taxpayers(), owner, "taxpayer")
        refuse_number(ledger.accounts(), new)
        ledger.add_account(new)
    show.line(f"added account {name}: {new.kind.words} of {owner}")
    if new.kind.is_inherited and not new.decedent:
        show.note(
            "who died is not recorded: the IRAs of each decedent have a Form 8606 of their own: "
            f"basis account set {name} --decedent …"
        )


@account.command("set")
@click.argument("name", type=NAME)
@_features
def change(name: str, **features: Any) -> None:
    """Change what is known of an account; what is not named stays.

    \b
    Example:
      basis account set acme --no-in-plan-conversion --number 0990011
    """
    with open_ledger() as ledger:
        old = known(ledger.accounts(), name, "account")
        new = _with(old, features)
        if new == old:
            show.line(f"account {name} stays as it was")
            return
        refuse_number(ledger.accounts(), new)
        ledger.change_account(new)
    show.line(f"changed account {name}")


@account.command("list")
@json_option
def listed(*, as_json: bool) -> None:
    """List the accounts.

    \b
    Example:
      basis account list
    """
    with open_ledger() as ledger:
        accounts = list(ledger.accounts().values())
    if as_json:
        show.as_json({"accounts": [_plain(item) for item in accounts]})
        return
    if not accounts:
        show.line("no accounts yet; add one with: basis account add acme --owner rose --kind 401k")
        return
    columns = ("=Account", "Owner", "Kind", "Employer", "Institution", "Number", "Not allowed")
    rows = [
        (a.id, a.owner, a.kind.words, a.employer, a.institution, a.number, _forbidden(a))
        for a in accounts
    ]
    show.console().print(show.table(columns, rows))


def _with(account: Account, features: dict[str, Any]) -> Account:
    where = f"account {account.id}"
    given = {name: value for name, value in features.items() if value is not None}
    method = {name: given.pop(name) for name in _METHOD if name in given}
    check_method(where, method)
    if method and method["cost"] < ZERO:
        raise LedgerError(
            where=where,
            code="negative_amount",
            problem=f"the cost in the contract cannot be negative ({method['cost']})",
            remedy="write what was paid after tax",
        )
    if method:
        given["simplified_method"] = SimplifiedMethod(**method)
    refuse_payer_tin(given.get("payer_tin", ""), where)
    check_facts(where, account.kind, given)
    _refuse_later_year(account, given.get("first_roth_year"))
    return replace(account, **given)


def _refuse_later_year(account: Account, year: int | None) -> None:
    if year is not None and year > today().year:
        raise LedgerError(
            where=f"account {account.id}",
            code="bad_tax_year",
            problem=f"--first-roth-year {year} has not begun",
            remedy="write the first year in which designated Roth money was put in",
        )


def _forbidden(account: Account) -> str:
    if not account.kind.is_plan:
        return ""
    names = [name for name in _ALLOWED if not getattr(account, name.replace("-", "_"))]
    return ", ".join(name.replace("-", " ") for name in names)


def _plain(account: Account) -> dict[str, object]:
    out: dict[str, object] = {}
    for item in fields(account):
        value = getattr(account, item.name)
        if isinstance(value, SimplifiedMethod):
            value = {name: _json_value(inner) for name, inner in vars(value).items()}
        out[item.name] = _json_value(value)
    return out


def _json_value(value: object) -> object:
    if isinstance(value, Money):
        return value.plain
    return value.isoformat() if isinstance(value, date) else value
