"""Paths into a record and what counts as equal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cli.expectations import ABSENT, BadPath, agrees, look_up, shown

RECORD = {
    "forms": {"8606": {"lines": {"13": "460.00"}}, "1099-R": [{"boxes": {"7": "G"}}]},
    "accounts": [
        {"account": "acme", "source": "roth", "in": "1.00"},
        {"account": "acme", "source": None, "in": "2.00", "ira": True},
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("forms.8606.lines.13", "460.00"),
        ("forms.1099-R.0.boxes.7", "G"),
        ("forms.1099-R.1.boxes.7", ABSENT),
        ("accounts[source=roth].in", "1.00"),
        ("accounts[account=acme][ira=true].in", "2.00"),
        ("accounts[account=other].in", ABSENT),
        ("forms.8606[a=b]", ABSENT),
        ("forms.9999.lines.1", ABSENT),
    ],
)
def test_a_path_leads_to_a_value_or_nowhere(path: str, value: object) -> None:
    assert look_up(RECORD, path) == value


@pytest.mark.parametrize("path", ["a[", "a[x].b", "..", "a.[k=v]"])
def test_a_path_that_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        look_up({"a": [{"x": "1"}]}, path)


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("460.00", "460.00", True),
        ("460", "460.00", False),
        (460, "460.00", True),
        (Decimal("0.833"), "0.833", True),
        (1, "x", False),
        (True, True, True),
        (True, "true", False),
        (1, True, False),
        ("absent", ABSENT, True),
        ("absent", "absent", False),
        ("1.00", ABSENT, False),
        ("x", None, False),
    ],
)
def test_text_compares_as_text_and_numbers_by_value(
    wanted: object,
    found: object,
    same: bool,
) -> None:
    assert agrees(wanted, found) is same


def test_values_are_shown_as_json() -> None:
    assert [shown(v) for v in (ABSENT, "1.00", None)] == ["absent", '"1.00"', "null"]
