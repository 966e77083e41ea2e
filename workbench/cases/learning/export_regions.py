"""The data set of damage for the data team: photos with the labels that experts left, split by vehicle, nobody to be recognised."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from cv_models.images import fit_within
from workbench.access import Actor, require
from workbench.cases.clock import office_hours
from workbench.cases.learning.privacy import COVERED, Hidden, hidden
from workbench.cases.learning.region_choice import Chosen, choose
from workbench.cases.learning.region_files import (
    JPEG_QUALITY,
    LONGEST,
    Format,
    counts_of,
    digest_of,
    picture_path,
    write_labels,
    write_manifest,
)
from workbench.cases.learning.region_sides import pixels_of, sides_for
from workbench.cases.learning.regions import TruthLabel
from workbench.cases.learning.vehicles import Sides
from workbench.errors import TelekalkError
from workbench.store import photos as store
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion

_NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        name: of the dataset version.
        version_id: its id.
        manifest_sha256: hash of the photos with their labels; the same state gives the same.
        counts: photos, vehicles, negatives and labels by split (``region_files.counts_of``).
        left_out: what stayed out, by reason: ``undecided`` (open regions), ``older`` (before ``since``), ``same_photo`` (the picture is there
            from another claim), ``photo_gone`` (missing or unreadable in the store), ``still_private`` (a plate or face was found after
            hiding); labels: ``outside``, ``double``, ``tiny`` (less than a pixel after scaling).
        covered: files with labels of which more than 30 % is hidden.
        merged: vehicles that turned out to be one and had to change sides.
        known: the same state was exported before under this name.
    """

    name: str
    version_id: str
    manifest_sha256: str
    counts: Mapping[str, Any]
    left_out: Mapping[str, int]
    covered: tuple[str, ...]
    merged: tuple[Mapping[str, Any], ...]
    known: bool


def export_regions(
    actor: Actor,
    out: Path,
    format: Format = "coco",
    *,
    name: str | None = None,
    since: date | None = None,
    implicit: bool = False,
    blur_check: bool = True,
    full: bool = False,
) -> Exported:
    """Write photos and labels into a new folder, and enter them as a dataset version.

    Args:
        actor: needs the permission ``annotations.export``.
        out: folder; it must be empty or not be there yet. It appears when everything is written, or not at all.
        format: ``coco`` (``annotations_train.json`` and so on, ``images/``) or ``yolo`` (``data.yaml``, ``images/``, ``labels/``).
        name: of the dataset version; made from its content when None.
        since: only photos on which something was said on this day or later.
        implicit: also photos with open regions on parts of the sent calculation (``region_choice``).
        blur_check: look at each photo again after hiding plates and faces, and leave out where something is still found.
        full: full size instead of at most 2048 pixels.

    Raises:
        TelekalkError: TK-ACCESS-403; TK-ANNOTATION-002 the folder holds something, -003 it cannot be written, -004 there is nothing to
            export, -005 the name stands for another state, -006 the name is none.
    """
    require(actor, "annotations.export")
    _refuse_full(out)
    label = _clean_name(name)
    moment = datetime.combine(since, time(), office_hours().zone) if since else None
    with session_scope() as session:
        choice = choose(session, since=moment, implicit=implicit)
        if not choice.photos:
            raise _nothing(choice.left_out)
        sides = sides_for(session, {photo.sha256 for photo in choice.photos})
    part = out.with_name(f".{out.name}.part")
    left_out = Counter(choice.left_out)
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        entries = _write_photos(part, choice.photos, sides, format, left_out, check=blur_check, full=full)
        if not entries:
            raise _nothing(left_out)
        sha256, counts = digest_of(entries), counts_of(entries)
        label = label or f"regions-{sha256[:12]}"
        covered = tuple(entry["file"] for entry in entries if any(one["mostly_hidden"] for one in entry["labels"]))
        present = {entry["vehicle"] for entry in entries}
        merged = tuple(
            {"vehicle": one.vehicle, "stood_on": list(one.sides), "now": one.side}
            for one in sides.merged
            if one.vehicle in present
        )
        reasons = {reason: count for reason, count in sorted(left_out.items()) if count}
        write_labels(part, entries, format)
        write_manifest(
            part,
            {
                "name": label,
                "manifest_sha256": sha256,
                "options": {
                    "format": format,
                    "since": since.isoformat() if since else None,
                    "implicit": implicit,
                    "blur_check": blur_check,
                    "full": full,
                    "jpeg_quality": JPEG_QUALITY,
                },
                "counts": counts,
                "left_out": reasons,
                "labels_mostly_hidden_in": list(covered),
                "vehicles_that_changed_sides": list(merged),
                "photos": entries,
            },
        )
        with session_scope() as session:
            row, known = _enter(session, actor, label, sha256, counts, entries)
            if out.exists():
                out.rmdir()
            part.rename(out)
            return Exported(label, row.id, sha256, counts, reasons, covered, merged, known)
    except OSError as problem:
        raise _unwritable(out, problem) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _refuse_full(out: Path) -> None:
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except OSError as problem:
        raise _unwritable(out, problem) from problem
    if taken:
        raise TelekalkError(
            "TK-ANNOTATION-002",
            f"{out} ist nicht leer.",
            f"{out} is not empty.",
            remedy_de="Geben Sie einen neuen Ordner an.",
            remedy_en="Name a new folder.",
        )


def _unwritable(out: Path, problem: OSError) -> TelekalkError:
    full = problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return TelekalkError(
        "TK-ANNOTATION-003",
        f"Nach {out} kann nicht geschrieben werden ({problem.strerror}).",
        f"{out} cannot be written ({problem.strerror}).",
        remedy_de="Schaffen Sie Platz; der angefangene Ordner wurde entfernt." if full else "",
        remedy_en="Make room; the folder that was begun has been removed." if full else "",
    )


