"""Small helpers for sentences with figures in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from calculation.derivation import number
from calculation.model import Text
from calculation.money import HUNDRED, round2, round_to
from calculation.result import Flag, FlagLevel

_SWAP = str.maketrans(",.", ".,")


def eur(amount: Decimal, language: Literal["de", "en"] = "en") -> str:
    """``1,017.20 EUR`` or ``1.017,20 EUR``."""
    text = number(round2(amount))
    return f"{text.translate(_SWAP) if language == 'de' else text} EUR"


def percent(share: Decimal, language: Literal["de", "en"] = "en") -> str:
    """``76.9 %`` or ``76,9 %`` of a share."""
    text = number(round_to(share * HUNDRED, 1))
    return f"{text.translate(_SWAP) if language == 'de' else text} %"


def flag(
    code: str,
    level: FlagLevel,
    title_de: str,
    title_en: str,
    reason_de: str,
    reason_en: str,
    clears_de: str,
    clears_en: str,
    *,
    line_ids: tuple[str, ...] = (),
    edge: Literal["point", "upper"] = "point",
) -> Flag:
    """A flag from its six sentences."""
    return Flag(
        code,
        level,
        Text(title_de, title_en),
        Text(reason_de, reason_en),
        Text(clears_de, clears_en),
        line_ids,
        edge,
    )
