"""Number plates on a photo: text whose reading fits a plate, or that stands like one on a white or yellow ground."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from cv_models.images import Image
from cv_models.privacy import PrivateRegion, Quad
from cv_models.registration import ocr
from cv_models.registration.ocr import Points, TextBox

#: Plates of Germany and its neighbours without separators: letters and digits as they follow each other.
GRAMMARS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[A-ZÄÖÜ]{2,5}\d{1,4}[EH]?",  # D
        r"[A-Z]{1,2}\d{1,6}[A-Z]{0,3}",  # A, CH, L, DK
        r"[A-Z]{2}\d{3}[A-Z]{2}",  # F
        r"\d[A-Z]{3}\d{3}",  # B
        r"[A-Z]{2,3}[A-Z0-9]{4,5}",  # PL
        r"\d[A-Z]\d\d{4}",  # CZ
        r"(?:[A-Z]{1,3}|\d{1,3})(?:[A-Z]{2,3}|\d{2,3})(?:[A-Z]{1,3}|\d{1,3})",  # NL
    )
)
_PLAIN: Final = re.compile(r"[^A-ZÄÖÜ0-9]")

#: Longest sides at which the text detector looks at a photo: it sees other things in a smaller picture. A photo over `_PIECES_FROM` is
#: looked at in pieces as well; a closer look enlarges.
_LOOK: Final = 2048
_SMALL_LOOK: Final = 1280
_PIECES_FROM: Final = 2200
_PIECE: Final = 1600
_CLOSER: Final = 1.4
_CLOSEST: Final = 2304
_OVERLAP: Final = 260
_LEAST_SCORE: Final = 0.55
_LEAST_HEIGHT: Final = 5.0
#: Fewer characters are taken for a part of a plate, and what is hidden is made as wide, in heights of its text, as a plate is.
_WHOLE: Final = 6
_ASPECT: Final = 5.0
#: Text without a digit that is higher than this share of the photo, and any that does not read as a plate and is higher than the other,
#: is no plate.
_LARGE_UNREAD: Final = 0.11
_LARGE: Final = 0.14


def plate_likeness(text: str) -> float:
    """How much a reading looks like a plate, 0 to 1; parts of a plate count as well, for plates are often partly covered."""
    plain = _PLAIN.sub("", text.upper())
    digits = sum(letter.isdigit() for letter in plain)
    letters = len(plain) - digits
    if not 3 <= len(plain) <= 11:
        return 0.0
    if 5 <= len(plain) <= 10 and digits >= 2 and letters >= 1 and any(form.fullmatch(plain) for form in GRAMMARS):
        return 1.0
    if digits >= 2 and letters >= 1:
        return 0.8  # a plate from elsewhere, or a part of one
    if digits >= 3:
        return 0.55
    return 0.45 if digits else 0.3


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    box: TextBox
    text: str
    ground: float


def find_plates(photo: Image, *, threads: int = 2, closer: bool = False) -> list[PrivateRegion]:
    """Plates, partly read ones and text that stands like one; see the module.

    Args:
        photo: RGB, upright.
        threads: of the networks.
        closer: look at the photo enlarged: other small plates are seen then. Twice the time.
    """
    texts = _texts(photo, threads, closer=closer)
    found: list[PrivateRegion] = []
    taken: set[int] = set()
    for chain in _chains(texts):
        parts = [texts[index] for index in chain]
        reading = "".join(part.text for part in sorted(parts, key=lambda one: one.box.x))
        ground = max(part.ground for part in parts)
        score = _score(reading, ground, parts, photo.shape[0])
        if score >= _LEAST_SCORE and not taken.issuperset(chain):
            taken.update(chain)
            found.append(
                PrivateRegion("plate", _around([part.box for part in parts], reading), round(min(1.0, score), 3))
            )
    return [*found, *_other_lines(texts, taken)]


def _score(reading: str, ground: float, parts: list[_Text], height: int) -> float:
    likeness = plate_likeness(reading)
    if likeness == 0.0 and ground >= 0.78 and any(1.5 <= part.box.length / part.box.height <= 7 for part in parts):
        likeness = 0.3  # unreadable, but it stands like a plate
    longest = max(part.box.length / part.box.height for part in parts)
    if likeness < 0.8 and len(parts) == 1 and longest > 7.5:
        return 0.0  # no plate is that long: a line on the road, a kerb
    # A plate of that size could be read.
    if likeness < 1 and max(part.box.height for part in parts) > (_LARGE_UNREAD if likeness < 0.4 else _LARGE) * height:
        return 0.0
    return 0.7 * likeness + 0.45 * ground


def _texts(photo: Image, threads: int, *, closer: bool) -> list[_Text]:
    height, width = photo.shape[:2]
    boxes: list[TextBox] = []
    for look in _looks(photo, closer=closer):
        for box in ocr.detect(look.piece, look.side, threads=threads, threshold=0.2, box_threshold=0.3):
            moved = TextBox(
                box.x / look.scale + look.x,
                box.y / look.scale + look.y,
                box.length / look.scale,
                box.height / look.scale,
                box.angle,
                box.score,
            )
            if _possible(moved, width, height) and not any(_same(moved, other) for other in boxes):
                boxes.append(moved)
    crops = [ocr.cut(photo, box.quad(grow=0.05)) for box in boxes]
    texts = []
    for box, crop, scores in zip(boxes, crops, ocr.recognise(crops, threads=threads) if crops else [], strict=True):
        texts.append(_Text(box, scores.decode()[0], ground_likeness(crop)))
    return texts


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A piece of the photo from `x`, `y` on, enlarged by `scale`, at which the detector looks with `side` pixels at most."""

    piece: Image
    side: int
    x: int = 0
    y: int = 0
    scale: float = 1.0


