"""Fill in the IRS's own PDF form from the lines of a year, and read back what was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from exports.blanks import (
    CENTS,
    DECIMALS,
    EXCEPTION,
    NAME,
    WHOLE,
    Layout,
    Recognized,
    damaged,
    quiet_reader,
    widgets_of,
)
from exports.house_fonts import REGULAR, draw_text, printable, require_glyphs, width_of
from exports.table import accounting
from ledger.errors import Collector, LedgerError
from ledger.forms.form import Form, FormLine
from ledger.money import Ratio
from ledger.text import safe

_SIZE, _SIZE_LEAST, _STEP = 8.0, 4.5, 0.25  # points: the type of the form, and what can be read
_PAD, _PAD_LEAST = 2.0, 1.0  # points beside a text
_CAPITAL = 0.73  # height of a capital, of the size
_INK = (0.0, 0.0, 0.5)  # the dark blue in which these forms show what was filled in
_CENTRED, _RIGHT = 1, 2  # the codes of PDF for where a text stands in its field
_ONE_EXCEPTION = re.compile(r"exception (\d\d)")
_NO_NAMES = ("/XFA", "/SigFlags", "/NeedAppearances")


@dataclass(frozen=True)
class _Box:
    """A field of the page with what is to stand in it, at the size that fits."""

    key: str
    widget: Any
    text: str
    width: float
    height: float

    @property
    def size(self) -> float:
        """The largest size at which the text fits, below the least when none does."""
        size = _SIZE
        while (
            size >= _SIZE_LEAST and width_of(self.text, REGULAR, size) > self.width - 2 * _PAD_LEAST
        ):
            size -= _STEP
        return size

    @property
    def pad(self) -> float:
        """The room beside the text: less where the text needs it."""
        left = (self.width - width_of(self.text, REGULAR, self.size)) / 2
        return max(_PAD_LEAST, min(_PAD, left))

    @property
    def fits(self) -> bool:
        """Whether the field can hold the text, in its width and in its number of characters."""
        most = self.widget.get("/MaxLen")
        return self.size >= _SIZE_LEAST and (most is None or len(self.text) <= int(most))


@dataclass(frozen=True)
class Blank:
    """A form to fill in: its bytes, its layout, the file it came from, and whether it is known."""

    content: bytes
    found: Recognized
    where: str

    @property
    def layout(self) -> Layout:
        """The layout; asked for only where there is one."""
        if self.found.layout is None:
            raise AssertionError(self.found.why_not)
        return self.found.layout


def filled(blank: Blank, form: Form, name: str) -> bytes:
    """Return the official form with the taxpayer's name and every line of the record.

    The boxes for the social security number and the preparer stay empty. What lets a program run
    code or holds a second copy of the form (XFA, scripts, usage rights) is taken out, so that
    the page is all there is. Raises LedgerErrors: ``form_lacks_line``, ``field_overflow``,
    ``missing_glyph``, and ``blank_damaged`` for a copy that was not seen before.
    """
    try:
        return _filled(blank, form, name)
    except LedgerError:
        raise
    except Exception as error:
        # a copy looked at before cannot be the cause: that fault is ours and must be seen
        if blank.found.is_seen:
            raise
        raise damaged(blank.where, error) from error


def _filled(blank: Blank, form: Form, name: str) -> bytes:
    texts = texts_of(form, blank.layout, name)
    require_glyphs(
        (f"Form {form.name}, {NAME}", text) for key, text in texts.items() if key == NAME
    )
    with quiet_reader():
        writer = PdfWriter(clone_from=BytesIO(_without_programs(blank.content)))
        boxes = list(_boxes(writer, blank.layout, texts))
        _require_room(boxes, blank.where)
        _write(writer, boxes)
        content = _bytes_of(writer)
    _read_back(content, blank.layout, texts)
    return content


def texts_of(form: Form, layout: Layout, name: str) -> dict[str, str]:
    """Return what is to stand in each field; raise LedgerErrors for lines the form lacks."""
    texts, faults = {NAME: safe(name)}, Collector()
    for line in form:
        with faults:
            texts.update(_line_texts(line, layout))
    faults.raise_any()
    return texts


def _line_texts(line: FormLine, layout: Layout) -> Iterator[tuple[str, str]]:
    number = line.number
    if isinstance(line.value, Ratio):
        whole, _, decimals = line.value.plain.partition(".")
        found = {number + WHOLE: whole, number + DECIMALS: decimals}
    else:
        amount = accounting(line.value, whole_dollars=line.whole_dollars)
        dollars, _, cents = amount.partition(".")
        split = number + CENTS in layout.fields
        found = {number: dollars, number + CENTS: cents or "00"} if split else {number: amount}
    # several exceptions do not fit the two digits of the field
    exception = _ONE_EXCEPTION.fullmatch(line.words)
    if exception and number + EXCEPTION in layout.fields:
        found[number + EXCEPTION] = exception[1]
    lacking = found.keys() - layout.fields.keys()
    if lacking:
        raise LedgerError(
            where=f"Form {line.form} line {number}",
            code="form_lacks_line",
            problem=f"the form of {layout.year} has no such line",
            remedy="take the figures from the packet, and report this as a fault of the program",
        )
    yield from found.items()


def _without_programs(blank: bytes) -> bytes:
    """Return the form without what runs: a copy of it holds only what is still referred to."""
    writer = PdfWriter(clone_from=BytesIO(blank))
    root: Any = writer.root_object
    form = root["/AcroForm"].get_object()
    for name in _NO_NAMES:
        form.pop(name, None)
    for name in ("/Perms", "/OpenAction", "/AA", "/Extensions"):
        root.pop(name, None)
    names = root.get("/Names")
    if names is not None:
        names.get_object().pop("/JavaScript", None)
        names.get_object().pop("/EmbeddedFiles", None)
    for page in writer.pages:
        page.pop("/AA", None)
        for _, widget in widgets_of(page):
            widget.pop("/AA", None)
            widget.pop("/A", None)
    return _bytes_of(writer)


def _bytes_of(writer: PdfWriter) -> bytes:
    writer.pdf_header = "%PDF-1.7"  # what the blanks say; the library would say 1.3
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _boxes(writer: PdfWriter, layout: Layout, texts: Mapping[str, str]) -> Iterator[_Box]:
    keys = {layout.fields[key]: key for key in texts}
    for page in writer.pages:
        for name, widget in widgets_of(page):
            if name in keys:
                left, low, right, high = (float(corner) for corner in widget["/Rect"])
                key = keys[name]
                yield _Box(key, widget, texts[key], right - left, high - low)


def _require_room(boxes: Sequence[_Box], where: str) -> None:
    faults = Collector()
    for box in boxes:
        if not box.fits:
            faults.add(_overflow(box, where))
    faults.raise_any()


def _overflow(box: _Box, where: str) -> LedgerError:
    return LedgerError(
        where=where,
        code="field_overflow",
        problem=f"'{box.text}' is too long for the form's field for {_said(box.key)}",
        remedy="shorten the name (basis taxpayer set)"
        if box.key == NAME
        else "fill that field in by hand from the packet",
    )


def _said(key: str) -> str:
    return f"line {key.partition('.')[0]}" if key[:1].isdigit() else f"the {key}"


def _write(writer: PdfWriter, boxes: Sequence[_Box]) -> None:
    """Give every box its value and the picture of it, so that any viewer shows it."""
    drawn = PdfReader(BytesIO(_drawn(boxes)))
    for box, page in zip(boxes, drawn.pages, strict=True):
        strokes = page.get_contents()
        picture = DecodedStreamObject()
        drawn_text = (
            b"" if strokes is None else strokes.get_data()
        )  # its dictionary is empty: falsy
        picture.set_data(b"/Tx BMC\nq\n" + drawn_text + b"\nQ\nEMC\n")
        picture.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject(
                    FloatObject(x) for x in (0, 0, box.width, box.height)
                ),
                NameObject("/Resources"): page["/Resources"].clone(writer),
            }
        )
        reference = writer._add_object(picture)  # noqa: SLF001 - the library's way to add one
        box.widget[NameObject("/V")] = TextStringObject(box.text)
        box.widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): reference})


def _drawn(boxes: Sequence[_Box]) -> bytes:
    """Draw each text on a page of the size of its field, with the embedded font."""
    printable()
    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=0, initialFontName=REGULAR)
    for box in boxes:
        canvas.setPageSize((box.width, box.height))
        canvas.setFillColorRGB(*_INK)
        canvas.setFont(REGULAR, box.size)
        base = (box.height - box.size * _CAPITAL) / 2
        place = int(box.widget.get("/Q", 0))
        if place == _RIGHT:
            canvas.drawRightString(box.width - box.pad, base, box.text)
        elif place == _CENTRED:
            canvas.drawCentredString(box.width / 2, base, box.text)
        else:
            draw_text(canvas, (_PAD, base), box.text, REGULAR, box.size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def values_in(content: bytes, layout: Layout) -> dict[str, str]:
    """Read a filled form: what stands in each field that is not empty."""
    keys = {name: key for key, name in layout.fields.items()}
    with quiet_reader():
        return {
            keys[name]: str(widget["/V"])
            for page in PdfReader(BytesIO(content)).pages
            for name, widget in widgets_of(page)
            if name in keys and widget.get("/V")
        }


def _read_back(content: bytes, layout: Layout, texts: Mapping[str, str]) -> None:
    """Hold a file that does not say what was to be written for a fault of ours."""
    if values_in(content, layout) != texts:
        raise AssertionError(f"the filled Form {layout.form} does not hold the figures")
