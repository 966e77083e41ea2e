"""Compares what was read with what is printed: the rule of exact match, counts, intervals and calibration."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cv_models.registration.layout import KEY_FIELDS

Verdict = Literal["right", "wrong", "blank"]
Z95: Final = 1.959964
BINS: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.0)
# Not asked of the reader: the number of the printed form is read for the record alone.
NOT_ASKED: Final = frozenset(["Nr."])


def normal(code: str, value: str) -> str:
    """A value as it is compared.

    Both sides are normalised already (dates ISO, plate `DIST-LL 1234`, numbers without padding). In names, makes and trade
    names (C.1.1, D.1, D.3) runs of white space count as one space; everywhere else white space does not count at all, as the
    width of a blank is not printed. Nothing else is forgiven: letter case, umlauts and punctuation must be right.
    """
    if code in ("C.1.1", "D.1", "D.3"):
        return " ".join(value.split())
    return "".join(value.split())


def judged(code: str, truth: str, got: str | None) -> Verdict:
    """Right, wrong or blank by exact match."""
    if got is None or not got.strip():
        return "blank"
    return "right" if normal(code, got) == normal(code, truth) else "wrong"


def key_judged(code: str, truth: str, got: str | None) -> Verdict:
    """As `judged`; of 2.2 the first three characters decide (the type key proper)."""
    if code == "2.2" and got is not None:
        return judged(code, normal(code, truth)[:3], normal(code, got)[:3])
    return judged(code, truth, got)


def asked(code: str, truth: str) -> bool:
    """Whether a visible field counts: a field struck out with a dash holds no value."""
    return code not in NOT_ASKED and truth not in ("", "-")


def is_key(code: str) -> bool:
    """Whether the field is one of the nine key fields."""
    return code in KEY_FIELDS


def wilson(hits: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson (1927); (0, 1) when nothing was counted."""
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    square = z * z
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = z / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass
class Tally:
    """Counts of right, wrong and blank values."""

    right: int = 0
    wrong: int = 0
    blank: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count one."""
        setattr(self, verdict, getattr(self, verdict) + 1)

    @property
    def total(self) -> int:
        """All that were counted."""
        return self.right + self.wrong + self.blank

    def to_json(self) -> dict[str, object]:
        """Counts, shares in percent and their 95 % intervals."""
        out: dict[str, object] = {"values": self.total}
        for name, hits in (("right", self.right), ("wrong", self.wrong), ("blank", self.blank)):
            low, high = wilson(hits, self.total)
            out[name] = hits
            out[f"{name}_percent"] = round(100 * hits / max(1, self.total), 2)
            out[f"{name}_interval"] = [round(100 * low, 2), round(100 * high, 2)]
        return out


@dataclass(frozen=True)
class Calibration:
    """How far stated confidences can be believed.

    Attributes:
        values: how many values with a confidence.
        expected_error: mean distance of confidence and share of right values over the bins, weighted (ECE).
        brier: mean square distance of confidence and outcome (1 right, 0 wrong).
        bins: (from, to, values, mean confidence, share right).
    """

    values: int
    expected_error: float
    brier: float
    bins: tuple[tuple[float, float, int, float, float], ...]

    def to_json(self) -> dict[str, object]:
        """Plain form."""
        return {
            "values": self.values,
            "expected_error": round(self.expected_error, 4),
            "brier": round(self.brier, 4),
            "bins": [
                {
                    "from": low,
                    "to": high,
                    "values": number,
                    "confidence": round(mean, 4),
                    "right_percent": round(100 * share, 2),
                }
                for low, high, number, mean, share in self.bins
            ],
        }


def calibration(pairs: Iterable[tuple[float, bool]], edges: Sequence[float] = BINS) -> Calibration:
    """Reliability of (confidence, right) pairs; blank values have no confidence and do not belong here."""
    known = [(min(1.0, max(0.0, confidence)), right) for confidence, right in pairs]
    bins: list[tuple[float, float, int, float, float]] = []
    error = 0.0
    for low, high in itertools.pairwise(edges):
        inside = [(c, r) for c, r in known if low <= c < high or (high == edges[-1] and c == high)]
        if not inside:
            continue
        mean = sum(c for c, _ in inside) / len(inside)
        share = sum(r for _, r in inside) / len(inside)
        bins.append((low, high, len(inside), mean, share))
        error += abs(mean - share) * len(inside)
    total = max(1, len(known))
    brier = sum((c - r) ** 2 for c, r in known) / total
    return Calibration(len(known), error / total, brier, tuple(bins))
