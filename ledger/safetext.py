"""Make text from files safe to show: no control, escape, bidi or invisible characters."""

from __future__ import annotations

import re
import unicodedata

_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-(\d{4})(?![\d-])")
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe(text: str, *, limit: int = 500) -> str:
    r"""Return text for terminals, PDF and Excel: unsafe characters escaped, tax ids masked.

    >>> safe("a\x1b[2J 123-45-6789")
    'a\\u001b[2J ***-**-6789'
    """
    shown = "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in _UNSAFE else c for c in text[: limit + 1]
    )
    shown = _SSN.sub(r"***-**-\1", shown)
    return shown if len(text) <= limit else shown[:limit] + "…"
