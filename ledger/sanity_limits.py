"""What no day, person, name or text can be, wherever it is said: typed, in a file, in a story."""

from __future__ import annotations

import re
from datetime import date, datetime

from ledger.errors import LedgerError
from ledger.text import holds_tax_id, safe

EARLIEST = date(1974, 1, 1)  # no IRA or modern plan is older: ERISA was signed in 1974
LAST_YEAR = 2199  # a later one is surely a slip
TEXT_MAX = 500  # characters
_OLDEST = 130  # years: nobody is older
_NAME_MAX = 80  # characters
_LAST4 = 4  # digits
_PAYER_TIN = re.compile(r"\d{2}-\d{7}", re.ASCII)  # an EIN: a payer is no person
RESERVED_NAMES = frozenset({"cash", "outside", "in_transit"})


def today() -> date:
    """Return the day on this computer's calendar."""
    return datetime.now().astimezone().date()


def refuse_birth_date(born: date | None, where: str) -> None:
    """Raise LedgerError (``bad_date``) for a birth date that no living person can have."""
    if born is not None and not today().year - _OLDEST <= born.year <= today().year:
        raise _bad_date(where, f"{born.isoformat()} is no birth date of a living person")
    if born is not None and born > today():
        raise _bad_date(where, f"the birth date {born.isoformat()} is in the future")


def _bad_date(where: str, problem: str) -> LedgerError:
    return LedgerError(where=where, code="bad_date", problem=problem, remedy="write YYYY-MM-DD")


def refuse_text(text: str, where: str) -> None:
    """Raise LedgerError for a text that cannot be shown, is too long or holds a whole tax id."""
    if holds_tax_id(text):
        raise LedgerError(
            where=where,
            code="tax_id",
            problem=f"'{safe(text, limit=80)}' holds what looks like a full tax id",
            remedy="leave it out, or write the last four digits only; the ledger needs none",
        )
    if len(text) > TEXT_MAX:
        problem, remedy = f"the text has {len(text):,} letters", f"at most {TEXT_MAX} fit"
    elif safe(text, limit=TEXT_MAX) != text:
        problem = f"'{safe(text, limit=80)}' holds characters that cannot be shown"
        remedy = "write plain text on one line"
    else:
        return
    raise LedgerError(where=where, code="bad_text", problem=problem, remedy=remedy)


def refuse_ssn_last4(text: str, where: str) -> None:
    """Raise LedgerError (``bad_ssn_last4``) for anything but "" or four digits."""
    if text and not (len(text) == _LAST4 and text.isascii() and text.isdigit()):
        raise LedgerError(
            where=where,
            code="bad_ssn_last4",
            problem="these are not the last four digits of a social security number",
            remedy="write four digits; the ledger keeps no whole number",
        )


def refuse_payer_tin(text: str, where: str) -> None:
    """Raise LedgerError (``bad_payer_tin``) for what is no number of a payer on Form 1099-R."""
    if text and not _PAYER_TIN.fullmatch(text):
        raise LedgerError(
            where=where,
            code="bad_payer_tin",
            problem=f"'{safe(text, limit=80)}' is not written as Form 1099-R prints a payer's TIN",
            remedy="write the employer number as 12-3456789",
        )


def refuse_name(name: str, where: str) -> None:
    """Raise LedgerError for a short name that other rows could not, or not only, refer to."""
    refuse_text(name, where)
    if name.lower() in RESERVED_NAMES:
        problem = f"'{name}' has a meaning of its own"
    elif not 0 < len(name) <= _NAME_MAX or name != name.strip() or ":" in name:
        problem = f"'{safe(name, limit=_NAME_MAX)}' cannot be a name"
    else:
        return
    raise LedgerError(
        where=where,
        code="bad_name",
        problem=problem,
        remedy=f"choose 1 to {_NAME_MAX} letters, digits, - or _",
    )
