"""Training data for the reader of the document: the printed lines that experts confirmed or corrected, as crops with labels.

The same vehicle never stands on two sides: cases that share a VIN or a plate form one group, and the group as a whole goes
to training, validation or test.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.builder import iso
from workbench.cases.field_labels import LINES_CODES, PERSONAL_CODES
from workbench.cases.field_values import printed_form
from workbench.cases.learning.vehicles import groups_of, marks_of, side_by_chance
from workbench.errors import TelekalkError
from workbench.store import photos as store
from workbench.store.crops import Corners, upright
from workbench.store.database import session_scope
from workbench.store.models import FieldAnnotation

_MARGIN = 0.15


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        lines: printed lines by split (train, validation, test).
        vehicles: vehicles by split.
        left_out: annotations that were not written, by reason: ``names`` (personal, and not asked for), ``blank``,
            ``not_seen`` (no place in a photo), ``several_lines``, ``photo_gone``.
    """

    lines: Mapping[str, int]
    vehicles: Mapping[str, int]
    left_out: Mapping[str, int] = field(default_factory=dict)


def split_of(group: str) -> str:
    """Side of a group: it stays on it however many others come."""
    side = side_by_chance(group, "lines")
    return "validation" if side == "val" else side


def _annotations(session: Session) -> Sequence[FieldAnnotation]:
    """The last word on each field that was not taken back."""
    query = (
        select(FieldAnnotation)
        .where(FieldAnnotation.undone.is_(False))
        .order_by(FieldAnnotation.case_id, FieldAnnotation.code, FieldAnnotation.id.desc())
        .ext(distinct_on(FieldAnnotation.case_id, FieldAnnotation.code))
    )
    return session.scalars(query).all()


def _why_not(row: FieldAnnotation, *, with_names: bool) -> str | None:
    if row.code in PERSONAL_CODES and not with_names:
        return "names"
    if not row.value:
        return "blank"
    if not row.box or len(row.box) != 4 or not row.photo_sha256:
        return "not_seen"
    if "\n" in row.value or (row.code in LINES_CODES and row.read_value and "\n" in row.read_value):
        return "several_lines"
    return None


@lru_cache(maxsize=1)
def _photo(sha256: str) -> Image.Image | None:
    try:
        path = store.path(sha256, "original")
    except TelekalkError:
        return None
    with Image.open(path) as image:
        return image.convert("RGB")


def _corners(box: Sequence[Sequence[float]]) -> Corners:
    points = [(float(point[0]), float(point[1])) for point in box]
    return points[0], points[1], points[2], points[3]


def _label(row: FieldAnnotation, group: str, split: str, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "split": split,
        "vehicle": hashlib.sha256(group.encode()).hexdigest()[:16],
        "code": row.code,
        "text": row.value,
        "printed": printed_form(row.code, row.value or ""),
        "read": row.read_value,
        "decision": row.decision,
        "confidence": str(row.confidence) if row.confidence is not None else None,
        "alternatives": row.alternatives,
        "reason": row.reason,
        "model": row.model,
        "photo": row.photo_sha256,
        "box": row.box,
        "expert": hashlib.sha256(str(row.made_by).encode()).hexdigest()[:12] if row.made_by else None,
        "at": iso(row.made_at),
    }


def export_lines(actor: Actor, out: Path, *, with_names: bool = False) -> Exported:
    """Write the crops of the annotated lines as PNG, and ``labels.jsonl`` beside them.

    Args:
        actor: who asks; needs the permission ``annotations.export``.
        out: folder; it must be empty or not be there yet, so that two exports are never mixed.
        with_names: also the holder's name and address (C.1.1 to C.1.3): personal data, only for who may have them.

    Raises:
        TelekalkError: TK-ANNOTATION-002 when the folder holds something, -003 when it cannot be written, TK-ACCESS-403.
    """
    require(actor, "annotations.export")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TelekalkError(
            "TK-ANNOTATION-002",
            f"{out} ist nicht leer.",
            f"{out} is not empty.",
            remedy_de="Geben Sie einen neuen Ordner an.",
            remedy_en="Name a new folder.",
        )
    lines, left_out, labels = Counter[str](), Counter[str](), list[dict[str, Any]]()
    vehicles: dict[str, set[str]] = {"train": set(), "validation": set(), "test": set()}
    try:
        with session_scope() as session:
            groups = groups_of(marks_of(session))
            # Photo by photo, so that each is decoded once.
            for row in sorted(_annotations(session), key=lambda one: (one.photo_sha256 or "", one.id)):
                reason = _why_not(row, with_names=with_names)
                photo = _photo(row.photo_sha256 or "") if reason is None else None
                crop = upright(photo, _corners(row.box or []), margin=_MARGIN) if photo is not None else None
                if crop is None:
                    left_out[reason or "photo_gone"] += 1
                    continue
                group = groups[row.case_id]
                split = split_of(group)
                file = f"{split}/{row.id:08d}_{row.code.replace('.', '-')}.png"
                target = out / file
                target.parent.mkdir(parents=True, exist_ok=True)
                crop.save(target, "PNG")
                labels.append(_label(row, group, split, file))
                lines[split] += 1
                vehicles[split].add(group)
        out.mkdir(parents=True, exist_ok=True)
        text = "".join(
            json.dumps(label, ensure_ascii=False) + "\n" for label in sorted(labels, key=lambda one: one["file"])
        )
        (out / "labels.jsonl").write_text(text, encoding="utf-8")
    except OSError as problem:
        raise TelekalkError(
            "TK-ANNOTATION-003",
            f"Nach {out} kann nicht geschrieben werden ({problem.strerror}).",
            f"{out} cannot be written ({problem.strerror}).",
        ) from problem
    finally:
        _photo.cache_clear()
    return Exported(dict(lines), {split: len(found) for split, found in vehicles.items()}, dict(left_out))
