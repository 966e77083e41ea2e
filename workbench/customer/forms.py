"""What people type, checked and brought into one spelling."""

from __future__ import annotations

import re

from workbench.customer.words import TERMS_VERSION
from workbench.errors import TelekalkError

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_GERMAN_IBAN_LENGTH = 22


def sign_in_facts(claim_number: str, plate: str, mileage: str, consent: str) -> tuple[str, str, int]:
    """Return claim number, plate and mileage of the sign-in form.

    Raises:
        TelekalkError: TK-LOGIN-002 without consent to the terms as they stand, -003 when a field is empty, too long or
            the mileage is no number.
    """
    if consent != TERMS_VERSION:
        raise TelekalkError(
            "TK-LOGIN-002",
            "Bitte stimmen Sie den Nutzungsbedingungen zu.",
            "Please agree to the terms of use.",
            status=422,
        )
    digits = re.sub(r"(?i)km$|[\s.,'\u00a0\u202f]", "", mileage.strip())
    fields = (claim_number.strip(), plate.strip())
    if not re.fullmatch(r"[0-9]{1,7}", digits) or not all(fields) or len(fields[0]) > 64 or len(fields[1]) > 16:
        raise TelekalkError(
            "TK-LOGIN-003",
            "Bitte füllen Sie alle drei Felder aus; der Kilometerstand ist eine Zahl.",
            "Please fill in all three fields; the mileage is a number.",
            status=422,
        )
    return (*fields, int(digits))


def payment_details(iban: str, account_holder: str) -> tuple[str | None, str | None]:
    """Return the account that was typed, or ``None`` for both when the field was left empty.

    Raises:
        TelekalkError: TK-OFFER-010 when the IBAN's form or check digits are wrong, -011 when the holder is missing.
    """
    account = re.sub(r"\s", "", iban).upper()
    holder = "".join(letter for letter in account_holder if letter.isprintable()).strip()[:70]
    if not account:
        return None, None
    if not iban_is_valid(account):
        raise TelekalkError(
            "TK-OFFER-010",
            "Diese IBAN stimmt nicht.",
            "This IBAN is not right.",
            status=422,
            remedy_de="Bitte prüfen Sie die Ziffern.",
            remedy_en="Please check the digits.",
        )
    if not holder:
        raise TelekalkError(
            "TK-OFFER-011",
            "Bitte nennen Sie auch, wem das Konto gehört.",
            "Please also say who holds the account.",
            status=422,
        )
    return account, holder


def iban_is_valid(account: str) -> bool:
    """Whether form, length (for German accounts) and check digits (ISO 7064, modulo 97) are right."""
    if not _IBAN.fullmatch(account) or (account.startswith("DE") and len(account) != _GERMAN_IBAN_LENGTH):
        return False
    rearranged = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in rearranged)) % 97 == 1
