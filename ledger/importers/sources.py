"""Money source names: what recordkeepers print, and which canonical source it is without doubt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from ledger.chart import Source
from ledger.importers.tables import Row


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CATCH_UP = re.compile(r"\bcatch[\s-]?up\b", re.IGNORECASE)
_CANONICAL = {source.value.replace("_", ""): source for source in Source}

_PLAN = "401k"  # any kind of plan named in a name: 401(k), 403(b), 457(b), 401(a)
_CUT = "\0"  # where the employer's name stood
_PLAN_TYPE = re.compile(r"\b(?:40[13]|457)\s*(?:\(?[abk]\)?)?(?![a-z0-9])")
_WORD = re.compile(r"[a-z0-9]+")
_CODE = re.compile(r"[a-z]?[0-9]+[a-z]?")  # numbers, years, per cents, "E01"
_CUT_FROM = 20  # characters from which on the last word of a name may have been cut off
_TELLING = 4  # letters from which on the beginning of a word stands for it

# Words that together are one: the first that fits, in this order.
_PHRASES = (
    (r"pre (?:19)?87", "pre87"),
    (r"post (?:19)?8[67]", ""),
    (r"(?:pre|before|bef) ?ta?x|tax deferred", "pretax"),
    (r"(?:after|aftr|aft) ?ta?x", "aftertax"),
    (r"post ?tax", "posttax"),
    (r"non ?roth", "nonroth"),
    (r"(?:qualified )?non ?elec(?:t|tive)?", "nonelective"),
    (r"in ?plan", "inplan"),
    (r"profit ?(?:sharing|share)", "profit"),
    (r"catch ?up", "catchup"),
    (r"safe ?harbou?r", "safeharbor"),
    (r"true ?up", "trueup"),
    (r"money purchase|prevailing wages?", "nonelective"),
    (r"(?:salary|sal) (?:reduction|red)", "deferral"),
)
_FOLD = re.compile(
    r"(?<!\S)(?:"
    + "|".join(f"(?P<p{n}>{form})" for n, (form, _) in enumerate(_PHRASES))
    + r")(?!\S)"
)
# What a word says: two words of one meaning, shortened ones among them.
_MEANS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("match", "matching", "mtch", "mtchg", "matchg", "qmac"), "match"),
        **dict.fromkeys(("conversion", "conversions", "converted", "conv", "cnv"), "conversion"),
        **dict.fromkeys(("rollover", "rollovers", "rollovr", "rlvr", "rlovr"), "rollover"),
        **dict.fromkeys(("deferral", "deferrals", "deferred", "dfrl", "defr", "def"), "deferral"),
        **dict.fromkeys(("elective", "elect", "elec", "salary", "sal"), "deferral"),
        **dict.fromkeys(("employee", "employees", "ee", "participant", "member"), "employee"),
        **dict.fromkeys(("employer", "employers", "er", "emplr", "company", "agency"), "employer"),
        **dict.fromkeys(("nonelective", "profit", "qnec"), "nonelective"),
        **dict.fromkeys(("discretionary", "discr", "core", "automatic"), "discretionary"),
        **dict.fromkeys(("pretax", "traditional", "trad"), "pretax"),
        **{word: word for word in ("roth", "aftertax", "inplan", "catchup", "safeharbor")},
        "sh": "safeharbor",
        "transfer": "transfer",
        _PLAN: _PLAN,
    }
)
_NEUTRAL = _set(
    "contribution contributions contrib contribs contr source sources money type account acct "
    "plan base pay bonus basic supplemental suppl supp voluntary vol mandatory thrift savings "
    "saving regular reg matched unmatched age additional annual quarterly fixed the of on for "
    "and designated qaca qualified trueup nonroth service"
)
_VOCABULARY = _NEUTRAL | _MEANS.keys()
# words of names before they are put together, by which the end of a name that was cut is told
_RAW = _VOCABULARY | frozenset(
    {"tax", "plan", "up", "harbor", "sharing", "purchase", "wage", "reduction"}
)
# What a company's name ends with: no word of the plan's once the name itself is cut.
_LEGAL = _set("inc incorporated llc llp lp ltd co corp corporation plc pc group")
# Words that may say more than an employer's name: never taken for one.
_DOUBTFUL = _set(
    "rth rot irr ira loan forfeiture forfeitures mega backdoor posttax pre87 post tax taxed "
    "deductible nondeductible non to from into prior former qdro beneficiary after pre"
)


@lru_cache(maxsize=4096)
def canonical(text: str) -> Source | None:
    """Return the source a name of the scenario contract means; case, blanks, hyphens are free.

    >>> canonical("After-Tax"), canonical("Apple Match")
    (<Source.AFTER_TAX: 'after_tax'>, None)
    """
    return _CANONICAL.get(re.sub(r"[ _-]+", "", text.strip().lower()))


@lru_cache(maxsize=4096)
def source_of(text: str, employer: str = "") -> Source | None:
    """Return the canonical source of a recordkeeper's source name, or None when in doubt.

    ``employer`` is cut out of the name. A word that nobody knows leaves the name open, for it may
    be an employer's that makes "Roth" or "Match" part of a company; "Apple Match" alone is told.

    >>> source_of("12 - ROTH IN-PLAN CONVERSION").value, source_of("5 - AFTER-TAX").value
    ('in_plan_roth', 'after_tax')
    >>> source_of("Rollover"), source_of("Roth Staffing Match")
    (None, None)
    >>> source_of("Roth Staffing Match", employer="Roth Staffing").value
    'match'
    """
    plain = _plain(text)
    if not plain.isascii():
        return None  # a letter of another alphabet looks like one of ours
    readings = {
        _read(cut)
        for words in _completed(plain)
        for cut in _without(words, _folded(_plain(employer)))
    }
    return readings.pop() if len(readings) == 1 else None


def source_in(row: Row) -> Source | None:
    """Return the canonical source that a row names, None when it is in doubt."""
    return source_of(row.text("source"), row.employer)


def says_catch_up(text: str) -> bool:
    """Tell whether a source's name says that it holds catch-up contributions.

    >>> says_catch_up("Catch-up Traditional 401(k) Contribution")
    True
    """
    return bool(_CATCH_UP.search(text))


def doubt(text: str) -> str:
    """Return why a source's name is left open, "" where there is no more to say than that."""
    words = _folded(_plain(text))
    signs = {_MEANS.get(word, word) for word in words}
    strange = [word for word in words if not _is_known(word)]
    if "pre87" in signs:
        return "money from before 1987 is after_tax, and pre_1987 in its opening"
    if set(strange) - _DOUBTFUL and signs & {"roth", "match", "conversion"}:
        return "one of its words may be the employer's name (basis account set … --employer)"
    if {"roth", "match"} <= signs:
        return "a match on Roth deferrals is pre-tax money (match), one paid as Roth is match_roth"
    if signs & {"posttax", "aftertax"} and signs & {"roth", "deferral", "catchup", "posttax"}:
        return "some plans call Roth money after-tax, which it is not for this purpose"
    if "rollover" in signs:
        return "it may hold pre-tax, Roth or after-tax money"
    return ""


