"""Facts to JSON text and back: accounts, opening basis, facts of a return."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from json.encoder import encode_basestring as _quoted
from typing import Any

from ledger.chart import Account, AccountKind, SimplifiedMethod
from ledger.documents import TaxDocument, read_box
from ledger.events import Event, plain_units
from ledger.money import Money
from ledger.records import (
    EmployerAmount,
    OpeningBasis,
    ReturnFacts,
    RothLayer,
    ServiceCatchUp,
    StateBasis,
)

_RETURN_MONEY = frozenset(
    {
        *("magi", "compensation", "ira_deduction"),
        *("outstanding_rollovers", "first_home_expenses", "hsa_contributions"),
    }
)
_RETURN_BY_EMPLOYER = frozenset({"plan_compensation", "social_security_wages"})
_OPENING_COLUMNS = frozenset({"where", "taxpayer", "as_of"})
_OPENING_MONEY = frozenset(
    item.name for item in fields(OpeningBasis) if str(item.type).startswith("Money")
)
# made once, and without a search for circles: it runs for every entry of an import
_json_of = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
_DEFAULT_FACTS = ReturnFacts(where="", taxpayer="", year=0)


def dump(value: Any) -> str:
    """Return compact JSON text, keys in the order given."""
    return _json_of(value)


def event_text(event: Event) -> str:
    """Return ``event.as_fields()`` as JSON text; the usual event, which has few, in one step."""
    if not event.is_plain or event.amount is None:
        return dump(event.as_fields())
    # by hand, because it runs for every row; the text must be that of ``dump`` to the byte
    source = f',"source":"{event.sources[0].value}"' if event.sources else ""
    memo = f',"memo":{_quoted(event.memo)}' if event.memo else ""
    fund = f',"fund":{_quoted(event.fund)}' if event.fund else ""
    units = f',"units":"{plain_units(event.units)}"' if event.units is not None else ""
    price = f',"price":"{plain_units(event.price)}"' if event.price is not None else ""
    return (
        f'{{"date":"{event.day.isoformat()}","account":{_quoted(event.account)},'
        f'"kind":"{event.kind.value}"{source},"amount":"{event.amount.plain}"{memo}{fund}{units}{price}}}'
    )


def account_body(account: Account) -> str:
    """Return an account as JSON text, every field written."""
    body: dict[str, Any] = {item.name: getattr(account, item.name) for item in fields(account)}
    if account.simple_since is None:
        body.pop("simple_since")
    else:
        body["simple_since"] = account.simple_since.isoformat()
    method = account.simplified_method
    if method is not None:
        body["simplified_method"] = _method_body(method)
    return dump(body)


def account_of(body: str) -> Account:
    """Rebuild an account from ``account_body``."""
    values = json.loads(body)
    method = values.pop("simplified_method")
    if method is not None:
        method = _method_of(method)
    values["kind"] = AccountKind(values["kind"])
    if "simple_since" in values:
        values["simple_since"] = date.fromisoformat(values["simple_since"])
    return Account(**values, simplified_method=method)


def _method_body(method: SimplifiedMethod) -> dict[str, Any]:
    body: dict[str, Any] = {"cost": method.cost.plain, "payments": method.payments}
    for name in ("started", "survivor_born"):
        if getattr(method, name) is not None:
            body[name] = getattr(method, name).isoformat()
    if method.recovered:
        body["recovered"] = method.recovered.plain
    return body


def _method_of(body: Mapping[str, Any]) -> SimplifiedMethod:
    values = dict(body)
    for name in sorted({"cost", "recovered"} & values.keys()):
        values[name] = Money.parse(values[name])
    for name in sorted({"started", "survivor_born"} & values.keys()):
        values[name] = date.fromisoformat(values[name])
    return SimplifiedMethod(**values)


def opening_body(opening: OpeningBasis) -> str:
    """Return the figures of an opening basis as JSON text, only those that are known."""
    body: dict[str, Any] = {}
    for item in fields(opening):
        found = getattr(opening, item.name)
        if item.name in _OPENING_COLUMNS or found == item.default:
            continue
        if isinstance(found, tuple):
            found = [
                {"year": x.year, "taxable": x.taxable.plain, "nontaxable": x.nontaxable.plain}
                for x in found
            ]
        body[item.name] = found.plain if isinstance(found, Money) else found
    return dump(body)


TAKEN_BACK = "taken_back"  # the key of an opening basis that is not to count any more: why


def taken_back(opening: OpeningBasis, why: str) -> str:
    """Return the body of the row that takes back what is recorded of an opening basis."""
    whose = {"decedent": opening.decedent} if opening.decedent else {}
    return dump({**whose, TAKEN_BACK: why})


def opening_of(taxpayer: str, as_of: str, where: str, body: str) -> OpeningBasis:
    """Rebuild an opening basis; its amounts carry ``where`` as evidence."""
    stored = json.loads(body)
    layers = tuple(
        RothLayer(
            layer["year"],
            Money.parse(layer["taxable"], evidence=where),
            Money.parse(layer["nontaxable"], evidence=where),
        )
        for layer in stored.pop("roth_ira_conversions", ())
    )
    for name in sorted(_OPENING_MONEY & stored.keys()):
        stored[name] = Money.parse(stored[name], evidence=where)
    return OpeningBasis(
        where=where,
        taxpayer=taxpayer,
        as_of=date.fromisoformat(as_of),
        roth_ira_conversions=layers,
        **stored,
    )


def facts_body(facts: ReturnFacts) -> str:
    """Return the fields of a return that are set, as JSON text."""
    body: dict[str, Any] = {}
    for item in fields(facts):
        found = getattr(facts, item.name)
        if found == getattr(_DEFAULT_FACTS, item.name) or item.name in {"where", "taxpayer"}:
            continue
        body[item.name] = _json_of_fact(found)
    # the year has a column of its own
    body.pop("year", None)
    return dump(body)


def _json_of_fact(found: object) -> object:
    if isinstance(found, Money):
        return found.plain
    if isinstance(found, tuple):
        return {one.employer: one.amount.plain for one in found}
    if isinstance(found, ServiceCatchUp):
        return {name: _json_of_fact(value) for name, value in vars(found).items()}
    return found


def facts_of(taxpayer: str, year: int, where: str, body: Mapping[str, Any]) -> ReturnFacts:
    """Rebuild the facts of a return from merged fields; amounts carry ``where`` as evidence."""
    values = dict(body)
    for name in sorted(_RETURN_MONEY & values.keys()):
        values[name] = Money.parse(values[name], evidence=where)
    for name in sorted(_RETURN_BY_EMPLOYER & values.keys()):
        values[name] = tuple(
            EmployerAmount(employer, Money.parse(amount, evidence=where))
            for employer, amount in values[name].items()
        )
    service = values.get("service_catch_up")
    if service is not None:
        for name in ("deferred_before", "used_before"):
            service = {**service, name: Money.parse(service[name], evidence=where)}
        values["service_catch_up"] = ServiceCatchUp(**service)
    return ReturnFacts(where=where, taxpayer=taxpayer, year=year, **values)


def state_body(row: StateBasis) -> str:
    """Return a state's basis as JSON text, as a row of tax documents keeps it."""
    body = {"state": row.state, "as_of": row.as_of.isoformat(), "basis": row.basis.plain}
    return dump(body | {k: v for k, v in (("account", row.account), ("note", row.note)) if v})


