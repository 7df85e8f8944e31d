"""A password on a PDF: AES with a key of 256 bits (PDF 2.0, revision 6), or nothing at all."""

from __future__ import annotations

from io import BytesIO
from stringprep import in_table_a1, in_table_c21_c22

from ledger.errors import EnvironmentFault, LedgerError

ALGORITHM = "AES-256"
LETTERS_AT_LEAST = 12


def checked_password(password: str) -> str:
    """Return the password; raise LedgerError when it protects little or opens nothing elsewhere.

    ``weak_password``: fewer than 12 letters, blanks around them not counted. ``bad_password``:
    control characters and such as SASLprep (RFC 4013) does not know: a reader may spell these
    otherwise, and then the file stays shut for its owner too.
    """
    if len(password.strip()) < LETTERS_AT_LEAST:
        raise LedgerError(
            where="password",
            code="weak_password",
            problem=f"the password has fewer than {LETTERS_AT_LEAST} letters",
            remedy="choose a longer one, such as four words",
        )
    if any(in_table_a1(sign) or in_table_c21_c22(sign) for sign in password):
        raise LedgerError(
            where="password",
            code="bad_password",
            problem="the password holds a sign that not every program can type",
            remedy="use letters, digits, blanks and punctuation; no emoji",
        )
    return password


def protected(pdf: bytes, password: str) -> bytes:
    """Return the PDF encrypted so that it opens with the password only.

    Raises LedgerError as ``checked_password`` does and EnvironmentFault (``no_encryption``)
    where the library for AES is missing; a weaker cipher is never used instead.
    """
    checked_password(password)
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - only where a password is asked for
    from pypdf.errors import DependencyError  # noqa: PLC0415

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    try:
        writer.encrypt(password, algorithm=ALGORITHM)
    except DependencyError as error:
        raise EnvironmentFault(
            where="password",
            code="no_encryption",
            problem="the library that encrypts PDFs is not installed",
            remedy="pip install cryptography, or write the packet without a password",
        ) from error
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