def _plain(text: str) -> str:
    """Return a name in small letters of one width, without accents, marks and odd blanks."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (c for c in decomposed if not unicodedata.category(c).startswith(("M", "Cf")))
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in kept)
    return plain.replace("\u2212", "-").replace("\u2019", "").replace("'", "").lower()


def _folded(plain: str) -> tuple[str, ...]:
    """Return the words of a name, those that belong together as one."""
    words = " ".join(_WORD.findall(_PLAN_TYPE.sub(f" {_PLAN} ", plain)))
    return tuple(_FOLD.sub(lambda found: _PHRASES[int(str(found.lastgroup)[1:])][1], words).split())


def _completed(plain: str) -> Iterator[tuple[str, ...]]:
    """Go through the words that a name may have had: its last one may be cut off."""
    words = _folded(plain)
    last = words[-1] if words else ""
    if len(plain.strip()) < _CUT_FROM or not last or _is_known(last):
        yield words
        return
    begun = [word for word in sorted(_RAW) if word.startswith(last)]
    start = plain.rstrip().removesuffix(last)
    for word in begun:
        yield _folded(start + word)
    if not begun or len(last) < _TELLING:
        yield words


def _without(words: tuple[str, ...], employer: Sequence[str]) -> Iterator[Sequence[str]]:
    """Go through what is left of a name without the employer's, and the name where that is open.

    The longest run of the employer's words is its name. Only words that say something of money
    ("Roth" of Roth Staffing) may be either: then both readings must agree.
    """
    length, start = max(
        (
            (size, -at)
            for at in range(len(words))
            for size in range(1, len(words) - at + 1)
            if _holds(employer, words[at : at + size])
        ),
        default=(0, 0),
    )
    run = words[-start : length - start]
    if all(_is_known(word) for word in run):
        yield words
    if run:
        yield (*words[:-start], _CUT, *words[length - start :])


def _holds(employer: Sequence[str], run: Sequence[str]) -> bool:
    size = len(run)
    return any(tuple(employer[at : at + size]) == run for at in range(len(employer) - size + 1))


def _is_known(word: str) -> bool:
    return word in _VOCABULARY or bool(_CODE.fullmatch(word))


def _read(words: Sequence[str]) -> Source | None:
    """Return what the words of a name say together."""
    cut = _CUT in words
    left = [w for w in words if w != _CUT and not (cut and w in _LEGAL)]
    if len(left) > 1 and len(left[0]) == 1 and left[0] not in "0123456789r":
        left = left[1:]  # a recordkeeper's letter for the source: "A - Employee Pre-Tax"
    if not all(map(_is_known, left)):
        return _match_of_an_employer(left)
    signs = {_MEANS[word] for word in left if word in _MEANS}
    if "transfer" in signs and "inplan" not in signs:
        return None
    if "roth" in signs:
        return _roth(signs)
    if signs & {"conversion", "inplan"}:
        return None
    if "aftertax" in signs:
        others = {"pretax", "match", "employer", "rollover", "deferral", "catchup", "nonelective"}
        return None if signs & others else Source.AFTER_TAX
    return _taxed_later(signs)


def _match_of_an_employer(words: Sequence[str]) -> Source | None:
    """Read "Apple Match" and "Apple Employer Match": an employer's name, then what it pays."""
    named = next((n for n, word in enumerate(words) if _is_known(word)), len(words))
    name, rest = words[:named], words[named:]
    if (
        not name
        or not all(map(_is_known, rest))
        or any(len(w) == 1 or w in _DOUBTFUL for w in name)
    ):
        return None
    signs = {_MEANS[word] for word in rest if word in _MEANS}
    alone = rest[0] in _MEANS if rest else False
    plainly = signs == {"match"} and alone and len(rest) <= len(("match", "contribution"))
    said = {"employer", "match"} <= signs or {"safeharbor", "match"} <= signs
    only = signs <= {"match", "employer", "safeharbor", "discretionary"}
    return Source.MATCH if plainly or (said and only) else None