def state_of(taxpayer: str, where: str, body: str) -> StateBasis:
    """Rebuild a state's basis; its amount carries ``where`` as evidence."""
    values = json.loads(body)
    values["as_of"] = date.fromisoformat(values["as_of"])
    values["basis"] = Money.parse(values["basis"], evidence=where)
    return StateBasis(where=where, taxpayer=taxpayer, **values)


def document_body(document: TaxDocument, replaces: int | None = None, why: str = "") -> str:
    """Return a printed form as JSON text; ``replaces`` is the number of the row it supersedes."""
    boxes = {k: v.plain if isinstance(v, Money) else v for k, v in document.boxes.items()}
    body: dict[str, Any] = {"payer": document.payer, "boxes": boxes}
    more = {"evidence": document.evidence, "replaces": replaces, "why": why}
    return dump(body | {name: value for name, value in more.items() if value})


def document_of(row: tuple[int, str, int, str, str], body: Mapping[str, Any]) -> TaxDocument:
    """Rebuild a printed form from the cells of its row; its amounts carry its place."""
    number, taxpayer, year, form, where = row
    boxes = dict(read_box(form, name, text, where) for name, text in body["boxes"].items())
    evidence = body.get("evidence", "")
    return TaxDocument(where, taxpayer, year, form, body["payer"], boxes, evidence, number)
