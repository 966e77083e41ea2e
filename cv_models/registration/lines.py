"""Our own eyes for the print of this form: a small line recogniser for crops of single cells (see `docs/models/recogniser.md`).

It answers with the same `Scores` as the shipped recogniser, so that everything that understands those understands these.
"""

from __future__ import annotations

from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.ocr import ALPHABET, Floats, Pixels, Scores
from cv_models.runtime import session

MODEL: Final = "recogniser"
HEIGHT: Final = 32
STRIDE: Final = 4
# What it can say, in the order of its columns; one more column says "nothing".
CHARSET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜäöüß0123456789 -./,():&+'*;!\"éèëáçñóšłşğ"


def normalised(crop: Pixels) -> Floats:
    """A crop H x W x 3 as the network wants it: 3 x H x W, mean of each colour 0, contrast 1 (flat crops stay flat)."""
    picture = crop.astype(np.float32).transpose(2, 0, 1)
    picture -= picture.mean((1, 2), keepdims=True)
    return cast("Floats", picture / np.float32(picture.std() + 4.0))


def _columns() -> NDArray[np.int64]:
    """For each character of `ALPHABET` its column here, or the one after the last for those that are not known."""
    known = {char: index for index, char in enumerate(CHARSET)}
    return np.array([known.get(char, len(CHARSET) + 1) for char in ALPHABET] + [len(CHARSET)])


_TO_ALPHABET: Final = _columns()


def read_crops(crops: list[Pixels], *, threads: int = 2, batch: int = 16) -> list[Scores]:
    """Read flat crops of single values, `HEIGHT` pixels high; about equal widths share a batch. Order is kept."""
    order = sorted(range(len(crops)), key=lambda i: crops[i].shape[1])
    out: list[Scores | None] = [None] * len(crops)
    position = 0
    while position < len(order):
        width = crops[order[position]].shape[1]
        group = [i for i in order[position : position + batch] if crops[i].shape[1] <= max(width * 1.3, width + 32)]
        wide = -(-max(crops[i].shape[1] for i in group) // 32) * 32
        tensor = np.zeros((len(group), 3, HEIGHT, wide), np.float32)
        for row, i in enumerate(group):
            tensor[row, :, :, : crops[i].shape[1]] = normalised(crops[i])
        result = cast("Floats", session(MODEL, threads).run(None, {"x": tensor})[0])
        for row, i in enumerate(group):
            steps = np.exp(result[row, : -(-crops[i].shape[1] // STRIDE)])
            padded = np.concatenate([steps, np.zeros((len(steps), 1), np.float32)], axis=1)
            out[i] = Scores(np.ascontiguousarray(padded[:, _TO_ALPHABET]))
        position += len(group)
    return [scores for scores in out if scores is not None]