def _looks(photo: Image, *, closer: bool) -> Iterator[_Look]:
    """The whole photo in two sizes, and of a large one its pieces in full size; closer: the whole photo, enlarged."""
    height, width = photo.shape[:2]
    longest = max(height, width)
    if closer:
        scale = min(_CLOSER, max(1.0, _CLOSEST / longest))
        size = (round(width * scale), round(height * scale))
        larger = photo if scale == 1.0 else cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC)
        yield _Look(np.asarray(larger, np.uint8), _CLOSEST, scale=scale)
        return
    yield _Look(photo, _LOOK)
    if longest > 1.2 * _SMALL_LOOK:
        yield _Look(photo, _SMALL_LOOK)
    if longest < _PIECES_FROM:
        return
    step = _PIECE - _OVERLAP
    for y in range(0, max(1, height - _OVERLAP), step):
        for x in range(0, max(1, width - _OVERLAP), step):
            yield _Look(photo[y : y + _PIECE, x : x + _PIECE], _PIECE, x, y)


def _possible(box: TextBox, width: int, height: int) -> bool:
    return (
        box.height >= _LEAST_HEIGHT
        and 0.8 <= box.length / box.height <= 14
        and box.length < 0.75 * width
        and box.height < 0.25 * height
        and abs(np.cos(box.angle)) > 0.25
    )


def _same(one: TextBox, other: TextBox) -> bool:
    return (
        abs(one.x - other.x) < 0.3 * max(one.length, other.length)
        and abs(one.y - other.y) < 0.5 * max(one.height, other.height)
        and 0.6 < one.length / other.length < 1.6
    )


def ground_likeness(crop: Image) -> float:
    """How much a flat crop of a line looks like dark print on a white or yellow plate, 0 to 1."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = grey > level
    share = float(light.mean())
    if not 0.35 <= share <= 0.93:
        return 0.0
    bright, dark = float(np.median(grey[light])), float(np.median(grey[~light]))
    if bright - dark < 40 or bright < 75:
        return 0.0
    colour = cv2.cvtColor(crop, cv2.COLOR_RGB2HSV)[light]
    hue, saturation = float(np.median(colour[:, 0])), float(np.median(colour[:, 1]))
    white, yellow = saturation < 75, 12 <= hue <= 40 and saturation >= 60
    if not (white or yellow):
        return 0.15
    even = 1.0 - min(1.0, float(grey[light].std()) / 60)
    return min(1.0, 0.4 + 0.4 * min(1.0, (bright - dark) / 110) + 0.2 * even)


def _chains(texts: list[_Text]) -> Iterator[list[int]]:
    """Lines that stand beside each other on one plate (parted by the seals), longest chains first, then each alone."""
    order = sorted(range(len(texts)), key=lambda index: texts[index].box.x)
    chains: list[list[int]] = []
    for index in order:
        for chain in chains:
            if _beside(texts[chain[-1]].box, texts[index].box):
                chain.append(index)
                break
        else:
            chains.append([index])
    yield from sorted((chain for chain in chains if 1 < len(chain) <= 4), key=len, reverse=True)
    for index in order:
        yield [index]


def _beside(left: TextBox, right: TextBox) -> bool:
    height = max(left.height, right.height)
    if min(left.height, right.height) < 0.55 * height:
        return False
    along = np.array([np.cos(left.angle), np.sin(left.angle)])
    offset = np.array([right.x - left.x, right.y - left.y])
    gap = float(offset @ along) - (left.length + right.length) / 2
    across = abs(float(offset @ np.array([-along[1], along[0]])))
    return -0.5 * height <= gap <= 1.3 * height and across < 0.45 * height


def _other_lines(texts: list[_Text], taken: set[int]) -> Iterator[PrivateRegion]:
    """The other line of a plate with two lines: close above or below a found one, on the same ground."""
    for index, text in enumerate(texts):
        if index in taken or text.ground < 0.4:
            continue
        for other in (texts[one].box for one in taken):
            height = max(other.height, text.box.height)
            near = abs(text.box.x - other.x) < 0.6 * other.length and abs(text.box.y - other.y) < 1.7 * height
            if near and 0.5 < text.box.height / other.height < 2:
                yield PrivateRegion("plate", _around([text.box], text.text), 0.5)
                break


def _around(boxes: list[TextBox], reading: str) -> Quad:
    """The plate around its text, with the country's strip and the rim; around a part of a text as wide as a plate is."""
    corners: Points = np.concatenate([box.quad() for box in boxes])
    main = max(boxes, key=lambda box: box.length)
    along = np.array([np.cos(main.angle), np.sin(main.angle)])
    down = np.array([-along[1], along[0]])
    a, d = corners @ along, corners @ down
    height = float(np.median([box.height for box in boxes]))
    left, right = float(a.min()) - 0.45 * height, float(a.max()) + 0.35 * height
    if len(_PLAIN.sub("", reading.upper())) < _WHOLE:
        more = max(0.0, _ASPECT * height - (right - left)) / 2
        left, right = left - more, right + more
    top, bottom = float(d.min()) - 0.2 * height, float(d.max()) + 0.2 * height

    def corner(a: float, d: float) -> tuple[float, float]:
        x, y = along * a + down * d
        return round(float(x), 1), round(float(y), 1)

    return corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)
