"""The second look: a network that sees each candidate large, and says what it is, how bad, where exactly, and its outline.

The detector looks at the whole photo small; here a square around each of its best boxes is cut out of the photo at full
detail. The answer changes a candidate's score, class and box a little and adds severity and outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from cv_models.damage.candidates import Candidate, calibrated, known_only
from cv_models.findings import CATEGORIES, SEVERITIES
from cv_models.images import Image

Floats = NDArray[np.float32]
GREY = (127, 127, 127)
SMOOTH = 0.02
"""Outlines are smoothed over this share of the crop: an expert wants a line, not a coast."""
LARGEST_SHIFT = 0.7
"""A box grows or shrinks by a factor of two at most (natural logarithm)."""


@dataclass(frozen=True, slots=True)
class LookSettings:
    """What belongs to the network of the second look beside its graph; stored in the registry.

    Attributes:
        side: side of the square crop in pixels.
        context: side of the square cut out, relative to the longer side of the box.
        smallest: least side of the square in pixels of the photo.
        most: so many candidates of a photo are looked at.
        classes: names of the class outputs.
        severities: names of the severity outputs.
        weight: how far the second look moves the log-odds of a candidate's score.
        calibration: slope and offset that turn the moved log-odds into those of precision.
        box_share: how far the box moves towards the second look's; 0 to 1.
        class_share: weight of the second look's class against the detector's; 0 to 1.
        least_severity: least probability of a severity that is named.
        least_outline: least mean probability inside an outline that is given.
        outlined: classes that get an outline; the others have a box alone.
    """

    side: int
    context: float
    smallest: int
    most: int
    classes: tuple[str, ...]
    severities: tuple[str, ...]
    weight: float
    calibration: tuple[float, float]
    box_share: float
    class_share: float
    least_severity: float
    least_outline: float
    outlined: frozenset[str]

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> LookSettings:
        """Read the `settings` of a registry entry.

        Raises:
            KeyError, TypeError, ValueError: something is missing or malformed, or a class or severity is none of ours.
        """
        known_only("class", (*raw["classes"], *raw["outlined"]), CATEGORIES)
        known_only("severity", raw["severities"], SEVERITIES)
        return cls(
            side=int(raw["side"]),
            context=float(raw["context"]),
            smallest=int(raw["smallest"]),
            most=int(raw["most"]),
            classes=tuple(raw["classes"]),
            severities=tuple(raw["severities"]),
            weight=float(raw["weight"]),
            calibration=(float(raw["calibration"][0]), float(raw["calibration"][1])),
            box_share=float(raw["box_share"]),
            class_share=float(raw["class_share"]),
            least_severity=float(raw["least_severity"]),
            least_outline=float(raw["least_outline"]),
            outlined=frozenset(raw["outlined"]),
        )


@dataclass(frozen=True, slots=True)
class Square:
    """The square of the photo that a crop shows: left, top and side in pixels of the photo; it may reach beyond the rim."""

    left: int
    top: int
    side: int


def square_around(box: Sequence[float], context: float, smallest: int) -> Square:
    """The square around a box x1, y1, x2, y2."""
    x1, y1, x2, y2 = box
    side = round(max(max(x2 - x1, y2 - y1) * context, float(smallest)))
    return Square(round((x1 + x2) / 2 - side / 2), round((y1 + y2) / 2 - side / 2), side)


def cut(photo: Image, square: Square, side: int) -> Image:
    """The square of the photo, side×side×3; grey where it reaches beyond the rim."""
    height, width = photo.shape[:2]
    x0, y0 = max(0, square.left), max(0, square.top)
    x1, y1 = min(width, square.left + square.side), min(height, square.top + square.side)
    inner = photo[y0:y1, x0:x1]
    scale = side / square.side
    # Scaled first and put into its place afterwards: a square mostly beyond the rim costs no memory.
    size = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
    small = cv2.resize(inner, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left = min(side - 1, max(0, round((x0 - square.left) * scale)))
    top = min(side - 1, max(0, round((y0 - square.top) * scale)))
    crop = np.full((side, side, 3), GREY, dtype=np.uint8)
    rows, columns = min(size[1], side - top), min(size[0], side - left)
    crop[top : top + rows, left : left + columns] = small[:rows, :columns]
    return crop


def within(box: Sequence[float], square: Square) -> Floats:
    """A box of the photo as shares of the square, x1, y1, x2, y2."""
    x1, y1, x2, y2 = box
    low = (square.left, square.top)
    return np.array(
        [(value - low[place % 2]) / square.side for place, value in enumerate((x1, y1, x2, y2))], dtype=np.float32
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What the network says of N candidates.

    Attributes:
        right: N, log-odds that the box holds damage.
        classes: N×K probabilities.
        severities: N×3 probabilities.
        parts: N×P probabilities.
        shifts: N×4, centre shift in box sizes and logarithm of the growth.
        masks: N×M×M probabilities over the square.
    """

    right: Floats
    classes: Floats
    severities: Floats
    parts: Floats
    shifts: Floats
    masks: Floats


