"""Results of a detector read from a file, our own or another's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cv_models.datasets import LabelledPhoto, LabelProblem
from cv_models.datasets.names import known_class, part_names
from cv_models.datasets.outlines import finite, rings
from cv_models.datasets.photos import ring_area
from cv_models.evaluation.predictions import FORMAT, PhotoFindings, Predictions, bad_results, by_score
from cv_models.findings import SEVERITIES, Box, DamageFinding


def read_results(path: Path, photos: Sequence[LabelledPhoto], coco: Path) -> Predictions:
    """Read results from a file: our own (`Predictions.to_json`), COCO results, or the output of `telekalk detect`.

    COCO results name photos and classes by their numbers in `coco`; `telekalk detect` by file name and class. Photos that
    the file does not mention have no findings. Findings of unknown classes, on unknown photos and boxes that are none are
    listed as problems.

    Raises:
        ComparisonError: TK-EVAL-011, the file is none of these.

    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise bad_results(type(problem).__name__, path.name) from problem
    if isinstance(raw, dict) and raw.get("format") == FORMAT:
        return Predictions.from_json(raw)
    if not isinstance(raw, list):
        raise bad_results("no list", path.name)
    return _Results(path.stem, photos, coco).read(raw)


class _Results:
    def __init__(self, model: str, photos: Sequence[LabelledPhoto], coco: Path) -> None:
        truth = json.loads(coco.read_text(encoding="utf-8"))  # already read once as the labels' file
        self._model = model
        self._photos = {photo.file_name: photo for photo in photos}
        self._all = {_key(item.get("id")): item.get("file_name") for item in truth["images"] if isinstance(item, dict)}
        self._classes = {
            _key(item.get("id")): str(item.get("name")) for item in truth["categories"] if isinstance(item, dict)
        }
        self._names = {name for name in self._all.values() if isinstance(name, str)}
        self._problems: list[LabelProblem] = []

    def read(self, raw: list[Any]) -> Predictions:
        found: dict[str, list[DamageFinding]] = {name: [] for name in self._photos}
        sound = 0
        for place, item in enumerate(raw):
            if not isinstance(item, dict):
                raise bad_results("an entry is no object")
            name = item["file_name"] if "file_name" in item else self._all.get(_key(item.get("image_id")))
            if not isinstance(name, str) or name not in self._names:
                self._tell(
                    "TK-DATASET-011", "", place, "Befund auf einem unbekannten Foto.", "finding on an unknown photo"
                )
                continue
            sound += 1
            finding = self._finding(name, place, item) if name in self._photos else None
            if finding is not None:
                found[name].append(finding)
        if raw and not sound:
            raise bad_results("no entry belongs to a photo of the label file")
        photos = {name: PhotoFindings(by_score(items)) for name, items in found.items()}
        return Predictions(self._model, None, photos, tuple(self._problems))

    def _tell(self, code: str, name: str, place: int, de: str, en: str) -> None:
        self._problems.append(LabelProblem(code, name, f"result {place}", de, en, kept=False))

    def _finding(self, name: str, place: int, item: dict[str, Any]) -> DamageFinding | None:
        listed = item.get("category")
        word = listed if isinstance(listed, str) else self._classes.get(_key(item.get("category_id")), "")
        category = known_class(word)
        if category is None:
            self._tell("TK-DATASET-012", name, place, f"Unbekannte Klasse: {word}", f"unknown class: {word}")
            return None
        score = finite(item.get("score"))
        box = item.get("bbox")
        numbers = [finite(value) for value in box] if isinstance(box, list) else []
        known = [value for value in numbers if value is not None]
        if score is None or not 0 <= score <= 1 or len(known) != 4 or len(numbers) != 4 or min(known[2:]) <= 0:
            self._tell(
                "TK-DATASET-013", name, place, "Punktwert oder Rechteck ist unbrauchbar.", "score or box is unusable"
            )
            return None
        photo = self._photos[name]
        outlines, _ = rings(item.get("segmentation"), Box(*known), photo.width, photo.height)
        part = item.get("part")
        parts = part_names(part) if isinstance(part, str) else ()
        severity = item.get("severity")
        return DamageFinding(
            category=category,
            score=score,
            box=Box(*known),
            polygon=max(outlines, key=ring_area) if outlines else None,
            part=parts[0] if len(parts) == 1 else None,
            side=None,
            severity=severity if severity in SEVERITIES else None,
            model=self._model,
        )


def _key(value: Any) -> int | str | None:
    """A number of a photo or class, or None for what cannot be one."""
    return value if isinstance(value, int | str) else None
