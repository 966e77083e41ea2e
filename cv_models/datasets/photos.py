"""What a label file says, as plain values: photos, labels, and what was wrong with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cv_models.errors import ModelError
from cv_models.findings import Box

Ring = tuple[tuple[float, float], ...]


class DatasetError(ModelError):
    """A label file cannot be used at all: TK-DATASET-001 not COCO, -002 the split, -003 the folder of the pictures.

    Attributes:
        status: always 400, the caller can mend it.

    """

    status = 400


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled damage.

    Attributes:
        category: one of `CATEGORIES`.
        box: in pixels of the upright photo, inside the photo, at least one pixel wide and high.
        polygons: outlines as rings of (x, y) points inside the photo; empty where the file gives a box alone.
        parts: those of `PARTS` that the label allows; several for a coarse word, empty when nothing is said.
        severity: one of `SEVERITIES`, or None.
        annotation_id: `id` of the annotation in the file, as text; empty when it has none.

    """

    category: str
    box: Box
    polygons: tuple[Ring, ...]
    parts: tuple[str, ...]
    severity: str | None
    annotation_id: str

    @property
    def polygon(self) -> Ring | None:
        """The largest outline, or None."""
        return max(self.polygons, key=ring_area) if self.polygons else None


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo with its labels.

    Attributes:
        file_name: as in the label file.
        path: where the picture lies.
        width, height: size of the upright picture in pixels.
        source: where the photo comes from, as the file says; empty when it says nothing.
        vehicle: the same text for all photos of one vehicle; empty when nothing is known.
        labels: what can be used; empty for an undamaged vehicle.
        left_out: annotations of the photo that could not be used; such a photo without labels is not undamaged.

    """

    file_name: str
    path: Path
    width: int
    height: int
    source: str
    vehicle: str
    labels: tuple[Label, ...]
    left_out: int = 0

    @property
    def undamaged(self) -> bool:
        """Whether the file knows of no damage on the photo at all."""
        return not self.labels and not self.left_out


@dataclass(frozen=True, slots=True)
class LabelProblem:
    """One thing that is wrong in a label file.

    Attributes:
        code: `TK-DATASET-004` to `-022`.
        file_name: the photo concerned; empty when it is none.
        annotation_id: the annotation concerned as text, or None when the whole photo is.
        detail_de, detail_en: one sentence.
        kept: whether the photo or label is used all the same (clipped, for instance).

    """

    code: str
    file_name: str
    annotation_id: str | None
    detail_de: str
    detail_en: str
    kept: bool

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "code": self.code,
            "file_name": self.file_name,
            "annotation_id": self.annotation_id,
            "detail_de": self.detail_de,
            "detail_en": self.detail_en,
            "kept": self.kept,
        }


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """All photos of a label file that can be used, in its order, and every problem found."""

    photos: tuple[LabelledPhoto, ...]
    problems: tuple[LabelProblem, ...]

    def counts(self) -> dict[str, Any]:
        """Numbers for machines: photos, vehicles, labels per class, photos per source, problems per code."""
        labels = [label for photo in self.photos for label in photo.labels]
        return {
            "photos": len(self.photos),
            "undamaged": sum(photo.undamaged for photo in self.photos),
            "vehicles": len({photo.vehicle for photo in self.photos if photo.vehicle}),
            "labels": len(labels),
            "outlines": sum(bool(label.polygons) for label in labels),
            "classes": dict(sorted(Counter(label.category for label in labels).items())),
            "sources": dict(sorted(Counter(photo.source for photo in self.photos).items())),
            "problems": dict(sorted(Counter(problem.code for problem in self.problems).items())),
            "left_out": sum(not problem.kept for problem in self.problems),
        }

    def summary(self, language: str = "de") -> str:
        """A few lines for people: what is there, and each kind of problem with its first example."""
        count = self.counts()
        english = language == "en"
        words = (
            ("photos", "undamaged", "known vehicles or groups", "labels", "with an outline", "classes", "sources")
            if english
            else (
                "Fotos",
                "unbeschädigt",
                "bekannte Fahrzeuge oder Gruppen",
                "Labels",
                "mit Umriss",
                "Klassen",
                "Quellen",
            )
        )
        lines = [
            f"{count['photos']} {words[0]} ({count['undamaged']} {words[1]}), {count['vehicles']} {words[2]}",
            f"{count['labels']} {words[3]} ({count['outlines']} {words[4]})",
            f"{words[5]}: " + (", ".join(f"{name} {number}" for name, number in count["classes"].items()) or "–"),
            f"{words[6]}: "
            + (", ".join(f"{name or '–'} {number}" for name, number in count["sources"].items()) or "–"),
        ]
        for code, number in count["problems"].items():
            same = [problem for problem in self.problems if problem.code == code]
            first = same[0]
            where = first.file_name + (f" #{first.annotation_id}" if first.annotation_id is not None else "")
            lost = sum(not problem.kept for problem in same)
            left_out = f"{lost} left out" if english else f"{lost} weggelassen"
            example = first.detail_en if english else first.detail_de
            lines.append(f"{code}: {number} ({left_out}); {where}: {example}")
        return "\n".join(lines)


def ring_area(ring: Ring) -> float:
    """Area of a ring in square pixels, whatever its turning sense."""
    total = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        total += x1 * y2 - x2 * y1
    return abs(total) / 2