OUTPUTS = ("right", "classes", "severities", "parts", "shifts", "masks")


def see(photo: Image, boxes: Sequence[Sequence[float]], session: ort.InferenceSession, settings: LookSettings) -> Seen:
    """Let the network look at the boxes of a photo (x1, y1, x2, y2 in pixels)."""
    squares = [square_around(box, settings.context, settings.smallest) for box in boxes]
    crops = np.stack([cut(photo, square, settings.side) for square in squares])
    pixels = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), dtype=np.float32)
    inside = np.stack([within(box, square) for box, square in zip(boxes, squares, strict=True)])
    answers = session.run(list(OUTPUTS), {"pixels": pixels, "boxes": inside})
    return Seen(*(np.asarray(answer, dtype=np.float32) for answer in answers))


def revise(
    photo: Image, candidates: Sequence[Candidate], session: ort.InferenceSession, settings: LookSettings
) -> list[Candidate]:
    """Look at the best candidates once more; the others stay as they are."""
    ordered = sorted(candidates, key=lambda item: -item.score)
    looked = ordered[: settings.most]
    if not looked:
        return []
    seen = see(photo, [item.box for item in looked], session, settings)
    revised = [_revised(item, seen, place, settings, photo.shape[:2]) for place, item in enumerate(looked)]
    # Those not looked at are worth what they were, on the same scale.
    rest = [replace(item, score=calibrated(item.score, settings.calibration)) for item in ordered[settings.most :]]
    return revised + rest


def _revised(item: Candidate, seen: Seen, place: int, settings: LookSettings, size: tuple[int, ...]) -> Candidate:
    inside = min(max(item.score, 1e-4), 1 - 1e-4)
    odds = float(np.log(inside / (1 - inside))) + settings.weight * float(np.clip(seen.right[place], -7, 7))
    votes = {
        name: settings.class_share * float(p) for name, p in zip(settings.classes, seen.classes[place], strict=True)
    }
    votes[item.category] = votes.get(item.category, 0.0) + 1 - settings.class_share
    category = max(votes, key=lambda name: votes[name])
    severity = int(seen.severities[place].argmax())
    sure = float(seen.severities[place, severity]) >= settings.least_severity
    square = square_around(item.box, settings.context, settings.smallest)
    return replace(
        item,
        category=category,
        score=calibrated(float(1 / (1 + np.exp(-odds))), settings.calibration),
        box=_moved(item.box, seen.shifts[place], settings.box_share, size),
        parts=tuple(float(p) for p in seen.parts[place]),
        severity=settings.severities[severity] if sure else None,
        polygon=outline(seen.masks[place], square, size, settings.least_outline)
        if category in settings.outlined
        else None,
    )


def _moved(
    box: tuple[float, float, float, float], shift: Floats, share: float, size: tuple[int, ...]
) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    width, height = x2 - x1, y2 - y1
    grow = np.exp(np.clip(shift[2:], -LARGEST_SHIFT, LARGEST_SHIFT))
    centre = ((x1 + x2) / 2 + float(shift[0]) * width, (y1 + y2) / 2 + float(shift[1]) * height)
    half = (float(grow[0]) * width / 2, float(grow[1]) * height / 2)
    wanted = (centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1])
    rim = (size[1], size[0], size[1], size[0])
    mixed = [old + share * (new - old) for old, new in zip(box, wanted, strict=True)]
    low_x, low_y, high_x, high_y = (min(max(value, 0.0), float(end)) for value, end in zip(mixed, rim, strict=True))
    if high_x - low_x < 1 or high_y - low_y < 1:
        return box
    return low_x, low_y, high_x, high_y


def outline(
    mask: Floats, square: Square, size: tuple[int, ...], least: float
) -> tuple[tuple[float, float], ...] | None:
    """The largest region of a mask as a polygon in pixels of the photo; None where the network is not sure of one.

    Args:
        mask: M×M probabilities over the square.
        square: the square of the photo.
        size: height and width of the photo.
        least: least mean probability inside.
    """
    fine = 4 * mask.shape[0]
    smooth = cv2.GaussianBlur(cv2.resize(mask, (fine, fine), interpolation=cv2.INTER_CUBIC), (0, 0), SMOOTH * fine)
    inside = (smooth >= 0.5).astype(np.uint8)
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    filled = cv2.drawContours(np.zeros_like(inside), [largest], -1, 1, cv2.FILLED)
    if cv2.contourArea(largest) < 12 or float(smooth[filled > 0].mean()) < least:
        return None
    simple = cv2.approxPolyDP(largest, 0.006 * cv2.arcLength(largest, closed=True), closed=True).reshape(-1, 2)
    if len(simple) < 3:
        return None
    points = (simple.astype(np.float64) + 0.5) * square.side / fine + (square.left, square.top)
    points = np.clip(points, 0, (size[1], size[0]))
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in points)
