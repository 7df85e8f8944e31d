"""A password on a PDF: AES with a key of 256 bits (PDF 2.0, revision 6), or nothing at all."""

from __future__ import annotations

from io import BytesIO

from ledger.errors import EnvironmentFault, LedgerError

ALGORITHM = "AES-256"
LETTERS_AT_LEAST = 12


def protected(pdf: bytes, password: str) -> bytes:
    """Return the PDF encrypted so that it opens with the password only.

    Raises LedgerError (``weak_password``) for a password shorter than 12 letters and
    EnvironmentFault (``no_encryption``) where the library for AES is missing; a weaker cipher
    is never used instead.
    """
    if len(password) < LETTERS_AT_LEAST:
        raise LedgerError(
            where="password",
            code="weak_password",
            problem=f"the password has fewer than {LETTERS_AT_LEAST} letters",
            remedy="choose a longer one, such as four words",
        )
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