def _roth(signs: set[str]) -> Source | None:
    if signs & {"conversion", "inplan"}:
        either = "rollover" in signs and "inplan" not in signs
        return None if either else Source.IN_PLAN_ROTH
    if signs & {"pretax", "aftertax", "match"}:
        return None  # "after-tax" for Roth, or a match on Roth deferrals, which is pre-tax
    if "rollover" in signs:
        return None if signs & {"employer", "nonelective"} else Source.ROTH_ROLLOVER
    if "nonelective" in signs:
        return Source.NONELECTIVE_ROTH
    return None if signs & {"employer", "discretionary", "safeharbor"} else Source.ROTH


def _taxed_later(signs: set[str]) -> Source | None:
    if "match" in signs:
        return None if signs & {"nonelective", "rollover"} else Source.MATCH
    if "rollover" in signs:
        doubtful = signs & {"employer", "nonelective", "deferral"}
        return Source.ROLLOVER if "pretax" in signs and not doubtful else None
    if signs & {"nonelective", "employer"}:
        plainly = "nonelective" in signs or signs - {_PLAN} == {"employer", "discretionary"}
        return Source.NONELECTIVE if plainly and not signs & {"deferral", "employee"} else None
    if signs & {"safeharbor", "discretionary"} or signs == {"catchup", "deferral"}:
        return None
    if signs & {"deferral", "pretax"} or signs == {"employee", _PLAN}:
        return Source.PRE_TAX
    return None
