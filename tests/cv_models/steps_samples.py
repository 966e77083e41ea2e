"""Steps of a recogniser made from text, as if it had been seen: for tests of what is understood from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cv_models.registration.cells import CellText, Piece
from cv_models.registration.judged import Look, Reader
from cv_models.registration.ocr import ALPHABET, Scores


def seen(text: str, sure: float = 0.98, doubts: Mapping[int, tuple[str, float]] | None = None) -> Scores:
    """Two steps a character: the character, then nothing.

    Args:
        text: what is said.
        sure: probability of each character.
        doubts: by place in the text: another character and its probability.
    """
    steps = np.full((2 * len(text) + 2, len(ALPHABET) + 1), 1e-6, np.float32)
    steps[:, -1] = 0.995
    for place, char in enumerate(text):
        row = steps[2 * place + 1]
        other, share = (doubts or {}).get(place, ("", 0.0))
        row[-1] = max(1e-4, 1 - sure) * 0.5
        row[ALPHABET.index(char)] = max(1e-4, sure - share)
        if other:
            row[ALPHABET.index(other)] = share
        row /= row.sum()
    return Scores(steps)


def cell(*lines: Scores) -> CellText:
    """A cell with printed lines from top to bottom."""
    return CellText({row: [Piece(scores, 0.0, 20.0, 4.0 * row, 3.0)] for row, scores in enumerate(lines)})


def look(reader: Reader, *texts: str | Scores, sure: float = 0.98) -> Look:
    """One look of a reader at a cell's lines."""
    return Look(reader, cell(*(seen(t, sure) if isinstance(t, str) else t for t in texts)))
