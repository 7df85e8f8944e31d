"""Money source names: what recordkeepers print, and which canonical source it is without doubt."""

from __future__ import annotations

import re
from functools import lru_cache

from ledger.chart import Source

_NUMBERED = re.compile(r"^\s*[0-9]+\s+[-–]\s+")
_NOT_ROTH = re.compile(r"\bnon[\s-]?roth\b")
_CATCH_UP = re.compile(r"\bcatch[\s-]?up\b", re.IGNORECASE)
_WORDS = re.compile(r"[a-z0-9]+")
_CANONICAL = {source.value.replace("_", ""): source for source in Source}


@lru_cache(maxsize=4096)
def canonical(text: str) -> Source | None:
    """Return the source a name of the scenario contract means; case, blanks, hyphens are free.

    >>> canonical("After-Tax"), canonical("Apple Match")
    (<Source.AFTER_TAX: 'after_tax'>, None)
    """
    return _CANONICAL.get(re.sub(r"[ _-]+", "", text.strip().lower()))


@lru_cache(maxsize=4096)
def source_of(text: str) -> Source | None:
    """Return the canonical source of a recordkeeper's source name, or None when in doubt.

    The order of the tests matters: "Roth" and "conversion" come before "after-tax" (a Roth
    conversion of after-tax money is Roth), "match" before "employee". A bare "Rollover" stays
    open, for it may hold pre-tax, Roth or after-tax money.

    >>> source_of("12 - ROTH IN-PLAN CONVERSION").value, source_of("5 - AFTER-TAX").value
    ('in_plan_roth', 'after_tax')
    >>> source_of("Rollover") is None
    True
    """
    name = _NUMBERED.sub("", text).strip()
    if not name.isascii():
        return None
    lower = _NOT_ROTH.sub("", name.lower())
    found = set(_WORDS.findall(lower.replace("401(k)", "").replace("403(b)", "")))
    joined = " ".join(_WORDS.findall(lower))
    if "roth" in found:
        return _roth(found, joined)
    if found & {"conversion", "converted"}:
        return None
    if "after tax" in joined or "aftertax" in found:
        mixed = found & {"match", "matching", "employer", "rollover"}
        return None if mixed or _is_pretax(found, joined) else Source.AFTER_TAX
    return _taxed_later(found, joined)


def says_catch_up(text: str) -> bool:
    """Tell whether a source's name says that it holds catch-up contributions.

    >>> says_catch_up("Catch-up Traditional 401(k) Contribution")
    True
    """
    return bool(_CATCH_UP.search(text))


def _roth(found: set[str], joined: str) -> Source:
    if found & {"conversion", "converted"} or "in plan" in joined:
        return Source.IN_PLAN_ROTH
    if "rollover" in found:
        return Source.ROTH_ROLLOVER
    if found & {"match", "matching"}:
        return Source.MATCH_ROTH
    if found & {"employer", "nonelective", "discretionary"}:
        return Source.NONELECTIVE_ROTH
    return Source.ROTH


def _is_pretax(found: set[str], joined: str) -> bool:
    return "pre tax" in joined or "before tax" in joined or bool(found & {"pretax", "beforetax"})


def _taxed_later(found: set[str], joined: str) -> Source | None:
    pretax = _is_pretax(found, joined) or "traditional" in found
    if found & {"match", "matching", "qmac"}:
        return Source.MATCH
    if "rollover" in found:
        return Source.ROLLOVER if pretax else None
    if found & {"nonelective", "discretionary", "qnec", "profitsharing"}:
        return Source.NONELECTIVE
    if "non elective" in joined or "profit sharing" in joined:
        return Source.NONELECTIVE
    if found & {"deferral", "deferrals"} or pretax or found == {"employee"}:
        return Source.PRE_TAX
    return None
