"""Dates as statements print them: strict forms, ASCII digits, never guessed from the value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from ledger.sanity_limits import EARLIEST
from ledger.text import safe

MDY = "MM/DD/YYYY"
MDY_SHORT = "MM/DD/YY"
MDY_DASHES = "MM-DD-YYYY"
ISO = "YYYY-MM-DD"
YMD = "YYYY/MM/DD"
ISO_TIME = "YYYY-MM-DD HH:MM:SS"
MDY_MIDNIGHT = "M/D/YYYY 12:00:00 AM"
DMY = "DD/MM/YYYY"
ISO_ZONE = "YYYY-MM-DDTHH:MM:SSZ"
MDY_TIME = "MM/DD/YYYY HH:MM AM"
DAY_MONTH = "DD-MMM-YYYY"
MONTH_DAY = "MMM DD, YYYY"
DIGITS = "YYYYMMDD"

_M, _D, _Y = "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})", "(?P<y>[0-9]{4})"
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAMED = "(?P<m>" + "|".join(f"{m[:3]}\\.?|{m}" for m in (*_MONTHS, "sept")) + ")"
FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        MDY: re.compile(f"{_M}/{_D}/{_Y}"),
        MDY_SHORT: re.compile(f"{_M}/{_D}/(?P<y>[0-9]{{2}})"),
        MDY_DASHES: re.compile(f"{_M}-{_D}-{_Y}"),
        ISO: re.compile(f"{_Y}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})"),
        YMD: re.compile(f"{_Y}/(?P<m>[0-9]{{2}})/(?P<d>[0-9]{{2}})"),
        ISO_TIME: re.compile(
            f"{_Y}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})"
            " [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?: ?[-+][0-9]{4})?"
        ),
        MDY_MIDNIGHT: re.compile(f"{_M}/{_D}/{_Y} 12:00:00 AM"),
        DMY: re.compile(f"{_D}/{_M}/{_Y}"),
        # the day as it is written, whatever the zone: recordkeepers write midnight
        ISO_ZONE: re.compile(
            f"{_Y}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})"
            "T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?"
        ),
        MDY_TIME: re.compile(
            f"{_M}/{_D}/{_Y} (?!12:00:00 AM)[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?: [AP]M)?"
        ),
        DAY_MONTH: re.compile(f"{_D}[- ]{_NAMED}[- ]{_Y}", re.IGNORECASE),
        MONTH_DAY: re.compile(f"{_NAMED} {_D}, ?{_Y}", re.IGNORECASE),
        DIGITS: re.compile("(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3][0-9])"),
    }
)
_SERIAL = re.compile(r"[2-5][0-9]{4}(\.[0-9]+)?")  # days since 1900: from 1954 to 2064


def _month(text: str) -> int:
    """Return the number of a month that is written as a number or by its name."""
    named = (n for n, month in enumerate(_MONTHS, 1) if text[:3].lower() == month[:3])
    return int(text) if text.isdigit() else next(named)


class BadDate(ValueError):
    """A text that is not a plausible date; carries its error code and the remedy."""

    def __init__(self, code: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.code = code
        self.remedy = remedy


class DayReader:
    """Reads the dates of one file in its declared forms; equal texts are read once.

    >>> DayReader(("MM/DD/YYYY",), date(2026, 1, 1)).read("01/16/2025 as of 01/15/2025")
    datetime.date(2025, 1, 15)
    """

    def __init__(self, forms: Sequence[str], now: date) -> None:
        self._forms = tuple(forms)
        self._latest = now + timedelta(days=1)  # a file made east of here may be a day ahead
        self._century = now.year // 100 * 100
        self._known: dict[str, date] = {}

    def read(self, text: str) -> date:
        """Return the day a text means; of "X as of Y" it is Y. Raise BadDate if there is none."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._parse(text.strip().rpartition(" as of ")[2].strip())
        return known

    def _parse(self, text: str) -> date:
        if not text:
            raise BadDate("bad_date", "the date is empty", f"write it as {self._forms[0]}")
        for form in self._forms:
            found = FORMS[form].fullmatch(text)
            if found:
                return self._date(text, found)
        if _SERIAL.fullmatch(text):
            problem = f"'{text}' is a spreadsheet's number for a day"
            remedy = f"format the column as a date, {self._forms[0]}, and save it again"
            raise BadDate("bad_date", problem, remedy)
        shown = safe(text, limit=40)
        forms = " or ".join(self._forms)
        raise BadDate("bad_date", f"'{shown}' is not a date as {forms}", f"write it as {forms}")

    def _date(self, text: str, found: re.Match[str]) -> date:
        year, month, day = int(found["y"]), _month(found["m"]), int(found["d"])
        if len(found["y"]) == len("YY"):
            year += self._century
        try:
            read = date(year, month, day)
        except ValueError as error:
            day_first = month > 12 >= day and "/" in text
            hint = "write the month first" if day_first else "check the day"
            raise BadDate("bad_date", f"'{text}' is not in the calendar", hint) from error
        if not EARLIEST <= read <= self._latest:
            side = "in the future" if read > self._latest else "before there were such accounts"
            raise BadDate("date_out_of_range", f"'{text}' is {side}", "check the year")
        return read
