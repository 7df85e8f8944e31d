"""The lines of a joint return: what both spouses' records come to together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.forms.form import Form, FormLine
from ledger.money import ZERO, Money
from ledger.year_end import YearEnd

_TAXABLE = ", taxable amount"  # how the label of a taxable line ends


@dataclass(frozen=True)
class JointLine:
    """One line of the return (cents): each spouse's part, and what stands on the joint return.

    ``joint`` is None on a gross line that stays blank because all that either spouse received is
    taxable (Instructions for Form 1040, lines 4a and 4b, 5a and 5b: fully taxable).
    """

    number: str
    label: str
    parts: tuple[Money, ...]
    joint: Money | None


def joint_lines(spouses: Sequence[YearEnd]) -> Iterator[JointLine]:
    """Go through the lines that either spouse fills in, gross before taxable, in paper order.

    What stands elsewhere on the return, such as tax withheld, follows by form and line.
    """
    forms = [spouse.f1040 for spouse in spouses]
    for number, label in _taxable_lines(forms).items():
        before = f"{number[:-1]}{chr(ord(number[-1]) - 1)}"
        gross = tuple(_gross(form, before, number) for form in forms)
        taxable = tuple(_amount(form, number) for form in forms)
        shown = any(before in form for form in forms)
        name = label.removesuffix(_TAXABLE)
        yield JointLine(before, name, gross, Money.total(gross) if shown else None)
        yield JointLine(number, label, taxable, Money.total(taxable))
    others = [{line.number: line for line in spouse.other_lines} for spouse in spouses]
    for number in dict.fromkeys(number for lines in others for number in lines):
        parts = tuple(_other(lines.get(number)) for lines in others)
        label = next(lines[number].label for lines in others if number in lines)
        yield JointLine(number, label, parts, Money.total(parts))


def _other(line: FormLine | None) -> Money:
    return line.value if line is not None and isinstance(line.value, Money) else ZERO


def _taxable_lines(forms: Sequence[Form]) -> dict[str, str]:
    """Find the taxable lines in use; a gross line never stands without one."""
    found = {line.number: line.label for form in forms for line in form}
    return {number: found[number] for number in sorted(found) if found[number].endswith(_TAXABLE)}


def _amount(form: Form, number: str) -> Money:
    return form.amount(number) if number in form else ZERO


def _gross(form: Form, gross: str, taxable: str) -> Money:
    """Return what a spouse received; a blank gross line means that all of it is taxable."""
    return form.amount(gross) if gross in form else _amount(form, taxable)
