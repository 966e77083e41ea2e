"""Photos with truth: a folder that `python -m cv_models.registration.samples` wrote, or samples drawn when they are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.errors import ModelError
from cv_models.registration.samples import TIERS

Pixels = NDArray[np.uint8]
Quad = tuple[tuple[float, float], ...]
HANDS = ("own", "other")


class EvaluationError(ModelError):
    """An evaluation cannot be made: TK-EVAL-001 to -003 the folder or the choice is wrong, -004 a reader has died.

    Attributes:
        status: 400 when the caller can mend it, 500 when the fault is ours.
    """

    def __init__(self, code: str, message_de: str, message_en: str, *, status: int = 400) -> None:
        super().__init__(code, message_de, message_en)
        self.status = status


@dataclass(frozen=True)
class Entry:
    """One photo with what is visible in it.

    Attributes:
        name: name of the file, for lists of mistakes.
        path: where the photo lies.
        tier: `clean`, `phone`, `hard`, or whatever the folder says.
        values: normalised values of the visible fields by printed code.
        boxes: corners of the printed values in pixels, where known.
        outline: corners of the visible part of the sheet in pixels, where known.
    """

    name: str
    path: Path
    tier: str
    values: Mapping[str, str]
    boxes: Mapping[str, Quad] = field(default_factory=dict)
    outline: Quad | None = None


def load(path: Path) -> Pixels:
    """Decode a photo to RGB.

    Raises:
        EvaluationError: TK-EVAL-003, the file is missing or no picture.
    """
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError:
        data = np.zeros(0, np.uint8)
    # opencv's decoder raises on an empty buffer
    image = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    if image is None:
        raise EvaluationError(
            "TK-EVAL-003",
            f"Das Foto {path.name} fehlt oder ist nicht lesbar.",
            f"the photo {path.name} is missing or cannot be read",
        )
    return np.asarray(image, dtype=np.uint8)


def from_folder(folder: Path, tiers: Iterable[str] = (), first: int = 0, count: int | None = None) -> list[Entry]:
    """The entries of `truth.json`, in its order.

    Args:
        folder: holds `truth.json` and the photos that it names.
        tiers: only these tiers; all when empty.
        first: leave out so many at the beginning (of those of the tiers).
        count: at most so many; None for all.

    Raises:
        EvaluationError: TK-EVAL-001 no truth.json, -002 truth.json is not what it should be or nothing is left of it.
    """
    path = folder / "truth.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise EvaluationError(
            "TK-EVAL-001",
            f"Im Ordner {folder} liegt keine lesbare truth.json.",
            f"there is no readable truth.json in the folder {folder}",
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise _malformed("JSON") from problem
    if not isinstance(raw, list):
        raise _malformed("list")
    wanted = set(tiers)
    entries = [_entry(folder, item) for item in raw]
    kept = [entry for entry in entries if not wanted or entry.tier in wanted]
    kept = kept[first : None if count is None else first + count]
    if not kept:
        raise EvaluationError(
            "TK-EVAL-002",
            "In der truth.json steht kein Foto, das zur Auswahl passt.",
            "truth.json names no photo that fits the choice",
        )
    return kept


def _malformed(what: str) -> EvaluationError:
    return EvaluationError(
        "TK-EVAL-002",
        f"Die truth.json ist nicht wie erwartet aufgebaut ({what}).",
        f"truth.json is not of the shape expected ({what})",
    )


def _quad(points: Any) -> Quad:
    return tuple((float(x), float(y)) for x, y in points)


def _entry(folder: Path, item: Any) -> Entry:
    try:
        name = str(item["file"])
        values = {str(code): str(value) for code, value in item["values"].items()}
        boxes = {str(code): _quad(points) for code, points in item.get("boxes", {}).items()}
        outline = _quad(item["outline"]) if item.get("outline") else None
        tier = str(item.get("tier", "all"))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise _malformed("file, values, boxes, outline") from problem
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _malformed("file")
    return Entry(path.name, path, tier, values, boxes, outline)


def drawn(
    into: Path,
    *,
    first: int,
    count: int,
    size: int,
    tiers: tuple[str, ...] = TIERS,
    hand: str = "own",
    fonts: tuple[Path, ...] = (),
) -> Iterator[Entry]:
    """Draw samples one by one, each when it is asked for; the tiers take turns.

    Args:
        into: folder for the photos; each is removed when the next is drawn.
        first: number of the first sample.
        count: how many.
        size: longest side in pixels.
        tiers: `clean`, `phone`, `hard`.
        hand: `own` for the generator that training uses, `other` for the second drawing that is only for judging.
        fonts: folders of more typefaces than those of this machine.
    """
    from PIL import Image

    from cv_models.registration.samples import make_sample, other_hand, typeset

    typeset.use_fonts(*fonts)
    other_hand.use_fonts(*fonts)

    for index in range(first, first + count):
        tier = tiers[index % len(tiers)]
        sample = make_sample(index, tier, size=size, hand=hand)
        name = f"{tier}_{index:04d}.jpg"
        path = into / name
        Image.fromarray(sample.photo.pixels).save(path, quality=sample.photo.quality)
        boxes = {code: _quad(box) for code, box in sample.photo.boxes.items()}
        yield Entry(name, path, tier, dict(sample.values), boxes, _quad(sample.photo.outline))
        path.unlink(missing_ok=True)
