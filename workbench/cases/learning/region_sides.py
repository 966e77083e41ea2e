"""Side of every case for a data set of damage: what the database knows of vehicles, photos and earlier exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.cases.learning.vehicles import (
    Fingerprint,
    Sides,
    alike,
    fingerprint,
    groups_of,
    marks_of,
    recorded_sides,
    sides_of,
)
from workbench.errors import TelekalkError
from workbench.store import photos as store
from workbench.store.models import Case, Photo


def sides_for(session: Session, photos: AbstractSet[str]) -> Sides:
    """Side of every case, by VIN, plate, photo, and what earlier exports did.

    Args:
        session: the transaction.
        photos: hashes of the photos that go into the data set.
    """
    recorded = recorded_sides(session)
    of_case: dict[str, list[str]] = defaultdict(list)
    wanted = photos | recorded.keys()
    for case_id, sha256 in session.execute(select(Photo.case_id, Photo.sha256).order_by(Photo.sha256)):
        if sha256 in wanted:
            of_case[case_id].append(sha256)
    present = {sha256 for shas in of_case.values() for sha256 in shas}
    prints = {sha256: found for sha256 in sorted(present) if (found := _fingerprint(sha256)) is not None}
    twins: dict[str, list[str]] = defaultdict(list)
    for one, other in alike(prints):
        # Both photos carry a mark that names the pair.
        twins[one].append(f"pair:{one}:{other}")
        twins[other].append(f"pair:{one}:{other}")
    marks = []
    for case_id, names in marks_of(session):
        more = [mark for sha256 in of_case[case_id] for mark in (f"photo:{sha256}", *twins[sha256])]
        marks.append((case_id, [*names, *more]))
    order = session.scalars(select(Case.id).order_by(Case.created_at, Case.id)).all()
    stood = {
        case_id: {side for sha256 in shas for side in recorded.get(sha256, ())} for case_id, shas in of_case.items()
    }
    return sides_of(groups_of(marks), order, stood)


def _fingerprint(sha256: str) -> Fingerprint | None:
    try:
        return fingerprint(pixels_of(store.path(sha256, "thumb")))
    except (OSError, TelekalkError):
        return None  # the photo is told as gone when it is its turn


def pixels_of(path: Path) -> NDArray[np.uint8]:
    """A stored picture as RGB.

    Raises:
        OSError: the file cannot be read or is no picture.
    """
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)
