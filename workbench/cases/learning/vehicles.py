"""Which cases show the same vehicle, and on which side of a split it stands: the same car is never on two sides.

Cases belong together when they share a VIN, a plate or a photo, however indirectly; photos count as shared when they are the same
file or nearly the same picture (sent twice through a messenger, scaled, saved again). A vehicle keeps its side from export to
export. When two vehicles turn out to be one, and stood on different sides, training wins: what was learned from cannot test any more.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.cases.intake import plate_key
from workbench.store.learning import DatasetVersion
from workbench.store.models import Case, RegistrationField

#: Shares of the vehicles, in percent; the rest is for the test.
TRAIN, VALIDATION = 80, 10
SPLITS = ("train", "val", "test")

# Low frequencies of a picture of 64 x 64: 16 x 16 of them less the mean.
_SMALL, _FREQUENCIES, _BITS = 64, 16, 255
#: Bits that may differ, and how alike the small pictures must be then.
_NEAR_BITS, _NEAR_ALIKE = 40, 0.97
# Below this spread of grey a picture has nothing to be told by (a dark garage, a finger on the lens).
_LEAST_SPREAD = 6.0


def groups_of(vehicles: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Case -> name of its group; cases with a mark in common, however indirectly, are in one.

    Args:
        vehicles: each case with its marks (VIN, plates); a case without one is a group of its own.
    """
    parent: dict[str, str] = {}

    def root(mark: str) -> str:
        parent.setdefault(mark, mark)
        while parent[mark] != mark:
            parent[mark] = parent[parent[mark]]
            mark = parent[mark]
        return mark

    marks: dict[str, list[str]] = {}
    for case_id, found in vehicles:
        marks[case_id] = list(found) or [f"case:{case_id}"]
        first = root(marks[case_id][0])
        for mark in marks[case_id][1:]:
            one, other = sorted((root(first), root(mark)))
            parent[other] = one
    return {case_id: root(found[0]) for case_id, found in marks.items()}


def place_of(key: str, purpose: str) -> int:
    """0 to 99, always the same for a key: below `TRAIN` training, then validation, then test."""
    return int.from_bytes(hashlib.sha256(f"telekalk-{purpose}:{key}".encode()).digest()[:4]) % 100


def side_by_chance(key: str, purpose: str) -> str:
    """Side of a vehicle that no export has seen: train, val or test."""
    place = place_of(key, purpose)
    return "train" if place < TRAIN else "val" if place < TRAIN + VALIDATION else "test"


def marks_of(session: Session) -> list[tuple[str, list[str]]]:
    """Each case with the VIN and the plates that its claim and its document name."""
    found: dict[str, list[str]] = {}
    for case_id, plate in session.execute(select(Case.id, Case.plate_key)):
        found[case_id] = [f"plate:{plate}"] if plate else []
    rows = select(RegistrationField.case_id, RegistrationField.code, RegistrationField.value)
    for case_id, code, value in session.execute(rows.where(RegistrationField.code.in_(("A", "E")))):
        if code == "E" and value and len(value) == 17:
            found[case_id].append(f"vin:{value}")
        elif code == "A" and plate_key(value):
            found[case_id].append(f"plate:{plate_key(value)}")
    return sorted(found.items())


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What a picture looks like, small: signs of its low frequencies (packed bits), and the picture in 32 x 32, mean 0, length 1."""

    bits: NDArray[np.uint8]
    small: NDArray[np.float32]


def fingerprint(photo: NDArray[np.uint8]) -> Fingerprint | None:
    """Fingerprint of an RGB photo; None for one that shows next to nothing."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    medium = cv2.resize(grey, (_SMALL, _SMALL), interpolation=cv2.INTER_AREA).astype(np.float32)
    if float(medium.std()) < _LEAST_SPREAD:
        return None
    waves = cv2.dct(medium)[:_FREQUENCIES, :_FREQUENCIES].ravel()[1:]
    small = cv2.resize(medium, (32, 32), interpolation=cv2.INTER_AREA)
    small = small - small.mean()
    length = float(np.linalg.norm(small))
    return Fingerprint(np.packbits(waves > np.median(waves)), (small / length).astype(np.float32))


def alike(prints: Mapping[str, Fingerprint]) -> list[tuple[str, str]]:
    """Pairs of pictures that are nearly the same, in the order of their names."""
    names = sorted(prints)
    if len(names) < 2:
        return []
    bits = np.stack([prints[name].bits for name in names])
    pairs = []
    for at, name in enumerate(names[:-1]):
        differ = np.bitwise_count(bits[at + 1 :] ^ bits[at]).sum(axis=1)
        for step in np.flatnonzero(differ <= _NEAR_BITS):
            other = names[at + 1 + int(step)]
            if float((prints[name].small * prints[other].small).sum()) >= _NEAR_ALIKE:
                pairs.append((name, other))
    return pairs


@dataclass(frozen=True, slots=True)
class Merged:
    """Vehicles that stood on different sides and turned out to be one."""

    vehicle: str
    sides: tuple[str, ...]
    side: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Side of each case.

    Attributes:
        vehicle: case -> name of its vehicle, from which neither VIN nor plate can be found out.
        side: case -> train, val or test.
        merged: vehicles that had to change sides.
    """

    vehicle: Mapping[str, str]
    side: Mapping[str, str]
    merged: tuple[Merged, ...]


def sides_of(
    groups: Mapping[str, str], order: Sequence[str], recorded: Mapping[str, Iterable[str]], *, purpose: str = "regions"
) -> Sides:
    """Sides of all cases.

    Args:
        groups: case -> group (``groups_of``).
        order: all cases, oldest first: the oldest case gives its vehicle the name and, where nothing is recorded, the side.
        recorded: case -> sides on which its photos stood in earlier exports.
        purpose: what the split is for.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for case_id in order:
        members[groups[case_id]].append(case_id)
    vehicle: dict[str, str] = {}
    side: dict[str, str] = {}
    merged = []
    for cases in members.values():
        name = hashlib.sha256(f"telekalk-vehicle:{cases[0]}".encode()).hexdigest()[:16]
        seen = {one for case_id in cases for one in recorded.get(case_id, ())}
        before = tuple(one for one in SPLITS if one in seen)
        chosen = before[0] if before else side_by_chance(cases[0], purpose)
        if len(before) > 1:
            merged.append(Merged(name, before, chosen))
        for case_id in cases:
            vehicle[case_id], side[case_id] = name, chosen
    return Sides(vehicle, side, tuple(sorted(merged, key=lambda one: one.vehicle)))


def recorded_sides(session: Session) -> dict[str, set[str]]:
    """Photo (hash) -> every side on which an earlier export had it."""
    found: dict[str, set[str]] = defaultdict(set)
    for manifest in session.scalars(select(DatasetVersion.manifest)):
        for entry in manifest:
            photo, split = _entry(entry)
            if photo is not None and split in SPLITS:
                found[photo].add(split)
    return dict(found)


def _entry(entry: Any) -> tuple[str | None, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("photo"), str):
        return None, ""
    return entry["photo"], str(entry.get("split"))
