"""Faces and number plates do not leave with a photo: hidden before it is written, and looked for once more afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.privacy import PrivateRegion, find_private, hide

Photo = NDArray[np.uint8]
Rectangle = tuple[float, float, float, float]

#: A label of which more than this is hidden is marked: what is to be learned there cannot be seen any more.
COVERED = 0.3
_LOOKS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """A photo as it may leave.

    Attributes:
        photo: the pixels.
        counts: hidden regions by kind (plate, face).
        covered: for each label the share of its rectangle that is hidden, 0 to 1.
        clean: nothing private was found in a last, closer look; true as well when none was asked for.
    """

    photo: Photo
    counts: dict[str, int]
    covered: tuple[float, ...]
    clean: bool


def hidden(photo: Photo, labels: Sequence[Rectangle], *, check: bool = True) -> Hidden:
    """Hide what is private.

    Args:
        photo: RGB, upright.
        labels: rectangles of the labels (x, y, width, height) in its pixels.
        check: look at the result again, and hide what is still found.
    """
    found: list[PrivateRegion] = []
    now, clean = photo, False
    for look in range(_LOOKS if check else 1):
        more = find_private(now, closer=look > 0)
        if not more and look > 0:
            clean = True
            break
        found.extend(more)
        now = hide(now, more)
    counts: dict[str, int] = {}
    for region in found:
        counts[region.kind] = counts.get(region.kind, 0) + 1
    return Hidden(now, dict(sorted(counts.items())), _covered(photo, found, labels), clean or not check)


def _covered(photo: Photo, found: Sequence[PrivateRegion], labels: Sequence[Rectangle]) -> tuple[float, ...]:
    mask = np.zeros(photo.shape[:2], np.uint8)
    for region in found:
        cv2.fillPoly(mask, [np.round(np.array(region.quad)).astype(np.int32)], 1)
    shares = []
    for x, y, width, height in labels:
        inside = mask[int(y) : max(int(y) + 1, round(y + height)), int(x) : max(int(x) + 1, round(x + width))]
        shares.append(round(float(inside.mean()), 4) if inside.size else 0.0)
    return tuple(shares)
