"""Reader of COCO detection files. Nothing is dropped silently: whatever is wrong is named one by one, with a stable code.

| code | what | used all the same |
|---|---|---|
| TK-DATASET-001 | the file is missing or not COCO | raised |
| TK-DATASET-002 | the list of the split cannot be read | raised |
| TK-DATASET-003 | the folder of the pictures is missing | raised |
| TK-DATASET-004 | entry of a photo is malformed | no |
| TK-DATASET-005 | picture missing | no |
| TK-DATASET-006 | picture unreadable | no |
| TK-DATASET-007 | picture of another size than stated | no |
| TK-DATASET-008 | file name leads out of the folder | no |
| TK-DATASET-009 | photo listed twice | no |
| TK-DATASET-010 | the split names a photo that the file does not have | no |
| TK-DATASET-011 | annotation of an unknown photo | no |
| TK-DATASET-012 | unknown class | no |
| TK-DATASET-013 | box malformed or not finite | no |
| TK-DATASET-014 | box empty (a side under one pixel) | no |
| TK-DATASET-015 | box outside the picture | no |
| TK-DATASET-016 | box partly outside, cut off | yes |
| TK-DATASET-017 | label repeats another one | no |
| TK-DATASET-018 | two labels of a class overlap heavily | yes |
| TK-DATASET-019 | outline unusable, box used | yes |
| TK-DATASET-020 | unknown part | yes |
| TK-DATASET-021 | unknown severity | yes |
| TK-DATASET-022 | crowd region | no |
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from cv_models.datasets.names import known_class, part_names
from cv_models.datasets.outlines import finite, rings
from cv_models.datasets.photos import DatasetError, Label, LabelledPhoto, LabelledSet, LabelProblem
from cv_models.datasets.pictures import upright_size
from cv_models.findings import SEVERITIES, Box

DOUBLE_IOU: Final = 0.8
"""Two labels of one class that overlap by this much are probably one damage labelled twice."""

_RIM: Final = 0.5
_VEHICLE_KEYS: Final = ("vehicle", "vehicle_id", "vehicle_key")


def read(coco: Path, images: Path, split: Path | None = None) -> LabelledSet:
    """Read a COCO detection file.

    Args:
        coco: the annotation file.
        images: folder of the pictures.
        split: text file with one file name per line; None takes all photos.

    Returns:
        Photos whose picture is there (its header is read, not its pixels), and every problem.

    Raises:
        DatasetError: TK-DATASET-001 to -003.

    """
    raw = _load(coco)
    if not images.is_dir():
        raise DatasetError(
            "TK-DATASET-003",
            f"Den Ordner der Bilder gibt es nicht: {images}",
            f"there is no such folder of pictures: {images}",
        )
    wanted = None if split is None else _split(split)
    return _Reader(raw, images, wanted).read()


def _load(coco: Path) -> dict[str, Any]:
    def refuse(why_de: str, why_en: str) -> DatasetError:
        return DatasetError(
            "TK-DATASET-001",
            f"{coco.name} ist keine lesbare COCO-Datei: {why_de}.",
            f"{coco.name} is not a readable COCO file: {why_en}",
        )

    try:
        raw = json.loads(coco.read_text(encoding="utf-8"))
    except OSError as problem:
        raise refuse("sie lässt sich nicht öffnen", f"it cannot be opened ({problem.strerror})") from problem
    except (ValueError, RecursionError) as problem:
        raise refuse("sie ist kein JSON", "it is not JSON") from problem
    if not isinstance(raw, dict):
        raise refuse("es fehlt das Objekt mit „images“", "there is no object with 'images'")
    for key in ("images", "annotations", "categories"):
        if not isinstance(raw.get(key), list):
            raise refuse(f"die Liste „{key}“ fehlt", f"the list {key!r} is missing")
    return raw


def _split(split: Path) -> set[str]:
    try:
        lines = split.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as problem:
        raise DatasetError(
            "TK-DATASET-002",
            f"Die Liste der Fotos {split.name} ist nicht lesbar.",
            f"the list of photos {split.name} cannot be read",
        ) from problem
    return {line.strip() for line in lines if line.strip()}


class _Reader:
    def __init__(self, raw: dict[str, Any], images: Path, wanted: set[str] | None) -> None:
        self._raw = raw
        self._images = images.resolve()
        self._wanted = wanted
        self._problems: list[LabelProblem] = []
        self._marks: dict[Any, list[dict[str, Any]]] = {}
        self._classes = {
            item["id"]: str(item.get("name", ""))
            for item in raw["categories"]
            if isinstance(item, dict) and isinstance(item.get("id"), int | str)
        }
        self._group_vehicle: dict[str, str] = {}

    def read(self) -> LabelledSet:
        entries = [entry for entry in self._raw["images"] if self._sound(entry)]
        self._sort_marks({entry["id"] for entry in entries})
        for entry in entries:
            vehicle = _named(entry)
            if vehicle and entry.get("group") is not None:
                self._group_vehicle.setdefault(str(entry["group"]), vehicle)
        photos: list[LabelledPhoto] = []
        ids: set[Any] = set()
        names: set[str] = set()
        for entry in entries:
            name = entry["file_name"]
            if entry["id"] in ids or name in names:
                self._tell("009", name, None, "Das Foto steht zweimal in der Datei.", "the photo is listed twice")
                continue
            ids.add(entry["id"])
            names.add(name)
            if self._wanted is not None and name not in self._wanted:
                continue
            photo = self._photo(entry)
            if photo is not None:
                photos.append(photo)
        for name in sorted((self._wanted or set()) - names):
            self._tell(
                "010",
                name,
                None,
                "Die Aufteilung nennt ein Foto, das die Datei nicht kennt.",
                "the split names a photo that is not in the file",
            )
        return LabelledSet(tuple(photos), tuple(self._problems))

    def _tell(self, number: str, name: str, mark: str | None, de: str, en: str, *, kept: bool = False) -> None:
        self._problems.append(LabelProblem(f"TK-DATASET-{number}", name, mark, de, en, kept))

    def _sound(self, entry: Any) -> bool:
        name = entry.get("file_name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name and "\0" not in name and isinstance(entry.get("id"), int | str):
            return True
        self._tell(
            "004",
            name if isinstance(name, str) else "",
            None,
            "Der Eintrag des Fotos ist unvollständig (Dateiname und id).",
            "the photo's entry is incomplete (file name and id)",
        )
        return False

    def _sort_marks(self, known: set[Any]) -> None:
        for mark in self._raw["annotations"]:
            image = mark.get("image_id") if isinstance(mark, dict) else None
            if isinstance(image, int | str) and image in known:
                self._marks.setdefault(image, []).append(mark)
            else:
                self._tell(
                    "011",
                    "",
                    _id(mark) if isinstance(mark, dict) else "",
                    "Die Markierung gehört zu keinem Foto der Datei.",
                    "the annotation belongs to no photo of the file",
                )

    def _photo(self, entry: dict[str, Any]) -> LabelledPhoto | None:
        name = entry["file_name"]
        try:
            path = (self._images / name).resolve()
        except (OSError, ValueError, RuntimeError):  # a name too long or no name at all for this file system
            path = self._images.parent
        if not path.is_relative_to(self._images):
            self._tell(
                "008", name, None, "Der Dateiname führt aus dem Ordner.", "the file name leads out of the folder"
            )
            return None
        size = self._size(name, path)
        if size is None:
            return None
        stated = (finite(entry.get("width")), finite(entry.get("height")))
        if stated not in {(None, None), size}:
            self._tell(
                "007",
                name,
                None,
                f"Das Bild hat {size[0]} × {size[1]} Pixel, die Datei nennt {entry.get('width')} × {entry.get('height')}.",
                f"the picture is {size[0]}×{size[1]} pixels, the file says {entry.get('width')}×{entry.get('height')}",
            )
            return None
        group = entry.get("group")
        vehicle = _named(entry)
        if not vehicle and group is not None:
            vehicle = self._group_vehicle.get(str(group), f"group:{group}")
        labels = self._labels(name, entry["id"], size)
        return LabelledPhoto(
            file_name=name,
            path=path,
            width=size[0],
            height=size[1],
            source=str(entry.get("source") or ""),
            vehicle=vehicle,
            labels=labels,
            left_out=len(self._marks.get(entry["id"], [])) - len(labels),
        )

    def _size(self, name: str, path: Path) -> tuple[int, int] | None:
        try:
            size = upright_size(path)
        except ValueError as problem:
            self._tell("006", name, None, "Das Bild ist nicht lesbar.", f"the picture cannot be read ({problem})")
            return None
        if size is None:
            self._tell("005", name, None, "Das Bild fehlt.", "the picture is missing")
        return size

    def _labels(self, name: str, image: Any, size: tuple[int, int]) -> tuple[Label, ...]:
        labels: list[Label] = []
        for mark in self._marks.get(image, []):
            label = self._label(name, mark, size)
            if label is None:
                continue
            same = [other for other in labels if other.category == label.category]
            if any(_equal(other.box, label.box) for other in same):
                self._tell(
                    "017",
                    name,
                    label.annotation_id,
                    "Die Markierung steht doppelt da.",
                    "the label repeats another one",
                )
                continue
            double = next((other for other in same if other.box.iou(label.box) >= DOUBLE_IOU), None)
            if double is not None:
                self._tell(
                    "018",
                    name,
                    label.annotation_id,
                    f"Überdeckt Markierung {double.annotation_id} derselben Klasse fast ganz.",
                    f"covers label {double.annotation_id} of the same class almost entirely",
                    kept=True,
                )
            labels.append(label)
        return tuple(labels)

    def _label(self, name: str, mark: dict[str, Any], size: tuple[int, int]) -> Label | None:
        number = _id(mark)
        listed = mark.get("category_id")
        word = self._classes.get(listed, "") if isinstance(listed, int | str) else ""
        category = known_class(word)
        if category is None:
            shown = word or listed
            self._tell("012", name, number, f"Unbekannte Klasse: {shown}", f"unknown class: {shown}")
            return None
        if mark.get("iscrowd") in (1, True):
            self._tell(
                "022",
                name,
                number,
                "Sammelregion (iscrowd) ist kein einzelner Schaden.",
                "a crowd region (iscrowd) is not one damage",
            )
            return None
        box = self._box(name, number, mark.get("bbox"), size)
        if box is None:
            return None
        outline = None if mark.get("polygon") is False else mark.get("segmentation")
        polygons, bad = rings(outline, box, *size)
        if bad:
            self._tell(
                "019",
                name,
                number,
                "Der Umriss ist nicht brauchbar; es gilt das Rechteck.",
                "the outline cannot be used; the box is",
                kept=True,
            )
        return Label(
            category, box, polygons, self._parts(name, number, mark), self._severity(name, number, mark), number
        )

    def _box(self, name: str, number: str, raw: Any, size: tuple[int, int]) -> Box | None:
        numbers = [finite(value) for value in raw] if isinstance(raw, list) else []
        known = [value for value in numbers if value is not None]
        if len(known) != 4 or len(numbers) != 4:
            self._tell(
                "013",
                name,
                number,
                "Das Rechteck ist nicht aus vier Zahlen.",
                "the box is not made of four finite numbers",
            )
            return None
        x, y, width, height = known
        if width < 1 or height < 1:
            self._tell(
                "014",
                name,
                number,
                f"Das Rechteck ist leer ({width:g} × {height:g}).",
                f"the box is empty ({width:g}×{height:g})",
            )
            return None
        right, bottom = min(x + width, float(size[0])), min(y + height, float(size[1]))
        left, top = max(0.0, x), max(0.0, y)
        if right - left < 1 or bottom - top < 1:
            self._tell("015", name, number, "Das Rechteck liegt neben dem Bild.", "the box lies outside the picture")
            return None
        if max(left - x, top - y, x + width - right, y + height - bottom) > _RIM:
            self._tell(
                "016",
                name,
                number,
                "Das Rechteck ragt über den Rand und wurde beschnitten.",
                "the box reaches over the rim and was cut",
                kept=True,
            )
        return Box(left, top, right - left, bottom - top)

    def _parts(self, name: str, number: str, mark: dict[str, Any]) -> tuple[str, ...]:
        word = mark.get("part")
        if word is None or word == "":
            return ()
        parts = part_names(word) if isinstance(word, str) else ()
        if not parts:
            self._tell("020", name, number, f"Unbekanntes Bauteil: {word}", f"unknown part: {word}", kept=True)
        return parts

    def _severity(self, name: str, number: str, mark: dict[str, Any]) -> str | None:
        word = mark.get("severity")
        # Renders state the strength of the drawn deformation as a number, which is no severity.
        if word is None or word == "" or finite(word) is not None:
            return None
        if word in SEVERITIES:
            return str(word)
        self._tell("021", name, number, f"Unbekannte Schwere: {word}", f"unknown severity: {word}", kept=True)
        return None


def _id(mark: dict[str, Any]) -> str:
    value = mark.get("id")
    return "" if value is None else str(value)


def _named(entry: dict[str, Any]) -> str:
    for key in _VEHICLE_KEYS:
        value = entry.get(key)
        if isinstance(value, int | str) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _equal(one: Box, other: Box) -> bool:
    return (one.x, one.y, one.width, one.height) == (other.x, other.y, other.width, other.height)
