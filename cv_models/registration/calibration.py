"""From evidence to a probability of being right, and the least probability with which a field is given.

One logistic curve with an offset per family of fields, fitted by `cv_models.training.calibration` on readings with known text
(source and date in `data/calibration.json`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cv_models.registration.evidence import Evidence

FEATURES: Final = ("one", "odds", "fit", "exact", "sure", "both", "alone", "apart", "usual")
# Fields by how much their grammar proves.
FAMILIES: Final[dict[str, str]] = {
    **dict.fromkeys(("C.1.1", "C.1.2", "C.1.3", "D.2", "D.3", "2", "5", "21", "22", "22b", "Nr."), "words"),
    **dict.fromkeys(("D.1", "R", "P.3", "14", "V.9", "J", "4", "K"), "known"),
    **dict.fromkeys(("A", "B", "I", "6", "HU", "2.2", "P.2/P.4", "15.1", "15.2", "15.3", "16"), "strict"),
    "E": "vin",
    "E+3": "vin3",
}
_LISTED: Final = ("D.1", "P.3", "R")
_DATA: Final = Path(__file__).parent / "data" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Curve:
    """What was fitted.

    Attributes:
        weights: by feature.
        offsets: by family of fields.
        least: by field or family: below this probability the field is left blank.
    """

    weights: dict[str, float]
    offsets: dict[str, float]
    least: dict[str, float]


@cache
def curve() -> Curve:
    """The fitted curve, read once."""
    raw = json.loads(_DATA.read_text(encoding="utf-8"))
    return Curve(raw["weights"], raw["offsets"], raw["least"])


def family(code: str) -> str:
    """The family of a field; those whose grammar proves little are numbers."""
    return FAMILIES.get(code, "numbers")


def features(found: Evidence) -> tuple[float, ...]:
    """What the curve looks at, in the order of `FEATURES`.

    Share against all rivals (log odds, capped), fit of the text to what was seen (log), whether it was read
    just so, certainty of its weakest character, both readers say it, only one reader looked, one reader says something else, how usual such a value is.
    """
    share = min(1 - 1e-5, max(1e-3, found.chance))
    odds = math.log(share / (1 - share)) / 3.0
    sure = -math.log10(1.0 - min(found.weakest, 0.9995) + 5e-4)
    return (
        1.0,
        odds,
        max(-3.0, found.fit / 4.0),
        float(found.weakest > 0),
        sure,
        float(found.readers == 2 and found.agree == 2),
        float(found.readers < 2),
        float(found.readers == 2 and found.agree < 2),
        max(-3.0, found.prior / 3.0),
    )


def ceiling(found: Evidence, *, proved: bool = False) -> float:
    """What no clear print lifts a value over: a rival about as likely, or a text that no reader saw just so.

    One usual confusion (O for 0) costs a fit of 2.8, a dropped character or an unusual confusion about 6.

    Args:
        found: the evidence.
        proved: whether something else speaks for just this text, see `proved`.
    """
    slope = 0.05 if proved else 0.12
    return max(0.05, min(0.999, 0.4 + 0.6 * found.chance, 1.0 - slope * max(0.0, -found.close - 2.9)))


def proved(code: str, found: Evidence) -> bool:
    """Whether more than the print speaks for just this text: field 3 for a VIN, a list of few words for a word."""
    return code == "E+3" or (code in _LISTED and found.prior > -0.5 and len(found.value or "") >= 4)


def calibrate(code: str, found: Evidence) -> float:
    """Probability that the likeliest value of a field is right, at most 0.999.

    Args:
        code: the printed code; `E+3` for a VIN that field 3 confirms.
        found: the evidence.
    """
    fitted = curve()
    total = fitted.offsets.get(family(code), 0.0)
    for name, value in zip(FEATURES, features(found), strict=True):
        total += fitted.weights[name] * value
    most = ceiling(found, proved=proved(code, found))
    return min(most, 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))))


def least(code: str) -> float:
    """Below this probability a field is left blank."""
    bounds = curve().least
    return bounds.get(code, bounds[family(code)])
