"""The IRS's own forms: filled in field by field, read back, and refused where they are not known.

The blanks are not part of the project. Where they lie in ../shared/forms beside the repository
they are filled in as they are; without them a form of our own with the same fields stands in.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from exports.blanks import Layout, Recognized, known_forms, recognize, widgets_of
from exports.official import Blank, filled, texts_of, values_in
from exports.substitute import MARK, Told, substitute
from ledger.errors import LedgerError, LedgerErrors
from ledger.forms import f5329, f8606
from ledger.forms.form import Form
from ledger.money import Money, Ratio
from tests.exports.sample import f8606 as usual_form

BLANKS = Path(__file__).parents[3] / "shared" / "forms"
LAYOUTS = [layout for known in known_forms().values() for layout in known.layouts]
NAME = "Maria Nguyễn-Żółkiewska"


def of(form: str, year: int) -> Layout:
    layout = known_forms()[form].of(year)
    assert layout is not None
    return layout


def irs_blank(layout: Layout) -> bytes:
    path = BLANKS / f"f{layout.form}--{layout.year}.pdf"
    if not path.exists():
        pytest.skip(f"the IRS's blank is not here: {path}")
    return path.read_bytes()


def own_blank(layout: Layout, *, foot: str = "", without: str = "") -> bytes:
    """Make a form with the fields of the layout, and nothing else of the IRS's."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 20, foot or f"Form {layout.form} ({layout.year})")
    names = [name for name in sorted(layout.names) if name != without]
    for place, name in enumerate(names):
        x, y = 40 + 180 * (place % 3), 780 - 14 * (place // 3)
        canvas.acroForm.textfield(name=name, x=x, y=y, width=72, height=12, maxlen=0)
    canvas.save()
    return out.getvalue()


def every_line(form: str) -> Form:
    """Fill in each line with an amount that names it: line 15c is 1,500.03, line 8 is 800.00."""
    labels = {"8606": f8606.LABELS, "5329": f5329.LABELS}[form]
    made = Form(form, labels)
    for number in labels:
        digits = int(re.sub(r"\D", "", number))
        letter = " abc".index(number[-1]) if number[-1].isalpha() else 0
        if (form, number) == ("8606", "10"):
            made.set_ratio("10", (made["5"], made["9"]), Ratio(Decimal("0.080327")))
        else:
            what = "exception 08" if (form, number) == ("5329", "2") else "as named"
            made.enter(number, Money(digits * 10_000 + letter), what)
    return made


def taken_for(layout: Layout, content: bytes) -> Blank:
    return Blank(content, Recognized(layout), "blank.pdf")


@cache
def example(layout: Layout) -> bytes:
    """Fill in the IRS's blank of a layout, once for all tests."""
    return filled(taken_for(layout, irs_blank(layout)), every_line(layout.form), NAME)


# What is on file.


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda x: f"{x.form}-{x.year}")
def test_a_layout_has_a_field_for_every_line_we_work_out(layout: Layout) -> None:
    texts = texts_of(every_line(layout.form), layout, NAME)
    assert texts.keys() <= layout.fields.keys()
    assert len(set(layout.fields.values())) == len(layout.fields)
    assert "ssn" not in texts


def test_line_15_moved_to_the_second_page_in_2025() -> None:
    assert of("8606", 2023).fields["15a"] == "topmostSubform[0].Page1[0].f1_24[0]"
    assert of("8606", 2025).fields["15a"] == "topmostSubform[0].Page2[0].f2_01[0]"
    assert of("8606", 2018).fields["15a.cents"] == "topmostSubform[0].Page1[0].f1_38[0]"


# Filling in.


def test_a_form_with_the_fields_of_the_year_is_filled_in_the_same_each_time() -> None:
    layout = of("8606", 2025)
    blank = own_blank(layout)
    assert recognize(blank, "8606", 2025, "blank.pdf") == Recognized(layout, is_seen=False)
    made = filled(taken_for(layout, blank), every_line("8606"), NAME)
    assert made == filled(taken_for(layout, blank), every_line("8606"), NAME)
    assert values_in(made, layout) == texts_of(every_line("8606"), layout, NAME)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda x: f"{x.form}-{x.year}")
