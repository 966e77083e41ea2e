"""The map of the sheet: what a small photo shows at every eighth pixel, and which point of the form stands there.

The network is our own (see `docs/models/sheetmap.md`). Its points are those of the grid of *printed values*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.ocr import Floats, Pixels
from cv_models.runtime import session

MODEL: Final = "sheetmap"
STRIDE: Final = 8
KINDS: Final = ("ground", "left", "middle", "right", "back", "other")
_UNIT: Final = 50.0
_MIDDLE: Final = np.array([105.0, 52.5], np.float32)


def normalised(picture: Pixels) -> Floats:
    """A picture H x W x 3 as the network wants it, 5 x H x W: mean 0 and contrast 1 over all colours together, and the place in
    the picture from -1 to 1 (x, y), which helps where the sheet fills it.
    """
    height, width = picture.shape[:2]
    out = np.empty((5, height, width), np.float32)
    out[:3] = picture.transpose(2, 0, 1)
    out[:3] -= out[:3].mean()
    out[:3] /= out[:3].std() + np.float32(8.0)
    out[3] = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    out[4] = ((np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1)[:, None]
    return out


def to_units(mm: Floats) -> Floats:
    """Points of the form (..., 2, mm) in the network's units."""
    return cast("Floats", (mm - _MIDDLE) / np.float32(_UNIT))


@dataclass(frozen=True, slots=True, eq=False)
class Sheetmap:
    """What the network says.

    Attributes:
        kinds: h x w x 6, probabilities in the order of `KINDS`.
        mm: h x w x 2, points of the grid of values.
        spread: h x w, how far off (mm) those may be.
        pixels: h x w x 2, where these places are in the photo.
    """

    kinds: Floats
    mm: Floats
    spread: Floats
    pixels: NDArray[np.float64]


def reduced(photo: Pixels, side: int) -> Pixels:
    """A photo with its longest side at about `side`, both sides multiples of 32, which is what the network takes."""
    height, width = photo.shape[:2]
    scale = side / max(height, width)
    size = (max(64, round(width * scale / 32) * 32), max(64, round(height * scale / 32) * 32))
    return np.asarray(
        cv2.resize(photo, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8
    )


def look(photo: Pixels, side: int = 320, *, threads: int = 2) -> Sheetmap:
    """Look at a photo (RGB, H x W x 3) as it stands, reduced to about `side` pixels."""
    return _maps([reduced(photo, side)], [0], photo.shape[:2], threads)[0]


def look_around(photo: Pixels, side: int = 320, *, threads: int = 2) -> list[Sheetmap]:
    """Look at a photo turned by none to three quarters: the network knows upright documents only. Places are the photo's."""
    small = reduced(photo, side)
    out: list[Sheetmap | None] = [None] * 4
    for quarters in ([0, 2], [1, 3]):
        turned = [np.ascontiguousarray(np.rot90(small, quarter)) for quarter in quarters]
        for quarter, seen in zip(quarters, _maps(turned, quarters, photo.shape[:2], threads), strict=True):
            out[quarter] = seen
    return [seen for seen in out if seen is not None]


def _maps(pictures: list[Pixels], quarters: list[int], shape: tuple[int, ...], threads: int) -> list[Sheetmap]:
    tensor = np.stack([normalised(picture) for picture in pictures])
    answers = cast("Floats", session(MODEL, threads).run(None, {"x": np.ascontiguousarray(tensor)})[0])
    out = []
    for picture, quarter, answer in zip(pictures, quarters, answers, strict=True):
        scores = np.exp(answer[:6] - answer[:6].max(0))
        rows, columns = answer.shape[1:]
        x, y = np.meshgrid(np.arange(columns) * STRIDE + 3.5, np.arange(rows) * STRIDE + 3.5)
        height, width = picture.shape[:2]
        # Back to the picture as it stands: a quarter is against the clock.
        for _ in range(quarter):
            x, y, height, width = height - 1 - y, x, width, height
        place = np.stack([(x + 0.5) * shape[1] / width - 0.5, (y + 0.5) * shape[0] / height - 0.5], -1)
        out.append(
            Sheetmap(
                cast("Floats", (scores / scores.sum(0)).transpose(1, 2, 0)),
                cast("Floats", answer[6:8].transpose(1, 2, 0) * np.float32(_UNIT) + _MIDDLE),
                cast("Floats", np.exp(np.clip(answer[8], -5, 2)) * np.float32(_UNIT)),
                place,
            )
        )
    return out
