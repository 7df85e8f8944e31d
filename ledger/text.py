"""Make text from files safe to show: no control, escape, bidi or invisible characters."""

from __future__ import annotations

import json
import re
import unicodedata
from shlex import quote

_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-(\d{4})(?![\d-])")
_SPECIAL = re.compile(r"[\"$`!\\]")  # what a shell reads inside double quotes
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def masked(text: str) -> str:
    """Return text with every whole social security number masked, and nothing else changed."""
    return _SSN.sub(r"***-**-\1", text)


def is_unsafe(character: str) -> bool:
    """Tell whether a character must never be shown as it is: control, bidi or invisible."""
    return unicodedata.category(character) in _UNSAFE


def holds_tax_id(text: str) -> bool:
    """Tell whether a text shows a whole social security number.

    >>> holds_tax_id("John 123-45-6789"), holds_tax_id("123456789")
    (True, False)
    """
    return "-" in text and _SSN.search(text) is not None


def safe(text: str, *, limit: int = 500) -> str:
    r"""Return text for terminals, PDF and Excel: unsafe characters escaped, tax ids masked.

    >>> safe("a\x1b[2J 123-45-6789")
    'a\\u001b[2J ***-**-6789'
    """
    shown = text[: limit + 1]
    if not shown.isprintable():  # whatever is unsafe is not printable
        shown = "".join(f"\\u{ord(c):04x}" if is_unsafe(c) else c for c in shown)
    shown = masked(shown)
    return shown if len(text) <= limit else shown[:limit] + "…"


def typed(text: str) -> str:
    r"""Return a text as it is typed on a command line, quoted for the shell.

    >>> typed("acme"), typed("Pat Lee"), typed("Rose's plan"), typed('5" $x')
    ('"acme"', '"Pat Lee"', '"Rose\'s plan"', '\'5" $x\'')
    """
    return quote(text) if _SPECIAL.search(text) else f'"{text}"'


def json_text(value: object) -> str:
    """Return JSON as it may leave the ledger: whole tax ids masked, whatever text they stand in."""
    return masked(json.dumps(value, indent=2))
