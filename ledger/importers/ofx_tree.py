"""OFX text as a tree: SGML of OFX 1.x, whose leaves have no end tags, and XML of OFX 2.x alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.importers.files import TextFile, refuse
from ledger.importers.tables import ROWS_MAX, too_many_rows
from ledger.text import safe

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z0-9._:]+)(?:\s[^<>]*)?(?P<end>/?)>(?P<text>[^<]*)"
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DEPTH_MAX = 60
# Lists that hold the rows: one that never ends has lost some of them.
_MUST_END = frozenset({"INVSTMTRS", "INVTRANLIST", "INVPOSLIST", "INV401K", "INV401KBAL"})


@dataclass(slots=True)
class Element:
    """One tag with the line it starts on: a leaf with its text, or an aggregate of others."""

    tag: str
    line: int
    text: str = ""
    inner: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Go through every element of a tag below this one, in the order of the file."""
        stack = list(reversed(self.inner))
        while stack:
            element = stack.pop()
            if element.tag == tag:
                yield element
            else:
                stack.extend(reversed(element.inner))

    def first(self, tag: str) -> Element | None:
        """Return the first element of a tag below this one, None without one."""
        return next(self.all(tag), None)

    def value(self, tag: str) -> str:
        """Return the text of the first leaf of a tag below this one, "" without one."""
        found = self.first(tag)
        return found.text if found else ""

    def leaves(self) -> dict[str, str]:
        """Return every leaf below this element by its tag; of equal tags the first counts."""
        out: dict[str, str] = {}
        stack = list(reversed(self.inner))
        while stack:
            element = stack.pop()
            if element.text:
                out.setdefault(element.tag, element.text)
            stack.extend(reversed(element.inner))
        return out


def read_tree(file: TextFile) -> Element:
    """Return the file as a tree below one root.

    Raises LedgerError: ``doctype`` for any declaration of a document type or entity, ``truncated``
    when the file ends before its outermost tag does.
    """
    text = _COMMENT.sub(_lines_only, _CDATA.sub(_escaped, file.text))
    declared = text.find("<!")
    if declared >= 0:
        line = text.count("\n", 0, declared) + 1
        problem = "the file declares a document type or an entity, which no statement needs"
        raise refuse(f"{file.name}:{line}", "doctype", problem, "download it again")
    upper = text.upper()
    if upper.count("<FITID") > ROWS_MAX:
        raise too_many_rows(file.name)
    start = upper.find("<OFX")
    if start < 0 or "</OFX>" not in upper:
        remedy = "download it again; where the site always breaks it off, take its CSV"
        raise refuse(file.name, "truncated", "the file ends too early", remedy)
    return _tree(text, start, file.name)


def _tree(text: str, start: int, file: str) -> Element:
    root = Element("", 1)
    path = [root]
    line, counted = text.count("\n", 0, start) + 1, start
    leaf = ""  # the leaf just read, whose end tag may follow
    for found in _TAG.finditer(text, start):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        name, words = found["name"].upper(), html.unescape(found["text"]).strip()
        if found["close"]:
            if name != leaf:
                _close(path, name, f"{file}:{line}", file)
            leaf = ""
            continue
        element = Element(name, line, words)
        path[-1].inner.append(element)
        leaf = name if words else ""
        if not words and not found["end"] and len(path) < _DEPTH_MAX:
            path.append(element)
    return root


def _close(path: list[Element], name: str, where: str, file: str) -> None:
    """Leave an aggregate; tags within it that never ended were empty leaves.

    An end without its beginning is damage: what stood below it would be lost.
    """
    depth = next((d for d in range(len(path) - 1, 0, -1) if path[d].tag == name), 0)
    if not depth and name in _MUST_END:
        problem = f"the list {name} ends and never began: its rows would be lost"
        raise refuse(file, "truncated", problem, "download the file again")
    if not depth:
        problem = f"{safe(name, limit=20)} ends here and never began"
        raise refuse(where, "truncated", problem, "download the file again")
    for place in range(len(path) - 1, depth, -1):
        empty = path[place]
        if empty.tag in _MUST_END:
            problem = f"the list {empty.tag} never ends"
            raise refuse(f"{file}:{empty.line}", "truncated", problem, "download the file again")
        path[place - 1].inner.extend(empty.inner)
        empty.inner = []
    del path[depth:]


def _escaped(found: re.Match[str]) -> str:
    return html.escape(found[1])


def _lines_only(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
