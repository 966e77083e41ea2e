"""What a shadow run has shown: how often the models disagree, how, where, and who the experts said was right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.bundle import NAME
from workbench.cases.learning.model_views import find
from workbench.cases.learning.shadow_matching import FAILED, TYPES, who_was_right
from workbench.cases.views import State
from workbench.store.database import session_scope
from workbench.store.learning import ShadowLook
from workbench.store.models import Case, Finding, Photo

#: States in which the expert has the case in hand or has not had it yet.
_OPEN = frozenset(
    {
        State.INVITED,
        State.REGISTERED,
        State.PHOTOS_INCOMPLETE,
        State.PHOTOS_COMPLETE,
        State.PRE_CHECK,
        State.IN_CALCULATION,
        State.REVIEW,
        State.EXCLUDED,
    }
)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One disagreement on one photo.

    Attributes:
        kind: only_active, only_candidate, other_class, other_part, other_severity, box_moved, or failed.
        case_id, claim_number, photo_id, photo_sha256, filename: where.
        active_model, candidate_model: who.
        active, candidate: region of either (category, score, box, part, side, severity); None where it saw none.
        iou: overlap of the two regions.
        right: active, candidate, neither; None while no expert has decided.
        code: why the candidate failed, for kind failed.
        made_at: when it was found.
    """

    kind: str
    case_id: str
    claim_number: str
    photo_id: str
    photo_sha256: str
    filename: str
    active_model: str
    candidate_model: str
    active: Mapping[str, Any] | None
    candidate: Mapping[str, Any] | None
    iou: float | None
    right: str | None
    code: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How often one kind of disagreement was seen, and what experts decided about it."""

    kind: str
    count: int
    candidate_right: int
    active_right: int
    neither_right: int

    @property
    def decided(self) -> int:
        """How many were decided."""
        return self.candidate_right + self.active_right + self.neither_right


@dataclass(frozen=True, slots=True)
class ShadowSummary:
    """A shadow run in figures.

    Attributes:
        version, state: of the candidate.
        active_models: beside which active versions it ran.
        cases, photos: how many it looked at without failing.
        failed: photos on which it failed.
        photos_disagreeing: photos with at least one disagreement.
        types: every kind, in a fixed order, also those never seen.
        median_seconds: per photo; None before the first.
    """

    version: str
    state: str
    active_models: tuple[str, ...]
    cases: int
    photos: int
    failed: int
    photos_disagreeing: int
    types: tuple[TypeCount, ...]
    median_seconds: Decimal | None

    @property
    def decided(self) -> int:
        """Disagreements that experts have decided."""
        return sum(item.decided for item in self.types)

    @property
    def candidate_right(self) -> int:
        """Of those, how often the candidate was right."""
        return sum(item.candidate_right for item in self.types)

    @property
    def active_right(self) -> int:
        """Of those, how often the active model was right."""
        return sum(item.active_right for item in self.types)


def _finals(session: Session, photo_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Findings of each photo as they stand."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for start in range(0, len(photo_ids), _CHUNK):
        chunk = photo_ids[start : start + _CHUNK]
        for row in session.scalars(select(Finding).where(Finding.photo_id.in_(chunk))):
            found[row.photo_id].append(
                {
                    "finding": row.id,
                    "status": row.status,
                    "origin": row.origin,
                    "category": row.category,
                    "part": row.part,
                    "side": row.side,
                    "severity": row.severity,
                    "box": row.box,
                }
            )
    return found


def _entries(session: Session, label: str, limit: int | None = None) -> Iterator[Disagreement]:
    query = (
        select(ShadowLook, Photo, Case)
        .join(Photo, Photo.id == ShadowLook.photo_id)
        .join(Case, Case.id == ShadowLook.case_id)
        .where(ShadowLook.candidate == label)
        .where((ShadowLook.disagreement_count > 0) | ShadowLook.seconds.is_(None))
        .order_by(ShadowLook.id.desc())
    )
    rows = session.execute(query.limit(limit) if limit else query).all()
    finals = _finals(session, [photo.id for _look, photo, _case in rows])
    for look, photo, case in rows:
        closed = State(case.state) not in _OPEN
        for item in look.disagreements:
            yield Disagreement(
                kind=item["type"],
                case_id=case.id,
                claim_number=case.claim_number,
                photo_id=photo.id,
                photo_sha256=photo.sha256,
                filename=photo.filename,
                active_model=look.active,
                candidate_model=look.candidate,
                active=item.get("active"),
                candidate=item.get("candidate"),
                iou=item.get("iou"),
                right=who_was_right(item, finals.get(photo.id, ()), closed=closed),
                code=item.get("code"),
                made_at=look.made_at,
            )


def disagreements(actor: Actor, version: str, limit: int = 200, *, name: str = NAME) -> tuple[Disagreement, ...]:
    """Disagreements of a candidate with the active model, the newest first.

    Raises:
        TelekalkError: TK-MODEL-020 when the version is not registered.
    """
    require(actor, "data.view")
    with session_scope() as session:
        find(session, name, version)
        return tuple(_entries(session, f"{name}-{version}", limit))[:limit]


def summary(actor: Actor, version: str, *, name: str = NAME) -> ShadowSummary:
    """The shadow run of a candidate in figures.

    Raises:
        TelekalkError: TK-MODEL-020 when the version is not registered.
    """
    require(actor, "data.view")
    label = f"{name}-{version}"
    with session_scope() as session:
        state = find(session, name, version).state
        looks = session.execute(
            select(
                ShadowLook.case_id,
                ShadowLook.photo_id,
                ShadowLook.active,
                ShadowLook.disagreement_count,
                ShadowLook.seconds,
            ).where(ShadowLook.candidate == label)
        ).all()
        counted = Counter((item.kind, item.right) for item in _entries(session, label) if item.kind != FAILED)
    sound = [look for look in looks if look.seconds is not None]
    return ShadowSummary(
        version=version,
        state=state,
        active_models=tuple(sorted({look.active for look in looks})),
        cases=len({look.case_id for look in sound}),
        photos=len({look.photo_id for look in sound}),
        failed=len(looks) - len(sound),
        photos_disagreeing=len({look.photo_id for look in sound if look.disagreement_count}),
        types=tuple(_count(kind, counted) for kind in TYPES),
        median_seconds=median(look.seconds for look in sound) if sound else None,
    )


def _count(kind: str, counted: Mapping[tuple[str, str | None], int]) -> TypeCount:
    return TypeCount(
        kind,
        sum(number for (one, _right), number in counted.items() if one == kind),
        counted.get((kind, "candidate"), 0),
        counted.get((kind, "active"), 0),
        counted.get((kind, "neither"), 0),
    )