def _nothing(left_out: Mapping[str, int]) -> TelekalkError:
    undecided = left_out.get("undecided", 0)
    return TelekalkError(
        "TK-ANNOTATION-004",
        "Es gibt noch nichts zu exportieren: Auf keinem Foto, das in Frage kommt, sind alle Regionen entschieden.",
        "There is nothing to export yet: on no photo in question have all regions been decided.",
        status=409,
        remedy_de=f"{undecided} Fotos haben offene Regionen; entscheiden Sie sie, oder nehmen Sie --implicit." if undecided else "",
        remedy_en=f"{undecided} photos have open regions; decide them, or use --implicit." if undecided else "",
        data=dict(left_out),
    )  # fmt: skip


def _clean_name(name: str | None) -> str | None:
    if name is None:
        return None
    kept = name.strip()
    if not kept or len(kept) > _NAME_LIMIT or not kept.isprintable():
        raise TelekalkError(
            "TK-ANNOTATION-006",
            f"Der Name eines Datensatzes hat 1 bis {_NAME_LIMIT} druckbare Zeichen.",
            f"The name of a data set has 1 to {_NAME_LIMIT} printable characters.",
            status=422,
        )
    return kept


def _write_photos(
    folder: Path,
    photos: Sequence[Chosen],
    sides: Sides,
    form: Format,
    left_out: Counter[str],
    *,
    check: bool,
    full: bool,
) -> list[dict[str, Any]]:
    entries = []
    for photo in photos:
        try:
            pixels = pixels_of(store.path(photo.sha256, "original"))
        except (TelekalkError, OSError):
            left_out["photo_gone"] += 1
            continue
        small, scale = (pixels, 1.0) if full else fit_within(pixels, LONGEST)
        labels = [(label, _scaled(label, scale, small)) for label in photo.labels]
        kept = [(label, place) for label, place in labels if place is not None]
        left_out["tiny"] += len(labels) - len(kept)
        if photo.labels and not kept:
            continue  # its labels cannot be shown at this size; it is no photo without damage
        safe = hidden(small, [place for _, place in kept], check=check)
        if not safe.clean:
            left_out["still_private"] += 1
            continue
        split = sides.side[photo.case_id]
        file = hashlib.sha256(f"telekalk-photo:{photo.sha256}".encode()).hexdigest()[:24] + ".jpg"
        target = folder / picture_path(file, split, form)
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(safe.photo).save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        entries.append(
            {
                "file": file,
                "picture_sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
                "photo": photo.sha256,
                "width": int(small.shape[1]),
                "height": int(small.shape[0]),
                "split": split,
                "vehicle": sides.vehicle[photo.case_id],
                "source": photo.source,
                "demo": photo.demo,
                "at": photo.last_at.isoformat(),
                "private": safe.counts,
                "labels": _labels(kept, safe, scale),
            }
        )
    return entries


def _scaled(label: TruthLabel, scale: float, small: NDArray[np.uint8]) -> tuple[float, float, float, float] | None:
    """The box in pixels of the picture as written; None when a side is under a pixel."""
    height, width = small.shape[:2]
    x, y, across, down = (edge * scale for edge in label.box)
    right, bottom = min(x + across, float(width)), min(y + down, float(height))
    if right - x < 1 or bottom - y < 1:
        return None
    return round(x, 2), round(y, 2), round(right - x, 2), round(bottom - y, 2)


def _labels(
    kept: Sequence[tuple[TruthLabel, tuple[float, float, float, float]]], safe: Hidden, scale: float
) -> list[dict[str, Any]]:
    found = []
    for (label, place), share in zip(kept, safe.covered, strict=True):
        outline = [[round(x * scale, 2), round(y * scale, 2)] for x, y in label.polygon] if label.polygon else None
        if outline is not None and cv2.contourArea(np.array(outline, np.float32)) < 1:
            outline = None
        found.append(
            {
                "region": label.region,
                "category": label.category,
                "part": label.part,
                "side": label.side,
                "severity": label.severity,
                "box": list(place),
                "polygon": outline,
                "decision": label.decision,
                "by_role": label.by_role,
                # Experts are told apart without being named.
                "by": hashlib.sha256(label.made_by.encode()).hexdigest()[:12] if label.made_by else None,
                "model": label.model,
                "score": str(label.score) if label.score is not None else None,
                "contested": label.contested,
                "original": json.loads(json.dumps(label.original)) if label.original else None,
                "hidden": share,
                "mostly_hidden": share > COVERED,
            }
        )
    return found


def _enter(
    session: Session, actor: Actor, name: str, sha256: str, counts: dict[str, Any], entries: list[dict[str, Any]]
) -> tuple[DatasetVersion, bool]:
    """The dataset version; the one that is there when the same state was exported under this name before.

    Raises:
        TelekalkError: TK-ANNOTATION-005 when the name stands for another state.
    """
    row = session.scalar(select(DatasetVersion).where(DatasetVersion.name == name).with_for_update())
    if row is not None:
        if row.manifest_sha256 == sha256:
            return row, True
        raise TelekalkError(
            "TK-ANNOTATION-005",
            f"Einen Datensatz „{name}“ mit anderem Inhalt gibt es schon.",
            f"There is a data set '{name}' with other content already.",
            status=409,
            remedy_de="Wählen Sie einen anderen Namen.",
            remedy_en="Choose another name.",
        )
    row = DatasetVersion(
        name=name, manifest_sha256=sha256, counts=counts, manifest=entries, made_by=actor.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, False
