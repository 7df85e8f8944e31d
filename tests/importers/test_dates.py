"""Dates of statements: strict forms, nothing guessed, nothing outside the life of such accounts."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.importers import dates
from ledger.importers.dates import BadDate, DayReader

NOW = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        (dates.MDY, "01/15/2025", date(2025, 1, 15)),
        (dates.MDY, "1/5/2025", date(2025, 1, 5)),
        (dates.MDY, " 01/16/2025 as of 01/15/2025 ", date(2025, 1, 15)),
        (dates.MDY, "02/29/2024", date(2024, 2, 29)),
        (dates.MDY_SHORT, "12/03/25", date(2025, 12, 3)),
        (dates.MDY_DASHES, "07-15-2025", date(2025, 7, 15)),
        (dates.ISO, "2025-01-15", date(2025, 1, 15)),
        (dates.YMD, "2025/01/15", date(2025, 1, 15)),
        (dates.MDY_MIDNIGHT, "9/30/2025 12:00:00 AM", date(2025, 9, 30)),
        (dates.DMY, "15/01/2025", date(2025, 1, 15)),
        (dates.ISO, "2026-01-02", date(2026, 1, 2)),  # a day ahead: made east of here
    ],
)
def test_declared_form(form: str, text: str, day: date) -> None:
    assert DayReader((form,), NOW).read(text) == day


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        (dates.MDY, "15/01/2025", "bad_date"),
        (dates.MDY, "2025-01-15", "bad_date"),
        (dates.MDY, "01/15/25", "bad_date"),
        (dates.MDY, "02/29/2023", "bad_date"),
        (dates.MDY, "٠١/١٥/٢٠٢٥", "bad_date"),  # noqa: RUF001 - digits, but not ours
        (dates.MDY, "today", "bad_date"),
        (dates.MDY, "", "bad_date"),
        (dates.MDY_MIDNIGHT, "9/30/2025 11:00:00 PM", "bad_date"),
        (dates.MDY_SHORT, "01/15/69", "date_out_of_range"),
        (dates.MDY, "01/15/1600", "date_out_of_range"),
        (dates.ISO, "2026-01-03", "date_out_of_range"),
        (dates.ISO, "9999-12-31", "date_out_of_range"),
    ],
)
def test_anything_else_is_refused(form: str, text: str, code: str) -> None:
    with pytest.raises(BadDate) as caught:
        DayReader((form,), NOW).read(text)
    assert caught.value.code == code
