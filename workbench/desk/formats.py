"""Numbers, money, days and durations as people read and type them here. Strict on the way in, exact on the way out."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import NumberFormatError, NumberPattern, parse_decimal, parse_pattern

from workbench.desk.texts import language, t
from workbench.settings import get_settings

LOCALES: dict[str, str] = {"de": "de_DE", "en": "en_GB"}
# Babel hands text to Decimal, which would take "NaN" and "1e9"; only digits, marks and one sign may come that far.
_SHAPE = {
    "de": re.compile(r"[+-]?[0-9][0-9.]*(,[0-9]+)?|[+-]?,[0-9]+"),
    "en": re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?|[+-]?\.[0-9]+"),
}
_MAX_DIGITS = 15


class NumberError(ValueError):
    """What was typed is not a number of the language; ``str()`` is the sentence for the person."""


def parse_number(
    text: object, *, places: int = 2, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> Decimal:
    """Read a number as typed: ``1.234,50`` in German, ``1,234.50`` in English.

    Args:
        text: what was typed; a currency or percent sign and blanks around the number are allowed.
        places: most decimals allowed.
        minimum: least value allowed.
        maximum: greatest value allowed.

    Raises:
        NumberError: it is not such a number, has too many decimals or lies outside the limits.
    """
    lang = language()
    raw = str(text if text is not None else "").replace("\u00a0", " ").replace("\u2212", "-").strip()
    raw = raw.removeprefix("€").removesuffix("€").removesuffix("%").removesuffix("h").strip()
    if not raw:
        raise NumberError(t("number.empty"))
    example = "1.234,50" if lang == "de" else "1,234.50"
    if not _SHAPE[lang].fullmatch(raw):
        raise NumberError(t("number.shape", typed=raw[:40], example=example))
    try:
        value = parse_decimal(raw, locale=LOCALES[lang], strict=True)
    except NumberFormatError as error:
        raise NumberError(t("number.shape", typed=raw[:40], example=example)) from error
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise NumberError(t("number.places", places=places))
    if len(value.as_tuple().digits) > _MAX_DIGITS:
        raise NumberError(t("number.range"))
    if minimum is not None and value < minimum:
        raise NumberError(t("number.minimum", minimum=plain(minimum)))
    if maximum is not None and value > maximum:
        raise NumberError(t("number.maximum", maximum=plain(maximum)))
    return value


@lru_cache(maxsize=16)
def _pattern(text: str) -> NumberPattern:
    return parse_pattern(text)


def number(value: object, places: int = 2, least: int | None = None) -> str:
    """A number with ``places`` decimals at most and ``least`` at least (the same unless given); empty for None.

    Args:
        value: Decimal, int or a decimal as string; never a float.
        places: most decimals.
        least: decimals that are shown even when zero.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        raise TypeError("a float has no place in an amount")
    shown = places if least is None else least
    fraction = "0" * shown + "#" * (places - shown)
    text: str = _pattern("#,##0" + ("." + fraction if fraction else "")).apply(
        Decimal(str(value)), LOCALES[language()], decimal_quantization=True
    )
    return text.replace("-", "\u2212", 1) if text.startswith("-") else text


def plain(value: object) -> str:
    """A number with just the decimals that it needs, at most six."""
    return number(value, 6, 0)


def money(value: object) -> str:
    """An amount in EUR with its sign: ``4.296,23 €``; a dash for None."""
    if value is None or value == "":
        return "–"
    return f"{number(value)}\u00a0€"


def percent(value: object) -> str:
    """A percentage that is given in percent."""
    return f"{plain(value)}\u00a0%"


def share(value: object) -> str:
    """A confidence from 0 to 1 as whole percent; a dash for None."""
    if value is None:
        return "–"
    return f"{round(float(str(value)) * 100)}\u00a0%"


def day(value: str | date | None) -> str:
    """A day in figures: ``23.11.2026``, or ``23/11/2026`` in English; the text itself where it is no ISO day."""
    if not value:
        return "–"
    try:
        when = date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    return when.strftime("%d.%m.%Y" if language() == "de" else "%d/%m/%Y")


def moment(value: str | datetime | None, *, seconds: bool = False) -> str:
    """Day and time in the installation's time zone."""
    if not value:
        return "–"
    when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    zone = ZoneInfo(get_settings().time_zone)
    when = when.astimezone(zone) if when.tzinfo else when
    clock = "HH:mm:ss" if seconds else "HH:mm"
    shape = f"dd.MM.yyyy {clock}" if language() == "de" else f"dd/MM/yyyy {clock}"
    return str(format_datetime(when, shape, locale=LOCALES[language()]))


def duration(seconds: int | None) -> str:
    """A span of office time: ``1:05 h``, under an hour ``43 min``, late ones with a minus."""
    if seconds is None:
        return "–"
    sign = "\u2212" if seconds < 0 else ""
    minutes = abs(int(seconds)) // 60
    if minutes < 60:
        return f"{sign}{minutes} min"
    return f"{sign}{minutes // 60}:{minutes % 60:02d} h"


def size(count: int) -> str:
    """A file size in KB or MB for people."""
    return f"{number(Decimal(count) / 1_000_000, 1)} MB" if count >= 1_000_000 else f"{max(1, count // 1000)} KB"
