"""The tables and keys of a scenario file, each with the reader of its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.chart import AccountKind
from ledger.documents import BOXES
from ledger.events import FIELD_SPECS, RECORDED_KINDS, EventKind, Value
from ledger.records import FILING_STATUSES, HSA_COVERAGES, IRA_METHODS
from ledger.scenario.values import (
    Row,
    as_birth_date,
    as_boxes,
    as_count,
    as_employer_amounts,
    as_event_day,
    as_flag,
    as_given,
    as_layers,
    as_line,
    as_money,
    as_name,
    as_parts,
    as_payer_tin,
    as_places,
    as_positive,
    as_record,
    as_service_catch_up,
    as_simplified_method,
    as_sources,
    as_ssn_last4,
    as_state,
    as_text,
    as_units,
    as_year,
    one_of,
)

_READERS: dict[Value, Callable[[Row, str], Any]] = {
    Value.MONEY: as_money,
    Value.HELD: as_money,
    Value.NET: as_money,
    Value.UNITS: as_units,
    Value.YEAR: as_year,
    Value.COUNT: as_count,
    Value.FLAG: as_flag,
    Value.NAME: as_line,
    Value.LINE: as_line,
    Value.TEXT: as_text,
    Value.SOURCES: as_sources,
    Value.PARTS: as_parts,
}


def _event_keys(*names: str) -> dict[str, Callable[[Row, str], Any]]:
    """Return fields of events by key, in the order of the catalogue, with their readers."""
    listed = (spec for name, spec in FIELD_SPECS.items() if name in names)
    return {spec.key: _READERS[spec.value] for spec in listed}


SPEC: dict[str, dict[str, Callable[[Row, str], Any]]] = {
    "scenario": {"title": as_text, "source": as_text, "tax_years": as_given},
    "options": {
        "line_10_places": as_places,
        "whole_dollars": as_flag,
        "ira_method": one_of(*IRA_METHODS),
    },
    "taxpayer": {
        "id": as_name,
        "name": as_line,
        "born": as_birth_date,
        "spouse": as_name,
        "ssn_last4": as_ssn_last4,
        "client_number": as_line,
    },
    "account": {
        "id": as_name,
        "owner": as_line,
        "kind": one_of(*AccountKind),
        "employer": as_line,
        "institution": as_line,
        "number": as_line,
        "separate_after_tax": as_flag,
        "in_plan_conversion": as_flag,
        "in_service_distribution": as_flag,
        "after_tax": as_flag,
        "catch_up": as_flag,
        "first_roth_year": as_year,
        "decedent": as_line,
        "simplified_method": as_simplified_method,
        "simple_since": as_event_day,
        "payer_tin": as_payer_tin,
        "payer_address": as_line,
    },
    "opening": {
        "date": as_event_day,
        "account": as_text,
        **_event_keys(*EventKind.OPENING.spec.fields, "memo"),
    },
    "opening_basis": {
        "taxpayer": as_text,
        "as_of": as_event_day,
        "traditional_ira": as_positive,
        "roth_ira_regular": as_positive,
        "roth_ira_since": as_year,
        "roth_ira_conversions": as_layers,
        "decedent": as_line,
        "last_form_8606": as_year,
        "traditional_ira_from_plans": as_positive,
        "excess_traditional_ira": as_positive,
        "excess_roth_ira": as_positive,
        "first_home_used": as_positive,
        "hsa_funding_year": as_year,
        "rolled_from_529": as_positive,
        "deducted_after_70_half": as_positive,
    },
    "year": {
        "taxpayer": as_text,
        "year": as_year,
        "filing_status": one_of(*FILING_STATUSES),
        "magi": as_money,
        "compensation": as_positive,
        "covered_by_plan": as_flag,
        "spouse_covered_by_plan": as_flag,
        "ira_deduction": as_positive,
        "nondeductible_first": one_of("made_in_year", "made_after_year"),
        "outstanding_rollovers": as_positive,
        "first_home_expenses": as_positive,
        "disaster_income": one_of("spread", "in_full"),
        "ira_method": one_of(*IRA_METHODS),
        "hsa_coverage": one_of(*HSA_COVERAGES),
        "hsa_contributions": as_positive,
        "plan_compensation": as_employer_amounts,
        "social_security_wages": as_employer_amounts,
        "service_catch_up": as_service_catch_up,
    },
    "state_basis": {
        "taxpayer": as_text,
        "state": as_state,
        "as_of": as_event_day,
        "account": as_text,
        "basis": as_positive,
        "note": as_text,
    },
    "event": {
        "date": as_event_day,
        "account": as_text,
        # an opening has a table of its own
        "kind": one_of(*(k for k in RECORDED_KINDS if k is not EventKind.OPENING)),
        **_event_keys(*FIELD_SPECS),
    },
    "tax_document": {
        "taxpayer": as_text,
        "year": as_year,
        "form": one_of(*BOXES),
        "payer": as_line,
        "boxes": as_boxes,
        "evidence": as_line,
    },
    "filed_year": {
        "taxpayer": as_text,
        "year": as_year,
        "text": as_record,
        "closed_at": as_line,
        "chain_head": as_line,
        "reopened_at": as_line,
        "why": as_line,
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
    "state_basis": ("taxpayer", "state", "as_of", "basis"),
    "event": ("date", "account", "kind"),
    "tax_document": ("taxpayer", "year", "form", "boxes"),
    "filed_year": ("taxpayer", "year", "text", "closed_at"),
    "expect": ("taxpayer", "year", "at", "is"),
}
