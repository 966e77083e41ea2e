"""What a detector found on labelled photos: made by calling it, or read from a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from cv_models.datasets import LabelledPhoto, LabelProblem
from cv_models.datasets.names import known_class
from cv_models.datasets.outlines import finite
from cv_models.errors import ModelError
from cv_models.findings import PARTS, SEVERITIES, SIDES, Box, DamageFinding
from cv_models.images import Image

Find = Callable[[Image], Sequence[DamageFinding]]
"""A detector: H×W×3 uint8 RGB photo in, findings of every score out."""

Progress = Callable[[int, str], None]
"""Called after each photo with the number done and the photo's name."""

FORMAT: Final = "telekalk-predictions"


class ComparisonError(ModelError):
    """A detector cannot be measured: TK-EVAL-010 no photos, -011 its results are unusable, -012 it has died.

    Attributes:
        status: 400 when the caller can mend it, 500 when the fault is ours.

    """

    def __init__(self, code: str, message_de: str, message_en: str, *, status: int = 400) -> None:
        super().__init__(code, message_de, message_en)
        self.status = status


@dataclass(frozen=True, slots=True)
class PhotoFindings:
    """Findings of one photo, best score first, and how long the detector took (None where nobody measured)."""

    findings: tuple[DamageFinding, ...]
    seconds: float | None = None


