"""The worst mistakes of a detector, and where two detectors differ: which ones, and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np

from cv_models.datasets import Label, LabelledPhoto
from cv_models.errors import ModelError
from cv_models.evaluation.figures import Judged
from cv_models.evaluation.predictions import load
from cv_models.findings import Box, DamageFinding
from cv_models.images import Image, fit_within

Kind = Literal["missed", "false", "other_class", "only_a", "only_b"]

MOST: Final = 24
"""Mistakes shown of each kind."""

_SIDE: Final = 360
_GREEN, _RED, _WHITE = (30, 160, 60), (210, 40, 40), (255, 255, 255)


@dataclass(frozen=True)
class Mistake:
    """One mistake with what is drawn into its picture.

    Attributes:
        kind: `missed` label, `false` finding, finding of the `other_class`, label that `only_a` or `only_b` found.
        photo: where.
        label: the label concerned, if any.
        finding: the finding concerned, if any.
        others: findings at the threshold that touch the crop.

    """

    kind: Kind
    photo: LabelledPhoto
    label: Label | None
    finding: DamageFinding | None
    others: tuple[DamageFinding, ...]

    @property
    def box(self) -> Box:
        """What the picture is about."""
        item = self.label or self.finding
        assert item is not None
        return item.box


def _shown(judged: Judged) -> list[tuple[int, DamageFinding, int]]:
    """Photo, finding and label of what is shown at the threshold, best score first."""
    matched = judged.loose
    return [
        (int(matched.photo[place]), matched.findings[place], int(matched.label[place]))
        for place in np.flatnonzero(matched.score >= judged.threshold)
    ]


def _others(judged: Judged) -> dict[int, list[DamageFinding]]:
    by_photo: dict[int, list[DamageFinding]] = {}
    for photo, item, _ in _shown(judged):
        by_photo.setdefault(photo, []).append(item)
    return by_photo


def worst(judged: Judged, most: int = MOST) -> tuple[Mistake, ...]:
    """The missed labels that cover most of their photo, the surest false findings, the surest of another class."""
    shown = _shown(judged)
    others = _others(judged)
    labels, places = judged.loose.labels, judged.loose.label_photo
    found = {label for _, _, label in shown}

    def make(kind: Kind, photo: int, label: Label | None, finding: DamageFinding | None) -> Mistake:
        return Mistake(kind, judged.photos[photo], label, finding, tuple(others.get(photo, ())))

    missed = sorted((n for n in range(len(labels)) if n not in found), key=lambda n: -_share(judged, n))
    false = [(photo, item) for photo, item, label in shown if label < 0]
    other = [(photo, item, labels[n]) for photo, item, n in shown if n >= 0 and labels[n].category != item.category]
    return (
        *(make("missed", int(places[n]), labels[n], None) for n in missed[:most]),
        *(make("false", photo, None, item) for photo, item in false[:most]),
        *(make("other_class", photo, label, item) for photo, item, label in other[:most]),
    )


def _share(judged: Judged, number: int) -> float:
    photo = judged.photos[judged.loose.label_photo[number]]
    return float(judged.loose.labels[number].box.area / (photo.width * photo.height))


def differing(a: Judged, b: Judged, most: int = MOST) -> tuple[Mistake, ...]:
    """Labels that one detector finds at its threshold and the other does not, largest first."""
    found = [{label for _, _, label in _shown(judged)} for judged in (a, b)]
    out: list[Mistake] = []
    for kind, mine, theirs, judged in (("only_a", 0, 1, a), ("only_b", 1, 0, b)):
        only = sorted((n for n in found[mine] - found[theirs] if n >= 0), key=lambda n: -_share(a, n))
        others = _others(judged)
        for n in only[:most]:
            photo = int(a.loose.label_photo[n])
            named: Kind = "only_a" if kind == "only_a" else "only_b"
            out.append(Mistake(named, a.photos[photo], a.loose.labels[n], None, tuple(others.get(photo, ()))))
    return tuple(out)


def draw(mistakes: Sequence[Mistake], folder: Path) -> dict[int, str]:
    """Write a picture of each mistake: labels green, findings red.

    Returns:
        File name by place of the mistake; photos that cannot be read any more have none.

    """
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[int, str] = {}
    by_photo: dict[Path, list[int]] = {}
    for place, mistake in enumerate(mistakes):
        by_photo.setdefault(mistake.photo.path, []).append(place)
    for path, places in by_photo.items():
        try:
            photo = load(path)
        except ModelError:
            continue
        for place in places:
            # Names from label files are hostile; files are numbered.
            name = f"{place:03d}_{mistakes[place].kind}.jpg"
            picture = _picture(photo, mistakes[place])
            if cv2.imwrite(
                str(folder / name), np.ascontiguousarray(picture[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 82]
            ):
                made[place] = name
    return made


def _picture(photo: Image, mistake: Mistake) -> Image:
    height, width = photo.shape[:2]
    box = mistake.box
    # Surroundings of the same size as the damage on each side, at least a tenth of the photo.
    room = max(box.width, box.height, 0.1 * max(width, height))
    left, top = max(0, int(box.x - room)), max(0, int(box.y - room))
    right, bottom = min(width, int(box.x + box.width + room) + 1), min(height, int(box.y + box.height + room) + 1)
    cut, scale = fit_within(np.ascontiguousarray(photo[top:bottom, left:right]), _SIDE)
    picture = cut.copy() if cut.base is not None or cut is photo else cut

    def mark(shape: Box, colour: tuple[int, int, int], text: str) -> None:
        first = (round((shape.x - left) * scale), round((shape.y - top) * scale))
        last = (round((shape.x + shape.width - left) * scale), round((shape.y + shape.height - top) * scale))
        cv2.rectangle(picture, first, last, _WHITE, 4)
        cv2.rectangle(picture, first, last, colour, 2)
        if text:
            place = (
                min(max(first[0], 2), max(2, picture.shape[1] - 60)),
                min(max(first[1] - 5, 12), picture.shape[0] - 4),
            )
            (wide, high), under = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 1)
            ground = (place[0] - 2, place[1] - high - 2), (place[0] + wide + 2, place[1] + under)
            cv2.rectangle(picture, *ground, _WHITE, cv2.FILLED)
            cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, 1, cv2.LINE_AA)

    for item in mistake.others:
        mark(item.box, _RED, f"{item.category} {item.score:.2f}" if item is mistake.finding else f"{item.score:.2f}")
    for label in mistake.photo.labels:
        mark(label.box, _GREEN, label.category if label is mistake.label else "")
    return picture