def test_what_is_filled_in_is_read_back(layout: Layout) -> None:
    found = recognize(irs_blank(layout), layout.form, layout.year, "blank.pdf")
    assert found == Recognized(layout, is_seen=True)
    values = values_in(example(layout), layout)
    assert values == texts_of(every_line(layout.form), layout, NAME)
    assert values["name"] == NAME
    assert "ssn" not in values
    if layout.form == "5329":
        assert (values["1"], values["2.exception"], values["4"]) == ("100.00", "08", "400.00")
    elif layout.year == 2018:
        assert (values["15c"], values["15c.cents"]) == ("1,500", "03")
        assert (values["10.whole"], values["10.decimals"]) == ("0", "080327")
    else:
        assert (values["15c"], values["25a"], values["14"]) == ("1,500.03", "2,500.01", "1,400.00")
        assert (values["10.whole"], values["10.decimals"]) == ("0", "080327")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda x: f"{x.form}-{x.year}")
def test_nothing_but_the_page_is_left(layout: Layout) -> None:
    reader = PdfReader(BytesIO(example(layout)))
    root = reader.root_object
    assert not {"/Perms", "/OpenAction", "/AA"} & root.keys()
    assert not {"/XFA", "/SigFlags", "/NeedAppearances"} & root["/AcroForm"].keys()
    texts = [str(reader.get_object(number)) for number in range(1, len(reader.xref[0]))]
    assert not [t[:80] for t in texts if re.search(r"/JavaScript|/UR3|xdp:|/Launch", t)]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda x: f"{x.form}-{x.year}")
def test_every_value_has_a_picture_for_viewers_that_draw_none(layout: Layout) -> None:
    seen = 0
    for page in PdfReader(BytesIO(example(layout))).pages:
        for _, widget in widgets_of(page):
            if widget.get("/V") and widget["/FT"] == "/Tx":
                picture = widget["/AP"]["/N"]
                assert b"Tj" in picture.get_data()
                left, low, right, high = map(float, widget["/Rect"])
                assert [float(x) for x in picture["/BBox"]] == pytest.approx(
                    [0, 0, right - left, high - low]
                )
                seen += 1
    assert seen == len(texts_of(every_line(layout.form), layout, NAME))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("year", [2018, 2021, 2022, 2023, 2025])
def test_a_viewer_shows_the_values_beside_their_lines(year: int, tmp_path: Path) -> None:
    layout = of("8606", year)
    path = tmp_path / "filled.pdf"
    path.write_bytes(example(layout))
    shown = subprocess.run(
        [str(shutil.which("pdftotext")), "-layout", str(path), "-"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    between = r"\s+" if year == 2018 else r"\."
    for line, words, dollars, cents in (
        ("3", "Add lines 1 and 2", "300", "00"),
        ("14", "Subtract line 13 from line 3", "1,400", "00"),
        ("15a", "Subtract line 12 from line 7", "1,500", "01"),
        ("21", "Subtract line 20 from line 19", "2,100", "00"),
        ("25a", "Subtract line 24 from line 23", "2,500", "01"),
    ):
        number = rf"{line.rstrip('a')} ?a?"
        assert re.search(rf"{number}\s+{words}.*{dollars}{between}{cents}", shown), line
    assert NAME in shown


def test_whole_dollars_stay_whole() -> None:
    form = usual_form(whole_dollars=True)
    assert texts_of(form, of("8606", 2023), "Rose")["6"] == "93,000"
    split = texts_of(form, of("8606", 2018), "Rose")
    assert (split["6"], split["6.cents"]) == ("93,000", "00")


def test_several_exceptions_leave_their_box_to_the_preparer() -> None:
    form = Form("5329", f5329.LABELS)
    form.enter("2", Money(100), "exception 05, 08")
    assert "2.exception" not in texts_of(form, of("5329", 2025), "Rose")


# What does not fit.


def test_what_is_too_long_for_its_field_is_refused_all_at_once() -> None:
    layout = of("8606", 2023)
    form = Form("8606", f8606.LABELS)
    form.enter("5", Money(1), "x")
    form.set_ratio("10", (form["5"], form["5"]), Ratio(Decimal("0." + "1" * 30)))
    with pytest.raises(LedgerErrors) as caught:
        filled(taken_for(layout, own_blank(layout)), form, "Rose " * 30)
    faults = [(fault.code, fault.problem.split(" for ")[-1]) for fault in caught.value.faults]
    assert sorted(faults) == [
        ("field_overflow", "line 10"),
        ("field_overflow", "the name"),
    ]


@pytest.mark.parametrize("year", [2018, 2021, 2022, 2023, 2025])
def test_line_10_has_room_for_ten_places_on_the_irs_form(year: int) -> None:
    layout = of("8606", year)
    form = Form("8606", f8606.LABELS)
    form.enter("5", Money(1), "x")
    form.set_ratio("10", (form["5"], form["5"]), Ratio(Decimal("0.4444444444")))
    made = filled(taken_for(layout, irs_blank(layout)), form, "Rose")
    assert values_in(made, layout)["10.decimals"] == "4" * 10


def test_a_character_that_cannot_be_printed_is_refused() -> None:
    layout = of("8606", 2023)
    with pytest.raises(LedgerErrors) as caught:
        filled(taken_for(layout, own_blank(layout)), every_line("8606"), "Rose 🦄")
    assert {fault.code for fault in caught.value.faults} == {"missing_glyph"}


def test_a_line_that_the_form_lacks_is_no_silent_loss() -> None:
    form = Form("8606", {"99": "a line of another year"})
    form.enter("99", Money(100), "x")
    with pytest.raises(LedgerErrors) as caught:
        texts_of(form, of("8606", 2023), "Rose")
    assert caught.value.faults[0].code == "form_lacks_line"


# Which file it is.


def pdf(*texts: str) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for place, text in enumerate(texts):
        canvas.drawString(72, 700 - 20 * place, text)
    canvas.save()
    return out.getvalue()


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(own_blank(of("8606", 2023))))
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "not_a_pdf"),
        (lambda: b"Date,Type,Amount\n", "not_a_pdf"),
        (lambda: b"%PDF-1.7\nhalf a download", "blank_damaged"),
        (lambda: own_blank(of("8606", 2023))[:-4000], "blank_damaged"),
        (encrypted, "blank_encrypted"),
        (lambda: pdf("Form W-2 Wage and Tax Statement"), "not_the_form"),
        (lambda: pdf("Form 5329 (2023)"), "not_the_form"),
        (lambda: own_blank(of("8606", 2022)), "other_year"),
        (lambda: own_blank(of("8606", 2023), foot="Form 8606 (2022)"), "other_year"),
    ],
)
def test_what_is_not_the_blank_form_is_refused(content: object, code: str) -> None:
    with pytest.raises(LedgerError) as caught:
        recognize(content(), "8606", 2023, "blank.pdf")  # type: ignore[operator]
    assert (caught.value.code, caught.value.where) == (code, "blank.pdf")
    assert "Form 8606 of 2023 from irs.gov" in caught.value.remedy


