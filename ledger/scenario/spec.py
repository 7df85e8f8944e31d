"""The tables and keys of a scenario file, each with the reader of its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.chart import AccountKind
from ledger.records import RECORDED_KINDS, EventKind
from ledger.scenario.values import (
    Row,
    as_day,
    as_flag,
    as_given,
    as_layers,
    as_money,
    as_parts,
    as_places,
    as_simplified_method,
    as_sources,
    as_text,
    as_year,
    one_of,
)

_STATUSES = ("single", "head_of_household", "married_joint", "married_separate", "surviving_spouse")
SPEC: dict[str, dict[str, Callable[[Row, str], Any]]] = {
    "scenario": {"title": as_text, "source": as_text, "tax_years": as_given},
    "options": {
        "line_10_places": as_places,
        "whole_dollars": as_flag,
        "ira_method": one_of("form", "worksheet_1_1"),
    },
    "taxpayer": {"id": as_text, "name": as_text, "born": as_day, "spouse": as_text},
    "account": {
        "id": as_text,
        "owner": as_text,
        "kind": one_of(*AccountKind),
        "employer": as_text,
        "institution": as_text,
        "number": as_text,
        "separate_after_tax": as_flag,
        "in_plan_conversion": as_flag,
        "in_service_distribution": as_flag,
        "after_tax": as_flag,
        "catch_up": as_flag,
        "first_roth_year": as_year,
        "decedent": as_text,
        "simplified_method": as_simplified_method,
    },
    "opening": {
        "date": as_day,
        "account": as_text,
        "source": as_sources,
        "value": as_money,
        "basis": as_money,
        "pre_1987": as_money,
        "memo": as_text,
    },
    "opening_basis": {
        "taxpayer": as_text,
        "as_of": as_day,
        "traditional_ira": as_money,
        "roth_ira_regular": as_money,
        "roth_ira_since": as_year,
        "roth_ira_conversions": as_layers,
    },
    "year": {
        "taxpayer": as_text,
        "year": as_year,
        "filing_status": one_of(*_STATUSES),
        "magi": as_money,
        "compensation": as_money,
        "covered_by_plan": as_flag,
        "spouse_covered_by_plan": as_flag,
        "ira_deduction": as_money,
        "nondeductible_first": one_of("made_in_year", "made_after_year"),
        "outstanding_rollovers": as_money,
        "first_home_expenses": as_money,
    },
    "event": {
        "date": as_day,
        "account": as_text,
        "kind": one_of(*(k for k in RECORDED_KINDS if k is not EventKind.OPENING)),
        "id": as_text,
        "memo": as_text,
        "source": as_sources,
        "amount": as_money,
        "to": as_text,
        "of": as_text,
        "year": as_year,
        "value": as_money,
        "earnings": as_money,
        "basis": as_money,
        "parts": as_parts,
        "withheld": as_money,
        "exception": as_text,
        "reason": as_text,
        "catch_up": as_flag,
    },
    "expect": {"taxpayer": as_text, "year": as_year, "at": as_text, "is": as_given},
    "expect_refusal": {"code": as_text},
}
NEEDED = {
    "scenario": ("tax_years",),
    "taxpayer": ("id",),
    "account": ("id", "owner", "kind"),
    "opening": ("date", "account", "value"),
    "opening_basis": ("taxpayer", "as_of"),
    "year": ("taxpayer", "year"),
    "event": ("date", "account", "kind"),
    "expect": ("taxpayer", "year", "at", "is"),
}
