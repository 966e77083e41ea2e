"""Do two regions on two photos show the same piece of the vehicle? Local features around them, checked by one common map.

Two photos of one car share walls and car parks, so whole photos say little; what counts is the surroundings of the region
alone, and that the map between them carries one region onto the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from cv_models.findings import Box
from cv_models.images import Image

SIDE: Final = 320
"""Longest side of the piece that is compared, pixels."""
AROUND: Final = 0.8
"""The piece reaches so far from the centre of the region, in parts of its longer side."""
LEAST_INLIERS: Final = 10
"""Fewer agreeing features say nothing; chosen on the demonstration photos (docs/suggestions.md)."""
LEAST_OVERLAP: Final = 0.15
"""Carried over, the region must overlap the other by so much (intersection over union)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Features around one region.

    Attributes:
        points: (n, 2) places in pixels of the photo.
        features: (n, 32) binary descriptors.
        box: the region.
    """

    points: Any
    features: Any
    box: Box


def surroundings(image: Image, box: Box) -> Surroundings | None:
    """Features of the piece of the photo around a region; None where there is too little to compare.

    Args:
        image: RGB photo, H×W×3, uint8.
        box: region in pixels of that array.
    """
    reach = max(box.width, box.height) * AROUND
    across, down = box.x + box.width / 2, box.y + box.height / 2
    left, right = int(max(0, across - reach)), int(min(image.shape[1], across + reach))
    top, bottom = int(max(0, down - reach)), int(min(image.shape[0], down + reach))
    if right - left < 16 or bottom - top < 16:
        return None
    piece = cv2.cvtColor(np.ascontiguousarray(image[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    scale = SIDE / max(piece.shape)
    size = (max(16, round(piece.shape[1] * scale)), max(16, round(piece.shape[0] * scale)))
    piece = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # The creator is made per call: it is cheap, and OpenCV's objects are not for several threads.
    found, features = cv2.ORB.create(400, edgeThreshold=15, fastThreshold=8).detectAndCompute(piece, None)
    if features is None or len(found) < 6:
        return None
    points = np.asarray([point.pt for point in found], dtype=np.float32) / scale + np.array(
        [left, top], dtype=np.float32
    )
    return Surroundings(points, features, box)


def same_place(one: Surroundings | None, other: Surroundings | None) -> int:
    """Number of features that agree on a map which carries one region onto the other; 0 means: nothing is known.

    A small number or 0 never says that the regions differ: smooth paint has no features.
    """
    if one is None or other is None:
        return 0
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(one.features, other.features, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(good) < LEAST_INLIERS:
        return 0
    here = one.points[[match.queryIdx for match in good]]
    there = other.points[[match.trainIdx for match in good]]
    tolerance = 0.04 * max(other.box.width, other.box.height)
    carried, agree = cv2.estimateAffine2D(here, there, ransacReprojThreshold=max(2.0, tolerance))
    if carried is None:
        return 0
    inliers = int(agree.sum())
    growth = float(np.linalg.det(carried[:, :2]))
    area = one.box.area / max(1.0, other.box.area)
    # A mirrored map, or one that makes the region many times larger or smaller than the other, is chance.
    if inliers < LEAST_INLIERS or not 0.2 < growth * area < 5:
        return 0
    corners = np.array(
        [
            [one.box.x, one.box.y],
            [one.box.x + one.box.width, one.box.y],
            [one.box.x + one.box.width, one.box.y + one.box.height],
            [one.box.x, one.box.y + one.box.height],
        ],
        dtype=np.float32,
    )
    moved = corners @ carried[:, :2].T + carried[:, 2]
    low, high = moved.min(axis=0), moved.max(axis=0)
    landed = Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    return inliers if landed.iou(other.box) >= LEAST_OVERLAP else 0
