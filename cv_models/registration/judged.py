"""What a judge says of a field: its value, or no value with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cv_models.registration.cells import CellText, Piece
from cv_models.registration.ocr import ALPHABET, Scores

Reader = Literal["shipped", "own"]
_SPACE = ALPHABET.index(" ")


@dataclass(frozen=True, slots=True)
class Judged:
    """A field's value with its confidence, or no value with the reason and what was seen."""

    value: str | None
    confidence: float
    alternatives: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look at a cell: by which recogniser, and what it saw."""

    reader: Reader
    cell: CellText


def blank(reason: str, *seen: str) -> Judged:
    """No value, for a reason, with what was seen."""
    return Judged(None, 0.0, tuple(dict.fromkeys(s for s in seen if s))[:4], reason)


def is_dash(text: str) -> bool:
    """Whether nothing but a stroke stands there: the field is struck out."""
    return bool(re.fullmatch(r"[\-–_=.~ ]{1,5}", text.strip()))


def row_scores(pieces: Sequence[Piece]) -> Scores:
    """The pieces of one printed line as one: a space is put between them, without certainty."""
    ordered = sorted(pieces, key=lambda p: p.x0)
    if len(ordered) == 1:
        return ordered[0].scores
    gap = np.zeros((1, len(ALPHABET) + 1), np.float32)
    gap[0, _SPACE], gap[0, -1] = 0.7, 0.3
    parts = [ordered[0].scores.steps]
    for piece in ordered[1:]:
        parts += [gap, piece.scores.steps]
    return Scores(np.concatenate(parts))