@pytest.mark.parametrize("year", [2018, 2021, 2022, 2025])
def test_an_official_blank_of_another_year_is_named(year: int) -> None:
    with pytest.raises(LedgerError, match=f"this is the Form 8606 of {year}, not .* of 2023"):
        recognize(irs_blank(of("8606", year)), "8606", 2023, "blank.pdf")


@pytest.mark.parametrize(
    ("content", "year", "why"),
    [
        (pdf("Form 8606 (2024)"), 2024, "the fields of that year are not known"),
        (pdf("Form 8606 (2023)"), 2023, "has no fields"),
        (
            own_blank(of("8606", 2023), without="topmostSubform[0].Page1[0].f1_9[0]"),
            2023,
            "are not those of the form as published",
        ),
    ],
)
def test_the_right_form_without_known_fields_is_no_fault(
    content: bytes, year: int, why: str
) -> None:
    found = recognize(content, "8606", year, "blank.pdf")
    assert found.layout is None
    assert why in found.why_not


def test_a_copy_that_breaks_only_when_it_is_filled_in_is_damaged_too() -> None:
    layout = of("8606", 2023)
    broken = own_blank(layout).replace(b"/AcroForm", b"/AcroFrom")
    with pytest.raises(LedgerError) as caught:
        filled(taken_for(layout, broken), every_line("8606"), "Rose")
    assert (caught.value.code, caught.value.where) == ("blank_damaged", "blank.pdf")


# The sheet that stands in.


def test_the_substitute_says_so_and_has_every_line_in_paper_order() -> None:
    form = Form("8606", f8606.LABELS)
    form.enter("1", Money(700_000), "x")
    form["3"] = form["1"]
    form["14"] = form["3"]
    told = Told(2024, NAME, "no fillable form of that year is known", "the form is a draft")
    made = substitute(known_forms()["8606"], form, told)
    assert made == substitute(known_forms()["8606"], form, told)
    pages = [page.extract_text() for page in PdfReader(BytesIO(made)).pages]
    assert all(MARK in page for page in pages)
    text = "\n".join(pages)
    for words in (NAME, "2024", "no fillable form of that year is known", "PROVISIONAL: the form"):
        assert words in text
    numbers = re.findall(r"^(\d+[abc]?)$", text, re.MULTILINE)
    assert [n for n in numbers if n in f8606.LABELS] == list(f8606.LABELS)
    assert text.count("7,000.00") == 3
    assert not PdfReader(BytesIO(made)).get_fields()