@dataclass(frozen=True)
class Predictions:
    """All that one detector found.

    Attributes:
        model: name and version.
        threshold: least score of a finding that the product would show; None when unknown.
        photos: findings by file name; photos that could not be looked at are absent.
        problems: those photos, each with its reason.
        peak_mib: highest resident memory of the detector's process; None where it had none of its own.

    """

    model: str
    threshold: float | None
    photos: Mapping[str, PhotoFindings]
    problems: tuple[LabelProblem, ...] = ()
    peak_mib: float | None = None

    def milliseconds(self) -> float | None:
        """Median time of a photo, decoding left out; None where nobody measured."""
        spent = [item.seconds for item in self.photos.values() if item.seconds is not None]
        return 1000 * float(np.median(spent)) if spent else None

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` reads again."""
        return {
            "format": FORMAT,
            "model": self.model,
            "threshold": self.threshold,
            "peak_mib": self.peak_mib,
            "problems": [problem.to_json() for problem in self.problems],
            "photos": {
                name: {"seconds": item.seconds, "findings": [finding_to_json(found) for found in item.findings]}
                for name, item in self.photos.items()
            },
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Predictions:
        """Read what `to_json` made.

        Raises:
            ComparisonError: TK-EVAL-011.

        """
        try:
            photos = {
                str(name): PhotoFindings(
                    tuple(finding_from_json(found, str(raw["model"])) for found in item["findings"]), item["seconds"]
                )
                for name, item in raw["photos"].items()
            }
            problems = tuple(LabelProblem(**item) for item in raw["problems"])
            threshold, peak = finite(raw["threshold"]), finite(raw["peak_mib"])
            return cls(str(raw["model"]), threshold, photos, problems, peak)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise bad_results(type(problem).__name__) from problem


@dataclass
class Looks:
    """Collects the answers of one detector photo by photo."""

    photos: dict[str, PhotoFindings] = field(default_factory=dict)
    problems: list[LabelProblem] = field(default_factory=list)

    def take(self, photo: LabelledPhoto, look: Callable[[LabelledPhoto], PhotoFindings]) -> None:
        """Look at one photo; a photo that is refused becomes a problem with the code of the refusal."""
        try:
            self.photos[photo.file_name] = look(photo)
        except ModelError as problem:
            if isinstance(problem, ComparisonError):
                raise
            self.problems.append(
                LabelProblem(problem.code, photo.file_name, None, problem.message_de, problem.message_en, kept=False)
            )


class PhotoError(ModelError):
    """A picture cannot be decoded (TK-DATASET-006)."""


def load(path: Path) -> Image:
    """Decode a picture to upright RGB.

    Raises:
        PhotoError: TK-DATASET-006, missing or no picture.

    """
    picture = None
    try:
        data = np.fromfile(path, dtype=np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except (OSError, cv2.error):
        picture = None
    if picture is None:
        raise PhotoError(
            "TK-DATASET-006", f"Das Bild {path.name} ist nicht lesbar.", f"the picture {path.name} cannot be read"
        )
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def predict(
    photos: Sequence[LabelledPhoto],
    find: Find,
    *,
    model: str = "",
    threshold: float | None = None,
    progress: Progress | None = None,
) -> Predictions:
    """Let a detector look at every photo in this process.

    Args:
        photos: labelled photos.
        find: the detector; it should return findings of every score, or the curves end early.
        model: its name; taken from the findings when empty.
        threshold: least score that the product would show.
        progress: called after each photo.

    Raises:
        ComparisonError: TK-EVAL-010, no photos.

    """

    def look(photo: LabelledPhoto) -> PhotoFindings:
        picture = load(photo.path)
        started = time.perf_counter()
        found = find(picture)
        return PhotoFindings(by_score(found), time.perf_counter() - started)

    require_photos(photos)
    looks = Looks()
    for done, photo in enumerate(photos, 1):
        looks.take(photo, look)
        if progress is not None:
            progress(done, photo.file_name)
    named = model or next((f.model for item in looks.photos.values() for f in item.findings), "")
    return Predictions(named, threshold, looks.photos, tuple(looks.problems))


def require_photos(photos: Sequence[LabelledPhoto]) -> None:
    """Refuse an empty set.

    Raises:
        ComparisonError: TK-EVAL-010.

    """
    if not photos:
        raise ComparisonError(
            "TK-EVAL-010",
            "Es ist kein lesbares Foto dabei, auf dem gemessen werden kann.",
            "there is no readable photo to measure on",
        )


def by_score(findings: Iterable[DamageFinding]) -> tuple[DamageFinding, ...]:
    """Best score first; equal scores keep their order."""
    return tuple(sorted(findings, key=lambda item: -item.score))


def finding_to_json(item: DamageFinding) -> dict[str, Any]:
    """Plain data of a finding; the model's name is kept once for all."""
    box = item.box
    return {
        "category": item.category,
        "score": item.score,
        "bbox": [box.x, box.y, box.width, box.height],
        "polygon": None if item.polygon is None else [list(point) for point in item.polygon],
        "part": item.part,
        "side": item.side,
        "severity": item.severity,
    }


def finding_from_json(raw: Mapping[str, Any], model: str) -> DamageFinding:
    """Read what `finding_to_json` made.

    Raises:
        KeyError, TypeError, ValueError: it is something else.

    """
    score = finite(raw["score"])
    numbers = [finite(value) for value in raw["bbox"]]
    known = [value for value in numbers if value is not None]
    category = known_class(str(raw["category"]))
    if score is None or not 0 <= score <= 1 or len(known) != 4 or len(numbers) != 4 or category is None:
        raise ValueError("not a finding")
    polygon = raw.get("polygon")
    return DamageFinding(
        category=category,
        score=score,
        box=Box(*known),
        polygon=None if polygon is None else tuple((float(x), float(y)) for x, y in polygon),
        part=raw.get("part") if raw.get("part") in PARTS else None,
        side=raw.get("side") if raw.get("side") in SIDES else None,
        severity=raw.get("severity") if raw.get("severity") in SEVERITIES else None,
        model=model,
    )


def bad_results(why: str, name: str = "") -> ComparisonError:
    """The refusal of a file of results."""
    shown = f" {name}" if name else ""
    return ComparisonError(
        "TK-EVAL-011",
        f"Die Ergebnisdatei{shown} ist nicht lesbar ({why}).",
        f"the file of results{shown} cannot be read ({why})",
    )
