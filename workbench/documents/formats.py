"""How values look in documents: money, quantities and days, in German or English; never a float on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["de", "en"]
LOCALES: dict[str, str] = {"de": "de_DE", "en": "en_GB"}
MINUS = "\u2212"


def as_decimal(value: object) -> Decimal:
    """Return the exact decimal of a decimal, an integer or its JSON string; a float is refused.

    Raises:
        ValueError: the value is a float, not a number, or not finite.
    """
    if isinstance(value, (float, bool)) or value is None:
        raise ValueError(f"not an exact number: {value!r}")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"not an exact number: {value!r}") from error
    if not number.is_finite():
        raise ValueError(f"not an exact number: {value!r}")
    return number


def _minus(text: str) -> str:
    return text.replace("-", MINUS, 1) if text.startswith("-") else text


def number(value: object, language: Language = "de", *, places: int = 2) -> str:
    """Return a number with exactly ``places`` decimals: ``1.234,50`` in German, ``1,234.50`` in English."""
    quantity = as_decimal(value)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return _minus(format_decimal(quantity, format=pattern, locale=LOCALES[language]))


def plain(value: object, language: Language = "de") -> str:
    """Return a number with the decimals it carries, without trailing zeros: ``2`` for 2.00, ``0,38`` for 0.380."""
    return _minus(format_decimal(as_decimal(value), format="#,##0.######", locale=LOCALES[language]))


def money(value: object, language: Language = "de") -> str:
    """Return an amount in euro: ``2.478,13 €`` in German, ``€2,478.13`` in English."""
    amount = number(value, language)
    if language == "en":
        return f"{MINUS}€{amount[1:]}" if amount.startswith(MINUS) else f"€{amount}"
    return f"{amount}\u00a0€"


def percent(share: object, language: Language = "de") -> str:
    """Return a percentage that is given in percent (``19`` gives ``19 %``)."""
    return f"{plain(share, language)}\u00a0%"


def day(value: date | str, language: Language = "de") -> str:
    """Return a day written out: ``23. November 2026`` in German, ``23 November 2026`` in English."""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(when, format="long", locale=LOCALES[language])


def short_day(value: date | str, language: Language = "de") -> str:
    """Return a day in figures: ``23.11.2026`` in German, ``23/11/2026`` in English."""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(when, format="dd.MM.yyyy" if language == "de" else "dd/MM/yyyy", locale=LOCALES[language])
